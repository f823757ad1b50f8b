"""Forms of imports, procedures, surveys and reasons of delays."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext_lazy as _

from dossiers.importers.reading import KINDS
from dossiers.models import LEVELS, ImportProfile, LateReason, Procedure, Survey, SurveyQuestion
from dossiers.models.procedure import AfterSupplement
from dossiers.procedures import KEPT
from dossiers.supplements import RULES, SupplementRules
from qms import clock
from qms.forms import DateField, PortalForm, PortalModelForm, UploadField
from qms.models import Agency, OrgUnit


class UploadForm(PortalForm):
    """The export to import."""

    profile = forms.ModelChoiceField(
        label=_("Source"),
        queryset=ImportProfile.objects.none(),
        required=False,
        empty_label=_("Recognise it by its header"),
    )
    file = UploadField(
        label=_("File exported from the one-stop system"),
        kinds=KINDS,
        most_megabytes=settings.UPLOAD_MAX_BYTES // 1024 // 1024,
        help_text=_(
            ".xlsx, .xls or .csv, up to %(size)s MB. Titles, totals and columns with data of citizens may "
            "stay in it. Do not upload content that is a state secret."
        )
        % {"size": settings.UPLOAD_MAX_BYTES // 1024 // 1024},
    )
    field_order = ("file", "profile")

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        profiles: Any = self.fields["profile"]
        profiles.queryset = ImportProfile.objects.filter(agency=agency, archived_at=None)


class ProcedureForm(PortalModelForm):
    """What the catalogue says of a procedure, and from which day on."""

    on = DateField(
        label=_("In force from"),
        required=False,
        help_text=_("Without a day it is a correction; with one, the former wording is kept."),
    )

    class Meta:
        model = Procedure
        fields = KEPT
        localized_fields = ("regulated_time",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule = SupplementRules(self.instance.agency).of_agency()
        now = _("As the agency has decided (now: %(rule)s)") % {"rule": str(rule.label).lower()}
        after: Any = self.fields["after_supplement"]
        after.choices = [(AfterSupplement.AGENCY.value, now), *((one.value, one.label) for one in RULES)]


class ProfileForm(PortalForm):
    """The name of an import profile."""

    name = forms.CharField(
        label=_("Name of the source"),
        max_length=160,
        help_text=_("As your colleagues call the one-stop system."),
    )


class StartForm(PortalForm):
    """From when the figures are, where the file does not tell or tells it wrong."""

    as_of = DateField(label=_("Figures as of the end of"), required=False)
    all_or_nothing = forms.BooleanField(
        label=_("All or nothing: import only when no row is rejected"), required=False
    )

    def clean_as_of(self) -> Any:
        """The last second of the day."""
        day = self.cleaned_data.get("as_of")
        if not day:
            return None
        if day > clock.today():
            raise forms.ValidationError(_("The day lies in the future."))
        return dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=get_default_timezone())


class SurveyForm(PortalForm):
    """Title, time and questions of a survey."""

    title = forms.CharField(label=_("Title"), max_length=200)
    intro = forms.CharField(
        label=_("Introduction"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What the citizen reads above the questions."),
    )
    opens_on = DateField(label=_("First day"))
    closes_on = DateField(label=_("Last day"))
    population = forms.IntegerField(
        label=_("People served"),
        required=False,
        min_value=1,
        help_text=_("How many people the sample stands for; tells how many answers are needed."),
    )

    def __init__(self, *args: Any, survey: "Survey | None" = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(survey.questions.all()) if survey else []
        for question in self.questions:
            self.fields[f"q{question.order}"] = forms.CharField(
                label=question.get_factor_display(), max_length=300, initial=question.text
            )

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        found: dict[str, Any] = super().clean() or {}
        opens, closes = found.get("opens_on"), found.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("The last day lies before the first."))
        return found

    @property
    def texts(self) -> dict[Any, str]:
        """The wordings by question."""
        return {one.pk: self.cleaned_data[f"q{one.order}"] for one in self.questions}


class TokensForm(PortalForm):
    """How many codes to hand out, and where."""

    count = forms.IntegerField(label=_("How many codes"), min_value=1, max_value=500, initial=24)
    unit = forms.ModelChoiceField(
        label=_("Handed out at"),
        queryset=OrgUnit.objects.none(),
        required=False,
        empty_label=_("The whole agency"),
        help_text=_("Answers count for this unit."),
    )

    def __init__(self, *args: Any, agency: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units: Any = self.fields["unit"]
        units.queryset = OrgUnit.objects.filter(agency=agency, handles_procedures=True).order_by("order")


class AnswersForm(PortalForm):
    """A spreadsheet with answers from paper."""

    file = UploadField(
        label=_("Spreadsheet of the answers"),
        kinds=(".xlsx",),
        most_megabytes=5,
        help_text=_(
            "The downloaded form, one line per questionnaire: the code of the unit (or empty), then a level "
            "from 1 to 5 per question. No names of citizens."
        ),
    )
    answered_on = DateField(label=_("Collected on"))


class QuestionnaireForm(PortalForm):
    """What the citizen fills in: one level per question."""

    def __init__(self, *args: Any, questions: "list[SurveyQuestion]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[f"q{question.order}"] = forms.TypedChoiceField(
                label=question.text,
                choices=LEVELS,
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose an answer.")},
            )

    @property
    def levels(self) -> dict[str, int]:
        """The chosen levels by question."""
        return {str(one.pk): self.cleaned_data[f"q{one.order}"] for one in self.questions}


class DelayForm(PortalForm):
    """Why a dossier is late."""

    reason = forms.ChoiceField(label=_("Reason"), choices=[("", "–"), *LateReason.choices])
    note = forms.CharField(
        label=_("Note"), required=False, max_length=500, help_text=_("No names or numbers of citizens.")
    )


class UndoForm(PortalForm):
    """Why an import is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class TokenForm(PortalForm):
    """The system a token is for."""

    name = forms.CharField(
        label=_("System that will use it"), max_length=120, help_text=_("One token for each system.")
    )
