"""What the demonstration writes down: context, parties, risks and opportunities with their course.

Facts follow a real department's manual (categories of context, kinds of parties, focus on one-stop
work); wording, people and figures are invented.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class DemoAction:
    """An action: who (by name), deadline as (month, day) of the year, and what became of it.

    `course`: "" open, "done" reported, "effective", "ineffective" (open again).
    """

    text: str
    owner: str
    deadline: tuple[int, int]
    criterion: str = ""
    course: str = ""
    evidence: str = ""
    resources: str = "Trong giờ hành chính"


@dataclass(frozen=True)
class DemoEntry:
    """A risk or opportunity of a unit with its scores: before, after the first year, and next year's."""

    unit: str
    process: str
    event: str
    cause: str
    consequence: str
    controls: str
    clause: str
    before: tuple[int, int]
    after: tuple[int, int] | None = None
    again: tuple[int, int] | None = None
    kind: str = "risk"
    treatment: str = "reduce"
    reason: str = ""
    owner: str = ""
    issue: str = ""
    party: str = ""
    first: bool = True
    dropped: str = ""
    actions: tuple[DemoAction, ...] = field(default=())


ENTRIES = (
    DemoEntry(
        "BCVT",
        "Cấp giấy phép viễn thông",
        "Hồ sơ viễn thông trả kết quả quá hạn khi số lượng tăng",
        "Hai chuyên viên phụ trách toàn bộ thủ tục viễn thông",
        "Không đạt chỉ tiêu đúng hạn, phải xin lỗi và hẹn lại",
        "Phần mềm cảnh báo hồ sơ đến hạn",
        "8.5.1",
        (4, 4),
        (3, 4),
        (4, 4),
        owner="Đặng Hồng Phúc",
        issue="Số doanh nghiệp công nghệ và hồ sơ viễn thông tăng nhanh",
        actions=(
            DemoAction(
                "Đặt ngưỡng cảnh báo trước hạn 2 ngày làm việc",
                "Châu Anh Kiệt",
                (9, 15),
                "Hai tháng liền không có hồ sơ quá hạn mà chưa được báo trước",
                "effective",
                "Ảnh chụp cấu hình phần mềm ngày 12/9",
            ),
            DemoAction(
                "Giao Phó trưởng phòng rà hồ sơ hẹn trả mỗi sáng",
                "Đinh Thị Lan Chi",
                (10, 15),
                "Tỷ lệ đúng hạn của phòng từ 98 % trở lên trong quý IV",
                "ineffective",
                "Sổ giao ban tháng 10, 11",
            ),
        ),
    ),
    DemoEntry(
        "BCVT",
        "Cấp giấy phép bưu chính",
        "Doanh nghiệp không biết phải xác nhận lại khi đổi người đại diện",
        "Hướng dẫn trên cổng chưa nêu trường hợp này",
        "Hồ sơ bị trả lại, doanh nghiệp mất thời gian",
        "Hướng dẫn qua điện thoại",
        "8.2",
        (3, 2),
        (2, 2),
        owner="Đinh Thị Lan Chi",
        party="Tổ chức, cá nhân nộp hồ sơ",
        actions=(
            DemoAction(
                "Bổ sung hướng dẫn trên cổng dịch vụ công",
                "Đinh Thị Lan Chi",
                (8, 30),
                "Không còn hồ sơ bị trả lại vì lý do này trong quý IV",
                "effective",
                "Đường dẫn bài hướng dẫn đăng ngày 25/8",
            ),
        ),
    ),
    DemoEntry(
        "TDC",
        "Cấp giấy chứng nhận đăng ký hoạt động tiêu chuẩn, đo lường",
        "Giấy chứng nhận ghi sai phạm vi hoạt động",
        "Nhập lại phạm vi bằng tay từ hồ sơ giấy",
        "Phải thu hồi, cấp lại, ảnh hưởng tổ chức được chứng nhận",
        "Trưởng phòng soát xét trước khi trình ký",
        "8.5.1",
        (3, 4),
        (2, 4),
        (2, 4),
        owner="Võ Thị Ngọc Ánh",
        actions=(
            DemoAction(
                "Thêm bước đối chiếu phạm vi giữa hồ sơ và dự thảo trước khi trình ký",
                "Cao Thị Diễm My",
                (9, 30),
                "Không có giấy chứng nhận phải cấp lại do lỗi của phòng",
                "effective",
                "QT.TĐC.11 sửa đổi lần 3, bước 5",
            ),
        ),
    ),
    DemoEntry(
        "TDC",
        "Kiểm soát tài liệu của HTQLCL",
        "Giải quyết hồ sơ theo văn bản đã hết hiệu lực",
        "Danh mục tài liệu bên ngoài cập nhật chậm sau khi có văn bản mới",
        "Kết quả trái quy định, có thể bị khiếu nại",
        "Các phòng tự cập nhật danh mục",
        "7.5.3",
        (2, 5),
        None,
        (3, 5),
        owner="Cao Thị Diễm My",
        issue="Nghị định 118/2025/NĐ-CP thay quy định cũ về một cửa, một cửa liên thông",
        actions=(
            DemoAction(
                "Rà soát hiệu lực văn bản hằng quý, thông báo cho các phòng",
                "Cao Thị Diễm My",
                (11, 10),
                "Không có quy trình nào viện dẫn văn bản hết hiệu lực quá 15 ngày làm việc",
            ),
        ),
    ),
    DemoEntry(
        "TDC",
        "Duy trì HTQLCL",
        "Không kịp chuyển đổi sang phiên bản mới của TCVN ISO 9001",
        "Chưa biết thời điểm công bố bản tiêu chuẩn Việt Nam",
        "Công bố HTQLCL không còn phù hợp",
        "Theo dõi thông tin của cơ quan tiêu chuẩn",
        "6.3",
        (3, 3),
        treatment="accept",
        reason="Chưa có bản Việt Nam, chưa thể làm gì hơn ngoài theo dõi",
        owner="Võ Thị Ngọc Ánh",
        issue="Tiêu chuẩn TCVN ISO 9001 sắp có phiên bản mới",
        first=False,
    ),
    DemoEntry(
        "QLKH",
        "Tuyển chọn, giao nhiệm vụ khoa học và công nghệ",
        "Hội đồng họp chậm làm hồ sơ đăng ký nhiệm vụ quá hạn",
        "Khó mời đủ chuyên gia vào cuối năm",
        "Nhiệm vụ ký hợp đồng trễ, giải ngân thấp",
        "Lập danh sách chuyên gia từ đầu năm",
        "8.1",
        (4, 3),
        (3, 3),
        owner="Phạm Quốc Việt",
        actions=(
            DemoAction(
                "Họp hội đồng trực tuyến, mời chuyên gia dự phòng",
                "Lý Gia Bảo",
                (10, 31),
                "Mọi hội đồng họp trong thời hạn quy định",
                "done",
                "Biên bản 4 hội đồng trực tuyến",
            ),
        ),
    ),
    DemoEntry(
        "QLKH",
        "Lưu hồ sơ nhiệm vụ khoa học và công nghệ",
        "Thất lạc hồ sơ nhiệm vụ khi chuyển trụ sở",
        "Hồ sơ giấy chưa số hóa",
        "Không chứng minh được kết quả nghiệm thu",
        "Kho lưu trữ của Văn phòng",
        "7.5.3",
        (2, 4),
        (1, 4),
        owner="Trịnh Bá Sơn",
        issue="Sở hoạt động theo cơ cấu mới sau sắp xếp đơn vị hành chính",
        dropped="Đã chuyển xong trụ sở, hồ sơ bàn giao đủ theo danh mục",
        actions=(
            DemoAction(
                "Lập danh mục, bàn giao có biên bản và số hóa hồ sơ đang thực hiện",
                "Trịnh Bá Sơn",
                (8, 15),
                "Kiểm đếm khớp danh mục",
                "effective",
                "Biên bản bàn giao ngày 14/8",
            ),
        ),
    ),
    DemoEntry(
        "CNDM",
        "Thẩm định công nghệ dự án đầu tư",
        "Cơ quan phối hợp trả lời chậm làm quá hạn ý kiến thẩm định",
        "Quy chế phối hợp không định thời hạn trả lời",
        "Nhà đầu tư chờ lâu, phát sinh phản ánh",
        "Nhắc qua điện thoại",
        "8.5.1",
        (4, 4),
        None,
        (4, 4),
        treatment="accept",
        reason="Quy chế phối hợp do UBND tỉnh ban hành, Sở không tự sửa được; tiếp tục nhắc từng hồ sơ",
        owner="Bùi Đức Long",
        party="Các sở, ngành phối hợp giải quyết hồ sơ liên thông",
    ),
    DemoEntry(
        "CDS",
        "Cung cấp dịch vụ công trực tuyến",
        "Tỷ lệ hồ sơ nộp trực tuyến không đạt chỉ tiêu",
        "Biểu mẫu điện tử dài, người dân ngại nộp trực tuyến",
        "Không đạt mục tiêu chất lượng, giảm điểm cải cách hành chính",
        "Hướng dẫn tại quầy",
        "6.2",
        (5, 4),
        (5, 4),
        (5, 4),
        owner="Hồ Thị Mỹ Linh",
        issue="Người dân quen nộp hồ sơ trực tiếp",
        actions=(
            DemoAction(
                "Rút gọn biểu mẫu điện tử của 5 thủ tục có tỷ lệ thấp nhất",
                "Tạ Ngọc Yến",
                (9, 30),
                "Tỷ lệ trực tuyến của 5 thủ tục tăng ít nhất 20 điểm",
                "",
                resources="Phối hợp đơn vị vận hành phần mềm",
            ),
        ),
    ),
    DemoEntry(
        "CDS",
        "Vận hành hệ thống thông tin dùng chung",
        "Phần mềm một cửa gián đoạn trong giờ tiếp nhận",
        "Nâng cấp không báo trước, đường truyền cũ",
        "Không tiếp nhận được hồ sơ, hồ sơ trễ trên hệ thống",
        "Đường dây hỗ trợ của đơn vị vận hành",
        "7.1.3",
        (3, 4),
        (2, 3),
        owner="Hồ Thị Mỹ Linh",
        issue="Phần mềm một cửa và cổng dịch vụ công do đơn vị khác vận hành",
        actions=(
            DemoAction(
                "Lập phương án tiếp nhận giấy khi gián đoạn quá 2 giờ",
                "Tạ Ngọc Yến",
                (8, 31),
                "Diễn tập một lần mỗi năm, nhập bù trong ngày",
                "effective",
                "Biên bản diễn tập ngày 28/8",
            ),
        ),
    ),
    DemoEntry(
        "VP",
        "Tiếp nhận hồ sơ tại Bộ phận Một cửa",
        "Tiếp nhận hồ sơ chưa đủ thành phần, phải yêu cầu bổ sung nhiều lần",
        "Kiểm tra vội khi đông người, hướng dẫn chưa rõ",
        "Người dân đi lại nhiều lần, tạm dừng hồ sơ kéo dài",
        "Phiếu kiểm tra thành phần hồ sơ",
        "8.2",
        (4, 3),
        (3, 2),
        owner="Mai Thanh Tùng",
        party="Tổ chức, cá nhân nộp hồ sơ",
        actions=(
            DemoAction(
                "Viết lại hướng dẫn của 10 thủ tục bị yêu cầu bổ sung nhiều nhất",
                "Mai Thanh Tùng",
                (10, 10),
                "Giảm một nửa số hồ sơ phải bổ sung từ lần thứ hai",
                "done",
                "10 bản hướng dẫn đăng ngày 08/10",
            ),
        ),
    ),
    DemoEntry(
        "VP",
        "Xử lý phản ánh, kiến nghị",
        "Phản ánh, kiến nghị trả lời quá hạn",
        "Tiếp nhận từ nhiều kênh, không có một đầu mối",
        "Giảm mức độ hài lòng",
        "Sổ theo dõi tại Văn phòng",
        "9.1",
        (2, 4),
        None,
        None,
        owner="Ngô Xuân Trường",
        first=False,
        actions=(
            DemoAction(
                "Giao một đầu mối nhận từ mọi kênh, nhắc trước hạn 2 ngày làm việc",
                "Huỳnh Thị Bích Vân",
                (12, 15),
                "100 % phản ánh được trả lời đúng hạn trong hai quý",
            ),
        ),
    ),
    DemoEntry(
        "BCVT",
        "Giải quyết hồ sơ TTHC",
        "Rút ngắn thời gian của thủ tục thường xong trước hạn nhiều ngày",
        "Số liệu một cửa cho thấy thời gian thực tế thấp hơn quy định",
        "Tăng mức độ hài lòng, nâng chỉ số cải cách hành chính",
        "",
        "10.3",
        (4, 4),
        kind="opportunity",
        owner="Đặng Hồng Phúc",
        party="UBND tỉnh, Sở Nội vụ",
        actions=(
            DemoAction(
                "Đề xuất cắt giảm 15 % thời gian của 3 thủ tục và trình công bố",
                "Châu Anh Kiệt",
                (11, 25),
                "Quyết định công bố thời gian mới",
            ),
        ),
    ),
    DemoEntry(
        "CDS",
        "Giải quyết hồ sơ TTHC",
        "Dùng lại dữ liệu đã số hóa để bớt giấy tờ phải nộp",
        "Kho dữ liệu cá nhân đã kết nối với phần mềm một cửa",
        "Giảm thành phần hồ sơ, bớt lỗi nhập lại",
        "",
        "10.3",
        (3, 5),
        kind="opportunity",
        owner="Hồ Thị Mỹ Linh",
        actions=(
            DemoAction(
                "Chọn 4 thủ tục, sửa quy trình và công bố lại thành phần hồ sơ",
                "Tạ Ngọc Yến",
                (12, 20),
                "Bỏ được ít nhất 6 loại giấy tờ",
                resources="Kinh phí chuyển đổi số của Sở",
            ),
        ),
    ),
    DemoEntry(
        "",
        "Hoạch định và xem xét của lãnh đạo",
        "Mục tiêu chất lượng giao mà không có số liệu để tính trong năm",
        "Một số chỉ tiêu do các phòng tự báo cáo, báo chậm",
        "Không biết sớm để điều chỉnh, cuối năm không đạt",
        "Báo cáo 6 tháng và năm",
        "6.2",
        (3, 4),
        (2, 3),
        owner="Nguyễn Hoàng Nam",
        issue="Kết quả giải quyết hồ sơ năm trước chưa đều giữa các phòng",
        actions=(
            DemoAction(
                "Nhắc các phòng nhập số liệu kèm minh chứng trong 10 ngày làm việc sau mỗi kỳ",
                "Nguyễn Hoàng Nam",
                (7, 31),
                "Không còn chỉ tiêu thiếu số liệu khi sơ kết",
                "effective",
                "Trang số liệu các phòng, sơ kết 6 tháng",
            ),
        ),
    ),
)

CHANGE = {
    "title": "Chuyển quy trình nội bộ của 12 thủ tục viễn thông lên phần mềm một cửa phiên bản mới",
    "kind": "software",
    "purpose": "Dùng thống nhất một phần mềm, có cảnh báo trước hạn và ký số ngay trên từng bước.",
    "consequences": "Tuần đầu người thụ lý thao tác chậm; hồ sơ đang giải quyết có thể nằm ở hai hệ thống.",
    "integrity": (
        "Hồ sơ tiếp nhận trước ngày chuyển giải quyết xong trên phần mềm cũ; lưu bản chụp danh sách hồ sơ "
        "đang giải quyết; đối chiếu hai hệ thống mỗi ngày trong hai tuần."
    ),
    "resources": "Hai buổi tập huấn, một người hỗ trợ tại phòng trong tuần đầu.",
    "responsibilities": (
        "Phòng Chuyển đổi số cấu hình quy trình; Phòng Bưu chính - Viễn thông kiểm tra; Văn phòng thông "
        "báo tại quầy; Phòng TĐC sửa quy trình của HTQLCL."
    ),
}
