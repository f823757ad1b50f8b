"""The management reviews of the demonstration: 2025 held and concluded, 2026 in preparation."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from audits.models import ManagementReview
from audits.services import reviews
from objectives.demo import person
from qms import clock
from qms.models import Agency
from risks.demo import HEADS

HELD = dt.date(2025, 12, 10)
NOTES = {
    "prior": "Cuộc họp đầu tiên theo cách làm mới; chưa có quyết định kỳ trước.",
    "changes": "Sắp xếp lại đơn vị sau hợp nhất tỉnh; cập nhật chức năng, nhiệm vụ.",
    "satisfaction": "Kết quả khảo sát và phản ánh do Bộ phận Một cửa tổng hợp.",
    "providers": "Đơn vị vận hành phần mềm một cửa xử lý sự cố trong thời hạn; không có vi phạm.",
    "resources": "Đủ nhân lực; cần thêm một máy quét tốc độ cao cho Bộ phận Một cửa.",
    "audits": "Đánh giá nội bộ một đợt trong quý III, các điểm không phù hợp đã có kế hoạch.",
}
EMPTY = "Không phát sinh trong kỳ."


def load(agency: Agency) -> None:
    """The review of 2025 and, once its time has come, that of 2026."""
    secretary, chair = person(agency, "thuky"), person(agency, "truongban")
    people = [person(agency, name) for name in dict.fromkeys(HEADS.values())]
    with clock.at(HELD - dt.timedelta(days=20)):
        review = reviews.review_open(
            agency,
            acting=secretary,
            year=2025,
            title="Họp xem xét của lãnh đạo năm 2025",
            form=ManagementReview.Form.ANNUAL,
            period_from=dt.date(2025, 1, 1),
            period_to=dt.date(2025, 12, 31),
            planned_on=HELD,
            place="Phòng họp tầng 2",
            chair=chair,
            secretary=secretary,
        )
        reviews.attendees_set(review, acting=secretary, people=people)
        for row in review.inputs.all():
            note = NOTES.get(row.topic, "") or ("" if row.lines else EMPTY)
            if note:
                reviews.input_supplement(row, acting=secretary, note=note)
    with clock.at(HELD):
        review = reviews.review_hold(
            review,
            acting=secretary,
            held_on=HELD,
            present=[chair, secretary, *people[:-1]],
            starts_at=dt.time(8),
            ends_at=dt.time(10, 30),
        )
        row = review.inputs.get(topic="processes")
        reviews.input_discuss(
            row,
            acting=secretary,
            opinion="Các phòng đề nghị cảnh báo trước hạn cho mọi quy trình.",
            conclusion="Thống nhất đặt cảnh báo trước hạn cho tất cả quy trình.",
        )
        made = [reviews.decision_add(review, acting=secretary, **one) for one in _decisions(agency)]
        reviews.review_conclude(
            review,
            acting=chair,
            conclusion="HTQLCL phù hợp, đầy đủ và có hiệu lực; tiếp tục duy trì, cải tiến trong năm 2026.",
        )
    if clock.today() > dt.date(2026, 3, 20):
        with clock.at(dt.date(2026, 3, 18)):
            reviews.decision_report(made[0], acting=made[0].owner, note="Đã đặt ngưỡng cho 41 quy trình.")
    if clock.today() > dt.date(2026, 7, 1):
        with clock.at(min(clock.today(), dt.date(2026, 7, 13))):
            reviews.review_open(
                agency,
                acting=secretary,
                year=2026,
                title="Họp xem xét của lãnh đạo năm 2026",
                period_from=dt.date(2026, 1, 1),
                period_to=dt.date(2026, 12, 31),
                planned_on=dt.date(2026, 12, 15),
                place="Phòng họp tầng 2",
                chair=chair,
                secretary=secretary,
            )


def _decisions(agency: Agency) -> Iterator[dict[str, Any]]:
    head, office = person(agency, HEADS["TDC"]), person(agency, HEADS["VP"])
    for kind, topic, text, owner, month in (
        ("improvement", "processes", "Đặt cảnh báo trước hạn 2 ngày cho mọi quy trình", head, 3),
        ("resources", "resources", "Mua một máy quét tốc độ cao cho Bộ phận Một cửa", office, 6),
        ("change", "changes", "Rà soát, ban hành lại các quy trình sau sắp xếp đơn vị", head, 12),
    ):
        day = dt.date(2026, month, 30)
        yield {"kind": kind, "topic": topic, "text": text, "owner": owner, "deadline": day}
