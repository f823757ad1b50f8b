"""The rejected rows of an import as a workbook in the form of the file, to be mended and uploaded again."""

import tempfile
from collections.abc import Iterable
from typing import IO

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.importers.problems import reason_of
from dossiers.models import DossierImport, ImportRejectedRow

AS_OF = "Số liệu đến"
LINE, REASON = "Dòng trong tệp gốc", "Lý do không nhận"
"""Titles every profile knows as not to be imported."""


def mending_workbook(one: DossierImport, rows: Iterable[ImportRejectedRow]) -> IO[bytes]:
    """A title that tells the moment of the export, the columns of the file, and why each row was rejected.

    All cells are text, so nothing in them is ever a formula; the wrong cells are marked.
    """
    target: IO[bytes] = tempfile.SpooledTemporaryFile(16 * 2**20)  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(
        target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(_("Rejected rows")[:31])
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    wrong = book.add_format({"bg_color": "#FCE8D5", "num_format": "@"})
    plain = book.add_format({"num_format": "@"})
    titles = [column["title"] for column in one.understood.get("columns", []) if column["use"] == "field"]
    if one.as_of:
        sheet.write_string(0, 0, f"({AS_OF} {timezone.localtime(one.as_of):%d/%m/%Y %H:%M:%S})")
    sheet.write_row(2, 0, [*titles, REASON, LINE], bold)
    sheet.set_column(0, len(titles) - 1, 20)
    sheet.set_column(len(titles), len(titles), 50)
    for number, row in enumerate(rows, start=3):
        bad = {column for column, _kind in row.reasons}
        for at, title in enumerate(titles):
            sheet.write_string(number, at, row.cells.get(title, ""), wrong if title in bad else plain)
        told = "; ".join(f"{column}: {reason_of(kind)}" for column, kind in row.reasons)
        sheet.write_string(number, len(titles), told)
        sheet.write_number(number, len(titles) + 1, row.line)
    book.close()
    target.seek(0)
    return target
