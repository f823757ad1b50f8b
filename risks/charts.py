"""The line of scores of one risk as SVG from the server: geometry in attributes, colours from the CSS."""

from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 190, 44, 92, 14, 26


def score_line(scores: Sequence[Any], kind: str) -> SafeString | None:
    """Scores of a risk over time, one line per phase, over the bands of the newest scale.

    Scores given on a scale of another size are drawn at their share of the highest score, hollow.
    """
    if len(scores) < 2:
        return None
    ordered = sorted(scores, key=lambda score: (score.on, score.created_at))
    scale = ordered[-1].scale
    table = scale.scale.of(kind)
    days = (ordered[-1].on - ordered[0].on).days
    steps = len(ordered) - 1

    def x(number: int) -> float:
        score = ordered[number]
        share = (score.on - ordered[0].on).days / days if days else number / steps
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(value: float, most: int) -> float:
        return HEIGHT - BOTTOM - value / most * (HEIGHT - TOP - BOTTOM)

    most = table.size**2
    bands = format_html_join(
        "",
        '<rect class="bd-{}" x="{}" y="{}" width="{}" height="{}"/><text x="{}" y="{}">{}</text>',
        (
            (
                band.code,
                LEFT,
                round(y(band.high, most), 1),
                WIDTH - LEFT - RIGHT,
                round(y(band.low - 1, most) - y(band.high, most), 1),
                WIDTH - RIGHT + 8,
                round((y(band.low - 1, most) + y(band.high, most)) / 2 + 4, 1),
                band.label,
            )
            for band in table.bands
        ),
    )
    points = {"before": [], "after": []}  # type: dict[str, list[tuple[float, float, Any]]]
    for number, score in enumerate(ordered):
        size = score.scale.scale.of(kind).size
        points[score.phase].append((x(number), y(score.value, size**2), score))
    lines = format_html_join(
        "",
        '<polyline class="ln {}" points="{}"/>',
        (
            ("s1" if phase == "before" else "s4", " ".join(f"{px:.1f},{py:.1f}" for px, py, _s in found))
            for phase, found in points.items()
            if len(found) > 1
        ),
    )
    marks = format_html_join(
        "",
        '<circle class="pt {}" cx="{}" cy="{}" r="4.5"/><text class="v" x="{}" y="{}">{}</text>',
        (
            (
                ("s1" if phase == "before" else "s4") + (" other" if score.scale_id != scale.pk else ""),
                round(px, 1),
                round(py, 1),
                round(px + 7, 1),
                round(py - 6, 1),
                score.value,
            )
            for phase, found in points.items()
            for px, py, score in found
        ),
    )
    words = "; ".join(f"{score.on:%d/%m/%Y}: {score.value} {score.level_label}" for score in ordered)
    ends = format_html(
        '<text x="{}" y="{}">{}</text><text x="{}" y="{}" text-anchor="end">{}</text>',
        LEFT,
        HEIGHT - 8,
        f"{ordered[0].on:%d/%m/%Y}",
        WIDTH - RIGHT,
        HEIGHT - 8,
        f"{ordered[-1].on:%d/%m/%Y}" if days else "",
    )
    return format_html(
        '<svg class="chart scoreline" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}{}</svg>',
        WIDTH,
        HEIGHT,
        _("Scores over time: %(words)s") % {"words": words},
        bands,
        lines,
        marks,
        ends,
    )
