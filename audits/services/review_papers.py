"""Drafting the papers of a management review."""

from django.db import transaction
from django.utils.translation import gettext as _

from audits import papers_review as papers
from audits import policies_improvement as policies
from audits.models import ManagementReview
from documents.models import Paper
from documents.selectors import live
from documents.services import paper_create
from qms import audit
from qms.exceptions import Invalid
from qms.models import Person
from qms.policies import require
from qms.workflow import locked

FIELDS = {papers.MINUTES: "minutes", papers.NOTICE: "notice"}


def review_paper(
    review: ManagementReview, *, purpose: str, signer: Person | None, acting: Person | None
) -> Paper:
    """Draft the minutes of a held review, or the notice of a concluded one; it goes its way as a paper.

    Raises Invalid before the meeting (the notice: before the conclusion), or when there is one already.
    """
    field = FIELDS[purpose]
    states = ManagementReview.State
    allowed = {states.CONCLUDED} if purpose == papers.NOTICE else {states.HELD, states.CONCLUDED}
    with transaction.atomic(), locked(review) as review:
        require(policies.can_keep(acting, review))
        if review.state not in allowed:
            raise Invalid(_("Minutes are drafted once the meeting is held, the notice after the conclusion."))
        there = live(getattr(review, field))
        if there is not None:
            raise Invalid(_("There is such a paper already: %(paper)s.") % {"paper": there.one_line})
        paper = paper_create(
            agency=review.agency,
            kind=papers.KINDS[purpose],
            content=papers.content(review, purpose, signer),
            acting=acting,
            purpose=purpose,
            subject_key=str(review.pk),
            signer=signer,
        )
        changes = audit.apply(review, **{field: paper})
        audit.record("audits.review.paper_drafted", review, changes, acting=acting)
    return paper
