"""How the papers of a register are worded, as the portal brings it along; an agency may word them anew."""
# ruff: noqa: E501

from documents.content import Kind
from documents.wording import BuiltIn

TABLE, PLAN = "risks.register", "risks.plan"
NAME = "Bảng nhận diện, đánh giá, giải quyết rủi ro và cơ hội"
FIELDS = {
    "register_year": "Năm của bảng rủi ro và cơ hội",
    "unit_recipients": "Các phòng, đơn vị kèm tên viết tắt",
}

DECISION = BuiltIn(
    TABLE,
    "Quyết định ban hành bảng rủi ro và cơ hội",
    Kind.DECISION,
    {
        "title": f"Về việc ban hành {NAME} năm {{{{register_year}}}}\ncủa {{{{agency}}}}",
        "preamble": "{{head}} {{agency}}",
        "enacting": "QUYẾT ĐỊNH:",
        "bases": [{"kind": "considering", "text": "Ban ISO {{agency}}"}],
        "body": [
            {
                "type": "article",
                "text": f"Ban hành kèm theo Quyết định này {NAME} năm {{{{register_year}}}} của {{{{agency}}}}.",
            },
            {
                "type": "article",
                "text": "Tổ chức thực hiện:",
                "points": [
                    "Trưởng các phòng, đơn vị tổ chức thực hiện các hành động được giao, lưu bằng chứng và cập "
                    "nhật điểm còn lại sau khi xử lý;",
                    "Ban ISO theo dõi tiến độ, đánh giá tính hiệu lực của các hành động khi đến hạn; hành động "
                    "không hiệu lực được mở lại với thời hạn mới;",
                    "Khi phát sinh rủi ro, cơ hội mới, phòng, đơn vị bổ sung ngay và trình phiên bản mới của "
                    "Bảng.",
                ],
            },
            {
                "type": "article",
                "text": "Quyết định này có hiệu lực kể từ ngày ký.",
                "paragraphs": [
                    "Ban ISO, Trưởng các phòng, đơn vị và công chức, viên chức có liên quan chịu trách nhiệm "
                    "thi hành Quyết định này."
                ],
            },
        ],
        "recipients": ["Như Điều 3", "Lãnh đạo cơ quan", "{{unit_recipients}}"],
        "archive": "{{archive}}, Ban ISO",
    },
    FIELDS,
)


def _section(title: str, *items: str) -> dict[str, object]:
    return {
        "type": "section",
        "title": title,
        "blocks": [{"type": "list", "style": "number", "items": list(items)}],
    }


TREATMENT = BuiltIn(
    PLAN,
    "Kế hoạch giải quyết rủi ro và cơ hội",
    Kind.PLAN,
    {
        "title": "Giải quyết rủi ro và cơ hội năm {{register_year}}\ncủa {{agency}}",
        "body": [
            _section(
                "Mục đích, yêu cầu",
                "Giải quyết rủi ro và cơ hội đã được phê duyệt, trước hết đối với việc tiếp nhận và giải quyết "
                "thủ tục hành chính cho tổ chức, cá nhân.",
                "Mỗi hành động có người thực hiện, thời hạn, nguồn lực, bằng chứng và tiêu chí đánh giá tính "
                "hiệu lực; hành động có kết quả được đưa vào quy trình.",
            ),
            _section(
                "Nội dung",
                "Năm {{register_year}} cơ quan theo dõi {{risk_count}} rủi ro và {{opportunity_count}} cơ hội, "
                "thực hiện {{action_count}} hành động nêu tại Phụ lục.",
                "Tính hiệu lực được đánh giá khi đến ngày ghi tại Phụ lục, căn cứ bằng chứng hoặc số liệu của "
                "mục tiêu chất lượng liên quan; hành động không hiệu lực được mở lại với thời hạn mới.",
            ),
            _section(
                "Tổ chức thực hiện",
                "Trưởng các phòng, đơn vị tổ chức thực hiện, báo cáo kết quả kèm bằng chứng trước khi hết thời "
                "hạn.",
                "Đơn vị thường trực của Ban ISO theo dõi, đôn đốc và tổng hợp kết quả phục vụ xem xét của lãnh "
                "đạo.",
            ),
        ],
        "recipients": ["Lãnh đạo cơ quan", "{{unit_recipients}}"],
        "archive": "{{archive}}, Ban ISO",
    },
    {
        **FIELDS,
        "risk_count": "Số rủi ro",
        "opportunity_count": "Số cơ hội",
        "action_count": "Số hành động",
    },
)

ALL = (DECISION, TREATMENT)
