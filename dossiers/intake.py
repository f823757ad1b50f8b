"""From an import's temporary file to understood rows on disk. Nothing is written to the database here."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from dossiers import incoming
from dossiers.importers.headers import Table, find_table
from dossiers.importers.problems import RowProblem
from dossiers.importers.profile import Profile, built_in, word_key
from dossiers.importers.reading import open_sheets
from dossiers.importers.rows import RowFacts, RowReader, ShownRow
from dossiers.importers.units import UnitIndex, UnitName
from dossiers.models import DossierImport, ImportProfile, Procedure, procedure_id
from dossiers.staging import Spool
from qms import clock
from qms.models import Agency, OrgUnit, OrgUnitAlias, OrgUnitVersion

Progress = Callable[[int, int, str], None]
KEPT_PROBLEMS = 20_000
TOLD_EVERY = 1000


def unit_index(agency: Agency) -> UnitIndex:
    """All names of the agency's units: present, short, former, and those other systems use."""
    names: list[UnitName] = []
    spans: dict[uuid.UUID, dt.date] = {}
    for old in OrgUnitVersion.objects.filter(agency=agency):
        names += [UnitName(old.unit_id, name, old.valid_from, old.valid_to) for name in _names(old)]
        if old.valid_to is not None:
            since = old.valid_to + dt.timedelta(days=1)
            spans[old.unit_id] = max(since, spans.get(old.unit_id, since))
    for unit in OrgUnit.objects.filter(agency=agency):
        since = spans.get(unit.pk, unit.valid_from)
        names += [
            UnitName(
                unit.pk, name, since, unit.valid_to, is_full=name == unit.name and unit.handles_procedures
            )
            for name in _names(unit)
        ]
    for alias in OrgUnitAlias.objects.filter(agency=agency):
        names.append(UnitName(alias.unit_id, alias.name))
    return UnitIndex(names)


def _names(unit: OrgUnit | OrgUnitVersion) -> list[str]:
    return list(dict.fromkeys(name for name in (unit.name, unit.short_name, unit.abbreviation) if name))


def default_profile(agency: Agency) -> ImportProfile:
    """The profile the portal comes with, as data of the agency from its first use on."""
    profile, _is_new = ImportProfile.objects.get_or_create(
        agency=agency,
        code="one-stop",
        defaults={"name": _("One-stop systems"), "mapping": built_in()},
    )
    return profile


class Procedures:
    """The catalogue while a file is read: known ones, and those the file brings along."""

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        known = Procedure.objects.filter(agency=agency).values_list("code", "pk", "name")
        self.ids = {code: pk for code, pk, _name in known}
        self.by_name = {word_key(name): code for code, _pk, name in known}
        self.fresh: dict[str, Procedure] = {}

    def id_of(self, row: RowFacts) -> uuid.UUID:
        """The identity of a row's procedure; an unknown one is noted down to be added."""
        found = self.ids.get(row.procedure_code)
        if found is None:
            found = self.ids[row.procedure_code] = procedure_id(self.agency, row.procedure_code)
            self.fresh[row.procedure_code] = Procedure(
                id=found,
                agency=self.agency,
                code=row.procedure_code,
                name=row.procedure_name or row.procedure_code,
                field=row.field,
                online_level=row.level,
            )
        return found


@dataclass
class Understood:
    """What a file holds, as far as it could be understood."""

    table: Table
    as_of: dt.datetime
    as_of_found: bool
    spool: Spool
    procedures: Procedures
    read: int = 0
    rejected: int = 0
    warnings: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    kinds: "Counter[str]" = field(default_factory=Counter)
    statuses: "Counter[str]" = field(default_factory=Counter)
    shown: list[ShownRow] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """What the pages show of it, as JSON; holds no personal data."""
        return {
            "sheet": self.table.sheet,
            "header_line": self.table.header_line,
            "as_of_found": self.as_of_found,
            "columns": [
                {"title": column.title, "use": column.use, "field": column.field}
                for column in self.table.columns
                if column.title
            ],
            "shown": [{"line": row.line, "cells": row.cells} for row in self.shown],
            "kinds": dict(self.kinds),
            "statuses": dict(self.statuses),
            "procedures": [{"code": one.code, "name": one.name} for one in self.procedures.fresh.values()],
        }


@contextmanager
def understood(one: DossierImport, progress: Progress) -> Iterator[Understood]:
    """Read the temporary file of an import; raises FileRefused when the file as a whole cannot be taken."""
    profile = Profile.from_mapping(one.mapping or one.profile.mapping)
    spool = Spool(one.agency)
    try:
        with (
            incoming.opened(one.incoming, one.file_name) as path,
            open_sheets(path, one.file_name) as sheets,
        ):
            table = find_table(sheets, profile)
            found = Understood(
                table=table,
                as_of=one.as_of or table.as_of or clock.now(),
                as_of_found=table.as_of is not None,
                spool=spool,
                procedures=Procedures(one.agency),
            )
            _read(found, profile, one.agency, progress)
        yield found
    finally:
        spool.close()


def _read(found: Understood, profile: Profile, agency: Agency, progress: Progress) -> None:
    def report(problem: RowProblem) -> None:
        found.kinds[problem.kind] += 1
        if len(found.problems) < KEPT_PROBLEMS:
            found.problems.append(problem)

    reader = RowReader(
        found.table, profile, unit_index(agency), found.procedures.by_name, found.as_of, report
    )
    expected = found.table.expected_lines
    for row in reader.rows():
        found.spool.add(row.line, _facts(row, found.procedures.id_of(row)))
        found.statuses[row.status] += 1
        if reader.read % TOLD_EVERY == 0:
            progress(reader.read, max(expected, reader.read), _("Reading the file"))
    found.read, found.rejected, found.warnings = reader.read, reader.rejected, reader.warnings
    found.shown = [*reader.shown, *reader.shown_rejected]


def _facts(row: RowFacts, procedure: uuid.UUID) -> dict[str, Any]:
    return {
        "code": row.code,
        "procedure_id": procedure,
        "unit_id": row.unit,
        "online_level": row.level,
        "channel": row.channel,
        "status": row.status,
        **row.dates,
        "rating": row.rating,
        "officer_code": row.officer_code,
        "extension_document": row.extension_document,
        "payment": row.payment,
        "digitised": {"yes": True, "no": False}.get(row.digitised),
        "late_reason": row.late_reason,
        "row_hash": row.fingerprint(),
    }
