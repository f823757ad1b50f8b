"""Forms of the yearly cycle: they parse, services decide."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from objectives import measure_types, words
from objectives.forms import EntryForm, FigureField
from objectives.models import Target
from objectives.models.sets import STATUSES
from qms.forms import DateField, PortalForm
from qms.models import OrgUnit


class JudgeForm(PortalForm):
    """The judgement of one target in a review."""

    status = forms.ChoiceField(label=_("Judgement"), choices=STATUSES)
    status_reason = forms.CharField(
        label=_("Why judged otherwise than the figures say"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Compulsory when the judgement differs from what the figures say."),
    )
    cause = forms.CharField(
        label=_("Cause"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Compulsory for a missed target before the review can be submitted."),
    )
    measure = forms.CharField(
        label=_("Measure"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is done about it, by whom and until when."),
    )


class ConclusionForm(PortalForm):
    """The general assessment."""

    conclusion = forms.CharField(
        label=_("General assessment"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What the year shows, and what is to be done next."),
    )


class CommentForm(PortalForm):
    """A comment of the board."""

    text = forms.CharField(label=_("Comment"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class TellForm(PortalForm):
    """Making objectives known."""

    due = DateField(label=_("To be read until"))
    message = forms.CharField(
        label=_("Message"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands above the objectives for everyone who is told."),
    )


class DeriveForm(PortalForm):
    """Which targets of the agency a unit takes over."""

    unit = forms.ModelChoiceField(OrgUnit.objects.none(), label=_("Unit"), empty_label=None)
    targets = forms.MultipleChoiceField(
        label=_("Targets of the agency that the unit carries"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Chosen already: what the unit reports or has dossiers for. More can be added later."),
    )

    def __init__(self, *args: Any, units: Any, targets: Sequence[Target], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.by_key = {str(target.pk): target for target in targets}
        self.fields["targets"].choices = [  # type: ignore[attr-defined]
            (key, f"{target.code}. {target.text} ({words.goal_of(target)})")
            for key, target in self.by_key.items()
        ]

    @property
    def chosen(self) -> list[Target]:
        """The chosen targets."""
        return [self.by_key[key] for key in self.cleaned_data["targets"]]


class YearStartForm(PortalForm):
    """Which targets go on into the new year, and with which figure."""

    with_plan = forms.BooleanField(label=_("Take the annual plan over too"), required=False, initial=True)

    def __init__(self, *args: Any, proposed: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposed = proposed
        for row in proposed:
            key = row.target.pk.hex
            self.fields[f"keep_{key}"] = forms.BooleanField(
                label=_("Keep target %(code)s") % {"code": row.target.code}, required=False, initial=True
            )
            if row.target.is_rate:
                self.fields[f"figure_{key}"] = FigureField(
                    label=_("Figure of target %(code)s") % {"code": row.target.code},
                    initial=row.proposal.figure,
                    widget=forms.TextInput(
                        attrs={"inputmode": "decimal", "class": "form-control num", "size": 6}
                    ),
                )

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """Every proposed target with its two fields."""
        return [
            (
                row,
                self[f"keep_{row.target.pk.hex}"],
                self[f"figure_{row.target.pk.hex}"] if row.target.is_rate else None,
            )
            for row in self.proposed
        ]

    @property
    def figures(self) -> dict[Any, Any]:
        """The chosen figures by target."""
        return {
            row.target.pk: self.cleaned_data[f"figure_{row.target.pk.hex}"]
            for row in self.proposed
            if row.target.is_rate
        }

    @property
    def dropped(self) -> list[Any]:
        """The targets that end."""
        return [row.target.pk for row in self.proposed if not self.cleaned_data[f"keep_{row.target.pk.hex}"]]


class _TypedEntryForm(EntryForm):
    """Numerator and denominator that follow from one answer."""

    def clean(self) -> dict[str, Any]:
        """Turn the answer into the two numbers that are kept."""
        data: dict[str, Any] = super().clean() or {}
        answer = data.get("answer")
        if answer is not None:
            data["numerator"], data["denominator"] = self.numbers(int(answer))
        return data

    @staticmethod
    def numbers(answer: int) -> tuple[int, int]:
        """Numerator and denominator of an answer."""
        raise NotImplementedError

    field_order = ["answer", "note", "evidence"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["numerator"], self.fields["denominator"]


class CountForm(_TypedEntryForm):
    """How many."""

    answer = forms.IntegerField(
        label=_("How many in this period"), min_value=0, widget=forms.NumberInput(attrs={"class": "num"})
    )

    @staticmethod
    def numbers(answer: int) -> tuple[int, int]:
        return answer, answer


class MilestoneForm(_TypedEntryForm):
    """Reached or not."""

    answer = forms.ChoiceField(
        label=_("Is the milestone reached?"),
        choices=[("1", _("Reached")), ("0", _("Not reached yet"))],
        widget=forms.RadioSelect,
    )

    @staticmethod
    def numbers(answer: int) -> tuple[int, int]:
        return min(answer, 1), 1


class GradeForm(_TypedEntryForm):
    """One of four grades."""

    answer = forms.ChoiceField(
        label=_("Grade"),
        choices=[(str(key), label) for key, label in reversed(measure_types.GRADES.items())],
        widget=forms.RadioSelect,
        help_text=_("Say in the note what the grade rests on."),
    )

    @staticmethod
    def numbers(answer: int) -> tuple[int, int]:
        return answer, measure_types.HIGHEST


ENTRY_FORMS: dict[str, type[EntryForm]] = {
    measure_types.COUNT: CountForm,
    measure_types.MILESTONE: MilestoneForm,
    measure_types.QUALITATIVE: GradeForm,
}
