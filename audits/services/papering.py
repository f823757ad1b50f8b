"""Drafting the papers of a programme and of an audit."""

from django.db import transaction
from django.utils.translation import gettext as _

from audits import papers, policies
from audits.models import Audit, AuditProgramme
from documents.models import Paper
from documents.selectors import live
from documents.services import paper_create
from qms import audit as trail
from qms.exceptions import Invalid
from qms.models import Person
from qms.policies import require
from qms.workflow import locked


def audit_paper(audit: Audit, *, field: str, signer: Person | None, acting: Person | None) -> Paper:
    """Draft the decision, the plan or the report of an audit; it goes its way as a paper.

    Raises Invalid before the audit is ready for it, or when such a paper is on its way.
    """
    purpose = papers.PURPOSES[field]
    with transaction.atomic(), locked(audit) as audit:
        require(policies.can_paper(acting, audit))
        if not papers.ready(audit, field):
            raise Invalid(_("The audit is not ready for this paper yet."))
        _refuse_second(getattr(audit, field))
        paper = paper_create(
            agency=audit.agency,
            kind=papers.KINDS[purpose],
            content=papers.content(audit, purpose, signer),
            acting=acting,
            purpose=purpose,
            subject_key=str(audit.pk),
            signer=signer,
        )
        changes = trail.apply(audit, **{field: paper})
        trail.record("audits.audit.paper_drafted", audit, changes, acting=acting)
    return paper


def programme_paper(programme: AuditProgramme, *, signer: Person | None, acting: Person | None) -> Paper:
    """Draft the approved programme as an official paper."""
    with transaction.atomic(), locked(programme) as programme:
        require(policies.can_steer_programme(acting, programme))
        if programme.state != AuditProgramme.State.APPROVED:
            raise Invalid(_("The programme has not been approved."))
        _refuse_second(programme.paper)
        paper = paper_create(
            agency=programme.agency,
            kind=papers.KINDS[papers.PROGRAMME],
            content=papers.content(programme, papers.PROGRAMME, signer),
            acting=acting,
            purpose=papers.PROGRAMME,
            subject_key=str(programme.pk),
            signer=signer,
        )
        changes = trail.apply(programme, paper=paper)
        trail.record("audits.audit.paper_drafted", programme, changes, acting=acting)
    return paper


def _refuse_second(paper: Paper | None) -> None:
    there = live(paper)
    if there is not None:
        raise Invalid(_("There is such a paper already: %(paper)s.") % {"paper": there.one_line})
