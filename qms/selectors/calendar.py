"""The calendar of an agency as pages show it: a year of months, the days that differ, office hours."""

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from qms.calendars import calendar_for
from qms.models import Agency, CalendarDay, OfficeHours
from qms.worktime import WorkCalendar


@dataclass(frozen=True)
class DayCell:
    """One day in a month: whether the office works, and what makes the day differ."""

    day: dt.date
    works: bool
    row: CalendarDay | None
    is_today: bool

    @property
    def css(self) -> str:
        """The class of the cell."""
        kind = self.row.kind if self.row else ("" if self.works else "rest")
        return f"d-{kind}" if kind else ""

    @property
    def words(self) -> str:
        """What a screen reader says beside the number."""
        return f"{self.row.title} ({self.row.get_kind_display()})" if self.row else ""


@dataclass(frozen=True)
class Month:
    """A month as weeks from Monday to Sunday; None stands for days of other months."""

    first: dt.date
    weeks: list[list[DayCell | None]]
    working_days: int


def special_days(agency: Agency, year: int) -> list[CalendarDay]:
    """The days of a year that differ, in order; an agency's own day hides the national one."""
    rows = CalendarDay.objects.filter(Q(agency=None) | Q(agency=agency), day__year=year)
    found: dict[dt.date, CalendarDay] = {}
    for row in sorted(rows, key=lambda row: row.agency_id is not None):
        found[row.day] = row
    return [found[day] for day in sorted(found)]


def months_of(agency: Agency, year: int, today: dt.date, months: Iterable[int] = range(1, 13)) -> list[Month]:
    """Months of a year with the state of every day."""
    rows = {row.day: row for row in special_days(agency, year)}
    work = calendar_for(agency, dt.date(year, 12, 31))

    def cell(day: dt.date) -> DayCell:
        return DayCell(day, work.is_working_day(day), rows.get(day), day == today)

    found = []
    for month in months:
        weeks = [
            [cell(day) if day.month == month else None for day in week]
            for week in calendar.Calendar().monthdatescalendar(year, month)
        ]
        working = sum(1 for week in weeks for day in week if day and day.works)
        found.append(Month(dt.date(year, month, 1), weeks, working))
    return found


def office_hours_history(agency: Agency) -> list[tuple[dt.date, list[OfficeHours]]]:
    """Every set of office hours with its first day, newest first."""
    sets: dict[dt.date, list[OfficeHours]] = {}
    for row in OfficeHours.objects.filter(agency=agency).order_by("-valid_from", "weekday"):
        sets.setdefault(row.valid_from, []).append(row)
    return list(sets.items())


def work_calendar(agency: Agency, on: dt.date) -> WorkCalendar:
    """The calendar that deadlines are computed with."""
    return calendar_for(agency, on)
