"""Which reminder a piece of work is due for on a day, pure: soon, late, to the head, then upwards (domain B).

Days are working days of the agency's calendar. Every stage is told once for a deadline; while work stays late
the person responsible is told again every so many days. A stage carries the key under which it is told, so
that a run that is repeated tells nobody twice.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from qms.worktime import WorkCalendar


class Audience(StrEnum):
    """Who is told."""

    RESPONSIBLE = "responsible"
    HEAD = "head"
    SECRETARY = "secretary"


@dataclass(frozen=True)
class Days:
    """Working days, as the agency set them."""

    soon: int = 5
    head: int = 3
    secretary: int = 6
    again: int = 5
    stale: int = 30


@dataclass(frozen=True)
class Stage:
    """One reminder: which, to whom, and the part of its key that makes it happen once."""

    name: str
    audience: Audience
    once: str


def stages(due: dt.date, today: dt.date, days: Days, calendar: WorkCalendar) -> list[Stage]:
    """The reminders for work with a deadline that have come due by `today`, most urgent last."""
    day = f"{due:%Y%m%d}"
    if today <= due:
        if today >= calendar.add_working_days(due, -days.soon):
            return [Stage("soon", Audience.RESPONSIBLE, day)]
        return []
    late = working_days_after(due, today, calendar)
    found = []
    if late:
        turn = (late - 1) // max(days.again, 1)
        found.append(Stage("late", Audience.RESPONSIBLE, f"{day}:{turn}"))
    if late > days.head:
        found.append(Stage("late", Audience.HEAD, day))
    if late > days.secretary:
        found.append(Stage("late", Audience.SECRETARY, day))
    return found


def waiting_stages(since: dt.date, today: dt.date, days: Days, calendar: WorkCalendar) -> list[Stage]:
    """The reminders for something that waits for confirmation since a day: the head, then the secretary."""
    waited = working_days_after(since, today, calendar)
    day = f"{since:%Y%m%d}"
    found = []
    if waited >= days.head:
        found.append(Stage("waiting", Audience.HEAD, day))
    if waited >= days.secretary:
        found.append(Stage("waiting", Audience.SECRETARY, day))
    return found


def stale_stages(last: dt.date, today: dt.date, days: Days, calendar: WorkCalendar) -> list[Stage]:
    """The reminder for work under way of which nothing was heard for long."""
    if working_days_after(last, today, calendar) >= days.stale:
        return [Stage("stale", Audience.RESPONSIBLE, f"{last:%Y%m%d}")]
    return []


def working_days_after(start: dt.date, end: dt.date, calendar: WorkCalendar) -> int:
    """Working days after `start` up to and including `end`; 0 when there is none."""
    count, day = 0, start
    while day < end:
        day += dt.timedelta(days=1)
        count += calendar.is_working_day(day)
    return count
