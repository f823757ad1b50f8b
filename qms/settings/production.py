"""Production: PostgreSQL, Redis, TLS in front; every secret from the environment or a file."""

import tempfile

from qms.settings import env
from qms.settings.base import *  # noqa: F403
from qms.settings.base import BASE_DIR, broker_and_cache, file_storage, postgres
from qms.settings.logs import logging_config

DEBUG = False
SECRET_KEY = env.required(env.SECRET_KEY)
SECRET_KEY_FALLBACKS = env.words(env.SECRET_KEY_FALLBACKS)
FIELD_KEYS = env.required(env.FIELD_KEYS).split(",")
ALLOWED_HOSTS = [part.strip() for part in env.required(env.ALLOWED_HOSTS).split(",")]
PUBLIC_URL = env.required(env.PUBLIC_URL).rstrip("/")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
DATABASES = {"default": postgres(env.required(env.DATABASE_URL), env.text(env.DATABASE_PASSWORD))}
_parts = broker_and_cache(env.required(env.REDIS_URL), env.text(env.REDIS_PASSWORD))
CACHES = _parts["CACHES"]
CELERY_BROKER_URL = _parts["CELERY_BROKER_URL"]
CELERY_BEAT_SCHEDULE_FILENAME = f"{tempfile.gettempdir()}/celerybeat-schedule"  # rebuilt at every start
STORAGES = {
    "default": file_storage(),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
HEARTBEAT_FOLDER = tempfile.gettempdir()
STATIC_ROOT = BASE_DIR / "staticfiles"
_https = env.flag(env.HTTPS, True)
ALLAUTH_TRUSTED_PROXY_COUNT = env.number(env.PROXY_COUNT, 1)
# the proxy gives every request its id and replaces what a caller claims
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = ALLAUTH_TRUSTED_PROXY_COUNT > 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = _https
SECURE_HSTS_SECONDS = 31536000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
LOGGING = logging_config(env.text(env.LOG_LEVEL, "INFO"), as_json=env.flag(env.LOG_JSON, True))
