"""The agency's scale for risks and opportunities: data with versions, never edited (6.1)."""

from functools import cached_property

from django.db import models
from django.utils.translation import gettext_lazy as _

from qms.models import AgencyRecord
from risks import matrix


class RiskScale(AgencyRecord):
    """One version of the scale: levels, words and bands. A change is a new version, so every score
    keeps the scale it was given on."""

    version = models.PositiveSmallIntegerField(_("version"))
    label = models.CharField(_("name"), max_length=120)
    data = models.JSONField(_("levels and bands"))
    valid_from = models.DateField(_("valid from"))
    document = models.CharField(_("decided by"), max_length=255, blank=True)
    made_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("changed by")
    )

    class Meta:
        verbose_name = _("scale of risks")
        verbose_name_plural = _("scales of risks")
        ordering = ["agency", "-version"]
        constraints = [models.UniqueConstraint(fields=["agency", "version"], name="risk_scale_version")]

    def __str__(self) -> str:
        return f"{self.label} ({self.version})"

    @cached_property
    def scale(self) -> matrix.Scale:
        """The scale for computing."""
        return matrix.scale_of(self.data)
