"""The rules of Annex I that can be measured on a rendered paper, and what was found.

A rule that does not apply (a letter has no kind line) is left out rather than passed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from documents.formcheck.pdftext import MM, Line, PageText, pages_of
from documents.rendering.sheet import MOTTO

FAMILIES = ("timesnewroman", "tinos", "liberationserif")
TOLERANCE = 0.6
"""Millimetres by which a letter's ink may stand off the edge of its box."""


@dataclass(frozen=True)
class Finding:
    """One rule: what it asks for, what was measured, whether that fits."""

    rule: str
    expected: str
    found: str
    ok: bool
    page: int = 1


@dataclass(frozen=True)
class Report:
    """All findings of one file."""

    findings: list[Finding]
    pages: int

    @property
    def ok(self) -> bool:
        """Whether every rule is kept."""
        return bool(self.findings) and all(one.ok for one in self.findings)

    @property
    def faults(self) -> list[Finding]:
        """The rules that are not kept."""
        return [one for one in self.findings if not one.ok]


def check_paper(data: bytes) -> Report:
    """Measure a PDF. Raises pikepdf.PdfError for what is not a PDF."""
    pages, fonts, xmp = pages_of(data)
    if not pages or not any(page.lines for page in pages):
        return Report([Finding(_("Text"), _("readable"), _("no text found"), False)], len(pages))
    found = [
        *_paper_size(pages),
        *_fonts(fonts),
        *_margins(pages),
        *_page_numbers(pages),
        *_letterhead(pages[0]),
        *_number_and_date(pages[0]),
        *_title(pages[0]),
        *_bases(pages),
        *_body(pages),
        *_closing(pages),
        *_annexes(pages),
        _archivable(xmp),
    ]
    return Report(found, len(pages))


def _mm(points: float) -> str:
    return f"{points * MM:.1f} mm"


def _sizes(line: Line) -> str:
    style = " ".join(word for word, on in ((_("bold"), line.bold), (_("italic"), line.italic)) if on) or _(
        "upright"
    )
    return f"{'/'.join(f'{size:g}' for size in sorted(line.sizes))} pt, {style}"


def _set(
    rule: str,
    line: Line | None,
    sizes: tuple[float, float],
    *,
    bold: bool | None = None,
    italic: bool | None = None,
    page: int = 1,
) -> Finding:
    words = [f"{sizes[0]:g}–{sizes[1]:g} pt" if sizes[0] != sizes[1] else f"{sizes[0]:g} pt"]
    words += [_("bold")] if bold else []
    words += [_("italic")] if italic else []
    if line is None:
        return Finding(rule, ", ".join(words), _("not found"), False, page)
    fits = all(sizes[0] - 0.05 <= size <= sizes[1] + 0.05 for size in line.sizes)
    fits &= bold is None or line.bold == bold
    fits &= italic is None or line.italic == italic
    return Finding(rule, ", ".join(words), _sizes(line), fits, page)


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


def _is_number(line: Line) -> bool:
    return bool(re.fullmatch(r"\d{1,3}", line.text))


def _content(page: PageText) -> list[Line]:
    """The lines of a page without its page number."""
    top = page.height - 20 / MM + 1
    return [line for line in page.lines if not (_is_number(line) and line.y > top)]


def _margins(pages: Sequence[PageText]) -> Iterator[Finding]:
    for number, page in enumerate(pages, start=1):
        lines = _content(page)
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
        starts = number == 1 or any(_is_annex_label(line) for line in page.lines[:2]) or _starts_part(page)
        expected = 1 if starts else expected + 1
        top = page.height - 20 / MM + 1
        shown = next((line for line in page.lines if _is_number(line) and line.y > top), None)
        rule = _("Page number")
        if expected == 1:
            text = shown.text if shown else _("none")
            yield Finding(rule, _("hidden on the first page"), text, shown is None, number)
            continue
        wanted = _("%(number)s, centred in the top margin, 13–14 pt upright") % {"number": expected}
        if shown is None:
            yield Finding(rule, wanted, _("none"), False, number)
            continue
        lines = _content(page)
        middle = (min(line.left for line in lines) + max(line.right for line in lines)) / 2
        centred = abs(shown.middle - page.width / 2) < 30 or abs(shown.middle - middle) < 12
        fits = shown.text == str(expected) and centred and shown.sizes <= {13.0, 14.0}
        fits &= not shown.bold and not shown.italic
        yield Finding(rule, wanted, f"{shown.text}, {_sizes(shown)}", fits, number)


def _starts_part(page: PageText) -> bool:
    """An annex without a label begins with a capital title and a line in brackets."""
    lines = _content(page)[:5]
    return any(re.match(r"\((Ban hành k|K)èm theo ", line.text) for line in lines)


def _is_annex_label(line: Line) -> bool:
    return bool(re.fullmatch(r"Phụ lục( [IVXL]+)?", line.text))


def _find(lines: Sequence[Line], pattern: str) -> Line | None:
    return next((line for line in lines if re.search(pattern, line.text)), None)


def _letterhead(page: PageText) -> Iterator[Finding]:
    lines = page.lines
    country = _find(lines, f"^{re.escape(MOTTO[0])}$")
    motto = _find(lines, r"^Độc lập [-–] Tự do [-–] Hạnh phúc$")
    yield _set(_("National name"), country, (12, 13), bold=True, italic=False)
    yield _set(_("Motto"), motto, (13, 14), bold=True, italic=False)
    if motto is not None:
        rule = _rule_under(page, motto)
        share = (rule[1] - rule[0]) / (motto.right - motto.left) if rule else 0
        shown = f"{share * 100:.0f} %" if rule else _("none")
        yield Finding(_("Rule under the motto"), _("as wide as the text"), shown, 0.95 <= share <= 1.05)
    agency = [line for line in lines if country and line.right < country.left and line.y > country.y - 60]
    names = [line for line in agency if line.text.isupper() and not line.text.startswith("SỐ:")]
    issuing = [line for line in names if line.bold]
    for line in (line for line in names if not line.bold):
        yield _set(_("Superior agency"), line, (12, 13), bold=False, italic=False)
    yield _set(_("Issuing agency"), issuing[0] if issuing else None, (12, 13), bold=True, italic=False)
    if issuing:
        rule = _rule_under(page, issuing[-1])
        share = (rule[1] - rule[0]) / (issuing[-1].right - issuing[-1].left) if rule else 0
        shown = f"{share * 100:.0f} %" if rule else _("none")
        yield Finding(
            _("Rule under the agency"), _("a third to a half of the text"), shown, 0.32 <= share <= 0.52
        )


def _rule_under(page: PageText, line: Line) -> tuple[float, float, float] | None:
    near = [
        rule
        for rule in page.rules
        if 0 < line.y - rule[2] < 12 and abs((rule[0] + rule[1]) / 2 - line.middle) < 6
    ]
    return max(near, key=lambda rule: rule[2]) if near else None


def _number_and_date(page: PageText) -> Iterator[Finding]:
    number = _find(page.lines, r"^Số: ?")
    yield _set(_("Number and symbol"), number, (13, 13), bold=False, italic=False)
    if number is not None:
        ok = bool(re.fullmatch(r"Số: ?(0[1-9]|[1-9]\d+)?/[^\s/]+(-[^\s/]+)*", number.text))
        yield Finding(_("Form of the number"), "Số: 07/QĐ-SKHCN", number.text, ok)
    if any(line.text == "BIÊN BẢN" for line in page.lines):
        return  # minutes give time and place in their text (form 1.10 of Annex III)
    date = _find(page.lines, r", ngày .*tháng .*năm")
    yield _set(_("Place and date"), date, (13, 14), bold=False, italic=True)
    if date is not None:
        form = r".+, ngày (0[1-9]|[12]\d|3[01])? ?tháng (0[12]|[3-9]|1[0-2])? ?năm \d{4}"
        ok = bool(re.fullmatch(form, date.text))
        yield Finding(_("Form of the date"), "…, ngày 05 tháng 3 năm 2025", date.text, ok)


KIND_LINES = ("QUYẾT ĐỊNH", "KẾ HOẠCH", "CHƯƠNG TRÌNH", "BÁO CÁO", "THÔNG BÁO", "BIÊN BẢN", "BẢN CÔNG BỐ")


def _title(page: PageText) -> Iterator[Finding]:
    index = next((i for i, line in enumerate(page.lines) if line.text in KIND_LINES), None)
    if index is None:
        return
    yield _set(_("Kind of paper"), page.lines[index], (13, 14), bold=True, italic=False)
    if index + 1 < len(page.lines):
        yield _set(_("Title"), page.lines[index + 1], (13, 14), bold=True, italic=False)


def _main_lines(pages: Sequence[PageText]) -> list[tuple[int, Line]]:
    """Lines of the paper itself, annexes left out, with their page."""
    out = []
    for number, page in enumerate(pages, start=1):
        if number > 1 and (any(_is_annex_label(line) for line in page.lines[:2]) or _starts_part(page)):
            break
        out += [(number, line) for line in _content(page)]
    return out


def _bases(pages: Sequence[PageText]) -> Iterator[Finding]:
    lines = _main_lines(pages)
    for page, line in lines:
        if re.match(r"(Căn cứ|Thực hiện|Xét đề nghị|Theo đề nghị) ", line.text) and line.italic:
            yield _set(_("Legal basis"), line, (13, 14), italic=True, page=page)


def _body(pages: Sequence[PageText]) -> Iterator[Finding]:
    lines = _main_lines(pages)
    articles = [(page, line) for page, line in lines if re.match(r"Điều \d+\.", line.text)]
    for page, line in articles:
        lead = line.runs[0]
        ok = lead.bold and all(12.95 <= size <= 14.05 for size in line.sizes)
        yield Finding(_("Article"), _("bold number, 13–14 pt"), _sizes(line), ok, page)
    plain = [
        (page, line)
        for page, line in lines
        if not line.bold and not line.italic and line.right - line.left > 300 and max(line.sizes) > 11.5
    ]
    sizes = sorted({size for _page, line in plain for size in line.sizes})
    shown = "/".join(f"{size:g}" for size in sizes) or _("none")
    yield Finding(_("Text"), "13–14 pt", f"{shown} pt", bool(sizes) and sizes[0] >= 13 and sizes[-1] <= 14)
    ends = any(line.text.endswith("./.") for _page, line in lines)
    yield Finding(_("End of the text"), "./.", "./." if ends else _("none"), ends)


def _closing(pages: Sequence[PageText]) -> Iterator[Finding]:
    lines = _main_lines(pages)
    index = next((i for i, (_page, line) in enumerate(lines) if line.text == "Nơi nhận:"), None)
    if index is None:
        yield Finding(_("Recipients"), "Nơi nhận:", _("not found"), False)
        return
    page, label = lines[index]
    yield _set(_("Recipients, label"), label, (12, 12), bold=True, italic=True, page=page)
    after = [line for number, line in lines if number == page and line.y <= label.y + 3]
    entries = [line for line in after if line.text.startswith("-") and line.left < label.left + 20]
    for line in entries[:1]:
        yield _set(_("Recipients, list"), line, (11, 11), bold=False, italic=False, page=page)
    last = entries[-1].text if entries else ""
    ok = bool(re.fullmatch(r"- ?Lưu: ?VT.*\.( [^\s.]+\.?\(?\d*\)?)?", last))
    yield Finding(_("Recipients, last line"), "- Lưu: VT, …", last or _("none"), ok, page)
    right = [line for line in after if line.left > label.right + 20 and line.bold]
    if not right:  # two people sign side by side, the recipients stand below them
        before = [line for number, line in lines if number == page and line.y > label.y and line.bold]
        right = [line for line in before[-4:] if line.left > label.right + 120]
    positions = [line for line in right if line.text.isupper()]
    names = [line for line in right if not line.text.isupper()]
    yield _set(
        _("Authority and position of the signer"),
        positions[0] if positions else None,
        (13, 14),
        bold=True,
        italic=False,
        page=page,
    )
    yield _set(
        _("Name of the signer"), names[-1] if names else None, (13, 14), bold=True, italic=False, page=page
    )


def _annexes(pages: Sequence[PageText]) -> Iterator[Finding]:
    for number, page in enumerate(pages, start=1):
        label = next((line for line in page.lines[:2] if _is_annex_label(line)), None)
        if label is None:
            continue
        yield _set(_("Annex, label"), label, (14, 14), bold=True, italic=False, page=number)
        below = page.lines[page.lines.index(label) + 1]
        yield _set(_("Annex, title"), below, (13, 14), bold=True, italic=False, page=number)
        reference = _find(page.lines, r"^\((Ban hành k|K)èm theo ")
        yield _set(_("Annex, reference"), reference, (13, 14), italic=True, page=number)


def _archivable(xmp: str) -> Finding:
    flat = re.sub(r"\s+", "", xmp)
    part = re.search(r'pdfaid:part(?:>|=")(\d)', flat)
    level = re.search(r'pdfaid:conformance(?:>|=")(\w)', flat)
    accessible = "pdfuaid:part" in flat
    shown = f"PDF/A-{part.group(1)}{level.group(1).lower()}" if part and level else _("none")
    shown += ", PDF/UA-1" if accessible else ""
    wanted = "PDF/A-3a, PDF/UA-1"
    return Finding(_("Archival and accessible form"), wanted, shown, shown == wanted)
