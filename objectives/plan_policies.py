"""Who may do what with annual plans and their items. Separation of duties holds per record."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from objectives.models import MaintenancePlan, PlanItem, PlanParty, PlanState, RoleGroup
from objectives.policies import APPROVERS, DRAFTERS, PUBLISHERS, _in_unit, _own
from objectives.querysets import only_superior
from qms.models import Role
from qms.policies import ALLOW, Verdict, all_of, deny, different_people, has_any_role, role_labels, signed_in

if TYPE_CHECKING:
    from qms.models import OrgUnit, Person

WORKERS = (Role.UNIT_HEAD, Role.STAFF, Role.ONE_STOP, Role.AUDITOR, Role.CLERK, Role.COMMITTEE_MEMBER)
COMMITTEE = (Role.COMMITTEE_HEAD, Role.COMMITTEE_MEMBER, Role.SECRETARY)


def may_draft(person: "Person | None") -> Verdict:
    """Draft the plan of the agency: the ISO committee, or the head of its standing unit."""
    if person is None:
        return ALLOW
    if person.unit is not None and person.unit.is_standing_unit and person.has_role(Role.UNIT_HEAD):
        return ALLOW
    return has_any_role(person, *DRAFTERS)


def can_start_for(person: "Person | None", agency_id: object) -> Verdict:
    """Start the plan of an agency; nobody does so elsewhere."""
    return all_of(_own(person, agency_id), may_draft(person))


def may_start(person: "Person | None") -> Verdict:
    """Start a plan; the page policy."""
    verdict = signed_in(person)
    return may_draft(person) if verdict else verdict


def can_edit(person: "Person | None", plan: MaintenancePlan) -> Verdict:
    """Change what a draft says."""
    state = (
        ALLOW
        if plan.is_draft
        else deny(
            _("Only a draft can be changed; the present state is “%(state)s”.")
            % {"state": plan.get_state_display()}
        )
    )
    return all_of(_own(person, plan.agency_id), may_draft(person), state)


def can_submit(person: "Person | None", plan: MaintenancePlan) -> Verdict:
    """Send a draft for approval."""
    return all_of(_own(person, plan.agency_id), may_draft(person))


def can_approve(person: "Person | None", plan: MaintenancePlan) -> Verdict:
    """Approve or return what another person drafted."""
    if person is None:
        return deny(_("Only a person can approve."))
    return all_of(
        _own(person, plan.agency_id),
        has_any_role(person, *APPROVERS),
        different_people(person, plan.drafter, _("Who drafted the plan does not approve it.")),
    )


def can_reopen(person: "Person | None", plan: MaintenancePlan) -> Verdict:
    """Take an approved plan back into drafting."""
    return all_of(_own(person, plan.agency_id), may_draft(person))


def can_publish(person: "Person | None", plan: MaintenancePlan) -> Verdict:
    """Prepare the paper that brings an approved plan into force."""
    who = ALLOW if person is None else has_any_role(person, *PUBLISHERS)
    return all_of(_own(person, plan.agency_id), who)


# Items


def belongs_to(person: "Person", party: PlanParty) -> bool:
    """Whether a person is meant by a party: themselves, one of the unit, or one of the group."""
    if party.person_id is not None:
        return party.person_id == person.pk
    if party.unit is not None:
        return _in_unit(person, party.unit, *WORKERS) or (
            person.unit_id == party.unit_id and not only_superior(person)
        )
    match RoleGroup(party.group):
        case RoleGroup.COMMITTEE:
            return person.has_role(*COMMITTEE)
        case RoleGroup.AUDIT_TEAM:
            return person.has_role(Role.AUDITOR)
        case RoleGroup.ONE_STOP:
            return person.has_role(Role.ONE_STOP)
    return person.unit is not None and party.group in groups_of(person.unit)


def groups_of(unit: "OrgUnit") -> list[RoleGroup]:
    """The groups of units a unit belongs to."""
    belongs = {
        RoleGroup.ALL_UNITS: unit.kind in {"office", "division", "centre"},
        RoleGroup.PROCEDURE_UNITS: unit.handles_procedures,
        RoleGroup.STANDING_UNIT: unit.is_standing_unit,
    }
    return [group for group, is_one in belongs.items() if is_one]


def leads(person: "Person", item: PlanItem) -> bool:
    """Whether the person is among those who lead the item; a part without leads has those above it."""
    parties = item.leads or (item.parent.leads if item.parent else [])
    return any(belongs_to(person, party) for party in parties)


def takes_part(person: "Person", item: PlanItem) -> bool:
    """Whether the person leads the item or takes part in it."""
    return leads(person, item) or any(belongs_to(person, party) for party in item.coordinators)


def _under_way(item: PlanItem) -> Verdict:
    if item.plan.state == PlanState.IN_FORCE and item.archived_at is None:
        return ALLOW
    return deny(_("Items are worked on while their plan is in force."))


def can_note(person: "Person | None", item: PlanItem) -> Verdict:
    """Tell how far an item is and add evidence: who leads it or takes part, and the ISO committee."""
    own = all_of(_own(person, item.agency_id), _under_way(item))
    if person is None or person.has_role(*DRAFTERS) or takes_part(person, item):
        return own
    return all_of(own, deny(_("Only who leads this item or takes part in it may do this.")))


def can_report(person: "Person | None", item: PlanItem) -> Verdict:
    """Begin an item or report it as done: who leads it, or the ISO secretary."""
    own = all_of(_own(person, item.agency_id), _under_way(item))
    if person is None or person.has_role(Role.SECRETARY) or leads(person, item):
        return own
    return all_of(own, deny(_("Only who leads this item and the ISO secretary may do this.")))


def can_confirm(person: "Person | None", item: PlanItem) -> Verdict:
    """Confirm or return a report: the ISO committee or a leader, never who reported."""
    if person is None:
        return deny(_("Only a person can confirm an item."))
    return all_of(
        _own(person, item.agency_id),
        _under_way(item),
        has_any_role(person, *DRAFTERS, Role.LEADER),
        different_people(person, item.reported_by, _("Who reported the item as done does not confirm it.")),
    )


def can_close_out(person: "Person | None", item: PlanItem) -> Verdict:
    """Say that an optional item was not needed this year."""
    if not item.is_optional:
        return deny(_("Only an item planned “if needed” can end as no occurrence."))
    return can_report(person, item)


def can_cancel(person: "Person | None", item: PlanItem) -> Verdict:
    """Cancel an item of a plan in force: the head of the ISO committee or a leader."""
    own = all_of(_own(person, item.agency_id), _under_way(item))
    return own if person is None else all_of(own, has_any_role(person, *APPROVERS))


def can_open_again(person: "Person | None", item: PlanItem) -> Verdict:
    """Open an item again that was closed: the ISO committee, with the reason."""
    own = all_of(_own(person, item.agency_id), _under_way(item))
    if person is None:
        return own
    return all_of(own, has_any_role(person, *DRAFTERS))


def roles_that_confirm() -> str:
    """In words, for pages."""
    return role_labels(*DRAFTERS, Role.LEADER)
