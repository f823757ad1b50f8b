"""Numbers, rates and dates as Vietnamese administration writes them: 4.974; 98,2 %; 15/07/2026.

Pure functions. The form is the same in every interface language, because the papers, the annexes and
the figures people compare with each other are Vietnamese.
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

NBSP = "\u00a0"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
MOST_PLACES = 6
Number = int | float | Decimal | Fraction | str


def number(value: Number, places: int | None = None) -> str:
    """Write a number with a point for thousands and a comma for decimals: ``4.974``, ``98,25``.

    ``places`` rounds half up; without it an integer stays whole and a decimal keeps its digits.
    """
    exact = Decimal(str(float(value) if isinstance(value, Fraction) else value))
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    sign = "-" if exact < 0 else ""
    whole, _, decimals = f"{abs(exact):f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    return f"{sign}{grouped},{decimals}" if decimals else f"{sign}{grouped}"


def meets(value: Fraction, target: Fraction, operator: str) -> bool:
    """Compare exactly; ``operator`` is one of ``>= > = <= <`` (also ``≥`` and ``≤``)."""
    match operator:
        case ">=" | "≥" | "gte":
            return value >= target
        case ">" | "gt":
            return value > target
        case "<=" | "≤" | "lte":
            return value <= target
        case "<" | "lt":
            return value < target
        case _:
            return value == target


def percent_places(
    numerator: int, denominator: int, target: Number | None = None, operator: str = ">=", places: int = 1
) -> tuple[int, int]:
    """Return the percentage as a whole number of ``10**-n`` points, and ``n``.

    Integer arithmetic, rounded half up. Decimals are added while the rounded figure would stand on the
    other side of the target than the exact one, or would look like 0 % or 100 % when it is not.
    """
    exact = Fraction(100 * numerator, denominator)
    aim = None if target is None else Fraction(str(target))
    for n in range(places, MOST_PLACES + 1):
        scale = 10**n
        shown = (2 * 100 * numerator * scale + denominator) // (2 * denominator)
        value = Fraction(shown, scale)
        honest = (value == 0) == (exact == 0) and (value == 100) == (exact == 100)
        if honest and (aim is None or meets(value, aim, operator) == meets(exact, aim, operator)):
            return shown, n
    scale = 10**MOST_PLACES
    return 100 * numerator * scale // denominator, MOST_PLACES


def percent(
    numerator: int, denominator: int, target: Number | None = None, operator: str = ">=", places: int = 1
) -> str:
    """Write ``4886/4974`` as ``98,2 %`` with a hard space; raise ZeroDivisionError on nothing."""
    shown, n = percent_places(numerator, denominator, target, operator, places)
    return f"{number(Decimal(shown).scaleb(-n), n)}{NBSP}%"


def rate(numerator: int, denominator: int, target: Number | None = None, operator: str = ">=") -> str:
    """Write a rate with what it is made of: ``98,2 % (4.886/4.974)``."""
    return f"{percent(numerator, denominator, target, operator)} ({number(numerator)}/{number(denominator)})"


def local(value: dt.datetime) -> dt.datetime:
    """Return a moment in Vietnam time; a naive one is taken as it stands."""
    return value.astimezone(VIETNAM) if value.tzinfo else value


def date(value: dt.date | dt.datetime) -> str:
    """15/07/2026."""
    return f"{local(value) if isinstance(value, dt.datetime) else value:%d/%m/%Y}"


def day_month(value: dt.date | dt.datetime) -> str:
    """15/07."""
    return f"{local(value) if isinstance(value, dt.datetime) else value:%d/%m}"


def month(value: dt.date | dt.datetime) -> str:
    """07/2026."""
    return f"{local(value) if isinstance(value, dt.datetime) else value:%m/%Y}"


def time(value: dt.time | dt.datetime) -> str:
    """16:20."""
    return f"{local(value) if isinstance(value, dt.datetime) else value:%H:%M}"


def moment(value: dt.datetime) -> str:
    """15/07/2026 16:20."""
    return f"{local(value):%d/%m/%Y %H:%M}"


def size(octets: int) -> str:
    """Write a file size: ``1,2 MB``."""
    for unit, step in (("GB", 1024**3), ("MB", 1024**2), ("kB", 1024)):
        if octets >= step:
            value = Decimal(octets) / step
            return f"{number(value, 0 if value >= 10 or unit == 'kB' else 1)}{NBSP}{unit}"
    return f"{octets}{NBSP}B"
