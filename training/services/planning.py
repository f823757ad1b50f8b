"""Needs of training and the plan of a year."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from qms import audit, clock
from qms.exceptions import Invalid, Problem
from qms.models import Agency, Person
from qms.policies import require
from qms.text import nfc
from qms.workflow import hold, locked, move
from training import policies, selectors, workflow
from training.models import (
    PlanItem,
    TrainingNeed,
    TrainingPlan,
)
from training.services.requirements import _needed, _texts


def need_propose(
    agency: Agency, *, acting: Person | None, people: Iterable[Person] = (), **fields: Any
) -> TrainingNeed:
    """Propose something that has to be learned."""
    values = _texts(fields)
    _needed(values, "title", "year")
    with transaction.atomic():
        require(policies.can_propose_in(acting, agency))
        made: TrainingNeed = TrainingNeed.objects.create(agency=agency, proposed_by=acting, **values)
        made.people.set(people)
        audit.record("training.need.proposed", made, {"title": (None, made.title)}, acting=acting)
    return made


def needs_from_gaps(agency: Agency, *, year: int, acting: Person | None) -> list[TrainingNeed]:
    """A need for each requirement with gaps that has no open or planned need in the year yet."""
    with transaction.atomic():
        require(policies.can_organise_in(acting, agency))
        there = set(
            TrainingNeed.objects.filter(agency=agency, year=year)
            .exclude(state=TrainingNeed.State.DECLINED)
            .values_list("requirement_id", flat=True)
        )
        return [
            need_propose(
                agency,
                acting=acting,
                people=people,
                year=year,
                origin=TrainingNeed.Origin.GAP,
                title=requirement.name,
                requirement=requirement,
                reason=_("%(n)s people do not reach the level required.") % {"n": len(people)},
            )
            for requirement, people in selectors.gaps_of(agency).items()
            if requirement.pk not in there
        ]


def need_decline(need: TrainingNeed, *, acting: Person | None, reason: str) -> TrainingNeed:
    """Do not take a need up, with the reason."""
    if not reason.strip():
        raise Invalid([Problem("reason", _("Give the reason."))])
    with transaction.atomic(), locked(need) as need:
        require(policies.can_settle_need(acting, need))
        changes = move(need, workflow.NEED["decline"], decline_reason=nfc(reason.strip()))
        audit.record("training.need.declined", need, changes, acting=acting, note=reason)
    return need


# Plans


def plan_draft(agency: Agency, *, year: int, acting: Person | None, purpose: str = "") -> TrainingPlan:
    """Begin the plan of a year. Raises Invalid when there is one already."""
    with transaction.atomic():
        require(policies.can_organise_in(acting, agency))
        hold(agency)
        if TrainingPlan.objects.filter(agency=agency, year=year).exists():
            raise Invalid([Problem("year", _("There is a training plan of this year already."))])
        plan: TrainingPlan = TrainingPlan.objects.create(
            agency=agency, year=year, purpose=nfc(purpose.strip()), drafted_by=acting
        )
        audit.record("training.plan.drafted", plan, {"year": (None, year)}, acting=acting)
    return plan


def item_add(
    plan: TrainingPlan, *, acting: Person | None, needs: Iterable[TrainingNeed] = (), **fields: Any
) -> PlanItem:
    """Plan a training; the needs it answers are in the plan from then on."""
    values = _texts(fields)
    _needed(values, "title", "audience", "month")
    with transaction.atomic(), locked(plan) as plan:
        require(policies.can_edit_plan(acting, plan))
        made: PlanItem = PlanItem.objects.create(
            agency_id=plan.agency_id, plan=plan, order=plan.items.count() + 1, **values
        )
        for need in needs:
            move(need, workflow.NEED["plan"])
            made.needs.add(need)
            audit.record("training.need.planned", need, acting=acting, note=made.title)
        audit.record("training.plan.edited", plan, acting=acting, note=made.title)
    return made


def item_remove(item: PlanItem, *, acting: Person | None) -> None:
    """Take a training out of a draft; needs only it answered are open again."""
    with transaction.atomic():
        require(policies.can_edit_plan(acting, item.plan))
        if item.courses.exists():
            raise Invalid(_("There is a course for this item already."))
        for need in item.needs.all():
            if need.items.count() == 1:
                move(need, workflow.NEED["reopen"])
        words = _("Taken out: %(what)s") % {"what": item.title}
        audit.record("training.plan.edited", item.plan, acting=acting, note=words)
        item.delete()


def plan_submit(plan: TrainingPlan, *, acting: Person | None) -> TrainingPlan:
    """Send the plan to a leader."""
    with transaction.atomic(), locked(plan) as plan:
        require(policies.can_edit_plan(acting, plan))
        if not plan.items.exists():
            raise Invalid(_("The plan has no training yet."))
        changes = move(plan, workflow.PLAN["submit"], return_note="")
        if acting is not None:
            changes |= audit.apply(plan, drafted_by=acting)
        audit.record("training.plan.submitted", plan, changes, acting=acting)
    return plan


def plan_return(plan: TrainingPlan, *, acting: Person | None, reason: str) -> TrainingPlan:
    """Send the plan back, with what has to change."""
    if not reason.strip():
        raise Invalid([Problem("reason", _("Give the reason."))])
    with transaction.atomic(), locked(plan) as plan:
        require(policies.can_approve_plan(acting, plan))
        changes = move(plan, workflow.PLAN["return"], return_note=nfc(reason.strip()))
        audit.record("training.plan.returned", plan, changes, acting=acting, note=reason)
    return plan


def plan_approve(plan: TrainingPlan, *, acting: Person | None) -> TrainingPlan:
    """Approve the plan."""
    with transaction.atomic(), locked(plan) as plan:
        require(policies.can_approve_plan(acting, plan))
        changes = move(plan, workflow.PLAN["approve"], approved_by=acting, approved_on=clock.today())
        audit.record("training.plan.approved", plan, changes, acting=acting)
    return plan


# Courses
