"""Opening an export as rows of cells: `.xlsx` and `.xls` through calamine, `.csv` through `csv`.

Cells come as text, numbers, dates or datetimes. Formulas are not computed (the value Excel stored counts),
external links are not followed.
"""

import codecs
import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from dossiers.importers import archive
from dossiers.importers.problems import FileRefused

Cell = str | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta
Line = tuple[int, list[Any]]
KINDS = (".xlsx", ".xls", ".csv", ".txt", ".tsv")
DELIMITERS = ",;\t|^~"
SIGNS = frozenset(DELIMITERS) | {":", "#", "\x1f"}
ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1258", "cp1252")
LONGEST_LINE = 4 * 1024 * 1024
READ_AT_ONCE = 256 * 1024
MOST_CELLS = 1000
SNIFFED_LINES = 40
SNIFFED_BYTES = 1024 * 1024
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class Sheet:
    """One table of the file: its name and its lines with their numbers as people count them."""

    name: str
    lines: Iterator[Line]
    expected_lines: int = 0


def check_kind(name: str) -> str:
    """The ending of a file name that can be read; raises FileRefused for any other."""
    kind = Path(name).suffix.lower()
    if kind not in KINDS:
        raise FileRefused(
            _("Files of the kind “%(kind)s” cannot be read. Export as .xlsx or .csv.")
            % {"kind": kind or name}
        )
    return kind


@contextmanager
def open_sheets(
    path: Path, name: str, *, encoding: str = "", delimiter: str = ""
) -> Iterator[Iterator[Sheet]]:
    """The sheets of an export, one after the other; raises FileRefused with the reason in words.

    `name` is the name it was uploaded under; its ending must agree with the content. Encoding and
    delimiter of a text file are found out unless they are given.
    """
    kind = check_kind(name)
    if path.stat().st_size == 0:
        raise FileRefused(_("The file is empty."))
    if kind in {".xlsx", ".xls"}:
        (archive.check_xlsx if kind == ".xlsx" else archive.check_xls)(path)
        yield _spreadsheet(path)
    else:
        with _text(path, encoding, delimiter) as lines:
            yield iter([Sheet("", lines)])


def _spreadsheet(path: Path) -> Iterator[Sheet]:
    import python_calamine as calamine

    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            for number, name in enumerate(book.sheet_names):
                sheet = book.get_sheet_by_index(number)
                rows = sheet.iter_rows() if sheet.total_height else iter(())
                merged = _merged_down(sheet.merged_cell_ranges or (), (sheet.start or (0, 0))[1])
                if merged:
                    rows = _filled(rows, merged)
                yield Sheet(name, enumerate(rows, start=1), sheet.total_height)
    except calamine.PasswordError as error:
        raise FileRefused(_("The file is protected by a password.")) from error
    except calamine.CalamineError as error:
        raise FileRefused(_("The file is damaged: its sheets cannot be read.")) from error
    except BaseException as error:
        # The reader library's own crashes are no subclass of Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise FileRefused(_("The file is damaged: its sheets cannot be read.")) from error


def _merged_down(ranges: Iterable[Any], first: int) -> dict[int, list[tuple[int, int]]]:
    """Cells of one column merged over several lines: by their first line the column and the last line.

    The rows begin in the first line of the sheet but in the `first` column used, from which columns count.
    """
    found: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, right) in ranges:
        if left == right >= first and top < bottom:
            found.setdefault(top, []).append((left - first, bottom))
    return found


def _filled(rows: Iterable[list[Any]], merged: dict[int, list[tuple[int, int]]]) -> Iterator[list[Any]]:
    """The rows with what stands in a cell merged downwards in each of its lines, as a person reads it."""
    open_ones: dict[int, tuple[int, Any]] = {}
    for number, row in enumerate(rows):
        for column, (last, value) in list(open_ones.items()):
            if number > last:
                del open_ones[column]
            elif column < len(row) and row[column] == "":
                row[column] = value
        for column, last in merged.get(number, ()):
            if column < len(row) and row[column] != "":
                open_ones[column] = last, row[column]
        yield row


@contextmanager
def _text(path: Path, encoding: str, delimiter: str) -> Iterator[Iterator[Line]]:
    found = _encoding(path)
    # What was said holds for files without a mark of their own.
    encoding = encoding if encoding in ENCODINGS and "16" not in found and "sig" not in found else found
    with io.TextIOWrapper(
        io.BufferedReader(_Lines(path, encoding), READ_AT_ONCE), encoding, newline=""
    ) as handle:
        try:
            head = list(_short_lines(handle))
        except UnicodeError as error:
            raise FileRefused(
                _("The file is not text in the encoding %(name)s.") % {"name": encoding}
            ) from error
        if any("\0" in line for line in head):
            raise FileRefused(_("The content of the file is not text."))
        handle.seek(0)
        reader = csv.reader(handle, delimiter=delimiter if delimiter in SIGNS else _delimiter(head))
        yield _csv_lines(reader)


def _short_lines(handle: IO[str]) -> Iterator[str]:
    """The first lines, as far as they are lines."""
    for _number in range(SNIFFED_LINES):
        line = handle.readline(LONGEST_LINE)
        if not line:
            return
        if len(line) >= LONGEST_LINE:
            raise _endless()
        yield line


class _Lines(io.FileIO):
    """A file of lines that memory can hold; one without line ends is refused as soon as that is plain."""

    def __init__(self, path: Path, encoding: str) -> None:
        super().__init__(path)
        self.ends = (b"\n\0", b"\0\n", b"\r\0", b"\0\r") if "16" in encoding else (b"\n", b"\r")
        self.since_end = 0

    def readinto(self, buffer: Any) -> int | None:
        """Read on; raises FileRefused when no line has ended for too long."""
        count = super().readinto(buffer)
        if count:
            read = bytes(memoryview(buffer)[:count])
            end = max(map(read.rfind, self.ends))
            self.since_end = self.since_end + count if end < 0 else count - end
            if self.since_end >= LONGEST_LINE:
                raise _endless()
        return count


def _endless() -> FileRefused:
    return FileRefused(_("A line of the file is longer than any row of an export can be."))


def _csv_lines(reader: Any) -> Iterator[Line]:
    number = 1
    try:
        for row in reader:
            if len(row) > MOST_CELLS:
                raise FileRefused(_("Line %(line)s has more columns than any export.") % {"line": number})
            yield number, row
            number = reader.line_num + 1
    except UnicodeError as error:
        raise FileRefused(
            _("Line %(line)s holds bytes that are not text in the encoding of the file.") % {"line": number}
        ) from error
    except csv.Error as error:
        raise FileRefused(_("Line %(line)s cannot be split into columns.") % {"line": number}) from error


def _encoding(path: Path) -> str:
    """UTF-8 or UTF-16 with a mark, else UTF-8 when it reads as such, else Windows-1258."""
    with path.open("rb") as handle:
        head = handle.read(SNIFFED_BYTES)
    if head.startswith((archive.ZIP_MAGIC, archive.OLE_MAGIC, b"%PDF")):
        raise FileRefused(_("The file is named as text, but its content is something else."))
    for mark, name in BOMS:
        if head.startswith(mark):
            return name
    if half := _half_empty(head):
        return half
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1258"
    return "utf-8"


def _half_empty(head: bytes) -> str:
    """UTF-16 without a mark: every second byte of plain letters and delimiters is zero."""
    sample = head[:4000]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 5 < len(sample) or min(even, odd) * 10 > max(even, odd):
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _delimiter(head: list[str]) -> str:
    """The sign that splits the first lines into the most columns, most evenly."""

    def evenness(sign: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(head, delimiter=sign) if len(row) > 1]
        except csv.Error:
            return 0, 0
        if not widths:
            return 0, 0
        usual = max(set(widths), key=widths.count)
        return widths.count(usual), usual

    return max(DELIMITERS, key=evenness)
