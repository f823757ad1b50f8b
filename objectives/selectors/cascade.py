"""Which target of the agency is carried by which unit, and which by none."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from objectives.models import ObjectiveSet, SetState, Target
from objectives.services.cascade import concerns
from qms import agency_settings, clock
from qms.calendars import calendar_for
from qms.models import OrgUnit

KINDS = (OrgUnit.Kind.OFFICE, OrgUnit.Kind.DIVISION, OrgUnit.Kind.CENTRE)


@dataclass(frozen=True)
class CoverageCell:
    """How a unit stands to a target: its own target, or whether it ought to have one."""

    target: Target | None
    expected: bool

    @property
    def state(self) -> str:
        """carried, drafted, missing or nothing."""
        if self.target is not None:
            return "carried" if self.target.objective_set.is_published else "drafted"
        return "missing" if self.expected else ""


@dataclass(frozen=True)
class CoverageRow:
    """One target of the agency across the units."""

    target: Target
    cells: list[tuple[OrgUnit, CoverageCell]]

    @property
    def carried(self) -> int:
        """How many units carry it."""
        return sum(1 for _unit, cell in self.cells if cell.state == "carried")

    @property
    def expected(self) -> int:
        """How many units it concerns."""
        return sum(1 for _unit, cell in self.cells if cell.expected or cell.target is not None)

    @property
    def is_orphan(self) -> bool:
        """Whether no unit has it, not even in a draft."""
        return not any(cell.target for _unit, cell in self.cells)


def commit_day(objective_set: ObjectiveSet) -> dt.date | None:
    """Until when the units commit to objectives of their own, counted from the first day of the agency's."""
    if objective_set.in_force_from is None:
        return None
    agency, day = objective_set.agency, objective_set.in_force_from
    allowed = int(agency_settings.get(agency, "objectives.unit_set_days"))
    return calendar_for(agency, day).add_working_days(day, allowed)


class Coverage:
    """The agency's set against the sets of its units; a constant number of queries."""

    def __init__(self, objective_set: ObjectiveSet) -> None:
        self.set = objective_set

    @cached_property
    def units(self) -> list[OrgUnit]:
        """The units that exist today."""
        rows = OrgUnit.objects.filter(agency=self.set.agency_id, kind__in=KINDS, parent=None)
        today = clock.today()
        return [unit for unit in rows.order_by("order", "name") if unit.exists_on(today)]

    @cached_property
    def sets(self) -> dict[object, ObjectiveSet]:
        """The set of every unit for the year."""
        rows = ObjectiveSet.objects.filter(
            agency=self.set.agency_id, year=self.set.year, unit__isnull=False
        ).exclude(state=SetState.SUPERSEDED)
        return {row.unit_id: row for row in rows.select_related("unit", "drafter").order_by("created_at")}

    @cached_property
    def without(self) -> list[OrgUnit]:
        """Units that have no objectives of their own yet."""
        return [unit for unit in self.units if unit.pk not in self.sets]

    @cached_property
    def asked(self) -> list[OrgUnit]:
        """The units that some target concerns: each is to have objectives of its own."""
        found = {unit.pk for row in self.rows for unit, cell in row.cells if cell.expected}
        return [unit for unit in self.units if unit.pk in found]

    @cached_property
    def rows(self) -> list[CoverageRow]:
        """Every target of the agency with every unit."""
        targets = list(self.set.targets.select_related("objective").prefetch_related("reporting"))
        for target in targets:
            target.objective_set = self.set
        carried = {}
        own = Target.objects.filter(parent__in=targets, objective_set__in=self.sets.values())
        for row in own.select_related("objective_set"):
            carried[row.parent_id, row.objective_set.unit_id] = row
        return [
            CoverageRow(
                target,
                [
                    (unit, CoverageCell(carried.get((target.pk, unit.pk)), concerns(target, unit)))
                    for unit in self.units
                ],
            )
            for target in targets
        ]

    @cached_property
    def orphans(self) -> list[CoverageRow]:
        """Targets that no unit carries."""
        return [row for row in self.rows if row.is_orphan]
