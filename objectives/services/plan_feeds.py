"""The secret calendar address of a person: made, read by calendar programs, ended."""

from django.db import transaction

from objectives.models import PlanFeed
from qms import audit, clock
from qms.models import Person


def feed_make(person: Person) -> PlanFeed:
    """A new address; the one before stops working."""
    with transaction.atomic():
        feed_end(person)
        feed: PlanFeed = PlanFeed.objects.create(agency=person.agency, person=person)
        audit.record("objectives.plan_feed.made", feed, acting=person)
    return feed


def feed_end(person: Person) -> None:
    """End the person's address."""
    with transaction.atomic():
        for feed in PlanFeed.objects.select_for_update().filter(person=person, ended_at=None):
            audit.apply(feed, ended_at=clock.now())
            audit.record("objectives.plan_feed.ended", feed, acting=person)


def feed_of(person: Person) -> PlanFeed | None:
    """The person's address."""
    found: PlanFeed | None = PlanFeed.objects.filter(person=person, ended_at=None).first()
    return found


def person_of(token: str) -> Person | None:
    """Whose calendar a token opens; nobody's when it ended or the person left."""
    feed = (
        PlanFeed.objects.filter(token=token, ended_at=None)
        .select_related("person__agency", "person__unit", "person__user")
        .first()
    )
    if feed is None:
        return None
    person: Person = feed.person
    active = person.user is not None and person.user.is_active
    return person if active and person.works_on(clock.today()) else None
