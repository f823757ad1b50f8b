"""The training plan of a year as an official paper (domain K), in Vietnamese whatever the reader uses."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from documents import registry
from documents.content import Kind, PaperContent
from documents.models import Paper, PaperState
from documents.problems import content_parse
from documents.services import paper_create, paper_frame
from documents.services.frame import signature_block
from qms import audit, notation
from qms.exceptions import Invalid
from qms.models import Person
from qms.policies import require
from qms.workflow import locked
from training import policies
from training.models import TrainingPlan

PLAN = "training.plan"
DEAD = {PaperState.ABANDONED, PaperState.REVOKED, PaperState.SUPERSEDED}
COLUMNS = (
    ("TT", 5),
    ("Nội dung đào tạo", 31),
    ("Đối tượng", 21),
    ("Số người", 8),
    ("Thời gian", 10),
    ("Giảng viên,\nđơn vị đào tạo", 15),
    ("Kinh phí\n(đồng)", 10),
)


def live(paper: Paper | None) -> Paper | None:
    """A paper that is on its way or in force."""
    return None if paper is None or paper.state in DEAD else paper


def plan_of(paper: Paper) -> TrainingPlan:
    """The plan a paper is about."""
    rows = TrainingPlan.objects.select_related("agency", "paper")
    found: TrainingPlan = rows.get(agency=paper.agency, pk=paper.subject_key)
    return found


def plan_paper(plan: TrainingPlan, *, signer: Person | None, acting: Person | None) -> Paper:
    """Draft the paper of an approved plan. Raises Invalid when it is on its way already."""
    with transaction.atomic(), locked(plan) as plan:
        require(policies.can_organise_in(acting, plan))
        if plan.state != TrainingPlan.State.APPROVED:
            raise Invalid(_("A paper is made of an approved plan."))
        there = live(plan.paper)
        if there is not None:
            raise Invalid(_("There is such a paper already: %(paper)s.") % {"paper": there.one_line})
        paper = paper_create(
            agency=plan.agency,
            kind=Kind.PLAN,
            content=content(plan, signer),
            acting=acting,
            purpose=PLAN,
            subject_key=str(plan.pk),
            signer=signer,
        )
        changes = audit.apply(plan, paper=paper)
        audit.record("training.plan.paper_drafted", plan, changes, acting=acting)
    return paper


def content(plan: TrainingPlan, signer: Person | None) -> PaperContent:
    """What the paper says; raises Invalid with every text that a paper cannot show."""
    with override("vi"):
        data = _content(plan, signer)
    made, problems = content_parse(data)
    if made is None:
        raise Invalid(problems)
    return made


def _content(plan: TrainingPlan, signer: Person | None) -> dict[str, Any]:
    frame = paper_frame(plan.agency, Kind.PLAN)
    return {
        **frame,
        "title": f"Đào tạo, tập huấn năm {plan.year}\ncủa {plan.agency.name}",
        "body": list(_body(plan)),
        "annexes": [
            {
                "title": f"Các nội dung đào tạo năm {plan.year}",
                "orientation": "landscape",
                "blocks": [_table(plan)],
            }
        ],
        "signature": signature_block(plan.agency, signer),
        "recipients": ["Lãnh đạo cơ quan", "Các phòng, đơn vị"],
        "archive": f"{frame['archive']}, Ban ISO",
    }


def _body(plan: TrainingPlan) -> Iterator[dict[str, Any]]:
    lines = [" ".join(line.split()) for line in plan.purpose.splitlines() if line.strip()]
    items = list(plan.items.all())
    yield {
        "type": "section",
        "title": "Mục đích, yêu cầu",
        "blocks": [
            {"type": "paragraph", "text": text}
            for text in (
                *lines,
                "Nội dung xuất phát từ khoảng cách năng lực, kết quả đánh giá và đề xuất của đơn vị.",
            )
        ],
    }
    heads, cost = sum(item.head_count for item in items), sum(item.cost for item in items)
    yield {
        "type": "section",
        "title": "Nội dung, kinh phí",
        "blocks": [
            {
                "type": "paragraph",
                "text": f"Năm {plan.year} tổ chức {len(items)} nội dung đào tạo với {notation.number(heads)} "
                f"lượt người, dự kiến kinh phí {notation.number(cost)} đồng, chi tiết tại Phụ lục.",
            }
        ],
    }
    yield {
        "type": "section",
        "title": "Tổ chức thực hiện",
        "blocks": [
            {
                "type": "list",
                "style": "dash",
                "items": [
                    "Đơn vị thường trực của Ban ISO tổ chức, ghi nhận kết quả và tổng hợp báo cáo năm;",
                    "Trưởng các phòng, đơn vị cử người tham gia, đánh giá hiệu lực sau đào tạo;",
                    "Công chức, viên chức tham gia đầy đủ và áp dụng kiến thức vào công việc.",
                ],
            }
        ],
    }


def _table(plan: TrainingPlan) -> dict[str, Any]:
    rows = []
    for number, item in enumerate(plan.items.all(), start=1):
        texts = (
            str(number),
            item.title,
            item.audience,
            notation.number(item.head_count),
            f"Tháng {item.month:02d}",
            item.trainer,
            notation.number(item.cost) if item.cost else "",
        )
        rows.append({"cells": [{"text": text} for text in texts]})
    return {
        "type": "table",
        "columns": [
            {"title": title, "width": width, "align": "center" if number in {0, 3, 4, 6} else "left"}
            for number, (title, width) in enumerate(COLUMNS)
        ],
        "rows": rows,
        "size": 12,
    }


def register() -> None:
    """Tell the papers what the plan is."""
    registry.add(
        registry.Purpose(
            PLAN,
            gettext_lazy("Issue the training plan"),
            Kind.PLAN,
            build=lambda paper: content(plan_of(paper), paper.signer),
            subject_url=lambda paper: plan_of(paper).get_absolute_url(),
        )
    )
