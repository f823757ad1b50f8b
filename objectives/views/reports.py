"""The report on procedures (II.06a, II.07): page, spreadsheet, PDF."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from dossiers import policies as dossier_policies
from dossiers.delays import is_outside
from dossiers.report import COLUMNS, Report
from objectives import periods, sheets, words
from objectives.models import ObjectiveSet, SetState
from objectives.views.board import asked_period
from objectives.views.table_export import TableExport
from qms import audit
from qms.context import chosen_year
from qms.views import PageView, PortalMixin

BY = {
    "field": gettext_lazy("Field"),
    "procedure": gettext_lazy("Administrative procedure"),
    "unit": gettext_lazy("Unit"),
}
SHORT = {
    3: gettext_lazy("Total received"),
    4: gettext_lazy("Online"),
    5: gettext_lazy("At the counter, by post"),
    6: gettext_lazy("From before the period"),
    7: gettext_lazy("Total resolved"),
    8: gettext_lazy("Early"),
    9: gettext_lazy("On time"),
    10: gettext_lazy("Late"),
    11: gettext_lazy("Total open"),
    12: gettext_lazy("Within time"),
    13: gettext_lazy("Overdue"),
}


SUMS = frozenset({3, 7, 11})
"""The columns the others of their group add up to."""


class _ReportMixin:
    """Which period, window rule and breakdown a report is about."""

    @cached_property
    def period(self) -> periods.Period:
        """The period of the address, else the year."""
        view: Any = self
        return asked_period(view.request.GET.get("period", ""), chosen_year(view.request))

    @cached_property
    def rule(self) -> str:
        """Calendar or 15th to 14th: the one of the address, else that of the objectives in force."""
        view: Any = self
        asked: str = view.request.GET.get("window", "")
        if asked in set(periods.WindowRule):
            return asked
        sets = ObjectiveSet.objects.filter(
            agency=view.agency,
            year=self.period.year,
            unit=None,
            state__in=(SetState.IN_FORCE, SetState.CLOSED),
        )
        found: str | None = sets.values_list("window_rule", flat=True).first()
        return found or periods.WindowRule.CALENDAR.value

    @cached_property
    def report(self) -> Report:
        """The report."""
        view: Any = self
        by = view.request.GET.get("by", "")
        window = periods.window(self.period, self.rule)
        return Report(view.agency, window, by=by if by in BY else "field")

    def address(self, name: str = "report", **other: str) -> str:
        """The address of this report with some of it changed."""
        asked = {
            "year": str(self.period.year),
            "period": self.period.code,
            "window": self.rule,
            "by": self.report.by,
        }
        query = "&".join(f"{key}={value}" for key, value in (asked | other).items())
        return f"{reverse(f'objectives:{name}')}?{query}"

    def title(self) -> str:
        """What the report is called, with its days."""
        span = words.span_of(periods.window(self.period, self.rule))
        return _("Handling of administrative procedures, %(period)s (%(span)s)") % {
            "period": words.period_name(self.period),
            "span": span,
        }


class ReportPage(_ReportMixin, PageView):
    """Form II.06a and II.07 with every figure leading to its dossiers."""

    template_name = "objectives/report.html"
    policy = dossier_policies.may_read

    def page(self) -> dict[str, Any]:
        report = self.report
        lines = [
            (
                line,
                [
                    (number, f"({number}) {SHORT[number]}:", line.columns[number], report.link(number, line))
                    for number in COLUMNS
                ],
            )
            for line in (*report.lines, report.total)
        ]
        grains = (periods.Grain.YEAR, periods.Grain.HALF, periods.Grain.QUARTER)
        late = sum(count for _code, _label, count in report.reasons)
        return {
            "report": report,
            "title": self.title(),
            "lines": lines if report.lines else [],
            "short": [(number, SHORT[number]) for number in COLUMNS],
            "sums": SUMS,
            "first": BY[report.by],
            "late": late,
            "reasons": [
                (label, is_outside(code), count, bool(code), report.reason_link(code))
                for code, label, count in report.reasons
            ],
            "tabs": [
                {
                    "label": words.period_tab(period),
                    "url": self.address(period=period.code),
                    "current": period == self.period,
                    "count": None,
                }
                for period in periods.periods_of(self.period.year, *grains)
            ],
            "months": [
                (words.period_tab(period), self.address(period=period.code), period == self.period)
                for period in periods.periods_of(self.period.year, periods.Grain.MONTH)
            ],
            "breakdowns": [(label, self.address(by=key), key == report.by) for key, label in BY.items()],
            "windows": [
                (label, self.address(window=rule), rule == self.rule)
                for rule, label in (
                    (periods.WindowRule.CALENDAR.value, _("Calendar months")),
                    (periods.WindowRule.FIFTEENTH.value, _("15th to 14th")),
                )
            ],
            "query": self.address("report-xlsx").partition("?")[2],
            "pdf": self.address("report-pdf"),
        }


class ReportXlsx(_ReportMixin, TableExport):
    """The report as a spreadsheet, or a Word file."""

    policy = dossier_policies.may_read

    @property
    def filename(self) -> str:  # type: ignore[override]
        """Named after form, breakdown and period."""
        return f"bieu-06a-{self.report.by}-{self.period.code}.xlsx"

    def header(self) -> list[str]:
        return [
            _("No."),
            str(BY[self.report.by]),
            *(f"({number}) {SHORT[number]}" for number in COLUMNS),
            _("Withdrawn or stopped"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        report = self.report
        for place, line in enumerate((*report.lines, report.total), start=1):
            number = "" if line.key is None and line is report.total else place
            yield [number, line.name, *(line.columns[one] for one in COLUMNS), line.closed]
        for _code, label, count in report.reasons:
            yield [None, f"{_('Reason of the delay')}: {label}", count]


class ReportPdf(_ReportMixin, PortalMixin, View):
    """The report as a PDF to print and file."""

    policy = dossier_policies.may_read

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        report = self.report
        context = {
            "agency": self.agency,
            "title": self.title(),
            "report": report,
            "first": BY[report.by],
            "lines": [
                (line, [line.columns[number] for number in COLUMNS]) for line in (*report.lines, report.total)
            ],
            "short": [SHORT[number] for number in COLUMNS],
            "numbers": COLUMNS,
        }
        audit.record("qms.export.downloaded", self.agency, acting=self.person, note=f"06a {self.period.code}")
        return sheets.pdf_response(
            "pdf/objectives/report.html", context, title=self.title(), name=f"bieu-06a-{self.period.code}.pdf"
        )
