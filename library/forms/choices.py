"""What the forms of the library offer to choose from."""

from typing import Any

from django import forms
from django.db.models import Q

from library.models import ControlledDocument
from qms import clock
from qms.db import in_vietnamese_order
from qms.models import Agency, Clause, OrgUnit, Person


def units_of(agency: Agency) -> Any:
    """Units that exist today."""
    today = clock.today()
    rows = OrgUnit.objects.filter(agency=agency, valid_from__lte=today)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gte=today))


def people_of(agency: Agency) -> Any:
    """People with an account who work at the agency today, in Vietnamese order."""
    today = clock.today()
    rows = Person.objects.filter(agency=agency, valid_from__lte=today).exclude(user=None)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=today)).select_related("unit")
    return rows.order_by(in_vietnamese_order("full_name"))


def clauses_of() -> Any:
    """Numbered clauses of published editions."""
    rows = Clause.objects.filter(edition__is_draft=False, edition__published_on__isnull=False)
    return rows.select_related("edition").order_by("edition", "order")


def documents_of(agency: Agency) -> Any:
    """Documents of the agency."""
    return ControlledDocument.objects.filter(agency=agency).order_by("code")


class PersonChoice(forms.ModelChoiceField):
    """A person with position and unit behind the name."""

    def label_from_instance(self, obj: Any) -> str:
        """Name, position, unit."""
        return ", ".join(part for part in (obj.full_name, obj.position, obj.unit and obj.unit.label) if part)


class PeopleChoice(forms.ModelMultipleChoiceField):
    """People with their unit behind the name."""

    def label_from_instance(self, obj: Any) -> str:
        """Name, unit."""
        return f"{obj.full_name}, {obj.unit.label}" if obj.unit else str(obj.full_name)
