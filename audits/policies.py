"""Who may do what with programmes, audits, checklists and findings.

The secretariat draws up, the head of the committee approves and decides, the team audits, the head of the
audited unit answers (RACI of the audit). Nobody decides on their own draft or finding. The portal itself
(None) always may.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.utils.translation import gettext as _

from audits.models import Audit, AuditMember, AuditProgramme, AuditSession, Finding
from documents.policies import may_draft
from qms.models import OrgUnit, Person, Role
from qms.policies import (
    ALLOW,
    Verdict,
    all_of,
    deny,
    different_people,
    has_any_role,
    in_secretariat,
    insider,
    on_record,
    secretariat,
)

__all__ = ["in_secretariat", "insider", "secretariat"]

PLANNING = (Audit.State.PLANNED, Audit.State.NOTIFIED)
WORKING = (Audit.State.UNDER_WAY, Audit.State.REPORTING)


def _on_record(check: Callable[[Person, Any], Verdict]) -> Callable[[Person | None, Any], Verdict]:
    """A policy about one record, for people of its agency who work on it."""

    @on_record
    @wraps(check)
    def policy(person: Person, record: Any) -> Verdict:
        return all_of(insider(person), check(person, record))

    return policy


@_on_record
def can_keep(person: Person, record: Any) -> Verdict:
    """Keep what belongs to no unit (programmes, library, reviews): the agency's secretariat."""
    return secretariat(person)


@_on_record
def can_read(person: Person, record: Any) -> Verdict:
    """Read and take out: everybody of its agency but the superior."""
    return ALLOW


@_on_record
def can_edit_programme(person: Person, programme: AuditProgramme) -> Verdict:
    """The secretariat, while the programme is being drawn up."""
    if programme.state != AuditProgramme.State.DRAFT:
        return deny(_("The programme is no longer being drawn up."))
    return secretariat(person)


@_on_record
def can_steer_programme(person: Person, programme: AuditProgramme) -> Verdict:
    """Submit or revise: the secretariat."""
    return secretariat(person)


@_on_record
def can_decide_programme(person: Person, programme: AuditProgramme) -> Verdict:
    """The head of the committee, unless they drew it up."""
    reason = _("Whoever drew up the programme does not approve it.")
    return all_of(
        has_any_role(person, Role.COMMITTEE_HEAD),
        different_people(person, programme.drafted_by, reason),
    )


def is_lead(person: Person, audit: Audit) -> bool:
    """Whether the person leads the team."""
    return any(
        row.person_id == person.pk and row.post == AuditMember.Post.LEAD for row in audit.members.all()
    )


def in_team(person: Person, audit: Audit) -> bool:
    """Whether the person belongs to the team."""
    return any(row.person_id == person.pk for row in audit.members.all())


@_on_record
def can_plan(person: Person, audit: Audit) -> Verdict:
    """Change team, sessions and papers before the work on site: the secretariat or the lead auditor."""
    if audit.state not in PLANNING:
        return deny(_("The plan of this audit can no longer be changed."))
    if in_secretariat(person) or is_lead(person, audit):
        return ALLOW
    return deny(_("Only the ISO secretary, the head of the standing unit and the lead auditor may do this."))


@_on_record
def can_lead(person: Person, audit: Audit) -> Verdict:
    """Start, end and report: the lead auditor."""
    if is_lead(person, audit):
        return ALLOW
    return deny(_("Only the lead auditor may do this."))


@_on_record
def can_close(person: Person, audit: Audit) -> Verdict:
    """Close a reported audit: the head of the committee, who did not lead it."""
    if is_lead(person, audit):
        return deny(_("Whoever led the audit does not close it."))
    return has_any_role(person, Role.COMMITTEE_HEAD)


@_on_record
def can_answer(person: Person, session: AuditSession) -> Verdict:
    """Answer the checklist: the auditors of the session and the lead auditor, while work is under way."""
    if session.audit.state not in WORKING:
        return deny(_("The checklist is answered while the audit is under way."))
    if any(one.pk == person.pk for one in session.auditors.all()) or is_lead(person, session.audit):
        return ALLOW
    return deny(_("Only the auditors of this session and the lead auditor may do this."))


@_on_record
def can_raise(person: Person, audit: Audit) -> Verdict:
    """Raise a finding: a member of the team, while work is under way."""
    if audit.state not in WORKING:
        return deny(_("Findings are raised while the audit is under way."))
    return ALLOW if in_team(person, audit) else deny(_("Only members of the audit team may do this."))


@_on_record
def can_respond(person: Person, finding: Finding) -> Verdict:
    """Acknowledge or dispute: the head of the audited unit, who did not raise it."""
    if not person.has_role(Role.UNIT_HEAD, unit=finding.unit):
        return deny(_("Only the head of %(unit)s may answer this finding.") % {"unit": finding.unit})
    return different_people(person, finding.raised_by, _("Whoever raised the finding does not answer it."))


@_on_record
def can_decide_finding(person: Person, finding: Finding) -> Verdict:
    """Decide a dispute: the head of the committee, who neither raised nor disputed it."""
    return all_of(
        has_any_role(person, Role.COMMITTEE_HEAD),
        different_people(person, finding.raised_by, _("Whoever raised the finding does not decide on it.")),
        different_people(
            person, finding.answered_by, _("Whoever disputed the finding does not decide on it.")
        ),
    )


@_on_record
def can_take_back(person: Person, finding: Finding) -> Verdict:
    """Take back a finding that nobody answered yet: who raised it, before the report."""
    if finding.audit.state not in WORKING:
        return deny(_("The audit has been reported."))
    if finding.raised_by_id == person.pk or is_lead(person, finding.audit):
        return ALLOW
    return deny(_("Only who raised it and the lead auditor may do this."))


@_on_record
def can_paper(person: Person, audit: Audit) -> Verdict:
    """Draft the papers of an audit: the secretariat, or a lead auditor who may draft papers."""
    if in_secretariat(person):
        return ALLOW
    if is_lead(person, audit):
        return may_draft(person)
    return deny(_("Only the ISO secretary, the head of the standing unit and the lead auditor may do this."))


def heads_unit(person: Person, unit: OrgUnit) -> bool:
    """Whether the person heads the unit today."""
    return person.has_role(Role.UNIT_HEAD, unit=unit)
