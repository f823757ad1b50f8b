"""Units that are audited, and the people who may audit."""

import datetime as dt
from typing import Any

from django.db.models import Q

from qms import clock
from qms.models import Agency, OrgUnit, Person, Role


def audited_units(agency: Agency, on: dt.date | None = None) -> Any:
    """Units that exist on a day, councils left out."""
    day = on or clock.today()
    rows = OrgUnit.objects.filter(agency=agency, valid_from__lte=day).exclude(kind=OrgUnit.Kind.COMMITTEE)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gte=day)).order_by("order", "name")


def auditors(agency: Agency, on: dt.date | None = None) -> list[Person]:
    """People who hold the role of auditor or have a competence in force, with their competences."""
    day = on or clock.today()
    role = Q(role_assignments__role=Role.AUDITOR, role_assignments__valid_from__lte=day) & (
        Q(role_assignments__valid_to=None) | Q(role_assignments__valid_to__gte=day)
    )
    competent = Q(auditor_competences__obtained_on__lte=day) & (
        Q(auditor_competences__valid_to=None) | Q(auditor_competences__valid_to__gte=day)
    )
    rows = Person.objects.filter(role | competent, agency=agency, valid_from__lte=day)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=day)).distinct()
    rows = rows.select_related("unit").prefetch_related("auditor_competences", "role_assignments__unit")
    return list(rows.order_by("full_name"))


def is_competent(person: Person, on: dt.date) -> bool:
    """Whether a competence of the person is in force on a day (from what `auditors` fetched)."""
    return any(
        row.obtained_on <= on and (row.valid_to is None or on <= row.valid_to)
        for row in person.auditor_competences.all()
    )
