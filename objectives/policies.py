"""Who may do what with objectives and entered figures. Separation of duties holds per record."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from objectives.models import ManualEntry, ObjectiveSet, SetState, Target
from objectives.querysets import only_superior
from qms.models import Role
from qms.policies import (
    ALLOW,
    Verdict,
    all_of,
    deny,
    different_people,
    has_any_role,
    role_labels,
    signed_in,
)

if TYPE_CHECKING:
    from qms.models import OrgUnit, Person

DRAFTERS = (Role.SECRETARY, Role.COMMITTEE_HEAD, Role.COMMITTEE_MEMBER)
APPROVERS = (Role.LEADER, Role.COMMITTEE_HEAD)
PUBLISHERS = (Role.SECRETARY, Role.COMMITTEE_HEAD)
UNIT_ROLES = (Role.UNIT_HEAD, Role.STAFF, Role.ONE_STOP)
ELSEWHERE = gettext_lazy("This belongs to another agency.")


def staff(person: "Person | None") -> Verdict:
    """Everyone who works at the agency; a superior agency looks at what is published."""
    verdict = signed_in(person)
    if verdict and person is not None and only_superior(person):
        return deny(_("A superior agency sees published objectives only."))
    return verdict


def _own(person: "Person | None", agency_id: object) -> Verdict:
    if person is None:
        return ALLOW
    return ALLOW if person.agency_id == agency_id else deny(ELSEWHERE)


def _in_unit(person: "Person", unit: "OrgUnit", *roles: str) -> bool:
    """Whether the person holds one of the roles in this unit (by assignment, or as its member)."""
    if person.has_role(*roles, unit=unit) and any(
        role in roles and held == unit.pk for role, held in person.held_roles
    ):
        return True
    return person.unit_id == unit.pk and person.has_role(*roles)


def may_draft(person: "Person | None", unit: "OrgUnit | None" = None) -> Verdict:
    """Draft the objectives of the agency, or of one's own unit."""
    if person is None or person.has_role(*DRAFTERS):
        return ALLOW
    if unit is not None and _in_unit(person, unit, Role.UNIT_HEAD):
        return ALLOW
    if unit is not None:
        return deny(
            _("Only the head of the unit and these roles may do this: %(roles)s.")
            % {"roles": role_labels(*DRAFTERS)}
        )
    return has_any_role(person, *DRAFTERS)


def can_start_for(person: "Person | None", agency_id: object, unit: "OrgUnit | None" = None) -> Verdict:
    """Start the objectives of an agency, or of a unit of it; nobody does so elsewhere."""
    inside = ALLOW if unit is None or unit.agency_id == agency_id else deny(ELSEWHERE)
    return all_of(_own(person, agency_id), inside, may_draft(person, unit))


def may_start(person: "Person | None") -> Verdict:
    """Start an objective set of some kind: the agency's, or that of a unit one heads."""
    verdict = signed_in(person)
    if not verdict or person is None:
        return verdict
    return has_any_role(person, *DRAFTERS, Role.UNIT_HEAD)


def can_edit(person: "Person | None", objective_set: ObjectiveSet) -> Verdict:
    """Change what a draft says."""
    state = (
        ALLOW
        if objective_set.is_draft
        else deny(
            _("Only a draft can be changed; the present state is “%(state)s”.")
            % {"state": objective_set.get_state_display()}
        )
    )
    return all_of(_own(person, objective_set.agency_id), may_draft(person, objective_set.unit), state)


def can_submit(person: "Person | None", objective_set: ObjectiveSet) -> Verdict:
    """Send a draft for approval; to the objectives of a unit its head commits, nobody else."""
    unit = objective_set.unit
    own = _own(person, objective_set.agency_id)
    if unit is None or person is None:
        return all_of(own, may_draft(person, unit))
    if _in_unit(person, unit, Role.UNIT_HEAD):
        return own
    return all_of(own, deny(_("Only the head of %(unit)s commits to its objectives.") % {"unit": unit}))


def can_approve(person: "Person | None", objective_set: ObjectiveSet) -> Verdict:
    """Approve or return what another person drafted; of a unit: accept what another person committed to."""
    if person is None:
        return deny(_("Only a person can approve."))
    roles = APPROVERS if objective_set.unit_id is None else (*APPROVERS, Role.SECRETARY)
    drafted = _("Who drafted the objectives does not approve them.")
    committed = _("Who committed to the objectives does not accept them.")
    return all_of(
        _own(person, objective_set.agency_id),
        has_any_role(person, *roles),
        different_people(person, objective_set.drafter, drafted),
        different_people(person, objective_set.submitted_by, committed)
        if objective_set.unit_id is not None
        else ALLOW,
    )


def can_reopen(person: "Person | None", objective_set: ObjectiveSet) -> Verdict:
    """Take approved objectives back into drafting."""
    return all_of(_own(person, objective_set.agency_id), may_draft(person, objective_set.unit))


def can_publish(person: "Person | None", objective_set: ObjectiveSet) -> Verdict:
    """Prepare the decision that brings approved objectives into force."""
    who = ALLOW if person is None else has_any_role(person, *PUBLISHERS)
    return all_of(_own(person, objective_set.agency_id), who)


def can_close(person: "Person | None", objective_set: ObjectiveSet) -> Verdict:
    """Close the figures of a year that is over."""
    who = ALLOW if person is None else has_any_role(person, Role.COMMITTEE_HEAD, Role.LEADER)
    return all_of(_own(person, objective_set.agency_id), who)


def can_compute(person: "Person | None") -> Verdict:
    """Have the figures computed now."""
    if person is None:
        return ALLOW
    return has_any_role(
        person, Role.SECRETARY, Role.COMMITTEE_HEAD, Role.COMMITTEE_MEMBER, Role.LEADER, Role.ADMIN
    )


def can_enter(person: "Person | None", target: Target, unit: "OrgUnit") -> Verdict:
    """Enter the figures of a unit: its own people, or the secretary."""
    if target.objective_set.state != SetState.IN_FORCE:
        return deny(_("Figures can only be entered while the objectives are in force."))
    own = _own(person, target.agency_id)
    if person is None or person.has_role(Role.SECRETARY) or _in_unit(person, unit, *UNIT_ROLES):
        return own
    return all_of(
        own,
        deny(_("Only people of %(unit)s and the ISO secretary may enter its figures.") % {"unit": unit}),
    )


def can_confirm(person: "Person | None", entry: ManualEntry) -> Verdict:
    """Confirm or return entered figures: the unit's head or the ISO committee, never who entered them."""
    if person is None:
        return deny(_("Only a person can confirm figures."))
    if person.has_role(*DRAFTERS) or _in_unit(person, entry.unit, Role.UNIT_HEAD):
        who = ALLOW
    else:
        who = deny(
            _("Only the head of %(unit)s and these roles may do this: %(roles)s.")
            % {"unit": entry.unit, "roles": role_labels(*DRAFTERS)}
        )
    return all_of(
        _own(person, entry.agency_id),
        who,
        different_people(
            person, entry.entered_by, _("Who entered the figures does not confirm them: another person must.")
        ),
    )
