"""Annual plans: drafting, approval by another, work on items, ticks by records, the next year's plan."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from objectives import services
from objectives.models import MaintenancePlan, PlanItem, RoleGroup
from objectives.selectors.plans import Board
from objectives.services import plans, plans_life, plans_work
from objectives.services.plans_clone import plan_changes, plan_clone
from objectives.services.plans_fulfil import plan_fulfil
from qms import files, registry
from qms.exceptions import IllegalTransition, Invalid, Refused
from qms.models import AuditEntry, Notification, Role
from tests import factories
from tests.objectives import plan_build
from tests.objectives.plan_build import item

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(agency, people):
    return plan_build.draft(agency, people)


@pytest.fixture
def running(plan, people, frozen):
    frozen(2026, 5, 4)
    return plan_build.into_force(plan, people)


def numbers(plan):
    return [row.number for row in plan.items.filter(archived_at=None).order_by("parent_id", "order")]


def test_an_item_keeps_its_time_in_words_with_its_meaning(plan):
    row = item(plan, "3")
    assert row.time_text == "Quý II-III"
    assert (row.starts_on, row.due_on) == (dt.date(2026, 4, 1), dt.date(2026, 9, 30))
    assert item(plan, "4").is_continuous
    assert item(plan, "3.1").parent == row


def test_items_move_up_down_in_and_out_and_are_counted_anew(plan, people):
    by = {"acting": people.secretary}
    plans.item_move(item(plan, "3"), to="up", **by)
    assert item(plan, "2").text == "Đánh giá nội bộ"
    assert item(plan, "2.1").text == "Họp khai mạc"
    plans.item_move(item(plan, "2.1"), to="out", **by)
    assert [item(plan, str(n)).text for n in (2, 3, 4)] == [
        "Đánh giá nội bộ",
        "Họp khai mạc",
        "Xây dựng mục tiêu",
    ]
    plans.item_move(item(plan, "3"), to="in", **by)
    assert item(plan, "2.1").text == "Họp khai mạc"
    plans.item_move(item(plan, "1"), to="up", **by)
    assert item(plan, "1").text == "Kiện toàn Ban ISO"


def test_what_is_taken_out_can_be_brought_back(plan, people):
    third = item(plan, "3")
    plans.item_archive(third, acting=people.secretary)
    assert set(numbers(plan)) == {"1", "2", "3"}
    assert item(plan, "3.1").archived_at
    third.refresh_from_db()
    plans.item_restore(third, acting=people.secretary)
    assert PlanItem.objects.get(pk=third.pk).number == "4"
    assert PlanItem.objects.get(text="Họp khai mạc").number == "4.1"


def test_what_was_deleted_can_be_made_anew(running, agency, people):
    by = {"acting": people.secretary}
    first = plan_clone(running, year=2027, **by)
    plans.plan_discard(first, **by)
    again = plan_clone(running, year=2027, **by)
    assert sorted(numbers(again)) == sorted(numbers(running))
    one = item(again, "1")
    plans.item_archive(one, **by)
    made = plans.item_add(again, text=one.text, number="1", time_text="Quý I", leads=[people.units[0]], **by)
    assert made.text == one.text and not made.archived_at
    goals = services.objective_set_create(agency=agency, year=2027, title="Mục tiêu", **by)
    services.objective_add(goals, text="Đúng hạn", number="1", **by)
    services.objective_set_discard(goals, **by)
    goals = services.objective_set_create(agency=agency, year=2027, title="Mục tiêu", **by)
    objective = services.objective_add(goals, text="Đúng hạn", number="1", **by)
    services.part_remove(objective, **by)
    assert services.objective_add(goals, text="Đúng hạn", number="1", **by).number == "1"


def test_who_drafted_does_not_approve(plan, agency, people):
    factories.RoleAssignment.objects.create(
        agency=agency, person=people.secretary, role=Role.LEADER, valid_from=factories.START
    )
    drafter = type(people.secretary).objects.get(pk=people.secretary.pk)
    plans_life.plan_submit(plan, acting=drafter)
    with pytest.raises(Refused):
        plans_life.plan_approve(plan, acting=drafter)
    plans_life.plan_return(plan, reason="Thiếu kinh phí", acting=people.leader)
    plan.refresh_from_db()
    assert (plan.state, plan.return_reason) == ("draft", "Thiếu kinh phí")


def test_a_draft_without_time_or_lead_is_not_submitted(agency, people):
    made = plans.plan_create(agency=agency, year=2026, title="Kế hoạch", acting=people.secretary)
    with pytest.raises(Invalid):
        plans_life.plan_submit(made, acting=people.secretary)
    plans.item_add(made, text="Việc chưa rõ", acting=people.secretary)
    with pytest.raises(Invalid) as caught:
        plans_life.plan_submit(made, acting=people.secretary)
    assert len(caught.value.problems) == 2


def test_only_one_plan_of_a_year_is_in_force(running, agency, people):
    second = plan_build.into_force(plan_build.draft(agency, people), people)
    running.refresh_from_db()
    assert (running.state, second.state) == ("superseded", "in_force")
    with pytest.raises(IntegrityError), transaction.atomic():
        MaintenancePlan.objects.filter(pk=running.pk).update(state="in_force")


@pytest.mark.parametrize("role", ["staff", "head", "other_head"])
def test_only_the_committee_drafts(plan, people, role):
    with pytest.raises(Refused):
        plans.item_add(plan, text="Thêm", acting=getattr(people, role))


def evidence(row, person):
    file = files.store(row.agency, "bien-ban.pdf", b"%PDF-1.7 x", acting=person)
    return plans_work.evidence_add(row, file=file, acting=person)


def test_an_item_is_done_with_evidence_and_confirmed_by_another(running, people):
    row = item(running, "3.1")
    with pytest.raises(Invalid):
        plans_work.item_report(row, acting=people.head)
    evidence(row, people.head)
    plans_work.item_report(row, acting=people.head, done_on=dt.date(2026, 4, 29))
    row.refresh_from_db()
    assert row.state == "waiting"
    assert Notification.objects.filter(person=people.secretary).exists()
    done = plans_work.item_confirm(row, acting=people.secretary)
    assert (done.state, done.standing(dt.date(2026, 8, 1))) == ("done", "done")
    verbs = AuditEntry.objects.filter(subject_id=str(row.pk)).values_list("verb", flat=True)
    assert {"objectives.plan_item.reported", "objectives.plan_item.confirmed"} <= set(verbs)


def test_who_reported_does_not_confirm(running, people):
    row = item(running, "4")
    evidence(row, people.secretary)
    plans_work.item_report(row, acting=people.secretary)
    with pytest.raises(Refused):
        plans_work.item_confirm(row, acting=people.secretary)
    back = plans_work.item_return(row, reason="Chưa đủ", acting=people.committee_head)
    assert (back.state, back.reported_by, back.reason) == ("in_progress", None, "Chưa đủ")


def test_a_whole_waits_for_its_parts(running, people):
    row = item(running, "3")
    evidence(row, people.head)
    with pytest.raises(Invalid) as caught:
        plans_work.item_report(row, acting=people.head)
    assert "3.1" in str(caught.value)


def test_the_scope_of_units_holds(running, people, other_agency):
    first, third = item(running, "1"), item(running, "3")
    with pytest.raises(Refused):
        plans_work.item_begin(first, acting=people.other_head)
    plans_work.item_note(third, text="Đã gửi tài liệu", acting=people.other_head)
    with pytest.raises(Refused):
        plans_work.item_report(third, acting=people.other_head)
    stranger = factories.person(other_agency, Role.SECRETARY)
    with pytest.raises(Refused):
        plans_work.item_begin(first, acting=stranger)


def test_an_item_planned_if_needed_ends_without_occurrence(running, people):
    with pytest.raises(Refused):
        plans_work.item_not_needed(item(running, "4"), reason="Không có", acting=people.head)
    with pytest.raises(Invalid):
        plans_work.item_not_needed(item(running, "1"), reason=" ", acting=people.head)
    ended = plans_work.item_not_needed(item(running, "1"), reason="Nhân sự không đổi", acting=people.head)
    assert (ended.state, ended.reason) == ("no_occurrence", "Nhân sự không đổi")


def test_only_leaders_cancel(running, people):
    with pytest.raises(Refused):
        plans_work.item_cancel(item(running, "3"), reason="Thôi", acting=people.secretary)
    ended = plans_work.item_cancel(item(running, "3"), reason="Hoãn", acting=people.leader)
    assert ended.state == item(running, "3.1").state == "cancelled"
    with pytest.raises(IllegalTransition):
        plans_work.item_begin(ended, acting=people.head)


def test_progress_begins_an_item_and_is_shown_by_the_item(running, people):
    plans_work.item_note(
        item(running, "3"), text="Đã xong 1 phòng", progress=50, short="1/2 đơn vị", acting=people.head
    )
    row = item(running, "3")
    assert (row.state, row.progress, row.progress_text) == ("in_progress", 50, "1/2 đơn vị")


def test_standing_follows_from_the_day():
    row = PlanItem(starts_on=dt.date(2026, 4, 1), due_on=dt.date(2026, 6, 30))
    found = [row.standing(dt.date(2026, *day)) for day in ((3, 31), (4, 1), (6, 30), (7, 1))]
    assert found == ["not_due", "to_begin", "to_begin", "overdue"]
    row.state, row.done_on = "done", dt.date(2026, 7, 8)
    assert (row.standing(dt.date(2026, 12, 1)), row.days_late(dt.date(2026, 12, 1))) == ("done_late", 8)
    row.state = "waiting"
    assert row.standing(dt.date(2026, 12, 1)) == "waiting"


@pytest.fixture
def record(monkeypatch):
    """A kind of record the tests switch on and off."""
    state = {"record": None}
    kind = registry.FulfilmentKind("for_tests", "Bản ghi", lambda agency, year: state["record"])
    monkeypatch.setattr(registry.fulfilments, "entries", [*registry.fulfilments.entries, kind])
    return state


def test_an_item_ticks_itself_and_says_when_the_tick_is_taken_back(running, people, record):
    row = item(running, "4")
    PlanItem.objects.filter(pk=row.pk).update(fulfilled_by="for_tests")
    assert plan_fulfil(running) == 0
    record["record"] = registry.Fulfilment("BC số 5", "/papers/5/", dt.date(2026, 4, 2), "x:5")
    registry.fulfilment_changed(running.agency)
    row.refresh_from_db()
    assert (row.state, row.done_on, row.record_title) == ("done", dt.date(2026, 4, 2), "BC số 5")
    assert plan_fulfil(running) == 0
    Notification.objects.all().delete()
    record["record"] = None
    assert plan_fulfil(running) == 1
    row.refresh_from_db()
    assert row.state == "in_progress"
    assert "BC số 5" in row.reason
    assert AuditEntry.objects.filter(verb="objectives.plan_item.unticked", subject_id=str(row.pk)).exists()
    assert Notification.objects.filter(person=people.secretary).exists()


def test_what_the_committee_opened_again_is_not_ticked_by_the_same_record(running, people, record):
    row = item(running, "4")
    PlanItem.objects.filter(pk=row.pk).update(fulfilled_by="for_tests")
    record["record"] = registry.Fulfilment("BC số 5", "/papers/5/", dt.date(2026, 4, 2), "x:5")
    plan_fulfil(running)
    plans_work.item_reopen(row, reason="Báo cáo chưa đủ", acting=people.secretary)
    assert plan_fulfil(running) == 0
    record["record"] = registry.Fulfilment("BC số 6", "/papers/6/", dt.date(2026, 4, 20), "x:6")
    assert plan_fulfil(running) == 1


def test_the_next_year_begins_with_last_years_plan(running, people):
    plans_work.item_cancel(item(running, "2"), reason="Bỏ", acting=people.leader)
    PlanItem.objects.filter(plan=running, number="4").update(time_text="Quý II, III/2026")
    made = plan_clone(running, year=2027, acting=people.secretary)
    assert made.title == "Kế hoạch duy trì HTQLCL năm 2027"
    rows = list(made.items.order_by("parent_id", "order"))
    assert {row.state for row in rows} == {"planned"}
    assert made.items.get(text="Rà soát quy trình").time_text == "Quý II, III/2027"
    assert made.items.get(number="3").due_on == dt.date(2027, 9, 30)
    assert [party.group or party.unit.code for party in made.items.get(number="3").parties.all()] == [
        "P1",
        RoleGroup.PROCEDURE_UNITS,
    ]
    changes = plan_changes(made)
    assert not changes.new and not changes.changed
    assert [row.text for row in changes.dropped] == ["Xây dựng mục tiêu"]
    plans.item_add(made, text="Việc mới", time_text="Quý IV", acting=people.secretary)
    first = made.items.get(number="1")
    first.time_text = "Quý II"
    first.save()
    changes = plan_changes(made)
    assert [row.text for row in changes.new] == ["Việc mới"]
    assert [row.text for row in changes.changed] == ["Kiện toàn Ban ISO"]
    with pytest.raises(Invalid):
        plan_clone(running, year=2027, acting=people.secretary)


def test_a_row_that_only_heads_others_stands_as_the_worst_of_them(agency, people):
    by = {"acting": people.secretary}
    plan = plans.plan_create(agency=agency, year=2026, title="Kế hoạch năm 2026", **by)
    head = plans.item_add(plan, text="Chuẩn bị", **by)
    for time in ("Quý I", "Quý IV"):
        plans.item_add(plan, text=time, time_text=time, leads=[people.units[0]], parent=head, **by)
    board = Board(plan, dt.date(2026, 5, 4))
    assert [line.standing for line in board.all_lines] == ["overdue", "overdue", "not_due"]
    assert {code: n for code, _word, n in board.counts} == {"overdue": 1, "not_due": 1}
    assert sum(len(column["lines"]) for column in board.columns()) == 2
    PlanItem.objects.filter(parent=head).update(state="no_occurrence", is_optional=True, reason="Không có")
    assert Board(plan, dt.date(2026, 5, 4)).all_lines[0].standing == "no_occurrence"
