"""Two figures side by side, and what has changed since a figure was frozen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers import policies as dossier_policies
from dossiers import selectors as dossiers
from objectives import facts, formulas, periods, policies, words
from objectives.models import Measurement
from objectives.selectors.changes import Changes
from objectives.views.table_export import TableExport
from qms import notation
from qms.context import chosen_year
from qms.forms import FilterForm
from qms.models import OrgUnit
from qms.views import PageView

LEFT, RIGHT = "a", "b"
YEARS = range(2000, 2101)


def _formulas() -> "list[tuple[str, Any]]":
    return [(one.code, one.label) for one in formulas.newest() if one.source is formulas.Source.DOSSIERS]


class CompareForm(FilterForm):
    """What stands on either side: period, unit, formula."""

    def __init__(self, *args: Any, agency: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spans = [
            (one.code, words.period_name(one))
            for number in sorted({year, year - 1, *self._years_asked()}, reverse=True)
            for one in periods.periods_of(number)
        ]
        units: Any = OrgUnit.objects.filter(agency=agency, handles_procedures=True).order_by("order")
        for side, word in ((LEFT, gettext_lazy("left")), (RIGHT, gettext_lazy("right"))):
            self.fields[f"period_{side}"] = forms.ChoiceField(
                label=_("Period, %(side)s") % {"side": word}, choices=spans
            )
            self.fields[f"unit_{side}"] = forms.ModelChoiceField(
                label=_("Unit, %(side)s") % {"side": word},
                queryset=units,
                required=False,
                empty_label=_("Whole agency"),
            )
            self.fields[f"formula_{side}"] = forms.ChoiceField(
                label=_("Formula, %(side)s") % {"side": word}, choices=_formulas()
            )

    def _years_asked(self) -> list[int]:
        """The years of the periods in the address: a link holds, whatever year was chosen since."""
        asked = (str(self.data.get(f"period_{side}", ""))[:4] for side in (LEFT, RIGHT))
        return [int(year) for year in asked if year.isdecimal() and int(year) in YEARS]


@dataclass(frozen=True)
class Side:
    """One side of the comparison."""

    period: periods.Period
    unit: OrgUnit | None
    formula: formulas.Formula
    numerator: int | None
    denominator: int | None
    links: dict[str, str]

    @property
    def value(self) -> Fraction | None:
        """The exact percentage."""
        if self.numerator is None or not self.denominator:
            return None
        return Fraction(100 * self.numerator, self.denominator)

    @property
    def period_name(self) -> str:
        """Quarter IV/2025."""
        return words.period_name(self.period)

    @property
    def missing(self) -> int:
        """What is in the denominator and not in the numerator."""
        return (self.denominator or 0) - (self.numerator or 0)


class _CompareMixin:
    """Two periods, two units or two formulas side by side, from the facts of now."""

    @cached_property
    def form(self) -> CompareForm:
        """What the address asks for; by default this year beside the one before."""
        view: Any = self
        year = chosen_year(view.request)
        defaults = {
            "period_a": str(year),
            "period_b": str(year - 1),
            "formula_a": "RESOLVED",
            "formula_b": "RESOLVED",
        }
        given = {name: value for name, value in view.request.GET.items() if value}
        form = CompareForm(defaults | given, agency=view.agency, year=year)
        form.is_valid()
        return form

    def side(self, name: str) -> Side:
        """One side, counted."""
        view: Any = self
        asked = self.form.cleaned_data
        period = periods.parse(asked.get(f"period_{name}") or str(chosen_year(view.request)))
        formula = formulas.get(asked.get(f"formula_{name}") or "RESOLVED")
        unit = asked.get(f"unit_{name}") or None
        window = periods.window(period)
        counts = facts.year_counts(view.agency, {period.code: window}, formulas=[formula])
        found = counts.of(period.code, unit.pk if unit else None)
        numerator, denominator = formula.rate(found) if found is not None else (None, None)

        def link(keys: tuple[str, ...], listed: str = "") -> str:
            return dossiers.trace_url(listed or "+".join(keys), window, as_of=counts.as_of, unit=unit)

        counted, over = formula.listed
        links = {
            "numerator": link(formula.numerator, counted),
            "denominator": link(formula.denominator, over),
            "difference": link(formula.difference) if formula.difference else link((), over),
        }
        return Side(period, unit, formula, numerator, denominator, links)


class Compare(_CompareMixin, PageView):
    """The comparison on a page."""

    template_name = "objectives/compare.html"
    policy = dossier_policies.may_read

    def page(self) -> dict[str, Any]:
        sides = [self.side(LEFT), self.side(RIGHT)]
        values = [side.value for side in sides]
        points = None
        if values[0] is not None and values[1] is not None:
            points = notation.number(abs(values[0] - values[1]), 2)
        higher = (
            ""
            if points is None or values[0] == values[1]
            else (_("left") if (values[0] or 0) > (values[1] or 0) else _("right"))
        )
        return {"form": self.form, "sides": sides, "points": points, "higher": higher,
                "query": self.request.GET.urlencode()}  # fmt: skip


class CompareExport(_CompareMixin, TableExport):
    """The comparison as a table, one row a side."""

    policy = dossier_policies.may_read
    filename = "so-sanh-so-lieu.xlsx"

    def title(self) -> str:
        return _("Compare two figures")

    def header(self) -> list[str]:
        return [_("Period"), _("Unit"), _("Formula"), _("Rate"), _("Numerator"), _("Denominator"),
                _("Difference")]  # fmt: skip

    def lines(self) -> Iterable[Sequence[Any]]:
        for side in (self.side(LEFT), self.side(RIGHT)):
            rate = _("insufficient data") if side.denominator is None else _("no occurrence")
            yield [
                side.period_name,
                side.unit.name if side.unit else _("Whole agency"),
                f"{side.formula.label} ({side.formula.code} v{side.formula.version})",
                notation.percent(side.numerator or 0, side.denominator) if side.denominator else rate,
                side.numerator,
                side.denominator,
                side.missing if side.denominator is not None else None,
            ]


class _ChangesMixin:
    """The frozen figure of the address, in the person's own agency."""

    @cached_property
    def changes(self) -> Changes:
        """The figure against today; 404 for one that cannot be computed again."""
        view: Any = self
        rows = Measurement.objects.select_related(
            "target__objective_set__agency", "target__objective", "unit", "agency"
        )
        measurement = view.find(rows, pk=view.kwargs["pk"])
        changes = Changes(measurement)
        if measurement.agency_id != view.agency.pk or not changes.traceable:
            raise Http404
        return changes


class ChangesPage(_ChangesMixin, PageView):
    """A frozen figure computed again, held against today, with the dossiers that make the difference."""

    template_name = "objectives/changes.html"
    policy = policies.staff

    def page(self) -> dict[str, Any]:
        measurement = self.changes.measurement
        asked = {"period_a": measurement.period, "formula_a": measurement.formula}
        return {
            "measurement": measurement,
            "target": measurement.target,
            "changes": self.changes,
            "back": words.target_url(measurement.target, measurement.period, measurement.unit),
            "period_name": words.period_name(measurement.span),
            "compare": f"{reverse('objectives:compare')}?{urlencode(asked)}",
        }


class ChangesExport(_ChangesMixin, TableExport):
    """All dossiers, or procedures, that count otherwise now, also those the page has no room for."""

    policy = policies.staff
    filename = "thay-doi-tu-khi-chot.xlsx"

    def title(self) -> str:
        measurement = self.changes.measurement
        return f"{measurement.target.code}. {measurement.target.text}, {words.period_name(measurement.span)}"

    def header(self) -> list[str]:
        return [_("Code"), _("Administrative procedure"), _("Unit"), _("Numerator"), _("Denominator")]

    def lines(self) -> Iterable[Sequence[Any]]:
        for one in self.changes.procedures:
            name = one.procedure.name
            yield [one.procedure.code, name, "", _change(*one.numerator), _change(*one.denominator)]
        for move in self.changes.every_move() if self.changes.from_dossiers else ():
            dossier = move.dossier
            counted = (_change(*move.numerator), _change(*move.denominator))
            yield [dossier.code, dossier.procedure.name, dossier.unit.name, *counted]


def _change(then: bool, now: bool) -> str:
    """How something counted then and counts now, in the words of the page."""
    if then and now:
        return _("in it, then and now")
    if now:
        return _("came in")
    return _("went out") if then else _("not in it")
