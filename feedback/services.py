"""What happens to a complaint or suggestion, from its receipt to the satisfaction with the answer."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from feedback import personal, policies, workflow
from feedback.models import Feedback, FeedbackExtension, FeedbackFile
from qms import agency_settings, audit, clock, files, notifications, search
from qms.calendars import calendar_for
from qms.exceptions import Invalid, Problem
from qms.models import Agency, OrgUnit, Person, StoredFile
from qms.policies import require
from qms.text import nfc
from qms.workflow import hold, locked, move

TOPIC = "feedback"
EDITABLE = ("kind", "channel", "subject", "content", "procedure", "unit", "dossier", "received_on")


def deadline_of(agency: Agency, kind: str, received_on: dt.date) -> dt.date:
    """The day an answer is owed: so many working days after the receipt, by kind, as the agency set."""
    days: int = agency_settings.get(agency, f"feedback.days_{kind}", received_on)
    return calendar_for(agency, received_on).add_working_days(received_on, max(days, 1))


def feedback_record(
    agency: Agency, *, acting: Person | None, citizen: Mapping[str, str] | None = None, **fields: Any
) -> Feedback:
    """Write down what a citizen said; the deadline follows from the kind and the day.

    Raises Invalid when subject or content is missing or the day lies ahead.
    """
    values = _cleaned(agency, fields)
    with transaction.atomic():
        require(policies.can_record(acting, agency))
        deadline = deadline_of(agency, values["kind"], values["received_on"])
        case: Feedback = Feedback.objects.create(
            agency=agency,
            code=_next_code(agency, values["received_on"].year),
            deadline=deadline,
            first_deadline=deadline,
            recorded_by=acting,
            **values,
        )
        personal.citizen_keep(case, citizen or {})
        audit.record("feedback.case.recorded", case, {"subject": (None, case.subject)}, acting=acting)
        feedback_index(case)
    return case


def feedback_edit(
    case: Feedback, *, acting: Person | None, citizen: Mapping[str, str] | None = None, **fields: Any
) -> Feedback:
    """Correct what was written down; another kind or day sets the deadline anew unless it was extended."""
    with transaction.atomic(), locked(case) as case:
        require(policies.can_edit(acting, case))
        values = _cleaned(case.agency, {name: getattr(case, name) for name in EDITABLE} | fields)
        if not case.is_extended:
            values["deadline"] = deadline_of(case.agency, values["kind"], values["received_on"])
            values["first_deadline"] = values["deadline"]
        elif values["received_on"] > case.first_deadline:
            raise Invalid([Problem("received_on", _("The deadline lies before this day."))])
        changes = audit.apply(case, **values)
        if citizen and personal.citizen_keep(case, citizen):
            changes["citizen"] = (None, _("changed"))
        if changes:
            audit.record("feedback.case.edited", case, changes, acting=acting)
            feedback_index(case)
    return case


def feedback_assign(
    case: Feedback, *, acting: Person | None, handler: Person, unit: OrgUnit | None = None
) -> Feedback:
    """Name (or change) who handles it; the person is told."""
    if handler.agency_id != case.agency_id:
        raise Invalid([Problem("handler", _("Choose a person of the agency."))])
    with transaction.atomic(), locked(case) as case:
        require(policies.can_steer(acting, case))
        fields: dict[str, Any] = {"handler": handler}
        if case.unit_id is None and unit is not None:
            fields["unit"] = unit
        changes = move(case, workflow.FEEDBACK["assign"], **fields)
        audit.record("feedback.case.assigned", case, changes, acting=acting)
        notifications.notify(
            handler,
            topic=TOPIC,
            title=_("To be answered by %(day)s: %(case)s")
            % {"day": f"{case.deadline:%d/%m/%Y}", "case": case.subject},
            url=case.get_absolute_url(),
            key=f"feedback:{case.pk}:{handler.pk}",
        )
    return case


def feedback_extend(case: Feedback, *, acting: Person | None, deadline: dt.date, reason: str) -> Feedback:
    """Put the deadline off, with the reason; the first deadline stays on record."""
    problems = []
    if not reason.strip():
        problems.append(Problem("reason", _("Give the reason.")))
    if deadline <= case.deadline:
        problems.append(Problem("deadline", _("The new deadline lies after the present one.")))
    if problems:
        raise Invalid(problems)
    with transaction.atomic(), locked(case) as case:
        require(policies.can_extend(acting, case))
        FeedbackExtension.objects.create(
            agency_id=case.agency_id,
            feedback=case,
            old_deadline=case.deadline,
            new_deadline=deadline,
            reason=nfc(reason.strip()),
            given_by=acting,
        )
        changes = audit.apply(case, deadline=deadline)
        audit.record("feedback.case.extended", case, changes, acting=acting, note=reason)
    return case


def answer_submit(case: Feedback, *, acting: Person | None, answer: str, finding: str) -> Feedback:
    """Draft the answer and send it to a leader for confirmation."""
    problems = []
    if not answer.strip():
        problems.append(Problem("answer", _("Must not be empty.")))
    if finding not in Feedback.Finding.values:
        problems.append(Problem("finding", _("Choose a finding.")))
    if problems:
        raise Invalid(problems)
    with transaction.atomic(), locked(case) as case:
        require(policies.can_answer(acting, case))
        changes = move(
            case,
            workflow.FEEDBACK["submit"],
            answer=nfc(answer.strip()),
            finding=finding,
            answer_by=acting,
            return_note="",
        )
        audit.record("feedback.answer.submitted", case, changes, acting=acting)
    return case


def answer_return(case: Feedback, *, acting: Person | None, reason: str) -> Feedback:
    """Send the answer back to the handler, with what has to change."""
    if not reason.strip():
        raise Invalid([Problem("reason", _("Give the reason."))])
    with transaction.atomic(), locked(case) as case:
        require(policies.can_confirm(acting, case))
        changes = move(case, workflow.FEEDBACK["return"], return_note=nfc(reason.strip()))
        audit.record("feedback.answer.returned", case, changes, acting=acting, note=reason)
    return case


def answer_confirm(case: Feedback, *, acting: Person | None, answered_on: dt.date | None = None) -> Feedback:
    """Confirm the answer: from this day on the citizen has it. The day may be earlier, never ahead."""
    day = answered_on or clock.today()
    if not case.received_on <= day <= clock.today():
        raise Invalid([Problem("answered_on", _("Choose a day between the receipt and today."))])
    with transaction.atomic(), locked(case) as case:
        require(policies.can_confirm(acting, case))
        changes = move(case, workflow.FEEDBACK["confirm"], confirmed_by=acting, answered_on=day)
        audit.record("feedback.answer.confirmed", case, changes, acting=acting)
    return case


def feedback_forward(case: Feedback, *, acting: Person | None, to: str, reason: str) -> Feedback:
    """Pass on what another agency is competent for."""
    problems = [
        Problem(name, _("Must not be empty."))
        for name, text in (("to", to), ("reason", reason))
        if not text.strip()
    ]
    if problems:
        raise Invalid(problems)
    with transaction.atomic(), locked(case) as case:
        require(policies.can_steer(acting, case))
        changes = move(
            case,
            workflow.FEEDBACK["forward"],
            forwarded_to=nfc(to.strip())[:255],
            closing_note=nfc(reason.strip()),
        )
        audit.record("feedback.case.forwarded", case, changes, acting=acting, note=reason)
    return case


def satisfaction_record(
    case: Feedback, *, acting: Person | None, satisfaction: str, note: str = "", on: dt.date | None = None
) -> Feedback:
    """Keep whether the citizen is satisfied with the answer; dissatisfaction needs words."""
    problems = []
    if satisfaction not in Feedback.Satisfaction.values:
        problems.append(Problem("satisfaction", _("Choose an answer.")))
    if satisfaction == Feedback.Satisfaction.UNSATISFIED and not note.strip():
        problems.append(Problem("note", _("Say what the citizen is not satisfied with.")))
    if problems:
        raise Invalid(problems)
    with transaction.atomic(), locked(case) as case:
        require(policies.can_ask(acting, case))
        changes = audit.apply(
            case,
            satisfaction=satisfaction,
            satisfaction_on=on or clock.today(),
            satisfaction_note=nfc(note.strip()),
        )
        audit.record("feedback.satisfaction.recorded", case, changes, acting=acting)
    return case


def citizen_reveal(case: Feedback, *, acting: Person) -> list[tuple[str, str]]:
    """Show who wrote in full, for answering; every look is in the audit trail."""
    with transaction.atomic():
        require(policies.can_see_citizen(acting, case))
        audit.record("feedback.citizen.seen", case, acting=acting)
    return personal.citizen_shown(case, in_full=True)


def file_add(case: Feedback, *, acting: Person | None, file: StoredFile, note: str = "") -> FeedbackFile:
    """Keep a file with its case; the same content once.

    Everybody reads the trail of a case: it never names the file, whose name may name a citizen.
    """
    with transaction.atomic(), locked(case) as case:
        require(policies.can_see_files(acting, case))
        if case.files.filter(file__sha256=file.sha256).exists():
            raise Invalid([Problem("file", _("This file is there already."))])
        made: FeedbackFile = FeedbackFile.objects.create(
            agency_id=case.agency_id, feedback=case, file=file, note=nfc(note.strip())[:160], added_by=acting
        )
        audit.record("feedback.file.added", case, acting=acting, note=made.note)
    return made


def file_open(one: FeedbackFile, *, acting: Person) -> bytes:
    """The bytes of a file; every look is recorded, because a file may name citizens."""
    with transaction.atomic():
        require(policies.can_see_files(acting, one.feedback))
        audit.record("feedback.file.opened", one.feedback, acting=acting, note=one.note)
    return files.read(one.file)


@search.indexer
def feedback_index(case: Feedback) -> None:
    """Make it findable, without anything of the person who wrote."""
    search.index(
        case, title=f"{case.code} {case.subject}", subtitle=case.get_kind_display(), text=case.content
    )


def _cleaned(agency: Agency, fields: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: fields[name] for name in EDITABLE if name in fields}
    for name in ("subject", "content"):
        values[name] = nfc(str(values.get(name, "")).strip())
    problems = [Problem(name, _("Must not be empty.")) for name in ("subject", "content") if not values[name]]
    if values.get("kind") not in Feedback.Kind.values:
        problems.append(Problem("kind", _("Choose a kind.")))
    if values.get("channel") not in Feedback.Channel.values:
        problems.append(Problem("channel", _("Choose a channel.")))
    values.setdefault("received_on", clock.today())
    if values["received_on"] > clock.today():
        problems.append(Problem("received_on", _("Choose a day that is not ahead.")))
    for name in ("procedure", "unit", "dossier"):
        record = values.get(name)
        if record is not None and record.agency_id != agency.pk:
            problems.append(Problem(name, _("This record belongs to another agency.")))
    if problems:
        raise Invalid(problems)
    dossier = values.get("dossier")
    if dossier is not None:
        values["procedure"] = values.get("procedure") or dossier.procedure
        values["unit"] = values.get("unit") or dossier.unit
    return values


def _next_code(agency: Agency, year: int) -> str:
    hold(agency)
    prefix = f"PAKN-{year}-"
    codes = Feedback.objects.filter(agency=agency, code__startswith=prefix).values_list("code", flat=True)
    numbers = [int(code[len(prefix) :]) for code in codes if code[len(prefix) :].isdigit()]
    return f"{prefix}{max(numbers, default=0) + 1:03d}"
