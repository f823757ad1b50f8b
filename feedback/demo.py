"""Complaints, reported problems and suggestions of the demonstration, made through the services.

All citizens are invented. Every step happens on its day; what has not come yet is left out.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from dossiers.models import Procedure
from feedback import personal, reports, services
from feedback.models import Feedback, SatisfactionReport
from qms import agency_settings, clock, files
from qms.models import Agency, OrgUnit, Person

FIRST_DAY = dt.date(2025, 4, 16)


@dataclass(frozen=True)
class DemoCase:
    """One case: when it came, by which way, about what; who answered after how many days, and how."""

    day: dt.date
    kind: str
    channel: str
    unit: str
    procedure: str
    subject: str
    content: str
    handler: str
    answer_after: int
    finding: str
    answer: str
    satisfied: str = ""
    note: str = ""
    extended_to: int = 0


CASES = (
    DemoCase(
        dt.date(2025, 4, 22),
        "report",
        "phone",
        "TDC",
        "1.008402.H19",
        "Giấy hẹn ghi sai số điện thoại liên hệ",
        "Giấy hẹn trả kết quả ghi số điện thoại không liên lạc được, phải đến tận nơi để hỏi.",
        "chuyenvien",
        5,
        "founded",
        "Đã sửa số điện thoại trên mẫu giấy hẹn, rà soát các giấy hẹn đã cấp và gửi lời xin lỗi.",
        "satisfied",
    ),
    DemoCase(
        dt.date(2025, 5, 20),
        "suggestion",
        "box",
        "VP",
        "",
        "Thêm chỗ ngồi chờ và nước uống tại Bộ phận Một cửa",
        "Buổi sáng đông người, chỗ ngồi không đủ; đề nghị bố trí thêm ghế và nước uống.",
        "chanhvanphong",
        9,
        "founded",
        "Đã bổ sung 12 ghế và bình nước tại khu vực chờ từ ngày 02/6/2025.",
        "satisfied",
    ),
    DemoCase(
        dt.date(2025, 7, 8),
        "report",
        "portal",
        "CDS",
        "1.005970.H19",
        "Không tải được tệp bản vẽ lên cổng dịch vụ công",
        "Tệp thuyết minh 25 MB không tải lên được, hệ thống chỉ báo lỗi chung chung.",
        "truongphong.cds",
        16,
        "partly",
        "Giới hạn dung lượng tệp được nâng lên 50 MB và thông báo lỗi nêu rõ nguyên nhân.",
        "satisfied",
        "",
        18,
    ),
    DemoCase(
        dt.date(2025, 9, 15),
        "complaint",
        "post",
        "BCVT",
        "1.002542.H19",
        "Khiếu nại việc trả lại hồ sơ cấp giấy phép bưu chính",
        "Hồ sơ bị trả lại lần thứ hai với lý do không nêu ở lần yêu cầu bổ sung đầu tiên.",
        "truongphong.bcvt",
        24,
        "founded",
        "Yêu cầu bổ sung lần hai không đúng quy định. Hồ sơ được tiếp nhận lại, đơn vị xin lỗi.",
        "unsatisfied",
        "Kết quả đã có nhưng mất thêm một tháng, mong không lặp lại.",
    ),
    DemoCase(
        dt.date(2025, 11, 4),
        "report",
        "counter",
        "QLKH",
        "1.009387.H19",
        "Hướng dẫn thành phần hồ sơ chưa thống nhất",
        "Hai lần hỏi được hướng dẫn hai danh mục giấy tờ khác nhau.",
        "truongphong",
        8,
        "founded",
        "Đã thống nhất một bảng kiểm thành phần hồ sơ và niêm yết tại quầy.",
        "satisfied",
    ),
    DemoCase(
        dt.date(2026, 1, 21),
        "suggestion",
        "mail",
        "TDC",
        "1.009320.H19",
        "Cho phép nộp kết quả tự đánh giá bằng bản điện tử có ký số",
        "Đề nghị chấp nhận bản ký số thay cho bản giấy để giảm đi lại.",
        "truongphong.tdc",
        12,
        "founded",
        "Từ ngày 15/02/2026 tiếp nhận bản điện tử có ký số đối với thủ tục công bố hợp quy.",
        "satisfied",
    ),
    DemoCase(
        dt.date(2026, 3, 17),
        "report",
        "phone",
        "TDC",
        "1.008411.H19",
        "Quá ngày hẹn chưa được báo kết quả",
        "Đã quá ngày hẹn hai ngày nhưng không nhận được tin nhắn hay cuộc gọi nào.",
        "chuyenvien",
        6,
        "founded",
        "Hồ sơ chậm do chờ kết quả kiểm tra thực tế; đã trả kết quả kèm phiếu xin lỗi và hẹn lại.",
        "unsatisfied",
        "Nên báo trước khi quá hạn chứ không phải sau khi hỏi.",
    ),
    DemoCase(
        dt.date(2026, 5, 12),
        "report",
        "forwarded",
        "CNDM",
        "1.008794.H19",
        "Thời gian thẩm định hợp đồng chuyển giao công nghệ kéo dài",
        "Doanh nghiệp phản ánh qua hội nghị đối thoại về thời gian thẩm định.",
        "truongphong.cn",
        9,
        "unfounded",
        "Hồ sơ được giải quyết trong thời hạn quy định; đã giải thích các mốc thời gian cho doanh nghiệp.",
        "satisfied",
    ),
    DemoCase(
        dt.date(2026, 8, 6),
        "suggestion",
        "open_page",
        "CDS",
        "",
        "Đăng câu hỏi thường gặp về dịch vụ công trực tuyến",
        "Nhiều câu hỏi lặp lại, nên có một trang trả lời chung kèm hình minh họa.",
        "truongphong.cds",
        10,
        "founded",
        "Trang câu hỏi thường gặp đã được đăng với 20 câu hỏi, cập nhật hằng quý.",
    ),
)


def load(agency: Agency) -> None:
    """Everything up to today; what is there already stays."""
    if Feedback.objects.filter(agency=agency).exists():
        return
    today = clock.today()
    with transaction.atomic():
        with clock.at(FIRST_DAY):
            agency_settings.put(agency, personal.SETTING, ["name", "phone"], acting=None)
            agency_settings.put(agency, "feedback.open_page", True, acting=None)
        for one in CASES:
            if one.day <= today:
                _case(agency, one, today)
        _recent(agency, today)
        if today > dt.date(2026, 1, 12):
            _report(agency)


def person(agency: Agency, username: str) -> Person:
    """The demonstration person of an account."""
    found: Person = Person.objects.get(agency=agency, user__username=username)
    return found


def _record(
    agency: Agency, day: dt.date, citizen: dict[str, str], unit: str, procedure: str, **fields: Any
) -> Feedback:
    with clock.at(day):
        return services.feedback_record(
            agency,
            acting=None if fields["channel"] == "open_page" else person(agency, "motcua"),
            citizen=citizen,
            received_on=day,
            unit=OrgUnit.objects.filter(agency=agency, code=unit).first(),
            procedure=Procedure.objects.filter(agency=agency, code=procedure).first(),
            **fields,
        )


def _case(agency: Agency, one: DemoCase, today: dt.date) -> None:
    number = CASES.index(one)
    citizen = {"name": f"Nguyễn Thử Nghiệm {number + 1}", "phone": f"09000001{number:02d}"}
    case = _record(
        agency,
        one.day,
        citizen,
        one.unit,
        one.procedure,
        kind=one.kind,
        channel=one.channel,
        subject=one.subject,
        content=one.content,
    )
    handler, secretary = person(agency, one.handler), person(agency, "thuky")
    with clock.at(one.day):
        case = services.feedback_assign(case, acting=secretary, handler=handler)
        if one.channel == "post":
            letter = "Đơn của công dân (dữ liệu trình diễn, người và việc đều không có thật).".encode()
            kept = files.store(agency, "don-khieu-nai.txt", letter, acting=secretary)
            services.file_add(case, acting=secretary, file=kept, note="Đơn gửi qua đường bưu chính")
    if one.extended_to:
        with clock.at(one.day + dt.timedelta(days=3)):
            deadline = max(one.day + dt.timedelta(days=one.extended_to), case.deadline + dt.timedelta(days=2))
            reason = "Cần phối hợp với đơn vị vận hành phần mềm"
            case = services.feedback_extend(case, acting=secretary, deadline=deadline, reason=reason)
    answered = one.day + dt.timedelta(days=one.answer_after)
    if answered > today:
        return
    with clock.at(answered):
        case = services.answer_submit(case, acting=handler, answer=one.answer, finding=one.finding)
        case = services.answer_confirm(case, acting=person(agency, "truongban"))
    asked = answered + dt.timedelta(days=4)
    if one.satisfied and asked <= today:
        with clock.at(asked):
            desk = person(agency, "motcua")
            services.satisfaction_record(case, acting=desk, satisfaction=one.satisfied, note=one.note)


def _recent(agency: Agency, today: dt.date) -> None:
    """What waits today: one new, one being handled, one whose answer waits for a leader."""
    secretary, handler = person(agency, "thuky"), person(agency, "chuyenvien")
    _record(
        agency,
        today - dt.timedelta(days=1),
        {"name": "Trần Thử Nghiệm"},
        "",
        "",
        kind="suggestion",
        channel="open_page",
        subject="Nhắn tin khi hồ sơ có kết quả",
        content="Đề nghị nhắn tin cho người nộp ngay khi có kết quả để khỏi phải gọi hỏi.",
    )
    for days, procedure, subject, content in (
        (
            30,
            "1.008402.H19",
            "Chứng chỉ in sai năm sinh",
            "Chứng chỉ nhân viên bức xạ vừa nhận ghi sai năm sinh, đề nghị cấp lại.",
        ),
        (
            6,
            "1.008629.H19",
            "Không rõ trạng thái hồ sơ khai báo thiết bị",
            "Tra cứu trên cổng thấy hồ sơ đứng ở bước kiểm tra hơn một tuần, không có giải thích.",
        ),
    ):
        day = today - dt.timedelta(days=days)
        case = _record(
            agency,
            day,
            {"name": "Lê Thử Nghiệm", "phone": "0900000199"},
            "TDC",
            procedure,
            kind="report",
            channel="phone",
            subject=subject,
            content=content,
        )
        with clock.at(day + dt.timedelta(days=1)):
            case = services.feedback_assign(case, acting=secretary, handler=handler)
        if days == 6:
            services.answer_submit(
                case,
                acting=handler,
                answer="Hồ sơ chờ ý kiến chuyên môn; trạng thái trên cổng đã được ghi rõ.",
                finding="partly",
            )


def _report(agency: Agency) -> None:
    """The report of the year 2025, approved in January 2026."""
    if SatisfactionReport.objects.filter(agency=agency, year=2025).exists():
        return
    secretary = person(agency, "thuky")
    with clock.at(dt.date(2026, 1, 9)):
        report = reports.report_draft(agency, year=2025, acting=secretary)
        report = reports.report_edit(
            report,
            acting=secretary,
            assessment=(
                "Mức hài lòng chung qua khảo sát và đánh giá tại Bộ phận Một cửa đạt yêu cầu của mục tiêu "
                "chất lượng. Phản ánh tập trung vào hướng dẫn thành phần hồ sơ, thông báo khi chậm kết quả."
            ),
            measures=(
                "Thống nhất bảng kiểm thành phần hồ sơ của từng thủ tục.\n"
                "Thông báo cho người nộp trước ngày hẹn khi có khả năng chậm."
            ),
        )
        report = reports.report_submit(report, acting=secretary)
    with clock.at(dt.date(2026, 1, 12)):
        reports.report_approve(report, acting=person(agency, "lanhdao"))
