"""The annual plan of the demonstration: eleven items, issued as a paper, under way up to today.

Facts (items, times, who leads) are those of a real department's plan for 2026, in words of our own.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from documents.models import LegalBasis
from objectives.demo import basis_kept, paper_through, person
from objectives.models import MaintenancePlan, PlanItem, PlanNote, PlanState, RoleGroup
from objectives.services import plans, plans_life, plans_work
from objectives.services.plans_clone import plan_clone
from objectives.services.plans_fulfil import plan_fulfil
from qms import clock, files, registry, sheets
from qms.models import Agency, OrgUnit, Person

EVERYONE = RoleGroup.ALL_UNITS
BAN = RoleGroup.COMMITTEE


@dataclass(frozen=True)
class Item:
    """An item as plain data; parties are unit codes or role groups."""

    text: str
    time: str
    leads: tuple[str, ...]
    coordinators: tuple[str, ...] = (EVERYONE,)
    optional: bool = False
    fulfilled_by: str = ""
    lead_text: str = ""
    coordinator_text: str = ""


ITEMS = (
    Item(
        "Kiện toàn Ban ISO khi có thay đổi nhân sự (nếu có)",
        "Quý I",
        ("TDC",),
        optional=True,
        fulfilled_by="committee_decision",
    ),
    Item(
        "Tổ chức đào tạo về hệ thống quản lý chất lượng TCVN ISO 9001:2015 (nếu cần)",
        "Quí I-IV",
        ("TDC",),
        optional=True,
        fulfilled_by="training_held",
        lead_text="Phòng TĐC tổ chức, thuê đơn vị đào tạo",
        coordinator_text="Các phòng, đơn vị cử người tham dự",
    ),
    Item(
        "Công bố mục tiêu chất lượng của Sở; các phòng, đơn vị lập mục tiêu chất lượng của mình",
        "Quý I",
        (BAN, "TDC"),
        fulfilled_by="objective_decision",
        coordinator_text="Các phòng, đơn vị lập mục tiêu của đơn vị mình",
    ),
    Item(
        "Lập kế hoạch và chương trình đánh giá nội bộ",
        "Quý I-II",
        (BAN, "TDC"),
        fulfilled_by="audit_programme",
    ),
    Item(
        "Rà soát bảng nhận diện, đánh giá rủi ro và cơ hội",
        "Quý I-II",
        (BAN, "TDC"),
        fulfilled_by="risk_register",
        coordinator_text="Các phòng, đơn vị rà soát rủi ro của đơn vị mình",
    ),
    Item(
        "Rà soát, sửa đổi, bổ sung quy trình nội bộ và quy trình giải quyết TTHC (nếu có phát sinh)",
        "Thường xuyên",
        ("TDC",),
        optional=True,
        fulfilled_by="documents_kept_up",
        lead_text="Phòng TĐC tổng hợp",
        coordinator_text="Các phòng, đơn vị rà soát quy trình do mình quản lý",
    ),
    Item("Tiến hành đánh giá nội bộ", "Quý II-III", (RoleGroup.AUDIT_TEAM,), fulfilled_by="audit_report"),
    Item(
        "Khắc phục và cải tiến sau đánh giá; kiểm tra, báo cáo kết quả khắc phục (nếu có)",
        "Quý II-III",
        (BAN, "TDC"),
        optional=True,
        fulfilled_by="corrective_closed",
    ),
    Item("Họp xem xét của lãnh đạo", "Quý IV", (BAN,), fulfilled_by="review_minutes"),
    Item("Báo cáo kết quả duy trì, cải tiến trong năm", "Quý IV", ("TDC",), fulfilled_by="year_report"),
    Item(
        "Công bố lại hệ thống quản lý chất lượng phù hợp TCVN ISO 9001:2015",
        "Quý IV",
        ("TDC",),
        (),
        fulfilled_by="self_declaration",
    ),
)
PURPOSES = """- Bảo đảm 100% phòng thuộc Sở áp dụng ISO điện tử đúng quy định và có hiệu quả; duy trì, cải \
tiến và mở rộng việc áp dụng đối với quy trình nội bộ.
- Đẩy mạnh ứng dụng công nghệ thông tin trong giải quyết thủ tục hành chính và công việc nội bộ, góp phần \
nâng cao kết quả cải cách hành chính năm {year} của Sở."""
REQUIREMENTS = """- Công chức, viên chức, người lao động của Sở nắm được các quy định của tiêu chuẩn và cách \
vận dụng vào công việc.
- Phân công rõ nhiệm vụ, trách nhiệm của từng bộ phận, cá nhân; lấy sự hài lòng của người dân, tổ chức, \
doanh nghiệp làm thước đo."""
ORGANISATION = """Ban ISO
- Thành viên Ban ISO chỉ đạo phòng, đơn vị mình lập mục tiêu, kế hoạch thực hiện và hoàn thành các nội dung \
của Kế hoạch này.
- Tham mưu tổ chức đánh giá nội bộ, họp xem xét của lãnh đạo; báo cáo kết quả đúng thời gian quy định.
Phòng Quản lý Tiêu chuẩn Đo lường Chất lượng
- Chủ trì, phối hợp với các phòng, đơn vị triển khai Kế hoạch, bảo đảm hệ thống có hiệu lực và hiệu quả.
- Gắn việc áp dụng, cải tiến hệ thống với công tác cải cách hành chính; phối hợp Văn phòng Sở nâng cao chất \
lượng dịch vụ công trực tuyến một phần và toàn trình.
- Thực hiện thủ tục thanh toán, quyết toán kinh phí theo quy định.
Các phòng, đơn vị thuộc Sở
- Áp dụng, duy trì và cải tiến hệ thống tại đơn vị; chịu trách nhiệm về kết quả các nhiệm vụ được giao.
- Phối hợp với Phòng TĐC; đề xuất mở rộng phạm vi áp dụng đối với quy trình nội bộ."""
BUDGET = "Từ nguồn kinh phí duy trì, cải tiến hệ thống quản lý chất lượng được giao trong năm."


def load(agency: Agency) -> None:
    """The plan of the year under way, issued; only what is missing."""
    issue(prepare(agency, clock.today().year))


def next_year(plan: MaintenancePlan) -> MaintenancePlan:
    """The plan of the year after, cloned in one act, approved, its paper drafted."""
    agency, year = plan.agency, plan.year + 1
    found: MaintenancePlan | None = (
        MaintenancePlan.objects.filter(agency=agency, year=year).exclude(state=PlanState.SUPERSEDED).first()
    )
    return found or _paper_drafted(plan_clone(plan, year=year, acting=person(agency, "thuky")))


def prepare(agency: Agency, year: int) -> MaintenancePlan:
    """Drafted by the secretary, approved by the head of the committee, its paper drafted."""
    found: MaintenancePlan | None = (
        MaintenancePlan.objects.filter(agency=agency, year=year).exclude(state=PlanState.SUPERSEDED).first()
    )
    if found is not None:
        return found
    secretary = person(agency, "thuky")
    plan = plans.plan_create(
        agency=agency,
        year=year,
        title=f"Kế hoạch duy trì và cải tiến HTQLCL theo TCVN ISO 9001:2015 năm {year}",
        purposes=PURPOSES.format(year=year),
        requirements=REQUIREMENTS,
        organisation=ORGANISATION,
        budget_text=BUDGET,
        acting=secretary,
    )
    units = {unit.code: unit for unit in OrgUnit.objects.filter(agency=agency)}
    kinds = {kind.key for kind in registry.fulfilments}
    for item in ITEMS:
        plans.item_add(
            plan,
            text=item.text,
            time_text=item.time,
            leads=[units.get(code) or RoleGroup(code) for code in item.leads],
            coordinators=[units.get(code) or RoleGroup(code) for code in item.coordinators],
            is_optional=item.optional,
            fulfilled_by=item.fulfilled_by if item.fulfilled_by in kinds else "",
            lead_text=item.lead_text,
            coordinator_text=item.coordinator_text,
            acting=secretary,
        )
    plans.plan_bases(plan, bases=_bases(agency), acting=secretary)
    return _paper_drafted(plan)


def _paper_drafted(plan: MaintenancePlan) -> MaintenancePlan:
    """Submitted by the secretary, approved by the head of the committee, its paper prepared."""
    agency = plan.agency
    secretary = person(agency, "thuky")
    plans_life.plan_submit(plan, acting=secretary)
    plans_life.plan_approve(plan, acting=person(agency, "truongban"))
    plans_life.plan_publish(plan, signer=person(agency, "lanhdao2"), acting=secretary)
    plan.refresh_from_db()
    return plan


def _bases(agency: Agency) -> list[LegalBasis]:
    rows = (
        (
            "Quyết định",
            "19/2014/QĐ-TTg",
            "Thủ tướng Chính phủ",
            dt.date(2014, 3, 5),
            "về việc áp dụng Hệ thống quản lý chất lượng theo Tiêu chuẩn quốc gia TCVN ISO 9001:2008 vào "
            "hoạt động của các cơ quan, tổ chức thuộc hệ thống hành chính nhà nước",
        ),
        (
            "Thông tư",
            "26/2014/TT-BKHCN",
            "Bộ Khoa học và Công nghệ",
            dt.date(2014, 10, 10),
            "quy định chi tiết thi hành Quyết định số 19/2014/QĐ-TTg",
        ),
    )
    return [basis_kept(agency, kind, number, issuer, on, about) for kind, number, issuer, on, about in rows]


def issue(plan: MaintenancePlan) -> None:
    """The paper of the plan all its way, signed by a deputy."""
    signer = person(plan.agency, "lanhdao2")
    paper_through(plan.paper, signer=signer, issued_on=dt.date(plan.year, 2, 12))
    plan.refresh_from_db()


# What happened since; after every other part of the demonstration, whose records tick items off


def course(agency: Agency) -> None:
    """Progress, reports and ends of the items up to today, and next year's plan; only what is missing."""
    plan = MaintenancePlan.objects.filter(
        agency=agency, year=clock.today().year, state=PlanState.IN_FORCE
    ).first()
    if plan is None:
        return
    issue(next_year(plan))
    plan_fulfil(plan)
    if PlanNote.objects.filter(plan=plan).exists():
        return
    run = _Course(plan)
    for month, day, step in run.steps():
        if dt.date(plan.year, month, day) <= run.today:
            with clock.at(dt.date(plan.year, month, day)):
                step()


class _Course:
    """The course of one year."""

    def __init__(self, plan: MaintenancePlan) -> None:
        self.plan, self.agency = plan, plan.agency
        self.today = clock.today()
        self.secretary = person(self.agency, "thuky")
        self.head = person(self.agency, "truongphong.tdc")
        self.auditor = person(self.agency, "danhgiavien")

    def item(self, number: int) -> PlanItem:
        """The item as it stands now."""
        rows = PlanItem.objects.select_related("plan", "parent").prefetch_related("parties__unit")
        found: PlanItem = rows.get(plan=self.plan, number=str(number), archived_at=None)
        return found

    def note(self, number: int, by: Person, text: str, progress: int | None = None, short: str = "") -> None:
        """A word on the progress, as long as the item is open."""
        item = self.item(number)
        if item.is_open:
            plans_work.item_note(item, text=text, progress=progress, short=short, acting=by)

    def not_needed(self, number: int, by: Person, reason: str) -> None:
        """An item that did not come up, unless a record shows that it did."""
        item = self.item(number)
        if item.is_open:
            plans_work.item_not_needed(item, reason=reason, acting=by)

    def done(self, number: int, by: Person, name: str, lines: list[str], *, confirmed: bool = True) -> None:
        """Reported with a list as evidence, confirmed by the head of the committee."""
        item = self.item(number)
        if not item.is_open:
            return
        with sheets.workbook(["STT", "Nội dung"], list(enumerate(lines, start=1)), title="Danh sách") as book:
            file = files.store(self.agency, name, book.read(), acting=by)
        plans_work.evidence_add(item, file=file, acting=by)
        plans_work.item_report(item, acting=by, text=lines[0])
        if confirmed:
            plans_work.item_confirm(self.item(number), acting=person(self.agency, "truongban"))

    def steps(self) -> list[tuple[int, int, Callable[[], Any]]]:
        """(month, day, what happened), in order."""
        head, secretary, auditor = self.head, self.secretary, self.auditor
        return [
            (
                3,
                20,
                lambda: self.note(2, head, "Lớp nhận thức chung về tiêu chuẩn, 42 người dự.", 25, "1/4 lớp"),
            ),
            (
                3,
                27,
                lambda: self.not_needed(1, head, "Thành phần Ban ISO không thay đổi so với năm trước."),
            ),
            (
                5,
                22,
                lambda: self.done(
                    4,
                    head,
                    "Chuong trinh danh gia.xlsx",
                    ["Chương trình đánh giá 6 phòng, đơn vị", "Phân công đoàn"],
                ),
            ),
            (6, 5, lambda: self.note(2, head, "Lớp đánh giá viên nội bộ, 12 người đạt.", 50, "2/4 lớp")),
            (
                6,
                26,
                lambda: self.note(
                    6,
                    head,
                    "Sáu tháng đầu năm: sửa 4 quy trình nội bộ, 3 quy trình TTHC.",
                    None,
                    "7 quy trình",
                ),
            ),
            (7, 15, lambda: self.note(7, auditor, "Đã đánh giá 4 phòng, đơn vị.", 60, "4/6 đơn vị")),
            (
                9,
                25,
                lambda: self.done(
                    7,
                    auditor,
                    "Tong hop danh gia noi bo.xlsx",
                    ["Đã đánh giá đủ 6/6 phòng, đơn vị", "11 phát hiện"],
                ),
            ),
            (
                10,
                20,
                lambda: self.note(
                    8, head, "9 phiếu khắc phục đã đóng, 2 phiếu đang chờ thẩm tra.", 80, "9/11 phiếu"
                ),
            ),
            (
                10,
                9,
                lambda: self.note(2, head, "Lớp kỹ năng phân tích nguyên nhân, 18 người.", 75, "3/4 lớp"),
            ),
            (
                11,
                12,
                lambda: self.note(
                    9, secretary, "Đang tổng hợp báo cáo đầu vào của các phòng.", 30, "4/6 báo cáo"
                ),
            ),
        ]
