"""The plan of a case: how its effect will be checked, what is missing, submitted, approved (10.2.1 c, d)."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import policies_improvement as policies
from audits.models import CorrectiveAction, EffectivenessCheck, Nonconformity
from audits.selectors.people import holders
from audits.services.corrective import plan_finish, tell_owner
from audits.services.nonconformities import (
    _in_state,
    _reason,
    correction_missing,
)
from audits.services.telling import tell
from audits.workflow_improvement import CASE
from objectives.models import Target
from qms import audit, clock
from qms.exceptions import Invalid, Problem
from qms.models import Person, Role
from qms.policies import require
from qms.text import nfc
from qms.workflow import locked, move

State = Nonconformity.State


def check_of(case: Nonconformity) -> EffectivenessCheck | None:
    """The effectiveness check of the present round."""
    return next((check for check in case.checks.all() if check.round == case.round), None)


def plan_of(case: Nonconformity) -> list[CorrectiveAction]:
    """The actions against the cause in the present round, without the cancelled ones."""
    cancelled = CorrectiveAction.State.CANCELLED
    return [
        one
        for one in case.actions.all()
        if one.round == case.round and not one.is_correction and one.state != cancelled
    ]


def check_plan(
    case: Nonconformity,
    *,
    acting: Person | None,
    method: str,
    criterion: str,
    due_on: dt.date,
    verifier: Person | None = None,
    target: Target | None = None,
    periods: int = 1,
) -> EffectivenessCheck:
    """Plan the check of the present round: criterion, day, and a verifier from outside or a target.

    Raises Invalid for a verifier of the responsible unit or one who carries out an action.
    """
    criterion = nfc(criterion.strip())
    by_figures = method == EffectivenessCheck.Method.FIGURES
    problems = []
    if not criterion:
        problems.append(Problem("criterion", _("Say by what you will see that it worked.")))
    if by_figures and target is None:
        problems.append(Problem("target", _("Choose the target whose figures decide.")))
    if not by_figures and verifier is None:
        problems.append(Problem("verifier", _("Name a verifier from outside the unit.")))
    if verifier is not None and not by_figures and not policies.outside(verifier, case):
        problems.append(Problem("verifier", str(policies.outside(verifier, case).reason)))
    if due_on <= clock.today():
        problems.append(Problem("due_on", _("The check needs time after the actions; choose a later day.")))
    if problems:
        raise Invalid(problems)
    with transaction.atomic(), locked(case) as case:
        require(policies.can_handle(acting, case))
        _in_state(case, *Nonconformity.PLANNING)
        values = {
            "method": EffectivenessCheck.Method(method),
            "criterion": criterion,
            "due_on": due_on,
            "verifier": None if by_figures else verifier,
            "target": target if by_figures else None,
            "periods": periods if by_figures else 1,
        }
        made, _new = EffectivenessCheck.objects.update_or_create(
            nonconformity=case, round=case.round, defaults={"agency_id": case.agency_id, **values}
        )
        changes = {name: (None, new) for name, new in values.items() if new}
        audit.record("audits.nonconformity.check_planned", made, changes, acting=acting)
    found: EffectivenessCheck = made
    return found


def verifier_choose(case: Nonconformity, *, acting: Person | None, verifier: Person) -> EffectivenessCheck:
    """Name another verifier after the approval (the first one moved into the unit, left, is ill)."""
    with transaction.atomic(), locked(case) as case:
        require(policies.can_choose_verifier(acting, case))
        _in_state(case, State.IN_PROGRESS, State.CHECKING)
        check = check_of(case)
        if check is None or check.by_figures:
            raise Invalid(_("The figures of the target decide; nobody judges by hand."))
        verdict = policies.outside(verifier, case)
        if not verdict:
            raise Invalid([Problem("verifier", str(verdict.reason))])
        changes = audit.apply(check, verifier=verifier)
        audit.record("audits.nonconformity.verifier_changed", check, changes, acting=acting)
    return check


def plan_problems(case: Nonconformity) -> list[Problem]:
    """Everything that still keeps the plan from being submitted, each with its place on the page."""
    found = []
    missing = correction_missing(case)
    if missing:
        found.append(Problem("correction", missing))
    if not any(analysis.round == case.round for analysis in case.analyses.all()):
        found.append(Problem("cause", _("Find the cause: five whys or a fishbone.")))
    if not case.similar_none and not case.similar_cases.all():
        found.append(Problem("similar", _("Ask the other units about similar cases, or say why not.")))
    plan = plan_of(case)
    if not plan:
        found.append(Problem("actions", _("Plan at least one action against the cause.")))
    check = check_of(case)
    if check is None:
        found.append(Problem("check", _("Say how and when the effect is checked.")))
        return found
    if plan and check.due_on <= max(action.deadline for action in plan):
        found.append(Problem("check", _("The effect is checked after the last deadline.")))
    if check.verifier is not None and not policies.outside(check.verifier, case):
        found.append(Problem("check", str(policies.outside(check.verifier, case).reason)))
    return found


def plan_submit(case: Nonconformity, *, acting: Person | None) -> Nonconformity:
    """Submit cause, actions and check for approval. Raises Invalid with everything that is missing."""
    with transaction.atomic(), locked(case) as case:
        require(policies.can_handle(acting, case))
        _in_state(case, *Nonconformity.PLANNING)
        problems = plan_problems(case)
        if problems:
            raise Invalid([Problem("", problem.message) for problem in problems])
        values: dict[str, Any] = {"submitted_by": acting, "submitted_at": clock.now(), "return_note": ""}
        changes = move(case, CASE["submit"], **values, approved_by=None, approved_at=None)
        audit.record("audits.nonconformity.submitted", case, changes, acting=acting)
        tell(
            holders(case.agency, Role.COMMITTEE_HEAD),
            f"nc-plan:{case.pk}:{clock.now():%Y%m%d%H%M%S}",
            gettext_lazy("To approve: plan of %(code)s"),
            url=case.get_absolute_url(),
            body=case.title,
            but=acting,
            code=case.code,
        )
    return case


def plan_approve(case: Nonconformity, *, acting: Person | None) -> Nonconformity:
    """Approve the plan: from here the owners act. What is missing meanwhile is looked at again."""
    with transaction.atomic(), locked(case) as case:
        require(policies.can_approve(acting, case))
        if case.state == State.SUBMITTED:
            problems = plan_problems(case)
            if problems:
                raise Invalid([Problem("", problem.message) for problem in problems])
        changes = move(case, CASE["approve"], approved_by=acting, approved_at=clock.now())
        audit.record("audits.nonconformity.approved", case, changes, acting=acting)
        for action in plan_of(case):
            if action.state == CorrectiveAction.State.OPEN:
                tell_owner(action, acting)
        plan_finish(case, acting=acting)
    return case


def plan_return(case: Nonconformity, *, acting: Person | None, reason: str) -> Nonconformity:
    """Send the plan back, before its approval or while it is carried out, with the reason."""
    reason = _reason(reason)
    with transaction.atomic(), locked(case) as case:
        require(policies.can_approve(acting, case))
        changes = move(case, CASE["return"], return_note=reason)
        audit.record("audits.nonconformity.returned", case, changes, acting=acting, note=reason)
        tell(
            [case.submitted_by, case.owner],
            f"nc-returned:{case.pk}:{clock.now():%Y%m%d%H%M%S}",
            gettext_lazy("Returned: plan of %(code)s"),
            url=case.get_absolute_url(),
            body=reason,
            but=acting,
            code=case.code,
        )
    return case
