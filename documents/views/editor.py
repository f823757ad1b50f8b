"""The editor of a paper's content: the whole form goes to the server with each button, the preview follows.

One editor serves drafts and templates. Nothing typed is lost: what is not valid comes back with its faults.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from documents import checking, forms, policies, wording
from documents.content import AUTHORITIES, PaperContent
from documents.editing import state as editing
from documents.editing.board import board_of
from documents.editing.cards import TYPES
from documents.models import LegalBasis, Paper
from documents.problems import ContentProblem, content_parse
from documents.rendering.glyphs import glyph_problems
from documents.rendering.sheet import IssueFacts, sheet_of
from documents.services import paper_update, template_save
from qms import clock
from qms.exceptions import Conflict, DomainError, Invalid, Refused
from qms.policies import require
from qms.views import PortalMixin

Judged = tuple[PaperContent | None, list[ContentProblem], dict[tuple[Any, ...], str]]


def judged(state: editing.State) -> Judged:
    """The content of a state or its faults, with the part of the editor for each path."""
    data, places = state.data()
    content, problems = content_parse(data)
    if content is not None:
        problems = glyph_problems(content)
    return content, problems, places


def nearly(state: editing.State, problems: list[ContentProblem]) -> PaperContent | None:
    """The content with `…` where a text is still missing, so that the preview stays while one types."""
    data, _places = state.data()
    for problem in problems:
        steps: list[Any] = [step for step in problem.path if step not in TYPES] or [""]
        *way, last = steps
        node: Any = data
        for step in way:
            node = node[step] if isinstance(node, list | dict) and _there(node, step) else None
        if isinstance(node, list | dict) and _there(node, last) and node[last] in ("", [], ()):
            node[last] = ["…"] if isinstance(node[last], list) else "…"
    made, _left = content_parse(data)
    return made


def _there(node: Any, step: Any) -> bool:
    if isinstance(node, dict):
        return step in node
    return isinstance(step, int) and step < len(node)


def basis_choices(agency: Any) -> list[dict[str, Any]]:
    """Legal bases to pick from, those in force first; the others say so."""
    today = clock.today()
    rows = LegalBasis.objects.filter(agency=agency).select_related("replaced_by")
    found = [
        {"pk": str(one.pk), "text": f"{one} · {one.about[:90]}", "dead": one.ended_by(today)} for one in rows
    ]
    return sorted(found, key=lambda one: one["dead"])


class Editing(PortalMixin):
    """What the editor, its preview and its files share for drafts and for templates."""

    kwargs: dict[str, Any]
    request: HttpRequest
    subject: Any = None

    def load(self) -> PaperContent:
        """Find the draft or template, refuse who may not edit it; gives its saved content."""
        raise NotImplementedError

    def shown(self, content: PaperContent) -> PaperContent:
        """The content as the preview shows it."""
        return content

    def addresses(self) -> dict[str, str]:
        """Where the form posts to: `edit`, `preview`, `back`."""
        raise NotImplementedError

    def warnings(self, content: PaperContent) -> list[Any]:
        """What is worth a second look in what is typed."""
        return []

    def typed(self, saved: PaperContent) -> editing.State:
        """The state that was posted, after the button that was pressed."""
        state = editing.from_post(self.request.POST, saved)
        said = self.request.POST.get("op", "")
        if said:
            editing.apply(state, said, self._extra())
        return state

    def _extra(self) -> dict[str, Any]:
        extra: dict[str, Any] = dict(self.request.POST.items())
        picked = self.request.POST.get("basis-pick", "")
        if picked:
            rows = LegalBasis.objects.filter(agency=self.agency)
            record = rows.filter(pk=picked).first() if len(picked) == 36 else None
            if record is not None:
                extra["basis"] = (record.citation, str(record.pk))
        return extra

    def preview(
        self,
        content: PaperContent | None,
        problems: list[ContentProblem],
        state: editing.State | None = None,
    ) -> dict[str, Any]:
        """Context of the preview pane."""
        facts = IssueFacts(year=clock.today().year)
        if content is None and state is not None:
            content = nearly(state, problems)
        return {
            "problems": problems,
            "sheet": sheet_of(self.shown(content), facts) if content is not None else None,
            "warnings": self.warnings(content) if content is not None else [],
        }


class EditorView(Editing, View):
    """Show, change by buttons, save."""

    def form(self, data: Any = None) -> Any:
        """The plain form beside the parts (signer and version, or name)."""
        raise NotImplementedError

    def save(self, content: PaperContent, form: Any) -> str:
        """Call the service; gives where to go."""
        raise NotImplementedError

    def notes(self) -> Any:
        """Comments shown at their parts."""
        return ()

    def more(self) -> dict[str, Any]:
        """More context of the page."""
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        saved = self.load()
        state = editing.from_content(saved)
        return self.page(state, self.form(), (saved, [], state.data()[1]))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        saved = self.load()
        form = self.form(request.POST)
        try:
            state = self.typed(saved)
        except Invalid as error:
            if not getattr(request, "htmx", False):
                raise
            return HttpResponse(str(error), status=422)
        found = judged(state)
        if request.POST.get("op"):
            return self.page(state, form, found, faults=False)
        content, problems, _places = found
        if content is None or problems or not form.is_valid():
            return self.page(state, form, found, status=422)
        try:
            return HttpResponseRedirect(self.save(content, form))
        except (Refused, Conflict):
            raise
        except DomainError as error:
            form.add_error(None, str(error))
            return self.page(state, form, found, status=422)

    def page(
        self, state: editing.State, form: Any, found: Judged, *, status: int = 200, faults: bool = True
    ) -> HttpResponse:
        """The whole page, or only the parts when a button asked through htmx."""
        content, problems, places = found
        board = board_of(state, problems if faults else (), places, self.notes())
        context = {
            "subject": self.subject,
            "form": form,
            "board": board,
            "state": state,
            "at": self.addresses(),
            "authorities": AUTHORITIES.items(),
            "basis_choices": basis_choices(self.agency),
            "kinds_of_basis": BASIS_KINDS,
            "aligns": ALIGNS,
            "levels": LEVELS,
            "sizes": (11, 12, 13, 14),
            **self.more(),
        }
        if getattr(self.request, "htmx", False):
            answer = render(self.request, "documents/editor/_parts.html", context)
            answer["HX-Trigger-After-Swap"] = "content-changed"
            return answer
        context |= self.preview(content, problems if content is None else [], state)
        return render(self.request, self.template_name, context, status=status)

    template_name = "documents/editor/paper.html"


BASIS_KINDS = (
    ("basis", "Căn cứ"),
    ("implementing", "Thực hiện"),
    ("considering", "Xét đề nghị của"),
    ("proposal", "Theo đề nghị của"),
)
LEVELS = ((1, "I."), (2, "1."), (3, "a)"))
ALIGNS = (
    ("left", gettext_lazy("Left-aligned")),
    ("center", gettext_lazy("Centred")),
    ("right", gettext_lazy("Right-aligned")),
    ("justify", gettext_lazy("Justified")),
)


class _PaperEditing(Editing):
    """A draft in the editor."""

    policy = policies.may_draft

    def load(self) -> PaperContent:
        paper: Paper = self.find(
            Paper.objects.select_related("agency", "signer", "amends"), pk=self.kwargs["pk"]
        )
        require(policies.can_edit(self.person, paper))
        self.subject = paper
        return paper.typed

    def addresses(self) -> dict[str, str]:
        key = [self.subject.pk]
        return {
            "edit": reverse("documents:paper-edit", args=key),
            "preview": reverse("documents:paper-preview", args=key),
            "pdf": reverse("documents:paper-pdf", args=key),
            "docx": reverse("documents:paper-docx", args=key),
            "back": self.subject.get_absolute_url(),
        }

    def warnings(self, content: PaperContent) -> list[Any]:
        return checking.paper_warnings(self.subject, content)


class PaperEdit(_PaperEditing, EditorView):
    """Edit a draft; saving keeps a version of its own."""

    def form(self, data: Any = None) -> forms.EditorForm:
        paper = self.subject
        initial = {"signer": paper.signer_id, "version": paper.version}
        return forms.EditorForm(data, initial=initial, agency=paper.agency)

    def notes(self) -> Any:
        return self.subject.comments.filter(settled_at=None).exclude(place="").select_related("person")

    def save(self, content: PaperContent, form: Any) -> str:
        paper = paper_update(
            self.subject,
            content=content,
            signer=form.cleaned_data["signer"],
            version=form.cleaned_data["version"],
            acting=self.person,
        )
        messages.success(self.request, _("Saved as version %(number)s.") % {"number": paper.version})
        if "stay" in self.request.POST:
            return reverse("documents:paper-edit", args=[paper.pk])
        return paper.get_absolute_url()


class PaperPreview(_PaperEditing, View):
    """The sheet and the warnings of what is typed just now; saves nothing."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        state = self.typed(self.load())
        content, problems, _places = judged(state)
        context = self.preview(content, problems, state) | {"live": True}
        return render(request, "documents/editor/_preview.html", context)


class _TemplateEditing(Editing):
    """A template in the editor."""

    policy = policies.may_keep_wording

    def load(self) -> PaperContent:
        found = wording.find(self.agency, self.kwargs["template"])
        if found is None:
            raise Http404
        self.subject = found
        return PaperContent.model_validate(found.data)

    def addresses(self) -> dict[str, str]:
        key = [self.subject.key]
        return {
            "edit": reverse("documents:template-edit", args=key),
            "preview": reverse("documents:template-preview", args=key),
            "back": reverse("documents:template-list"),
        }

    def shown(self, content: PaperContent) -> PaperContent:
        """The preview shows the fields filled, as a paper of today would begin."""
        data = wording.shown(self.agency, self.subject, content.model_dump(mode="json"))
        made, _problems = content_parse(data)
        return made or content


class TemplateEdit(_TemplateEditing, EditorView):
    """Edit a template; from today on new drafts begin with it."""

    template_name = "documents/editor/template.html"

    def form(self, data: Any = None) -> forms.WordingForm:
        return forms.WordingForm(data, initial={"name": self.subject.name})

    def more(self) -> dict[str, Any]:
        known = {**wording.common_fields(), **self.subject.fields}
        return {"known_fields": list(known.items())}

    def save(self, content: PaperContent, form: Any) -> str:
        template_save(
            agency=self.agency,
            key=self.subject.key,
            name=form.cleaned_data["name"],
            content=content,
            acting=self.person,
        )
        messages.success(self.request, _("The template is saved. New drafts begin with it."))
        return reverse("documents:template-list")


class TemplatePreview(_TemplateEditing, View):
    """The sheet of the template as typed, its fields filled."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        state = self.typed(self.load())
        content, problems, _places = judged(state)
        context = self.preview(content, problems, state) | {"live": True}
        return render(request, "documents/editor/_preview.html", context)
