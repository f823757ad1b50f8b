"""Files taken out of audits: the whole file of one (made by the worker), the form of a nonconformity."""

import io
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from audits import policies
from audits.selectors import cases as reading
from audits.services import sheets, wholefile
from audits.views.audits import ROWS
from qms import audit, files
from qms.models import Job
from qms.policies import public
from qms.views.base import ActionView, PortalMixin


class AuditFile(ActionView):
    """Let the worker make the whole file of an audit; the page of the job shows how far it is."""

    policy = policies.insider

    def act(self) -> str:
        found = self.find(ROWS, pk=self.kwargs["pk"])
        job = wholefile.audit_file_start(found, form=self.kwargs["audit_file"], acting=self.person)
        return reverse("job-detail", args=[job.pk])


class AuditFileGet(PortalMixin, View):
    """The file a job made, for whoever asked for it."""

    policy = policies.insider

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        mine = Job.objects.filter(kind=wholefile.JOB, requested_by=self.person)
        stored = wholefile.audit_file_of(self.find(mine, pk=kwargs["pk"]))
        if stored is None:
            raise Http404(_("The file is not made yet."))
        return FileResponse(
            io.BytesIO(files.read(stored)),
            as_attachment=True,
            filename=stored.name,
            content_type=stored.content_type,
        )


class CaseForm(PortalMixin, View):
    """The form of a nonconformity as a PDF, as it stands now."""

    policy = policies.insider

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        case = self.find(reading.case_detail(self.person), pk=kwargs["pk"])
        content = sheets.case_sheet(case)
        name = f"{case.code}.pdf"
        audit.record("qms.export.downloaded", case, acting=self.person, note=name)
        return FileResponse(
            io.BytesIO(content), as_attachment=True, filename=name, content_type="application/pdf"
        )


class ChecklistWorker(PortalMixin, View):
    """The script that keeps checklists on a phone; it has to come from the address it answers for."""

    policy = public

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        script = Path(settings.BASE_DIR) / "static" / "js" / "checklist-worker.js"
        return HttpResponse(
            script.read_text(encoding="utf-8"),
            content_type="text/javascript; charset=utf-8",
            headers={"Cache-Control": "no-cache"},
        )
