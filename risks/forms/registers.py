"""Forms of registers: open one, decide on a row, send it back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.forms import PortalForm
from qms.models import Agency, OrgUnit
from risks.forms.risks import units_of
from risks.models import Register, RegisterRow


class ReturnForm(PortalForm):
    """Why a register goes back."""

    note = forms.CharField(label=_("What has to be worked on"), widget=forms.Textarea(attrs={"rows": 3}))


class DropForm(PortalForm):
    """Why an entry is dropped."""

    note = forms.CharField(label=_("Reason for dropping it"), widget=forms.Textarea(attrs={"rows": 2}))


class CompareForm(PortalForm):
    """Two registers of one unit."""

    use_required_attribute = False
    old = forms.ModelChoiceField(Register.objects.none(), label=_("Former register"), required=False)

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


DECISIONS = [choice for choice in RegisterRow.Decision.choices if choice[0] in {"kept", "dropped"}]
