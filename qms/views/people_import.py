"""People by workbook: template, upload, preview with located problems, one-time passwords shown once."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from qms import access, files
from qms.exceptions import DomainError
from qms.forms import PortalForm, UploadField
from qms.models import StoredFile
from qms.services import people_sheet
from qms.views.base import FormPage, PageView, PortalMixin


class SheetForm(PortalForm):
    """A workbook of people."""

    file = UploadField(label=gettext_lazy("Workbook of people (.xlsx)"), kinds=(".xlsx",), most_megabytes=5)


class PeopleTemplate(PortalMixin, View):
    """The workbook to fill in."""

    policy = access.may_administer

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        book = people_sheet.template(self.agency)
        return FileResponse(book, as_attachment=True, filename="mau-nhan-su.xlsx")


class PeopleUpload(FormPage):
    """Choose the workbook; nothing is written before its preview."""

    template_name = "people/import.html"
    policy = access.may_administer
    form_class = SheetForm

    def act(self, form: Any) -> str:
        sent = form.cleaned_data["file"]
        content = sent.read()
        people_sheet.read(self.agency, content)
        stored = files.store(self.agency, sent.name, content, acting=self.person)
        return reverse("people-import-preview", args=[stored.pk])


class PeoplePreview(PageView):
    """What the workbook would do, line by line; taking it over is all or nothing."""

    template_name = "people/import_preview.html"
    policy = access.may_administer

    @cached_property
    def content(self) -> bytes:
        """The bytes that were uploaded, by the same person only."""
        rows = StoredFile.objects.filter(stored_by=self.person, name__iendswith=".xlsx")
        return files.read(self.find(rows, pk=self.kwargs["pk"]))

    def page(self) -> dict[str, Any]:
        try:
            sheet = people_sheet.read(self.agency, self.content)
        except DomainError as error:
            return {"unreadable": str(error)}
        counts = {what: sheet.count(what) for what in ("new", "changed", "same", "wrong")}
        return {"sheet": sheet, "counts": counts, "problems": sheet.problems[:200]}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        made = people_sheet.take_over(self.agency, self.content, acting=self.person)
        messages.success(request, _("The people are taken over."))
        if not made:
            return HttpResponseRedirect(reverse("person-list"))
        return render(request, "people/import_done.html", {"made": made})
