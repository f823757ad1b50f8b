"""The year of a plan as bars: what was planned, how far it is, what is late. SVG without inline style."""

import calendar
import datetime as dt

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from objectives.models import PlanItem
from qms.charts import _n

WIDTH, HEIGHT, LEFT, RIGHT = 380, 52, 4.0, 376.0
QUARTERS = ("I", "II", "III", "IV")


def _x(day: dt.date, year: int) -> float:
    """Where a day lies; days of other years at the edge."""
    days = 366 if calendar.isleap(year) else 365
    place = (day - dt.date(year, 1, 1)).days
    return LEFT + min(max(place, 0), days) / days * (RIGHT - LEFT)


def grid(year: int, today: dt.date | None) -> SafeString:
    """The months, the quarters and today, behind every bar."""
    lines = [("q" if month % 3 == 0 else "mo", LEFT + month * (RIGHT - LEFT) / 12) for month in range(13)]
    drawn = format_html_join(
        "",
        '<line class="{}" x1="{}" x2="{}" y1="-40" y2="92"/>',
        ((css, _n(x), _n(x)) for css, x in lines),
    )
    if today is None or today.year != year:
        return drawn
    at = _n(_x(today, year))
    return format_html('{}<line class="now" x1="{}" x2="{}" y1="-40" y2="92"/>', drawn, at, at)


def head(year: int) -> SafeString:
    """The names of the quarters above the bars."""
    marks = ((_n(LEFT + 4 + place * (RIGHT - LEFT) / 4), name) for place, name in enumerate(QUARTERS))
    return format_html(
        '<svg class="gan" viewBox="0 0 {} 16" aria-hidden="true">{}</svg>',
        WIDTH,
        format_html_join("", '<text x="{}" y="12">Q. {}</text>', marks),
    )


def bar(item: PlanItem, year: int, today: dt.date, words: str, standing: str) -> SafeString:
    """One item: its windows, how far it is, its milestones, and the part that is late."""
    frame = item.timeframe
    parts = [grid(year, today)]
    for span in frame.windows:
        start, end = _x(span.start, year), _x(span.end + dt.timedelta(days=1), year)
        css = "p-cont" if item.is_continuous else "p"
        parts.append(
            format_html(
                '<rect class="{}" x="{}" y="17" width="{}" height="18" rx="3"/>',
                css, _n(start), _n(max(end - start, 3)),
            )
        )  # fmt: skip
    if frame.windows:
        parts.append(_fill(item, year, today, standing))
    for mark in frame.milestones:
        x = _n(_x(mark.on, year))
        parts.append(format_html('<path class="ms" d="M{} 18l7 8-7 8-7-8z"/>', x))
    return format_html(
        '<svg class="gan" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH,
        HEIGHT,
        words,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


_FILLS = {"done": "f-ok", "done_late": "f-ok", "waiting": "f-wait", "in_progress": "f", "overdue": "f"}


def _fill(item: PlanItem, year: int, today: dt.date, standing: str) -> SafeString:
    """How far it is: to the day it was done, or the share told, or the days gone by."""
    css = _FILLS.get(standing)
    if css is None or (item.state == PlanItem.State.PLANNED and standing != "overdue"):
        return SafeString("")
    start = item.starts_on or dt.date(year, 1, 1)
    due = item.due_on or dt.date(year, 12, 31)
    first, last = _x(start, year), _x(due + dt.timedelta(days=1), year)
    parts = []
    reached = 0.0
    if item.state == PlanItem.State.DONE and item.done_on:
        reached = min(_x(item.done_on, year), last)
        if item.done_on > due:
            reached = last
    elif item.progress is not None:
        reached = first + (last - first) * item.progress / 100
    elif item.state != PlanItem.State.PLANNED:
        reached = min(_x(today, year), last)
    if item.is_continuous and item.state != PlanItem.State.DONE:
        box = (31, 4, 0.0)
    else:
        box = (19, 14, 2.0)
    if reached > first + box[2]:
        width = max(reached - first - 2 * box[2], 2)
        parts.append(
            format_html(
                '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>',
                css, _n(first + box[2]), box[0], _n(width), box[1],
            )
        )  # fmt: skip
    late_to = item.done_on if item.state == PlanItem.State.DONE else today
    if standing in {"overdue", "done_late"} and late_to is not None and late_to > due:
        end = _x(late_to, year)
        parts.append(
            format_html(
                '<rect class="f-bad" x="{}" y="23" width="{}" height="6"/>', _n(last), _n(max(end - last, 3))
            )
        )
    return format_html_join("", "{}", ((part,) for part in parts))
