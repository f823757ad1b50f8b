"""Context issues, interested parties, and the yearly look at both."""

import datetime as dt

import pytest
from django.urls import reverse

from qms import clock
from qms.exceptions import Invalid, Refused
from qms.models import Role, SearchEntry
from qms.selectors.evidence import rows_then
from risks import evidence
from risks.models import (
    ContextCategory,
    ContextIssue,
    ContextReview,
    InterestedParty,
    PartyNeed,
    Risk,
    RiskSource,
)
from risks.selectors.context import party_list, review_progress
from risks.services import context, risks
from tests import factories


@pytest.fixture
def issue(scaled):
    category = ContextCategory.objects.get(agency=scaled, side="external", code="legal")
    return context.issue_add(
        scaled, acting=None, category=category, title="Nghị định mới về một cửa", effect="both"
    )


@pytest.fixture
def party(scaled):
    category = ContextCategory.objects.get(agency=scaled, side="party", code="citizens")
    return context.party_add(scaled, acting=None, category=category, name="Doanh nghiệp")


def test_the_categories_of_the_manual_are_data(scaled):
    count = ContextCategory.objects.filter(agency=scaled)
    assert count.filter(side="external").count() == 5
    assert count.filter(side="internal").count() == 5


def test_the_yearly_review_counts_issues_and_parties(scaled, issue, party, secretary):
    assert (review_progress(scaled, 2026).done, review_progress(scaled, 2026).total) == (0, 2)
    context.context_review(issue, acting=secretary, year=2026, outcome="changed", note="Thêm thông tư")
    assert review_progress(scaled, 2026).done == 1
    assert context.context_keep_rest(scaled, acting=secretary, year=2026) == 1
    assert review_progress(scaled, 2026).complete
    assert not review_progress(scaled, 2027).complete


def test_dropping_needs_a_reason_and_keeps_the_history(issue, secretary):
    with pytest.raises(Invalid):
        context.context_review(issue, acting=secretary, year=2026, outcome="dropped")
    context.context_review(issue, acting=secretary, year=2026, outcome="dropped", note="Đã bãi bỏ")
    issue.refresh_from_db()
    assert not issue.active
    assert ContextReview.objects.get().note == "Đã bãi bỏ"


def test_staff_may_not_write_the_context(issue, staff):
    with pytest.raises(Refused):
        context.issue_change(issue, acting=staff, title="Khác")


def test_a_risk_names_its_issue_and_the_issue_shows_it(issue, make_risk, staff, login):
    risk = make_risk()
    source = risks.source_add(risk, acting=staff, kind=RiskSource.Kind.ISSUE, issue=issue)
    assert source.label == issue.title
    page = login(staff).get(issue.get_absolute_url())
    assert list(page.context["risks"]) == [risk]
    risks.source_remove(source, acting=staff)
    assert not RiskSource.objects.exists()


@pytest.mark.parametrize(("kind", "name"), [("issue", "issue"), ("party", "party")])
def test_an_entry_is_written_down_from_what_gave_rise_to_it(kind, name, request, staff, login, other_agency):
    """4.1 and 4.2 lead to 6.1: the page of an issue or party starts a risk that names it as its source."""
    subject = request.getfixturevalue(name)
    client = login(staff)
    address = f"{reverse('risks:risk-create')}?{kind}={subject.pk}"
    assert address in client.get(subject.get_absolute_url()).content.decode()
    page = client.get(address)
    assert page.context["origin"] == subject and str(subject) in page.content.decode()
    client.post(address, {"process": "Tiếp nhận", "event": "Hồ sơ nộp sai mẫu mới"})
    risk = Risk.objects.get()
    source = risk.sources.get()
    assert (source.kind, getattr(source, kind), source.label) == (kind, subject, str(subject))
    assert list(client.get(subject.get_absolute_url()).context["risks"]) == [risk]
    counted = {"issue": "context", "party": "party-list"}[kind]
    assert "1" in client.get(reverse(f"risks:{counted}")).content.decode()
    assert client.get(f"{reverse('risks:risk-create')}?{kind}=no-key").status_code == 404
    stranger = factories.person(other_agency, Role.SECRETARY)
    assert login(stranger).get(address).status_code == 404


def test_a_party_names_its_risks_by_the_page_of_the_risk_too(party, make_risk, staff, login):
    risk = make_risk()
    client = login(staff)
    url = reverse("risks:source-add", args=[risk.pk])
    client.post(url, {"kind": "other", "party": party.pk})
    source = risk.sources.get()
    assert (source.kind, source.party, source.label) == ("party", party, "Doanh nghiệp")
    assert list(client.get(party.get_absolute_url()).context["risks"]) == [risk]
    assert party.get_absolute_url() in client.get(risk.get_absolute_url()).content.decode()
    assert party_list(staff, 2026).get().risk_count == 1


def test_the_pages_of_the_context(scaled, secretary, login):
    client = login(secretary)
    category = ContextCategory.objects.filter(agency=scaled, side="internal").first()
    values = {"category": category.pk, "title": "Thiếu người", "effect": "negative"}
    made = client.post(reverse("risks:issue-add"), values)
    issue = ContextIssue.objects.get()
    assert made.url == issue.get_absolute_url()
    edit = reverse("risks:issue-edit", args=[issue.pk])
    assert client.get(edit).status_code == 200
    client.post(edit, values | {"title": "Thiếu 2 người"})
    category = ContextCategory.objects.filter(agency=scaled, side="party").first()
    made = client.post(reverse("risks:party-add"), {"category": category.pk, "name": "UBND tỉnh"})
    party = InterestedParty.objects.get()
    client.post(reverse("risks:party-edit", args=[party.pk]), {"category": category.pk, "name": "UBND"})
    need = {"kind": "requirement", "text": "Báo cáo đúng hạn"}
    client.post(reverse("risks:need-add", args=[party.pk]), need)
    need_row = PartyNeed.objects.get()
    client.post(reverse("risks:need-edit", args=[need_row.pk]), need | {"text": "Báo cáo quý đúng hạn"})
    for page in ("context", "party-list", "category-add", "issue-add"):
        assert client.get(reverse(f"risks:{page}")).status_code == 200
    assert client.get(party.get_absolute_url()).context["needs"].get().text == "Báo cáo quý đúng hạn"
    client.post(reverse("risks:context-review", args=["issue", issue.pk]), {"outcome": "kept"})
    client.post(reverse("risks:review-keep-rest"))
    assert ContextReview.objects.count() == 2
    client.post(reverse("risks:need-retire", args=[need_row.pk]))
    assert not client.get(party.get_absolute_url()).context["needs"]
    client.post(reverse("risks:category-add"), {"side": "external", "name": "Biến đổi khí hậu"})
    assert ContextCategory.objects.get(name="Biến đổi khí hậu").side == "external"
    assert SearchEntry.objects.filter(title="Thiếu 2 người").exists()


def test_an_issue_dropped_or_renamed_later_is_evidence_of_the_day_before(issue, party, scaled):
    type(issue).objects.update(created_at=dt.datetime(2020, 1, 2, tzinfo=dt.UTC))
    before, after = dt.date(2020, 3, 1), dt.date(2020, 6, 1)
    with clock.at(dt.date(2020, 5, 4)):
        fields = {"category": issue.category, "title": "Tên khác", "effect": issue.effect}
        issue = context.issue_change(issue, acting=None, **fields)
        context.context_review(issue, acting=None, year=2020, outcome="dropped", note="Hết hiệu lực")
    assert evidence.issues(scaled, before).total == 1 and evidence.issues(scaled, after).total == 0
    (row,) = rows_then(evidence.issues(scaled, before), before, 3)
    assert row.title == "Nghị định mới về một cửa"
