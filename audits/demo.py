"""Audits of the demonstration, made through the services as people would: the programme of the year, an
audit that was reported, and one that is under way today."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from audits.models import Audit, AuditorCompetence, AuditProgramme, AuditSession, ChecklistItem, Finding
from audits.services import audits, checklists, findings, programmes, sessions
from audits.services.library import library_load
from audits.services.papering import audit_paper
from objectives.demo import person
from qms import clock
from qms.models import Agency, Clause, OrgUnit, Person

YEAR = 2026
AUDITORS = ("danhgiavien", "danhgiavien2", "banvien", "chuyenvien")
ENTRIES = (
    ("BCVT", 7, ("7.5", "8.2", "8.5", "8.6", "8.7"), "Cấp giấy phép bưu chính", "planned"),
    ("QLKH", 7, ("6.1", "7.5", "8.5", "9.1"), "Đăng ký hoạt động khoa học và công nghệ", "planned"),
    ("VP", 7, ("7.1", "7.2", "7.4", "8.2"), "Tiếp nhận và trả kết quả tại Một cửa", "planned"),
    ("CNDM", 9, ("6.2", "8.1", "8.5", "9.1"), "Chuyển giao công nghệ", "planned"),
    ("CDS", 11, ("6.1", "7.3", "8.5", "10.2"), "Vận hành nền tảng số", "planned"),
    ("TDC", 11, ("4.1", "4.2", "4.4", "9.1", "9.2", "10.2", "10.3"), "Duy trì HTQLCL", "planned"),
    ("BGD", 11, ("5.1", "5.2", "5.3", "9.3"), "Trách nhiệm của lãnh đạo", "planned"),
)
DECISION = "Quyết định số 214/QĐ-SoKHCN ngày 22/6/2026"


def load(agency: Agency) -> None:
    """Everything up to today; what is there already stays."""
    with clock.at(dt.date(YEAR, 2, 10)):
        library_load(agency, acting=person(agency, "thuky"))
        _competences(agency)
    if AuditProgramme.objects.filter(agency=agency).exists():
        return
    with transaction.atomic():
        programme = _programme(agency)
        if clock.today() >= dt.date(YEAR, 7, 24):
            _finished(agency, programme)
        if clock.today() >= dt.date(YEAR, 8, 3):
            _under_way(agency, programme)


def _competences(agency: Agency) -> None:
    for username in AUDITORS:
        somebody = person(agency, username)
        if not AuditorCompetence.objects.filter(person=somebody).exists():
            programmes.competence_record(
                somebody,
                acting=person(agency, "thuky"),
                title="Đánh giá viên nội bộ TCVN ISO 9001:2015",
                issuer="Lớp tập huấn của Sở",
                obtained_on=dt.date(2025, 6, 20),
            )


def _programme(agency: Agency) -> AuditProgramme:
    secretary = person(agency, "thuky")
    units = {unit.code: unit for unit in OrgUnit.objects.filter(agency=agency)}
    known = {clause.code: clause for clause in Clause.objects.filter(edition__code="TCVN ISO 9001:2015")}
    with clock.at(dt.date(YEAR, 3, 5)):
        programme = programmes.programme_open(agency, acting=secretary, year=YEAR)
        for code, month, clauses, process, origin in ENTRIES:
            programmes.entry_add(
                programme,
                acting=secretary,
                unit=units[code],
                month=month,
                clauses=[known[one] for one in clauses],
                process=process,
                origin=origin,
            )
        programme = programmes.programme_submit(programme, acting=secretary)
    with clock.at(dt.date(YEAR, 3, 12)):
        return programmes.programme_approve(programme, acting=person(agency, "truongban"))


def _audit(
    agency: Agency,
    programme: AuditProgramme,
    *,
    title: str,
    codes: tuple[str, ...],
    days: tuple[dt.date, dt.date],
    team: tuple[str, ...],
) -> Audit:
    """Planned, its team appointed, auditors proposed by the portal, the plan sent."""
    secretary = person(agency, "thuky")
    entries = [row for row in programme.entries.select_related("unit") if row.unit.code in codes]
    audit = audits.audit_create(
        agency,
        acting=secretary,
        programme=programme,
        entries=entries,
        title=title,
        starts_on=days[0],
        ends_on=days[1],
    )
    for number, username in enumerate(team):
        post = "auditor" if number else "lead"
        sessions.member_add(audit, acting=secretary, person=person(agency, username), post=post)
    sessions.auditors_propose(audit, acting=secretary)
    audit = sessions.team_appoint(audit, acting=secretary, document=DECISION, on=dt.date(YEAR, 6, 22))
    return audits.audit_notify(audit, acting=secretary)


def _finished(agency: Agency, programme: AuditProgramme) -> None:
    """July: three units, findings of every grade, a dispute decided, the report handed in."""
    first, last = dt.date(YEAR, 7, 13), dt.date(YEAR, 7, 14)
    lead = person(agency, "danhgiavien")
    with clock.at(dt.date(YEAR, 7, 1)):
        audit = _audit(
            agency,
            programme,
            title=f"Đánh giá nội bộ đợt 1 năm {YEAR}",
            codes=("BCVT", "QLKH", "VP"),
            days=(first, last),
            team=("danhgiavien", "danhgiavien2"),
        )
    with clock.at(first, 8):
        audit = audits.audit_start(audit, acting=lead)
        _meet(
            audit,
            "opening",
            first,
            7,
            "Thống nhất mục đích, lịch và cách làm việc; đơn vị cử người tham gia.",
        )
    made: dict[str, Finding] = {}
    for session in audit.sessions.select_related("unit", "audit").prefetch_related("auditors"):
        start = timezone.localtime(session.starts_at)
        with clock.at(start.date(), start.hour + 1):
            made |= _answers(session)
    with clock.at(last, 16):
        _meet(audit, "closing", last, 16, "Đoàn thông báo các phát hiện; đơn vị có ý kiến về từng phát hiện.")
        audit = audits.audit_finish(audit, acting=lead)
    with clock.at(dt.date(YEAR, 7, 16)):
        findings.finding_acknowledge(made["BCVT"], acting=person(agency, "truongphong.bcvt"))
        disputed = findings.finding_dispute(
            made["QLKH"],
            acting=person(agency, "truongphong"),
            reason="Bản in ở bàn làm việc là bản cũ nhưng hồ sơ trên phần mềm theo bản mới.",
        )
    with clock.at(dt.date(YEAR, 7, 17)):
        findings.finding_decide(
            disputed,
            acting=person(agency, "truongban"),
            uphold=True,
            reason="Hai trong ba hồ sơ mẫu dùng biểu mẫu cũ, nên phát hiện được giữ nguyên.",
        )
    with clock.at(dt.date(YEAR, 7, 20)):
        audit = audits.audit_report(
            audit,
            acting=lead,
            conclusion="Hệ thống quản lý chất lượng tại ba đơn vị cơ bản phù hợp và được duy trì. Một điểm "
            "không phù hợp nặng về kiểm soát biểu mẫu và một điểm nhẹ về văn bản xin lỗi cần khắc phục.",
            recommendation="Rà soát biểu mẫu đang dùng ở mọi đơn vị; nhắc trên phần mềm trước khi quá hạn.",
        )
        audit_paper(audit, field="report", signer=person(agency, "truongban"), acting=person(agency, "thuky"))


def _under_way(agency: Agency, programme: AuditProgramme) -> None:
    """Begun today, its checklists half answered."""
    today = clock.today()
    with clock.at(today - dt.timedelta(days=9)):
        audit = _audit(
            agency,
            programme,
            title=f"Đánh giá nội bộ đợt 2 năm {YEAR}",
            codes=("CDS", "TDC", "BGD"),
            days=(today, today + dt.timedelta(days=2)),
            team=("danhgiavien2", "banvien", "danhgiavien"),
        )
    with clock.at(today, 8):
        audit = audits.audit_start(audit, acting=person(agency, "danhgiavien2"))
        _meet(audit, "opening", today, 8, "Thống nhất lịch làm việc hai ngày tại ba đơn vị.")
        session = audit.sessions.prefetch_related("auditors").select_related("audit").first()
        if session is not None:
            for item in _items(session)[:4]:
                _give(item, session.auditors.all()[0], "conform", "Đã xem, đúng yêu cầu.")


def _meet(audit: Audit, kind: str, day: dt.date, hour: int, minutes: str) -> None:
    team = [str(row) for row in audit.members.select_related("person")]
    lead = next(row.person for row in audit.members.select_related("person") if row.post == "lead")
    audits.meeting_record(
        audit,
        acting=lead,
        kind=kind,
        held_at=timezone.make_aware(dt.datetime.combine(day, dt.time(hour, 30))),
        place="Phòng họp của Sở",
        attendees="\n".join([*team, "Trưởng các đơn vị được đánh giá"]),
        minutes=minutes,
    )


def _items(session: AuditSession) -> list[ChecklistItem]:
    rows = ChecklistItem.objects.filter(checklist__session=session).select_related(
        "clause", "checklist__session__audit__agency", "checklist__session__unit"
    )
    return list(rows.order_by("number"))


NOTES: dict[tuple[str, str], tuple[str, str]] = {
    ("BCVT", "8.5-02"): ("nonconform", "3 hồ sơ quá hạn không có văn bản xin lỗi."),
    ("BCVT", "8.2-01"): ("strength", "Niêm yết có mã QR dẫn tới cổng dịch vụ công."),
    ("QLKH", "7.5-01"): ("nonconform", "Bản in tại bàn là lần ban hành 1, bản hiệu lực là lần 2."),
    ("VP", "7.4-01"): ("observation", "Phiếu chuyển nội bộ chưa lưu trên phần mềm."),
    ("VP", "7.1-02"): ("not_applicable", "Không có thay đổi nhân sự trong kỳ."),
}
FOUND: dict[tuple[str, str], tuple[str, str, str]] = {
    ("BCVT", "8.5-02"): (
        "minor",
        "Hồ sơ quá hạn không có văn bản xin lỗi, hẹn lại ngày trả.",
        "3 hồ sơ quá hạn trong mẫu không có văn bản xin lỗi trên phần mềm.",
    ),
    ("BCVT", "8.2-01"): ("strength", "Niêm yết thủ tục có mã QR, người dân tự tra cứu được.", ""),
    ("QLKH", "7.5-01"): (
        "major",
        "Dùng biểu mẫu đã hết hiệu lực khi thẩm định hồ sơ.",
        "2/3 hồ sơ mẫu lập theo biểu mẫu lần ban hành 1; bản hiệu lực là lần 2 từ 02/3/2026.",
    ),
    ("VP", "7.4-01"): ("observation", "Nên lưu phiếu chuyển nội bộ trên phần mềm để tra cứu.", ""),
}


def _answers(session: AuditSession) -> dict[str, Finding]:
    """Answer every question but the last one; raise what was found."""
    auditor: Person = session.auditors.all()[0]
    code, found = session.unit.code, {}
    items = _items(session)
    for item in items:
        question = item.question.code if item.question else ""
        answer, note = NOTES.get((code, question), ("conform", ""))
        if item is items[-1] and code == "VP":
            continue
        _give(item, auditor, answer, note)
        if (code, question) in FOUND:
            grade, description, evidence = FOUND[(code, question)]
            made = findings.finding_raise(
                session.audit,
                acting=auditor,
                key=f"demo-{item.pk}",
                grade=grade,
                item=item,
                description=description,
                evidence=evidence,
            )
            if made.is_nonconformity:
                found[code] = made
    return found


def _give(item: ChecklistItem, auditor: Any, answer: str, note: str) -> None:
    checklists.answer_give(item, acting=auditor, answer=answer, note=note, version=0, key=f"demo-{item.pk}")
