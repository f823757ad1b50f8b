"""Forms of the list of records and of disposal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from library.forms.choices import clauses_of, documents_of, units_of
from library.models import ControlledDocument, RecordFile, RecordSeries
from qms.forms import DateField, PortalForm, UploadField
from qms.models import Agency, Clause, OrgUnit


class SeriesForm(PortalForm):
    """A line of the list of records."""

    code = forms.CharField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Kind of records"), max_length=255)
    form = forms.ModelChoiceField(
        label=_("Form or procedure"), queryset=ControlledDocument.objects.none(), required=False
    )
    unit = forms.ModelChoiceField(
        label=_("Keeper"),
        queryset=OrgUnit.objects.none(),
        required=False,
        empty_label=_("Every unit its own"),
    )
    place = forms.CharField(label=_("Where they are kept"), max_length=255)
    medium = forms.ChoiceField(label=_("Kept as"), choices=RecordSeries.Medium.choices)
    retention_years = forms.IntegerField(
        label=_("Kept for … years"),
        min_value=1,
        max_value=100,
        required=False,
        help_text=_("Empty: for ever."),
    )
    retention_basis = forms.CharField(label=_("Retention after"), max_length=255, required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    clauses = forms.ModelMultipleChoiceField(
        label=_("Clauses these records show"),
        queryset=Clause.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("The records stand at these clauses in the evidence matrix."),
    )
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clauses"].queryset = clauses_of()  # type: ignore[attr-defined]
        self.fields["form"].queryset = documents_of(agency)  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units_of(agency)  # type: ignore[attr-defined]


class FileForm(PortalForm):
    """A closed file of records."""

    title = forms.CharField(label=_("Title"), max_length=255)
    unit = forms.ModelChoiceField(label=_("Keeper"), queryset=OrgUnit.objects.none(), required=False)
    quantity = forms.CharField(label=_("Quantity"), max_length=120, required=False)
    closed_on = DateField(label=_("Closed on"), help_text=_("Retention runs from this day."))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_of(agency)  # type: ignore[attr-defined]


class FileChoice(forms.ModelMultipleChoiceField):
    """Files with the end of their retention."""

    def label_from_instance(self, obj: Any) -> str:
        """Code of the series, title, end of retention."""
        until = f"{obj.keep_until:%d/%m/%Y}" if obj.keep_until else ""
        return str(_("%(code)s · %(title)s (kept until %(day)s)")) % {
            "code": obj.series.code,
            "title": obj.title,
            "day": until,
        }


class DisposalForm(PortalForm):
    """A disposal list."""

    title = forms.CharField(label=_("Title"), max_length=255)
    council = forms.CharField(
        label=_("Council that looked through the files"), widget=forms.Textarea(attrs={"rows": 3})
    )
    chosen = FileChoice(
        label=_("Files whose retention is over"),
        queryset=RecordFile.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, files: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].queryset = files  # type: ignore[attr-defined]


class DecisionForm(PortalForm):
    """Approve a disposal, or not."""

    approve = forms.ChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Approve the disposal")), ("no", _("Send back"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


class CarryOutForm(PortalForm):
    """The disposal as it happened, with its minutes."""

    done_on = DateField(label=_("Carried out on"))
    method = forms.CharField(label=_("How it was destroyed"), max_length=255)
    witnesses = forms.CharField(label=_("Who was present"), widget=forms.Textarea(attrs={"rows": 3}))
    minutes = UploadField(label=_("Signed minutes"), kinds=(".pdf",), most_megabytes=20)
