"""What waits for a person: sessions to hold, findings to answer or decide, programmes and reports."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from audits import policies
from audits.models import Audit, AuditMember, AuditProgramme, Finding
from audits.reminders import ANSWER_DAYS
from audits.selectors import lists
from qms import clock
from qms.models import Person, Role
from qms.registry import WorkItem

PROGRAMME_BY = (6, 30)


def waiting_work(person: Person) -> Iterator[WorkItem]:
    """Everything of audits that waits for a person."""
    if not policies.insider(person):
        return
    today = clock.today()
    yield from _sessions(person, today)
    yield from _led(person)
    yield from _findings(person)
    yield from _programmes(person, today)
    yield from _to_close(person)


def _sessions(person: Person, today: dt.date) -> Iterator[WorkItem]:
    for session in lists.day_of(person, today).filter(audit__state=Audit.State.UNDER_WAY)[:20]:
        if session.asked and session.answered == session.asked:
            continue
        yield WorkItem(
            title=_("Audit %(session)s") % {"session": session},
            detail=_("%(code)s, %(a)s/%(n)s questions answered")
            % {"code": session.audit.code, "a": session.answered, "n": session.asked},
            url=reverse("audits:session-answer", args=[session.pk]),
            action=_("Answer the checklist"),
            icon="list-checks",
            due=timezone.localtime(session.starts_at).date(),
            key=f"audit-session:{session.pk}",
        )


def _led(person: Person) -> Iterator[WorkItem]:
    words = {
        Audit.State.NOTIFIED: (_("The plan has been sent"), _("Start the audit")),
        Audit.State.REPORTING: (_("The work on site is over"), _("Write the report")),
    }
    rows = Audit.objects.filter(
        agency=person.agency_id,
        members__person=person,
        members__post=AuditMember.Post.LEAD,
        state__in=list(words),
    )
    for audit in rows:
        detail, action = words[Audit.State(audit.state)]
        yield WorkItem(
            title=str(audit),
            detail=detail,
            url=audit.get_absolute_url(),
            action=action,
            icon="list-checks",
            due=audit.starts_on if audit.state == Audit.State.NOTIFIED else None,
            key=f"audit-lead:{audit.pk}:{audit.state}",
        )


def _findings(person: Person) -> Iterator[WorkItem]:
    for finding in lists.waiting_findings(person)[:30]:
        disputed = finding.state == Finding.State.DISPUTED
        yield WorkItem(
            title=finding.description,
            detail=f"{finding.code} · {finding.get_grade_display()} · {finding.unit.label}",
            url=finding.get_absolute_url(),
            action=_("Decide on the finding") if disputed else _("Answer the finding"),
            icon="message-square",
            due=timezone.localtime(finding.raised_at).date() + dt.timedelta(days=ANSWER_DAYS),
            key=f"finding:{finding.pk}:{finding.state}",
        )


def _programmes(person: Person, today: dt.date) -> Iterator[WorkItem]:
    rows = AuditProgramme.objects.filter(agency=person.agency_id)
    if person.has_role(Role.COMMITTEE_HEAD):
        waiting = rows.filter(state=AuditProgramme.State.SUBMITTED).exclude(drafted_by=person)
        for programme in waiting:
            yield _programme_item(programme, _("Waits for your decision"), _("Decide on the programme"))
    if person.has_role(Role.SECRETARY):
        for programme in rows.filter(state=AuditProgramme.State.DRAFT):
            detail = _("Returned to you") if programme.return_note else _("Being drawn up")
            yield _programme_item(programme, detail, _("Work on the programme"))
        if rows.exists() and not rows.filter(year=today.year).exists():
            yield WorkItem(
                title=_("Draw up the audit programme of %(year)s") % {"year": today.year},
                detail=_("Yearly, quarters I–II"),
                url=reverse("audits:programme-open"),
                action=_("Open the programme"),
                icon="calendar-days",
                due=dt.date(today.year, *PROGRAMME_BY),
                key=f"audit-programme:{today.year}",
            )


def _programme_item(programme: AuditProgramme, detail: str, action: str) -> WorkItem:
    return WorkItem(
        title=str(programme),
        detail=detail,
        url=programme.get_absolute_url(),
        action=action,
        icon="calendar-days",
        due=dt.date(programme.year, *PROGRAMME_BY),
        key=f"audit-programme:{programme.pk}:{programme.state}:{programme.version}",
    )


def _to_close(person: Person) -> Iterator[WorkItem]:
    if not person.has_role(Role.COMMITTEE_HEAD):
        return
    rows = Audit.objects.filter(agency=person.agency_id, state=Audit.State.REPORTED)
    for audit in rows.exclude(members__person=person, members__post=AuditMember.Post.LEAD):
        yield WorkItem(
            title=str(audit),
            detail=_("The report has been handed in"),
            url=audit.get_absolute_url(),
            action=_("Read the report"),
            icon="list-checks",
            key=f"audit-close:{audit.pk}",
        )
