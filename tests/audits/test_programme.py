"""The programme of a year: who may, what it covers, what the data propose."""

import datetime as dt

import pytest

from audits.models import AuditProgramme, Finding, Nonconformity, ProgrammeEntry
from audits.selectors.coverage import coverage_grid, programme_grid
from audits.selectors.proposals import proposals
from audits.services import checklists, programmes
from feedback.models import Feedback
from qms import registry
from qms.exceptions import IllegalTransition, Invalid, Refused
from qms.models import Notification, Role
from risks.models import LevelClass, Risk
from tests import factories
from tests.audits.conftest import TODAY


@pytest.fixture
def draft(agency, clauses, secretary):
    return programmes.programme_open(agency, acting=secretary, year=2026)


def test_only_the_secretariat_draws_up_and_once_a_year(agency, draft, secretary, head):
    with pytest.raises(Refused):
        programmes.programme_open(agency, acting=head, year=2027)
    with pytest.raises(Invalid):
        programmes.programme_open(agency, acting=secretary, year=2026)


def test_an_excluded_clause_is_refused(draft, clauses, unit, secretary):
    with pytest.raises(Invalid) as error:
        programmes.entry_add(draft, acting=secretary, unit=unit, month=7, clauses=[clauses["8.4"]])
    assert "8.4" in str(error.value)


def test_the_way_to_approval_keeps_drafter_and_approver_apart(agency, draft, clauses, unit, secretary):
    both = factories.person(agency, Role.SECRETARY, Role.COMMITTEE_HEAD)
    with pytest.raises(Invalid):
        programmes.programme_submit(draft, acting=both)  # no entry yet
    programmes.entry_add(draft, acting=both, unit=unit, month=7, clauses=[clauses["8.5"]])
    with pytest.raises(IllegalTransition):
        programmes.programme_approve(draft, acting=None)
    sent = programmes.programme_submit(draft, acting=both)
    with pytest.raises(Refused):
        programmes.programme_approve(sent, acting=both)
    with pytest.raises(Refused):
        programmes.programme_approve(sent, acting=secretary)
    head = factories.person(agency, Role.COMMITTEE_HEAD)
    with pytest.raises(Refused):
        programmes.entry_add(sent, acting=secretary, unit=unit, month=8, clauses=[clauses["7.5"]])
    back = programmes.programme_return(sent, acting=head, reason="Thiếu phòng KH")
    assert back.state == "draft" and Notification.objects.filter(person=both).exists()
    done = programmes.programme_approve(programmes.programme_submit(back, acting=both), acting=head)
    assert done.state == AuditProgramme.State.APPROVED
    again = programmes.programme_revise(done, acting=secretary, reason="Bổ sung")
    assert (again.version, again.state, again.approved_by) == (2, "draft", None)


def test_the_matrix_warns_of_clauses_not_covered_but_not_of_excluded_ones(programme, unit):
    grid = programme_grid(programme)
    assert [one.code for one in grid.uncovered()] == ["6.1"]
    assert [(one.code, one.reason) for one in grid.excluded] == [("8.4", "không thuê ngoài")]
    row = next(row for row in grid.rows if row.unit == unit)
    assert [cell.months for cell in row.cells] == [[], [7], [], [7]]


def test_three_years_show_what_was_answered_and_what_never_was(agency, items, lead, unit, other_unit):
    checklists.answer_give(items[0], acting=lead, answer="conform", version=0, key="khoa-0001")
    grid = coverage_grid(agency, 2026)
    row = next(row for row in grid.rows if row.unit == unit)
    assert {cell.clause.code: cell.years for cell in row.cells if cell.years} == {"7.5": [2026]}
    empty = next(row for row in grid.rows if row.unit == other_unit)
    assert [cell.never for cell in empty.cells] == [True, True, False, True]  # 8.4 does not apply


def test_proposals_give_their_reason_and_become_entries(agency, draft, clauses, unit, secretary):
    Risk.objects.create(
        agency=agency,
        kind="risk",
        unit=unit,
        code="RR-01",
        event="Trễ",
        process="Cấp phép",
        level=LevelClass.HIGH,
        clause=clauses["8.5.1"],
    )
    found = proposals(draft)
    risk = next(one for one in found if one.origin == "risk")
    assert "RR-01" in risk.reason and [one.code for one in risk.clauses] == ["8.5"]
    entry = programmes.proposal_take(draft, acting=secretary, key=risk.key)
    assert (entry.origin, entry.unit, entry.process) == ("risk", unit, "Cấp phép")
    assert not [one for one in proposals(draft) if one.key == risk.key]
    with pytest.raises(Invalid):
        programmes.proposal_take(draft, acting=secretary, key=risk.key)


def test_a_past_finding_proposes_the_unit_again(agency, running, clauses, unit, secretary):
    Finding.objects.create(
        agency=agency,
        audit=running,
        code="PH-2026-01",
        key="k-00000001",
        grade="minor",
        unit=unit,
        clause=clauses["8.5.1"],
        description="Chậm",
        requirement="Đúng hạn",
        evidence="3 hồ sơ",
        raised_at=dt.datetime(2026, 7, 20, tzinfo=dt.UTC),
    )
    following = programmes.programme_open(agency, acting=secretary, year=2027)
    found = next(one for one in proposals(following) if one.origin == "finding")
    assert found.unit == unit and "PH-2026-01" in found.reason
    entry = programmes.proposal_take(following, acting=secretary, key=found.key)
    assert "ĐG-2026-01" in entry.last_result


def test_entries_of_the_year_before_are_taken_over_one_by_one(agency, programme, clauses, unit, secretary):
    following = programmes.programme_open(agency, acting=secretary, year=2027)
    (found,) = [one for one in proposals(following) if one.origin == "planned"]
    assert [one.code for one in found.clauses] == ["7.5", "8.5"] and "2026" in found.reason
    entry = programmes.proposal_take(following, acting=secretary, key=found.key)
    assert (entry.unit, entry.process, entry.month, entry.origin) == (unit, "Cấp phép", 7, "planned")
    assert not [one for one in proposals(following) if one.origin == "planned"]


def case_of(agency, unit, clause, owner, **fields):
    values = {
        "year": 2026, "title": "x", "origin": "report", "grade": "minor", "process": "Cấp phép",
        "owner": owner, "requirement": "x", "description": "x", "evidence": "x", "detected_on": TODAY,
        "due_on": TODAY,
    }  # fmt: skip
    return Nonconformity.objects.create(agency=agency, unit=unit, clause=clause, **(values | fields))


def test_what_lasts_or_came_back_proposes_the_unit(agency, clauses, unit, secretary):
    closed = {"state": "closed", "closed_on": TODAY, "risk_decision": "none", "document_decision": "none"}
    case_of(agency, unit, clauses["7.5"], secretary, code="KPH-1", **closed)
    case_of(agency, unit, clauses["8.5.1"], secretary, code="KPH-2", round=2, **closed)
    case_of(agency, unit, clauses["8.5"], secretary, code="KPH-3")
    following = programmes.programme_open(agency, acting=secretary, year=2027)
    (found,) = [one for one in proposals(following) if one.origin == "case"]
    assert (found.unit, [one.code for one in found.clauses]) == (unit, ["8.5"])
    assert "KPH-2, KPH-3" in found.reason


def test_complaints_of_citizens_propose_the_unit(agency, draft, clauses, unit, secretary):
    case_of(agency, unit, clauses["8.5.1"], secretary, code="KPH-1", origin="complaint")
    assert not [one for one in proposals(draft) if one.origin == "complaint"], "one is not enough"
    for number, finding in ((7, "founded"), (8, "unfounded")):
        Feedback.objects.create(
            agency=agency, code=f"PA-{number}", kind="complaint", channel="counter", subject="x", content="x",
            unit=unit, received_on=TODAY, deadline=TODAY, first_deadline=TODAY, finding=finding,
        )  # fmt: skip
    (found,) = [one for one in proposals(draft) if one.origin == "complaint"]
    assert (found.unit, found.process, [one.code for one in found.clauses]) == (unit, "Cấp phép", ["8.5"])
    assert found.reason.endswith("KPH-1, PA-7")
    entry = programmes.proposal_take(draft, acting=secretary, key=found.key)
    assert entry.origin == "complaint" and "PA-7" in entry.reason


def test_an_approved_programme_fulfils_the_plan_of_the_year(programme, agency):
    kind = next(one for one in registry.fulfilments if one.key == "audit_programme")
    assert kind.find(agency, 2026).title == str(programme)
    assert kind.find(agency, 2027) is None
    assert next(one for one in registry.fulfilments if one.key == "audit_report").find(agency, 2026) is None


def test_entries_of_another_agency_stay_out(draft, clauses, secretary, other_agency):
    stranger = factories.person(other_agency, Role.SECRETARY)
    with pytest.raises(Refused):
        programmes.programme_submit(draft, acting=stranger)
    with pytest.raises(Invalid):
        programmes.entry_add(
            draft, acting=secretary, unit=factories.unit(other_agency), month=7, clauses=[clauses["8.5"]]
        )
    assert not ProgrammeEntry.objects.exists()
