"""The way of a paper through the pages: who sees what, what is refused, what anyone may verify."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from documents.models import Paper, PaperFile, PaperState, RegisterEntry
from documents.registration import work_of
from documents.services import paper_approve, paper_issue, paper_submit
from qms import clock, files, jobs
from qms.models import Role, User
from tests import factories
from tests.documents.conftest import PASSWORD
from tests.documents.forms import fields_of

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"documents:{name}", args=args)


def said(response):
    return response.content.decode()


def form_of(page):
    """What the editor holds, ready to be sent back: every named field of its form as a browser reads it."""
    return fields_of(said(page), "editor")


def test_the_whole_way_through_the_pages(office, keys, login):
    client = login(office.drafter)
    made = client.post(
        at("paper-new"),
        {
            "template": "papers.decision",
            "title": "Về việc thành lập Đoàn đánh giá",
            "signer": office.leader.pk,
        },
    )
    paper = Paper.objects.get()
    assert made.url == at("paper-edit", paper.pk)
    page = client.get(made.url)
    data = form_of(page) | {
        "bases-0-text": "Luật Ban hành văn bản",
        "body-0-text": "Thành lập Đoàn gồm:\na) Trưởng đoàn;\nb) Thành viên.",
        "body-1-text": "Hiệu lực từ ngày ký.",
        "sign-authority": "KT.",
        "sign-on_behalf_of": "Giám đốc",
        "recipients": "Như Điều 1\nLãnh đạo Sở",
    }
    live = client.post(at("paper-preview", paper.pk), data, HTTP_HX_REQUEST="true")
    assert "Điều 2." in said(live)
    assert "KT. GIÁM ĐỐC" in said(live)
    assert Paper.objects.get().version == 1, "a preview saves nothing"
    assert client.post(at("paper-edit", paper.pk), data).status_code == 302
    assert client.post(at("paper-edit", paper.pk), data).status_code in {302, 409, 422}
    assert client.post(at("paper-submit", paper.pk)).status_code == 302

    client = login(office.head)
    page = client.get(paper.get_absolute_url())
    assert "Duyệt nội dung" in said(page)
    stale = client.post(at("paper-approve", paper.pk), {"content_hash": "0" * 64})
    assert stale.status_code == 403
    digest = Paper.objects.get().content_hash
    client.post(at("paper-approve", paper.pk), {"content_hash": digest})

    client = login(office.leader)
    assert "thành lập Đoàn đánh giá" in said(client.get(at("signing-folder")))
    wrong = client.post(at("paper-sign", paper.pk), {"password": "sai", "content_hash": digest})
    assert wrong.status_code == 403
    signed = client.post(at("paper-sign", paper.pk), {"password": PASSWORD, "content_hash": digest})
    assert signed.url == at("signing-folder")

    client = login(office.clerk)
    desk = client.get(at("paper-issue", paper.pk))
    assert "Cấp số 01 và phát hành" in said(desk)
    today = f"{clock.today():%d/%m/%Y}"
    asked = client.post(at("paper-issue", paper.pk), {"issued_on": today, "number": 1})
    assert "không thu hồi được" in said(asked)
    assert not RegisterEntry.objects.exists(), "one click gives no number"
    gone = client.post(at("paper-issue", paper.pk), {"issued_on": today, "number": 1, "confirmed": "1"})
    assert gone.url == paper.get_absolute_url()
    state = client.get(paper.get_absolute_url() + "?part=state", HTTP_HX_REQUEST="true")
    assert "<html" not in said(state)
    jobs.run(jobs.Job.objects.get(kind="documents.issue").pk)
    page = client.get(paper.get_absolute_url())
    assert "Tải tệp PDF đã ký" in said(page)
    download = client.get(at("paper-file", paper.pk))
    data = b"".join(download.streaming_content)
    assert data == files.read(PaperFile.objects.get(stage="agency").file)

    client.logout()
    code = Paper.objects.get().code
    assert "còn hiệu lực" in said(client.get(reverse("verify-code", args=[code])))
    verdict = client.post(reverse("verify"), {"file": io.BytesIO(data)})
    assert verdict.status_code == 422, "a file without a name ending in .pdf is refused"
    upload = io.BytesIO(data)
    upload.name = "quyet-dinh.pdf"
    assert "Hợp lệ: đúng là văn bản đang lưu" in said(client.post(reverse("verify"), {"file": upload}))
    upload = io.BytesIO(data + b"x")
    upload.name = "quyet-dinh.pdf"
    assert "Không hợp lệ" in said(client.post(reverse("verify"), {"file": upload}))


PAGES = [
    "paper-list",
    "paper-new",
    "signing-folder",
    "desk",
    "register",
    "series-open",
    "paper-export",
    "register-export",
]
ALLOWED = {
    Role.LEADER: {"paper-list", "paper-new", "signing-folder", "register", "paper-export", "register-export"},
    Role.CLERK: {
        "paper-list",
        "paper-new",
        "desk",
        "register",
        "series-open",
        "paper-export",
        "register-export",
    },
    Role.STAFF: {"paper-list", "paper-new", "register", "paper-export", "register-export"},
    Role.AUDITOR: {"paper-list", "register", "paper-export", "register-export"},
    Role.ONE_STOP: {"paper-list", "paper-export"},
    Role.SUPERIOR: {"paper-list", "paper-export"},
    Role.ADMIN: {"paper-list", "register", "paper-export", "register-export"},
}


@pytest.mark.parametrize("role", list(ALLOWED))
def test_each_role_opens_its_pages_and_is_told_why_not_the_others(agency, login, role):
    client = login(factories.person(agency, role))
    for name in PAGES:
        expected = 200 if name in ALLOWED[role] else 403
        page = client.get(at(name))
        if page.streaming:
            page.getvalue()
        assert page.status_code == expected, (role, name)


def test_another_agencys_paper_does_not_exist(office, other_agency, draft, login):
    client = login(factories.person(other_agency, Role.SECRETARY, Role.CLERK, Role.LEADER))
    for name in ("paper-detail", "paper-edit", "paper-issue", "paper-sign", "paper-file", "paper-return"):
        assert client.get(at(name, draft.pk)).status_code == 404, name
    for name in ("paper-submit", "paper-approve", "paper-retry", "paper-refresh", "paper-preview"):
        assert client.post(at(name, draft.pk)).status_code == 404, name


def test_a_superior_agency_sees_issued_papers_only(office, make_draft, to_desk, login):
    hidden = make_draft(title="Về việc còn dự thảo")
    shown = to_desk(make_draft(title="Về việc đã ban hành"))
    jobs.run(paper_issue(shown, issued_on=clock.today(), acting=office.clerk).pk)
    client = login(factories.person(office.agency, Role.SUPERIOR))
    page = said(client.get(at("paper-list")))
    assert "Về việc đã ban hành" in page
    assert "Về việc còn dự thảo" not in page
    assert client.get(hidden.get_absolute_url()).status_code == 404


def test_every_step_is_a_post(office, draft, login):
    client = login(factories.person(office.agency, Role.SECRETARY, Role.LEADER, Role.CLERK))
    for name in ("paper-submit", "paper-withdraw", "paper-approve", "paper-retry", "paper-refresh"):
        assert client.get(at(name, draft.pk)).status_code == 405, name


def test_faults_in_the_text_are_shown_with_their_place_and_nothing_is_lost(office, draft, login):
    client = login(office.drafter)
    data = form_of(client.get(at("paper-edit", draft.pk))) | {"body-0-text": "Một 中"}
    page = client.post(at("paper-edit", draft.pk), data)
    assert page.status_code == 422
    assert "Điều 1" in said(page)
    assert "U+4E2D" in said(page)
    assert "Một 中" in said(page)
    live = client.post(at("paper-preview", draft.pk), data)
    assert "U+4E2D" in said(live)


def test_editing_keeps_tables_that_come_from_records(office, draft, login):
    client = login(office.drafter)
    before = draft.typed
    data = form_of(client.get(at("paper-edit", draft.pk))) | {"title": "Về việc đổi trích yếu"}
    assert client.post(at("paper-edit", draft.pk), data).status_code == 302
    draft.refresh_from_db()
    assert draft.typed.annexes == before.annexes
    assert draft.typed.body == before.body
    assert draft.one_line == "Về việc đổi trích yếu"


def test_the_list_and_the_register_are_filtered_searched_and_exported(office, make_draft, to_desk, login):
    paper = to_desk(make_draft(title="Về việc kiện toàn Ban ISO"))
    make_draft(title="Về việc khác")
    jobs.run(paper_issue(paper, issued_on=clock.today(), acting=office.clerk).pk)
    client = login(office.clerk)
    assert "Về việc khác" not in said(client.get(at("paper-list"), {"state": "issued"}))
    assert "kiện toàn" in said(client.get(reverse("search"), {"q": "kien toan"}))
    book = load_workbook(io.BytesIO(b"".join(client.get(at("register-export")))))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[1][1] == "01/QĐ-SKHCN"
    assert rows[1][4] == "Về việc kiện toàn Ban ISO"
    assert len(rows) == 2
    listed = load_workbook(io.BytesIO(b"".join(client.get(at("paper-export")))))
    assert len(list(listed.active.iter_rows())) == 3


def test_lists_ask_the_database_the_same_for_two_papers_and_for_twenty(
    office, make_draft, login, django_assert_max_num_queries
):
    client = login(office.drafter)
    make_draft(title="Về việc một")
    make_draft(title="Về việc hai")
    client.get(at("paper-list"))
    with CaptureQueriesContext(connection) as few:
        client.get(at("paper-list"))
    for number in range(18):
        make_draft(title=f"Về việc {number}")
    with django_assert_max_num_queries(len(few)):
        client.get(at("paper-list"))


def test_work_waits_for_the_right_person(office, keys, draft, login):
    assert not list(work_of(office.leader))
    paper = paper_submit(draft, acting=office.drafter)
    assert [item.key for item in work_of(office.head)] == [f"paper-approve:{paper.pk}"]
    paper = paper_approve(paper, acting=office.head)
    assert [item.key for item in work_of(office.leader)] == [f"paper-sign:{paper.pk}"]
    assert not list(work_of(office.clerk))
    assert paper.state == PaperState.APPROVED


def test_the_admin_shows_papers_but_changes_none(office, draft, client):
    root = User.objects.create_superuser("root", "root@example.invalid", "mat-khau-thu-1")
    client.force_login(root)
    url = reverse("admin:documents_paper_change", args=[draft.pk])
    assert client.get(url).status_code in {200, 302}
    assert client.post(url, {"title": "Đổi"}).status_code in {302, 403}
    draft.refresh_from_db()
    assert draft.one_line != "Đổi"
