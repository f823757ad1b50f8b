"""The official paper of the yearly report on satisfaction (domain K), built from the approved figures.

Words of the paper are Vietnamese whatever language the reader uses.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy, override

from documents import registry
from documents.content import Kind, PaperContent
from documents.models import Paper, PaperState
from documents.problems import content_parse
from documents.services import paper_frame
from documents.services.frame import signature_block
from feedback.models import Feedback, SatisfactionReport
from qms import notation
from qms.exceptions import Invalid
from qms.models import Person

REPORT = "feedback.report"
DEAD = {PaperState.ABANDONED, PaperState.REVOKED, PaperState.SUPERSEDED}
COLUMNS = (
    ("TT", 5),
    ("Nội dung", 37),
    ("Tiếp nhận", 11),
    ("Trả lời đúng hạn", 17),
    ("Hài lòng với trả lời", 16),
    ("Có cơ sở", 14),
)


def live(paper: Paper | None) -> Paper | None:
    """A paper that is on its way or in force."""
    return None if paper is None or paper.state in DEAD else paper


def report_of(paper: Paper) -> SatisfactionReport:
    """The report a paper is about."""
    rows = SatisfactionReport.objects.select_related("agency", "paper")
    found: SatisfactionReport = rows.get(agency=paper.agency, pk=paper.subject_key)
    return found


def content(report: SatisfactionReport, signer: Person | None) -> PaperContent:
    """What the paper says; raises Invalid with every text that a paper cannot show."""
    with override("vi"):
        data = _content(report, signer)
    made, problems = content_parse(data)
    if made is None:
        raise Invalid(problems)
    return made


def _content(report: SatisfactionReport, signer: Person | None) -> dict[str, Any]:
    agency = report.agency
    frame = paper_frame(agency, Kind.REPORT)
    return {
        **frame,
        "title": f"Đo lường sự hài lòng và xử lý phản ánh, kiến nghị năm {report.year}\ncủa {agency.name}",
        "body": list(_body(report)),
        "signature": signature_block(agency, signer),
        "recipients": ["Lãnh đạo cơ quan", "Các phòng, đơn vị"],
        "archive": f"{frame['archive']}, Ban ISO",
    }


def _share(numerator: int, denominator: int) -> str:
    if not denominator:
        return "không phát sinh"
    share = notation.percent(numerator, denominator)
    return f"{share} ({notation.number(numerator)}/{notation.number(denominator)})"


def _body(report: SatisfactionReport) -> Iterator[dict[str, Any]]:
    found, before = report.figures, report.year - 1
    day = f"{report.figures_on:%d/%m/%Y}"
    yield {
        "type": "paragraph",
        "text": f"Số liệu năm {report.year} chốt ngày {day}. Ba phương pháp đo dưới đây được trình bày "
        "riêng, không cộng gộp.",
    }
    yield {"type": "section", "title": "Khảo sát sự hài lòng", "blocks": list(_surveys(found["surveys"]))}
    rated, former = found["ratings"], found["ratings_before"]
    text = f"Hồ sơ được đánh giá mức 4, 5 trên thang 5: {_share(rated['good'], rated['rated'])}"
    if former["rated"]:
        text += f"; năm {before}: {_share(former['good'], former['rated'])}"
    yield {
        "type": "section",
        "title": "Đánh giá tại Bộ phận Một cửa",
        "blocks": [{"type": "paragraph", "text": f"{text}."}],
    }
    yield {"type": "section", "title": "Khiếu nại, phản ánh, kiến nghị", "blocks": list(_cases(report))}
    yield {"type": "section", "title": "Đánh giá chung", "blocks": list(_paragraphs(report.assessment))}
    if report.measures:
        yield {
            "type": "section",
            "title": "Nội dung cần cải tiến",
            "blocks": list(_paragraphs(report.measures)),
        }


def _surveys(surveys: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    if not surveys:
        yield {"type": "paragraph", "text": "Trong năm chưa tổ chức khảo sát."}
    for one in surveys:
        text = (
            f"{' '.join(one['title'].split())}: mức hài lòng chung {_share(one['satisfied'], one['answers'])}"
        )
        if one["sample"]:
            text += f"; cỡ mẫu cần thiết {notation.number(one['sample'])}"
        yield {"type": "paragraph", "text": f"{text}. Theo từng nội dung (mức 4 và 5):"}
        yield {
            "type": "list",
            "style": "dash",
            "items": [
                f"{' '.join(row['text'].split())}: {_share(row['satisfied'], row['answers'])}"
                for row in one["questions"]
            ],
        }


def _cases(report: SatisfactionReport) -> Iterator[dict[str, Any]]:
    found = report.figures
    whole, former = found["cases"], found["cases_before"]
    yield {
        "type": "paragraph",
        "text": (
            f"Tiếp nhận {notation.number(whole['received'])} khiếu nại, phản ánh, kiến nghị "
            f"(năm {report.year - 1}: {notation.number(former['received'])}); trả lời đúng hạn "
            f"{_share(whole['on_time'], whole['judged'])}; hài lòng với nội dung trả lời "
            f"{_share(whole['satisfied'], whole['asked'])}."
        ),
    }
    with override("vi"):
        kinds = {key: str(label) for key, label in Feedback.Kind.choices}
    lines = [("Theo loại", ""), *((kinds.get(row["kind"], row["kind"]), row) for row in found["by_kind"])]
    lines += [("Theo đơn vị", ""), *((row["label"] or "Không nêu đơn vị", row) for row in found["by_unit"])]
    lines += [
        ("Theo thủ tục hành chính", ""),
        *((row["label"] or "Không nêu thủ tục", row) for row in found["by_procedure"]),
    ]
    if not whole["received"]:
        return
    rows, number = [], 0
    for label, row in lines:
        if not isinstance(row, dict):
            rows.append(("", label, "", "", "", ""))
            continue
        number += 1
        rows.append(
            (
                str(number),
                label,
                notation.number(row["received"]),
                _share(row["on_time"], row["judged"]),
                _share(row["satisfied"], row["asked"]),
                _share(row["founded"], row["found"]),
            )
        )
    yield {
        "type": "table",
        "columns": [
            {"title": title, "width": width, "align": "left" if number == 1 else "center"}
            for number, (title, width) in enumerate(COLUMNS)
        ],
        "rows": [{"cells": [{"text": text} for text in line]} for line in rows],
        "size": 11,
    }


def _paragraphs(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        if line.strip():
            yield {"type": "paragraph", "text": " ".join(line.split())}


def register() -> None:
    """Tell the papers what the report is."""
    registry.add(
        registry.Purpose(
            REPORT,
            gettext_lazy("Issue the yearly report on satisfaction"),
            Kind.REPORT,
            build=lambda paper: content(report_of(paper), paper.signer),
            subject_url=lambda paper: report_of(paper).get_absolute_url(),
        )
    )
