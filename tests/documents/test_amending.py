"""A correction, a successor and a revocation are papers of their own; what is printed is copied at issue."""

import pytest
from django.urls import reverse

from documents import registry
from documents.checking import paper_warnings
from documents.models import Effect, Paper, PaperState
from documents.services import paper_amend, paper_end, paper_issue
from documents.services.life import earlier_paper_end
from qms import clock, files, jobs
from qms.exceptions import Conflict, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(make_draft):
    """A paper as issued, without the cost of its file."""
    paper = make_draft()
    today = clock.today()
    Paper.objects.filter(pk=paper.pk).update(
        state=PaperState.ISSUED, number=7, year=today.year, issued_on=today, issued_at=clock.now()
    )
    paper.refresh_from_db()
    return paper


@pytest.mark.parametrize(
    ("effect", "kind"),
    [(Effect.CORRECTED, "letter"), (Effect.SUPERSEDED, "decision"), (Effect.REVOKED, "decision")],
)
def test_the_new_paper_names_the_earlier_one_and_changes_it_only_when_issued(office, issued, effect, kind):
    new = paper_amend(issued, effect=effect, signer=office.leader, acting=office.drafter)
    assert new.kind == kind
    assert new.amends == issued
    assert registry.get(new.purpose).key == registry.AMENDING[effect]
    if effect != Effect.SUPERSEDED:
        assert "07/QĐ-SKHCN" in str(new.content)
    issued.refresh_from_db()
    assert issued.state == PaperState.ISSUED
    today = clock.today()
    Paper.objects.filter(pk=new.pk).update(
        state=PaperState.ISSUED, number=8, year=today.year, issued_on=today
    )
    new.refresh_from_db()
    earlier_paper_end(new)
    issued.refresh_from_db()
    assert issued.state == effect
    assert issued.replaced_by == new
    if effect == Effect.CORRECTED:
        again = paper_amend(issued, effect=effect, signer=office.leader, acting=office.drafter)
        assert again.amends == issued, "what was corrected can be corrected again"
    else:
        with pytest.raises(Refused):
            paper_amend(issued, effect=effect, signer=office.leader, acting=office.drafter)


def test_both_pages_link_to_each_other(office, issued, login):
    client = login(office.drafter)
    address = reverse("documents:paper-amend", args=[issued.pk])
    assert "Đính chính" in client.get(address).content.decode()
    made = client.post(address, {"effect": "revoked", "signer": office.leader.pk})
    new = Paper.objects.get(amends=issued)
    assert made.url == reverse("documents:paper-edit", args=[new.pk])
    assert issued.get_absolute_url() in client.get(new.get_absolute_url()).content.decode()
    assert new.get_absolute_url() in client.get(issued.get_absolute_url()).content.decode()


def test_a_draft_cannot_be_amended(office, draft):
    with pytest.raises(Refused):
        paper_amend(draft, effect="revoked", signer=office.leader, acting=office.drafter)


def test_a_paper_that_comes_too_late_is_not_issued(office, issued):
    new = paper_amend(issued, effect="superseded", signer=office.leader, acting=office.drafter)
    paper_end(issued, how="revoked", reason="Không còn phù hợp", acting=office.leader)
    new.amends.refresh_from_db()
    with pytest.raises(Conflict):
        earlier_paper_end(new)


def test_everything_printed_is_copied_at_issue(office, make_draft, to_desk, settings):
    """Later changes of names, symbols and people touch neither the content nor the file (one real issue)."""
    from documents import selectors

    earlier = make_draft(title="Về việc cũ")
    today = clock.today()
    Paper.objects.filter(pk=earlier.pk).update(
        state=PaperState.ISSUED, number=90, year=today.year - 1, issued_on=today
    )
    earlier.refresh_from_db()
    new = paper_amend(earlier, effect="superseded", signer=office.leader, acting=office.drafter)
    paper = to_desk(new)
    jobs.run(paper_issue(paper, issued_on=today, acting=office.clerk).pk)
    paper.refresh_from_db()
    earlier.refresh_from_db()
    assert paper.state == PaperState.ISSUED
    assert earlier.state == PaperState.SUPERSEDED, "the successor ends it in the step that issues it"
    before = files.read(selectors.final_file(paper).file)
    office.agency.name, office.agency.parent_name, office.agency.place = "Sở Mới", "UBND tỉnh Mới", "Nơi Mới"
    office.agency.save()
    office.leader.full_name, office.leader.position = "Tên Khác", "Chức Khác"
    office.leader.save()
    paper = Paper.objects.get(pk=paper.pk)
    content = paper.typed
    assert content.digest() == paper.content_hash
    assert content.agency_name == "Sở Khoa học và Công nghệ"
    assert (content.signature.name, content.place) == ("Trịnh Bảo Long", "Đồng Nai")
    assert files.read(selectors.final_file(paper).file) == before


@pytest.mark.parametrize(
    ("effect", "warned"), [("superseded", True), ("revoked", True), ("corrected", False)]
)
def test_a_paper_that_ends_what_another_brought_into_force_says_so(office, issued, effect, warned):
    Paper.objects.filter(pk=issued.pk).update(purpose="objectives.publish")
    issued.refresh_from_db()
    new = paper_amend(issued, effect=effect, signer=office.leader, acting=office.drafter)
    said = [str(one.message) for one in paper_warnings(new)]
    assert any("chấm dứt" in one and "07/QĐ-SKHCN" in one for one in said) is warned
