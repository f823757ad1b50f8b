"""Forms of one risk or opportunity: what it says, its scores, its treatment, its acceptance."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.models import Procedure
from objectives.models import SetState, Target
from qms import clock
from qms.db import in_vietnamese_order
from qms.forms import DateField, FilterForm, PortalForm
from qms.models import Agency, Clause, OrgUnit, Person
from risks.matrix import Level, Matrix
from risks.models import ContextIssue, InterestedParty, LevelClass, PlannedChange, Risk, RiskSource
from risks.selectors.scale import scale_in_force


def units_of(agency: Agency) -> Any:
    """Units that exist today."""
    today = clock.today()
    rows = OrgUnit.objects.filter(agency=agency, valid_from__lte=today)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gte=today))


def people_of(agency: Agency) -> Any:
    """People who work at the agency today, in Vietnamese order."""
    today = clock.today()
    rows = Person.objects.filter(agency=agency, valid_from__lte=today)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=today)).select_related("unit")
    return rows.order_by(in_vietnamese_order("full_name"))


def clauses_of(agency: Agency) -> Any:
    """Clauses of published editions from 4 on, in order; those an agency excludes stay choosable nowhere."""
    excluded = [row.clause_id for row in agency_exclusions(agency)]
    rows = Clause.objects.exclude(pk__in=excluded).filter(edition__published_on__isnull=False)
    return rows.select_related("edition").order_by("edition", "order")


def targets_of(agency: Agency) -> Any:
    """Targets of this year's and last year's published sets."""
    first_year = clock.today().year - 1
    rows = Target.objects.filter(agency=agency, objective_set__year__gte=first_year)
    rows = rows.exclude(objective_set__state__in=[SetState.DRAFT, SetState.IN_REVIEW, SetState.SUPERSEDED])
    return rows.select_related("objective_set").order_by("-objective_set__year", "objective__order", "order")


def procedures_of(agency: Agency) -> Any:
    """Procedures in force."""
    rows = Procedure.objects.filter(agency=agency)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gte=clock.today())).order_by("field", "name")


def agency_exclusions(agency: Agency) -> Any:
    """Rows that exclude a clause today."""
    from qms.models import ClauseApplicability

    today = clock.today()
    rows = ClauseApplicability.objects.filter(agency=agency, applicable=False, valid_from__lte=today)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gte=today))


class PersonChoice(forms.ModelChoiceField):
    """A person with the unit behind the name."""

    def label_from_instance(self, obj: Any) -> str:
        """Name, unit."""
        return f"{obj.full_name}, {obj.unit.label}" if obj.unit else obj.full_name


class RiskForm(PortalForm):
    """What a risk or opportunity says."""

    process = forms.CharField(
        label=_("Process or procedure"),
        max_length=255,
        help_text=_("The process of the QMS or the administrative procedure it concerns."),
    )
    procedure = forms.ModelChoiceField(
        Procedure.objects.none(),
        label=_("Administrative procedure"),
        required=False,
        help_text=_("When it concerns one procedure: late dossiers of it then point to this entry."),
    )
    event = forms.CharField(
        label=_("Event"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What may happen. A missing control is no event; write it as the cause."),
    )
    cause = forms.CharField(label=_("Cause"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    consequence = forms.CharField(
        label=_("Consequence"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    controls = forms.CharField(
        label=_("Present controls"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    clause = forms.ModelChoiceField(Clause.objects.none(), label=_("Clause"), required=False)
    owner = PersonChoice(
        Person.objects.none(),
        label=_("Owner"),
        required=False,
        help_text=_("Whoever answers for watching it."),
    )
    next_review_on = DateField(label=_("Next review"), required=False)

    def __init__(self, *args: Any, agency: Agency, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["procedure"].queryset = procedures_of(agency)  # type: ignore[attr-defined]
        self.fields["clause"].queryset = clauses_of(agency)  # type: ignore[attr-defined]
        self.fields["owner"].queryset = people_of(agency)  # type: ignore[attr-defined]
        if kind == Risk.Kind.OPPORTUNITY:
            self.fields["event"].label = _("Opportunity")
            self.fields["event"].help_text = _("What the agency could make use of.")
            self.fields["cause"].label = _("What makes it possible")
            self.fields["consequence"].label = _("Benefit")
            self.fields["controls"].label = _("What is already done")


class SourceForm(PortalForm):
    """One source of a risk, in words; context issues and parties are chosen instead."""

    kind = forms.ChoiceField(label=_("Source"), choices=RiskSource.Kind.choices)
    issue: "forms.ModelChoiceField[ContextIssue]" = forms.ModelChoiceField(
        None, label=_("Context issue"), required=False
    )
    party: "forms.ModelChoiceField[InterestedParty]" = forms.ModelChoiceField(
        None, label=_("Interested party"), required=False
    )
    target = forms.ModelChoiceField(Target.objects.none(), label=_("Target"), required=False)
    change: "forms.ModelChoiceField[PlannedChange]" = forms.ModelChoiceField(
        None, label=_("Planned change"), required=False
    )
    label = forms.CharField(
        label=_("In words"),
        max_length=300,
        required=False,
        help_text=_("For everything else: code of a nonconformity, a complaint, a report."),
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issue"].queryset = ContextIssue.objects.filter(agency=agency, active=True)  # type: ignore[attr-defined]
        self.fields["party"].queryset = InterestedParty.objects.filter(agency=agency, active=True)  # type: ignore[attr-defined]
        self.fields["target"].queryset = targets_of(agency)  # type: ignore[attr-defined]
        self.fields["change"].queryset = PlannedChange.objects.filter(agency=agency)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A source of a kind the portal keeps is chosen, any other is said in words."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        asked = {"objective": "target"}.get(found.get("kind", ""), found.get("kind", ""))
        named = any(found.get(name) for name in ("issue", "party", "target", "change", "label"))
        if asked in {"issue", "party", "target", "change"} and not named and asked not in self.errors:
            self.add_error(asked, _("Choose it here, or say the source in words below."))
        return found


class ScoreForm(PortalForm):
    """Two levels of the agency's scale, with their words."""

    first = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect)
    second = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Grounds"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Figures or events the score rests on."),
    )

    def __init__(self, *args: Any, table: Matrix, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_risk = table.kind == "risk"
        self.fields["first"].label = _("Likelihood") if is_risk else _("Feasibility")
        self.fields["second"].label = _("Severity") if is_risk else _("Benefit")
        for name, levels in (("first", table.first), ("second", table.second)):
            self.fields[name].choices = [  # type: ignore[attr-defined]
                (level.value, _worded(level)) for level in reversed(levels)
            ]


def _worded(level: Level) -> str:
    text = f"{level.value} · {level.label}"
    return f"{text}: {level.description}" if level.description else text


class TreatmentForm(PortalForm):
    """How a risk is treated."""

    treatment = forms.ChoiceField(
        label=_("Treatment"), choices=Risk.Treatment.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason of the choice"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Required when the risk is accepted."),
    )


class PursueForm(PortalForm):
    """Whether an opportunity is pursued."""

    pursue = forms.TypedChoiceField(
        label=_("Pursue the opportunity?"),
        choices=[("yes", _("Pursue")), ("no", _("Do not pursue"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason of the choice"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Required when it is not pursued."),
    )


class AcceptForm(PortalForm):
    """A leader's acceptance for a time."""

    until = DateField(label=_("Accept until"), help_text=_("At most twelve months; afterwards it expires."))
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}))


def levels_of(agency: Agency) -> list[tuple[str, str]]:
    """The levels of the scale in force by the agency's own words, highest first."""
    scale = scale_in_force(agency)
    if scale is None:
        return [(str(value), str(label)) for value, label in LevelClass.choices]
    return [(band.code, band.label) for band in reversed(scale.scale.risk.bands)]


CHECKS = [
    ("no_owner", _("No owner")),
    ("no_action", _("High, without action")),
    ("unscored", _("Not scored yet")),
    ("never_reviewed", _("Never reviewed")),
    ("review_due", _("Review overdue")),
    ("acceptance_expired", _("Acceptance expired or missing")),
    ("action_overdue", _("Action overdue")),
    ("old_scale", _("Scored on an earlier scale")),
    ("ineffective", _("Treatment without effect")),
    ("moved", _("Moved since the last review")),
]


class RiskFilter(FilterForm):
    """Filters of lists and of the matrix."""

    q = forms.CharField(label=_("Find"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *Risk.Kind.choices])
    unit = forms.ChoiceField(label=_("Unit"))
    process = forms.ChoiceField(label=_("Process"))
    clause = forms.ChoiceField(label=_("Clause"))
    level = forms.ChoiceField(label=_("Level"), choices=[("", _("All")), *LevelClass.choices])
    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("Followed up or new")), *Risk.State.choices, ("all", _("All"))]
    )
    check = forms.ChoiceField(label=_("To look into"), choices=[("", _("All")), *CHECKS])
    cell = forms.CharField(label=_("Cell of the matrix"), widget=forms.HiddenInput)

    def __init__(self, *args: Any, agency: Agency, short: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Risk.objects.filter(agency=agency)
        processes = rows.order_by("process").values_list("process", flat=True).distinct()[:300]
        codes = rows.exclude(clause=None).order_by("clause__order")
        clauses = codes.values_list("clause__code", flat=True).distinct()
        units = [(str(unit.pk), unit.label) for unit in OrgUnit.objects.filter(agency=agency)]
        every = ("", _("All"))
        self.fields["unit"].choices = [every, ("-", _("Whole agency")), *units]  # type: ignore[attr-defined]
        self.fields["process"].choices = [every, *((name, name) for name in processes)]  # type: ignore[attr-defined]
        self.fields["clause"].choices = [every, *((code, code) for code in clauses)]  # type: ignore[attr-defined]
        self.fields["level"].choices = [every, *levels_of(agency)]  # type: ignore[attr-defined]
        if short:
            for name in ("q", "kind", "state", "check", "cell"):
                del self.fields[name]
