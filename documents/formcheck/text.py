"""How the text is set (Annex I, 5 to 6): bases, articles, indents, spacing of lines and paragraphs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.translation import gettext as _

from documents.formcheck.findings import Finding, are_set, mm, sizes_of
from documents.formcheck.parts import KIND_LINES, Area, Placed, area_of, main_lines, main_pages, title_lines
from documents.formcheck.pdftext import MM, Line, PageText

SINGLE = 1.149
"""Line height of single spacing in Times New Roman, as a share of the size."""
INDENTS = (10.0, 12.7)
HAIR = 0.6
"""Millimetres by which a letter's ink may stand off the edge of its box."""
BASIS = r"(Căn cứ|Thực hiện|Xét đề nghị|Theo đề nghị) "
MARKER = rf"Điều \d+\.|\d{{1,2}}\. |[a-zđ]\) |[-+] |[IVX]+\. |{BASIS}"


@dataclass
class Block:
    """A paragraph: its lines, and how far its first line lies under the line before (0: unknown)."""

    page: int
    lines: list[Line] = field(default_factory=list)
    drop: float = 0.0

    @property
    def text(self) -> str:
        """All of it in one line."""
        return " ".join(line.text for line in self.lines)

    @property
    def size(self) -> float:
        """Its largest size."""
        return max(max(line.sizes) for line in self.lines)

    @property
    def placed(self) -> list[Placed]:
        """Its lines with their page."""
        return [(self.page, line) for line in self.lines]


def _body(pages: Sequence[PageText], area: Area) -> list[Placed | None]:
    """The lines of bases and text; None stands where something else lies between two of them."""
    found: list[Placed | None] = []
    foot = _foot_of_head(pages[0])
    for number, line in main_lines(pages):
        if number == 1 and line.y > foot - 8:
            continue
        aside = (
            pages[number - 1].in_table(line)
            or _is_centred(line, area)
            or line.left - area.left > 70
            or line.text in KIND_LINES
        )
        found.append(None if aside else (number, line))
        if line.text.endswith("./."):
            return found
        if line.text == "Nơi nhận:":
            return found[:-1]
    return found


def _foot_of_head(page: PageText) -> float:
    """Where the letterhead ends: under the number, the date, the title, or the subject of a letter."""
    low = page.height
    kind = next((i for i, line in enumerate(page.lines) if line.text in KIND_LINES), None)
    if kind is not None:
        low = min([page.lines[kind].y, *(line.y for line in title_lines(page, kind))])
    for line in page.lines:
        if re.search(r"^Số: ?|^V/v |, ngày .*tháng .*năm \d{4}$", line.text):
            low = min(low, line.y)
    left = [line for line in page.lines if line.right < page.width / 2]
    subject = next((i for i, line in enumerate(left) if line.text.startswith("V/v ")), None)
    if subject is not None:
        for one, two in pairwise(left[subject:]):
            if one.y - two.y > max(two.sizes) * 1.6:
                break
            low = min(low, two.y)
    return low


def _is_centred(line: Line, area: Area) -> bool:
    inset = min(line.left - area.left, area.right - line.right)
    return abs(line.middle - area.middle) < 2 and inset > (6 if line.bold else 18 / MM)


def _begins(line: Line, before: Line | None, area: Area) -> bool:
    if before is None or line.left - area.left > 8:
        return True
    if re.match(MARKER, line.text) and before.right < area.right - 3:
        return True
    wide = before.y - line.y > max(line.sizes) * SINGLE * 1.5 + 3
    return wide and before.right < area.right - 3


def blocks_of(pages: Sequence[PageText]) -> list[Block]:
    """The paragraphs of the paper itself, a paragraph cut by a page counted twice."""
    area = area_of(main_pages(pages))
    blocks: list[Block] = []
    before: Placed | None = None
    for placed in _body(pages, area):
        if placed is None:
            before = None
            continue
        number, line = placed
        same = before is not None and before[0] == number
        if _begins(line, before[1] if before and same else None, area) and not _continues(
            placed, before, area
        ):
            drop = before[1].y - line.y if before and same else 0.0
            blocks.append(Block(number, [line], drop))
        elif blocks and same:
            blocks[-1].lines.append(line)
        else:
            blocks.append(Block(number, [line], -1.0))
        before = placed
    return blocks


def _continues(placed: Placed, before: Placed | None, area: Area) -> bool:
    """Whether a line at the head of a page goes on with the paragraph of the page before."""
    if before is None or before[0] == placed[0]:
        return False
    return placed[1].left - area.left < 8 and before[1].right > area.right - 12


def check_text(pages: Sequence[PageText]) -> Iterator[Finding]:
    """All findings about the text of the paper itself."""
    blocks = blocks_of(pages)
    bases = [block for block in blocks if re.match(BASIS, block.text) and block.lines[0].italic]
    upright = [block for block in blocks if block not in bases]
    yield from _bases(bases)
    yield from _articles(upright)
    yield from _headings(upright)
    lines = [placed for block in upright for placed in block.placed]
    if lines:
        yield are_set(_("Text"), lines, (13, 14))
    yield from _setting(blocks, area_of(main_pages(pages)))
    ends = any(line.text.endswith("./.") for _page, line in main_lines(pages))
    yield Finding(_("End of the text"), "./.", "./." if ends else _("none"), ends)


def _bases(bases: Sequence[Block]) -> Iterator[Finding]:
    if not bases:
        return
    yield are_set(
        _("Legal basis"),
        [placed for block in bases for placed in block.placed],
        (13, 14),
        bold=False,
        italic=True,
    )
    marks = [block.text[-1:] for block in bases]
    wanted = [*";" * (len(marks) - 1), "."]
    yield Finding(
        _("Legal bases, ends"), _("“;” after each, “.” after the last"), " ".join(marks), marks == wanted
    )


def _articles(blocks: Sequence[Block]) -> Iterator[Finding]:
    count = 0
    for block in blocks:
        found = re.match(r"Điều (\d+)\.", block.text)
        if not found:
            continue
        count += 1
        line = block.lines[0]
        lead = line.runs[0]
        ok = (
            lead.bold
            and lead.text.strip().startswith("Điều")
            and all(12.95 <= s <= 14.05 for s in line.sizes)
        )
        ok &= int(found[1]) == count
        wanted = _("Article %(number)s in order, bold number, 13–14 pt") % {"number": count}
        yield Finding(_("Article"), wanted, f"{found[0]} {sizes_of(line)}", ok, block.page)


def _headings(blocks: Sequence[Block]) -> Iterator[Finding]:
    titles = [block for block in blocks if re.match(r"[IVX]+\. \w", block.text)]
    lines = [placed for block in titles for placed in block.placed]
    if lines:
        yield are_set(_("Heading of a part"), lines, (13, 14), bold=True)


def _setting(blocks: Sequence[Block], area: Area) -> Iterator[Finding]:
    """Indent of first lines, even edges, spacing of lines and of paragraphs."""
    begun = [block for block in blocks if block.drop >= 0]
    yield _worst(
        _("First-line indent"),
        _("10 or 12.7 mm"),
        [
            (min(abs(depth - one) for one in INDENTS), HAIR, f"{depth:.1f} mm", block.page)
            for block in begun
            for depth in [(block.lines[0].left - area.left) * MM]
        ],
    )
    yield _worst(
        _("Even edges"),
        _("text set to both edges"),
        [
            (
                max(area.right - line.right, abs(line.left - area.left) if row else 0.0) * MM,
                1.0,
                mm(area.right - line.right),
                block.page,
            )
            for block in blocks
            for row, line in enumerate(block.lines[:-1])
        ],
    )
    pitches = [
        ((one.y - two.y) / max(two.sizes) / SINGLE, block)
        for block in blocks
        for one, two in pairwise(block.lines)
    ]
    yield _worst(
        _("Line spacing"),
        _("single to 1.5 lines"),
        [
            (
                max(0.985 - pitch, pitch - 1.515),
                0.0,
                _("%(lines)s lines") % {"lines": f"{pitch:.2f}"},
                block.page,
            )
            for pitch, block in pitches
        ],
    )
    usual = sorted(pitch for pitch, _block in pitches)[len(pitches) // 2] if pitches else 1.0
    yield _worst(
        _("Paragraph spacing"),
        _("at least 6 pt"),
        [
            (5.7 - room, 0.0, f"{room:.1f} pt", block.page)
            for block in begun
            if block.drop > 0
            for room in [block.drop - usual * SINGLE * max(block.lines[0].sizes)]
        ],
    )


def _worst(rule: str, wanted: str, measured: Sequence[tuple[float, float, str, int]]) -> Finding:
    """One finding of many places, the one furthest off: by how much, how much is allowed, words, page."""
    if not measured:
        return Finding(rule, wanted, _("nothing to measure"), True)
    off, allowed, shown, page = max(measured, key=lambda one: one[0] - one[1])
    return Finding(rule, wanted, shown, off <= allowed, page)
