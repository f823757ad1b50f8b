"""The year of objectives on one page, and what one unit has on its hands; a constant number of queries."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils import timezone

from objectives import periods, plan_policies, words
from objectives.models import (
    ImplementingTask,
    ManualEntry,
    ObjectiveReview,
    ObjectiveSet,
    PlanItem,
    PlanParty,
    PlanState,
    RoleGroup,
    SetState,
    Target,
)
from objectives.selectors.entries import Slot, slots
from objectives.selectors.figures import Cell, Figures
from objectives.selectors.telling import Told, told
from qms.models import Agency, OrgUnit


def set_of_year(agency: Agency, year: int) -> ObjectiveSet | None:
    """The agency's own published objectives of a year."""
    found: ObjectiveSet | None = (
        ObjectiveSet.objects.filter(agency=agency, year=year, unit=None)
        .published()
        .select_related("agency", "unit", "paper")
        .order_by("state", "-created_at")
        .exclude(state="superseded")
        .first()
    )
    return found


@dataclass
class Reported:
    """How the figures of one target came in: in time, late, or not (yet)."""

    in_time: int = 0
    late: int = 0
    missing: int = 0

    @property
    def asked(self) -> int:
        """Figures that were to be entered by now."""
        return self.in_time + self.late + self.missing


@dataclass(frozen=True)
class YearRow:
    """One target in the year: how it was reported, how half-year and year were judged, how it stands now."""

    target: Target
    reported: Reported
    half: str
    year: str
    cell: Cell

    @property
    def goal(self) -> str:
        """≥ 98 %."""
        return words.goal_of(self.target)

    @property
    def result(self) -> str:
        """98,2 % (4.886/4.974)."""
        return words.rate_of(self.target, self.cell.numerator, self.cell.denominator)


class YearBoard:
    """Everything the page of a year shows of one set."""

    def __init__(self, objective_set: ObjectiveSet) -> None:
        self.set = objective_set

    @cached_property
    def reviews(self) -> dict[str, ObjectiveReview]:
        """Half-year and year-end review by kind."""
        rows = self.set.reviews.prefetch_related("lines")
        return {str(row.kind): row for row in rows}

    @cached_property
    def told(self) -> Told | None:
        """Who has read the objectives."""
        return told(self.set)

    @cached_property
    def unit_sets(self) -> list[ObjectiveSet]:
        """The sets of the units for the year."""
        rows = ObjectiveSet.objects.filter(
            agency=self.set.agency_id, year=self.set.year, unit__isnull=False
        ).exclude(state=SetState.SUPERSEDED)
        return list(rows.select_related("unit").order_by("unit__order"))

    @cached_property
    def unit_sets_in_force(self) -> int:
        """How many of them are in force."""
        return sum(1 for one in self.unit_sets if one.is_published)

    @cached_property
    def next_set(self) -> ObjectiveSet | None:
        """The set of the year after, once it is started."""
        found: ObjectiveSet | None = self.set.continued_by.first()
        return found

    @cached_property
    def slots(self) -> list[Slot]:
        """Every figure asked of the units."""
        return slots([self.set])

    @cached_property
    def rows(self) -> list[YearRow]:
        """One row per target."""
        targets = list(self.set.targets.select_related("objective").prefetch_related("reporting"))
        for target in targets:
            target.objective_set = self.set
        year = periods.year_of(self.set.year).code
        figures = Figures(targets, unit=self.set.unit_id, period=year)
        reported: dict[Any, Reported] = {target.pk: Reported() for target in targets}
        for slot in self.slots:
            if slot.target.pk in reported:
                _count(reported[slot.target.pk], slot)
        judged = {
            kind: {line.target_id: line.status for line in review.lines.all()}
            for kind, review in self.reviews.items()
        }
        return [
            YearRow(
                target,
                reported[target.pk],
                judged.get("half", {}).get(target.pk, ""),
                judged.get("year", {}).get(target.pk, ""),
                figures.cell(target, year, self.set.unit_id),
            )
            for target in targets
        ]

    @cached_property
    def total(self) -> Reported:
        """All figures together."""
        found = Reported()
        for row in self.rows:
            found.in_time += row.reported.in_time
            found.late += row.reported.late
            found.missing += row.reported.missing
        return found


def _count(found: Reported, slot: Slot) -> None:
    entry = slot.confirmed or slot.waiting
    if entry is not None:
        if timezone.localdate(entry.created_at) <= slot.due:
            found.in_time += 1
        else:
            found.late += 1
    elif slot.is_over:
        found.missing += 1


@dataclass
class UnitYear:
    """What one unit has on its hands in a year."""

    unit: OrgUnit
    wanted: list[Slot] = field(default_factory=list)
    waiting: list[ManualEntry] = field(default_factory=list)
    own_set: ObjectiveSet | None = None
    tasks: list[ImplementingTask] = field(default_factory=list)
    items: list[PlanItem] = field(default_factory=list)


def unit_year(agency: Agency, unit: OrgUnit, year: int, today: dt.date) -> UnitYear:
    """Figures to enter and to confirm, the unit's own objectives, its tasks and its items of the plan."""
    sets = list(
        ObjectiveSet.objects.filter(
            agency=agency, year=year, state=SetState.IN_FORCE, unit=None
        ).select_related("agency", "unit")
    )
    groups = [RoleGroup.ALL_UNITS, *([RoleGroup.PROCEDURE_UNITS] if unit.handles_procedures else [])]
    tasks = (
        ImplementingTask.objects.filter(objective_set__in=sets)
        .filter(Q(parties__unit=unit) | Q(parties__group__in=groups))
        .select_related("objective", "objective_set")
        .prefetch_related("parties__unit", "parties__person")
        .distinct()
    )
    meant = PlanParty.objects.filter(Q(unit=unit) | Q(group__in=plan_policies.groups_of(unit)), agency=agency)
    leads = PlanParty.objects.filter(agency=agency, part=PlanParty.Part.LEAD)
    of_the_whole = Q(parent__in=meant.filter(part=PlanParty.Part.LEAD).values("item"))
    items = (
        PlanItem.objects.filter(
            Q(pk__in=meant.values("item")) | (of_the_whole & ~Q(pk__in=leads.values("item"))),
            agency=agency,
            plan__year=year,
            plan__state=PlanState.IN_FORCE,
            archived_at=None,
        )
        .select_related("plan")
        .order_by("due_on", "order")
    )
    own = (
        ObjectiveSet.objects.filter(agency=agency, year=year, unit=unit)
        .exclude(state=SetState.SUPERSEDED)
        .select_related("unit")
        .first()
    )
    waiting = ManualEntry.objects.filter(agency=agency, unit=unit, state=ManualEntry.State.WAITING)
    return UnitYear(
        unit,
        [slot for slot in slots(sets, unit=unit) if slot.is_wanted],
        list(waiting.select_related("target__objective_set", "entered_by")),
        own,
        list(tasks),
        [item for item in items if item.is_open],
    )
