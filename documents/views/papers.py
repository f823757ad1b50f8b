"""Papers: list, page, new, edit with live preview, file."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from documents import checking, forms, policies, registry, selectors
from documents.content import Kind, PaperContent
from documents.models import Paper, PaperState
from documents.problems import content_parse
from documents.rendering.glyphs import glyph_problems
from documents.rendering.sheet import IssueFacts, Sheet, sheet_of
from documents.services import (
    paper_comment,
    paper_create,
    paper_frame,
    paper_refresh,
    paper_update,
    signature_of,
)
from documents.services.issuing import issue_job_of
from qms import audit, clock, files, jobs, notation
from qms.exceptions import Invalid
from qms.models import AuditEntry
from qms.policies import require
from qms.views import ActionView, ExportView, FormPage, ListPage, PageView, PortalMixin


def preview_of(paper: Paper, content: PaperContent | None = None) -> Sheet:
    """The sheet of a paper as it stands; the year shows before the date is known."""
    facts = IssueFacts(paper.number, paper.issued_on, clock.today().year)
    return sheet_of(content or paper.typed, facts)


def _stamps(paper: Paper) -> list[str]:
    """What the preview shows where the signatures stand in the file."""
    if not paper.is_issued or paper.number is None:
        return []
    rows = paper.files.filter(entry__number=paper.number, stage="leader").order_by("-made_at")
    return [
        line
        for one in rows[:1]
        for line in (
            _("Signed by: %(name)s") % {"name": one.signer_label},
            _("At: %(moment)s") % {"moment": notation.moment(one.made_at)},
        )
    ]


def _asked(request: HttpRequest) -> dict[str, Any]:
    form = forms.PaperFilter(request.GET or None)
    if not form.is_bound:
        return {}
    form.is_valid()
    return {key: value for key, value in form.cleaned_data.items() if value}


class PaperList(ListPage):
    """Papers of the agency, newest first."""

    template_name = "documents/paper_list.html"
    policy = policies.may_read
    columns_sortable = {"title": "title", "state": "state", "date": "issued_on", "created": "created_at"}

    def rows(self) -> Any:
        return selectors.paper_list(self.person, _asked(self.request))

    def page(self) -> dict[str, Any]:
        return {
            "filters": forms.PaperFilter(self.request.GET or None),
            "may_draft": policies.may_draft(self.person),
            "export_url": reverse("documents:paper-export"),
        }


class PaperExport(ExportView):
    """The filtered list as `.xlsx`."""

    policy = policies.may_read
    filename = "van-ban.xlsx"

    def header(self) -> list[str]:
        return [
            _("Number"),
            _("Date"),
            _("Kind"),
            _("Title"),
            _("State"),
            _("Drafted by"),
            _("Signed by"),
            _("SHA-256 of the signed file"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        for paper in selectors.paper_list(self.person, _asked(self.request)):
            kept = selectors.final_file(paper)
            yield (
                paper.reference if paper.number else "",
                paper.issued_on,
                paper.get_kind_display(),
                paper.one_line,
                paper.get_state_display(),
                paper.drafter.full_name if paper.drafter else "",
                paper.content.get("signature", {}).get("name", ""),
                kept.sha256 if kept else "",
            )


class PaperDetail(PageView):
    """One paper: preview, where it stands, what may be done with it, comments and trail."""

    template_name = "documents/paper_detail.html"
    policy = policies.may_read

    def page(self) -> dict[str, Any]:
        paper = self.find(
            Paper.objects.select_related(
                "agency", "drafter", "signer", "approver", "authorised_by", "replaced_by"
            ),
            pk=self.kwargs["pk"],
        )
        person = self.person
        job = issue_job_of(paper) if paper.state == PaperState.ISSUING else None
        purpose = registry.get(paper.purpose)
        return {
            "paper": paper,
            "sheet": preview_of(paper),
            "stamps": _stamps(paper),
            "stages": checking.stages(paper),
            "warnings": [] if paper.is_issued else checking.paper_warnings(paper),
            "purpose": purpose,
            "subject_url": purpose.subject_url(paper) if purpose else "",
            "job": job,
            "progress": jobs.progress_of(job) if job else {},
            "final": selectors.final_file(paper),
            "files": paper.files.select_related("file"),
            "comments": paper.comments.select_related("person"),
            "comment_form": forms.CommentForm(),
            "trail": AuditEntry.objects.visible_to(person).filter(subject_id=str(paper.pk))[:30],
            "can": {
                "edit": policies.can_edit(person, paper),
                "refresh": bool(purpose and purpose.build and policies.can_edit(person, paper)),
                "submit": policies.can_submit(person, paper),
                "withdraw": policies.can_withdraw(person, paper),
                "approve": policies.can_approve(person, paper),
                "authorise": policies.can_authorise(person, paper),
                "issue": policies.can_issue(person, paper),
                "retry": policies.can_retry(person, paper),
                "end": policies.can_end(person, paper),
                "comment": policies.can_comment(person, paper),
            },
        }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "htmx", False) and request.GET.get("part") == "state":
            return render(request, "documents/_issuing.html", self.page())
        return super().get(request, *args, **kwargs)


class PaperNew(FormPage):
    """Start a paper that is not built from records."""

    template_name = "documents/paper_new.html"
    policy = policies.may_draft

    def get_form(self, form_class: Any = None) -> forms.NewPaperForm:
        return forms.NewPaperForm(agency=self.agency, **self.get_form_kwargs())

    def act(self, form: Any) -> str:
        kind, signer = Kind(form.cleaned_data["kind"]), form.cleaned_data["signer"]
        first = "article" if kind == Kind.DECISION else "paragraph"
        content, problems = content_parse(
            {
                **paper_frame(self.agency, kind),
                "title": form.cleaned_data["title"],
                "signature": {**signature_of(signer), "position": signer.position or _("Position")},
                "body": [{"type": first, "text": "…"}],
            }
        )
        if content is None:
            raise Invalid(problems)
        paper = paper_create(
            agency=self.agency, kind=kind, content=content, signer=signer, acting=self.person
        )
        return reverse("documents:paper-edit", args=[paper.pk])


class _Editing(PortalMixin):
    """What editing and its live preview share."""

    policy = policies.may_draft
    kwargs: dict[str, Any]

    def forms_of(self, paper: Paper, data: Any = None) -> tuple[forms.PaperForm, Any]:
        """The two forms of a paper, bound when there is data."""
        initial = None if data is not None else forms.initial_of(paper)
        form = forms.PaperForm(data, initial=initial, agency=paper.agency, kind=paper.kind)
        annexes = forms.AnnexForms(
            data, initial=forms.annexes_initial(paper.typed) if data is None else None, prefix="annex"
        )
        return form, annexes


class PaperEdit(_Editing, View):
    """Edit a draft; the preview beside it follows what is typed."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        paper = self._paper()
        form, annexes = self.forms_of(paper)
        return self._page(paper, form, annexes)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        paper = self._paper()
        form, annexes = self.forms_of(paper, request.POST)
        if not (form.is_valid() & annexes.is_valid()):
            return self._page(paper, form, annexes, 422)
        content, problems = content_parse(forms.content_data(paper, form, annexes))
        if content is not None:
            problems = glyph_problems(content)
        if content is None or problems:
            for problem in problems:
                name = str(problem.path[0]) if problem.path else ""
                form.add_error(name if name in form.fields else None, str(problem))
            return self._page(paper, form, annexes, 422)
        paper_update(
            paper,
            content=content,
            signer=form.cleaned_data["signer"],
            version=form.cleaned_data["version"],
            acting=self.person,
        )
        return HttpResponseRedirect(paper.get_absolute_url())

    def _paper(self) -> Paper:
        paper: Paper = self.find(Paper, pk=self.kwargs["pk"])
        require(policies.can_edit(self.person, paper))
        return paper

    def _page(self, paper: Paper, form: Any, annexes: Any, status: int = 200) -> HttpResponse:
        context = {"paper": paper, "form": form, "annexes": annexes, "sheet": preview_of(paper)}
        return render(self.request, "documents/paper_edit.html", context, status=status)


class PaperPreview(_Editing, View):
    """The sheet of what is typed just now; saves nothing."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        paper: Paper = self.find(Paper, pk=self.kwargs["pk"])
        form, annexes = self.forms_of(paper, request.POST)
        form.is_valid()
        annexes.is_valid()
        content, problems = content_parse(forms.content_data(paper, form, annexes))
        if content is not None:
            problems = glyph_problems(content)
        context = {
            "paper": paper,
            "problems": problems,
            "sheet": preview_of(paper, content) if content else None,
        }
        return render(request, "documents/_preview.html", context)


class PaperRefresh(ActionView):
    """Build the content anew from the records."""

    policy = policies.may_draft

    def act(self) -> str:
        paper = paper_refresh(self.find(Paper, pk=self.kwargs["pk"]), acting=self.person)
        return paper.get_absolute_url()


class PaperComment(FormPage):
    """Add a comment."""

    template_name = "documents/comment.html"
    form_class = forms.CommentForm
    policy = policies.may_draft

    def page(self) -> dict[str, Any]:
        return {"paper": self.find(Paper, pk=self.kwargs["pk"])}

    def act(self, form: Any) -> str:
        paper = self.find(Paper, pk=self.kwargs["pk"])
        paper_comment(paper, text=form.cleaned_data["text"], acting=self.person)
        return f"{paper.get_absolute_url()}#comments"


class PaperDownload(PortalMixin, View):
    """The signed file, byte for byte."""

    policy = policies.may_read

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        paper: Paper = self.find(Paper, pk=self.kwargs["pk"])
        kept = selectors.final_file(paper)
        if kept is None:
            raise Http404
        audit.record("documents.paper.downloaded", paper, acting=self.person, note=kept.sha256)
        data = io.BytesIO(files.read(kept.file))
        return FileResponse(data, as_attachment=True, filename=kept.file.name, content_type="application/pdf")
