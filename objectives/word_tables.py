"""A table of the portal as a Word file: A4 across, head row on every page, dates as people write them."""

import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from qms import notation

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONT = "Times New Roman"
WIDTH = 297 - 20 - 15
MOST, LONGEST_WORD = 60, 14
"""How many letters of a line and of a word a column is reckoned with."""
MANY_COLUMNS = 9
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Characters that XML, and so a Word file, cannot hold; they come along with pasted text."""


def table_docx(header: Sequence[Any], lines: Iterable[Sequence[Any]], *, title: str, agency: str) -> bytes:
    """The table under its title; columns as wide as what stands in them asks for."""
    heads = [str(one) for one in header]
    rows = [[_words(value) for value in (*line, *[None] * (len(heads) - len(line)))] for line in lines]
    file: Any = Document()
    _page(file.sections[0])
    style = file.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(12)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(0)
    _say(file.add_paragraph(), agency, size=12)
    heading = _say(file.add_paragraph(), title, size=14, bold=True)
    heading.paragraph_format.space_after = Pt(8)
    _table(file, heads, rows, numbers=_number_columns(rows, len(heads)))
    file.core_properties.title, file.core_properties.author = (
        UNPRINTABLE.sub(" ", title)[:250],
        UNPRINTABLE.sub(" ", agency)[:250],
    )
    file.core_properties.language, file.core_properties.comments = "vi-VN", ""
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return f"{local:%d/%m/%Y %H:%M}"
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, int) and not isinstance(value, bool):
        return notation.number(value)
    if isinstance(value, float):
        return f"{notation.number(round(value * 100, 1), 0)}\N{NO-BREAK SPACE}%"
    return str(value)


def _number_columns(rows: list[list[str]], count: int) -> set[int]:
    def is_number(text: str) -> bool:
        return text.replace(".", "").replace(",", "").replace("/", "").isdigit()

    return {
        column
        for column in range(count)
        if any(row[column] for row in rows) and all(is_number(row[column]) or not row[column] for row in rows)
    }


def _page(section: Any) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin, section.right_margin = Mm(20), Mm(15)
    section.top_margin = section.bottom_margin = Mm(20)


def _say(paragraph: Any, text: str, *, size: int, bold: bool = False, align: str = "CENTER") -> Any:
    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align)
    run = paragraph.add_run(UNPRINTABLE.sub(" ", text))
    run.bold, run.font.size = bold, Pt(size)
    return paragraph


def _widths(heads: list[str], rows: list[list[str]], size: int) -> list[float]:
    """Every column holds its longest word unbroken; what is left goes by how much stands in each."""
    letter = size * 0.19
    least, wanted = [], []
    for column, head in enumerate(heads):
        texts = [head, *(row[column] for row in rows)]
        word = max(len(word) for text in texts for word in (text.split() or [""]))
        longest = max((len(line) for text in texts[1:] for line in text.split("\n")), default=0)
        least.append(min(word, LONGEST_WORD) * letter + 4)
        wanted.append(max(0, min(MOST, longest) - word))
    left = WIDTH - sum(least)
    if left <= 0 or not sum(wanted):
        return [WIDTH * one / sum(least) for one in least]
    return [one + left * share / sum(wanted) for one, share in zip(least, wanted, strict=True)]


def _table(file: Any, heads: list[str], rows: list[list[str]], *, numbers: set[int]) -> None:
    table = file.add_table(rows=1, cols=len(heads))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    size = 9 if len(heads) > MANY_COLUMNS else 11
    widths = _widths(heads, rows, size)
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    _fill(table.rows[0], heads, widths, size=size, bold=True, numbers=set(range(len(heads))))
    for row in rows:
        _fill(table.add_row(), row, widths, size=size, numbers=numbers)


def _fill(
    row: Any, texts: list[str], widths: list[float], *, size: int, numbers: set[int], bold: bool = False
) -> None:
    for column, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        cell.width = Mm(widths[column])
        align = "CENTER" if column in numbers else "LEFT"
        _say(cell.paragraphs[0], text, size=size, bold=bold, align=align)
