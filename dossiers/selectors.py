"""Reading dossiers: counts by unit, procedure or field, and the dossiers behind a count."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse

from dossiers import cells, facts
from dossiers.facts import OFFICIAL, Span
from dossiers.models import Dossier, DossierImport, DossierVersion
from qms.models import Agency, OrgUnit

Group = Literal["unit", "procedure", "field"]
COLUMNS: dict[Group, str] = {"unit": "unit_id", "procedure": "procedure_id", "field": "procedure__field"}
WINDOWS_AT_ONCE = 40
NUMBER_KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Tally:
    """The counts of one group (None: the whole agency) in one window."""

    window: Span
    group: Any
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Tallies:
    """Every tally of one question, with what it rests on."""

    as_of: dt.datetime | None
    seq: int | None
    by_place: Mapping[tuple[Span, Any], Mapping[str, int]]
    keys: Sequence[str] = OFFICIAL

    def of(self, window: Span, group: Any = None) -> Mapping[str, int]:
        """The counts of a group in a window; zeros where there is nothing."""
        return self.by_place.get((window, group)) or dict.fromkeys(self.keys, 0)

    def groups(self) -> set[Any]:
        """The groups that occur, the whole agency (None) left out."""
        return {group for _window, group in self.by_place if group is not None}

    def __iter__(self) -> Iterator[Tally]:
        return (Tally(window, group, values) for (window, group), values in self.by_place.items())


def data_as_of(agency: Agency, seq: int | None = None) -> dt.datetime | None:
    """The moment of the newest committed export (up to import number `seq`); None before the first."""
    imports = committed(agency)
    if seq is not None:
        imports = imports.filter(seq__lte=seq)
    newest: dt.datetime | None = imports.aggregate(newest=Max("as_of"))["newest"]
    return newest


def committed(agency: Agency) -> "QuerySet[DossierImport]":
    """The committed imports of an agency, newest first."""
    return DossierImport.objects.filter(agency=agency, state=DossierImport.State.COMMITTED).order_by("-seq")


def same_file(one: DossierImport) -> DossierImport | None:
    """The newest committed import of the very same bytes, if there is one."""
    return committed(one.agency).filter(sha256=one.sha256).exclude(pk=one.pk).first()


def last_seq(agency: Agency) -> int:
    """The number of the newest committed import, 0 before the first."""
    return committed(agency).values_list("seq", flat=True).first() or 0


def number_of_dossiers(agency: Agency) -> int:
    """How many dossiers an agency has. They change with imports only: the number of a state is kept."""
    seq = last_seq(agency)
    key = f"dossiers:number:{agency.pk}:{seq}"
    kept: int | None = cache.get(key)
    if kept is None:
        kept = Dossier.objects.filter(agency=agency).count()
        if last_seq(agency) == seq:
            cache.set(key, kept, NUMBER_KEPT_SECONDS)
    return kept


def counts(
    agency: Agency,
    *,
    windows: Sequence[Span],
    as_of: dt.datetime | None = None,
    by: Group | None = "unit",
    seq: int | None = None,
    keys: Sequence[str] = OFFICIAL,
) -> Tallies:
    """Count facts (the official ones, unless `keys` names others) per window for the agency and per group.

    The whole agency is group None. One query for any number of units and up to 40 windows. `as_of` is the
    moment the data stands for (default: the newest export). With `seq` the facts are those in force after
    that import: a frozen figure computes to the same numbers at any later time.
    """
    if as_of is None:
        as_of = data_as_of(agency, seq)
    found: dict[tuple[Span, Any], dict[str, int]] = {}
    asked = list(dict.fromkeys(windows))
    for start in range(0, len(asked), WINDOWS_AT_ONCE):
        for rows in tables(agency, seq):
            _add_up(found, rows, asked[start : start + WINDOWS_AT_ONCE], as_of, by, keys)
    return Tallies(as_of, seq, found, keys)


def tables(agency: Agency, seq: int | None = None) -> "list[QuerySet[Any]]":
    """The rows in force now, or after import number `seq`: still in force, and superseded since."""
    rows: list[QuerySet[Any]] = [Dossier.objects.filter(agency=agency).in_force(seq)]
    if seq is not None:
        rows.append(DossierVersion.objects.filter(agency=agency).in_force(seq))
    return rows


def relevant(windows: Sequence[Span], keys: Sequence[str]) -> Q:
    """Rows that may count in one of the windows; lets the database use its indexes."""
    first = min(window.start for window in windows)
    last = max(window.end for window in windows)
    unfinished = Q(result_at=None) | Q(result_at__gte=first) | Q(closed_at__gte=first)
    if facts.reach_back(keys):
        unfinished |= Q(due_original_at__gte=first)
    return Q(received_at__lt=last) & (Q(received_at__gte=first) | unfinished)


def _add_up(
    found: dict[tuple[Span, Any], dict[str, int]],
    rows: "QuerySet[Any]",
    windows: Sequence[Span],
    as_of: dt.datetime | None,
    by: Group | None,
    keys: Sequence[str],
) -> None:
    rows = rows.filter(relevant(windows, keys)).order_by()
    for value, number, counts in _counted(rows, COLUMNS[by or "unit"], windows, as_of, keys):
        for group in {None} if by is None else {None, value}:
            place = found.setdefault((windows[number], group), dict.fromkeys(keys, 0))
            for key, count in counts.items():
                place[key] += count


def _counted(
    rows: "QuerySet[Any]",
    column: str,
    windows: Sequence[Span],
    as_of: dt.datetime | None,
    keys: Sequence[str],
) -> Iterator[cells.Counted]:
    """How many rows meet each condition in each window, per value of a column; by cells where possible."""
    shape = cells.Shape()
    conditions = {key: facts.condition_of_edges(key) for key in keys}
    by_cells = {
        key: rule for key, rule in conditions.items() if column in cells.WORDS and shape.take_in(rule)
    }
    if by_cells:
        dates = [facts.edges(window, as_of) for window in windows]
        yield from cells.count_by_cells(rows, column, by_cells, dates, shape)
    others = [key for key in keys if key not in by_cells]
    if others:
        judged = {
            f"w{number}_{key}": Count("pk", filter=facts.condition(key, window, as_of))
            for number, window in enumerate(windows)
            for key in others
        }
        for line in rows.values(column).annotate(**judged):
            for number in range(len(windows)):
                yield line[column], number, {key: line[f"w{number}_{key}"] for key in others}


def trace(
    agency: Agency,
    key: str,
    window: Span,
    *,
    as_of: dt.datetime | None = None,
    unit: OrgUnit | uuid.UUID | None = None,
    procedure: Any = None,
    field: str | None = None,
) -> "QuerySet[Dossier]":
    """The very dossiers a count (or several joined by `+`) is made of; KeyError for an unknown key."""
    if as_of is None:
        as_of = data_as_of(agency)
    rows = Dossier.objects.filter(agency=agency).filter(facts.condition(key, window, as_of))
    if unit is not None:
        rows = rows.filter(unit=unit)
    if procedure is not None:
        rows = rows.filter(procedure=procedure)
    return rows if field is None else rows.filter(procedure__field=field)


def trace_then(
    agency: Agency, key: str, window: Span, *, seq: int, as_of: dt.datetime | None = None
) -> "tuple[QuerySet[Dossier], QuerySet[DossierVersion]]":
    """The rows a count was made of after import number `seq`: still in force, and superseded since."""
    if as_of is None:
        as_of = data_as_of(agency, seq)
    wanted = facts.condition(key, window, as_of)
    still, superseded = tables(agency, seq)
    return still.filter(wanted), superseded.filter(wanted)


def trace_url(
    key: str,
    window: Span,
    *,
    as_of: dt.datetime | None = None,
    unit: OrgUnit | uuid.UUID | None = None,
    procedure: Any = None,
    field: str | None = None,
    reason: str | None = None,
) -> str:
    """The address of the list of dossiers behind a count; first day and last day are both included."""
    query = {
        "fact": key,
        "from": f"{window.start:%d/%m/%Y}",
        "to": f"{window.end - dt.timedelta(seconds=1):%d/%m/%Y}",
    }
    if as_of is not None:
        query["as_of"] = as_of.isoformat(timespec="seconds")
    for name, value in (("unit", unit), ("procedure", procedure), ("field", field), ("reason", reason)):
        if value is not None:
            query[name] = str(getattr(value, "pk", value))
    return f"{reverse('dossiers:dossier-list')}?{urlencode(query)}"
