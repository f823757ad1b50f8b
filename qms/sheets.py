"""Lists as `.xlsx`, streamed, with text that starts like a formula kept as text."""

import datetime as dt
import tempfile
from collections.abc import Iterable, Sequence
from typing import IO, Any

import xlsxwriter
from django.utils import timezone


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
