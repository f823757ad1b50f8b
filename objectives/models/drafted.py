"""What records that one person drafts and another approves have in common."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from qms.models import AgencyRecord


class DraftedRecord(AgencyRecord):
    """A record with the steps of its approval: who drafted, submitted and approved it, why it came back."""

    drafter = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("drafted by")
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    approver = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    return_reason = models.CharField(_("returned because"), max_length=1000, blank=True)

    class Meta:
        abstract = True


class InForceRecord(DraftedRecord):
    """A drafted record that a paper brings into force, and that ends some day."""

    in_force_from = models.DateField(_("in force from"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    end_reason = models.CharField(_("reason of the end"), max_length=1000, blank=True)

    class Meta:
        abstract = True
