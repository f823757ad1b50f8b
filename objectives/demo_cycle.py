"""The yearly cycle of the demonstration: reviews, acknowledgement, objectives of three units.

Invented, in words of our own; everything goes through the services.
"""

import datetime as dt

from objectives import services
from objectives.demo import FIRST_YEAR, paper_through, person
from objectives.models import ObjectiveReview, ObjectiveSet, SetState
from objectives.selectors.telling import told
from qms import clock
from qms.calendars import calendar_for
from qms.models import Agency, OrgUnit, Person

LIVE = [SetState.IN_FORCE, SetState.CLOSED]
UNITS = (("TDC", "accepted"), ("QLKH", "committed"), ("VP", "draft"))
"""Units with objectives of their own, and how far they are."""
LEFT_UNREAD = 4
REVIEWED_ON = dt.date(FIRST_YEAR + 1, 1, 12)
REPORTED_ON = dt.date(FIRST_YEAR + 1, 1, 15)
CAUSES = {
    "1": (
        "Một số thủ tục do Trung ương công bố cuối tháng, đơn vị cập nhật quy trình nội bộ chậm vài ngày.",
        "Giao một đầu mối theo dõi công bố mới hằng tuần; cập nhật trong 03 ngày làm việc.",
    ),
    "2b": (
        "Người nộp hồ sơ ở xa, lớn tuổi còn nộp trực tiếp; một số thủ tục yêu cầu bản chính khổ lớn.",
        "Bố trí người hỗ trợ nộp trực tuyến tại Bộ phận Một cửa; số hóa bản chính ngay khi tiếp nhận.",
    ),
    "3a": (
        "Hồ sơ tăng vào cuối quý, một số hồ sơ lấy ý kiến cơ quan khác trả lời chậm.",
        "Nhắc việc trước hạn 02 ngày; đôn đốc cơ quan phối hợp bằng văn bản khi quá nửa thời hạn.",
    ),
    "3b": (
        "Phiếu chấm mức trung bình tập trung ở thời gian chờ và hướng dẫn bổ sung hồ sơ nhiều lần.",
        "Chuẩn hóa phiếu hướng dẫn một lần; trưởng phòng xem lại mọi hồ sơ phải bổ sung.",
    ),
    "4a": (
        "Lớp bồi dưỡng theo vị trí việc làm quý IV bị hoãn do đơn vị tổ chức đổi lịch.",
        "Đăng ký bù ngay quý I năm sau; Văn phòng theo dõi danh sách chưa học.",
    ),
}
OTHER = (
    "Số liệu các đơn vị báo cáo chưa đạt mức đã công bố ở thời điểm đánh giá.",
    "Đơn vị phụ trách lập kế hoạch khắc phục và báo cáo Ban ISO hằng tháng.",
)
CONCLUSION = (
    "Các chỉ tiêu về cung cấp dịch vụ công trực tuyến và chữ ký số giữ vững kết quả.\n"
    "Thời gian tới tập trung vào chỉ tiêu chưa đạt theo biện pháp nêu trong từng chỉ tiêu."
)
COMMENT = "Đề nghị các phòng gắn biện pháp với thời hạn cụ thể và báo cáo tại cuộc họp giao ban."


def load(agency: Agency) -> None:
    """Only what is missing."""
    this_year = clock.today().year
    for one in ObjectiveSet.objects.filter(agency=agency, unit=None, state__in=LIVE).order_by("year"):
        if one.year == FIRST_YEAR:
            report_of_the_first_year(one)
        if one.year == this_year and clock.today() >= dt.date(this_year, 7, 1):
            review(one, ObjectiveReview.Kind.HALF)
        if one.year == this_year and one.state == SetState.IN_FORCE:
            derive(one)
            read(one)


def report_of_the_first_year(one: ObjectiveSet) -> None:
    """The year-end review, held in January, and its report: signed, numbered, in the register of papers."""
    with clock.at(min(REVIEWED_ON, clock.today())):
        review(one, ObjectiveReview.Kind.YEAR)
    made = one.reviews.select_related("paper__agency").get(kind=ObjectiveReview.Kind.YEAR)
    one.reviews.filter(pk=made.pk).update(created_at=made.figures_at)
    made.comments.update(created_at=made.figures_at)
    paper_through(made.paper, signer=person(one.agency, "lanhdao"), issued_on=REPORTED_ON)


def review(one: ObjectiveSet, kind: str) -> None:
    """Drafted by the secretary, explained where missed, commented, approved by the head of the committee."""
    if one.reviews.filter(kind=kind).exists():
        return
    secretary, head = person(one.agency, "thuky"), person(one.agency, "truongban")
    made = services.review_start(one, kind=kind, acting=secretary)
    for line in made.lines.select_related("target", "review"):
        if line.is_missed:
            cause, measure = CAUSES.get(line.target.code, OTHER)
            services.review_line_judge(
                line, status=line.status, cause=cause, measure=measure, acting=secretary
            )
    services.review_conclude(made, conclusion=CONCLUSION, acting=secretary)
    services.review_comment(made, text=COMMENT, acting=head)
    services.review_submit(made, acting=secretary)
    approved = services.review_approve(made, acting=head)
    services.review_report(approved, signer=person(one.agency, "lanhdao"), acting=secretary)


def derive(one: ObjectiveSet) -> None:
    """Three units: one in force, one waiting to be accepted, one still a draft."""
    secretary = person(one.agency, "thuky")
    for code, how_far in UNITS:
        unit = OrgUnit.objects.get(agency=one.agency, code=code)
        if ObjectiveSet.objects.filter(agency=one.agency, unit=unit, year=one.year).exists():
            continue
        head = _head(unit)
        if head is None:
            continue
        targets = one.targets.prefetch_related("reporting")
        made = services.unit_set_derive(
            one,
            unit=unit,
            targets=[target for target in targets if services.concerns(target, unit)],
            acting=head,
        )
        if how_far != "draft":
            services.set_submit(made, acting=head)
        if how_far == "accepted":
            services.set_approve(made, acting=secretary)


def _head(unit: OrgUnit) -> Person | None:
    found: Person | None = Person.objects.filter(
        agency=unit.agency, unit=unit, role_assignments__role="unit_head"
    ).first()
    return found


def read(one: ObjectiveSet) -> None:
    """Made known to all staff; a few have not read it yet."""
    if told(one) is not None:
        return
    due = calendar_for(one.agency, clock.today()).add_working_days(clock.today(), 10)
    services.set_tell(
        one,
        due=due,
        message="Mời đồng chí đọc mục tiêu chất lượng của cơ quan và xác nhận.",
        acting=person(one.agency, "thuky"),
    )
    for reader in services.audience(one)[LEFT_UNREAD:]:
        services.set_acknowledge(one, acting=reader)
