"""Background jobs as pages: state, progress, reason, retry."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from qms import jobs
from qms.models import Job, Role
from qms.policies import any_role, signed_in
from qms.views.base import ActionView, ListPage, PageView


class JobList(ListPage):
    """Jobs of the agency, newest first."""

    template_name = "jobs/list.html"
    policy = any_role(Role.ADMIN, Role.SECRETARY)

    def rows(self) -> "QuerySet[Any]":
        rows = Job.objects.visible_to(self.person).select_related("requested_by")
        state = self.request.GET.get("state", "")
        return rows.filter(state=state) if state in Job.State.values else rows

    def page(self) -> dict[str, Any]:
        return {"states": Job.State.choices, "state": self.request.GET.get("state", "")}


class JobDetail(PageView):
    """One job; an htmx request gets only the part that changes."""

    template_name = "jobs/detail.html"
    policy = signed_in

    def page(self) -> dict[str, Any]:
        job = self.find(Job, pk=self.kwargs["pk"])
        return {"job": job, "progress": jobs.progress_of(job)}

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
