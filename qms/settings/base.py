"""Settings common to every place the portal runs in."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from qms.settings import env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = Path(env.text(env.DATA_DIR, str(BASE_DIR / "var"))).resolve()

# The portal's own apps, each knowing only those before it (docs/architecture.md)
OWN_APPS = (
    "qms",
    "documents",
    "dossiers",
    "library",
    "training",
    "feedback",
    "objectives",
    "risks",
    "audits",
)
INSTALLED_APPS = [
    *(f"{name}.apps.{name.capitalize()}Config" for name in OWN_APPS),
    "qms.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_structlog",
]

MIDDLEWARE = [
    "qms.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "qms.middleware.ActivityMiddleware",
    "qms.middleware.PersonMiddleware",
    "qms.middleware.PreferredLanguageMiddleware",
    "qms.middleware.FirstRunMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "qms.middleware.OneTimePasswordMiddleware",
    "qms.middleware.RequiredSecondFactorMiddleware",
]

ROOT_URLCONF = "qms.urls"
WSGI_APPLICATION = "qms.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "qms.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "qms.User"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False
FORMAT_MODULE_PATH = ["qms.formats"]

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"

PUBLIC_URL = env.text(env.PUBLIC_URL, "http://127.0.0.1:8000").rstrip("/")
ADMIN_CONTACT = env.text(env.ADMIN_CONTACT)

# Files -------------------------------------------------------------------------------------------
MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
UPLOAD_MAX_BYTES = 200 * 1024 * 1024


def file_storage() -> dict[str, Any]:
    """The storage of files: an S3-compatible bucket where one is set, else the data folder."""
    bucket = env.text(env.S3_BUCKET)
    if not bucket:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(MEDIA_ROOT), "base_url": None},
        }
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": env.text(env.S3_ENDPOINT) or None,
            "access_key": env.text(env.S3_ACCESS_KEY) or None,
            "secret_key": env.text(env.S3_SECRET_KEY) or None,
            "region_name": env.text(env.S3_REGION) or None,
            "default_acl": "private",
            "file_overwrite": False,
            "querystring_auth": True,
        },
    }


STORAGES = {
    "default": file_storage(),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


# Database, cache, broker -------------------------------------------------------------------------
def postgres(url: str, password: str = "") -> dict[str, Any]:
    """Django's database settings from postgres://user:password@host:port/name."""
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or "") or password,
        "HOST": parts.hostname or parse_qs(parts.query).get("host", [""])[0],
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            # compiling a question with hundreds of counts takes longer than answering it
            "options": "-c jit=off",
        },
    }


def sqlite(path: Path) -> dict[str, Any]:
    """Django's database settings for one SQLite file: write-ahead log, immediate transactions."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-64000;"
            ),
        },
    }


def broker_and_cache(url: str, password: str = "") -> dict[str, Any]:
    """Celery's and the cache's settings for one Redis (or Valkey) address.

    The cache is the next database of the same server: emptying it leaves the queue alone.
    """
    parts = urlsplit(url)
    if password:
        parts = parts._replace(netloc=f":{quote(password, safe='')}@{parts.netloc.rpartition('@')[2]}")
        url = parts.geturl()
    return {
        "CACHES": {
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": parts._replace(path=f"/{int(parts.path.strip('/') or 0) + 1}").geturl(),
                "KEY_PREFIX": "qms",
                "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 5},
            }
        },
        "CELERY_BROKER_URL": url,
    }


CELERY_WORKER_CONCURRENCY = env.number(env.WORKER_PROCESSES, 2)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 25,
}
CELERY_BEAT_SCHEDULER = "qms.heartbeat:Scheduler"
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# Sign-in -----------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "qms.passwords.VietnameseCommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "qms.accounts.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "qms.accounts.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "10/5m/ip,5/15m/key",
    "reset_password": "20/m/ip,5/m/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.number(env.PROXY_COUNT, 0)
_forms = "qms.account_forms."
ACCOUNT_FORMS = {
    "login": f"{_forms}LoginForm",
    "change_password": f"{_forms}ChangePasswordForm",
    "set_password": f"{_forms}SetPasswordForm",
    "reset_password": f"{_forms}ResetPasswordForm",
    "reset_password_from_key": f"{_forms}ResetPasswordKeyForm",
    "reauthenticate": f"{_forms}ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": f"{_forms}AuthenticateForm",
    "reauthenticate": f"{_forms}ReauthenticateCodeForm",
    "activate_totp": f"{_forms}ActivateTOTPForm",
    "deactivate_totp": f"{_forms}DeactivateTOTPForm",
    "generate_recovery_codes": f"{_forms}GenerateRecoveryCodesForm",
}
MFA_ADAPTER = "qms.accounts.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "HTQLCL"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
OIDC_ENABLED = bool(env.text(env.OIDC_SERVER))
OIDC_ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(env.text(env.OIDC_SERVER)))
if OIDC_ENABLED:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": env.text(env.OIDC_NAME, "SSO"),
                "client_id": env.text(env.OIDC_CLIENT_ID),
                "secret": env.text(env.OIDC_CLIENT_SECRET),
                "settings": {"server_url": env.text(env.OIDC_SERVER)},
            }
        ],
    }

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * env.number(env.SESSION_MINUTES, 60)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "qms.views.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        # Signing in elsewhere begins with a form of ours that is sent on to the provider.
        "form-action": [SELF, *([OIDC_ORIGIN] if OIDC_ENABLED else [])],
        "frame-ancestors": [NONE],
    },
    "EXCLUDE_URL_PREFIXES": (),
}

# Mail --------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.text(env.EMAIL_FROM, "HTQLCL <no-reply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_SUBJECT_PREFIX = "[HTQLCL] "
_mail = env.text(env.EMAIL_URL)
if _mail:
    _parts = urlsplit(_mail)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _parts.hostname or "localhost"
    EMAIL_PORT = _parts.port or 25
    EMAIL_HOST_USER = unquote(_parts.username or "")
    EMAIL_HOST_PASSWORD = unquote(_parts.password or "")
    EMAIL_USE_TLS = "tls" in parse_qs(_parts.query)
    EMAIL_USE_SSL = "ssl" in parse_qs(_parts.query)
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(DATA_DIR / "mails")

# Background jobs ---------------------------------------------------------------------------------
# How long a worker may be silent before the sweep doubts it, and how long before it is given up for dead.
JOB_ALIVE_SECONDS = env.number(env.JOB_PATIENCE, 20)
JOB_BEAT_SECONDS = JOB_ALIVE_SECONDS / 5
JOB_GIVE_UP_SECONDS = JOB_ALIVE_SECONDS * 0.75
JOB_REPUBLISH_SECONDS = JOB_ALIVE_SECONDS * 3
JOB_SWEEP_SECONDS = JOB_ALIVE_SECONDS / 2

# A folder where worker and beat touch a file as a sign of life, for the health checks of containers
HEARTBEAT_FOLDER = ""

TRUST_ROOTS = env.text(env.TRUST_ROOTS, str(DATA_DIR / "keys" / "roots"))
KEYS_DIR = DATA_DIR / "keys"
PAPER_SECONDS = 240
"""Seconds of work after which printing a paper is given up; a thousand rows take about ten."""
PAPER_MEGABYTES = 1024
"""Megabytes a paper may add to its worker while it is printed."""
PAPER_FONTS = env.text(env.PAPER_FONTS, "")
TIMESTAMP_URL = env.text(env.TIMESTAMP_URL)
PKCS11_MODULES = env.text(env.PKCS11_MODULES)

# Logs --------------------------------------------------------------------------------------------
from qms.settings.logs import logging_config  # noqa: E402

LOGGING = logging_config(env.text(env.LOG_LEVEL, "INFO"), as_json=env.flag(env.LOG_JSON, False))
DJANGO_STRUCTLOG_CELERY_ENABLED = True
