"""Competence and training: matrix and gaps, needs, plan, course, result, effect; nobody judges oneself."""

import datetime as dt
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qms import agency_settings, clock, registry
from qms.exceptions import IllegalTransition, Invalid, Refused
from qms.models import AuditEntry, Notification, Role
from tests import factories
from training import duties, evidence, papers, report_papers, selectors, services
from training.models import Course, Participation, PersonCompetence, TrainingNeed, TrainingPlan
from training.work import waiting_work

pytestmark = pytest.mark.usefixtures("english")
DAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def day(monkeypatch):
    """Set today: day(other)."""

    def to(other):
        monkeypatch.setattr(clock, "today", lambda: other)

    to(DAY)
    return to


@pytest.fixture
def who(agency):
    unit = factories.unit(agency, "Phòng TĐC")

    class People:
        office = unit
        staff = factories.person(agency, Role.STAFF, unit=unit, position="Chuyên viên")
        desk = factories.person(agency, Role.ONE_STOP, unit=unit, position="Chuyên viên Một cửa")
        head = factories.person(agency, Role.UNIT_HEAD, unit=unit, position="Trưởng phòng")
        leader = factories.person(agency, Role.LEADER, position="Giám đốc")
        secretary = factories.person(agency, Role.SECRETARY, unit=unit)

    return People


@pytest.fixture
def intake(agency, who):
    one = services.requirement_create(
        agency, acting=who.secretary, code="NL1", name="Phần mềm một cửa", topic="intake", valid_months=12
    )
    services.scope_add(one, acting=who.secretary, role=Role.ONE_STOP, level=2)
    services.scope_add(one, acting=who.secretary, position="chuyen vien", level=1)
    return one


def course_of(agency, who, people, **fields):
    values = {
        "title": "Tập huấn một cửa",
        "trainer": "Văn phòng",
        "starts_on": DAY,
        "ends_on": DAY,
        "topic": "intake",
    }
    return services.course_create(agency, acting=who.secretary, people=people, **(values | fields))


def hold(course, who):
    outcomes = {one.person_id: ("attended", "passed", "") for one in course.participations.all()}
    return services.course_hold(course, acting=who.secretary, report="Tốt", outcomes=outcomes)


def test_matrix_shows_gaps_by_role_and_position_until_evidence_ends(agency, who, intake, day):
    def cells():
        rows = selectors.matrix(agency, selectors.people_on(agency, clock.today())).rows
        return {row.person.pk: row.cells[0] for row in rows}

    found = cells()
    assert (found[who.desk.pk].required, found[who.staff.pk].required) == (2, 1)
    assert found[who.leader.pk].required == 0
    assert found[who.desk.pk].is_gap
    services.competence_record(
        who.desk, intake, acting=who.head, level=2, basis="certificate", reference="CC 12/2026", since=DAY
    )
    assert not cells()[who.desk.pk].is_gap
    day(dt.date(2027, 3, 3))
    assert cells()[who.desk.pk].is_gap, "valid for twelve months"


def test_nobody_assesses_oneself_and_a_certificate_is_named(who, intake):
    with pytest.raises(Refused, match="own competence"):
        services.competence_record(who.head, intake, acting=who.head, level=2, basis="assessment", since=DAY)
    with pytest.raises(Refused, match="head of the unit"):
        services.competence_record(who.desk, intake, acting=who.staff, level=2, basis="assessment", since=DAY)
    with pytest.raises(Invalid):
        services.competence_record(who.desk, intake, acting=who.head, level=2, basis="certificate", since=DAY)


def test_gaps_become_needs_once_and_needs_become_a_plan_approved_by_another(agency, who, intake):
    (need,) = services.needs_from_gaps(agency, year=2026, acting=who.secretary)
    assert set(need.people.all()) == {who.staff, who.desk}
    assert not services.needs_from_gaps(agency, year=2026, acting=who.secretary)
    plan = services.plan_draft(agency, year=2026, acting=who.secretary)
    with pytest.raises(Invalid, match="no training"):
        services.plan_submit(plan, acting=who.secretary)
    item = services.item_add(
        plan, acting=who.secretary, needs=[need], title="Một cửa", audience="Chuyên viên", month=4
    )
    need.refresh_from_db()
    assert need.state == TrainingNeed.State.PLANNED
    services.item_remove(item, acting=who.secretary)
    need.refresh_from_db()
    assert need.state == TrainingNeed.State.OPEN
    services.item_add(plan, acting=who.secretary, needs=[need], title="Một cửa", audience="CV", month=4)
    plan = services.plan_submit(plan, acting=who.secretary)
    assert [item.action for item in waiting_work(who.leader)] == ["Decide on the plan"]
    with pytest.raises(Refused):
        services.plan_approve(plan, acting=who.secretary)
    plan = services.plan_approve(plan, acting=who.leader)
    assert plan.approved_on == DAY
    paper = papers.plan_paper(plan, signer=who.leader, acting=who.secretary)
    assert "Tháng 04" in json.dumps(paper.content, ensure_ascii=False)
    with pytest.raises(Refused, match="Only a draft"):
        services.item_add(plan, acting=who.secretary, title="Khác", audience="CV", month=5)


def test_who_drafted_the_plan_does_not_approve_it(agency):
    both = factories.person(agency, Role.SECRETARY, Role.LEADER)
    plan = services.plan_draft(agency, year=2026, acting=both)
    services.item_add(plan, acting=both, title="A", audience="B", month=1)
    plan = services.plan_submit(plan, acting=both)
    with pytest.raises(Refused, match="does not approve"):
        services.plan_approve(plan, acting=both)
    assert TrainingPlan.objects.get().state == TrainingPlan.State.SUBMITTED


def test_from_invitation_to_effect(agency, who, intake, day):
    agency_settings.put(agency, "training.effect_months", 3, acting=None)
    course = course_of(agency, who, [who.staff, who.desk, who.head], requirement=intake)
    assert course.effect_due == dt.date(2026, 6, 2)
    judges = dict(course.participations.values_list("person", "judge"))
    assert judges == {who.staff.pk: who.head.pk, who.desk.pk: who.head.pk, who.head.pk: who.leader.pk}
    assert Notification.objects.filter(person=who.desk).count() == 1
    (duty,) = duties.find(who.desk)
    assert (duty.due, duty.done_on) == (DAY, None)
    hold(course, who)
    (duty,) = duties.find(who.desk)
    assert duty.done_on == DAY
    assert duties.tally([who.desk])[who.desk.pk] == registry.DutyCount(1, 1)
    held = selectors.held_on(agency, DAY)[who.desk.pk, intake.pk]
    assert (held.level, held.valid_until) == (2, dt.date(2027, 3, 2))
    one = Participation.objects.select_related("person__unit", "course").get(person=who.desk)
    with pytest.raises(Invalid, match="from 02/06/2026 on"):
        services.effect_judge(one, acting=who.head, effect="effective", grounds="Tốt")
    day(dt.date(2026, 6, 2))
    assert [item.action for item in waiting_work(who.head)] == ["Judge the effect"]
    own = Participation.objects.get(person=who.head)
    with pytest.raises(Refused, match="own training"):
        services.effect_judge(own, acting=who.head, effect="effective", grounds="Tốt")
    with pytest.raises(Refused, match="judge named"):
        services.effect_judge(one, acting=who.staff, effect="effective", grounds="Tốt")
    services.effect_judge(one, acting=who.head, effect="ineffective", grounds="Vẫn nhập sai")
    assert (who.desk.pk, intake.pk) not in selectors.held_on(agency, clock.today()), "the gap is open again"
    with pytest.raises(Invalid, match="already"):
        services.effect_judge(one, acting=who.head, effect="effective", grounds="Tốt")
    assert evidence.effects(agency, DAY).total == 0
    assert evidence.effects(agency, clock.today()).total == 1
    assert AuditEntry.objects.filter(verb="training.effect.judged").count() == 1


def test_a_course_is_recorded_for_everybody_and_only_once(agency, who):
    course = course_of(agency, who, [who.staff, who.desk])
    with pytest.raises(Invalid, match="Say of everybody"):
        outcomes = {who.staff.pk: ("attended", "passed", "")}
        services.course_hold(course, acting=who.secretary, report="Tốt", outcomes=outcomes)
    outcomes = {who.staff.pk: ("attended", "passed", "9"), who.desk.pk: ("absent", "passed", "")}
    services.course_hold(course, acting=who.secretary, report="Tốt", outcomes=outcomes)
    assert Participation.objects.get(person=who.desk).result == ""
    assert not list(duties.find(who.desk))
    with pytest.raises(IllegalTransition):
        services.course_cancel(course, acting=who.secretary, reason="x")
    with pytest.raises(Refused):
        services.people_invite(course, people=[who.head], acting=who.staff)


def test_trained_of_all_by_unit_and_for_a_topic_of_whom_it_is_required(agency, who, intake):
    course = course_of(agency, who, [who.staff, who.desk])
    outcomes = {who.staff.pk: ("attended", "failed", ""), who.desk.pk: ("attended", "passed", "")}
    services.course_hold(course, acting=who.secretary, report="Tốt", outcomes=outcomes)
    start, end = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
    everybody = selectors.trained(agency, start, end)
    assert everybody[None] == selectors.Trained(1, 5)
    assert everybody[who.office.pk] == selectors.Trained(1, 4)
    assert selectors.trained(agency, start, end, "intake")[None] == selectors.Trained(1, 2)
    assert selectors.trained(agency, dt.date(2025, 1, 1), dt.date(2025, 12, 31))[None].trained == 0
    report = selectors.year_report(agency, 2026)
    assert (report.courses, report.attended, report.passed, report.seats) == (1, 2, 1, 2)


def test_a_finding_or_complaint_leads_to_a_need(agency, who, login):
    from feedback import services as feedback

    case = feedback.feedback_record(
        agency,
        acting=who.staff,
        kind="report",
        channel="phone",
        subject="Hướng dẫn sai",
        content="Hai lần hướng dẫn khác nhau",
        received_on=DAY,
    )
    key = registry.source_key(case)
    address = f"{reverse('training:need-create')}?source={key}"
    client = login(who.staff)
    assert reverse("training:need-create") in client.get(case.get_absolute_url()).content.decode()
    assert "Hướng dẫn sai" in client.get(address).content.decode()
    data = {"title": "Nghiệp vụ hướng dẫn", "year": 2026, "origin": "record", "people": [str(who.desk.pk)]}
    assert client.post(address, data).status_code == 302
    need = TrainingNeed.objects.get()
    assert need.source_url == case.get_absolute_url()
    assert list(need.people.all()) == [who.desk]


def test_pages_answer_and_the_matrix_costs_the_same_for_many(agency, who, intake, login):
    client = login(who.secretary)
    services.needs_from_gaps(agency, year=2026, acting=who.secretary)
    plan = services.plan_draft(agency, year=2026, acting=who.secretary)
    item = services.item_add(plan, acting=who.secretary, title="Một cửa", audience="CV", month=4)
    course = course_of(agency, who, [who.desk], requirement=intake)
    for name in (
        "matrix",
        "requirement-list",
        "requirement-create",
        "need-list",
        "need-create",
        "plan-list",
        "plan-create",
        "course-list",
        "course-create",
        "report",
    ):
        assert client.get(reverse(f"training:{name}")).status_code == 200, name
    for name, record in (
        ("person", who.desk),
        ("person-record", who.desk),
        ("requirement-detail", intake),
        ("requirement-edit", intake),
        ("requirement-scope-add", intake),
        ("need-detail", TrainingNeed.objects.get()),
        ("plan-detail", plan),
        ("plan-item-add", plan),
        ("course-detail", course),
        ("course-invite", course),
        ("course-hold", course),
    ):
        assert client.get(reverse(f"training:{name}", args=[record.pk])).status_code == 200, name
    assert client.get(f"{reverse('training:course-create')}?item={item.pk}").status_code == 200
    seat = course.participations.get()
    data = {"report": "Tốt", f"outcome_{seat.pk.hex}": "attended:passed", f"score_{seat.pk.hex}": "9,5"}
    assert client.post(reverse("training:course-hold", args=[course.pk]), data).status_code == 302
    assert Course.objects.get(pk=course.pk).state == Course.State.HELD
    assert PersonCompetence.objects.get(person=who.desk).course == course
    for name in ("matrix-export", "requirement-export", "need-export", "course-export", "report-export"):
        assert b"".join(client.get(reverse(f"training:{name}")).streaming_content)[:2] == b"PK"
    book = client.get(reverse("training:plan-export", args=[plan.pk]))
    assert b"".join(book.streaming_content)[:2] == b"PK"

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("training:matrix"))
        return len(queries)

    few = count()
    for _number in range(18):
        factories.person(agency, Role.ONE_STOP, unit=who.office)
    assert count() == few


def test_people_see_themselves_heads_their_unit_others_nobody(agency, other_agency, who, intake, login):
    other = factories.person(agency, Role.STAFF, unit=factories.unit(agency))
    assert login(who.staff).get(reverse("training:person", args=[who.desk.pk])).status_code == 403
    assert login(who.staff).get(reverse("training:person", args=[who.staff.pk])).status_code == 200
    assert login(who.head).get(reverse("training:person", args=[who.desk.pk])).status_code == 200
    assert login(who.head).get(reverse("training:person", args=[other.pk])).status_code == 403
    rows = login(who.staff).get(reverse("training:matrix")).context["matrix"].rows
    assert [row.person for row in rows] == [who.staff]
    stranger = login(factories.person(other_agency, Role.SECRETARY))
    assert stranger.get(intake.get_absolute_url()).status_code == 404
    assert stranger.get(reverse("training:person", args=[who.desk.pk])).status_code == 404
    assert login(who.staff).get(reverse("training:requirement-create")).status_code == 403


def attached(name="chung-nhan.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.7 thu")


def test_certificates_belong_to_who_passed_and_are_seen_by_who_may(agency, who, intake, login, client):
    other = factories.person(agency, Role.STAFF, unit=factories.unit(agency, "Phòng khác"))
    course = hold(course_of(agency, who, [who.desk, who.staff], requirement=intake, level=2), who)
    seat = course.participations.get(person=who.desk)
    add = reverse("training:course-add-file", args=[course.pk])
    login(who.desk)
    assert add in client.get(course.get_absolute_url()).content.decode()
    theirs = course.participations.get(person=who.staff)
    assert client.post(add, {"file": attached(), "participation": theirs.pk}).status_code == 422
    assert client.post(add, {"file": attached("a.exe"), "participation": seat.pk}).status_code == 422
    data = {"file": attached(), "participation": seat.pk, "note": "CN 01/2026"}
    assert client.post(add, data).status_code == 302
    again = data | {"file": attached("ban-sao.pdf")}
    assert client.post(add, again).status_code == 422  # the same content, under another name
    one = seat.certificates.get()
    login(who.secretary)
    assert client.post(add, {"file": attached("diem-danh.pdf")}).status_code == 302
    listed = course.files.get(participation=None)
    page = client.get(course.get_absolute_url()).content.decode()
    assert "CN 01/2026" in page and "diem-danh.pdf" in page
    for reader, certificate in ((who.desk, 200), (who.head, 200), (other, 403)):
        login(reader)
        answer = client.get(reverse("training:file", args=[one.pk]))
        assert answer.status_code == certificate
        answer = client.get(reverse("training:file", args=[listed.pk]))
        assert answer.status_code == 200
    login(other)
    assert "CN 01/2026" not in client.get(course.get_absolute_url()).content.decode()
    assert client.get(add).status_code in {200, 403} and client.post(add, data).status_code in {403, 422}
    found = next(p for p in registry.evidence if p.key == "courses")
    assert {file.name for file in found.files(course, dt.date(2099, 1, 1))} == {
        "chung-nhan.pdf",
        "diem-danh.pdf",
    }


def test_the_report_of_a_year_becomes_a_paper_once(agency, who, intake, login, client):
    hold(course_of(agency, who, [who.desk, who.staff], requirement=intake, level=2), who)
    login(who.staff)
    address = reverse("training:report-paper") + "?year=2026"
    assert client.get(address).status_code == 403
    login(who.secretary)
    assert "report/paper/" in client.get(reverse("training:report") + "?year=2026").content.decode()
    done = client.post(address, {"signer": who.leader.pk})
    assert done.status_code == 302
    paper = report_papers.paper_of(agency, 2026)
    assert done.url == paper.get_absolute_url()
    assert "(2/5)" in json.dumps(paper.content, ensure_ascii=False)
    assert client.post(address, {"signer": who.leader.pk}).status_code == 422
    assert paper.get_absolute_url() in client.get(reverse("training:report") + "?year=2026").content.decode()


def test_a_requirement_given_up_later_is_evidence_of_the_day_before(agency, who, intake, monkeypatch):
    services.requirement_edit(intake, acting=who.secretary, active=False, name="Tên mới")
    entry = AuditEntry.objects.get(verb="training.requirement.edited", changes__has_key="active")
    before = entry.at.date() - dt.timedelta(days=1)
    type(intake).objects.filter(pk=intake.pk).update(created_at=entry.at - dt.timedelta(days=3))
    monkeypatch.setattr(clock, "today", lambda: before + dt.timedelta(days=9))
    assert evidence.requirements(agency, before).total == 1
    assert evidence.requirements(agency, before + dt.timedelta(days=9)).total == 0


def test_who_organises_at_another_agency_begins_nothing_here(agency, other_agency):
    stranger = factories.person(other_agency, Role.SECRETARY)
    begin = (
        lambda: services.requirement_create(agency, acting=stranger, code="NL9", name="Khác"),
        lambda: services.need_propose(agency, acting=stranger, title="Khác", year=2026),
        lambda: services.needs_from_gaps(agency, year=2026, acting=stranger),
        lambda: services.plan_draft(agency, year=2026, acting=stranger),
        lambda: services.course_create(
            agency, acting=stranger, title="Khác", trainer="Ai đó", starts_on=DAY, ends_on=DAY
        ),
        lambda: report_papers.report_paper(agency, 2026, signer=None, acting=stranger),
    )
    for act in begin:
        with pytest.raises(Refused, match="another agency"):
            act()
