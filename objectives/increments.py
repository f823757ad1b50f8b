"""The figures of dossiers from the figures of before and what has changed since.

A figure is a sum of counts over a sum of counts. So the new one is the present one plus the change of these
counts, which `dossiers.changed` counts from the changed dossiers alone. Whatever cannot be had in this way is
counted whole: periods that have no figures yet, and formulas of working hours, which rest on the catalogue
and the calendar besides. Every night everything is counted whole and held against what is kept.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from django.db.models import JSONField, TextField, Value
from django.db.models.functions import Cast, NullIf

from dossiers.changed import State, count_changes, states
from objectives import facts, formulas, periods
from objectives.models import Figure, ObjectiveSet, Target
from qms.models import Agency

Rate = tuple[int | None, int | None]
Place = tuple[uuid.UUID, uuid.UUID | None, str, str]
"""Which figure: target, unit (None: the whole set), code of the period, code of the formula."""
NUMBERS = ("numerator", "denominator", "status", "formula_version")
NOTHING = Value({}, JSONField())


@dataclass(frozen=True)
class Seen:
    """The kept figures of some targets as they were read: (figure, checked at, as of, import, measurement,
    and what the measurement says: numerator, denominator, status, version of the formula, detail).

    The keys of figure and measurement are text: they are only handed back to the database.
    """

    targets: set[uuid.UUID]
    rows: Mapping[Place, Sequence[Any]]

    @classmethod
    def read(cls, agency: Agency, targets: Iterable[uuid.UUID]) -> Self:
        """Read them in one question.

        Objects for keys and details are what it costs most, so they are made once each and only where needed.
        """
        found = Figure.objects.filter(agency=agency, target__in=targets).values_list(
            Cast("target_id", TextField()),
            Cast("unit_id", TextField()),
            "period",
            "formula",
            Cast("pk", TextField()),
            "checked_at",
            "as_of",
            "facts_seq",
            Cast("measurement_id", TextField()),
            *(f"measurement__{name}" for name in NUMBERS),
            NullIf("measurement__detail", NOTHING),
        )
        key = cache(uuid.UUID)
        rows: dict[Place, Sequence[Any]] = {}
        for target, unit, period, formula, *said, detail in found.order_by():
            rows[key(target), unit and key(unit), period, formula] = *said, detail or {}
        return cls(set(targets), rows)

    @classmethod
    def together(cls, parts: "Sequence[Seen | None]") -> "Seen | None":
        """Those of several sets; None where one of them was not read."""
        known = [one for one in parts if one is not None]
        if not known or len(known) < len(parts):
            return None
        rows = {place: row for one in known for place, row in one.rows.items()}
        return cls({key for one in known for key in one.targets}, rows)

    @property
    def stand(self) -> tuple[int, dt.datetime | None]:
        """How many there were and when the last of them was checked: it changes with every computation."""
        return len(self.rows), max((row[1] for row in self.rows.values()), default=None)


@dataclass(frozen=True)
class Increments:
    """Kept figures and what has changed since; beside them what had to be counted whole."""

    as_of: dt.datetime
    seq: int
    kept: Mapping[Any, Rate]
    changes: Mapping[tuple[Any, Any], Mapping[str, int]]
    windows: Mapping[str, periods.Window]
    fresh: facts.YearCounts | None
    hourly: facts.YearCounts | None
    seen: Seen

    @property
    def units(self) -> set[uuid.UUID]:
        """The units that had dossiers."""
        found = {key[1] for key in self.kept} | {unit for _window, unit in self.changes}
        for counted in (self.fresh, self.hourly):
            found |= counted.units if counted is not None else set()
        return {unit for unit in found if unit is not None}

    def rate(self, target: Target, formula: formulas.Formula, period: str, unit: uuid.UUID | None) -> Rate:
        """Numerator and denominator of one figure."""
        if self.hourly is not None and facts.in_hours(formula):
            return self.hourly.rate(target, formula, period, unit)
        if self.fresh is not None and period not in self.windows:
            return self.fresh.rate(target, formula, period, unit)
        # A unit without a figure had no dossiers: every unit that had some has its figures.
        numerator, denominator = self.kept.get((target.pk, unit, period, formula.code), (0, 0))
        change = self.changes.get((self.windows[period], unit))
        if change is None:
            return numerator, denominator
        more, over = formula.rate(change)
        return (numerator or 0) + more, (denominator or 0) + over


def increments(
    objective_set: ObjectiveSet, targets: Sequence[Target], windows: Mapping[str, periods.Window]
) -> Increments | None:
    """The figures of a set from those that are kept; None when everything has to be counted."""
    agency = objective_set.agency
    mine = [one for one in targets if one.rule.source is formulas.Source.DOSSIERS]
    seen = Seen.read(agency, {one.pk for one in mine})
    kept, since = _kept(mine, seen)
    then, now = states(agency, since.seq) if since else (None, None)
    if since is None or then != since or now is None:
        return None
    rules = facts.rules_of(mine)
    simple = [rule for rule in rules if not facts.in_hours(rule)]
    cells = [
        (target.pk, objective_set.unit_id, rule.code)
        for target in mine
        for rule in facts.rules_of([target])
        if not facts.in_hours(rule)
    ]
    known = {
        code: window
        for code, window in windows.items()
        if all(
            kept.get((target, unit, code, rule), (None, None))[0] is not None for target, unit, rule in cells
        )
    }
    changes = count_changes(
        agency,
        windows=list(known.values()),
        keys=facts.keys_of(simple)[0],
        since=since,
        now=now,
    )
    if changes is None or not known:
        return None

    def whole(spans: Mapping[str, periods.Window], wanted: list[formulas.Formula]) -> facts.YearCounts | None:
        if not spans or not wanted:
            return None
        return facts.year_counts(agency, spans, formulas=wanted, seq=now.seq, as_of=now.as_of)

    fresh = {code: window for code, window in windows.items() if code not in known}
    hourly = [rule for rule in rules if facts.in_hours(rule)]
    return Increments(
        now.as_of, now.seq, kept, changes, known, whole(fresh, simple), whole(windows, hourly), seen
    )


def _kept(targets: Iterable[Target], seen: Seen) -> tuple[dict[Any, Rate], State | None]:
    """The figures that are kept, and the state of the facts all of them are from.

    No state when they are not all from one, or when a formula has another version now.
    """
    versions = {(one.pk, rule.code): rule.version for one in targets for rule in facts.rules_of([one])}
    kept: dict[Any, Rate] = {}
    found = set()
    for place, row in seen.rows.items():
        _figure, _checked, as_of, seq, _measurement, numerator, denominator, _status, version, _detail = row
        if versions.get((place[0], place[3])) != version:
            return {}, None
        kept[place] = numerator, denominator
        found.add((seq, as_of))
    seq, as_of = found.pop() if len(found) == 1 else (None, None)
    return kept, None if seq is None or as_of is None else State(seq, as_of)
