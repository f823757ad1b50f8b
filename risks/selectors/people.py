"""Who holds a role today."""

from django.db.models import Q

from qms import clock
from qms.models import Agency, OrgUnit, Person


def holders(agency: Agency, role: str, unit: OrgUnit | None = None) -> list[Person]:
    """People with an account who hold a role today (with `unit`: for it or for all units)."""
    today = clock.today()
    held = Q(role_assignments__role=role, role_assignments__valid_from__lte=today) & (
        Q(role_assignments__valid_to=None) | Q(role_assignments__valid_to__gte=today)
    )
    if unit is not None:
        held &= Q(role_assignments__unit=unit) | Q(role_assignments__unit=None)
    rows = Person.objects.filter(held, agency=agency).exclude(user=None).select_related("user")
    return list(rows.distinct())
