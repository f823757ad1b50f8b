"""Courses people are invited to, as duties: open until they are held, done once one took part."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms import registry
from qms.models import Person
from training.models import Course, Participation

PRESENCE = Participation.Presence
COUNTED = Q(presence=PRESENCE.ATTENDED) | Q(presence=PRESENCE.INVITED, course__state=Course.State.PLANNED)


def find(person: Person) -> Iterator[registry.Duty]:
    """The courses of a person."""
    rows = Participation.objects.filter(COUNTED, person=person).select_related("course")
    for one in rows:
        course = one.course
        yield registry.Duty(
            title=course.title,
            detail=f"{course.code} · {course.starts_on:%d/%m/%Y}–{course.ends_on:%d/%m/%Y}"
            + (f" · {course.place}" if course.place else ""),
            url=course.get_absolute_url(),
            action=_("See the course"),
            due=course.starts_on,
            done_on=course.ends_on if one.presence == PRESENCE.ATTENDED else None,
            key=f"course:{course.pk}",
        )


def tally(people: Sequence[Person]) -> Mapping[UUID, registry.DutyCount]:
    """Courses asked of each person, and those taken part in; one query."""
    if not people:
        return {}
    rows = (
        Participation.objects.filter(COUNTED, agency_id=people[0].agency_id)
        .order_by()
        .values_list("person")
        .annotate(asked=Count("pk"), done=Count("pk", filter=Q(presence=PRESENCE.ATTENDED)))
    )
    return {person: registry.DutyCount(asked, done) for person, asked, done in rows}


def register() -> None:
    """Tell the registry."""
    registry.duties.add(
        registry.DutyKind("training", gettext_lazy("Training to take part in"), "user-check", find, tally, 20)
    )
