"""Typed reading of the environment. Every setting the code reads is declared here, once.

A value comes from the variable NAME, or from the file that NAME_FILE names (for secrets);
`DECLARED` lets a test compare what a deployment passes with what the code reads.
"""

import os
from dataclasses import dataclass
from pathlib import Path


class MissingSetting(Exception):
    """A setting that production requires was not passed; the message names it."""


@dataclass(frozen=True)
class Setting:
    """One environment setting: its name, whether production must pass it, and what it is for."""

    name: str
    required_in_production: bool
    doc: str


DECLARED: dict[str, Setting] = {}


def declare(name: str, doc: str, *, required: bool = False) -> str:
    """Declare a setting and give its name back."""
    DECLARED[name] = Setting(name, required, doc)
    return name


def raw(name: str) -> str | None:
    """The value of a declared setting; NAME first, then the file NAME_FILE names; empty is None."""
    if name not in DECLARED:
        raise KeyError(f"setting {name} is not declared")
    value = os.environ.get(name)
    if value:
        return value
    file = os.environ.get(f"{name}_FILE")
    if not file:
        return None
    try:
        return Path(file).read_text(encoding="utf-8").strip() or None
    except OSError as error:
        raise MissingSetting(f"setting {name}_FILE: {file} cannot be read: {error.strerror}") from None


def text(name: str, default: str = "") -> str:
    """A setting as text."""
    value = raw(name)
    return default if value is None else value


def required(name: str) -> str:
    """A setting that must be there; raises MissingSetting naming it."""
    value = raw(name)
    if not value:
        raise MissingSetting(f"setting {name} (or {name}_FILE) is required: {DECLARED[name].doc}")
    return value


def flag(name: str, default: bool = False) -> bool:
    """A yes-or-no setting: 1/true/yes/on or 0/false/no/off."""
    value = raw(name)
    if value is None or value == "":
        return default
    lowered = value.strip().lower()
    if lowered in {"1", "true", "yes", "on"}:
        return True
    if lowered in {"0", "false", "no", "off"}:
        return False
    raise MissingSetting(f"setting {name} must be true or false, not {value!r}")


def number(name: str, default: int) -> int:
    """A whole-number setting."""
    value = raw(name)
    if value is None or value == "":
        return default
    try:
        return int(value)
    except ValueError:
        raise MissingSetting(f"setting {name} must be a whole number, not {value!r}") from None


def words(name: str, default: list[str] | None = None) -> list[str]:
    """A comma-separated setting as a list."""
    value = raw(name)
    if value is None:
        return list(default or [])
    return [part.strip() for part in value.split(",") if part.strip()]


SECRET_KEY = declare("QMS_SECRET_KEY", "Django's secret key", required=True)
SECRET_KEY_FALLBACKS = declare(
    "QMS_SECRET_KEY_FALLBACKS", "former secret keys, comma-separated, while rotating"
)
FIELD_KEYS = declare(
    "QMS_FIELD_KEYS", "Fernet keys for encrypted fields, newest first, comma-separated", required=True
)
ALLOWED_HOSTS = declare(
    "QMS_ALLOWED_HOSTS", "host names the portal answers to, comma-separated", required=True
)
PUBLIC_URL = declare("QMS_PUBLIC_URL", "address people open, used in mails and QR codes", required=True)
DATABASE_URL = declare("QMS_DATABASE_URL", "postgres://user:password@host:port/name", required=True)
DATABASE_PASSWORD = declare("QMS_DATABASE_PASSWORD", "password, when it is not part of the address")
REDIS_URL = declare("QMS_REDIS_URL", "broker and cache: redis://host:port/0", required=True)
REDIS_PASSWORD = declare("QMS_REDIS_PASSWORD", "password of the broker, when it is not part of the address")
WEB_PROCESSES = declare("QMS_WEB_PROCESSES", "processes of one web container, four threads each (default 2)")
WORKER_PROCESSES = declare("QMS_WORKER_PROCESSES", "tasks one worker does at a time (default 2)")
DATA_DIR = declare("QMS_DATA_DIR", "folder for files, keys and, embedded, the database")
S3_BUCKET = declare("QMS_S3_BUCKET", "keep files in this S3-compatible bucket instead of the data folder")
S3_ENDPOINT = declare("QMS_S3_ENDPOINT", "address of the S3-compatible service")
S3_ACCESS_KEY = declare("QMS_S3_ACCESS_KEY", "access key of the S3-compatible service")
S3_SECRET_KEY = declare("QMS_S3_SECRET_KEY", "secret key of the S3-compatible service")
S3_REGION = declare("QMS_S3_REGION", "region of the S3-compatible service")
EMAIL_URL = declare(
    "QMS_EMAIL_URL", "smtp://user:password@host:587?tls=1; empty: mails are written to the data folder"
)
EMAIL_FROM = declare("QMS_EMAIL_FROM", "sender of the portal's mails")
PROXY_COUNT = declare("QMS_PROXY_COUNT", "number of trusted proxies in front of the portal")
HTTPS = declare("QMS_HTTPS", "whether people reach the portal by HTTPS (default: yes in production)")
JOB_PATIENCE = declare("QMS_JOB_PATIENCE", "seconds of silence after which a worker is doubted (default 20)")
LOG_LEVEL = declare("QMS_LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR")
LOG_JSON = declare("QMS_LOG_JSON", "write logs as JSON lines")
OIDC_SERVER = declare("QMS_OIDC_SERVER", "issuer address of an OpenID Connect provider; empty: switched off")
OIDC_CLIENT_ID = declare("QMS_OIDC_CLIENT_ID", "client id at the OpenID Connect provider")
OIDC_CLIENT_SECRET = declare("QMS_OIDC_CLIENT_SECRET", "client secret at the OpenID Connect provider")
OIDC_NAME = declare("QMS_OIDC_NAME", "name of the OpenID Connect provider on the sign-in page")
SESSION_MINUTES = declare("QMS_SESSION_MINUTES", "minutes without activity after which a session ends")
ADMIN_CONTACT = declare("QMS_ADMIN_CONTACT", "whom people ask for help, shown on error pages")
PAPER_FONTS = declare("QMS_PAPER_FONTS", "folder with four .ttf styles of the font of papers")
TRUST_ROOTS = declare("QMS_TRUST_ROOTS", "folder with trusted root certificates (PEM) for signatures")
PKCS11_MODULES = declare(
    "QMS_PKCS11_MODULES", "PKCS#11 modules keys may be used from, as name=/path/module.so, by comma"
)
TIMESTAMP_URL = declare(
    "QMS_TIMESTAMP_URL", "address of an RFC 3161 time-stamp server, for signature level B-T and above"
)
