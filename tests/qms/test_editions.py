"""An edition of the standard from a workbook: guessed, corrected, kept as a draft, seen in the matrix."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from qms import clock
from qms.exceptions import Invalid, Refused
from qms.models import AuditEntry, ClauseMapping, Role, StandardEdition
from qms.selectors.standard import edition_in_force
from qms.services import edition_sheet as sheet
from qms.services import standard
from tests import factories

HEAD = ("Điều khoản", "Tên tiếng Việt", "Điều khoản trước", "Thay đổi", "Diễn giải")
ROWS = (
    ("4", "Bối cảnh của tổ chức", "", "", ""),
    ("4.1", "Hiểu tổ chức và bối cảnh của tổ chức", "", "", ""),
    ("4.2", "Tên khác hẳn", "", "", "Thêm yêu cầu"),
    ("4.3", "Xem xét của lãnh đạo", "9.3", "Đổi số", ""),
    ("4.4", "Văn hóa chất lượng", "", "Mới", ""),
)


@pytest.fixture
def admin(agency):
    standard.editions_load()
    return factories.person(agency, Role.ADMIN)


def book(rows=ROWS, head=HEAD):
    made = Workbook()
    for row in (head, *rows):
        made.active.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def keep(agency, admin, content, code="ISO 9001 thử"):
    lines = sheet.read(content)
    return sheet.edition_import(
        agency, lines, code=code, title_vi="Các yêu cầu", published_on=None, acting=admin
    )


def test_what_the_workbook_leaves_open_is_guessed_and_the_draft_can_be_renewed(agency, admin):
    lines = {line.code: line for line in sheet.read(book())}
    assert {code: (line.kind, line.from_words) for code, line in lines.items()} == {
        "4": ("same", "4"), "4.1": ("same", "4.1"), "4.2": ("changed", "4.2"), "4.3": ("moved", "9.3"),
        "4.4": ("new", ""),
    }  # fmt: skip
    assert lines["4.1"].guessed and not lines["4.3"].guessed
    edition = keep(agency, admin, book())
    assert edition.is_draft and edition.clauses.count() == 5
    assert ClauseMapping.objects.get(target__edition=edition, target__code="4.3").source.code == "9.3"
    again = keep(agency, admin, book((*ROWS[:3], ("4.3", "Phạm vi", "4.3", "Sửa đổi", ""))))
    assert again == edition and set(edition.clauses.values_list("code", flat=True)) == {
        "4", "4.1", "4.2", "4.3",
    }  # fmt: skip
    assert AuditEntry.objects.filter(verb="qms.standard.edition_imported").count() == 2


def test_problems_are_located_and_the_portal_s_own_editions_stay(agency, admin):
    bad = book((("4.1", "A", "99", "Vớ vẩn", ""), ("4", "", "", "", ""), ("4", "B", "4", "Mới", "")))
    found = [(line.number, len(line.problems)) for line in sheet.read(bad)]
    assert found == [(2, 3), (3, 1), (4, 2)]
    with pytest.raises(Invalid):
        keep(agency, admin, bad)
    for code in ("TCVN ISO 9001:2015", "ISO 9001:2026"):
        with pytest.raises(Invalid):
            keep(agency, admin, book(), code)
    with pytest.raises(Refused):
        keep(agency, factories.person(agency, Role.SECRETARY), book())
    with pytest.raises(Invalid):
        sheet.read(b"x")


def test_pages_upload_correct_the_mapping_and_show_it_in_the_matrix(agency, admin, client, login):
    login(admin)
    data = b"".join(client.get(reverse("edition-template")).streaming_content)
    assert load_workbook(io.BytesIO(data)).active["D2"].value == "4"
    sent = io.BytesIO(book())
    sent.name = "phien-ban.xlsx"
    made = client.post(
        reverse("edition-upload"), {"code": "ISO thử", "title_vi": "Các yêu cầu", "file": sent}
    )
    page = client.get(made.url)
    assert page.context["guessed"] == 3 and "Văn hóa chất lượng" in page.content.decode()
    client.post(made.url, {"from-4": "8.4", "kind-4": "changed", "look": "1"})
    assert not StandardEdition.objects.filter(code="ISO thử").exists()
    wrong = client.post(made.url, {"from-4": "77", "kind-4": "changed"})
    assert wrong.status_code == 200 and wrong.context["problems"]
    done = client.post(made.url, {"from-4": "4.2, 8.4", "kind-4": "changed"})
    edition = StandardEdition.objects.get(code="ISO thử")
    assert done.url.endswith(f"?edition={edition.pk}")
    sources = ClauseMapping.objects.filter(target__edition=edition, target__code="4.2")
    assert set(sources.values_list("source__code", flat=True)) == {"4.2", "8.4"}
    matrix = client.get(done.url).context["matrix"]
    assert matrix.carried["new"] == 1 and len(matrix.dropped) > 20
    login(factories.person(agency, Role.ADMIN))
    assert client.get(made.url).status_code == 404
    login(factories.person(agency, Role.SECRETARY))
    assert client.get(reverse("edition-upload")).status_code == 403


def test_a_kept_edition_is_published_in_the_browser_by_whoever_runs_the_portal(agency, admin, client, login):
    edition = keep(agency, admin, book(), "ISO 9001:2030 (dự thảo)")
    day = clock.today() + dt.timedelta(days=30)
    address = reverse("edition-publish", args=[edition.pk])
    data = {"code": "TCVN ISO 9001:2030", "published_on": f"{day:%d/%m/%Y}"}
    login(admin)
    assert not client.get(address).context["verdict"]
    assert client.post(address, data).status_code == 403
    edition.refresh_from_db()
    assert edition.is_draft
    type(admin.user).objects.filter(pk=admin.user_id).update(is_superuser=True)
    for wrong in ({"published_on": "32/13/2030"}, {"published_on": "01/01/2000"}, {"code": "ISO 9001:2026"}):
        assert client.post(address, data | wrong).status_code == 422
    page = client.get(f"{reverse('standard')}?edition={edition.code}").content.decode()
    assert address in page
    assert client.post(address, data).status_code == 302
    edition.refresh_from_db()
    assert (edition.code, edition.is_draft, edition.published_on) == ("TCVN ISO 9001:2030", False, day)
    assert edition_in_force(day) == edition and edition_in_force(clock.today()) != edition
    assert client.post(address, data).status_code == 422
    assert AuditEntry.objects.filter(verb="qms.standard.edition_published").count() == 1
