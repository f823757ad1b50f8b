"""Who may do what with controlled documents and records.

Units draft their documents, somebody else reviews, a leader approves (RACI of document control); nobody
reviews or approves what they worked on. The portal itself (None) always may.
"""

from typing import Any

from django.utils.translation import gettext as _

from library.models import (
    ChangeRequest,
    ControlledDocument,
    DisposalList,
    DocumentVersion,
    RecordFile,
    RecordSeries,
)
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

APPROVERS = (Role.LEADER, Role.COMMITTEE_HEAD)
REVIEWERS = (Role.UNIT_HEAD, Role.SECRETARY, Role.COMMITTEE_MEMBER, Role.COMMITTEE_HEAD, Role.LEADER)
State = DocumentVersion.State


@on_record
def can_draft(person: Person, unit: OrgUnit | None) -> Verdict:
    """Write documents of a unit (None: of the whole agency): its people, or who keeps the documents."""
    if not insider(person) or in_secretariat(person):
        return insider(person)
    if unit is None:
        return deny(_("Only the ISO secretary and the head of the standing unit may do this."))
    if person.unit_id == unit.pk or person.has_role(Role.UNIT_HEAD, unit=unit):
        return ALLOW
    return deny(_("Only people of %(unit)s and the ISO secretary may do this.") % {"unit": unit})


@on_record
def can_keep(person: Person, document: ControlledDocument) -> Verdict:
    """Look after a document: distribution, periodic review, answers. The unit's head or the secretariat."""
    if in_secretariat(person):
        return ALLOW
    if document.owner is not None and person.has_role(Role.UNIT_HEAD, unit=document.owner):
        return ALLOW
    whose = document.owner or _("the standing unit")
    return deny(_("Only the head of %(unit)s and the ISO secretary may do this.") % {"unit": whose})


@on_record
def can_revise(person: Person, document: ControlledDocument) -> Verdict:
    """Begin a new version."""
    return can_draft(person, document.owner)


@on_record
def can_edit(person: Person, version: DocumentVersion) -> Verdict:
    """Change the content while it is being drafted."""
    if version.state != State.DRAFT:
        words = _("The version is “%(state)s”; it changes only while it is being drafted.")
        return deny(words % {"state": version.get_state_display()})
    if person.pk == version.drafter_id:
        return ALLOW
    return can_draft(person, version.document.owner)


@on_record
def can_withdraw(person: Person, version: DocumentVersion) -> Verdict:
    """Take a version back to work on it: whoever may draft it."""
    if version.state not in {State.IN_REVIEW, State.REVIEWED}:
        return deny(_("Only what waits for review or approval can be taken back."))
    if person.pk == version.drafter_id:
        return ALLOW
    return can_draft(person, version.document.owner)


def _not_own_work(person: Person, version: DocumentVersion, reason: str) -> Verdict:
    if person.pk == version.drafter_id or version.contributions.filter(person=person).exists():
        return deny(reason)
    return ALLOW


def can_be_reviewer(person: Person, version: DocumentVersion) -> Verdict:
    """Whether a person may be asked to review a version."""
    return all_of(
        has_any_role(person, *REVIEWERS),
        _not_own_work(person, version, _("Whoever worked on a version does not review it.")),
    )


def can_be_approver(person: Person, version: DocumentVersion) -> Verdict:
    """Whether a person may be asked to approve a version."""
    return all_of(
        has_any_role(person, *APPROVERS),
        _not_own_work(person, version, _("Whoever worked on a version does not approve it.")),
    )


@on_record
def can_review(person: Person, version: DocumentVersion) -> Verdict:
    """Review: the person who was asked, and who wrote nothing of it."""
    if version.state != State.IN_REVIEW:
        return deny(_("The version does not wait for review."))
    verdict = can_be_reviewer(person, version)
    if verdict and person.pk != version.reviewer_id:
        return deny(_("%(person)s was asked to review it.") % {"person": version.reviewer})
    return verdict


@on_record
def can_approve(person: Person, version: DocumentVersion) -> Verdict:
    """Approve: the leader who was asked, who neither wrote nor reviewed it."""
    if version.state != State.REVIEWED:
        return deny(_("The version does not wait for approval."))
    verdict = all_of(
        can_be_approver(person, version),
        different_people(person, version.reviewer, _("Whoever reviewed a version does not approve it.")),
    )
    if verdict and person.pk != version.approver_id:
        return deny(_("%(person)s was asked to approve it.") % {"person": version.approver})
    return verdict


@on_record
def can_send_back(person: Person, version: DocumentVersion) -> Verdict:
    """Send back: whoever is to decide next."""
    return can_review(person, version) if version.state == State.IN_REVIEW else can_approve(person, version)


@on_record
def can_end(person: Person, version: DocumentVersion) -> Verdict:
    """Let a version in force end without a successor: a leader or the head of the committee."""
    if version.state != State.APPROVED:
        return deny(_("Only an approved version can end."))
    return has_any_role(person, *APPROVERS)


@on_record
def can_ask(person: Person, document: ControlledDocument) -> Verdict:
    """Ask for a change: every reader."""
    return insider(person)


@on_record
def can_answer(person: Person, request: ChangeRequest) -> Verdict:
    """Answer a change request: who looks after the document, never the one who asked."""
    return all_of(
        can_keep(person, request.document),
        different_people(person, request.asked_by, _("Whoever asked for a change does not answer it.")),
    )


@on_record
def can_edit_process(person: Person, record: Any) -> Verdict:
    """Change the map of processes: who keeps the documents."""
    return secretariat(person)


@on_record
def can_keep_records(person: Person, series: RecordSeries | None) -> Verdict:
    """Change the list of records: the secretariat, the clerk, or the head of the unit that keeps them."""
    if in_secretariat(person) or person.has_role(Role.CLERK):
        return ALLOW
    unit = series.unit if series is not None else None
    if unit is not None and person.has_role(Role.UNIT_HEAD, unit=unit):
        return ALLOW
    return deny(_("Only the ISO secretary, the clerk and the head of the keeping unit may do this."))


@on_record
def can_file_records(person: Person, record: RecordSeries | RecordFile) -> Verdict:
    """Put a file of records on the list: people of the keeping unit too."""
    unit_id = getattr(record, "unit_id", None)
    if insider(person) and (unit_id is None or person.unit_id == unit_id):
        return ALLOW
    series = record if isinstance(record, RecordSeries) else record.series
    return can_keep_records(person, series)


@on_record
def can_edit_disposal(person: Person, listing: DisposalList | None) -> Verdict:
    """Draw up a disposal list: the clerk or the secretariat, until it is submitted."""
    if listing is not None and listing.state != DisposalList.State.DRAFT:
        return deny(_("The list is “%(state)s”.") % {"state": listing.get_state_display()})
    return ALLOW if person.has_role(Role.CLERK) else secretariat(person)


@on_record
def can_approve_disposal(person: Person, listing: DisposalList) -> Verdict:
    """Approve a disposal: a leader who did not draw the list up."""
    if listing.state != DisposalList.State.SUBMITTED:
        return deny(_("The list does not wait for approval."))
    return all_of(
        has_any_role(person, Role.LEADER),
        different_people(person, listing.drafter, _("Whoever drew the list up does not approve it.")),
    )


@on_record
def can_carry_out_disposal(person: Person, listing: DisposalList) -> Verdict:
    """Record the disposal with its minutes: the clerk or the secretariat, after approval."""
    if listing.state != DisposalList.State.APPROVED:
        return deny(_("Only an approved list is carried out."))
    return ALLOW if person.has_role(Role.CLERK) else secretariat(person)
