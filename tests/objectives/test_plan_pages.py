"""Pages of the annual plan: who sees and does what, constant queries, the paper, calendar, work, export."""

import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents.content import Kind
from documents.formcheck import check_paper
from documents.models import LegalBasis, Paper
from documents.rendering.render import paper_render
from documents.rendering.sheet import IssueFacts
from documents.services import paper_end
from objectives import plan_papers
from objectives.models import MaintenancePlan, PlanEvidence, PlanFeed, PlanItem
from objectives.plan_calendar import Entry, calendar_text
from objectives.plan_work import plan_work
from objectives.services import plans, plans_life, plans_work
from qms import files, home
from qms.models import Agency, AuditEntry, Role
from tests import factories
from tests.objectives import plan_build
from tests.objectives.plan_build import item
from tests.objectives.test_timeframe import SEEDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(agency, people):
    return plan_build.draft(agency, people)


@pytest.fixture
def running(plan, people, frozen):
    frozen(2026, 5, 4)
    return plan_build.into_force(plan, people)


def at(name, *args):
    return reverse(f"objectives:{name}", args=args)


def opened(client, url):
    """The answer to a GET, read to its end."""
    answer = client.get(url)
    if answer.streaming:
        answer.body = b"".join(answer.streaming_content)
    return answer


WAYS = ("plan", "plan-board", "plan-calendar", "plan-year", "plan-export")


def test_a_plan_is_drafted_approved_and_read_through_its_pages(login, agency, people):
    client = login(people.secretary)
    made = client.post(
        at("plan-create"), {"year": 2026, "title": "Kế hoạch năm 2026", "purposes": "Giữ hệ thống"}
    )
    plan = MaintenancePlan.objects.get()
    assert made.url == plan.get_absolute_url()
    data = {"text": "Họp xem xét", "time_text": "Quý IV", "leads": [f"unit:{people.units[0].pk}"]}
    client.post(at("plan-item-add", plan.pk), data)
    client.post(at("plan-item-add", plan.pk), data | {"text": "Báo cáo", "leads": ["group:committee"]})
    assert "Nhiệm vụ" not in client.get(plan.get_absolute_url()).content.decode()
    second = item(plan, "2")
    client.post(at("plan-item-move", second.pk), {"to": "up"})
    assert item(plan, "1").text == "Báo cáo"
    edit = {"number": "1", "text": "Báo cáo năm", "time_text": "Tháng 12", "leads": ["group:standing_unit"]}
    client.post(at("plan-item-edit", second.pk), edit)
    assert item(plan, "1").due_on == dt.date(2026, 12, 31)
    client.post(at("plan-submit", plan.pk))
    assert client.post(at("plan-approve", plan.pk)).status_code == 403
    login(people.leader).post(at("plan-approve", plan.pk))
    plan.refresh_from_db()
    assert (plan.state, plan.approver) == ("approved", people.leader)


def test_every_way_to_look_at_a_plan_opens(login, running, people):
    client = login(people.staff)
    for name in WAYS:
        assert opened(client, at(name, running.pk)).status_code == 200, name
    for name in ("plan-list", "plan-mine"):
        assert client.get(f"{at(name)}?year=2026").status_code == 200, name
    page = client.get(running.get_absolute_url()).content.decode()
    assert "Quý II-III" in page and "Quá hạn 34" in page
    assert " style=" not in page
    filtered = client.get(f"{running.get_absolute_url()}?standing=overdue")
    assert {line.item.number for line in filtered.context["board"].lines} == {"1", "2"}


def test_an_item_is_carried_out_through_its_pages(login, running, people):
    row = item(running, "4")
    client = login(people.head)
    client.post(at("plan-item-note", row.pk), {"text": "Đã sửa 2 quy trình", "progress": 40})
    upload = io.BytesIO(b"%PDF-1.7 x")
    upload.name = "bien-ban.pdf"
    client.post(at("plan-item-evidence", row.pk), {"evidence": upload})
    shown = PlanEvidence.objects.get()
    assert opened(client, at("plan-evidence-file", shown.pk)).status_code == 200
    client.post(at("plan-item-report", row.pk), {"done_on": "30/04/2026", "text": "Xong"})
    assert client.post(at("plan-item-confirm", row.pk)).status_code == 403
    login(people.secretary).post(at("plan-item-confirm", row.pk))
    row.refresh_from_db()
    assert (row.state, row.confirmed_by) == ("done", people.secretary)
    page = client.get(row.get_absolute_url()).content.decode()
    assert "Đã sửa 2 quy trình" in page and "bien-ban.pdf" in page


def test_a_record_of_the_portal_is_evidence_only_when_the_person_sees_it(login, running, people):
    row = item(running, "1")
    client = login(people.head)
    client.post(at("plan-item-link-add", row.pk), {"q": "duy trì HTQLCL", "url": running.get_absolute_url()})
    assert PlanEvidence.objects.get().title == running.title
    assert (
        client.post(at("plan-item-link-add", row.pk), {"q": "duy trì", "url": "/admin/"}).status_code == 404
    )


def test_a_card_moves_by_its_button_and_only_where_it_may(login, running, people):
    row = item(running, "1")
    login(people.head).post(at("plan-item-card", row.pk), {"to": "doing"})
    row.refresh_from_db()
    assert row.state == "in_progress"
    login(people.head).post(at("plan-item-card", row.pk), {"to": "done"})
    row.refresh_from_db()
    assert row.state == "in_progress"
    assert (
        login(people.other_head)
        .post(at("plan-item-card", item(running, "2").pk), {"to": "doing"})
        .status_code
        == 403
    )


def test_another_agency_finds_nothing(login, running, other_agency):
    client = login(factories.person(other_agency, Role.SECRETARY, Role.LEADER))
    row = item(running, "1")
    for name in WAYS:
        assert client.get(at(name, running.pk)).status_code == 404, name
    for name in ("plan-item", "plan-item-note", "plan-item-report", "plan-item-link"):
        assert client.get(at(name, row.pk)).status_code == 404, name
    for name in ("plan-submit", "plan-approve", "plan-discard"):
        assert client.post(at(name, running.pk)).status_code == 404, name
    for name in ("plan-item-begin", "plan-item-confirm", "plan-item-card", "plan-item-move"):
        assert client.post(at(name, row.pk)).status_code == 404, name


def test_a_superior_agency_sees_published_plans_only(login, agency, plan, people, frozen):
    above = factories.agency()
    Agency.objects.filter(pk=agency.pk).update(parent=above)
    client = login(factories.person(above, Role.SUPERIOR))
    assert client.get(plan.get_absolute_url()).status_code == 404
    frozen(2026, 5, 4)
    plan_build.into_force(plan, people)
    page = client.get(plan.get_absolute_url())
    assert page.status_code == 200
    assert not page.context["bases"] or not page.context["is_colleague"]
    assert client.post(at("plan-item-begin", item(plan, "1").pk)).status_code in {403, 404}


def test_two_and_twenty_items_cost_the_same_number_of_queries(login, agency, plan, people, frozen):
    client = login(people.secretary)
    frozen(2026, 5, 4)

    def cost():
        found = {}
        for name in WAYS:
            with CaptureQueriesContext(connection) as captured:
                assert opened(client, at(name, plan.pk)).status_code == 200
            found[name] = len(captured)
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{at('plan-mine')}?year=2026")
        found["mine"] = len(captured)
        with CaptureQueriesContext(connection) as captured:
            list(plan_work(type(people.head).objects.get(pk=people.head.pk)))
        found["work"] = len(captured)
        return found

    plan_build.into_force(plan, people)
    cost()
    few = cost()
    MaintenancePlan.objects.filter(pk=plan.pk).update(state="draft")
    for number in range(20):
        plans.item_add(
            plan, text=f"Việc {number}", time_text="Quý II", leads=people.units, acting=people.secretary
        )
    MaintenancePlan.objects.filter(pk=plan.pk).update(state="in_force")
    many = cost()
    assert all(many[name] <= few[name] for name in few), (few, many)


def test_the_paper_says_what_the_plan_says_and_keeps_the_form(plan, people, english):
    basis = LegalBasis.objects.create(
        agency=plan.agency,
        kind="Quyết định",
        number="19/2014/QĐ-TTg",
        issuer="Thủ tướng Chính phủ",
        issued_on=dt.date(2014, 3, 5),
        about="về việc áp dụng hệ thống quản lý chất lượng",
        in_force_from=dt.date(2014, 3, 5),
    )
    plans.plan_bases(plan, bases=[basis], acting=people.secretary)
    plans.plan_update(
        plan,
        title=plan.title,
        purposes="- Giữ hệ thống\n- Cải tiến",
        requirements="Rõ trách nhiệm",
        organisation="Ban ISO\n- Chỉ đạo\nCác phòng\n- "
        + "Thực hiện các nội dung của Kế hoạch tại đơn vị mình, báo cáo kết quả đúng thời gian quy định. "
        * 3,
        budget_text="Từ nguồn kinh phí duy trì, cải tiến hệ thống quản lý chất lượng được giao trong năm. "
        * 2,
        acting=people.secretary,
    )
    plan.refresh_from_db()
    content = plan_papers.content(plan, people.committee_head)
    assert content.kind == Kind.PLAN
    assert content.title == "Duy trì HTQLCL năm 2026"
    assert content.signature.titles == ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]
    sections = [block for block in content.body if block.type == "section"]
    assert [one.title for one in sections] == ["Mục đích, yêu cầu", "Nội dung công việc", "Tổ chức thực hiện"]
    assert [one.title for one in sections[2].blocks] == ["Ban ISO", "Các phòng", "Kinh phí thực hiện"]
    rows = sections[1].blocks[0].rows
    assert [row.cells[0].text for row in rows] == ["1", "2", "3", "3.1", "4"]
    assert rows[2].cells[2].text == "Quý II-III"
    report = check_paper(paper_render(content, IssueFacts(5, dt.date(2026, 2, 12))).pdf)
    assert report.ok, [f"{one.rule}: {one.found} ({one.expected})" for one in report.faults]


def test_every_form_of_a_time_is_shown_and_printed_as_it_was_written(login, agency, people):
    by = {"leads": [people.units[0]], "acting": people.secretary}
    plan = plans.plan_create(agency=agency, year=2026, title="Kế hoạch", acting=people.secretary)
    for text in SEEDS:
        plans.item_add(plan, text="Việc", time_text=text, **by)
    page = opened(login(people.secretary), at("plan", plan.pk)).content.decode()
    assert [text for text in SEEDS if text not in page] == []
    content = plan_papers.content(plan, people.committee_head)
    (table,) = [
        block for section in content.body if section.type == "section" for block in section.blocks
        if block.type == "table"
    ]  # fmt: skip
    assert [row.cells[2].text for row in table.rows] == list(SEEDS)


def test_issuing_the_paper_brings_the_plan_into_force(login, plan, people):
    plans_life.plan_submit(plan, acting=people.secretary)
    plans_life.plan_approve(plan, acting=people.leader)
    made = login(people.secretary).post(at("plan-publish", plan.pk), {"signer": people.leader.pk})
    plan.refresh_from_db()
    assert made.url == plan.paper.get_absolute_url()
    plan.paper.issued_on = dt.date(2026, 2, 12)
    plan_papers.on_issued(plan.paper, None)
    plan.refresh_from_db()
    assert (plan.state, plan.in_force_from) == ("in_force", dt.date(2026, 2, 12))
    plan.paper.end_reason = "Thay thế"
    plan_papers.on_revoked(plan.paper, None)
    plan.refresh_from_db()
    assert plan.state == "superseded"


@pytest.mark.parametrize(("how", "state"), [("revoked", "superseded"), ("corrected", "in_force")])
def test_a_revoked_paper_ends_its_plan_a_corrected_one_does_not(plan, people, how, state):
    plans_life.plan_submit(plan, acting=people.secretary)
    plans_life.plan_approve(plan, acting=people.leader)
    paper = plans_life.plan_publish(plan, signer=people.leader, acting=people.secretary)
    day = dt.date(2026, 2, 12)
    Paper.objects.filter(pk=paper.pk).update(state="issued", number=3, year=2026, issued_on=day)
    paper.refresh_from_db()
    plan_papers.on_issued(paper, None)
    paper_end(paper, how=how, reason="Sắp xếp lại tổ chức", acting=people.leader)
    plan.refresh_from_db()
    assert plan.state == state
    assert plan.end_reason == ("Sắp xếp lại tổ chức" if how == "revoked" else "")
    verbs = AuditEntry.objects.filter(verb="objectives.plan.ended").count()
    assert verbs == (how == "revoked")


def test_the_home_page_reminds_who_answers_and_says_what_others_owe(running, people, frozen):
    def work(person):
        return home.sort_out(map(home.Entry, plan_work(type(person).objects.get(pk=person.pk))), frozen_day())

    def frozen_day():
        return dt.date(2026, 5, 4)

    assert {entry.item.key for entry in work(people.head).late} == {
        f"plan-item:{item(running, number).pk}" for number in ("1", "2")
    }
    assert not work(people.other_head).late
    row = item(running, "1")
    file = files.store(row.agency, "a.pdf", b"%PDF-1.7", acting=people.head)
    plans_work.evidence_add(row, file=file, acting=people.head)
    plans_work.item_report(row, acting=people.head)
    assert [entry.item.url for entry in work(people.head).others] == [row.get_absolute_url()]
    assert any(entry.item.key == f"plan-item-confirm:{row.pk}" for entry in work(people.secretary).later)


def test_continuous_work_asks_for_a_word_at_the_half_year(running, people, frozen):
    frozen(2026, 6, 20)
    keys = {one.key: one for one in plan_work(type(people.head).objects.get(pk=people.head.pk))}
    row = item(running, "4")
    assert keys[f"plan-item-half:{row.pk}"].due == dt.date(2026, 6, 30)
    plans_work.item_note(row, text="4 quy trình", acting=people.head)
    keys = {one.key for one in plan_work(type(people.head).objects.get(pk=people.head.pk))}
    assert f"plan-item-half:{row.pk}" not in keys


def test_a_missed_word_hides_neither_a_later_milestone_nor_the_end(agency, people, frozen):
    made = plan_build.draft(agency, people)
    row = made.items.get(number="4")
    plans.item_update(
        row, text=row.text, number="4", time_text="Cả năm (đánh giá nội bộ quý III)", leads=[people.units[0]],
        coordinators=[], is_optional=False, fulfilled_by="", acting=people.secretary,
    )  # fmt: skip
    row = item(plan_build.into_force(made, people), "4")

    def asked(*day):
        frozen(*day)
        found = plan_work(type(people.head).objects.get(pk=people.head.pk))
        return [(one.key.split(":")[0], one.due) for one in found if one.url == row.get_absolute_url()]

    half, autumn, end = dt.date(2026, 6, 30), dt.date(2026, 9, 30), dt.date(2026, 12, 31)
    assert asked(2026, 8, 3) == [("plan-item-half", half)], "still owed after its day"
    assert asked(2026, 9, 20) == [("plan-item-half", autumn)], "the milestone takes its place"
    assert asked(2026, 12, 10) == [("plan-item", end)], "near the end only the end is asked for"
    frozen(2026, 9, 20)
    plans_work.item_note(row, text="Đã đánh giá 4 phòng", acting=people.head)
    assert asked(2026, 10, 5) == [], "one word answers both"


def test_the_calendar_address_opens_only_while_it_is_kept(client, login, running, people):
    login(people.head).post(at("plan-feed-make"))
    feed = PlanFeed.objects.get(person=people.head)
    client.logout()
    answer = client.get(at("plan-feed", feed.token))
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar")
    assert "DTSTART;VALUE=DATE:20260930" in text
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == 5
    assert client.get(at("plan-feed", "khong-co")).status_code == 404
    login(people.head).post(at("plan-feed-end"))
    client.logout()
    assert client.get(at("plan-feed", feed.token)).status_code == 404


def test_calendar_lines_are_folded_at_75_octets_and_escaped():
    stamp = dt.datetime(2026, 5, 4, tzinfo=dt.UTC)
    entry = Entry("x", dt.date(2026, 12, 31), "Rà soát, sửa đổi; bổ sung " * 6, "dòng\nhai")
    text = calendar_text("Kế hoạch", [entry], stamp=stamp)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    whole = text.replace("\r\n ", "")
    assert "SUMMARY:Rà soát\\, sửa đổi\\; bổ sung" in whole and "dòng\\nhai" in whole
    assert "DTEND;VALUE=DATE:20270101" in whole


def test_the_export_lists_every_item(login, running, people):
    answer = opened(login(people.staff), at("plan-export", running.pk))
    book = openpyxl.load_workbook(io.BytesIO(answer.body))
    rows = list(book.active.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == ["1", "2", "3", "3.1", "4"]
    assert rows[1][2] == "Quý I"


def test_the_next_year_is_one_act(login, running, people):
    client = login(people.secretary)
    made = client.post(at("plan-clone", running.pk), {"year": 2027})
    new = MaintenancePlan.objects.get(year=2027)
    assert made.url == new.get_absolute_url()
    assert PlanItem.objects.filter(plan=new).count() == 5
    page = client.get(new.get_absolute_url()).content.decode()
    assert "So với kế hoạch năm 2026" in page


def test_who_is_named_stays_named_when_an_item_is_changed(login, agency, people):
    closed, gone = people.units[1], factories.person(agency, Role.STAFF)
    client = login(people.secretary)
    client.post(at("plan-create"), {"year": 2026, "title": "Kế hoạch năm 2026", "purposes": "Giữ hệ thống"})
    plan = MaintenancePlan.objects.get()
    named = [closed, gone]
    one = plans.item_add(
        plan, text="Họp", time_text="Quý IV", leads=named, coordinators=named, acting=people.secretary
    )
    for record in named:
        record.valid_to = dt.date(2026, 1, 1)
        record.save(update_fields=["valid_to"])
    shown = client.get(at("plan-item-edit", one.pk)).context["form"]
    values = {
        name: shown.initial[name] for name in ("number", "time_text", "leads", "lead_people", "coordinators")
    }
    done = client.post(at("plan-item-edit", one.pk), values | {"text": "Họp xem xét"})
    assert done.status_code == 302, done.context["form"].errors
    one = PlanItem.objects.get(pk=one.pk)
    assert one.text == "Họp xem xét"
    for parties in (one.leads, one.coordinators):
        assert {party.unit or party.person for party in parties} == set(named)
