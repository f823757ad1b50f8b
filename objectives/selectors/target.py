"""One target: its figures by unit and period, where they come from, and the dossiers behind them."""

import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse

from dossiers import selectors as dossiers
from objectives import formulas, periods, words
from objectives.models import Measurement, Target
from objectives.selectors.entries import Slot, slots
from objectives.selectors.figures import Cell, Figures, Point, course, cumulates, forecast_of
from qms import clock
from qms.models import OrgUnit


@dataclass(frozen=True)
class Line:
    """A row of a table: a unit or a period with its cell."""

    name: str
    cell: Cell
    unit: OrgUnit | None
    period: periods.Period


class TargetBoard:
    """Everything the page of a target shows, for one period and one unit (None: the agency)."""

    def __init__(self, target: Target, period: periods.Period, unit: OrgUnit | None) -> None:
        self.target = target
        self.period = period
        self.unit = unit
        self.scope: uuid.UUID | None = unit.pk if unit else None

    @cached_property
    def _figures(self) -> Figures:
        return Figures([self.target])

    @property
    def cell(self) -> Cell:
        """The figure asked for."""
        return self._figures.cell(self.target, self.period.code, self.scope)

    def cell_of(self, period: periods.Period, unit: OrgUnit | None) -> Cell:
        """The figure of another period or unit."""
        return self._figures.cell(self.target, period.code, unit.pk if unit else None)

    @property
    def window(self) -> periods.Window:
        """The days of the period."""
        return periods.window(self.period, self.target.objective_set.window_rule)

    @cached_property
    def course(self) -> list[Point]:
        """The cumulative course of the year."""
        return course(self.target, self._figures, self.scope)

    @property
    def cumulates(self) -> bool:
        """Whether the course adds the months up."""
        return cumulates(self.target)

    @property
    def counts_dossiers(self) -> bool:
        """Whether dossiers are behind the figures."""
        return self.target.rule.source is formulas.Source.DOSSIERS

    @property
    def in_hours(self) -> bool:
        """Whether the numbers are working hours, not cases."""
        return bool(self.target.rule.listed[0])

    @cached_property
    def forecast(self) -> formulas.Forecast | None:
        """At the pace so far, how many cases may still fail until the end of a running period."""
        cell, window = self.cell, self.window
        if cell.numerator is None or not cell.denominator or self.in_hours or not self.counts_dossiers:
            return None
        return forecast_of(cell, window)

    @cached_property
    def units(self) -> list[OrgUnit]:
        """The units with figures of this target."""
        ids = {row.unit_id for row in self._figures.rows.values() if row.unit_id}
        return list(OrgUnit.objects.filter(pk__in=ids).order_by("order", "name"))

    @cached_property
    def by_unit(self) -> list[Line]:
        """The units, those furthest below first."""
        found = [
            Line(unit.name, self._figures.cell(self.target, self.period.code, unit.pk), unit, self.period)
            for unit in self.units
        ]
        return sorted(found, key=lambda line: (line.cell.value is None, line.cell.value or 0))

    @property
    def by_period(self) -> list[Line]:
        """Quarters (or what is reported), halves and the year."""
        grains = [periods.Grain.QUARTER, periods.Grain.HALF, periods.Grain.YEAR]
        lines = []
        for period in periods.periods_of(self.target.objective_set.year, *grains):
            cell = self._figures.cell(self.target, period.code, self.scope)
            if cell.official is not None:
                lines.append(Line(words.period_tab(period), cell, self.unit, period))
        return lines

    @property
    def months(self) -> list[Line]:
        """The single months (or the reported periods), not cumulated."""
        grain = periods.Grain(self.target.cadence) if self.target.is_manual else periods.Grain.MONTH
        return [
            Line(
                words.period_tab(period),
                self._figures.cell(self.target, period.code, self.scope),
                self.unit,
                period,
            )
            for period in periods.periods_of(self.target.objective_set.year, grain)
        ]

    # What may still happen

    @property
    def running(self) -> bool:
        """Whether the period is not over yet."""
        return clock.now() < self.window.end

    @property
    def allowance(self) -> int | None:
        """How many more failures the target stands (negative: missed by so many)."""
        cell = self.cell
        if cell.numerator is None or not cell.denominator:
            return None
        return formulas.allowance(cell.numerator, cell.denominator, self.target.figure, self.target.operator)

    @property
    def recovery(self) -> int | None:
        """How many successes in a row would bring a missed target back."""
        cell = self.cell
        if cell.numerator is None or not cell.denominator:
            return None
        return formulas.recovery(cell.numerator, cell.denominator, self.target.figure, self.target.operator)

    # The dossiers behind

    @cached_property
    def suspended(self) -> int:
        """Dossiers whose clock is stopped at the end of the period."""
        found = dossiers.counts(
            self.target.agency,
            windows=[self.window],
            as_of=self.cell.official.as_of if self.cell.official else None,
            by="unit" if self.scope else None,
        )
        return found.of(self.window, self.scope)["suspended"]

    def link(self, key: str, unit: OrgUnit | None = None, period: periods.Period | None = None) -> str:
        """The address of the very dossiers a count is made of."""
        window = periods.window(period or self.period, self.target.objective_set.window_rule)
        as_of = self.cell.official.as_of if self.cell.official else None
        return dossiers.trace_url(key, window, as_of=as_of, unit=unit or self.unit)

    def links(self, unit: OrgUnit | None = None, period: periods.Period | None = None) -> dict[str, str]:
        """Where a click on numerator, denominator and difference leads; by the source of the figures."""
        rule = self.target.rule
        match rule.source:
            case formulas.Source.PROCEDURES:
                here = reverse("dossiers:procedure-list")
                return {
                    "numerator": f"{here}?online=offered",
                    "denominator": f"{here}?online=eligible",
                    "difference": f"{here}?online=missing",
                }
            case formulas.Source.SURVEYS:
                return dict.fromkeys(
                    ("numerator", "denominator", "difference"), reverse("dossiers:survey-list")
                )
            case formulas.Source.TRAINING:
                year = (period or self.period).year
                here = reverse("training:report")
                return dict.fromkeys(("numerator", "denominator", "difference"), f"{here}?year={year}")
            case formulas.Source.MANUAL:
                return {}

        def to(*keys: str) -> str:
            return self.link("+".join(keys), unit, period)

        counted, over = rule.listed
        links = {
            "numerator": to(counted) if counted else to(*rule.numerator),
            "denominator": to(over) if over else to(*rule.denominator),
            "difference": to(*rule.difference) if rule.difference else to(over),
        }
        strict = self.target.companion
        if strict:
            links |= {
                "overdue": to(*strict.stock),
                "suspended": to("suspended"),
                "strict": to(*strict.denominator),
            }
        return links

    # Provenance

    @cached_property
    def history(self) -> list[Measurement]:
        """What this figure was before, newest first."""
        return list(
            Measurement.objects.filter(
                agency=self.target.agency_id,
                target=self.target,
                period=self.period.code,
                unit=self.unit,
                formula=self.target.formula,
            ).order_by("-computed_at")[:12]
        )

    @cached_property
    def imports(self) -> list[Any]:
        """The newest imports the figure rests on."""
        seq = self.cell.official.facts_seq if self.cell.official else None
        if not seq:
            return []
        return list(dossiers.committed(self.target.agency).filter(seq__lte=seq)[:3])

    @cached_property
    def job(self) -> Any:
        """The job that computed the present measurement, while it is kept."""
        from qms.models import Job

        official = self.cell.official
        if official is None or official.measurement.job_ref is None:
            return None
        return Job.objects.filter(pk=official.measurement.job_ref).first()

    @cached_property
    def slots(self) -> list[Slot]:
        """What units entered or have to enter for a manual target."""
        return [
            slot
            for slot in slots([self.target.objective_set], unit=self.unit)
            if slot.target.pk == self.target.pk and self.period.holds(slot.period)
        ]
