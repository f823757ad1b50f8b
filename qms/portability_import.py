"""Restoring an agency from an archive of qms.portability: everything or nothing."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DataError, IntegrityError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models.sql import InsertQuery
from django.utils.translation import gettext as _

from qms import audit, registry, search
from qms.models import Agency, CalendarDay, Person, StoredFile, User
from qms.portability import (
    CHUNK,
    SHARED,
    Manifest,
    PortabilityError,
    Shared,
    Told,
    fields_of,
    lines_of,
    links_of,
    open_archive,
    rows_of,
    shared_here,
)

Keys = dict[type[models.Model], dict[str, Any]]
"""For records that existed here already: their key in the archive to their key here."""


def import_agency(source: Path, tell: Told = lambda line: None, acting: Person | None = None) -> Agency:
    """Restore the agency of an archive. Raises PortabilityError and changes nothing."""
    archive, manifest = open_archive(source)
    with archive:
        _refuse(manifest)
        written = _restore_files(archive, manifest)
        try:
            with transaction.atomic():
                _restore_records(archive, manifest, tell)
                agency = Agency.objects.get(pk=manifest.agency["id"])
                _compare(agency, manifest)
                audit.record("qms.agency.imported", agency, acting=acting, note=manifest.made_at)
        except BaseException:
            for name in written:
                default_storage.delete(name)
            raise
    found = search.rebuild(agency)
    tell(f"search: {found}")
    return agency


def _refuse(manifest: Manifest) -> None:
    known = MigrationLoader(connection).disk_migrations
    newer = [f"{app}.{name}" for app, name in manifest.migrations.items() if (app, name) not in known]
    if newer:
        raise PortabilityError(
            _("The file was made by a newer version of the portal (%(migration)s). Upgrade this one first.")
            % {"migration": newer[0]}
        )
    names = {kind.name for kind in registry.portable} | {shared.name for shared in SHARED}
    unknown = [name for name in manifest.counts if name not in names]
    if unknown:
        raise PortabilityError(
            _("The file holds records this portal does not know: %(names)s.") % {"names": ", ".join(unknown)}
        )
    taken = Agency.objects.filter(code=manifest.agency["code"]) | Agency.objects.filter(
        pk=manifest.agency["id"]
    )
    if taken.exists():
        raise PortabilityError(
            _("The agency %(code)s exists here already.") % {"code": manifest.agency["code"]}
        )


def _restore_files(archive: zipfile.ZipFile, manifest: Manifest) -> list[str]:
    """Write the stored files under their names; gives those that were not there yet."""
    names = {record["sha256"]: record["file"] for record in lines_of(archive, "qms.stored_file")}
    written = []
    for digest, name in names.items():
        if name != f"{manifest.agency['id']}/{digest[:2]}/{digest}":
            raise PortabilityError(_("The file names a place outside its agency: %(name)s") % {"name": name})
        try:
            data = archive.read(f"files/{digest}")
        except KeyError:
            raise PortabilityError(_("The stored file %(name)s is missing.") % {"name": digest}) from None
        if hashlib.sha256(data).hexdigest() != digest:
            raise PortabilityError(_("The stored file %(name)s was changed.") % {"name": digest})
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(data))
            written.append(name)
    return written


def _restore_records(archive: zipfile.ZipFile, manifest: Manifest, tell: Told) -> None:
    keys: Keys = {}
    for shared in SHARED:
        added = _restore_shared(shared, _new_here(shared, lines_of(archive, shared.name)), keys)
        if shared.model is CalendarDay:
            tell(f"{shared.name}: {added}")
    for kind in registry.portable:
        if kind.name in manifest.counts:
            count = _restore_kind(kind, lines_of(archive, kind.name), keys, manifest)
            tell(f"{kind.name}: {count}")
    try:
        connection.check_constraints()
    except IntegrityError as error:
        raise PortabilityError(
            _("A record refers to another one that the file does not hold: %(error)s")
            % {"error": str(error).strip()}
        ) from error


def _restore_kind(
    kind: registry.Portable, records: Iterable[dict[str, Any]], keys: Keys, manifest: Manifest
) -> int:
    fields, count = fields_of(kind.model), 0
    for chunk in _chunks(records):
        for record in chunk:
            _own(kind, record, manifest)
        rows = [_row(kind.model, fields, record, keys) for record in chunk]
        _insert(kind.model, fields, rows, kind.name)
        for link in links_of(kind.model):
            _insert_links(link, chunk, keys)
        count += len(rows)
    return count


def _own(kind: registry.Portable, record: dict[str, Any], manifest: Manifest) -> None:
    """Refuse a record that names another agency; a superior agency that is not here is left out."""
    own = manifest.agency["id"]
    if record.get("agency", own) != own or (kind.model is Agency and record["id"] != own):
        raise PortabilityError(
            _("The file holds a record of another agency: %(kind)s %(record)s")
            % {"kind": kind.name, "record": record["id"]}
        )
    if kind.model is Agency and not Agency.objects.filter(pk=record["parent"]).exists():
        record["parent"] = None


def _new_here(shared: Shared, records: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Holidays of the country only for years that have none here.

    They hold for all agencies, and the operator may have moved or removed some of a year's days.
    """
    if shared.model is not CalendarDay:
        return records
    filled = {str(day.year) for day in shared_here(shared).values_list("day", flat=True)}
    return (record for record in records if record["day"][:4] not in filled)


def _restore_shared(shared: Shared, records: Iterable[dict[str, Any]], keys: Keys) -> int:
    """Add what is missing here, gives how many; remember the keys of what was here under another key."""
    fields = fields_of(shared.model, shared.hidden)
    columns = [one.attname for name in shared.key for one in fields if one.name == name]
    mapped = keys.setdefault(shared.model, {})
    fresh: list[models.Model] = []
    here = {
        tuple(str(value) for value in row[1:]): row[0]
        for row in shared_here(shared).values_list("pk", *shared.key)
    }
    for record in records:
        row = _row(shared.model, fields, record, keys)
        natural = tuple(str(getattr(row, column)) for column in columns)
        existing = here.get(natural)
        if existing is None:
            if isinstance(row, User):
                _lock_account(row)
            fresh.append(row)
        elif str(existing) != str(row.pk):
            if shared.model is User:
                raise PortabilityError(
                    _("An account %(name)s of somebody else exists here already.") % {"name": natural[0]}
                )
            mapped[str(row.pk)] = existing
    _insert(shared.model, fields_of(shared.model), fresh, shared.name)
    return len(fresh)


def _lock_account(user: User) -> None:
    """Nobody signs in with what was taken elsewhere: a new password has to be set first."""
    user.password = make_password(None)
    user.must_change_password = True


def _row(
    model: type[models.Model],
    fields: list[models.Field[Any, Any]],
    record: dict[str, Any],
    keys: Keys,
) -> models.Model:
    names = {one.name for one in fields} | {link.name for link in links_of(model)}
    if unknown := set(record) - names:
        raise PortabilityError(
            _("The file holds a field this portal does not know: %(field)s")
            % {"field": f"{model._meta.label}.{sorted(unknown)[0]}"}
        )
    values = {}
    for one in fields:
        if one.name not in record:
            continue  # the file is older than the field: its default stands
        value = record[one.name]
        if isinstance(one, models.ForeignKey):
            if value is not None:
                value = keys.get(one.related_model, {}).get(str(value), value)
            value = one.target_field.to_python(value)
        elif not isinstance(one, models.JSONField | models.FileField):
            value = one.to_python(value)
        values[one.attname] = value
    return model(**values)


def _chunks(records: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    source = iter(records)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def _insert(
    model: type[models.Model], fields: list[models.Field[Any, Any]], rows: list[models.Model], name: str
) -> None:
    """Insert rows as they are: no field sets itself (created_at stays what it was)."""
    if not rows:
        return
    size = connection.ops.bulk_batch_size(fields, rows)
    try:
        for start in range(0, len(rows), max(1, size)):
            query = InsertQuery(model)
            query.insert_values(fields, rows[start : start + max(1, size)], raw=True)
            query.get_compiler(connection=connection).execute_sql()
    except (IntegrityError, DataError) as error:
        raise PortabilityError(
            _("Records of the kind %(kind)s do not fit: %(error)s")
            % {"kind": name, "error": str(error).strip()}
        ) from error


def _insert_links(link: models.ManyToManyField[Any, Any], records: list[dict[str, Any]], keys: Keys) -> None:
    through = link.remote_field.through
    assert through is not None
    known = keys.get(link.related_model, {})
    through._base_manager.bulk_create(
        [
            through(
                **{link.m2m_column_name(): record["id"], link.m2m_reverse_name(): known.get(other, other)}
            )
            for record in records
            for other in record.get(link.name, [])
        ],
        batch_size=500,
    )


def _compare(agency: Agency, manifest: Manifest) -> None:
    """What was read must be what is there now."""
    for kind in registry.portable:
        expected = manifest.counts.get(kind.name)
        if expected is not None and rows_of(kind, agency).count() != expected:
            raise PortabilityError(
                _("After the import there are not as many records of the kind %(kind)s as in the file.")
                % {"kind": kind.name}
            )
    stored = StoredFile.objects.filter(agency=agency).values_list("file", flat=True)
    missing = [name for name in stored if not default_storage.exists(name)]
    if missing:
        raise PortabilityError(_("The stored file %(name)s is missing.") % {"name": missing[0]})
