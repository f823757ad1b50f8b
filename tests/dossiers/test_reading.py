"""Values, headers and hostile files, without a database."""

import datetime as dt
import io
import unicodedata
import uuid
import zipfile

import openpyxl
import pytest

from dossiers import staging
from dossiers.importers import archive, headers, quick, reading
from dossiers.importers.problems import FileRefused, Problems
from dossiers.importers.profile import ANY_CODE, Profile, built_in
from dossiers.importers.rows import RowReader
from dossiers.importers.units import UnitIndex, UnitName
from dossiers.importers.values import Moments, Unreadable, moment_of
from tests.dossiers import books

VN = dt.timezone(dt.timedelta(hours=7))
OFFICE = uuid.uuid4()


def local(*parts):
    return dt.datetime(*parts, tzinfo=VN)


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("02/01/2025 08:05", local(2025, 1, 2, 8, 5)),
        (" 2/1/2025 8:05:30 ", local(2025, 1, 2, 8, 5, 30)),
        ("02-01-2025", local(2025, 1, 2)),
        ("2025-01-02T01:05:00Z", local(2025, 1, 2, 8, 5)),
        ("2025-01-02T08:05:00+07:00", local(2025, 1, 2, 8, 5)),
        ("2025-01-02 08:05", local(2025, 1, 2, 8, 5)),
        ("08:05 02/01/2025", local(2025, 1, 2, 8, 5)),
        ("08:05 ngày 02/01/2025", local(2025, 1, 2, 8, 5)),
        ("02-01-2025 - 08:05", local(2025, 1, 2, 8, 5)),
        ("02/01/2025 8:05:00 SA", local(2025, 1, 2, 8, 5)),
        ("02/01/2025 1:05:00 CH", local(2025, 1, 2, 13, 5)),
        ("02/01/2025 12:05 AM", local(2025, 1, 2, 0, 5)),
        (45659.336805555555, local(2025, 1, 2, 8, 5)),
        ("45659", local(2025, 1, 2)),
        (dt.datetime(2025, 1, 2, 8, 5), local(2025, 1, 2, 8, 5)),
        (dt.date(2025, 1, 2), local(2025, 1, 2)),
        ("", None),
        (None, None),
    ],
)
def test_moments_in_every_form(cell, moment):
    assert moment_of(cell) == moment
    fast = Moments()
    for _time in range(2):
        assert fast[cell] == (moment.astimezone(dt.UTC).isoformat() if moment else "")


@pytest.mark.parametrize(
    ("cell", "form", "moment"),
    [
        ("02/01/25 08:05", "dmy2", local(2025, 1, 2, 8, 5)),
        ("01/02/2025", "mdy", local(2025, 1, 2)),
        ("1/2/25 8:05", "mdy2", local(2025, 1, 2, 8, 5)),
        ("25/01/02", "ymd2", local(2025, 1, 2)),
        ("2025/01/02 08:05", "", local(2025, 1, 2, 8, 5)),
        ("2025-01-02", "mdy", local(2025, 1, 2)),
    ],
)
def test_other_forms_of_days_when_they_were_chosen(cell, form, moment):
    assert moment_of(cell, form=form) == moment
    assert Moments(form=form)[cell] == moment.astimezone(dt.UTC).isoformat()


def test_quick_moments_put_together_what_they_know():
    fast, due = Moments(), Moments(end_of_day=True)
    times = ("", " 06:59", " 07:00", " 23:59:59")
    cells = [f"{day:02}/03/2025{time}" for day in (1, 2, 31) for time in times]
    for cell in [*cells, *cells]:
        assert fast[cell] == moment_of(cell).isoformat()
        assert due[cell] == moment_of(cell, end_of_day=True).isoformat()
    for bad in ("31/02/2025 07:00", "01/03/2025 25:00", "01/03/2025x"):
        with pytest.raises(Unreadable):
            fast[bad]


def test_the_quick_reader_gives_what_the_staging_loads():
    assert quick.FACTS == staging.LOADED


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("31/02/2025", "no_such_date"),
        ("02/13/2025 08:00", "no_such_date"),
        ("hôm qua", "date"),
        (7, "date"),
        (True, "date"),
        ("01/01/1900", "date_range"),
        ("2025-01-02T08:05:00+99:00", "no_such_date"),
    ],
)
def test_what_is_no_moment_is_said_so(cell, kind):
    with pytest.raises(Unreadable) as caught:
        moment_of(cell)
    assert caught.value.kind == kind


def test_a_due_day_without_a_time_lasts_until_its_end():
    assert moment_of("02/01/2025", end_of_day=True) == local(2025, 1, 2, 23, 59, 59)
    assert moment_of("02/01/2025 08:00", end_of_day=True) == local(2025, 1, 2, 8)


def read(tmp_path, content, name="export.xlsx", **other):
    """(table, facts, problems) of a file, read by the usual mapping but for its other parts."""
    path = tmp_path / name
    path.write_bytes(content)
    profile = Profile.from_mapping(built_in() | other)
    problems = Problems(100)
    units = UnitIndex([UnitName(OFFICE, "Văn phòng Sở")])
    with reading.open_sheets(path, name) as sheets:
        table = headers.find_table(sheets, profile)
        reader = RowReader(table, profile, units, {}, local(2025, 12, 31), problems)
        rows = [row for line in table.body if (row := reader.understand(*line))]
    return table, rows, problems.kept


def test_titles_totals_signatures_and_repeated_headers_are_skipped(tmp_path):
    content = books.xlsx(
        [
            books.row(1),
            {"STT": "Lĩnh vực Đo lường"},
            dict(zip(books.HEADER, books.HEADER, strict=True)),
            books.row(2),
        ],
        titles=["UBND TỈNH", "DANH SÁCH HỒ SƠ", "(Số liệu đến 30/06/2025)", ""],
        tail=[[], ["", "Tổng cộng", 2], ["", "", "", "NGƯỜI LẬP BIỂU"], ["", "", "", "Trần Văn Ký"]],
    )
    table, rows, problems = read(tmp_path, content)
    assert (table.header_line, [row.line for row in rows], problems) == (5, [6, 9], [])
    assert table.as_of == local(2025, 6, 30, 23, 59, 59)


def test_a_line_with_a_code_of_the_source_is_never_dropped_without_a_word(tmp_path):
    """However few of its cells are filled; a total and a signature still are no dossiers."""
    lines = [
        {"Mã hồ sơ": "ABC-12", "Ngày tiếp nhận": "32/13/2025", "Trạng thái": "Đang xử lý"},
        {"Mã hồ sơ": "ABC-13", "Trạng thái": "Đang xử lý"},
        {"Mã hồ sơ": "ABC-14", "Ngày tiếp nhận": "?"},
        {"Mã hồ sơ": "Tổng 15", "Trạng thái": "Thủ trưởng"},
        {"Mã hồ sơ": "15"},
        {"Mã hồ sơ": "Người lập", "Trạng thái": "Thủ trưởng"},
    ]
    content = books.xlsx([books.row(1, **{"Mã hồ sơ": "ABC-11"}), *lines])
    _table, rows, problems = read(tmp_path, content, code_pattern=ANY_CODE)
    assert [row.code for row in rows] == ["ABC-11"]
    assert {one.line for one in problems} == {3, 4, 5}
    assert {(3, "no_such_date"), (4, "missing")} <= {(one.line, one.kind) for one in problems}


def test_a_header_in_two_merged_lines_is_understood(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    upper = ["Mã hồ sơ", "Tên TTHC", "Mã TTHC", "Ngày", "", "", "Phòng thụ lý", "Trạng thái", "Hình thức nộp"]
    sheet.append(upper)
    sheet.append(["", "", "", "tiếp nhận", "hẹn trả", "có kết quả", "", "", ""])
    sheet.merge_cells("D1:F1")
    values = books.row(1)
    sheet.append(
        [values[name] for name in ("Mã hồ sơ", "Tên thủ tục hành chính", "Mã TTHC", "Ngày tiếp nhận",
         "Ngày hẹn trả", "Ngày có kết quả", "Đơn vị thụ lý", "Trạng thái", "Hình thức nộp")]
    )  # fmt: skip
    target = io.BytesIO()
    book.save(target)
    _table, rows, problems = read(tmp_path, target.getvalue())
    assert problems == []
    assert rows[0].dates["result_at"] == local(2025, 1, 8, 9)


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("cp1258", "|")],
)
def test_text_in_other_encodings_with_other_delimiters(tmp_path, encoding, delimiter):
    rows = [books.row(number) for number in (1, 2)]
    header = [unicodedata.normalize("NFD", title) for title in books.HEADER]
    text = [{unicodedata.normalize("NFD", k): v for k, v in row.items()} for row in rows]
    if encoding == "cp1258":
        text = [{k: _in_cp1258(v) for k, v in row.items()} for row in text]
        header = [_in_cp1258(title) for title in header]
        text = [dict(zip(header, row.values(), strict=True)) for row in text]
    content = books.text(text, delimiter=delimiter, header=header, encoding=encoding)
    _table, found, problems = read(tmp_path, content, "export.csv")
    assert problems == []
    assert [row.channel for row in found] == ["online", "online"]


def _in_cp1258(value):
    """Windows-1258 has letters with a circumflex, a breve or a horn, but the tones only as marks."""
    if not isinstance(value, str):
        return value
    out = ""
    for letter in unicodedata.normalize("NFC", value):
        try:
            letter.encode("cp1258")
            out += letter
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            tones = [mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323"]
            base = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in tones))
            out += base + "".join(tones)
    return out


def test_wrong_values_are_located_and_never_guessed(tmp_path):
    content = books.xlsx(
        [
            books.row(1),
            books.row(2, **{"Ngày hẹn trả": "31/02/2025"}),
            books.row(3, **{"Trạng thái": "Sắp xong"}),
            books.row(4, **{"Đơn vị thụ lý": "van phong so"}),
            books.row(5, **{"Mã hồ sơ": "H19/5"}),
            books.row(6, **{"Đánh giá": 4.5}),
            books.row(7, **{"Ngày tiếp nhận": ""}),
            books.row(8, **{"Ngày tiếp nhận": " "}),
            books.row(9, **{"Ngày hẹn trả": "\xa0"}),
        ]
    )
    _table, rows, problems = read(tmp_path, content)
    assert [row.line for row in rows] == [2]
    assert [(p.line, p.column, p.kind, p.value) for p in problems] == [
        (3, "Ngày hẹn trả", "no_such_date", "31/02/2025"),
        (4, "Trạng thái", "status", "Sắp xong"),
        (5, "Đơn vị thụ lý", "unit", "van phong so"),
        (6, "Mã hồ sơ", "code", "H19/5"),
        (7, "Đánh giá", "rating", "4.5"),
        (8, "Ngày tiếp nhận", "missing", ""),
        (9, "Ngày tiếp nhận", "missing", ""),
        (10, "Ngày hẹn trả", "missing", ""),
    ]
    assert all(problem.expected for problem in problems[:5])


def test_contradictions_are_warnings_and_the_row_is_taken(tmp_path):
    content = books.xlsx(
        [
            books.row(1, **{"Ngày có kết quả": "01/01/2025 09:00"}),
            books.row(2, **{"Ngày có kết quả": "02/01/2027 09:00"}),
        ]
    )
    _table, rows, problems = read(tmp_path, content)
    assert len(rows) == 2
    assert [(p.kind, p.is_warning) for p in problems] == [("result_before_receipt", True), ("future", True)]


def test_shifted_cells_do_not_tell_names(tmp_path):
    values = list(books.row(1).values())
    shifted = dict(zip(books.HEADER, ["", *values[:-1]], strict=True))
    named = books.row(2, **{"Trạng thái": "Trần Thị Riêng Tư"})
    numbered = books.row(3, **{"Hình thức nộp": "CCCD 075123456789"})
    dated = books.row(4, **{"Ngày hẹn trả": "Riêng Tư 1980"})
    _table, rows, problems = read(tmp_path, books.xlsx([shifted, named, numbered, dated]))
    assert rows == []
    told = " ".join(problem.value + problem.expected + problem.code for problem in problems)
    for secret in ("Riêng", "075123456789", "0912345678", "Tư"):
        assert secret not in told


def refused(tmp_path, content, name="export.xlsx"):
    with pytest.raises(FileRefused) as caught:
        read(tmp_path, content, name)
    return str(caught.value)


def kept(tmp_path, content):
    """The path of a file with this content."""
    path = tmp_path / "kept.xlsx"
    path.write_bytes(content)
    return path


def sheet_of(cells, name="sheet1.xml"):
    """A workbook whose sheet holds the given cells only; its member may have another name."""
    good = zipfile.ZipFile(io.BytesIO(books.xlsx([books.row(1)])))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as changed:
        for member in good.infolist():
            data = good.read(member)
            if member.filename == "xl/worksheets/sheet1.xml":
                head, _, tail = data.partition(b"<sheetData>")
                data = head + b"<sheetData>" + cells + b"</sheetData>" + tail.partition(b"</sheetData>")[2]
            if member.filename.endswith((".rels", "[Content_Types].xml")):
                data = data.replace(b"sheet1.xml", name.encode())
            changed.writestr(member.filename.replace("sheet1.xml", name), data)
    return target.getvalue()


CELL = b'<row r="%d"><c r="%s%d"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "cells",
    [
        CELL % (1, b"A", 1) + CELL % (1048576, b"A", 1048576),
        CELL % (1, b"A", 1) + CELL % (1, b"XFD", 1),
        CELL % (1, b"A", 1) + CELL % (399_000, b"KK", 399_000),
        CELL % (1, b"A", 1) + b"<row r='500000'><c r='B500000'><v>1</v></c></row>",
        CELL % (1, b"A", 1) + b'<row r="1"><c r = "XFD1048576"><v>1</v></c></row>',
        CELL % (1, b"A", 1) + b'<row r="1"><c r\n="XFD1048576"><v>1</v></c></row>',
        CELL % (1, b"A", 1) + b'<row r="1"><c r= "XFD1048576"><v>1</v></c></row>',
        CELL % (1, b"A", 1) + b'<row r="1"><c s="<>"r="XFD399999"><v>1</v></c></row>',
        CELL % (1, b"A", 1) + b'<row r="1"><x:c r="XFD399999"><v>1</v></x:c></row>',
        CELL % (1, b"A", 1) + b'<row r="1"><c r="XFD0000399999"><v>1</v></c></row>',
        CELL % (1, b"A", 1) + b'<row r="1"><c r="AAAAA399999"><v>1</v></c></row>',
        CELL % (1, b"A", 1) + b'<row r="399999">' + b"<c><v>1</v></c>" * 3000 + b"</row>",
        CELL % (1, b"A", 1) + b"<row/>" * 400_000,
    ],
)
@pytest.mark.parametrize("name", ["sheet1.xml", "sheet1.dat", "styles9.xml", "a.png"])
def test_cells_far_apart_are_refused_before_they_cost_memory(tmp_path, cells, name):
    assert ".csv" in refused(tmp_path, sheet_of(cells, name))


@pytest.mark.parametrize("at", range(-24, 2))
def test_a_far_cell_is_found_wherever_the_file_is_cut(tmp_path, monkeypatch, at):
    monkeypatch.setattr(archive, "CHUNK", 4096)
    lines = b"".join(CELL % (line, b"A", line) for line in range(1, 400))
    far = b'<row r="401"><c r   ="XFD1048576"><v>1</v></c></row>'
    head = zipfile.ZipFile(io.BytesIO(sheet_of(b""))).read("xl/worksheets/sheet1.xml").index(b"<sheetData>")
    blanks = b" " * (-(head + len(b"<sheetData>") + len(lines)) % 4096 + at)
    assert ".csv" in refused(tmp_path, sheet_of(lines + blanks + far))


def test_cells_without_places_of_their_own_are_counted_along(tmp_path):
    """Some software leaves the places out; as long as the sheet is small, it is read."""
    rows = b"".join(b"<row><c><v>%d</v></c></row>" % number for number in range(30))
    archive.check_xlsx(kept(tmp_path, sheet_of(rows)))


def shared(text, cells):
    """A workbook whose cells all refer to one shared text."""
    places = b"".join(b'<c r="%c%d" t="s"><v>0</v></c>' % (65 + n % 26, 1 + n // 26) for n in range(cells))
    target = io.BytesIO(sheet_of(b'<row r="1">' + places + b"</row>"))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/sharedStrings.xml", text)
    return target.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        b"<sst><si><t>%s</t></si></sst>",
        b"<x:sst><x:si><x:t>%s</x:t></x:si></x:sst>",
        b"<sst><si><t>%s</si></sst>",
        b"<sst><si><t>%s</t><!--<si>--></si></sst>",
        b'<sst><si><t>%s</t><r a="><si>"/></si></sst>',
    ],
)
def test_shared_texts_that_unfold_in_memory_are_refused(tmp_path, text):
    assert ".csv" in refused(tmp_path, shared(text % (b"y" * 200_000), 16_000))
    archive.check_xlsx(kept(tmp_path, shared(text % (b"y" * 2000), 16_000)))


@pytest.mark.parametrize("name", ["xl/worksheets/xsharedStrings.xml", "a/sharedStrings.xml"])
def test_a_member_called_like_the_shared_texts_hides_none(tmp_path, name):
    """Neither a sheet of that name nor other texts before the real ones."""
    content = shared(b"<sst><si><t>%s</t></si></sst>" % (b"y" * 200_000), 16_000)
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as good,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book,
    ):
        if name.startswith("a/"):
            book.writestr(name, b"<sst>" + b"<si><t>x</t></si>" * 10 + b"</sst>")
        for member in good.infolist():
            called = (
                name if name.startswith("xl/") and member.filename.endswith("sheet1.xml") else member.filename
            )
            book.writestr(called, good.read(member))
    with pytest.raises(FileRefused):
        archive.check_xlsx(kept(tmp_path, target.getvalue()))


def test_many_short_shared_texts_and_a_long_one_are_read(tmp_path):
    texts = b"".join(b"<si><t>%s</t></si>" % (b"y" * length) for length in (10, 200_000))
    archive.check_xlsx(kept(tmp_path, shared(b"<sst>" + texts + b"</sst>", 16_000)))


def test_a_tag_without_an_end_is_not_kept_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "CHUNK", 4096)
    assert refused(tmp_path, sheet_of(b'<row r="1"><c r' + b" " * 20_000 + b'="XFD1048576"/></row>'))


def test_zip_bombs_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "RATIO_FROM", 1024 * 1024)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/workbook.xml", "<workbook/>")
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 40_000_000)
    assert refused(tmp_path, target.getvalue())


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "export.xlsx"),
        (b"", "export.csv"),
        (b"<html>", "export.xlsx"),
        (b"a,b\n1,2\n", "export.xlsx"),
        (b"MZ", "export.exe"),
        (b"PK\x03\x04 truncated", "export.xlsx"),
        (b"PK\x03\x04 truncated", "export.csv"),
        (b"%PDF-1.7", "export.csv"),
        (b"a\0b,c\n", "export.csv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "export.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "export.xls"),
        (b"Ten,Tuoi\nA,1\n", "export.csv"),
    ],
)
def test_other_files_are_refused_with_a_reason(tmp_path, content, name):
    assert refused(tmp_path, content, name)


def test_a_truncated_workbook_is_refused(tmp_path):
    whole = books.xlsx([books.row(number) for number in range(1, 200)])
    for cut in (len(whole) // 3, len(whole) // 2, len(whole) - 30):
        assert refused(tmp_path, whole[:cut])


def test_missing_columns_are_named(tmp_path):
    header = [name for name in books.HEADER if name not in {"Ngày hẹn trả", "Trạng thái"}]
    assert "Mã hồ sơ" in refused(tmp_path, books.xlsx([books.row(1)], header=header))


def test_a_unit_is_found_by_the_name_it_had_then():
    old, new = uuid.uuid4(), uuid.uuid4()
    index = UnitIndex(
        [
            UnitName(old, "Phòng Cũ", dt.date(2020, 1, 1), dt.date(2025, 6, 30)),
            UnitName(new, "Phòng Cũ", dt.date(2025, 7, 1)),
            UnitName(old, "Phòng Mới", dt.date(2025, 7, 1)),
        ]
    )
    assert index.find("PHÒNG  CŨ", [dt.date(2025, 5, 1)]) == old
    assert index.find(unicodedata.normalize("NFD", "Phòng cũ"), [dt.date(2025, 8, 1)]) == new
    assert index.find("Phòng Mới", [dt.date(2025, 5, 1)]) is None
    assert index.find("Phong Cu", [dt.date(2025, 5, 1)]) is None


def test_a_name_means_one_unit_from_its_first_to_its_last_entry():
    """A unit that got another leader keeps its name: its rows are still read by look-ups alone."""
    one, other = uuid.uuid4(), uuid.uuid4()
    index = UnitIndex(
        [
            UnitName(one, "Văn phòng", dt.date(2020, 1, 1), dt.date(2024, 12, 31)),
            UnitName(one, "Văn phòng", dt.date(2025, 1, 1)),
            UnitName(one, "Phòng Cũ", dt.date(2020, 1, 1), dt.date(2024, 12, 31)),
            UnitName(one, "Phòng Cũ", dt.date(2025, 7, 1)),
            UnitName(other, "Phòng Cũ", dt.date(2025, 1, 1), dt.date(2025, 6, 30)),
            UnitName(one, "Một cửa"),
            UnitName(other, "Một cửa", dt.date(2025, 1, 1)),
        ]
    )
    assert index.span("Văn phòng", one) == (one.hex, "2019-12-31T17:00:00+00:00", "9")
    assert index.span("Phòng Cũ", one) == (one.hex, "2025-06-30T17:00:00+00:00", "9")
    assert index.span("Phòng Cũ", other) == (
        other.hex, "2024-12-31T17:00:00+00:00", "2025-06-30T16:59:59+00:00",
    )  # fmt: skip
    assert index.span("Một cửa", one) is None
    assert index.span("Văn phòng", other) is None
