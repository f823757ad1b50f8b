"""Nonconformities from a workbook: upload, preview, take over or discard."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import policies
from audits.models import CaseImport
from audits.services import case_transfer as services
from audits.services.case_columns import COLUMNS
from audits.services.case_reading import COMPULSORY, MOST_LINES
from audits.views.cases import CaseForm, InCases
from qms.forms import PortalForm, UploadField
from qms.policies import Verdict
from qms.views.base import ActionView, PageView

PREVIEWED = 100
BATCHES = CaseImport.objects.select_related("agency", "file", "made_by")


class UploadForm(PortalForm):
    """A workbook with nonconformities."""

    file = UploadField(label=gettext_lazy("Excel workbook"), kinds=(".xlsx",), most_megabytes=5)


class CaseImportUpload(CaseForm):
    """Upload a workbook; the next page is the preview."""

    guarded = False
    form_class = UploadForm
    template_name = "audits/nc/import_form.html"
    heading = gettext_lazy("Nonconformities from Excel")
    action = gettext_lazy("Read the file")

    def allowed(self) -> Verdict:
        return policies.can_keep(self.person, self.agency)

    def page(self) -> dict[str, Any]:
        read = [
            (column.title, column.key in COMPULSORY, column.closed_only) for column in COLUMNS if column.read
        ]
        waiting = BATCHES.visible_to(self.person).filter(state=CaseImport.State.PREVIEW)[:5]
        return {"columns": read, "waiting": waiting, "most": MOST_LINES}

    def act(self, form: Any) -> str:
        upload = form.cleaned_data["file"]
        batch = services.import_preview(
            self.agency, acting=self.person, name=upload.name, content=upload.read()
        )
        job = services.import_job(batch)
        return job.get_absolute_url() if job is not None else batch.get_absolute_url()


class CaseImportPreview(InCases, PageView):
    """What a workbook would bring, line by line, before anything is taken over; faults come first."""

    policy = policies.secretariat
    template_name = "audits/nc/import_preview.html"

    def page(self) -> dict[str, Any]:
        batch = self.find(BATCHES, pk=self.kwargs["pk"])
        counts = dict.fromkeys((services.NEW, services.CHANGED, services.SAME, services.OUT, ""), 0)
        for line in batch.lines:
            counts[line["result"]] += 1
        job = services.import_job(batch)
        ordered = sorted(batch.lines, key=lambda line: not line["problems"])
        found = Paginator(ordered, PREVIEWED).get_page(self.request.GET.get("page"))
        return {
            "batch": batch,
            "job": job,
            "under_way": job is not None and not job.is_over,
            "untried": counts[""],
            "page_obj": found,
            "lines": found.object_list,
            "past": sum(
                1 for line in batch.lines if line["values"].get("history") and line["result"] == "new"
            ),
            "counts": counts,
            "good": counts[services.NEW] + counts[services.CHANGED],
            "shows_problems": any(line["problems"] for line in found.object_list),
            "problems": sum(len(line["problems"]) for line in batch.lines),
            "is_preview": batch.state == CaseImport.State.PREVIEW,
        }


class CaseImportCommit(ActionView):
    """Take the good lines over, at once or (a long workbook) by a job whose page is shown."""

    policy = policies.secretariat

    def act(self) -> str:
        batch = self.find(BATCHES, pk=self.kwargs["pk"])
        if not services.is_tried(batch):
            return services.import_try_again(batch, acting=self.person).get_absolute_url()
        if len(batch.lines) > services.AT_ONCE:
            return services.import_enqueue(batch, acting=self.person).get_absolute_url()
        counts = services.import_commit(batch, acting=self.person)
        messages.success(self.request, services.taken_words(counts))
        return reverse("audits:nc-list")


class CaseImportDiscard(ActionView):
    """Throw the preview away."""

    policy = policies.secretariat

    def act(self) -> str:
        batch = self.find(BATCHES, pk=self.kwargs["pk"])
        services.import_discard(batch, acting=self.person)
        messages.success(self.request, _("The file is discarded; nothing was taken over."))
        return reverse("audits:nc-list")
