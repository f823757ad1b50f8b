"""Computing how far objectives are attained: reads facts and entered figures, writes nothing.

The figures come as frozen values with everything they rest on; services store them, a question about a
past day (`as_of`) only looks at them.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q

from objectives import facts, formulas, periods
from objectives.increments import Increments, Seen, increments
from objectives.models import Figure, ManualEntry, ObjectiveSet, Target, TargetUnit
from qms import clock
from qms.models import OrgUnit


@dataclass(frozen=True)
class Result:
    """One computed figure of one target, unit (None: the whole set), period and formula."""

    target: Target
    unit: OrgUnit | None
    period: periods.Period
    formula: formulas.Formula
    numerator: int | None
    denominator: int | None
    status: formulas.Status
    as_of: dt.datetime | None = None
    facts_seq: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass
class Attainment:
    """The figures of one objective set, as of a moment (now by default)."""

    objective_set: ObjectiveSet
    now: dt.datetime
    looking_back: bool = False
    from_changes: bool = False

    @classmethod
    def of(cls, objective_set: ObjectiveSet, as_of: dt.date | None = None) -> "Attainment":
        """With `as_of`, what the figures say at the end of that day."""
        if as_of is None:
            return cls(objective_set, clock.now())
        return cls(objective_set, min(clock.now(), periods.end_of_day(as_of)), True)

    @classmethod
    def since(cls, objective_set: ObjectiveSet) -> "Attainment":
        """Those of dossiers from the kept figures and what has changed since, where that can be had."""
        return cls(objective_set, clock.now(), from_changes=True)

    @cached_property
    def targets(self) -> list[Target]:
        """The targets of the set."""
        return list(self.objective_set.targets.select_related("objective"))

    @cached_property
    def spans(self) -> list[periods.Period]:
        """The periods of the year that have begun."""
        year = periods.periods_of(self.objective_set.year)
        return [span for span in year if self._window(span).start < self.now]

    def _window(self, span: periods.Period) -> periods.Window:
        return periods.window(span, self.objective_set.window_rule)

    def results(self, sources: Iterable[str] = tuple(formulas.Source)) -> Iterator[Result]:
        """Every figure of the targets whose numbers come from the given sources."""
        for target in self.targets:
            if target.rule.source in sources:
                yield from self._of_target(target)

    def _of_target(self, target: Target) -> Iterator[Result]:
        match target.rule.source:
            case formulas.Source.MANUAL:
                return self._manual(target)
            case formulas.Source.PROCEDURES:
                return self._from_procedures(target)
            case formulas.Source.SURVEYS:
                return self._from_surveys(target)
            case formulas.Source.TRAINING:
                return self._from_training(target)
            case _:
                return self._from_dossiers(target)

    # From dossiers

    @cached_property
    def _counts(self) -> facts.YearCounts | Increments:
        windows = {span.code: self._window(span) for span in self.spans}
        found = increments(self.objective_set, self.targets, windows) if self.from_changes else None
        return found or facts.year_counts(
            self.objective_set.agency,
            windows,
            formulas=facts.rules_of(self.targets),
            until=self.now if self.looking_back else None,
        )

    @property
    def counted_whole(self) -> bool:
        """Whether the dossiers were counted whole, not from what has changed."""
        return isinstance(self._counts, facts.YearCounts)

    @property
    def seen(self) -> Seen | None:
        """The kept figures the computation began with, where it did."""
        return self._counts.seen if isinstance(self._counts, Increments) else None

    @cached_property
    def _figured(self) -> set[uuid.UUID]:
        """Units with figures already: they have figures from then on, also without any dossier left."""
        if self.looking_back or self.seen is not None:
            return set()
        mine = [target for target in self.targets if target.rule.source is formulas.Source.DOSSIERS]
        rows = Figure.objects.filter(agency=self.objective_set.agency, target__in=mine, unit__isnull=False)
        return set(rows.order_by().values_list("unit", flat=True).distinct())

    @cached_property
    def _units(self) -> list[OrgUnit]:
        """Units with rows of their own: those with procedures in the year, and all that had dossiers."""
        if self.objective_set.unit is not None:
            return [self.objective_set.unit]
        year = self._window(periods.year_of(self.objective_set.year))
        units = OrgUnit.objects.filter(agency=self.objective_set.agency).order_by("order", "name")
        had = self._counts.units | self._figured
        return [
            unit
            for unit in units
            if unit.pk in had
            or (
                unit.handles_procedures
                and unit.valid_from <= year.last_day
                and (unit.valid_to is None or unit.valid_to >= year.first_day)
            )
        ]

    def _scopes(self, units: list[OrgUnit]) -> list[OrgUnit | None]:
        return list(units) if self.objective_set.unit is not None else [None, *units]

    def _from_dossiers(self, target: Target) -> Iterator[Result]:
        scopes = self._scopes(self._units)
        for span in self.spans:
            running = self._running(span)
            for unit in scopes:
                yield from self._dossier_cell(target, span, unit, running)

    def _dossier_cell(
        self, target: Target, span: periods.Period, unit: OrgUnit | None, running: bool
    ) -> Iterator[Result]:
        place = span.code, unit.pk if unit else None
        rule, companion = target.rule, target.companion
        stricter = self._counts.rate(target, companion, *place) if companion else (None, None)
        for formula, beside in ((rule, _known(stricter)), (companion, None)):
            if formula is None:
                continue
            numerator, denominator = (
                stricter if formula is companion else self._counts.rate(target, formula, *place)
            )
            yield Result(
                target,
                unit,
                span,
                formula,
                numerator,
                denominator,
                formulas.judge(
                    numerator, denominator, target.figure, target.operator, running=running, strict=beside
                ),
                self._counts.as_of,
                self._counts.seq,
            )

    def _running(self, span: periods.Period) -> bool:
        """Whether the period is not over, or the facts do not reach its last day yet."""
        window = self._window(span)
        known = self._counts.as_of
        return (
            self.now < window.end
            or known is None
            or known.astimezone(periods.VIETNAM).date() < window.last_day
        )

    # From the catalogue of procedures, from surveys, from training

    def _windows(self) -> dict[str, periods.Window]:
        return {span.code: self._window(span) for span in self.spans}

    def _from_procedures(self, target: Target) -> Iterator[Result]:
        today = self.now.astimezone(periods.VIETNAM).date()
        found = facts.procedure_counts(self.objective_set.agency, self._windows(), today)
        for span in self.spans if self.objective_set.unit is None else []:
            yield self._counted(target, None, span, found[span.code])

    @cached_property
    def _surveys(self) -> Mapping[tuple[str, Any], Mapping[str, int]]:
        until = self.now if self.looking_back else None
        return facts.survey_counts(self.objective_set.agency, self._windows(), until)

    def _from_surveys(self, target: Target) -> Iterator[Result]:
        nothing = dict.fromkeys(target.rule.keys, 0)
        for span in self.spans:
            for unit in self._scopes(self._units):
                counts = self._surveys.get((span.code, unit.pk if unit else None), nothing)
                yield self._counted(target, unit, span, counts)

    @cached_property
    def _training(self) -> Mapping[tuple[str, Any], Mapping[str, int]]:
        year = self._window(periods.year_of(self.objective_set.year))
        today = self.now.astimezone(periods.VIETNAM).date()
        return facts.training_counts(self.objective_set.agency, self._windows(), year.first_day, today)

    def _from_training(self, target: Target) -> Iterator[Result]:
        nothing = dict.fromkeys(target.rule.keys, 0)
        for span in self.spans:
            for unit in self._scopes(self._units):
                counts = self._training.get((span.code, unit.pk if unit else None), nothing)
                yield self._counted(target, unit, span, counts)

    def _counted(
        self, target: Target, unit: OrgUnit | None, span: periods.Period, counts: Mapping[str, int]
    ) -> Result:
        """A figure whose numbers are complete at any moment."""
        numerator, denominator = target.rule.rate(counts)
        running = self.now < self._window(span).end
        status = formulas.judge(numerator, denominator, target.figure, target.operator, running=running)
        return Result(
            target,
            unit,
            span,
            target.rule,
            numerator,
            denominator,
            status,
            min(self.now, self._window(span).end),
        )

    # Entered by units

    @cached_property
    def _entries(self) -> Mapping[Any, dict[str, ManualEntry]]:
        """Confirmed entries by (target, unit) and period; what a unit reported to the agency's target counts
        for its own target that derives from it, so that nothing is entered twice."""
        carried = {
            target.parent_id: target.pk for target in self.targets if target.parent_id and target.is_manual
        }
        rows = ManualEntry.objects.filter(
            Q(target__objective_set=self.objective_set)
            | Q(target__in=list(carried), unit=self.objective_set.unit_id),
            state=ManualEntry.State.CONFIRMED,
        )
        if self.looking_back:
            rows = rows.filter(confirmed_at__lt=self.now)
        found: dict[Any, dict[str, ManualEntry]] = defaultdict(dict)
        for row in rows:
            found[carried.get(row.target_id, row.target_id), row.unit_id][row.period] = row
        return found

    @cached_property
    def _reporting(self) -> Mapping[uuid.UUID, list[OrgUnit]]:
        """The units that report, by target."""
        found: dict[uuid.UUID, list[OrgUnit]] = defaultdict(list)
        for row in TargetUnit.objects.filter(target__in=self.targets).select_related("unit"):
            found[row.target_id].append(row.unit)
        return found

    def _manual(self, target: Target) -> Iterator[Result]:
        grain = periods.Grain(target.cadence)
        units = self._reporting[target.pk]
        for span in self.spans:
            if not target.reports(span):
                continue
            cells = {unit: self._manual_cell(target, unit, span, grain) for unit in units}
            if self.objective_set.unit is None:
                yield self._manual_result(target, None, span, _against_plan(target, self._sum(cells)))
            for unit, cell in cells.items():
                if self.objective_set.unit is not None:
                    cell = _against_plan(target, cell)
                yield self._manual_result(target, unit, span, cell)

    def _manual_cell(
        self, target: Target, unit: OrgUnit, span: periods.Period, grain: periods.Grain
    ) -> "_Cell":
        entries = self._entries[target.pk, unit.pk]
        parts = span.parts(grain)
        due = [part for part in parts if self._window(part).end <= self.now]
        if target.aggregation == Target.Aggregation.LATEST:
            due = due[-1:]
        missing = [part.code for part in due if part.code not in entries]
        known = [entries[part.code] for part in parts if part.code in entries]
        if missing or not known:
            return _Cell(None, None, missing, known)
        counted = known if target.aggregation == Target.Aggregation.SUM else known[-1:]
        return _Cell(
            sum(entry.numerator for entry in counted),
            sum(entry.denominator for entry in counted),
            missing,
            counted,
        )

    @staticmethod
    def _sum(cells: "Mapping[OrgUnit, _Cell]") -> "_Cell":
        """The agency: the sum of its units, and only when none is missing."""
        without = [unit.code for unit, cell in cells.items() if cell.numerator is None]
        entries = [entry for cell in cells.values() for entry in cell.entries]
        if without or not cells:
            return _Cell(None, None, without, entries)
        return _Cell(
            sum(cell.numerator or 0 for cell in cells.values()),
            sum(cell.denominator or 0 for cell in cells.values()),
            [],
            entries,
        )

    def _judged(self, target: Target, span: periods.Period) -> periods.Period:
        """When a figure is judged for good: a count stands against the plan of the whole year."""
        return span if target.planned is None else periods.year_of(self.objective_set.year)

    def _manual_result(
        self, target: Target, unit: OrgUnit | None, span: periods.Period, cell: "_Cell"
    ) -> Result:
        return Result(
            target,
            unit,
            span,
            target.rule,
            cell.numerator,
            cell.denominator,
            formulas.judge(
                cell.numerator,
                cell.denominator,
                target.figure,
                target.operator,
                running=self.now < self._window(self._judged(target, span)).end,
            ),
            max((entry.confirmed_at for entry in cell.entries if entry.confirmed_at), default=None),
            None,
            {"missing": cell.missing} if cell.missing else {},
        )


def _known(rate: tuple[int | None, int | None]) -> tuple[int, int] | None:
    """A rate that is there."""
    numerator, denominator = rate
    return None if numerator is None or denominator is None else (numerator, denominator)


@dataclass(frozen=True)
class _Cell:
    """What units entered for a period: the sums, or what is missing."""

    numerator: int | None
    denominator: int | None
    missing: list[str]
    entries: list[ManualEntry]


def _against_plan(target: Target, cell: _Cell) -> _Cell:
    """A count beside the number planned for the year; what is missing stays missing."""
    if target.planned is None or cell.numerator is None:
        return cell
    return _Cell(cell.numerator, target.planned, cell.missing, cell.entries)
