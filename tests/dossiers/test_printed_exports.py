"""Exports as they are printed: headers in lines, merged cells, numbers of columns, pages, signatures."""

import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from dossiers.importers import reading
from dossiers.models import Dossier, DossierImport
from qms import jobs
from qms.models import Job, Role
from tests import factories
from tests.dossiers import books

pytestmark = pytest.mark.django_db
GROUPS = ["STT", "Hồ sơ", "", "Thủ tục hành chính", "", "Mốc thời gian", "", "", "Nơi xử lý", "", "Người nộp"]
TITLES = [
    "",
    "Mã",
    "Hình thức",
    "Mã",
    "Tên",
    "Tiếp nhận",
    "Hẹn trả",
    "Có kết quả",
    "Phòng",
    "Tình trạng",
    "Họ tên",
]
LINE = [
    1, "", "Trực tuyến", "1.004111.H19", "Công bố sử dụng dấu định lượng", "02-01-2025 08:00",
    "09-01-2025 5:00 CH", "08-01-2025 09:00", "Văn phòng Sở", "Đã trả kết quả", "Trần Thị Riêng Tư",
]  # fmt: skip


def line(number, **changes):
    cells = list(LINE)
    cells[0], cells[1] = number, f"000.00.16.H19-250102-{number:04d}"
    for index, value in changes.items():
        cells[int(index[1:])] = value
    return cells


def printed(lines, *, merge=()):
    """A workbook with a letterhead, two lines of header, numbers of columns, lines, a total, signatures."""
    book = openpyxl.Workbook()
    sheet = book.active
    above = [["UBND TỈNH", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"], ["BÁO CÁO"], GROUPS, TITLES]
    numbers = [f"({number})" for number in range(1, len(TITLES) + 1)]
    below = [["Tổng cộng", len(lines)], [], ["", "", "Người lập biểu", "", "", "Thủ trưởng đơn vị"]]
    below.append(["", "", "(Ký tên)", "", "", "(Ký tên, đóng dấu)"])
    for cells in [*above, numbers, *lines, *below]:
        sheet.append([cell if cell != "" else None for cell in cells])
    sheet.merge_cells("A3:A4")
    for place in merge:
        sheet.merge_cells(place)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.fixture
def client(login, agency):
    factories.unit(agency, "Văn phòng Sở")
    return login(factories.person(agency, Role.ONE_STOP))


def work():
    for job in Job.objects.filter(state="queued"):
        assert jobs.run(job.pk).state == Job.State.SUCCEEDED


def upload(client, content, name="in.xlsx"):
    client.post(reverse("dossiers:import-upload"), {"file": SimpleUploadedFile(name, content)})
    work()
    return DossierImport.objects.order_by("created_at").last()


def answer(client, one, **changes):
    """Keep what the page proposes, but for the changes."""
    form = client.get(one.get_absolute_url()).context["reading"]
    said = {bound.html_name: bound.initial or "" for bound in form} | {"source": "Nguồn khác"} | changes
    response = client.post(reverse("dossiers:import-reading", args=[one.pk]), said)
    assert response.status_code == 302, response.context["form"].errors
    work()
    one.refresh_from_db()


def into(one):
    return {column["title"]: column["field"] or column["use"] for column in one.understood["columns"]}


def test_a_header_in_several_lines_tells_which_column_is_which(client):
    """“Mã” stands below “Hồ sơ” and below “Thủ tục hành chính”; the group decides."""
    group = ["I. Lĩnh vực Tiêu chuẩn"]
    again = [GROUPS, TITLES]
    one = upload(client, printed([group, line(1), *again, line(2), line(3)]))
    found = into(one)
    assert found["Hồ sơ Mã"] == "code"
    assert found["Thủ tục hành chính Mã"] == "procedure_code"
    assert found["Thủ tục hành chính Tên"] == "procedure_name"
    assert found["Nơi xử lý Phòng"] == "unit"
    assert found["Hồ sơ Hình thức"] == "channel"
    assert found["Người nộp Họ tên"] == "owner"
    assert (one.read_count, one.rejected_count, one.accepted_count) == (3, 0, 3)
    answer(client, one)
    client.post(reverse("dossiers:import-start", args=[one.pk]), {"as_of": "31/12/2025"})
    work()
    dossier = Dossier.objects.get(code=line(1)[1])
    assert f"{dossier.due_original_at:%H:%M}" == "10:00"  # five in the afternoon here


def test_cells_merged_downwards_count_for_each_of_their_lines(client):
    lines = [line(1), line(2, c8=""), line(3, c8="")]
    one = upload(client, printed(lines, merge=["I6:I8"]))
    assert (one.read_count, one.rejected_count) == (3, 0)


@pytest.mark.parametrize(("rows", "columns"), [(0, 1), (3, 0), (2, 4)])
def test_merged_cells_are_filled_in_their_column_wherever_the_table_stands(rows, columns, tmp_path):
    """Rows are counted from the first of the sheet, columns from the first that is used."""
    book = openpyxl.Workbook()
    sheet = book.active
    for number, cells in enumerate([["Đầu", "Đơn vị", "Trả"], ["C1", "Phòng A", "01/02/2025"], ["C2"]]):
        for place, cell in enumerate(cells):
            sheet.cell(rows + number + 1, columns + place + 1, cell)
    sheet.cell(rows + 3, columns + 4, "Đang xử lý")
    # A frame around the table, merged in a column that holds nothing, fills nothing.
    sheet.merge_cells(start_row=1, end_row=rows + 3, start_column=12, end_column=12)
    at = columns + 2
    sheet.merge_cells(start_row=rows + 2, end_row=rows + 3, start_column=at, end_column=at)
    path = tmp_path / "in.xlsx"
    book.save(path)
    with reading.open_sheets(path, path.name) as sheets:
        lines = list(next(sheets).lines)
    assert lines[-1] == (rows + 3, ["C2", "Phòng A", "", "Đang xử lý"])


def test_codes_in_a_way_of_the_source_are_asked_about_once(client, agency):
    own = [line(number, c1=f"TN-2025/{number:05d}") for number in range(1, 16)]
    one = upload(client, printed(own))
    page = client.get(one.get_absolute_url()).content.decode()
    assert "Mã hồ sơ trong tệp này được viết thế nào?" in page
    assert (one.understood["odd_codes"], one.accepted_count) == (True, 0)
    answer(client, one, codes="any")
    assert (one.understood["odd_codes"], one.rejected_count, one.accepted_count) == (False, 0, 15)
    client.post(reverse("dossiers:import-start", args=[one.pk]), {"as_of": "31/12/2025"})
    work()
    assert Dossier.objects.filter(agency=agency, code="TN-2025/00001").exists()
    # The next file of the source is read without a question.
    again = upload(client, printed(own[:3]), "sau.xlsx")
    assert (again.understood["open"], again.unchanged_count) == (False, 3)
    # Answers for a third one are not put under its name.
    third = [title.replace("Mã hồ sơ", "Số hiệu") for title in books.HEADER]
    other = upload(client, books.text([books.row(1)], header=third), "ba.csv")
    assert client.get(other.get_absolute_url()).context["reading"].initial["source"] == ""
    # A file of another source with usual titles is not read by what this one taught.
    usual = upload(client, books.xlsx([books.row(1)]), "thuong.xlsx")
    assert (again.profile.name, usual.profile.code) == ("Nguồn khác", "one-stop")


def test_the_command_refuses_codes_nobody_has_confirmed(agency, tmp_path):
    factories.unit(agency, "Văn phòng Sở")
    path = tmp_path / "in.xlsx"
    path.write_bytes(printed([line(number, c1=f"TN-{number:04d}") for number in range(1, 16)]))
    with pytest.raises(CommandError, match="codes: not in the usual form"):
        call_command("import_dossiers", str(path), "--guess")
    assert not Dossier.objects.exists()


def test_a_date_that_cannot_be_read_is_shown_even_when_all_are_wrong(client):
    """Else nobody can tell how the source writes its days; letters in it stay hidden."""
    days = ("02/01/2025 sáng", "09/01/2025 chiều", "08/01/2025 trưa")
    titles = ("Ngày tiếp nhận", "Ngày hẹn trả", "Ngày có kết quả")
    one = upload(client, books.text([books.row(1, **dict(zip(titles, days, strict=True)))]), "in.csv")
    values = [error.value for error in one.row_errors.all()]
    assert len(values) == 3
    assert all(re.match(r"0\d/01/2025 •+$", value) for value in values)
