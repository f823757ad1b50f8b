"""Backup of a whole installation in one archive, and its restoration into an empty one.

The archive holds the database as of one moment (SQLite: a copy by the backup interface; PostgreSQL: pg_dump),
every file of the storage, the keys of the data folder, and at its end a manifest with row counts and the
SHA-256 of each member. Files are read after the database: they are only ever added, so none is missing.
Restoring checks every hash before it changes anything, and every count after.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage, default_storage
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from qms.settings.runtime import is_served

FORMAT = 1
MANIFEST = "manifest.json"
LOOSE_FILES = ("installation.json", "demo-accounts.txt")
Told = Callable[[str], None]


class BackupError(Exception):
    """The backup cannot be made or restored; the message says why and what to do."""


@dataclass
class Manifest:
    """What is in an archive."""

    made_at: str
    engine: str
    migrations: list[str]
    counts: dict[str, int]
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    format: int = FORMAT


def data_dir() -> Path:
    """The data folder of this installation."""
    return Path(settings.DATA_DIR)


def engine() -> str:
    """`sqlite` or `postgresql`."""
    return str(connection.vendor)


# --- The database ------------------------------------------------------------------------------------------
def table_counts(rows: Callable[[str], Any], tables: list[str]) -> dict[str, int]:
    """Number of rows of each table; sessions come and go and do not count."""
    return {
        table: int(rows(f'SELECT count(*) FROM "{table}"'))  # noqa: S608 - names from the database
        for table in sorted(tables)
        if table != "django_session"
    }


def dump_sqlite(target: Path) -> dict[str, int]:
    """Copy the database while it may be in use; gives back the counts of the copy."""
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"])) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        if (verdict := copy.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
            raise BackupError(f"The database is damaged: {verdict}")
        names = [row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return table_counts(
            lambda query: copy.execute(query).fetchone()[0],
            [name for name in names if not name.startswith("sqlite_")],
        )


def _postgres_tool(name: str, *arguments: str) -> None:
    """Run pg_dump or pg_restore on the database of the settings; raises BackupError with what it said."""
    known = connection.settings_dict
    env = os.environ | {
        "PGHOST": str(known["HOST"]),
        "PGPORT": str(known["PORT"] or 5432),
        "PGUSER": str(known["USER"]),
        "PGPASSWORD": str(known["PASSWORD"]),
        "PGDATABASE": str(known["NAME"]),
    }
    if shutil.which(name) is None:
        raise BackupError(f"{name} is not installed; on Debian: apt-get install postgresql-client")
    ran = subprocess.run([name, *arguments], env=env, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise BackupError(f"{name} failed: {ran.stderr.strip()}")


def dump_postgresql(target: Path) -> dict[str, int]:
    """Dump the database; the counts are of the very same moment (an exported snapshot)."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone() or ("",)
        counts = counts_now()
        _postgres_tool("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={target}")
    return counts


def counts_now() -> dict[str, int]:
    """Row counts of the present database."""
    with connection.cursor() as cursor:

        def one(query: str) -> Any:
            cursor.execute(query)
            row = cursor.fetchone()
            return row[0] if row else 0

        return table_counts(one, connection.introspection.table_names(cursor))


# --- Files -------------------------------------------------------------------------------------------------
def stored_names(storage: Storage, folder: str = "") -> Iterator[str]:
    """The names of all files of the storage, probes of the health check left out."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield str(PurePosixPath(folder, name))
    for name in sorted(folders):
        if name != ".probe":
            yield from stored_names(storage, str(PurePosixPath(folder, name)))


def _loose_files() -> Iterator[tuple[str, Path]]:
    """Keys and the few notes of the data folder, by their name in the archive."""
    base = data_dir()
    for path in sorted((base / "keys").rglob("*")):
        if path.is_file():
            yield str(path.relative_to(base)), path
    for name in LOOSE_FILES:
        if (base / name).is_file():
            yield name, base / name


class _Hashed:
    """Passes a stream on and hashes what passes."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source, self.digest = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        part = self.source.read(size)
        self.digest.update(part)
        return part


def _add(
    archive: tarfile.TarFile, manifest: Manifest, name: str, source: IO[bytes], size: int, mode: int
) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, mode, int(datetime.now(UTC).timestamp())
    hashed = _Hashed(source)
    archive.addfile(member, hashed)
    manifest.members[name] = {"sha256": hashed.digest.hexdigest(), "size": size}


def applied_migrations() -> list[str]:
    """`app.name` of every migration of the present database."""
    return sorted(f"{app}.{name}" for app, name in MigrationLoader(connection).applied_migrations)


# --- Making a backup ---------------------------------------------------------------------------------------
def make(target: Path, tell: Told = lambda line: None) -> Manifest:
    """Write the archive; it appears under its name only when it is complete. Raises BackupError."""
    if target.exists():
        raise BackupError(f"{target} exists already; name a new file.")
    part = target.with_name(f"{target.name}.part")
    dump = {"sqlite": dump_sqlite, "postgresql": dump_postgresql}[engine()]
    try:
        with tempfile.TemporaryDirectory(prefix="qms-backup-", dir=target.parent) as work:
            copy = Path(work) / "database"
            tell("Copying the database …")
            manifest = Manifest(
                datetime.now(UTC).isoformat(timespec="seconds"), engine(), applied_migrations(), dump(copy)
            )
            part.touch(mode=0o600)
            with tarfile.open(part, "w:gz", compresslevel=3) as archive:
                with copy.open("rb") as source:
                    _add(archive, manifest, "database", source, copy.stat().st_size, 0o600)
                tell("Adding the files …")
                for name in stored_names(default_storage):
                    with default_storage.open(name, "rb") as stored:
                        _add(archive, manifest, f"files/{name}", stored, stored.size, 0o600)
                for name, path in _loose_files():
                    with path.open("rb") as source:
                        _add(archive, manifest, name, source, path.stat().st_size, 0o600)
                text = json.dumps(manifest.__dict__, indent=1, ensure_ascii=False).encode()
                member = tarfile.TarInfo(MANIFEST)
                member.size, member.mode = len(text), 0o600
                archive.addfile(member, io.BytesIO(text))
        part.rename(target)
    except OSError as error:
        raise BackupError(f"The backup cannot be written: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


# --- Restoring ---------------------------------------------------------------------------------------------
def unpack(source: Path, folder: Path) -> Manifest:
    """Unpack into a folder and check every hash; raises BackupError when anything is amiss.

    Only plain files whose name stays inside the folder are taken.
    """
    found: dict[str, str] = {}
    try:
        with tarfile.open(source, "r:gz") as archive:
            for member in archive:
                name = PurePosixPath(member.name)
                if not member.isfile() or name.is_absolute() or ".." in name.parts:
                    raise BackupError(f"This is no backup of the portal: it holds {member.name!r}.")
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                content = archive.extractfile(member)
                assert content is not None
                hashed = _Hashed(content)
                with path.open("wb") as out:
                    shutil.copyfileobj(hashed, out)
                found[member.name] = hashed.digest.hexdigest()
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (tarfile.TarError, EOFError, OSError, ValueError, TypeError) as error:
        raise BackupError(f"{source} is not a complete backup of the portal: {error}") from error
    if manifest.format != FORMAT:
        raise BackupError(
            f"The backup has format {manifest.format}; this version of the portal reads {FORMAT}."
        )
    found.pop(MANIFEST)
    wrong = [name for name, facts in manifest.members.items() if found.pop(name, None) != facts["sha256"]]
    if wrong or found:
        raise BackupError(
            f"The backup is damaged: {', '.join([*wrong, *found][:5])} differ from the manifest."
        )
    return manifest


def refuse_unless_empty() -> None:
    """Raises BackupError when this installation holds an agency, an account or a file, or is running."""
    if engine() == "sqlite" and is_served(data_dir()):
        raise BackupError(f"A server runs on {data_dir()}; stop it first.")
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        for table in ("qms_agency", "qms_user"):
            if table in tables:
                cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608
                if (cursor.fetchone() or [0])[0]:
                    raise BackupError("This installation is not empty; restore into a new one.")
    if next(stored_names(default_storage), None) is not None:
        raise BackupError("The file storage is not empty; restore into a new one.")


def _load_database(manifest: Manifest, dump: Path) -> None:
    if manifest.engine != engine():
        raise BackupError(
            f"The backup is of {manifest.engine}, this installation uses {engine()}; "
            "move agencies between them with export_agency and import_agency."
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(connection).disk_migrations}
    if newer := [name for name in manifest.migrations if name not in known]:
        raise BackupError(
            f"The backup is of a newer version of the portal ({newer[-1]}); install that one first."
        )
    connection.close()
    if engine() == "postgresql":
        _postgres_tool(
            "pg_restore",
            *(
                "--clean",
                "--if-exists",
                "--no-owner",
                "--no-privileges",
                "--single-transaction",
                "--exit-on-error",
            ),
            *("--dbname", str(connection.settings_dict["NAME"]), str(dump)),
        )
        return
    target = Path(connection.settings_dict["NAME"])
    for leftover in ("-wal", "-shm"):
        target.with_name(target.name + leftover).unlink(missing_ok=True)
    shutil.copyfile(dump, target)


@contextmanager
def _work_folder() -> Iterator[Path]:
    base = data_dir()
    base.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="restore-", dir=base) as work:
        yield Path(work)


def restore(source: Path, tell: Told = lambda line: None) -> Manifest:
    """Restore an archive into this empty installation and compare counts and hashes. Raises BackupError."""
    refuse_unless_empty()
    with _work_folder() as work:
        tell("Unpacking and checking …")
        manifest = unpack(source, work)
        tell("Restoring the database …")
        _load_database(manifest, work / "database")
        tell("Restoring the files …")
        for name in manifest.members:
            if name.startswith("files/"):
                with (work / name).open("rb") as content:
                    default_storage.save(name.removeprefix("files/"), File(content))
            elif name != "database":
                target = data_dir() / name
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                shutil.copyfile(work / name, target)
                target.chmod(0o600)
    tell("Comparing …")
    compare(manifest)
    return manifest


def compare(manifest: Manifest) -> None:
    """Raises BackupError when the present installation differs from what the manifest says."""
    now = counts_now()
    different = [table for table, count in manifest.counts.items() if now.get(table) != count]
    if different:
        raise BackupError(
            f"After the restoration these tables differ in their number of rows: {', '.join(different)}"
        )
    for name, facts in manifest.members.items():
        if not name.startswith("files/"):
            continue
        with default_storage.open(name.removeprefix("files/"), "rb") as stored:
            if hashlib.sha256(stored.read()).hexdigest() != facts["sha256"]:
                raise BackupError(f"After the restoration the file {name} differs.")
