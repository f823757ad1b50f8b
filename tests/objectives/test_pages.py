"""The pages: who sees what, figures that equal their lists, and a constant number of queries."""

import datetime as dt
import io
import re
from pathlib import Path

import openpyxl
import pytest
from django.contrib import messages
from django.db import transaction
from django.urls import reverse

from dossiers import generator
from dossiers import services as dossier_services
from objectives import services
from objectives.models import ManualEntry, ObjectiveSet
from qms import files, jobs
from qms.models import Role
from tests import factories
from tests.objectives import build

SAMPLE = Path(__file__).parents[2] / "dossiers" / "fixtures" / "one_stop_2025.xlsx"


@pytest.fixture
def measured(agency, people, in_force):
    """The set in force with the sample of 2025 imported and computed."""
    for order, name in enumerate(generator.UNITS, start=3):
        factories.unit(agency, name, order=order)
    dossier_services.import_now(
        agency, name=SAMPLE.name, content=io.BytesIO(SAMPLE.read_bytes()), acting=None
    )
    with transaction.atomic():
        job = services.attainment_request(agency=agency, year=2025, acting=None)
    jobs.run_here(job)
    return in_force


def board(client, query="year=2025"):
    return client.get(f"{reverse('objectives:dashboard')}?{query}")


def test_the_dashboard_shows_figure_numbers_strict_rate_and_status(login, people, measured):
    page = board(login(people.leader)).content.decode()
    assert "98,2\u00a0%" in page
    assert "4.886/4.974" in page
    assert "97,8\u00a0%" in page
    assert "4.886/4.998" in page
    assert "tính cả 24 hồ sơ đang quá hạn" in page
    assert "01/01–31/12/2025" in page


def test_the_switch_shows_a_quarter(login, people, measured):
    page = board(login(people.leader), "year=2025&period=2025-Q3").content.decode()
    assert "1.196/1.225" in page
    assert "01/07–30/09/2025" in page


def test_a_year_without_objectives_says_so_and_offers_the_next_act(login, people):
    page = board(login(people.secretary), "year=2031").content.decode()
    assert "Năm này chưa có mục tiêu được công bố" in page
    assert reverse("objectives:set-create") in page
    assert reverse("objectives:set-create") not in board(login(people.staff), "year=2031").content.decode()


def test_every_number_of_the_target_page_equals_its_list(login, people, measured):
    client = login(people.secretary)
    target = measured.targets.get(code="1")
    page = client.get(f"{target.get_absolute_url()}?year=2025").content.decode()
    links = re.findall(r'<a href="([^"]*dossiers[^"]*fact=[^"]*)"[^>]*>([\d.]+)</a>', page)
    assert len(links) > 20
    for address, shown in links[:6]:
        listed = client.get(address.replace("&amp;", "&"))
        assert listed.context["page_obj"].paginator.count == int(shown.replace(".", ""))


def test_the_target_page_explains_formula_and_source(login, people, measured):
    target = measured.targets.get(code="1")
    page = login(people.staff).get(target.get_absolute_url()).content.decode()
    assert "RESOLVED v1" in page
    assert "STRICT v1" in page
    assert "one_stop_2025.xlsx" in page
    assert "còn chịu được" not in page  # the year is over: nothing more may fail in it
    assert "Nguồn của số liệu" in page


def test_a_unit_has_its_own_target_page(login, people, measured):
    target = measured.targets.get(code="1")
    unit = target.agency and next(
        row.unit
        for row in target.figures.select_related("unit")
        if row.unit and row.unit.name == "Văn phòng Sở"
    )
    page = login(people.staff).get(f"{target.get_absolute_url()}?unit={unit.pk}").content.decode()
    assert "386/395" in re.sub(r"<[^>]+>", "", page)
    assert "Văn phòng Sở" in page


def test_the_export_holds_the_agency_and_every_unit(login, people, measured):
    response = login(people.leader).get(f"{reverse('objectives:dashboard-export')}?year=2025")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    rows = list(book.active.iter_rows(values_only=True))
    whole = next(row for row in rows if row[0] == "1" and row[3] == measured.agency.name)
    assert whole[5:7] == (4886, 4974)
    assert whole[9:11] == (4886, 4998)
    assert {"Văn phòng Sở", "Phòng Chuyển đổi số"} <= {row[3] for row in rows}
    single = login(people.leader).get(
        reverse("objectives:target-export", args=[measured.targets.get(code="1").pk])
    )
    assert single.status_code == 200
    single.close()
    response.close()


def test_a_superior_reads_figures_but_no_dossiers_and_no_drafts(login, agency, people, measured):
    client = login(people.superior)
    assert "4.886/4.974" in board(client).content.decode()
    target = measured.targets.get(code="1")
    page = client.get(target.get_absolute_url()).content.decode()
    assert "fact=" not in page
    draft = build.draft(agency, people, year=2027)
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.get(reverse("objectives:entry-list")).status_code == 403
    assert client.get(measured.get_absolute_url()).status_code == 200
    assert client.post(reverse("objectives:compute"), {"year": 2025}).status_code == 403


def test_another_agency_finds_nothing(login, other_agency, in_force):
    stranger = build.people(other_agency).secretary
    client = login(stranger)
    target = in_force.targets.first()
    for address in (in_force.get_absolute_url(), target.get_absolute_url()):
        assert client.get(address).status_code == 404
    assert "Năm này chưa có" in board(client).content.decode()


def test_computing_on_demand_leads_to_the_job(login, people, in_force):
    answer = login(people.secretary).post(reverse("objectives:compute"), {"year": "2025"})
    assert answer.status_code == 302
    assert "/jobs/" in answer.url


def test_drafting_through_the_pages(login, agency, people):
    client = login(people.secretary)
    units = [str(unit.pk) for unit in people.units]
    made = client.post(
        reverse("objectives:set-create"),
        {"year": 2028, "unit": "", "title": "Mục tiêu 2028", "window_rule": "calendar"},
    )
    one = ObjectiveSet.objects.get(year=2028)
    assert made.url == one.get_absolute_url()
    client.post(
        reverse("objectives:objective-add", args=[one.pk]),
        {"number": "", "text": "Đạt 97,5%", "plan_text": ""},
    )
    objective = one.objectives.get()
    values = {
        "code": "", "text": "Hồ sơ số hóa", "label": "số hóa", "operator": ">=", "figure": "97,5",
        "measure_unit": "%", "commitment": "mandatory", "formula": "MANUAL", "units": units,
        "cadence": "quarter", "aggregation": "sum", "scope_text": "", "exclusion_text": "",
    }  # fmt: skip
    assert client.post(reverse("objectives:target-add", args=[objective.pk]), values).status_code == 302
    target = one.targets.get()
    assert (str(target.figure), target.reporting.count()) == ("97.500", 2)
    bad = client.post(
        reverse("objectives:target-edit", args=[target.pk]), values | {"figure": "nhiều", "code": "1"}
    )
    assert bad.status_code == 422
    task = {
        "text": "Số hóa", "leads": [f"unit:{units[0]}", "group:committee"], "coordinators": [],
        "method": "", "time_text": "Quý I-IV",
    }  # fmt: skip
    client.post(reverse("objectives:task-add", args=[objective.pk]), task)
    assert next(party.label for party in one.tasks.get().leads) == "Phòng Một"
    client.post(reverse("objectives:set-submit", args=[one.pk]))
    refused = client.post(reverse("objectives:set-approve", args=[one.pk]))
    assert refused.status_code == 403
    login(people.leader).post(reverse("objectives:set-approve", args=[one.pk]))
    one.refresh_from_db()
    assert one.state == "approved"


def test_moving_and_removing_through_the_page(login, people, draft):
    client = login(people.secretary)
    second = draft.objectives.get(number="2")
    client.post(reverse("objectives:part-move", args=["objectives", second.pk]), {"to": "up"})
    second.refresh_from_db()
    assert second.number == "1"
    client.post(reverse("objectives:part-remove", args=["tasks", second.tasks.get().pk]))
    assert not second.tasks.exists()
    assert client.post(reverse("objectives:part-move", args=["else", second.pk])).status_code == 404
    assert login(people.staff).get(reverse("objectives:objective-edit", args=[second.pk])).status_code == 403


def test_entering_and_confirming_through_the_pages(login, people, in_force, frozen):
    frozen(2025, 4, 3)
    target = in_force.targets.get(code="2")
    unit = people.units[0]
    client = login(people.staff)
    listed = client.get(f"{reverse('objectives:entry-list')}?year=2025").content.decode()
    address = reverse("objectives:entry-record", args=[target.pk, unit.pk, "2025-Q1"])
    assert address in listed
    wrong = client.post(address, {"numerator": 5, "denominator": 4, "note": ""})
    assert wrong.status_code == 422
    proof = io.BytesIO(b"%PDF-1.7 minh chung")
    proof.name = "danh-sach.pdf"
    assert (
        client.post(
            address, {"numerator": 4, "denominator": 4, "note": "Đủ", "evidence": [proof]}
        ).status_code
        == 302
    )
    entry = ManualEntry.objects.get()
    stored = entry.evidence.get()
    assert files.read(stored) == b"%PDF-1.7 minh chung"
    assert client.post(reverse("objectives:entry-confirm", args=[entry.pk])).status_code == 403
    head = login(people.head)
    download = head.get(reverse("objectives:evidence", args=[entry.pk, stored.pk]))
    assert b"".join(download.streaming_content) == b"%PDF-1.7 minh chung"
    head.post(reverse("objectives:entry-confirm", args=[entry.pk]))
    entry.refresh_from_db()
    assert (entry.state, entry.confirmed_by) == ("confirmed", people.head)
    stranger = login(people.other_head)
    assert stranger.get(address).status_code == 403


def test_a_returned_entry_shows_its_reason_in_the_form(login, people, in_force, frozen):
    frozen(2025, 4, 3)
    target = in_force.targets.get(code="2")
    entry = services.manual_entry_record(
        target, unit=people.units[0], period="2025-Q1", numerator=1, denominator=2, acting=people.staff
    )
    login(people.head).post(
        reverse("objectives:entry-return", args=[entry.pk]), {"reason": "Thiếu minh chứng"}
    )
    address = reverse("objectives:entry-record", args=[target.pk, people.units[0].pk, "2025-Q1"])
    assert "Thiếu minh chứng" in login(people.staff).get(address).content.decode()


@pytest.mark.parametrize("name", ["dashboard", "dashboard-export", "set-list", "set-create", "entry-list"])
@pytest.mark.parametrize("role", Role.values)
def test_no_page_breaks_for_any_role(login, agency, in_force, name, role):
    person = factories.person(agency, role)
    response = login(person).get(reverse(f"objectives:{name}"))
    assert response.status_code in {200, 403}
    response.close()


def test_dates_of_the_year_under_way_are_not_over(login, people, agency, frozen):
    frozen(2026, 3, 1)
    made = build.into_force(build.draft(agency, people, year=2026), people, on=dt.date(2026, 1, 5))
    page = board(login(people.leader), "year=2026").content.decode()
    assert "chưa chốt" in page
    assert made.title in page


def test_the_objectives_of_a_unit_go_out_as_a_word_file_too(in_force, people, login):
    from docx import Document

    own = services.unit_set_derive(
        in_force, unit=people.units[0], targets=list(in_force.targets.all()), acting=people.head
    )
    answer = login(people.head).get(reverse("objectives:set-word", args=[own.pk]))
    assert answer.status_code == 200, [str(m) for m in messages.get_messages(answer.wsgi_request)]
    document = Document(io.BytesIO(b"".join(answer.streaming_content)))
    words = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert "Hồ sơ giải quyết đúng hạn" in words and "≥\u00a098\u00a0%" in words
    assert "Cử người đi học" in words and "Quý II-III" in words
