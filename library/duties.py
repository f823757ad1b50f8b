"""Documents a person has to read: what the page “My reading and training” shows of this app."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from library.models import Reading
from library.policies import insider
from library.selectors.versions import concerns, due_for, tally, to_be_read
from qms import agency_settings, clock
from qms.models import Person
from qms.registry import Duty, DutyCount, DutyKind

LATELY = dt.timedelta(days=60)


def find(person: Person) -> Iterable[Duty]:
    """What the person has to read, and has read lately."""
    if not insider(person):
        return
    today = clock.today()
    versions = [
        one for one in to_be_read(person.agency, today) if concerns(one.document.distribution.all(), person)
    ]
    read = dict(
        Reading.objects.filter(version__in=versions, person=person).values_list("version_id", "read_at")
    )
    days = int(agency_settings.get(person.agency, "library.reading_days"))
    for version in versions:
        at = read.get(version.pk)
        done_on = timezone.localdate(at) if at else None
        if done_on is not None and done_on < today - LATELY:
            continue
        begins = version.effective_on
        words = _now("In force from %(day)s") if begins <= today else _now("Will be in force from %(day)s")
        since = words % {"day": f"{begins:%d/%m/%Y}"}
        yield Duty(
            title=str(version.document),
            detail=f"{_now('Issue/revision')} {version.edition} · {since}",
            url=version.get_absolute_url(),
            action=_now("Read the document"),
            due=due_for(version, person, days),
            done_on=done_on,
            key=f"library-read:{version.pk}",
        )


def count(people: Sequence[Person]) -> Mapping[UUID, DutyCount]:
    """The same as counts for many people."""
    found = tally(people, clock.today())
    return {pk: DutyCount(asked, done) for pk, (asked, done) in found.items()}


KIND = DutyKind("library", _("Documents to read"), "book-open", find, count, order=10)
