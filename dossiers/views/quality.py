"""The page of data quality."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers import policies
from dossiers.quality import Quality
from dossiers.views.procedures import year_window
from dossiers.views.tabs import tabs
from qms.context import chosen_year
from qms.views.base import ExportView, PageView


class QualityPage(PageView):
    """Freshness, unknown values, contradictions, sums that do not agree, dossiers nobody moves."""

    template_name = "dossiers/quality.html"
    policy = policies.may_read

    def page(self) -> dict[str, Any]:
        year = chosen_year(self.request)
        found = Quality(self.agency, year_window(year))
        here = reverse("dossiers:dossier-list")
        return {
            "tabs": tabs("quality"),
            "quality": found,
            "shown_year": year,
            "checks": [(check, count, f"{here}?problem={check.key}") for check, count in found.checks],
            "may_import": policies.may_import(self.person),
        }


class QualityExport(ExportView):
    """The checks and sums as `.xlsx`."""

    policy = policies.may_read
    filename = "chat-luong-du-lieu.xlsx"

    def header(self) -> list[str]:
        return [_("What is checked"), _("Unit"), _("Count"), _("Why it matters")]

    def lines(self) -> Iterable[Sequence[Any]]:
        found = Quality(self.agency, year_window(chosen_year(self.request)))
        for check, count in found.checks:
            yield [str(check.label), "", count, str(check.why)]
        for row in found.identities:
            yield [
                _("Sums that do not agree"),
                row.unit.name if row.unit else self.agency.name,
                row.difference,
                _("Carried over + received = resolved + withdrawn or stopped + open"),
            ]
