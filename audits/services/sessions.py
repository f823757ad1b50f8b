"""Sessions of an audit and who holds them; an impossible assignment is refused with its reason."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audits import policies
from audits.models import Audit, AuditMember, AuditSession, ProgrammeEntry
from audits.selectors import independence
from audits.selectors.units import is_competent
from qms import audit as trail
from qms.exceptions import Invalid, Problem
from qms.models import Clause, Person
from qms.policies import require
from qms.text import nfc
from qms.workflow import locked

HALVES = ((dt.time(8), dt.time(11)), (dt.time(13, 30), dt.time(16, 30)))
FIELDS = ("unit", "process", "procedure", "starts_at", "ends_at")


def sessions_plan(audit: Audit, entries: Sequence[ProgrammeEntry]) -> list[AuditSession]:
    """A half day for each entry, over the working days of the audit; called by the service that makes it."""
    days = [
        audit.starts_on + dt.timedelta(days=n)
        for n in range((audit.ends_on - audit.starts_on).days + 1)
        if (audit.starts_on + dt.timedelta(days=n)).weekday() < 5
    ] or [audit.starts_on]
    halves = [(day, half) for day in days for half in HALVES]
    found = []
    for number, entry in enumerate(entries):
        day, (start, end) = halves[min(number, len(halves) - 1)]
        made = AuditSession.objects.create(
            agency_id=audit.agency_id,
            audit=audit,
            unit=entry.unit,
            process=entry.process,
            starts_at=timezone.make_aware(dt.datetime.combine(day, start)),
            ends_at=timezone.make_aware(dt.datetime.combine(day, end)),
        )
        made.clauses.set(entry.clauses.all())
        found.append(made)
    return found


def session_add(
    audit: Audit,
    *,
    acting: Person | None,
    clauses: Sequence[Clause],
    auditors: Sequence[Person] = (),
    **fields: Any,
) -> AuditSession:
    """Add a session to the plan."""
    values = _cleaned(audit, clauses, fields)
    with transaction.atomic(), locked(audit) as audit:
        require(policies.can_plan(acting, audit))
        made: AuditSession = AuditSession.objects.create(agency_id=audit.agency_id, audit=audit, **values)
        made.clauses.set(clauses)
        _assign(made, auditors)
        trail.record("audits.audit.changed", audit, {"phiên": (None, _words(made))}, acting=acting)
    return made


def session_edit(
    session: AuditSession,
    *,
    acting: Person | None,
    clauses: Sequence[Clause],
    auditors: Sequence[Person] = (),
    **fields: Any,
) -> AuditSession:
    """Change a session; raises Invalid for auditors who may not hold it, with who could instead."""
    with transaction.atomic(), locked(session.audit) as audit, locked(session) as session:
        require(policies.can_plan(acting, audit))
        now = {name: getattr(session, name) for name in FIELDS}
        values = _cleaned(audit, clauses, now | fields)
        before = _words(session)
        trail.apply(session, **values)
        session.clauses.set(clauses)
        _assign(session, auditors)
        trail.record("audits.audit.changed", audit, {"phiên": (before, _words(session))}, acting=acting)
    return session


def session_remove(session: AuditSession, *, acting: Person | None) -> None:
    """Take a session out of the plan."""
    with transaction.atomic(), locked(session.audit) as audit:
        require(policies.can_plan(acting, audit))
        trail.record("audits.audit.changed", audit, {"phiên": (_words(session), None)}, acting=acting)
        if hasattr(session, "checklist"):
            raise Invalid(_("The session has a checklist already."))
        session.clauses.clear()
        session.auditors.clear()
        session.delete()


def auditors_propose(audit: Audit, *, acting: Person | None) -> list[str]:
    """Give every session without auditor the most suitable member of the team; tells what nobody may do."""
    left = []
    with transaction.atomic(), locked(audit) as audit:
        require(policies.can_plan(acting, audit))
        known = independence.history(audit.agency, audit.starts_on, audit.ends_on)
        team = set(audit.members.exclude(post="expert").values_list("person_id", flat=True))
        for session in audit.sessions.filter(auditors=None).select_related("unit", "procedure"):
            fitting = [
                one
                for one in independence.candidates(audit, session.unit, known, _about(session))
                if one.lawful and one.person.pk in team and not _busy(session, one.person)
            ]
            if fitting:
                session.auditors.set([fitting[0].person])
                trail.record("audits.audit.changed", audit, {"phiên": (None, _words(session))}, acting=acting)
            else:
                instead = independence.alternative(audit, session.unit, known, _about(session))
                left.append(f"{session}: {instead}")
    return left


def member_add(audit: Audit, *, acting: Person | None, person: Person, post: str) -> AuditMember:
    """Take somebody into the team; the lead auditor and auditors need a competence in force."""
    with transaction.atomic(), locked(audit) as audit:
        require(policies.can_plan(acting, audit))
        if person.agency_id != audit.agency_id or not person.works_on(audit.starts_on):
            raise Invalid([Problem("person", _("This person does not work at the agency then."))])
        if post != AuditMember.Post.EXPERT and not is_competent(person, audit.starts_on):
            words = _("%(person)s has no auditor competence in force on %(day)s.")
            day = f"{audit.starts_on:%d/%m/%Y}"
            raise Invalid([Problem("person", words % {"person": person, "day": day})])
        if audit.members.filter(person=person).exists():
            raise Invalid([Problem("person", _("This person belongs to the team already."))])
        if post == AuditMember.Post.LEAD and audit.members.filter(post=post).exists():
            raise Invalid([Problem("post", _("The team has a lead auditor already."))])
        _refuse_appointed(audit)
        made: AuditMember = AuditMember.objects.create(
            agency_id=audit.agency_id, audit=audit, person=person, post=post
        )
        trail.record("audits.audit.member_added", audit, {"thành viên": (None, str(made))}, acting=acting)
    return made


def member_remove(member: AuditMember, *, acting: Person | None) -> None:
    """Take somebody out of the team and of the sessions."""
    with transaction.atomic(), locked(member.audit) as audit:
        require(policies.can_plan(acting, audit))
        _refuse_appointed(audit)
        for session in audit.sessions.filter(auditors=member.person):
            session.auditors.remove(member.person)
        trail.record("audits.audit.member_removed", audit, {"thành viên": (str(member), None)}, acting=acting)
        member.delete()


def team_appoint(audit: Audit, *, acting: Person | None, document: str, on: dt.date) -> Audit:
    """Say which decision, issued outside the portal, appoints the team."""
    document = nfc(document.strip())
    if not document:
        raise Invalid([Problem("document", _("Must not be empty."))])
    with transaction.atomic(), locked(audit) as audit:
        require(policies.can_plan(acting, audit))
        if not audit.members.filter(post=AuditMember.Post.LEAD).exists():
            raise Invalid(_("The team has no lead auditor."))
        changes = trail.apply(audit, appointed_on=on, appointment=document[:255])
        trail.record("audits.audit.appointed", audit, changes, acting=acting)
    return audit


def team_release(audit: Audit, *, acting: Person | None) -> Audit:
    """Take the appointment back before the plan is sent, so that the team can be changed."""
    with transaction.atomic(), locked(audit) as audit:
        require(policies.can_plan(acting, audit))
        if audit.state != Audit.State.PLANNED:
            raise Invalid(_("Take the plan back first."))
        changes = trail.apply(audit, appointed_on=None, appointment="")
        if changes:
            trail.record("audits.audit.appointment_ended", audit, changes, acting=acting)
    return audit


def _refuse_appointed(audit: Audit) -> None:
    if audit.appointed_on is not None:
        raise Invalid(_("The team has been appointed; take the appointment back before changing it."))


def _assign(session: AuditSession, auditors: Sequence[Person]) -> None:
    """Set the auditors of a session after every check."""
    audit = session.audit
    team = set(audit.members.values_list("person_id", flat=True))
    known = independence.history(audit.agency, audit.starts_on, audit.ends_on)
    problems = []
    for person in auditors:
        if person.pk not in team:
            words = _("%(person)s does not belong to the team.") % {"person": person}
            problems.append(Problem("auditors", words))
            continue
        reason = independence.barred(independence.grounds(person, session.unit, known, _about(session)))
        if reason:
            instead = independence.alternative(audit, session.unit, known, _about(session))
            problems.append(Problem("auditors", f"{reason} {instead}"))
        elif _busy(session, person):
            words = _("%(person)s has another session at that time.") % {"person": person}
            problems.append(Problem("auditors", words))
    if problems:
        raise Invalid(problems)
    session.auditors.set(auditors)


def _about(session: AuditSession) -> str:
    """What a session audits, one a line: its process and its administrative procedure."""
    return "\n".join(filter(None, [session.process, session.procedure.name if session.procedure else ""]))


def _busy(session: AuditSession, person: Person) -> bool:
    return (
        AuditSession.objects.filter(
            auditors=person, starts_at__lt=session.ends_at, ends_at__gt=session.starts_at
        )
        .exclude(pk=session.pk)
        .exclude(audit__state=Audit.State.CANCELLED)
        .exists()
    )


def _cleaned(audit: Audit, clauses: Sequence[Clause], fields: dict[str, Any]) -> dict[str, Any]:
    values = {name: fields[name] for name in FIELDS if name in fields}
    values["process"] = nfc((values.get("process") or "").strip())
    problems = []
    if values.get("unit") is None or values["unit"].agency_id != audit.agency_id:
        problems.append(Problem("unit", _("Choose a unit of the agency.")))
    if not clauses:
        problems.append(Problem("clauses", _("Choose at least one clause.")))
    start, end = values.get("starts_at"), values.get("ends_at")
    if start is None or end is None or end <= start:
        problems.append(Problem("ends_at", _("The session ends after it begins.")))
    elif not audit.starts_on <= timezone.localtime(start).date() <= audit.ends_on:
        problems.append(Problem("starts_at", _("The session lies outside the days of the audit.")))
    if problems:
        raise Invalid(problems)
    return values


def _words(session: AuditSession) -> str:
    when = timezone.localtime(session.starts_at)
    who = ", ".join(person.full_name for person in session.auditors.all())
    return f"{when:%d/%m/%Y %H:%M} {session} · {who or '–'}"
