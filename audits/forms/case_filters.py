"""Filters over cases and their actions."""

from typing import Any

from django import forms
from django.db.models import Max, Min
from django.utils.translation import gettext_lazy as _

from audits.models import CauseCategory, Nonconformity
from audits.selectors.years import years_between
from qms.forms import FilterForm
from qms.models import Agency, Clause, OrgUnit

LOOK_INTO = [
    ("late", _("Late")),
    ("action_late", _("Action late")),
    ("recurring", _("Comes back")),
    ("reopened", _("Reopened at least once")),
    ("no_cause", _("Cause not found yet")),
    ("judged", _("Effect judged")),
    ("effective", _("Effective, did not come back")),
    ("came_back", _("Came back later")),
    ("dated", _("Closed, with a deadline")),
    ("taken_over", _("Taken over as closed")),
]


class CaseFilter(FilterForm):
    """Filters of the list and of the board."""

    q = forms.CharField(label=_("Find"), max_length=80)
    state = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("All")), ("living", _("Not closed yet")), *Nonconformity.State.choices],
    )
    unit = forms.ChoiceField(label=_("Unit"))
    year = forms.ChoiceField(label=_("Year"))
    origin = forms.ChoiceField(label=_("Source"), choices=[("", _("All")), *Nonconformity.Origin.choices])
    grade = forms.ChoiceField(
        label=_("Grade of the nonconformity"), choices=[("", _("All")), *Nonconformity.Grade.choices]
    )
    clause = forms.ChoiceField(label=_("Clause of the standard"))
    cause = forms.ChoiceField(label=_("Cause"), choices=[("", _("All")), *CauseCategory.choices])
    check = forms.ChoiceField(label=_("To look into"), choices=[("", _("All")), *LOOK_INTO])

    def __init__(self, *args: Any, agency: Agency, short: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Nonconformity.objects.filter(agency=agency)
        every = ("", _("All"))
        fields: dict[str, Any] = self.fields
        units = OrgUnit.objects.filter(agency=agency)
        fields["unit"].choices = [every, *((str(unit.pk), unit.label) for unit in units)]
        ends = rows.aggregate(first=Min("detected_on"), last=Max("detected_on"))
        fields["year"].choices = [every, *((str(year), str(year)) for year in years_between(**ends))]
        named = Clause.objects.filter(pk__in=rows.order_by().values("clause").distinct())
        codes = named.order_by("order").values_list("code", flat=True)
        fields["clause"].choices = [every, *((code, code) for code in dict.fromkeys(codes))]
        if short:
            for name in ("q", "state", "clause", "cause", "check"):
                del self.fields[name]


class ActionFilter(FilterForm):
    """Filters of the open actions."""

    unit = forms.ChoiceField(label=_("Unit"))
    age = forms.ChoiceField(
        label=_("Age"),
        choices=[
            ("", _("All")),
            ("in_time", _("Still in time")),
            ("late_7", _("Late up to 7 days")),
            ("late_30", _("Late 8 to 30 days")),
            ("late_more", _("Late more than 30 days")),
        ],
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = OrgUnit.objects.filter(agency=agency)
        field: Any = self.fields["unit"]
        field.choices = [("", _("All")), *((str(unit.pk), unit.label) for unit in units)]
