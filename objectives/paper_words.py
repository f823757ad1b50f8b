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
