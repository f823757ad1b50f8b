"""Drafts: created, edited, built anew from records, commented, abandoned."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents import policies, registry, workflow
from documents.content import Kind, PaperContent
from documents.models import Paper, PaperComment, PaperState, PaperVersion
from documents.parts import part_choices
from documents.rendering.glyphs import glyph_problems
from qms import audit, clock, search
from qms.exceptions import Conflict, Invalid, Refused
from qms.models import Agency, Person
from qms.policies import ALLOW, require
from qms.workflow import locked, move


def signature_of(person: Person, *, authority: str = "", on_behalf_of: str = "") -> dict[str, Any]:
    """The signature block of a person as plain data: position and name as they stand today."""
    return {
        "authority": authority,
        "on_behalf_of": on_behalf_of,
        "position": person.position,
        "name": person.full_name,
    }


def paper_create(
    *,
    agency: Agency,
    kind: Kind,
    content: PaperContent,
    acting: Person | None,
    purpose: str = "",
    subject_key: str = "",
    signer: Person | None = None,
    amends: Paper | None = None,
    effect: str = "",
) -> Paper:
    """Start a draft. Raises Refused, and Invalid for characters the paper's font cannot show.

    `amends` and `effect` name the earlier paper that ends, or is corrected, when this one is issued.
    """
    require(policies.may_draft(acting) if acting is not None else ALLOW)
    _whole(agency, kind, content, purpose, signer)
    if amends is not None:
        require(policies.can_be_amended(amends, effect))
    with transaction.atomic():
        paper: Paper = Paper.objects.create(
            agency=agency,
            kind=kind.value,
            purpose=purpose,
            subject_key=subject_key,
            drafter=acting,
            signer=signer,
            amends=amends,
            effect=effect if amends is not None else "",
            **_copied(content),
        )
        _keep_version(paper, acting)
        audit.record("documents.paper.created", paper, {"title": ("", paper.one_line)}, acting=acting)
        paper_index(paper)
    return paper


def _copied(content: PaperContent) -> dict[str, Any]:
    return {
        "title": content.title,
        "symbol": content.symbol,
        "content": content.model_dump(mode="json"),
        "content_hash": content.digest(),
    }


def _whole(agency: Agency, kind: str, content: PaperContent, purpose: str, signer: Person | None) -> None:
    if content.kind != kind:
        raise Invalid(_("The content is that of another kind of paper."))
    if purpose and registry.get(purpose) is None:
        raise Invalid(_("Unknown purpose: %(purpose)s") % {"purpose": purpose})
    if signer is not None and signer.agency_id != agency.pk:
        raise Refused(_("The signer belongs to another agency."))
    problems = glyph_problems(content)
    if problems:
        raise Invalid(problems)


def paper_update(
    paper: Paper,
    *,
    content: PaperContent,
    acting: Person | None,
    signer: Person | None = None,
    version: int | None = None,
) -> Paper:
    """Save a draft's content (and signer). Raises Conflict when `version` is no longer the present one."""
    _whole(paper.agency, paper.kind, content, "", signer)
    with transaction.atomic(), locked(paper) as paper:
        require(policies.can_edit(acting, paper))
        if version is not None and version != paper.version:
            raise Conflict(_("Somebody else changed this paper meanwhile. Look at their version first."))
        changes = audit.apply(paper, **_copied(content), signer=signer or paper.signer)
        changes.pop("content", None)
        if changes:
            audit.apply(paper, version=paper.version + 1)
            _keep_version(paper, acting)
            audit.record("documents.paper.edited", paper, changes, acting=acting)
            paper_index(paper)
    return paper


def _keep_version(paper: Paper, acting: Person | None) -> None:
    PaperVersion.objects.create(
        agency=paper.agency,
        paper=paper,
        number=paper.version,
        content=paper.content,
        content_hash=paper.content_hash,
        saved_by=acting,
    )


def paper_take_back(paper: Paper, version: PaperVersion, *, acting: Person) -> Paper:
    """Make an earlier version the present content again, as a new version of its own."""
    if version.paper_id != paper.pk:
        raise Invalid(_("The version belongs to another paper."))
    return paper_update(paper, content=version.typed, acting=acting)


def paper_refresh(paper: Paper, *, acting: Person | None) -> Paper:
    """Build a draft's content anew from the records it is about."""
    purpose = registry.get(paper.purpose)
    if purpose is None or purpose.build is None:
        raise Refused(_("This paper is not built from records."))
    return paper_update(paper, content=purpose.build(paper), acting=acting)


def paper_comment(paper: Paper, *, text: str, acting: Person, place: str = "") -> PaperComment:
    """Say something about a paper on its way, or about one part of it (documents/parts.py)."""
    text = text.strip()
    if not text:
        raise Invalid(_("Write the comment first."))
    words = dict(part_choices(paper.typed)).get(place, "") if place else ""
    if place and not words:
        raise Invalid(_("The paper has no such part any more."))
    with transaction.atomic():
        require(policies.can_comment(acting, paper))
        comment: PaperComment = PaperComment.objects.create(
            agency=paper.agency,
            paper=paper,
            person=acting,
            state=paper.state,
            text=text,
            place=place,
            place_words=words[:200],
            version=paper.version,
        )
        audit.record("documents.paper.commented", paper, acting=acting, note=text)
    return comment


def comment_settle(comment: PaperComment, *, acting: Person) -> PaperComment:
    """Mark a comment as dealt with; it stays readable."""
    with transaction.atomic(), locked(comment) as comment:
        require(policies.can_settle(acting, comment))
        changes = audit.apply(comment, settled_at=clock.now(), settled_by=acting)
        audit.record("documents.comment.settled", comment.paper, changes, acting=acting, note=comment.text)
    return comment


def paper_abandon(paper: Paper, *, reason: str, acting: Person) -> Paper:
    """Give a draft up; it stays readable with the reason."""
    if not reason.strip():
        raise Invalid(_("Give the reason."))
    with transaction.atomic(), locked(paper) as paper:
        require(policies.can_edit(acting, paper))
        changes = move(paper, workflow.ABANDON, end_reason=reason.strip())
        audit.record("documents.paper.abandoned", paper, changes, acting=acting, note=reason)
        search.forget(paper)
    return paper


@search.indexer
def paper_index(paper: Paper) -> None:
    """Make the paper findable by number, title and state."""
    state = PaperState(paper.state).label
    search.index(
        paper,
        title=str(paper),
        subtitle=f"{paper.get_kind_display()} · {state}",
        text=f"{paper.symbol} {paper.content.get('signature', {}).get('name', '')}",
    )
