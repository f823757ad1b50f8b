"""Forms of a case: what it says, its cause, its actions, its check, its decisions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.models import (
    CauseAnalysis,
    CauseCategory,
    EffectivenessCheck,
    Nonconformity,
    SimilarCase,
)
from audits.services.nonconformities import MOST_WHYS
from dossiers.models import Procedure
from library.models import ControlledDocument
from objectives.forms import FilesField
from objectives.models import Target
from qms.forms import DateField, PortalForm, UploadField
from qms.models import Agency, Clause, OrgUnit, Person
from risks.forms.risks import PersonChoice, clauses_of, people_of, procedures_of, targets_of, units_of
from risks.models import Risk

EVIDENCE_KINDS = (".pdf", ".docx", ".xlsx", ".png", ".jpg", ".jpeg", ".zip")


def area(label: Any, *, rows: int = 3, required: bool = True, help_text: Any = "") -> forms.CharField:
    """A text of some lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, help_text=help_text, widget=widget)


class CaseForm(PortalForm):
    """A nonconformity as it is recorded."""

    title = forms.CharField(
        label=_("What is wrong"),
        max_length=300,
        help_text=_("One sentence a reader understands without the file."),
    )
    unit = forms.ModelChoiceField(OrgUnit.objects.none(), label=_("Unit"))
    origin = forms.ChoiceField(label=_("Source"), choices=Nonconformity.Origin.choices)
    grade = forms.ChoiceField(
        label=_("Grade of the nonconformity"),
        choices=Nonconformity.Grade.choices,
        initial=Nonconformity.Grade.MINOR,
        widget=forms.RadioSelect,
        help_text=_("Major: a requirement is not met at all, or the result for citizens was endangered."),
    )
    process = forms.CharField(label=_("Process or procedure"), max_length=255)
    procedure = forms.ModelChoiceField(
        Procedure.objects.none(), label=_("Administrative procedure"), required=False
    )
    clause = forms.ModelChoiceField(Clause.objects.none(), label=_("Clause of the standard"), required=False)
    requirement = area(
        _("Requirement"), rows=2, help_text=_("Document and step, or clause, that was not met.")
    )
    description = area(_("Description of the nonconformity"))
    evidence = area(
        _("Objective evidence"), help_text=_("What was looked at, how many, which ones; codes of dossiers.")
    )
    detected_on = DateField(label=_("Detected on"))
    owner = PersonChoice(
        Person.objects.none(),
        label=_("Responsible"),
        required=False,
        help_text=_("Empty: the head of the unit."),
    )
    due_on = DateField(label=_("To be finished by"), required=False)

    def __init__(self, *args: Any, agency: Agency, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["unit"].queryset = units_of(agency)
        fields["procedure"].queryset = procedures_of(agency)
        fields["clause"].queryset = clauses_of(agency)
        fields["owner"].queryset = people_of(agency)
        if fixed:
            for name in ("unit", "origin", "grade"):
                del self.fields[name]


class GradeForm(PortalForm):
    """Another grade, with its reason."""

    grade = forms.ChoiceField(
        label=_("Grade of the nonconformity"), choices=Nonconformity.Grade.choices, widget=forms.RadioSelect
    )
    reason = area(_("Reason"), rows=2)


class ReasonForm(PortalForm):
    """A reason, nothing else."""

    reason = area(_("Reason"))


class WhysForm(PortalForm):
    """Why, asked again of every answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_WHYS + 1):
            self.fields[f"question_{number}"] = forms.CharField(
                label=_("Why %(n)s") % {"n": number}, required=False, max_length=300
            )
            self.fields[f"answer_{number}"] = forms.CharField(
                label=_("Because"), required=False, widget=forms.Textarea(attrs={"rows": 2})
            )
        _root_fields(self)

    @property
    def rungs(self) -> list[tuple[Any, Any]]:
        """Question and answer fields in pairs."""
        return [(self[f"question_{n}"], self[f"answer_{n}"]) for n in range(1, MOST_WHYS + 1)]

    def items(self) -> list[dict[str, str]]:
        """The rungs as they are kept; a question left out repeats the answer before."""
        data, found, before = self.cleaned_data, [], ""
        for number in range(1, MOST_WHYS + 1):
            answer = data[f"answer_{number}"]
            found.append({"question": data[f"question_{number}"] or before, "answer": answer})
            before = answer
        return found


class FishboneForm(PortalForm):
    """Causes on the six bones, one per line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for category, label in CauseCategory.choices:
            self.fields[category] = forms.CharField(
                label=label, required=False, widget=forms.Textarea(attrs={"rows": 3})
            )
        _root_fields(self)

    @property
    def bones(self) -> list[Any]:
        """The fields of the bones."""
        return [self[category] for category in CauseCategory.values]

    def items(self) -> list[dict[str, str]]:
        """One item per line of every bone."""
        return [
            {"category": category, "text": line.strip()}
            for category in CauseCategory.values
            for line in self.cleaned_data[category].splitlines()
            if line.strip()
        ]


def _root_fields(form: PortalForm) -> None:
    form.fields["root_cause"] = area(
        _("Root cause"), help_text=_("What has to change so that it cannot happen again.")
    )
    form.fields["category"] = forms.ChoiceField(
        label=_("Kind of the root cause"),
        choices=[("", "–"), *CauseCategory.choices],
        help_text=_("Repeated cases and the Pareto of causes are counted by it."),
    )


CAUSE_FORMS: dict[str, Any] = {
    CauseAnalysis.Method.WHYS: WhysForm,
    CauseAnalysis.Method.FISHBONE: FishboneForm,
}


class SimilarAskForm(PortalForm):
    """Which units are asked, and until when; or why none."""

    units = forms.ModelMultipleChoiceField(
        OrgUnit.objects.none(),
        label=_("Units asked"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    due_on = DateField(label=_("Answer by"), required=False)
    reason = area(
        _("Or why no other unit can be affected"),
        rows=2,
        required=False,
        help_text=_("Only when none is asked."),
    )

    def __init__(self, *args: Any, case: Nonconformity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = case.similar_cases.values_list("unit_id", flat=True)
        rows = units_of(case.agency).exclude(pk=case.unit_id).exclude(pk__in=asked)
        field: Any = self.fields["units"]
        field.queryset = rows.exclude(kind=OrgUnit.Kind.COMMITTEE)


class SimilarAnswerForm(PortalForm):
    """The answer of a unit."""

    answer = forms.ChoiceField(
        label=_("Could it happen in your unit?"), choices=SimilarCase.Answer.choices, widget=forms.RadioSelect
    )
    words = area(_("What you looked at and found"))


class ActionForm(PortalForm):
    """A correction or an action against the cause."""

    description = area(_("What is to be done"), rows=2)
    owner = PersonChoice(Person.objects.none(), label=_("Responsible"))
    deadline = DateField(label=_("Deadline"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["owner"]
        field.queryset = people_of(agency)


def record_field() -> forms.CharField:
    """The record that shows something, where there is no file of it."""
    return forms.CharField(
        label=_("Or the record that shows it"),
        max_length=255,
        required=False,
        help_text=_("Number and day of a document, code of a record."),
    )


class ReportForm(PortalForm):
    """What was done, with its evidence."""

    done_on = DateField(label=_("Done on"))
    note = area(_("What was done"), rows=2)
    file = UploadField(label=_("File as evidence"), kinds=EVIDENCE_KINDS, required=False)
    reference = record_field()


class EvidenceForm(PortalForm):
    """Evidence of the case itself."""

    file = UploadField(label=_("File as evidence"), kinds=EVIDENCE_KINDS, required=False)
    reference = record_field()


class ExtendForm(PortalForm):
    """More time, with the reason."""

    new_deadline = DateField(label=_("New deadline"))
    reason = area(_("Reason"), rows=2)


class AnswerForm(PortalForm):
    """What the owner of an action answers to a mail: done, how far it is, or not by the deadline."""

    DONE, UNDER_WAY, LATER = "done", "under_way", "later"

    answer = forms.ChoiceField(
        label=_("What do you answer?"),
        choices=[
            (DONE, _("It is done")),
            (UNDER_WAY, _("Not yet: I say how far it is")),
            (LATER, _("I cannot do it by the deadline")),
        ],
        widget=forms.RadioSelect,
    )
    note = area(
        _("In words"),
        help_text=_("What was done, how far it is, or why the deadline cannot be kept."),
    )
    done_on = DateField(label=_("Done on"), required=False, help_text=_("Empty: today."))
    new_deadline = DateField(
        label=_("New deadline"), required=False, help_text=_("You ask for it; somebody else decides.")
    )
    evidence = FilesField(label=_("Files as evidence"), kinds=EVIDENCE_KINDS, required=False)
    reference = record_field()

    def __init__(self, *args: Any, may_ask: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_ask:
            fields: dict[str, Any] = self.fields
            fields["answer"].choices = [one for one in fields["answer"].choices if one[0] != self.LATER]
            del fields["new_deadline"]

    def clean(self) -> dict[str, Any]:
        """More time needs a day."""
        data: dict[str, Any] = super().clean() or {}
        wanted = data.get("answer") == self.LATER and "new_deadline" in self.fields
        if wanted and not data.get("new_deadline") and "new_deadline" not in self.errors:
            self.add_error("new_deadline", _("Say by which day it can be done."))
        return data


class ExtensionForm(PortalForm):
    """Whether more time is given."""

    verdict = forms.ChoiceField(
        label=_("Decision"),
        choices=[("grant", _("Grant the extension")), ("refuse", _("Refuse the extension"))],
        widget=forms.RadioSelect,
    )
    note = area(_("Words of the decision"), rows=2, required=False, help_text=_("Required for a refusal."))


class CheckForm(PortalForm):
    """How the effect is checked."""

    method = forms.ChoiceField(
        label=_("Who decides"),
        choices=EffectivenessCheck.Method.choices,
        widget=forms.RadioSelect,
        initial=EffectivenessCheck.Method.VERIFIER,
    )
    criterion = area(
        _("Criterion"),
        rows=2,
        help_text=_("A figure or a fact seen later, such as: two months in a row nothing is missing."),
    )
    due_on = DateField(
        label=_("Check on"), help_text=_("After the last deadline, usually one to three months.")
    )
    verifier = PersonChoice(
        Person.objects.none(),
        label=_("Verifier"),
        required=False,
        help_text=_("Somebody outside the responsible unit who carries out none of the actions."),
    )
    target = forms.ModelChoiceField(
        Target.objects.none(),
        label=_("Target"),
        required=False,
        help_text=_("Only when figures decide: every period after the last action counts."),
    )
    periods = forms.IntegerField(
        label=_("Periods that must achieve the target"), min_value=1, max_value=12, initial=2, required=False
    )

    def __init__(self, *args: Any, case: Nonconformity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["verifier"].queryset = people_of(case.agency).exclude(unit=case.unit)
        fields["target"].queryset = targets_of(case.agency)

    def clean_periods(self) -> int:
        """One period when nothing is said."""
        return self.cleaned_data.get("periods") or 1


class VerifierForm(PortalForm):
    """Another verifier."""

    verifier = PersonChoice(Person.objects.none(), label=_("Verifier"))

    def __init__(self, *args: Any, case: Nonconformity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["verifier"]
        field.queryset = people_of(case.agency).exclude(unit=case.unit)


class JudgeForm(PortalForm):
    """The verdict of the verifier."""

    verdict = forms.ChoiceField(
        label=_("Verdict"), choices=EffectivenessCheck.Verdict.choices, widget=forms.RadioSelect
    )
    grounds = area(_("Grounds"), help_text=_("What was looked at, how many, and what it shows."))
    file = UploadField(label=_("File as evidence"), kinds=EVIDENCE_KINDS, required=False)


class DecideForm(PortalForm):
    """Whether risks and documents change."""

    risk_decision = forms.ChoiceField(
        label=_("Risks"), choices=Nonconformity.RiskDecision.choices, widget=forms.RadioSelect
    )
    risk = forms.ModelChoiceField(
        Risk.objects.none(),
        label=_("Entry of the register"),
        required=False,
        help_text=_("The risk that was updated or newly written down."),
    )
    risk_note = area(
        _("About the risks"), rows=2, required=False, help_text=_("Required when nothing changes: why.")
    )
    document_decision = forms.ChoiceField(
        label=_("Documents"), choices=Nonconformity.DocumentDecision.choices, widget=forms.RadioSelect
    )
    document = forms.ModelChoiceField(
        ControlledDocument.objects.none(),
        label=_("Controlled document"),
        required=False,
        help_text=_("The document of the portal that is revised; name any other in words below."),
    )
    document_note = area(
        _("About the documents"),
        rows=2,
        required=False,
        help_text=_("What changes in it, further documents, or why nothing changes."),
    )

    def __init__(self, *args: Any, case: Nonconformity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["risk"]
        field.queryset = Risk.objects.filter(agency=case.agency).exclude(state=Risk.State.CLOSED)
        document: Any = self.fields["document"]
        document.queryset = ControlledDocument.objects.filter(agency=case.agency).order_by("code")


class CloseForm(PortalForm):
    """The conclusion."""

    note = area(_("Conclusion"), rows=2, required=False)
