"""Papers: list, page, new, edit with live preview, file."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from documents import checking, forms, policies, registry, selectors
from documents.content import PaperContent
from documents.models import Paper, PaperState
from documents.rendering.sheet import IssueFacts, Sheet, sheet_of
from documents.services import (
    paper_comment,
    paper_from_template,
    paper_refresh,
    signing_first,
)
from documents.services.issuing import issue_job_of
from qms import audit, clock, files, jobs, notation
from qms.models import AuditEntry
from qms.views import ActionView, ExportView, FormPage, ListPage, PageView, PortalMixin


def preview_of(paper: Paper, content: PaperContent | None = None) -> Sheet:
    """The sheet of a paper as it stands; the year shows before the date is known."""
    facts = IssueFacts(paper.number, paper.issued_on, clock.today().year)
    return sheet_of(content or paper.typed, facts)


def _stamps(paper: Paper) -> list[str]:
    """What the preview shows where the signatures stand in the file."""
    if not paper.is_issued or paper.number is None:
        return []
    rows = paper.files.filter(Q(entry__number=paper.number) | Q(entry=None, round=paper.round))
    rows = rows.filter(stage="leader").order_by("-made_at")
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
                "agency", "drafter", "signer", "approver", "authorised_by", "replaced_by", "amends"
            ),
            pk=self.kwargs["pk"],
        )
        person = self.person
        job = None
        if paper.state == PaperState.ISSUING:
            job = issue_job_of(paper)
        elif paper.state == PaperState.SIGNING:
            job = signing_first.job_of(paper)
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
            "files": paper.files.filter(
                Q(entry__number=paper.number) | Q(entry=None, round=paper.round)
            ).select_related("file"),
            "may_token": selectors.desk_signatures(person).filter(paper=paper).exists(),
            "comments": self._comments(paper),
            "amended": paper.amended_by.exclude(state=PaperState.ABANDONED),
            "comment_form": forms.CommentForm(content=paper.typed, auto_id="comment_%s"),
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
                "sign_again": policies.can_sign_again(person, paper),
                "decline": policies.can_decline(person, paper),
                "hand_back": policies.can_hand_back(person, paper),
                "end": policies.can_end(person, paper),
                "amend": policies.can_amend(person, paper),
                "comment": policies.can_comment(person, paper),
            },
        }

    def _comments(self, paper: Paper) -> list[Any]:
        rows: list[Any] = list(paper.comments.select_related("person", "settled_by"))
        for one in rows:
            one.paper = paper
            one.may_settle = bool(not paper.is_issued and policies.can_settle(self.person, one))
        return rows

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

    def get_initial(self) -> dict[str, Any]:
        return {"template": self.request.GET.get("template", "")}

    def act(self, form: Any) -> str:
        said = form.cleaned_data
        paper = paper_from_template(
            agency=self.agency,
            key=said["template"],
            title=said["title"],
            signer=said["signer"],
            acting=self.person,
        )
        return reverse("documents:paper-edit", args=[paper.pk])


class PaperRefresh(ActionView):
    """Build the content anew from the records."""

    policy = policies.may_draft

    def act(self) -> str:
        paper = paper_refresh(self.find(Paper, pk=self.kwargs["pk"]), acting=self.person)
        return paper.get_absolute_url()


class PaperComment(FormPage):
    """Add a comment."""

    template_name = "documents/comment.html"
    policy = policies.may_draft

    def get_form(self, form_class: Any = None) -> forms.CommentForm:
        paper: Paper = self.find(Paper, pk=self.kwargs["pk"])
        return forms.CommentForm(content=paper.typed, **self.get_form_kwargs())

    def page(self) -> dict[str, Any]:
        return {"paper": self.find(Paper, pk=self.kwargs["pk"])}

    def act(self, form: Any) -> str:
        paper = self.find(Paper, pk=self.kwargs["pk"])
        said = form.cleaned_data
        paper_comment(paper, text=said["text"], place=said["place"], acting=self.person)
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
