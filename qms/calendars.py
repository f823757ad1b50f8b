"""The working calendar of an agency, put together from its data."""

import datetime as dt

from django.db.models import Q

from qms.models import Agency, CalendarDay, OfficeHours
from qms.worktime import DayHours, WorkCalendar

DEFAULT_HOURS = DayHours((dt.time(7, 0), dt.time(11, 30)), (dt.time(13, 30), dt.time(17, 0)))


def calendar_for(agency: Agency, on: dt.date, known_at: dt.datetime | None = None) -> WorkCalendar:
    """The calendar of an agency with the office hours in force on a day; its own days win over national.

    With `known_at` days that were entered later are left out.
    """
    exceptions: dict[dt.date, bool] = {}
    rows = CalendarDay.objects.filter(Q(agency=None) | Q(agency=agency)).order_by("agency_id")
    if known_at is not None:
        rows = rows.filter(created_at__lte=known_at)
    for row in sorted(rows, key=lambda row: row.agency_id is not None):
        exceptions[row.day] = row.kind == CalendarDay.Kind.MAKE_UP
    hours: dict[int, DayHours] = {}
    in_force = OfficeHours.objects.filter(agency=agency, valid_from__lte=on).order_by("valid_from")
    newest = in_force.last()
    for day in in_force.filter(valid_from=newest.valid_from) if newest else []:
        afternoon = (
            (day.afternoon_start, day.afternoon_end) if day.afternoon_start and day.afternoon_end else None
        )
        hours[day.weekday] = DayHours((day.morning_start, day.morning_end), afternoon)
    return WorkCalendar(hours or dict.fromkeys(range(5), DEFAULT_HOURS), exceptions)
