"""Forms of objectives: they parse, services decide."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.forms import SignerForm
from documents.models import LegalBasis
from objectives import formulas, measure_types, periods, policies
from objectives.models import ImplementingTask, ObjectiveSet, RoleGroup, SetBasis, Target
from objectives.models.sets import GRAINS, OPERATORS, WINDOW_RULES
from qms import clock
from qms.forms import PortalForm, UploadField
from qms.models import Agency, OrgUnit, Person


class FigureField(forms.CharField):
    """A number with a decimal comma (97,5); a point between thousands is not accepted here."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "num"}))
        super().__init__(max_length=12, **kwargs)

    def clean(self, value: Any) -> Any:
        """The exact decimal; None when it may be empty."""
        text = super().clean(value)
        if not text and not self.required:
            return None
        try:
            return Decimal(text.replace(",", "."))
        except InvalidOperation:
            raise forms.ValidationError(_("Write a number such as 98 or 97,5."), code="invalid") from None

    def prepare_value(self, value: Any) -> Any:
        """As people write it."""
        return f"{value.normalize():f}".replace(".", ",") if isinstance(value, Decimal) else value


class SetForm(PortalForm):
    """The head of an objective set."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    unit = forms.ModelChoiceField(
        OrgUnit.objects.none(), label=_("Of"), required=False, empty_label=_("The whole agency")
    )
    title = forms.CharField(label=_("Title"), max_length=300, widget=forms.TextInput(attrs={"class": "wide"}))
    window_rule = forms.ChoiceField(
        label=_("Reporting periods"),
        choices=WINDOW_RULES,
        initial=periods.WindowRule.CALENDAR.value,
        help_text=_("Frozen when the set is published."),
    )

    def __init__(
        self, *args: Any, person: Person, editing: ObjectiveSet | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if editing is not None:
            del self.fields["year"], self.fields["unit"]
            return
        self.fields["year"].initial = clock.today().year
        units = OrgUnit.objects.filter(agency=person.agency, valid_to=None)
        if not policies.may_draft(person):
            units = units.filter(pk__in=[unit for _role, unit in person.held_roles if unit])
            self.fields["unit"].required = True
            self.fields["unit"].empty_label = None  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class ObjectiveForm(PortalForm):
    """An objective."""

    number = forms.CharField(
        label=_("Number"), max_length=10, required=False, help_text=_("Empty: the next number.")
    )
    text = forms.CharField(
        label=_("Objective"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("As it is to be printed in the annex."),
    )
    plan_text = forms.CharField(
        label=_("Wording in the plan table"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only when the plan words it differently; the portal warns about that."),
    )


class TargetForm(PortalForm):
    """A target."""

    code = forms.CharField(
        label=_("Code"), max_length=10, required=False, help_text=_("Empty: the next letter (2a, 2b).")
    )
    text = forms.CharField(label=_("Target"), widget=forms.Textarea(attrs={"rows": 2}))
    label = forms.CharField(
        label=_("Short label"),
        max_length=40,
        required=False,
        help_text=_("Two or three words, for narrow tables."),
    )
    operator = forms.ChoiceField(label=_("Comparison"), choices=OPERATORS)
    figure = FigureField(
        label=_("Figure"),
        required=False,
        help_text=_(
            "For a count how many in the year; for a judgement a grade from 1 to 4; a milestone has none."
        ),
    )
    measure_unit = forms.CharField(label=_("Unit of measure"), max_length=40, initial="%")
    commitment = forms.ChoiceField(label=_("Commitment"), choices=Target.Commitment.choices)
    formula = forms.ChoiceField(
        label=_("Measured by"),
        choices=formulas.choices,
        help_text=_("The formula and its version are frozen when the set is published."),
    )
    units = forms.ModelMultipleChoiceField(
        OrgUnit.objects.none(),
        label=_("Units that report"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only for figures entered by units."),
    )
    cadence = forms.ChoiceField(
        label=_("Reported every"), choices=GRAINS, initial=periods.Grain.QUARTER.value
    )
    aggregation = forms.ChoiceField(label=_("What a unit enters"), choices=Target.Aggregation.choices)
    scope_text = forms.CharField(label=_("Scope"), max_length=500, required=False)
    exclusion_text = forms.CharField(label=_("Not counted"), max_length=500, required=False)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = OrgUnit.objects.filter(  # type: ignore[attr-defined]
            agency=agency,
            kind__in=[OrgUnit.Kind.OFFICE, OrgUnit.Kind.DIVISION, OrgUnit.Kind.CENTRE],
            valid_to=None,
        )

    def clean(self) -> dict[str, Any]:
        """Everything but a milestone has a figure."""
        data: dict[str, Any] = super().clean() or {}
        missing = data.get("figure") is None and "figure" not in self.errors
        if missing and data.get("formula") != measure_types.MILESTONE:
            self.add_error("figure", _("Fill in the figure."))
        return data

    @staticmethod
    def initial_of(target: Target) -> dict[str, Any]:
        """The form of an existing target."""
        names = [name for name in TargetForm.base_fields if name != "units"]
        figure: Any = target.figure
        if target.planned is not None:
            figure = target.planned
        elif target.formula == measure_types.QUALITATIVE:
            figure = measure_types.grade_of(target.figure)
        elif target.formula == measure_types.MILESTONE:
            figure = None
        return {name: getattr(target, name) for name in names} | {
            "figure": figure,
            "units": [row.unit_id for row in target.reporting.all()],
        }


def parties_offered(agency: Agency, named: Iterable[Any] = ()) -> dict[str, Any]:
    """Whoever is named already, closed units and persons too; then groups and today's units."""
    offered: dict[str, Any] = {
        party.key: RoleGroup(party.group) if party.group else party.unit or party.person for party in named
    }
    units = OrgUnit.objects.filter(agency=agency, valid_to=None)
    others = {f"group:{group}": RoleGroup(group) for group in RoleGroup.values}
    return offered | {
        key: party
        for key, party in (others | {f"unit:{unit.pk}": unit for unit in units}).items()
        if key not in offered
    }


def party_choices(parties: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(key, words) of those parties."""
    return [
        (key, str(party.label) if isinstance(party, RoleGroup) else str(party))
        for key, party in parties.items()
    ]


class TaskForm(PortalForm):
    """A task with who leads and who takes part."""

    text = forms.CharField(label=_("Task"), widget=forms.Textarea(attrs={"rows": 3}))
    leads = forms.MultipleChoiceField(label=_("Leads"), required=False, widget=forms.CheckboxSelectMultiple)
    coordinators = forms.MultipleChoiceField(
        label=_("Takes part"), required=False, widget=forms.CheckboxSelectMultiple
    )
    method = forms.CharField(label=_("Method"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    time_text = forms.CharField(
        label=_("Timeframe"),
        max_length=200,
        required=False,
        help_text=_("As it is to be printed: Quý II-III; Thường xuyên; Quý II và cả năm; Tháng 7,8."),
    )

    def __init__(
        self, *args: Any, agency: Agency, task: ImplementingTask | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.parties = parties_offered(agency, task.parties.all() if task else ())
        for name in ("leads", "coordinators"):
            self.fields[name].choices = party_choices(self.parties)  # type: ignore[attr-defined]

    def parties_of(self, name: str) -> list[Any]:
        """The chosen units and groups."""
        return [self.parties[key] for key in self.cleaned_data[name]]

    @staticmethod
    def initial_of(task: ImplementingTask) -> dict[str, Any]:
        """The form of an existing task."""
        return {
            "text": task.text,
            "method": task.method,
            "time_text": task.time_text,
            "leads": [party.key for party in task.leads],
            "coordinators": [party.key for party in task.coordinators],
        }


class ReasonForm(PortalForm):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class PublishForm(SignerForm):
    """Who signs the decision."""


class BasesForm(PortalForm):
    """What the decision cites."""

    basis = forms.ModelMultipleChoiceField(
        LegalBasis.objects.none(),
        label=_("Pursuant to"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    implementing = forms.ModelMultipleChoiceField(
        LegalBasis.objects.none(),
        label=_("Carrying out"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = LegalBasis.objects.filter(agency=agency).order_by("issued_on")
        for field in self.fields.values():
            field.queryset = rows  # type: ignore[attr-defined]
            field.label_from_instance = lambda row: f"{row} ({row.about})"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A text is cited once."""
        data: dict[str, Any] = super().clean() or {}
        twice = set(data.get("basis", ())) & set(data.get("implementing", ()))
        for row in twice:
            self.add_error("implementing", _("%(basis)s is cited above already.") % {"basis": row})
        return data

    @property
    def chosen(self) -> list[tuple[LegalBasis, str]]:
        """(legal basis, kind) in the order of the paper."""
        return [
            *((row, SetBasis.Kind.BASIS.value) for row in self.cleaned_data["basis"]),
            *((row, SetBasis.Kind.IMPLEMENTING.value) for row in self.cleaned_data["implementing"]),
        ]


class _ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(UploadField):
    """Any number of files."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=_ManyFiles(attrs={"multiple": True}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The list of files, each checked."""
        files = data if isinstance(data, (list, tuple)) else [data] if data else []
        if not files:
            super().clean(None, initial)
        return [UploadField.clean(self, file, initial) for file in files]


class EntryForm(PortalForm):
    """Numerator and denominator with evidence."""

    numerator = forms.IntegerField(
        label=_("Achieved (numerator)"), min_value=0, widget=forms.NumberInput(attrs={"class": "num"})
    )
    denominator = forms.IntegerField(
        label=_("Due (denominator)"), min_value=0, widget=forms.NumberInput(attrs={"class": "num"})
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    evidence = FilesField(
        label=_("Evidence"),
        required=False,
        kinds=(".pdf", ".docx", ".xlsx", ".doc", ".xls", ".png", ".jpg", ".jpeg"),
    )

    def __init__(self, *args: Any, correcting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if correcting:
            self.fields["note"].required = True
            self.fields["note"].label = _("Why the confirmed figures are corrected")
