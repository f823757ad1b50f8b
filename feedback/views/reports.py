"""The analysis of complaints, and the yearly report on satisfaction."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback import forms, papers, policies, reports, selectors
from feedback.models import Feedback, SatisfactionReport
from feedback.views.base import AppForm, AppList, AppPage
from qms import clock
from qms.models import AuditEntry
from qms.policies import Verdict
from qms.views.base import ActionView, ExportView

ROWS = SatisfactionReport.objects.select_related("agency", "drafted_by", "approved_by", "paper")
TONES = {"draft": "draft", "submitted": "submitted", "approved": "approved"}


class _Span:
    """What page and workbook of the analysis share."""

    request: HttpRequest
    agency: Any

    @cached_property
    def filter(self) -> forms.SpanFilter:
        """The filter of the address, this year by default."""
        given, today = self.request.GET.copy(), clock.today()
        for name, value in (
            ("by", "unit"),
            ("start", f"{dt.date(today.year, 1, 1):%d/%m/%Y}"),
            ("end", f"{today:%d/%m/%Y}"),
        ):
            if not given.get(name):
                given[name] = value
        form = forms.SpanFilter(given)
        form.is_valid()
        return form

    @property
    def span(self) -> tuple[dt.date, dt.date]:
        """First and last day."""
        asked, today = self.filter.cleaned_data, clock.today()
        return asked.get("start") or dt.date(today.year, 1, 1), asked.get("end") or today

    @property
    def dimension(self) -> str:
        """What it is split by."""
        return self.filter.cleaned_data.get("by") or "unit"

    def analysed(self) -> list[selectors.Line]:
        """The lines."""
        return selectors.analysis(self.agency, self.dimension, *self.span)


class Analysis(_Span, AppPage):
    """Figures by unit, procedure, kind, channel or month; each leads to its records."""

    template_name = "feedback/analysis.html"
    tab = "analysis"

    def page(self) -> dict[str, Any]:
        start, end = self.span
        span = {"start": f"{start:%d/%m/%Y}", "end": f"{end:%d/%m/%Y}"}
        whole = selectors.whole(self.agency, start, end)
        return {
            "form": self.filter,
            "lines": self.analysed(),
            "whole": selectors.Line(_("Together"), whole, span),
            "by": dict(self.filter.fields["by"].choices)[self.dimension],  # type: ignore[attr-defined]
            "export_url": reverse("feedback:analysis-export"),
        }


class AnalysisExport(_Span, ExportView):
    """The analysis as a workbook."""

    policy = policies.insider
    filename = "phan-tich-phan-anh-kien-nghi.xlsx"

    def header(self) -> list[str]:
        return [
            str(dict(self.filter.fields["by"].choices)[self.dimension]),  # type: ignore[attr-defined]
            *figure_titles(),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        for line in self.analysed():
            yield (line.label, *figure_values(vars(line.figures)))


def figure_titles() -> list[str]:
    """Columns of figures in workbooks."""
    return [
        _("Number received"),
        _("Not answered yet"),
        _("Answered in time"),
        _("Answered or overdue"),
        _("Satisfied with the answer"),
        _("Asked about the answer"),
        _("Justified or partly justified"),
        _("With a finding"),
    ]


def figure_values(row: "dict[str, Any]") -> list[Any]:
    """The figures in the order of their titles."""
    names = ("received", "open", "on_time", "judged", "satisfied", "asked", "founded", "found")
    return [row[name] for name in names]


class ReportList(AppList):
    """Yearly reports."""

    template_name = "feedback/report_list.html"
    tab = "reports"

    def rows(self) -> Any:
        return ROWS.visible_to(self.person)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = [(row, TONES[row.state]) for row in context["rows"]]
        return context | {"rows": rows, "may_draft": policies.can_draft_report(self.person, self.agency)}


class ReportCreate(AppForm):
    """Begin the report of a year."""

    form_class = forms.YearForm
    tab = "reports"
    heading = gettext_lazy("New yearly report on satisfaction")
    action = gettext_lazy("Count the figures")

    def allowed(self) -> Verdict:
        return policies.can_draft_report(self.person, self.agency)

    def back(self) -> str:
        return reverse("feedback:report-list")

    def get_initial(self) -> dict[str, Any]:
        return {"year": clock.today().year}

    def act(self, form: Any) -> str:
        year = form.cleaned_data["year"]
        return reports.report_draft(self.agency, year=year, acting=self.person).get_absolute_url()


class ReportDetail(AppPage):
    """The figures and words of a year."""

    template_name = "feedback/report_detail.html"
    tab = "reports"

    def page(self) -> dict[str, Any]:
        report: SatisfactionReport = self.find(ROWS, pk=self.kwargs["pk"])
        kinds = dict(Feedback.Kind.choices)
        by_kind = [row | {"label": kinds.get(row["kind"], row["kind"])} for row in report.figures["by_kind"]]
        return {
            "report": report,
            "tone": TONES[report.state],
            "figures": report.figures,
            "tables": [
                (_("By kind"), by_kind),
                (_("By unit"), _with_names(report.figures["by_unit"], _("No unit named"))),
                (_("By procedure"), _with_names(report.figures["by_procedure"], _("No procedure named"))),
            ],
            "before": report.year - 1,
            "paper": papers.live(report.paper),
            "may_edit": policies.can_edit_report(self.person, report),
            "may_approve": policies.can_approve_report(self.person, report),
            "may_paper": policies.can_draft_report(self.person, report),
            "trail": AuditEntry.objects.visible_to(self.person).filter(subject_id=str(report.pk))[:12],
        }


def _with_names(rows: "list[dict[str, Any]]", nothing: str) -> "list[dict[str, Any]]":
    return [row | {"label": row["label"] or nothing} for row in rows]


class ReportExport(ExportView):
    """The figures of a report as a workbook: method, what, numerator, denominator."""

    policy = policies.insider
    filename = "bao-cao-su-hai-long.xlsx"

    def header(self) -> list[str]:
        return [_("Method"), _("What"), _("Numerator"), _("Denominator")]

    def lines(self) -> Iterable[Sequence[Any]]:
        report: SatisfactionReport = self.find(ROWS, pk=self.kwargs["pk"])
        found = report.figures
        for survey in found["surveys"]:
            yield (_("Survey"), survey["title"], survey["satisfied"], survey["answers"])
            for question in survey["questions"]:
                yield (_("Survey"), question["text"], question["satisfied"], question["answers"])
        rated = found["ratings"]
        yield (_("Rating at the one-stop desk"), _("4 or 5 of 5"), rated["good"], rated["rated"])
        kinds = dict(Feedback.Kind.choices)
        groups = [(_("All together"), found["cases"])]
        groups += [(str(kinds.get(row["kind"], row["kind"])), row) for row in found["by_kind"]]
        groups += [(row["label"], row) for row in _with_names(found["by_unit"], _("No unit named"))]
        groups += [(row["label"], row) for row in _with_names(found["by_procedure"], _("No procedure named"))]
        for label, row in groups:
            yield (_("Answered in time"), label, row["on_time"], row["judged"])
            yield (_("Satisfied with the answer"), label, row["satisfied"], row["asked"])


class OfReport(AppForm):
    """A form about one report."""

    tab = "reports"

    @cached_property
    def report(self) -> SatisfactionReport:
        """The report of the address."""
        found: SatisfactionReport = self.find(ROWS, pk=self.kwargs["pk"])
        return found

    def back(self) -> str:
        return self.report.get_absolute_url()

    def page(self) -> dict[str, Any]:
        return {"about": str(self.report)}


class ReportEdit(OfReport):
    """Write the assessment."""

    form_class = forms.ReportForm
    heading = gettext_lazy("Assessment of the year")
    action = gettext_lazy("Save the assessment")

    def allowed(self) -> Verdict:
        return policies.can_edit_report(self.person, self.report)

    def get_initial(self) -> dict[str, Any]:
        return {"assessment": self.report.assessment, "measures": self.report.measures}

    def act(self, form: Any) -> str:
        reports.report_edit(self.report, acting=self.person, **form.cleaned_data)
        return self.back()


class ReportReturn(OfReport):
    """Send the report back."""

    form_class = forms.ReasonForm
    heading = gettext_lazy("Return the report")
    action = gettext_lazy("Return the report")

    def allowed(self) -> Verdict:
        return policies.can_approve_report(self.person, self.report)

    def act(self, form: Any) -> str:
        reports.report_return(self.report, acting=self.person, **form.cleaned_data)
        return self.back()


class ReportPaper(OfReport):
    """Draft the official paper."""

    form_class = forms.PaperForm
    heading = gettext_lazy("Prepare the report as a paper")
    action = gettext_lazy("Prepare the paper")

    def allowed(self) -> Verdict:
        return policies.can_draft_report(self.person, self.report)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agency": self.agency}

    def act(self, form: Any) -> str:
        paper = reports.report_paper(self.report, signer=form.cleaned_data["signer"], acting=self.person)
        return paper.get_absolute_url()


class _Step(ActionView):
    """One step of a report."""

    policy = policies.insider

    @property
    def report(self) -> SatisfactionReport:
        """The report of the address."""
        found: SatisfactionReport = self.find(ROWS, pk=self.kwargs["pk"])
        return found


class ReportRefresh(_Step):
    """Count the figures anew."""

    def act(self) -> str:
        report = reports.report_refresh(self.report, acting=self.person)
        messages.success(self.request, _("The figures are as of today."))
        return report.get_absolute_url()


class ReportSubmit(_Step):
    """Send the report to a leader."""

    def act(self) -> str:
        return reports.report_submit(self.report, acting=self.person).get_absolute_url()


class ReportApprove(_Step):
    """Approve the report."""

    def act(self) -> str:
        return reports.report_approve(self.report, acting=self.person).get_absolute_url()
