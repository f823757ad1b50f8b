"""The home page: urgency, the whole unit, what others owe, panels."""

import datetime as dt

import pytest

from qms import clock, home, notifications, registry
from qms.models import Role
from qms.registry import Panel, WorkItem
from tests import factories

TODAY = dt.date(2026, 7, 15)


@pytest.fixture
def items(monkeypatch):
    """What waits, by person: items[person.pk] = [WorkItem, …]."""
    known = {}
    monkeypatch.setattr(registry.work, "entries", [lambda person: known.get(person.pk, [])])
    monkeypatch.setattr(registry.home_panels, "entries", [])
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    return known


def task(title, days=None, **more):
    due = None if days is None else TODAY + dt.timedelta(days=days)
    return WorkItem(title, more.pop("detail", ""), f"/x/{title}/", "Duyệt", due=due, **more)


@pytest.fixture
def head(agency):
    unit = factories.unit(agency, "Phòng BCVT")
    return factories.person(agency, Role.UNIT_HEAD, unit=unit)


def test_work_is_sorted_by_urgency(items, head):
    items[head.pk] = [
        task("sau", 30),
        task("không hạn"),
        task("mai", 1),
        task("hôm nay", 0),
        task("bảy ngày", 7),
        task("tám ngày", 8),
        task("trễ ít", -1),
        task("trễ nhiều", -15),
        task("người khác", -3, group="others"),
    ]
    work = home.work_of(head)
    titles = {
        name: [entry.item.title for entry in getattr(work, name)]
        for name in ("late", "soon", "later", "others")
    }
    assert titles == {
        "late": ["trễ nhiều", "trễ ít"],
        "soon": ["hôm nay", "mai", "bảy ngày"],
        "later": ["tám ngày", "sau", "không hạn"],
        "others": ["người khác"],
    }
    assert work.count == 8


def test_the_page_names_counts_verbs_and_dates(items, head, login):
    items[head.pk] = [task("Nêu nguyên nhân", -2, detail="Thư ký ISO chuyển"), task("Duyệt tài liệu", 5)]
    page = login(head).get("/").content.decode()
    assert "Thứ Tư, 15/07/2026" in page
    assert "2 việc" in page
    assert "1 việc quá hạn" in page
    assert "Thư ký ISO chuyển" in page
    assert ">Duyệt</a>" in page


def test_nothing_to_do_says_so(items, head, login):
    assert "circle-check" in login(head).get("/").content.decode()


def test_a_unit_head_sees_the_work_of_the_unit_each_thing_once(items, agency, head, login):
    colleague = factories.person(agency, Role.STAFF, unit=head.unit, full_name="Đỗ Minh Châu")
    elsewhere = factories.person(agency, Role.STAFF, unit=factories.unit(agency))
    gone = factories.person(agency, Role.STAFF, unit=head.unit, valid_to=dt.date(2025, 1, 1))
    items[head.pk] = [task("chung", 3, key="k")]
    items[colleague.pk] = [task("chung", 3, key="k"), task("riêng", 2), task("chờ", group="others")]
    items[elsewhere.pk] = [task("phòng khác", 2)]
    items[gone.pk] = [task("người đã nghỉ", 2)]
    client = login(head)
    assert "riêng" not in client.get("/").content.decode()
    page = client.get("/?whose=unit").content.decode()
    assert "riêng" in page
    assert "Đỗ Minh Châu" in page
    assert page.count("/x/chung/") == 2  # title and verb of one row
    for hidden in ("phòng khác", "người đã nghỉ", "/x/chờ/"):
        assert hidden not in page


def test_only_unit_heads_have_the_switch(items, agency, head, login):
    staff = factories.person(agency, Role.STAFF, unit=head.unit)
    items[head.pk] = [task("của trưởng phòng", 1)]
    client = login(staff)
    assert "whose=unit" not in client.get("/").content.decode()
    assert "của trưởng phòng" not in client.get("/?whose=unit").content.decode()


def test_far_work_is_folded_and_can_be_shown(items, head, login):
    items[head.pk] = [task(f"việc {n:02d}", 30 + n) for n in range(12)]
    client = login(head)
    assert "việc 11" not in client.get("/").content.decode()
    assert "việc 11" in client.get("/?all").content.decode()


def test_panels_and_news_stand_beside_the_work(items, head, login, monkeypatch):
    monkeypatch.setattr(
        registry.home_panels,
        "entries",
        [lambda person: None, lambda person: Panel("components/empty.html", {}, order=1)],
    )
    notifications.notify(head, topic="jobs", title="Đã nhập 4.974 hồ sơ", key="n", url="/x/")
    page = login(head).get("/").content.decode()
    assert "Đã nhập 4.974 hồ sơ" in page
    assert 'class="empty"' in page


def test_the_page_asks_the_database_as_often_for_2_tasks_as_for_20(
    items, head, login, django_assert_max_num_queries
):
    client = login(head)
    client.get("/")
    counts = []
    for rows in (2, 20):
        items[head.pk] = [task(f"v{n}", n) for n in range(rows)]
        for number in range(rows):
            notifications.notify(head, topic="jobs", title="x", key=f"{rows}-{number}")
        with django_assert_max_num_queries(25) as asked:
            client.get("/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
