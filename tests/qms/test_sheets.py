"""Workbooks read back: plain values, texts of cells, columns found by their titles."""

import datetime as dt
import io
import zipfile

import pytest

from qms import sheets
from qms.exceptions import Invalid


def book(*lines):
    with sheets.workbook(lines[0], lines[1:]) as file:
        return file.read()


def test_what_is_written_is_read_back_in_its_rows():
    rows = sheets.first_sheet(book(["Mã", "Ngày"], ["=1+1", dt.date(2026, 9, 2)], [7, "x"]))
    assert [[sheets.line_of(cell) for cell in row] for row in rows] == [
        ["Mã", "Ngày"],
        ["=1+1", "02/09/2026"],
        ["7", "x"],
    ]


@pytest.mark.parametrize(
    ("value", "text", "line"),
    [
        (None, "", ""),
        (3.0, "3", "3"),
        (2.5, "2.5", "2.5"),
        (" hai\n\ndòng ", "hai\n\ndòng", "hai dòng"),
        ("ho\u0323c", "học", "học"),
        (dt.datetime(2026, 9, 2, 7, 30), "02/09/2026", "02/09/2026"),
    ],
)
def test_a_cell_as_text(value, text, line):
    assert (sheets.text_of(value), sheets.line_of(value)) == (text, line)


def test_columns_are_found_by_title_or_synonym_wherever_the_head_row_stands():
    names = sheets.names_of({"code": "Mã số", "name": "Tên gọi"}, {"name": ("Họ và tên",)})
    rows = [["BẢNG KÊ"], [], ["TT", "ma so *", "HỌ VÀ TÊN", "Mã số"]]
    assert sheets.head_of(rows, names, ("code", "name")) == (2, {"code": 1, "name": 2})
    assert sheets.head_of(rows, names, ("code", "name"), within=2) is None
    assert sheets.head_of(rows[:2], names, ("code",)) is None


def packed(size):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * size)
    return target.getvalue()


@pytest.mark.parametrize("content", [b"", b"no workbook", packed(10)])
def test_what_is_no_workbook_is_refused(content):
    with pytest.raises(Invalid, match="không phải tệp Excel"):
        sheets.first_sheet(content)


def test_what_unpacks_to_too_much_is_refused_unread(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_UNPACKED", 1000)
    with pytest.raises(Invalid, match="quá lớn"):
        sheets.first_sheet(packed(5000))
