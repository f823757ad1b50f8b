"""What waits for a person in nonconformities and reviews, and what waits for others in their cases."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from audits import policies_improvement as policies
from audits.models import (
    CorrectiveAction,
    DeadlineExtension,
    EffectivenessCheck,
    ManagementReview,
    Nonconformity,
    ReviewDecision,
    SimilarCase,
)
from qms import clock
from qms.home import OTHERS
from qms.models import Person, Role
from qms.registry import WorkItem

State = Nonconformity.State
MOST = 30
ICON = "shield-alert"


def waiting_work(person: Person) -> Iterator[WorkItem]:
    """Everything of this part that waits for a person."""
    if not policies.insider(person):
        return
    today = clock.today()
    yield from _actions(person)
    yield from _cases(person)
    yield from _decisions(person)
    yield from _checks(person, today)
    yield from _answers(person)
    yield from _reviews(person, today)
    yield from _others(person, today)


def _headed(person: Person) -> list[Any]:
    return [unit for role, unit in person.held_roles if role == Role.UNIT_HEAD and unit is not None]


def _actions(person: Person) -> Iterator[WorkItem]:
    live = Q(kind="correction") | Q(nonconformity__state=State.IN_PROGRESS)
    rows = CorrectiveAction.objects.filter(live, owner=person, state=CorrectiveAction.State.OPEN)
    rows = rows.exclude(nonconformity__state__in=Nonconformity.ENDED).select_related("nonconformity")
    for action in rows.order_by("deadline")[:MOST]:
        yield WorkItem(
            title=action.description,
            detail=f"{action.get_kind_display()} · {action.nonconformity}",
            url=reverse("audits:nc-action-report", args=[action.pk]),
            action=_("Report the action"),
            icon="list-checks",
            due=action.deadline,
            key=f"nc-action:{action.pk}",
        )


def _cases(person: Person) -> Iterator[WorkItem]:
    """Cases whose next step is the unit's: to correct, to analyse, to plan, to decide about."""
    mine = Q(owner=person) | Q(unit__in=_headed(person))
    rows = Nonconformity.objects.filter(mine, agency=person.agency_id)
    waiting = CorrectiveAction.objects.filter(nonconformity=OuterRef("pk"), kind="correction", state="open")
    undecided = Q(risk_decision="") | Q(document_decision="")
    todo = Q(state=State.OPEN) & ~Exists(waiting) | Q(state__in=Nonconformity.PLANNING)
    rows = rows.filter(todo | Q(state=State.TO_CLOSE) & undecided).select_related("unit")
    words = {
        State.OPEN: (_("Correct first, then find the cause"), _("Work on the case")),
        State.ANALYSIS: (_("Cause and plan to be worked out"), _("Work out the plan")),
        State.REOPENED: (_("Reopened: the actions had no effect"), _("Work out the plan anew")),
        State.TO_CLOSE: (_("Decide whether risks and documents change"), _("Decide on the case")),
    }
    for case in rows.order_by("due_on")[:MOST]:
        detail, action = words[State(case.state)]
        yield _item(case, detail, action, due=case.due_on)


def _decisions(person: Person) -> Iterator[WorkItem]:
    """Plans to approve, more time to grant, cases to close."""
    if person.has_role(*policies.APPROVERS):
        rows = Nonconformity.objects.filter(agency=person.agency_id, state=State.SUBMITTED)
        if not person.has_role(Role.COMMITTEE_HEAD):
            rows = rows.filter(grade=Nonconformity.Grade.MAJOR)
        for case in rows.select_related("unit").prefetch_related("actions", "analyses")[:MOST]:
            if policies.can_approve(person, case):
                yield _item(case, _("The plan waits for your decision"), _("Decide on the plan"))
    if person.has_role(Role.COMMITTEE_HEAD):
        asked = DeadlineExtension.objects.filter(
            agency=person.agency_id, state=DeadlineExtension.State.ASKED
        ).select_related("action__nonconformity", "asked_by", "action__owner")
        for one in asked[:MOST]:
            if policies.can_decide_extension(person, one):
                yield WorkItem(
                    title=_("More time for: %(action)s") % {"action": one.action},
                    detail=f"{one.action.nonconformity.code} · {one} · {one.reason}",
                    url=reverse("audits:nc-extension-decide", args=[one.pk]),
                    action=_("Decide on the extension"),
                    icon="calendar-clock",
                    key=f"nc-extension:{one.pk}",
                )
    if policies.secretariat(person):
        unanswered = SimilarCase.objects.filter(nonconformity=OuterRef("pk"), answer="")
        rows = Nonconformity.objects.filter(agency=person.agency_id, state=State.TO_CLOSE)
        rows = rows.exclude(risk_decision="").exclude(document_decision="").exclude(owner=person)
        for case in rows.filter(~Exists(unanswered)).select_related("unit")[:MOST]:
            yield _item(case, _("Proven and decided"), _("Close the nonconformity"))


def _checks(person: Person, today: dt.date) -> Iterator[WorkItem]:
    rows = EffectivenessCheck.objects.filter(
        verifier=person,
        verdict="",
        round=F("nonconformity__round"),
        nonconformity__state=State.CHECKING,
        due_on__lte=today + dt.timedelta(days=7),
    ).select_related("nonconformity")
    for check in rows.order_by("due_on")[:MOST]:
        yield WorkItem(
            title=_("Did it work? %(title)s") % {"title": check.nonconformity.title},
            detail=f"{check.nonconformity.code} · {check.criterion}",
            url=check.nonconformity.get_absolute_url(),
            action=_("Judge the effect"),
            icon="gauge",
            due=check.due_on,
            key=f"nc-check:{check.pk}",
        )


def _answers(person: Person) -> Iterator[WorkItem]:
    """Heads answer for their units; without a head everybody of the unit is asked."""
    rows = SimilarCase.objects.filter(unit__in=_headed(person), answer="")
    rows = rows.exclude(nonconformity__state__in=Nonconformity.ENDED).select_related("nonconformity", "unit")
    for row in rows.order_by("due_on")[:MOST]:
        yield WorkItem(
            title=_("Could it happen in %(unit)s too? %(title)s")
            % {"unit": row.unit.label, "title": row.nonconformity.title},
            detail=row.nonconformity.code,
            url=reverse("audits:nc-similar-answer", args=[row.pk]),
            action=_("Answer for the unit"),
            icon="message-square",
            due=row.due_on,
            key=f"nc-similar:{row.pk}",
        )


def _reviews(person: Person, today: dt.date) -> Iterator[WorkItem]:
    rows = ReviewDecision.objects.filter(owner=person, state=ReviewDecision.State.OPEN)
    for one in rows.exclude(review__concluded_at=None).select_related("review").order_by("deadline")[:MOST]:
        yield WorkItem(
            title=one.text,
            detail=_("Decision of %(review)s") % {"review": one.review},
            url=reverse("audits:decision-report", args=[one.pk]),
            action=_("Report the decision carried out"),
            icon="users",
            due=one.deadline,
            key=f"review-decision:{one.pk}",
        )
    held = ManagementReview.objects.filter(agency=person.agency_id, state=ManagementReview.State.HELD)
    for review in held.filter(chair=person):
        yield _review_item(review, _("The meeting has been held"), _("Conclude the review"), None)
    if policies.secretariat(person):
        soon = ManagementReview.objects.filter(
            agency=person.agency_id, state=ManagementReview.State.PREPARING
        )
        for review in soon:
            detail = _("Collect the inputs, invite, hold the meeting")
            yield _review_item(review, detail, _("Prepare the review"), review.planned_on)


def _review_item(review: ManagementReview, detail: str, action: str, due: dt.date | None) -> WorkItem:
    return WorkItem(
        title=review.title,
        detail=detail,
        url=review.get_absolute_url(),
        action=action,
        icon="users",
        due=due,
        key=f"review:{review.pk}:{review.state}",
    )


def _others(person: Person, today: dt.date) -> Iterator[WorkItem]:
    """My cases that wait for somebody else: who, and until when."""
    mine = Q(owner=person) | Q(unit__in=_headed(person))
    states = [State.SUBMITTED, State.IN_PROGRESS, State.CHECKING]
    rows = Nonconformity.objects.filter(mine, agency=person.agency_id, state__in=states)
    rows = rows.prefetch_related("actions__owner", "checks__verifier").select_related("unit")
    for case in rows.order_by("due_on")[:MOST]:
        who, due = _who(case, person)
        if who:
            yield WorkItem(
                title=case.title,
                detail=f"{case.code} · {who}",
                url=case.get_absolute_url(),
                action="",
                icon=ICON,
                due=due,
                group=OTHERS,
                key=f"nc-others:{case.pk}:{case.state}",
            )


def _who(case: Nonconformity, person: Person) -> tuple[str, dt.date | None]:
    if case.state == State.SUBMITTED:
        return _("the plan waits for approval"), None
    if case.state == State.CHECKING:
        check = next((one for one in case.checks.all() if one.round == case.round), None)
        if check is None:
            return "", None
        if check.by_figures:
            return _("later figures decide"), check.due_on
        return _("%(person)s checks the effect") % {"person": check.verifier}, check.due_on
    open_ones = [
        one
        for one in case.actions.all()
        if one.state == CorrectiveAction.State.OPEN and one.owner_id != person.pk
    ]
    if not open_ones:
        return "", None
    names = ", ".join(dict.fromkeys(str(one.owner) for one in open_ones))
    return _("%(people)s carry out the actions") % {"people": names}, min(one.deadline for one in open_ones)


def _item(case: Nonconformity, detail: str, action: str, due: dt.date | None = None) -> WorkItem:
    return WorkItem(
        title=case.title,
        detail=f"{case.code} · {detail}",
        url=case.get_absolute_url(),
        action=action,
        icon=ICON,
        due=due,
        key=f"nc:{case.pk}:{case.state}:{case.round}",
    )
