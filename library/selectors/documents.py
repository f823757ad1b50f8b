"""The list of documents: what is valid, which edition, since when, and whether I have read it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, When

from library.models import ChangeRequest, ControlledDocument, Distribution, DocumentVersion, Reading
from library.selectors.versions import concerns
from qms.models import Person, SearchEntry
from qms.text import fold

NONE = "none"
RANK = Case(
    *(When(kind=kind, then=number) for number, kind in enumerate(ControlledDocument.Kind.values)),
    output_field=IntegerField(),
)
"""The manual first, external documents last."""


@dataclass(frozen=True)
class Line:
    """One row of the list."""

    document: ControlledDocument
    version: DocumentVersion | None
    upcoming: DocumentVersion | None
    under_way: DocumentVersion | None
    status: str
    asked: bool
    read_at: dt.datetime | None
    review_late: bool

    @property
    def unread(self) -> bool:
        """Whether I still have to read it."""
        return self.asked and self.read_at is None and self.version is not None and self.version.must_read


def document_list(person: Person, asked: dict[str, Any], today: dt.date) -> Any:
    """Documents of the agency, filtered, in the order of their codes."""
    rows = ControlledDocument.objects.visible_to(person).select_related("owner", "parent", "agency")
    if asked.get("kind"):
        rows = rows.filter(kind=asked["kind"])
    if asked.get("unit"):
        rows = rows.filter(owner=asked["unit"])
    if asked.get("clause"):
        clause = asked["clause"]
        rows = rows.filter(Q(clauses=clause) | Q(clauses__code__startswith=f"{clause.code}.")).distinct()
    for word in fold(asked.get("q") or "").split():
        found = SearchEntry.objects.filter(kind="library.controlleddocument", folded__contains=word)
        rows = rows.filter(pk__in=found.values("object_id"))
    valid = DocumentVersion.objects.effective(today).filter(document=OuterRef("pk"))
    state = asked.get("state")
    if state == "valid":
        rows = rows.filter(Exists(valid))
    elif state == "obsolete":
        past = DocumentVersion.objects.filter(document=OuterRef("pk"), state="approved")
        rows = rows.filter(~Exists(valid), Exists(past.filter(effective_on__lte=today)))
    elif state == "under_way":
        open_ones = ["draft", "in_review", "reviewed"]
        rows = rows.filter(
            Exists(DocumentVersion.objects.filter(document=OuterRef("pk"), state__in=open_ones))
        )
    elif state == "unread":
        unread = valid.filter(must_read=True).exclude(readings__person=person)
        mine = Q(distribution__unit=person.unit_id) if person.unit_id else Q()
        mine |= Q(distribution__person=person)
        mine |= Q(distribution__isnull=False, distribution__unit=None, distribution__person=None)
        rows = rows.filter(Exists(unread)).filter(mine).distinct()
    elif state == "review":
        rows = rows.filter(Exists(valid), next_review_on__lt=today)
    return rows.annotate(rank=RANK).order_by("rank", "code")


def lines_of(documents: Any, person: Person, today: dt.date) -> list[Line]:
    """The rows of one page, always with the same number of queries."""
    found = list(documents)
    versions: dict[Any, list[DocumentVersion]] = {}
    rows = DocumentVersion.objects.dated().visible_to(person).filter(document__in=found)
    for version in rows.exclude(state="abandoned").order_by("effective_on", "created_at"):
        versions.setdefault(version.document_id, []).append(version)
    current = [one for many in versions.values() for one in many if one.status_on(today) == "active"]
    read = dict(
        Reading.objects.filter(version__in=current, person=person).values_list("version_id", "read_at")
    )
    lines_by: dict[Any, list[Any]] = {}
    for line in Distribution.objects.filter(document__in=found):
        lines_by.setdefault(line.document_id, []).append(line)
    return [
        _line(one, versions.get(one.pk, []), lines_by.get(one.pk, []), read, person, today) for one in found
    ]


def _line(
    document: ControlledDocument,
    versions: list[DocumentVersion],
    distribution: list[Any],
    read: dict[Any, dt.datetime],
    person: Person,
    today: dt.date,
) -> Line:
    by_status: dict[str, DocumentVersion] = {}
    for one in versions:
        by_status[one.status_on(today)] = one
    version = by_status.get("active")
    status = "active" if version else "obsolete" if "obsolete" in by_status else ""
    shown = version or by_status.get("obsolete")
    upcoming = next((one for one in versions if one.status_on(today) == "approved"), None)
    under_way = next((one for one in versions if one.is_open), None)
    late = version is not None and document.next_review_on is not None and document.next_review_on < today
    return Line(
        document,
        shown,
        upcoming,
        under_way,
        status or ("approved" if upcoming else "draft" if under_way else NONE),
        concerns(distribution, person),
        read.get(shown.pk) if shown else None,
        late,
    )


def with_counts(person: Person, today: dt.date) -> dict[str, int]:
    """What the head of the list says at a glance: valid, to read, under way, late reviews."""
    valid = document_list(person, {"state": "valid"}, today).count()
    return {
        "valid": valid,
        "unread": document_list(person, {"state": "unread"}, today).count(),
        "under_way": document_list(person, {"state": "under_way"}, today).count(),
        "review": document_list(person, {"state": "review"}, today).count(),
    }


def request_list(person: Person, state: str) -> Any:
    """Change requests in a state, the newest first."""
    rows = ChangeRequest.objects.visible_to(person).filter(state=state)
    return rows.select_related("document__owner", "asked_by__unit", "answered_by", "taken_into", "version")
