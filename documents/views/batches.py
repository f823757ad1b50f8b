"""Many at once: issuing from the clerk's desk, signing from the folder, numbers given before the portal."""

import io
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from documents import forms_signing as forms
from documents import policies, selectors
from documents.content import Kind
from documents.models import Paper, PaperState
from documents.services import batch
from documents.services.frame import paper_symbol
from documents.services.numbering import lines_read, numbers_enter
from documents.services.register_pdf import JOB, register_pdf_start
from documents.views.desk import _asked
from documents.views.papers import preview_of
from qms import files
from qms.models import Job, StoredFile
from qms.views import ActionView, FormPage, PageView, PortalMixin


def _in_order(rows: Any, keys: list[Any]) -> list[Paper]:
    found = {paper.pk: paper for paper in rows.filter(pk__in=keys)}
    return [found[key] for key in dict.fromkeys(keys) if key in found]


class BatchIssue(FormPage):
    """Chosen papers and their day: look, then give the numbers one after another."""

    template_name = "documents/batch_issue.html"
    form_class = forms.BatchForm
    policy = policies.may_number

    def papers(self) -> list[Paper]:
        """Papers of the desk named in the address or the form, in the order of the desk."""
        said = self.request.POST if self.request.method == "POST" else self.request.GET
        keys = set(batch.keys_in(said.getlist("paper"))[: batch.MOST])
        rows = selectors.papers_to_number(self.person).filter(state=PaperState.AUTHORISED, pk__in=keys)
        return list(rows.select_related("agency"))

    def page(self) -> dict[str, Any]:
        papers = self.papers()
        following: dict[Any, int] = {}
        lines = []
        for paper in papers:
            strip = selectors.number_strip(paper)
            number = following.get(strip.series.key, strip.next)
            following[strip.series.key] = number + 1
            lines.append((paper, f"{number:02d}/{paper.symbol}"))
        return {"lines": lines}

    def act(self, form: Any) -> str:
        results = batch.papers_issue(
            self.papers(), issued_on=form.cleaned_data["issued_on"], acting=self.person
        )
        self.request.session["batch_problems"] = {
            str(one.paper.pk): one.problem for one in results if not one.ok
        }
        keys = [("paper", str(one.paper.pk)) for one in results]
        return f"{reverse('documents:batch-progress')}?{urlencode(keys)}"


class BatchProgress(PageView):
    """How far each paper of a batch is."""

    template_name = "documents/batch_progress.html"
    policy = policies.may_number

    def page(self) -> dict[str, Any]:
        keys = batch.keys_in(self.request.GET.getlist("paper"))[: batch.MOST]
        papers = _in_order(Paper.objects.visible_to(self.person), keys)
        problems = self.request.session.get("batch_problems", {})
        lines = [(paper, problems.get(str(paper.pk), "") or paper.failure) for paper in papers]
        running = [paper for paper, problem in lines if paper.state == PaperState.ISSUING and not problem]
        return {
            "lines": lines,
            "done": sum(paper.is_issued for paper in papers),
            "total": len(papers),
            "running": bool(running),
            "query": self.request.GET.urlencode(),
        }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "htmx", False):
            return render(request, "documents/_batch.html", self.page())
        return super().get(request, *args, **kwargs)


class SignAll(FormPage):
    """Read the papers of the folder one below the other, then sign those that were read."""

    template_name = "documents/sign_all.html"
    form_class = forms.SignAllForm
    policy = policies.may_sign

    def page(self) -> dict[str, Any]:
        rows = selectors.papers_to_sign(self.person).select_related("drafter", "approver")[: batch.MOST]
        read = set(self.request.POST.getlist("read"))
        return {
            "papers": [
                (paper, preview_of(paper), f"{paper.pk}:{paper.content_hash}" in read) for paper in rows
            ],
            "key": self.person.signing_keys.filter(retired_at=None).first(),
        }

    def act(self, form: Any) -> HttpResponse:
        said = dict(
            value.split(":", 1) for value in self.request.POST.getlist("read") if value.count(":") == 1
        )
        rows = _in_order(selectors.papers_to_sign(self.person), batch.keys_in(said))
        results = batch.papers_authorise(
            [(paper, said[str(paper.pk)]) for paper in rows],
            password=form.cleaned_data["password"],
            acting=self.person,
        )
        context = {"results": results, "signed": sum(one.ok for one in results)}
        return render(self.request, "documents/sign_all_done.html", context)


class NumbersElsewhere(FormPage):
    """Enter the numbers of the year that were given before the portal."""

    template_name = "documents/numbers_elsewhere.html"
    form_class = forms.ElsewhereForm
    policy = policies.may_number

    def act(self, form: Any) -> str:
        said = form.cleaned_data
        rows = lines_read(said["lines"])
        symbol = paper_symbol(self.agency, Kind(said["kind"]), rows[0].issued_on)
        numbers_enter(self.agency, kind=said["kind"], rows=rows, symbol=symbol, acting=self.person)
        return f"{reverse('documents:register')}?year={rows[0].issued_on.year}"


class RegisterPrint(ActionView):
    """Let the worker print the register as it is filtered."""

    policy = policies.may_read_register

    def act(self) -> str:
        job = register_pdf_start(self.agency, _asked(self.request), acting=self.person)
        return reverse("job-detail", args=[job.pk])


class RegisterFile(PortalMixin, View):
    """The printed register, for whoever asked for it."""

    policy = policies.may_read_register

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        job: Job = self.find(Job.objects.filter(kind=JOB, requested_by=self.person), pk=kwargs["pk"])
        key = str(job.result.get("file", ""))
        stored = StoredFile.objects.filter(agency=self.agency, pk=key).first() if key else None
        if stored is None:
            raise Http404(_("The register is not printed yet."))
        return FileResponse(io.BytesIO(files.read(stored)), as_attachment=True, filename=stored.name)
