"""What people have to read, learn and acknowledge: one person's page, and the rates of units and agency.

The apps bring the duties (`registry.duties`); here they are put together (7.2, 7.3, 7.5.3).
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms import clock, home, registry
from qms.db import in_vietnamese_order
from qms.models import Agency, OrgUnit, Person, Role
from qms.policies import ALLOW, Verdict, deny
from qms.registry import Duty, DutyCount, DutyKind, WorkItem

BOARD = (Role.LEADER, Role.COMMITTEE_HEAD, Role.COMMITTEE_MEMBER, Role.SECRETARY)
SINGLY = 3


@dataclass
class KindOfDuties:
    """The duties of one kind that a person has: open ones by urgency, done ones newest first."""

    kind: DutyKind
    open: list[Duty] = field(default_factory=list)
    done: list[Duty] = field(default_factory=list)


@dataclass
class RateRow:
    """A person, a unit or the whole agency with done and asked duties of each kind, and of all."""

    subject: Any
    counts: list[DutyCount]

    @property
    def total(self) -> DutyCount:
        """All kinds together."""
        return DutyCount(sum(one.asked for one in self.counts), sum(one.done for one in self.counts))


def kinds() -> list[DutyKind]:
    """The kinds of duties in their order."""
    return sorted(registry.duties, key=lambda kind: kind.order)


def duties_of(person: Person) -> list[KindOfDuties]:
    """Every duty of a person, by kind."""
    found = []
    for kind in kinds():
        rows = list(kind.find(person))
        waiting = [row for row in rows if row.done_on is None]
        waiting.sort(key=lambda row: (row.due or dt.date.max, str(row.title)))
        done = [row for row in rows if row.done_on is not None]
        done.sort(key=lambda row: row.done_on or dt.date.min, reverse=True)
        found.append(KindOfDuties(kind, waiting, done))
    return found


def staff_of(agency: Agency, units: "frozenset[UUID] | None" = None) -> list[Person]:
    """Who works at the agency today (or in the units), readers of the superior agency left out."""
    today = clock.today()
    rows = Person.objects.filter(agency=agency, valid_from__lte=today)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=today))
    if units is not None:
        rows = rows.filter(unit_id__in=units)
    rows = rows.select_related("unit").prefetch_related("role_assignments", "delegations_received")
    rows = rows.order_by("unit__order", in_vietnamese_order("full_name"))
    return [one for one in rows if one.roles != {Role.SUPERIOR}]


def rates_of_people(people: Sequence[Person]) -> list[RateRow]:
    """One row per person."""
    tallies = [kind.tally(people) for kind in kinds()]
    none = DutyCount(0, 0)
    return [RateRow(one, [tally.get(one.pk, none) for tally in tallies]) for one in people]


def rates_of_units(agency: Agency) -> tuple[list[RateRow], RateRow]:
    """One row per unit that has people, and the row of the whole agency."""
    rows = rates_of_people(staff_of(agency))
    groups: dict[OrgUnit | None, list[RateRow]] = {}
    for row in rows:
        groups.setdefault(row.subject.unit, []).append(row)
    return [summed(unit, group) for unit, group in groups.items()], summed(agency, rows)


def summed(subject: Any, rows: Sequence[RateRow]) -> RateRow:
    """The rows of many people as one."""
    return RateRow(
        subject,
        [
            DutyCount(sum(row.counts[at].asked for row in rows), sum(row.counts[at].done for row in rows))
            for at in range(len(kinds()))
        ],
    )


def on_board(person: Person) -> bool:
    """Whether the person sees the rates of the whole agency."""
    return person.has_role(*BOARD)


def can_see_unit(person: Person, unit: OrgUnit) -> Verdict:
    """The head of a unit sees its rate, the board that of every unit."""
    if person.agency_id == unit.agency_id and (on_board(person) or unit.pk in home.units_headed(person)):
        return ALLOW
    return deny(_("Only the head of the unit and the board see its rate."))


def can_see_person(person: Person, other: Person) -> Verdict:
    """One's own duties, those of one's unit for its head, everybody's for the board."""
    if person.pk == other.pk:
        return ALLOW
    if other.unit is not None and other.unit.pk in home.units_headed(person):
        return ALLOW
    if person.agency_id == other.agency_id and on_board(person):
        return ALLOW
    return deny(_("Only the person, the head of the unit and the board see this."))


def waiting_work(person: Person) -> Iterator[WorkItem]:
    """Open duties on the home page: a few one by one, many of a kind as one item."""
    for group in duties_of(person):
        if len(group.open) > SINGLY:
            title = ngettext("%(kind)s: %(n)s open", "%(kind)s: %(n)s open", len(group.open))
            yield WorkItem(
                title=title % {"kind": group.kind.label, "n": len(group.open)},
                detail=_("My reading, training and acknowledgements"),
                url=reverse("duties"),
                action=_("See the list"),
                icon=group.kind.icon,
                due=group.open[0].due,
                key=f"duties:{group.kind.key}:{person.pk}",
            )
            continue
        for duty in group.open:
            yield WorkItem(
                title=duty.title,
                detail=duty.detail,
                url=duty.url,
                action=duty.action,
                icon=group.kind.icon,
                due=duty.due,
                key=f"duty:{duty.key}:{person.pk}" if duty.key else "",
            )
