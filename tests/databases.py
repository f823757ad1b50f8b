"""Databases of the tests: migrated once, the demonstration loaded once, then copied.

A template lives beside the databases of the run (in the same PostgreSQL cluster; for SQLite in the folder all
test processes share) and is made by whoever needs it first; the others wait for it. Its name carries a digest
of the migrations, that of the demonstration one of the shared folder, where the demonstration's files are.

`python -m tests.databases` makes all of them ahead of the tests.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from django.conf import settings
from django.db import connection

from tests.servers import die_with_parent

ROOT = Path(__file__).resolve().parent.parent


class PostgresDatabases:
    """Databases of a cluster, by name."""

    def run(self, statement: str, *values: str) -> list[tuple[object, ...]]:
        """A statement outside any transaction, on the cluster's own database."""
        known = settings.DATABASES["default"]
        session = psycopg2.connect(
            host=known["HOST"],
            port=known["PORT"],
            user=known["USER"],
            password=known["PASSWORD"],
            dbname="postgres",
        )
        session.autocommit = True
        try:
            with session.cursor() as cursor:
                cursor.execute(statement, values or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            session.close()

    def exists(self, name: str) -> bool:
        return bool(self.run("SELECT 1 FROM pg_database WHERE datname = %s", name))

    def copy(self, source: str | None, name: str) -> None:
        self.drop(name)
        self.run(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{source}"' if source else ""))

    def rename(self, name: str, to: str) -> None:
        self.run(f'ALTER DATABASE "{name}" RENAME TO "{to}"')

    def drop(self, name: str) -> None:
        self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def address(self, name: str) -> dict[str, str]:
        """What a process is told so that it uses the database."""
        known = settings.DATABASES["default"]
        return {"QMS_TEST_DATABASE_URL": f"postgres://{known['USER']}@{known['HOST']}:{known['PORT']}/{name}"}


class SqliteDatabases:
    """Database files of the data folder, by path."""

    def exists(self, name: str) -> bool:
        return Path(name).exists()

    def copy(self, source: str | None, name: str) -> None:
        self.drop(name)
        if source:
            shutil.copyfile(source, name)

    def rename(self, name: str, to: str) -> None:
        Path(name).rename(to)

    def drop(self, name: str) -> None:
        for tail in ("", "-wal", "-shm"):
            Path(name + tail).unlink(missing_ok=True)

    def address(self, name: str) -> dict[str, str]:
        """What a process is told so that it uses the database."""
        return {"QMS_TEST_DB": "sqlite", "QMS_TEST_SQLITE": name}


Databases = PostgresDatabases | SqliteDatabases


def databases() -> Databases:
    """Those of the database this run uses."""
    return SqliteDatabases() if connection.vendor == "sqlite" else PostgresDatabases()


def named(where: Databases, word: str, digest: str) -> str:
    """The name of a template."""
    name = f"qms_{word}_{digest[:12]}"
    return str(shared() / f"{name}_file.sqlite3") if isinstance(where, SqliteDatabases) else name


def shared() -> Path:
    """The folder all processes of a test run share; each keeps its own data in a folder of its own."""
    return Path(os.environ.get("QMS_TEST_SHARED", settings.DATA_DIR))


def template(where: Databases, name: str, source: str | None, *command: str) -> str:
    """The name of a template; made from another one and a command of manage.py if there is none yet."""
    with (shared() / f"{Path(name).stem}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not where.exists(name):
            building = name + "_building"
            where.copy(source, building)
            folder, before = shared() / Path(name).stem, shared() / Path(source or name).stem
            folder.mkdir(exist_ok=True)
            if source and before.exists():
                shutil.copytree(before, folder, dirs_exist_ok=True)
            made = subprocess.run(
                [sys.executable, "manage.py", *command, "--verbosity", "0"],
                cwd=ROOT,
                env=os.environ
                | where.address(building)
                | {
                    "DJANGO_SETTINGS_MODULE": "qms.settings.test",
                    "QMS_DATA_DIR": str(shared() / Path(name).stem),
                },
                capture_output=True,
                text=True,
                check=False,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
            assert made.returncode == 0, made.stdout + made.stderr
            where.rename(building, name)
    return name


def migrated(where: Databases | None = None) -> str:
    """The template with every table and no record."""
    where = where or databases()
    digest = hashlib.sha256()
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(path.read_bytes())
    return template(where, named(where, "empty", digest.hexdigest()), None, "migrate")


def with_demonstration(where: Databases | None = None) -> str:
    """The template with the demonstration, loaded through the real services."""
    where, key = where or databases(), hashlib.sha256(str(shared()).encode()).hexdigest()
    return template(where, named(where, "demo", key), migrated(where), "load_demo")


def with_records(where: Databases | None = None) -> str:
    """The template with records beside the demonstration, so that every route has one that fits."""
    where, key = where or databases(), hashlib.sha256(str(shared()).encode()).hexdigest()
    make = ("shell", "-c", "from tests.access import records; records.make()")
    return template(where, named(where, "records", key), with_demonstration(where), *make)


@contextmanager
def another(source: str, ending: str, folder: Path | None = None) -> Iterator[None]:
    """This process's own copy of a template, database, files and keys, in place of what it has now."""
    where, present = databases(), connection.settings_dict["NAME"]
    copy = f"{present}_{ending}"
    where.copy(source, copy)
    connection.close()
    connection.settings_dict["NAME"] = copy
    data = Path(settings.DATA_DIR)
    kept = [data / name for name in ("files", "keys") if (data / name).exists()]
    for one in kept:
        one.rename(one.with_suffix(f".before-{ending}"))
    if folder:
        shutil.copytree(folder, data, dirs_exist_ok=True)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = present
        where.drop(copy)
        for name in ("files", "keys"):
            shutil.rmtree(data / name, ignore_errors=True)
        for one in kept:
            one.with_suffix(f".before-{ending}").rename(one)


@contextmanager
def demonstration() -> Iterator[None]:
    """The demonstration in place of what this process has."""
    source = with_demonstration()
    with another(source, "demo", shared() / Path(source).stem):
        yield


@contextmanager
def demonstration_with_records() -> Iterator[None]:
    """The demonstration and the records of `tests.access.records` in place of what this process has."""
    source = with_records()
    with another(source, "records", shared() / Path(source).stem):
        yield


@contextmanager
def new_installation() -> Iterator[None]:
    """An installation that was only just set up in place of what this process has."""
    with another(migrated(), "new"):
        yield


if __name__ == "__main__":
    with ThreadPoolExecutor() as pool:
        list(pool.map(with_records, (PostgresDatabases(), SqliteDatabases())))
