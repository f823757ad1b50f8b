"""An agency with a small standard, two units, auditors with competence, and an audit ready to start."""

import datetime as dt

import pytest
from django.utils import timezone

from audits.models import AuditMember, AuditQuestion
from audits.services import audits, programmes, sessions
from qms.models import Clause, ClauseApplicability, Role, StandardEdition
from tests import factories

TODAY = dt.date(2026, 7, 10)
DAY = dt.date(2026, 7, 20)


@pytest.fixture(autouse=True)
def july(monkeypatch):
    """Everything happens on 10 July 2026."""
    moment = dt.datetime(2026, 7, 10, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))
    monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.fixture
def clauses(agency):
    """A few clauses; 8.4 does not apply."""
    edition = StandardEdition.objects.create(
        code="TCVN X", title_vi="t", title_en="t", published_on=dt.date(2015, 1, 1)
    )
    made = {}
    for order, code in enumerate(("6", "6.1", "7", "7.5", "8", "8.4", "8.5", "8.5.1")):
        made[code] = Clause.objects.create(
            edition=edition,
            code=code,
            parent=made.get(code.rpartition(".")[0]),
            title_vi=f"Điều {code}",
            title_en=code,
            order=order,
        )
    ClauseApplicability.objects.create(
        agency=agency,
        clause=made["8.4"],
        applicable=False,
        justification="không thuê ngoài",
        valid_from=factories.START,
    )
    return made


@pytest.fixture
def unit(agency):
    return factories.unit(agency, "Phòng Bưu chính", short_name="Phòng BC")


@pytest.fixture
def other_unit(agency):
    return factories.unit(agency, "Phòng Khoa học", short_name="Phòng KH")


@pytest.fixture
def head(agency, unit):
    return factories.person(agency, Role.UNIT_HEAD, unit=unit)


@pytest.fixture
def committee_head(agency):
    return factories.person(agency, Role.COMMITTEE_HEAD)


@pytest.fixture
def auditor(agency, other_unit):
    """make(unit) -> an auditor with a competence in force."""

    def make(of=other_unit, **fields):
        made = factories.person(agency, Role.AUDITOR, unit=of, **fields)
        programmes.competence_record(
            made, acting=None, title="Đánh giá viên nội bộ", obtained_on=dt.date(2025, 1, 1)
        )
        return made

    return make


@pytest.fixture
def library(agency):
    """Three questions, one of them about dossiers."""
    return [
        AuditQuestion.objects.create(
            agency=agency, code=f"Q-{n}", clause_code=code, text=f"Câu {n}?", requirement="Yêu cầu", order=n
        )
        for n, code in enumerate(("7.5", "8.5.1", "8.4"), start=1)
    ]


@pytest.fixture
def programme(agency, clauses, unit, secretary, committee_head):
    """An approved programme with one entry."""
    made = programmes.programme_open(agency, acting=secretary, year=2026)
    programmes.entry_add(
        made,
        acting=secretary,
        unit=unit,
        month=7,
        clauses=[clauses["7.5"], clauses["8.5"]],
        process="Cấp phép",
    )
    made = programmes.programme_submit(made, acting=secretary)
    return programmes.programme_approve(made, acting=committee_head)


@pytest.fixture
def lead(auditor):
    return auditor(full_name="Phan Thu Hà")


@pytest.fixture
def second(auditor):
    return auditor(full_name="Trương Định")


@pytest.fixture
def planned(agency, programme, secretary, lead, second, library):
    """An audit with an appointed team of two; both hold its one session."""
    made = audits.audit_create(
        agency,
        acting=secretary,
        programme=programme,
        entries=list(programme.entries.all()),
        title="Đánh giá đợt 1",
        starts_on=DAY,
        ends_on=DAY + dt.timedelta(days=1),
    )
    sessions.member_add(made, acting=secretary, person=lead, post=AuditMember.Post.LEAD)
    sessions.member_add(made, acting=secretary, person=second, post=AuditMember.Post.AUDITOR)
    session = made.sessions.get()
    sessions.session_edit(
        session, acting=secretary, clauses=list(session.clauses.all()), auditors=[lead, second]
    )
    return sessions.team_appoint(made, acting=secretary, document="Quyết định 55/QĐ-KC", on=TODAY)


@pytest.fixture
def running(planned, secretary, lead):
    """The same audit under way, with its checklist."""
    audit = audits.audit_notify(planned, acting=secretary)
    return audits.audit_start(audit, acting=lead)


@pytest.fixture
def items(running):
    """The questions of its checklist."""
    return list(running.sessions.get().checklist.items.select_related("checklist__session__audit"))
