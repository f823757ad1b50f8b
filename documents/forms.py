"""Forms of papers. They parse; what is a fault in the content is found by the typed model."""

from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from documents import plaintext, registry
from documents.content import AUTHORITIES, KINDS, Kind, PaperContent
from documents.models import Paper, PaperState, RegisterEntry
from documents.models.papers import KIND_CHOICES
from qms import clock
from qms.forms import DateField, FilterForm, PortalForm, UploadField
from qms.models import Agency, Person, Role


def _rows(count: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": count, "lang": "vi"})


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
    """What a new paper is: kind, title, who signs."""

    kind = forms.ChoiceField(label=_("Kind of paper"), choices=KIND_CHOICES)
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


class PaperForm(PortalForm):
    """The main parts of a paper as text; how the text is read is said beside it."""

    title = forms.CharField(label=_("Title"), max_length=1000, widget=_rows(2))
    symbol = forms.CharField(label=_("Symbol"), max_length=60)
    preamble = forms.CharField(label=_("Authority line"), max_length=500, required=False)
    addressees = forms.CharField(
        label=_("Addressees"), help_text=_("One per line."), required=False, widget=_rows(2)
    )
    bases = forms.CharField(
        label=_("Legal bases"),
        help_text=_("One per line: Căn cứ …, Thực hiện …, Xét đề nghị của …"),
        required=False,
        widget=_rows(6),
    )
    body = forms.CharField(
        label=_("Text of the paper"),
        help_text=_("One paragraph per line. “Điều 1.” article, “1.” clause, “a)” point, “I.” section."),
        widget=_rows(14),
    )
    signer = forms.ModelChoiceField(label=_("Signer"), queryset=Person.objects.none())
    authority = forms.ChoiceField(
        label=_("Signing authority"),
        choices=[("", _("In their own right")), *AUTHORITIES.items()],
        required=False,
    )
    on_behalf_of = forms.CharField(
        label=_("On behalf of"),
        help_text=_("Such as Giám đốc, Ban ISO."),
        required=False,
        max_length=200,
    )
    position = forms.CharField(label=_("Position"), required=False, max_length=200)
    post = forms.CharField(
        label=_("Post above the name"),
        help_text=_("Only when a council signs."),
        required=False,
        max_length=200,
    )
    name = forms.CharField(label=_("Name of the signer"), max_length=120)
    recipients = forms.CharField(
        label=_("Recipients"), help_text=_("One per line."), required=False, widget=_rows(4)
    )
    archive = forms.CharField(label=_("Archive line"), required=False, max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, agency: Agency, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [person.pk for person in possible_signers(agency)]
        self.fields["signer"].queryset = Person.objects.filter(pk__in=people)  # type: ignore[attr-defined]
        if kind != Kind.LETTER:
            del self.fields["addressees"]
        if kind != Kind.DECISION:
            del self.fields["preamble"]


class AnnexForm(PortalForm):
    """An annex; an empty title drops it."""

    title = forms.CharField(label=_("Title of the annex"), required=False, max_length=500)
    orientation = forms.ChoiceField(
        label=_("Sheet"), choices=[("portrait", _("Upright")), ("landscape", _("Landscape, for wide tables"))]
    )
    text = forms.CharField(label=_("Text of the annex"), required=False, widget=_rows(8))


AnnexForms: type[BaseFormSet] = formset_factory(AnnexForm, extra=0, max_num=12, absolute_max=12)


def initial_of(paper: Paper) -> dict[str, Any]:
    """A paper's content as the initial values of PaperForm."""
    content = paper.typed
    return {
        "title": content.title,
        "symbol": content.symbol,
        "preamble": content.preamble,
        "addressees": "\n".join(content.addressees),
        "bases": plaintext.bases_to_text(content),
        "body": plaintext.blocks_to_text(content.body),
        "signer": paper.signer_id,
        "authority": content.signature.authority,
        "on_behalf_of": content.signature.on_behalf_of,
        "position": content.signature.position,
        "post": content.signature.post,
        "name": content.signature.name,
        "recipients": "\n".join(content.recipients),
        "archive": content.archive,
        "version": paper.version,
    }


def annexes_initial(content: PaperContent) -> list[dict[str, Any]]:
    """The annexes as initial values, and an empty one for adding."""
    return [
        {
            "title": annex.title,
            "orientation": annex.orientation,
            "text": plaintext.annex_to_text(annex),
        }
        for annex in content.annexes
    ] + [{"title": "", "orientation": "portrait", "text": ""}]


def content_data(paper: Paper, form: PaperForm, annexes: BaseFormSet) -> dict[str, Any]:
    """Plain data for PaperContent from what the forms hold, valid or not, over the present content."""
    said = form.data if not hasattr(form, "cleaned_data") else form.cleaned_data
    old = paper.typed
    data = old.model_dump(mode="json")
    data |= {
        "title": said.get("title", ""),
        "symbol": said.get("symbol", ""),
        "preamble": said.get("preamble", old.preamble),
        "addressees": plaintext.lines_of(said.get("addressees", "")),
        "bases": plaintext.text_to_bases(said.get("bases", "")),
        "body": plaintext.text_to_blocks(said.get("body", ""), plaintext.tables_of(old.body)),
        "recipients": plaintext.lines_of(said.get("recipients", "")),
        "archive": said.get("archive", ""),
        "signature": {
            name: said.get(name, "") for name in ("authority", "on_behalf_of", "position", "post", "name")
        },
        "annexes": _annexes(old, annexes),
    }
    return data


def _annexes(old: PaperContent, forms_: BaseFormSet) -> list[dict[str, Any]]:
    found = []
    for index, form in enumerate(forms_.forms):
        said = getattr(form, "cleaned_data", {}) or {}
        if not said.get("title"):
            continue
        before = old.annexes[index] if index < len(old.annexes) else None
        tables = plaintext.tables_of(before.blocks) if before else []
        base = before.model_dump(mode="json") if before else {}
        blocks = plaintext.text_to_blocks(said.get("text", ""), tables)
        if before is not None and plaintext.annex_to_text(before) == said.get("text", "").replace(
            "\r\n", "\n"
        ):
            blocks = base["blocks"]
        found.append(
            base
            | {"title": said["title"], "orientation": said.get("orientation", "portrait"), "blocks": blocks}
        )
    return found


class ReasonForm(PortalForm):
    """Why; always asked when a paper goes back or a number is cancelled."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=_rows(4))


class CommentForm(PortalForm):
    """A comment on a paper."""

    text = forms.CharField(label=_("Comment"), max_length=4000, widget=_rows(2))


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
