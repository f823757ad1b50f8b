"""The demonstration agency: units, invented people, one account per role, calendar and clauses.

Facts and figures are those of a real department's papers; the people are invented, and the agency is
marked as a demonstration. Everything is made through the services, and only what is missing.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from qms.models import Agency, Clause, ClauseApplicability, OfficeHours, OrgUnit, Person, Role
from qms.services import accounts, calendar, organisation, people, standard
from qms.services.organisation import UnitData
from qms.worktime import DayHours

CODE = "SKHCN-DNAI"
SISTER_CODE = "SNV-DNAI"
SUPERIOR_CODE = "UBND-DNAI"
PASSWORD = "TrinhDien@2026"  # noqa: S105 - the published password of the demonstration
START = dt.date(2020, 1, 1)
COMMITTEE_DECISION = "Quyết định 130/QĐ-SoKHCN ngày 15/4/2025"
COMMITTEE_START = dt.date(2025, 4, 15)
MANUAL_DATE = dt.date(2025, 11, 5)

UNITS = (
    UnitData("BGD", "Ban Giám đốc", OrgUnit.Kind.LEADERSHIP, "Ban Giám đốc", "BGĐ", order=1),
    UnitData("VP", "Văn phòng Sở", OrgUnit.Kind.OFFICE, "Văn phòng", "VP", handles_procedures=True, order=2),
    UnitData("TTRA", "Thanh tra Sở", OrgUnit.Kind.DIVISION, "Thanh tra", "TTra", order=3),
    UnitData(
        "TDC",
        "Phòng Quản lý Tiêu chuẩn Đo lường Chất lượng",
        short_name="Phòng TĐC",
        abbreviation="TĐC",
        handles_procedures=True,
        is_standing_unit=True,
        order=4,
    ),
    UnitData(
        "QLKH",
        "Phòng Quản lý Khoa học",
        short_name="Phòng QLKH",
        abbreviation="QLKH",
        handles_procedures=True,
        order=5,
    ),
    UnitData(
        "CNDM",
        "Phòng Công nghệ và Đổi mới sáng tạo",
        short_name="Phòng CN&ĐMST",
        abbreviation="CN&ĐMST",
        handles_procedures=True,
        order=6,
    ),
    UnitData(
        "BCVT",
        "Phòng Bưu chính - Viễn thông",
        short_name="Phòng BCVT",
        abbreviation="BCVT",
        handles_procedures=True,
        order=7,
    ),
    UnitData(
        "CDS",
        "Phòng Chuyển đổi số",
        short_name="Phòng CĐS",
        abbreviation="CĐS",
        handles_procedures=True,
        order=8,
    ),
)
COMMITTEE = UnitData("BISO", "Ban ISO", OrgUnit.Kind.COMMITTEE, "Ban ISO", "Ban ISO", order=9)


@dataclass(frozen=True)
class DemoPerson:
    """An invented person: unit code, account (or none) and (role, unit code or none) pairs."""

    name: str
    position: str
    unit: str
    username: str = ""
    roles: tuple[tuple[str, str], ...] = ()


PEOPLE = (
    DemoPerson("Trần Minh Khôi", "Giám đốc", "BGD", "lanhdao", ((Role.LEADER, ""),)),
    DemoPerson("Lê Thanh Hương", "Phó Giám đốc", "BGD", "truongban", ((Role.COMMITTEE_HEAD, ""),)),
    DemoPerson("Đỗ Văn Thắng", "Phó Giám đốc", "BGD", "lanhdao2", ((Role.LEADER, ""),)),
    DemoPerson("Nguyễn Hoàng Nam", "Chuyên viên", "TDC", "thuky", ((Role.SECRETARY, ""),)),
    DemoPerson("Phạm Quốc Việt", "Trưởng phòng", "QLKH", "truongphong", ((Role.UNIT_HEAD, "QLKH"),)),
    DemoPerson("Võ Thị Ngọc Ánh", "Trưởng phòng", "TDC", "truongphong.tdc", ((Role.UNIT_HEAD, "TDC"),)),
    DemoPerson("Bùi Đức Long", "Trưởng phòng", "CNDM", "truongphong.cn", ((Role.UNIT_HEAD, "CNDM"),)),
    DemoPerson("Đặng Hồng Phúc", "Trưởng phòng", "BCVT", "truongphong.bcvt", ((Role.UNIT_HEAD, "BCVT"),)),
    DemoPerson("Hồ Thị Mỹ Linh", "Trưởng phòng", "CDS", "truongphong.cds", ((Role.UNIT_HEAD, "CDS"),)),
    DemoPerson("Ngô Xuân Trường", "Chánh Văn phòng", "VP", "chanhvanphong", ((Role.UNIT_HEAD, "VP"),)),
    DemoPerson("Dương Thị Kim Oanh", "Phó Trưởng phòng", "CNDM", "banvien", ((Role.COMMITTEE_MEMBER, ""),)),
    DemoPerson("Lý Gia Bảo", "Chuyên viên", "QLKH", "chuyenvien", ((Role.STAFF, ""),)),
    DemoPerson("Phan Thị Thu Hà", "Chuyên viên chính", "CDS", "danhgiavien", ((Role.AUDITOR, ""),)),
    DemoPerson("Trương Công Định", "Chuyên viên chính", "TDC", "danhgiavien2", ((Role.AUDITOR, ""),)),
    DemoPerson("Huỳnh Thị Bích Vân", "Văn thư", "VP", "vanthu", ((Role.CLERK, ""),)),
    DemoPerson("Mai Thanh Tùng", "Chuyên viên Một cửa", "VP", "motcua", ((Role.ONE_STOP, ""),)),
    DemoPerson("Vũ Đình Hải", "Chuyên viên, UBND tỉnh", "", "captren", ((Role.SUPERIOR, ""),)),
    DemoPerson("Tô Nhật Quang", "Quản trị hệ thống", "VP", "quantri", ((Role.ADMIN, ""),)),
    DemoPerson("Cao Thị Diễm My", "Chuyên viên", "TDC"),
    DemoPerson("Lâm Chí Hiếu", "Chuyên viên", "CNDM"),
    DemoPerson("Đinh Thị Lan Chi", "Chuyên viên", "BCVT"),
    DemoPerson("Châu Anh Kiệt", "Chuyên viên", "BCVT"),
    DemoPerson("Tạ Ngọc Yến", "Chuyên viên", "CDS"),
    DemoPerson("Nguyễn Thị Ánh Tuyết", "Kế toán trưởng", "VP"),
    DemoPerson("Trịnh Bá Sơn", "Phó Trưởng phòng", "QLKH"),
)

EXCLUSIONS = {
    "7.1.5": (
        "Hoạt động của cơ quan hành chính không dùng phép đo nào quyết định sự phù hợp của kết quả; "
        "máy tính, máy in, máy quét không thuộc diện kiểm định, hiệu chuẩn."
    ),
    "8.3": (
        "Thủ tục hành chính do văn bản quy phạm pháp luật quy định; cơ quan không tự thiết kế "
        "hay phát triển dịch vụ mới."
    ),
    "8.4": (
        "Không thuê ngoài quá trình cốt lõi nào của dịch vụ hành chính công; dịch vụ hỗ trợ như bảo trì, "
        "vệ sinh được quản lý theo hợp đồng và không ảnh hưởng đến kết quả giải quyết hồ sơ."
    ),
    "8.5.1.f": (
        "Kết quả là hồ sơ, văn bản, giấy phép theo quy định pháp luật, kiểm tra được trước khi trả; "
        "không có quá trình nào phải xác nhận giá trị sử dụng sau khi cung cấp."
    ),
}

SISTER_UNITS = (
    *UNITS[:2],
    UnitData(
        "TCPCP",
        "Phòng Tổ chức, biên chế và Tổ chức phi chính phủ",
        short_name="Phòng TCBC&TCPCP",
        abbreviation="TCBC&TCPCP",
        handles_procedures=True,
        order=3,
    ),
    UnitData(
        "LDVL",
        "Phòng Lao động - Việc làm",
        short_name="Phòng LĐ-VL",
        abbreviation="LĐ-VL",
        handles_procedures=True,
        order=4,
    ),
)
SISTER_PEOPLE = (
    DemoPerson("Quách Tuấn Anh", "Giám đốc", "BGD", "lanhdao.snv", ((Role.LEADER, ""),)),
    DemoPerson("Hà Thị Ngọc Diệp", "Phó Giám đốc", "BGD", "truongban.snv", ((Role.COMMITTEE_HEAD, ""),)),
    DemoPerson("Lưu Thị Hoài Thương", "Chuyên viên", "VP", "thuky.snv", ((Role.SECRETARY, ""),)),
    DemoPerson("Thái Minh Châu", "Văn thư", "VP", "vanthu.snv", ((Role.CLERK, ""),)),
    DemoPerson("Kiều Văn Đạt", "Quản trị hệ thống", "VP", "quantri.snv", ((Role.ADMIN, ""),)),
)
SUPERIOR_PEOPLE = (
    DemoPerson("Ông Quang Hưng", "Chuyên viên Văn phòng", "VP", "ubndtinh", ((Role.SUPERIOR, ""),)),
    DemoPerson("Từ Bảo Ngân", "Quản trị hệ thống", "VP", "quantri.ubnd", ((Role.ADMIN, ""),)),
)


@transaction.atomic
def create_core() -> Agency:
    """The demonstration agency with everything the other parts build on; safe to run again."""
    calendar.national_days_load()
    standard.editions_load()
    agency = _agency(CODE, "Sở Khoa học và Công nghệ", "Sở KH&CN")
    _units(agency, UNITS, START)
    _units(agency, (COMMITTEE,), COMMITTEE_START, document=COMMITTEE_DECISION)
    _people(agency, PEOPLE)
    inspectors = OrgUnit.objects.get(agency=agency, code="TTRA")
    if inspectors.valid_to is None:
        organisation.unit_close(
            inspectors,
            acting=None,
            on=dt.date(2025, 7, 1),
            document="Sắp xếp cơ quan thanh tra năm 2025",
        )
    _aliases(agency)
    _exclusions(agency)
    sister = _agency(SISTER_CODE, "Sở Nội vụ", "Sở Nội vụ")
    _units(sister, SISTER_UNITS, START)
    _people(sister, SISTER_PEOPLE)
    _superior(agency, sister)
    return agency


def _superior(*below: Agency) -> None:
    """The agency above, from which those below are looked at side by side."""
    above = _agency(SUPERIOR_CODE, "Ủy ban nhân dân tỉnh Đồng Nai", "UBND tỉnh", parent_name="")
    _units(above, (UnitData("VP", "Văn phòng", OrgUnit.Kind.OFFICE, "Văn phòng", "VP", order=1),), START)
    _people(above, SUPERIOR_PEOPLE)
    for agency in below:
        if agency.parent_id is None:
            organisation.agency_change(agency, acting=None, parent=above)
            agency.refresh_from_db()


def accounts_list() -> list[tuple[str, str, str, str]]:
    """User name, roles, person with position, and agency of every demonstration account."""
    lines = []
    for agency in Agency.objects.filter(is_demo=True).order_by("code"):
        made = Person.objects.filter(agency=agency).exclude(user=None).select_related("user", "unit")
        names = [plan.username for plan in (*PEOPLE, *SISTER_PEOPLE, *SUPERIOR_PEOPLE)]
        known = {person.user.username: person for person in made if person.user}
        for username in sorted(known, key=lambda name: names.index(name) if name in names else len(names)):
            person = known[username]
            roles = ", ".join(
                f"{row.get_role_display()}{f' ({row.unit.abbreviation})' if row.unit else ''}"
                for row in person.role_assignments.select_related("unit")
            )
            words = ", ".join(part for part in (person.full_name, person.position) if part)
            lines.append((username, roles, words, agency.name))
    return lines


def _agency(code: str, name: str, short_name: str, parent_name: str = "UBND TỈNH ĐỒNG NAI") -> Agency:
    found = Agency.objects.filter(code=code).first()
    agency = found or organisation.agency_create(
        acting=None,
        code=code,
        name=name,
        short_name=short_name,
        parent_name=parent_name,
        place="Đồng Nai",
        address="Đồng Nai",
        is_demo=True,
    )
    if not OfficeHours.objects.filter(agency=agency).exists():
        hours = DayHours((dt.time(7), dt.time(11, 30)), (dt.time(13, 30), dt.time(17)))
        week = dict.fromkeys(range(5), hours)
        calendar.office_hours_set(agency, acting=None, valid_from=START, hours=week)
    return agency


def _units(agency: Agency, units: tuple[UnitData, ...], start: dt.date, document: str = "") -> None:
    known = set(OrgUnit.objects.filter(agency=agency).values_list("code", flat=True))
    for unit in units:
        if unit.code not in known:
            organisation.unit_create(agency, unit, acting=None, valid_from=start, document=document)


def _people(agency: Agency, plans: tuple[DemoPerson, ...]) -> None:
    units = {unit.code: unit for unit in OrgUnit.objects.filter(agency=agency)}
    known = set(Person.objects.filter(agency=agency).values_list("full_name", flat=True))
    domain = agency.code.lower()
    for plan in plans:
        if plan.name in known:
            continue
        person = people.person_add(
            agency,
            acting=None,
            full_name=plan.name,
            position=plan.position,
            unit=units.get(plan.unit),
            email=f"{plan.username}@{domain}.example" if plan.username else "",
            valid_from=START,
        )
        if plan.username:
            user, _password = accounts.account_create(
                person, acting=None, username=plan.username, password=PASSWORD
            )
            if plan.username == "quantri":
                type(user).objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
        for role, unit in plan.roles:
            committee = role in {Role.COMMITTEE_HEAD, Role.COMMITTEE_MEMBER, Role.SECRETARY}
            people.role_assign(
                person,
                acting=None,
                role=role,
                unit=units.get(unit),
                valid_from=COMMITTEE_START if committee else START,
                document=COMMITTEE_DECISION if committee and agency.code == CODE else "",
            )


def _aliases(agency: Agency) -> None:
    for code, name, system in (
        ("TDC", "Phòng Tiêu chuẩn Đo lường Chất lượng", "Một cửa điện tử"),
        ("CNDM", "Phòng Quản lý Công nghệ", "Một cửa điện tử"),
        ("BCVT", "Phòng Bưu chính Viễn thông", "Một cửa điện tử"),
    ):
        unit = OrgUnit.objects.get(agency=agency, code=code)
        if not unit.aliases.filter(name=name).exists():
            organisation.alias_add(unit, acting=None, name=name, system=system)


def _exclusions(agency: Agency) -> None:
    known = set(ClauseApplicability.objects.filter(agency=agency).values_list("clause__code", flat=True))
    for code, reason in EXCLUSIONS.items():
        if code not in known:
            standard.applicability_set(
                agency,
                Clause.objects.get(edition__code="TCVN ISO 9001:2015", code=code),
                acting=None,
                applicable=False,
                justification=reason,
                valid_from=MANUAL_DATE,
            )
