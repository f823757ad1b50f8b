"""How long resolved dossiers took, against the time the regulations allow (domain D5: reduction)."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate

from dossiers.catalogue import Catalogue
from dossiers.conditions import VIETNAM, Span, resolved
from dossiers.importers import episodes
from dossiers.models.procedure import TimeUnit
from dossiers.supplements import SupplementRules
from qms.calendars import calendar_for
from qms.models import Agency

HOURS = 8
_DATES = ("received_at", "result_at", "supplement_requested_at", "supplement_received_at")


@dataclass
class Hours:
    """Working hours regulated and taken, over so many dossiers."""

    regulated: int = 0
    taken: int = 0
    dossiers: int = 0

    @property
    def saved(self) -> int:
        """What was saved; never below zero."""
        return max(self.regulated - self.taken, 0)


def handling_hours(
    agency: Agency,
    tables: "Sequence[QuerySet[Any]]",
    windows: Sequence[Span],
    known_at: dt.datetime | None = None,
) -> dict[tuple[Span, Any], Hours]:
    """Hours per window for the agency (unit None) and each unit.

    Dossiers are grouped by their days in the database, so the work here grows with the kinds of courses,
    not with the dossiers. Days of rest are those of the agency's calendar. With `known_at` catalogue and
    calendar are those of that moment.
    """
    if not windows:
        return {}
    whole = _Whole(min(one.start for one in windows), max(one.end for one in windows))
    calendar = calendar_for(agency, whole.end.date(), known_at)
    catalogue, rules = Catalogue(agency, known_at), SupplementRules(agency, known_at)
    procedures = {one.pk: one for one in catalogue.present}

    @lru_cache(maxsize=50_000)
    def working(start: dt.date, end: dt.date) -> int:
        return calendar.working_days_between(start, end)

    found: dict[tuple[Span, Any], Hours] = {}
    for rows in tables:
        days = {f"day_{name}": TruncDate(name, tzinfo=VIETNAM) for name in _DATES}
        grouped = (
            rows.filter(resolved(whole, whole.end))
            .order_by()
            .annotate(**days)
            .values_list("unit", "procedure", "episodes", *days)
            .annotate(count=Count("pk"))
        )
        for unit, procedure, told, received, result, asked, answered, count in grouped.iterator():
            known = procedures.get(procedure)
            said = catalogue.on(known, received) if known else None
            if said is None or not said.regulated_time or said.regulated_unit == TimeUnit.HOURS:
                continue
            measure = working if said.regulated_unit == TimeUnit.WORKING_DAYS else _days
            pauses = _pauses(told) if told else [(asked, answered)]
            began, pausing_from = received, dt.date.min
            if rules.restarts(said, received):
                supplements = _pauses(told, {episodes.SUPPLEMENT}) if told else pauses
                began = max([received, *(end for _start, end in supplements if end and end <= result)])
                pausing_from = began
            waited = sum(measure(*span) for span in _apart(pauses, result, pausing_from))
            taken = max(measure(began, result) - waited, 0) * HOURS
            regulated = int(said.regulated_time * HOURS)
            moment = dt.datetime.combine(result, dt.time(12), tzinfo=VIETNAM)
            for window in windows:
                if window.start <= moment < window.end:
                    for scope in {None, unit}:
                        place = found.setdefault((window, scope), Hours())
                        place.regulated += regulated * count
                        place.taken += taken * count
                        place.dossiers += count
    return found


@dataclass(frozen=True)
class _Whole:
    start: dt.datetime
    end: dt.datetime


def _days(start: dt.date, end: dt.date) -> int:
    return (end - start).days


def _pauses(
    told: list[dict[str, Any]], kinds: Collection[str] = episodes.PAUSES
) -> "list[tuple[dt.date | None, dt.date | None]]":
    """The days of all pauses that were kept of a dossier."""

    def day(moment: dt.datetime | None) -> dt.date | None:
        return moment.astimezone(VIETNAM).date() if moment else None

    return [(day(one.start), day(one.end)) for one in episodes.read(told) if one.kind in kinds]


def _apart(
    pauses: "Iterable[tuple[dt.date | None, dt.date | None]]", result: dt.date, since: dt.date
) -> "Iterator[tuple[dt.date, dt.date]]":
    """The pauses from a day on that were over by the result, none counted twice where they overlap."""
    whole = sorted((start, end) for start, end in pauses if start and end and start <= end <= result)
    until = since
    for start, end in whole:
        if end > until:
            yield max(start, until), end
            until = end
