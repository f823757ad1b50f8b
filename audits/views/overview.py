"""The auditor's day, findings that wait, where the year stands; and three years of coverage."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from audits import policies
from audits.models import Audit, AuditProgramme, Finding
from audits.selectors import lists
from audits.selectors.coverage import SPAN, coverage_grid, programme_grid
from audits.views.base import AUDIT_TONES, GRADE_TONES, AuditsPage
from qms import clock
from qms.models import Agency
from qms.views.base import ExportView


class Overview(AuditsPage):
    """The auditor's day, what waits, the audits of the year."""

    template_name = "audits/overview.html"
    tab = "overview"

    def page(self) -> dict[str, Any]:
        today = clock.today()
        programme = AuditProgramme.objects.visible_to(self.person).filter(year=today.year).first()
        audits = lists.audit_list(self.person, {"year": today.year}).order_by("starts_on")
        raised = Finding.objects.visible_to(self.person).filter(raised_by=self.person)
        raised = raised.select_related("unit", "clause").exclude(state=Finding.State.WITHDRAWN)
        return {
            "today": today,
            "year": today.year,
            "programme": programme,
            "uncovered": programme_grid(programme).uncovered() if programme else [],
            "day": lists.day_of(self.person, today)[:20],
            "waiting": [(row, GRADE_TONES[row.grade]) for row in lists.waiting_findings(self.person)[:20]],
            "raised": [(row, GRADE_TONES[row.grade]) for row in raised.order_by("-raised_at")[:8]],
            "audits": [(row, AUDIT_TONES[row.state]) for row in audits],
            "under_way": Audit.State.UNDER_WAY,
            "may_plan": policies.secretariat(self.person),
        }


class Coverage(AuditsPage):
    """Units × clauses over three years: what was never audited."""

    template_name = "audits/coverage.html"
    tab = "coverage"

    def page(self) -> dict[str, Any]:
        year = year_of(self.request)
        return {
            "grid": coverage_grid(self.agency, year),
            "year": year,
            "first": year - SPAN + 1,
            "before": f"{reverse('audits:coverage')}?year={year - 1}",
            "after": f"{reverse('audits:coverage')}?year={year + 1}" if year <= clock.today().year else "",
            "export_url": f"{reverse('audits:coverage-export')}?year={year}",
        }


def year_of(request: HttpRequest) -> int:
    """The last year shown: the one the address asks for, else the present one."""
    year, asked = clock.today().year, request.GET.get("year", "")
    return int(asked) if asked.isdigit() and 2000 < int(asked) <= year + 1 else year


def coverage_lines(agency: Agency, year: int) -> Iterable[Sequence[Any]]:
    """A line for each unit and clause: applies or why not, years audited, months planned, findings."""
    yes, no = _("Yes"), _("No")
    for row in coverage_grid(agency, year).rows:
        for cell in row.cells:
            yield (
                row.unit.name,
                cell.clause.code,
                cell.clause.clause.title,
                yes if cell.clause.applicable else no,
                cell.clause.reason,
                ", ".join(str(one) for one in cell.years),
                ", ".join(str(month) for month in cell.months),
                cell.findings,
                yes if cell.never else no,
            )


class CoverageExport(ExportView):
    """The grid of three years as a workbook, a line for each unit and clause."""

    policy = policies.insider
    filename = "pham-vi-da-danh-gia.xlsx"

    def header(self) -> list[str]:
        return [
            _("Unit"), _("Clause of the standard"), _("Title"), _("Applies"), _("Justification"),
            _("Audited in"), _("Planned in month"), _("Nonconformities found"),
            _("Never audited nor planned"),
        ]  # fmt: skip

    def lines(self) -> Iterable[Sequence[Any]]:
        return coverage_lines(self.agency, year_of(self.request))
