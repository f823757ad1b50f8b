"""Lists of people: searched without regard to accents, in Vietnamese order (by given name)."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from qms import clock
from qms.models import Person, RoleDelegation, SearchEntry
from qms.text import fold, vietnamese_key


@dataclass(frozen=True)
class PeopleFilter:
    """What a list of people is narrowed to; an empty value narrows nothing."""

    q: str = ""
    unit: str = ""
    role: str = ""
    state: str = ""
    on: dt.date = field(default_factory=clock.today)


def name_key(person: Person) -> Any:
    """Vietnamese lists go by given name (the last word), then family and middle name."""
    *family, given = person.full_name.split() or [""]
    return vietnamese_key(given), vietnamese_key(" ".join(family))


def people_list(viewer: Person, wanted: PeopleFilter) -> list[Person]:
    """The people of the viewer's agency, with unit, account and roles fetched, in Vietnamese order."""
    on = wanted.on
    rows: QuerySet[Any] = Person.objects.visible_to(viewer)
    working = Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gte=on))
    if wanted.state == "left":
        rows = rows.filter(valid_to__lt=on)
    elif wanted.state != "all":
        rows = rows.filter(working)
    if wanted.unit:
        rows = rows.filter(unit__pk=wanted.unit)
    if wanted.role:
        in_force = Q(role_assignments__valid_to=None) | Q(role_assignments__valid_to__gte=on)
        rows = rows.filter(
            in_force, role_assignments__role=wanted.role, role_assignments__valid_from__lte=on
        ).distinct()
    found = SearchEntry.objects.filter(agency=viewer.agency, kind=Person._meta.label_lower)
    for word in fold(wanted.q).split():
        rows = rows.filter(pk__in=found.filter(folded__contains=word).values("object_id"))
    rows = rows.select_related("unit", "user").prefetch_related("role_assignments__unit")
    return sorted(rows, key=name_key)


def roles_on(person: Person, on: dt.date) -> list[str]:
    """The roles of a person in words, with the unit each is for."""
    return [
        f"{row.get_role_display()} ({row.unit.label})" if row.unit else str(row.get_role_display())
        for row in person.role_assignments.all()
        if row.holds_on(on)
    ]


def delegations_of(person: Person) -> "QuerySet[RoleDelegation]":
    """Delegations a person gave or received, newest first."""
    return (
        RoleDelegation.objects.filter(Q(giver=person) | Q(person=person))
        .select_related("giver", "person", "unit")
        .order_by("-valid_from", "-created_at")
    )
