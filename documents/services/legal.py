"""Legal bases as dated records: added, corrected, ended by their successor; never deleted."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents import policies
from documents.models import LegalBasis
from qms import audit, search
from qms.exceptions import Invalid
from qms.models import Agency, Person
from qms.policies import ALLOW, require
from qms.registry import fulfilment_changed
from qms.workflow import locked


def basis_add(*, agency: Agency, acting: Person | None, **facts: Any) -> LegalBasis:
    """Add a legal text; refuses one that is there already."""
    require(policies.can_keep_wording(acting) if acting is not None else ALLOW)
    with transaction.atomic():
        _once(agency, facts["number"], facts["issued_on"], None)
        _fitting(agency, facts, None)
        basis: LegalBasis = LegalBasis.objects.create(agency=agency, **facts)
        audit.record("documents.basis.added", basis, {"number": ("", str(basis))}, acting=acting)
        basis_index(basis)
        fulfilment_changed(agency)
    return basis


def basis_change(basis: LegalBasis, *, acting: Person | None, **facts: Any) -> LegalBasis:
    """Correct the facts, or say when it ended and what replaced it. Issued papers keep what they cite."""
    with transaction.atomic(), locked(basis) as basis:
        require(policies.can_keep_wording(acting) if acting is not None else ALLOW)
        if acting is not None and acting.agency_id != basis.agency_id:
            raise Invalid(_("The legal basis belongs to another agency."))
        _once(
            basis.agency,
            facts.get("number", basis.number),
            facts.get("issued_on", basis.issued_on),
            basis,
        )
        _fitting(basis.agency, facts, basis)
        changes = audit.apply(basis, **facts)
        if changes:
            audit.record("documents.basis.changed", basis, changes, acting=acting)
            basis_index(basis)
            fulfilment_changed(basis.agency)
    return basis


def _once(agency: Agency, number: str, issued_on: Any, own: LegalBasis | None) -> None:
    rows = LegalBasis.objects.filter(agency=agency, number=number, issued_on=issued_on)
    if own is not None:
        rows = rows.exclude(pk=own.pk)
    if rows.exists():
        raise Invalid(_("This legal basis is on the list already."))


def _fitting(agency: Agency, facts: dict[str, Any], own: LegalBasis | None) -> None:
    start = facts.get("in_force_from", own.in_force_from if own else None)
    end = facts.get("expires_on", own.expires_on if own else None)
    if start and end and end < start:
        raise Invalid(_("It cannot end before it is in force."))
    successor = facts.get("replaced_by")
    if successor is None:
        return
    if successor.agency_id != agency.pk:
        raise Invalid(_("The legal basis belongs to another agency."))
    seen = {own.pk} if own is not None else set()
    key = successor.pk
    while key is not None:
        if key in seen:
            raise Invalid(_("A legal basis cannot be replaced by itself."))
        seen.add(key)
        key = LegalBasis.objects.values_list("replaced_by", flat=True).get(pk=key)


@search.indexer
def basis_index(basis: LegalBasis) -> None:
    """Make the basis findable by number and what it is about."""
    search.index(basis, title=str(basis), subtitle=basis.about[:120], text=basis.issuer)
