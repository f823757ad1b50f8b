"""Boards over nonconformities: open actions by age and unit, Pareto, rates, time to close."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from audits import policies_improvement as policies
from audits.forms.case_filters import ActionFilter, CaseFilter
from audits.selectors import case_figures as figures
from audits.selectors import cases as reading
from audits.views.cases import InCases
from qms import clock, notation
from qms.views.base import ExportView, ListPage, PageView


class Board(InCases, PageView):
    """Rates, Paretos, time to close: every number leads to what it counted."""

    template_name = "audits/nc/board.html"
    tab = "board"

    def page(self) -> dict[str, Any]:
        form = CaseFilter(self.request.GET, agency=self.agency, short=True)
        form.is_valid()
        asked = getattr(form, "cleaned_data", {})
        return {
            "form": form,
            "export_url": reverse("audits:nc-board-export"),
            "count": figures.cases_of(self.person, asked).count(),
            "shares": figures.shares(self.person, asked),
            "causes": figures.pareto_causes(self.person, asked),
            "clauses": figures.pareto_clauses(self.person, asked),
            "closing": figures.time_to_close(self.person, asked),
        }


class BoardExport(ExportView):
    """The figures of the board as a workbook."""

    policy = policies.insider
    filename = "so-lieu-khong-phu-hop.xlsx"

    def header(self) -> list[str]:
        return [_("Figure"), _("Group"), _("Count"), _("Of"), _("Share")]

    def lines(self) -> Iterable[Sequence[Any]]:
        form = CaseFilter(self.request.GET, agency=self.agency, short=True)
        form.is_valid()
        asked = getattr(form, "cleaned_data", {})
        for share in figures.shares(self.person, asked):
            yield _line(share.label, share.note, share.numerator, share.denominator)
        for name, bars in (
            (_("Causes"), figures.pareto_causes(self.person, asked)),
            (_("Clauses"), figures.pareto_clauses(self.person, asked)),
        ):
            for bar in bars:
                yield _line(name, bar.label, bar.count, bar.total)
        closing = figures.time_to_close(self.person, asked)
        for label, number, _share in closing.classes:
            yield _line(_("Time to close"), label, number, closing.count)


def _line(figure: str, group: str, count: int, total: int) -> list[Any]:
    share = notation.percent(count, total) if total else _("no occurrence")
    return [figure, group, count, total, share]


class OpenActions(InCases, ListPage):
    """Actions still to do, by age and unit."""

    template_name = "audits/nc/actions.html"
    tab = "actions"

    def rows(self) -> Any:
        self.form = ActionFilter(self.request.GET, agency=self.agency)
        self.form.is_valid()
        asked = getattr(self.form, "cleaned_data", {})
        return reading.open_actions(self.person, asked)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        today = clock.today()
        table = figures.actions_by_age(self.person)
        return context | {
            "rows": [{"action": action, "status": action.status_on(today)} for action in context["rows"]],
            "form": self.form,
            "table": table,
            "heads": figures.age_heads(),
            "sums": figures.summed(table),
            "export_url": reverse("audits:nc-actions-export"),
        }


class ActionsExport(ExportView):
    """The open actions as a workbook."""

    policy = policies.insider
    filename = "hanh-dong-khac-phuc.xlsx"

    def header(self) -> list[str]:
        return [
            *(_("Code"), _("What is wrong"), _("Unit"), _("Kind"), _("Action"), _("Responsible")),
            *(_("First deadline"), _("Deadline"), _("Days late")),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        form = ActionFilter(self.request.GET, agency=self.agency)
        form.is_valid()
        today = clock.today()
        for one in reading.open_actions(self.person, getattr(form, "cleaned_data", {})):
            case = one.nonconformity
            yield [
                *(case.code, case.title, case.unit.name, one.get_kind_display(), one.description),
                *(str(one.owner), one.first_deadline, one.deadline, max((today - one.deadline).days, 0)),
            ]
