"""Forms of the calendar: one day, office hours, a deadline."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.forms import DateField, PortalForm
from qms.models import CalendarDay, OfficeHours
from qms.worktime import DayHours

PARTS = ("morning_start", "morning_end", "afternoon_start", "afternoon_end")
PART_LABELS = {
    "morning_start": _("morning from"),
    "morning_end": _("morning to"),
    "afternoon_start": _("afternoon from"),
    "afternoon_end": _("afternoon to"),
}


class CalendarDayForm(PortalForm):
    """One day of the agency's own calendar."""

    day = DateField(label=_("Day"))
    kind = forms.ChoiceField(
        label=_("Kind of day"),
        choices=CalendarDay.Kind.choices,
        help_text=_("A make-up working day is worked although the weekday or the holiday says otherwise."),
    )
    title = forms.CharField(label=_("Occasion"), max_length=160)
    document = forms.CharField(label=_("Source document"), max_length=255, required=False)
    is_projected = forms.BooleanField(label=_("Not yet decided"), required=False)


class OfficeHoursForm(PortalForm):
    """Office hours of the week from a day on; a weekday without hours is a day of rest."""

    valid_from = DateField(label=_("Valid from"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday, name in OfficeHours.Weekday.choices:
            for part in PARTS:
                self.fields[f"{part}_{weekday}"] = forms.TimeField(
                    required=False,
                    input_formats=["%H:%M", "%H.%M", "%Hh%M", "%H"],
                    label=f"{name}, {PART_LABELS[part]}",
                    widget=forms.TimeInput(
                        format="%H:%M",
                        attrs={
                            "inputmode": "numeric",
                            "maxlength": "5",
                            "aria-label": f"{name}, {PART_LABELS[part]}",
                        },
                    ),
                    error_messages={"invalid": _("Write the time as hour:minute, for example 07:30")},
                )

    @staticmethod
    def initial_from(rows: list[OfficeHours]) -> dict[str, Any]:
        """The fields filled from office hours."""
        return {f"{part}_{row.weekday}": getattr(row, part) for row in rows for part in PARTS}

    def lines(self) -> list[tuple[str, list[Any]]]:
        """The fields by weekday."""
        return [
            (str(name), [self[f"{part}_{weekday}"] for part in PARTS])
            for weekday, name in OfficeHours.Weekday.choices
        ]

    def clean(self) -> dict[str, Any]:
        """A morning or an afternoon has both ends."""
        taken: dict[str, Any] = super().clean() or {}
        for weekday, _name in OfficeHours.Weekday.choices:
            start, end, start2, end2 = (taken.get(f"{part}_{weekday}") for part in PARTS)
            if bool(start) != bool(end) or bool(start2) != bool(end2) or (start2 and not start):
                self.add_error(f"morning_start_{weekday}", _("Give both ends, or leave both empty."))
        return taken

    def hours(self) -> dict[int, DayHours]:
        """The hours by weekday."""
        found = {}
        for weekday, _name in OfficeHours.Weekday.choices:
            start, end, start2, end2 = (self.cleaned_data.get(f"{part}_{weekday}") for part in PARTS)
            if isinstance(start, dt.time) and isinstance(end, dt.time):
                found[weekday] = DayHours((start, end), (start2, end2) if start2 and end2 else None)
        return found


class DeadlineForm(PortalForm):
    """How many working days from a day on."""

    start = DateField(label=_("From the day"))
    days = forms.IntegerField(label=_("Working days"), min_value=-400, max_value=400)
