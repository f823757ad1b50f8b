"""Writing invented exports in the forms of two vendors, and reading the first form back."""

import csv
import datetime as dt
import random
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import xlsxwriter

from dossiers.generator.histories import BY_CODE, Moment, Row
from qms.text import nfc

HEADER = (
    "STT", "Mã hồ sơ", "Mã TTHC", "Tên thủ tục hành chính", "Lĩnh vực", "Mức độ DVC", "Chủ hồ sơ",
    "Số CCCD/MST", "Số điện thoại", "Hình thức nộp", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày gia hạn",
    "Ngày yêu cầu bổ sung", "Ngày nhận bổ sung", "Ngày có kết quả", "Ngày trả kết quả", "Đơn vị thụ lý",
    "Cán bộ thụ lý", "Trạng thái", "Đánh giá",
)  # fmt: skip
OTHER_HEADER = (
    "Số hồ sơ", "Trạng thái hồ sơ", "Kênh tiếp nhận", "Mức độ dịch vụ công", "Phòng chuyên môn", "Mã thủ tục",
    "Tên TTHC", "Tên lĩnh vực", "Người nộp hồ sơ", "Địa chỉ", "Điện thoại", "Thời gian tiếp nhận",
    "Hạn trả kết quả", "Ngày hẹn lại", "Yêu cầu bổ sung lúc", "Nhận bổ sung lúc", "Ngày hoàn thành",
    "Trả kết quả lúc", "Chuyên viên", "Mức độ hài lòng",
)  # fmt: skip
OTHER_WORDS = {
    "Đã trả kết quả": "Đã trả", "Đã có kết quả": "Chờ trả kết quả", "Đang giải quyết": "Đang xử lý",
    "Yêu cầu bổ sung": "Chờ bổ sung", "Rút hồ sơ": "Công dân rút hồ sơ", "Dừng giải quyết": "Đã dừng",
    "Từ chối giải quyết": "Không đủ điều kiện giải quyết", "Từ chối tiếp nhận": "Không tiếp nhận",
    "Trực tuyến": "Qua mạng", "Trực tiếp": "Tại quầy", "Bưu chính công ích": "BCCI",
    "Toàn trình": "DVC trực tuyến toàn trình", "Một phần": "DVC trực tuyến một phần",
}  # fmt: skip
OTHER_RATINGS = {
    5: "Rất hài lòng",
    4: "Hài lòng",
    3: "Bình thường",
    2: "Không hài lòng",
    1: "Rất không hài lòng",
}


def people(rows: Iterable[Row]) -> Iterator[tuple[Row, str, str, str]]:
    """Rows with an invented applicant: name, number, telephone."""
    draw = random.Random("people")  # noqa: S311 - invented data, not a secret
    for row in rows:
        name = f"Nguyễn Văn {draw.choice('ABCDEGHKLMN')}"
        yield row, name, f"075{draw.randrange(10**8, 10**9)}", f"09{draw.randrange(10**7, 10**8)}"


def _moment(moment: Moment | None) -> str:
    return f"{moment:%d/%m/%Y %H:%M}" if moment else ""


def lines(rows: Iterable[Row]) -> Iterator[list[Any]]:
    """The body in the vendor's form."""
    for number, (row, name, identity, telephone) in enumerate(people(rows), start=1):
        dates = (row.received, row.due, row.extended, row.asked, row.answered, row.result, row.returned)
        yield [
            number, row.code, row.kind.code, row.kind.name, row.kind.field, row.kind.level, name, identity,
            telephone, row.channel, *map(_moment, dates), row.kind.unit, row.officer, row.status,
            "" if row.rating is None else row.rating,
        ]  # fmt: skip


def write_xlsx(rows: Iterable[Row], target: "IO[bytes] | Path", *, year: int, as_of: Moment) -> int:
    """The vendor's form: four title lines, an empty one, the header, the body, a total; gives the count."""
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_numbers": False})
    sheet = book.add_worksheet("Danh sách hồ sơ")
    sheet.write_string(0, 0, "UBND TỈNH ĐỒNG NAI")
    sheet.write_string(1, 0, "SỞ KHOA HỌC VÀ CÔNG NGHỆ")
    sheet.write_string(2, 0, f"DANH SÁCH HỒ SƠ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH NĂM {year}")
    sheet.write_string(3, 0, f"(Xuất lúc {as_of:%d/%m/%Y %H:%M})")
    sheet.write_row(5, 0, HEADER)
    count = 0
    for count, line in enumerate(lines(rows), start=1):
        sheet.write_row(5 + count, 0, [cell if cell != "" else None for cell in line])
    sheet.write_row(7 + count, 1, ["Tổng cộng", count])
    book.close()
    return count


def write_csv(rows: Iterable[Row], target: IO[str]) -> int:
    """The vendor's columns as plain CSV, without titles; gives the count."""
    writer = csv.writer(target)
    writer.writerow(HEADER)
    count = 0
    for count, line in enumerate(lines(rows), start=1):  # noqa: B007
        writer.writerow(line)
    return count


def write_other_vendor(rows: Iterable[Row], target: IO[str]) -> int:
    """Another vendor's form: other headers, order and words, `;`, ISO dates, NFD, a line for each step."""
    writer = csv.writer(target, delimiter=";")
    writer.writerow([unicodedata.normalize("NFD", title) for title in OTHER_HEADER])
    count = 0
    for row, name, _identity, telephone in people(rows):
        steps = [row]
        if row.result is not None:
            steps.insert(0, replace(row, status="Đang giải quyết", result=None, returned=None, rating=None))
        for step in steps:
            count += 1
            writer.writerow(
                [unicodedata.normalize("NFD", cell) for cell in _other_line(step, name, telephone)]
            )
    return count


def _other_line(row: Row, name: str, telephone: str) -> list[str]:
    def stamp(moment: Moment | None) -> str:
        return f"{moment.isoformat()}+07:00" if moment else ""

    word = OTHER_WORDS
    return [
        row.code, word[row.status], word[row.channel], word.get(row.kind.level, ""), row.kind.unit.upper(),
        row.kind.code, row.kind.name, row.kind.field, name, "1 Đường Thử Nghiệm", telephone,
        *map(stamp, (row.received, row.due, row.extended, row.asked, row.answered, row.result, row.returned)),
        row.officer, OTHER_RATINGS.get(row.rating or 0, ""),
    ]  # fmt: skip


def read_export(path: Path) -> list[Row]:
    """The dossiers of an export in the vendor's form, read by the names of its columns only."""
    import python_calamine

    grid = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    start = next(number for number, cells in enumerate(grid) if "Mã hồ sơ" in cells)
    named = [dict(zip(grid[start], map(str, cells), strict=False)) for cells in grid[start + 1 :]]
    return [_read(cells) for cells in named if cells["Ngày tiếp nhận"]]


def _read(cells: dict[str, str]) -> Row:
    def moment(title: str) -> Moment | None:
        return dt.datetime.strptime(cells[title], "%d/%m/%Y %H:%M") if cells[title] else None  # noqa: DTZ007

    received, due = moment("Ngày tiếp nhận"), moment("Ngày hẹn trả")
    assert received is not None and due is not None
    return Row(
        code=cells["Mã hồ sơ"],
        kind=BY_CODE[cells["Mã TTHC"]],
        channel=nfc(cells["Hình thức nộp"]),
        received=received,
        due=due,
        status=nfc(cells["Trạng thái"]),
        officer=cells["Cán bộ thụ lý"],
        extended=moment("Ngày gia hạn"),
        asked=moment("Ngày yêu cầu bổ sung"),
        answered=moment("Ngày nhận bổ sung"),
        result=moment("Ngày có kết quả"),
        returned=moment("Ngày trả kết quả"),
        rating=int(float(cells["Đánh giá"])) if cells["Đánh giá"] else None,
    )
