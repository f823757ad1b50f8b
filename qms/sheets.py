"""Workbooks: lists written as `.xlsx` (text that starts like a formula stays text), and sheets read back.

What the rows of a sheet mean is decided by whoever reads them; here they become plain values, their texts
and the columns found by the titles of the head row.
"""

import datetime as dt
import io
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from python_calamine import CalamineError, CalamineWorkbook

from qms.exceptions import Invalid
from qms.text import fold, nfc, repair_marks

MOST_UNPACKED = 60 * 2**20
"""A workbook that unpacks to more is not read: a few kilobytes may pretend to be gigabytes."""
EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
"""A day outside these years is a slip of the pen, such as 04/05/26."""


def workbook(header: Sequence[Any], lines: Iterable[Sequence[Any]], *, title: str = "Sheet1") -> IO[bytes]:
    """One sheet with a bold head row; dates as dates, numbers as numbers, all else as text."""
    target: IO[bytes] = tempfile.SpooledTemporaryFile(16 * 2**20)  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(
        target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    try:
        _fill(book, header, lines, title)
    except BaseException:
        book.close()
        target.close()
        raise
    book.close()
    target.seek(0)
    return target


def _fill(book: Any, header: Sequence[Any], lines: Iterable[Sequence[Any]], title: str) -> None:
    sheet = book.add_worksheet(title[:31])
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    sheet.freeze_panes(1, 0)
    widths = [min(60, max(10, len(str(name)) + 2)) for name in header]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.write_row(0, 0, [str(name) for name in header], bold)
    for number, line in enumerate(lines, start=1):
        for column, value in enumerate(line):
            if value is None:
                continue
            if isinstance(value, dt.datetime):
                local = timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
                sheet.write_datetime(number, column, local, moment)
            elif isinstance(value, dt.date):
                sheet.write_datetime(number, column, dt.datetime.combine(value, dt.time()), day)
            elif isinstance(value, (int, float)) and not isinstance(value, bool):
                sheet.write_number(number, column, value)
            else:
                sheet.write_string(number, column, str(value))


def opened(content: bytes) -> CalamineWorkbook:
    """The workbook in the bytes. Raises Invalid for what is none, or is too large once unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MOST_UNPACKED:
                raise Invalid(_("The workbook is too large once unpacked."))
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError):
        raise Invalid(_("This file is not an Excel workbook that can be read.")) from None


def first_sheet(content: bytes) -> list[list[Any]]:
    """The values of the first sheet, row by row from its first one. Raises Invalid as `opened` does."""
    book = opened(content)
    try:
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError):
        raise Invalid(_("This file is not an Excel workbook that can be read.")) from None


def text_of(value: Any) -> str:
    """A cell as text with its lines: NFC, marks in place, whole numbers without point, days dd/mm/yyyy."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    return repair_marks(nfc(str(value))).strip()


def line_of(value: Any) -> str:
    """A cell as text on one line with single spaces."""
    return " ".join(text_of(value).split())


def day_of(value: Any) -> dt.date | None:
    """A day from a cell or its text dd/mm/yyyy; None for anything else, and for a year that is a slip."""
    if isinstance(value, dt.datetime):
        day = value.date()
    elif isinstance(value, dt.date):
        day = value
    else:
        try:
            number, month, year = (int(part) for part in str(value).strip().split("/"))
            day = dt.date(year, month, number)
        except (ValueError, OverflowError):
            return None
    return day if EARLIEST_YEAR <= day.year <= LATEST_YEAR else None


def names_of(titles: Mapping[str, Any], synonyms: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Folded titles of columns in every language, and their synonyms -> key of the column."""
    found: dict[str, str] = {}
    for language in ("vi", "en"):
        with override(language):
            found |= {fold(str(title)): key for key, title in titles.items()}
    return found | {fold(word): key for key, words in synonyms.items() for word in words}


def head_of(
    rows: Sequence[Sequence[Any]], names: Mapping[str, str], needed: Iterable[str], *, within: int = 10
) -> tuple[int, dict[str, int]] | None:
    """Index of the head row and the place of each known column in it, or None without the needed ones.

    A star behind a title (a required column) does not count.
    """
    for number, row in enumerate(rows[:within]):
        columns: dict[str, int] = {}
        for at, cell in enumerate(row):
            key = names.get(fold(line_of(cell).rstrip("*").strip()))
            if key is not None:
                columns.setdefault(key, at)
        if columns.keys() >= set(needed):
            return number, columns
    return None
