"""The life of an annual plan: submitted, approved, in force by its issued paper, ended."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents.content import Kind
from documents.models import Paper
from documents.selectors import live
from documents.services import paper_create
from objectives import plan_papers as papers
from objectives import plan_policies as policies
from objectives.models import MaintenancePlan, PlanState
from objectives.services.life import _reason
from objectives.services.plans import plan_index
from objectives.services.plans_fulfil import plan_fulfil
from objectives.workflow import PLANS
from qms import audit, clock, notifications
from qms.exceptions import IllegalTransition, Invalid, Problem
from qms.models import Person, Role, RoleAssignment
from qms.policies import require
from qms.workflow import locked, move


def plan_missing(plan: MaintenancePlan) -> "list[Problem]":
    """What a draft lacks before it can go to approval."""
    items = list(plan.items.filter(archived_at=None).prefetch_related("parties", "parts"))
    if not items:
        return [Problem("", _("There is no item yet."))]
    problems = []
    for item in items:
        place = {"number": item.number}
        if not item.time_text and not item.parts.all():
            problems.append(Problem("", _("Item %(number)s has no time.") % place))
        if not item.parties.all() and not item.lead_text and not item.parts.all() and item.parent_id is None:
            problems.append(Problem("", _("Nobody leads item %(number)s.") % place))
    return problems


def plan_submit(plan: MaintenancePlan, *, acting: Person | None) -> MaintenancePlan:
    """Send a draft for approval; raises Invalid with everything that is still missing."""
    with transaction.atomic(), locked(plan) as draft:
        require(policies.can_submit(acting, draft))
        problems = plan_missing(draft)
        if problems:
            raise Invalid(problems)
        changes = move(draft, PLANS["submit"], submitted_at=clock.now(), return_reason="")
        _done("objectives.plan.submitted", draft, changes, acting)
        _tell(draft, _approvers(draft), _("Annual plan to approve: %(title)s") % {"title": draft.title})
    return draft


def plan_return(plan: MaintenancePlan, *, reason: str, acting: Person) -> MaintenancePlan:
    """Give a submitted draft back to its drafter with the reason."""
    reason = _reason(reason)
    with transaction.atomic(), locked(plan) as draft:
        require(policies.can_approve(acting, draft))
        changes = move(draft, PLANS["return"], return_reason=reason, submitted_at=None)
        _done("objectives.plan.returned", draft, changes, acting, reason)
        if draft.drafter is not None:
            _tell(draft, [draft.drafter], _("Annual plan returned: %(title)s") % {"title": draft.title})
    return draft


def plan_approve(plan: MaintenancePlan, *, acting: Person) -> MaintenancePlan:
    """Approve what another person drafted."""
    with transaction.atomic(), locked(plan) as draft:
        require(policies.can_approve(acting, draft))
        changes = move(draft, PLANS["approve"], approver=acting, approved_at=clock.now())
        _done("objectives.plan.approved", draft, changes, acting)
        if draft.drafter is not None:
            _tell(draft, [draft.drafter], _("Annual plan approved: %(title)s") % {"title": draft.title})
    return draft


def plan_reopen(plan: MaintenancePlan, *, reason: str, acting: Person | None) -> MaintenancePlan:
    """Take an approved plan back into drafting, as long as no paper about it is on its way."""
    reason = _reason(reason)
    with transaction.atomic(), locked(plan) as draft:
        require(policies.can_reopen(acting, draft))
        if live(draft.paper) is not None:
            raise Invalid(_("A paper about this plan is on its way. Abandon it first."))
        changes = move(draft, PLANS["reopen"], approver=None, approved_at=None, submitted_at=None)
        _done("objectives.plan.reopened", draft, changes, acting, reason)
    return draft


def plan_publish(plan: MaintenancePlan, *, signer: Person | None, acting: Person | None) -> Paper:
    """Prepare the paper; issuing it brings the plan into force. Gives back the draft paper.

    Raises IllegalTransition unless the plan is approved, Invalid while another paper is on its way.
    """
    with transaction.atomic(), locked(plan) as approved:
        require(policies.can_publish(acting, approved))
        if approved.state != PlanState.APPROVED:
            raise IllegalTransition(
                _("Only an approved plan can be published; the present state is “%(state)s”.")
                % {"state": approved.get_state_display()}
            )
        if live(approved.paper) is not None:
            raise Invalid(_("A paper about this plan is on its way already."))
        paper = paper_create(
            agency=approved.agency,
            kind=Kind.PLAN,
            purpose=papers.PURPOSE,
            subject_key=str(approved.pk),
            content=papers.content(approved, signer),
            signer=signer,
            acting=acting,
        )
        changes = audit.apply(approved, paper=paper)
        audit.record("objectives.plan.paper_prepared", approved, changes, acting=acting)
    return paper


def plan_enter_into_force(plan: MaintenancePlan, *, on: dt.date, acting: Person | None) -> MaintenancePlan:
    """What the issued paper does: the plan takes the place of the one in force, and what is done is ticked.

    Runs inside the transaction that issues the paper.
    """
    with transaction.atomic(), locked(plan) as approved:
        older = MaintenancePlan.objects.filter(
            agency=approved.agency, year=approved.year, state=PlanState.IN_FORCE
        ).exclude(pk=approved.pk)
        for other in older.select_for_update(of=("self",)):
            reason = _("Replaced by: %(title)s") % {"title": approved.title}
            plan_end(other, on=on, reason=reason, acting=acting)
        changes = move(approved, PLANS["publish"], in_force_from=on)
        _done("objectives.plan.published", approved, changes, acting)
        plan_fulfil(approved)
    return approved


def plan_end(plan: MaintenancePlan, *, on: dt.date, reason: str, acting: Person | None) -> MaintenancePlan:
    """End a plan whose paper was revoked or replaced; what was done stays on record."""
    with transaction.atomic(), locked(plan) as ending:
        changes = move(ending, PLANS["end"], ended_on=on, end_reason=_reason(reason))
        _done("objectives.plan.ended", ending, changes, acting, reason)
    return ending


def _approvers(plan: MaintenancePlan) -> list[Person]:
    today = clock.today()
    rows = RoleAssignment.objects.filter(
        agency=plan.agency, role__in=[Role.LEADER, Role.COMMITTEE_HEAD]
    ).select_related("person__user")
    found = {
        row.person_id: row.person for row in rows if row.holds_on(today) and row.person_id != plan.drafter_id
    }
    return list(found.values())


def _tell(plan: MaintenancePlan, people: list[Person], title: str) -> None:
    for person in people:
        notifications.notify(
            person,
            topic="objectives",
            title=title,
            key=f"plan:{plan.pk}:{plan.state}:{clock.now():%Y%m%d%H%M}",
            url=plan.get_absolute_url(),
        )


def _done(verb: str, plan: MaintenancePlan, changes: Any, acting: Person | None, note: str = "") -> None:
    audit.record(verb, plan, changes, acting=acting, note=note)
    plan_index(plan)
