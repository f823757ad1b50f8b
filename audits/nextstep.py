"""What a case needs next, and who has to do it: one answer for its page and everybody's list of work."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from audits import policies_improvement as policies
from audits.models import CorrectiveAction, EffectivenessCheck, Nonconformity
from audits.services.effect import close_problems
from audits.services.nonconformities import correction_missing
from audits.services.plan import check_of, plan_of, plan_problems
from qms.exceptions import Problem
from qms.models import Person, Role
from qms.policies import Verdict, role_labels


@dataclass
class NextStep:
    """The step, who does it, until when; `url` with `post` is a button, else a link to a form."""

    title: str
    who: str
    due: dt.date | None = None
    action: str = ""
    url: str = ""
    post: bool = False
    allowed: bool = False
    reason: str = ""
    missing: list[Problem] = field(default_factory=list)


def next_step(case: Nonconformity, person: Person, today: dt.date) -> NextStep | None:
    """The next step of a case as a person sees it; None when nothing is left to do."""
    make = _STEPS.get(case.state)
    return make(case, person, today) if make else None


def _address(name: str, case: Any) -> str:
    return reverse(f"audits:{name}", args=[case.pk])


def _offer(step: NextStep, verdict: Verdict, action: str, url: str, *, post: bool = False) -> NextStep:
    step.allowed, step.reason = bool(verdict), str(verdict.reason)
    step.action, step.url, step.post = action, url, post
    return step


def _open(case: Nonconformity, person: Person, today: dt.date) -> NextStep:
    verdict = policies.can_handle(person, case)
    missing = correction_missing(case)
    waiting = [one for one in case.actions.all() if one.is_correction and one.state == one.State.OPEN]
    if waiting:
        one = waiting[0]
        step = NextStep(_("Report the correction done"), str(one.owner), one.deadline)
        may = policies.can_report(person, one)
        return _offer(step, may, _("Report the correction"), _address("nc-action-report", one))
    if missing:
        step = NextStep(_("Correct first: put right what is wrong now"), str(case.owner), case.due_on)
        url = f"{_address('nc-action-add', case)}?kind=correction"
        return _offer(step, verdict, _("Plan a correction"), url)
    step = NextStep(_("Find out why it happened"), str(case.owner), case.due_on)
    return _offer(step, verdict, _("Begin the cause analysis"), _address("nc-analyse", case), post=True)


def _planning(case: Nonconformity, person: Person, today: dt.date) -> NextStep:
    verdict = policies.can_handle(person, case)
    problems = plan_problems(case)
    step = NextStep(_("Work out cause, actions and check"), str(case.owner), case.due_on, missing=problems)
    if not problems:
        step.title = _("Submit the plan")
        return _offer(step, verdict, _("Submit the plan"), _address("nc-submit", case), post=True)
    wheres = {
        "correction": (_("Plan a correction"), f"{_address('nc-action-add', case)}?kind=correction"),
        "cause": (_("Analyse the cause"), _address("nc-cause", case)),
        "similar": (_("Ask other units"), _address("nc-similar", case)),
        "actions": (_("Plan a corrective action"), _address("nc-action-add", case)),
        "check": (_("Plan the check"), _address("nc-check", case)),
    }
    action, url = wheres[problems[0].where]
    if problems[0].where == "correction" and any(
        one.is_correction and one.state == CorrectiveAction.State.OPEN for one in case.actions.all()
    ):
        action, url = "", ""
    return _offer(step, verdict, action, url)


def _submitted(case: Nonconformity, person: Person, today: dt.date) -> NextStep:
    step = NextStep(_("Decide on the plan"), role_labels(*policies.APPROVERS), case.due_on)
    verdict = policies.can_approve(person, case)
    return _offer(step, verdict, _("Approve the plan"), _address("nc-approve", case), post=True)


def _acting(case: Nonconformity, person: Person, today: dt.date) -> NextStep:
    waiting = [one for one in plan_of(case) if one.state == CorrectiveAction.State.OPEN]
    waiting.sort(key=lambda one: (one.owner_id != person.pk, one.deadline))
    if not waiting:
        return NextStep(_("Carry out the actions"), str(case.owner), case.due_on)
    first = waiting[0]
    who = ", ".join(dict.fromkeys(str(one.owner) for one in waiting))
    step = NextStep(_("Carry out the actions"), who, min(one.deadline for one in waiting))
    verdict = policies.can_report(person, first)
    number = [one.pk for one in plan_of(case)].index(first.pk) + 1
    action = _("Report action %(n)s done") % {"n": number}
    return _offer(step, verdict, action, _address("nc-action-report", first))


def _checking(case: Nonconformity, person: Person, today: dt.date) -> NextStep:
    check = check_of(case)
    if check is None:
        return NextStep(_("Check the effect"), str(case.owner), case.due_on)
    if check.by_figures:
        target = check.target.code if check.target else ""
        who = _("figures of target %(code)s") % {"code": target}
        return NextStep(_("The later figures decide"), who, check.due_on)
    step = NextStep(_("Check whether the actions had effect"), str(check.verifier), check.due_on)
    verdict = policies.can_verify(person, check)
    if verdict and check.due_on > today:
        step.reason = _("The effect is judged from %(day)s on.") % {"day": f"{check.due_on:%d/%m/%Y}"}
        return step
    return _offer(step, verdict, _("Judge the effect"), _address("nc-judge", case))


def _closing(case: Nonconformity, person: Person, today: dt.date) -> NextStep:
    problems = close_problems(case)
    who = role_labels(Role.SECRETARY, Role.COMMITTEE_HEAD)
    if any(problem.where == "decision" for problem in problems):
        step = NextStep(_("Decide whether risks and documents change"), str(case.owner), case.due_on)
        step.missing = problems
        verdict = policies.can_handle(person, case)
        return _offer(step, verdict, _("Decide on risks and documents"), _address("nc-decide", case))
    step = NextStep(_("Close the case"), who, case.due_on, missing=problems)
    if problems:
        step.title, step.who = _("Wait for the answers of other units"), problems[0].message
        return step
    verdict = policies.can_close(person, case)
    return _offer(step, verdict, _("Close the nonconformity"), _address("nc-close", case))


_STEPS: dict[str, Callable[[Nonconformity, Person, dt.date], NextStep]] = {
    Nonconformity.State.OPEN: _open,
    Nonconformity.State.ANALYSIS: _planning,
    Nonconformity.State.REOPENED: _planning,
    Nonconformity.State.SUBMITTED: _submitted,
    Nonconformity.State.IN_PROGRESS: _acting,
    Nonconformity.State.CHECKING: _checking,
    Nonconformity.State.TO_CLOSE: _closing,
}


def stages(case: Nonconformity) -> list[dict[str, Any]]:
    """The stages of a case for the rail on its page."""
    check = check_of(case)
    plan = plan_of(case)
    last = max((action.deadline for action in plan), default=None)
    names = [
        (_("Opened"), {"open"}, case.detected_on),
        (_("Analysis"), {"analysis", "reopened"}, None),
        (_("Plan approval"), {"submitted"}, None),
        (_("Carrying out"), {"in_progress"}, last),
        (_("Verification"), {"checking"}, check.due_on if check else None),
        (_("Closing"), {"to_close"}, case.closed_on),
    ]
    present = next((n for n, (_l, states, _d) in enumerate(names) if case.state in states), len(names))
    skipped = bool(case.waived_reason)
    rows = []
    for number, (label, _states, day) in enumerate(names):
        state = "done" if number < present else "current" if number == present else ""
        when = f"{day:%d/%m}" if day else ""
        if number == 3 and day and state != "done":
            when = _("until %(day)s") % {"day": when}
        if number == 4 and day and not (check and check.verdict):
            when = _("from %(day)s") % {"day": when}
        if not (skipped and number in {1, 2, 3, 4}):
            rows.append({"label": label, "state": state, "when": when})
    return rows


def verdict_chip(check: EffectivenessCheck) -> str:
    """How the verdict of a check is drawn."""
    chips = {"effective": "achieved", "ineffective": "not_achieved"}
    return chips.get(check.verdict, "not_due")


STATE_CHIPS = {
    "open": "open",
    "analysis": "in_progress",
    "reopened": "not_achieved",
    "submitted": "submitted",
    "in_progress": "in_progress",
    "checking": "waiting",
    "to_close": "waiting",
    "closed": "closed",
    "cancelled": "cancelled",
}
