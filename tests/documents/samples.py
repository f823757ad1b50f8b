"""A decision with two annexes: the facts of a department's objectives of 2025, invented people."""
# ruff: noqa: E501

from typing import Any

from documents.content import PaperContent

TARGETS = [
    "Toàn bộ thủ tục hành chính cùng quy trình nội bộ, quy trình điện tử thuộc thẩm quyền được ban hành, sửa "
    "đổi hoặc bãi bỏ đúng thời điểm pháp luật yêu cầu, đạt 100%.",
    "Cung cấp trực tuyến 100% thủ tục hành chính đủ điều kiện; hồ sơ giải quyết trực tuyến chiếm ít nhất 90% "
    "tổng số hồ sơ cấp sở.",
    "Hồ sơ giải quyết đúng hạn đạt từ 98% trở lên; mức độ hài lòng của người dân, doanh nghiệp đạt từ 95% trở lên.",
    "100% công chức, viên chức được bồi dưỡng theo vị trí việc làm; 100% người làm công tác tiếp nhận hồ sơ được "
    "bồi dưỡng về cải cách hành chính, thủ tục hành chính và phần mềm nghiệp vụ.",
    "100% hồ sơ công việc được xử lý trên môi trường mạng, trừ hồ sơ thuộc phạm vi bí mật nhà nước và hồ sơ đặc "
    "thù; 100% người giữ chức vụ lãnh đạo dùng chữ ký số.",
]

TASKS = [
    ("Rà soát, phối hợp cập nhật để công khai kịp thời bộ thủ tục và quy trình", "Các phòng, đơn vị có TTHC"),
    (
        "Tái cấu trúc quy trình để đề xuất dịch vụ công trực tuyến; đẩy mạnh xử lý hồ sơ trực tuyến",
        "Các phòng, đơn vị có TTHC",
    ),
    ("Tiếp nhận và giải quyết thủ tục hành chính", "Các phòng, đơn vị có TTHC"),
    ("Bố trí, cử công chức, viên chức tham gia bồi dưỡng theo tiêu chuẩn ngạch và chức danh", "Văn phòng Sở"),
    (
        "Ứng dụng công nghệ thông tin trong chế độ báo cáo; cấp đủ chữ ký số cho công chức, viên chức",
        "Văn phòng Sở",
    ),
]


def decision_data() -> dict[str, Any]:
    """The decision as plain data, as a form or a JSON file would give it."""
    rows = [
        {
            "cells": [
                {"text": str(number)},
                {"text": target.rstrip(".")},
                {"text": task.replace("; ", "\n")},
                {"text": lead},
                {"text": "Thanh tra Sở" if number <= 3 else "Các phòng, đơn vị"},
                {"text": "Thường xuyên"},
            ]
        }
        for number, (target, (task, lead)) in enumerate(zip(TARGETS, TASKS, strict=True), start=1)
    ]
    return {
        "kind": "decision",
        "symbol": "QĐ-SKHCN",
        "parent_name": "UBND tỉnh Đồng Nai",
        "agency_name": "Sở Khoa học và Công nghệ",
        "place": "Đồng Nai",
        "title": "Về việc công bố Mục tiêu chất lượng năm 2025\ncủa Sở Khoa học và Công nghệ",
        "preamble": "Giám đốc Sở Khoa học và Công nghệ",
        "bases": [
            {
                "text": "Quyết định số 19/2014/QĐ-TTg ngày 05 tháng 3 năm 2014 của Thủ tướng Chính phủ về việc áp "
                "dụng Hệ thống quản lý chất lượng theo Tiêu chuẩn quốc gia TCVN ISO 9001:2008 vào hoạt động của "
                "các cơ quan, tổ chức thuộc hệ thống hành chính nhà nước"
            },
            {
                "text": "Quyết định số 15/2025/QĐ-UBND ngày 27 tháng 02 năm 2025 của Ủy ban nhân dân tỉnh Đồng Nai "
                "quy định chức năng, nhiệm vụ, quyền hạn và cơ cấu tổ chức của Sở Khoa học và Công nghệ"
            },
            {
                "kind": "implementing",
                "text": "Kế hoạch số 11/KH-SKHCN ngày 26 tháng 3 năm 2025 của Sở Khoa học và Công nghệ về duy trì, "
                "cải tiến Hệ thống quản lý chất lượng năm 2025",
            },
            {"kind": "considering", "text": "Ban ISO Sở Khoa học và Công nghệ"},
        ],
        "enacting": "QUYẾT ĐỊNH:",
        "body": [
            {
                "type": "article",
                "text": "Công bố kèm theo Quyết định này Mục tiêu chất lượng năm 2025 của Sở Khoa học và Công nghệ "
                "(Phụ lục I) và Kế hoạch thực hiện Mục tiêu chất lượng năm 2025 (Phụ lục II).",
            },
            {
                "type": "article",
                "text": "Trách nhiệm thực hiện:",
                "points": [
                    "Ban ISO và Trưởng các phòng, đơn vị phổ biến Mục tiêu chất lượng đến toàn thể công chức, viên "
                    "chức và người lao động bằng hình thức phù hợp;",
                    "Trưởng các phòng, đơn vị xây dựng mục tiêu chất lượng của phòng, đơn vị mình phù hợp với chức "
                    "năng, nhiệm vụ được giao;",
                    "Ban ISO và Trưởng các phòng, đơn vị nhận diện, đánh giá và giải quyết rủi ro, cơ hội liên quan "
                    "đến việc đạt mục tiêu.",
                ],
            },
            {
                "type": "article",
                "text": "Quyết định này có hiệu lực kể từ ngày ký.",
                "paragraphs": [
                    "Ban ISO, Trưởng các phòng, đơn vị và công chức, viên chức được phân công chịu trách nhiệm thi "
                    "hành Quyết định này."
                ],
            },
        ],
        "annexes": [
            {
                "title": "Mục tiêu chất lượng năm 2025",
                "blocks": [{"type": "list", "style": "number", "items": TARGETS}],
            },
            {
                "title": "Kế hoạch thực hiện mục tiêu chất lượng năm 2025",
                "orientation": "landscape",
                "blocks": [
                    {
                        "type": "table",
                        "columns": [
                            {"title": "STT", "width": 5, "align": "center"},
                            {"title": "Mục tiêu", "width": 31},
                            {"title": "Nhiệm vụ", "width": 28},
                            {"title": "Đơn vị\nchủ trì", "width": 13},
                            {"title": "Đơn vị\nphối hợp", "width": 12},
                            {"title": "Thời gian", "width": 11, "align": "center"},
                        ],
                        "rows": rows,
                    }
                ],
            },
        ],
        "signature": {
            "authority": "KT.",
            "on_behalf_of": "Giám đốc",
            "position": "Phó Giám đốc",
            "name": "Trịnh Bảo Long",
        },
        "recipients": ["Như Điều 3", "Ban Giám đốc Sở", "Các phòng, đơn vị thuộc Sở"],
        "archive": "VT, Ban ISO",
    }


def decision() -> PaperContent:
    """The decision, validated."""
    return PaperContent.model_validate(decision_data())
