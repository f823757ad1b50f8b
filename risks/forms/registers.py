"""Forms of registers: open one, decide on a row, send it back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qms.forms import FilterForm, PortalForm
from qms.models import Agency, OrgUnit
from risks.forms.risks import units_of
from risks.models import Register, RegisterRow, Risk
from risks.selectors.registers import UNDECIDED


class ReturnForm(PortalForm):
    """Why a register goes back."""

    note = forms.CharField(label=_("What has to be worked on"), widget=forms.Textarea(attrs={"rows": 3}))


class DropForm(PortalForm):
    """Why an entry is dropped."""

    note = forms.CharField(label=_("Reason for dropping it"), widget=forms.Textarea(attrs={"rows": 2}))


MISSING = [
    ("undecided", _("Not reviewed yet")),
    ("unscored", _("Not scored on this scale")),
    ("no_owner", _("No owner")),
    ("untreated", _("No treatment chosen")),
    ("no_action", _("High, without action")),
    ("not_accepted", _("Accepted without a leader's decision")),
]


class RowFilter(FilterForm):
    """Filters of the rows of one register."""

    q = forms.CharField(label=_("Find"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *Risk.Kind.choices])
    unit = forms.ChoiceField(label=_("Unit"))
    decision = forms.ChoiceField(
        label=_("This review"),
        choices=[
            ("", _("All")),
            (UNDECIDED, _("Not reviewed yet")),
            *(choice for choice in RegisterRow.Decision.choices if choice[0]),
        ],
    )
    missing = forms.ChoiceField(label=_("Still missing"), choices=[("", _("All")), *MISSING])

    def __init__(self, *args: Any, register: Register, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if register.unit_id is None:
            units = OrgUnit.objects.filter(risk_registers__parent=register).order_by("order", "code")
            choices = [(str(unit.pk), unit.label) for unit in units]
            self.fields["unit"].choices = [("", _("All")), ("-", _("Whole agency")), *choices]  # type: ignore[attr-defined]
        else:
            del self.fields["unit"]
        if register.state in {Register.State.APPROVED, Register.State.SUPERSEDED}:
            del self.fields["missing"]


DIFFERENCES = [
    ("new", _("New")),
    ("changed", _("Changed")),
    ("kept", _("Kept")),
    ("dropped", _("Dropped")),
    ("missing", _("Not in it yet")),
    ("up", pgettext_lazy("movement", "Up")),
    ("down", pgettext_lazy("movement", "Down")),
]


class CompareForm(PortalForm):
    """Two registers of one unit, and which differences are shown."""

    use_required_attribute = False
    old = forms.ModelChoiceField(
        Register.objects.none(),
        label=_("Former register"),
        required=False,
        empty_label=_("Of the year before"),
    )
    only = forms.ChoiceField(
        label=_("Show"),
        choices=[("", _("What differs")), *DIFFERENCES, ("all", _("All entries"))],
        required=False,
    )

    def __init__(self, *args: Any, register: Register, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Register.objects.filter(agency=register.agency, unit=register.unit)
        rows = rows.filter(state__in=[Register.State.APPROVED, Register.State.SUPERSEDED])
        self.fields["old"].queryset = rows.exclude(pk=register.pk).select_related("unit", "agency")  # type: ignore[attr-defined]


class OpenForm(PortalForm):
    """Which unit's register is opened."""

    unit = forms.ModelChoiceField(OrgUnit.objects.none(), label=_("Unit"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_of(agency)  # type: ignore[attr-defined]
