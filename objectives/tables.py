"""Tables from Word, Excel or the clipboard as rows with numbering levels; pure, knows no records.

Merged cells keep their text in every row and column they cover, and say where they only continue. Nested
numbering (I, 1, 1.1, a), -) becomes levels from 0. What the columns mean is found by their heads
(`find_columns`); who uses the rows decides what they become.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any

from python_calamine import CalamineError

from qms import sheets
from qms.exceptions import Invalid
from qms.text import fold

MOST_ROWS = 1000
MOST_COLUMNS = 40


class TableError(ValueError):
    """The bytes hold no table that can be read; the message is one of a few fixed words."""


@dataclass(frozen=True)
class Cell:
    """A cell of the grid; `from_above` and `from_left` tell what a merged cell only continues."""

    text: str = ""
    from_above: bool = False
    from_left: bool = False


@dataclass(frozen=True)
class Row:
    """A row with the number it bears and its depth in the numbering."""

    cells: tuple[Cell, ...]
    number: str = ""
    level: int = 0

    @property
    def texts(self) -> list[str]:
        """The texts of all cells."""
        return [cell.text for cell in self.cells]

    @property
    def is_group(self) -> bool:
        """One text across the whole width (a heading between the rows)."""
        filled = {cell.text for cell in self.cells if cell.text}
        return len(filled) == 1 and len(self.cells) > 2 and all(cell.text for cell in self.cells)


@dataclass
class Table:
    """One table, head rows included."""

    rows: list[Row] = field(default_factory=list)
    name: str = ""


def read_file(name: str, content: bytes) -> list[Table]:
    """The tables of a `.docx` or `.xlsx` file, the largest first. Raises TableError."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > sheets.MOST_UNPACKED:
                raise TableError("too_large")
            is_word = "word/document.xml" in archive.namelist()
    except zipfile.BadZipFile:
        raise TableError("not_a_table") from None
    tables = _word(content) if is_word else _excel(content)
    found = [table for table in tables if len(table.rows) > 1]
    if not found:
        raise TableError("no_table")
    return sorted(found, key=lambda table: -len(table.rows))


def read_pasted(text: str) -> list[Table]:
    """Rows from the clipboard: HTML with a table, else lines with tabs. Raises TableError."""
    if "<table" in text.casefold():
        reader = _Html()
        reader.feed(text)
        reader.close()
        tables = [Table(_grid(rows)) for rows in reader.tables if rows]
    else:
        plain = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
        try:
            lines = list(csv.reader(io.StringIO(plain), delimiter="\t"))
        except csv.Error:
            raise TableError("no_table") from None
        tables = [Table([Row(tuple(Cell(clean(cell)) for cell in line)) for line in lines])]
    found = [_even(table) for table in tables if table.rows and max(len(row.cells) for row in table.rows) > 1]
    if not found:
        raise TableError("no_table")
    return sorted(found, key=lambda table: -len(table.rows))


def clean(value: Any) -> str:
    """A cell as text: NFC, marks in place, single spaces, its lines kept."""
    lines = (" ".join(line.split()) for line in sheets.text_of(value).splitlines())
    return "\n".join(line for line in lines if line)


def _even(table: Table) -> Table:
    """All rows as wide as the widest, within the limits."""
    rows = table.rows[:MOST_ROWS]
    width = min(max((len(row.cells) for row in rows), default=0), MOST_COLUMNS)
    even = [
        replace(row, cells=(*row.cells[:width], *(Cell() for _gap in range(width - len(row.cells)))))
        for row in rows
    ]
    return Table([row for row in even if any(row.texts)], table.name)


# Word


def _word(content: bytes) -> list[Table]:
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = Document(io.BytesIO(content))
    except (PackageNotFoundError, KeyError, ValueError, SyntaxError):
        raise TableError("not_a_table") from None
    counters: dict[tuple[str, int], int] = {}
    return [_even(_word_table(table, counters)) for table in document.tables]


def _word_table(table: Any, counters: dict[tuple[str, int], int]) -> Table:
    above: list[Any] = []
    rows = []
    for row in table.rows[:MOST_ROWS]:
        parts = list(row.cells)[:MOST_COLUMNS]
        cells = []
        for place, part in enumerate(parts):
            from_above = place < len(above) and above[place] is part._tc
            from_left = place > 0 and parts[place - 1]._tc is part._tc
            seen = from_above or from_left
            cells.append(Cell(_word_text(part, {} if seen else counters), from_above, from_left))
        rows.append(Row(tuple(cells)))
        above = [part._tc for part in parts]
    return Table(rows)


def _word_text(cell: Any, counters: dict[tuple[str, int], int]) -> str:
    """The paragraphs of a cell; a number that Word counts itself is written out."""
    lines = []
    for paragraph in cell.paragraphs:
        text = paragraph.text
        numbering = paragraph._p.pPr.numPr if paragraph._p.pPr is not None else None
        if (
            numbering is not None
            and numbering.numId is not None
            and (text.strip() or len(cell.paragraphs) == 1)
        ):
            list_id = str(numbering.numId.val)
            level = numbering.ilvl.val if numbering.ilvl is not None else 0
            counters[list_id, level] = counters.get((list_id, level), 0) + 1
            for deeper in [key for key in counters if key[0] == list_id and key[1] > level]:
                del counters[deeper]
            written = ".".join(str(counters.get((list_id, depth), 1)) for depth in range(level + 1))
            text = f"{written}. {text}" if text.strip() else written
        lines.append(text)
    return clean("\n".join(lines))


# Excel


def _excel(content: bytes) -> list[Table]:
    try:
        book = sheets.opened(content)
        found = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
    except (Invalid, CalamineError, OSError, ValueError):
        raise TableError("not_a_table") from None
    return [_even(_sheet(name, sheet)) for name, sheet in found]


def _sheet(name: str, sheet: Any) -> Table:
    start_row, start_column = sheet.start or (0, 0)
    values = sheet.to_python(skip_empty_area=True)[:MOST_ROWS]
    grid = [[Cell(clean(value)) for value in line[:MOST_COLUMNS]] for line in values]
    for (first_row, first_column), (last_row, last_column) in sheet.merged_cell_ranges or ():
        top, left = first_row - start_row, first_column - start_column
        if not (0 <= top < len(grid) and 0 <= left < len(grid[top])):
            continue
        text = grid[top][left].text
        for y in range(top, min(last_row - start_row, len(grid) - 1) + 1):
            for x in range(left, min(last_column - start_column, len(grid[y]) - 1) + 1):
                grid[y][x] = Cell(text, y > top, x > left)
    return Table([Row(tuple(line)) for line in grid], str(name))


# HTML


class _Html(HTMLParser):
    """Collects the tables of a piece of HTML: rows of (text, rowspan, colspan)."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[tuple[str, int, int]]]] = []
        self.text: list[str] | None = None
        self.spans = (1, 1)

    def handle_starttag(self, tag: str, attrs: "list[tuple[str, str | None]]") -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in {"td", "th"} and self.tables and self.tables[-1]:
            known = dict(attrs)
            self.spans = (_span(known.get("rowspan")), _span(known.get("colspan")))
            self.text = []
        elif tag in {"br", "p", "div", "li"} and self.text is not None:
            self.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"} and self.text is not None:
            self.tables[-1][-1].append((clean("".join(self.text)), *self.spans))
            self.text = None

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text.append(re.sub(r"\s+", " ", data))


def _span(value: str | None) -> int:
    return max(1, min(int(value), MOST_ROWS)) if value and value.isdigit() else 1


def _grid(rows: Sequence[Sequence[tuple[str, int, int]]]) -> list[Row]:
    """Spans unfolded into a full grid."""
    open_cells: dict[int, tuple[str, int, bool]] = {}
    found = []
    for line in rows[:MOST_ROWS]:
        cells: list[Cell] = []
        waiting = list(line)
        while (waiting or open_cells.get(len(cells))) and len(cells) < MOST_COLUMNS:
            column = len(cells)
            kept = open_cells.get(column)
            if kept:
                text, left, from_left = kept
                cells.append(Cell(text, True, from_left))
                if left > 1:
                    open_cells[column] = (text, left - 1, from_left)
                else:
                    del open_cells[column]
                continue
            text, down, across = waiting.pop(0)
            for step in range(min(across, MOST_COLUMNS - column)):
                cells.append(Cell(text, False, step > 0))
                if down > 1:
                    open_cells[column + step] = (text, down - 1, step > 0)
        found.append(Row(tuple(cells)))
    return found


# What the columns mean


def find_columns(
    table: Table, names: Mapping[str, Iterable[str]], needed: Iterable[str], within: int = 12
) -> tuple[int, dict[str, int]] | None:
    """(rows of the head, key -> column) by the heads; None when a needed column is not found.

    `names` gives the words a column goes by; heads of two rows (a merged one over two others) count too.
    """
    known = {fold(word): key for key, words in names.items() for word in words}
    wanted = set(needed)
    best: tuple[int, dict[str, int]] | None = None
    for at in range(min(within, len(table.rows))):
        for depth in (1, 2):
            rows = table.rows[at : at + depth]
            if len(rows) < depth:
                continue
            columns: dict[str, int] = {}
            for place in range(len(rows[0].cells)):
                texts = [row.cells[place].text for row in reversed(rows)]
                key = next((known[fold(text)] for text in texts if fold(text) in known), None)
                if key is not None:
                    columns.setdefault(key, place)
            if wanted <= columns.keys() and (best is None or len(columns) > len(best[1])):
                best = (at + depth, columns)
    return best


# Numbering

_NUMBERED = re.compile(
    r"^\s*(?P<number>(?:[IVXLC]+|\d+(?:\.\d+)*|[a-zđ])(?=[.)\s]|$)[.)]?|[-–+•*])\s*(?P<rest>.*)$", re.S
)


def split_number(text: str) -> tuple[str, str]:
    """(`1.2`, the text after it); without a number at its beginning ("", the text)."""
    found = _NUMBERED.match(text)
    if not found:
        return "", text
    number, rest = found["number"], found["rest"].strip()
    if re.fullmatch(r"[IVXLC]+|[a-zđ]", number) and not rest:
        return number, ""
    if re.fullmatch(r"[a-zđ]", number):
        return "", text
    return number.rstrip(".)") if number not in "-–+•*" else "-", rest


def _kind(number: str) -> tuple[str, int]:
    if not number or number == "-":
        return ("dash", 0)
    if re.fullmatch(r"\d+(\.\d+)*", number):
        return ("decimal", number.count("."))
    return ("roman", 0) if re.fullmatch(r"[IVXLC]+", number) else ("letter", 0)


def levels(numbers: Sequence[str]) -> list[int]:
    """The depth of each row: a new way of numbering goes one deeper, a known one back to its depth."""
    stack: list[tuple[str, int]] = []
    found = []
    for number in numbers:
        kind = _kind(number)
        if kind[0] == "decimal" and kind[1] and ("decimal", kind[1] - 1) in stack and kind not in stack:
            del stack[stack.index(("decimal", kind[1] - 1)) + 1 :]
        if kind in stack:
            del stack[stack.index(kind) + 1 :]
        else:
            stack.append(kind)
        found.append(len(stack) - 1)
    return found


def numbered(table: Table, start: int, number_column: int | None, text_column: int) -> list[Row]:
    """The rows under the head with their numbers and levels; numbers at the beginning of a text count too.

    A row without number and text (or whose text only continues a merged cell) is left to the row above.
    """
    plain: list[Row] = []
    for row in table.rows[start:]:
        number = ""
        cell = row.cells[text_column]
        if number_column is not None and not row.is_group:
            own = row.cells[number_column]
            number = "" if own.from_above else own.text.strip().rstrip(".)")
        text = cell.text
        if not number:
            number, text = split_number(text)
        cells = list(row.cells)
        cells[text_column] = replace(cell, text=text)
        plain.append(Row(tuple(cells), number if not cell.from_above else ""))
    own_rows = [row for row in plain if row.cells[text_column].text and not row.cells[text_column].from_above]
    depth = dict(zip(map(id, own_rows), levels([row.number for row in own_rows]), strict=True))
    return [replace(row, level=depth.get(id(row), -1)) for row in plain]
