"""Who is concerned by an item of a plan."""

from typing import Any

from objectives.models import PlanItem, PlanParty, RoleGroup
from qms import clock
from qms.models import OrgUnit, Person, Role, RoleAssignment

GROUP_ROLES = {
    RoleGroup.COMMITTEE: (Role.COMMITTEE_HEAD, Role.COMMITTEE_MEMBER, Role.SECRETARY),
    RoleGroup.AUDIT_TEAM: (Role.AUDITOR,),
    RoleGroup.ONE_STOP: (Role.ONE_STOP,),
}


def people_to_tell(item: PlanItem) -> list[Person]:
    """The people who answer for an item (heads of units that lead, persons named), and the secretary."""
    parties = PlanParty.objects.filter(item=item, part=PlanParty.Part.LEAD).select_related("unit", "person")
    rows = _held(item, [Role.SECRETARY])
    named: list[Person] = []
    for party in parties:
        if party.person is not None:
            named.append(party.person)
        elif party.unit_id is not None:
            rows += _held(item, [Role.UNIT_HEAD], party.unit_id)
        elif party.group == RoleGroup.STANDING_UNIT:
            unit = OrgUnit.objects.filter(agency=item.agency, is_standing_unit=True, valid_to=None).first()
            rows += _held(item, [Role.UNIT_HEAD], unit.pk) if unit else []
        elif party.group in GROUP_ROLES:
            rows += _held(item, GROUP_ROLES[RoleGroup(party.group)])
        else:
            rows += _held(item, [Role.UNIT_HEAD])
    return list({one.pk: one for one in [*named, *rows]}.values())


def _held(item: PlanItem, roles: "list[Role] | tuple[Role, ...]", unit: Any = None) -> list[Person]:
    today = clock.today()
    found = RoleAssignment.objects.filter(agency=item.agency, role__in=roles).select_related("person__user")
    if unit is not None:
        found = found.filter(unit_id=unit)
    return [row.person for row in found if row.holds_on(today) and row.person.works_on(today)]


def units_of_party(party: PlanParty, units: "list[OrgUnit]") -> list[OrgUnit]:
    """The units a party means, of those that exist: a group named as such is resolved."""
    if party.unit is not None:
        return [party.unit]
    working = [unit for unit in units if unit.kind in {"office", "division", "centre"}]
    match party.group:
        case RoleGroup.ALL_UNITS:
            return working
        case RoleGroup.PROCEDURE_UNITS:
            return [unit for unit in working if unit.handles_procedures]
        case RoleGroup.STANDING_UNIT:
            return [unit for unit in units if unit.is_standing_unit]
        case RoleGroup.COMMITTEE:
            return [unit for unit in units if unit.kind == "committee"]
    if party.person is not None and party.person.unit is not None:
        return [party.person.unit]
    return []
