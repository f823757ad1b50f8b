"""Forms of the agency and its units."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms import clock
from qms.forms import DateField, PortalForm, PortalModelForm
from qms.models import Agency, OrgUnit
from qms.services.organisation import UnitData


def existing_units(agency: Agency, on: dt.date | None = None) -> Any:
    """Units that exist on a day (today by default) or will."""
    rows = OrgUnit.objects.filter(agency=agency).exclude(valid_to__lt=on or clock.today())
    return rows.order_by("order", "name")


class AgencyForm(PortalModelForm):
    """What papers say about the agency."""

    class Meta:
        model = Agency
        fields = ["name", "short_name", "parent_name", "place", "address"]


class DecidedForm(PortalForm):
    """A change with its first day and the document that decided it."""

    on = DateField(label=_("First day of the new situation"))
    document = forms.CharField(
        label=_("Decided by"),
        max_length=255,
        help_text=_("Number, date and issuer of the document."),
        required=False,
    )


class UnitNames(PortalForm):
    """How a unit is called and where it belongs."""

    name = forms.CharField(label=_("Name"), max_length=255)
    short_name = forms.CharField(label=_("Short name"), max_length=80, required=False)
    abbreviation = forms.CharField(
        label=_("Abbreviation"),
        max_length=20,
        required=False,
        help_text=_("Used in symbols and recipients of papers, such as TĐC."),
    )
    parent = forms.ModelChoiceField(
        OrgUnit.objects.none(), label=_("Belongs to"), required=False, empty_label=_("Directly to the agency")
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = existing_units(agency)  # type: ignore[attr-defined]


class UnitTraits(PortalForm):
    """What a unit is for; without history."""

    kind = forms.ChoiceField(label=_("Kind"), choices=OrgUnit.Kind.choices, initial=OrgUnit.Kind.DIVISION)
    order = forms.IntegerField(label=_("Position in lists"), min_value=0, max_value=999, initial=10)
    handles_procedures = forms.BooleanField(label=_("Handles administrative procedures"), required=False)
    is_standing_unit = forms.BooleanField(label=_("Standing unit of the ISO committee"), required=False)


class UnitForm(UnitNames):
    """A new unit."""

    code = forms.SlugField(
        label=_("Code"), max_length=40, help_text=_("Letters without marks and digits; never changes.")
    )
    kind = UnitTraits.base_fields["kind"]
    order = UnitTraits.base_fields["order"]
    handles_procedures = UnitTraits.base_fields["handles_procedures"]
    is_standing_unit = UnitTraits.base_fields["is_standing_unit"]
    valid_from = DateField(label=_("Exists from"))
    document = DecidedForm.base_fields["document"]
    field_order = ["name", "short_name", "abbreviation", "code", "parent", "kind", "order"]

    def data_of_unit(self) -> UnitData:
        """What the service founds the unit from."""
        taken = self.cleaned_data
        return UnitData(**{name: taken[name] for name in UnitData.__dataclass_fields__})


class UnitRenameForm(UnitNames, DecidedForm):
    """A new name or place in the tree from a day on."""

    field_order = ["on", "document", "name", "short_name", "abbreviation", "parent"]


class UnitCloseForm(DecidedForm):
    """The end of a unit."""

    on = DateField(label=_("First day without the unit"))


class UnitMergeForm(DecidedForm):
    """Several units become one: one of them, or a new one."""

    units = forms.ModelMultipleChoiceField(
        OrgUnit.objects.none(), label=_("Units that are merged"), widget=forms.CheckboxSelectMultiple
    )
    into = forms.ModelChoiceField(
        OrgUnit.objects.none(), label=_("Merged into"), required=False, empty_label=_("A new unit")
    )
    code = forms.SlugField(label=_("Code of the new unit"), max_length=40, required=False)
    name = forms.CharField(label=_("Name of the new unit"), max_length=255, required=False)
    short_name = forms.CharField(label=_("Short name"), max_length=80, required=False)
    abbreviation = forms.CharField(label=_("Abbreviation"), max_length=20, required=False)
    field_order = ["units", "into", "code", "name", "short_name", "abbreviation", "on", "document"]

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("units", "into"):
            self.fields[name].queryset = existing_units(agency)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A new unit needs its code and name; one merged unit alone is no merge."""
        taken = super().clean() or {}
        units, into = list(taken.get("units") or []), taken.get("into")
        if not into:
            for name in ("code", "name"):
                if not taken.get(name) and name not in self.errors:
                    self.add_error(name, _("A new unit needs this."))
        if len({*units, into} - {None}) < 2 and units:
            self.add_error("units", _("Choose at least two units to merge."))
        return taken

    def target(self) -> "OrgUnit | UnitData":
        """The unit that stays, or what the new one is made from."""
        taken = self.cleaned_data
        if taken["into"]:
            stays: OrgUnit = taken["into"]
            return stays
        first = taken["units"][0]
        return UnitData(
            code=taken["code"],
            name=taken["name"],
            short_name=taken["short_name"],
            abbreviation=taken["abbreviation"],
            kind=first.kind,
            parent=first.parent,
            order=first.order,
            handles_procedures=any(unit.handles_procedures for unit in taken["units"]),
        )


class UnitSplitForm(DecidedForm):
    """One unit becomes several; it may go on beside them."""

    keep = forms.BooleanField(label=_("The unit itself goes on beside the new ones"), required=False)


class UnitPartForm(PortalForm):
    """One unit that comes out of a split."""

    code = forms.SlugField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=255)
    abbreviation = forms.CharField(label=_("Abbreviation"), max_length=20, required=False)


UnitPartFormSet = forms.formset_factory(UnitPartForm, extra=3, max_num=8)


class AliasForm(PortalForm):
    """A name another system uses."""

    name = forms.CharField(label=_("Name or code in the other system"), max_length=255)
    system = forms.CharField(label=_("Other system"), max_length=120, required=False)
