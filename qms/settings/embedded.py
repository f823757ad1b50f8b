"""The embedded installation: one machine, one command, SQLite and a broker started beside it.

The same code and a real worker as in production; only the parts behind the addresses differ.
Secrets are generated once into the data folder.
"""

import secrets
from pathlib import Path

from cryptography.fernet import Fernet

from qms.settings import env
from qms.settings.base import *  # noqa: F403
from qms.settings.base import DATA_DIR, MIDDLEWARE, broker_and_cache, postgres, sqlite
from qms.settings.runtime import running


def kept_secret(name: str, make: str) -> str:
    """A secret of the data folder, written once with owner-only rights."""
    path: Path = DATA_DIR / "keys" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(make, encoding="ascii")
    return path.read_text(encoding="ascii").strip()


DEBUG = False
ALLOWED_HOSTS = env.words(env.ALLOWED_HOSTS, ["127.0.0.1", "localhost", "[::1]"])
SECRET_KEY = env.raw(env.SECRET_KEY) or kept_secret("secret-key", secrets.token_urlsafe(50))
SECRET_KEY_FALLBACKS = env.words(env.SECRET_KEY_FALLBACKS)
FIELD_KEYS = env.words(env.FIELD_KEYS) or kept_secret("field-key", Fernet.generate_key().decode()).split(",")
_database = env.text(env.DATABASE_URL)
DATABASES = {
    "default": postgres(_database, env.text(env.DATABASE_PASSWORD))
    if _database
    else sqlite(DATA_DIR / "db.sqlite3")
}
_server = running(DATA_DIR)
PUBLIC_URL = env.text(env.PUBLIC_URL) or _server.get(env.PUBLIC_URL, "http://127.0.0.1:8000")
_redis = env.text(env.REDIS_URL) or _server.get(env.REDIS_URL, "")
if _redis:
    _parts = broker_and_cache(_redis)
    CACHES = _parts["CACHES"]
    CELERY_BROKER_URL = _parts["CELERY_BROKER_URL"]
else:
    # A command on a data folder without a running server: what it enqueues stands in the database and is
    # published by the sweep of the next server.
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CELERY_BROKER_URL = "memory://"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016", "security.W018"]
MIDDLEWARE = list(MIDDLEWARE)
