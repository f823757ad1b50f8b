"""Who may do what to a paper. Separation of duties holds per paper, whatever roles a person holds."""

from django.utils.translation import gettext as _

from documents import workflow
from documents.models import (
    DeskSignature,
    Effect,
    Paper,
    PaperComment,
    PaperState,
    RegisterEntry,
    SigningKey,
    TrustItem,
)
from qms.models import Agency, Person, Role
from qms.policies import ALLOW, Verdict, all_of, any_role, deny, different_people, has_any_role
from qms.workflow import Transition

DRAFTING_ROLES = (
    Role.SECRETARY,
    Role.COMMITTEE_HEAD,
    Role.COMMITTEE_MEMBER,
    Role.UNIT_HEAD,
    Role.STAFF,
    Role.LEADER,
    Role.CLERK,
)
APPROVING_ROLES = (Role.LEADER, Role.COMMITTEE_HEAD)
READING_ROLES = (*DRAFTING_ROLES, Role.AUDITOR, Role.ONE_STOP, Role.SUPERIOR, Role.ADMIN)

may_read = any_role(*READING_ROLES)
may_draft = any_role(*DRAFTING_ROLES)
may_approve = any_role(*APPROVING_ROLES)
may_sign = any_role(Role.LEADER, Role.COMMITTEE_HEAD, Role.UNIT_HEAD)
may_number = any_role(Role.CLERK)
may_sign_with_token = any_role(Role.LEADER, Role.COMMITTEE_HEAD, Role.UNIT_HEAD, Role.CLERK)
may_keep_keys = any_role(Role.ADMIN)
PACKING_ROLES = (Role.SECRETARY, Role.COMMITTEE_HEAD, Role.LEADER)
may_pack = any_role(*PACKING_ROLES)
may_read_register = any_role(*DRAFTING_ROLES, Role.AUDITOR, Role.ADMIN)


def sees_issued_only(person: Person | None) -> bool:
    """Superior agencies and inspectors without another role read issued papers only (domain A)."""
    return person is not None and not (person.roles - {Role.SUPERIOR})


def _own(
    person: Person | None, paper: Paper | RegisterEntry | DeskSignature | SigningKey | TrustItem
) -> Verdict:
    if person is not None and person.agency_id == paper.agency_id:
        return ALLOW
    return deny(_("The paper belongs to another agency."))


def _in_state(paper: Paper, move: Transition) -> Verdict:
    if paper.state in move.sources:
        return ALLOW
    return deny(_("The paper is in the state “%(state)s”.") % {"state": paper.get_state_display()})


def can_edit(person: Person | None, paper: Paper) -> Verdict:
    """The drafter or the secretary, while it is a draft; the portal itself when it builds papers."""
    if person is None:
        return ALLOW
    if person.pk != paper.drafter_id and not person.has_role(Role.SECRETARY):
        return deny(_("Only the drafter or the ISO secretary may edit this paper."))
    return all_of(_own(person, paper), _in_state(paper, workflow.SUBMIT))


def can_submit(person: Person | None, paper: Paper) -> Verdict:
    """Who may edit may send for review."""
    return can_edit(person, paper)


def can_withdraw(person: Person | None, paper: Paper) -> Verdict:
    """The drafter takes it back while nobody has approved it."""
    if person is None or person.pk != paper.drafter_id:
        return deny(_("Only the drafter may take this paper back."))
    return all_of(_own(person, paper), _in_state(paper, workflow.WITHDRAW))


def can_approve(person: Person | None, paper: Paper) -> Verdict:
    """A leader or the head of the committee, never the drafter."""
    return all_of(
        has_any_role(person, *APPROVING_ROLES),
        _own(person, paper),
        different_people(person, paper.drafter, _("Who drafted a paper cannot approve it.")),
        _in_state(paper, workflow.APPROVE),
    )


def can_return(person: Person | None, paper: Paper) -> Verdict:
    """Who may approve may send back."""
    return can_approve(person, paper)


def can_authorise(person: Person | None, paper: Paper) -> Verdict:
    """Only the person whose name stands under the paper."""
    if person is None or paper.signer_id is None or person.pk != paper.signer_id:
        name = paper.signer.full_name if paper.signer else _("nobody yet")
        return deny(_("Only the signer of the paper may sign it: %(name)s.") % {"name": name})
    return all_of(_own(person, paper), _in_state(paper, workflow.AUTHORISE))


def can_decline(person: Person | None, paper: Paper) -> Verdict:
    """The signer may decline, also while their digital signature is not there yet (flow B)."""
    if paper.state == PaperState.SIGNING and person is not None and person.pk == paper.signer_id:
        return _own(person, paper)
    return can_authorise(person, paper)


def can_sign_again(person: Person | None, paper: Paper) -> Verdict:
    """The signer or a clerk tries a signature again that failed before the number (flow B)."""
    if person is None or (person.pk != paper.signer_id and not person.has_role(Role.CLERK)):
        return deny(_("Only the signer or a clerk may try again."))
    return all_of(_own(person, paper), _in_state(paper, workflow.SIGNED_FIRST))


def can_issue(person: Person | None, paper: Paper) -> Verdict:
    """Only a clerk gives numbers, and never to a paper of their own signature (domain A)."""
    return all_of(
        has_any_role(person, Role.CLERK),
        _own(person, paper),
        different_people(person, paper.signer, _("Who signs a paper cannot give it a number.")),
        _in_state(paper, workflow.ISSUE),
    )


def can_hand_back(person: Person | None, paper: Paper) -> Verdict:
    """The clerk hands back what cannot be issued in this form."""
    return all_of(has_any_role(person, Role.CLERK), _own(person, paper), _in_state(paper, workflow.HAND_BACK))


def can_retry(person: Person | None, paper: Paper) -> Verdict:
    """A clerk tries again what is stuck while being issued."""
    return all_of(has_any_role(person, Role.CLERK), _own(person, paper), _in_state(paper, workflow.FINISH))


def can_cancel_number(person: Person | None, entry: RegisterEntry) -> Verdict:
    """A clerk cancels a number that never went out; an issued paper is revoked by another one instead."""
    if entry.status != RegisterEntry.Status.ALLOCATED:
        return deny(_("Only a number whose paper has not gone out can be cancelled."))
    return all_of(has_any_role(person, Role.CLERK), _own(person, entry))


def can_end(person: Person | None, paper: Paper) -> Verdict:
    """Leadership revokes, supersedes or corrects; the decision is another paper."""
    if person is None:
        return ALLOW
    return all_of(
        has_any_role(person, *APPROVING_ROLES), _own(person, paper), _in_state(paper, workflow.REVOKE)
    )


def can_be_amended(paper: Paper, effect: str) -> Verdict:
    """A new paper may correct, supersede or revoke what is issued and still in force."""
    if effect not in Effect.values:
        return deny(_("Say what the new paper does to the earlier one."))
    step = {
        Effect.CORRECTED: workflow.CORRECT,
        Effect.SUPERSEDED: workflow.SUPERSEDE,
        Effect.REVOKED: workflow.REVOKE,
    }[Effect(effect)]
    return _in_state(paper, step)


def can_amend(person: Person | None, paper: Paper) -> Verdict:
    """Who drafts papers may draft one about an earlier paper that is still in force."""
    return all_of(
        has_any_role(person, *DRAFTING_ROLES), _own(person, paper), _in_state(paper, workflow.REVOKE)
    )


def can_settle(person: Person | None, comment: PaperComment) -> Verdict:
    """Who edits the paper, or who wrote the comment, says that it is dealt with."""
    if comment.settled_at is not None:
        return deny(_("The comment is settled already."))
    if person is not None and person.pk == comment.person_id:
        return _own(person, comment.paper)
    return can_edit(person, comment.paper)


def can_keep_wording(person: Person | None) -> Verdict:
    """The secretary and the clerk keep the templates and the legal bases of the agency."""
    return has_any_role(person, Role.SECRETARY, Role.CLERK)


may_keep_wording = any_role(Role.SECRETARY, Role.CLERK)


def can_comment(person: Person | None, paper: Paper) -> Verdict:
    """Anyone who works on papers, until it is issued."""
    if paper.is_issued:
        return deny(_("The paper is issued."))
    return all_of(has_any_role(person, *DRAFTING_ROLES), _own(person, paper))


def can_keep_keys_of(person: Person | None, row: SigningKey | TrustItem) -> Verdict:
    """The agency's administrator looks after its keys and what it trusts."""
    return all_of(has_any_role(person, Role.ADMIN), _own(person, row))


def can_sign_at_desk(person: Person | None, desk: DeskSignature) -> Verdict:
    """The signer with their own token; a clerk with the agency's, never under their own signature."""
    if person is None or desk.state != DeskSignature.State.WAITING:
        return deny(_("This signature is not waited for any more."))
    if desk.person_id is not None:
        if desk.person_id != person.pk:
            return deny(_("Only %(name)s may make this signature.") % {"name": desk.person})
        return _own(person, desk)
    return all_of(
        has_any_role(person, Role.CLERK),
        _own(person, desk),
        different_people(person, desk.paper.signer, _("Who signs a paper cannot seal it too.")),
    )


def can_pack(person: Person | None, agency: Agency) -> Verdict:
    """The secretary, the head of the committee and leaders hand evidence over to auditors."""
    if person is not None and person.agency_id != agency.pk:
        return deny(_("You belong to another agency."))
    return has_any_role(person, *PACKING_ROLES)
