"""The calendar of working days: national days prefilled, an agency's own days and office hours (D4)."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from qms import access, audit
from qms.exceptions import Invalid, Problem
from qms.models import Agency, CalendarDay, OfficeHours, Person
from qms.policies import require
from qms.prefill import vietnam
from qms.worktime import DayHours

YEARS = range(2023, 2028)


def national_days_load(years: Iterable[int] = YEARS) -> int:
    """Fill in the public holidays of Viet Nam for years that have none yet; gives the days added.

    A year somebody has already filled in or corrected stays as it is.
    """
    added = 0
    with transaction.atomic():
        for year in years:
            if CalendarDay.objects.filter(agency=None, day__year=year).exists():
                continue
            rows = [
                CalendarDay(
                    day=day.day,
                    kind=day.kind,
                    title=day.title,
                    document=day.document,
                    is_projected=day.is_projected,
                )
                for day in vietnam.days_of(year)
            ]
            added += len(CalendarDay.objects.bulk_create(rows))
    return added


def day_set(
    agency: Agency,
    *,
    acting: Person | None,
    day: dt.date,
    kind: str,
    title: str,
    document: str = "",
    is_projected: bool = False,
) -> CalendarDay:
    """Add or change one day of the agency's own calendar; its own days win over the national ones."""
    if kind not in CalendarDay.Kind.values:
        raise Invalid([Problem("kind", _("Choose a kind of day."), kind)])
    fields = {
        "kind": kind,
        "title": title.strip(),
        "document": document.strip(),
        "is_projected": is_projected,
    }
    with transaction.atomic():
        require(access.can_administer(acting, agency))
        row = CalendarDay.objects.select_for_update().filter(agency=agency, day=day).first()
        if row is None:
            row = CalendarDay.objects.create(agency=agency, day=day, **fields)
            changes = {name: (None, value) for name, value in fields.items()}
        else:
            changes = audit.apply(row, **fields)
        if changes:
            audit.record("qms.calendar.changed", row, changes, acting=acting)
    return row


def day_remove(row: CalendarDay, *, acting: Person | None) -> None:
    """Take one of the agency's own days out again."""
    if row.agency is None:
        raise Invalid(_("A national day cannot be removed; add a day of your own instead."))
    with transaction.atomic():
        require(access.can_administer(acting, row.agency))
        audit.record("qms.calendar.changed", row, {"kind": (row.kind, None)}, acting=acting)
        row.delete()


def office_hours_set(
    agency: Agency,
    *,
    acting: Person | None,
    valid_from: dt.date,
    hours: Mapping[int, DayHours],
) -> list[OfficeHours]:
    """Office hours of the whole week from a day on, by weekday (0 = Monday); a missing weekday is rest."""
    problems = [
        Problem(str(weekday), _("The hours of a day must follow one another."))
        for weekday, day in hours.items()
        if [moment for span in day.spans for moment in span]
        != sorted({moment for span in day.spans for moment in span})
    ]
    if not hours:
        problems.append(Problem("", _("At least one weekday must be a working day.")))
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        require(access.can_administer(acting, agency))
        OfficeHours.objects.filter(agency=agency, valid_from=valid_from).delete()
        rows = OfficeHours.objects.bulk_create(
            OfficeHours(
                agency=agency,
                weekday=weekday,
                morning_start=day.morning[0],
                morning_end=day.morning[1],
                afternoon_start=day.afternoon[0] if day.afternoon else None,
                afternoon_end=day.afternoon[1] if day.afternoon else None,
                valid_from=valid_from,
            )
            for weekday, day in sorted(hours.items())
        )
        words = {OfficeHours.Weekday(row.weekday).label: str(row) for row in rows}
        audit.record(
            "qms.calendar.changed",
            agency,
            {
                "office_hours": (None, {str(day): text for day, text in words.items()}),
                "valid_from": (None, valid_from),
            },
            acting=acting,
        )
    return rows
