"""Plan tables pasted or uploaded: columns, parties found by name, taken over with their nesting."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from docx import Document

from objectives.models import MaintenancePlan, PlanImport, RoleGroup
from objectives.services import plans, plans_import
from objectives.services.party_names import PartyNames
from qms.exceptions import IllegalTransition, Invalid, Refused
from qms.models import Role
from tests import factories
from tests.objectives.test_tables import MERGES, excel

pytestmark = pytest.mark.django_db

ROWS = [
    ["TT", "Nội dung", "Đơn vị", "", "Thời gian"],
    ["", "", "Chủ trì", "Phối hợp", ""],
    ["I", "CÔNG TÁC CHUNG", "", "", ""],
    ["1", "Lập kế hoạch (nếu có)", "Ban ISO, Phòng Một", "Các phòng, đơn vị thuộc Sở", "Quý I"],
    ["2", "Đánh giá", "", "Các phòng có TTHC", "Quý II và cả năm"],
    ["2.1", "Lập chương trình", "", "", "Quý II"],
    ["2.2", "Tiến hành", "Chuyên gia ngoài", "", "khi cần"],
    ["II", "CÔNG TÁC KHÁC", "", "", ""],
    ["3", "Báo cáo", "P1", "", "Tháng 12"],
]


@pytest.fixture
def draft(agency, people):
    return plans.plan_create(agency=agency, year=2026, title="Kế hoạch 2026", acting=people.secretary)


def test_a_workbook_with_merged_cells_becomes_nested_items(draft, people):
    content = excel(ROWS, MERGES)
    batch = plans_import.import_read(draft, name="kh.xlsx", content=content, acting=people.secretary)
    lines = plans_import.import_lines(batch)
    assert [(line.number, line.level) for line in lines][:4] == [("I", 0), ("1", 1), ("2", 1), ("2.1", 2)]
    assert [bool(line.remarks) for line in lines] == [False, False, False, False, True, False, False]
    assert plans_import.import_take(batch, acting=people.secretary) == 7
    items = {item.number: item for item in draft.items.prefetch_related("parties__unit")}
    assert items["2.1"].parent == items["2"] and items["2"].parent == items["I"]
    assert items["1"].is_optional and not items["3"].is_optional
    assert [party.group or party.unit.code for party in items["2"].leads] == [RoleGroup.COMMITTEE, "P1"]
    assert [party.group for party in items["2"].coordinators] == [RoleGroup.PROCEDURE_UNITS]
    assert items["2"].time_text == "Quý II và cả năm" and items["2"].is_continuous
    assert items["2.2"].lead_text == "Chuyên gia ngoài" and not items["2.2"].leads
    with pytest.raises(IllegalTransition):
        plans_import.import_take(batch, acting=people.secretary)


def test_columns_nobody_knows_are_named_on_the_preview(draft, people, login):
    client = login(people.secretary)
    pasted = "Mã\tViệc phải làm\tKhi nào\n01\tHọp xem xét\tQuý IV\n02\tBáo cáo\tTháng 12\n"
    made = client.post(reverse("objectives:plan-import-upload", args=[draft.pk]), {"pasted": pasted})
    batch = PlanImport.objects.get()
    assert made.url == batch.get_absolute_url()
    page = client.get(made.url)
    assert page.context["lines"] == []
    client.post(made.url, {"column-0": "number", "column-1": "text", "column-2": "time_text", "start": "1"})
    page = client.get(made.url)
    assert [line.text for line in page.context["lines"]] == ["Họp xem xét", "Báo cáo"]
    client.post(reverse("objectives:plan-import-take", args=[batch.pk]))
    assert [item.time_text for item in draft.items.order_by("order")] == ["Quý IV", "Tháng 12"]
    assert "Đã lấy" in client.get(made.url).content.decode()


def test_what_is_no_table_is_said_at_the_field(draft, people, login):
    client = login(people.secretary)
    url = reverse("objectives:plan-import-upload", args=[draft.pk])
    broken = io.BytesIO(b"no workbook")
    broken.name = "x.xlsx"
    assert "file" in client.post(url, {"file": broken}).context["form"].errors
    assert client.post(url, {}).status_code == 422
    with pytest.raises(Invalid):
        plans_import.import_read(draft, pasted="một cột", acting=people.secretary)


def test_only_who_may_draft_imports_and_others_find_nothing(draft, people, other_agency, login):
    pasted = "Nội dung\tThời gian\nHọp\tQuý IV"
    with pytest.raises(Refused):
        plans_import.import_read(draft, pasted=pasted, acting=people.staff)
    batch = plans_import.import_read(draft, pasted=pasted, acting=people.secretary)
    client = login(factories.person(other_agency, Role.SECRETARY))
    assert client.get(batch.get_absolute_url()).status_code == 404
    assert client.post(reverse("objectives:plan-import-take", args=[batch.pk])).status_code == 404


def test_parties_are_found_by_any_of_their_names(agency, people):
    names = PartyNames(agency)
    first, second = people.units
    assert names.read("Phòng Một; P2") == ([first, second], [])
    assert names.read("Các phòng, đơn vị thuộc Sở")[0] == [RoleGroup.ALL_UNITS]
    assert names.read("Các phòng/đơn vị có TTHC")[0] == [RoleGroup.PROCEDURE_UNITS]
    assert names.read("Đoàn đánh giá nội bộ, Bộ phận Một cửa")[0] == [
        RoleGroup.AUDIT_TEAM,
        RoleGroup.ONE_STOP,
    ]
    assert names.read(people.head.full_name)[0] == [people.head]
    assert names.read("Sở Tài chính") == ([], ["Sở Tài chính"])


def test_of_a_past_year_every_unit_that_existed_in_it_is_known(agency, frozen):
    frozen(2026, 5, 4)
    span = {"valid_from": dt.date(2024, 3, 1), "valid_to": dt.date(2024, 11, 30)}
    unit = factories.unit(agency, "Phòng Một Năm", **span)
    assert PartyNames(agency, 2024).read("Phòng Một Năm") == ([unit], [])
    for year in (2023, 2025, 2026, None):
        assert PartyNames(agency, year).read("Phòng Một Năm") == ([], ["Phòng Một Năm"])


def test_the_word_file_holds_the_items(draft, people, login):
    plans.item_add(draft, text="Họp xem xét", time_text="Quý IV", leads=people.units, acting=people.secretary)
    answer = login(people.staff).get(reverse("objectives:plan-word", args=[draft.pk]))
    document = Document(io.BytesIO(b"".join(answer.streaming_content)))
    texts = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "Họp xem xét" in texts and "Quý IV" in texts
    assert MaintenancePlan.objects.count() == 1
