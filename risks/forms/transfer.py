"""Forms that bring entries from elsewhere."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.forms import PortalForm, UploadField
from qms.models import Agency, Person, Role
from risks.forms.risks import PersonChoice
from risks.models import LibraryRisk, Register, Risk
from risks.selectors.people import holders


class _EntryChoices(forms.ModelMultipleChoiceField):
    """Entries with their process in front."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        """“Process: event”."""
        where = f"{obj.place} · " if isinstance(obj, Risk) else f"{obj.group} · "
        return f"{where}{obj.get_kind_display()}: {obj.event}"


class LibraryForm(PortalForm):
    """Typical risks to take into a register."""

    items = _EntryChoices(LibraryRisk.objects.none(), label=_("Typical risks and opportunities"))

    def __init__(self, *args: Any, register: Register, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        have = Risk.objects.filter(agency=register.agency, unit=register.unit).exclude(
            state=Risk.State.CLOSED
        )
        rows = LibraryRisk.objects.filter(agency=register.agency, active=True)
        rows = rows.exclude(event__in=have.values("event"))
        self.fields["items"].queryset = rows  # type: ignore[attr-defined]


class CopyForm(PortalForm):
    """Entries of other units to copy."""

    items = _EntryChoices(Risk.objects.none(), label=_("Entries of other units"))

    def __init__(self, *args: Any, register: Register, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Risk.objects.filter(agency=register.agency, state=Risk.State.OPEN).exclude(unit=register.unit)
        have = Risk.objects.filter(agency=register.agency, unit=register.unit)
        rows = rows.exclude(event__in=have.values("event")).select_related("unit")
        self.fields["items"].queryset = rows.order_by("unit__order", "code")  # type: ignore[attr-defined]


class ImportForm(PortalForm):
    """A workbook with a register."""

    file = UploadField(
        label=_("Excel workbook"),
        kinds=(".xlsx",),
        most_megabytes=5,
    )


class PaperForm(PortalForm):
    """Who signs a paper of the register."""

    signer = PersonChoice(Person.objects.none(), label=_("Signed by"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = {*holders(agency, Role.LEADER), *holders(agency, Role.COMMITTEE_HEAD)}
        rows = Person.objects.filter(pk__in=[person.pk for person in people]).select_related("unit")
        self.fields["signer"].queryset = rows  # type: ignore[attr-defined]
