"""What every record has: an identity that holds across installations, and its agency."""

import secrets
import time
import uuid
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from qms.models.people import Person


def uuid7() -> uuid.UUID:
    """A time-ordered UUID (RFC 9562 version 7), so that new rows land at the end of the index."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & 0xFFFFFFFFFFFF) << 80 | 0x7 << 76
    value |= secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return uuid.UUID(int=value)


class Record(models.Model):
    """A row with a UUIDv7 key: agencies can be exported, merged and restored without renumbering."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        abstract = True


class AgencyQuerySet(models.QuerySet[Any]):
    """Rows of agencies; the default scope is the person's own agency."""

    def visible_to(self, person: "Person | None") -> Self:
        """The rows a person may see; nobody sees another agency's rows."""
        if person is None:
            return self.none()
        return self.filter(agency_id=person.agency_id)


class AgencyRecord(Record):
    """A row that belongs to exactly one agency; the agency is part of every hot query."""

    agency = models.ForeignKey(
        "qms.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
    )

    objects = AgencyQuerySet.as_manager()

    class Meta:
        abstract = True
