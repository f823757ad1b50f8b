"""From an import's temporary file to understood rows on disk. Nothing is written to the database here."""

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from dossiers import incoming
from dossiers.importers.guess import Guesser
from dossiers.importers.headers import Column, Table, find_table
from dossiers.importers.lines import RejectedRow, ShownRow
from dossiers.importers.problems import Problems
from dossiers.importers.profile import Profile, built_in, header_key
from dossiers.importers.quick import QuickReader, identities
from dossiers.importers.reading import open_sheets
from dossiers.importers.rows import RowReader
from dossiers.importers.units import UnitIndex
from dossiers.importers.values import outline, text_of
from dossiers.known import Procedures, due_check, unit_index
from dossiers.models import DossierImport, ImportProfile
from dossiers.models.dossier import NAMESPACE
from dossiers.personal import PersonalSpool, kinds_kept
from dossiers.staging import Spool
from qms import clock
from qms.models import Agency

Progress = Callable[[int, int, str], None]
KEPT_PROBLEMS = 20_000
TOLD_SECONDS = 0.3
"""Progress is told by time, so that a small file shows it too; the clock is looked at every so many rows."""
SAMPLES = 2
ODD_DATES_SHARE = 10
"""When one date in this many can be read in another form only, the form is asked about."""


def default_profile(agency: Agency) -> ImportProfile:
    """The profile the portal comes with, as data of the agency from its first use on."""
    profile, _is_new = ImportProfile.objects.get_or_create(
        agency=agency,
        code="one-stop",
        defaults={"name": _("One-stop systems"), "mapping": built_in()},
    )
    return profile


@dataclass
class Understood:
    """What a file holds, as far as it could be understood."""

    table: Table
    mapping: dict[str, Any]
    source: ImportProfile
    as_of: dt.datetime
    as_of_found: bool
    spool: Spool
    procedures: Procedures
    personal: PersonalSpool
    read: int = 0
    rejected: int = 0
    warnings: int = 0
    problems: Problems = field(default_factory=lambda: Problems(KEPT_PROBLEMS))
    statuses: "Counter[str]" = field(default_factory=Counter)
    shown: list[ShownRow] = field(default_factory=list)
    rejected_rows: list[RejectedRow] = field(default_factory=list)
    words: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    odd_dates: str = ""
    odd_codes: bool = False

    @property
    def is_open(self) -> bool:
        """Whether a person has to say something before anything can be imported."""
        return bool(self.table.missing or self.table.guessed or self.odd_dates or self.odd_codes)

    def summary(self) -> dict[str, Any]:
        """What the pages show of it, as JSON; holds no personal data."""
        return {
            "sheet": self.table.sheet,
            "header_line": self.table.header_line,
            "as_of_found": self.as_of_found,
            "columns": [self._column(column) for column in self.table.columns if column.title],
            "shown": [{"line": row.line, "cells": row.cells} for row in self.shown],
            "kinds": dict(self.problems.kinds),
            "statuses": dict(self.statuses),
            "procedures": [{"code": one.code, "name": one.name} for one in self.procedures.fresh.values()],
            "missing": list(self.table.missing),
            "words": {kind: words for kind, words in self.words.items() if words},
            "odd_dates": self.odd_dates,
            "odd_codes": self.odd_codes,
            "open": self.is_open,
        }

    def _column(self, column: Column) -> dict[str, Any]:
        told: dict[str, Any] = {
            "title": column.title,
            "use": column.use,
            "field": column.field,
            "how": column.how,
            "again": column.is_again,
        }
        if column.use == "personal" and not column.how:
            return told
        cells = [row[column.index] for row in self.table.samples if column.index < len(row)]
        show = text_of if column.use == "field" and not column.how else outline
        shown = dict.fromkeys(show(cell)[:60] for cell in cells if text_of(cell))
        return told | {"samples": list(shown)[:SAMPLES]}


@contextmanager
def understood(one: DossierImport, progress: Progress, *, guess: bool = False) -> Iterator[Understood]:
    """Read the temporary file of an import; raises FileRefused when the file as a whole cannot be taken.

    An import without a mapping is read by the profile of the agency that knows its header best. With `guess`
    unknown columns are guessed, and a file of which something has to be asked is given back unread.
    """
    mapping = one.mapping
    sources = [(one.profile, mapping)] if mapping else sources_of(one.agency)
    profiles = [Profile.from_mapping(known) for _source, known in sources]
    units = unit_index(one.agency)
    guesser = Guesser([*profiles, Profile.from_mapping(built_in())], units.all_names()) if guess else None
    spool = Spool(one.agency)
    personal = PersonalSpool(kinds_kept(one.agency))
    try:
        with (
            incoming.opened(one.incoming, one.file_name) as path,
            open_sheets(
                path,
                one.file_name,
                encoding=mapping.get("encoding", ""),
                delimiter=mapping.get("delimiter", ""),
            ) as sheets,
        ):
            table = find_table(sheets, *profiles, guesser=guesser)
            assert table.profile is not None
            source, known = sources[profiles.index(table.profile)]
            found = Understood(
                table=table,
                mapping=known,
                source=source,
                as_of=one.as_of or table.as_of or clock.now(),
                as_of_found=table.as_of is not None,
                spool=spool,
                procedures=Procedures(one.agency),
                personal=personal,
            )
            if not table.missing:
                _read(found, table.profile, units, progress)
        yield found
    finally:
        spool.close()
        personal.close()


def sources_of(agency: Agency) -> list[tuple[ImportProfile, dict[str, Any]]]:
    """The profiles a file may be read by, with their mappings: newest first, the portal's own last."""
    default = default_profile(agency)
    kept = ImportProfile.objects.filter(agency=agency, archived_at=None)
    learned = kept.exclude(pk=default.pk).order_by("-created_at")
    return [(source, source.mapping) for source in (*learned, default)]


def _read(found: Understood, profile: Profile, units: UnitIndex, progress: Progress) -> None:
    agency, procedures = found.spool.agency, found.procedures
    reader = RowReader(
        found.table,
        profile,
        units,
        procedures.by_name,
        found.as_of,
        found.problems,
        due_check(agency, found.as_of),
    )
    identity = identities(NAMESPACE, f"{agency.pk.hex}:")
    quick = QuickReader(reader, identity, procedures.id_of)
    if found.personal.kinds:
        quick.also = found.personal.collector(found.table)
    expected, write = found.table.expected_lines, found.spool.write
    count, told = 0, time.monotonic()
    progress(0, max(expected, 1), _("Reading the file"))
    for some in quick.blocks():
        write("".join([f"{line}\n" for line in some]))
        count += len(some)
        if (now := time.monotonic()) - told >= TOLD_SECONDS:
            told = now
            progress(reader.read, max(expected, reader.read), _("Reading the file"))
    progress(reader.read, reader.read, _("Reading the file"))
    found.spool.count, found.statuses = count, quick.statuses
    found.read, found.rejected, found.warnings = reader.read, reader.rejected, reader.warnings
    found.shown = [*reader.shown, *reader.shown_rejected]
    found.rejected_rows = reader.rejected_rows
    found.words = {kind: words.most_common() for kind, words in reader.unknown.items()}
    # Somebody who was asked has said how they are written: those in another way are wrong.
    found.odd_codes = not found.mapping.get("codes") and found.problems.kinds["code"] * 2 > reader.read
    form, times = next(iter(reader.odd_dates.most_common(1)), ("", 0))
    found.odd_dates = form if times * ODD_DATES_SHARE >= max(reader.read, 1) else ""


def header_of(one: DossierImport) -> set[str]:
    """The keys of the titles of a checked file."""
    return {header_key(column["title"]) for column in one.understood.get("columns", [])}
