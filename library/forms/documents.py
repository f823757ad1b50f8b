"""Forms of documents and their versions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import LegalBasis
from library import uploads
from library.forms.choices import PeopleChoice, PersonChoice, clauses_of, documents_of, people_of, units_of
from library.models import ControlledDocument, DocumentVersion, PeriodicReview
from library.selectors.people import possible_approvers, possible_reviewers
from qms.forms import DateField, FilterForm, PortalForm, UploadField
from qms.models import Agency, Clause, OrgUnit, Person

STATES = (
    ("", _("All")),
    ("valid", _("In force")),
    ("unread", _("I have to read")),
    ("under_way", _("New version under way")),
    ("review", _("Review overdue")),
    ("obsolete", _("Obsolete")),
)


class DocumentFilter(FilterForm):
    """What the list of documents is narrowed to."""

    q = forms.CharField(label=_("Words in the text"), max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *ControlledDocument.Kind.choices])
    unit = forms.ModelChoiceField(label=_("Unit in charge"), queryset=OrgUnit.objects.none())
    clause = forms.ModelChoiceField(label=_("Clause of the standard"), queryset=Clause.objects.none())
    state = forms.ChoiceField(label=_("State"), choices=STATES)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_of(agency)  # type: ignore[attr-defined]
        self.fields["clause"].queryset = clauses_of()  # type: ignore[attr-defined]


class DocumentForm(PortalForm):
    """A document as the list knows it."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ControlledDocument.Kind.choices)
    title = forms.CharField(label=_("Title"), max_length=255)
    owner = forms.ModelChoiceField(
        label=_("Unit in charge"),
        queryset=OrgUnit.objects.none(),
        required=False,
        empty_label=_("Whole agency"),
    )
    parent = forms.ModelChoiceField(
        label=_("Belongs to the document"), queryset=ControlledDocument.objects.none(), required=False
    )
    code = forms.CharField(
        label=_("Code"),
        max_length=60,
        required=False,
        help_text=_(
            "Empty: the next one of the agency's scheme. For an external text its number and symbol."
        ),
    )
    issuer = forms.CharField(label=_("Issued by (external documents)"), max_length=255, required=False)
    basis = forms.ModelChoiceField(
        label=_("Legal basis it is"), queryset=LegalBasis.objects.none(), required=False
    )
    purpose = forms.CharField(
        label=_("What it is for"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    clauses = forms.ModelMultipleChoiceField(
        label=_("Clauses of the standard"),
        queryset=Clause.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    review_months = forms.IntegerField(
        label=_("Reviewed every … months"),
        min_value=0,
        max_value=120,
        initial=12,
        help_text=_("0: no periodic review."),
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("owner", units_of(agency)),
            ("parent", documents_of(agency)),
            ("basis", LegalBasis.objects.filter(agency=agency)),
            ("clauses", clauses_of()),
        ):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]


class VersionStartForm(PortalForm):
    """How the next version begins."""

    source = forms.ChoiceField(
        label=_("Content"),
        choices=DocumentVersion.Source.choices,
        widget=forms.RadioSelect,
        initial="written",
    )
    new_issue = forms.BooleanField(
        label=_("A new issue (the whole document anew), not only a revision"), required=False
    )
    changes_note = forms.CharField(
        label=_("What is to change"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class SectionForm(PortalForm):
    """A section of a written version."""

    number = forms.CharField(label=_("Number"), max_length=20, required=False)
    title = forms.CharField(label=_("Title"), max_length=255)
    clause = forms.ModelChoiceField(
        label=_("Clause of the standard"), queryset=Clause.objects.none(), required=False
    )
    text = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=60000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=_("One paragraph per line. A line with “-”, “1.” or “a)” in front begins a list."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clause"].queryset = clauses_of()  # type: ignore[attr-defined]


class UploadForm(PortalForm):
    """The file of a version."""

    file = UploadField(label=_("File"), kinds=uploads.KINDS, most_megabytes=30)


class SubmitForm(PortalForm):
    """Who reviews, who approves, and from when it is to hold."""

    reviewer = PersonChoice(label=_("To be reviewed by"), queryset=Person.objects.none())
    approver = PersonChoice(label=_("To be approved by"), queryset=Person.objects.none())
    effective_on = DateField(label=_("In force from"))
    expires_on = DateField(label=_("In force until"), required=False, help_text=_("Empty: until replaced."))
    must_read = forms.BooleanField(
        label=_("Everybody it is distributed to has to read it"), required=False, initial=True
    )
    changes_note = forms.CharField(
        label=_("What changed against the version before"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, version: DocumentVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, people in (
            ("reviewer", possible_reviewers(version)),
            ("approver", possible_approvers(version)),
        ):
            rows = Person.objects.filter(pk__in=[one.pk for one in people]).select_related("unit")
            self.fields[name].queryset = rows  # type: ignore[attr-defined]


class ApproveForm(PortalForm):
    """The day from which the version holds."""

    effective_on = DateField(label=_("In force from"))


class ReasonForm(PortalForm):
    """A reason in words."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


class EndForm(ReasonForm):
    """The end of a version without a successor."""

    field_order = ("last_day", "reason")
    last_day = DateField(label=_("Last day in force"))


class DistributionForm(PortalForm):
    """Who gets the document."""

    everybody = forms.BooleanField(label=_("Everybody of the agency"), required=False)
    units = forms.ModelMultipleChoiceField(
        label=_("Units"),
        queryset=OrgUnit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    people = PeopleChoice(
        label=_("People"),
        queryset=Person.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = units_of(agency)  # type: ignore[attr-defined]
        self.fields["people"].queryset = people_of(agency)  # type: ignore[attr-defined]


class ReviewForm(PortalForm):
    """The result of a periodic review."""

    outcome = forms.ChoiceField(
        label=_("Result of the review"), choices=PeriodicReview.Outcome.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("Grounds"), widget=forms.Textarea(attrs={"rows": 3}))
    next_on = DateField(
        label=_("Next review"), required=False, help_text=_("Empty: after the months set for the document.")
    )


class RequestForm(PortalForm):
    """What a reader wants changed."""

    place = forms.CharField(label=_("Page or part"), max_length=160, required=False)
    text = forms.CharField(label=_("What should change, and why"), widget=forms.Textarea(attrs={"rows": 4}))


class AnswerForm(PortalForm):
    """The answer to a change request."""

    accept = forms.ChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Accept: it comes with the next version")), ("no", _("Do not take it up"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(label=_("Answer"), widget=forms.Textarea(attrs={"rows": 3}))
