"""Who is asked and told: holders of roles, heads of units, people and units of today."""

from django.db.models import Q

from qms import clock
from qms.models import Agency, OrgUnit, Person, Role
from risks.selectors.people import holders

__all__ = ["head_of", "holders", "units_today"]


def head_of(unit: OrgUnit) -> Person | None:
    """The head of a unit today: whoever holds the role for exactly this unit."""
    today = clock.today()
    rows = Person.objects.filter(
        Q(role_assignments__valid_to=None) | Q(role_assignments__valid_to__gte=today),
        agency=unit.agency_id,
        role_assignments__role=Role.UNIT_HEAD,
        role_assignments__unit=unit,
        role_assignments__valid_from__lte=today,
    )
    found: Person | None = rows.select_related("user").first()
    return found


def units_today(agency: Agency) -> "list[OrgUnit]":
    """Units that exist today, without committees: they have no work of their own to go wrong."""
    rows = OrgUnit.objects.filter(agency=agency).exclude(kind=OrgUnit.Kind.COMMITTEE)
    return [unit for unit in rows if unit.exists_on(clock.today())]
