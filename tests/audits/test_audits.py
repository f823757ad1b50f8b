"""An audit: team and independence, plan, start, report; who may and in which order."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.utils import timezone

from audits import closing
from audits.models import Audit, AuditMember, Finding, Nonconformity
from audits.selectors import independence
from audits.services import audits, findings, sessions
from audits.services.nonconformities import nonconformity_open
from qms.exceptions import IllegalTransition, Invalid, Refused
from qms.models import AuditEntry, Notification, OrgUnitChange, Role, RoleAssignment
from qms.services import people
from tests import factories
from tests.audits.conftest import DAY


def grounds(person, unit, audit):
    return independence.grounds(
        person, unit, independence.history(audit.agency, audit.starts_on, audit.ends_on)
    )


def test_an_auditor_of_the_same_unit_is_refused_and_another_proposed(planned, auditor, unit, secretary, lead):
    own = auditor(unit)
    planned = sessions.team_release(planned, acting=secretary)
    sessions.member_add(planned, acting=secretary, person=own, post="auditor")
    session = planned.sessions.get()
    with pytest.raises(Invalid) as error:
        sessions.session_edit(session, acting=secretary, clauses=list(session.clauses.all()), auditors=[own])
    words = str(error.value)
    assert own.full_name in words and lead.full_name in words
    assert set(session.auditors.values_list("full_name", flat=True)) >= {lead.full_name}


def test_whoever_left_the_unit_within_the_period_is_refused(planned, auditor, unit, other_unit):
    moved = auditor(unit)
    people.person_change(moved, acting=None, unit=other_unit)
    moved.refresh_from_db()
    assert [ground.bars for ground in grounds(moved, unit, planned)] == [True]


def test_a_role_held_for_the_unit_within_the_period_bars_an_older_one_does_not(
    planned, auditor, unit, agency
):
    recent, old = auditor(), auditor()
    for person, until in ((recent, dt.date(2026, 2, 1)), (old, dt.date(2025, 1, 31))):
        RoleAssignment.objects.create(
            agency=agency,
            person=person,
            role=Role.UNIT_HEAD,
            unit=unit,
            valid_from=dt.date(2024, 2, 1),
            valid_to=until,
        )
    assert independence.barred(grounds(recent, unit, planned))
    assert not independence.barred(grounds(old, unit, planned))


def test_a_unit_that_was_merged_into_the_audited_one_bars_too(planned, auditor, unit, agency):
    former = factories.unit(agency, "Phòng cũ")
    change = OrgUnitChange.objects.create(agency=agency, kind="merged", on=dt.date(2026, 1, 1))
    change.before.add(former)
    change.after.add(unit)
    assert independence.barred(grounds(auditor(former), unit, planned))


def test_past_work_is_told_but_does_not_bar(planned, lead, unit, agency):
    from risks.models import Risk, RiskAction

    risk = Risk.objects.create(agency=agency, kind="risk", unit=unit, code="RR-09", event="x", process="y")
    RiskAction.objects.create(
        agency=agency, risk=risk, description="z", owner=lead, deadline=DAY, judge_on=DAY
    )
    found = grounds(lead, unit, planned)
    assert [ground.bars for ground in found] == [False] and "RR-09" in found[0].text


def test_who_has_no_competence_does_not_join(planned, agency, other_unit, secretary):
    planned = sessions.team_release(planned, acting=secretary)
    with pytest.raises(Invalid):
        sessions.member_add(
            planned, acting=secretary, person=factories.person(agency, unit=other_unit), post="auditor"
        )
    sessions.member_add(
        planned, acting=secretary, person=factories.person(agency, unit=other_unit), post="expert"
    )


def test_nobody_is_in_two_places_at_once(planned, secretary, clauses, other_unit, auditor, unit):
    session = planned.sessions.get()
    third = factories.unit(planned.agency, "Phòng Ba")
    with pytest.raises(Invalid):
        sessions.session_add(
            planned,
            acting=secretary,
            unit=third,
            clauses=[clauses["7.5"]],
            auditors=list(session.auditors.all())[:1],
            starts_at=session.starts_at,
            ends_at=session.ends_at,
        )


def test_auditors_are_proposed_only_where_lawful(planned, secretary, other_unit, clauses, unit):
    when = timezone.make_aware(dt.datetime.combine(DAY + dt.timedelta(days=1), dt.time(8)))
    for where in (unit, other_unit):
        sessions.session_add(
            planned,
            acting=secretary,
            unit=where,
            clauses=[clauses["7.5"]],
            starts_at=when,
            ends_at=when + dt.timedelta(hours=2),
        )
    left = sessions.auditors_propose(planned, acting=secretary)
    assert len(left) == 1 and other_unit.label in left[0]  # both auditors belong to it
    assert planned.sessions.filter(auditors=None).get().unit == other_unit


def test_the_plan_goes_out_only_when_it_is_complete(planned, secretary, head, lead):
    planned = sessions.team_release(planned, acting=secretary)
    with pytest.raises(Invalid):
        audits.audit_notify(planned, acting=secretary)
    planned = sessions.team_appoint(planned, acting=secretary, document="QĐ 55", on=DAY)
    sent = audits.audit_notify(planned, acting=secretary)
    assert sent.state == Audit.State.NOTIFIED
    assert {note.person for note in Notification.objects.filter(topic="audits")} >= {head, lead}


def test_only_the_lead_auditor_starts_and_steps_keep_their_order(planned, secretary, lead, second):
    with pytest.raises(IllegalTransition):
        audits.audit_start(planned, acting=lead)
    sent = audits.audit_notify(planned, acting=secretary)
    for somebody in (second, secretary):
        with pytest.raises(Refused):
            audits.audit_start(sent, acting=somebody)
    started = audits.audit_start(sent, acting=lead)
    assert started.sessions.get().checklist.items.count() == 2  # 8.4 is excluded
    with pytest.raises(Refused):
        audits.audit_cancel(started, acting=secretary, reason="x")
    for step in (audits.audit_close, audits.audit_resume):
        with pytest.raises((IllegalTransition, Refused)):
            step(started, acting=lead)


def meetings(audit, lead):
    for kind in ("opening", "closing"):
        audits.meeting_record(
            audit, acting=lead, kind=kind, held_at=timezone.now(), attendees="Cả đoàn", minutes="Nội dung"
        )


def test_the_report_waits_for_meetings_and_answers(running, items, lead, head, committee_head):
    found = findings.finding_raise(
        running,
        acting=lead,
        key="khoa-000001",
        grade="major",
        item=items[0],
        description="Dùng bản cũ",
        evidence="QT.01 lần 2",
    )
    audit = audits.audit_finish(running, acting=lead)
    with pytest.raises(Invalid) as error:
        audits.audit_report(audit, acting=lead, conclusion="Phù hợp")
    assert found.code in str(error.value)
    meetings(audit, lead)
    findings.finding_acknowledge(found, acting=head)
    done = audits.audit_report(audit, acting=lead, conclusion="Phù hợp, có 1 điểm nặng")
    assert done.state == "reported"
    with pytest.raises(Refused):
        audits.audit_close(done, acting=lead)
    case = nonconformity_open(
        audit.agency, acting=None, unit=found.unit, origin="audit", grade="major", finding=found,
        title="Dùng bản cũ", description="x", process="Cấp phép", requirement="y", evidence="z",
        clause=found.clause, owner=head,
    )  # fmt: skip
    with pytest.raises(Invalid) as error:
        audits.audit_close(done, acting=committee_head)
    assert found.code in str(error.value)
    Nonconformity.objects.filter(pk=case.pk).update(state="cancelled", cancelled_reason="nhập nhầm")
    closing.add(blocked)
    try:
        with pytest.raises(Invalid):
            audits.audit_close(done, acting=committee_head)
    finally:
        closing._matters.remove(blocked)
    assert closing.open_matters(done) == []
    assert audits.audit_close(done, acting=committee_head).state == "closed"
    assert AuditEntry.objects.filter(verb="audits.audit.closed").exists()


def blocked(audit):
    return ["CAR mở"]


def test_findings_are_answered_by_the_unit_and_decided_by_the_committee(
    running, items, lead, second, head, committee_head, agency
):
    def made(n):
        return findings.finding_raise(
            running,
            acting=lead,
            key=f"khoa-00000{n}",
            grade="minor",
            item=items[0],
            description="x",
            evidence="y",
        )

    first = made(1)
    assert (first.unit, first.clause, first.requirement) == (head.unit, items[0].clause, "Yêu cầu")
    assert made(1).pk == first.pk and Finding.objects.count() == 1  # the same key, sent twice
    for somebody in (second, committee_head):
        with pytest.raises(Refused):
            findings.finding_acknowledge(first, acting=somebody)
    with pytest.raises(Invalid):
        findings.finding_dispute(first, acting=head, reason=" ")
    first = findings.finding_dispute(first, acting=head, reason="Đã thay bản")
    with pytest.raises(IllegalTransition):
        findings.finding_acknowledge(first, acting=head)
    for somebody in (head, lead):
        with pytest.raises(Refused):
            findings.finding_decide(first, acting=somebody, uphold=True, reason="x")
    assert (
        findings.finding_decide(first, acting=committee_head, uphold=False, reason="Đúng").state
        == "withdrawn"
    )
    second_one = made(2)
    assert second_one.code == "PH-2026-02"
    with pytest.raises(Refused):
        findings.finding_take_back(second_one, acting=second, reason="x")
    assert findings.finding_take_back(second_one, acting=lead, reason="Nhầm").state == "withdrawn"


def test_a_nonconformity_needs_requirement_and_evidence(running, lead, unit, secretary):
    with pytest.raises(Invalid):
        findings.finding_raise(
            running, acting=lead, key="khoa-000001", grade="minor", unit=unit, description="x"
        )
    with pytest.raises(Refused):
        findings.finding_raise(
            running, acting=secretary, key="khoa-000002", grade="strength", unit=unit, description="x"
        )
    assert AuditMember.objects.filter(post="lead").count() == 1


def document(agency, unit, drafter, **fields):
    """A procedure of a unit that somebody drafted and somebody else approved."""
    from library.models import ControlledDocument, DocumentVersion

    made = ControlledDocument.objects.create(
        agency=agency, code="QT.BC.02", title="Cấp phép bưu chính", kind="procedure", owner=unit
    )
    values = {"state": "approved", "content_hash": "x", "effective_on": dt.date(2026, 1, 1)}
    values |= {"approved_at": timezone.now(), "drafter": drafter} | fields
    return DocumentVersion.objects.create(agency=agency, document=made, **values)


@pytest.mark.parametrize("hand", ["drafter", "reviewer", "approver", "contributor"])
def test_nobody_audits_a_document_of_their_own(planned, agency, unit, secretary, lead, second, hand):
    from library.models import Contribution

    hands = {"drafter": secretary} | ({hand: lead} if hand != "contributor" else {})
    version = document(agency, unit, **hands)
    if hand == "contributor":
        Contribution.objects.create(agency=agency, version=version, person=lead)
    session = planned.sessions.get()
    clauses = list(session.clauses.all())
    # About another process of the unit it is told, to be weighed.
    assert [ground.bars for ground in grounds(lead, unit, planned)] == [False]
    sessions.session_edit(
        session, acting=secretary, clauses=clauses, auditors=[lead], process="Tiếp công dân"
    )
    # About the document itself, named by its code or by its title, it is impossible; who could is named.
    for process in ("Quy trình qt.bc.02", "Thủ tục Cấp phép bưu chính"):
        with pytest.raises(Invalid) as error:
            sessions.session_edit(
                session, acting=secretary, clauses=clauses, auditors=[lead], process=process
            )
        assert "QT.BC.02" in str(error.value) and second.full_name in str(error.value)
    sessions.session_edit(session, acting=secretary, clauses=clauses, auditors=[second], process="QT.BC.02")
    near = independence.history(agency, DAY, DAY)
    assert independence.barred(independence.grounds(lead, unit, near, "QT.BC.02"))
    assert not independence.barred(independence.grounds(lead, unit, near, "QT.BC.021")), "another code"


@pytest.mark.parametrize(
    ("title", "process", "bars"),
    [
        ("Lưu trữ", "Lưu trữ", [True]),
        ("Lưu trữ", "Quy trình lưu trữ", [True]),
        ("Lưu trữ", "Tiếp nhận\nLưu trữ", [True]),
        ("Lưu trữ", "Cấp phép lưu trữ chuyên ngành", [False]),
        ("Kho", "Khoa học và công nghệ", []),
        ("Kho", "Thanh tra QT.BC.02", [True]),
    ],
)
def test_a_title_bars_only_where_it_is_the_whole_process(title, process, bars):
    import uuid

    author = SimpleNamespace(pk=uuid.uuid4(), full_name="Lê Viết")
    written = independence.Written("QT.BC.02", title, uuid.uuid4(), "drafted")
    known = independence.History(DAY, DAY, written={author.pk: [written]})
    found = independence._authorship(author, set(), known, process)
    assert [ground.bars for ground in found] == bars


def test_a_document_that_held_before_the_period_bars_nobody(planned, agency, unit, secretary, lead):
    document(
        agency, unit, lead, effective_on=dt.date(2023, 1, 1), expires_on=dt.date(2024, 1, 1), expiry_note="x"
    )
    assert grounds(lead, unit, planned) == []


def test_of_the_team_only_who_did_not_write_it_is_proposed(planned, agency, unit, secretary, lead, second):
    document(agency, unit, lead)
    session = planned.sessions.get()
    clauses = list(session.clauses.all())
    sessions.session_edit(session, acting=secretary, clauses=clauses, auditors=[], process="QT.BC.02")
    assert sessions.auditors_propose(planned, acting=secretary) == []
    assert list(session.auditors.all()) == [second]
