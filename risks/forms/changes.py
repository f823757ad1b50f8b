"""Forms of planned changes, their opinions and their follow-up (6.3)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from objectives.models import Target
from qms.forms import DateField, FilterForm, PortalForm
from qms.models import Agency, OrgUnit, Person
from risks.forms.finding import DocumentSearch, ProcedureSearch, RiskSearch
from risks.forms.risks import PersonChoice, people_of, targets_of, units_of
from risks.models import ChangeOpinion, ChangeTouch, PlannedChange


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ChangeForm(PortalForm):
    """The report on a planned change: every heading of clause 6.3."""

    title = forms.CharField(label=_("Change"), max_length=255)
    kind = forms.ChoiceField(label=_("Kind"), choices=PlannedChange.Kind.choices)
    unit = forms.ModelChoiceField(
        OrgUnit.objects.none(), label=_("Unit"), required=False, empty_label=_("Whole agency")
    )
    purpose = forms.CharField(label=_("Purpose"), widget=_area())
    consequences = forms.CharField(label=_("Possible consequences"), widget=_area())
    integrity = forms.CharField(
        label=_("How the QMS stays whole meanwhile"),
        widget=_area(),
        help_text=_("What happens to dossiers under way, records and procedures until the change is done."),
    )
    resources = forms.CharField(label=_("Resources"), widget=_area(2))
    responsibilities = forms.CharField(
        label=_("Responsibilities and authorities assigned anew"), widget=_area()
    )
    takes_effect_on = DateField(label=_("Takes effect on"))
    follow_up_on = DateField(label=_("Look at the result on"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_of(agency)  # type: ignore[attr-defined]


class ChangeFilter(FilterForm):
    """Filters of the list of planned changes."""

    q = forms.CharField(label=_("Find"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *PlannedChange.Kind.choices])
    unit = forms.ChoiceField(label=_("Unit"))
    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *PlannedChange.State.choices])

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = [(str(unit.pk), unit.label) for unit in OrgUnit.objects.filter(agency=agency)]
        unit: Any = self.fields["unit"]
        unit.choices = [("", _("All")), ("-", _("Whole agency")), *units]


class TouchForm(PortalForm):
    """Something the change touches: found in the portal, or named in words."""

    document = DocumentSearch(label=_("Controlled document"))
    procedure = ProcedureSearch(label=_("Administrative procedure"))
    target = forms.ModelChoiceField(
        Target.objects.none(), label=_("Quality objective (target)"), required=False
    )
    risk = RiskSearch(label=_("Risk or opportunity"))
    label = forms.CharField(
        label=_("Not in the portal"),
        max_length=300,
        required=False,
        help_text=_("Only for what is not found above: its code and name."),
    )
    kind = forms.ChoiceField(label=_("Kind of what is not in the portal"), choices=ChangeTouch.Kind.choices)
    what_changes = forms.CharField(label=_("What changes about it"), max_length=300, required=False)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("document", "procedure", "risk"):
            self.fields[name].agency = agency  # type: ignore[attr-defined]
        self.fields["target"].queryset = targets_of(agency)  # type: ignore[attr-defined]
        self.fields["kind"].required = False

    def clean(self) -> dict[str, Any]:
        """Exactly one thing at a time."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        named = [name for name in ("document", "procedure", "target", "risk", "label") if found.get(name)]
        if not self.errors and len(named) != 1:
            raise forms.ValidationError(
                _("Name one thing at a time.") if named else _("Say what the change touches.")
            )
        return found


class StepForm(PortalForm):
    """A step of carrying the change out."""

    description = forms.CharField(label=_("Step"), max_length=300)
    owner = PersonChoice(Person.objects.none(), label=_("Owner"))
    deadline = DateField(label=_("Deadline"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people_of(agency)  # type: ignore[attr-defined]


class StepDoneForm(PortalForm):
    """What came of a step."""

    note = forms.CharField(label=_("What was done"), max_length=300)


class OpinionForm(PortalForm):
    """What somebody asked thinks of the change."""

    stance = forms.ChoiceField(
        label=_("Opinion"), choices=ChangeOpinion.Stance.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("Remarks"), required=False, widget=_area(), help_text=_("Required unless you simply agree.")
    )


class DecisionForm(PortalForm):
    """A leader's decision."""

    approve = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Approve the change")), ("no", _("Do not approve the change"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Remarks"), required=False, widget=_area(2), help_text=_("Required when it is not approved.")
    )


class ConclusionForm(PortalForm):
    """How the change went."""

    result = forms.CharField(label=_("Result of the change"), widget=_area())
    integrity_kept = forms.TypedChoiceField(
        label=_("Did the QMS stay whole?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
