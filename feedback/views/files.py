"""Files of complaints and suggestions: added, and opened with an entry in the trail."""

import io
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy
from django.views.generic import View

from feedback import forms, policies, services
from feedback.models import FeedbackFile
from feedback.views.cases import OfCase
from qms import files
from qms.policies import Verdict, require
from qms.views.base import PortalMixin


class FileAdd(OfCase):
    """Keep a letter, a photograph or the reply with the case."""

    form_class = forms.FileForm
    heading = gettext_lazy("Attach a file")
    action = gettext_lazy("Attach the file")

    def allowed(self) -> Verdict:
        return policies.can_see_files(self.person, self.case)

    def act(self, form: Any) -> str:
        require(policies.can_see_files(self.person, self.case))
        upload = form.cleaned_data["file"]
        # Kept before the transaction of the service: a file may be left over, never lost.
        stored = files.store(self.agency, upload.name, upload.read(), acting=self.person)
        services.file_add(self.case, acting=self.person, file=stored, note=form.cleaned_data["note"])
        return self.back()


class FileOpen(PortalMixin, View):
    """The bytes of a file; every look is in the trail."""

    policy = policies.insider

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rows = FeedbackFile.objects.select_related("file", "feedback__unit", "feedback__agency")
        one = self.find(rows, pk=self.kwargs["pk"])
        content = services.file_open(one, acting=self.person)
        return FileResponse(
            io.BytesIO(content),
            as_attachment=True,
            filename=one.file.name,
            content_type=one.file.content_type,
        )
