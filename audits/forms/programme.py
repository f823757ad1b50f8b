"""Forms of the programme, its entries and the competence of auditors."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.models import AuditorCompetence, ProgrammeEntry
from audits.selectors.clauses import audit_clauses
from audits.selectors.units import audited_units
from qms.forms import DateField, PortalForm
from qms.models import Agency, Clause, OrgUnit, Person
from risks.forms.risks import PersonChoice, people_of

MONTHS = [(number, f"{number:02d}") for number in range(1, 13)]


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def clauses_in_scope(agency: Agency) -> Any:
    """Two-level clauses that apply to the agency."""
    keys = [one.clause.pk for one in audit_clauses(agency) if one.applicable]
    return Clause.objects.filter(pk__in=keys).order_by("order")


class ClauseChoice(forms.ModelMultipleChoiceField):
    """Clauses to tick."""

    widget = forms.CheckboxSelectMultiple


class ProgrammeForm(PortalForm):
    """What the programme is for."""

    objective = forms.CharField(label=_("Objective"), widget=_area(4))
    scope = forms.CharField(label=_("Scope"), widget=_area(2))
    criteria = forms.CharField(label=_("Criteria"), widget=_area(3))


class ProgrammeOpenForm(PortalForm):
    """Which year."""

    year = forms.IntegerField(label=_("Year"), min_value=2015, max_value=2100)


class EntryForm(PortalForm):
    """A line of the programme."""

    unit = forms.ModelChoiceField(OrgUnit.objects.none(), label=_("Unit"))
    process = forms.CharField(label=_("Process or procedure"), max_length=255, required=False)
    clauses = ClauseChoice(Clause.objects.none(), label=_("Clauses"))
    month = forms.TypedChoiceField(label=_("Month"), choices=MONTHS, coerce=int)
    method = forms.ChoiceField(
        label=_("Method"), choices=ProgrammeEntry.Method.choices, initial=ProgrammeEntry.Method.MIXED
    )
    criteria = forms.CharField(
        label=_("Criteria"),
        max_length=300,
        required=False,
        help_text=_("Empty: the criteria of the programme."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = audited_units(agency)  # type: ignore[attr-defined]
        self.fields["clauses"].queryset = clauses_in_scope(agency)  # type: ignore[attr-defined]


class ReasonForm(PortalForm):
    """A reason, nothing else."""

    reason = forms.CharField(label=_("Reason"), widget=_area(2))


class CompetenceForm(PortalForm):
    """What shows that somebody can audit."""

    person = PersonChoice(Person.objects.none(), label=_("Auditor"))
    kind = forms.ChoiceField(label=_("Kind"), choices=AuditorCompetence.Kind.choices)
    title = forms.CharField(label=_("Course, certificate or audits"), max_length=255)
    issuer = forms.CharField(label=_("Issued by"), max_length=255, required=False)
    obtained_on = DateField(label=_("Obtained on"))
    valid_to = DateField(label=_("Valid to"), required=False)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people_of(agency)  # type: ignore[attr-defined]
