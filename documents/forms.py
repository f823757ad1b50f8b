"""Forms of papers. They parse; what is a fault in the content is found by the typed model."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents import registry, wording
from documents.content import KINDS, Kind, PaperContent
from documents.models import Effect, LegalBasis, Paper, PaperState, RegisterEntry
from documents.models.papers import KIND_CHOICES
from documents.parts import part_choices
from qms import clock
from qms.db import in_vietnamese_order
from qms.forms import DateField, FilterForm, PortalForm, PortalModelForm, UploadField
from qms.models import Agency, Person, Role, RoleAssignment


def _rows(count: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": count, "lang": "vi"})


class SignerChoice(forms.ModelChoiceField):
    """A person with the position the signature block will show."""

    def label_from_instance(self, obj: Any) -> str:
        """Name, position."""
        return ", ".join(part for part in (obj.full_name, obj.position) if part)


class SignerForm(PortalForm):
    """Who signs a paper made from records: a leader or the head of the committee, as of today.

    Every app that makes papers from its records asks with this form.
    """

    roles: ClassVar[tuple[str, ...]] = (Role.LEADER, Role.COMMITTEE_HEAD)
    signer = SignerChoice(Person.objects.none(), label=_("Signed by"), empty_label=_("Choose who signs"))

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        held = RoleAssignment.objects.filter(
            Q(valid_to=None) | Q(valid_to__gte=today),
            agency=agency,
            role__in=self.roles,
            valid_from__lte=today,
        )
        rows = Person.objects.filter(
            Q(valid_to=None) | Q(valid_to__gte=today),
            agency=agency,
            valid_from__lte=today,
            pk__in=held.values("person"),
        ).order_by(in_vietnamese_order("full_name"))
        field: Any = self.fields["signer"]
        field.queryset = rows
        if self.initial.get("signer") is None and len(some := rows[:2]) == 1:
            self.initial["signer"] = some[0].pk


def possible_signers(agency: Agency) -> list[Person]:
    """People of the agency who may sign papers today."""
    today = clock.today()
    roles = (Role.LEADER, Role.COMMITTEE_HEAD, Role.UNIT_HEAD)
    people = (
        Person.objects.filter(agency=agency, role_assignments__role__in=roles)
        .distinct()
        .order_by("full_name")
    )
    return [person for person in people if person.works_on(today) and person.has_role(*roles)]


class PaperFilter(FilterForm):
    """Filters of the list of papers."""

    q = forms.CharField(label=_("Words or number"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All kinds")), *KIND_CHOICES])
    state = forms.ChoiceField(label=_("State"), choices=[("", _("All states")), *PaperState.choices])
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100, widget=forms.HiddenInput)


class RegisterFilter(FilterForm):
    """Filters of the register of numbers."""

    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    book = forms.ChoiceField(
        label=_("Book"), choices=[("", _("All books")), ("common", _("Common book")), *KIND_CHOICES]
    )
    status = forms.ChoiceField(label=_("Status"), choices=[("", _("All")), *RegisterEntry.Status.choices])
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100, widget=forms.HiddenInput)


class NewPaperForm(PortalForm):
    """What a new paper is: the template it begins with, title, who signs."""

    template = forms.ChoiceField(label=_("Template"))
    title = forms.CharField(
        label=_("Title"),
        help_text=_("As it is printed, such as “Về việc …”."),
        max_length=500,
        widget=_rows(2),
    )
    signer = forms.ModelChoiceField(label=_("Signer"), queryset=Person.objects.none())

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [person.pk for person in possible_signers(agency)]
        self.fields["signer"].queryset = Person.objects.filter(pk__in=people)  # type: ignore[attr-defined]
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in wording.to_begin_with(agency):
            groups.setdefault(kind_name(one.kind), []).append((one.key, one.name))
        self.fields["template"].choices = list(groups.items())  # type: ignore[attr-defined]


class EditorForm(PortalForm):
    """What the editor asks beside the parts of the paper: who signs; and the version it began from."""

    signer = forms.ModelChoiceField(label=_("Signer"), queryset=Person.objects.none())
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [person.pk for person in possible_signers(agency)]
        self.fields["signer"].queryset = Person.objects.filter(pk__in=people)  # type: ignore[attr-defined]


class WordingForm(PortalForm):
    """What the editor asks beside the parts of a template."""

    name = forms.CharField(label=_("Name of the template"), max_length=200)


class BasisForm(PortalModelForm):
    """A legal basis: what it is, since when, until when, what replaced it."""

    class Meta:
        model = LegalBasis
        fields = (
            "kind",
            "number",
            "issuer",
            "issued_on",
            "about",
            "in_force_from",
            "expires_on",
            "replaced_by",
            "decides",
            "note",
        )
        widgets: ClassVar[dict[str, Any]] = {"about": forms.Textarea(attrs={"rows": 3, "lang": "vi"})}
        help_texts: ClassVar[dict[str, Any]] = {
            "about": _("As it is cited, such as “về việc …”."),
            "expires_on": _(
                "The last day on which it is in force; papers that cite it later are warned about."
            ),
        }

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = LegalBasis.objects.filter(agency=agency)
        if self.instance.pk and not self.instance._state.adding:
            rows = rows.exclude(pk=self.instance.pk)
        self.fields["replaced_by"].queryset = rows  # type: ignore[attr-defined]

    def validate_unique(self) -> None:
        """The service says it in words."""

    def validate_constraints(self) -> None:
        """The service says it in words."""


class BasisFilter(FilterForm):
    """Filters of the list of legal bases."""

    q = forms.CharField(label=_("Words or number"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("In force"),
        choices=[("", _("All")), ("now", _("In force today")), ("ended", _("No longer in force"))],
    )


class AmendForm(PortalForm):
    """What a new paper does to an issued one, and who signs it."""

    effect = forms.ChoiceField(label=_("What the new paper does"), choices=Effect.choices)
    signer = forms.ModelChoiceField(label=_("Signer"), queryset=Person.objects.none())

    def __init__(self, *args: Any, agency: Agency, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [person.pk for person in possible_signers(agency)]
        self.fields["signer"].queryset = Person.objects.filter(pk__in=people)  # type: ignore[attr-defined]


class ReasonForm(PortalForm):
    """Why; always asked when a paper goes back or a number is cancelled."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=_rows(4))


class CommentForm(PortalForm):
    """A comment on a paper, or on one part of it."""

    place = forms.ChoiceField(label=_("Part of the paper"), required=False)
    text = forms.CharField(label=_("Comment"), max_length=4000, widget=_rows(2))

    def __init__(self, *args: Any, content: PaperContent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("The whole paper")), *part_choices(content)]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]


class AuthoriseForm(PortalForm):
    """The signer's consent, with the account's password again."""

    content_hash = forms.CharField(widget=forms.HiddenInput)
    password = forms.CharField(
        label=_("Password of your account"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class IssueForm(PortalForm):
    """The date of the paper and the number the clerk saw."""

    issued_on = DateField(label=_("Date of the paper"))
    number = forms.IntegerField(widget=forms.HiddenInput)
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)


class EndForm(PortalForm):
    """How an issued paper ends, by which paper, why."""

    how = forms.ChoiceField(
        label=_("What happens to it"),
        choices=[
            (PaperState.REVOKED, _("Revoked")),
            (PaperState.SUPERSEDED, _("Superseded by another paper")),
            (PaperState.CORRECTED, _("Corrected by another paper, still in force")),
        ],
    )
    by = forms.ModelChoiceField(label=_("By the paper"), queryset=Paper.objects.none(), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=_rows(3))

    def __init__(self, *args: Any, paper: Paper, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Paper.objects.filter(agency=paper.agency, state=PaperState.ISSUED).exclude(pk=paper.pk)
        self.fields["by"].queryset = others  # type: ignore[attr-defined]


class SeriesForm(PortalForm):
    """The last number given elsewhere before this portal."""

    kind = forms.ChoiceField(label=_("Kind of paper"), choices=KIND_CHOICES)
    last_number = forms.IntegerField(label=_("Last number already given"), min_value=0, max_value=99999)
    last_date = DateField(label=_("Date of that paper"))


class VerifyForm(PortalForm):
    """A file to be judged."""

    file = UploadField(
        label=_("Signed paper (PDF)"),
        kinds=(".pdf",),
        most_megabytes=50,
        help_text=_("The file is only read; it is not kept."),
    )


def purpose_label(paper: Paper) -> str:
    """What issuing the paper brings into force, in words; empty for a free paper."""
    purpose = registry.get(paper.purpose)
    return str(purpose.label) if purpose else ""


def kind_name(kind: str) -> str:
    """The words for a kind."""
    return str(KINDS[Kind(kind)].label)
