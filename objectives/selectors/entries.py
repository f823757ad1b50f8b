"""What units have to enter, have entered, and what waits to be confirmed."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from objectives import periods
from objectives.models import ManualEntry, ObjectiveSet, SetState, Target
from qms import agency_settings, clock
from qms.calendars import calendar_for
from qms.models import Agency, OrgUnit, Person


@dataclass(frozen=True)
class Slot:
    """One figure a unit reports: which target, unit and period, until when, and what is there."""

    target: Target
    unit: OrgUnit
    period: periods.Period
    window: periods.Window
    due: dt.date
    confirmed: ManualEntry | None
    waiting: ManualEntry | None
    returned: ManualEntry | None
    is_over: bool

    @property
    def state(self) -> str:
        """Confirmed, waiting, returned, missing (the period is over) or open."""
        if self.waiting is not None:
            return "waiting"
        if self.confirmed is not None:
            return "confirmed"
        if self.returned is not None:
            return "returned"
        return "missing" if self.is_over else "open"

    @property
    def entry(self) -> ManualEntry | None:
        """The entry to show."""
        return self.waiting or self.confirmed or self.returned

    @property
    def is_wanted(self) -> bool:
        """Whether the unit has to do something now."""
        return self.is_over and self.state in {"missing", "returned"}


def published_of_year(agency: Agency, year: int) -> list[ObjectiveSet]:
    """The published sets of an agency and its units for a year."""
    rows = ObjectiveSet.objects.filter(agency=agency, year=year).published()
    return list(rows.select_related("agency", "unit"))


def slots(sets: Iterable[ObjectiveSet], *, unit: OrgUnit | None = None) -> list[Slot]:
    """Every figure the sets' manual targets ask of a unit (or of all), for the periods that have begun."""
    asked = [one for one in sets if one.state in {SetState.IN_FORCE, SetState.CLOSED}]
    if not asked:
        return []
    targets = (
        Target.objects.filter(objective_set__in=asked)
        .select_related("objective_set", "objective")
        .prefetch_related("reporting__unit")
    )
    entries = _entries(asked)
    dues = _due_days(asked[0].agency)
    now = clock.now()
    found = []
    for target in targets:
        if not target.is_manual or (target.parent_id and target.objective_set.unit_id):
            continue  # what a unit reports to the agency's target is its own figure too
        spans = [
            (span, periods.window(span, target.objective_set.window_rule))
            for span in periods.periods_of(target.objective_set.year, periods.Grain(target.cadence))
        ]
        for row in target.reporting.all():
            if unit is not None and row.unit_id != unit.pk:
                continue
            for span, window in spans:
                if window.start <= now:
                    kept = entries.get((target.pk, row.unit_id, span.code), {})
                    found.append(
                        Slot(
                            target,
                            row.unit,
                            span,
                            window,
                            dues(window.last_day),
                            kept.get(ManualEntry.State.CONFIRMED),
                            kept.get(ManualEntry.State.WAITING),
                            kept.get(ManualEntry.State.RETURNED),
                            window.end <= now,
                        )
                    )
    return found


def _entries(sets: list[ObjectiveSet]) -> Mapping[Any, dict[str, ManualEntry]]:
    """The newest entry per state of every cell."""
    found: dict[Any, dict[str, ManualEntry]] = defaultdict(dict)
    rows = ManualEntry.objects.filter(target__objective_set__in=sets).select_related(
        "entered_by", "confirmed_by"
    )
    for row in rows.order_by("created_at"):
        found[row.target_id, row.unit_id, row.period][row.state] = row
    return found


def _due_days(agency: Agency) -> Any:
    calendar = calendar_for(agency, clock.today())
    days = int(agency_settings.get(agency, "objectives.entry_days"))
    known: dict[dt.date, dt.date] = {}

    def due(last_day: dt.date) -> dt.date:
        if last_day not in known:
            known[last_day] = calendar.add_working_days(last_day, days)
        return known[last_day]

    return due


def sets_to_report(agency: Agency) -> "QuerySet[ObjectiveSet]":
    """The sets for which figures are entered now: those in force of this year and the year before."""
    year = clock.today().year
    return ObjectiveSet.objects.filter(
        agency=agency, state=SetState.IN_FORCE, year__in=[year - 1, year]
    ).select_related("agency", "unit")


def entries_to_confirm(person: Person) -> "QuerySet[ManualEntry]":
    """Entries of the agency that wait for confirmation and were not entered by this person."""
    return (
        ManualEntry.objects.filter(agency=person.agency, state=ManualEntry.State.WAITING)
        .exclude(entered_by=person)
        .select_related("target__objective_set", "unit", "entered_by")
        .order_by("created_at")
    )


def units_of(person: Person) -> list[OrgUnit]:
    """The units whose figures a person looks after: where they work, and those they head."""
    held = {unit_id for _role, unit_id in person.held_roles if unit_id}
    if person.unit_id:
        held.add(person.unit_id)
    return list(OrgUnit.objects.filter(agency=person.agency, pk__in=held).order_by("order", "name"))
