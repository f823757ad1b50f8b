"""Whether the actions worked: verdict, decisions, closing, reopening, cancelling (10.2.1 d to f)."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import policies_improvement as policies
from audits.figures import Verdict, figures_verdict
from audits.models import CorrectiveAction, EffectivenessCheck, Nonconformity
from audits.selectors.people import head_of, holders
from audits.services.corrective import evidence_add
from audits.services.nonconformities import (
    _in_state,
    _reason,
    nonconformity_index,
)
from audits.services.plan import check_of, plan_of
from audits.services.telling import tell
from audits.workflow_improvement import CASE
from library.models import ControlledDocument
from qms import agency_settings, audit, clock, registry
from qms.exceptions import Invalid, Problem
from qms.models import Person, Role, StoredFile
from qms.policies import require
from qms.text import nfc
from qms.workflow import locked, move
from risks.models import Risk

State = Nonconformity.State


def effect_judge(
    case: Nonconformity,
    *,
    acting: Person | None,
    effective: bool,
    grounds: str,
    files: "tuple[StoredFile, ...]" = (),
) -> EffectivenessCheck:
    """The verifier's verdict by the criterion of the plan, from its day on. Ineffective opens a new round."""
    grounds = nfc(grounds.strip())
    if not grounds:
        raise Invalid([Problem("grounds", _("Say what the verdict rests on."))])
    with transaction.atomic(), locked(case) as case:
        check = check_of(case)
        if check is None or case.state != State.CHECKING:
            _in_state(case, State.CHECKING)
            raise Invalid(_("There is no effectiveness check of this round."))
        require(policies.can_verify(acting, check))
        if check.due_on > clock.today():
            words = _("The effect is judged from %(day)s on.")
            raise Invalid(words % {"day": f"{check.due_on:%d/%m/%Y}"})
        for file in files:
            evidence_add(case, check_of=check, file=file)
        return _judge(case, check, effective, grounds, acting)


def effect_by_figures(case: Nonconformity, *, acting: Person | None = None) -> EffectivenessCheck | None:
    """Let the later figures of the target decide; None while they do not say anything yet."""
    with transaction.atomic(), locked(case) as case:
        check = check_of(case)
        if case.state != State.CHECKING or check is None or not check.by_figures or check.verdict:
            return None
        done = [action.done_on for action in plan_of(case) if action.done_on]
        found = figures_verdict(check, max(done, default=case.detected_on), clock.today())
        if found.verdict is Verdict.WAITS or (
            found.verdict is Verdict.EFFECTIVE and check.due_on > clock.today()
        ):
            return None
        check.figures = found.lines
        check.save(update_fields=["figures"])
        return _judge(case, check, found.verdict is Verdict.EFFECTIVE, found.words, acting)


def _judge(
    case: Nonconformity, check: EffectivenessCheck, effective: bool, grounds: str, acting: Person | None
) -> EffectivenessCheck:
    verdicts = EffectivenessCheck.Verdict
    verdict = verdicts.EFFECTIVE if effective else verdicts.INEFFECTIVE
    audit.apply(check, verdict=verdict, grounds=grounds, checked_by=acting, checked_on=clock.today())
    if effective:
        changes = move(case, CASE["pass"], effective=True)
    else:
        changes = move(case, CASE["fail"], **_next_round(case))
    note = f"{check.get_verdict_display()}. {grounds}"
    audit.record("audits.nonconformity.judged", case, changes, acting=acting, note=note)
    _tell_judged(case, check, effective, grounds, acting)
    return check


def _next_round(case: Nonconformity) -> dict[str, Any]:
    """A further round: a new cause, new actions, a new check, new decisions, time for them."""
    days = int(agency_settings.get(case.agency, "audits.nonconformity_days"))
    return {
        "round": case.round + 1,
        "effective": False,
        "due_on": clock.today() + dt.timedelta(days=days),
        "risk_decision": "",
        "document_decision": "",
        "document": None,
        "waived_reason": "",
        "closed_on": None,
        "closed_by": None,
    }


def change_decide(
    case: Nonconformity,
    *,
    acting: Person | None,
    risk_decision: str,
    document_decision: str,
    risk: Risk | None = None,
    risk_note: str = "",
    document_note: str = "",
    document: ControlledDocument | None = None,
) -> Nonconformity:
    """Decide explicitly whether risks and documents change; “no” gives its reason, “yes” names the record.

    A document kept in the portal is named itself (`document`), any other in words.
    """
    risk_note, document_note = nfc(risk_note.strip()), nfc(document_note.strip())
    problems = []
    if risk_decision not in Nonconformity.RiskDecision.values:
        problems.append(Problem("risk_decision", _("Decide about the risks.")))
    elif risk_decision == Nonconformity.RiskDecision.NONE and not risk_note:
        problems.append(Problem("risk_note", _("Give the reason.")))
    elif risk_decision != Nonconformity.RiskDecision.NONE and risk is None:
        problems.append(Problem("risk", _("Name the entry of the register.")))
    if document_decision not in Nonconformity.DocumentDecision.values:
        problems.append(Problem("document_decision", _("Decide about the documents.")))
    elif not document_note and (document is None or document_decision == Nonconformity.DocumentDecision.NONE):
        none = document_decision == Nonconformity.DocumentDecision.NONE
        words = _("Give the reason.") if none else _("Name the documents and their revision.")
        problems.append(Problem("document_note", words))
    if document is not None and document.agency_id != case.agency_id:
        problems.append(Problem("document", _("The document belongs to another agency.")))
    if problems:
        raise Invalid(problems)
    with transaction.atomic(), locked(case) as case:
        require(policies.can_handle(acting, case))
        _in_state(case, State.IN_PROGRESS, State.CHECKING, State.TO_CLOSE)
        changes = audit.apply(
            case,
            risk_decision=risk_decision,
            document_decision=document_decision,
            risk=None if risk_decision == Nonconformity.RiskDecision.NONE else risk,
            document=None if document_decision == Nonconformity.DocumentDecision.NONE else document,
            risk_note=risk_note,
            document_note=document_note,
            decided_by=acting,
        )
        audit.record("audits.nonconformity.decided", case, changes, acting=acting)
    return case


def close_problems(case: Nonconformity) -> list[Problem]:
    """Everything that still keeps a case from being closed."""
    found = []
    check = check_of(case)
    if not case.waived_reason and (check is None or check.verdict != EffectivenessCheck.Verdict.EFFECTIVE):
        found.append(Problem("check", _("The effect is not proven.")))
    waiting = [row.unit.label for row in case.similar_cases.all() if not row.answer]
    if waiting:
        words = _("These units have not answered about similar cases: %(units)s.")
        found.append(Problem("similar", words % {"units": ", ".join(waiting)}))
    if not case.risk_decision:
        found.append(Problem("decision", _("Decide whether risks change.")))
    if not case.document_decision:
        found.append(Problem("decision", _("Decide whether documents change.")))
    if any(action.state == CorrectiveAction.State.OPEN for action in case.actions.all()):
        found.append(Problem("actions", _("An action is still to do.")))
    return found


def nonconformity_close(case: Nonconformity, *, acting: Person | None, note: str = "") -> Nonconformity:
    """Close a case whose effect is proven and whose consequences are decided. Raises Invalid otherwise."""
    with transaction.atomic(), locked(case) as case:
        require(policies.can_close(acting, case))
        if case.state == State.TO_CLOSE:
            problems = close_problems(case)
            if problems:
                raise Invalid([Problem("", problem.message) for problem in problems])
        values: dict[str, Any] = {
            "closed_on": clock.today(),
            "closed_by": acting,
            "closed_note": nfc(note.strip()),
        }
        changes = move(case, CASE["close"], **values)
        audit.record("audits.nonconformity.closed", case, changes, acting=acting, note=note)
        registry.fulfilment_changed(case.agency)
        tell(
            [case.owner, head_of(case.unit), case.reported_by],
            f"nc-closed:{case.pk}:{case.round}",
            gettext_lazy("Closed: %(code)s"),
            url=case.get_absolute_url(),
            body=case.title,
            but=acting,
            code=case.code,
        )
    return case


def nonconformity_reopen(case: Nonconformity, *, acting: Person | None, reason: str) -> Nonconformity:
    """Reopen what turned out not to be solved: a new cause, new actions, a new check."""
    reason = _reason(reason)
    with transaction.atomic(), locked(case) as case:
        require(policies.can_reopen(acting, case))
        changes = move(case, CASE["reopen"], **_next_round(case))
        audit.record("audits.nonconformity.reopened", case, changes, acting=acting, note=reason)
        registry.fulfilment_changed(case.agency)
        _tell_reopened(case, reason, acting)
    return case


def nonconformity_cancel(case: Nonconformity, *, acting: Person | None, reason: str) -> Nonconformity:
    """Cancel a case opened by mistake, with the reason; it stays in the register as cancelled."""
    reason = _reason(reason)
    with transaction.atomic(), locked(case) as case:
        require(policies.can_cancel(acting, case))
        changes = move(case, CASE["cancel"], cancelled_reason=reason)
        audit.record("audits.nonconformity.cancelled", case, changes, acting=acting, note=reason)
        registry.fulfilment_changed(case.agency)
        nonconformity_index(case)
        tell(
            [case.owner, case.reported_by],
            f"nc-cancelled:{case.pk}",
            gettext_lazy("Cancelled: %(code)s"),
            url=case.get_absolute_url(),
            body=reason,
            but=acting,
            code=case.code,
        )
    return case


def _tell_judged(
    case: Nonconformity, check: EffectivenessCheck, effective: bool, grounds: str, acting: Person | None
) -> None:
    if not effective:
        _tell_reopened(case, grounds, acting)
        return
    tell(
        [case.owner, *holders(case.agency, Role.SECRETARY)],
        f"nc-effective:{check.pk}",
        gettext_lazy("Effective, to be closed: %(code)s"),
        url=case.get_absolute_url(),
        body=grounds,
        but=acting,
        code=case.code,
    )


def _tell_reopened(case: Nonconformity, reason: str, acting: Person | None) -> None:
    tell(
        [case.owner, head_of(case.unit), *holders(case.agency, Role.COMMITTEE_HEAD)],
        f"nc-reopened:{case.pk}:{case.round}",
        gettext_lazy("Reopened, the actions had no effect: %(code)s"),
        url=case.get_absolute_url(),
        body=reason,
        but=acting,
        code=case.code,
    )
