"""Reminders: to whom, in which order, once; and the answer from one link."""

import datetime as dt

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile

from objectives import answering, reminding, services
from objectives.models import ManualEntry, PlanItem, RoleGroup
from objectives.services import plans_work
from objectives.services.plans import item_add, item_update, plan_create
from objectives.services.reminders import reminders_nightly, reminders_request, reminders_write
from qms import agency_settings, clock, jobs, notifications
from qms.models import Job, Mail, Notification, Role
from qms.worktime import DayHours, WorkCalendar
from tests import factories
from tests.objectives import build, plan_build

HOURS = DayHours((dt.time(7), dt.time(11)), (dt.time(13), dt.time(17)))
WEEK = WorkCalendar(dict.fromkeys(range(5), HOURS), {})
DAYS = reminding.Days(soon=5, head=3, secretary=6, again=5, stale=30)
DUE = dt.date(2025, 4, 14)  # a Monday


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (dt.date(2025, 4, 4), []),
        (dt.date(2025, 4, 7), ["soon:responsible"]),
        (DUE, ["soon:responsible"]),
        (dt.date(2025, 4, 15), ["late:responsible"]),
        (dt.date(2025, 4, 17), ["late:responsible"]),
        (dt.date(2025, 4, 18), ["late:responsible", "late:head"]),
        (dt.date(2025, 4, 23), ["late:responsible", "late:head", "late:secretary"]),
    ],
)
def test_reminders_climb_by_working_days(today, told):
    found = reminding.stages(DUE, today, DAYS, WEEK)
    assert [f"{stage.name}:{stage.audience}" for stage in found] == told


def test_late_work_is_told_again_only_after_its_days():
    keys = {
        stage.once
        for offset in range(1, 15)
        for stage in reminding.stages(DUE, DUE + dt.timedelta(days=offset), DAYS, WEEK)
        if stage.audience == reminding.Audience.RESPONSIBLE
    }
    assert len(keys) == 2


@pytest.fixture
def late(in_force, people, frozen):
    """Quarter I of 2025 is over; its figures were due on 14 April and are missing."""
    for kind in ("remind_soon", "remind_head", "remind_secretary"):
        assert int(agency_settings.get(in_force.agency, f"objectives.{kind}")) > 0
    frozen(2025, 4, 29)
    return in_force


def reminders(person):
    return Notification.objects.filter(person=person, topic="reminders")


def test_a_late_figure_is_told_to_the_unit_then_upwards_and_once(late, people):
    reminders_write(late.agency)
    assert reminders(people.head).count() >= 1
    late_figures = reminders(people.secretary).filter(title__contains="Trễ", url__contains="/answer/")
    assert late_figures.count() == 2
    count = Notification.objects.filter(topic="reminders").count()
    reminders_write(late.agency)
    assert Notification.objects.filter(topic="reminders").count() == count


def test_who_entered_the_last_figures_is_asked_first(late, people, frozen):
    entry = services.manual_entry_record(
        late.targets.get(code="2"),
        unit=people.units[0],
        period="2025-Q1",
        numerator=1,
        denominator=1,
        acting=people.staff,
    )
    services.manual_entry_confirm(entry, acting=people.head)
    frozen(2025, 7, 11)
    reminders_write(late.agency)
    assert reminders(people.staff).filter(title__contains="II").exists()
    assert not reminders(people.head).filter(title__contains="quý II/").exists()


def test_nothing_is_said_on_days_of_rest(late, frozen):
    frozen(2025, 5, 4)
    assert reminders_write(late.agency) == 0


def test_a_repeated_job_mails_nobody_twice(late, people):
    notifications.preferences_set(people.head, {"reminders": "at_once"})
    reminders_nightly()
    job = Job.objects.get(kind="objectives.reminders")
    jobs.run_here(job)
    mails = Mail.objects.filter(person=people.head).count()
    assert mails >= 1
    jobs.run_here(reminders_request(agency=late.agency))
    assert Mail.objects.filter(person=people.head).count() == mails


def test_what_waits_for_confirmation_and_who_has_not_read(late, people, frozen):
    services.manual_entry_record(
        late.targets.get(code="2"),
        unit=people.units[0],
        period="2025-Q1",
        numerator=1,
        denominator=1,
        acting=people.staff,
    )
    ManualEntry.objects.update(created_at="2025-04-01T02:00:00Z")
    services.set_tell(late, due=dt.date(2025, 5, 6), acting=people.secretary)
    reminders_write(late.agency)
    assert reminders(people.head).filter(title__startswith="Chờ xác nhận").exists()
    assert reminders(people.secretary).filter(title__startswith="Chờ xác nhận").exists()
    assert reminders(people.clerk).filter(title__contains="Đọc mục tiêu").exists()
    services.set_acknowledge(late, acting=people.leader)
    before = reminders(people.leader).count()
    with clock.at(dt.date(2025, 5, 20)):
        reminders_write(late.agency)
    assert reminders(people.leader).count() == before  # who has read is not told again


def test_an_item_of_the_plan_reminds_its_lead(agency, people, frozen):
    frozen(2025, 4, 10)
    plan = plan_create(agency=agency, year=2025, title="Kế hoạch", acting=people.secretary)
    item_add(
        plan, text="Kiện toàn Ban ISO", time_text="Quý I", leads=[people.units[0]], acting=people.secretary
    )
    type(plan).objects.filter(pk=plan.pk).update(state="in_force")
    reminders_write(agency)
    assert reminders(people.head).filter(title__contains="Kiện toàn").exists()
    assert reminders(people.secretary).filter(title__contains="Kiện toàn").exists()


def test_only_who_may_confirm_is_asked_to_and_never_who_reported(late, people, frozen):
    frozen(2025, 4, 1)
    by = {"acting": people.secretary}
    plan = plan_create(agency=late.agency, year=2025, title="Kế hoạch", **by)
    items = [
        item_add(plan, text=text, time_text="Quý IV", leads=[people.units[0]], **by)
        for text in ("Việc phòng", "Việc thư ký")
    ]
    for item, reporter in zip(items, (people.head, people.secretary), strict=True):
        PlanItem.objects.filter(pk=item.pk).update(
            state="waiting", reported_by=reporter, reported_at="2025-04-01T02:00:00Z"
        )
    type(plan).objects.filter(pk=plan.pk).update(state="in_force")
    entry = services.manual_entry_record(
        late.targets.get(code="2"),
        unit=people.units[0],
        period="2025-Q1",
        numerator=1,
        denominator=1,
        acting=people.head,
    )
    ManualEntry.objects.update(created_at="2025-04-01T02:00:00Z")
    frozen(2025, 4, 29)
    reminders_write(late.agency)

    def told(record):
        waiting = Notification.objects.filter(title__startswith="Chờ xác nhận", topic="reminders")
        return {note.person for note in waiting.filter(url=record.get_absolute_url())}

    assert told(items[0]) == told(entry) == {people.secretary, people.committee_head}
    assert told(items[1]) == {people.committee_head, people.leader}


def test_an_item_led_by_a_group_or_by_the_whole_reminds_whom_the_home_page_asks(agency, people, frozen):
    frozen(2025, 4, 2)
    by = {"acting": people.secretary}
    plan = plan_create(agency=agency, year=2025, title="Kế hoạch", **by)
    auditor = factories.person(agency, Role.AUDITOR, unit=people.units[0])
    item_add(plan, text="Rà soát", time_text="Quý I", leads=[RoleGroup.PROCEDURE_UNITS], **by)
    whole = item_add(plan, text="Đánh giá", time_text="Quý I", leads=[RoleGroup.AUDIT_TEAM], **by)
    item_add(plan, text="Khai mạc", time_text="Quý I", parent=whole, **by)
    type(plan).objects.filter(pk=plan.pk).update(state="in_force")
    reminders_write(agency)

    def told(text):
        return {note.person for note in Notification.objects.filter(topic="reminders", title__contains=text)}

    assert told("Rà soát") == {people.head, people.other_head}
    assert told("Khai mạc") == {auditor}


def test_units_are_reminded_to_commit_and_who_accepts_is_reminded_after(in_force, people, frozen, login):
    own = services.unit_set_derive(
        in_force, unit=people.units[0], targets=[in_force.targets.get(code="2")], acting=people.head
    )
    frozen(2025, 2, 28)
    reminders_write(in_force.agency)
    committing = {"title__contains": "cam kết"}
    assert reminders(people.head).get(**committing, title__startswith="Trễ").url == own.get_absolute_url()
    assert "derive" in reminders(people.other_head).filter(**committing).first().url
    assert reminders(people.secretary).filter(**committing, title__endswith="Phòng Hai").exists()
    assert "Cam kết mục tiêu" in login(people.head).get("/").text
    count = reminders(people.head).count()
    services.set_submit(own, acting=people.head)
    frozen(2025, 3, 31)
    reminders_write(in_force.agency)
    accepting = {"title__startswith": "Chờ xác nhận", "url": own.get_absolute_url()}
    assert reminders(people.head).count() == count
    assert reminders(people.secretary).filter(**accepting).exists()
    assert reminders(people.committee_head).filter(**accepting).exists()
    services.set_approve(own, acting=people.secretary)
    before = Notification.objects.filter(topic="reminders", **accepting).count()
    frozen(2025, 4, 30)
    reminders_write(in_force.agency)
    assert Notification.objects.filter(topic="reminders", **accepting).count() == before


def test_one_link_one_screen_one_answer(late, people, client):
    target, unit = late.targets.get(code="2"), people.units[0]
    url = answering.link(answering.Question(people.head.pk, target.pk, unit.pk, "2025-Q1"))
    assert len(url) < 250
    assert client.get(url).status_code == 302
    client.force_login(people.staff.user)
    assert client.get(url).status_code == 403
    client.force_login(people.head.user)
    assert client.get(url).status_code == 200
    assert client.get(url.replace("2025-Q1", "2025-Q2")).status_code == 404
    answer = client.post(url, {"numerator": 3, "denominator": 4})
    assert answer.status_code == 302
    entry = ManualEntry.objects.get()
    assert (entry.entered_by, entry.numerator, entry.denominator) == (people.head, 3, 4)
    assert client.get(url).url == entry.get_absolute_url()


def test_a_link_expires(late, people, client, monkeypatch):
    question = answering.Question(
        people.head.pk, late.targets.get(code="2").pk, people.units[0].pk, "2025-Q1"
    )
    monkeypatch.setattr(signing.time, "time", lambda: 1_000_000_000)
    url = answering.link(question)
    monkeypatch.undo()
    client.force_login(people.head.user)
    page = client.get(url)
    assert page.status_code == 403
    other = factories.person(factories.agency(), Role.SECRETARY)
    client.force_login(other.user)
    fresh = answering.link(question)
    assert client.get(fresh).status_code == 403
    assert build.VIETNAM


@pytest.fixture
def plan(agency, people):
    return plan_build.into_force(plan_build.draft(agency, people, 2025), people)


def test_work_that_goes_on_all_year_owes_a_word_at_the_half_and_at_its_milestones(agency, people, frozen):
    made = plan_build.draft(agency, people, 2025)
    row = made.items.get(number="4")
    item_update(
        row, text=row.text, number="4", time_text="Cả năm (đánh giá nội bộ quý III)", leads=[people.units[0]],
        coordinators=[], is_optional=False, fulfilled_by="", acting=people.secretary,
    )  # fmt: skip
    plan = plan_build.into_force(made, people)

    def told(*day):
        frozen(*day)
        reminders_write(agency)
        return [one.title for one in reminders(people.head).filter(title__contains=row.text)]

    assert told(2025, 6, 20) == []
    (soon,) = told(2025, 6, 26)
    assert soon.startswith("Sắp đến hạn 30/06/2025")
    assert len(told(2025, 7, 2)) == 2, "late"
    with_word = plan.items.get(number="4")
    plans_work.item_note(with_word, text="Đã rà soát 3 quy trình", acting=people.head)
    assert len(told(2025, 7, 9)) == 2, "a word was given"
    assert sum("30/09/2025" in one for one in told(2025, 9, 26)) == 1
    plans_work.item_note(with_word, text="Đã đánh giá", acting=people.head)
    assert len(told(2025, 10, 6)) == 3, "never late before the end of the year"


def test_the_end_of_work_that_goes_on_all_year_is_told_though_no_word_was_ever_given(agency, people, frozen):
    made = plan_build.draft(agency, people, 2025)
    row = made.items.get(number="4")
    item_update(
        row, text=row.text, number="4", time_text="Cả năm", leads=[people.units[0]],
        coordinators=[], is_optional=False, fulfilled_by="", acting=people.secretary,
    )  # fmt: skip
    due = plan_build.into_force(made, people).items.get(number="4").due_on
    assert due == dt.date(2025, 12, 31)

    def told(*day):
        frozen(*day)
        reminders_write(agency)
        found = reminders(people.head).filter(title__contains=row.text)
        return {one.title.split(":")[0] for one in found}

    before = told(2025, 11, 24)
    assert before and not any("31/12/2025" in one for one in before), "only the word of the half of the year"
    assert told(2025, 12, 15) == before, "from a month before, only the end is asked for, as on the home page"
    ending = told(2025, 12, 29) - before
    assert any(one.startswith("Sắp đến hạn 31/12/2025") for one in ending), ending
    late = told(2026, 1, 6) - before - ending
    assert any(one.startswith("Trễ") and "31/12/2025" in one for one in late), late


def test_work_under_way_of_which_nothing_is_heard_is_called_stale(plan, people, frozen):
    frozen(2025, 4, 1)
    agency_settings.put(plan.agency, "objectives.remind_stale", 10, acting=None)
    row = plan_build.item(plan, "4")
    plans_work.item_note(row, text="Đã lập danh sách", acting=people.head)

    def stale():
        reminders_write(plan.agency)
        found = reminders(people.head).filter(title__contains=row.text, title__startswith="Chậm cập nhật")
        return [one.title for one in found]

    frozen(2025, 4, 11)
    assert stale() == [], "eight working days at most"
    frozen(2025, 4, 17)
    assert len(stale()) == 1
    frozen(2025, 4, 21)
    assert len(stale()) == 1, "once for the same silence"
    plans_work.item_note(row, text="Đã họp", acting=people.head)
    frozen(2025, 4, 25)
    assert len(stale()) == 1


def test_a_reminder_of_an_item_is_answered_on_one_screen(plan, people, client, frozen):
    frozen(2025, 3, 27)
    reminders_write(plan.agency)
    row = plan_build.item(plan, "1")
    url = reminders(people.head).get(title__contains=row.text).url
    assert "/answer/item/" in url and len(url) < 250
    assert client.get(url).status_code == 302
    client.force_login(people.staff.user)
    assert client.get(url).status_code == 403, "sent to another person"
    client.force_login(people.head.user)
    page = client.get(url)
    assert page.status_code == 200 and row.text in page.content.decode()
    refused = client.post(url, {"text": "Đã đánh giá xong", "is_done": "on"})
    assert refused.status_code == 422 and not row.notes.exists(), "no evidence, so nothing is kept"
    proof = SimpleUploadedFile("bao cao.pdf", b"%PDF-1.7\n%%EOF", content_type="application/pdf")
    done = client.post(url, {"text": "Đã đánh giá xong", "progress": 100, "is_done": "on", "evidence": proof})
    assert (done.status_code, done.url) == (302, "/")
    row.refresh_from_db()
    assert (row.state, row.reported_by, row.progress) == ("waiting", people.head, 100)
    assert row.evidence.count() == 1
    assert client.get(url).url == row.get_absolute_url(), "answered already"
    assert client.get(url.replace("/answer/item/", "/answer/")).status_code == 404


def test_who_takes_part_tells_progress_but_does_not_report(plan, people, client, frozen):
    frozen(2025, 9, 26)
    row = plan_build.item(plan, "3")
    url = answering.item_link(answering.ItemQuestion(people.other_head.pk, row.pk))
    client.force_login(people.other_head.user)
    assert "is_done" not in client.get(url).context["form"].fields
    client.post(url, {"text": "Đã gửi tài liệu", "is_done": "on"})
    row.refresh_from_db()
    assert (row.state, row.notes.count()) == ("in_progress", 1)
    stranger = factories.person(factories.agency(), Role.SECRETARY)
    client.force_login(stranger.user)
    own = answering.item_link(answering.ItemQuestion(stranger.pk, row.pk))
    assert client.get(own).status_code == 404
