"""Corrections and corrective actions: planned, reported, given more time, cancelled (10.2.1 c)."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import answering
from audits import policies_improvement as policies
from audits.models import CaseEvidence, CorrectiveAction, DeadlineExtension, Nonconformity
from audits.selectors.people import holders
from audits.services.nonconformities import _in_state, _reason
from audits.services.telling import tell
from audits.workflow_improvement import ACTION, CASE, EXTENSION
from qms import audit, clock
from qms.exceptions import Invalid, Problem
from qms.models import Person, Role, StoredFile
from qms.policies import require
from qms.text import nfc
from qms.workflow import locked, move

Kind, Step = CorrectiveAction.Kind, CorrectiveAction.State
CHANGEABLE = ("description", "owner", "deadline")
CORRECTABLE = ("open", "analysis", "reopened")


def action_plan(
    case: Nonconformity, *, acting: Person | None, kind: str = Kind.CORRECTIVE, **fields: Any
) -> CorrectiveAction:
    """Plan a correction (at once) or a corrective action (in the plan that is submitted)."""
    values = _cleaned(fields)
    with transaction.atomic(), locked(case) as case:
        require(policies.can_handle(acting, case))
        _in_state(case, *(CORRECTABLE if kind == Kind.CORRECTION else Nonconformity.PLANNING))
        action: CorrectiveAction = CorrectiveAction.objects.create(
            agency_id=case.agency_id,
            nonconformity=case,
            kind=Kind(kind),
            round=case.round,
            first_deadline=values["deadline"],
            **values,
        )
        if kind == Kind.CORRECTION and case.no_correction:
            audit.apply(case, no_correction="")
        changes = {name: (None, new) for name, new in values.items()}
        audit.record("audits.action.planned", action, changes, acting=acting, note=case.code)
        if kind == Kind.CORRECTION:
            tell_owner(action, acting)
    return action


def action_change(action: CorrectiveAction, *, acting: Person | None, **fields: Any) -> CorrectiveAction:
    """Change an action while the plan is worked out; afterwards only an extension moves its deadline."""
    with transaction.atomic(), locked(action) as action:
        case = action.nonconformity
        require(policies.can_handle(acting, case))
        if action.state != Step.OPEN:
            raise Invalid(_("Only an action that is still to do can be changed."))
        _in_state(case, *(CORRECTABLE if action.is_correction else Nonconformity.PLANNING))
        values = _cleaned({name: getattr(action, name) for name in CHANGEABLE} | fields)
        changes = audit.apply(action, **values, first_deadline=values["deadline"])
        if changes:
            audit.record("audits.action.changed", action, changes, acting=acting, note=case.code)
            if "owner" in changes and action.is_correction:
                tell_owner(action, acting)
    return action


def action_report(
    action: CorrectiveAction,
    *,
    acting: Person | None,
    note: str,
    files: "tuple[StoredFile, ...]" = (),
    reference: str = "",
    done_on: dt.date | None = None,
) -> CorrectiveAction:
    """Report an action done with its evidence; the last one of the plan hands the case over to the check.

    The case is locked first: of two who report the last two actions at once, exactly one finishes the plan.
    """
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
    with transaction.atomic(), locked(action.nonconformity) as case, locked(action) as action:
        require(policies.can_report(acting, action))
        if not action.is_correction:
            _in_state(case, Nonconformity.State.IN_PROGRESS)
        values: dict[str, Any] = {"done_on": day, "done_note": nfc(note.strip()), "reported_by": acting}
        changes = move(action, ACTION["report"], **values)
        for file in files:
            evidence_add(case, action=action, file=file)
        if reference:
            evidence_add(case, action=action, reference=reference)
        audit.record("audits.action.reported", action, changes, acting=acting, note=case.code)
        plan_finish(case, acting=acting)
    return action


def action_note(
    action: CorrectiveAction, *, acting: Person | None, text: str, files: "tuple[StoredFile, ...]" = ()
) -> CorrectiveAction:
    """Say how far an action is, with files; it stays to do. The word stands in the trail of the case."""
    text = nfc(text.strip())
    if not text:
        raise Invalid([Problem("note", _("Say how far it is."))])
    with transaction.atomic(), locked(action.nonconformity) as case, locked(action) as action:
        require(policies.can_report(acting, action))
        if action.state != Step.OPEN:
            raise Invalid(_("The action is no longer to do."))
        for file in files:
            evidence_add(case, action=action, file=file)
        audit.record("audits.action.noted", action, {}, acting=acting, note=text)
    return action


def plan_finish(case: Nonconformity, *, acting: Person | None) -> None:
    """Hand a case whose last action is done over to the check; call with the case locked."""
    if case.state != Nonconformity.State.IN_PROGRESS:
        return
    if case.actions.filter(round=case.round, state=Step.OPEN).exists():
        return
    changes = move(case, CASE["finish"])
    audit.record("audits.nonconformity.finished", case, changes, acting=acting)
    check = case.checks.filter(round=case.round).select_related("verifier").first()
    if check is not None and check.verifier is not None:
        tell(
            [check.verifier],
            f"nc-check:{check.pk}",
            gettext_lazy("To verify on %(day)s: %(code)s"),
            url=case.get_absolute_url(),
            body=check.criterion,
            code=case.code,
            day=f"{check.due_on:%d/%m/%Y}",
        )


def action_cancel(action: CorrectiveAction, *, acting: Person | None, reason: str) -> CorrectiveAction:
    """Cancel an action with a reason; under an approved plan one effective action at least must remain."""
    reason = _reason(reason)
    with transaction.atomic(), locked(action.nonconformity) as case, locked(action) as action:
        require(policies.can_handle(acting, case))
        if case.state == Nonconformity.State.SUBMITTED:
            raise Invalid(_("The plan waits for approval; have it returned before changing anything."))
        others = case.actions.filter(round=case.round, kind=Kind.CORRECTIVE).exclude(pk=action.pk)
        if (
            case.state == Nonconformity.State.IN_PROGRESS
            and not others.exclude(state=Step.CANCELLED).exists()
        ):
            raise Invalid(_("The plan would be empty; have it returned and worked out anew instead."))
        changes = move(action, ACTION["cancel"], cancelled_reason=reason)
        audit.record("audits.action.cancelled", action, changes, acting=acting, note=case.code)
        plan_finish(case, acting=acting)
    return action


def extension_ask(
    action: CorrectiveAction, *, acting: Person | None, new_deadline: dt.date, reason: str
) -> DeadlineExtension:
    """Ask for more time with the reason; somebody else decides."""
    reason = _reason(reason)
    with transaction.atomic(), locked(action) as action:
        require(policies.can_report(acting, action))
        problems = []
        if action.state != Step.OPEN:
            problems.append(Problem("", _("The action is no longer to do.")))
        if new_deadline <= action.deadline or new_deadline < clock.today():
            problems.append(Problem("new_deadline", _("Choose a day after the present deadline.")))
        if action.extensions.filter(state=DeadlineExtension.State.ASKED).exists():
            problems.append(Problem("", _("More time has been asked for already.")))
        if problems:
            raise Invalid(problems)
        made: DeadlineExtension = DeadlineExtension.objects.create(
            agency_id=action.agency_id,
            action=action,
            old_deadline=action.deadline,
            new_deadline=new_deadline,
            reason=reason,
            asked_by=acting,
        )
        changes = {"deadline": (action.deadline, new_deadline)}
        audit.record("audits.extension.asked", action, changes, acting=acting, note=reason)
        tell(
            holders(action.agency, Role.COMMITTEE_HEAD),
            f"nc-extension:{made.pk}",
            gettext_lazy("More time asked for: %(code)s"),
            url=action.get_absolute_url(),
            body=reason,
            but=acting,
            code=action.nonconformity.code,
        )
    return made


def extension_decide(
    extension: DeadlineExtension, *, acting: Person | None, granted: bool, note: str = ""
) -> DeadlineExtension:
    """Grant or refuse more time; a refusal gives its reason. The case moves its end along if needed."""
    note = nfc(note.strip())
    if not granted and not note:
        raise Invalid([Problem("note", _("Give the reason."))])
    with (
        transaction.atomic(),
        locked(extension.action.nonconformity) as case,
        locked(extension.action) as action,
        locked(extension) as extension,
    ):
        require(policies.can_decide_extension(acting, extension))
        if granted and action.state != Step.OPEN:
            raise Invalid(_("The action is no longer to do."))
        step = EXTENSION["grant" if granted else "refuse"]
        values: dict[str, Any] = {"decided_by": acting, "decided_at": clock.now(), "decision_note": note}
        move(extension, step, **values)
        changes: dict[str, tuple[Any, Any]] = {}
        if granted:
            changes = audit.apply(action, deadline=extension.new_deadline)
            if case.due_on < extension.new_deadline:
                audit.apply(case, due_on=extension.new_deadline)
            _move_check(case, extension)
        verb = "audits.extension.granted" if granted else "audits.extension.refused"
        audit.record(verb, action, changes, acting=acting, note=note)
        tell(
            [extension.asked_by, action.owner],
            f"nc-extension-decided:{extension.pk}",
            gettext_lazy("Extension of %(code)s: %(verdict)s"),
            url=action.get_absolute_url(),
            body=note,
            but=acting,
            code=action.nonconformity.code,
            verdict=extension.get_state_display(),
        )
    return extension


def _move_check(case: Nonconformity, extension: DeadlineExtension) -> None:
    """The check comes after the last deadline: it moves along by as much as the action."""
    check = case.checks.filter(round=case.round, verdict="").first()
    if check is not None and check.due_on <= extension.new_deadline:
        audit.apply(check, due_on=check.due_on + (extension.new_deadline - extension.old_deadline))


def evidence_add(case: Nonconformity, **what: Any) -> CaseEvidence:
    """Keep one piece of evidence."""
    made: CaseEvidence = CaseEvidence.objects.create(agency_id=case.agency_id, nonconformity=case, **what)
    return made


def evidence_attach(
    case: Nonconformity, *, acting: Person | None, file: StoredFile | None = None, reference: str = ""
) -> CaseEvidence:
    """Add evidence of the case itself."""
    reference = nfc(reference.strip())
    if file is None and not reference:
        raise Invalid([Problem("reference", _("Attach a file or name the record that shows it."))])
    with transaction.atomic(), locked(case) as case:
        mine = acting is not None and acting.pk == case.reported_by_id and not case.is_ended
        if not mine:
            require(policies.can_handle(acting, case))
        made = evidence_add(case, file=file, reference=reference)
        audit.record("audits.nonconformity.evidence", case, {"file": (None, str(made))}, acting=acting)
    return made


def tell_owner(action: CorrectiveAction, acting: Person | None) -> None:
    """Tell who has to carry an action out."""
    tell(
        [action.owner],
        f"nc-action:{action.pk}:{action.owner_id}",
        gettext_lazy("You are to carry out an action of %(code)s by %(day)s"),
        url=answering.link(action),
        body=action.description,
        but=acting,
        code=action.nonconformity.code,
        day=f"{action.deadline:%d/%m/%Y}",
    )


def _cleaned(fields: dict[str, Any]) -> dict[str, Any]:
    values = {name: fields[name] for name in CHANGEABLE if name in fields}
    if isinstance(values.get("description"), str):
        values["description"] = nfc(values["description"].strip())
    problems = [Problem(name, _("Must not be empty.")) for name in CHANGEABLE if not values.get(name)]
    if problems:
        raise Invalid(problems)
    return values
