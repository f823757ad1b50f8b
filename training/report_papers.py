"""The training report of a year as an official paper (7.2), in Vietnamese whatever the reader uses."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from documents import registry
from documents.content import Kind, PaperContent
from documents.models import Paper
from documents.problems import content_parse
from documents.services import paper_create, paper_frame
from documents.services.frame import signature_block
from qms import audit, clock, notation
from qms.exceptions import Invalid
from qms.models import Agency, Person
from qms.policies import require
from qms.workflow import hold
from training import policies, selectors
from training.papers import DEAD

REPORT = "training.report"
UNITS = (("TT", 6), ("Đơn vị", 54), ("Được đào tạo", 20), ("Tỷ lệ", 20))
TOPICS = (
    ("TT", 6),
    ("Nội dung", 39),
    ("Số lớp", 10),
    ("Tham gia", 15),
    ("Đạt", 15),
    ("Kinh phí\n(đồng)", 15),
)


def paper_of(agency: Agency, year: int) -> Paper | None:
    """The paper of a year's report that is on its way or issued."""
    rows = Paper.objects.filter(agency=agency, purpose=REPORT, subject_key=str(year))
    found: Paper | None = rows.exclude(state__in=DEAD).order_by("-created_at").first()
    return found


def report_paper(agency: Agency, year: int, *, signer: Person | None, acting: Person | None) -> Paper:
    """Draft the report of a year as its figures stand today. Raises Invalid when it is on its way already."""
    with transaction.atomic():
        require(policies.can_organise_in(acting, agency))
        hold(agency)
        there = paper_of(agency, year)
        if there is not None:
            raise Invalid(_("There is such a paper already: %(paper)s.") % {"paper": there.one_line})
        if year > clock.today().year:
            raise Invalid(_("The year has not begun yet."))
        paper = paper_create(
            agency=agency,
            kind=Kind.REPORT,
            content=content(agency, year, signer),
            acting=acting,
            purpose=REPORT,
            subject_key=str(year),
            signer=signer,
        )
        audit.record("training.report.paper_drafted", paper, acting=acting, note=str(year))
    return paper


def content(agency: Agency, year: int, signer: Person | None) -> PaperContent:
    """What the paper says; raises Invalid with every text that a paper cannot show."""
    with override("vi"):
        frame = paper_frame(agency, Kind.REPORT)
        data: dict[str, Any] = {
            **frame,
            "title": f"Kết quả đào tạo, tập huấn năm {year}\ncủa {agency.name}",
            "body": list(_body(agency, year)),
            "signature": signature_block(agency, signer),
            "recipients": ["Lãnh đạo cơ quan", "Các phòng, đơn vị"],
            "archive": f"{frame['archive']}, Ban ISO",
        }
    made, problems = content_parse(data)
    if made is None:
        raise Invalid(problems)
    return made


def _share(numerator: int, denominator: int) -> str:
    if not denominator:
        return "không phát sinh"
    share = notation.percent(numerator, denominator)
    return f"{share} ({notation.number(numerator)}/{notation.number(denominator)})"


def _body(agency: Agency, year: int) -> Iterator[dict[str, Any]]:
    found = selectors.year_report(agency, year)
    yield {
        "type": "paragraph",
        "text": f"Số liệu năm {year} tính đến ngày {clock.today():%d/%m/%Y}. Người được đào tạo là người "
        "tham gia và đạt yêu cầu ít nhất một khóa trong năm; mỗi người tính một lần.",
    }
    plan = f"Đã tổ chức {_share(found.items_held, found.items)} nội dung của kế hoạch"
    if not found.items:
        plan = f"Năm {year} không có kế hoạch được duyệt"
    spent, planned = notation.number(found.cost), notation.number(found.cost_planned)
    yield _section(
        "Thực hiện kế hoạch",
        [
            f"{plan}; {notation.number(found.courses)} lớp đã kết thúc.",
            f"Kinh phí: {spent} đồng; dự kiến {planned} đồng.",
        ],
    )
    yield _section(
        "Kết quả",
        [
            f"Công chức, viên chức, người lao động được đào tạo: "
            f"{_share(found.trained.trained, found.trained.people)}.",
            f"Có mặt: {_share(found.attended, found.seats)}; đạt yêu cầu: "
            f"{_share(found.passed, found.attended)}.",
        ],
        *(_tables(found)),
    )
    yield _section(
        "Hiệu lực sau đào tạo",
        [
            f"Được đánh giá có hiệu lực: {_share(found.effective, found.judged)}; còn "
            f"{notation.number(found.to_judge)} lượt đến hạn chưa đánh giá."
        ],
    )


def _section(title: str, texts: list[str], *more: dict[str, Any]) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = [{"type": "paragraph", "text": text} for text in texts]
    return {"type": "section", "title": title, "blocks": [*blocks, *more]}


def _tables(found: selectors.YearReport) -> Iterator[dict[str, Any]]:
    shares = [(unit.name if unit else "", one) for unit, one in found.by_unit]
    if shares:
        yield _table(
            UNITS,
            [
                (name, f"{one.trained}/{one.people}", notation.percent(one.trained, one.people))
                for name, one in shares
            ],
        )
    if found.by_topic:
        yield _table(
            TOPICS,
            [
                (
                    str(row["label"]),
                    notation.number(row["courses"]),
                    f"{row['attended']}/{row['seats']}",
                    f"{row['passed']}/{row['attended']}",
                    notation.number(row["cost"]),
                )
                for row in found.by_topic
            ],
        )


def _table(columns: tuple[tuple[str, int], ...], rows: list[tuple[str, ...]]) -> dict[str, Any]:
    return {
        "type": "table",
        "columns": [
            {"title": title, "width": width, "align": "left" if number == 1 else "center"}
            for number, (title, width) in enumerate(columns)
        ],
        "rows": [
            {"cells": [{"text": text} for text in (str(number), *row)]}
            for number, row in enumerate(rows, start=1)
        ],
        "size": 12,
    }


def register() -> None:
    """Tell the papers what the report is."""
    registry.add(
        registry.Purpose(
            REPORT,
            gettext_lazy("Issue the training report"),
            Kind.REPORT,
            build=lambda paper: content(paper.agency, int(paper.subject_key), paper.signer),
            subject_url=lambda paper: f"{reverse('training:report')}?year={paper.subject_key}",
        )
    )
