"""The start of an agency: people by workbook, and the guide that says how far the agency is."""

import io

import pytest
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from qms import clock, start
from qms.exceptions import Invalid, Refused
from qms.models import AuditEntry, CalendarDay, Person, Role, StandardEdition, StoredFile, User
from qms.services import people_sheet as sheets
from qms.services import standard
from tests import factories

HEAD = ["Họ và tên", "Tên đăng nhập", "Chức vụ", "Đơn vị", "Thư điện tử", "Vai trò", "Từ ngày"]


@pytest.fixture
def admin(agency):
    return factories.person(agency, Role.ADMIN)


@pytest.fixture
def unit(agency):
    return factories.unit(agency, "Phòng Hành chính", code="HC", abbreviation="P.HC")


def book(*rows, head=HEAD):
    made = Workbook()
    made.active.append(["Danh sách nhân sự"])
    made.active.append(head)
    for row in rows:
        made.active.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


GOOD = (
    ("Trần Thị Bích", "bich.tt", "Trưởng phòng", "p.hc", "bich@cq.example", "Trưởng đơn vị, Thư ký ISO", ""),
    ("Lê Văn Công", "cong.lv", "Chuyên viên", "HC", "", "Chuyên viên", "01/03/2026"),
)


def test_people_come_in_with_units_roles_and_accounts_and_again_without_doubles(agency, admin, unit):
    made = sheets.take_over(agency, book(*GOOD), acting=admin)
    assert [(person.full_name, name) for person, name, _password in made] == [
        ("Trần Thị Bích", "bich.tt"), ("Lê Văn Công", "cong.lv"),
    ]  # fmt: skip
    head = Person.objects.get(user__username="bich.tt")
    assert head.unit == unit and head.email == "bich@cq.example"
    assert {(row.role, row.unit) for row in head.role_assignments.all()} == {
        (Role.UNIT_HEAD, unit), (Role.SECRETARY, None),
    }  # fmt: skip
    assert head.user.must_change_password and head.user.check_password(made[0][2])
    assert sheets.take_over(agency, book(*GOOD), acting=admin) == []
    changed = (("Trần Thị Bích Ngọc", "bich.tt", "", "HC", "", "Trưởng đơn vị, Văn thư", ""),)
    sheet = sheets.read(agency, book(*changed))
    assert sheet.lines[0].what == "changed" and sheet.lines[0].new_roles == [Role.CLERK]
    sheets.take_over(agency, book(*changed), acting=admin)
    head.refresh_from_db()
    assert head.full_name == "Trần Thị Bích Ngọc" and head.position == "Trưởng phòng"
    assert head.role_assignments.count() == 3 and Person.objects.filter(user__isnull=False).count() == 3
    assert AuditEntry.objects.filter(verb="qms.people.imported").count() == 3


def test_problems_name_row_and_column_and_hold_everything_back(agency, other_agency, admin, unit):
    stranger = factories.person(other_agency, Role.STAFF)
    bad = book(
        GOOD[1],
        ("Bình", "binh", "", "Phòng không có", "khong-phai-thu", "Vua", "32/13/2026"),
        ("Phạm Văn Dũng", "cong.lv", "", "", "", "Trưởng đơn vị", ""),
        ("Hồ Thị Em", stranger.user.username, "", "", "", "", ""),
        ("Hồ Thị Em", "Tên Sai", "", "", "", "", ""),
    )
    sheet = sheets.read(agency, bad)
    assert [(number, one.where) for number, one in sheet.problems] == [
        (4, "Họ và tên"), (4, "Đơn vị"), (4, "Thư điện tử công vụ"), (4, "Vai trò"),
        (4, str(sheets.COLUMNS["valid_from"])),
        (5, "Tên đăng nhập"), (5, "Đơn vị"), (6, "Tên đăng nhập"), (7, "Tên đăng nhập"),
    ]  # fmt: skip
    before = User.objects.count()
    with pytest.raises(Invalid):
        sheets.take_over(agency, bad, acting=admin)
    assert User.objects.count() == before
    for content in (b"no workbook", book(head=["Cột", "Khác"])):
        with pytest.raises(Invalid):
            sheets.read(agency, content)
    with pytest.raises(Refused):
        sheets.take_over(agency, book(*GOOD), acting=factories.person(agency, Role.STAFF))


def test_pages_template_upload_preview_and_passwords_shown_once(
    agency, other_agency, admin, unit, client, login
):
    login(admin)
    template = client.get(reverse("people-template"))
    data = b"".join(template.streaming_content)
    titles = [cell.value for cell in load_workbook(io.BytesIO(data)).active[1]]
    assert titles[0] == "Họ và tên"
    with pytest.raises(Invalid):
        sheets.read(agency, data)  # only the example, which is not a person
    sent = io.BytesIO(book(*GOOD))
    sent.name = "nhan-su.xlsx"
    preview = client.post(reverse("people-import"), {"file": sent})
    text = client.get(preview.url).content.decode()
    assert "Trần Thị Bích" in text and not Person.objects.filter(full_name="Trần Thị Bích").exists()
    done = client.post(preview.url)
    assert {name for _person, name, _password in done.context["made"]} == {"bich.tt", "cong.lv"}
    assert client.post(preview.url).status_code == 302
    login(factories.person(other_agency, Role.ADMIN))
    assert client.get(preview.url).status_code == 404
    login(factories.person(agency, Role.ADMIN))
    assert client.get(preview.url).status_code == 404
    login(factories.person(agency, Role.STAFF))
    assert client.get(reverse("people-import")).status_code == 403
    assert StoredFile.objects.count() == 1


def test_the_guide_names_what_is_missing_and_what_is_kept_counts(agency, admin, client, login):
    standard.editions_load()
    CalendarDay.objects.create(agency=None, day=clock.today(), kind=CalendarDay.Kind.values[0], title="Lễ")
    agency.address = ""
    agency.save(update_fields=["address"])
    login(admin)
    first = client.get(reverse("start")).context["guide"]
    steps = {one.step.key: one for one in first.standings}
    assert steps["agency"].state.missing and not steps["agency"].done
    assert str(Role.LEADER.label) in steps["roles"].state.missing
    assert not first.is_running and steps["days"].done and not steps["templates"].done
    assert [item.key for item in start.waiting(admin)] == ["start"]
    for key in ("templates", "series", "symbol", "standard", "hours"):
        client.post(reverse("start"), {"step": key})
        client.post(reverse("start"), {"step": key})
    again = client.get(reverse("start")).context["guide"]
    assert again.done == first.done + 5
    assert AuditEntry.objects.filter(verb=start.KEPT).count() == 5
    client.post(reverse("start"), {"step": "không có"})
    assert "start-bar" in client.get(reverse("unit-tree")).content.decode()
    client.post(reverse("start-leave"))
    assert "start-bar" not in client.get(reverse("unit-tree")).content.decode()
    assert StandardEdition.objects.filter(is_draft=False).exists()
    login(factories.person(agency, Role.STAFF))
    assert client.get(reverse("start")).status_code == 403
