"""Findings: raised in place, answered by the unit, decided by the head of the committee."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audits import policies, workflow
from audits.models import Audit, ChecklistItem, Finding
from audits.services.codes import next_code
from audits.services.grading import grade_of
from qms import audit as trail
from qms import clock, notifications, search
from qms.exceptions import Invalid, Problem
from qms.models import OrgUnit, Person, Role
from qms.policies import require
from qms.text import nfc
from qms.workflow import locked, move
from risks.selectors.people import holders

TEXTS = ("description", "requirement", "evidence", "process")


def finding_raise(
    audit: Audit,
    *,
    acting: Person | None,
    key: str,
    grade: str,
    item: ChecklistItem | None = None,
    unit: OrgUnit | None = None,
    clause: Any = None,
    **texts: str,
) -> Finding:
    """Raise a finding, from a question of a checklist (which lends unit, clause and requirement) or freely.

    The grade is one of the agency's scale in force, or of the standard. A nonconformity needs clause,
    requirement and evidence. The same key raises one finding.
    """
    before = Finding.objects.filter(agency=audit.agency_id, key=key).first()
    if before is not None:
        if before.audit_id != audit.pk or (acting is not None and before.raised_by_id != acting.pk):
            raise Invalid(_("This key was used for something else."))
        return before
    values = {name: nfc(texts.get(name, "").strip()) for name in TEXTS}
    if item is not None:
        session = item.checklist.session
        unit, clause = session.unit, clause or item.clause
        values["requirement"] = values["requirement"] or item.requirement
        values["process"] = values["process"] or session.process
    behaviour, word, scale = grade_of(audit.agency, grade)
    _check(audit, behaviour, unit, clause, values, key)
    assert unit is not None
    try:
        with transaction.atomic():
            require(policies.can_raise(acting, audit))
            made: Finding = Finding.objects.create(
                agency_id=audit.agency_id,
                audit=audit,
                item=item,
                code=next_code(Finding, audit.agency, f"PH-{clock.today().year}-"),
                key=key,
                grade=behaviour,
                own_grade=word,
                scale=scale,
                unit=unit,
                clause=clause,
                raised_by=acting,
                raised_at=clock.now(),
                **values,
            )
            changes = {"grade": (None, made.get_grade_display()), "description": (None, made.description)}
            trail.record("audits.finding.raised", made, changes, acting=acting)
            finding_index(made)
            if made.grade != Finding.Grade.STRENGTH:
                _tell_unit(made)
    except IntegrityError:
        return Finding.objects.get(agency=audit.agency_id, key=key)
    return made


def _check(
    audit: Audit, grade: str, unit: OrgUnit | None, clause: Any, values: dict[str, str], key: str
) -> None:
    problems = []
    if grade not in Finding.Grade.values:
        problems.append(Problem("grade", _("Choose a grade.")))
    if unit is None or unit.agency_id != audit.agency_id:
        problems.append(Problem("unit", _("Choose a unit of the agency.")))
    if not values["description"]:
        problems.append(Problem("description", _("Say what was found.")))
    if grade in Finding.NONCONFORMITIES:
        if clause is None:
            problems.append(Problem("clause", _("A nonconformity names its clause.")))
        for name in ("requirement", "evidence"):
            if not values[name]:
                problems.append(Problem(name, _("A nonconformity needs requirement and evidence.")))
    if not 8 <= len(key) <= 60:
        problems.append(Problem("key", _("The key of the sender is missing.")))
    if problems:
        raise Invalid(problems)


def finding_acknowledge(finding: Finding, *, acting: Person | None, note: str = "") -> Finding:
    """The unit accepts the finding."""
    with transaction.atomic(), locked(finding) as finding:
        require(policies.can_respond(acting, finding))
        changes = move(
            finding,
            workflow.FINDING["acknowledge"],
            answered_by=acting,
            answered_at=clock.now(),
            answer_note=nfc(note.strip()),
        )
        trail.record("audits.finding.acknowledged", finding, changes, acting=acting, note=note)
    return finding


def finding_dispute(finding: Finding, *, acting: Person | None, reason: str) -> Finding:
    """The unit disputes the finding; the head of the committee decides."""
    reason = _reason(reason)
    with transaction.atomic(), locked(finding) as finding:
        require(policies.can_respond(acting, finding))
        changes = move(
            finding,
            workflow.FINDING["dispute"],
            answered_by=acting,
            answered_at=clock.now(),
            answer_note=reason,
        )
        trail.record("audits.finding.disputed", finding, changes, acting=acting, note=reason)
        for person in holders(finding.agency, Role.COMMITTEE_HEAD):
            _tell(finding, person, _("%(code)s is disputed and waits for your decision"), "disputed")
    return finding


def finding_decide(finding: Finding, *, acting: Person | None, uphold: bool, reason: str) -> Finding:
    """Decide a dispute, or in the place of a unit that does not answer; always with the reason."""
    reason = _reason(reason)
    with transaction.atomic(), locked(finding) as finding:
        require(policies.can_decide_finding(acting, finding))
        changes = move(
            finding,
            workflow.FINDING["uphold" if uphold else "withdraw"],
            decided_by=acting,
            decided_at=clock.now(),
            decision_note=reason,
        )
        verb = "audits.finding.upheld" if uphold else "audits.finding.withdrawn"
        trail.record(verb, finding, changes, acting=acting, note=reason)
        words = _("%(code)s was upheld") if uphold else _("%(code)s was withdrawn")
        told = {one.pk: one for one in holders(finding.agency, Role.UNIT_HEAD, unit=finding.unit)}
        if finding.raised_by is not None:
            told[finding.raised_by.pk] = finding.raised_by
        for person in told.values():
            _tell(finding, person, words, "decided")
    return finding


def finding_take_back(finding: Finding, *, acting: Person | None, reason: str) -> Finding:
    """Who raised it takes it back before the unit answered, with the reason."""
    reason = _reason(reason)
    with transaction.atomic(), locked(finding) as finding:
        require(policies.can_take_back(acting, finding))
        if finding.state != Finding.State.RAISED:
            raise Invalid(_("The unit has answered; the head of the committee decides now."))
        changes = move(finding, workflow.FINDING["withdraw"], decision_note=reason, decided_at=clock.now())
        trail.record("audits.finding.withdrawn", finding, changes, acting=acting, note=reason)
    return finding


def _reason(reason: str) -> str:
    reason = nfc(reason.strip())
    if not reason:
        raise Invalid([Problem("reason", _("Give the reason."))])
    return reason


def _tell_unit(finding: Finding) -> None:
    for person in holders(finding.agency, Role.UNIT_HEAD, unit=finding.unit):
        _tell(finding, person, _("%(code)s concerns your unit: acknowledge or dispute it"), "raised")


def _tell(finding: Finding, person: Person, words: str, step: str) -> None:
    notifications.notify(
        person,
        topic="audits",
        title=words % {"code": f"{finding.code} ({finding.get_grade_display()})"},
        body=finding.description,
        url=finding.get_absolute_url(),
        key=f"finding-{step}:{finding.pk}",
    )


@search.indexer
def finding_index(finding: Finding) -> None:
    """Make the finding findable."""
    search.index(
        finding,
        title=str(finding),
        subtitle=f"{finding.get_grade_display()} · {finding.unit.label}",
        text=f"{finding.requirement} {finding.evidence}",
    )
