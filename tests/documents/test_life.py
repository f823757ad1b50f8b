"""Every illegal step and every forbidden actor is refused; separation of duties holds per paper."""

import datetime as dt

import pytest

from documents import services, workflow
from documents.checking import checks_before_issue
from documents.content import Kind, PaperContent
from documents.models import Paper, PaperState, SigningKey
from documents.selectors import number_strip
from documents.services import (
    paper_abandon,
    paper_approve,
    paper_authorise,
    paper_comment,
    paper_create,
    paper_return,
    paper_submit,
    paper_update,
    paper_withdraw,
)
from qms.exceptions import Conflict, DomainError, IllegalTransition, Invalid, Refused
from qms.models import AuditEntry, Notification, Role, RoleAssignment
from qms.workflow import move
from tests import factories
from tests.documents import samples
from tests.documents.conftest import PASSWORD

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 2)

STEPS = {
    "submit": lambda paper, who: services.paper_submit(paper, acting=who),
    "withdraw": lambda paper, who: services.paper_withdraw(paper, acting=who),
    "approve": lambda paper, who: services.paper_approve(paper, acting=who),
    "return": lambda paper, who: services.paper_return(paper, reason="Lý do", acting=who),
    "decline": lambda paper, who: services.paper_decline(paper, reason="Lý do", acting=who),
    "authorise": lambda paper, who: services.paper_authorise(paper, password=PASSWORD, acting=who),
    "hand_back": lambda paper, who: services.paper_hand_back(paper, reason="Lý do", acting=who),
    "issue": lambda paper, who: services.paper_issue(paper, issued_on=DAY, acting=who),
    "revoke": lambda paper, who: services.paper_end(paper, how="revoked", reason="Lý do", acting=who),
    "abandon": lambda paper, who: services.paper_abandon(paper, reason="Lý do", acting=who),
}
ACTORS = {
    "submit": "drafter",
    "withdraw": "drafter",
    "approve": "head",
    "return": "head",
    "decline": "leader",
    "authorise": "leader",
    "hand_back": "clerk",
    "issue": "clerk",
    "revoke": "leader",
    "abandon": "drafter",
}


def in_state(paper, state):
    number = {"number": 1, "year": 2026, "issued_on": DAY} if state not in EARLY else {}
    Paper.objects.filter(pk=paper.pk).update(state=state, **number)
    paper.refresh_from_db()
    return paper


EARLY = {"draft", "in_review", "approved", "authorised", "abandoned"}
ILLEGAL = [
    (name, state) for name in STEPS for state in PaperState.values if state not in workflow.LIFE[name].sources
]


@pytest.mark.parametrize(("name", "state"), ILLEGAL)
def test_a_step_from_a_wrong_state_changes_nothing(office, keys, draft, name, state):
    paper = in_state(draft, state)
    with pytest.raises((Refused, IllegalTransition)):
        STEPS[name](paper, getattr(office, ACTORS[name]))
    paper.refresh_from_db()
    assert paper.state == state
    with pytest.raises(IllegalTransition):
        move(paper, workflow.LIFE[name])


FORBIDDEN = [
    (name, actor)
    for name, right in ACTORS.items()
    for actor in ("drafter", "head", "leader", "clerk", "staff", "stranger")
    if actor != right
    and (name, actor) not in {("approve", "leader"), ("return", "leader"), ("revoke", "head")}
]


@pytest.mark.parametrize(("name", "actor"), FORBIDDEN)
def test_a_step_by_the_wrong_person_is_refused_with_the_reason(
    office, other_agency, keys, draft, name, actor
):
    roles = [Role.LEADER, Role.COMMITTEE_HEAD, Role.CLERK, Role.SECRETARY]
    stranger = factories.person(other_agency, *roles) if actor == "stranger" else None
    paper = in_state(draft, next(iter(workflow.LIFE[name].sources)))
    with pytest.raises(Refused) as refused:
        STEPS[name](paper, stranger or getattr(office, actor))
    assert str(refused.value)
    paper.refresh_from_db()
    assert paper.state in workflow.LIFE[name].sources


def test_who_drafts_a_paper_cannot_approve_it_whatever_roles_they_hold(office):
    both = factories.person(office.agency, Role.LEADER, Role.SECRETARY)
    paper = paper_create(
        agency=office.agency, kind=Kind.DECISION, content=samples.decision(), signer=both, acting=both
    )
    paper = paper_submit(paper, acting=both)
    with pytest.raises(Refused, match="soạn"):
        paper_approve(paper, acting=both)


def test_who_signs_a_paper_cannot_number_it_even_as_a_clerk(office, keys, draft, to_desk):
    RoleAssignment.objects.create(
        agency=office.agency, person=office.leader, role=Role.CLERK, valid_from=factories.START
    )
    paper = to_desk(draft)
    office.leader.__dict__.pop("held_roles", None)
    office.leader.__dict__.pop("roles", None)
    with pytest.raises(Refused, match="Người ký"):
        services.paper_issue(paper, issued_on=DAY, acting=office.leader)


def test_consent_needs_the_password_again_and_exactly_the_content_that_was_read(office, keys, draft):
    paper = paper_approve(paper_submit(draft, acting=office.drafter), acting=office.head)
    with pytest.raises(Refused, match="mật khẩu"):
        paper_authorise(paper, password="sai", acting=office.leader)
    with pytest.raises(Refused, match="thay đổi"):
        paper_authorise(paper, password=PASSWORD, content_hash="0" * 64, acting=office.leader)
    paper = paper_authorise(paper, password=PASSWORD, content_hash=paper.content_hash, acting=office.leader)
    assert paper.authorised_by == office.leader
    entry = AuditEntry.objects.get(verb="documents.paper.authorised")
    assert entry.note == paper.content_hash
    assert PASSWORD not in str(entry.changes) + entry.note


def test_consent_without_a_registered_key_is_refused(office, draft):
    paper = paper_approve(paper_submit(draft, acting=office.drafter), acting=office.head)
    with pytest.raises(Refused, match="khóa ký"):
        paper_authorise(paper, password=PASSWORD, acting=office.leader)


def test_approved_content_cannot_be_edited(office, draft):
    paper = paper_approve(paper_submit(draft, acting=office.drafter), acting=office.head)
    changed = PaperContent.model_validate({**samples.decision_data(), "title": "Khác"})
    with pytest.raises(Refused):
        paper_update(paper, content=changed, acting=office.drafter)
    paper.refresh_from_db()
    assert paper.typed.digest() == paper.content_hash


def test_two_people_editing_at_once_do_not_overwrite_each_other(office, draft):
    seen = draft.version
    first = PaperContent.model_validate({**samples.decision_data(), "title": "Bản một"})
    second = PaperContent.model_validate({**samples.decision_data(), "title": "Bản hai"})
    paper_update(draft, content=first, version=seen, acting=office.drafter)
    with pytest.raises(Conflict):
        paper_update(draft, content=second, version=seen, acting=office.drafter)
    draft.refresh_from_db()
    assert draft.one_line == "Bản một"


def test_what_comes_back_starts_over_and_its_drafter_is_told_why(office, draft):
    paper = paper_submit(draft, acting=office.drafter)
    with pytest.raises(Invalid):
        paper_return(paper, reason="  ", acting=office.head)
    paper = paper_return(paper, reason="Thiếu căn cứ", acting=office.head)
    assert (paper.state, paper.submitted_at) == (PaperState.DRAFT, None)
    assert paper.comments.get().text == "Thiếu căn cứ"
    note = Notification.objects.get(person=office.drafter)
    assert note.body == "Thiếu căn cứ"


def test_a_draft_without_signer_goes_nowhere(office):
    paper = paper_create(
        agency=office.agency, kind=Kind.DECISION, content=samples.decision(), acting=office.drafter
    )
    with pytest.raises(Invalid, match="người ký"):
        paper_submit(paper, acting=office.drafter)


def test_withdrawing_commenting_and_abandoning(office, draft):
    paper = paper_withdraw(paper_submit(draft, acting=office.drafter), acting=office.drafter)
    paper_comment(paper, text="Xem lại Điều 2", acting=office.staff)
    with pytest.raises(Invalid):
        paper_comment(paper, text=" ", acting=office.staff)
    with pytest.raises(DomainError):
        paper_abandon(paper, reason="", acting=office.drafter)
    paper = paper_abandon(paper, reason="Gộp vào văn bản khác", acting=office.drafter)
    assert (paper.state, paper.end_reason) == (PaperState.ABANDONED, "Gộp vào văn bản khác")
    verbs = set(AuditEntry.objects.filter(subject_id=str(paper.pk)).values_list("verb", flat=True))
    assert {"documents.paper.created", "documents.paper.withdrawn", "documents.paper.abandoned"} <= verbs


def test_the_end_of_a_certificate_is_told_in_vietnamese_time(office, keys, draft, to_desk):
    SigningKey.objects.update(valid_to=dt.datetime(2099, 1, 1, 20, tzinfo=dt.UTC))
    said = [one.message for one in checks_before_issue(to_desk(draft), number_strip(draft))]
    assert sum("02/01/2099" in one for one in said) == 2


def test_the_trail_of_a_signature_names_only_what_changed(office, keys, draft, to_desk):
    paper = to_desk(draft)
    entry = AuditEntry.objects.get(verb="documents.paper.authorised", subject_id=str(paper.pk))
    assert set(entry.changes) == {"state", "authorised_by", "authorised_at"}
    assert not [name for name, (old, new) in entry.changes.items() if old == new]


def test_saving_a_draft_tells_nobody_and_sending_it_tells_the_approver_once(office, draft):
    for title in ("Về việc một", "Về việc hai"):
        content = draft.typed.model_copy(update={"title": title})
        draft = paper_update(draft, content=content, signer=office.leader, acting=office.drafter)
    assert not Notification.objects.exists()
    paper_submit(draft, acting=office.drafter)
    assert Notification.objects.filter(person=office.head).count() == 1
