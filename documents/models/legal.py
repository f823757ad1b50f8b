"""Legal bases as dated records: what is cited, since when it is in force, and what replaced it."""

import datetime as dt

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.models import AgencyRecord


class Decides(models.TextChoices):
    """What a decision of the agency that was made outside the portal settles here."""

    COMMITTEE = "committee", _("Who sits on the ISO committee")


class LegalBasis(AgencyRecord):
    """A legal text an agency cites. Its end and its successor are recorded, the row is never deleted."""

    kind = models.CharField(_("kind"), max_length=60, help_text=_("Such as Quyết định, Thông tư, Kế hoạch."))
    number = models.CharField(_("number and symbol"), max_length=80)
    issuer = models.CharField(_("issued by"), max_length=255)
    issued_on = models.DateField(_("issued on"))
    about = models.CharField(_("about"), max_length=600)
    in_force_from = models.DateField(_("in force from"), null=True, blank=True)
    expires_on = models.DateField(_("in force until"), null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("replaced by"),
    )
    decides = models.CharField(
        _("decides on"),
        max_length=20,
        choices=Decides.choices,
        blank=True,
        help_text=_("Only for a decision of the agency itself that the annual plan waits for."),
    )
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("legal basis")
        verbose_name_plural = _("legal bases")
        ordering = ["-issued_on", "number"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "number", "issued_on"], name="legal_basis_once"),
            models.CheckConstraint(
                condition=models.Q(decides__in=["", *Decides.values]), name="legal_basis_decides_known"
            ),
            models.CheckConstraint(
                condition=models.Q(expires_on__isnull=True)
                | models.Q(in_force_from__isnull=True)
                | models.Q(expires_on__gte=models.F("in_force_from")),
                name="legal_basis_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    @property
    def citation(self) -> str:
        """The complete first citation (Decree 30/2020, Article 8)."""
        day = f"{self.issued_on.day:02d}"
        month = f"{self.issued_on.month:02d}" if self.issued_on.month < 3 else str(self.issued_on.month)
        date = f"ngày {day} tháng {month} năm {self.issued_on.year}"
        return f"{self.kind} số {self.number} {date} của {self.issuer} {self.about}"

    def get_absolute_url(self) -> str:
        """The page of the basis."""
        return reverse("documents:basis-edit", args=[self.pk])

    def begun_by(self, day: dt.date) -> bool:
        """Whether it is in force already on a day."""
        return self.in_force_from is None or self.in_force_from <= day

    def ended_by(self, day: dt.date) -> bool:
        """Whether it is no longer in force on a day."""
        return self.expires_on is not None and self.expires_on < day
