"""The templates the portal brings along: one for each usual kind of paper, and papers about papers.

Wording is our own; it follows the forms of Annex III to Decree 30/2020/NĐ-CP in its parts and their order.
"""
# ruff: noqa: E501

from typing import Any

from documents.content import Kind
from documents.wording import BuiltIn


def _section(title: str, *blocks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "section", "title": title, "blocks": list(blocks)}


def _paragraph(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "paragraph", "text": text, **more}


def _list(*items: str, style: str = "number") -> dict[str, Any]:
    return {"type": "list", "style": style, "items": list(items)}


def _article(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "article", "text": text, **more}


DECISION = BuiltIn(
    "papers.decision",
    "Quyết định (cá biệt)",
    Kind.DECISION,
    {
        "title": "{{title}}",
        "preamble": "{{head}} {{agency}}",
        "enacting": "QUYẾT ĐỊNH:",
        "bases": [
            {"text": "Quyết định quy định chức năng, nhiệm vụ, quyền hạn và cơ cấu tổ chức của {{agency}}"},
            {"kind": "proposal", "text": "Trưởng Ban ISO"},
        ],
        "body": [
            _article("Nội dung quyết định."),
            _article("Trách nhiệm thi hành:", points=["Đơn vị chủ trì;", "Đơn vị phối hợp."]),
            _article(
                "Quyết định này có hiệu lực kể từ ngày ký.",
                paragraphs=[
                    "Trưởng các phòng, đơn vị và cá nhân có liên quan chịu trách nhiệm thi hành Quyết định này."
                ],
            ),
        ],
        "recipients": ["Như Điều 3", "Lãnh đạo cơ quan", "Các phòng, đơn vị"],
    },
)

PLAN = BuiltIn(
    "papers.plan",
    "Kế hoạch có phụ lục công việc",
    Kind.PLAN,
    {
        "title": "{{title}}",
        "bases": [
            {
                "kind": "implementing",
                "text": "Quyết định công bố Mục tiêu chất lượng năm {{year}} của {{agency}}",
            }
        ],
        "body": [
            _section("Mục đích, yêu cầu", _list("Mục đích của kế hoạch.", "Yêu cầu khi thực hiện.")),
            _section(
                "Nội dung",
                _paragraph(
                    "Các công việc, đơn vị thực hiện và thời gian nêu tại Phụ lục kèm theo Kế hoạch này."
                ),
            ),
            _section(
                "Tổ chức thực hiện",
                _list(
                    "Trưởng các phòng, đơn vị tổ chức thực hiện, báo cáo kết quả kèm bằng chứng đúng thời hạn.",
                    "Đơn vị thường trực Ban ISO theo dõi, đôn đốc, tổng hợp báo cáo Lãnh đạo cơ quan.",
                ),
            ),
        ],
        "annexes": [
            {
                "title": "Nội dung công việc năm {{year}}",
                "orientation": "landscape",
                "blocks": [
                    {
                        "type": "table",
                        "columns": [
                            {"title": "TT", "width": 5, "align": "center"},
                            {"title": "Nội dung công việc", "width": 35},
                            {"title": "Đơn vị\nchủ trì", "width": 15},
                            {"title": "Đơn vị\nphối hợp", "width": 15},
                            {"title": "Sản phẩm", "width": 16},
                            {"title": "Thời gian", "width": 14, "align": "center"},
                        ],
                        "rows": [{"cells": [{"text": "1"}, *({"text": ""} for _cell in range(5))]}],
                    }
                ],
            }
        ],
        "recipients": ["Lãnh đạo cơ quan", "Các phòng, đơn vị"],
    },
)

REPORT = BuiltIn(
    "papers.report",
    "Báo cáo",
    Kind.REPORT,
    {
        "title": "{{title}}",
        "body": [
            _section(
                "Kết quả thực hiện",
                _paragraph("Kết quả so với mục tiêu, kế hoạch; số liệu và nguồn số liệu."),
            ),
            _section("Tồn tại, hạn chế và nguyên nhân", _list("Tồn tại, hạn chế.", "Nguyên nhân.")),
            _section("Phương hướng, kiến nghị", _list("Nhiệm vụ kỳ tới.", "Kiến nghị, đề xuất.")),
        ],
        "recipients": ["Lãnh đạo cơ quan", "Các phòng, đơn vị"],
    },
)

NOTICE = BuiltIn(
    "papers.notice",
    "Thông báo",
    Kind.NOTICE,
    {
        "title": "{{title}}",
        "body": [
            _paragraph("{{agency}} thông báo như sau:"),
            _list("Nội dung thông báo.", "Thời gian, địa điểm hoặc thời hạn thực hiện.", "Đầu mối liên hệ."),
            _paragraph("Đề nghị các phòng, đơn vị và cá nhân có liên quan biết, thực hiện."),
        ],
        "recipients": ["Các phòng, đơn vị", "Lãnh đạo cơ quan (để báo cáo)"],
    },
)

MINUTES = BuiltIn(
    "papers.minutes",
    "Biên bản họp",
    Kind.MINUTES,
    {
        "title": "{{title}}",
        "body": [
            _paragraph("Thời gian bắt đầu: … giờ …, ngày … tháng … năm {{year}}."),
            _paragraph("Địa điểm: {{agency}}, {{place}}."),
            _section(
                "Thành phần tham dự",
                _list(
                    "Chủ trì: {{signer}}, {{position}}.",
                    "Thư ký (người ghi biên bản): …",
                    "Thành viên tham dự: …; vắng mặt: … (lý do).",
                ),
            ),
            _section(
                "Nội dung",
                _list("Các nội dung được trình bày.", "Ý kiến thảo luận.", "Kết luận của người chủ trì."),
            ),
            _paragraph("Cuộc họp kết thúc vào … giờ …, ngày … tháng … năm {{year}}"),
        ],
        "signature": {"position": "Chủ trì", "name": "{{signer}}"},
        "cosigner": {"title": "Thư ký", "name": "…"},
        "recipients": ["Lãnh đạo cơ quan", "Thành phần tham dự"],
        "archive": "{{archive}}, hồ sơ cuộc họp",
    },
)

LETTER = BuiltIn(
    "papers.letter",
    "Công văn",
    Kind.LETTER,
    {
        "title": "{{title}}",
        "addressees": ["Các phòng, đơn vị"],
        "body": [
            _paragraph("{{agency}} có ý kiến như sau:"),
            _list("Nội dung thứ nhất.", "Nội dung thứ hai."),
            _paragraph("{{agency}} đề nghị các phòng, đơn vị phối hợp thực hiện."),
        ],
        "recipients": ["Như trên", "Lãnh đạo cơ quan (để báo cáo)"],
    },
)

CORRECTION = BuiltIn(
    "papers.correction",
    "Công văn đính chính",
    Kind.LETTER,
    {
        "title": "đính chính văn bản số {{earlier_number}}",
        "addressees": ["Các phòng, đơn vị"],
        "body": [
            _paragraph(
                "Ngày …, {{agency}} ban hành {{earlier}}. Do sơ suất trong khâu soạn thảo, {{agency}} đính chính như sau:"
            ),
            _list("Tại …, nội dung đã ghi: “…”.", "Nay đính chính là: “…”."),
            _paragraph(
                "Các nội dung khác của văn bản nêu trên không thay đổi. {{agency}} thông báo để các phòng, đơn vị biết, thực hiện."
            ),
        ],
        "recipients": ["Như trên", "Nơi đã nhận văn bản được đính chính"],
    },
    {"earlier": "Văn bản được đính chính", "earlier_number": "Số, ký hiệu của văn bản đó"},
)

REVOCATION = BuiltIn(
    "papers.revocation",
    "Quyết định bãi bỏ văn bản",
    Kind.DECISION,
    {
        "title": "Về việc bãi bỏ văn bản số {{earlier_number}}\ncủa {{agency}}",
        "preamble": "{{head}} {{agency}}",
        "enacting": "QUYẾT ĐỊNH:",
        "bases": [
            {"text": "Quyết định quy định chức năng, nhiệm vụ, quyền hạn và cơ cấu tổ chức của {{agency}}"},
            {"kind": "proposal", "text": "Trưởng Ban ISO"},
        ],
        "body": [
            _article("Bãi bỏ {{earlier}}. Lý do: …"),
            _article("Quyết định này có hiệu lực kể từ ngày ký."),
            _article(
                "Trưởng các phòng, đơn vị và cá nhân có liên quan chịu trách nhiệm thi hành Quyết định này."
            ),
        ],
        "recipients": ["Như Điều 3", "Nơi đã nhận văn bản bị bãi bỏ"],
    },
    {"earlier": "Văn bản bị bãi bỏ", "earlier_number": "Số, ký hiệu của văn bản đó"},
)

ALL = (DECISION, PLAN, REPORT, NOTICE, MINUTES, LETTER, CORRECTION, REVOCATION)
ABOUT_OTHERS = frozenset({CORRECTION.key, REVOCATION.key})
"""Templates that begin from an issued paper, never from the page that drafts a new one."""
