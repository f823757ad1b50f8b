"""What the home page shows a person: work by urgency, what others still owe, news, panels."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from qms import clock, registry
from qms.models import Notification, Person, Role
from qms.registry import Panel, WorkItem

SOON_DAYS = 7
NEWS = 8
LATER_SHOWN = 8
OTHERS = "others"


@dataclass(frozen=True)
class Entry:
    """One row: the item, and whose it is when it is a colleague's."""

    item: WorkItem
    owner: Person | None = None


@dataclass
class Work:
    """Rows by urgency; `others` is what somebody else has to do first."""

    late: list[Entry] = field(default_factory=list)
    soon: list[Entry] = field(default_factory=list)
    later: list[Entry] = field(default_factory=list)
    others: list[Entry] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many things wait."""
        return len(self.late) + len(self.soon) + len(self.later)


def units_headed(person: Person) -> frozenset[UUID]:
    """The keys of the units a person heads today; the own unit for a head without a named one."""
    heads = [unit for role, unit in person.held_roles if role == Role.UNIT_HEAD]
    keys = (unit or person.unit_id for unit in heads)
    return frozenset(key for key in keys if key)


def colleagues(person: Person) -> list[Person]:
    """Everybody who works today in the units the person heads, the person left out."""
    units = units_headed(person)
    if not units:
        return []
    rows = (
        Person.objects.filter(agency=person.agency, unit_id__in=units)
        .exclude(pk=person.pk)
        .select_related("agency", "unit", "user")
        .prefetch_related("role_assignments", "delegations_received__giver")
    )
    return [one for one in rows if one.works_on(clock.today())]


def work_of(person: Person) -> Work:
    """What waits for a person."""
    return sort_out((Entry(item) for item in registry.all_work(person)), clock.today())


def work_of_unit(person: Person) -> Work:
    """What waits for a unit head and for everybody in the units headed, each thing once."""
    mine = [Entry(item) for item in registry.all_work(person)]
    seen = {_identity(entry.item) for entry in mine}
    for one in colleagues(person):
        for item in registry.all_work(one):
            if item.group != OTHERS and _identity(item) not in seen:
                seen.add(_identity(item))
                mine.append(Entry(item, one))
    return sort_out(mine, clock.today())


def _identity(item: WorkItem) -> tuple[str, str, str]:
    return (item.key, "", "") if item.key else ("", str(item.title), item.url)


def sort_out(entries: Iterable[Entry], today: dt.date) -> Work:
    """Put rows into late, soon and later, the most urgent first."""
    work = Work()
    last_day = dt.date.max
    for entry in sorted(entries, key=lambda one: (one.item.due or last_day, str(one.item.title))):
        due = entry.item.due
        if entry.item.group == OTHERS:
            work.others.append(entry)
        elif due is None:
            work.later.append(entry)
        elif due < today:
            work.late.append(entry)
        elif (due - today).days <= SOON_DAYS:
            work.soon.append(entry)
        else:
            work.later.append(entry)
    return work


def panels_of(person: Person) -> list[Panel]:
    """The panels the apps show this person, in order."""
    found = [panel for make in registry.home_panels if (panel := make(person)) is not None]
    return sorted(found, key=lambda panel: panel.order)


def news_of(person: Person) -> list[Notification]:
    """The latest notifications."""
    return list(Notification.objects.filter(person=person)[:NEWS])
