"""Preparing, drafting and keeping declarations of conformity (domain J; RACI: secretariat, then the head)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audits import declarations as about
from audits import policies_improvement as policies
from audits.models import SelfDeclaration
from documents.content import Kind
from documents.models import Paper
from documents.selectors import live
from documents.services import paper_create
from qms import audit, clock, registry
from qms.exceptions import Invalid
from qms.models import Agency, Person
from qms.policies import require
from qms.workflow import locked

State = SelfDeclaration.State


def declaration_prepare(agency: Agency, *, activities: str, acting: Person | None) -> SelfDeclaration:
    """Begin a declaration for the scope of today; raises Invalid while another is being prepared."""
    today = clock.today()
    with transaction.atomic():
        require(policies.can_keep(acting, agency))
        if SelfDeclaration.objects.filter(agency=agency, state=State.PREPARING).exists():
            raise Invalid(_("A declaration is being prepared already."))
        scope = about.scope_of(agency, today)
        if scope.edition is None:
            raise Invalid(_("No edition of the standard is in force."))
        one: SelfDeclaration = SelfDeclaration.objects.create(
            agency=agency,
            year=today.year,
            activities=activities.strip(),
            drafted_by=acting,
            **_copied(agency),
        )
        audit.record("audits.declaration.prepared", one, {"year": (None, today.year)}, acting=acting)
    return one


def _copied(agency: Agency) -> dict[str, Any]:
    scope = about.scope_of(agency, clock.today())
    return {
        "edition": scope.edition,
        "exclusions": scope.exclusions,
        "procedures": scope.procedures,
        "internal": scope.internal,
        "review": about.review_for(agency, clock.today()),
    }


def declaration_refresh(
    one: SelfDeclaration, *, activities: str | None = None, acting: Person | None
) -> SelfDeclaration:
    """Copy the scope of today anew, while no paper is on its way."""
    with transaction.atomic(), locked(one) as one:
        require(policies.can_keep(acting, one))
        _open(one)
        words = one.activities if activities is None else activities.strip()
        changes = audit.apply(one, activities=words, year=clock.today().year, **_copied(one.agency))
        if changes:
            said = {name: (None, _("as of today")) for name in changes}
            audit.record("audits.declaration.changed", one, said, acting=acting)
    return one


def _open(one: SelfDeclaration) -> None:
    if one.state != State.PREPARING:
        raise Invalid(_("The declaration is no longer being prepared."))
    there = live(one.paper)
    if there is not None:
        raise Invalid(_("There is such a paper already: %(paper)s.") % {"paper": there.one_line})


def declaration_paper(one: SelfDeclaration, *, signer: Person | None, acting: Person | None) -> Paper:
    """Draft the paper; raises Invalid naming everything compulsory that does not exist yet."""
    today = clock.today()
    with transaction.atomic(), locked(one) as one:
        require(policies.can_keep(acting, one))
        _open(one)
        missing = [str(need.label) for need in about.needs_of(one.agency, today)
                   if need.compulsory and not need.met]  # fmt: skip
        if missing:
            raise Invalid(_("Not yet, this is missing: %(what)s.") % {"what": "; ".join(missing)})
        audit.apply(one, **_copied(one.agency))
        paper = paper_create(
            agency=one.agency,
            kind=Kind.DECLARATION,
            content=about.content(one, signer),
            acting=acting,
            purpose=about.PURPOSE,
            subject_key=str(one.pk),
            signer=signer,
        )
        changes = audit.apply(one, paper=paper)
        audit.record("audits.declaration.paper_drafted", one, changes, acting=acting)
    return paper


def declaration_enforce(paper: Paper, acting: Person | None) -> None:
    """The paper is issued: the declaration holds, the one before is replaced. In the issuing transaction."""
    today = paper.issued_on
    with locked(about.declaration_of(paper)) as one:
        for before in SelfDeclaration.objects.select_for_update().filter(
            agency=one.agency, state=State.IN_FORCE
        ):
            changes = audit.apply(before, state=State.REPLACED, ended_on=today)
            audit.record("audits.declaration.ended", before, changes, acting=acting, note=paper.reference)
        changes = audit.apply(one, state=State.IN_FORCE, in_force_from=today, paper=paper)
        audit.record("audits.declaration.made", one, changes, acting=acting, note=paper.reference)
    registry.fulfilment_changed(paper.agency)


def declaration_end(paper: Paper, acting: Person | None) -> None:
    """The paper was revoked: the declaration holds no longer."""
    with locked(about.declaration_of(paper)) as one:
        if one.state == State.IN_FORCE:
            changes = audit.apply(one, state=State.ENDED, ended_on=clock.today())
            audit.record("audits.declaration.ended", one, changes, acting=acting, note=paper.reference)
    registry.fulfilment_changed(paper.agency)
