"""Tests: throwaway PostgreSQL and Redis whose addresses the test run passes; SQLite when asked."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "QMS_DATA_DIR" not in os.environ:
    os.environ["QMS_DATA_DIR"] = tempfile.mkdtemp(prefix="qms-test-")
    atexit.register(shutil.rmtree, os.environ["QMS_DATA_DIR"], ignore_errors=True)

from qms.settings.base import *  # noqa: F403
from qms.settings.base import DATA_DIR, broker_and_cache, postgres, sqlite
from qms.settings.logs import logging_config

DEBUG = False
SECRET_KEY = "only-for-tests-" + "x" * 40
FIELD_KEYS = ["b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtMTI="]
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
if os.environ.get("QMS_TEST_DB") == "sqlite":
    DATABASES = {"default": sqlite(Path(os.environ.get("QMS_TEST_SQLITE", Path(DATA_DIR) / "test.sqlite3")))}
    DATABASES["default"]["TEST"] = {"NAME": str(Path(DATA_DIR) / "test.sqlite3")}
else:
    DATABASES = {
        "default": postgres(os.environ.get("QMS_TEST_DATABASE_URL", "postgres://qms@127.0.0.1:54329/qms"))
    }
    DATABASES["default"]["CONN_MAX_AGE"] = 0
_parts = broker_and_cache(os.environ.get("QMS_TEST_REDIS_URL", "redis://127.0.0.1:54330/0"))
CACHES = _parts["CACHES"]
CELERY_BROKER_URL = _parts["CELERY_BROKER_URL"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
LOGGING = logging_config("WARNING", as_json=False)
