"""An edition of the standard by workbook: template, upload, preview with its mapping, taken over."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from qms import access, clock, files
from qms.exceptions import DomainError
from qms.forms import DateField, PortalForm, UploadField
from qms.models import ClauseMapping, StandardEdition, StoredFile
from qms.selectors import standard as standard_read
from qms.services import edition_sheet, standard
from qms.views.base import FormPage, PageView, PortalMixin

NAMES = "edition_import"


class EditionForm(PortalForm):
    """What the edition is called, and its clauses."""

    code = forms.CharField(
        label=gettext_lazy("Name of the edition"),
        max_length=40,
        help_text=gettext_lazy("Such as TCVN ISO 9001:2027 (dự thảo)."),
    )
    title_vi = forms.CharField(
        label=gettext_lazy("Title in Vietnamese"),
        max_length=255,
        initial="Hệ thống quản lý chất lượng – Các yêu cầu",
    )
    published_on = DateField(label=gettext_lazy("Published on"), required=False)
    file = UploadField(label=gettext_lazy("Workbook of clauses (.xlsx)"), kinds=(".xlsx",), most_megabytes=5)


class EditionTemplate(PortalMixin, View):
    """The clauses of the former edition to start from."""

    policy = access.may_administer

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        book = edition_sheet.template()
        return FileResponse(book, as_attachment=True, filename="mau-dieu-khoan.xlsx")


class EditionUpload(FormPage):
    """Choose the workbook; nothing is written before its preview."""

    template_name = "standard/edition_upload.html"
    policy = access.may_administer
    form_class = EditionForm

    def act(self, form: Any) -> str:
        said = form.cleaned_data
        content = said["file"].read()
        edition_sheet.read(content)
        stored = files.store(self.agency, said["file"].name, content, acting=self.person)
        day = said["published_on"]
        self.request.session[NAMES] = {
            "file": str(stored.pk),
            "code": said["code"].strip(),
            "title_vi": said["title_vi"].strip(),
            "published_on": day.isoformat() if day else "",
        }
        return reverse("edition-preview", args=[stored.pk])


class EditionPreview(PageView):
    """Every clause with where it came from, to be corrected here; then the edition is kept as a draft."""

    template_name = "standard/edition_preview.html"
    policy = access.may_administer

    @cached_property
    def content(self) -> bytes:
        """The bytes that were uploaded, by the same person only."""
        rows = StoredFile.objects.filter(stored_by=self.person, name__iendswith=".xlsx")
        return files.read(self.find(rows, pk=self.kwargs["pk"]))

    @property
    def names(self) -> dict[str, str]:
        """What was said of the edition with this file."""
        said: dict[str, str] = self.request.session.get(NAMES) or {}
        return said if said.get("file") == str(self.kwargs["pk"]) else {}

    def page(self) -> dict[str, Any]:
        try:
            lines = edition_sheet.read(self.content, self.request.POST.dict())
        except DomainError as error:
            return {"unreadable": str(error)}
        kinds = [kind for kind in ClauseMapping.Kind if kind != ClauseMapping.Kind.REMOVED]
        reached = {source for line in lines for source in line.sources}
        former = edition_sheet.former()
        return {
            "names": self.names,
            "lines": lines,
            "problems": [(line, one) for line in lines for one in line.problems],
            "kinds": [(str(kind), kind.label) for kind in kinds],
            "counts": [(kind.label, sum(line.kind == kind for line in lines)) for kind in kinds],
            "guessed": sum(line.guessed for line in lines),
            "former": former,
            "dropped": [
                one
                for one in former.clauses.order_by("order")
                if one.code[-1].isdigit() and one.code not in reached
            ],
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data()
        if context.get("unreadable") or context["problems"] or "look" in request.POST or not self.names:
            return self.render_to_response(context)
        day = self.names["published_on"]
        edition = edition_sheet.edition_import(
            self.agency,
            context["lines"],
            code=self.names["code"],
            title_vi=self.names["title_vi"],
            published_on=DateField().to_python(day) if day else None,
            acting=self.person,
        )
        request.session.pop(NAMES, None)
        messages.success(request, _("The edition is kept as a draft."))
        return HttpResponseRedirect(f"{reverse('evidence')}?edition={edition.pk}")


class PublishForm(PortalForm):
    """The name it keeps, and its day."""

    code = forms.CharField(label=gettext_lazy("Name of the edition"), max_length=40)
    published_on = DateField(
        label=gettext_lazy("In force from"),
        help_text=gettext_lazy("From this day the pages and new records follow this edition."),
    )


class EditionPublish(FormPage):
    """A draft becomes the edition in force from a day."""

    guarded = False
    template_name = "standard/edition_publish.html"
    policy = access.may_administer
    form_class = PublishForm

    @cached_property
    def edition(self) -> StandardEdition:
        """The edition of the address; editions belong to no agency."""
        return get_object_or_404(StandardEdition, pk=self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        day = self.edition.published_on
        return {"code": self.edition.code, "published_on": day if day and day >= clock.today() else None}

    def page(self) -> dict[str, Any]:
        return {
            "edition": self.edition,
            "former": standard_read.edition_in_force(clock.today()),
            "verdict": access.can_publish_edition(self.person, self.agency),
        }

    def act(self, form: Any) -> str:
        edition = standard.edition_publish(self.agency, self.edition, acting=self.person, **form.cleaned_data)
        messages.success(self.request, _("The edition is published."))
        return f"{reverse('standard')}?{urlencode({'edition': edition.code})}"
