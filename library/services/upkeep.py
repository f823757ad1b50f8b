"""Keeping documents up to date: periodic review, change requests of readers (7.5.2, 7.5.3.2.c)."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from library import policies, workflow
from library.models import ChangeRequest, ControlledDocument, PeriodicReview
from library.selectors.people import keepers
from library.selectors.versions import effective_version
from library.services.versions import months_after
from qms import audit, clock, notifications, registry
from qms.exceptions import Invalid, Problem
from qms.models import Person
from qms.policies import require
from qms.text import nfc
from qms.workflow import locked, move

Outcome = PeriodicReview.Outcome


def review_record(
    document: ControlledDocument,
    *,
    acting: Person | None,
    outcome: str,
    note: str,
    next_on: dt.date | None = None,
) -> PeriodicReview:
    """Keep the result of a periodic review; “no change needed” puts the next one off.

    Raises Invalid without grounds, or when no version is in force.
    """
    note = nfc(note.strip())
    today = clock.today()
    problems = []
    if outcome not in Outcome.values:
        problems.append(Problem("outcome", _("Choose the result of the review.")))
    if not note:
        problems.append(Problem("note", _("Say what the result rests on.")))
    if next_on is not None and next_on <= today:
        problems.append(Problem("next_on", _("The next review lies in the future.")))
    if problems:
        raise Invalid(problems)
    with transaction.atomic(), locked(document) as document:
        require(policies.can_keep(acting, document))
        version = effective_version(document)
        if version is None:
            raise Invalid(_("No version is in force; there is nothing to review."))
        if next_on is None and document.review_months:
            next_on = months_after(today, document.review_months)
        review: PeriodicReview = PeriodicReview.objects.create(
            agency_id=document.agency_id,
            document=document,
            version=version,
            outcome=outcome,
            note=note,
            reviewed_on=today,
            reviewed_by=acting,
            next_on=next_on,
        )
        changes = audit.apply(document, next_review_on=next_on)
        audit.record(
            "library.document.reviewed", document, changes, acting=acting, note=review.get_outcome_display()
        )
        registry.fulfilment_changed(document.agency)
    return review


def request_create(
    document: ControlledDocument, *, acting: Person, text: str, place: str = ""
) -> ChangeRequest:
    """Ask for a change; who looks after the document is told."""
    text = nfc(text.strip())
    if not text:
        raise Invalid([Problem("text", _("Say what should change, and why."))])
    with transaction.atomic():
        require(policies.can_ask(acting, document))
        request: ChangeRequest = ChangeRequest.objects.create(
            agency_id=document.agency_id,
            document=document,
            version=effective_version(document),
            place=nfc(place.strip())[:160],
            text=text,
            asked_by=acting,
        )
        audit.record("library.request.asked", request, {"text": (None, text)}, acting=acting)
        for person in keepers(document):
            if person.pk != acting.pk:
                notifications.notify(
                    person,
                    topic="library",
                    title=_("Change asked for: %(document)s") % {"document": document},
                    body=text,
                    url=request.get_absolute_url(),
                    key=f"change-request:{request.pk}",
                )
    return request


def request_answer(
    request: ChangeRequest, *, acting: Person | None, accept: bool, answer: str
) -> ChangeRequest:
    """Accept a request or not, always with words; who asked is told."""
    answer = nfc(answer.strip())
    if not answer:
        raise Invalid([Problem("answer", _("Write the answer."))])
    with transaction.atomic(), locked(request) as request:
        require(policies.can_answer(acting, request))
        changes = move(
            request,
            workflow.REQUEST["accept" if accept else "decline"],
            answer=answer,
            answered_by=acting,
            answered_at=clock.now(),
        )
        audit.record("library.request.answered", request, changes, acting=acting)
        registry.fulfilment_changed(request.agency)
        notifications.notify(
            request.asked_by,
            topic="library",
            title=_("Your request on %(document)s was answered") % {"document": request.document.code},
            body=answer,
            url=request.get_absolute_url(),
            key=f"change-answer:{request.pk}",
        )
    return request
