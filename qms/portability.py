"""An agency taken out of one installation and restored in another: nobody is locked in.

The archive is a ZIP: `records/NAME.jsonl` holds one JSON object a line for every kind of record under
its stable name (`registry.portable`), `files/SHA256` the stored files, `manifest.json` the counts and
the SHA-256 of every member. Keys of records stay what they are, so that what refers to them still
does. Passwords, second factors and signing keys never leave: imported accounts set a new password.

What all agencies share (editions of the standard, their clauses) comes along, and is matched by its
natural key with what the new installation already has.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from qms import registry
from qms.exceptions import DomainError
from qms.files import Tampered
from qms.files import read as read_file
from qms.models import Agency, CalendarDay, Clause, ClauseMapping, StandardEdition, StoredFile, User

FORMAT = "htqlcl-agency"
VERSION = 1
MANIFEST = "manifest.json"
CHUNK = 2000
Told = Callable[[str], None]


class PortabilityError(DomainError):
    """The agency cannot be taken out or restored; the message says why."""


@dataclass(frozen=True)
class Shared:
    """Records that agencies share: taken along, and matched by `key` where they exist already."""

    name: str
    model: type[models.Model]
    key: tuple[str, ...]
    hidden: frozenset[str] = frozenset()


SHARED = (
    Shared("qms.standard_edition", StandardEdition, ("code",)),
    Shared("qms.clause", Clause, ("edition", "code")),
    Shared("qms.clause_mapping", ClauseMapping, ("source", "target", "kind")),
    Shared(
        "qms.account",
        User,
        ("username",),
        frozenset({"password", "last_login", "is_superuser", "is_staff", "must_change_password"}),
    ),
    # The holidays of the country, with what was corrected there; a year that has any here stays as it is.
    Shared("qms.national_day", CalendarDay, ("day",), frozenset({"agency"})),
)
WITHOUT_M2M = frozenset({User})


@dataclass
class Manifest:
    """What an archive holds."""

    agency: dict[str, str]
    made_at: str
    migrations: dict[str, str]
    counts: dict[str, int] = field(default_factory=dict)
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    format: str = FORMAT
    version: int = VERSION


# --- What is taken along -----------------------------------------------------------------------------------
def rows_of(kind: registry.Portable, agency: Agency) -> models.QuerySet[Any]:
    """The rows of one kind that belong to an agency, in a fixed order."""
    rows = kind.select(agency) if kind.select else kind.model._base_manager.filter(agency=agency)
    return rows.order_by("pk")


def _shared_rows(shared: Shared, agency: Agency) -> models.QuerySet[Any]:
    rows = shared_here(shared)
    if shared.model is User:
        rows = rows.filter(persons__agency=agency).distinct()
    return rows.order_by("pk")


def shared_here(shared: Shared) -> models.QuerySet[Any]:
    """All records of a shared kind that this installation has."""
    rows = shared.model._base_manager.all()
    return rows.filter(agency=None) if shared.model is CalendarDay else rows


def fields_of(
    model: type[models.Model], hidden: frozenset[str] = frozenset()
) -> list[models.Field[Any, Any]]:
    """The columns that travel; what a database makes of the others it makes again."""
    return [one for one in model._meta.concrete_fields if one.name not in hidden and not one.generated]


def links_of(model: type[models.Model]) -> list[models.ManyToManyField[Any, Any]]:
    """The many-to-many fields that have no model of their own, so travel with their record."""
    if model in WITHOUT_M2M:
        return []
    return [
        one
        for one in model._meta.many_to_many
        if (through := one.remote_field.through) is not None and through._meta.auto_created
    ]


def _record(row: models.Model, fields: list[models.Field[Any, Any]]) -> dict[str, Any]:
    found = {one.name: _value(one, getattr(row, one.attname)) for one in fields}
    for link in links_of(type(row)):
        found[link.name] = sorted(str(other.pk) for other in getattr(row, link.name).all())
    return found


def _value(of: models.Field[Any, Any], value: Any) -> Any:
    if isinstance(of, models.FileField):
        return value.name or ""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return value


def _lines(rows: models.QuerySet[Any], fields: list[models.Field[Any, Any]]) -> Iterator[bytes]:
    links = [one.name for one in links_of(rows.model)]
    for row in rows.prefetch_related(*links).iterator(chunk_size=CHUNK):
        text = json.dumps(_record(row, fields), cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
        yield text.encode() + b"\n"


def applied_migrations() -> dict[str, str]:
    """The last applied migration of every app."""
    found: dict[str, str] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        found[app] = name
    return {app: name for app, name in found.items() if app in _apps()}


def _apps() -> set[str]:
    return {kind.model._meta.app_label for kind in registry.portable}


@contextmanager
def _one_moment() -> Iterator[None]:
    """Everything read inside is as of one moment, and nobody who writes has to wait."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


# --- Taking out --------------------------------------------------------------------------------------------
class _Archive:
    """Writes members and keeps their hashes."""

    def __init__(self, target: IO[bytes], manifest: Manifest) -> None:
        self.zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self.manifest = manifest

    def add(self, name: str, parts: Iterable[bytes]) -> int:
        """Write one member; gives the number of its parts."""
        digest, size, count = hashlib.sha256(), 0, 0
        with self.zip.open(name, "w", force_zip64=True) as member:
            for part in parts:
                member.write(part)
                digest.update(part)
                size += len(part)
                count += 1
        self.manifest.members[name] = {"sha256": digest.hexdigest(), "size": size}
        return count

    def close(self) -> None:
        """Write the manifest last."""
        text = json.dumps(self.manifest.__dict__, ensure_ascii=False, indent=1, sort_keys=True)
        self.zip.writestr(MANIFEST, text)
        self.zip.close()


def export_agency(agency: Agency, target: IO[bytes], tell: Told = lambda line: None) -> Manifest:
    """Write everything of an agency as of one moment. Raises PortabilityError."""
    manifest = Manifest(
        agency={"id": str(agency.pk), "code": agency.code, "name": agency.name},
        made_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        migrations=applied_migrations(),
    )
    archive = _Archive(target, manifest)
    with _one_moment():
        for shared in SHARED:
            lines = _lines(_shared_rows(shared, agency), fields_of(shared.model, shared.hidden))
            manifest.counts[shared.name] = archive.add(f"records/{shared.name}.jsonl", lines)
        for kind in registry.portable:
            lines = _lines(rows_of(kind, agency), fields_of(kind.model))
            manifest.counts[kind.name] = archive.add(f"records/{kind.name}.jsonl", lines)
            tell(f"{kind.name}: {manifest.counts[kind.name]}")
        stored = {row.sha256: row for row in StoredFile.objects.filter(agency=agency)}
        for digest, row in sorted(stored.items()):
            try:
                archive.add(f"files/{digest}", [read_file(row)])
            except (OSError, Tampered) as error:
                raise PortabilityError(
                    _("The stored file “%(name)s” is missing or was changed: %(error)s")
                    % {"name": row.name, "error": error}
                ) from error
    archive.close()
    return manifest


# --- Reading an archive ------------------------------------------------------------------------------------
def open_archive(source: Path) -> tuple[zipfile.ZipFile, Manifest]:
    """Open an archive and check every member against the manifest. Raises PortabilityError."""
    try:
        archive = zipfile.ZipFile(source)
        manifest = Manifest(**json.loads(archive.read(MANIFEST)))
        if manifest.format != FORMAT:
            raise PortabilityError(_("This file is not an export of an agency."))
        if manifest.version != VERSION:
            raise PortabilityError(
                _("The file has version %(its)s; this portal reads version %(ours)s.")
                % {"its": manifest.version, "ours": VERSION}
            )
        _check_members(archive, manifest)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise PortabilityError(
            _("This file is not an export of an agency, or it is damaged: %(error)s") % {"error": error}
        ) from error
    return archive, manifest


def _check_members(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    names = archive.namelist()
    wrong = set(names) ^ (set(manifest.members) | {MANIFEST})
    if len(names) != len(set(names)):
        wrong.add(MANIFEST)
    for name, facts in manifest.members.items():
        if name in wrong:
            continue
        digest = hashlib.sha256()
        with archive.open(name) as member:
            for part in iter(lambda: member.read(1 << 20), b""):
                digest.update(part)
        if digest.hexdigest() != facts["sha256"]:
            wrong.add(name)
    if wrong:
        raise PortabilityError(
            _("The file was changed or is damaged: %(members)s") % {"members": ", ".join(sorted(wrong)[:5])}
        )


def lines_of(archive: zipfile.ZipFile, name: str) -> Iterator[dict[str, Any]]:
    """The records of one kind in an archive; none when the archive does not have the kind."""
    try:
        member = archive.open(f"records/{name}.jsonl")
    except KeyError:
        return
    with member:
        for line in member:
            yield json.loads(line)
