"""Pages of the import: upload, check, result, list, refused rows."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.generic import View

from dossiers import answers, policies, selectors, services
from dossiers.filters import ImportFilter
from dossiers.forms import StartForm, UndoForm, UploadForm
from dossiers.importers.problems import WARNINGS, reason_of
from dossiers.importers.profile import FIELDS
from dossiers.mending import mending_workbook
from dossiers.models import DossierImport, ImportRowError, Status
from dossiers.reading_form import ReadingForm
from dossiers.undoing import can_undo, import_undo
from dossiers.views.tabs import tabs
from qms import audit, jobs
from qms.models import Job
from qms.views.base import ActionView, ExportView, FormPage, ListPage, PageView, PortalMixin

State = DossierImport.State
CHIPS = {
    State.CHECKING: "running",
    State.CHECKED: "waiting",
    State.IMPORTING: "running",
    State.COMMITTED: "succeeded",
    State.FAILED: "failed",
    State.CANCELLED: "cancelled",
    State.UNDONE: "cancelled",
}
STEP = {State.CHECKING: 2, State.CHECKED: 2, State.IMPORTING: 3, State.COMMITTED: 5, State.FAILED: 2}
ERRORS_ON_PAGE = 20
TELLING = (
    "code",
    "received_at",
    "due_original_at",
    "result_at",
    "status",
    "unit",
    "channel",
    "level",
    "rating",
)


def steps() -> list[str]:
    """The way of a file, in words."""
    return [_("Choose a file"), _("Check"), _("Import"), _("Result")]


class _Imports:
    """The imports in the person's scope, newest first, in the state that is asked for."""

    def rows(self) -> "QuerySet[Any]":
        """Filtered as the address says."""
        view: Any = self
        rows = DossierImport.objects.visible_to(view.person).select_related("imported_by")
        state = view.request.GET.get("state", "")
        return rows.filter(state=state) if state in State.values else rows


class ImportList(_Imports, ListPage):
    """All imports, newest first."""

    template_name = "dossiers/import_list.html"
    policy = policies.may_read

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"lines": [(one, CHIPS[one.state]) for one in context["rows"]]}

    def page(self) -> dict[str, Any]:
        return {
            "tabs": tabs("imports"),
            "form": ImportFilter(self.request.GET),
            "as_of": selectors.data_as_of(self.agency),
            "may_import": policies.may_import(self.person),
        }


class ImportListExport(_Imports, ExportView):
    """The filtered list as `.xlsx`."""

    policy = policies.may_read
    filename = "cac-lan-nhap-ho-so.xlsx"

    def header(self) -> list[str]:
        return [
            _("No."),
            _("File"),
            _("Status"),
            _("Figures as of"),
            _("Rows read"),
            pgettext("rows", "New"),
            _("Updated"),
            pgettext("rows", "Unchanged"),
            _("Rejected rows"),
            _("By"),
            _("Created"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        for one in self.rows().defer("understood", "mapping", "touched").iterator():
            yield [
                one.seq,
                one.file_name,
                one.get_state_display(),
                one.as_of,
                one.read_count,
                one.new_count,
                one.updated_count,
                one.unchanged_count,
                one.rejected_count,
                str(one.imported_by or _("The portal")),
                one.created_at,
            ]


class ImportUpload(FormPage):
    """Choose the file."""

    template_name = "dossiers/import_upload.html"
    policy = policies.may_import
    form_class = UploadForm

    def page(self) -> dict[str, Any]:
        return {"steps": steps(), "as_of": selectors.data_as_of(self.agency)}

    def act(self, form: Any) -> str:
        file = form.cleaned_data["file"]
        one = services.import_upload(
            self.agency,
            name=file.name,
            content=file,
            acting=self.person,
            profile=form.cleaned_data["profile"],
        )
        return one.get_absolute_url()

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}


class _ImportPage(PortalMixin):
    """What the pages of one import share."""

    kwargs: dict[str, Any]
    start_form: StartForm | None = None

    def _import(self) -> DossierImport:
        one: DossierImport = self.find(
            DossierImport.objects.select_related("agency", "imported_by", "profile"), pk=self.kwargs["pk"]
        )
        return one

    def _progress(self, one: DossierImport) -> dict[str, Any]:
        job = Job.objects.visible_to(self.person).filter(pk=one.job_id).first()
        return {"one": one, "job": job, "progress": jobs.progress_of(job) if job else {}}

    def shown(self, one: DossierImport) -> dict[str, Any]:
        """The context of the page of an import."""
        told = one.understood
        asks = one.state == State.CHECKED and bool(told.get("columns"))
        errors = one.row_errors.filter(agency=self.agency)
        page = Paginator(errors, ERRORS_ON_PAGE).get_page(self.request.GET.get("page"))
        same = selectors.same_file(one) if not one.is_over else None
        return self._progress(one) | {
            "tabs": tabs("imports"),
            "steps": steps(),
            "step": STEP.get(State(one.state), 1),
            "chip": CHIPS[State(one.state)],
            "may_import": policies.can_import(self.person, self.agency),
            "same": same,
            "columns": [column | {"into": self._into(column)} for column in _telling_first(told)],
            "shown": self._shown(told),
            "kinds": self._kinds(told),
            "statuses": [
                (label, told["statuses"][value])
                for value, label in Status.choices
                if value in told.get("statuses", {})
            ],
            "errors_page": page,
            "has_report": bool(told),
            "start_form": self.start_form or StartForm(),
            "reading": ReadingForm(one=one) if asks else None,
            "asks": one.state == State.CHECKED and bool(told.get("open") or told.get("words")),
            "missing": [FIELDS[name] for name in told.get("missing", [])],
            "undo": can_undo(self.person, one) if one.state == State.COMMITTED else None,
            "can_mend": one.rejected_rows.filter(agency=self.agency).exists(),
        }

    def _into(self, column: dict[str, str]) -> str:
        if column["use"] == "field":
            return str(FIELDS[column["field"]])
        return _("Data of citizens: dropped") if column["use"] == "personal" else _("Not imported")

    def _shown(self, told: dict[str, Any]) -> list[dict[str, Any]]:
        """The first rows, cell by cell in the order of the file."""
        rows = []
        for row in told.get("shown", []):
            cells = []
            for column in _telling_first(told):
                if column["use"] == "personal":
                    cells.append({"off": True, "text": _("(hidden)")})
                elif column["use"] != "field" or column.get("again"):
                    cells.append({"off": True, "text": "–"})
                else:
                    text, raw, kind = row["cells"].get(column["field"], ("", "", ""))
                    cells.append({"text": text, "raw": raw, "why": reason_of(kind) if kind else ""})
            rows.append({"line": row["line"], "cells": cells})
        return rows

    def _kinds(self, told: dict[str, Any]) -> dict[str, list[tuple[str, int]]]:
        found: dict[str, list[tuple[str, int]]] = {"errors": [], "warnings": []}
        for kind, count in sorted(told.get("kinds", {}).items(), key=lambda one: -one[1]):
            found["warnings" if kind in WARNINGS else "errors"].append((reason_of(kind), count))
        return found


class ImportDetail(_ImportPage, PageView):
    """One import: its progress, what was understood, the decision, the result."""

    template_name = "dossiers/import_detail.html"
    policy = policies.may_read

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not getattr(request, "htmx", False):
            return super().get(request, *args, **kwargs)
        one = self._import()
        response = render(request, "dossiers/_import_progress.html", self._progress(one))
        if request.GET.get("state") != one.state:
            response["HX-Refresh"] = "true"
        return response

    def page(self) -> dict[str, Any]:
        return self.shown(self._import())


class ImportReading(_ImportPage, FormPage):
    """Say how the file is to be read; the form stands on the page of the import."""

    template_name = "dossiers/import_detail.html"
    policy = policies.may_import
    form_class = ReadingForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(self._import().get_absolute_url())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        one = self._import()
        if one.state != State.CHECKED:
            return HttpResponseRedirect(one.get_absolute_url())
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"one": self._import()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | self.shown(self._import()) | {"reading": context["form"]}

    def act(self, form: Any) -> str:
        one = answers.import_answer(
            self._import(), form.answers(), source=form.cleaned_data["source"], acting=self.person
        )
        return one.get_absolute_url()


def _telling_first(told: dict[str, Any]) -> list[dict[str, str]]:
    """The columns, those first by which a person sees whether the file was understood, dropped ones last."""
    uses = ["field", "personal", "unknown", "ignored"]

    def rank(column: dict[str, str]) -> tuple[int, int]:
        told_by = TELLING.index(column["field"]) if column["field"] in TELLING else len(TELLING)
        return uses.index(column["use"]), told_by

    return sorted(told.get("columns", []), key=rank)


class ImportStart(_ImportPage, ActionView):
    """Import a checked file; what cannot be read of the decision is asked again, nothing is imported."""

    policy = policies.may_import

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.form = StartForm(request.POST)
        if self.form.is_valid() or self._import().state != State.CHECKED:
            return super().post(request, *args, **kwargs)
        page = ImportDetail()
        page.setup(request, *args, **kwargs)
        page.start_form = self.form
        return page.render_to_response(page.get_context_data(**kwargs), status=422)

    def act(self) -> str:
        return services.import_start(
            self._import(),
            acting=self.person,
            as_of=self.form.cleaned_data.get("as_of"),
            all_or_nothing=self.form.cleaned_data.get("all_or_nothing", False),
        ).get_absolute_url()


class ImportCancel(ActionView):
    """Give an import up."""

    policy = policies.may_import

    def act(self) -> str:
        services.import_cancel(self.find(DossierImport, pk=self.kwargs["pk"]), acting=self.person)
        return reverse("dossiers:import-list")


class ImportUndo(FormPage):
    """Undo an import, with the reason; or say what rests on it."""

    template_name = "dossiers/import_undo.html"
    policy = policies.may_import
    form_class = UndoForm

    def page(self) -> dict[str, Any]:
        one = self.find(DossierImport, pk=self.kwargs["pk"])
        return {"one": one, "verdict": can_undo(self.person, one)}

    def act(self, form: Any) -> str:
        one = self.find(DossierImport, pk=self.kwargs["pk"])
        done = import_undo(one, reason=form.cleaned_data["reason"], acting=self.person)
        messages.success(self.request, _("The import was undone. The facts stand as before it."))
        return done.get_absolute_url()


class ImportRejected(PortalMixin, View):
    """The rejected rows as a workbook that can be mended and uploaded again."""

    policy = policies.may_import

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        one = self.find(DossierImport, pk=self.kwargs["pk"])
        rows = one.rejected_rows.filter(agency=self.agency)
        if not rows.exists():
            raise Http404
        name = f"sua-{one.file_name.rsplit('.', 1)[0]}.xlsx"
        audit.record("qms.export.downloaded", one, acting=self.person, note=name)
        return FileResponse(mending_workbook(one, rows.iterator()), as_attachment=True, filename=name)


class ImportErrors(ExportView):
    """The refused rows and the warnings as `.xlsx`."""

    policy = policies.may_read

    @property
    def filename(self) -> str:  # type: ignore[override]
        """After the file that was imported."""
        return f"loi-{self._import().file_name.rsplit('.', 1)[0]}.xlsx"

    def _import(self) -> DossierImport:
        one: DossierImport = self.find(DossierImport, pk=self.kwargs["pk"])
        if not one.row_errors.exists():
            raise Http404
        return one

    def header(self) -> list[str]:
        return [
            _("Line"),
            _("Dossier code"),
            _("Column"),
            _("Value"),
            _("What is wrong"),
            _("Expected"),
            _("Consequence"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        rows = ImportRowError.objects.filter(agency=self.agency, dossier_import=self._import())
        for row in rows.iterator():
            yield [
                row.line,
                row.code,
                row.column,
                row.value,
                row.reason,
                row.expected,
                row.get_severity_display(),
            ]
