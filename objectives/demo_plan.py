"""What the objectives of the demonstration say; pure data in words of our own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from objectives.models import RoleGroup

WITH_TTHC = RoleGroup.PROCEDURE_UNITS


@dataclass(frozen=True)
class TargetPlan:
    """A target as plain data; `units` when the units report it."""

    code: str
    text: str
    label: str
    operator: str
    figure: str
    formula: str = "MANUAL"
    unit: str = "%"
    latest: bool = False
    more: Mapping[str, str] | None = None


@dataclass(frozen=True)
class TaskPlan:
    """A task as plain data; parties are unit codes or role groups."""

    text: str
    leads: Sequence[str]
    coordinators: Sequence[str]
    time: str = "Thường xuyên"


@dataclass(frozen=True)
class ObjectivePlan:
    """An objective as plain data."""

    text: str
    targets: Sequence[TargetPlan]
    tasks: Sequence[TaskPlan]
    plan_text: str = ""


PLAN = (
    ObjectivePlan(
        "Toàn bộ thủ tục hành chính, quy trình nội bộ và quy trình điện tử thuộc thẩm quyền của Sở được "
        "ban hành, "
        "sửa đổi, bổ sung hoặc bãi bỏ kịp thời theo quy định, đạt 100%.",
        [
            TargetPlan(
                "1",
                "TTHC, quy trình nội bộ và điện tử được ban hành, sửa đổi, bãi bỏ kịp thời",
                "kịp thời",
                "=",
                "100",
                more={"scope_text": "Thủ tục hành chính thuộc thẩm quyền giải quyết của Sở"},
            )
        ],
        [
            TaskPlan(
                "Rà soát, cập nhật và công khai kịp thời bộ thủ tục hành chính cùng quy trình nội bộ, "
                "quy trình "
                "điện tử",
                [WITH_TTHC],
                ["TTRA"],
            )
        ],
    ),
    ObjectivePlan(
        "Cung cấp trực tuyến 100% thủ tục hành chính đủ điều kiện thuộc thẩm quyền của Sở; số hồ sơ "
        "được giải "
        "quyết trực tuyến chiếm ít nhất 90% tổng số hồ sơ ở cấp sở.",
        [
            TargetPlan(
                "2a",
                "TTHC đủ điều kiện được cung cấp trực tuyến",
                "TTHC trực tuyến",
                "=",
                "100",
                latest=True,
                more={"scope_text": "Thủ tục hành chính đủ điều kiện cung cấp trực tuyến"},
            ),
            TargetPlan(
                "2b",
                "Hồ sơ giải quyết trực tuyến trên tổng số hồ sơ",
                "hồ sơ trực tuyến",
                ">=",
                "90",
                "ONLINE_ALL",
            ),
        ],
        [
            TaskPlan(
                "Tái cấu trúc quy trình nghiệp vụ để đề xuất cung cấp dịch vụ công trực tuyến khi đủ "
                "điều kiện",
                [WITH_TTHC],
                ["TTRA"],
            ),
            TaskPlan(
                "Đẩy mạnh cung cấp dịch vụ công trực tuyến, xử lý hiệu quả hồ sơ trực tuyến",
                [WITH_TTHC],
                ["TTRA"],
            ),
        ],
    ),
    ObjectivePlan(
        "Hồ sơ được giải quyết đúng hạn đạt từ 98% trở lên; mức độ hài lòng của người dân, doanh nghiệp "
        "về việc "
        "giải quyết thủ tục hành chính đạt từ 95% trở lên.",
        [
            TargetPlan("3a", "Hồ sơ giải quyết đúng hạn", "đúng hạn", ">=", "98", "RESOLVED"),
            TargetPlan(
                "3b",
                "Người dân, doanh nghiệp hài lòng về giải quyết TTHC",
                "hài lòng",
                ">=",
                "95",
                "ONE_STOP_RATING",
            ),
        ],
        [
            TaskPlan(
                "Tiếp nhận và giải quyết thủ tục hành chính đúng quy trình, đúng hạn", [WITH_TTHC], ["TTRA"]
            )
        ],
    ),
    ObjectivePlan(
        "100% công chức, viên chức được bồi dưỡng nghiệp vụ theo vị trí việc làm; trong đó 100% công "
        "chức tiếp nhận "
        "hồ sơ được bồi dưỡng về cải cách hành chính, thủ tục hành chính và phần mềm một cửa, phần mềm "
        "chuyên ngành.",
        [
            TargetPlan(
                "4a",
                "Công chức, viên chức được bồi dưỡng theo vị trí việc làm",
                "bồi dưỡng",
                "=",
                "100",
                unit="% người",
                latest=True,
            ),
            TargetPlan(
                "4b",
                "Công chức tiếp nhận hồ sơ được bồi dưỡng CCHC, phần mềm",
                "tiếp nhận",
                "=",
                "100",
                unit="% người",
                latest=True,
            ),
        ],
        [
            TaskPlan(
                "Bố trí công chức, viên chức đúng tiêu chuẩn ngạch, chức danh nghề nghiệp và vị trí "
                "việc làm; cử đi "
                "bồi dưỡng theo yêu cầu nhiệm vụ",
                ["VP"],
                [RoleGroup.ALL_UNITS],
            )
        ],
    ),
    ObjectivePlan(
        "100% hồ sơ công việc được xử lý trên môi trường mạng, trừ hồ sơ thuộc phạm vi bí mật nhà nước "
        "và hồ sơ đặc "
        "thù; 100% công chức giữ chức vụ lãnh đạo sử dụng chữ ký số khi xử lý, điều hành công việc.",
        [
            TargetPlan(
                "5a",
                "Hồ sơ công việc xử lý trên môi trường mạng",
                "trên mạng",
                "=",
                "100",
                unit="% hồ sơ",
                more={"exclusion_text": "Hồ sơ thuộc phạm vi bí mật nhà nước, hồ sơ đặc thù"},
            ),
            TargetPlan(
                "5b",
                "Công chức giữ chức vụ lãnh đạo sử dụng chữ ký số",
                "chữ ký số",
                "=",
                "100",
                unit="% người",
                latest=True,
            ),
        ],
        [
            TaskPlan(
                "Ứng dụng công nghệ thông tin trong chế độ báo cáo, bảo đảm dữ liệu thống nhất, phục vụ "
                "kịp thời việc "
                "chỉ đạo, kiểm tra, giám sát",
                ["VP"],
                [RoleGroup.ALL_UNITS],
            ),
            TaskPlan("Cấp đầy đủ chữ ký số cho công chức, viên chức của Sở", ["VP"], [RoleGroup.ALL_UNITS]),
        ],
        plan_text="100% hồ sơ công việc được xử lý trên môi trường mạng, trừ hồ sơ thuộc phạm vi bí mật "
        "nhà nước và "
        "hồ sơ đặc thù; 100% cán bộ, công chức sử dụng chữ ký số khi xử lý, điều hành, tham mưu công việc.",
    ),
)
