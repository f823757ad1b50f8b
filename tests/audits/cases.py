"""A nonconformity of a unit and everybody who has to do with it; `case.to(state)` takes it the lawful way."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.utils import timezone

from audits.models import CauseCategory, CorrectiveAction, EffectivenessCheck, Nonconformity
from audits.services import corrective, effect, nonconformities, plan, similar
from qms.models import Agency, Clause, Role, StandardEdition
from tests import factories

TODAY = dt.date(2026, 6, 15)
WAY = ("open", "analysis", "submitted", "in_progress", "checking", "to_close", "closed")


@pytest.fixture(autouse=True)
def june(monkeypatch):
    """Everything happens on 15 June 2026, unless a test goes on: `june(day)`."""
    now = {"at": dt.datetime(2026, 6, 15, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))}
    monkeypatch.setattr(timezone, "now", lambda: now["at"])
    monkeypatch.setattr(timezone, "localdate", lambda *args: now["at"].date())

    def go(day: dt.date) -> dt.date:
        now["at"] = dt.datetime.combine(day, dt.time(9), tzinfo=dt.timezone(dt.timedelta(hours=7)))
        return day

    return go


def clause(code="8.5.1"):
    edition, _new = StandardEdition.objects.get_or_create(
        code="THỬ 9001:2015",
        defaults={"title_vi": "Thử", "title_en": "Trial", "published_on": dt.date(2015, 9, 15)},
    )
    made, _new = Clause.objects.get_or_create(
        edition=edition,
        code=code,
        defaults={"title_vi": "Kiểm soát", "title_en": "Control", "order": len(code) * 100},
    )
    return made


@pytest.fixture
def people(agency, secretary):
    """The responsible unit with head and staff, another unit with its head, and who decides."""
    unit = factories.unit(agency, "Phòng Bưu chính", abbreviation="BC", short_name="Phòng BC")
    other = factories.unit(agency, "Văn phòng", abbreviation="VP", short_name="Văn phòng")
    agency = Agency.objects.get(pk=agency.pk)
    return SimpleNamespace(
        agency=agency,
        unit=unit,
        other=other,
        head=factories.person(agency, Role.UNIT_HEAD, unit=unit),
        staff=factories.person(agency, Role.STAFF, unit=unit),
        outsider=factories.person(agency, Role.STAFF, unit=other),
        other_head=factories.person(agency, Role.UNIT_HEAD, unit=other),
        verifier=factories.person(agency, Role.AUDITOR, unit=other),
        committee_head=factories.person(agency, Role.COMMITTEE_HEAD),
        leader=factories.person(agency, Role.LEADER),
        secretary=secretary,
        superior=factories.person(agency, Role.SUPERIOR),
    )


def open_case(people, **fields):
    """A minor case of the unit, recorded by its staff."""
    values = {
        "unit": people.unit,
        "origin": Nonconformity.Origin.REPORT,
        "grade": Nonconformity.Grade.MINOR,
        "title": "Ba hồ sơ quá hạn chưa có văn bản xin lỗi",
        "process": "QT.BCVT.04",
        "requirement": "Hồ sơ quá hạn phải có văn bản xin lỗi trước khi hết hạn",
        "description": "Ba hồ sơ không có văn bản xin lỗi",
        "evidence": "Xem 20 hồ sơ, thiếu 3",
    }
    acting = fields.pop("acting", people.staff)
    return nonconformities.nonconformity_open(people.agency, acting=acting, **(values | fields))


def correct(case, people):
    action = corrective.action_plan(
        case,
        acting=people.head,
        kind="correction",
        description="Gửi văn bản",
        owner=people.staff,
        deadline=TODAY,
    )
    return corrective.action_report(action, acting=people.staff, note="Đã gửi", reference="CV 12")


def analyse(case, people):
    nonconformities.cause_record(
        case,
        acting=people.head,
        method="whys",
        items=[
            {"question": "Vì sao không có văn bản?", "answer": "Không biết hồ sơ sắp quá hạn"},
            {"question": "Vì sao không biết?", "answer": "Không ai rà soát"},
        ],
        root_cause="Quy trình không giao người theo dõi",
        category=CauseCategory.METHOD,
    )


def make_plan(case, people, *, deadline=TODAY + dt.timedelta(30), **check):
    """Cause, similar cases, one action, a check: everything a plan needs."""
    analyse(case, people)
    if not case.similar_cases.exists() and not case.similar_none:
        similar.similar_ask(case, acting=people.head, units=[people.other], due_on=TODAY + dt.timedelta(9))
    corrective.action_plan(
        case, acting=people.head, description="Giao người rà soát", owner=people.staff, deadline=deadline
    )
    values = {
        "method": EffectivenessCheck.Method.VERIFIER,
        "criterion": "Hai tháng liền không thiếu văn bản",
        "due_on": deadline + dt.timedelta(60),
        "verifier": people.verifier,
    }
    plan.check_plan(case, acting=people.head, **(values | check))


def do_actions(case, people):
    case.refresh_from_db()
    for action in case.actions.filter(state=CorrectiveAction.State.OPEN):
        corrective.action_report(action, acting=people.staff, note="Đã làm", reference="QT lần 3")


def answer_all(case, people):
    for row in case.similar_cases.filter(answer=""):
        similar.similar_answer(row, acting=people.other_head, answer="none", words="Đã rà soát 10 hồ sơ")


def decide(case, people):
    effect.change_decide(
        case,
        acting=people.head,
        risk_decision="none",
        risk_note="Rủi ro đã có trong Bảng",
        document_decision="revised",
        document_note="QT.BCVT.04 lần 3",
    )


def fresh(case):
    return Nonconformity.objects.select_related("unit", "owner", "agency", "clause").get(pk=case.pk)


def lead(case, people, state, june):
    """Take a case the lawful way to a state; gives it back fresh."""
    steps = {
        "analysis": lambda one: (
            correct(one, people),
            nonconformities.analysis_begin(one, acting=people.head),
        ),
        "submitted": lambda one: (make_plan(one, people), plan.plan_submit(one, acting=people.head)),
        "in_progress": lambda one: plan.plan_approve(one, acting=people.committee_head),
        "checking": lambda one: do_actions(one, people),
        "to_close": lambda one: (
            june(TODAY + dt.timedelta(100)),
            effect.effect_judge(one, acting=people.verifier, effective=True, grounds="Đã xem 30 hồ sơ"),
        ),
        "closed": lambda one: (
            answer_all(one, people),
            decide(one, people),
            effect.nonconformity_close(fresh(one), acting=people.secretary),
        ),
    }
    for name in WAY[1 : WAY.index(state) + 1]:
        steps[name](fresh(case))
    case = fresh(case)
    assert case.state == state
    return case
