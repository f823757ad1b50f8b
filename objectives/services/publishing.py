"""From approved objectives to the decision that brings them into force."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from documents.content import Kind
from documents.models import LegalBasis, Paper
from documents.selectors import live
from documents.services import paper_create
from objectives import papers, policies
from objectives.models import ObjectiveSet, SetBasis, SetState
from objectives.paper_words import PURPOSE
from objectives.services.life import set_enter_into_force
from qms import audit, clock
from qms.exceptions import IllegalTransition, Invalid
from qms.models import Person
from qms.policies import require
from qms.workflow import locked


def set_bases(
    objective_set: ObjectiveSet,
    *,
    bases: Sequence[tuple[LegalBasis, str]],
    acting: Person | None,
) -> None:
    """Choose what the decision cites, in order: (legal basis, SetBasis.Kind) pairs."""
    with transaction.atomic(), locked(objective_set) as draft:
        require(policies.can_edit(acting, draft))
        old = [str(row) for row in draft.bases.select_related("legal_basis")]
        draft.bases.all().delete()
        for order, (basis, kind) in enumerate(bases, start=1):
            SetBasis.objects.create(
                agency=draft.agency, objective_set=draft, legal_basis=basis, kind=kind, order=order
            )
        new = [str(basis) for basis, _kind in bases]
        if old != new:
            audit.record("objectives.set.changed", draft, {"bases": (old, new)}, acting=acting)


def set_publish(objective_set: ObjectiveSet, *, signer: Person | None, acting: Person | None) -> Paper:
    """Prepare the decision; issuing it brings the set into force. Gives back the draft paper.

    Raises IllegalTransition unless the set is approved, Invalid while another decision is on its way.
    """
    with transaction.atomic(), locked(objective_set) as approved:
        require(policies.can_publish(acting, approved))
        _must_be_approved(approved)
        if approved.unit_id is not None:
            raise Invalid(_("Objectives of a unit come into force without a decision of their own."))
        if live(approved.paper) is not None:
            raise Invalid(_("A decision about these objectives is on its way already."))
        paper = paper_create(
            agency=approved.agency,
            kind=Kind.DECISION,
            purpose=PURPOSE,
            subject_key=str(approved.pk),
            content=papers.content(approved, signer),
            signer=signer,
            acting=acting,
        )
        changes = audit.apply(approved, paper=paper)
        audit.record("objectives.set.decision_prepared", approved, changes, acting=acting)
    return paper


def unit_set_start(objective_set: ObjectiveSet, *, acting: Person | None) -> ObjectiveSet:
    """Bring the approved objectives of a unit into force."""
    with transaction.atomic(), locked(objective_set) as approved:
        require(policies.can_reopen(acting, approved))
        _must_be_approved(approved)
        if approved.unit_id is None:
            raise Invalid(_("The agency's objectives come into force by a decision."))
        return set_enter_into_force(approved, on=clock.today(), acting=acting)


def _must_be_approved(objective_set: ObjectiveSet) -> None:
    if objective_set.state != SetState.APPROVED:
        raise IllegalTransition(
            _("Only approved objectives can be published; the present state is “%(state)s”.")
            % {"state": objective_set.get_state_display()}
        )
