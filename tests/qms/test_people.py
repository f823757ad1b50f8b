"""People, the roles they hold over time, delegations, and what of it the audit trail names."""

import datetime as dt
import io

import openpyxl
import pytest

from qms import audit, clock
from qms.exceptions import Invalid, Refused
from qms.models import AuditEntry, Person, Role, RoleAssignment, RoleDelegation
from qms.selectors.people import PeopleFilter, people_list
from qms.services import accounts, people
from tests import factories

D = dt.date
START = D(2024, 1, 1)


@pytest.fixture
def admin(agency):
    return factories.person(agency, Role.ADMIN)


def fresh(person):
    return Person.objects.get(pk=person.pk)


def add(agency, admin, name, **fields):
    return people.person_add(agency, acting=admin, full_name=name, valid_from=START, **fields)


def test_people_are_listed_by_given_name_in_vietnamese_order(agency, admin):
    for name in ("Trần Văn Đức", "Lê Thị Ánh", "Phạm Đình An", "Nguyễn Văn Dũng", "Bùi Thị Ân"):
        add(agency, admin, name)
    names = [row.full_name for row in people_list(admin, PeopleFilter(on=clock.today()))]
    wanted = ["Phạm Đình An", "Lê Thị Ánh", "Bùi Thị Ân", "Nguyễn Văn Dũng", "Trần Văn Đức"]
    assert [name for name in names if name in wanted] == wanted


def test_people_are_found_without_accents(agency, admin):
    add(agency, admin, "Đặng Hồng Phúc", position="Trưởng phòng")
    add(agency, admin, "Phan Hà")
    found = people_list(admin, PeopleFilter(q="dang phuc"))
    assert [row.full_name for row in found] == ["Đặng Hồng Phúc"]


def test_a_list_of_people_can_be_narrowed(agency, admin):
    unit = factories.unit(agency)
    inside = add(agency, admin, "Người Trong", unit=unit)
    gone = add(agency, admin, "Người Xưa")
    people.person_leave(gone, acting=admin, last_day=D(2024, 6, 30))
    assert people_list(admin, PeopleFilter(unit=str(unit.pk))) == [inside]
    assert people_list(admin, PeopleFilter(state="left")) == [gone]
    assert people_list(admin, PeopleFilter(role=Role.ADMIN)) == [admin]
    assert gone not in people_list(admin, PeopleFilter())
    assert gone in people_list(admin, PeopleFilter(state="all"))


def test_changes_of_a_person_are_in_the_trail_before_and_after(agency, admin):
    person = add(agency, admin, "Nguyễn  Văn   An", position="Chuyên viên")
    assert person.full_name == "Nguyễn Văn An"
    people.person_change(person, acting=admin, position="Phó Trưởng phòng")
    entry = AuditEntry.objects.filter(verb="qms.person.changed").first()
    assert entry.changes == {"position": ["Chuyên viên", "Phó Trưởng phòng"]}
    people.person_change(person, acting=admin, position="Phó Trưởng phòng")
    assert AuditEntry.objects.filter(verb="qms.person.changed").count() == 1


def test_an_address_belongs_to_one_person(agency, admin):
    add(agency, admin, "Một", email="A@x.example")
    with pytest.raises(Invalid):
        add(agency, admin, "Hai", email="a@X.example")


def test_roles_hold_from_their_day_for_their_unit(agency, admin):
    unit, other = factories.unit(agency), factories.unit(agency)
    person = factories.person(agency)
    people.role_assign(person, acting=admin, role=Role.UNIT_HEAD, unit=unit, valid_from=START)
    assert fresh(person).has_role(Role.UNIT_HEAD, unit=unit)
    assert not fresh(person).has_role(Role.UNIT_HEAD, unit=other)
    people.role_assign(person, acting=admin, role=Role.AUDITOR, valid_from=D(2199, 1, 1))
    assert not fresh(person).has_role(Role.AUDITOR)


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": Role.UNIT_HEAD},
        {"role": "no such role"},
        {"role": Role.STAFF, "valid_to": D(2023, 1, 1)},
    ],
)
def test_an_assignment_that_makes_no_sense_is_refused(agency, admin, wrong):
    person = factories.person(agency)
    with pytest.raises(Invalid):
        people.role_assign(person, acting=admin, **({"valid_from": START} | wrong))


def test_a_role_is_not_assigned_twice_at_the_same_time(agency, admin):
    person = factories.person(agency)
    give = {"acting": admin, "role": Role.CLERK}
    people.role_assign(person, valid_from=START, valid_to=D(2024, 12, 31), **give)
    with pytest.raises(Invalid):
        people.role_assign(person, valid_from=D(2024, 12, 31), **give)
    people.role_assign(person, valid_from=D(2025, 1, 1), **give)


def test_nobody_gives_themselves_a_role_except_an_administrator_and_the_trail_says_so(
    agency, admin, secretary
):
    with pytest.raises(Refused):
        people.role_assign(secretary, acting=secretary, role=Role.LEADER, valid_from=START)
    people.role_assign(admin, acting=admin, role=Role.SECRETARY, valid_from=START)
    entry = AuditEntry.objects.filter(verb="qms.role.assigned").first()
    assert entry.note == "Tự giao cho mình."


def test_the_last_administrator_stays(agency, admin):
    row = RoleAssignment.objects.get(person=admin)
    for act in (
        lambda: people.role_end(row, acting=admin, last_day=clock.today()),
        lambda: people.person_leave(admin, acting=admin, last_day=clock.today()),
        lambda: accounts.account_set_active(admin, acting=admin, active=False),
    ):
        with pytest.raises(Invalid, match="quản trị"):
            act()
    second = factories.person(agency, Role.ADMIN)
    people.role_end(row, acting=second, last_day=clock.today() - dt.timedelta(days=1))
    assert not fresh(admin).has_role(Role.ADMIN)


def test_an_administrator_without_an_active_account_does_not_count(agency, admin):
    idle = factories.person(agency, Role.ADMIN)
    accounts.account_set_active(idle, acting=admin, active=False)
    with pytest.raises(Invalid):
        people.role_end(RoleAssignment.objects.get(person=admin), acting=None, last_day=clock.today())


def test_leaving_ends_roles_and_delegations(agency, admin):
    leader, deputy = factories.person(agency, Role.LEADER), factories.person(agency)
    lent = people.delegation_give(
        leader,
        deputy,
        acting=leader,
        role=Role.LEADER,
        valid_from=START,
        valid_to=D(2199, 1, 1),
        reason="đi công tác",
    )
    yesterday = clock.today() - dt.timedelta(days=1)
    people.person_leave(leader, acting=admin, last_day=yesterday, note="QĐ nghỉ hưu")
    assert not fresh(leader).roles
    assert not fresh(deputy).roles
    lent.refresh_from_db()
    assert lent.valid_to == yesterday
    people.person_return(leader, acting=admin)
    assert fresh(leader).valid_to is None
    assert not fresh(leader).roles


@pytest.fixture
def lent(agency):
    """A delegation of LEADER from one person to another."""
    leader, deputy = factories.person(agency, Role.LEADER), factories.person(agency, Role.STAFF)
    return people.delegation_give(
        leader,
        deputy,
        acting=leader,
        role=Role.LEADER,
        valid_from=START,
        valid_to=D(2199, 1, 1),
        reason="nghỉ phép",
    )


def test_an_act_under_a_delegated_role_names_both(agency, lent):
    deputy = fresh(lent.person)
    assert deputy.has_role(Role.LEADER)
    entry = audit.record("qms.agency.changed", agency, acting=deputy)
    assert entry.actor == deputy
    assert entry.on_behalf_of == lent.giver
    assert entry.actor_label == f"{deputy} thay {lent.giver}"


def test_an_act_under_an_own_role_names_the_person_alone(agency, lent):
    deputy = fresh(lent.person)
    assert deputy.has_role(Role.STAFF, Role.LEADER)
    entry = audit.record("qms.agency.changed", agency, acting=deputy)
    assert (entry.on_behalf_of, entry.actor_label) == (None, str(deputy))


def test_a_revoked_delegation_no_longer_counts(lent, secretary):
    with pytest.raises(Refused):
        people.delegation_revoke(lent, acting=secretary)
    people.delegation_revoke(lent, acting=lent.giver)
    assert not fresh(lent.person).has_role(Role.LEADER)
    with pytest.raises(Invalid):
        people.delegation_revoke(lent, acting=lent.giver)


def test_what_is_lent_is_not_lent_on(agency, lent):
    third = factories.person(agency)
    with pytest.raises(Refused):
        people.delegation_give(
            lent.person,
            third,
            acting=fresh(lent.person),
            role=Role.LEADER,
            valid_from=START,
            valid_to=D(2199, 1, 1),
            reason="x",
        )


def test_only_the_holder_or_an_administrator_delegates_within_the_assignment(agency, admin, secretary):
    leader, deputy = factories.person(agency, Role.LEADER), factories.person(agency)
    RoleAssignment.objects.filter(person=leader).update(valid_to=D(2198, 1, 1))
    leader = fresh(leader)
    give = {"role": Role.LEADER, "valid_from": START, "reason": "x"}
    with pytest.raises(Refused):
        people.delegation_give(leader, deputy, acting=secretary, valid_to=D(2197, 1, 1), **give)
    with pytest.raises(Invalid):
        people.delegation_give(leader, deputy, acting=leader, valid_to=D(2199, 1, 1), **give)
    with pytest.raises(Invalid):
        people.delegation_give(leader, leader, acting=leader, valid_to=D(2197, 1, 1), **give)
    with pytest.raises(Invalid):
        people.delegation_give(leader, deputy, acting=leader, valid_to=D(2024, 2, 1), **give)
    made = people.delegation_give(leader, deputy, acting=admin, valid_to=D(2197, 1, 1), **give)
    assert made.giver == leader


def test_the_pages_add_assign_delegate_and_end(agency, admin, login):
    client = login(admin)
    unit = factories.unit(agency)
    data = {"full_name": "Trần Thị Bé", "unit": unit.pk, "valid_from": "01/01/2024", "email": "be@x.example"}
    assert client.post("/people/new/", data).status_code == 302
    person = Person.objects.get(full_name="Trần Thị Bé")
    page = f"/people/{person.pk}/"
    assert client.post(f"{page}edit/", data | {"position": "Trưởng phòng"}).status_code == 302
    role = {"role": "unit_head", "valid_from": "01/01/2024"}
    assert client.post(f"{page}roles/", role).status_code == 422
    assert client.post(f"{page}roles/", role | {"unit": unit.pk}).status_code == 302
    row = RoleAssignment.objects.get(person=person)
    lend = {
        "held": row.pk,
        "person": admin.pk,
        "valid_from": "01/01/2024",
        "valid_to": "01/01/2199",
        "reason": "nghỉ phép",
    }
    assert client.post(f"{page}delegate/", lend).status_code == 302
    assert fresh(admin).has_role(Role.UNIT_HEAD, unit=unit)
    text = client.get(page).text
    assert "nghỉ phép" in text
    assert "Trưởng phòng" in text
    assert client.post(f"/delegations/{RoleDelegation.objects.get().pk}/revoke/").status_code == 302
    assert client.post(f"/roles/{row.pk}/end/", {"last_day": "30/06/2024"}).status_code == 302
    assert client.post(f"{page}leave/", {"last_day": "30/06/2024"}).status_code == 302
    assert "30/06/2024" in client.get(page).text
    assert client.post(f"{page}return/").status_code == 302


def test_people_of_another_agency_are_not_found(other_agency, admin, login):
    foreign = factories.person(other_agency, Role.LEADER)
    client = login(admin)
    for path in ("", "edit/", "leave/", "roles/", "delegate/", "account/"):
        assert client.get(f"/people/{foreign.pk}/{path}").status_code == 404
    assert client.post(f"/people/{foreign.pk}/account/reset/").status_code == 404
    assert foreign.full_name not in client.get("/people/?state=all").text


def test_specialists_read_but_do_not_administer(agency, login):
    specialist = factories.person(agency, Role.STAFF)
    client = login(specialist)
    assert client.get("/people/").status_code == 200
    own = client.get(f"/people/{specialist.pk}/").text
    assert "delegate/" in own
    assert f"/people/{specialist.pk}/edit/" not in own
    assert client.get(f"/people/{specialist.pk}/edit/").status_code == 403
    assert client.post(f"/people/{specialist.pk}/account/reset/").status_code == 403


def test_the_export_holds_what_the_filter_shows_and_is_in_the_trail(agency, admin, login):
    add(agency, admin, "Đỗ Thị Xuất", position="=HYPERLINK()")
    response = login(admin).get("/people/export/?q=xuat")
    sheet = openpyxl.load_workbook(io.BytesIO(response.getvalue())).active
    rows = list(sheet.values)
    assert rows[0][0] == "Họ và tên"
    assert [row[0] for row in rows[1:]] == ["Đỗ Thị Xuất"]
    assert rows[1][1] == "=HYPERLINK()"
    assert sheet["B2"].data_type == "s"
    assert AuditEntry.objects.filter(verb="qms.export.downloaded").count() == 1


def test_the_list_takes_the_same_queries_for_two_and_twenty_people(agency, admin, django_assert_num_queries):
    def count():
        for row in people_list(admin, PeopleFilter()):
            assert row.role_assignments.all() is not None
            assert row.unit is None or row.unit.name

    with django_assert_num_queries(2):
        count()
    for number in range(20):
        factories.person(agency, Role.STAFF, full_name=f"Người Thêm {number}")
    with django_assert_num_queries(2):
        count()


def test_the_preferences_page_keeps_the_language(secretary, login):
    client = login(secretary)
    assert client.get("/preferences/").status_code == 200
    client.post("/preferences/", {"language": "en"})
    assert "Preferences" in client.get("/preferences/").text
