"""The agency's settings: a form for each type, values from a day on, history."""

import datetime as dt

import pytest

from qms import agency_settings, registry
from qms.exceptions import Invalid, Refused
from qms.forms_settings import SettingForm
from qms.models import AgencySetting, Role
from qms.registry import SettingKind
from qms.selectors import settings as read
from qms.services import settings
from tests import factories

KEY = "access.second_factor_roles"
KINDS = [
    SettingKind("t.text", str, "a", "Chữ"),
    SettingKind("t.number", int, 3, "Số"),
    SettingKind("t.share", float, 0.5, "Tỷ lệ"),
    SettingKind("t.flag", bool, False, "Bật"),
    SettingKind("t.lines", list, ["a"], "Dòng"),
    SettingKind("t.data", dict, {"a": 1}, "Dữ liệu"),
    SettingKind("t.choice", int, 12, "Cỡ", choices=((12, "12/13"), (13, "13/14"))),
]


@pytest.fixture
def admin(agency):
    return factories.person(agency, Role.ADMIN)


@pytest.fixture
def kinds(monkeypatch):
    for kind in KINDS:
        monkeypatch.setitem(registry.settings, kind.key, kind)


@pytest.mark.parametrize(
    ("key", "posted", "stored"),
    [
        ("t.text", "chữ mới", "chữ mới"),
        ("t.number", "7", 7),
        ("t.share", "0.25", 0.25),
        ("t.flag", "on", True),
        ("t.lines", "một\n\n hai ", ["một", "hai"]),
        ("t.data", '{"b": [1, 2]}', {"b": [1, 2]}),
        ("t.choice", "13", 13),
        (KEY, ["leader", "admin"], ["leader", "admin"]),
    ],
)
def test_every_type_of_setting_has_a_form(agency, admin, kinds, login, key, posted, stored):
    client = login(admin)
    assert client.get(f"/settings/{key}/").status_code == 200
    data = {"value": posted, "valid_from": "01/01/2026", "document": "QĐ 15"}
    assert client.post(f"/settings/{key}/", data).status_code == 302
    assert agency_settings.get(agency, key, dt.date(2026, 1, 1)) == stored
    assert AgencySetting.objects.get(key=key).document == "QĐ 15"


@pytest.mark.parametrize(
    ("key", "posted"),
    [("t.number", "bảy"), ("t.data", "{"), ("t.choice", "99"), (KEY, ["king"])],
)
def test_a_wrong_value_stays_on_the_page(admin, kinds, login, key, posted):
    response = login(admin).post(f"/settings/{key}/", {"value": posted, "valid_from": "01/01/2026"})
    assert response.status_code == 422
    assert not AgencySetting.objects.exists()


def test_a_value_must_be_one_of_the_choices(agency, admin):
    with pytest.raises(Invalid):
        agency_settings.put(agency, KEY, ["king"], acting=None)


def test_the_list_shows_defaults_present_values_and_what_comes(agency, admin, login):
    today = dt.date.today()
    settings.setting_change(agency, KEY, ["auditor"], acting=admin, valid_from=today, document="QĐ 9")
    settings.setting_change(
        agency, KEY, ["auditor", "leader"], acting=admin, valid_from=today + dt.timedelta(days=9)
    )
    rows = {row.kind.key: row for _group, rows in read.setting_groups(agency, today) for row in rows}
    assert rows[KEY].words == "Đánh giá viên"
    assert rows[KEY].source.document == "QĐ 9"
    assert rows[KEY].planned.value == ["auditor", "leader"]
    text = login(admin).get("/settings/").text
    assert "QĐ 9" in text
    assert set(rows) == set(registry.settings)
    assert "Lãnh đạo" in login(admin).get(f"/settings/{KEY}/").text


def test_only_administrators_change_settings_others_may_read(agency, secretary, login):
    with pytest.raises(Refused):
        settings.setting_change(agency, KEY, [], acting=secretary, valid_from=dt.date(2026, 1, 1))
    client = login(secretary)
    assert client.get("/settings/").status_code == 200
    assert client.get(f"/settings/{KEY}/").status_code == 403
    assert login(factories.person(agency, Role.STAFF)).get("/settings/").status_code == 403


def test_a_setting_nobody_registered_is_not_found(admin, login):
    assert login(admin).get("/settings/no.such/").status_code == 404


def test_every_registered_setting_makes_a_form_that_takes_its_default(agency):
    for kind in registry.settings.values():
        form = SettingForm(kind=kind, initial={"value": kind.default, "valid_from": dt.date(2026, 1, 1)})
        assert "value" in form.as_p()
