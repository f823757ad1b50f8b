"""Lists of complaints and suggestions and what they add up to; reads, never writes."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext as _

from feedback import conditions
from feedback.conditions import Figures
from feedback.models import Feedback
from qms import clock
from qms.models import Agency, Person
from qms.text import fold

DIMENSIONS = ("unit", "procedure", "kind", "channel", "month")


def cases(viewer: Person, asked: Mapping[str, Any]) -> "QuerySet[Any]":
    """The cases a filter leaves: q, kind, channel, unit, procedure, from, to, show, handler."""
    rows = Feedback.objects.visible_to(viewer).select_related("unit", "procedure", "handler")
    for name in ("kind", "channel"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    for name in ("unit", "procedure"):
        if asked.get(f"no_{name}"):
            rows = rows.filter(**{f"{name}__isnull": True})
        elif asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if asked.get("start"):
        rows = rows.filter(received_on__gte=asked["start"])
    if asked.get("end"):
        rows = rows.filter(received_on__lte=asked["end"])
    show = asked.get("show") or ""
    if show in conditions.CONDITIONS:
        rows = rows.filter(conditions.CONDITIONS[show][1](clock.today()))
    if asked.get("q"):
        from qms.models import SearchEntry

        found = SearchEntry.objects.filter(agency=viewer.agency, kind=Feedback._meta.label_lower)
        for word in fold(asked["q"]).split():
            rows = rows.filter(pk__in=found.filter(folded__contains=word).values("object_id"))
    return rows


def in_span(agency: Agency, start: dt.date, end: dt.date) -> "QuerySet[Any]":
    """What was received in a span of days."""
    return Feedback.objects.filter(agency=agency, received_on__range=(start, end))


def whole(agency: Agency, start: dt.date, end: dt.date) -> Figures:
    """Everything received in a span, together; one query."""
    return conditions.figures(
        in_span(agency, start, end).order_by().aggregate(**conditions.aggregates(clock.today()))
    )


@dataclass(frozen=True)
class Line:
    """One line of an analysis: what it is about, its figures, and the filter that lists its records."""

    label: str
    figures: Figures
    filter: Mapping[str, str]

    def url(self, show: str = "") -> str:
        """The list of exactly the records that a figure counts."""
        asked = dict(self.filter) | ({"show": show} if show else {})
        return f"{reverse('feedback:case-list')}?{urlencode(asked)}"

    @property
    def urls(self) -> dict[str, str]:
        """The addresses by figure."""
        return {key: self.url("" if key == "received" else key) for key in conditions.COUNTED}


def analysis(agency: Agency, dimension: str, start: dt.date, end: dt.date) -> list[Line]:
    """Figures by unit, procedure, kind, channel or month; most cases first (months in order)."""
    span = {"start": f"{start:%d/%m/%Y}", "end": f"{end:%d/%m/%Y}"}
    rows = in_span(agency, start, end).order_by()
    counts = conditions.aggregates(clock.today())
    if dimension == "month":
        months = rows.annotate(month=TruncMonth("received_on")).values("month").annotate(**counts)
        return [_month(row, start, end) for row in months.order_by("month")]
    if dimension in {"kind", "channel"}:
        labels = dict(getattr(Feedback, dimension.title()).choices)
        lines = [
            Line(str(labels[row[dimension]]), conditions.figures(row), span | {dimension: row[dimension]})
            for row in rows.values(dimension).annotate(**counts)
        ]
    else:
        name = {"unit": "unit__name", "procedure": "procedure__name"}[dimension]
        lines = [
            Line(
                row[name] or (_("No unit named") if dimension == "unit" else _("No procedure named")),
                conditions.figures(row),
                span | ({dimension: str(row[dimension])} if row[dimension] else {f"no_{dimension}": "on"}),
            )
            for row in rows.values(dimension, name).annotate(**counts)
        ]
    return sorted(lines, key=lambda line: (-line.figures.received, line.label))


def _month(row: Mapping[str, Any], start: dt.date, end: dt.date) -> Line:
    first: dt.date = row["month"]
    last = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    span = {"start": f"{max(first, start):%d/%m/%Y}", "end": f"{min(last, end):%d/%m/%Y}"}
    return Line(f"{first:%m/%Y}", conditions.figures(row), span)
