"""What waits for a person: to review, to approve, drafts sent back, reviews due, requests, disposals.

What a person has to read is a duty (`library/duties.py`); the shell makes its work items.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from library import policies
from library.models import ChangeRequest, ControlledDocument, DisposalList, DocumentVersion
from library.selectors.versions import NOTICE, ending_soon
from qms import clock
from qms.models import Person, Role
from qms.registry import WorkItem

State = DocumentVersion.State
MOST = 30


def waiting_work(person: Person) -> Iterator[WorkItem]:
    """Everything of this app that waits for a person."""
    if not policies.insider(person):
        return
    today = clock.today()
    yield from _versions(person)
    yield from _reviews(person, today)
    yield from _ending(person, today)
    yield from _requests(person)
    yield from _disposals(person)


def _versions(person: Person) -> Iterator[WorkItem]:
    asked = Q(state=State.IN_REVIEW, reviewer=person) | Q(state=State.REVIEWED, approver=person)
    asked |= Q(state=State.DRAFT, drafter=person) & ~Q(return_note="")
    words = {
        State.IN_REVIEW: (_("Waits for your review"), _("Review the version"), "eye"),
        State.REVIEWED: (_("Waits for your approval"), _("Decide on the version"), "file-check"),
        State.DRAFT: (_("Sent back to you"), _("Work on the version"), "undo-2"),
    }
    for version in DocumentVersion.objects.filter(asked).select_related("document")[:MOST]:
        detail, action, icon = words[State(version.state)]
        yield WorkItem(
            title=str(version.document),
            detail=f"{detail} · {version.edition}",
            url=version.get_absolute_url(),
            action=action,
            icon=icon,
            due=version.effective_on if version.state != State.DRAFT else None,
            key=f"document-version:{version.pk}:{version.state}",
        )


def _kept_by(person: Person, field: str = "") -> Q:
    """Documents a person looks after: those of units headed, and (for the secretary) the agency's own."""
    units = [unit for role, unit in person.held_roles if role == Role.UNIT_HEAD and unit is not None]
    mine = Q(**{f"{field}owner__in": units})
    if person.has_role(Role.SECRETARY):
        mine |= Q(**{f"{field}owner": None})
    return mine


def _reviews(person: Person, today: dt.date) -> Iterator[WorkItem]:
    soon = today + dt.timedelta(days=NOTICE)
    in_force = DocumentVersion.objects.effective(today).filter(agency=person.agency_id).values("document")
    rows: Any = ControlledDocument.objects.filter(_kept_by(person), agency=person.agency_id)
    for document in rows.filter(next_review_on__lte=soon, pk__in=in_force).order_by("next_review_on")[:MOST]:
        yield WorkItem(
            title=str(document),
            detail=_("Periodic review: does it still fit?"),
            url=document.get_absolute_url(),
            action=_("Review the document"),
            icon="calendar-clock",
            due=document.next_review_on,
            key=f"document-review:{document.pk}:{document.next_review_on}",
        )


def _ending(person: Person, today: dt.date) -> Iterator[WorkItem]:
    """Documents that end, or rest on a legal text that ends: revise, replace or let go."""
    units = [unit for role, unit in person.held_roles if role == Role.UNIT_HEAD and unit is not None]
    if not units and not person.has_role(Role.SECRETARY):
        return
    for version, day in ending_soon(person.agency, today)[:MOST]:
        document = version.document
        if document.owner_id not in units if document.owner_id else not person.has_role(Role.SECRETARY):
            continue
        basis = document.basis
        legal = basis is not None and basis.expires_on == day
        heir = basis.replaced_by if legal and basis is not None else None
        words = _("The legal text is no longer in force") if day < today else _("No longer in force soon")
        if heir is not None:
            words = _("Replaced by %(basis)s") % {"basis": heir}
        yield WorkItem(
            title=str(document),
            detail=words,
            url=document.get_absolute_url(),
            action=_("Replace or end the document"),
            icon="calendar-clock",
            due=day,
            key=f"document-ending:{version.pk}:{day}",
        )


def _requests(person: Person) -> Iterator[WorkItem]:
    rows = ChangeRequest.objects.filter(
        _kept_by(person, "document__"), agency=person.agency_id, state=ChangeRequest.State.OPEN
    )
    for request in rows.exclude(asked_by=person).select_related("document", "asked_by")[:MOST]:
        yield WorkItem(
            title=request.text[:160],
            detail=_("%(person)s on %(document)s")
            % {"person": request.asked_by, "document": request.document},
            url=request.get_absolute_url(),
            action=_("Answer the request"),
            icon="message-square",
            key=f"change-request:{request.pk}",
        )


def _disposals(person: Person) -> Iterator[WorkItem]:
    states = DisposalList.State
    asked = Q(pk=None)
    if person.has_role(Role.LEADER):
        asked |= Q(state=states.SUBMITTED) & ~Q(drafter=person)
    asked |= Q(state=states.APPROVED, drafter=person)
    for listing in DisposalList.objects.filter(asked, agency=person.agency_id)[:MOST]:
        waiting = listing.state == states.SUBMITTED
        yield WorkItem(
            title=str(listing),
            detail=_("Disposal of records waits for approval") if waiting else _("Approved; minutes to come"),
            url=listing.get_absolute_url(),
            action=_("Decide on the disposal") if waiting else _("Record the disposal"),
            icon="trash-2",
            key=f"disposal:{listing.pk}:{listing.state}",
        )
