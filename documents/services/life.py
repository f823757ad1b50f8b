"""The steps between draft and number, and how an issued paper ends."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents import policies, registry, workflow
from documents.models import DeskSignature, Paper, PaperComment, PaperState, SigningKey
from documents.services import tell
from documents.services.drafting import paper_index
from qms import agency_settings, audit, clock, jobs
from qms.exceptions import Conflict, Invalid, Refused
from qms.models import Job, Person
from qms.policies import Verdict, require
from qms.registry import fulfilment_changed
from qms.workflow import Transition, locked, move


def paper_submit(paper: Paper, *, acting: Person | None) -> Paper:
    """Send a draft for review. It needs a signer by now."""
    with transaction.atomic(), locked(paper) as paper:
        require(policies.can_submit(acting, paper))
        if paper.signer is None:
            raise Invalid(_("Choose who signs the paper first."))
        paper.typed  # noqa: B018  (content that no longer validates must not go on)
        changes = move(paper, workflow.SUBMIT, submitted_at=clock.now())
        _done("documents.paper.submitted", paper, changes, acting)
        tell.reviewers(paper)
    return paper


def paper_withdraw(paper: Paper, *, acting: Person) -> Paper:
    """The drafter takes the paper back."""
    with transaction.atomic(), locked(paper) as paper:
        require(policies.can_withdraw(acting, paper))
        changes = move(paper, workflow.WITHDRAW, submitted_at=None)
        _done("documents.paper.withdrawn", paper, changes, acting)
    return paper


def paper_approve(paper: Paper, *, acting: Person, content_hash: str | None = None) -> Paper:
    """Approve the content, which is frozen from here on.

    `content_hash` is what the person saw; raises Refused when it is no longer the present content.
    """
    with transaction.atomic(), locked(paper) as paper:
        require(policies.can_approve(acting, paper))
        _same(paper, content_hash)
        changes = move(paper, workflow.APPROVE, approver=acting, approved_at=clock.now())
        _done("documents.paper.approved", paper, changes, acting, note=paper.content_hash)
        tell.signer(paper)
    return paper


def _same(paper: Paper, content_hash: str | None) -> None:
    if paper.typed.digest() != paper.content_hash:
        raise Refused(_("The stored content no longer matches its hash. Tell the administrator."))
    if content_hash is not None and content_hash != paper.content_hash:
        raise Refused(_("The paper changed since you opened it. Read it again."))


def paper_return(paper: Paper, *, reason: str, acting: Person) -> Paper:
    """Send the paper back to its drafter with the reason."""
    return _back(paper, workflow.RETURN, policies.can_return, "documents.paper.returned", reason, acting)


def paper_decline(paper: Paper, *, reason: str, acting: Person) -> Paper:
    """The signer declines; the paper is a draft again."""
    return _back(paper, workflow.DECLINE, policies.can_decline, "documents.paper.declined", reason, acting)


def paper_hand_back(paper: Paper, *, reason: str, acting: Person) -> Paper:
    """The clerk hands back a paper that cannot go out in this form; consent to sign lapses."""
    return _back(
        paper, workflow.HAND_BACK, policies.can_hand_back, "documents.paper.handed_back", reason, acting
    )


FRESH: dict[str, Any] = {
    "submitted_at": None,
    "approver": None,
    "approved_at": None,
    "authorised_by": None,
    "authorised_at": None,
}
"""What a paper forgets when it becomes a draft again."""


def _back(paper: Paper, step: Transition, policy: Any, verb: str, reason: str, acting: Person) -> Paper:
    reason = reason.strip()
    if not reason:
        raise Invalid(_("Give the reason."))
    with transaction.atomic(), locked(paper) as paper:
        verdict: Verdict = policy(acting, paper)
        require(verdict)
        PaperComment.objects.create(
            agency=paper.agency, paper=paper, person=acting, state=paper.state, text=reason
        )
        desk_drop(paper)
        changes = move(paper, step, failure="", **FRESH)
        _done(verb, paper, changes, acting, note=reason)
        tell.drafter(paper, reason)
    return paper


def desk_drop(paper: Paper) -> None:
    """Nobody is to sign this round any more."""
    for desk in DeskSignature.objects.filter(paper=paper, state=DeskSignature.State.WAITING):
        audit.apply(desk, state=DeskSignature.State.DROPPED)


def paper_authorise(paper: Paper, *, password: str, acting: Person, content_hash: str | None = None) -> Paper:
    """The signer consents to their signature under exactly this content, with their password again.

    The key is used when the clerk has given the number (flow A): a signature covers the number too. Where
    the agency lets the person in charge sign first (flow B), the key is used now, on a file with empty
    fields for number and date.
    Raises Refused for a wrong password, a changed content, or a signer without a usable key.
    """
    check_password(acting, password)
    return consent(paper, acting=acting, content_hash=content_hash)


def check_password(acting: Person, password: str) -> None:
    """Whether it is really the person; raises Refused."""
    user = acting.user
    if user is None or not user.check_password(password):
        raise Refused(_("The password is wrong. Nothing was signed."))


def consent(paper: Paper, *, acting: Person, content_hash: str | None) -> Paper:
    """What paper_authorise does once the password was checked."""
    with transaction.atomic(), locked(paper) as paper:
        require(policies.can_authorise(acting, paper))
        _same(paper, content_hash)
        if not SigningKey.objects.filter(agency=paper.agency, person=acting, retired_at=None).exists():
            raise Refused(_("No signing key is registered for %(name)s.") % {"name": acting.full_name})
        consented: dict[str, Any] = {"authorised_by": acting, "authorised_at": clock.now(), "failure": ""}
        flow = agency_settings.get(paper.agency, "documents.signing_order")
        turn = paper.round + 1 if flow == "B" or paper.round else 0
        step = workflow.SIGN_FIRST if flow == "B" else workflow.AUTHORISE
        changes = move(paper, step, flow=flow, round=turn, **consented)
        _done("documents.paper.authorised", paper, changes, acting, note=paper.content_hash)
        if flow == "B":
            sign_first(paper, acting=acting)
        else:
            tell.clerks(paper)
    return paper


SIGN_FIRST_JOB = "documents.sign_first"


def sign_first(paper: Paper, *, acting: Person | None) -> Job:
    """Let the worker make the signature that comes before the number (flow B)."""
    return jobs.enqueue(
        SIGN_FIRST_JOB,
        agency=paper.agency,
        params={"paper": str(paper.pk), "round": paper.round},
        acting=acting,
        label=_("Sign %(paper)s") % {"paper": paper.one_line[:200]},
        unique_key=f"{paper.pk}:{paper.round}",
    )


ENDS = {
    PaperState.REVOKED: (workflow.REVOKE, "documents.paper.revoked"),
    PaperState.SUPERSEDED: (workflow.SUPERSEDE, "documents.paper.superseded"),
    PaperState.CORRECTED: (workflow.CORRECT, "documents.paper.corrected"),
}


def paper_end(
    paper: Paper, *, how: str, reason: str, acting: Person | None, by: Paper | None = None
) -> Paper:
    """Revoke, supersede or correct an issued paper; what it brought into force ends in the same step.

    `by` is the issued paper that decides it (an issued paper is never edited; Decree 30/2020, Article 18).
    """
    step, verb = ENDS[PaperState(how)]
    if not reason.strip():
        raise Invalid(_("Give the reason."))
    if by is not None and (by.agency_id != paper.agency_id or not by.is_issued or by.pk == paper.pk):
        raise Invalid(_("The deciding paper must be an issued paper of the same agency."))
    with transaction.atomic(), locked(paper) as paper:
        require(policies.can_end(acting, paper))
        changes = move(paper, step, ended_on=clock.today(), end_reason=reason.strip(), replaced_by=by)
        _done(verb, paper, changes, acting, note=reason)
        purpose = registry.get(paper.purpose)
        if purpose is not None and how != PaperState.CORRECTED:
            purpose.on_revoked(paper, acting)
        fulfilment_changed(paper.agency)
    return paper


def earlier_paper_end(paper: Paper) -> None:
    """What an issued paper does to the earlier one it is about; in the transaction that issues it."""
    earlier = paper.amends
    if earlier is None:
        return
    step, _verb = ENDS[PaperState(paper.effect)]
    if earlier.state not in step.sources:
        raise Conflict(
            _("%(paper)s is no longer in force (“%(state)s”): the new paper cannot change it.")
            % {"paper": earlier, "state": earlier.get_state_display()}
        )
    paper_end(earlier, how=paper.effect, reason=paper.one_line, acting=None, by=paper)


def _done(verb: str, paper: Paper, changes: Any, acting: Person | None, note: str = "") -> None:
    """Tell the trail what changed, and nothing that a step merely set again."""
    changed = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    audit.record(verb, paper, changed, acting=acting, note=note)
    paper_index(paper)
