"""An empty installation leads to the first-run page; afterwards the page is gone."""

import pytest

from qms.models import Agency, CalendarDay, Clause, OfficeHours, OrgUnit, Person, Role, User
from tests import factories

DATA = {
    "name": "Sở Tài chính",
    "short_name": "Sở TC",
    "code": "stc-dnai",
    "parent_name": "UBND tỉnh Đồng Nai",
    "place": "Đồng Nai",
    "address": "",
    "unit_name": "Văn phòng Sở",
    "unit_code": "vp",
    "unit_abbreviation": "VP",
    "full_name": "Nguyễn Thị Khởi",
    "position": "Chánh Văn phòng",
    "email": "khoi@stc.example",
    "username": "Khoi.NT",
    "password1": "mua-roi-tren-mai-ton-17",
    "password2": "mua-roi-tren-mai-ton-17",
}


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/people/", "/admin/", "/no-such-page/"])
def test_every_page_of_an_empty_installation_leads_to_the_first_run(client, db, path):
    assert client.get(path).headers["Location"] == "/first-run/"


def test_the_first_run_page_is_there_in_both_languages_and_language_can_be_chosen(client, db):
    assert "Thiết lập hệ thống" in client.get("/first-run/").text
    client.post("/language/", {"language": "en"})
    assert "Set up the portal" in client.get("/first-run/").text


def test_the_first_run_sets_up_everything_and_signs_the_administrator_in(client, db):
    assert client.post("/first-run/", DATA).headers["Location"] == "/start/"
    agency = Agency.objects.get()
    assert (agency.code, agency.is_demo) == ("STC-DNAI", False)
    assert OrgUnit.objects.get().name == "Văn phòng Sở"
    person = Person.objects.get()
    assert person.has_role(Role.ADMIN)
    assert person.user.username == "khoi.nt"
    assert not person.user.must_change_password
    assert OfficeHours.objects.filter(agency=agency).count() == 5
    assert CalendarDay.objects.filter(agency=None, day__year=2026).exists()
    assert Clause.objects.filter(code="8.5.1.f").exists()
    assert client.get("/units/").status_code == 200
    assert client.get("/admin/").status_code == 200


def test_afterwards_the_page_is_gone_and_nothing_more_can_be_set_up(client, db):
    client.post("/first-run/", DATA)
    again = DATA | {"code": "KHAC", "username": "khac", "email": "khac@x.example"}
    assert client.get("/first-run/").status_code == 404
    assert client.post("/first-run/", again).status_code == 404
    client.post("/accounts/logout/")
    assert client.get("/first-run/").status_code == 404
    assert client.get("/people/").headers["Location"].startswith("/accounts/login/")
    assert Agency.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"code": "có dấu"},
        {"username": "có dấu"},
        {"password2": "khác"},
        {"password1": "matkhau123456", "password2": "matkhau123456"},
        {"password1": "khoi.nt.khoi", "password2": "khoi.nt.khoi"},
        {"email": "không phải thư"},
    ],
)
def test_mistakes_are_told_and_nothing_is_kept(client, db, wrong):
    response = client.post("/first-run/", DATA | wrong)
    assert response.status_code == 422
    assert "errsum" in response.text
    assert not Agency.objects.exists()
    assert not User.objects.exists()


def test_whoever_runs_the_installation_adds_a_further_agency(client, agency):
    operator = factories.person(agency, Role.ADMIN)
    client.force_login(operator.user)
    assert client.get("/agency/new/").status_code == 403
    User.objects.filter(pk=operator.user.pk).update(is_superuser=True)
    assert client.get("/agency/new/").status_code == 200
    assert client.post("/agency/new/", DATA).status_code == 302
    added = Agency.objects.get(code="STC-DNAI")
    administrator = Person.objects.get(agency=added)
    assert administrator.has_role(Role.ADMIN)
    assert not administrator.user.is_superuser
    client.force_login(administrator.user)
    assert operator.full_name not in client.get("/people/").text
