"""Reading figures: cells of tables, the course of a year, and what both rest on."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from objectives import formulas, periods, words
from objectives.models import Figure, Target
from qms import clock, notation


@dataclass(frozen=True)
class Cell:
    """A figure as pages show it: the official one, and the stricter one beside it where there is one."""

    target: Target
    official: Figure | None
    strict: Figure | None = None

    @property
    def numerator(self) -> int | None:
        """Of the official figure."""
        return self.official.numerator if self.official else None

    @property
    def denominator(self) -> int | None:
        """Of the official figure."""
        return self.official.denominator if self.official else None

    @property
    def status(self) -> str:
        """Of the official figure; without one the data are missing (unless they are not asked for)."""
        return self.official.status if self.official else formulas.Status.INSUFFICIENT_DATA.value

    @property
    def has_rate(self) -> bool:
        """Whether there is a rate to show."""
        return bool(self.denominator) and self.numerator is not None

    @property
    def operator(self) -> str:
        """How the rate compares, for the notation."""
        return words.comparison(self.target)

    @property
    def value(self) -> Fraction | None:
        """The exact percentage."""
        if self.numerator is None or not self.denominator:
            return None
        return Fraction(100 * self.numerator, self.denominator)

    @property
    def shortfall(self) -> Fraction | None:
        """Points short of the target; None when there is no rate."""
        if self.numerator is None or not self.denominator:
            return None
        return formulas.shortfall(self.numerator, self.denominator, self.target.figure, self.target.operator)

    @property
    def number(self) -> str:
        """The percentage without its sign, for narrow cells: 97,9; 100."""
        if self.numerator is None or not self.denominator:
            return ""
        written = words.percent_of(self.target, self.numerator, self.denominator)
        return (
            written.removesuffix(f"{notation.NBSP}%").removesuffix(",0")
            if self.value == 100
            else (written.removesuffix(f"{notation.NBSP}%"))
        )

    @property
    def strict_rate(self) -> tuple[int, int] | None:
        """The stricter rate, where there is one."""
        row = self.strict
        if row is None or row.numerator is None or not row.denominator:
            return None
        return row.numerator, row.denominator

    @property
    def strict_fails(self) -> bool:
        """Whether the target holds officially but not with the overdue dossiers counted in."""
        return (
            self.strict_rate is not None
            and self.status in {formulas.Status.ACHIEVED, formulas.Status.AT_RISK}
            and not formulas.meets(*self.strict_rate, self.target.figure, self.target.operator)
        )

    @property
    def open_overdue(self) -> int:
        """How many open overdue dossiers make the difference between the two rates."""
        return self.strict_rate[1] - (self.denominator or 0) if self.strict_rate else 0

    @property
    def missing(self) -> list[str]:
        """Units (of an agency's figure) or periods (of a unit's) whose numbers are missing."""
        return list(self.official.measurement.detail.get("missing", [])) if self.official else []

    @property
    def late(self) -> int:
        """What is in the denominator and not in the numerator."""
        return (self.denominator or 0) - (self.numerator or 0)


class Figures:
    """The present figures of some targets, looked up by unit and period; one query."""

    def __init__(self, targets: Iterable[Target], **where: Any) -> None:
        self.targets = list(targets)
        agencies = {target.agency_id for target in self.targets}
        rows = Figure.objects.filter(agency__in=agencies, target__in=self.targets, **where)
        rows = rows.select_related("measurement")
        self.rows: Mapping[Any, Figure] = {
            (row.target_id, row.unit_id, row.period, row.formula): row for row in rows
        }

    def cell(self, target: Target, period: str, unit: uuid.UUID | None = None) -> Cell:
        """The cell of a target, period and unit (None: the agency)."""
        companion = target.companion
        strict = self.rows.get((target.pk, unit, period, companion.code)) if companion else None
        return Cell(target, self.rows.get((target.pk, unit, period, target.formula)), strict)

    @property
    def checked_at(self) -> Any:
        """When the figures were last computed."""
        return max((row.checked_at for row in self.rows.values()), default=None)

    @property
    def as_of(self) -> Any:
        """Until when the facts of dossiers are known."""
        return max((row.as_of for row in self.rows.values() if row.facts_seq and row.as_of), default=None)

    @property
    def seq(self) -> int | None:
        """The last import the figures rest on."""
        return max((row.facts_seq for row in self.rows.values() if row.facts_seq), default=None)


@dataclass(frozen=True)
class Point:
    """The figure from January to the end of one month (or quarter, …) of the year."""

    period: periods.Period
    rate: tuple[int, int] | None
    strict: tuple[int, int] | None

    @property
    def value(self) -> Fraction | None:
        """The exact percentage, None where there is a gap."""
        return Fraction(100 * self.rate[0], self.rate[1]) if self.rate and self.rate[1] else None

    @property
    def strict_value(self) -> Fraction | None:
        """The same with overdue dossiers counted in."""
        return Fraction(100 * self.strict[0], self.strict[1]) if self.strict and self.strict[1] else None

    @property
    def label(self) -> str:
        """T1 … T12, I … IV."""
        if self.period.grain is periods.Grain.MONTH:
            return f"T{self.period.first}"
        return words.period_tab(self.period)


def cumulates(target: Target) -> bool:
    """Whether the figures of months add up over the year; if not, each month stands for itself."""
    return target.aggregation == Target.Aggregation.SUM and target.rule.cumulative


def course(target: Target, figures: Figures, unit: uuid.UUID | None = None) -> list[Point]:
    """The year's course, cumulative: cases add up, a state stands as it was last told.

    The strict rate adds to the cumulated cases the overdue dossiers open at the end of each month: they
    are a stand, not a flow.
    """
    grain = periods.Grain(target.cadence) if target.is_manual else periods.Grain.MONTH
    points = []
    done, due = 0, 0
    for period in periods.periods_of(target.objective_set.year, grain):
        cell = figures.cell(target, period.code, unit)
        if cell.numerator is None or cell.denominator is None:
            points.append(Point(period, None, None))
            continue
        if not cumulates(target):
            done, due = cell.numerator, cell.denominator
        else:
            done, due = done + cell.numerator, due + cell.denominator
        strict = cell.strict
        open_overdue = (
            (strict.denominator or 0) - cell.denominator
            if strict and strict.denominator is not None
            else None
        )
        points.append(
            Point(period, (done, due), None if open_overdue is None else (done, due + open_overdue))
        )
    return points


def forecast_of(cell: Cell, window: periods.Window) -> formulas.Forecast | None:
    """What the rest of a period may bring for a figure; None once it is over."""
    known = min(filter(None, (clock.now(), cell.official.as_of if cell.official else None)))
    length = int((window.end - window.start).total_seconds())
    elapsed = Fraction(int((known - window.start).total_seconds()), length)
    if cell.numerator is None or not cell.denominator:
        return None
    target = cell.target
    return formulas.forecast(
        cell.numerator, cell.denominator, target.figure, target.operator, elapsed=elapsed
    )
