"""Backup and restoration: one installation into an empty other one, on SQLite and on PostgreSQL."""

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import uuid
from pathlib import Path

import pytest
from django.db import connection

from tests import databases
from tests.services.sites import ROOT

pytestmark = pytest.mark.services

FILL = """
from qms import audit, files
from tests import factories
agency = factories.agency(code="SKHCN")
person = factories.person(agency, "secretary")
for number in range(3):
    files.store(agency, f"Bằng chứng {number}.txt", f"nội dung {number}".encode(), acting=person)
"""
COUNT = """
import json
from qms import backup, files
from qms.models import StoredFile
files_read = [files.read(stored).decode() for stored in StoredFile.objects.order_by("name")]
print("FOUND" + json.dumps([backup.counts_now(), files_read]))
"""


class Installation:
    """An installation that commands run on; no server runs."""

    def __init__(self, folder: Path, database: str = "") -> None:
        self.folder = folder
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("QMS_")} | {
            "DJANGO_SETTINGS_MODULE": "qms.settings.embedded",
            "PYTHONPATH": str(ROOT),
            "QMS_DATA_DIR": str(folder),
        }
        if database:
            self.env["QMS_DATABASE_URL"] = database

    def manage(self, *arguments, fails=False):
        ran = subprocess.run(
            [sys.executable, ROOT / "manage.py", *arguments],
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ran.returncode != 0) == fails, ran.stdout + ran.stderr
        return ran.stderr if fails else ran.stdout

    def python(self, code):
        return self.manage("shell", "--no-imports", "-c", code)

    def holds(self):
        return json.loads(self.python(COUNT).partition("FOUND")[2])


def new_database(source=None):
    if connection.vendor != "postgresql":
        pytest.skip("there is no PostgreSQL in this run")
    name = f"svc_{uuid.uuid4().hex[:8]}"
    cluster = databases.PostgresDatabases()
    cluster.copy(source and databases.migrated(cluster), name)
    return cluster.address(name)["QMS_TEST_DATABASE_URL"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def first(request, tmp_path_factory):
    """A filled installation; the tests only read it."""
    folder = tmp_path_factory.mktemp("first")
    if request.param == "postgresql":
        made = Installation(folder, new_database("migrated"))
    else:
        files = databases.SqliteDatabases()
        files.copy(databases.migrated(files), str(folder / "db.sqlite3"))
        made = Installation(folder)
    made.python(FILL)
    return made


@pytest.fixture
def second(first, tmp_path):
    """An empty installation of the same kind."""
    return Installation(tmp_path / "second", new_database() if "QMS_DATABASE_URL" in first.env else "")


def test_a_backup_restores_everything_into_an_empty_installation(first, second, tmp_path):
    archive = tmp_path / "backup.tar.gz"
    first.manage("backup", str(archive))
    assert archive.stat().st_mode & 0o077 == 0

    said = second.manage("restore", str(archive))
    assert "3 files, all as in the backup" in said
    assert second.holds() == first.holds()
    for name in ("secret-key", "field-key"):
        assert (second.folder / "keys" / name).read_bytes() == (first.folder / "keys" / name).read_bytes()
    second.manage("migrate", "--check")

    assert "not empty" in second.manage("restore", str(archive), fails=True)


def test_a_damaged_backup_changes_nothing(first, second, tmp_path):
    archive, damaged = tmp_path / "backup.tar.gz", tmp_path / "damaged.tar.gz"
    first.manage("backup", str(archive))
    with tarfile.open(archive) as source, tarfile.open(damaged, "w:gz") as target:
        for member in source:
            content = source.extractfile(member).read()
            if member.name.startswith("files/"):
                content = content[:-1] + b"!"
            member.size = len(content)
            target.addfile(member, io.BytesIO(content))
    assert "is damaged" in second.manage("restore", str(damaged), fails=True)

    archive.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    assert "not a complete backup" in second.manage("restore", str(archive), fails=True)
    assert not list((second.folder / "files").rglob("*")) if (second.folder / "files").exists() else True


def test_the_manifest_tells_the_truth(first, tmp_path):
    archive = tmp_path / "backup.tar.gz"
    first.manage("backup", str(archive))
    with tarfile.open(archive) as opened:
        manifest = json.loads(opened.extractfile("manifest.json").read())
        for name, facts in manifest["members"].items():
            assert hashlib.sha256(opened.extractfile(name).read()).hexdigest() == facts["sha256"]
        assert set(opened.getnames()) == {*manifest["members"], "manifest.json"}
    assert manifest["counts"]["qms_agency"] == 1
    assert manifest["counts"]["qms_storedfile"] == 3
