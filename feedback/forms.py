"""Forms of complaints, suggestions and the yearly report: they parse, services decide."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.forms import SignerForm
from dossiers.models import Dossier, Procedure
from feedback import conditions, personal
from feedback.models import Feedback
from qms import clock
from qms.db import in_vietnamese_order
from qms.forms import DateField, FilterForm, PortalForm, UploadField
from qms.models import Agency, OrgUnit, Person

ALL = ("", _("All"))
FILES = (".pdf", ".docx", ".xlsx", ".jpg", ".jpeg", ".png")


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def units_of(agency: Agency) -> Any:
    """Units that exist today."""
    today = clock.today()
    rows = OrgUnit.objects.filter(agency=agency, valid_from__lte=today)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gte=today)).order_by("order", "name")


def people_of(agency: Agency) -> Any:
    """People who work at the agency today, in Vietnamese order."""
    today = clock.today()
    rows = Person.objects.filter(agency=agency, valid_from__lte=today)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=today)).select_related("unit")
    return rows.order_by(in_vietnamese_order("full_name"))


def procedures_of(agency: Agency) -> Any:
    """Procedures in force."""
    rows = Procedure.objects.filter(agency=agency)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gte=clock.today())).order_by("field", "name")


class PersonChoice(forms.ModelChoiceField):
    """A person with the unit behind the name."""

    def label_from_instance(self, obj: Any) -> str:
        """Name, unit."""
        return f"{obj.full_name}, {obj.unit.label}" if obj.unit else obj.full_name


class CaseFilter(FilterForm):
    """The filter of the list; what a figure leads to stands in the address too."""

    q = forms.CharField(label=_("Code or words"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=[ALL, *Feedback.Kind.choices])
    show = forms.ChoiceField(
        label=_("State"), choices=[ALL, *((key, label) for key, (label, _c) in conditions.CONDITIONS.items())]
    )
    unit = forms.ModelChoiceField(OrgUnit.objects.none(), label=_("Unit"), empty_label=_("All"))
    procedure = forms.ModelChoiceField(
        Procedure.objects.none(), label=_("Administrative procedure"), empty_label=_("All")
    )
    channel = forms.ChoiceField(label=_("Channel"), choices=[ALL, *Feedback.Channel.choices])
    start = DateField(label=_("From"))
    end = DateField(label=_("To"))
    no_unit = forms.BooleanField(label=_("No unit named"), widget=forms.HiddenInput)
    no_procedure = forms.BooleanField(label=_("No procedure named"), widget=forms.HiddenInput)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["unit"].queryset = OrgUnit.objects.filter(agency=agency).order_by("order", "name")
        used = Feedback.objects.filter(agency=agency).values("procedure")
        fields["procedure"].queryset = Procedure.objects.filter(pk__in=used).order_by("name")


class CaseForm(PortalForm):
    """What a citizen said, and about what."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Feedback.Kind.choices, widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("Channel"), choices=Feedback.Channel.choices)
    received_on = DateField(label=_("Received on"))
    subject = forms.CharField(label=_("Subject"), max_length=255)
    content = forms.CharField(
        label=_("Content"),
        widget=_area(5),
        help_text=_("What is said, without name, number or address of the citizen."),
    )
    procedure = forms.ModelChoiceField(
        Procedure.objects.none(), label=_("Administrative procedure"), required=False
    )
    unit = forms.ModelChoiceField(OrgUnit.objects.none(), label=_("Unit it is about"), required=False)
    dossier_code = forms.CharField(
        label=_("Dossier code"),
        max_length=60,
        required=False,
        help_text=_("Procedure and unit follow from it when they are left empty."),
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agency = agency
        fields: dict[str, Any] = self.fields
        fields["procedure"].queryset = procedures_of(agency)
        fields["unit"].queryset = units_of(agency)
        self.kept = personal.kinds_kept(agency)
        for kind in self.kept:
            self.fields[f"citizen_{kind}"] = forms.CharField(
                label=personal.KINDS[kind], max_length=personal.LONGEST, required=False
            )

    def clean_dossier_code(self) -> Dossier | None:
        """The dossier of the code."""
        code = self.cleaned_data["dossier_code"].strip()
        if not code:
            return None
        found = Dossier.objects.filter(agency=self.agency, code=code).select_related("procedure", "unit")
        dossier = found.first()
        if dossier is None:
            raise forms.ValidationError(_("There is no dossier with this code."))
        return dossier

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = {
            name: self.cleaned_data[name] for name in self.cleaned_data if not name.startswith("citizen_")
        }
        data["dossier"] = data.pop("dossier_code")
        return data | {"citizen": {kind: self.cleaned_data[f"citizen_{kind}"] for kind in self.kept}}


class OpenForm(PortalForm):
    """What a citizen hands in on the open page."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[
            (Feedback.Kind.REPORT, _("Something did not go as it should")),
            (Feedback.Kind.SUGGESTION, _("I have a suggestion")),
        ],
        widget=forms.RadioSelect,
    )
    subject = forms.CharField(label=_("In a few words"), max_length=160)
    content = forms.CharField(
        label=_("What happened, or what do you suggest?"), max_length=4000, widget=_area(6)
    )
    dossier_code = forms.CharField(
        label=_("Dossier code, if it is about a dossier"), max_length=60, required=False
    )
    website = forms.CharField(label=_("Leave this empty"), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = personal.kinds_kept(agency)
        for kind in self.kept:
            self.fields[f"citizen_{kind}"] = forms.CharField(
                label=personal.KINDS[kind], max_length=personal.LONGEST, required=False
            )


class AssignForm(PortalForm):
    """Who handles it."""

    handler = PersonChoice(Person.objects.none(), label=_("Handler"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handler"].queryset = people_of(agency)  # type: ignore[attr-defined]


class ExtendForm(PortalForm):
    """A later deadline, with its reason."""

    deadline = DateField(label=_("New deadline"))
    reason = forms.CharField(label=_("Reason"), widget=_area(2))


class AnswerForm(PortalForm):
    """The answer to the citizen."""

    finding = forms.ChoiceField(
        label=_("Finding"), choices=Feedback.Finding.choices, widget=forms.RadioSelect
    )
    answer = forms.CharField(
        label=_("Answer"), widget=_area(6), help_text=_("What was found and what is done about it.")
    )


class ConfirmForm(PortalForm):
    """The day the answer went out."""

    answered_on = DateField(label=_("Answered on"))


class ForwardForm(PortalForm):
    """Where it is passed on to."""

    to = forms.CharField(label=_("Competent agency"), max_length=255)
    reason = forms.CharField(label=_("Reason"), widget=_area(2))


class SatisfactionForm(PortalForm):
    """What the citizen says to the answer."""

    satisfaction = forms.ChoiceField(
        label=_("Is the citizen satisfied with the answer?"),
        choices=Feedback.Satisfaction.choices,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("What the citizen said"),
        required=False,
        widget=_area(2),
        help_text=_("Required when the citizen is not satisfied."),
    )


class FileForm(PortalForm):
    """A file of a case."""

    file = UploadField(label=_("File"), kinds=FILES, most_megabytes=20)
    note = forms.CharField(
        label=_("What it is"),
        max_length=160,
        required=False,
        help_text=_("Such as: letter of the citizen, reply sent."),
    )


class ReasonForm(PortalForm):
    """A reason, nothing else."""

    reason = forms.CharField(label=_("Reason"), widget=_area(2))


class SpanFilter(FilterForm):
    """The span of an analysis and what it is split by."""

    by = forms.ChoiceField(
        label=_("Split by"),
        choices=[
            ("unit", _("Unit")),
            ("procedure", _("Administrative procedure")),
            ("kind", _("Kind")),
            ("channel", _("Channel")),
            ("month", _("Month")),
        ],
    )
    start = DateField(label=_("From"))
    end = DateField(label=_("To"))


class YearForm(PortalForm):
    """The year of a report."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2200)


class ReportForm(PortalForm):
    """The words of the report."""

    assessment = forms.CharField(label=_("Assessment"), widget=_area(6))
    measures = forms.CharField(label=_("What is to be improved"), required=False, widget=_area(5))


class PaperForm(SignerForm):
    """Who signs the paper."""
