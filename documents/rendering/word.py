"""A draft as a Word file for colleagues who work there: the same lines, sizes and margins as the PDF.

It is a copy to read and mark up. What is signed is always the PDF made from the portal's own content.
"""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from documents.content import PaperContent
from documents.rendering.sheet import Grid, IssueFacts, Sheet, Text, sheet_of

FONT = "Times New Roman"
ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
    "just": WD_ALIGN_PARAGRAPH.JUSTIFY,
}
PAGE = (Mm(210), Mm(297))


def paper_docx(content: PaperContent, facts: IssueFacts) -> bytes:
    """The paper as a `.docx` file."""
    out = io.BytesIO()
    _Word(sheet_of(content, facts)).document().save(out)
    return out.getvalue()


class _Word:
    """One file being written."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.layout = sheet.content.layout
        self.file: Any = Document()
        self._styles()

    def document(self) -> Any:
        """Write it all."""
        self._page(self.file.sections[0], landscape=False)
        self._letterhead()
        self._opening()
        self._body(self.sheet.lines)
        self._closing()
        for annex in self.sheet.annexes:
            section = self.file.add_section(WD_SECTION.NEW_PAGE)
            self._page(section, landscape=annex.orientation == "landscape")
            self._restart(section)
            self._annex(annex)
        properties = self.file.core_properties
        properties.title = self.sheet.full_title[:250]
        properties.author = " ".join(self.sheet.agency)
        properties.language = "vi-VN"
        properties.comments = ""
        return self.file

    def _styles(self) -> None:
        style = self.file.styles["Normal"]
        style.font.name, style.font.size = FONT, Pt(self.layout.body_size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(name), FONT)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "vi-VN")
        style.element.get_or_add_rPr().append(language)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.line_spacing = float(self.layout.line)

    def _page(self, section: Any, *, landscape: bool) -> None:
        width, height = reversed(PAGE) if landscape else PAGE
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = width, height
        section.top_margin, section.bottom_margin = Mm(self.layout.top), Mm(self.layout.bottom)
        section.left_margin, section.right_margin = Mm(self.layout.left), Mm(self.layout.right)
        section.header_distance = Mm(10)
        section.different_first_page_header_footer = True
        section.header.is_linked_to_previous = False
        paragraph = section.header.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _page_number(paragraph)

    def _restart(self, section: Any) -> None:
        numbers = OxmlElement("w:pgNumType")
        numbers.set(qn("w:start"), "1")
        section._sectPr.append(numbers)

    def _width(self, landscape: bool = False) -> int:
        return (297 if landscape else 210) - self.layout.left - self.layout.right

    def _say(
        self,
        text: str,
        *,
        within: Any = None,
        size: float | None = None,
        bold: bool = False,
        italic: bool = False,
        align: str = "center",
        before: float = 0,
        lead: str = "",
        indent: bool = False,
        keep: bool = False,
    ) -> Any:
        paragraph = (within or self.file).add_paragraph()
        paragraph.alignment = ALIGN[align]
        form = paragraph.paragraph_format
        form.space_before, form.keep_with_next = Pt(before), keep
        if indent:
            form.first_line_indent = Mm(float(self.layout.indent))
        for words, strong in ((f"{lead} " if lead else "", True), (text, bold)):
            if words:
                run = paragraph.add_run(words)
                run.bold, run.italic = strong, italic
                run.font.size = Pt(size or self.layout.body_size)
        return paragraph

    def _bare_table(self, rows: int, widths: Sequence[float]) -> Any:
        table = self.file.add_table(rows=rows, cols=len(widths))
        table.autofit = False
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        for index, cell in enumerate(table._cells):
            cell.width = Mm(widths[index % len(widths)])
        return table

    def _cell(self, cell: Any) -> Any:
        """A cell whose first, empty paragraph is taken away once others stand in it."""
        return _Cell(cell)

    def _letterhead(self) -> None:
        sheet, head = self.sheet, self.layout.head_size
        width = self._width()
        table = self._bare_table(2, (width * 0.42, width * 0.58))
        with self._cell(table.cell(0, 0)) as cell:
            for line in sheet.parent:
                self._say(line, within=cell, size=head)
            for line in sheet.agency:
                self._say(line, within=cell, size=head, bold=True)
            _rule(cell.paragraphs[-1], 24)
        with self._cell(table.cell(0, 1)) as cell:
            self._say(sheet.motto[0], within=cell, size=head, bold=True)
            paragraph = self._say("", within=cell)
            run = paragraph.add_run(sheet.motto[1])
            run.bold, run.underline, run.font.size = True, True, Pt(head + 1)
        with self._cell(table.cell(1, 0)) as cell:
            number = f"Số: {sheet.facts.number_room}/{sheet.content.symbol}"
            self._say(number, within=cell, size=13, before=8)
            if sheet.subject:
                self._say(f"V/v {sheet.subject}", within=cell, size=12, before=3)
        with self._cell(table.cell(1, 1)) as cell:
            facts = sheet.facts
            date = (
                f"{sheet.content.place}, ngày {facts.day_room} tháng {facts.month_room} năm {facts.year_text}"
                if sheet.dated
                else ""
            )
            self._say(date, within=cell, size=head + 1, italic=True, before=8)

    def _opening(self) -> None:
        sheet = self.sheet
        if sheet.heading:
            self._say(sheet.heading, size=14, bold=True, before=16, keep=True)
            for line in sheet.title:
                self._say(line, size=14, bold=True, keep=True)
            _rule(self.file.paragraphs[-1], 52)
        addressees = sheet.content.addressees
        if len(addressees) == 1:
            self._say(f"Kính gửi: {addressees[0]}.", before=14)
        elif addressees:
            paragraph = self._say("Kính gửi:", align="left", before=14)
            paragraph.paragraph_format.left_indent = Mm(30)
            for index, one in enumerate(addressees):
                end = "." if index == len(addressees) - 1 else ";"
                line = self._say(f"- {one}{end}", align="left")
                line.paragraph_format.left_indent = Mm(38)
        for index, line in enumerate(sheet.preamble):
            self._say(line, bold=True, before=12 if index == 0 else 0, keep=True)
        for basis in sheet.bases:
            self._say(basis, italic=True, align="justify", indent=True, before=self.layout.spacing)
        if sheet.content.enacting:
            self._say(sheet.content.enacting, bold=True, before=8, keep=True)

    def _body(self, lines: Sequence[Text | Grid], *, landscape: bool = False) -> None:
        for line in lines:
            if isinstance(line, Grid):
                self._grid(line, self._width(landscape))
            else:
                self._line(line)

    def _line(self, line: Text) -> None:
        words = line.style.split()
        section = "section" in words
        self._say(
            line.text,
            lead=line.lead,
            align=next((word for word in words if word in ALIGN), "justify"),
            bold=section or "strong" in words,
            italic="slanted" in words or (section and line.level > 2),
            indent=section or "just" in words,
            before=self.layout.spacing,
            keep=section,
        )

    def _grid(self, grid: Grid, width: int) -> None:
        table_ = grid.table
        if table_.caption:
            self._say(table_.caption, italic=True, before=6, keep=True)
        widths = [width * column.width / 100 for column in table_.columns]
        header = grid.header
        rows = [{"kind": "head", "cells": cells} for cells in header] + grid.rows
        table = self._bare_table(len(rows), widths)
        table.style = "Table Grid"
        taken: set[tuple[int, int]] = set()
        cells = table._cells  # once: the library looks through the whole table for every single cell
        for index, row in enumerate(rows):
            head = index < len(header)
            if head:
                _repeat(table.rows[index])
            _unsplit(table.rows[index])
            self._row(cells, len(widths), index, row, head, table_.size, taken)
        self._say("", size=4)

    def _row(
        self,
        cells: list[Any],
        width: int,
        index: int,
        row: dict[str, Any],
        head: bool,
        size: int,
        taken: set[tuple[int, int]],
    ) -> None:
        column = 0
        for one in row["cells"]:
            while (index, column) in taken:
                column += 1
            across, down = int(one["colspan"] or 1), int(one["rowspan"] or 1)
            taken |= {(index + r, column + c) for r in range(down) for c in range(across)}
            target = cells[index * width + column]
            if across > 1 or down > 1:
                target = target.merge(cells[(index + down - 1) * width + column + across - 1])
            target.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            strong = head or one["bold"] or row["kind"] in {"group", "total"}
            align = "center" if head else one.get("align", "left")
            with self._cell(target) as cell:
                for line in one["lines"]:
                    self._say(line, within=cell, size=size, bold=strong, italic=one["italic"], align=align)
            column += across

    def _closing(self) -> None:
        sheet, width = self.sheet, self._width()
        table = self._bare_table(1, (width * 0.46, width * 0.54))
        _unsplit(table.rows[0])
        other = sheet.content.cosigner
        with self._cell(table.cell(0, 0)) as cell:
            if other is not None:
                self._signer(cell, [other.title.upper()], [], other.name)
            else:
                self._recipients(cell)
        with self._cell(table.cell(0, 1)) as cell:
            self._signer(cell, sheet.titles, sheet.post, sheet.content.signature.name)
        if other is not None:
            self._recipients(self.file)

    def _recipients(self, within: Any) -> None:
        if self.sheet.recipients:
            self._say("Nơi nhận:", within=within, size=12, bold=True, italic=True, align="left", before=14)
        for line in self.sheet.recipients:
            self._say(line, within=within, size=11, align="left")

    def _signer(self, cell: Any, titles: Sequence[str], post: Sequence[str], name: str) -> None:
        for index, line in enumerate(titles):
            self._say(line, within=cell, bold=True, before=14 if index == 0 else 0, keep=True)
        for _line in range(4):
            self._say("", within=cell, keep=True)
        for line in post:
            self._say(line, within=cell, bold=True, keep=True)
        self._say(name, within=cell, bold=True)

    def _annex(self, annex: Any) -> None:
        if annex.label:
            self._say(annex.label, size=14, bold=True, keep=True)
        for line in annex.title:
            self._say(line, size=14, bold=True, keep=True)
        self._say(" ".join(annex.reference), italic=True, before=2)
        self._body(annex.lines, landscape=annex.orientation == "landscape")


class _Cell:
    """Write paragraphs into a cell and drop the empty one it begins with."""

    def __init__(self, cell: Any) -> None:
        self.cell = cell

    def __enter__(self) -> Any:
        return self.cell

    def __exit__(self, *_error: object) -> None:
        paragraphs = self.cell.paragraphs
        if len(paragraphs) > 1:
            paragraphs[0]._element.getparent().remove(paragraphs[0]._element)


def _rule(paragraph: Any, share: int) -> None:
    """A short centred rule under a paragraph: a border with wide side indents (`share` in millimetres)."""
    lone = paragraph._element
    rule = OxmlElement("w:p")
    lone.addnext(rule)
    properties = OxmlElement("w:pPr")
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "auto")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    spacing, indent = OxmlElement("w:spacing"), OxmlElement("w:ind")
    spacing.set(qn("w:line"), "80")
    spacing.set(qn("w:lineRule"), "exact")
    for name in ("left", "right"):
        indent.set(qn(f"w:{name}"), str(int(share * 56.7)))
    for one in (borders, spacing, indent):
        properties.append(one)
    rule.append(properties)


def _page_number(paragraph: Any) -> None:
    run = paragraph.add_run()
    run.font.size = Pt(13)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = text
        run._element.append(mark)


def _repeat(row: Any) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _unsplit(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
