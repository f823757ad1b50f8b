"""The nineteen periods of a year and the instants they span, pure (domain D4; Decree 09/2019/NĐ-CP).

A period has a code (`2025`, `2025-H1`, `2025-Q1`, `2025-03`). Which days it spans is decided by a rule
frozen into an objective set: the calendar, or reporting periods from the 15th to the 14th.
"""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_CODE = re.compile(r"(?P<year>\d{4})(?:-(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")


class Grain(StrEnum):
    """How long a period is."""

    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"


MONTHS_IN = {Grain.YEAR: 12, Grain.HALF: 6, Grain.QUARTER: 3, Grain.MONTH: 1}


class WindowRule(StrEnum):
    """Which days a month of reporting spans."""

    CALENDAR = "calendar"
    FIFTEENTH = "fifteenth"


@dataclass(frozen=True, order=True)
class Period:
    """A span of whole months of one year, from `first` to `last` (1 to 12)."""

    year: int
    first: int
    last: int

    @cached_property
    def grain(self) -> Grain:
        """Month, quarter, half or year."""
        length = self.last - self.first + 1
        return next(grain for grain, months in MONTHS_IN.items() if months == length)

    @cached_property
    def code(self) -> str:
        """How the period is written in addresses, files and JSON."""
        match self.grain:
            case Grain.YEAR:
                return f"{self.year}"
            case Grain.HALF:
                return f"{self.year}-H{(self.first + 5) // 6}"
            case Grain.QUARTER:
                return f"{self.year}-Q{(self.first + 2) // 3}"
            case _:
                return f"{self.year}-{self.first:02d}"

    def __str__(self) -> str:
        return self.code

    def holds(self, other: "Period") -> bool:
        """Whether the other period lies within this one."""
        return self.year == other.year and self.first <= other.first and other.last <= self.last

    def parts(self, grain: Grain) -> list["Period"]:
        """The periods of a finer (or the same) grain that make this one up, in order."""
        step = MONTHS_IN[grain]
        return [
            Period(self.year, month, month + step - 1) for month in range(self.first, self.last + 1, step)
        ]

    def to_date(self) -> "Period":
        """From January to the end of this period: the span of a cumulative figure."""
        return Period(self.year, 1, self.last)


@dataclass(frozen=True)
class Window:
    """Half-open span of instants [start, end) in Vietnam time."""

    start: dt.datetime
    end: dt.datetime

    @property
    def first_day(self) -> dt.date:
        """The first day that counts."""
        return self.start.date()

    @property
    def last_day(self) -> dt.date:
        """The last day that counts."""
        return self.end.date() - dt.timedelta(days=1)


def parse(code: str) -> Period:
    """The period of a code; raises ValueError for anything else."""
    found = _CODE.fullmatch(code)
    if found is None:
        raise ValueError(f"not a period: {code!r}")
    year = int(found["year"])
    if found["half"]:
        return Period(year, 6 * int(found["half"]) - 5, 6 * int(found["half"]))
    if found["quarter"]:
        return Period(year, 3 * int(found["quarter"]) - 2, 3 * int(found["quarter"]))
    if found["month"]:
        return Period(year, int(found["month"]), int(found["month"]))
    return Period(year, 1, 12)


def year_of(year: int) -> Period:
    """The whole year."""
    return Period(year, 1, 12)


def periods_of(year: int, *grains: Grain) -> list[Period]:
    """The periods of a year, longest first; all nineteen unless grains are named."""
    return [period for grain in grains or tuple(Grain) for period in year_of(year).parts(grain)]


def window(period: Period, rule: WindowRule | str = WindowRule.CALENDAR) -> Window:
    """The instants a period spans under a rule.

    Under the 15th-to-14th rule the first quarter runs from 15 December of the year before to 14 March
    (Decree 09/2019/NĐ-CP), so that months still add up to quarters and quarters to the year.
    """
    start = dt.date(period.year, period.first, 1)
    end = dt.date(period.year + period.last // 12, period.last % 12 + 1, 1)
    if WindowRule(rule) is WindowRule.FIFTEENTH:
        start, end = _fifteenth_before(start), _fifteenth_before(end)
    return Window(_midnight(start), _midnight(end))


def _fifteenth_before(first_of_month: dt.date) -> dt.date:
    return (first_of_month - dt.timedelta(days=1)).replace(day=15)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=VIETNAM)


def end_of_day(day: dt.date) -> dt.datetime:
    """The instant at which a day is over (midnight of the next)."""
    return _midnight(day + dt.timedelta(days=1))
