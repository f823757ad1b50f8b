"""Many at once: each paper goes its own way, what fails keeps nothing else from going on."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from documents.models import Paper
from documents.services.issuing import paper_issue
from documents.services.life import check_password, consent
from qms.exceptions import DomainError, Invalid
from qms.models import Person

MOST = 50


@dataclass(frozen=True)
class Outcome:
    """What became of one paper of a batch."""

    paper: Paper
    problem: str = ""

    @property
    def ok(self) -> bool:
        """Whether it went through."""
        return not self.problem


def papers_issue(papers: Sequence[Paper], *, issued_on: dt.date, acting: Person) -> list[Outcome]:
    """Give numbers to papers in this order; each is a step of its own with its own job."""
    if not papers or len(papers) > MOST:
        raise Invalid(_("Choose one to %(most)s papers.") % {"most": MOST})
    results = []
    for paper in papers:
        try:
            paper_issue(paper, issued_on=issued_on, acting=acting)
            results.append(Outcome(paper))
        except DomainError as error:
            results.append(Outcome(paper, str(error)))
    return results


def papers_authorise(papers: Iterable[tuple[Paper, str]], *, password: str, acting: Person) -> list[Outcome]:
    """The signer's consent to several papers, each under exactly the content that was read.

    The password is asked once. Raises Refused when it is wrong: then nothing is signed.
    """
    chosen = list(papers)
    if not chosen or len(chosen) > MOST:
        raise Invalid(_("Choose one to %(most)s papers.") % {"most": MOST})
    check_password(acting, password)
    results = []
    for paper, content_hash in chosen:
        try:
            consent(paper, acting=acting, content_hash=content_hash)
            results.append(Outcome(paper))
        except DomainError as error:
            results.append(Outcome(paper, str(error)))
    return results


def keys_in(values: Iterable[str]) -> list[uuid.UUID]:
    """Keys of papers from a form; anything else is left out."""
    found = []
    for value in values:
        try:
            found.append(uuid.UUID(value.strip()))
        except ValueError:
            continue
    return found
