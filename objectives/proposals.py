"""Figures proposed for a new year from the result of the last one, pure: a rule and its reason in words.

Shares that were reached with room to spare are raised by half of that room, rounded down to half points, so
that a good year asks for a little more and never for more than was shown to be possible. What was missed,
not measured or is at its limit already stays. A proposal is never more than that: people decide.
"""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from fractions import Fraction

from django.utils.translation import gettext as _

from objectives import formulas
from qms import notation

STEP = Fraction(1, 2)


class Rule(StrEnum):
    """Why a figure is proposed."""

    NO_RESULT = "no_result"
    LIMIT = "limit"
    MISSED = "missed"
    HELD = "held"
    RAISED = "raised"


@dataclass(frozen=True)
class Proposal:
    """A figure for the new year, and why."""

    figure: Decimal
    rule: Rule
    reason: str


def propose(
    figure: Decimal, operator: str, numerator: int | None, denominator: int | None, *, year: int
) -> Proposal:
    """The figure of the year after `year`, from the figure and the result of that year."""
    if numerator is None or not denominator:
        return Proposal(
            figure, Rule.NO_RESULT, _("No result for %(year)s: the figure stays.") % {"year": year}
        )
    rate = notation.percent(numerator, denominator, figure, operator)
    found = {
        "year": year,
        "rate": f"{rate} ({notation.number(numerator)}/{notation.number(denominator)})",
        "figure": notation.number(figure.normalize()),
    }
    if not formulas.meets(numerator, denominator, figure, operator):
        return Proposal(
            figure,
            Rule.MISSED,
            _("%(year)s came to %(rate)s and missed %(figure)s: the figure stays until it is reached.")
            % found,
        )
    down = formulas.Operator(operator) in {formulas.Operator.AT_MOST, formulas.Operator.LESS}
    limit = Fraction(0) if down else Fraction(100)
    if formulas.Operator(operator) is formulas.Operator.EXACTLY or Fraction(figure) == limit:
        return Proposal(
            figure,
            Rule.LIMIT,
            _("%(year)s came to %(rate)s; %(figure)s cannot be raised any more.") % found,
        )
    room = abs(Fraction(100 * numerator, denominator) - Fraction(figure))
    raised = (room / 2 // STEP) * STEP
    if not raised:
        return Proposal(
            figure,
            Rule.HELD,
            _("%(year)s came to %(rate)s, close above %(figure)s: the figure stays.") % found,
        )
    new = Fraction(figure) - raised if down else Fraction(figure) + raised
    decimal = (Decimal(new.numerator) / Decimal(new.denominator)).quantize(Decimal("0.1"), ROUND_FLOOR)
    return Proposal(
        decimal,
        Rule.RAISED,
        _("%(year)s came to %(rate)s: half of what lies above %(figure)s is added, in half points.") % found,
    )


def kept(figure: Decimal) -> Proposal:
    """A count, a milestone or a grade: nothing is proposed but what was."""
    return Proposal(figure, Rule.HELD, _("A count, a milestone or a grade is taken over as it is."))
