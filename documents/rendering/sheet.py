"""What stands on the sheet, line by line, from content and the facts of issue. Pure.

The live preview and the PDF use this one arrangement and the one template that prints it.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from documents.content import BASIS_VERBS, KINDS, Annex, Block, Kind, PaperContent, Section, Table

MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
BLANK = "\u00a0" * 6
"""Room for a number or day that is not set yet."""


ROOMS = {"\ue000": "number", "\ue001": "day", "\ue002": "month", "\ue003": "year"}
"""Marks of the fields that are filled in after the person in charge has signed (flow B)."""


@dataclass(frozen=True)
class IssueFacts:
    """Number and date of a paper; None while they are not set. `proposed` marks them on the preview.

    With `fields` their places become form fields, to be filled in after the first signature (flow B).
    """

    number: int | None = None
    issued_on: dt.date | None = None
    year: int | None = None
    proposed: bool = False
    fields: bool = False

    @property
    def number_text(self) -> str:
        """The number, padded below ten (Annex I, 3), or nothing."""
        return "" if self.number is None else f"{self.number:02d}"

    @property
    def number_room(self) -> str:
        """The number, or room for it."""
        return _room("number") if self.fields else self.number_text or BLANK

    @property
    def day_room(self) -> str:
        """The day, or room for it."""
        return _room("day") if self.fields else self.day or BLANK

    @property
    def month_room(self) -> str:
        """The month, or room for it."""
        return _room("month") if self.fields else self.month or BLANK

    @property
    def day(self) -> str:
        """The day, padded below ten (Annex I, 4), or nothing."""
        return f"{self.issued_on.day:02d}" if self.issued_on else ""

    @property
    def month(self) -> str:
        """The month; only January and February are padded (Annex I, 4)."""
        if self.issued_on is None:
            return ""
        return f"{self.issued_on.month:02d}" if self.issued_on.month < 3 else str(self.issued_on.month)

    @property
    def year_text(self) -> str:
        """The year as text, so that no localisation puts a separator into it."""
        if self.fields:
            return _room("year")
        return str(self.issued_on.year if self.issued_on else self.year or "")


def _room(what: str) -> str:
    return next(mark for mark, name in ROOMS.items() if name == what)


def parts_of(text: str, place: int = 0) -> list[dict[str, str]]:
    """A line cut at the marks of fields: text, then the field that follows it with the name of its box."""
    parts = [{"text": "", "room": "", "box": ""}]
    for letter in text:
        if letter in ROOMS:
            parts[-1] |= {"room": ROOMS[letter], "box": f"room-{ROOMS[letter]}-{place}"}
            parts.append({"text": "", "room": "", "box": ""})
        else:
            parts[-1]["text"] += letter
    return parts


@dataclass(frozen=True)
class Text:
    """A paragraph on the sheet: a bold lead (`Điều 1.`), a marker, the text, and how it is set."""

    text: str
    lead: str = ""
    style: str = "just"
    level: int = 0
    is_table: bool = False
    below_title: bool = True

    @property
    def heading(self) -> str:
        """Its heading element: one step below the paper's title, where it has one (a letter has none)."""
        return f"h{min(self.level, 2) + self.below_title}"


@dataclass(frozen=True)
class Grid:
    """A table on the sheet."""

    table: Table
    is_table: bool = True

    @property
    def header(self) -> list[list[dict[str, Any]]]:
        """Head rows, the given ones or one row of the column titles."""
        if self.table.header:
            return [[_cell(cell.text, cell) for cell in row.cells] for row in self.table.header]
        return [[_cell(column.title, None) for column in self.table.columns]]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Rows with the alignment of each cell's column."""
        width = len(self.table.columns)
        spans = [0] * width
        out = []
        for row in self.table.rows:
            cells, column = [], 0
            for cell in row.cells:
                while column < width and spans[column]:
                    column += 1
                shown = _cell(cell.text, cell)
                shown["align"] = cell.align or self.table.columns[column].align
                cells.append(shown)
                for place in range(column, column + cell.colspan):
                    spans[place] = cell.rowspan
                column += cell.colspan
            spans = [max(span - 1, 0) for span in spans]
            out.append({"kind": row.kind, "cells": cells})
        return out


def _cell(text: str, cell: Any) -> dict[str, Any]:
    return {
        "lines": text.split("\n") if text else [""],
        "colspan": str(cell.colspan) if cell and cell.colspan > 1 else "",
        "rowspan": str(cell.rowspan) if cell and cell.rowspan > 1 else "",
        "bold": bool(cell and cell.bold),
        "italic": bool(cell and cell.italic),
    }


@dataclass(frozen=True)
class AnnexSheet:
    """An annex as printed."""

    number: int
    label: str
    title: list[str]
    reference: tuple[str, str]
    orientation: str
    lines: list[Text | Grid]

    @property
    def reference_parts(self) -> list[dict[str, str]]:
        """The first half of the reference, cut at its fields."""
        return parts_of(self.reference[0], self.number)


@dataclass(frozen=True)
class Sheet:
    """A paper as printed."""

    content: PaperContent
    facts: IssueFacts
    motto: tuple[str, str]
    parent: list[str]
    agency: list[str]
    heading: str
    title: list[str]
    subject: str
    preamble: list[str]
    bases: list[str]
    lines: list[Text | Grid]
    annexes: list[AnnexSheet]
    titles: list[str]
    post: list[str]
    recipients: list[str] = field(default_factory=list)

    @property
    def dated(self) -> bool:
        """Whether place and date stand in the head; minutes say when and where in their text (form 1.10)."""
        return self.content.kind != Kind.MINUTES

    @property
    def number_parts(self) -> list[dict[str, str]]:
        """The line of the number, cut at its field."""
        return parts_of(f"Số: {self.facts.number_room}/{self.content.symbol}")

    @property
    def date_parts(self) -> list[dict[str, str]]:
        """Place and date, cut at its fields."""
        facts = self.facts
        date = f"ngày {facts.day_room} tháng {facts.month_room} năm {facts.year_text}"
        return parts_of(f"{self.content.place}, {date}")

    @property
    def full_title(self) -> str:
        """The title in one line, for the PDF's metadata."""
        words = " ".join(self.title)
        return f"{self.heading} {words}".strip() if self.heading else words


def roman(number: int) -> str:
    """A number below 50 in Roman figures."""
    out = ""
    for value, letters in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while number >= value:
            out += letters
            number -= value
    return out


def letter(index: int) -> str:
    """Vietnamese point letters: a, b, c, d, đ, e, …"""
    letters = "abcdđeghiklmnopqrstuvxy"
    return letters[index] if index < len(letters) else str(index + 1)


def _marker(style: str, index: int) -> str:
    return {
        "number": f"{index + 1}.",
        "letter": f"{letter(index)})",
        "dash": "-",
        "plus": "+",
    }[style]


class _Numbers:
    """Articles are numbered through the whole paper, whatever section they stand in."""

    article = 0


def _lines(blocks: Sequence[Block], numbers: _Numbers, depth: int = 0) -> Iterator[Text | Grid]:
    section = 0
    for block in blocks:
        if block.type == "paragraph":
            style = " ".join(
                [block.align if block.align != "justify" else "just"]
                + (["strong"] if block.bold else [])
                + (["slanted"] if block.italic else [])
            )
            yield Text(block.text, style=style)
        elif block.type == "article":
            numbers.article += 1
            yield Text(block.text, lead=f"Điều {numbers.article}.")
            for index, clause in enumerate(block.clauses):
                yield Text(f"{index + 1}. {clause.text}")
                yield from (Text(f"{letter(i)}) {point}") for i, point in enumerate(clause.points))
            yield from (Text(f"{letter(i)}) {point}") for i, point in enumerate(block.points))
            yield from (Text(text) for text in block.paragraphs)
        elif block.type == "list":
            yield from (Text(f"{_marker(block.style, i)} {item}") for i, item in enumerate(block.items))
        elif block.type == "table":
            yield Grid(block)
        else:
            section += block.numbered
            yield from _section_lines(block, section, numbers, depth)


def _section_lines(section: Section, index: int, numbers: _Numbers, depth: int) -> Iterator[Text | Grid]:
    marks = [f"{roman(index)}.", f"{index}.", f"{letter(index - 1)})"] if section.numbered else [""] * 3
    mark = marks[min(depth, 2)]
    title = section.title.upper() if depth == 0 else section.title
    yield Text(f"{mark} {title}".strip(), style="section", level=min(depth, 2) + 1)
    yield from _lines(section.blocks, numbers, depth + 1)


def _ended(lines: list[Text | Grid]) -> list[Text | Grid]:
    """The body with its closing mark `./.` (Annex I, 5)."""
    last = lines[-1]
    if isinstance(last, Grid):
        return [*lines, Text("./.")]
    text = last.text.rstrip(" .;,/") + "./."
    return [*lines[:-1], Text(text, lead=last.lead, style=last.style, level=last.level)]


def _recipients(content: PaperContent) -> list[str]:
    lines = [f"- {line.rstrip(' .;,')};" for line in content.recipients]
    if content.archive:
        copies = f" {content.copies}" if content.copies else ""
        lines.append(f"- Lưu: {content.archive.rstrip(' .;,')}.{copies}")
    return lines


def _bases(content: PaperContent) -> list[str]:
    last = len(content.bases) - 1
    return [
        f"{BASIS_VERBS[basis.kind]} {basis.text.rstrip(' .;,')}{'.' if index == last else ';'}"
        for index, basis in enumerate(content.bases)
    ]


def _reference(annex: Annex, content: PaperContent, facts: IssueFacts) -> tuple[str, str]:
    kind = KINDS[content.kind].heading
    name = kind[:1] + kind[1:].lower() if kind else "Công văn"
    number = f"{facts.number_room}/{content.symbol}"
    date = f"ngày {facts.day_room} tháng {facts.month_room} năm {facts.year_text or BLANK}"
    agency = " ".join(content.agency_name.split("\n"))
    return f"({annex.relation} {name} số {number} {date}", f"của {agency})"


def _annex(index: int, annex: Annex, content: PaperContent, facts: IssueFacts) -> AnnexSheet:
    several = sum(one.labelled for one in content.annexes) > 1
    number = sum(one.labelled for one in content.annexes[: index + 1])
    label = ("Phụ lục " + roman(number) if several else "Phụ lục") if annex.labelled else ""
    return AnnexSheet(
        number=index + 1,
        label=label,
        title=annex.title.upper().split("\n"),
        reference=_reference(annex, content, facts),
        orientation=annex.orientation,
        lines=list(_lines(annex.blocks, _Numbers())),
    )


def _untitled(lines: list[Text | Grid]) -> list[Text | Grid]:
    return [line if isinstance(line, Grid) else replace(line, below_title=False) for line in lines]


def sheet_of(content: PaperContent, facts: IssueFacts) -> Sheet:
    """Arrange a paper for print."""
    letter = content.kind == Kind.LETTER
    body = _ended(list(_lines(content.body, _Numbers())))
    return Sheet(
        content=content,
        facts=facts,
        motto=MOTTO,
        parent=content.parent_name.upper().split("\n") if content.parent_name else [],
        agency=content.agency_name.upper().split("\n"),
        heading=KINDS[content.kind].heading,
        title=content.title.split("\n"),
        subject=" ".join(content.title.split("\n")) if letter else "",
        preamble=content.preamble.upper().split("\n") if content.preamble else [],
        bases=_bases(content),
        lines=_untitled(body) if letter else body,
        annexes=[_annex(i, annex, content, facts) for i, annex in enumerate(content.annexes)],
        titles=content.signature.titles,
        post=content.signature.post.upper().split("\n") if content.signature.post else [],
        recipients=_recipients(content),
    )
