"""Small charts drawn on the server as SVG: geometry in attributes, colours from static/css/charts.css.

No inline style and no script, so they hold under the strict Content-Security-Policy, print, and work
without JavaScript. Every figure drawn is also written in words in ``aria-label``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from . import notation

Value = int | float | Decimal | Fraction
TONES = {"achieved": "ok", "ok": "ok", "at_risk": "risk", "risk": "risk", "not_achieved": "bad", "bad": "bad"}


def _n(value: float) -> str:
    """Write a coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def _marker(tone: str, x: float, y: float) -> SafeString:
    """Draw the end mark: a disc when achieved, a triangle at risk, a square when not."""
    if tone == "ok":
        return format_html('<circle class="m-ok" cx="{}" cy="{}" r="5.2"/>', _n(x), _n(y))
    if tone == "risk":
        return format_html('<path class="m-risk" d="M{} {}l6.5 11.5h-13z"/>', _n(x), _n(y - 6.5))
    return format_html('<rect class="m-bad" x="{}" y="{}" width="10" height="10"/>', _n(x - 5), _n(y - 5))


def bullet(
    value: Value | None,
    target: Value | None,
    *,
    tone: str = "ok",
    low: Value = 0,
    high: Value = 100,
    strict: Value | None = None,
    label: str = "",
    width: int = 230,
) -> SafeString:
    """Draw a result against its target on an axis from ``low`` to ``high``.

    ``strict`` is the hollow ring below: the same rate with what is open and overdue counted in. A value
    left of the axis becomes an arrow. ``None`` says that figures are missing.
    """
    left, right = 4.0, width - 6.0
    span = float(high) - float(low) or 1.0

    def x(v: Value) -> float:
        return min(right, max(left, left + (float(v) - float(low)) / span * (right - left)))

    parts = [format_html('<rect class="tr" x="4" y="8" width="{}" height="10" rx="2"/>', _n(right - left))]
    if target is not None:
        if x(target) < right:
            parts.append(
                format_html(
                    '<rect class="zn" x="{}" y="8" width="{}" height="10"/>',
                    _n(x(target)),
                    _n(right - x(target)),
                )
            )
        parts.append(format_html('<line class="tg" x1="{0}" x2="{0}" y1="4" y2="22"/>', _n(x(target))))
    mark = TONES.get(tone, "bad")
    if value is None:
        parts.append(format_html('<text x="8" y="17">{}</text>', _("no figures")))
    elif float(value) < float(low):
        parts.append(format_html('<path class="m-{}" d="M4 13l9-6v12z"/>', mark))
    else:
        parts.append(
            format_html('<line class="lead m-{}" x1="4" x2="{}" y1="13" y2="13"/>', mark, _n(x(value)))
        )
        if strict is not None:
            parts.append(format_html('<circle class="st" cx="{}" cy="21" r="3.6"/>', _n(x(strict))))
        parts.append(_marker(mark, x(value), 13))
    return format_html(
        '<svg class="bul" viewBox="0 0 {} 27" role="img" aria-label="{}">{}</svg>',
        width,
        label or (_("No figures") if value is None else notation.number(Decimal(str(float(value))), 1)),
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def bullet_axis(low: Value = 0, high: Value = 100, *, steps: int = 4, width: int = 230) -> SafeString:
    """Draw the shared axis of a column of bullets."""
    left, right = 4.0, width - 6.0
    marks = []
    for i in range(steps):
        share = i / (steps - 1)
        anchor = "start" if i == 0 else "end" if i == steps - 1 else "middle"
        figure = notation.number(round(float(low) + share * (float(high) - float(low))))
        marks.append((_n(left + share * (right - left)), anchor, figure))
    return format_html(
        '<svg class="bul" viewBox="0 0 {} 15" aria-hidden="true">{}</svg>',
        width,
        format_html_join("", '<text x="{}" y="12" text-anchor="{}">{}</text>', marks),
    )


def _paths(points: Sequence[tuple[float, float] | None]) -> list[str]:
    """Join neighbouring points; a missing month breaks the line."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return ["M" + "L".join(f"{_n(a)} {_n(b)}" for a, b in run) for run in runs if len(run) > 1]


def sparkline(
    values: Sequence[Value | None], *, target: Value | None = None, label: str = "", slots: int | None = None
) -> SafeString:
    """Draw a year's course in the size of a word; ``None`` leaves a gap. Scaled to its own range."""
    width, height, pad = 130, 34, 5.7
    known = [float(v) for v in values if v is not None]
    levels = known + ([float(target)] if target is not None else [])
    bottom, top = (min(levels), max(levels)) if levels else (0.0, 1.0)
    span = top - bottom

    def y(v: float) -> float:
        return height / 2 if span == 0 else pad + (top - v) / span * (height - 2 * pad)

    count = max(slots or len(values), 2)
    points = [
        None if v is None else (4 + i * (width - 10) / (count - 1), y(float(v))) for i, v in enumerate(values)
    ]
    parts = []
    if target is not None:
        parts.append(format_html('<line class="t" x1="2" x2="128" y1="{0}" y2="{0}"/>', _n(y(float(target)))))
    parts += [format_html('<path class="l" d="{}"/>', path) for path in _paths(points)]
    drawn = [p for p in points if p is not None]
    if drawn:
        parts.append(
            format_html('<circle class="e" cx="{}" cy="{}" r="2.8"/>', _n(drawn[-1][0]), _n(drawn[-1][1]))
        )
    latest = notation.number(Decimal(str(known[-1])), 1) if known else ""
    words = label or (_("Course, latest %(value)s") % {"value": latest} if known else _("No figures"))
    return format_html(
        '<svg class="spk" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        width,
        height,
        words,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


@dataclass(frozen=True)
class Series:
    """One line of a chart: its name and a value (or a gap) per place on the axis."""

    name: str
    values: Sequence[Value | None]
    dashed: bool = False


@dataclass(frozen=True)
class _Frame:
    """The drawing area of a line chart: wide with labels beside the lines, narrow with them on top."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int

    def x(self, i: int, count: int) -> float:
        return self.left + i * (self.width - self.left - self.right) / max(count - 1, 1)

    def y(self, value: float, low: float, high: float) -> float:
        return self.top + (high - value) / (high - low) * (self.height - self.top - self.bottom)

    @property
    def end(self) -> int:
        return self.width - self.right


def line_chart(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    target: Value | None = None,
    target_label: str = "",
    low: Value | None = None,
    high: Value | None = None,
    unit: str = "%",
    label: str = "",
    places: int = 1,
) -> SafeString:
    """Draw up to four lines with direct labels and the target as a black line, for desk and for phone.

    Put a table of the same figures beside it; state a zoomed axis and the source in the caption.
    """
    known = [float(v) for s in series for v in s.values if v is not None]
    known += [float(target)] if target is not None else []
    floor = float(low) if low is not None else min(known, default=0.0)
    ceiling = float(high) if high is not None else max(known, default=1.0)
    scale = (floor, ceiling if ceiling > floor else floor + 1)
    lines = series[:4]
    rows = len(lines) + (target is not None)
    wide = _Frame(960, 300, 56, 190, 16, 28)
    narrow = _Frame(430, 230 + 20 * rows, 50, 14, 24 + 20 * rows, 28)
    return format_html(
        '<div class="charts">{}{}</div>',
        _lines(wide, labels, lines, scale, target, target_label, unit, label, places),
        _lines(narrow, labels, lines, scale, target, target_label, unit, label, places),
    )


def _figure(value: float, unit: str, places: int) -> str:
    return f"{notation.number(Decimal(str(value)), places)}{notation.NBSP}{unit}".strip()


def _lines(
    frame: _Frame,
    labels: Sequence[str],
    series: Sequence[Series],
    scale: tuple[float, float],
    target: Value | None,
    target_label: str,
    unit: str,
    label: str,
    end_places: int,
) -> SafeString:
    low, high = scale
    narrow = frame.width < 600
    parts: list[SafeString] = []
    places = 0 if (high - low) >= 4 and (high - low) % 4 == 0 else 1
    for step in range(5):
        level = low + step * (high - low) / 4
        at = frame.y(level, low, high)
        parts.append(
            format_html(
                '<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>'
                '<text x="{}" y="{}" text-anchor="end">{}</text>',
                frame.left, frame.end, _n(at), _n(at),
                frame.left - 8, _n(at + 4), _figure(level, unit, places),
            )
        )  # fmt: skip
    every = 2 if narrow and len(labels) > 8 else 1
    for i, text in enumerate(labels):
        if i % every == 0:
            anchor = "end" if narrow and i == len(labels) - 1 and i else "middle"
            parts.append(
                format_html(
                    '<text x="{}" y="{}" text-anchor="{}">{}</text>',
                    _n(frame.x(i, len(labels))), frame.height - 8, anchor, text,
                )
            )  # fmt: skip
    ends: list[tuple[float, str, str]] = []
    if target is not None:
        at = frame.y(float(target), low, high)
        parts.append(
            format_html(
                '<line class="goal" x1="{}" x2="{}" y1="{}" y2="{}"/>', frame.left, frame.end, _n(at), _n(at)
            )
        )
        ends.append((at, target_label, "goal"))
    for k, one in enumerate(series):
        drawn, end = _line(frame, one, k, scale, len(labels))
        parts += drawn
        if end is not None:
            ends.append((end[0], f"{one.name} {_figure(end[1], unit, end_places)}", f"s{k + 1}"))
    parts += _legend(frame, ends) if narrow else _end_labels(frame, ends)
    return format_html(
        '<svg class="chart {}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        "chart-n" if narrow else "chart-w",
        frame.width,
        frame.height,
        label,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _line(
    frame: _Frame, one: Series, k: int, scale: tuple[float, float], count: int
) -> tuple[list[SafeString], tuple[float, float] | None]:
    points = [
        None if v is None else (frame.x(i, count), frame.y(float(v), *scale))
        for i, v in enumerate(one.values)
    ]
    kind = f"s{k + 1}" + (" dash" if one.dashed else "")
    parts = [format_html('<path class="ln {}" d="{}"/>', kind, path) for path in _paths(points)]
    parts += [
        format_html('<circle class="pt {}" cx="{}" cy="{}" r="3.6"/>', kind, _n(p[0]), _n(p[1]))
        for p in points
        if p
    ]
    last = [(p[1], float(v)) for p, v in zip(points, one.values, strict=False) if p and v is not None]
    return parts, last[-1] if last else None


def _end_labels(frame: _Frame, ends: list[tuple[float, str, str]]) -> list[SafeString]:
    """Write the names beside the ends of the lines, pushed apart where they would meet."""
    parts, previous = [], -99.0
    for at, text, kind in sorted(ends, key=lambda end: end[0]):
        previous = max(at, previous + 16)
        parts.append(
            format_html(
                '<text class="{}-t" x="{}" y="{}">{}</text>', kind, frame.end + 8, _n(previous + 4), text
            )
        )
    return parts


def _legend(frame: _Frame, ends: list[tuple[float, str, str]]) -> list[SafeString]:
    """Write the names above the lines, each behind a piece of its line."""
    parts = []
    for row, (_at, text, kind) in enumerate(sorted(ends, key=lambda end: end[0])):
        y = 14 + 20 * row
        parts.append(
            format_html(
                '<line class="{} ln" x1="{}" x2="{}" y1="{}" y2="{}"/><text x="{}" y="{}">{}</text>',
                kind, frame.left, frame.left + 22, y - 4, y - 4, frame.left + 30, y, text,
            )
        )  # fmt: skip
    return parts


def percent_axis(values: Sequence[Value]) -> tuple[int, int]:
    """Return where an axis of percentages begins and ends: as close to 100 as the values allow."""
    lowest, highest = min(values, default=0), max(values, default=100)
    if highest > 100:
        return 0, -(-int(-(-float(highest) // 1)) // 20) * 20
    span = next(s for s in (4, 8, 12, 20, 40, 60, 80, 100, 10**6) if 100 - s <= lowest)
    return max(0, 100 - span), 100


def heat_step(shortfall: Value | None) -> str:
    """Return the class of a heat-map cell by its distance below the target in points (0, ≤1, ≤10, more)."""
    if shortfall is None:
        return "hm"
    points = Fraction(str(shortfall)) if not isinstance(shortfall, Fraction) else shortfall
    return "q0" if points <= 0 else "q1" if points <= 1 else "q2" if points <= 10 else "q3"
