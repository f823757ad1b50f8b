"""The dashboard of a year and the page of a target."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from objectives import formulas, periods, policies, services, sheets, words
from objectives.models import ObjectiveSet, Target
from objectives.querysets import only_superior
from objectives.selectors.dashboard import Dashboard, lines, sets_of_year
from objectives.selectors.target import TargetBoard
from objectives.views.table_export import TableExport
from qms import audit, charts
from qms.context import chosen_year
from qms.models import OrgUnit, Record
from qms.policies import require, signed_in
from qms.views import ActionView, PageView, PortalMixin


def asked_period(code: str, year: int) -> periods.Period:
    """The period of the address when it is one of this year, else the whole year."""
    try:
        period = periods.parse(code)
    except ValueError:
        return periods.year_of(year)
    return period if period.year == year else periods.year_of(year)


class _BoardMixin:
    """Which set and period a dashboard is about."""

    def board(self) -> tuple[Dashboard | None, list[ObjectiveSet]]:
        """The dashboard asked for, and the sets to choose from."""
        view: Any = self
        asked = view.request.GET.get("set", "")
        sets = sets_of_year(view.person, chosen_year(view.request))
        chosen = next((one for one in sets if str(one.pk) == asked), sets[0] if sets else None)
        if chosen is None:
            return None, sets
        return Dashboard(chosen, asked_period(view.request.GET.get("period", ""), chosen.year)), sets


class DashboardPage(_BoardMixin, PageView):
    """Every target of the year against its figure."""

    template_name = "objectives/dashboard.html"
    policy = signed_in

    def page(self) -> dict[str, Any]:
        board, sets = self.board()
        if board is None:
            return {"board": None, "may_draft": policies.may_start(self.person)}
        here = reverse("objectives:dashboard")
        only = f"&set={board.set.pk}" if board.set != sets[0] else ""
        if self.request.GET.get("full") == "1":
            only += "&full=1"
        return {
            "board": board,
            "sets": sets,
            "tabs": [
                {
                    "label": words.period_tab(period),
                    "url": f"{here}?year={board.set.year}&period={period.code}{only}",
                    "current": period == board.period,
                    "count": None,
                }
                for period in board.tabs
            ],
            "cells": _heat_cells(board),
            "may_drill": _may_drill(self.person, board.set),
            "may_compute": board.set.state == "in_force" and policies.can_compute(self.person),
            "full": self.request.GET.get("full") == "1",
            "query": f"year={board.set.year}&period={board.period.code}&set={board.set.pk}",
        }


def _may_drill(person: Any, objective_set: ObjectiveSet) -> bool:
    """Whether dossiers and entries behind the figures are open to the person."""
    return person.agency_id == objective_set.agency_id and not only_superior(person)


def _heat_cells(board: Dashboard) -> list[dict[str, Any]]:
    """The heat map ready to draw: words of every cell are made here, not in the template."""
    found = []
    for row in board.heat:
        name = row.unit.label if row.unit else _("Whole agency")
        cells: list[dict[str, Any]] = []
        for target, cell in row.cells:
            if cell is None:
                cells.append({"text": "", "css": "hx", "url": "", "words": ""})
                continue
            short = cell.shortfall
            empty = _("none") if cell.status == "no_occurrence" else _("missing")
            cells.append(
                {
                    "text": cell.number or empty,
                    "css": charts.heat_step(short),
                    "short": bool(short),
                    "url": words.target_url(target, board.period.code, row.unit),
                    "words": f"{name}, {target.code}: {cell.number or empty} % · "
                    + words.rate_of(target, cell.numerator, cell.denominator)
                    if cell.number
                    else f"{name}, {target.code}: {empty}",
                }
            )
        found.append({"name": name, "cells": cells, "all": row.unit is None})
    return found


def _title_of(board: Dashboard) -> str:
    """What an export of the dashboard is called; the year stands in the title of its objectives."""
    part = "" if board.period.grain is periods.Grain.YEAR else f", {words.period_name(board.period)}"
    return f"{board.set.title}{part} ({board.span})"


class DashboardPdf(_BoardMixin, PortalMixin, View):
    """The dashboard as a PDF to print and file."""

    policy = signed_in

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        board, _sets = self.board()
        if board is None:
            raise Http404
        title, name = _title_of(board), f"muc-tieu-chat-luong-{board.period.code}.pdf"
        context = {"agency": board.set.agency, "board": board, "heat": _heat_cells(board)}
        audit.record("qms.export.downloaded", board.set, acting=self.person, note=name)
        return sheets.pdf_response("pdf/objectives/dashboard.html", context, title=title, name=name)


class DashboardExport(_BoardMixin, TableExport):
    """The dashboard as a table: the agency and every unit."""

    policy = signed_in

    def source(self) -> Record:
        board, _sets = self.board()
        return board.set if board else self.agency

    @property
    def filename(self) -> str:  # type: ignore[override]
        """Named after year and period."""
        board, _sets = self.board()
        return f"muc-tieu-chat-luong-{board.period.code if board else chosen_year(self.request)}.xlsx"

    def title(self) -> str:
        board, _sets = self.board()
        return _title_of(board) if board else ""

    def header(self) -> list[str]:
        return [
            _("Code"),
            _("Target"),
            _("Figure to reach"),
            _("Unit"),
            _("Period"),
            _("Numerator"),
            _("Denominator"),
            _("Result"),
            _("Status"),
            _("Numerator with overdue counted in"),
            _("Denominator with overdue counted in"),
            _("Formula"),
            _("As of"),
            _("Computed at"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        board, _sets = self.board()
        return lines(board) if board else []


class Compute(ActionView):
    """Have the figures of a year computed now; leads to the job."""

    policy = policies.can_compute

    def act(self) -> str:
        year = self.request.POST.get("year", "")
        if not year.isdigit():
            raise Http404
        with transaction.atomic():
            require(policies.can_compute(self.person))
            job = services.attainment_request(agency=self.agency, year=int(year), acting=self.person)
        return reverse("job-detail", args=[job.pk])


class _TargetMixin:
    """Which target, period and unit a page is about."""

    def target_board(self) -> TargetBoard:
        """The board asked for; 404 outside the person's scope."""
        view: Any = self
        rows = Target.objects.select_related("objective_set__agency", "objective_set__unit", "objective")
        target = view.find(rows.prefetch_related("reporting__unit"), pk=view.kwargs["pk"])
        if not target.objective_set.is_published:
            raise Http404
        unit = None
        asked = view.request.GET.get("unit", "")
        if asked:
            unit = next(
                (one for one in OrgUnit.objects.filter(agency=target.agency) if str(one.pk) == asked), None
            )
        unit = unit or target.objective_set.unit
        period = asked_period(view.request.GET.get("period", ""), target.objective_set.year)
        return TargetBoard(target, period, unit)


class TargetPage(_TargetMixin, PageView):
    """One target: figure, course, units, periods, formula in words, provenance, dossiers."""

    template_name = "objectives/target.html"
    policy = signed_in

    def page(self) -> dict[str, Any]:
        board = self.target_board()
        target = board.target
        dossiers = not target.is_manual and _may_drill(self.person, target.objective_set)
        forecast = board.forecast
        return {
            "board": board,
            "target": target,
            "cell": board.cell,
            "heading": f"{target.text.rstrip('.')}, {words.goal_in_words(target)}",
            "goal": words.goal_of(target),
            "chart": _course_chart(board),
            "finding": _finding(board),
            "by_unit": [
                {"line": line, "links": _links(board, line) if dossiers else {}} for line in board.by_unit
            ],
            "by_period": [
                {"line": line, "links": _links(board, line) if dossiers else {}} for line in board.by_period
            ],
            "links": _links(board, None) if dossiers else {},
            "may_drill": _may_drill(self.person, target.objective_set),
            "dossiers": dossiers,
            "suspended": board.suspended if dossiers and target.companion else None,
            "forecast": forecast,
            "period_name": words.period_name(board.period),
            "tabs": [
                {
                    "label": words.period_tab(period),
                    "url": words.target_url(target, period.code, board.unit),
                    "current": period == board.period,
                    "count": None,
                }
                for period in periods.periods_of(
                    target.objective_set.year,
                    periods.Grain.YEAR,
                    periods.Grain.HALF,
                    periods.Grain.QUARTER,
                )
            ],
        }


def _links(board: TargetBoard, line: Any) -> dict[str, str]:
    """Addresses of what is behind a row (None: the figure of the page)."""
    unit, period = (line.unit, line.period) if line else (board.unit, board.period)
    return board.links(unit, period)


def _course_chart(board: TargetBoard) -> Any:
    points, target = board.course, board.target
    series = [charts.Series(_("Result"), [point.value for point in points])]
    if target.companion:
        series.append(
            charts.Series(_("Overdue counted in"), [point.strict_value for point in points], dashed=True)
        )
    known = [value for one in series for value in one.values if value is not None]
    if not known:
        return None
    low, high = charts.percent_axis([*known, target.figure])
    return charts.line_chart(
        [point.label for point in points],
        series,
        target=target.figure,
        target_label=f"{_('Target')} {words.goal_of(target)}",
        low=low,
        high=high,
        label=_finding(board),
    )


def _finding(board: TargetBoard) -> str:
    """What the course says, as the title of its chart."""
    target = board.target
    known = [point for point in board.course if point.value is not None]
    if not known:
        return _("There are no figures yet")
    goal = words.goal_of(target)

    def where(values: list[tuple[str, Any]]) -> str:
        below = [name for name, rate in values if not _meets(rate, target)]
        if not below:
            return _("always at the target (%(goal)s)") % {"goal": goal}
        if len(below) == len(values):
            return _("never at the target (%(goal)s)") % {"goal": goal}
        return _("below the target (%(goal)s) at the end of %(when)s") % {
            "goal": goal,
            "when": _runs([name for name, _rate in values], below),
        }

    parts = [_("Result %(where)s") % {"where": where([(p.label, p.rate) for p in known])}]
    strict = [(point.label, point.strict) for point in known if point.strict_value is not None]
    if strict:
        parts.append(_("with overdue dossiers counted in, %(where)s") % {"where": where(strict)})
    return "; ".join(parts)


def _meets(rate: tuple[int, int], target: Target) -> bool:
    return formulas.meets(*rate, target.figure, target.operator)


def _runs(names: list[str], chosen: list[str]) -> str:
    """T1–T4, T8–T12."""
    runs: list[list[str]] = []
    previous = -2
    for place, name in enumerate(names):
        if name in chosen:
            if place == previous + 1:
                runs[-1].append(name)
            else:
                runs.append([name])
            previous = place
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


class TargetExport(_TargetMixin, TableExport):
    """All periods and units of one target."""

    policy = signed_in
    filename = "chi-tieu.xlsx"

    def title(self) -> str:
        target = self.target_board().target
        return f"{target.code}. {target.text.rstrip('.')}, {words.goal_in_words(target)}"

    def header(self) -> list[str]:
        return [
            _("Unit"),
            _("Period"),
            _("Numerator"),
            _("Denominator"),
            _("Status"),
            _("Denominator with overdue counted in"),
            _("As of"),
        ]

    def lines(self) -> Iterable[Sequence[Any]]:
        board = self.target_board()
        target = board.target
        scopes: list[OrgUnit | None] = [None, *board.units]
        for unit in scopes:
            for period in periods.periods_of(target.objective_set.year):
                cell = board.cell_of(period, unit)
                if cell.official is None:
                    continue
                yield [
                    unit.name if unit else target.objective_set.agency.name,
                    period.code,
                    cell.numerator,
                    cell.denominator,
                    cell.official.measurement.get_status_display(),
                    cell.strict.denominator if cell.strict else None,
                    cell.official.as_of,
                ]
