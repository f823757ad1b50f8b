"""A revoked or superseded decision ends the objectives it brought into force; a corrected one does not."""

import pytest

from documents.models import Paper, PaperState
from documents.services import paper_end
from objectives import papers, services
from objectives.models import SetState
from qms import clock
from qms.exceptions import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided(draft, people):
    """A set in force by an issued decision (its file is not what this is about)."""
    services.set_submit(draft, acting=people.secretary)
    services.set_approve(draft, acting=people.leader)
    paper = services.set_publish(draft, signer=people.leader, acting=people.secretary)
    today = clock.today()
    Paper.objects.filter(pk=paper.pk).update(
        state=PaperState.ISSUED, number=1, year=today.year, issued_on=today
    )
    paper.refresh_from_db()
    papers.on_issued(paper, None)
    draft.refresh_from_db()
    assert draft.state == SetState.IN_FORCE
    return draft, paper


@pytest.mark.parametrize("how", ["revoked", "superseded"])
def test_ending_the_decision_ends_the_objectives_with_its_reason(decided, people, how):
    objective_set, paper = decided
    paper_end(paper, how=how, reason="Bãi bỏ do sắp xếp lại tổ chức", acting=people.leader)
    objective_set.refresh_from_db()
    assert objective_set.state == SetState.SUPERSEDED
    assert objective_set.ended_on == clock.today()
    assert objective_set.end_reason == "Bãi bỏ do sắp xếp lại tổ chức"


def test_a_correction_leaves_them_in_force(decided, people):
    objective_set, paper = decided
    paper_end(paper, how="corrected", reason="Sai lỗi chính tả", acting=people.leader)
    objective_set.refresh_from_db()
    assert objective_set.state == SetState.IN_FORCE


def test_when_the_objectives_cannot_end_the_decision_stays(decided, people, monkeypatch):
    objective_set, paper = decided

    def refuse(*_args, **_kwargs):
        raise Refused("không được")

    monkeypatch.setattr("objectives.services.set_end", refuse)
    with pytest.raises(Refused):
        paper_end(paper, how="revoked", reason="Thử", acting=people.leader)
    paper.refresh_from_db()
    objective_set.refresh_from_db()
    assert (paper.state, objective_set.state) == (PaperState.ISSUED, SetState.IN_FORCE)
