"""Around a draft: its file as PDF and for Word, its versions, comments; a new paper about an issued one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.generic import View

from documents import forms, policies
from documents.comparing import compare
from documents.content import PaperContent
from documents.editing import state as editing
from documents.models import Paper, PaperVersion
from documents.models import PaperComment as Comment
from documents.rendering.sheet import IssueFacts
from documents.services import comment_settle, paper_amend, paper_take_back
from documents.views.editor import judged
from qms import audit, clock
from qms.exceptions import Invalid
from qms.policies import require
from qms.text import fold
from qms.views import ActionView, FormPage, PageView, PortalMixin

MOST_ROWS_AT_ONCE = 250
"""Tables a page may render while somebody waits (about two seconds); longer ones are drawn when issued."""


class _DraftFile(PortalMixin, View):
    """A file of the draft: of what is typed (POST), or of what is saved (GET)."""

    policy = policies.may_read

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        paper = self._paper()
        return self.made(paper, paper.typed)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        paper = self._paper()
        require(policies.can_edit(self.person, paper))
        content, problems, _places = judged(editing.from_post(request.POST, paper.typed))
        if content is None or problems:
            raise Invalid(problems)
        return self.made(paper, content)

    def _paper(self) -> Paper:
        rows = Paper.objects.select_related("agency", "signer")
        paper: Paper = self.find(rows, pk=self.kwargs["pk"])
        return paper

    def facts(self, paper: Paper) -> IssueFacts:
        """Number and date as far as they are known."""
        return IssueFacts(paper.number, paper.issued_on, clock.today().year)

    def made(self, paper: Paper, content: PaperContent) -> HttpResponse:
        """The file."""
        raise NotImplementedError

    def named(self, paper: Paper, ending: str) -> str:
        """A file name that says what it is."""
        words = slugify(fold(paper.one_line))[:60].strip("-") or "van-ban"
        return f"du-thao-{words}.{ending}"


def _short_enough(content: PaperContent) -> None:
    rows = content.model_dump_json().count('"cells"')
    if rows > MOST_ROWS_AT_ONCE:
        message = _("The tables have %(rows)s rows: too many to draw while you wait. Look at the preview.")
        raise Invalid(message % {"rows": rows})


class DraftPdf(_DraftFile):
    """The draft as the PDF it will be, without number, date and signatures."""

    def made(self, paper: Paper, content: PaperContent) -> HttpResponse:
        from documents.rendering.render import paper_render

        _short_enough(content)
        pdf = paper_render(content, self.facts(paper)).pdf
        answer = HttpResponse(pdf, content_type="application/pdf")
        answer["Content-Disposition"] = f'inline; filename="{self.named(paper, "pdf")}"'
        return answer


class DraftWord(_DraftFile):
    """The draft as a Word file, for colleagues who work there."""

    def made(self, paper: Paper, content: PaperContent) -> HttpResponse:
        from documents.rendering.word import paper_docx

        if paper.is_issued:
            raise Http404
        _short_enough(content)
        data = paper_docx(content, self.facts(paper))
        audit.record("documents.paper.exported", paper, acting=self.person)
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        answer = HttpResponse(data, content_type=kind)
        answer["Content-Disposition"] = f'attachment; filename="{self.named(paper, "docx")}"'
        return answer


class Versions(PageView):
    """Every saved version, and what changed between two of them."""

    template_name = "documents/versions.html"
    policy = policies.may_read

    def page(self) -> dict[str, Any]:
        paper: Paper = self.find(Paper, pk=self.kwargs["pk"])
        versions = list(paper.versions.select_related("saved_by").defer("content"))
        numbers = [one.number for one in versions]
        new = self._asked("to", numbers) or (numbers[0] if numbers else 0)
        old = self._asked("from", numbers) or max((n for n in numbers if n < new), default=0)
        return {
            "paper": paper,
            "versions": versions,
            "old": old,
            "new": new,
            "changes": compare(self._content(paper, old), self._content(paper, new)) if old and new else [],
            "may_edit": policies.can_edit(self.person, paper),
        }

    def _asked(self, name: str, numbers: list[int]) -> int:
        said = self.request.GET.get(name, "")
        return int(said) if said.isdigit() and int(said) in numbers else 0

    def _content(self, paper: Paper, number: int) -> PaperContent:
        return PaperVersion.objects.get(paper=paper, number=number).typed


class TakeBack(ActionView):
    """Make an earlier version the present content again."""

    policy = policies.may_draft

    def act(self) -> str:
        paper: Paper = self.find(Paper, pk=self.kwargs["pk"])
        version = self.find(PaperVersion, paper=paper, number=self.kwargs["number"])
        paper = paper_take_back(paper, version, acting=self.person)
        messages.success(
            self.request,
            _("Version %(old)s is the present text again, saved as version %(new)s.")
            % {"old": version.number, "new": paper.version},
        )
        return reverse("documents:paper-versions", args=[paper.pk])


class SettleComment(ActionView):
    """Mark a comment as dealt with."""

    policy = policies.may_draft

    def act(self) -> str:
        comment = self.find(Comment.objects.select_related("paper"), pk=self.kwargs["pk"])
        comment_settle(comment, acting=self.person)
        return f"{comment.paper.get_absolute_url()}#comments"


class Amend(FormPage):
    """Draft a paper that corrects, supersedes or revokes an issued one."""

    guarded = False
    template_name = "documents/amend.html"
    policy = policies.may_draft

    def get_form(self, form_class: Any = None) -> forms.AmendForm:
        return forms.AmendForm(agency=self.agency, **self.get_form_kwargs())

    def get_initial(self) -> dict[str, Any]:
        return {"signer": self._paper().signer_id}

    def _paper(self) -> Paper:
        paper: Paper = self.find(Paper.objects.select_related("agency"), pk=self.kwargs["pk"])
        return paper

    def page(self) -> dict[str, Any]:
        paper = self._paper()
        require(policies.can_amend(self.person, paper))
        return {"paper": paper}

    def act(self, form: Any) -> str:
        said = form.cleaned_data
        paper = paper_amend(self._paper(), effect=said["effect"], signer=said["signer"], acting=self.person)
        return reverse("documents:paper-edit", args=[paper.pk])
