"""Read and understood, per person and version; the rate comes from these rows alone (7.3, 7.5.3)."""

from django.db import transaction
from django.utils.translation import gettext as _

from library import policies
from library.models import DocumentVersion, Reading
from qms import audit, clock
from qms.exceptions import Invalid
from qms.models import Person
from qms.policies import deny, require


def version_read(version: DocumentVersion, *, acting: Person) -> Reading:
    """Keep that a person read and understood an approved version that still holds; once is enough."""
    with transaction.atomic():
        require(policies.insider(acting))
        if acting.agency_id != version.agency_id:
            require(deny(_("This record belongs to another agency.")))
        current: DocumentVersion = DocumentVersion.objects.dated().get(pk=version.pk)
        if current.status_on(clock.today()) not in {"approved", "active"}:
            raise Invalid(_("Only a version that is or will be in force is acknowledged."))
        row, is_new = Reading.objects.get_or_create(
            version=current,
            person=acting,
            defaults={
                "agency_id": current.agency_id,
                "read_at": clock.now(),
                "content_hash": current.content_hash,
            },
        )
        if is_new:
            audit.record("library.version.read", current, acting=acting)
    return row
