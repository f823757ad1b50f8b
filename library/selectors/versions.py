"""Which version is valid, what it says, and who has read it."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q

from library.models import ControlledDocument, Distribution, DocumentVersion, Reading
from library.policies import insider
from qms import agency_settings, clock
from qms.models import Agency, Person
from qms.selectors.people import name_key

NOTICE = 30
"""Days ahead in which keepers are told of a review or of an end."""
READ = ("document__owner", "document__agency", "drafter", "reviewer", "approver", "file", "paper")


def rows() -> Any:
    """Versions with everything their pages name."""
    return DocumentVersion.objects.dated().select_related(*READ)


def effective_version(document: ControlledDocument, on: dt.date | None = None) -> DocumentVersion | None:
    """The version of a document in force on a day."""
    found: DocumentVersion | None = (
        DocumentVersion.objects.effective(on or clock.today()).filter(document=document).first()
    )
    return found


def open_version(document: ControlledDocument) -> DocumentVersion | None:
    """The version on its way to approval; there is one at most."""
    states = [DocumentVersion.State.DRAFT, DocumentVersion.State.IN_REVIEW, DocumentVersion.State.REVIEWED]
    found: DocumentVersion | None = rows().filter(document=document, state__in=states).first()
    return found


def content_of(version: DocumentVersion) -> dict[str, Any]:
    """Everything a version says, as plain data: what approval pins by its hash."""
    sections = [
        {"number": one.number, "title": one.title, "text": one.text, "clause": str(one.clause_id or "")}
        for one in version.sections.order_by("order", "created_at")
    ]
    return {
        "source": version.source,
        "file": version.file.sha256 if version.file is not None else "",
        "sections": sections if version.source == DocumentVersion.Source.WRITTEN else [],
    }


def digest_of(version: DocumentVersion) -> str:
    """SHA-256 over the content."""
    data = json.dumps(content_of(version), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(data.encode()).hexdigest()


def is_empty(version: DocumentVersion) -> bool:
    """Whether there is nothing to review yet."""
    if version.source == DocumentVersion.Source.UPLOADED:
        return version.file is None
    return not version.sections.exclude(text="").exists()


def text_of(version: DocumentVersion) -> str:
    """The whole text, for search and comparison."""
    if version.source == DocumentVersion.Source.UPLOADED:
        return version.text
    lines = (f"{one.heading}\n{one.text}" for one in version.sections.order_by("order", "created_at"))
    return "\n\n".join(lines)


def ending_soon(agency: Agency, on: dt.date) -> list[tuple[DocumentVersion, dt.date]]:
    """Versions in force that end soon of themselves, or whose legal text has ended or does; with the day.

    One that is being ended on purpose, or whose successor is approved, asks nobody for anything.
    """
    soon = on + dt.timedelta(days=NOTICE)
    valid = DocumentVersion.objects.effective(on).filter(agency=agency, next_on=None)
    own = Q(expires_on__lte=soon, expiry_note="")
    basis = Q(document__basis__expires_on__lte=soon)
    found = valid.filter(own | basis).select_related(
        "document__owner", "document__agency", "document__basis__replaced_by"
    )
    lines = []
    for one in found.order_by("document__code"):
        days = [one.expires_on] if one.expires_on and not one.expiry_note else []
        if one.document.basis is not None and one.document.basis.expires_on is not None:
            days.append(one.document.basis.expires_on)
        lines.append((one, min(days)))
    return lines


# --- Who is to read -----------------------------------------------------------------------------------------
def staff_of(agency: Agency, on: dt.date) -> list[Person]:
    """People with an account who work at the agency on a day; the superior agency is not asked to read."""
    found = Person.objects.filter(agency=agency, valid_from__lte=on).exclude(user=None)
    found = found.filter(Q(valid_to=None) | Q(valid_to__gte=on))
    found = found.select_related("unit", "user", "agency")
    found = found.prefetch_related("role_assignments", "delegations_received")
    return [one for one in found if insider(one)]


def concerns(lines: Iterable[Distribution], person: Person) -> bool:
    """Whether a distribution reaches a person."""
    return any(
        (line.unit_id is None and line.person_id is None)
        or line.person_id == person.pk
        or (line.unit_id is not None and line.unit_id == person.unit_id)
        for line in lines
    )


def readers_of(document: ControlledDocument, on: dt.date | None = None) -> list[Person]:
    """Everybody the document is distributed to on a day, in Vietnamese order."""
    lines = list(document.distribution.all())
    people = staff_of(document.agency, on or clock.today()) if lines else []
    return sorted((one for one in people if concerns(lines, one)), key=name_key)


@dataclass(frozen=True)
class Readership:
    """Who should have read a version, and who has."""

    done: tuple[tuple[Person, dt.datetime], ...]
    open: tuple[Person, ...]
    others: tuple[Reading, ...]
    due: dt.date | None

    @property
    def numerator(self) -> int:
        """How many of those asked have read it."""
        return len(self.done)

    @property
    def denominator(self) -> int:
        """How many are asked."""
        return len(self.done) + len(self.open)


def readership(version: DocumentVersion) -> Readership:
    """The readers of one version; who read it without being asked counts apart."""
    people = readers_of(version.document)
    readings = {row.person_id: row for row in version.readings.select_related("person__unit")}
    done = tuple((one, readings[one.pk].read_at) for one in people if one.pk in readings)
    asked = {one.pk for one in people}
    return Readership(
        done,
        tuple(one for one in people if one.pk not in readings),
        tuple(row for row in readings.values() if row.person_id not in asked),
        version.read_by,
    )


def to_be_read(agency: Agency, on: dt.date) -> Any:
    """Approved versions that people are to read: in force or soon to be, with their distribution."""
    return (
        rows()
        .filter(agency=agency, state=DocumentVersion.State.APPROVED, must_read=True)
        .filter(Q(expires_on=None) | Q(expires_on__gte=on))
        .filter(Q(next_on=None) | Q(next_on__gt=on))
        .prefetch_related(Prefetch("document__distribution", Distribution.objects.all()))
        .order_by("read_by", "document__code")
    )


def due_for(version: DocumentVersion, person: Person, days: int | None = None) -> dt.date | None:
    """Until when a person is to read a version: who came later has their days from coming."""
    if version.read_by is None:
        return None
    if person.valid_from <= version.read_by and days is None:
        return version.read_by
    if days is None:
        days = int(agency_settings.get(version.document.agency, "library.reading_days"))
    return max(version.read_by, person.valid_from + dt.timedelta(days=days))


def tally(people: Sequence[Person], on: dt.date) -> dict[UUID, tuple[int, int]]:
    """(asked, read) for many people of one agency, always with three queries."""
    if not people:
        return {}
    versions = list(to_be_read(people[0].agency, on))
    read = set(
        Reading.objects.filter(version__in=versions, person__in=people).values_list("version_id", "person_id")
    )
    counts: dict[UUID, tuple[int, int]] = {}
    for person in people:
        if person.unit_id is None and not insider(person):
            continue
        mine = [one for one in versions if concerns(one.document.distribution.all(), person)]
        counts[person.pk] = (len(mine), sum((one.pk, person.pk) in read for one in mine))
    return counts
