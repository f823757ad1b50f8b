"""Records beside the demonstration, so that every route has one that fits: drafts, imports on their preview
page, papers at each step, an audit being planned.

Made through the services, by people who may; `manage.py shell -c "from tests.access import records;
records.make()"` puts them into a loaded demonstration (tests/databases.py does that once for all tests).
"""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import serialization
from django.db import transaction
from django.utils import timezone

from audits.models import Audit, ChecklistItem, CorrectiveAction, ManagementReview, ReviewDecision
from audits.services import (
    audits,
    case_transfer,
    checklists,
    corrective,
    findings,
    programmes,
    sessions,
    wholefile,
)
from audits.services import reviews as meetings
from audits.services.grading import scale_change
from documents.models import PaperState
from documents.services import (
    images,
    keys,
    paper_approve,
    paper_authorise,
    paper_from_template,
    paper_issue,
    paper_submit,
    register_pdf,
    template_copy,
    trust,
)
from documents.signing.images import signature_image
from documents.signing.trial import TrialAuthority
from dossiers import profiles
from dossiers.models import ImportProfile
from dossiers.services import import_now
from feedback import reports
from library.models import ControlledDocument, RecordSeries
from library.services import records as archive
from library.services import versions, writing
from objectives import services
from objectives.demo import person as one_of
from objectives.models import MaintenancePlan, ObjectiveSet, PlanItem, RoleGroup
from objectives.services import plan_feeds, plans, plans_import, plans_work, sets_import
from objectives.services import reviews as judging
from qms import agency_settings, clock, demo, files, jobs, notifications, seals, sheets
from qms.models import Agency, CalendarDay, Clause, Job, OrgUnit, Person, Role
from qms.services import calendar, edition_sheet, people, people_sheet
from risks.demo_entries import CHANGE
from risks.models import Register, RiskAction
from risks.services import actions, changes, registers, transfer
from tests.dossiers.books import row, xlsx
from training.services import planning


class Makers:
    """The steps, in the order they are written down."""

    steps: list[Callable[["World"], None]] = []


def step(make: Callable[["World"], None]) -> Callable[["World"], None]:
    """One part of the records."""
    Makers.steps.append(make)
    return make


class World:
    """The demonstration agency with its people and units."""

    def __init__(self) -> None:
        self.agency = Agency.objects.get(code=demo.CODE)
        self.today = clock.today()
        self.next_year = self.today.year + 2  # the demonstration has the plan of next year

    def who(self, username: str) -> Person:
        """A person of the demonstration."""
        return one_of(self.agency, username)

    def unit(self, code: str) -> OrgUnit:
        """A unit of the demonstration."""
        return OrgUnit.objects.get(agency=self.agency, code=code)

    def file(self, name: str, acting: Person, content: bytes = b"%PDF-1.7 bang chung") -> Any:
        """A stored file."""
        return files.store(self.agency, name, content, acting=acting)

    def days(self, number: int) -> dt.date:
        """So many days from now."""
        return self.today + dt.timedelta(days=number)


@step
def of_the_core(world: World) -> None:
    """A day of the calendar, a role lent, workbooks that are not taken over yet, a few mails sent."""
    secretary, admin = world.who("thuky"), world.who("quantri")
    calendar.day_set(
        world.agency,
        acting=admin,
        day=world.days(40),
        kind=CalendarDay.Kind.COMPENSATORY_OFF,
        title="Nghỉ bù ngày truyền thống của ngành",
    )
    people.delegation_give(
        world.who("lanhdao"),
        world.who("lanhdao2"),
        acting=world.who("lanhdao"),
        role=Role.LEADER,
        valid_from=world.today,
        valid_to=world.days(14),
        reason="Đi công tác",
    )
    notifications.preferences_set(secretary, {"jobs": "digest"})
    for name, template in (
        ("nhan-su.xlsx", people_sheet.template(world.agency)),
        ("dieu-khoan.xlsx", edition_sheet.template()),
    ):
        with template as book:
            world.file(name, admin, book.read())
    notifications.send_due(limit=5)
    seals.seal_all()


@step
def of_the_interfaces(world: World) -> None:
    """The open page for citizens and a calendar address."""
    admin, start = world.who("quantri"), world.today
    agency_settings.put(world.agency, "feedback.open_page", True, acting=admin, valid_from=start)
    plan_feeds.feed_make(world.who("thuky"))


@step
def of_objectives(world: World) -> None:
    """Next year's objectives being drafted, a table on its preview page, a review being written."""
    by: dict[str, Any] = {"acting": world.who("thuky")}
    year = world.today.year + 1
    draft = services.objective_set_create(
        agency=world.agency, year=year, title=f"Mục tiêu chất lượng năm {year}", **by
    )
    objective = services.objective_add(draft, text="Hồ sơ đúng hạn từ 98% trở lên", **by)
    for label in ("đúng hạn", "trước hạn"):
        services.target_add(
            objective, text=f"Hồ sơ {label}", label=label, figure=98, formula="RESOLVED", **by
        )
    services.task_add(
        objective,
        text="Tiếp nhận và giải quyết hồ sơ",
        time_text="Thường xuyên",
        leads=[RoleGroup.PROCEDURE_UNITS],
        **by,
    )
    sets_import.import_read(draft, pasted="Mục tiêu\tChỉ tiêu\nHồ sơ trực tuyến\t80%", **by)
    this_year = ObjectiveSet.objects.filter(agency=world.agency, unit=None, state="in_force").latest("year")
    with clock.at(dt.date(this_year.year, 12, 31)):
        judging.review_start(this_year, kind="year", **by)


@step
def of_the_plan(world: World) -> None:
    """A plan being drafted, its table on the preview page; a note and a file with an item of this year."""
    by: dict[str, Any] = {"acting": world.who("thuky")}
    present = MaintenancePlan.objects.get(agency=world.agency, year=world.today.year)
    draft = plans.plan_create(
        agency=world.agency, year=world.next_year, title=f"Kế hoạch năm {world.next_year}", **by
    )
    for text in ("Rà soát tài liệu", "Đánh giá nội bộ"):
        plans.item_add(draft, text=text, time_text="Quý I", leads=[RoleGroup.ALL_UNITS], **by)
    plans_import.import_read(draft, pasted="Nội dung công việc\tThời gian\nHọp xem xét\tTháng 12", **by)
    item = PlanItem.objects.filter(plan=present, state="in_progress", parent=None).first()
    item = item or PlanItem.objects.filter(plan=present, state="planned", parent=None).last()
    plans_work.item_note(item, text="Đã làm một nửa", progress=50, **by)
    plans_work.evidence_add(item, file=world.file("bien-ban.pdf", by["acting"]), title="Biên bản", **by)


@step
def of_audits(world: World) -> None:
    """Next year's programme being drawn up, an audit being planned, a photo with an answer, a whole file."""
    secretary = world.who("thuky")
    clauses = list(Clause.objects.filter(edition__code="TCVN ISO 9001:2015", code__in=("7.5", "8.5")))
    programme = programmes.programme_open(world.agency, acting=secretary, year=world.today.year + 1)
    for unit in ("QLKH", "CDS"):
        programmes.entry_add(
            programme, acting=secretary, unit=world.unit(unit), month=7, clauses=clauses, process="Văn bản"
        )
    made = [_audit(world, f"Đánh giá đột xuất lần {number}", clauses, 20 + number) for number in (1, 2)]
    sent = sessions.team_appoint(made[1], acting=secretary, document="Quyết định 12/QĐ-SKHCN", on=world.today)
    audits.audit_notify(sent, acting=secretary)
    working = Audit.objects.get(agency=world.agency, state=Audit.State.UNDER_WAY)
    item = ChecklistItem.objects.filter(checklist__session__audit=working).order_by("number").first()
    lead = working.members.get(post="lead").person
    checklists.evidence_add(item, acting=lead, key="anh-000001", name="anh.pdf", content=b"%PDF-1.7 anh")
    findings.finding_raise(
        working,
        acting=world.who("danhgiavien"),
        key="phat-hien-000001",
        grade="observation",
        item=item,
        description="Chưa ghi ngày",
    )
    jobs.run_here(wholefile.audit_file_start(working, form="zip", acting=secretary))


def _audit(world: World, title: str, clauses: list[Clause], ahead: int) -> Audit:
    """An audit in so many days with its team and one session."""
    secretary = world.who("thuky")
    audit = audits.audit_create(
        world.agency,
        acting=secretary,
        title=title,
        objective="Xem việc kiểm soát văn bản",
        scope="Phòng Quản lý Khoa học",
        criteria="TCVN ISO 9001:2015",
        starts_on=world.days(ahead),
        ends_on=world.days(ahead),
    )
    for username, post in (("danhgiavien", "lead"), ("danhgiavien2", "auditor")):
        sessions.member_add(audit, acting=secretary, person=world.who(username), post=post)
    start = timezone.make_aware(dt.datetime.combine(world.days(ahead), dt.time(8)))
    sessions.session_add(
        audit,
        acting=secretary,
        clauses=clauses,
        auditors=[world.who("danhgiavien")],
        unit=world.unit("QLKH"),
        starts_at=start,
        ends_at=start + dt.timedelta(hours=2),
        process="Văn bản",
    )
    return audit


@step
def of_improvement(world: World) -> None:
    """A case nobody has begun, more time asked for, a review that was held."""
    secretary, chair = world.who("thuky"), world.who("lanhdao")
    action = CorrectiveAction.objects.filter(
        nonconformity__agency=world.agency, nonconformity__state="in_progress", state="open"
    ).first()
    corrective.extension_ask(
        action,
        acting=action.owner,
        new_deadline=max(action.deadline, world.today) + dt.timedelta(days=30),
        reason="Chờ vật tư",
    )
    corrective.evidence_attach(
        action.nonconformity, acting=secretary, file=world.file("anh-khac-phuc.pdf", secretary)
    )
    with sheets.workbook(["Nội dung không phù hợp", "Đơn vị"], [["Thiếu phiếu hẹn", "VP"]]) as book:
        case_transfer.import_preview(world.agency, acting=secretary, name="so-kph.xlsx", content=book.read())
    scale_change(
        world.agency,
        acting=secretary,
        grades=[
            {"word": "Nặng", "behaviour": "major"},
            {"word": "Nhẹ", "behaviour": "minor"},
            {"word": "Lưu ý", "behaviour": "observation"},
            {"word": "Điểm hay", "behaviour": "strength"},
        ],
        valid_from=dt.date(world.today.year + 1, 1, 1),
    )
    review = meetings.review_open(
        world.agency,
        acting=secretary,
        year=world.today.year,
        title="Họp xem xét đột xuất",
        form=ManagementReview.Form.OWN,
        period_from=dt.date(world.today.year, 1, 1),
        period_to=world.today,
        planned_on=world.today,
        chair=chair,
        secretary=secretary,
    )
    for topic in review.inputs.all():
        meetings.input_supplement(topic, acting=secretary, note="Đã xem")
    review = meetings.review_hold(review, acting=secretary, held_on=world.today, present=[chair, secretary])
    made = meetings.decision_add(
        review,
        acting=secretary,
        kind="improvement",
        text="Rút ngắn quy trình",
        owner=world.who("truongphong"),
        deadline=world.days(60),
    )
    assert made.state == "open"
    done = (
        ReviewDecision.objects.filter(review__agency=world.agency, state="open")
        .exclude(review=review)
        .first()
    )
    meetings.decision_report(done, acting=secretary, note="Đã mua", file=world.file("hoa-don.pdf", secretary))


@step
def of_papers(world: World) -> None:
    """A paper at each step, one stuck, one that waits for a token; a template, an image, a root."""
    admin, secretary, clerk = world.who("quantri"), world.who("thuky"), world.who("vanthu")
    head, leader = world.who("truongban"), world.who("lanhdao")
    keys.trial_keys_ensure(world.agency, [leader])
    fresh = TrialAuthority().issue(head.full_name, world.agency.name, head.position)
    root = TrialAuthority().root.public_bytes(serialization.Encoding.PEM)
    pem = fresh.certificate.public_bytes(serialization.Encoding.PEM) + root
    keys.key_add_desk(agency=world.agency, person=head, certificates=pem, acting=admin)
    for title, signer, last in (
        ("Thông báo chờ duyệt", leader, PaperState.IN_REVIEW),
        ("Thông báo chờ ký", leader, PaperState.APPROVED),
        ("Thông báo chờ cấp số", leader, PaperState.AUTHORISED),
        ("Thông báo đang phát hành", leader, PaperState.ISSUING),
        ("Thông báo chờ chữ ký số", head, PaperState.ISSUING),
        ("Thông báo ký trước khi cấp số", leader, PaperState.SIGNING),
    ):
        paper = paper_from_template(
            agency=world.agency, key="papers.notice", title=title, signer=signer, acting=secretary
        )
        paper = paper_submit(paper, acting=secretary)
        if last == PaperState.IN_REVIEW:
            continue
        paper = paper_approve(paper, acting=head if signer == leader else leader)
        if last == PaperState.APPROVED:
            continue
        if last == PaperState.SIGNING:
            agency_settings.put(
                world.agency, "documents.signing_order", "B", acting=clerk, valid_from=world.today
            )
        paper = paper_authorise(paper, password=demo.PASSWORD, acting=signer)
        if last in {PaperState.AUTHORISED, PaperState.SIGNING}:
            continue
        job = paper_issue(paper, issued_on=world.today, acting=clerk)
        if signer == head:
            jobs.run_here(job)
        else:  # a worker that could not
            Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED, reason="Hết giấy")
    template_copy(agency=world.agency, key="papers.notice", acting=secretary)
    images.image_add(
        world.agency, leader, signature_image(leader.full_name), valid_from=world.days(1), acting=admin
    )
    trust.item_add(world.agency, root, kind="root", acting=admin)
    jobs.run_here(register_pdf.register_pdf_start(world.agency, {}, acting=clerk))


@step
def of_dossiers(world: World) -> None:
    """A file whose rows were refused, and sources of the agency's own: one in use, one archived."""
    desk = world.who("motcua")
    rows = [row(), row(2, **{"Ngày tiếp nhận": "khi nào đó"})]
    import_now(world.agency, name="mot-cua.xlsx", content=io.BytesIO(xlsx(rows)), acting=desk, again=True)
    for code, name in (("cong-tinh", "Cổng của tỉnh"), ("phan-mem-cu", "Phần mềm cũ")):
        made = ImportProfile.objects.create(agency=world.agency, code=code, name=name, mapping={})
    profiles.profile_archive(made, acting=desk)


@step
def of_the_library(world: World) -> None:
    """Versions at each step, one as a file; lists of disposal before and after."""
    secretary, reviewer, leader = world.who("thuky"), world.who("truongban"), world.who("lanhdao")
    documents = ControlledDocument.objects.filter(agency=world.agency, kind="procedure")
    first, second, third, fourth = list(documents.order_by("code"))[:4]
    draft = versions.version_start(first, acting=secretary, changes_note="Bổ sung biểu mẫu")
    for title in ("Mục đích", "Phạm vi"):
        writing.section_add(draft, acting=secretary, title=title, text="Nội dung")
    for document in (second, fourth):
        waiting = versions.version_start(document, acting=secretary, changes_note="Đổi tên phòng")
        waiting = versions.version_submit(
            waiting, acting=secretary, reviewer=reviewer, approver=leader, effective_on=world.days(30),
            changes_note="Đổi tên phòng",
        )  # fmt: skip
    versions.version_review(waiting, acting=reviewer)
    upload = versions.version_start(third, acting=secretary, source="uploaded", changes_note="Bản ký")
    writing.version_upload(upload, acting=secretary, file=world.file("quy-trinh.pdf", secretary))
    series = RecordSeries.objects.filter(agency=world.agency, retention_years__gt=0).order_by("code").first()
    kept = [
        archive.file_add(series, acting=secretary, title=f"Hộp {number}", closed_on=dt.date(1990, 1, 5))
        for number in (1, 2, 3)
    ]
    lists = [
        archive.disposal_create(
            world.agency, acting=secretary, title=f"Tiêu hủy đợt {number}", council="Hội đồng", files=[file]
        )
        for number, file in enumerate(kept, start=1)
    ]
    for listing in (lists[2], lists[0]):
        done = archive.disposal_submit(listing, acting=secretary)
        done = archive.disposal_decide(done, acting=leader, approve=True)
    archive.disposal_carry_out(
        done, acting=secretary, done_on=world.today, method="Nghiền", witnesses="Hai người",
        minutes=world.file("bien-ban-huy.pdf", secretary),
    )  # fmt: skip


@step
def of_feedback_and_training(world: World) -> None:
    """A report and a plan being drafted."""
    secretary = world.who("thuky")
    reports.report_draft(world.agency, year=world.today.year, acting=secretary)
    plan = planning.plan_draft(world.agency, year=world.today.year + 1, acting=secretary, purpose="Bồi dưỡng")
    planning.item_add(plan, acting=secretary, title="Kiểm soát tài liệu", audience="Chuyên viên", month=3)


def _end_registers_under_way(world: World, secretary: Person) -> None:
    """The demonstration draws up this year's registers from 18 May to 8 June: none may be under way."""
    ended = [Register.State.APPROVED, Register.State.SUPERSEDED]
    under_way = Register.objects.filter(agency=world.agency).exclude(state__in=ended)
    whole = under_way.filter(unit=None).first()
    if whole is None and under_way.exists():
        whole = registers.register_open(world.agency, acting=secretary, year=world.today.year)
        registers.rows_keep(whole, acting=secretary)
        for part in under_way.exclude(unit=None):
            registers.register_consolidate(whole, part, acting=secretary)
        whole = registers.register_submit(whole, acting=secretary)
    if whole is not None:
        registers.register_approve(whole, acting=world.who("truongban"))


@step
def of_risks(world: World) -> None:
    """Registers at two steps, a table on its preview page, a file as evidence, a change being written."""
    secretary = world.who("thuky")
    _end_registers_under_way(world, secretary)
    year = world.today.year + 1
    drafted = registers.register_open(world.agency, acting=secretary, year=year, unit=world.unit("CDS"))
    header = ["TT", "Quá trình", "Mô tả rủi ro", "K", "M"]
    with sheets.workbook(header, [[1, "Tiếp nhận", "Thiếu thành phần", 2, 2]]) as book:
        transfer.import_preview(drafted, acting=secretary, name="rui-ro.xlsx", content=book.read())
    waiting = registers.register_open(world.agency, acting=secretary, year=year, unit=world.unit("VP"))
    registers.rows_keep(waiting, acting=secretary)
    registers.register_submit(waiting, acting=secretary)
    whole = registers.register_open(world.agency, acting=secretary, year=year)
    head = world.who("truongphong.bcvt")
    part = registers.register_open(world.agency, acting=head, year=year, unit=world.unit("BCVT"))
    registers.rows_keep(part, acting=head)
    registers.register_consolidate(whole, registers.register_submit(part, acting=head), acting=secretary)
    action = RiskAction.objects.filter(risk__agency=world.agency, state="open").first()
    actions.action_report(
        action, acting=secretary, note="Đã làm", files=[world.file("rui-ro.pdf", secretary)]
    )
    change = changes.change_create(
        world.agency,
        acting=secretary,
        unit=world.unit("CDS"),
        takes_effect_on=world.days(40),
        follow_up_on=world.days(100),
        **CHANGE,
    )
    changes.touch_add(change, acting=secretary, kind="document", label="Quy trình tiếp nhận")


def make() -> None:
    """All of it."""
    world = World()
    for one in Makers.steps:
        with transaction.atomic():
            one(world)
