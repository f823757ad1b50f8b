"""The auditor's day, findings that wait, where the year stands; and three years of coverage."""

from typing import Any

from django.urls import reverse

from audits import policies
from audits.models import Audit, AuditProgramme, Finding
from audits.selectors import lists
from audits.selectors.coverage import SPAN, coverage_grid, programme_grid
from audits.views.base import AUDIT_TONES, GRADE_TONES, AuditsPage
from qms import clock


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
        year = clock.today().year
        asked = self.request.GET.get("year", "")
        if asked.isdigit() and 2000 < int(asked) <= year + 1:
            year = int(asked)
        grid = coverage_grid(self.agency, year)
        return {
            "grid": grid,
            "year": year,
            "first": year - SPAN + 1,
            "before": f"{reverse('audits:coverage')}?year={year - 1}",
            "after": f"{reverse('audits:coverage')}?year={year + 1}" if year <= clock.today().year else "",
        }
