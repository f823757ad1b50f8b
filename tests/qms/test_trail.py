"""The audit trail as people read it: words, filters, links, exports."""

import csv
import datetime as dt
import io

import openpyxl
import pytest
from django.template import Context, Template

from qms import audit, clock, db, seals, trail
from qms.models import AuditEntry, OrgUnit, Role, RoleAssignment
from tests import factories


@pytest.fixture
def unit(agency):
    return factories.unit(agency, "Phòng Đo lường")


def record(subject, acting=None, verb="qms.unit.changed", changes=None, **more):
    return audit.record(verb, subject, changes, acting=acting, **more)


def test_changes_read_with_labels_and_values_as_people_write_them(unit, secretary):
    entry = record(
        unit,
        secretary,
        changes={
            "kind": (OrgUnit.Kind.OFFICE, OrgUnit.Kind.DIVISION),
            "valid_to": (None, dt.date(2026, 7, 15)),
            "handles_procedures": (False, True),
            "no_such_field": (None, ["a", "b"]),
            "name": ("", ""),
        },
    )
    assert [tuple(change) for change in trail.changes_of(entry)] == [
        ("Loại", str(OrgUnit.Kind.OFFICE.label), str(OrgUnit.Kind.DIVISION.label)),
        (str(OrgUnit._meta.get_field("valid_to").verbose_name).capitalize(), "", "15/07/2026"),
        (trail._label(OrgUnit._meta.get_field("handles_procedures"), ""), "Không", "Có"),
        ("No such field", "", "a, b"),
    ]


def test_an_entry_leads_to_its_record_while_the_person_may_see_it(agency, other_agency, unit, secretary):
    theirs = factories.unit(other_agency)
    mine, foreign = record(unit, secretary), record(theirs, secretary, agency=agency)
    setting = record(agency, secretary, verb="qms.agency.changed")
    links = trail.links_for([mine, foreign, setting], secretary)
    assert links.get(mine.pk) == unit.get_absolute_url()
    assert foreign.pk not in links


def test_the_page_says_who_did_what_to_which_record(unit, secretary, login):
    record(unit, secretary, changes={"name": ("Tên cũ", "Tên mới")}, note="Quyết định 06")
    page = login(secretary).get("/audit-trail/").content.decode()
    for words in (secretary.full_name, "Tên cũ", "Tên mới", "Quyết định 06", unit.get_absolute_url()):
        assert words in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 3),
        ("?verb=qms.unit.changed", 2),
        ("?kind=qms.roleassignment", 1),
        ("?who=Thư+Ký", 1),
        ("?q=đo+lường", 2),
        ("?since=01/07/2026", 2),
        ("?until=30/06/2026", 1),
        ("?since=01/06/2026&until=30/06/2026", 1),
        ("?since=rubbish", 3),
        ("?verb=rubbish", 3),
    ],
)
def test_filters(agency, unit, login, monkeypatch, query, found):
    reader = factories.person(agency, Role.ADMIN, full_name="Quản Trị")
    scribe = factories.person(agency, full_name="Thư Ký")
    moments = iter([dt.datetime(2026, 6, 30, 23, 59), dt.datetime(2026, 7, 1), dt.datetime(2026, 7, 15)])
    zone = clock.now().tzinfo
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: next(moments).replace(tzinfo=zone))
        record(unit, scribe)
        record(unit, reader)
        record(RoleAssignment.objects.filter(person=reader).get(), reader, verb="qms.role.assigned")
    page = login(reader).get(f"/audit-trail/{query}")
    assert page.context["page_obj"].paginator.count == found


def test_only_some_roles_read_the_trail(agency, login):
    for role in Role.values:
        allowed = role in {Role.ADMIN, Role.SECRETARY, Role.COMMITTEE_HEAD, Role.LEADER}
        for address in ("/audit-trail/", "/audit-trail.xlsx", "/audit-trail.csv"):
            answer = login(factories.person(agency, role)).get(address)
            if answer.streaming:
                assert b"".join(answer.streaming_content)  # and the file is closed
            assert answer.status_code == (200 if allowed else 403), (role, address)


def test_another_agency_is_invisible(agency, other_agency, secretary, login):
    record(factories.unit(other_agency, "Phòng Của Người Ta"))
    client = login(secretary)
    assert "Của Người Ta" not in client.get("/audit-trail/").content.decode()
    text = b"".join(client.get("/audit-trail.csv").streaming_content).decode()
    assert "Của Người Ta" not in text


def test_the_excel_export_holds_what_is_filtered_and_is_recorded(unit, secretary, login):
    record(unit, secretary, changes={"name": ("Cũ", "Mới")})
    record(secretary.agency, secretary, verb="qms.agency.changed")
    answer = login(secretary).get("/audit-trail.xlsx?verb=qms.unit.changed")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.values)
    assert len(rows) == 2
    assert rows[1][1] == secretary.full_name
    assert rows[1][5].endswith("Cũ → Mới")
    entry = AuditEntry.objects.get(verb="qms.export.downloaded")
    assert entry.actor == secretary
    assert audit.verb_label("qms.unit.changed") in entry.note


def test_the_csv_export_cannot_carry_a_formula(unit, secretary, login):
    record(unit, secretary, note="=HYPERLINK(1)")
    answer = login(secretary).get("/audit-trail.csv")
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    notes = [row[6] for row in csv.reader(io.StringIO(text[1:]))]
    assert "'=HYPERLINK(1)" in notes


def test_the_list_asks_the_database_as_often_for_2_rows_as_for_20(
    agency, secretary, login, django_assert_max_num_queries
):
    client = login(secretary)
    client.get("/audit-trail/")
    counts = []
    for rows in (2, 18):
        for _row in range(rows):
            record(factories.unit(agency), secretary)
        with django_assert_max_num_queries(25) as asked:
            client.get("/audit-trail/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_record_shows_its_own_history(unit, agency, secretary, rf):
    record(unit, secretary, note="việc của nó")
    record(factories.unit(agency), secretary, note="việc khác")
    shown = Template('{% include "audit/_history.html" with subject=unit %}').render(Context({"unit": unit}))
    assert "việc của nó" in shown
    assert "việc khác" not in shown


def test_the_page_shows_the_last_seal_and_lets_it_be_checked(unit, secretary, login):
    record(unit, secretary)
    seals.seal(unit.agency, until=clock.now() + dt.timedelta(seconds=1))
    client = login(secretary)
    assert seals.last_seal(unit.agency).digest in client.get("/audit-trail/").content.decode()
    assert client.post("/audit-trail/verify/").headers["Location"].startswith("/jobs/")


def test_an_entry_about_a_kind_that_is_gone_still_reads(agency, secretary, login):
    AuditEntry.objects.create(
        at=clock.now(), agency=agency, actor_label="Ai đó", verb="old.verb", subject_kind="gone.model",
        subject_id="1", subject_label="Hồ sơ cũ", changes={"x": [1, 2], "y": "z"},
    )  # fmt: skip
    page = login(secretary).get("/audit-trail/").content.decode()
    assert "Hồ sơ cũ" in page


@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [
        ("%đo lường%", "Phòng ĐO LƯỜNG", True),
        ("đ_", "ĐO", True),
        (r"100\%%", "100% xong", True),
        (r"%\%%", "100", False),
        ("%a.c%", "abc", False),
        ("a%c", "a\nb c", True),
        ("", "", True),
    ],
)
def test_like_on_sqlite_knows_vietnamese_capitals(pattern, value, fits):
    assert db._like(pattern, value, "\\") is fits
