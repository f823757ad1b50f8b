"""The first page of audits: where the year stands."""

from typing import Any

from audits.models import Audit, Finding
from audits.views.base import AuditsPage
from qms import clock


class Overview(AuditsPage):
    """The audits of the year and the findings that are open."""

    template_name = "audits/overview.html"
    tab = "overview"

    def page(self) -> dict[str, Any]:
        audits = Audit.objects.visible_to(self.person).filter(starts_on__year=clock.today().year)
        findings = Finding.objects.visible_to(self.person).filter(state__in=["raised", "disputed"])
        return {"audits": audits, "findings": findings.select_related("unit", "clause")[:20]}
