"""Improvements in one list: decided by reviews, planned for opportunities, recommended by auditors (10.3).

Nothing is kept twice: each row is a record of its own register read there: owner, day, result.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, Q, Value
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from audits.models import Finding, ManagementReview, ReviewDecision
from qms import clock
from qms.models import Person
from risks.models import Risk, RiskAction, RiskSource
from risks.selectors.risks import FOLLOWED

DECISION, OPPORTUNITY, FINDING = "decision", "opportunity", "finding"
GRADES = (Finding.Grade.OBSERVATION, Finding.Grade.STRENGTH)
DONE = (RiskAction.State.DONE, RiskAction.State.EFFECTIVE)


@dataclass(frozen=True)
class Improvement:
    """One row: what is improved, where it comes from, who, by when, and what came of it."""

    text: str
    url: str
    kind: str
    source: str
    unit: str
    owner: str
    due: dt.date | None
    status: str
    state: str
    result: str
    follow: str = ""


def improvement_keys(person: Person, asked: dict[str, Any]) -> Any:
    """Kind and key of every row the filters leave, the latest day first."""
    parts = [
        _decisions(person, asked).annotate(day=F("deadline")),
        _opportunities(person, asked).annotate(day=F("deadline")),
        _findings(person, asked).annotate(day=TruncDate("raised_at")),
    ]
    names = (DECISION, OPPORTUNITY, FINDING)
    rows = [
        part.order_by()
        .annotate(what=Value(name, output_field=CharField(max_length=12)))
        .values_list("what", "pk", "day")
        for name, part in zip(names, parts, strict=True)
        if asked.get("kind") in (None, "", name)
    ]
    return (rows[0].union(*rows[1:], all=True) if len(rows) > 1 else rows[0]).order_by("-day", "pk")


def improvements(keys: Any) -> list[Improvement]:
    """The rows behind some keys, in their order."""
    wanted: dict[str, list[Any]] = {DECISION: [], OPPORTUNITY: [], FINDING: []}
    keys = list(keys)
    for what, key, _day in keys:
        wanted[what].append(key)
    today = clock.today()
    found: dict[Any, Improvement] = {}
    decisions = ReviewDecision.objects.filter(pk__in=wanted[DECISION])
    for row in decisions.select_related("owner__unit", "review"):
        found[row.pk] = _of_decision(row, today)
    actions = RiskAction.objects.filter(pk__in=wanted[OPPORTUNITY])
    for action in actions.select_related("owner", "risk__unit"):
        found[action.pk] = _of_action(action, today)
    findings = list(Finding.objects.filter(pk__in=wanted[FINDING]).select_related("unit", "audit"))
    urls = [row.get_absolute_url() for row in findings]
    sources = RiskSource.objects.filter(url__in=urls).select_related("risk") if urls else ()
    taken = {source.url: source.risk for source in sources}
    for finding in findings:
        found[finding.pk] = _of_finding(finding, taken.get(finding.get_absolute_url()))
    return [found[key] for _what, key, _day in keys if key in found]


def _decisions(person: Person, asked: dict[str, Any]) -> Any:
    rows = ReviewDecision.objects.visible_to(person).filter(
        kind=ReviewDecision.Kind.IMPROVEMENT, review__state=ManagementReview.State.CONCLUDED
    )
    rows = rows.exclude(state=ReviewDecision.State.CANCELLED)
    if asked.get("unit"):
        rows = rows.filter(owner__unit=asked["unit"])
    return _in_state(rows, asked.get("state"), Q(state="done"))


def _opportunities(person: Person, asked: dict[str, Any]) -> Any:
    rows = RiskAction.objects.visible_to(person).filter(risk__kind=Risk.Kind.OPPORTUNITY)
    rows = rows.exclude(state=RiskAction.State.CANCELLED)
    rows = rows.filter(Q(state__in=DONE) | Q(risk__state__in=FOLLOWED))
    if asked.get("unit"):
        rows = rows.filter(risk__unit=asked["unit"])
    return _in_state(rows, asked.get("state"), Q(state__in=DONE))


def _findings(person: Person, asked: dict[str, Any]) -> Any:
    rows = Finding.objects.visible_to(person).filter(grade__in=GRADES, state__in=Finding.STANDING)
    if asked.get("unit"):
        rows = rows.filter(unit=asked["unit"])
    return rows.none() if asked.get("state") else rows


def _in_state(rows: Any, state: str | None, done: Q) -> Any:
    if state == "done":
        return rows.filter(done)
    if state == "open":
        return rows.exclude(done)
    if state == "late":
        return rows.exclude(done).filter(deadline__lt=clock.today())
    return rows


def _of_decision(row: ReviewDecision, today: dt.date) -> Improvement:
    done = row.state == ReviewDecision.State.DONE
    return Improvement(
        text=row.text,
        url=row.get_absolute_url(),
        kind=_("Decision of a review"),
        source=f"{row.review.code}/{row.number}",
        unit=row.owner.unit.label if row.owner.unit else "",
        owner=str(row.owner),
        due=row.deadline,
        status=_status(done, row.deadline, today),
        state=_words(done, row.deadline, today),
        result=row.done_note,
    )


def _of_action(row: RiskAction, today: dt.date) -> Improvement:
    done = row.state in DONE
    effective = row.state == RiskAction.State.EFFECTIVE
    return Improvement(
        text=row.description,
        url=row.get_absolute_url(),
        kind=_("Action on an opportunity"),
        source=row.risk.code,
        unit=row.risk.place,
        owner=str(row.owner),
        due=row.deadline,
        status=_status(done, row.deadline, today),
        state=row.get_state_display() if effective else _words(done, row.deadline, today),
        result=row.done_note,
    )


def _of_finding(row: Finding, risk: Risk | None) -> Improvement:
    return Improvement(
        text=row.description,
        url=row.get_absolute_url(),
        kind=row.get_grade_display(),
        source=row.code,
        unit=row.unit.label,
        owner=str(risk.owner or "") if risk else "",
        due=None,
        status="in_progress" if risk else "not_due",
        state=_("Taken up") if risk else _("Noted"),
        result=_("followed up as %(code)s") % {"code": risk.code} if risk else row.answer_note,
        follow=risk.get_absolute_url() if risk else "",
    )


def _status(done: bool, deadline: dt.date, today: dt.date) -> str:
    return "done" if done else "overdue" if deadline < today else "in_progress"


def _words(done: bool, deadline: dt.date, today: dt.date) -> str:
    return _("Carried out") if done else _("Late") if deadline < today else _("To do")
