"""Forms that bring entries from elsewhere."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.forms import SignerForm
from qms.forms import FilterForm, PortalForm, UploadField
from qms.models import Agency, OrgUnit
from risks.models import LibraryRisk, Register, Risk


class _Chosen(PortalForm):
    """The entries ticked on one page of a list; what the list does not offer cannot be chosen."""

    items: "forms.ModelMultipleChoiceField[Any]" = forms.ModelMultipleChoiceField(
        Risk.objects.none(), error_messages={"required": _("Tick at least one entry.")}
    )

    def __init__(self, *args: Any, rows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].queryset = rows  # type: ignore[attr-defined]


class LibraryForm(_Chosen):
    """Typical risks to take into a register."""


class CopyForm(_Chosen):
    """Entries of other units to copy."""


class LibraryFilter(FilterForm):
    """Filters of the library."""

    q = forms.CharField(label=_("Find"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *Risk.Kind.choices])
    group = forms.ChoiceField(label=_("Group"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = LibraryRisk.objects.filter(agency=agency, active=True).order_by("group")
        names = rows.values_list("group", flat=True).distinct()
        self.fields["group"].choices = [("", _("All")), *((name, name) for name in names)]  # type: ignore[attr-defined]


class CopyFilter(FilterForm):
    """Filters of the entries of other units."""

    q = forms.CharField(label=_("Find"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *Risk.Kind.choices])
    unit = forms.ChoiceField(label=_("Unit"))
    process = forms.ChoiceField(label=_("Process"))

    def __init__(self, *args: Any, register: Register, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Risk.objects.filter(agency=register.agency_id, state=Risk.State.OPEN)
        names = rows.order_by("process").values_list("process", flat=True).distinct()[:300]
        units = OrgUnit.objects.filter(agency=register.agency_id)
        if register.unit_id is not None:
            units = units.exclude(pk=register.unit_id)
        every = ("", _("All"))
        choices = [(str(unit.pk), unit.label) for unit in units.order_by("order", "code")]
        self.fields["unit"].choices = [every, ("-", _("Whole agency")), *choices]  # type: ignore[attr-defined]
        self.fields["process"].choices = [every, *((name, name) for name in names)]  # type: ignore[attr-defined]
        if register.unit_id is None:
            self.fields["unit"].choices = [every, *choices]  # type: ignore[attr-defined]


class ImportForm(PortalForm):
    """A workbook with a register."""

    file = UploadField(
        label=_("Excel workbook"),
        kinds=(".xlsx",),
        most_megabytes=5,
    )


class PaperForm(SignerForm):
    """Who signs a paper of the register."""
