"""Settings: declared once, required ones named clearly, secrets from files, production clean."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.conf import settings

from qms.settings import env

ROOT = Path(__file__).resolve().parent.parent.parent


def production(**changes):
    """The environment of a production process; None takes a setting away."""
    values = {
        "QMS_SECRET_KEY": "k" * 20 + "3fJ9-xQ_wzLmN7pRtV2bC5dG8hK1sA4yU6eW",
        "QMS_FIELD_KEYS": Fernet.generate_key().decode(),
        "QMS_ALLOWED_HOSTS": "portal.example.vn",
        "QMS_PUBLIC_URL": "https://portal.example.vn",
        "QMS_DATABASE_URL": "postgres://qms@127.0.0.1:1/qms",
        "QMS_REDIS_URL": "redis://127.0.0.1:1/0",
        "DJANGO_SETTINGS_MODULE": "qms.settings.production",
        "PATH": os.environ["PATH"],
    } | changes
    return {name: value for name, value in values.items() if value is not None}


def settings_value(expression, environment):
    script = f"from django.conf import settings; print({expression})"
    return subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_production_settings_pass_the_deployment_check():
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env=production(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(
    "name", [name for name, known in env.DECLARED.items() if known.required_in_production]
)
def test_a_missing_setting_is_named(name):
    failed = settings_value("settings.DEBUG", production(**{name: None}))
    assert failed.returncode != 0
    assert f"setting {name} (or {name}_FILE) is required" in failed.stderr


def test_secrets_are_read_from_files(tmp_path):
    (tmp_path / "password").write_text("p@ss:word/1\n")
    (tmp_path / "empty").write_text("")
    environment = production(
        QMS_DATABASE_PASSWORD_FILE=str(tmp_path / "password"),
        QMS_REDIS_PASSWORD_FILE=str(tmp_path / "password"),
        QMS_SECRET_KEY_FALLBACKS_FILE=str(tmp_path / "empty"),
        QMS_OIDC_SERVER="",
    )
    shown = settings_value(
        "settings.DATABASES['default']['PASSWORD'], settings.CELERY_BROKER_URL, "
        "settings.SECRET_KEY_FALLBACKS, settings.OIDC_ENABLED",
        environment,
    )
    assert shown.stdout.strip() == "p@ss:word/1 redis://:p%40ss%3Aword%2F1@127.0.0.1:1/0 [] False", (
        shown.stderr
    )


def test_a_secret_file_that_cannot_be_read_is_named():
    failed = settings_value(
        "settings.DEBUG", production(QMS_SECRET_KEY=None, QMS_SECRET_KEY_FILE="/nowhere/secret")
    )
    assert "setting QMS_SECRET_KEY_FILE: /nowhere/secret cannot be read" in failed.stderr


def test_files_go_to_a_bucket_by_setting_alone():
    environment = production(QMS_S3_BUCKET="evidence", QMS_S3_ENDPOINT="https://s3.example.vn")
    shown = settings_value("settings.STORAGES['default']['BACKEND']", environment)
    assert shown.stdout.strip() == "storages.backends.s3.S3Storage", shown.stderr


def test_the_environment_is_read_in_one_place_only():
    """`os.environ` elsewhere would be a setting that nobody declared."""
    allowed = {"qms/settings/env.py", "qms/settings/test.py", "qms/server.py", "qms/backup.py"}
    # FONTCONFIG_FILE is told to a library, not read
    allowed.add("documents/rendering/fonts.py")
    reading = {
        str(path.relative_to(ROOT))
        for app in settings.OWN_APPS
        for path in (ROOT / app).rglob("*.py")
        if re.search(r"os\.environ(?!\.setdefault\(\"DJANGO_SETTINGS_MODULE\")|getenv", path.read_text())
    }
    assert reading <= allowed


def test_every_declared_setting_is_explained_in_the_manual():
    manual = (ROOT / "docs/operations.md").read_text()
    assert [name for name in env.DECLARED if name not in manual] == []
