"""Tables from Word, Excel and the clipboard: merged cells, nested numbering, columns by their heads."""

import io

import pytest
import xlsxwriter
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from objectives import tables

NAMES = {
    "number": ("STT", "TT"),
    "text": ("Nội dung công việc", "Nội dung"),
    "time": ("Thời gian", "Thời gian thực hiện"),
    "lead": ("Chủ trì",),
    "help": ("Phối hợp",),
}


def word(rows, merges=()):
    document = Document()
    table = document.add_table(len(rows), len(rows[0]))
    for y, row in enumerate(rows):
        for x, text in enumerate(row):
            table.cell(y, x).text = text
    for (y1, x1), (y2, x2) in merges:
        kept = table.cell(y1, x1).text
        table.cell(y1, x1).merge(table.cell(y2, x2)).text = kept
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def excel(rows, merges=()):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for y, row in enumerate(rows):
        sheet.write_row(y, 0, row)
    for (y1, x1), (y2, x2) in merges:
        sheet.merge_range(y1, x1, y2, x2, rows[y1][x1])
    book.close()
    return out.getvalue()


ROWS = [
    ["TT", "Nội dung", "Đơn vị", "", "Thời gian"],
    ["", "", "Chủ trì", "Phối hợp", ""],
    ["I", "CÔNG TÁC CHUNG", "", "", ""],
    ["1", "Lập kế hoạch", "Phòng A", "Phòng B", "Quý I"],
    ["2", "Đánh giá", "Phòng A", "", "Quý II-III"],
    ["2.1", "Lập chương trình", "Phòng A", "", "Quý II"],
    ["2.2", "Tiến hành", "Phòng C", "", "Quý III"],
    ["II", "CÔNG TÁC KHÁC", "", "", ""],
    ["3", "Báo cáo", "Phòng A", "", "Quý IV"],
]
MERGES = [((0, 2), (0, 3)), ((3, 2), (5, 2)), ((2, 1), (2, 4))]


@pytest.mark.parametrize("write", [word, excel])
def test_merged_cells_and_nested_numbers_are_read(write):
    table = tables.read_file("ke-hoach", write(ROWS, MERGES))[0]
    start, columns = tables.find_columns(table, NAMES, ["text", "lead"])
    assert start == 2
    assert columns == {"number": 0, "text": 1, "lead": 2, "help": 3, "time": 4}
    rows = tables.numbered(table, start, columns["number"], columns["text"])
    assert [row.number for row in rows] == ["I", "1", "2", "2.1", "2.2", "II", "3"]
    assert [row.level for row in rows] == [0, 1, 1, 2, 2, 0, 1]
    assert [row.cells[2].text for row in rows[1:4]] == ["Phòng A"] * 3
    assert [row.cells[2].from_above for row in rows[1:4]] == [False, True, True]


def test_rows_are_pasted_as_text_or_as_html():
    pasted = tables.read_pasted('STT\tNội dung\tChủ trì\n1\t"Việc một\nhai dòng"\tPhòng A\n')[0]
    assert pasted.rows[1].texts == ["1", "Việc một\nhai dòng", "Phòng A"]
    html = """<table><tr><th>STT</th><th>Nội dung</th><th>Chủ trì</th></tr>
    <tr><td>1</td><td>Việc <b>một</b></td><td rowspan=2>Phòng A</td></tr>
    <tr><td>2</td><td>Việc hai</td></tr></table>"""
    table = tables.read_pasted(html)[0]
    assert table.rows[2].texts == ["2", "Việc hai", "Phòng A"]
    assert table.rows[2].cells[2].from_above


def test_numbers_that_word_counts_itself_are_written_out():
    document = Document()
    table = document.add_table(3, 2)
    for y, text in enumerate(["Nội dung", "Việc một", "Việc hai"]):
        table.cell(y, 1).text = text
    for y in (1, 2):
        table.cell(y, 0).paragraphs[0].style = "List Number"
        numbering = table.cell(y, 0).paragraphs[0]._p.get_or_add_pPr().get_or_add_numPr()
        numbering.get_or_add_numId().val = 1
    out = io.BytesIO()
    document.save(out)
    rows = tables.read_file("x.docx", out.getvalue())[0].rows
    assert [row.texts[0] for row in rows] == ["", "1", "2"]


@pytest.mark.parametrize("content", [b"", b"not a file", b"PK\x03\x04 broken"])
def test_what_is_no_table_is_refused(content):
    with pytest.raises(tables.TableError):
        tables.read_file("x.docx", content)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (["1", "2", "3"], [0, 0, 0]),
        (["I", "1", "a", "b", "2", "II", "1"], [0, 1, 2, 2, 1, 0, 1]),
        (["1", "1.1", "1.1.1", "1.2", "2"], [0, 1, 2, 1, 0]),
        (["1", "-", "-", "2", "-"], [0, 1, 1, 0, 1]),
        (["1", "", "2"], [0, 1, 0]),
        ([], []),
    ],
)
def test_levels_follow_the_way_rows_are_numbered(numbers, expected):
    assert tables.levels(numbers) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. Việc", ("1", "Việc")),
        ("2.1) Việc", ("2.1", "Việc")),
        ("- Việc", ("-", "Việc")),
        ("Việc", ("", "Việc")),
        ("100% hồ sơ", ("", "100% hồ sơ")),
        ("a ha", ("", "a ha")),
        ("II. CHUNG", ("II", "CHUNG")),
    ],
)
def test_a_number_at_the_beginning_of_a_text_is_split_off(text, expected):
    assert tables.split_number(text) == expected


@given(st.text(max_size=200))
def test_nothing_pasted_breaks_the_reader(text):
    try:
        for table in tables.read_pasted(text):
            tables.find_columns(table, NAMES, ["text"])
            assert len({len(row.cells) for row in table.rows}) <= 1
            tables.numbered(table, 0, 0, 1)
    except tables.TableError:
        pass


@given(
    st.lists(st.sampled_from(["I", "II", "1", "2", "1.1", "1.2", "1.1.1", "a", "b", "-", ""]), max_size=30)
)
def test_no_row_is_more_than_one_deeper_than_the_row_above(numbers):
    found = tables.levels(numbers)
    assert all(later <= earlier + 1 for earlier, later in zip([-1, *found], found, strict=False))
