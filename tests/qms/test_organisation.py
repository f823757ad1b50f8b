"""Units as an effective-dated tree: founded, renamed, merged, split, closed; the past stays readable."""

import datetime as dt

import pytest

from qms import search
from qms.exceptions import Invalid, Refused
from qms.models import AuditEntry, OrgUnitChange, Person, Role, RoleAssignment
from qms.selectors import organisation as read
from qms.services import organisation
from qms.services.organisation import UnitData
from tests import factories

D = dt.date
OLD, NOW, NEXT_YEAR = D(2024, 1, 1), D(2025, 7, 1), D(2199, 1, 1)


@pytest.fixture
def admin(agency):
    return factories.person(agency, Role.ADMIN)


@pytest.fixture
def found(agency, admin):
    """found(code, name) founds a unit on 01/01/2024."""

    def make(code, name, **fields):
        return organisation.unit_create(agency, UnitData(code, name, **fields), acting=admin, valid_from=OLD)

    return make


def names_on(agency, day):
    return [row.name for row in read.tree_on(agency, day)]


def test_a_unit_is_called_then_what_it_was_called_then(agency, admin, found):
    unit = found("CN", "Phòng Quản lý Công nghệ")
    organisation.unit_rename(
        unit, acting=admin, on=NOW, name="Phòng Công nghệ và Đổi mới sáng tạo", document="QĐ 12"
    )
    unit.refresh_from_db()
    assert unit.name == "Phòng Công nghệ và Đổi mới sáng tạo"
    assert read.name_on(unit, D(2025, 6, 30)) == "Phòng Quản lý Công nghệ"
    assert read.name_on(unit, NOW) == "Phòng Công nghệ và Đổi mới sáng tạo"
    assert names_on(agency, D(2025, 6, 30)) == ["Phòng Quản lý Công nghệ"]
    entry = AuditEntry.objects.filter(verb="qms.unit.changed").first()
    assert entry.changes["name"] == ["Phòng Quản lý Công nghệ", "Phòng Công nghệ và Đổi mới sáng tạo"]
    assert entry.note == "QĐ 12"


def test_a_change_of_the_future_waits_for_its_day(agency, admin, found):
    unit = found("CN", "Phòng Cũ")
    organisation.unit_rename(unit, acting=admin, on=NEXT_YEAR, name="Phòng Mới")
    unit.refresh_from_db()
    assert unit.name == "Phòng Cũ"
    organisation.settle(agency, NEXT_YEAR)
    unit.refresh_from_db()
    assert unit.name == "Phòng Mới"


def test_a_rename_that_changes_nothing_or_lies_before_the_last_change_is_refused(admin, found):
    unit = found("CN", "Phòng Một")
    with pytest.raises(Invalid):
        organisation.unit_rename(unit, acting=admin, on=NOW, name="Phòng Một")
    with pytest.raises(Invalid):
        organisation.unit_rename(unit, acting=admin, on=OLD, name="Phòng Hai")


def test_a_unit_cannot_move_below_its_own_sub_unit(admin, found):
    top = found("A", "Trung tâm")
    below = found("B", "Tổ", parent=top)
    with pytest.raises(Invalid):
        organisation.unit_rename(top, acting=admin, on=NOW, parent=below)


def test_the_tree_shows_parents_before_their_sub_units(agency, found):
    top = found("Z", "Trung tâm", order=2)
    found("A", "Văn phòng", order=1)
    found("T", "Tổ kỹ thuật", parent=top)
    rows = read.tree_on(agency, NOW)
    assert [(row.name, row.depth) for row in rows] == [("Văn phòng", 0), ("Trung tâm", 0), ("Tổ kỹ thuật", 1)]


def test_a_merge_ends_units_moves_people_and_sub_units_and_ends_roles(agency, admin, found):
    first, second = found("A", "Phòng A"), found("B", "Phòng B")
    group = found("T", "Tổ", parent=first)
    worker = factories.person(agency, unit=first)
    head = factories.person(agency, Role.UNIT_HEAD, unit=first)
    merged = organisation.units_merge(
        [first, second], acting=admin, on=NOW, into=UnitData("AB", "Phòng AB"), document="QĐ 7"
    )
    assert names_on(agency, D(2025, 6, 30)) == ["Phòng A", "Tổ", "Phòng B"]
    assert names_on(agency, NOW) == ["Phòng AB", "Tổ"]
    worker.refresh_from_db()
    assert worker.unit == merged
    assert not Person.objects.get(pk=head.pk).has_role(Role.UNIT_HEAD)
    assert RoleAssignment.objects.get(person=head).valid_to == D(2025, 6, 30)
    group.refresh_from_db()
    assert group.parent == merged
    change = OrgUnitChange.objects.get(kind="merged")
    assert (set(change.before.all()), list(change.after.all())) == ({first, second}, [merged])
    assert organisation.successor(first) == merged


def test_a_unit_can_be_merged_into_one_that_stays(agency, admin, found):
    first, second = found("A", "Phòng A"), found("B", "Phòng B")
    organisation.units_merge([first], acting=admin, on=NOW, into=second)
    assert names_on(agency, NOW) == ["Phòng B"]


def test_one_unit_alone_is_no_merge(admin, found):
    with pytest.raises(Invalid):
        organisation.units_merge([found("A", "A")], acting=admin, on=NOW, into=UnitData("X", "X"))


def test_a_split_may_keep_the_unit_beside_the_new_ones(agency, admin, found):
    unit = found("A", "Phòng A")
    organisation.unit_split(unit, [UnitData("B", "Phòng B")], acting=admin, on=NOW, keep=True)
    assert sorted(names_on(agency, NOW)) == ["Phòng A", "Phòng B"]
    with pytest.raises(Invalid):
        organisation.unit_split(unit, [UnitData("C", "Phòng C")], acting=admin, on=D(2025, 8, 1))


def test_a_split_without_keeping_ends_the_unit(agency, admin, found):
    unit = found("A", "Phòng A")
    parts = [UnitData("B", "Phòng B"), UnitData("C", "Phòng C")]
    organisation.unit_split(unit, parts, acting=admin, on=NOW)
    assert sorted(names_on(agency, NOW)) == ["Phòng B", "Phòng C"]
    assert names_on(agency, D(2025, 6, 30)) == ["Phòng A"]


def test_a_unit_with_sub_units_cannot_be_closed(agency, admin, found):
    top = found("A", "Trung tâm")
    below = found("B", "Tổ", parent=top)
    with pytest.raises(Invalid, match="Tổ"):
        organisation.unit_close(top, acting=admin, on=NOW)
    organisation.unit_close(below, acting=admin, on=NOW)
    organisation.unit_close(top, acting=admin, on=NOW)
    assert names_on(agency, NOW) == []
    with pytest.raises(Invalid):
        organisation.unit_close(top, acting=admin, on=D(2025, 9, 1))


def test_there_is_one_standing_unit(admin, found):
    first = found("A", "Phòng A", is_standing_unit=True)
    found("B", "Phòng B", is_standing_unit=True)
    first.refresh_from_db()
    assert not first.is_standing_unit


def test_codes_are_unique_within_an_agency_only(agency, other_agency, found):
    found("VP", "Văn phòng")
    with pytest.raises(Invalid):
        found("vp", "Văn phòng khác")
    organisation.unit_create(other_agency, UnitData("VP", "Văn phòng"), acting=None, valid_from=OLD)


def test_other_systems_find_a_unit_by_any_name_it_ever_had(agency, admin, found):
    unit = found("TDC", "Phòng Tiêu chuẩn", abbreviation="TĐC")
    organisation.unit_rename(unit, acting=admin, on=NOW, name="Phòng Quản lý Tiêu chuẩn")
    organisation.alias_add(unit, acting=admin, name="P. TCĐLCL", system="Một cửa")
    for name in ("tđc", "PHÒNG TIÊU CHUẨN", "Phòng Quản lý Tiêu chuẩn", "p. tcdlcl", "TDC"):
        assert read.unit_by_name(agency, name) == unit
    assert read.unit_by_name(agency, "Phòng lạ") is None
    with pytest.raises(Invalid):
        organisation.alias_add(found("B", "B"), acting=admin, name="P. TCĐLCL")


def test_only_administrators_change_units(agency, secretary, found):
    unit = found("A", "Phòng A")
    for act in (
        lambda: organisation.unit_close(unit, acting=secretary, on=NOW),
        lambda: organisation.unit_rename(unit, acting=secretary, on=NOW, name="B"),
        lambda: organisation.unit_create(agency, UnitData("B", "B"), acting=secretary, valid_from=OLD),
        lambda: organisation.agency_change(agency, acting=secretary, name="Khác"),
    ):
        with pytest.raises(Refused):
            act()


def test_an_administrator_of_another_agency_changes_nothing(other_agency, found):
    stranger = factories.person(other_agency, Role.ADMIN)
    with pytest.raises(Refused):
        organisation.unit_close(found("A", "Phòng A"), acting=stranger, on=NOW)


def test_everybody_sees_the_tree_of_any_day_and_only_administrators_the_buttons(
    agency, admin, secretary, found, login
):
    unit = found("A", "Phòng Xưa")
    organisation.unit_rename(unit, acting=admin, on=NOW, name="Phòng Nay")
    client = login(secretary)
    page = client.get("/units/")
    assert "Phòng Nay" in page.text
    assert "/units/new/" not in page.text
    assert "Phòng Xưa" in client.get("/units/?on=30/06/2025").text
    assert client.get("/units/?on=bậy").status_code == 200
    assert "Phòng Xưa" in client.get(f"/units/{unit.pk}/").text
    assert client.get(f"/units/{unit.pk}/close/").status_code == 403
    assert "/units/new/" in login(admin).get("/units/").text


def test_a_unit_of_another_agency_is_not_found(other_agency, admin, login):
    foreign = factories.unit(other_agency)
    for path in ("", "edit/", "rename/", "close/", "split/", "aliases/"):
        assert login(admin).get(f"/units/{foreign.pk}/{path}").status_code == 404


def test_an_administrator_reorganises_through_the_pages(agency, admin, login):
    client = login(admin)
    for code in ("A", "B"):
        data = {
            "code": code,
            "name": f"Phòng {code}",
            "kind": "division",
            "order": 1,
            "valid_from": "01/01/2024",
        }
        assert client.post("/units/new/", data).status_code == 302
    first, second = (read.unit_by_name(agency, code) for code in "AB")
    assert client.post("/units/new/", {"code": "A"}).status_code == 422
    client.post(f"/units/{first.pk}/rename/", {"name": "Phòng Alpha", "on": "01/02/2024"})
    split = {
        "on": "01/03/2024",
        "keep": "on",
        "parts-TOTAL_FORMS": 3,
        "parts-INITIAL_FORMS": 0,
        "parts-0-code": "C",
        "parts-0-name": "Phòng C",
    }
    assert client.post(f"/units/{second.pk}/split/", split).status_code == 302
    merge = {"units": [first.pk, second.pk], "code": "D", "name": "Phòng D", "on": "01/04/2024"}
    assert client.post("/units/merge/", merge | {"code": ""}).status_code == 422
    assert client.post("/units/merge/", merge).status_code == 302
    third = read.unit_by_name(agency, "C")
    assert client.post(f"/units/{third.pk}/close/", {"on": "01/05/2024"}).status_code == 302
    client.post(f"/units/{read.unit_by_name(agency, 'D').pk}/aliases/", {"name": "Đê"})
    assert names_on(agency, D(2024, 5, 1)) == ["Phòng D"]
    alias = read.unit_by_name(agency, "đê").aliases.get()
    client.post(f"/unit-aliases/{alias.pk}/remove/")
    assert read.unit_by_name(agency, "đê") is None


def test_the_search_box_finds_a_unit_by_its_former_name(agency, admin, secretary, found):
    unit = found("A", "Phòng Xưa")
    organisation.unit_rename(unit, acting=admin, on=NOW, name="Phòng Nay")
    assert [hit.title for hit in search.find(secretary, "phong xua")] == ["Phòng Nay"]


def test_the_tree_takes_the_same_queries_for_two_and_twenty_units(
    agency, found, django_assert_max_num_queries
):
    for number in range(20):
        found(f"P{number}", f"Phòng {number}")
    with django_assert_max_num_queries(3):
        assert len(read.tree_on(agency, NOW)) == 20
