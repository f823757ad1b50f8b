"""Small exports for tests, written cell by cell."""

import csv
import io

import openpyxl

from dossiers.generator.files import HEADER

ROW = {
    "STT": 1,
    "Mã hồ sơ": "000.00.16.H19-250102-0001",
    "Mã TTHC": "1.004111.H19",
    "Tên thủ tục hành chính": "Công bố sử dụng dấu định lượng",
    "Lĩnh vực": "Tiêu chuẩn đo lường chất lượng",
    "Mức độ DVC": "Một phần",
    "Chủ hồ sơ": "Trần Thị Riêng Tư",
    "Số CCCD/MST": "075123456789",
    "Số điện thoại": "0912345678",
    "Hình thức nộp": "Trực tuyến",
    "Ngày tiếp nhận": "02/01/2025 08:00",
    "Ngày hẹn trả": "09/01/2025 08:00",
    "Ngày gia hạn": "",
    "Ngày yêu cầu bổ sung": "",
    "Ngày nhận bổ sung": "",
    "Ngày có kết quả": "08/01/2025 09:00",
    "Ngày trả kết quả": "",
    "Đơn vị thụ lý": "Văn phòng Sở",
    "Cán bộ thụ lý": "cb01",
    "Trạng thái": "Đã có kết quả",
    "Đánh giá": 5,
}


def row(number=1, **changes):
    """A good row; `number` makes its code, keyword arguments use the title of the column."""
    return ROW | {"STT": number, "Mã hồ sơ": f"000.00.16.H19-250102-{number:04d}"} | changes


def xlsx(rows, *, titles=(), header=HEADER, tail=()):
    """The bytes of a workbook: title lines, header, rows, lines below."""
    book = openpyxl.Workbook()
    sheet = book.active
    for title in titles:
        sheet.append([title])
    sheet.append(list(header))
    for values in rows:
        sheet.append([values.get(name) for name in header])
    for line in tail:
        sheet.append(line)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def text(rows, *, delimiter=",", header=HEADER, encoding="utf-8"):
    """The bytes of a CSV file."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows([values.get(name, "") for name in header] for values in rows)
    return target.getvalue().encode(encoding)
