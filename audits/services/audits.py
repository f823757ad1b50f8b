"""An audit from its plan to its end: sessions, team, meetings, report (9.2.2)."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits import closing, policies, workflow
from audits.models import Audit, AuditMeeting, AuditProgramme, Finding, ProgrammeEntry
from audits.services.checklists import checklist_make
from audits.services.codes import next_code
from audits.services.sessions import sessions_plan
from qms import audit as trail
from qms import clock, notifications, registry, search
from qms.exceptions import Invalid, Problem
from qms.models import Agency, Person, Role
from qms.policies import require
from qms.text import nfc
from qms.workflow import locked, move
from risks.selectors.people import holders

FIELDS = ("title", "objective", "scope", "criteria", "starts_on", "ends_on")


def audit_create(
    agency: Agency,
    *,
    acting: Person | None,
    programme: AuditProgramme | None = None,
    entries: "list[ProgrammeEntry] | None" = None,
    **fields: Any,
) -> Audit:
    """Plan an audit; a session for each of the given entries is laid over its days."""
    if programme is not None:
        fields = {name: getattr(programme, name) for name in ("objective", "scope", "criteria")} | fields
    values = _cleaned(fields)
    with transaction.atomic():
        require(policies.can_keep(acting, agency))
        if programme is not None and programme.state != AuditProgramme.State.APPROVED:
            raise Invalid(_("The programme has not been approved."))
        made: Audit = Audit.objects.create(
            agency=agency,
            code=next_code(Audit, agency, f"ĐG-{values['starts_on'].year}-"),
            programme=programme,
            drafted_by=acting,
            **values,
        )
        sessions_plan(made, entries or [])
        trail.record("audits.audit.created", made, {"title": (None, made.title)}, acting=acting)
        audit_index(made)
    return made


def audit_edit(audit: Audit, *, acting: Person | None, **fields: Any) -> Audit:
    """Change what the plan says."""
    with transaction.atomic(), locked(audit) as audit:
        require(policies.can_plan(acting, audit))
        values = _cleaned({name: getattr(audit, name) for name in FIELDS} | fields)
        changes = trail.apply(audit, **values)
        if changes:
            trail.record("audits.audit.changed", audit, changes, acting=acting)
            audit_index(audit)
    return audit


def audit_notify(audit: Audit, *, acting: Person | None) -> Audit:
    """Send the plan to the units and the team; needs an appointed team and auditors for every session."""
    with transaction.atomic(), locked(audit) as audit:
        require(policies.can_plan(acting, audit))
        missing = list(missing_for_plan(audit))
        if missing:
            raise Invalid([Problem("", words) for words in missing])
        changes = move(audit, workflow.AUDIT["notify"], notified_at=clock.now())
        trail.record("audits.audit.notified", audit, changes, acting=acting)
        for person in concerned(audit):
            notifications.notify(
                person,
                topic="audits",
                title=_("Plan of the audit %(audit)s") % {"audit": audit},
                body=_("From %(start)s to %(end)s.")
                % {"start": f"{audit.starts_on:%d/%m/%Y}", "end": f"{audit.ends_on:%d/%m/%Y}"},
                url=audit.get_absolute_url(),
                key=f"audit-plan:{audit.pk}:{audit.notified_at:%Y%m%d%H%M}",
            )
    return audit


def missing_for_plan(audit: Audit) -> "list[str]":
    """What the plan still lacks before it can be sent, in words."""
    found = []
    if not any(row.post == "lead" for row in audit.members.all()):
        found.append(_("The team has no lead auditor."))
    if audit.appointed_on is None:
        found.append(_("The team has not been appointed by a decision."))
    sessions = list(audit.sessions.prefetch_related("auditors", "clauses").select_related("unit"))
    if not sessions:
        found.append(_("The plan has no session."))
    for session in sessions:
        if not session.auditors.all():
            found.append(_("No auditor for %(session)s.") % {"session": session})
    return found


def concerned(audit: Audit) -> list[Person]:
    """The team and the heads of the audited units."""
    found = {row.person_id: row.person for row in audit.members.select_related("person__user")}
    for unit in {session.unit for session in audit.sessions.select_related("unit")}:
        found |= {person.pk: person for person in holders(audit.agency, Role.UNIT_HEAD, unit=unit)}
    return list(found.values())


def audit_recall(audit: Audit, *, acting: Person | None) -> Audit:
    """Take a sent plan back to work on it."""
    with transaction.atomic(), locked(audit) as audit:
        require(policies.can_plan(acting, audit))
        changes = move(audit, workflow.AUDIT["recall"], notified_at=None)
        trail.record("audits.audit.recalled", audit, changes, acting=acting)
    return audit


def audit_start(audit: Audit, *, acting: Person | None) -> Audit:
    """Begin the work on site; sessions without a checklist get theirs."""
    with transaction.atomic(), locked(audit) as audit:
        require(policies.can_lead(acting, audit))
        changes = move(audit, workflow.AUDIT["start"], started_at=clock.now())
        trail.record("audits.audit.started", audit, changes, acting=acting)
        for session in audit.sessions.filter(checklist=None):
            checklist_make(session, acting=None)
    return audit


def audit_finish(audit: Audit, *, acting: Person | None) -> Audit:
    """End the work on site; unanswered questions stay unanswered and are reported as such."""
    with transaction.atomic(), locked(audit) as audit:
        require(policies.can_lead(acting, audit))
        changes = move(audit, workflow.AUDIT["finish"], finished_at=clock.now())
        trail.record("audits.audit.finished", audit, changes, acting=acting)
    return audit


def audit_resume(audit: Audit, *, acting: Person | None) -> Audit:
    """Go back on site."""
    with transaction.atomic(), locked(audit) as audit:
        require(policies.can_lead(acting, audit))
        changes = move(audit, workflow.AUDIT["resume"], finished_at=None)
        trail.record("audits.audit.resumed", audit, changes, acting=acting)
    return audit


def meeting_record(
    audit: Audit,
    *,
    acting: Person | None,
    kind: str,
    held_at: dt.datetime,
    attendees: str,
    minutes: str,
    place: str = "",
) -> AuditMeeting:
    """Write down the opening or closing meeting; a correction before the report replaces the text."""
    values: dict[str, Any] = {
        "held_at": held_at,
        "place": nfc(place.strip()),
        "attendees": nfc(attendees.strip()),
        "minutes": nfc(minutes.strip()),
    }
    problems = [
        Problem(name, _("Must not be empty.")) for name in ("attendees", "minutes") if not values[name]
    ]
    if problems:
        raise Invalid(problems)
    with transaction.atomic(), locked(audit) as audit:
        require(policies.can_lead(acting, audit))
        if audit.state not in policies.WORKING:
            raise Invalid(_("Meetings are recorded while the audit is under way."))
        made = AuditMeeting.objects.filter(audit=audit, kind=kind).first()
        if made is None:
            made = AuditMeeting.objects.create(
                agency_id=audit.agency_id, audit=audit, kind=kind, recorded_by=acting, **values
            )
            changes: dict[str, tuple[Any, Any]] = {"biên bản": (None, made.minutes)}
        else:
            changes = trail.apply(made, **values, recorded_by=acting)
        trail.record("audits.audit.meeting", audit, changes, acting=acting, note=str(made))
    return made


def audit_report(audit: Audit, *, acting: Person | None, conclusion: str, recommendation: str = "") -> Audit:
    """Hand in the report: the closing meeting is on record and every nonconformity has its answer."""
    require(policies.can_lead(acting, audit))
    conclusion = nfc(conclusion.strip())
    problems = [] if conclusion else [Problem("conclusion", _("Must not be empty."))]
    problems += [Problem("", words) for words in missing_for_report(audit)]
    if problems:
        raise Invalid(problems)
    with transaction.atomic(), locked(audit) as audit:
        require(policies.can_lead(acting, audit))
        changes = move(
            audit,
            workflow.AUDIT["report"],
            reported_at=clock.now(),
            conclusion=conclusion,
            recommendation=nfc(recommendation.strip()),
        )
        trail.record("audits.audit.reported", audit, changes, acting=acting)
        for person in holders(audit.agency, Role.COMMITTEE_HEAD):
            notifications.notify(
                person,
                topic="audits",
                title=_("Report of the audit %(audit)s") % {"audit": audit},
                url=audit.get_absolute_url(),
                key=f"audit-report:{audit.pk}",
            )
        registry.fulfilment_changed(audit.agency)
    return audit


def missing_for_report(audit: Audit) -> list[str]:
    """What stands between the audit and its report, in words."""
    found = []
    kinds = {meeting.kind for meeting in audit.meetings.all()}
    for kind in AuditMeeting.Kind:
        if kind not in kinds:
            found.append(_("There is no record yet: %(meeting)s.") % {"meeting": kind.label})
    waiting = audit.findings.filter(
        grade__in=Finding.NONCONFORMITIES, state__in=[Finding.State.RAISED, Finding.State.DISPUTED]
    )
    codes = ", ".join(waiting.order_by("code").values_list("code", flat=True))
    if codes:
        found.append(_("Findings wait for an answer or a decision: %(codes)s.") % {"codes": codes})
    return found


def audit_close(audit: Audit, *, acting: Person | None) -> Audit:
    """Close a reported audit once nothing that follows from it is open any more."""
    with transaction.atomic(), locked(audit) as audit:
        require(policies.can_close(acting, audit))
        problems = [Problem("", words) for words in closing.open_matters(audit)]
        if problems:
            raise Invalid(problems)
        changes = move(audit, workflow.AUDIT["close"], closed_at=clock.now())
        trail.record("audits.audit.closed", audit, changes, acting=acting)
    return audit


def audit_cancel(audit: Audit, *, acting: Person | None, reason: str) -> Audit:
    """Give an audit up before it began, with the reason."""
    reason = nfc(reason.strip())
    if not reason:
        raise Invalid([Problem("reason", _("Give the reason."))])
    with transaction.atomic(), locked(audit) as audit:
        require(policies.can_plan(acting, audit))
        changes = move(audit, workflow.AUDIT["cancel"], cancel_reason=reason)
        trail.record("audits.audit.cancelled", audit, changes, acting=acting, note=reason)
    return audit


def _cleaned(fields: dict[str, Any]) -> dict[str, Any]:
    values = {name: fields[name] for name in FIELDS if name in fields}
    values = {k: nfc(v.strip()) if isinstance(v, str) else v for k, v in values.items()}
    problems = [Problem(name, _("Must not be empty.")) for name in FIELDS if not values.get(name)]
    if not problems and values["ends_on"] < values["starts_on"]:
        problems.append(Problem("ends_on", _("The last day lies before the first.")))
    if problems:
        raise Invalid(problems)
    return values


@search.indexer
def audit_index(audit: Audit) -> None:
    """Make the audit findable."""
    search.index(audit, title=str(audit), text=f"{audit.objective} {audit.scope}")
