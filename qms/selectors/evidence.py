"""The evidence matrix: every clause that applies, with the records that show it, on a day.

What is counted are the numbered clauses without numbered clauses below them, as auditors ask for them.
"""

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.functional import Promise

from qms import agency_settings, clock, history, registry
from qms.models import Agency, Clause, ClauseMapping, Person, StandardEdition
from qms.selectors.standard import ClauseRow, clause_rows

MONTHS = "qms.evidence_months"
WRITTEN_FOR = "TCVN ISO 9001:2015"
"""The edition whose clauses providers name; other editions reach them through the mapping."""


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
    provider: registry.EvidenceProvider | None = None
    found: registry.EvidenceFound | None = None

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
    came_from: list[ClauseMapping] = field(default_factory=list)
    is_new: bool = False

    @property
    def changed(self) -> bool:
        """Whether the clause is not what it was in the edition before."""
        return self.is_new or any(one.kind != ClauseMapping.Kind.SAME for one in self.came_from)

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
    def kinds(self) -> list[Group]:
        """One group for each kind of evidence, for the page: what it has for the clause and those above."""
        named: dict[int, list[Group]] = {}
        for group in self.groups:
            named.setdefault(id(group.provider), []).append(group)
        return [_merged(some) for some in named.values()]

    @property
    def lines(self) -> Iterator[tuple[Group, Piece]]:
        """Every piece of evidence with its group."""
        return ((group, piece) for group in self.groups for piece in group.pieces)


@dataclass(frozen=True)
class Matrix:
    """The rows in the order of the standard and what they add up to."""

    rows: list[MatrixRow]
    months: int
    carried_from: StandardEdition | None = None
    dropped: list["Dropped"] = field(default_factory=list)

    @property
    def carried(self) -> dict[str, int]:
        """How many clauses that ask for evidence are unchanged, changed, moved or new; and dropped ones."""
        counts = {str(kind): 0 for kind in ClauseMapping.Kind.values}
        for row in self.rows:
            if row.needs and self.carried_from is not None:
                kinds = {one.kind for one in row.came_from}
                order = ("new",) if row.is_new else ("changed", "moved", "same")
                counts[next((kind for kind in order if row.is_new or kind in kinds), "new")] += 1
        counts["removed"] = len(self.dropped)
        return counts

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
                states = {"gaps": row.gap, "stale": row.stale, "changed": row.changed}
                wanted = states.get(show, True)
            if wanted:
                kept.append(row)
        return kept[::-1]


@dataclass(frozen=True)
class Dropped:
    """A clause that the edition no longer has, with the evidence that loses its place."""

    clause: Clause
    groups: list[Group]
    note: str = ""


@dataclass(frozen=True)
class _Carried:
    """Where the clauses of an edition came from, when evidence is named for another one."""

    source: StandardEdition
    by_target: dict[object, list[ClauseMapping]]
    excluded: "dict[Any, ClauseRow]"
    dropped: list[tuple[Clause, str]]


def evidence_matrix(reader: Person, agency: Agency, edition: StandardEdition, on: dt.date) -> Matrix:
    """The matrix of an agency on a day; every provider is asked once, whatever the number of clauses.

    For an edition other than the one providers name, evidence is carried over along the mapping.
    """
    months = agency_settings.get(agency, MONTHS, on)
    found = groups_found(reader, agency, on, months)
    carried = _carried(agency, edition, on)
    rows = clause_rows(agency, edition, on)
    if carried is not None:
        rows = _with_exclusions(rows, carried)
    parents = {row.clause.parent_id for row in rows if not row.is_letter}
    made: list[MatrixRow] = []
    for row in rows:
        said_out = not row.applicable and row.own is not None
        if (row.is_letter or not row.applicable) and not said_out:
            continue
        is_heading = row.applicable and row.clause.pk in parents
        came = [] if carried is None else carried.by_target.get(row.clause.pk, [])
        codes = [row.clause.code]
        if carried is not None:
            codes = [one.source.code for one in came if one.source is not None]
        groups = [] if is_heading or not row.applicable else _groups_for(codes, found)
        is_new = carried is not None and not codes
        made.append(MatrixRow(row, is_heading, groups, came, is_new))
    if carried is None:
        return Matrix(made, months)
    dropped = [Dropped(clause, _groups_for([clause.code], found), note) for clause, note in carried.dropped]
    return Matrix(made, months, carried.source, dropped)


def _merged(groups: list[Group]) -> Group:
    """Groups of one provider as one; a record that stands at several clauses counts once."""
    first = groups[0]
    if len(groups) == 1:
        return first
    pieces = list(
        {(one.evidence.url, one.evidence.title): one for group in groups for one in group.pieces}.values()
    )
    rows = [group.found.rows for group in groups if group.found is not None]
    total = sum(group.total for group in groups)
    if len(rows) == len(groups) and all(isinstance(some, list) for some in rows):
        total = len({row.pk for some in rows for row in some})
    return replace(first, total=total, pieces=tuple(pieces[: registry.EVIDENCE_SHOWN]))


def groups_found(
    reader: Person, agency: Agency, on: dt.date, months: int
) -> list[tuple[tuple[str, ...], Group]]:
    """What every provider has on a day, with the clauses it stands for."""
    oldest = months_before(on, months)
    found: list[tuple[tuple[str, ...], Group]] = []
    asked: list[tuple[registry.EvidenceProvider, tuple[str, ...], registry.EvidenceFound]] = []
    for provider in registry.evidence:
        answers: list[tuple[tuple[str, ...], registry.EvidenceFound]]
        if provider.by_clause is not None:
            answers = [((code,), answer) for code, answer in provider.by_clause(agency, on).items()]
        else:
            answers = [(provider.clauses, provider.find(agency, on))]
        for codes, answer in answers:
            asked.append((provider, codes, answer))
    shown = _newest_then([answer for _provider, _codes, answer in asked], on)
    for (provider, codes, answer), newest in zip(asked, shown, strict=True):
        pieces = tuple(Piece(one, is_stale(one, on, oldest)) for one in newest)
        if pieces:
            is_open = bool(provider.policy(reader))
            group = Group(provider.label, answer.total, pieces, is_open, provider, answer)
            found.append((codes, group))
    return found


def _newest_then(answers: list[registry.EvidenceFound], on: dt.date) -> list[tuple[registry.Evidence, ...]]:
    """The newest pieces of every answer in the words of the day, with one look into the trail."""
    if on >= clock.today():
        return [answer.newest for answer in answers]
    held = [_loaded(answer, registry.EVIDENCE_SHOWN) for answer in answers]
    history.words_then([row for rows in held for row in rows], on)
    return [
        answer.newest if answer.rows is None or answer.make is None else tuple(map(answer.make, rows))
        for answer, rows in zip(answers, held, strict=True)
    ]


def rows_then(found: registry.EvidenceFound, on: dt.date, most: int) -> list[Any]:
    """The newest records of an answer as they, and the records they name, read on a day."""
    rows = _loaded(found, most)
    history.words_then(rows, on)
    return rows


def _loaded(found: registry.EvidenceFound, most: int) -> list[Any]:
    """Records with everything loaded that their line names."""
    if found.rows is None or found.make is None:
        return []
    rows = list(found.rows[:most])
    for row in rows:
        found.make(row)
    return rows


def _groups_for(codes: list[str], found: list[tuple[tuple[str, ...], Group]]) -> list[Group]:
    return [group for named, group in found if any(_within(code, above) for above in named for code in codes)]


def _carried(agency: Agency, edition: StandardEdition, on: dt.date) -> _Carried | None:
    """The way from the edition providers name to this one; None for that edition, or without a mapping."""
    if edition.code == WRITTEN_FOR:
        return None
    mappings = list(
        ClauseMapping.objects.filter(source__edition__code=WRITTEN_FOR)
        .filter(target__edition=edition)
        .select_related("source__edition", "target")
        .order_by("source__order")
    )
    if not mappings:
        return None
    by_target: dict[object, list[ClauseMapping]] = {}
    for one in mappings:
        by_target.setdefault(one.target_id, []).append(one)
    assert mappings[0].source is not None
    source = mappings[0].source.edition
    rows = clause_rows(agency, source, on)
    reached = {one.source_id for one in mappings}
    notes = dict(
        ClauseMapping.objects.filter(source__edition=source, target=None).values_list("source_id", "note_vi")
    )
    parents = {row.clause.parent_id for row in rows if not row.is_letter}
    dropped = [
        (row.clause, notes.get(row.clause.pk, ""))
        for row in rows
        if row.clause.pk not in reached and not row.is_letter and row.clause.pk not in parents
    ]
    excluded = {row.clause.pk: row for row in rows if not row.applicable}
    return _Carried(source, by_target, excluded, dropped)


def _with_exclusions(rows: list[ClauseRow], carried: _Carried) -> list[ClauseRow]:
    """What is excluded in the edition before stays so, until it is said anew of this edition."""
    made: list[ClauseRow] = []
    out: set[object] = set()
    for row in rows:
        came = carried.by_target.get(row.clause.pk, [])
        before = [carried.excluded.get(one.source_id) for one in came]
        if row.own is None and row.applicable and before and all(before):
            first = before[0]
            assert first is not None
            said = None if row.clause.parent_id in out else first.own
            out.add(row.clause.pk)
            row = replace(row, applicable=False, reason=first.reason, own=said)
        made.append(row)
    return made


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
