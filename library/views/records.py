"""The list of records, their files, and disposal lists."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from library import policies, uploads
from library.forms import records as forms
from library.forms.documents import ReasonForm
from library.models import DisposalList, RecordSeries
from library.selectors import records as reading
from library.services import records as services
from library.views.base import LibraryForm, LibraryList, LibraryPage
from qms import clock, files
from qms.models import AuditEntry
from qms.policies import Verdict
from qms.views.base import ActionView, ExportView, PortalMixin

ROWS = RecordSeries.objects.select_related("unit", "form", "agency")
LISTS = DisposalList.objects.select_related("drafter", "approver", "minutes", "agency")
TONES = {"draft": "draft", "submitted": "submitted", "approved": "approved", "done": "done"}


def tone_of(listing: DisposalList) -> str:
    """How the state of a disposal list is drawn."""
    return TONES.get(listing.state, "cancelled")


class SeriesList(LibraryList):
    """The list of records."""

    template_name = "library/series_list.html"
    tab = "records"

    def rows(self) -> Any:
        return reading.series_list(self.person, self.request.GET.get("unit", ""))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = clock.today()
        return super().get_context_data(**kwargs) | {
            "may_add": policies.can_keep_records(self.person, None),
            "past": reading.files_past(self.agency, today).count(),
            "mine": self.request.GET.get("unit") == "mine",
        }


class SeriesExport(ExportView):
    """The list of records as a workbook."""

    policy = policies.insider
    filename = "danh-muc-ho-so.xlsx"

    def header(self) -> list[str]:
        return [
            _("Code"),
            _("Kind of records"),
            _("Form or procedure"),
            _("Keeper"),
            _("Where they are kept"),
            _("Kept as"),
            _("Kept for … years"),
            _("Retention after"),
            _("Files kept"),
            _("Clauses of the standard"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        rows = reading.series_list(self.person, self.request.GET.get("unit", ""))
        for one in rows.prefetch_related("clauses"):
            form = one.form.code if one.form else ""
            years = one.retention_years if one.retention_years is not None else _("For ever")
            medium = str(one.get_medium_display())
            yield (
                one.code,
                one.name,
                form,
                one.keeper,
                one.place,
                medium,
                years,
                one.retention_basis,
                one.kept,
                ", ".join(clause.code for clause in one.clauses.all()),
            )


class SeriesDetail(LibraryPage):
    """One line of the list with its files."""

    template_name = "library/series_detail.html"
    tab = "records"

    def page(self) -> dict[str, Any]:
        series = self.find(ROWS, pk=self.kwargs["pk"])
        today = clock.today()
        found = list(series.files.select_related("unit", "series").order_by("-closed_on"))
        return {
            "series": series,
            "clauses": list(series.clauses.select_related("edition").order_by("edition", "order")),
            "files": [(one, one.state == "kept" and one.is_past(today)) for one in found],
            "may_edit": policies.can_keep_records(self.person, series),
            "may_file": policies.can_file_records(self.person, series),
            "trail": AuditEntry.objects.visible_to(self.person).filter(subject_id=str(series.pk))[:8],
        }


class SeriesCreate(LibraryForm):
    """Add a line to the list of records."""

    form_class = forms.SeriesForm
    tab = "records"
    heading = gettext_lazy("New line of the list of records")
    action = gettext_lazy("Save the line")

    def allowed(self) -> Verdict:
        return policies.can_keep_records(self.person, None)

    def back(self) -> str:
        return reverse("library:series-list")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def act(self, form: Any) -> str:
        made = services.series_save(self.agency, acting=self.person, **form.cleaned_data)
        return made.get_absolute_url()


class SeriesEdit(SeriesCreate):
    """Change a line of the list of records."""

    heading = gettext_lazy("Edit the line of the list of records")

    @cached_property
    def series(self) -> RecordSeries:
        """The line of the address."""
        found: RecordSeries = self.find(ROWS, pk=self.kwargs["pk"])
        return found

    def allowed(self) -> Verdict:
        return policies.can_keep_records(self.person, self.series)

    def back(self) -> str:
        return self.series.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": str(self.series)}

    def get_initial(self) -> dict[str, Any]:
        values = {name: getattr(self.series, name) for name in services.SERIES_FIELDS}
        return values | {"clauses": self.series.clauses.all()}

    def act(self, form: Any) -> str:
        services.series_save(self.agency, acting=self.person, series=self.series, **form.cleaned_data)
        return self.back()


class FileAdd(LibraryForm):
    """Write down a closed file of records."""

    guarded = False
    form_class = forms.FileForm
    tab = "records"
    heading = gettext_lazy("New file of records")
    action = gettext_lazy("Add the file")

    @cached_property
    def series(self) -> RecordSeries:
        """The line of the address."""
        found: RecordSeries = self.find(ROWS, pk=self.kwargs["pk"])
        return found

    def allowed(self) -> Verdict:
        return policies.can_file_records(self.person, self.series)

    def back(self) -> str:
        return self.series.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": str(self.series)}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def get_initial(self) -> dict[str, Any]:
        return {"unit": self.series.unit or self.person.unit}

    def act(self, form: Any) -> str:
        services.file_add(self.series, acting=self.person, **form.cleaned_data)
        return self.back()


class DisposalOverview(LibraryList):
    """Disposal lists, and the files whose retention is over."""

    template_name = "library/disposal_list.html"
    tab = "disposals"

    def rows(self) -> Any:
        return LISTS.visible_to(self.person).order_by("-created_at")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "rows": [(one, tone_of(one)) for one in context["rows"]],
            "past": reading.files_past(self.agency, clock.today())[:50],
            "may_draw_up": policies.can_edit_disposal(self.person, None),
        }


class DisposalExport(ExportView):
    """Every file ever listed for disposal, as a workbook."""

    policy = policies.insider
    filename = "tieu-huy-ho-so.xlsx"

    def header(self) -> list[str]:
        return [
            _("List"),
            _("State"),
            _("Kind of records"),
            _("File of records"),
            _("Quantity"),
            _("Closed on"),
            _("Disposed of on"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        for listing in LISTS.visible_to(self.person).prefetch_related("items__file__series"):
            for item in listing.items.all():
                file = item.file
                yield (
                    listing.code,
                    str(listing.get_state_display()),
                    file.series.name,
                    file.title,
                    file.quantity,
                    file.closed_on,
                    file.disposed_on,
                )


class DisposalCreate(LibraryForm):
    """Draw up a disposal list."""

    form_class = forms.DisposalForm
    tab = "disposals"
    heading = gettext_lazy("New disposal list")
    action = gettext_lazy("Draw the list up")

    def allowed(self) -> Verdict:
        return policies.can_edit_disposal(self.person, None)

    def back(self) -> str:
        return reverse("library:disposal-list")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"files": reading.files_past(self.agency, clock.today())}

    def act(self, form: Any) -> str:
        return services.disposal_create(
            self.agency, acting=self.person, **_renamed(form.cleaned_data)
        ).get_absolute_url()


def _renamed(values: dict[str, Any]) -> dict[str, Any]:
    """The chosen files under the name the service knows (a form keeps uploads as `files`)."""
    return {"title": values["title"], "council": values["council"], "files": values["chosen"]}


class DisposalDetail(LibraryPage):
    """One disposal list."""

    template_name = "library/disposal_detail.html"
    tab = "disposals"

    def page(self) -> dict[str, Any]:
        listing = self.find(LISTS, pk=self.kwargs["pk"])
        may_cancel = (
            policies.can_carry_out_disposal(self.person, listing)
            if listing.state == "approved"
            else policies.can_edit_disposal(self.person, listing)
        )
        return {
            "listing": listing,
            "tone": tone_of(listing),
            "stages": disposal_stages(listing),
            "items": listing.items.select_related("file__series", "file__unit"),
            "may_edit": policies.can_edit_disposal(self.person, listing),
            "may_approve": policies.can_approve_disposal(self.person, listing),
            "may_carry_out": policies.can_carry_out_disposal(self.person, listing),
            "may_cancel": may_cancel,
            "trail": AuditEntry.objects.visible_to(self.person).filter(subject_id=str(listing.pk))[:8],
        }


def disposal_stages(listing: DisposalList) -> list[dict[str, Any]]:
    """The stage rail of a disposal."""
    way = ["draft", "submitted", "approved", "done"]
    here = way.index(listing.state) if listing.state in way else 0
    here += listing.state == "done"
    words = [_("Drawn up"), _("Submitted"), _("Approved"), _("Carried out")]
    whens = [listing.created_at, None, listing.approved_at, listing.done_on]
    return [
        {
            "label": word,
            "state": "done" if number < here else "current" if number == here else "",
            "when": f"{when:%d/%m/%Y}" if when and number < max(here, 1) else "",
        }
        for number, (word, when) in enumerate(zip(words, whens, strict=True))
    ]


class OfDisposal(LibraryForm):
    """A form about one disposal list."""

    tab = "disposals"

    @cached_property
    def listing(self) -> DisposalList:
        """The list of the address."""
        found: DisposalList = self.find(LISTS, pk=self.kwargs["pk"])
        return found

    def back(self) -> str:
        return self.listing.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": str(self.listing)}


class DisposalSubmit(ActionView):
    """Ask for approval."""

    policy = policies.insider

    def act(self) -> str:
        listing = self.find(LISTS, pk=self.kwargs["pk"])
        return services.disposal_submit(listing, acting=self.person).get_absolute_url()


class DisposalDecide(OfDisposal):
    """Approve, or send back."""

    form_class = forms.DecisionForm
    heading = gettext_lazy("Decide on the disposal")
    action = gettext_lazy("Save the decision")

    def allowed(self) -> Verdict:
        return policies.can_approve_disposal(self.person, self.listing)

    def act(self, form: Any) -> str:
        approve = form.cleaned_data["approve"] == "yes"
        note = form.cleaned_data["note"]
        services.disposal_decide(self.listing, acting=self.person, approve=approve, note=note)
        return self.back()


class DisposalCarryOut(OfDisposal):
    """Record the disposal with its minutes."""

    guarded = False
    form_class = forms.CarryOutForm
    heading = gettext_lazy("Record the disposal")
    action = gettext_lazy("Record the disposal")

    def allowed(self) -> Verdict:
        return policies.can_carry_out_disposal(self.person, self.listing)

    def get_initial(self) -> dict[str, Any]:
        return {"done_on": clock.today()}

    def act(self, form: Any) -> str:
        values = dict(form.cleaned_data)
        upload = values.pop("minutes")
        content = upload.read()
        uploads.check(upload.name, content, field="minutes")
        stored = files.store(self.agency, upload.name, content, acting=self.person)
        services.disposal_carry_out(self.listing, acting=self.person, minutes=stored, **values)
        return self.back()


class DisposalCancel(OfDisposal):
    """Give a list up."""

    form_class = ReasonForm
    heading = gettext_lazy("Cancel the list")
    action = gettext_lazy("Cancel the list")

    def allowed(self) -> Verdict:
        if self.listing.state == DisposalList.State.APPROVED:
            return policies.can_carry_out_disposal(self.person, self.listing)
        return policies.can_edit_disposal(self.person, self.listing)

    def act(self, form: Any) -> str:
        services.disposal_cancel(self.listing, acting=self.person, **form.cleaned_data)
        return self.back()


class DisposalMinutes(PortalMixin, View):
    """The signed minutes."""

    policy = policies.insider

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        listing = self.find(LISTS.exclude(minutes=None), pk=self.kwargs["pk"])
        stored = listing.minutes
        return FileResponse(
            io.BytesIO(files.read(stored)),
            as_attachment=True,
            filename=stored.name,
            content_type=stored.content_type,
        )
