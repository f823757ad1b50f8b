"""The evidence matrix: every clause that applies, with the records that show it, on a day.

What is counted are the numbered clauses without numbered clauses below them, as auditors ask for them.
"""

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.functional import Promise

from qms import agency_settings, registry
from qms.models import Agency, Clause, Person, StandardEdition
from qms.selectors.standard import ClauseRow, clause_rows

MONTHS = "qms.evidence_months"


@dataclass(frozen=True)
class Piece:
    """One piece of evidence as it is shown; old on the day asked about or not."""

    evidence: registry.Evidence
    stale: bool


@dataclass(frozen=True)
class Group:
    """What one provider gives for a clause; `is_open` when the reader may see which records they are."""

    label: "str | Promise"
    total: int
    pieces: tuple[Piece, ...]
    is_open: bool

    @property
    def more(self) -> int:
        """How many records there are beyond those shown."""
        return self.total - len(self.pieces)

    @property
    def stale(self) -> bool:
        """Whether even the newest is old."""
        return all(piece.stale for piece in self.pieces)


@dataclass(frozen=True)
class MatrixRow:
    """A clause of the matrix: a heading, one that is excluded, or one that needs evidence."""

    row: ClauseRow
    is_heading: bool
    groups: list[Group] = field(default_factory=list)

    @property
    def clause(self) -> Clause:
        """The clause."""
        return self.row.clause

    @property
    def needs(self) -> bool:
        """Whether evidence is asked for."""
        return self.row.applicable and not self.is_heading

    @property
    def gap(self) -> bool:
        """Whether evidence is asked for and there is none."""
        return self.needs and not self.groups

    @property
    def stale(self) -> bool:
        """Whether all the evidence there is has grown old."""
        return self.needs and bool(self.groups) and all(group.stale for group in self.groups)

    @property
    def lines(self) -> Iterator[tuple[Group, Piece]]:
        """Every piece of evidence with its group."""
        return ((group, piece) for group in self.groups for piece in group.pieces)


@dataclass(frozen=True)
class Matrix:
    """The rows in the order of the standard and what they add up to."""

    rows: list[MatrixRow]
    months: int

    @property
    def applicable(self) -> int:
        """Clauses that ask for evidence."""
        return sum(row.needs for row in self.rows)

    @property
    def shown(self) -> int:
        """Clauses with evidence, old or not."""
        return sum(row.needs and not row.gap for row in self.rows)

    @property
    def gaps(self) -> int:
        """Clauses without any evidence."""
        return sum(row.gap for row in self.rows)

    @property
    def stale(self) -> int:
        """Clauses whose evidence has all grown old."""
        return sum(row.stale for row in self.rows)

    @property
    def excluded(self) -> list[MatrixRow]:
        """Clauses that were said not to apply."""
        return [row for row in self.rows if not row.row.applicable]

    def narrowed(self, show: str = "", clause: str = "") -> list[MatrixRow]:
        """The rows of a filter (`gaps`, `stale`) or of one clause, under the headings they need."""
        kept: list[MatrixRow] = []
        for row in reversed(self.rows):
            code = row.clause.code
            if clause and not _within(code, clause):
                continue
            if row.is_heading:
                wanted = any(_within(one.clause.code, code) for one in kept)
            else:
                wanted = {"gaps": row.gap, "stale": row.stale}.get(show, True)
            if wanted:
                kept.append(row)
        return kept[::-1]


def evidence_matrix(reader: Person, agency: Agency, edition: StandardEdition, on: dt.date) -> Matrix:
    """The matrix of an agency on a day; every provider is asked once, whatever the number of clauses."""
    months = agency_settings.get(agency, MONTHS, on)
    oldest = months_before(on, months)
    found: list[tuple[tuple[str, ...], Group]] = []
    for provider in registry.evidence:
        answer = provider.find(agency, on)
        pieces = tuple(Piece(one, is_stale(one, on, oldest)) for one in answer)
        if pieces:
            is_open = bool(provider.policy(reader))
            found.append((provider.clauses, Group(provider.label, answer.total, pieces, is_open)))
    rows = clause_rows(agency, edition, on)
    parents = {row.clause.parent_id for row in rows if not row.is_letter}
    made: list[MatrixRow] = []
    for row in rows:
        said_out = not row.applicable and row.own is not None
        if (row.is_letter or not row.applicable) and not said_out:
            continue
        is_heading = row.applicable and row.clause.pk in parents
        groups = (
            []
            if is_heading or not row.applicable
            else [group for codes, group in found if any(_within(row.clause.code, code) for code in codes)]
        )
        made.append(MatrixRow(row, is_heading, groups))
    return Matrix(made, months)


def is_stale(one: registry.Evidence, on: dt.date, oldest: dt.date) -> bool:
    """Whether a piece of evidence is too old on a day."""
    if one.valid_until is not None:
        return one.valid_until < on
    return not one.stands and one.date < oldest


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day so many months earlier, or the last day of that month."""
    year, month = divmod(max(12, day.year * 12 + day.month - 1 - max(0, months)), 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _within(code: str, above: str) -> bool:
    return code == above or code.startswith(f"{above}.")
