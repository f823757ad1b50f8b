"""The provincial view: the agencies a superior looks at, side by side."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from objectives import words
from objectives.selectors.province import overview
from objectives.views.table_export import TableExport
from qms.context import chosen_year
from qms.models import Role
from qms.policies import any_role
from qms.views import PageView

may_look = any_role(Role.SUPERIOR)


class Province(PageView):
    """Who is on target, who lags, whose data are old."""

    template_name = "objectives/province.html"
    policy = may_look

    def page(self) -> dict[str, Any]:
        year = chosen_year(self.request)
        rows = overview(self.person, year)
        return {
            "rows": [
                (
                    row,
                    [
                        (target, words.rate_of(target, cell.numerator, cell.denominator))
                        for target, cell in row.behind
                    ],
                )
                for row in rows
            ],
            "counted": Counter(row.state for row in rows).items(),
            "stale": sum(row.is_stale for row in rows),
            "shown_year": year,
        }


class ProvinceExport(TableExport):
    """The same as a table."""

    policy = may_look
    filename = "tong-hop-cac-co-quan.xlsx"

    def title(self) -> str:
        return _("Agencies side by side, %(y)s") % {"y": chosen_year(self.request)}

    def header(self) -> list[str]:
        return [_("Agency"), _("Objectives"), _("Targets"), _("Achieved"), _("At risk"), _("Not achieved"),
                _("Insufficient data"), _("Data up to"), _("Data are old")]  # fmt: skip

    def lines(self) -> Iterable[Sequence[Any]]:
        for row in overview(self.person, chosen_year(self.request)):
            yield [
                row.agency.name,
                row.objective_set.title if row.objective_set else "",
                row.targets,
                row.achieved,
                row.statuses["at_risk"],
                row.statuses["not_achieved"],
                row.statuses["insufficient_data"],
                row.as_of,
                _("yes") if row.is_stale else _("no"),
            ]
