"""One person's reading, training and acknowledgements are one page; heads and board see the rates."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qms import clock, duties, home, registry
from qms.models import Role
from tests import factories

DAY = dt.date(2026, 3, 2)


@pytest.fixture
def kinds(monkeypatch):
    """Two kinds of duties by person: given[key][person.pk] = [Duty, …]."""
    given = {"papers": {}, "courses": {}}

    def kind(key, order):
        def tally(people):
            return {
                one.pk: registry.DutyCount(len(rows), sum(row.done_on is not None for row in rows))
                for one in people
                if (rows := given[key].get(one.pk))
            }

        find = lambda person: given[key].get(person.pk, [])  # noqa: E731
        return registry.DutyKind(key, f"Loại {key}", "file", find, tally, order)

    monkeypatch.setattr(registry.duties, "entries", [kind("courses", 20), kind("papers", 10)])
    monkeypatch.setattr(registry.work, "entries", [duties.waiting_work])
    monkeypatch.setattr(clock, "today", lambda: DAY)
    return given


@pytest.fixture
def office(agency):
    return factories.unit(agency, "Văn phòng")


def duty(title, due=None, done=None):
    return registry.Duty(title, "chi tiết", f"/x/{title}/", "Đọc", due, done, key=title)


@pytest.mark.usefixtures("english")
def test_one_page_shows_every_kind_and_home_names_what_is_open(kinds, agency, office, login):
    me = factories.person(agency, Role.STAFF, unit=office)
    kinds["papers"][me.pk] = [duty("STCL", DAY), duty("QT.TDC.01", done=DAY)]
    kinds["courses"][me.pk] = [duty(f"Lớp {n}", DAY + dt.timedelta(days=n)) for n in range(5)]
    page = login(me).get(reverse("duties"))
    text = page.content.decode()
    assert text.index("Loại papers") < text.index("Loại courses")
    assert "/x/STCL/" in text
    assert "/x/QT.TDC.01/" in text
    assert page.context["rate"] == registry.DutyCount(7, 1)
    waiting = [entry.item.title for entry in home.work_of(me).soon]
    assert "STCL" in waiting
    assert sum("Loại courses" in title for title in waiting) == 1, "many of a kind are one item"


def test_head_sees_the_unit_board_the_agency_staff_neither(kinds, agency, office, login, client):
    other = factories.unit(agency, "Phòng khác")
    head = factories.person(agency, Role.UNIT_HEAD, unit=office)
    one = factories.person(agency, Role.STAFF, unit=office)
    leader = factories.person(agency, Role.LEADER)
    kinds["papers"][one.pk] = [duty("A", done=DAY), duty("B")]
    unit_page = reverse("duties-unit", args=[office.pk])
    login(head)
    assert client.get(unit_page).context["whole"].total == registry.DutyCount(2, 1)
    assert client.get(reverse("duties-of", args=[one.pk])).status_code == 200
    assert client.get(reverse("duties-unit", args=[other.pk])).status_code == 403
    assert client.get(reverse("duties-of", args=[leader.pk])).status_code == 403
    assert client.get(reverse("duties-agency")).status_code == 403
    login(one)
    assert client.get(unit_page).status_code == 403
    assert client.get(reverse("duties-of", args=[head.pk])).status_code == 403
    login(leader)
    page = client.get(reverse("duties-agency"))
    assert page.context["whole"].counts == [registry.DutyCount(2, 1), registry.DutyCount(0, 0)]
    book = client.get(reverse("duties-xlsx"))
    assert b"".join(book.streaming_content)[:2] == b"PK"


def test_other_agencies_are_not_found(kinds, agency, other_agency, login):
    stranger = factories.person(other_agency, Role.STAFF, unit=factories.unit(other_agency))
    client = login(factories.person(agency, Role.LEADER))
    assert client.get(reverse("duties-of", args=[stranger.pk])).status_code == 404
    assert client.get(reverse("duties-unit", args=[stranger.unit.pk])).status_code == 404


def test_rates_cost_the_same_for_two_and_twenty_people(kinds, agency, office):
    def count():
        with CaptureQueriesContext(connection) as queries:
            duties.rates_of_units(agency)
        return len(queries)

    for _n in range(2):
        factories.person(agency, Role.STAFF, unit=office)
    few = count()
    for _n in range(18):
        factories.person(agency, Role.STAFF, unit=office)
    assert count() == few
