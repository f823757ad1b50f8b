"""The rules of Annex I that can be measured on a rendered paper, and what was found.

A rule that does not apply (a letter has no kind line) is left out rather than passed.
"""

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from documents.formcheck.findings import Finding, Report, sizes_of
from documents.formcheck.frame import (
    check_annexes,
    check_closing,
    check_head,
    check_letters,
    check_tables,
    check_title,
)
from documents.formcheck.parts import content, head_line, is_number, starts_annex
from documents.formcheck.pdftext import MM, PageText, pages_of
from documents.formcheck.text import check_text

FAMILIES = ("timesnewroman", "tinos", "liberationserif")
TOLERANCE = 0.6
"""Millimetres by which a letter's ink may stand off the edge of its box."""


def check_paper(data: bytes) -> Report:
    """Measure a PDF. Raises pikepdf.PdfError for what is not a PDF."""
    pages, fonts, xmp = pages_of(data)
    if not pages or not pages[0].lines:
        return Report([Finding(_("Text"), _("readable"), _("no text found"), False)], len(pages))
    found = [
        *_paper_size(pages),
        *_fonts(fonts),
        *check_letters(pages),
        *_margins(pages),
        *_page_numbers(pages),
        *check_head(pages[0]),
        *check_title(pages),
        *check_text(pages),
        *check_closing(pages),
        *check_annexes(pages),
        *check_tables(pages),
        _archivable(xmp),
    ]
    return Report(found, len(pages))


def _paper_size(pages: Sequence[PageText]) -> Iterator[Finding]:
    for number, page in enumerate(pages, start=1):
        short, long = sorted((page.width * MM, page.height * MM))
        ok = abs(short - 210) < 0.5 and abs(long - 297) < 0.5 and not (number == 1 and page.landscape)
        if number == 1 or not ok:
            shown = f"{page.width * MM:.0f} × {page.height * MM:.0f} mm"
            yield Finding(_("Paper size"), "A4, 210 × 297 mm", shown, ok, number)


def _fonts(fonts: dict[str, bool]) -> Iterator[Finding]:
    bare = {name: re.sub(r"[^a-z]", "", name.lower()) for name in fonts}
    strange = [name for name, plain in bare.items() if not plain.startswith(FAMILIES)]
    loose = [name for name, embedded in fonts.items() if not embedded]
    shown = ", ".join(sorted({name.split("-")[0] for name in fonts}))
    wanted = _("Times New Roman or a metric equal, embedded")
    bad = ", ".join([*strange, *loose])
    yield Finding(_("Font"), wanted, bad or shown, not bad)


def _margins(pages: Sequence[PageText]) -> Iterator[Finding]:
    for number, page in enumerate(pages, start=1):
        lines = content(page)
        if not lines:
            continue
        left = min([line.left for line in lines] + [rule[0] for rule in page.rules])
        right = page.width - max([line.right for line in lines] + [rule[1] for rule in page.rules])
        top = page.height - max(line.y + max(line.sizes) * 0.9 for line in lines)
        bottom = min(line.y for line in lines)
        # A short page fills neither its width nor its height: then only the least distance is judged.
        full = len(lines) > 8
        wide = full and any(line.right - line.left > 0.6 * page.width for line in lines)
        yield from (
            _margin(_("Left margin"), left, 30, 35, number, exact=full),
            _margin(_("Right margin"), right, 15, 20, number, exact=wide),
            _margin(_("Top margin"), top, 20, 25, number, exact=full),
            _margin(_("Bottom margin"), bottom, 20, 25, number, exact=False),
        )


def _margin(rule: str, points: float, low: int, high: int, page: int, *, exact: bool) -> Finding:
    width = points * MM
    ok = width >= low - TOLERANCE and (not exact or width <= high + TOLERANCE + 1.5)
    return Finding(rule, f"{low}–{high} mm" if exact else f"≥ {low} mm", f"{width:.1f} mm", ok, page)


def _page_numbers(pages: Sequence[PageText]) -> Iterator[Finding]:
    """Hidden on the first page of the paper and of each annex; from 2 on in each part."""
    expected = 0
    for number, page in enumerate(pages, start=1):
        starts = number == 1 or starts_annex(page)
        expected = 1 if starts else expected + 1
        top = head_line(page)
        shown = next((line for line in page.lines if is_number(line) and line.y > top), None)
        rule = _("Page number")
        if expected == 1:
            text = shown.text if shown else _("none")
            yield Finding(rule, _("hidden on the first page"), text, shown is None, number)
            continue
        wanted = _("%(number)s, centred in the top margin, 13–14 pt upright") % {"number": expected}
        if shown is None:
            yield Finding(rule, wanted, _("none"), False, number)
            continue
        lines = content(page)
        middle = (min(line.left for line in lines) + max(line.right for line in lines)) / 2
        centred = abs(shown.middle - page.width / 2) < 30 or abs(shown.middle - middle) < 12
        fits = shown.text == str(expected) and centred and shown.sizes <= {13.0, 14.0}
        fits &= not shown.bold and not shown.italic
        yield Finding(rule, wanted, f"{shown.text}, {sizes_of(shown)}", fits, number)


def _archivable(xmp: str) -> Finding:
    flat = re.sub(r"\s+", "", xmp)
    part = re.search(r'pdfaid:part(?:>|=")(\d)', flat)
    level = re.search(r'pdfaid:conformance(?:>|=")(\w)', flat)
    accessible = "pdfuaid:part" in flat
    shown = f"PDF/A-{part.group(1)}{level.group(1).lower()}" if part and level else _("none")
    shown += ", PDF/UA-1" if accessible else ""
    wanted = "PDF/A-3a, PDF/UA-1"
    return Finding(_("Archival and accessible form"), wanted, shown, shown == wanted)
