"""Demonstration of papers: legal bases of the sector as facts, and a draft under discussion."""

import datetime as dt

from documents.content import PaperContent
from documents.models import LegalBasis, Paper
from documents.services import (
    basis_add,
    basis_change,
    paper_comment,
    paper_from_template,
    paper_update,
)
from qms import clock
from qms.models import Agency, Person

GOVERNMENT = "Chính phủ"
BASES = (
    (
        "Quyết định",
        "19/2014/QĐ-TTg",
        "Thủ tướng Chính phủ",
        dt.date(2014, 3, 5),
        "về việc áp dụng Hệ thống quản lý chất lượng theo Tiêu chuẩn quốc gia TCVN ISO 9001:2008 vào hoạt "
        "động của các cơ quan, tổ chức thuộc hệ thống hành chính nhà nước",
    ),
    (
        "Thông tư",
        "26/2014/TT-BKHCN",
        "Bộ Khoa học và Công nghệ",
        dt.date(2014, 10, 10),
        "quy định chi tiết thi hành Quyết định số 19/2014/QĐ-TTg",
    ),
    ("Nghị định", "110/2004/NĐ-CP", GOVERNMENT, dt.date(2004, 4, 8), "về công tác văn thư"),
    ("Nghị định", "30/2020/NĐ-CP", GOVERNMENT, dt.date(2020, 3, 5), "về công tác văn thư"),
)
REPLACED = (("110/2004/NĐ-CP", "30/2020/NĐ-CP", dt.date(2020, 3, 4)),)
TITLE = "Tổ chức họp Ban ISO đánh giá kết quả thực hiện mục tiêu chất lượng"


def load(agency: Agency) -> None:
    """Only what is missing."""
    _bases(agency)
    if not Paper.objects.filter(agency=agency, purpose="", kind="notice").exists():
        _draft(agency)


def _bases(agency: Agency) -> None:
    there = {one.number: one for one in LegalBasis.objects.filter(agency=agency)}
    for kind, number, issuer, day, about in BASES:
        if number not in there:
            there[number] = basis_add(
                agency=agency,
                acting=None,
                kind=kind,
                number=number,
                issuer=issuer,
                issued_on=day,
                about=about,
                in_force_from=day,
            )
    for old, new, last in REPLACED:
        if there[old].replaced_by_id is None:
            basis_change(there[old], acting=None, expires_on=last, replaced_by=there[new])


def _draft(agency: Agency) -> None:
    """A notice in its second version with a comment at one part."""
    people = Person.objects.filter(agency=agency)
    secretary, head = people.get(user__username="thuky"), people.get(user__username="truongban")
    paper = paper_from_template(
        agency=agency, key="papers.notice", title=TITLE, signer=head, acting=secretary
    )
    data = paper.typed.model_dump(mode="json")
    data["body"][1]["items"] = [
        "Nội dung: kết quả mục tiêu chất lượng, tiến độ kế hoạch duy trì, cải tiến; rủi ro và cơ hội.",
        f"Thời gian: 08 giờ 00, ngày 15 tháng 12 năm {clock.today().year}; tại phòng họp của cơ quan.",
        "Các phòng, đơn vị gửi báo cáo về Phòng TĐC trước ngày họp 05 ngày làm việc.",
    ]
    paper = paper_update(paper, content=PaperContent.model_validate(data), acting=secretary)
    paper_comment(paper, text="Ghi rõ thành phần dự họp của từng phòng.", place="body-1", acting=head)
