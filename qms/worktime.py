"""Working-day arithmetic, pure: days of rest and office hours come in as data (domain D4)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class DayHours:
    """Office hours of one weekday; `afternoon` None means a half day."""

    morning: tuple[dt.time, dt.time]
    afternoon: tuple[dt.time, dt.time] | None = None

    @property
    def spans(self) -> list[tuple[dt.time, dt.time]]:
        """The half-day sessions of the day."""
        return [self.morning] if self.afternoon is None else [self.morning, self.afternoon]


@dataclass(frozen=True)
class WorkCalendar:
    """Weekly hours by weekday (0 = Monday) and the days that differ: True works, False rests."""

    hours: Mapping[int, DayHours]
    exceptions: Mapping[dt.date, bool]

    def is_working_day(self, day: dt.date) -> bool:
        """Whether the office works on a day."""
        return self.exceptions.get(day, day.weekday() in self.hours)

    def hours_on(self, day: dt.date) -> DayHours | None:
        """Office hours of a day; a make-up day has those of the first working weekday."""
        if not self.is_working_day(day):
            return None
        return self.hours.get(day.weekday()) or self.hours[min(self.hours)]

    def add_working_days(self, day: dt.date, count: int) -> dt.date:
        """The day `count` working days later (or earlier, when negative)."""
        step = dt.timedelta(days=1 if count >= 0 else -1)
        left = abs(count)
        while left:
            day += step
            if self.is_working_day(day):
                left -= 1
        return day

    def working_days_between(self, start: dt.date, end: dt.date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` is earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        days = (end - start).days
        return sum(self.is_working_day(start + dt.timedelta(days=i)) for i in range(1, days + 1))

    def next_working_moment(self, moment: dt.datetime) -> dt.datetime:
        """The moment itself inside office hours, else the next opening (naive local time)."""
        day = moment.date()
        while True:
            hours = self.hours_on(day)
            for start, end in hours.spans if hours else []:
                if dt.datetime.combine(day, end) > moment:
                    return max(moment, dt.datetime.combine(day, start))
            day += dt.timedelta(days=1)

    def add_working_hours(self, moment: dt.datetime, hours: float) -> dt.datetime:
        """The moment when `hours` office hours have passed since `moment` (naive local time)."""
        left = dt.timedelta(hours=hours)
        moment = self.next_working_moment(moment)
        while True:
            span_end = next(
                dt.datetime.combine(moment.date(), end)
                for start, end in (self.hours_on(moment.date()) or DayHours((dt.time.min, dt.time.max))).spans
                if dt.datetime.combine(moment.date(), end) > moment
            )
            if moment + left <= span_end:
                return moment + left
            left -= span_end - moment
            moment = self.next_working_moment(span_end)
