"""Who may do what in the yearly cycle: reviews, communication, starting a year."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from objectives.models import ObjectiveReview, ObjectiveSet, SetState
from objectives.policies import APPROVERS, DRAFTERS, _in_unit, _own, staff
from qms.models import Role
from qms.policies import ALLOW, Verdict, all_of, deny, different_people, has_any_role, role_labels

if TYPE_CHECKING:
    from qms.models import Person

BOARD = (Role.LEADER, Role.COMMITTEE_HEAD, Role.COMMITTEE_MEMBER)
LIVE = {SetState.IN_FORCE, SetState.CLOSED}


def _drafts_for(person: "Person | None", objective_set: ObjectiveSet) -> Verdict:
    """The committee and its secretary; for a unit also its head."""
    if person is None or person.has_role(*DRAFTERS):
        return ALLOW
    unit = objective_set.unit
    if unit is None:
        return has_any_role(person, *DRAFTERS)
    if _in_unit(person, unit, Role.UNIT_HEAD):
        return ALLOW
    return deny(
        _("Only the head of the unit and these roles may do this: %(roles)s.")
        % {"roles": role_labels(*DRAFTERS)}
    )


def can_review(person: "Person | None", objective_set: ObjectiveSet) -> Verdict:
    """Draft a review of objectives that are or were in force."""
    state = ALLOW if objective_set.state in LIVE else deny(_("Only objectives in force are reviewed."))
    return all_of(_own(person, objective_set.agency_id), _drafts_for(person, objective_set), state)


def can_edit_review(person: "Person | None", review: ObjectiveReview) -> Verdict:
    """Change what a draft of a review says."""
    state = (
        ALLOW
        if review.is_draft
        else deny(
            _("Only a draft can be changed; the present state is “%(state)s”.")
            % {"state": review.get_state_display()}
        )
    )
    return all_of(_own(person, review.agency_id), _drafts_for(person, review.objective_set), state)


def can_submit_review(person: "Person | None", review: ObjectiveReview) -> Verdict:
    """Send a review for approval."""
    return all_of(_own(person, review.agency_id), _drafts_for(person, review.objective_set))


def can_comment_review(person: "Person | None", review: ObjectiveReview) -> Verdict:
    """Say something about a review that is not approved yet: the board."""
    who = ALLOW if person is None else has_any_role(person, *BOARD)
    open_ = (
        deny(_("The review is approved; nothing is added to it any more."))
        if review.state == ObjectiveReview.State.APPROVED
        else ALLOW
    )
    return all_of(_own(person, review.agency_id), who, open_)


def can_approve_review(person: "Person | None", review: ObjectiveReview) -> Verdict:
    """Approve or return what another person drafted."""
    if person is None:
        return deny(_("Only a person can approve."))
    return all_of(
        _own(person, review.agency_id),
        has_any_role(person, *APPROVERS),
        different_people(person, review.drafter, _("Who drafted the review does not approve it.")),
    )


def can_tell(person: "Person | None", objective_set: ObjectiveSet) -> Verdict:
    """Make the objectives known to all staff (of the unit, for a unit's)."""
    state = (
        ALLOW
        if objective_set.state == SetState.IN_FORCE
        else deny(_("Objectives are made known once they are in force."))
    )
    return all_of(_own(person, objective_set.agency_id), _drafts_for(person, objective_set), state)


def can_acknowledge(person: "Person | None", objective_set: ObjectiveSet) -> Verdict:
    """Say that one has read objectives: everyone of the agency, of the unit for a unit's."""
    if person is None:
        return deny(_("Only a person can acknowledge."))
    unit = objective_set.unit
    inside = unit is None or person.unit_id == unit.pk
    return all_of(
        _own(person, objective_set.agency_id),
        staff(person),
        ALLOW if inside else deny(_("These are the objectives of another unit.")),
    )


def can_start_year(person: "Person | None") -> Verdict:
    """Start a year from the one before."""
    return ALLOW if person is None else has_any_role(person, *DRAFTERS)


def own(person: "Person | None", agency_id: object) -> Verdict:
    """Whether a record is of the person's agency."""
    return _own(person, agency_id)
