"""Actions on risks: planned, done with evidence, judged at their date, reopened if without effect (6.1.2)."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from qms import audit, clock, notifications
from qms.exceptions import Invalid, Problem
from qms.models import Person, StoredFile
from qms.policies import require
from qms.text import nfc
from qms.workflow import locked, move
from risks import policies, workflow
from risks.models import ActionEvidence, ActionJudgement, Risk, RiskAction
from risks.services.holding import held
from risks.services.risks import row_touch

CHANGEABLE = (
    "description",
    "owner",
    "deadline",
    "resources",
    "procedure_document",
    "criterion",
    "target",
    "judge_on",
)


def action_add(risk: Risk, *, acting: Person | None, **fields: Any) -> RiskAction:
    """Plan an action with owner and deadline; the owner is told. Raises Invalid for wrong days."""
    values = _cleaned(fields)
    with transaction.atomic(), held(risk) as risk:
        require(policies.can_edit(acting, risk))
        action: RiskAction = RiskAction.objects.create(agency_id=risk.agency_id, risk=risk, **values)
        audit.record(
            "risks.action.planned", action, {name: (None, new) for name, new in values.items()}, acting=acting
        )
        row_touch(risk)
        _tell_owner(action, acting)
    return action


def action_change(action: RiskAction, *, acting: Person | None, **fields: Any) -> RiskAction:
    """Change a planned action; a new deadline or owner is in the trail."""
    with transaction.atomic(), held(action.risk), locked(action) as action:
        require(policies.can_edit(acting, action.risk))
        if action.state != RiskAction.State.OPEN:
            raise Invalid(_("Only an action that is still to do can be changed."))
        values = _cleaned({name: getattr(action, name) for name in CHANGEABLE} | fields)
        changes = audit.apply(action, **values)
        if changes:
            audit.record("risks.action.changed", action, changes, acting=acting)
            row_touch(action.risk)
            if "owner" in changes:
                _tell_owner(action, acting)
    return action


def action_report(
    action: RiskAction,
    *,
    acting: Person | None,
    note: str,
    files: "tuple[StoredFile, ...]" = (),
    reference: str = "",
    done_on: dt.date | None = None,
) -> RiskAction:
    """Report an action done, with its evidence: at least a file or the reference of a record."""
    reference = nfc(reference.strip())
    day = done_on or clock.today()
    problems = []
    if not files and not reference:
        problems.append(Problem("reference", _("Attach a file or name the record that shows it.")))
    if not note.strip():
        problems.append(Problem("note", _("Say what was done.")))
    if day > clock.today():
        problems.append(Problem("done_on", _("The day lies in the future.")))
    if problems:
        raise Invalid(problems)
    with transaction.atomic(), locked(action) as action:
        require(policies.can_report(acting, action))
        changes = move(action, workflow.ACTION["report"], done_on=day, done_note=nfc(note.strip()))
        for file in files:
            _evidence(action, file=file)
        if reference:
            _evidence(action, reference=reference)
        audit.record("risks.action.reported", action, changes, acting=acting, note=reference)
    return action


def action_judge(
    action: RiskAction,
    *,
    acting: Person | None,
    effective: bool,
    grounds: str,
    deadline: dt.date | None = None,
    figure: dict[str, Any] | None = None,
) -> ActionJudgement:
    """Judge a done action. One without effect is open again, in a further round, with a new deadline.

    `figure` is the linked figure as it stood. Raises Invalid before the day set for judging, without
    grounds, or without a new deadline for an ineffective action.
    """
    _check_judgement(action, effective, grounds, deadline)
    with transaction.atomic(), locked(action) as action:
        require(policies.can_judge(acting, action))
        verdict = ActionJudgement.Verdict.EFFECTIVE if effective else ActionJudgement.Verdict.INEFFECTIVE
        made: ActionJudgement = ActionJudgement.objects.create(
            agency_id=action.agency_id,
            action=action,
            round=action.round,
            verdict=verdict,
            grounds=nfc(grounds.strip()),
            figure=figure or {},
            judged_by=acting,
            judged_on=clock.today(),
        )
        if effective:
            changes = move(action, workflow.ACTION["judge_effective"])
        else:
            changes = _reopen(action, deadline)
        audit.record("risks.action.judged", action, changes, acting=acting, note=grounds)
        _sum_up(action.risk)
        if not effective:
            _tell_reopened(action, grounds)
    return made


def action_cancel(action: RiskAction, *, acting: Person | None, reason: str) -> RiskAction:
    """Cancel an action with a reason."""
    if not reason.strip():
        raise Invalid([Problem("reason", _("Give the reason."))])
    with transaction.atomic(), held(action.risk), locked(action) as action:
        require(policies.can_edit(acting, action.risk))
        changes = move(action, workflow.ACTION["cancel"], cancelled_reason=nfc(reason.strip()))
        audit.record("risks.action.cancelled", action, changes, acting=acting, note=reason)
        row_touch(action.risk)
        _sum_up(action.risk)
    return action


def _evidence(action: RiskAction, **what: Any) -> ActionEvidence:
    made: ActionEvidence = ActionEvidence.objects.create(
        agency_id=action.agency_id, action=action, round=action.round, **what
    )
    return made


def _cleaned(fields: dict[str, Any]) -> dict[str, Any]:
    values = {name: fields[name] for name in CHANGEABLE if name in fields}
    values["judge_on"] = values.get("judge_on") or (
        values["deadline"] + dt.timedelta(days=90) if values.get("deadline") else None
    )
    for name, value in values.items():
        if isinstance(value, str):
            values[name] = nfc(value.strip())
    problems = [
        Problem(name, _("Must not be empty."))
        for name in ("description", "owner", "deadline")
        if not values.get(name)
    ]
    if not problems and values["judge_on"] < values["deadline"]:
        problems.append(Problem("judge_on", _("Effectiveness is judged after the deadline.")))
    if problems:
        raise Invalid(problems)
    return values


def _check_judgement(action: RiskAction, effective: bool, grounds: str, deadline: dt.date | None) -> None:
    problems = []
    today = clock.today()
    if action.judge_on > today:
        words = _("Effectiveness is judged from %(day)s on.") % {"day": f"{action.judge_on:%d/%m/%Y}"}
        problems.append(Problem("", words))
    if not grounds.strip():
        problems.append(Problem("grounds", _("Say what the judgement rests on.")))
    if not effective and (deadline is None or deadline <= today):
        problems.append(Problem("deadline", _("Set a new deadline after today.")))
    if problems:
        raise Invalid(problems)


def _reopen(action: RiskAction, deadline: dt.date | None) -> dict[str, tuple[Any, Any]]:
    assert deadline is not None
    span = action.judge_on - action.deadline
    return move(
        action,
        workflow.ACTION["reopen"],
        round=action.round + 1,
        deadline=deadline,
        judge_on=deadline + span,
        done_on=None,
        done_note="",
    )


def _sum_up(risk: Risk) -> None:
    """Effectiveness of a risk: not effective while one action's last judgement says so."""
    last: dict[Any, str] = {}
    rows = ActionJudgement.objects.filter(action__risk=risk).exclude(action__state=RiskAction.State.CANCELLED)
    for judgement in rows.order_by("judged_on", "created_at"):
        last[judgement.action_id] = judgement.verdict
    verdicts = set(last.values())
    bad, good = ActionJudgement.Verdict.INEFFECTIVE, ActionJudgement.Verdict.EFFECTIVE
    audit.apply(risk, effectiveness=bad if bad in verdicts else good if good in verdicts else "")


def _tell_owner(action: RiskAction, acting: Person | None) -> None:
    if acting is not None and acting.pk == action.owner_id:
        return
    notifications.notify(
        action.owner,
        topic="risks",
        title=_("You are to carry out an action on %(code)s") % {"code": action.risk.code},
        body=action.description,
        url=action.get_absolute_url(),
        key=f"risk-action:{action.pk}:{action.round}:{action.owner_id}",
    )


def _tell_reopened(action: RiskAction, grounds: str) -> None:
    notifications.notify(
        action.owner,
        topic="risks",
        title=_("An action on %(code)s had no effect and is open again") % {"code": action.risk.code},
        body=grounds,
        url=action.get_absolute_url(),
        key=f"risk-action-reopened:{action.pk}:{action.round}",
    )
