"""A new paper about an earlier one: it corrects, supersedes or revokes it when it is issued.

An issued paper is never edited (Decree 30/2020, Article 18): both papers stay, and name each other.
"""

from typing import Any

from django.utils.translation import gettext as _

from documents import policies, registry, wording
from documents.content import KINDS, Kind, PaperContent
from documents.models import Effect, Paper
from documents.problems import content_made
from documents.services.drafting import paper_create
from documents.services.frame import paper_frame, signature_block
from qms.models import Person
from qms.policies import require

TEMPLATES = {Effect.CORRECTED: "papers.correction", Effect.REVOKED: "papers.revocation"}


def cited(paper: Paper) -> str:
    """An issued paper as another one cites it: kind, number, date, agency, title."""
    heading = KINDS[Kind(paper.kind)].heading
    kind = heading[:1] + heading[1:].lower() if heading else "Công văn"
    day = paper.issued_on
    assert day is not None
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    agency = " ".join(paper.typed.agency_name.split())
    title = paper.one_line
    title = title[:1].lower() + title[1:]
    return f"{kind} số {paper.reference} ngày {day.day:02d} tháng {month} năm {day.year} của {agency} {title}"


def paper_amend(paper: Paper, *, effect: str, signer: Person, acting: Person) -> Paper:
    """Draft the paper that corrects, supersedes or revokes an issued one.

    A successor begins with the text of the earlier paper; a correction and a revocation begin with the
    agency's template. Raises Refused when the earlier paper is not in force.
    """
    require(policies.can_amend(acting, paper))
    require(policies.can_be_amended(paper, effect))
    successor = effect == Effect.SUPERSEDED
    data = _successor(paper, signer) if successor else _about(paper, Effect(effect), signer)
    content = content_made(data)
    carried = successor and registry.is_carried_over(paper.purpose)
    return paper_create(
        agency=paper.agency,
        kind=Kind(content.kind),
        content=content,
        signer=signer,
        purpose=paper.purpose if carried else registry.AMENDING[effect],
        subject_key=str(paper.pk),
        amends=paper,
        effect=effect,
        acting=acting,
    )


def _successor(paper: Paper, signer: Person) -> dict[str, Any]:
    data = paper.typed.model_dump(mode="json") | paper_frame(paper.agency, Kind(paper.kind))
    return data | {"signature": signature_block(paper.agency, signer)}


def _about(paper: Paper, effect: Effect, signer: Person) -> dict[str, Any]:
    fields = {"earlier": cited(paper), "earlier_number": paper.reference}
    made: PaperContent = wording.content_of(paper.agency, TEMPLATES[effect], signer=signer, fields=fields)
    return made.model_dump(mode="json")


def amending_title(effect: str) -> str:
    """What drafting such a paper is called."""
    return {
        Effect.CORRECTED: _("Correct by a new paper"),
        Effect.SUPERSEDED: _("Supersede by a new paper"),
        Effect.REVOKED: _("Revoke by a new paper"),
    }[Effect(effect)]
