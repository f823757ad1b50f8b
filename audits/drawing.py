"""The fishbone as SVG from the server: geometry in attributes, colours from static/css/improvement.css."""

import textwrap
from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from audits.models import CauseCategory

WIDTH, HEAD, SPINE, GAP = 1000, 200, 250, 18
LETTERS, HEAD_LETTERS = 30, 26


def fishbone(effect: str, items: Sequence[dict[str, Any]]) -> SafeString:
    """Draw causes on six bones that lead to the effect at the head; bones without a cause stay thin."""
    by_category: dict[str, list[str]] = {category: [] for category in CauseCategory.values}
    for item in items:
        by_category.setdefault(str(item.get("category")), []).append(str(item.get("text", "")))
    categories = list(CauseCategory.values)
    parts = [
        format_html('<line class="spine" x1="20" y1="{0}" x2="{1}" y2="{0}"/>', SPINE, WIDTH - HEAD),
        _head(effect),
    ]
    for number, category in enumerate(categories):
        joint = 270 + (number % 3) * 255
        parts.append(_bone(category, by_category[category], joint, number < 3))
    words = "; ".join(
        f"{CauseCategory(category).label}: {', '.join(by_category[category])}"
        for category in categories
        if by_category[category]
    )
    return format_html(
        '<svg class="fish" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH,
        SPINE * 2,
        _("Fishbone of “%(effect)s”. %(causes)s") % {"effect": effect, "causes": words},
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _head(effect: str) -> SafeString:
    lines = _lines(effect, HEAD_LETTERS, 5)
    top = SPINE - len(lines) * GAP / 2 + 13
    return format_html(
        '<path class="head" d="M{} {}h{}v{}h-{}z"/>{}',
        WIDTH - HEAD,
        SPINE - 60,
        HEAD - 4,
        120,
        HEAD - 4,
        format_html_join(
            "",
            '<text class="eff" x="{}" y="{}" text-anchor="middle">{}</text>',
            ((WIDTH - HEAD / 2 - 2, round(top + i * GAP, 1), line) for i, line in enumerate(lines)),
        ),
    )


def _bone(category: str, causes: list[str], joint: int, above: bool) -> SafeString:
    """One bone from its label to the spine with its causes beside it."""
    tip = 34 if above else SPINE * 2 - 34
    label_y = 22 if above else SPINE * 2 - 12
    lines = [line for cause in causes for line in _lines(f"• {cause}", LETTERS, 3)][:9]
    first = 56 if above else SPINE + 40
    return format_html(
        '<g class="{}"><line class="bone" x1="{}" y1="{}" x2="{}" y2="{}"/>'
        '<text class="cat" x="{}" y="{}" text-anchor="middle">{}</text>{}</g>',
        "has" if causes else "none",
        joint - 70,
        tip,
        joint,
        SPINE,
        joint - 90,
        label_y,
        CauseCategory(category).label,
        format_html_join(
            "",
            '<text x="{}" y="{}" text-anchor="end">{}</text>',
            ((_beside(joint, first + i * GAP, above), first + i * GAP, line) for i, line in enumerate(lines)),
        ),
    )


def _beside(joint: int, y: float, above: bool) -> float:
    """How far right text may reach at a height without touching the bone."""
    share = (y - 34) / (SPINE - 34) if above else (SPINE * 2 - 34 - y) / (SPINE - 34)
    return round(joint - 70 + share * 70 - 12, 1)


def _lines(text: str, letters: int, most: int) -> list[str]:
    lines = textwrap.wrap(text, letters) or [""]
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1][: letters - 1]}…"]
