"""How the papers of audits and management reviews are worded, as the portal brings it along.

An agency may word them anew in the browser. Parts that come from records stand as `{{name}}` in a
paragraph of their own.
"""
# ruff: noqa: E501

from typing import Any

from documents.content import Kind
from documents.wording import BuiltIn

PROGRAMME, DECISION, PLAN, REPORT = "audits.programme", "audits.team", "audits.plan", "audits.report"
MINUTES, NOTICE = "audits.review_minutes", "audits.review_notice"
RECIPIENTS = {
    "recipients": ["Lãnh đạo cơ quan", "{{unit_recipients}}"],
    "archive": "{{archive}}, Ban ISO",
}
UNITS = {"unit_recipients": "Các phòng, đơn vị kèm tên viết tắt"}
OF_AUDIT = {
    **UNITS,
    "audit_title": "Tên cuộc đánh giá",
    "audit_code": "Mã cuộc đánh giá",
    "audit_span": "Từ ngày … đến ngày …",
    "team": "Thành viên Đoàn đánh giá (để riêng một đoạn hoặc một điểm)",
}
AIMS = {
    "objective": "Mục đích (để riêng một đoạn)",
    "scope": "Phạm vi (để riêng một đoạn)",
    "criteria": "Chuẩn mực (để riêng một đoạn)",
}


def _section(title: str, *texts: str) -> dict[str, Any]:
    blocks = [{"type": "paragraph", "text": text} for text in texts]
    return {"type": "section", "title": title, "blocks": blocks}


ALL = (
    BuiltIn(
        PROGRAMME,
        "Chương trình đánh giá nội bộ",
        Kind.PROGRAMME,
        {
            "title": "Đánh giá nội bộ năm {{programme_year}}\ncủa {{agency}}",
            "body": [
                _section("Mục đích", "{{objective}}"),
                _section("Phạm vi", "{{scope}}"),
                _section("Chuẩn mực đánh giá", "{{criteria}}"),
                _section(
                    "Tổ chức thực hiện",
                    "Đơn vị thường trực của Ban ISO trình thành lập đoàn, gửi kế hoạch từng cuộc đánh giá đến các "
                    "phòng, đơn vị trước khi tiến hành.",
                    "Đánh giá viên không đánh giá đơn vị và công việc của chính mình. Nội dung đánh giá theo Phụ lục.",
                ),
            ],
            **RECIPIENTS,
        },
        {**UNITS, **AIMS, "programme_year": "Năm của chương trình"},
    ),
    BuiltIn(
        DECISION,
        "Quyết định thành lập Đoàn đánh giá nội bộ",
        Kind.DECISION,
        {
            "title": "Về việc thành lập Đoàn đánh giá nội bộ\n{{audit_title}}",
            "preamble": "{{head}} {{agency}}",
            "enacting": "QUYẾT ĐỊNH:",
            "bases": [{"kind": "considering", "text": "Ban ISO {{agency}}"}],
            "body": [
                {
                    "type": "article",
                    "text": "Thành lập Đoàn đánh giá nội bộ hệ thống quản lý chất lượng ({{audit_code}}) gồm các ông, "
                    "bà có tên sau:",
                    "points": ["{{team}}"],
                },
                {
                    "type": "article",
                    "text": "Đoàn tiến hành đánh giá {{audit_span}} theo kế hoạch gửi đến các phòng, đơn vị; lập báo cáo "
                    "khi kết thúc và tự giải thể sau khi hoàn thành nhiệm vụ. Thành viên không đánh giá đơn vị và công "
                    "việc của chính mình.",
                },
                {
                    "type": "article",
                    "text": "Quyết định này có hiệu lực kể từ ngày ký.",
                    "paragraphs": [
                        "Ban ISO, Trưởng các phòng, đơn vị và các ông, bà có tên tại Điều 1 chịu trách nhiệm thi hành "
                        "Quyết định này."
                    ],
                },
            ],
            **RECIPIENTS,
            "recipients": ["Như Điều 3", "Lãnh đạo cơ quan", "{{unit_recipients}}"],
        },
        OF_AUDIT,
    ),
    BuiltIn(
        PLAN,
        "Kế hoạch đánh giá nội bộ",
        Kind.PLAN,
        {
            "title": "Đánh giá nội bộ hệ thống quản lý chất lượng\n{{audit_title}}",
            "body": [
                _section("Mục đích", "{{objective}}"),
                _section("Phạm vi, chuẩn mực", "{{scope}}", "{{criteria}}"),
                _section("Đoàn đánh giá", "{{team}}"),
                _section("Lịch đánh giá", "{{sessions}}"),
                _section(
                    "Đề nghị",
                    "Trưởng các phòng, đơn vị bố trí người làm việc với Đoàn, chuẩn bị quy trình, hồ sơ và số liệu liên "
                    "quan.",
                ),
            ],
            **RECIPIENTS,
        },
        {**OF_AUDIT, **AIMS, "sessions": "Bảng lịch đánh giá (để riêng một đoạn)"},
    ),
    BuiltIn(
        REPORT,
        "Báo cáo kết quả đánh giá nội bộ",
        Kind.REPORT,
        {
            "title": "Kết quả đánh giá nội bộ\n{{audit_title}}",
            "body": [
                {
                    "type": "paragraph",
                    "text": "Đoàn đánh giá đã tiến hành cuộc đánh giá {{audit_code}} {{audit_span}}.",
                },
                _section("Phạm vi, chuẩn mực", "{{scope}}", "{{criteria}}"),
                _section("Đoàn đánh giá", "{{team}}"),
                _section("Mẫu đánh giá", "{{samples}}"),
                _section("Kết quả theo đơn vị", "{{units}}"),
                _section("Các phát hiện", "{{findings}}"),
                _section("Kết luận", "{{conclusion}}"),
                _section("Kiến nghị", "{{recommendation}}"),
            ],
            **RECIPIENTS,
        },
        {
            **OF_AUDIT,
            **AIMS,
            "samples": "Bảng mẫu đánh giá (để riêng một đoạn)",
            "units": "Bảng kết quả theo đơn vị (để riêng một đoạn)",
            "findings": "Bảng phát hiện (để riêng một đoạn)",
            "conclusion": "Kết luận của Đoàn (để riêng một đoạn)",
            "recommendation": "Kiến nghị của Đoàn (để riêng một đoạn)",
        },
    ),
    BuiltIn(
        MINUTES,
        "Biên bản họp xem xét của lãnh đạo",
        Kind.MINUTES,
        {
            "title": "Họp xem xét của lãnh đạo về hệ thống quản lý chất lượng năm {{review_year}}",
            "body": [
                _section("Thời gian, địa điểm", "{{meeting}}"),
                _section("Thành phần", "{{people}}"),
                _section("Nội dung xem xét và ý kiến", "{{topics}}"),
                _section("Kết luận của người chủ trì", "{{conclusion}}"),
                _section("Các quyết định", "{{decisions}}"),
            ],
            **RECIPIENTS,
        },
        {
            **UNITS,
            "review_year": "Năm của cuộc họp",
            "meeting": "Thời gian, địa điểm, hình thức (để riêng một đoạn)",
            "people": "Chủ trì, thư ký, có mặt, vắng mặt (để riêng một đoạn)",
            "topics": "Nội dung đầu vào và ý kiến (để riêng một đoạn)",
            "conclusion": "Kết luận của người chủ trì (để riêng một đoạn)",
            "decisions": "Bảng các quyết định (để riêng một đoạn)",
        },
    ),
    BuiltIn(
        NOTICE,
        "Thông báo kết luận họp xem xét của lãnh đạo",
        Kind.NOTICE,
        {
            "title": "Kết luận họp xem xét của lãnh đạo về hệ thống quản lý chất lượng năm {{review_year}}",
            "body": [
                {
                    "type": "paragraph",
                    "text": "Ngày {{meeting_day}}, {{agency}} tổ chức họp xem xét của lãnh đạo về hệ thống quản lý chất "
                    "lượng, do {{chair}} chủ trì. Sau khi nghe báo cáo và ý kiến của các thành viên dự họp, người chủ "
                    "trì kết luận như sau:",
                },
                _section("Đánh giá chung", "{{conclusion}}"),
                _section("Kết luận theo nội dung", "{{concluded}}"),
                _section("Giao nhiệm vụ", "{{decisions}}"),
                {
                    "type": "paragraph",
                    "text": "Các đơn vị, cá nhân được giao nhiệm vụ tổ chức thực hiện và báo cáo kết quả đúng thời hạn; "
                    "Thư ký Ban ISO theo dõi, tổng hợp để báo cáo tại cuộc họp xem xét của lãnh đạo kỳ sau.",
                },
            ],
            **RECIPIENTS,
        },
        {
            **UNITS,
            "review_year": "Năm của cuộc họp",
            "meeting_day": "Ngày họp",
            "chair": "Người chủ trì",
            "conclusion": "Kết luận của người chủ trì (để riêng một đoạn)",
            "concluded": "Kết luận theo từng nội dung (để riêng một đoạn)",
            "decisions": "Bảng giao nhiệm vụ (để riêng một đoạn)",
        },
    ),
)
