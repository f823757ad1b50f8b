"""Drafting the papers of an approved register."""

from django.db import transaction
from django.utils.translation import gettext as _

from documents.content import Kind
from documents.models import Paper
from documents.selectors import live
from documents.services import paper_create
from qms import audit
from qms.exceptions import Invalid
from qms.models import Person
from qms.policies import require
from qms.workflow import locked
from risks import paper_words, papers, policies
from risks.models import Register

FIELDS = {paper_words.TABLE: ("decision", Kind.DECISION), paper_words.PLAN: ("plan", Kind.PLAN)}


def register_paper(
    register: Register, *, purpose: str, signer: Person | None, acting: Person | None
) -> Paper:
    """Draft the decision (or the plan) of the agency's approved register; it goes its way as a paper.

    Raises Invalid for a unit's register, one that is not approved, or when such a paper is on its way.
    """
    field, kind = FIELDS[purpose]
    with transaction.atomic(), locked(register) as register:
        require(policies.can_keep(acting, register))
        if register.unit is not None or register.state != Register.State.APPROVED:
            raise Invalid(_("Papers are made of the approved register of the agency."))
        there = live(getattr(register, field))
        if there is not None:
            raise Invalid(_("There is such a paper already: %(paper)s.") % {"paper": there.one_line})
        paper = paper_create(
            agency=register.agency,
            kind=kind,
            content=papers.content(register, purpose, signer),
            acting=acting,
            purpose=purpose,
            subject_key=str(register.pk),
            signer=signer,
        )
        changes = audit.apply(register, **{field: paper})
        audit.record("risks.register.paper_drafted", register, changes, acting=acting)
    return paper
