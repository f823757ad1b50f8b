"""Forms of actions: plan, report with evidence, judge."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from objectives.models import Target
from qms.forms import DateField, PortalForm, UploadField
from qms.models import Agency, Person
from risks.forms.risks import PersonChoice, people_of, targets_of
from risks.models import ActionJudgement

EVIDENCE_KINDS = (".pdf", ".docx", ".xlsx", ".png", ".jpg", ".jpeg", ".zip")


class ActionForm(PortalForm):
    """An action with owner and deadline."""

    description = forms.CharField(label=_("Action to take"), widget=forms.Textarea(attrs={"rows": 2}))
    owner = PersonChoice(Person.objects.none(), label=_("Owner"))
    deadline = DateField(label=_("Deadline"))
    resources = forms.CharField(label=_("Resources"), max_length=255, required=False)
    criterion = forms.CharField(
        label=_("How effectiveness will be seen"),
        max_length=255,
        required=False,
        help_text=_("A figure or a fact, such as: no overdue dossier of this procedure in two months."),
    )
    target = forms.ModelChoiceField(
        Target.objects.none(),
        label=_("Linked target"),
        required=False,
        help_text=_("Its figure on the day of the judgement is kept with the judgement."),
    )
    judge_on = DateField(
        label=_("Judge effectiveness on"),
        required=False,
        help_text=_("Empty: three months after the deadline."),
    )
    procedure_document = forms.CharField(
        label=_("Built into the procedure"),
        max_length=255,
        required=False,
        help_text=_("Code and step of the procedure that now contains this action."),
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people_of(agency)  # type: ignore[attr-defined]
        self.fields["target"].queryset = targets_of(agency)  # type: ignore[attr-defined]


class ReportForm(PortalForm):
    """What was done, with its evidence."""

    done_on = DateField(label=_("Done on"))
    note = forms.CharField(label=_("What was done"), widget=forms.Textarea(attrs={"rows": 2}))
    file = UploadField(label=_("File as evidence"), kinds=EVIDENCE_KINDS, required=False)
    reference = forms.CharField(
        label=_("Or the record that shows it"),
        max_length=255,
        required=False,
        help_text=_("Number and day of a document, code of a record."),
    )


class JudgeForm(PortalForm):
    """Whether an action had effect."""

    verdict = forms.ChoiceField(
        label=_("Verdict"), choices=ActionJudgement.Verdict.choices, widget=forms.RadioSelect
    )
    grounds = forms.CharField(
        label=_("Grounds"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Evidence seen, or the linked figure and what it shows."),
    )
    deadline = DateField(
        label=_("New deadline"),
        required=False,
        help_text=_("Only for an action without effect: it is open again until then."),
    )


class ReasonForm(PortalForm):
    """A reason, nothing else."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}))
