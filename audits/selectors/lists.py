"""Lists of audits, sessions and findings, each with what its rows show."""

import datetime as dt
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from audits.models import Audit, AuditMember, AuditSession, ChecklistItem, Finding
from audits.selectors.clauses import root
from qms import clock
from qms.models import Person, Role
from qms.text import nfc

ANSWERED = ~Q(checklist__items__answer="")


def audit_list(person: Person, asked: dict[str, Any]) -> Any:
    """Audits a person may see, filtered, with their team and counts of findings."""
    rows = Audit.objects.visible_to(person)
    if asked.get("year"):
        rows = rows.filter(starts_on__year=int(asked["year"]))
    if asked.get("state"):
        rows = rows.filter(state=asked["state"])
    if asked.get("unit"):
        rows = rows.filter(pk__in=AuditSession.objects.filter(unit=asked["unit"]).values("audit_id"))
    team = AuditMember.objects.select_related("person").order_by("-post", "created_at")
    return (
        rows.select_related("programme")
        .prefetch_related(
            Prefetch("members", queryset=team),
            Prefetch("sessions", queryset=AuditSession.objects.select_related("unit")),
        )
        .annotate(
            majors=_standing("major"), minors=_standing("minor"), others=_standing("observation", "strength")
        )
    )


def _standing(*grades: str) -> Coalesce:
    """How many findings of an audit stand; counted for the rows of the page only, none is joined."""
    rows = Finding.objects.filter(
        audit=OuterRef("pk"), state__in=Finding.STANDING, grade__in=grades
    ).order_by()
    return Coalesce(Subquery(rows.values("audit").annotate(n=Count("pk")).values("n")), 0)


def sessions_of(rows: Any) -> Any:
    """Sessions with unit, auditors, clauses and how far their checklist is."""
    return (
        rows.select_related("unit", "audit", "checklist")
        .prefetch_related("auditors", "clauses")
        .annotate(
            asked=Count("checklist__items", distinct=True),
            answered=Count("checklist__items", filter=ANSWERED, distinct=True),
        )
        .order_by("starts_at", "created_at")
    )


def day_of(person: Person, day: dt.date) -> Any:
    """The auditor's day: the person's sessions from today on, of audits that are on."""
    rows = AuditSession.objects.visible_to(person).filter(
        auditors=person, audit__state__in=[Audit.State.NOTIFIED, Audit.State.UNDER_WAY]
    )
    # Counts join the auditors: filter through the key, so that they are not multiplied.
    keys = rows.values("pk")
    return sessions_of(AuditSession.objects.filter(pk__in=keys)).filter(
        Q(starts_at__date__gte=day) | Q(audit__state=Audit.State.UNDER_WAY)
    )


def headed(person: Person) -> list[Any]:
    """Units the person heads today."""
    return [unit for role, unit in person.held_roles if role == Role.UNIT_HEAD and unit is not None]


def finding_list(person: Person, asked: dict[str, Any]) -> Any:
    """Findings a person may see, filtered, the newest first."""
    rows = Finding.objects.visible_to(person).select_related("unit", "clause", "audit", "raised_by")
    if asked.get("year"):
        rows = rows.filter(raised_at__year=int(asked["year"]))
    if asked.get("grade"):
        by = "grade" if asked["grade"] in Finding.Grade.values else "own_grade"
        rows = rows.filter(**{by: asked["grade"]})
    for name in ("state", "unit"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if asked.get("clause"):
        code = root(asked["clause"].code)
        rows = rows.filter(Q(clause__code=code) | Q(clause__code__startswith=f"{code}."))
    if asked.get("mine"):
        rows = rows.filter(Q(raised_by=person) | Q(unit__in=headed(person)))
    if asked.get("q"):
        words = nfc(asked["q"])
        rows = rows.filter(
            Q(code__icontains=words) | Q(description__icontains=words) | Q(evidence__icontains=words)
        )
    return rows


def waiting_findings(person: Person) -> Any:
    """Findings that wait for this person: an answer of their unit, or a decision."""
    mine = Q(state=Finding.State.RAISED, unit__in=headed(person)) & ~Q(grade=Finding.Grade.STRENGTH)
    if person.has_role(Role.COMMITTEE_HEAD):
        mine |= Q(state=Finding.State.DISPUTED)
    rows = Finding.objects.visible_to(person).filter(mine).exclude(raised_by=person)
    return rows.select_related("unit", "clause", "audit").order_by("raised_at")


def items_of(session: AuditSession) -> Any:
    """Questions of a session with clause, evidence and findings."""
    return (
        ChecklistItem.objects.filter(checklist__session=session)
        .select_related("clause", "answered_by")
        .prefetch_related(
            "evidence__file",
            Prefetch("findings", queryset=Finding.objects.filter(state__in=Finding.STANDING)),
        )
        .order_by("number")
    )


def short_notice(audit: Audit, notice_days: int) -> bool:
    """Whether the plan goes (or went) out later than the agency wants."""
    sent = audit.notified_at.date() if audit.notified_at else clock.today()
    days = 0
    day = sent
    while day < audit.starts_on:
        day += dt.timedelta(days=1)
        days += day.weekday() < 5
    return days < notice_days


def past_findings(session: AuditSession) -> Any:
    """Nonconformities and observations the unit carries over from earlier audits, the newest first."""
    rows = Finding.objects.filter(
        agency=session.agency_id, unit=session.unit_id, state__in=Finding.STANDING
    ).exclude(audit=session.audit_id)
    rows = rows.exclude(grade=Finding.Grade.STRENGTH).filter(raised_at__lt=session.starts_at)
    return rows.select_related("clause", "audit").prefetch_related("nonconformities").order_by("-raised_at")
