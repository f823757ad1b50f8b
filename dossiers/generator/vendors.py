"""Exports in the forms of further vendors: other titles, orders, words, dates, separators and encodings.

None of these titles and words is known to the portal beforehand; `Vendor.columns` and `Vendor.words` say what
a person who knows the vendor would answer on the preview page.
"""

import csv
import datetime as dt
import io
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import xlsxwriter

from dossiers.generator.files import people
from dossiers.generator.histories import Moment, Row

STATUSES = (
    "Đang giải quyết", "Yêu cầu bổ sung", "Đã có kết quả", "Đã trả kết quả", "Từ chối giải quyết",
    "Từ chối tiếp nhận", "Rút hồ sơ", "Dừng giải quyết",
)  # fmt: skip
STATUS_VALUES = dict(
    zip(
        STATUSES,
        ("processing", "supplement", "result", "returned", "rejected", "refused", "withdrawn", "stopped"),
        strict=True,
    )
)
CHANNEL_VALUES = {"Trực tuyến": "online", "Trực tiếp": "in_person", "Bưu chính công ích": "postal"}
LEVEL_VALUES = {"Toàn trình": "full", "Một phần": "partial"}
Writer = Callable[["Vendor", Iterable[list[Any]]], bytes]
MOMENTS = ("received", "due", "extended", "asked", "answered", "result", "returned")


@dataclass(frozen=True)
class Vendor:
    """One vendor's form. `titles` is in the order of its columns; "" stands for columns of no interest."""

    name: str
    titles: tuple[tuple[str, str], ...]
    status: tuple[str, ...]
    channel: tuple[str, str, str]
    level: tuple[str, str]
    units: Callable[[str], str]
    date: Callable[[Moment], Any]
    dates: str
    write: "Writer"

    @property
    def columns(self) -> dict[str, str]:
        """What each title holds: a field of the portal, "personal" or ""."""
        return {title: field for title, field in self.titles if title}

    @property
    def words(self) -> dict[str, dict[str, str]]:
        """What each word means; units under the name the portal knows."""
        return {
            "status": dict(zip(self.status, STATUS_VALUES.values(), strict=True)),
            "channel": dict(zip(self.channel, CHANNEL_VALUES.values(), strict=True)),
            "level": dict(zip(self.level, LEVEL_VALUES.values(), strict=True)),
        }

    def export(self, rows: Iterable[Row]) -> bytes:
        """The bytes of an export; dossiers with a result stand in it once per step."""
        return self.write(self, self._lines(rows))

    def _lines(self, rows: Iterable[Row]) -> Iterator[list[Any]]:
        for number, (row, name, identity, telephone) in enumerate(people(rows), start=1):
            steps = [row]
            if row.result is not None and number % 3 == 0:
                before = replace(row, status="Đang giải quyết", result=None, returned=None, rating=None)
                steps.insert(0, before)
            for step in steps:
                yield self._line(number, step, name, identity, telephone)

    def _line(self, number: int, row: Row, name: str, identity: str, telephone: str) -> list[Any]:
        channels = dict(zip(CHANNEL_VALUES, self.channel, strict=True))
        levels = dict(zip(LEVEL_VALUES, self.level, strict=True))
        values: dict[str, Any] = {
            "": number,
            "code": row.code,
            "procedure_code": row.kind.code,
            "procedure_name": row.kind.name,
            "field": row.kind.field,
            "level": levels.get(row.kind.level, ""),
            "channel": channels[row.channel],
            "unit": self.units(row.kind.unit),
            "officer_code": row.officer,
            "status": dict(zip(STATUSES, self.status, strict=True))[row.status],
            "rating": "" if row.rating is None else row.rating,
        }
        fields = ("received_at", "due_original_at", "due_extended_at", "supplement_requested_at",
                  "supplement_received_at", "result_at", "returned_at")  # fmt: skip
        for field, moment in zip(fields, MOMENTS, strict=True):
            at = getattr(row, moment)
            values[field] = self.date(at) if at else ""
        persons = iter((name, identity, telephone))
        return [next(persons) if field == "personal" else values[field] for _title, field in self.titles]


def _text(
    delimiter: str, encoding: str, form: Literal["NFC", "NFD"] = "NFC"
) -> "Callable[[Vendor, Iterable[list[Any]]], bytes]":
    def write(vendor: Vendor, lines: Iterable[list[Any]]) -> bytes:
        target = io.StringIO()
        writer = csv.writer(target, delimiter=delimiter)
        writer.writerow([title for title, _field in vendor.titles])
        writer.writerows(lines)
        text = unicodedata.normalize(form, target.getvalue())
        return (_tones_apart(text) if encoding == "cp1258" else text).encode(encoding)

    return write


def _tones_apart(text: str) -> str:
    """Windows-1258 has the letters ă â đ ê ô ơ ư, but most tones only as marks of their own."""
    found = []
    for letter in text:
        try:
            letter.encode("cp1258")
            found.append(letter)
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            tones = "".join(mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323")
            base = "".join(mark for mark in parts if mark not in tones)
            found.append(unicodedata.normalize("NFC", base) + tones)
    return "".join(found)


def _book(vendor: Vendor, lines: Iterable[list[Any]]) -> bytes:
    """Titles, a header in two merged lines, real dates, a subtotal in between, totals and a signature."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    cover, sheet = book.add_worksheet("Bìa"), book.add_worksheet("Chi tiết")
    cover.write_string(0, 0, "BÁO CÁO CHI TIẾT HỒ SƠ")
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    last = len(vendor.titles) - 1
    sheet.merge_range(0, 0, 0, last, "ỦY BAN NHÂN DÂN TỈNH")
    sheet.merge_range(1, 0, 1, last, "SỔ THEO DÕI HỒ SƠ (Tính đến 31/12/2025 23:59:59)")
    for column, (title, _field) in enumerate(vendor.titles):
        sheet.write_string(3, column, title)
    number = 3
    for number, line in enumerate(lines, start=4):
        for column, cell in enumerate(line):
            if isinstance(cell, dt.datetime):
                sheet.write_datetime(number, column, cell, moment)
            elif cell != "":
                sheet.write(number, column, cell)
    sheet.write_row(number + 1, 1, ["Tổng cộng", number - 3])
    sheet.write_string(number + 3, 2, "NGƯỜI LẬP BIỂU")
    book.close()
    return target.getvalue()


def _short_unit(name: str) -> str:
    """A unit as a vendor abbreviates it: capital letters of its words."""
    return "".join(word[0] for word in name.replace("-", " ").split()).upper()


NIGHTLY = Vendor(
    name="Một cửa Bình Minh",
    titles=(
        ("Tình hình xử lý", "status"),
        ("Số HS điện tử", "code"),
        ("Mã DV", "procedure_code"),
        ("Dịch vụ", "procedure_name"),
        ("Nhóm", "field"),
        ("Cấp độ", "level"),
        ("Nơi nhận", "channel"),
        ("Nhận lúc", "received_at"),
        ("Phải trả trước", "due_original_at"),
        ("Dời hẹn", "due_extended_at"),
        ("Đòi giấy tờ", "supplement_requested_at"),
        ("Đủ giấy tờ", "supplement_received_at"),
        ("Ký xong", "result_at"),
        ("Phát", "returned_at"),
        ("Bộ phận làm", "unit"),
        ("Người làm", "officer_code"),
        ("Sao", "rating"),
        ("Khách", "personal"),
        ("Giấy tờ tùy thân", "personal"),
        ("Liên lạc", "personal"),
    ),
    status=(
        "Đang làm",
        "Treo chờ giấy tờ",
        "Xong chưa phát",
        "Xong đã phát",
        "Bác",
        "Không nhận từ đầu",
        "Khách rút",
        "Ngưng",
    ),
    channel=("Cổng", "Quầy", "Thư"),
    level=("Mức 4", "Mức 3"),
    units=_short_unit,
    date=lambda moment: f"{moment:%d/%m/%y %H:%M}",
    dates="dmy2",
    write=_text("\t", "utf-16", "NFD"),
)
AMERICAN = Vendor(
    name="eGov Suite",
    titles=(
        ("", ""),
        ("DOSSIER_NO", "code"),
        ("APPLICANT", "personal"),
        ("ID_NUMBER", "personal"),
        ("PHONE", "personal"),
        ("SERVICE_ID", "procedure_code"),
        ("SERVICE_TITLE", "procedure_name"),
        ("DOMAIN", "field"),
        ("LVL", "level"),
        ("SUBMITTED_VIA", "channel"),
        ("RECEIVED_ON", "received_at"),
        ("PROMISED_ON", "due_original_at"),
        ("EXTENDED_TO", "due_extended_at"),
        ("INFO_REQUESTED_ON", "supplement_requested_at"),
        ("INFO_GOT_ON", "supplement_received_at"),
        ("DECIDED_ON", "result_at"),
        ("DELIVERED_ON", "returned_at"),
        ("OFFICE", "unit"),
        ("CLERK", "officer_code"),
        ("STATE", "status"),
        ("STARS", "rating"),
    ),
    status=("OPEN", "ON HOLD", "READY", "DELIVERED", "DENIED", "NOT ACCEPTED", "WITHDRAWN", "HALTED"),
    channel=("WEB", "DESK", "MAIL"),
    level=("END-TO-END", "PARTLY"),
    units=lambda name: name,
    date=lambda moment: f"{moment:%m/%d/%Y %H:%M:%S}",
    dates="mdy",
    write=_text("^", "cp1258"),
)
WORKBOOK = Vendor(
    name="Sổ theo dõi Excel",
    titles=(
        ("STT", ""),
        ("Phòng ban phụ trách", "unit"),
        ("Chuyên viên phụ trách", "officer_code"),
        ("Họ và tên người nộp", "personal"),
        ("Số CCCD", "personal"),
        ("ĐT", "personal"),
        ("Mã số hồ sơ điện tử", "code"),
        ("Mã số thủ tục", "procedure_code"),
        ("Tên của thủ tục", "procedure_name"),
        ("Thuộc lĩnh vực", "field"),
        ("Mức độ cung cấp dịch vụ", "level"),
        ("Hình thức hồ sơ đến", "channel"),
        ("Thời điểm tiếp nhận hồ sơ", "received_at"),
        ("Thời điểm hẹn trả kết quả", "due_original_at"),
        ("Thời điểm gia hạn", "due_extended_at"),
        ("Thời điểm yêu cầu bổ sung", "supplement_requested_at"),
        ("Thời điểm nhận đủ bổ sung", "supplement_received_at"),
        ("Thời điểm có kết quả", "result_at"),
        ("Thời điểm trả kết quả", "returned_at"),
        ("Trạng thái xử lý hồ sơ", "status"),
        ("Đánh giá của công dân", "rating"),
    ),
    status=STATUSES,
    channel=("Trực tuyến", "Trực tiếp", "Bưu chính công ích"),
    level=("Toàn trình", "Một phần"),
    units=lambda name: name.upper(),
    date=lambda moment: moment,
    dates="",
    write=_book,
)
VENDORS = (NIGHTLY, AMERICAN, WORKBOOK)
