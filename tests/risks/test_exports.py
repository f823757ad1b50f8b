"""Context, parties and planned changes leave the portal as workbooks; the list of changes is searched."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from qms.models import AuditEntry
from risks.models import ContextCategory, Risk
from risks.services import changes, context, risks
from tests import factories
from tests.risks.test_suggestions import CHANGE


def sheet(client, name, query=""):
    """The rows of a workbook, titles first."""
    body = b"".join(client.get(reverse(name) + query).streaming_content)
    return list(load_workbook(io.BytesIO(body), read_only=True).active.values)


@pytest.fixture
def told(scaled, unit, head):
    """An issue, a party with two needs, and two planned changes."""
    of = ContextCategory.objects.filter(agency=scaled)
    issue = context.issue_add(
        scaled, acting=None, category=of.get(code="legal"), title="Nghị định mới", effect="both"
    )
    party = context.party_add(scaled, acting=None, category=of.get(code="citizens"), name="Doanh nghiệp")
    for text in ("Trả đúng hẹn", "Nộp một lần"):
        context.need_add(party, acting=None, kind="need", text=text)
    context.context_review(issue, acting=head, year=2026, outcome="kept", note="")
    one = changes.change_create(scaled, acting=head, unit=unit, **CHANGE)
    two = changes.change_create(
        scaled, acting=head, **(CHANGE | {"title": "Sáp nhập hai phòng", "kind": "organisation"})
    )
    return issue, party, one, two


def test_context_and_parties_are_exported_with_needs_and_reviews(told, other_agency, staff, login):
    client = login(staff)
    titles, issue = sheet(client, "risks:context-export", "?year=2026")
    assert "Nghị định mới" in issue and len(titles) == len(issue)
    assert issue[-1] == "Đã rà soát"
    _titles, *needs = sheet(client, "risks:party-export", "?year=2026")
    assert [row[3] for row in needs] == ["Trả đúng hẹn", "Nộp một lần"]
    assert {row[-1] for row in needs} == {"Chưa rà soát"}
    taken = AuditEntry.objects.filter(verb="qms.export.downloaded", agency=staff.agency)
    assert set(taken.values_list("note", flat=True)) == {"boi-canh.xlsx", "ben-quan-tam.xlsx"}
    stranger = login(factories.person(other_agency))
    assert len(sheet(stranger, "risks:context-export")) == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2),
        ("?q=sap+nhap", 1),
        ("?kind=organisation", 1),
        ("?unit=-", 1),
        ("?state=approved", 0),
        ("?kind=nonsense", 2),
    ],
)
def test_planned_changes_are_searched_and_exported_as_shown(query, found, told, staff, login):
    client = login(staff)
    page = client.get(reverse("risks:change-list") + query)
    assert len(page.context["rows"]) == found
    titles, *rows = sheet(client, "risks:change-export", query)
    assert len(rows) == found
    assert all(len(row) == len(titles) for row in rows)


def test_an_empty_list_of_changes_offers_drafting_only_to_who_may(scaled, staff, head, login):
    create = reverse("risks:change-create")
    assert create not in login(staff).get(reverse("risks:change-list")).content.decode()
    assert create in login(head).get(reverse("risks:change-list")).content.decode()


def test_a_source_of_a_kind_the_portal_keeps_is_asked_for_at_its_own_field(make_risk, staff, login):
    risk = make_risk()
    client, url = login(staff), reverse("risks:source-add", args=[risk.pk])
    for kind, field in (("issue", "issue"), ("objective", "target"), ("nonconformity", "label")):
        page = client.post(url, {"kind": kind})
        assert page.status_code == 422 and list(page.context["form"].errors) == [field], kind
    assert client.post(url, {"kind": "issue", "label": "Họp giao ban"}).status_code == 302


def test_an_entry_written_before_there_is_a_scale_waits_for_it(agency, unit, staff, login):
    page = login(staff).post(
        reverse("risks:risk-create"), {"process": "Tiếp nhận", "event": "Hồ sơ đến trễ"}, follow=True
    )
    risk = Risk.objects.get(agency=agency)
    assert page.status_code == 200 and page.request["PATH_INFO"] == risk.get_absolute_url()
    assert risks.scale_in_force(agency) is None
