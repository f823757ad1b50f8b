"""Nonconformities from a workbook: upload, preview, take over or discard."""

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits import policies
from audits.models import CaseImport
from audits.services import case_transfer as services
from audits.services.case_columns import COLUMNS
from audits.services.case_reading import COMPULSORY
from audits.views.cases import CaseForm, InCases
from qms.forms import PortalForm, UploadField
from qms.policies import Verdict
from qms.views.base import ActionView, PageView

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
        read = [(column.title, column.key in COMPULSORY) for column in COLUMNS if column.read]
        waiting = BATCHES.visible_to(self.person).filter(state=CaseImport.State.PREVIEW)[:5]
        return {"columns": read, "waiting": waiting}

    def act(self, form: Any) -> str:
        upload = form.cleaned_data["file"]
        batch = services.import_preview(
            self.agency, acting=self.person, name=upload.name, content=upload.read()
        )
        return batch.get_absolute_url()


class CaseImportPreview(InCases, PageView):
    """What a workbook would bring, line by line, before anything is taken over."""

    policy = policies.secretariat
    template_name = "audits/nc/import_preview.html"

    def page(self) -> dict[str, Any]:
        batch = self.find(BATCHES, pk=self.kwargs["pk"])
        counts = dict.fromkeys((services.NEW, services.CHANGED, services.SAME, services.OUT), 0)
        for line in batch.lines:
            counts[line["result"]] += 1
        return {
            "batch": batch,
            "lines": batch.lines,
            "counts": counts,
            "good": counts[services.NEW] + counts[services.CHANGED],
            "problems": sum(len(line["problems"]) for line in batch.lines),
            "is_preview": batch.state == CaseImport.State.PREVIEW,
        }


class CaseImportCommit(ActionView):
    """Take the good lines over."""

    policy = policies.secretariat

    def act(self) -> str:
        batch = self.find(BATCHES, pk=self.kwargs["pk"])
        counts = services.import_commit(batch, acting=self.person)
        words = _("%(new)s opened, %(changed)s changed, %(same)s the same, %(left_out)s left out.")
        messages.success(self.request, words % counts)
        return reverse("audits:nc-list")


class CaseImportDiscard(ActionView):
    """Throw the preview away."""

    policy = policies.secretariat

    def act(self) -> str:
        batch = self.find(BATCHES, pk=self.kwargs["pk"])
        services.import_discard(batch, acting=self.person)
        messages.success(self.request, _("The file is discarded; nothing was taken over."))
        return reverse("audits:nc-list")
