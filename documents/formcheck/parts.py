"""Parts of a measured paper: its lines without page numbers, where its text begins, ends and stands."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.formcheck.pdftext import MM, Line, PageText

Placed = tuple[int, Line]
"""A line and the number of its page."""

KIND_LINES = ("QUYẾT ĐỊNH", "KẾ HOẠCH", "CHƯƠNG TRÌNH", "BÁO CÁO", "THÔNG BÁO", "BIÊN BẢN", "BẢN CÔNG BỐ")
REFERENCE = r"^\((Ban hành k|K)èm theo "


def is_number(line: Line) -> bool:
    """Whether a line is a number and nothing else."""
    return bool(re.fullmatch(r"\d{1,3}", line.text))


def head_line(page: PageText) -> float:
    """Above this height lies the top margin."""
    return page.height - 20 / MM + 1


def content(page: PageText) -> list[Line]:
    """The lines of a page without its page number."""
    return [line for line in page.lines if not (is_number(line) and line.y > head_line(page))]


def is_annex_label(line: Line) -> bool:
    """Whether a line is the label of an annex."""
    return bool(re.fullmatch(r"(?i)phụ lục( \w+)?", line.text)) and line.text[:1] == "P"


def starts_annex(page: PageText) -> bool:
    """Whether an annex begins on the page: by its label, or a title and a line in brackets."""
    lines = content(page)
    return any(is_annex_label(line) for line in lines[:2]) or any(
        re.match(REFERENCE, line.text) for line in lines[:5]
    )


def find(lines: Sequence[Line], pattern: str) -> Line | None:
    """The first line that matches."""
    return next((line for line in lines if re.search(pattern, line.text)), None)


def width(line: Line) -> float:
    """How wide the text of a line is."""
    return line.right - line.left


def rule_under(page: PageText, line: Line) -> tuple[float, float, float] | None:
    """The nearest horizontal rule centred under a line."""
    near = [
        rule
        for rule in page.rules
        if 0 < line.y - rule[2] < 12 and abs((rule[0] + rule[1]) / 2 - line.middle) < 6
    ]
    return max(near, key=lambda rule: rule[2]) if near else None


def title_lines(page: PageText, index: int) -> list[Line]:
    """The lines under the kind, down to the rule or the first wider gap."""
    found: list[Line] = []
    last = page.lines[index]
    for line in page.lines[index + 1 :]:
        if last.y - line.y > max(last.sizes) * 1.9 or line.text.isupper():
            break
        found.append(line)
        last = line
        if rule_under(page, line):
            break
    return found


@dataclass(frozen=True)
class Area:
    """Where the text of a page begins and ends, in points from the left."""

    left: float
    right: float

    @property
    def middle(self) -> float:
        """Its middle."""
        return (self.left + self.right) / 2


def area_of(pages: Sequence[PageText]) -> Area:
    """The area of upright pages: from the leftmost to the rightmost letter or rule."""
    lines = [line for page in pages for line in content(page)]
    rules = [rule for page in pages for rule in page.rules]
    return Area(
        min([line.left for line in lines] + [rule[0] for rule in rules]),
        max([line.right for line in lines] + [rule[1] for rule in rules]),
    )


def main_pages(pages: Sequence[PageText]) -> list[PageText]:
    """The pages of the paper itself, annexes left out."""
    for number, page in enumerate(pages[1:], start=1):
        if starts_annex(page):
            return list(pages[:number])
    return list(pages)


def main_lines(pages: Sequence[PageText]) -> list[Placed]:
    """Lines of the paper itself, with their page."""
    return [
        (number, line) for number, page in enumerate(main_pages(pages), start=1) for line in content(page)
    ]
