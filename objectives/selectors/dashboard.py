"""The dashboard of a year: every target against its figure, and which unit pulls it down."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from dossiers import selectors as dossiers
from objectives import formulas, periods, words
from objectives.models import ObjectiveSet, QualityObjective, SetState, Target
from objectives.selectors.entries import Slot, slots
from objectives.selectors.figures import Cell, Figures, Point, course, cumulates, forecast_of
from qms import notation
from qms.models import OrgUnit, Person

NARROW_FROM = 75
"""Bullets start at 70 % when every target lies at or above this."""


@dataclass(frozen=True)
class Row:
    """One target on the dashboard."""

    target: Target
    cell: Cell
    course: list[Point]
    period: periods.Period

    @property
    def forecast(self) -> formulas.Forecast | None:
        """What the rest of the period may bring, where dossiers are counted."""
        rule = self.target.rule
        if not self.cell.has_rate or rule.source is not formulas.Source.DOSSIERS or rule.listed[0]:
            return None
        return forecast_of(self.cell, periods.window(self.period, self.target.objective_set.window_rule))

    @property
    def applies(self) -> bool:
        """Whether the target is reported for a period as short as this one."""
        return self.target.reports(self.period)

    @property
    def goal(self) -> str:
        """≥ 98 %."""
        return words.goal_of(self.target)

    @property
    def values(self) -> list[Any]:
        """The course as percentages with gaps."""
        return [point.value for point in self.course]

    @property
    def course_words(self) -> str:
        """The course for those who do not see it."""
        if not cumulates(self.target):
            return self._month_words
        known = [point for point in self.course if point.rate and point.rate[1]]
        if not known or known[-1].rate is None:
            return _("Cumulative over the year: no figures yet")
        return _("Cumulative over the year, latest %(value)s (%(period)s)") % {
            "value": words.percent_of(self.target, *known[-1].rate),
            "period": known[-1].label,
        }

    @property
    def _month_words(self) -> str:
        known = [point for point in self.course if point.rate and point.rate[1]]
        if not known or known[-1].rate is None:
            return _("By month: no figures yet")
        return _("By month, latest %(value)s (%(period)s)") % {
            "value": words.percent_of(self.target, *known[-1].rate),
            "period": known[-1].label,
        }


@dataclass(frozen=True)
class HeatRow:
    """One unit (None: the agency) with a cell per target; a unit that has no part in a target has None."""

    unit: OrgUnit | None
    cells: list[tuple[Target, Cell | None]]


class Dashboard:
    """Everything the page shows of one set and period; each part is one query."""

    def __init__(self, objective_set: ObjectiveSet, period: periods.Period) -> None:
        self.set = objective_set
        self.period = period
        self.scope = objective_set.unit_id

    @cached_property
    def objectives(self) -> list[QualityObjective]:
        """The objectives of the set."""
        return list(self.set.objectives.all())

    @cached_property
    def targets(self) -> list[Target]:
        """The targets with their reporting units."""
        rows = list(self.set.targets.select_related("objective").prefetch_related("reporting__unit").all())
        for row in rows:
            row.objective_set = self.set
        return rows

    @cached_property
    def _whole(self) -> Figures:
        """The figures of the set as a whole, all periods."""
        return Figures(self.targets, unit=self.scope)

    @cached_property
    def _by_unit(self) -> Figures:
        """The figures of every unit for the chosen period."""
        return Figures(self.targets, unit__isnull=False, period=self.period.code)

    @cached_property
    def rows(self) -> list[Row]:
        """One row per target."""
        return [
            Row(
                target,
                self._whole.cell(target, self.period.code, self.scope),
                course(target, self._whole, self.scope),
                self.period,
            )
            for target in self.targets
        ]

    @property
    def months(self) -> list[str]:
        """The heads of the table of courses."""
        return [f"T{number}" for number in range(1, 13)]

    @cached_property
    def month_rows(self) -> list[tuple[Target, list[str]]]:
        """The courses as a table: per target twelve cells, empty where nothing is known."""
        found = []
        for row in self.rows:
            cells = [""] * 12
            for point in row.course:
                if point.rate and point.rate[1]:
                    cells[point.period.last - 1] = words.percent_of(row.target, *point.rate)
            found.append((row.target, cells))
        return found

    @cached_property
    def summary(self) -> list[tuple[str, int]]:
        """How many targets have which status, in the order of the page; only those that occur."""
        counted = Counter(row.cell.status for row in self.rows if row.applies)
        return [(status.value, counted[status.value]) for status in formulas.Status if counted[status.value]]

    @cached_property
    def verdicts(self) -> list[tuple[QualityObjective, formulas.Status]]:
        """Every objective with its status: achieved when all its mandatory targets are."""
        found = []
        for objective in self.objectives:
            parts = [
                (row.cell.status, row.target.commitment == Target.Commitment.MANDATORY)
                for row in self.rows
                if row.target.objective_id == objective.pk and row.applies
            ]
            found.append((objective, formulas.together(parts)))
        return found

    @cached_property
    def uncomfortable(self) -> list[Row]:
        """Targets that hold officially and not with overdue dossiers counted in."""
        return [row for row in self.rows if row.cell.strict_fails and not row.cell.shortfall]

    @cached_property
    def units(self) -> list[OrgUnit]:
        """The units that have figures in this period, or report."""
        ids = {row.unit_id for row in self._by_unit.rows.values()}
        ids |= {row.unit_id for target in self.targets for row in target.reporting.all()}
        named = [key for key in ids if key]
        return list(OrgUnit.objects.filter(agency=self.set.agency, pk__in=named).order_by("order", "name"))

    @cached_property
    def heat(self) -> list[HeatRow]:
        """Unit × target, the whole last."""
        rows = [
            HeatRow(unit, [(target, self._heat_cell(target, unit)) for target in self.targets])
            for unit in self.units
        ]
        if self.scope is None:
            rows.append(HeatRow(None, [(row.target, row.cell if row.applies else None) for row in self.rows]))
        return rows

    def _heat_cell(self, target: Target, unit: OrgUnit) -> Cell | None:
        if target.rule.source is formulas.Source.PROCEDURES:
            return None
        takes_part = not target.is_manual or unit.pk in {row.unit_id for row in target.reporting.all()}
        if not takes_part or not target.reports(self.period):
            return None
        return self._by_unit.cell(target, self.period.code, unit.pk)

    @cached_property
    def findings(self) -> list[tuple[Target, str]]:
        """For every target that is not simply achieved: which units are below it, or did not report."""
        found = []
        for target in self.targets:
            cells = [
                (row.unit, cell) for row in self.heat if row.unit for one, cell in row.cells if one == target
            ]
            below = [unit.label for unit, cell in cells if cell and cell.shortfall]
            missing = [
                unit.label
                for unit, cell in cells
                if cell and cell.status == formulas.Status.INSUFFICIENT_DATA
            ]
            parts = []
            if below:
                parts.append(
                    _("%(units)s below %(goal)s") % {"units": _listed(below), "goal": words.figure_of(target)}
                )
            if missing and len(missing) < len(cells):
                parts.append(_("no figures from %(units)s") % {"units": _listed(missing)})
            if parts:
                found.append((target, "; ".join(parts)))
        return found

    @property
    def low(self) -> int:
        """Where the axis of the bullets starts."""
        return 70 if all(target.figure >= NARROW_FROM for target in self.targets) else 0

    @property
    def span(self) -> str:
        """The days of the period."""
        return words.span_of(periods.window(self.period, self.set.window_rule))

    # What the figures rest on

    @property
    def checked_at(self) -> dt.datetime | None:
        """When the figures were last computed."""
        return self._whole.checked_at

    @cached_property
    def source(self) -> Any:
        """The last import of dossiers the figures rest on, None when there is none."""
        if self._whole.seq is None:
            return None
        return dossiers.committed(self.set.agency).filter(seq=self._whole.seq).first()

    @property
    def rests_on_dossiers(self) -> bool:
        """Whether any target is counted from dossiers; units enter the numbers of all others."""
        return any(target.rule.source is formulas.Source.DOSSIERS for target in self.targets)

    @property
    def data_until(self) -> dt.date | None:
        """The last day of the year that the facts reach."""
        year = periods.window(periods.year_of(self.set.year), self.set.window_rule)
        known = self._whole.as_of
        return None if known is None else min(known.astimezone(periods.VIETNAM).date(), year.last_day)

    @cached_property
    def is_stale(self) -> bool:
        """Whether dossiers were imported that the figures do not know yet."""
        return dossiers.last_seq(self.set.agency) > (self._whole.seq or 0)

    @cached_property
    def missing_entries(self) -> list[tuple[periods.Period, int]]:
        """Periods that are over, with how many units have not reported them."""
        wanted: dict[periods.Period, set[Any]] = {}
        for slot in self._slots:
            if slot.is_wanted and self.period.holds(slot.period):
                wanted.setdefault(slot.period, set()).add(slot.unit.pk)
        return [(period, len(units)) for period, units in sorted(wanted.items())]

    @cached_property
    def _slots(self) -> list[Slot]:
        return slots([self.set])

    @property
    def tabs(self) -> list[periods.Period]:
        """The periods of the switch: year, halves, quarters."""
        grains = (periods.Grain.YEAR, periods.Grain.HALF, periods.Grain.QUARTER)
        return periods.periods_of(self.set.year, *grains)


def _listed(names: list[str]) -> str:
    """A, B and C."""
    if len(names) < 2:
        return "".join(names)
    return _("%(most)s and %(last)s") % {"most": ", ".join(names[:-1]), "last": names[-1]}


def sets_of_year(person: Person, year: int) -> list[ObjectiveSet]:
    """The published sets of a year a person may see: the agency's first, then those of units."""
    rows = (
        ObjectiveSet.objects.visible_to(person)
        .published()
        .filter(Q(year=year))
        .select_related("agency", "unit", "paper")
    )
    rank = {SetState.IN_FORCE: 0, SetState.CLOSED: 1, SetState.SUPERSEDED: 2}
    return sorted(
        rows,
        key=lambda row: (
            row.agency_id != person.agency_id,
            row.unit_id is not None,
            rank[SetState(row.state)],
            row.unit.order if row.unit else 0,
            -row.created_at.timestamp(),
        ),
    )


def lines(board: Dashboard) -> list[list[Any]]:
    """Every figure of the dashboard as rows of a spreadsheet."""
    found = []
    for row in board.heat:
        for target, cell in row.cells:
            if cell is None:
                continue
            strict = cell.strict_rate or (None, None)
            found.append(
                [
                    target.code,
                    target.text,
                    words.goal_of(target),
                    row.unit.name if row.unit else board.set.agency.name,
                    board.period.code,
                    cell.numerator,
                    cell.denominator,
                    notation.percent(cell.numerator, cell.denominator, target.figure, cell.operator)
                    if cell.numerator is not None and cell.denominator
                    else None,
                    str(dict(_statuses())[cell.status]),
                    *strict,
                    f"{target.rule.code} v{target.rule.version}",
                    cell.official.as_of if cell.official else None,
                    cell.official.checked_at if cell.official else None,
                ]
            )
    return found


def _statuses() -> list[tuple[str, Any]]:
    from objectives.models.sets import STATUSES

    return STATUSES
