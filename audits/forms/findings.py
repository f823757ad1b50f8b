"""Forms of findings."""

from typing import Any

from django import forms
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audits.forms.programme import _area, clauses_in_scope
from audits.models import Audit, Finding
from audits.selectors.grading import grades_offered, words_used
from audits.selectors.units import audited_units
from audits.selectors.years import years_between
from qms.forms import FilterForm, PortalForm
from qms.models import Agency, Clause, OrgUnit


class FindingForm(PortalForm):
    """A finding that comes from no question."""

    unit = forms.ModelChoiceField(OrgUnit.objects.none(), label=_("Unit"))
    grade = forms.ChoiceField(label=_("Grade"))
    clause = forms.ModelChoiceField(Clause.objects.none(), label=_("Clause of the standard"), required=False)
    process = forms.CharField(label=_("Process or procedure"), max_length=255, required=False)
    description = forms.CharField(label=_("Finding"), widget=_area(3))
    requirement = forms.CharField(
        label=_("Requirement"),
        widget=_area(2),
        required=False,
        help_text=_("Compulsory for a nonconformity."),
    )
    evidence = forms.CharField(
        label=_("Objective evidence"),
        widget=_area(3),
        required=False,
        help_text=_("Compulsory for a nonconformity."),
    )

    def __init__(self, *args: Any, agency: Agency, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = audited_units(agency)
        self.fields["grade"].choices = [(row.key, row.word) for row in grades_offered(agency)]  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units.filter(audit_sessions__audit=audit).distinct()  # type: ignore[attr-defined]
        self.fields["clause"].queryset = clauses_in_scope(agency)  # type: ignore[attr-defined]


class AcknowledgeForm(PortalForm):
    """Words of the unit that accepts a finding."""

    note = forms.CharField(label=_("Words of the unit"), widget=_area(2), required=False)


class DecideForm(PortalForm):
    """The decision on a disputed finding."""

    uphold = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Uphold the finding")), ("no", _("Withdraw the finding"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Reason"), widget=_area(2))


class FindingFilter(FilterForm):
    """Filters of the list of findings."""

    q = forms.CharField(label=_("Search"))
    year = forms.ChoiceField(label=_("Year"))
    grade = forms.ChoiceField(label=_("Grade"), choices=[("", _("All")), *Finding.Grade.choices])
    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *Finding.State.choices])
    unit = forms.ModelChoiceField(OrgUnit.objects.none(), label=_("Unit"), empty_label=_("All"))
    clause = forms.ModelChoiceField(
        Clause.objects.none(), label=_("Clause of the standard"), empty_label=_("All")
    )
    mine = forms.BooleanField(label=_("Mine only"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Finding.objects.filter(agency=agency)
        ends = rows.aggregate(first=Min("raised_at"), last=Max("raised_at"))
        days = {name: timezone.localtime(at).date() if at else None for name, at in ends.items()}
        choices = [("", _("All")), *((str(year), str(year)) for year in years_between(**days))]
        self.fields["year"].choices = choices  # type: ignore[attr-defined]
        own = words_used(agency)
        if own:
            grades = [*Finding.Grade.choices, *((word, word) for word in own)]
            self.fields["grade"].choices = [("", _("All")), *grades]  # type: ignore[attr-defined]
        self.fields["unit"].queryset = audited_units(agency)  # type: ignore[attr-defined]
        self.fields["clause"].queryset = clauses_in_scope(agency)  # type: ignore[attr-defined]
