"""Formulas of the portal's rates, pure and versioned (domain D2, D5).

A formula names the counts of dossier facts that make up its numerator and denominator. An objective
set freezes code and version when it is published, so a version here is never edited: a changed rule is
a new version. Comparison with a target is exact: integers, never rounded percentages.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from django.utils.functional import Promise

from objectives.formula_book import Formula, Source, all_formulas

__all__ = ["Formula", "Operator", "Source", "Status"]


class Operator(StrEnum):
    """How a figure must stand to its target."""

    AT_LEAST = ">="
    MORE = ">"
    EXACTLY = "="
    AT_MOST = "<="
    LESS = "<"


class Status(StrEnum):
    """What a figure says about its target (domain C)."""

    ACHIEVED = "achieved"
    NOT_ACHIEVED = "not_achieved"
    AT_RISK = "at_risk"
    INSUFFICIENT_DATA = "insufficient_data"
    NO_OCCURRENCE = "no_occurrence"


_ALL = all_formulas()


def register(*formulas: Formula) -> None:
    """Add formulas of another module."""
    for formula in formulas:
        _ALL[formula.code, formula.version] = formula


def get(code: str, version: int | None = None) -> Formula:
    """A formula in the given version, or in its newest; raises KeyError when there is none."""
    if version is not None:
        return _ALL[code, version]
    newest = max((known for name, known in _ALL if name == code), default=None)
    if newest is None:
        raise KeyError(code)
    return _ALL[code, newest]


def newest() -> list[Formula]:
    """The newest version of every formula, in the order of registration."""
    codes = dict.fromkeys(code for code, _version in _ALL)
    return [get(code) for code in codes]


def choices(source: Source | None = None) -> "list[tuple[str, str | Promise]]":
    """Formulas a target can be measured by: not those that only stand beside another."""
    companions = {formula.companion for formula in _ALL.values()}
    return [
        (formula.code, formula.label)
        for formula in newest()
        if formula.code not in companions and (source is None or formula.source == source)
    ]


def meets(numerator: int, denominator: int, figure: Decimal, operator: str) -> bool:
    """Whether a rate reaches its target in per cent, compared exactly: 97.996 % does not pass 98.

    "= 100 %" asks for all of them; there is nothing above. Raises ZeroDivisionError without occurrences.
    """
    if not denominator:
        raise ZeroDivisionError("a rate without occurrences is neither reached nor missed")
    wanted, over = figure.as_integer_ratio()
    left = 100 * numerator * over
    right = wanted * denominator
    match Operator(operator):
        case Operator.AT_LEAST:
            return left >= right
        case Operator.MORE:
            return left > right
        case Operator.AT_MOST:
            return left <= right
        case Operator.LESS:
            return left < right
        case _:
            return left >= right if figure == 100 else left == right


def judge(
    numerator: int | None,
    denominator: int | None,
    figure: Decimal,
    operator: str,
    *,
    running: bool,
    strict: tuple[int, int] | None = None,
) -> Status:
    """The status of a figure.

    While its period still runs nothing is lost yet: a figure below its target is at risk, and so is one
    that holds only because overdue dossiers are still open (`strict`: the rate with them counted in).
    """
    if numerator is None or denominator is None:
        return Status.INSUFFICIENT_DATA
    if not denominator:
        return Status.NO_OCCURRENCE
    if not meets(numerator, denominator, figure, operator):
        return Status.AT_RISK if running else Status.NOT_ACHIEVED
    if running and strict is not None and strict[1] and not meets(*strict, figure, operator):
        return Status.AT_RISK
    return Status.ACHIEVED


def allowance(numerator: int, denominator: int, figure: Decimal, operator: str) -> int | None:
    """How many more failures (late dossiers) the target stands before it is lost; None when it has no floor.

    Negative: the target is missed already, by that many cases.
    """
    target = Fraction(figure) / 100
    if Operator(operator) in {Operator.AT_MOST, Operator.LESS} or target <= 0:
        return None
    spare = Fraction(numerator) / target - denominator
    whole = spare.numerator // spare.denominator
    if Operator(operator) is Operator.MORE and spare == whole:
        whole -= 1
    return whole


def recovery(numerator: int, denominator: int, figure: Decimal, operator: str) -> int | None:
    """How many successes in a row would bring a missed target back; 0 when it holds, None when none would."""
    if Operator(operator) not in {Operator.AT_LEAST, Operator.MORE, Operator.EXACTLY}:
        return None
    if denominator and meets(numerator, denominator, figure, operator):
        return 0
    target = Fraction(figure) / 100
    if target >= 1:
        return None
    missing = (target * denominator - numerator) / (1 - target)
    whole = -(-missing.numerator // missing.denominator)
    if Operator(operator) is Operator.MORE and missing == whole:
        whole += 1
    return max(whole, 1)


@dataclass(frozen=True)
class Forecast:
    """What the rest of a running period may bring: how many cases in all, and how many of them may fail."""

    total: int
    may_fail: int
    failed: int

    @property
    def left(self) -> int:
        """How many more may fail before the target is lost; negative when too many did."""
        return self.may_fail - self.failed


def forecast(
    numerator: int, denominator: int, figure: Decimal, operator: str, *, elapsed: Fraction
) -> Forecast | None:
    """At the pace so far (`elapsed`: the share of the period that is over), what may still fail.

    None when the target has no floor, nothing happened, or nothing is left of the period.
    """
    target = Fraction(figure) / 100
    no_floor = Operator(operator) in {Operator.AT_MOST, Operator.LESS} or target <= 0
    if no_floor or not denominator or not 0 < elapsed < 1:
        return None
    total = max(denominator, round(denominator / elapsed))
    spare = total * (1 - target)
    whole = spare.numerator // spare.denominator
    if Operator(operator) is Operator.MORE and spare == whole:
        whole -= 1
    return Forecast(total, max(whole, 0), denominator - numerator)


def shortfall(numerator: int, denominator: int, figure: Decimal, operator: str) -> Fraction:
    """How many points a rate is short of its target; 0 when it holds."""
    if meets(numerator, denominator, figure, operator):
        return Fraction(0)
    return abs(Fraction(figure) - Fraction(100 * numerator, denominator))


def together(statuses: Iterable[tuple[str, bool]]) -> Status:
    """The status of an objective from (status, mandatory) of its targets.

    Achieved only when every mandatory target is; targets striven for are reported but do not fail it.
    """
    counted = [Status(status) for status, mandatory in statuses if mandatory]
    for worst in (Status.NOT_ACHIEVED, Status.AT_RISK, Status.INSUFFICIENT_DATA):
        if worst in counted:
            return worst
    if Status.ACHIEVED in counted:
        return Status.ACHIEVED
    return Status.NO_OCCURRENCE if counted else Status.INSUFFICIENT_DATA
