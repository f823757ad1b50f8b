"""How the decision on objectives is worded, as the portal brings it along; an agency may word it anew."""
# ruff: noqa: E501

from documents.content import Kind
from documents.wording import BuiltIn

PURPOSE = "objectives.publish"

DECISION = BuiltIn(
    PURPOSE,
    "Quyết định công bố mục tiêu chất lượng",
    Kind.DECISION,
    {
        "title": "Về việc công bố Mục tiêu chất lượng năm {{objectives_year}}\ncủa {{agency}}",
        "preamble": "{{head}} {{agency}}",
        "enacting": "QUYẾT ĐỊNH:",
        "bases": [{"kind": "considering", "text": "Ban ISO {{agency}}"}],
        "body": [
            {
                "type": "article",
                "text": "Công bố Mục tiêu chất lượng năm {{objectives_year}} của {{agency}} (Phụ lục I) và Kế "
                "hoạch thực hiện Mục tiêu chất lượng năm {{objectives_year}} (Phụ lục II) ban hành kèm theo "
                "Quyết định này.",
            },
            {
                "type": "article",
                "text": "Tổ chức thực hiện:",
                "points": [
                    "Trưởng Ban ISO và Trưởng các phòng, đơn vị phổ biến Mục tiêu chất lượng bằng hình thức "
                    "phù hợp để mọi công chức, viên chức, người lao động nắm được và thực hiện;",
                    "Trưởng các phòng, đơn vị căn cứ chức năng, nhiệm vụ được giao xây dựng Mục tiêu chất "
                    "lượng của phòng, đơn vị mình và báo cáo số liệu kèm minh chứng đúng kỳ;",
                    "Ban ISO và Trưởng các phòng, đơn vị nhận diện, đánh giá và giải quyết rủi ro, cơ hội ảnh "
                    "hưởng đến việc đạt các mục tiêu của năm {{objectives_year}}.",
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
        "recipients": ["Như Điều 3", "Ban Giám đốc", "{{unit_recipients}}"],
        "archive": "{{archive}}, Ban ISO",
    },
    {
        "objectives_year": "Năm của mục tiêu",
        "unit_recipients": "Các phòng, đơn vị kèm tên viết tắt",
    },
)
"""The wording of the decision; the annexes and the legal bases come from the records."""

COMMITTEE = "objectives.committee"

COMMITTEE_DECISION = BuiltIn(
    COMMITTEE,
    "Quyết định kiện toàn Ban ISO",
    Kind.DECISION,
    {
        "title": "{{title}}",
        "preamble": "{{head}} {{agency}}",
        "enacting": "QUYẾT ĐỊNH:",
        "bases": [
            {"text": "Quyết định quy định chức năng, nhiệm vụ, quyền hạn và cơ cấu tổ chức của {{agency}}"},
            {"kind": "proposal", "text": "Thường trực Ban ISO"},
        ],
        "body": [
            {
                "type": "article",
                "text": "Kiện toàn Ban ISO của {{agency}} gồm các thành viên sau:",
                "points": ["Trưởng ban;", "Phó Trưởng ban;", "Thư ký;", "Các thành viên."],
            },
            {
                "type": "article",
                "text": "Ban ISO tổ chức xây dựng, áp dụng, duy trì và cải tiến hệ thống quản lý chất lượng "
                "của {{agency}}; các thành viên làm việc theo sự phân công của Trưởng ban.",
            },
            {
                "type": "article",
                "text": "Quyết định này có hiệu lực kể từ ngày ký.",
                "paragraphs": [
                    "Trưởng các phòng, đơn vị và các thành viên Ban ISO chịu trách nhiệm thi hành Quyết định "
                    "này."
                ],
            },
        ],
        "recipients": ["Như Điều 3", "Lãnh đạo cơ quan", "Các phòng, đơn vị"],
        "archive": "{{archive}}, Ban ISO",
    },
)
"""The decision that names the committee; whoever drafts it writes the members in."""

UNITS = {"unit_recipients": "Các phòng, đơn vị kèm tên viết tắt"}

ANNUAL_PLAN = BuiltIn(
    "objectives.plan",
    "Kế hoạch năm về hệ thống quản lý chất lượng",
    Kind.PLAN,
    {
        "title": "{{plan_title}}",
        "body": [
            {"type": "paragraph", "text": "{{agency}} ban hành Kế hoạch {{plan_name}} như sau:"},
            {
                "type": "section",
                "title": "Mục đích, yêu cầu",
                "blocks": [{"type": "paragraph", "text": "{{aims}}"}],
            },
            {
                "type": "section",
                "title": "Nội dung công việc",
                "blocks": [{"type": "paragraph", "text": "{{items}}"}],
            },
            {
                "type": "section",
                "title": "Tổ chức thực hiện",
                "blocks": [{"type": "paragraph", "text": "{{organisation}}"}],
            },
        ],
        "recipients": ["Ban Giám đốc", "{{unit_recipients}}"],
        "archive": "{{archive}}, Ban ISO",
    },
    {
        **UNITS,
        "plan_title": "Tên kế hoạch",
        "plan_name": "Tên kế hoạch trong câu",
        "aims": "Mục đích và yêu cầu (để riêng một đoạn)",
        "items": "Bảng công việc (để riêng một đoạn)",
        "organisation": "Phân công tổ chức thực hiện, kinh phí (để riêng một đoạn)",
    },
)

REVIEW = BuiltIn(
    "objectives.review",
    "Báo cáo kết quả thực hiện mục tiêu chất lượng",
    Kind.REPORT,
    {
        "title": "Kết quả thực hiện Mục tiêu chất lượng {{review_span}}\ncủa {{whose}}",
        "body": [
            {
                "type": "paragraph",
                "text": "Thực hiện {{objectives}}, kết quả {{review_span}} như sau (số liệu chốt ngày "
                "{{figures_day}}):",
            },
            {
                "type": "section",
                "title": "Kết quả chung",
                "blocks": [{"type": "paragraph", "text": "{{overview}}"}],
            },
            {
                "type": "section",
                "title": "Chỉ tiêu không đạt, có nguy cơ: nguyên nhân và biện pháp",
                "blocks": [{"type": "paragraph", "text": "{{missed}}"}],
            },
            {
                "type": "section",
                "title": "Ý kiến của Ban ISO",
                "blocks": [{"type": "paragraph", "text": "{{opinions}}"}],
            },
            {
                "type": "section",
                "title": "Đánh giá chung, phương hướng",
                "blocks": [{"type": "paragraph", "text": "{{conclusion}}"}],
            },
        ],
        "recipients": ["Ban Giám đốc", "{{unit_recipients}}"],
        "archive": "{{archive}}, Ban ISO",
    },
    {
        **UNITS,
        "review_span": "Kỳ đánh giá (6 tháng đầu năm …, năm …)",
        "whose": "Cơ quan hoặc đơn vị có mục tiêu",
        "objectives": "Tên bộ mục tiêu và quyết định công bố",
        "figures_day": "Ngày chốt số liệu",
        "overview": "Kết quả chung (để riêng một đoạn)",
        "missed": "Chỉ tiêu không đạt, có nguy cơ (để riêng một đoạn)",
        "opinions": "Ý kiến của Ban ISO (để riêng một đoạn)",
        "conclusion": "Đánh giá chung (để riêng một đoạn)",
    },
)
