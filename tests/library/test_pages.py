"""The pages: what the list says at a glance, who may open what, and what it costs."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from library.services import documents, versions
from library.services.manual import manual_of
from qms.models import Role
from tests import factories
from tests.library.conftest import DAY, TODAY


@pytest.fixture
def sign_in(client):
    def enter(person):
        client.force_login(person.user)
        return client

    return enter


def test_the_list_says_what_is_valid_and_whether_i_read_it(document, write, approve, staff, unit, sign_in):
    documents.distribution_add(document, acting=None, units=[unit])
    version = approve(write(document, "Kiểm soát hồ sơ giấy"))
    client = sign_in(staff)
    page = client.get(reverse("library:document-list") + "?q=ho+so+giay").content.decode()
    assert "QT.TĐC.01" in page and "15/06/2026" in page and version.get_absolute_url() in page
    client.post(reverse("library:version-acknowledge", args=[version.pk]))
    assert version.readings.filter(person=staff).exists()
    assert client.get(reverse("library:document-list") + "?state=unread").context["rows"] == []
    for name in ("document-export", "series-export", "process-export", "disposal-export", "request-export"):
        response = client.get(reverse(f"library:{name}"))
        assert response.status_code == 200
        for close in response._resource_closers:  # not response.close(): that ends the connection too
            close()


def test_an_obsolete_version_says_so_on_the_page_and_on_paper(document, write, approve, staff, on, sign_in):
    first = approve(write(document))
    approve(write(document, "Khác"), TODAY + DAY)
    on(TODAY + DAY)
    client = sign_in(staff)
    page = client.get(first.get_absolute_url()).content.decode()
    assert 'class="stampbar"' in page and 'class="watermark"' in page and "HẾT HIỆU LỰC" in page
    other = document.versions.get(revision_no=1)
    address = reverse("library:version-compare", args=[other.pk, first.pk])
    compared = client.get(address).content.decode()
    assert "Nội dung thứ nhất" in re.sub(r"<[^>]+>", "", compared) and "<del>" in compared
    assert re.search(r"<ins>[^<]*Khác", compared)
    assert client.post(reverse("library:version-acknowledge", args=[first.pk])).status_code == 302
    assert not first.readings.exists()


def test_other_agencies_find_nothing(document, write, approve, sign_in):
    version = approve(write(document))
    client = sign_in(factories.person(factories.agency(), Role.SECRETARY))
    for name, pk in (
        ("document-detail", document.pk),
        ("document-edit", document.pk),
        ("version-read", version.pk),
        ("version-file", version.pk),
        ("version-readers", version.pk),
    ):
        assert client.get(reverse(f"library:{name}", args=[pk])).status_code == 404


def test_the_manual_begins_in_the_browser_and_is_issued_as_a_paper(agency, secretary, head, leader, sign_in):
    client = sign_in(secretary)
    assert client.get(reverse("library:manual")).status_code == 200
    client.post(reverse("library:manual-start"))
    version = manual_of(agency).versions.get()
    section = version.sections.first()
    data = {"title": section.title, "number": "I.", "text": "Vì người dân\n- một", "seen": 0}
    client.post(reverse("library:section-edit", args=[section.pk]), data)
    day = f"{TODAY:%d/%m/%Y}"
    data = {"reviewer": head.pk, "approver": leader.pk, "effective_on": day, "must_read": "on"}
    client.post(reverse("library:version-submit", args=[version.pk]), data)
    version.refresh_from_db()
    versions.version_review(version, acting=head)
    sign_in(leader).post(reverse("library:version-approve", args=[version.pk]), {"effective_on": day})
    version.refresh_from_db()
    assert version.state == "approved"
    sign_in(secretary).post(reverse("library:version-paper", args=[version.pk]), {"signer": leader.pk})
    version.refresh_from_db()
    words = str(version.paper.content)
    assert "Vì người dân" in words and "STCL" in words
    assert "Vì người dân" in client.get(reverse("library:manual")).content.decode()


def test_the_list_costs_the_same_for_two_and_eight(agency, unit, staff, write, approve, sign_in):
    def add(count):
        for number in range(count):
            title = f"Quy trình {number}"
            made = documents.document_create(agency, acting=staff, kind="procedure", title=title, owner=unit)
            approve(write(made))

    def cost():
        client.get(reverse("library:document-list"))
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("library:document-list"))
        return len(found)

    client = sign_in(staff)
    add(2)
    few = cost()
    add(6)
    assert cost() == few
