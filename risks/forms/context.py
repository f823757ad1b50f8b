"""Forms of context issues, interested parties, their needs, and the yearly review."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.forms import PortalForm
from qms.models import Agency, OrgUnit
from risks.forms.risks import units_of
from risks.models import ContextCategory, ContextIssue, ContextReview, PartyNeed
from risks.selectors.context import categories

Side = ContextCategory.Side


class CategoryChoice(forms.ModelChoiceField):
    """A category with its side in front, where both sides are offered."""

    def label_from_instance(self, obj: Any) -> str:
        """“External issue: Legal environment”."""
        return obj.name if obj.side == Side.PARTY else f"{obj.get_side_display()}: {obj.name}"


class IssueForm(PortalForm):
    """A context issue."""

    category = CategoryChoice(ContextCategory.objects.none(), label=_("Category"))
    title = forms.CharField(label=_("Issue"), max_length=255)
    description = forms.CharField(
        label=_("What it means for the agency"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    effect = forms.ChoiceField(
        label=_("Effect"), choices=ContextIssue.Effect.choices, widget=forms.RadioSelect
    )
    response = forms.CharField(
        label=_("How it is dealt with"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    evidence = forms.CharField(
        label=_("Related document"),
        max_length=255,
        required=False,
        help_text=_("Report on administrative reform, minutes of a meeting."),
    )
    unit = forms.ModelChoiceField(
        OrgUnit.objects.none(), label=_("Unit"), required=False, empty_label=_("Whole agency")
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = categories(agency, Side.EXTERNAL, Side.INTERNAL)  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units_of(agency)  # type: ignore[attr-defined]


class PartyForm(PortalForm):
    """An interested party."""

    category = CategoryChoice(ContextCategory.objects.none(), label=_("Group"))
    name = forms.CharField(label=_("Interested party"), max_length=255)
    description = forms.CharField(
        label=_("What they have to do with the QMS"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = categories(agency, Side.PARTY)  # type: ignore[attr-defined]


class NeedForm(PortalForm):
    """What a party requires, needs or expects."""

    kind = forms.ChoiceField(label=_("Kind"), choices=PartyNeed.Kind.choices)
    text = forms.CharField(label=_("Content"), widget=forms.Textarea(attrs={"rows": 2}))
    response = forms.CharField(
        label=_("How the agency meets it"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=255, required=False)


class ReviewForm(PortalForm):
    """The yearly look at an issue or party."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=ContextReview.Outcome.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Required when it is dropped."),
    )


class CategoryForm(PortalForm):
    """A category of the context."""

    side = forms.ChoiceField(label=_("Kind"), choices=Side.choices)
    name = forms.CharField(label=_("Name"), max_length=160)
