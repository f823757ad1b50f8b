"""Pages of the calendar: a year or a month, one day, office hours."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms import access, clock
from qms.context import chosen_year
from qms.exceptions import Invalid, Problem
from qms.forms import DATE_INPUTS
from qms.forms_calendar import CalendarDayForm, DeadlineForm, OfficeHoursForm
from qms.models import CalendarDay, OfficeHours
from qms.selectors import calendar as read
from qms.services import calendar
from qms.views.base import ActionView, FormPage, PageView


def _asked_day(text: str) -> dt.date | None:
    for pattern in DATE_INPUTS:
        try:
            return dt.datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


class Calendar(PageView):
    """The year (or one month of it) with every day that differs, and a deadline counted with it."""

    template_name = "calendar/calendar.html"
    policy = access.may_read

    def page(self) -> dict[str, Any]:
        year, today = chosen_year(self.request), clock.today()
        asked = self.request.GET.get("month", "")
        month = int(asked) if asked.isdigit() and 1 <= int(asked) <= 12 else None
        months = read.months_of(self.agency, year, today, [month] if month else range(1, 13))
        days = read.special_days(self.agency, year)
        form = DeadlineForm(self.request.GET if "start" in self.request.GET else None)
        return {
            "shown_year": year,
            "month": month,
            "months": months,
            "days": [row for row in days if not month or row.day.month == month],
            "has_projected": any(row.is_projected for row in days),
            "working_days": sum(one.working_days for one in months),
            "weekdays": OfficeHours.Weekday.choices,
            "hours": read.office_hours_history(self.agency),
            "deadline_form": form if form.is_bound else DeadlineForm(initial={"start": today}),
            "deadline": self.deadline(form),
            "may_change": access.can_administer(self.person, self.agency),
        }

    def deadline(self, form: DeadlineForm) -> dt.date | None:
        """The day asked for, when the question is complete."""
        if not form.is_bound or not form.is_valid():
            return None
        start, days = form.cleaned_data.get("start"), form.cleaned_data.get("days")
        if start is None or days is None:
            return None
        return read.work_calendar(self.agency, start).add_working_days(start, days)


class CalendarDayEdit(FormPage):
    """Add or change one day of the agency's own calendar (`?day=dd/mm/yyyy` fills the form)."""

    guarded = True
    template_name = "calendar/day.html"
    policy = access.may_administer
    form_class = CalendarDayForm

    @property
    def day(self) -> dt.date | None:
        """The day the page is about."""
        return _asked_day(self.request.GET.get("day", ""))

    def rows(self) -> tuple[CalendarDay | None, CalendarDay | None]:
        """What the day is for the agency, and for the whole country."""
        if self.day is None:
            return None, None
        rows = CalendarDay.objects.filter(day=self.day)
        return rows.filter(agency=self.agency).first(), rows.filter(agency=None).first()

    def get_initial(self) -> dict[str, Any]:
        own, national = self.rows()
        known = own or national
        fields = ("kind", "title", "document", "is_projected")
        return {"day": self.day} | ({name: getattr(known, name) for name in fields} if known else {})

    def page(self) -> dict[str, Any]:
        own, national = self.rows()
        return {"day": self.day, "own": own, "national": national}

    def act(self, form: CalendarDayForm) -> str:
        day = form.cleaned_data["day"]
        there = CalendarDay.objects.filter(agency=self.agency, day=day).first()
        if there is not None and day != self.day:
            said = _("The agency has this day already: %(title)s. Choose it in the calendar to change it.")
            raise Invalid([Problem("day", said % {"title": there.title})])
        row = calendar.day_set(self.agency, acting=self.person, **form.cleaned_data)
        messages.success(self.request, _("The day is saved."))
        return f"{reverse('calendar')}?year={row.day.year}"


class CalendarDayRemove(ActionView):
    """Take one of the agency's own days out."""

    policy = access.may_administer

    def act(self) -> str:
        row = get_object_or_404(CalendarDay, pk=self.kwargs["pk"], agency=self.agency)
        calendar.day_remove(row, acting=self.person)
        messages.success(self.request, _("The day is removed."))
        return f"{reverse('calendar')}?year={row.day.year}"


class OfficeHoursEdit(FormPage):
    """Office hours of the week from a day on."""

    guarded = True
    proposals = ("valid_from",)
    template_name = "calendar/hours.html"
    policy = access.may_administer
    form_class = OfficeHoursForm
    heading = gettext_lazy("Set the office hours")

    def get_initial(self) -> dict[str, Any]:
        history = read.office_hours_history(self.agency)
        known = OfficeHoursForm.initial_from(history[0][1]) if history else {}
        return known | {"valid_from": clock.today()}

    def page(self) -> dict[str, Any]:
        return {"parts": ["07:00", "11:30", "13:30", "17:00"]}

    def act(self, form: OfficeHoursForm) -> str:
        calendar.office_hours_set(
            self.agency,
            acting=self.person,
            valid_from=form.cleaned_data["valid_from"],
            hours=form.hours(),
        )
        messages.success(self.request, _("The office hours are saved."))
        return f"{reverse('calendar')}#hours"
