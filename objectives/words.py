"""Periods, figures and formulas in words, the way pages and reports write them."""

import datetime as dt
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from objectives import formulas, measure_types, periods
from objectives.models import Target
from qms import notation

_ROMAN = {1: "I", 2: "II", 3: "III", 4: "IV"}


def period_name(period: periods.Period) -> str:
    """The year 2025; the first half of 2025; quarter I/2025; month 03/2025."""
    match period.grain:
        case periods.Grain.YEAR:
            return _("the year %(year)s") % {"year": period.year}
        case periods.Grain.HALF:
            first = _("the first half of %(year)s")
            second = _("the second half of %(year)s")
            return (first if period.first == 1 else second) % {"year": period.year}
        case periods.Grain.QUARTER:
            return _("quarter %(number)s/%(year)s") % {
                "number": _ROMAN[period.last // 3],
                "year": period.year,
            }
        case _:
            return _("month %(month)s/%(year)s") % {"month": f"{period.first:02d}", "year": period.year}


def period_tab(period: periods.Period) -> str:
    """The same without the year, for a switch."""
    match period.grain:
        case periods.Grain.YEAR:
            return _("Whole year")
        case periods.Grain.HALF:
            return _("First 6 months") if period.first == 1 else _("Last 6 months")
        case periods.Grain.QUARTER:
            return _("Quarter %(number)s") % {"number": _ROMAN[period.last // 3]}
        case _:
            return _("Month %(number)s") % {"number": period.first}


def span_of(window: periods.Window) -> str:
    """01/01–31/12/2025."""
    first, last = window.first_day, window.last_day
    start = notation.day_month(first) if first.year == last.year else notation.date(first)
    return f"{start}–{notation.date(last)}"


_SIGNS = {">=": "≥", ">": ">", "=": "=", "<=": "≤", "<": "<"}


def goal_of(target: Target) -> str:
    """≥ 98 % (hard spaces)."""
    if target.formula == measure_types.MILESTONE:
        return _("milestone reached")
    if target.formula == measure_types.QUALITATIVE:
        grade = measure_types.GRADES[measure_types.grade_of(target.figure)]
        return f"{_SIGNS[target.operator]}{notation.NBSP}{grade}"
    figure = notation.number(target.figure.normalize() if target.planned is None else target.planned)
    return goal_words(target.operator, figure, target.measure_unit)


def goal_words(operator: str, figure: str, unit: str) -> str:
    """≥ 98 % from its parts (hard spaces)."""
    return f"{_SIGNS[operator]}{notation.NBSP}{figure}{notation.NBSP}{unit}"


def figure_of(target: Target) -> str:
    """98 %, without what it is a share of."""
    if not target.is_rate:
        return goal_of(target).split(notation.NBSP, 1)[-1]
    sign = "%" if target.measure_unit.startswith("%") else target.measure_unit
    return f"{notation.number(target.figure.normalize())}{notation.NBSP}{sign}"


def target_url(target: Target, period: str = "", unit: Any = None) -> str:
    """The page of a target for a period and a unit; the year goes along, so that the shell shows it."""
    query = {"year": str(target.objective_set.year)}
    if period:
        query["period"] = period
    if unit is not None:
        query["unit"] = str(getattr(unit, "pk", unit))
    return f"{target.get_absolute_url()}?{urlencode(query)}"


def goal_in_words(target: Target) -> str:
    """At least 98 %."""
    if not target.is_rate:
        return goal_of(target)
    figure = f"{notation.number(target.figure.normalize())}{notation.NBSP}{target.measure_unit}"
    words = {
        formulas.Operator.AT_LEAST: _("at least %(figure)s"),
        formulas.Operator.MORE: _("more than %(figure)s"),
        formulas.Operator.AT_MOST: _("at most %(figure)s"),
        formulas.Operator.LESS: _("less than %(figure)s"),
        formulas.Operator.EXACTLY: _("reaching %(figure)s"),
    }
    return words[formulas.Operator(target.operator)] % {"figure": figure}


def percent_of(target: Target, numerator: int, denominator: int) -> str:
    """98,2 %, with as many decimals as honesty against the target needs."""
    return notation.percent(numerator, denominator, target.figure, comparison(target))


def comparison(target: Target) -> str:
    """The operator as the notation compares: “= 100 %” asks for all of them."""
    return ">=" if target.operator == "=" and target.figure == Decimal(100) else target.operator


def rate_of(target: Target, numerator: int | None, denominator: int | None) -> str:
    """98,2 % (4.886/4.974), or what is there instead."""
    if numerator is None or denominator is None:
        return _("insufficient data")
    if not denominator:
        return _("no occurrence")
    fraction = f"({notation.number(numerator)}/{notation.number(denominator)})"
    if target.formula == measure_types.COUNT:
        return (
            f"{notation.number(numerator)}/{notation.number(denominator)}{notation.NBSP}{target.measure_unit}"
        )
    if target.formula == measure_types.MILESTONE:
        reached = numerator == denominator
        return f"{_('milestone reached') if reached else _('milestone not reached')} {fraction}"
    if target.formula == measure_types.QUALITATIVE:
        grade = measure_types.HIGHEST * numerator // denominator
        return f"{measure_types.GRADES.get(grade, measure_types.GRADES[1])} {fraction}"
    share = percent_of(target, numerator, denominator)
    return f"{share} ({notation.number(numerator)}/{notation.number(denominator)})"


def day(value: dt.date | dt.datetime | None) -> str:
    """15/07/2026, or a dash."""
    return notation.date(value) if value else "–"
