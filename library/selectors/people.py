"""Who holds a role today, and who looks after a document."""

from typing import Any

from django.db.models import Q

from library import policies
from library.models import ControlledDocument, DocumentVersion
from qms import clock
from qms.models import Agency, OrgUnit, Person, Role
from qms.selectors.people import name_key


def holders(agency: Agency, *roles: str, unit: OrgUnit | None = None) -> list[Person]:
    """People with an account who hold one of the roles today (with `unit`: for it), in order of names."""
    today = clock.today()
    held = Q(role_assignments__role__in=roles, role_assignments__valid_from__lte=today) & (
        Q(role_assignments__valid_to=None) | Q(role_assignments__valid_to__gte=today)
    )
    if unit is not None:
        held &= Q(role_assignments__unit=unit) | Q(role_assignments__unit=None)
    rows: Any = Person.objects.filter(held, agency=agency, valid_from__lte=today).exclude(user=None)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=today)).select_related("user", "unit", "agency")
    return sorted(rows.prefetch_related("role_assignments", "delegations_received").distinct(), key=name_key)


def keepers(document: ControlledDocument) -> list[Person]:
    """Who looks after a document: the head of the unit in charge, else the secretary."""
    found = holders(document.agency, Role.UNIT_HEAD, unit=document.owner) if document.owner else []
    return found or holders(document.agency, Role.SECRETARY)


def possible_reviewers(version: DocumentVersion) -> list[Person]:
    """Who may be asked to review: the right role, and no hand in it."""
    people = holders(version.document.agency, *policies.REVIEWERS)
    return [one for one in people if policies.can_be_reviewer(one, version)]


def possible_approvers(version: DocumentVersion) -> list[Person]:
    """Who may be asked to approve."""
    people = holders(version.document.agency, *policies.APPROVERS)
    return [one for one in people if policies.can_be_approver(one, version)]
