"""What the demonstration writes down of its context: issues and interested parties (clauses 4.1, 4.2).

Facts follow a real department's manual; wording is our own.
"""

ISSUES = (
    (
        "legal",
        "Nghị định 118/2025/NĐ-CP thay quy định cũ về một cửa, một cửa liên thông",
        "both",
        "Mẫu phiếu, cách hẹn lại và trách nhiệm xin lỗi thay đổi từ 01/7/2025",
        "Rà soát toàn bộ quy trình, tập huấn người tiếp nhận và thụ lý",
    ),
    (
        "legal",
        "Tiêu chuẩn TCVN ISO 9001 sắp có phiên bản mới",
        "both",
        "Phải chuyển đổi hệ thống trong thời gian quá độ",
        "Theo dõi bản dịch, lập kế hoạch chuyển đổi khi công bố",
    ),
    (
        "security",
        "Yêu cầu bảo đảm an toàn thông tin và dữ liệu cá nhân tăng",
        "negative",
        "Hồ sơ điện tử chứa dữ liệu cá nhân của người nộp",
        "Phân quyền, tập huấn, kiểm tra tài khoản mỗi quý",
    ),
    (
        "suppliers",
        "Phần mềm một cửa và cổng dịch vụ công do đơn vị khác vận hành",
        "negative",
        "Cơ quan không tự khắc phục được khi gián đoạn",
        "Thỏa thuận thời gian xử lý sự cố, có phương án tiếp nhận giấy",
    ),
    (
        "culture",
        "Người dân quen nộp hồ sơ trực tiếp",
        "negative",
        "Tỷ lệ hồ sơ trực tuyến ở một số thủ tục còn thấp",
        "Hướng dẫn, hỗ trợ nộp trực tuyến tại quầy",
    ),
    (
        "socio-economic",
        "Số doanh nghiệp công nghệ và hồ sơ viễn thông tăng nhanh",
        "both",
        "Lượng hồ sơ tăng không đều giữa các phòng",
        "San việc, bố trí người dự phòng theo thủ tục",
    ),
    (
        "structure",
        "Sở hoạt động theo cơ cấu mới sau sắp xếp đơn vị hành chính",
        "negative",
        "Thanh tra Sở đã kết thúc hoạt động, nhiệm vụ chia lại giữa các phòng",
        "Sửa phân công, quy trình và danh mục hồ sơ bàn giao",
    ),
    (
        "staff",
        "Công chức mới nhận việc chưa quen quy trình điện tử",
        "negative",
        "Dễ sai sót trong tháng đầu",
        "Kèm cặp, bồi dưỡng theo vị trí việc làm",
    ),
    (
        "facilities",
        "Máy quét, đường truyền tại điểm tiếp nhận thứ hai cũ",
        "negative",
        "Số hóa chậm khi đông người",
        "Đề xuất thay thế trong dự toán năm",
    ),
    (
        "communication",
        "Giao ban tuần và hệ thống quản lý văn bản dùng chung",
        "positive",
        "Thông tin về hồ sơ sắp đến hạn đến được mọi phòng",
        "Đưa hồ sơ sắp đến hạn thành mục cố định của giao ban",
    ),
    (
        "results",
        "Kết quả giải quyết hồ sơ năm trước chưa đều giữa các phòng",
        "negative",
        "Có phòng dưới chỉ tiêu đúng hạn và trực tuyến",
        "Phân tích nguyên nhân theo thủ tục, giao việc khắc phục",
    ),
)

PARTIES = (
    (
        "superior",
        "UBND tỉnh, Sở Nội vụ",
        "Chấm điểm cải cách hành chính, kiểm tra việc áp dụng HTQLCL",
        (
            ("requirement", "Áp dụng, công bố và duy trì HTQLCL", "Kế hoạch duy trì, cải tiến hằng năm"),
            ("expectation", "Nâng thứ hạng cải cách hành chính", "Theo dõi mục tiêu chất lượng hằng tháng"),
        ),
    ),
    (
        "peers",
        "Các sở, ngành phối hợp giải quyết hồ sơ liên thông",
        "Cho ý kiến trong hồ sơ liên thông",
        (("need", "Nhận đủ hồ sơ, còn đủ thời gian để trả lời", "Gửi lấy ý kiến ngay trong ngày tiếp nhận"),),
    ),
    (
        "citizens",
        "Tổ chức, cá nhân nộp hồ sơ",
        "Người thụ hưởng dịch vụ",
        (
            ("need", "Trả kết quả đúng hẹn, đúng nội dung đề nghị", "Cảnh báo hồ sơ sắp đến hạn"),
            (
                "expectation",
                "Chỉ nộp một lần, không phải bổ sung nhiều lần",
                "Thông báo bổ sung một lần, đủ nội dung",
            ),
            ("expectation", "Theo dõi được hồ sơ trên mạng", "Cập nhật từng bước trên phần mềm một cửa"),
        ),
    ),
    (
        "software",
        "Đơn vị vận hành phần mềm một cửa của tỉnh",
        "Cung cấp và vận hành phần mềm",
        (
            (
                "requirement",
                "Danh mục thủ tục, quy trình điện tử được cung cấp kịp thời",
                "Gửi trong 3 ngày làm việc",
            ),
        ),
    ),
    (
        "staff",
        "Công chức, viên chức của Sở",
        "Thực hiện các quy trình",
        (
            (
                "need",
                "Quy trình rõ, phân công phù hợp, được bồi dưỡng",
                "Kế hoạch bồi dưỡng theo vị trí việc làm",
            ),
        ),
    ),
)
