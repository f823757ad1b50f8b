"""Background jobs as pages: state, progress, reason, retry."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms import jobs
from qms.forms import FilterForm
from qms.models import Job, Role
from qms.policies import any_role, signed_in
from qms.views.base import ActionView, ListPage, PageView


class JobFilter(FilterForm):
    """Which jobs to show."""

    state = forms.ChoiceField(label=_("Status"), choices=[("", _("All")), *Job.State.choices])
    kind = forms.ChoiceField(label=_("Kind of job"))
    q = forms.CharField(label=_("Title or person"), max_length=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = sorted(((kind.name, str(kind.label)) for kind in jobs.kinds.values()), key=lambda one: one[1])
        self.fields["kind"].choices = [("", _("All")), *kinds]  # type: ignore[attr-defined]


class JobList(ListPage):
    """Jobs of the agency, newest first."""

    template_name = "jobs/list.html"
    policy = any_role(Role.ADMIN, Role.SECRETARY)

    def rows(self) -> "QuerySet[Any]":
        return jobs.filtered(
            Job.objects.visible_to(self.person).select_related("requested_by"),
            state=self.request.GET.get("state", ""),
            kind=self.request.GET.get("kind", ""),
            text=self.request.GET.get("q", ""),
        )

    def page(self) -> dict[str, Any]:
        return {"filters": JobFilter(self.request.GET)}


class JobDetail(PageView):
    """One job; an htmx request gets only the part that changes."""

    template_name = "jobs/detail.html"
    policy = signed_in

    def page(self) -> dict[str, Any]:
        job = self.find(Job.objects.select_related("requested_by", "agency"), pk=self.kwargs["pk"])
        return {
            "job": job,
            "progress": jobs.progress_of(job),
            "attempt": job.attempts + 1,
            "steer": jobs.can_steer(self.person, job),
        }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "htmx", False):
            return render(request, "jobs/_state.html", self.page())
        return super().get(request, *args, **kwargs)


class JobRetry(ActionView):
    """Try a failed job again."""

    policy = signed_in

    def act(self) -> str:
        job = self.find(Job, pk=self.kwargs["pk"])
        jobs.retry(job, acting=self.person)
        return reverse("job-detail", args=[job.pk])


class JobCancel(ActionView):
    """Cancel a waiting job."""

    policy = signed_in

    def act(self) -> str:
        job = self.find(Job, pk=self.kwargs["pk"])
        jobs.cancel(job, acting=self.person)
        return reverse("job-detail", args=[job.pk])
