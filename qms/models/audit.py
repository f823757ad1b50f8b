"""The audit trail: who did what, when, before and after. Append-only in Python and in the database."""

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from qms.models.base import AgencyQuerySet, uuid7


class AppendOnly(Exception):
    """Somebody tried to change or delete what may only be added to."""


class AppendOnlyQuerySet(AgencyQuerySet):
    """Refuses updates and deletions in Python; a database trigger refuses them too."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise AppendOnly("append-only")

    def delete(self) -> NoReturn:
        """Refused."""
        raise AppendOnly("append-only")


class AuditEntry(models.Model):
    """One event. Names are frozen beside the keys, so that it still reads right in ten years."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(_("at"), db_index=True)
    agency = models.ForeignKey(
        "qms.Agency", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("agency")
    )
    actor = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    on_behalf_of = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("on behalf of"),
        help_text=_("Whoever delegated the role that the act rested on."),
    )
    actor_label = models.CharField(_("who"), max_length=200)
    verb = models.CharField(_("what"), max_length=80, db_index=True)
    subject_kind = models.CharField(_("kind of record"), max_length=80)
    subject_id = models.CharField(_("record"), max_length=40)
    subject_label = models.CharField(_("record"), max_length=300)
    changes = models.JSONField(_("changes"), default=dict)
    note = models.TextField(_("note"), blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    job_id = models.CharField(_("job"), max_length=40, blank=True)
    ip = models.GenericIPAddressField(_("address"), null=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["agency", "-at"], name="audit_agency_at"),
            models.Index(fields=["subject_kind", "subject_id"], name="audit_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M} {self.actor_label}: {self.verb}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise AppendOnly("append-only")


class AuditSeal(models.Model):
    """A seal over a stretch of the trail: the fingerprint of each entry, chained with the seal before.

    Whoever changes, removes or slips in an entry afterwards breaks the seal; `manage.py verify_audit`
    says which entry. Append-only like the trail.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agency = models.ForeignKey(
        "qms.Agency", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("agency")
    )
    number = models.PositiveIntegerField(_("number"))
    scheme = models.PositiveSmallIntegerField(_("way of sealing"), default=1)
    sealed_at = models.DateTimeField(_("sealed at"))
    up_to_at = models.DateTimeField(_("last entry at"))
    up_to_id = models.UUIDField(_("last entry"))
    count = models.PositiveIntegerField(_("entries"))
    entries = models.JSONField(_("fingerprints"))
    previous = models.CharField(_("seal before"), max_length=64, blank=True)
    digest = models.CharField("SHA-256", max_length=64)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("seal of the audit trail")
        verbose_name_plural = _("seals of the audit trail")
        ordering = ["agency", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "number"], name="audit_seal_number"),
            models.UniqueConstraint(
                fields=["number"], condition=models.Q(agency__isnull=True), name="audit_seal_number_portal"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.digest[:12]}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise AppendOnly("append-only")
