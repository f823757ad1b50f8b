"""Signing keys of people and agencies. Secrets are encrypted at rest and never leave with an export."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qms.models import AgencyRecord


class SigningKey(AgencyRecord):
    """A key with its certificate: a person's, or the agency's own when `person` is empty.

    `container` holds a PKCS#12 file and `password` its password, each encrypted with the installation's
    field keys (qms/crypto.py).
    """

    class Backend(models.TextChoices):
        PKCS12 = "pkcs12", "PKCS#12"

    person = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="signing_keys",
        verbose_name=_("person"),
    )
    backend = models.CharField(_("kept in"), max_length=10, choices=Backend.choices, default=Backend.PKCS12)
    subject = models.CharField(_("certificate of"), max_length=255)
    issuer = models.CharField(_("certified by"), max_length=255)
    serial = models.CharField(_("serial number"), max_length=60)
    fingerprint = models.CharField(_("SHA-256 of the certificate"), max_length=64)
    valid_from = models.DateTimeField(_("valid from"))
    valid_to = models.DateTimeField(_("valid to"))
    certificate = models.TextField(_("certificate"))
    container = models.BinaryField(_("key file, encrypted"), editable=False)
    password = models.BinaryField(_("password, encrypted"), editable=False)
    image = models.ForeignKey(
        "qms.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("image of the signature or seal"),
    )
    is_trial = models.BooleanField(_("trial key without legal value"), default=False)
    retired_at = models.DateTimeField(_("no longer used since"), null=True, blank=True)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "person"],
                condition=Q(retired_at=None, person__isnull=False),
                name="one_key_per_person",
            ),
            models.UniqueConstraint(
                fields=["agency"],
                condition=Q(retired_at=None, person__isnull=True),
                name="one_key_per_agency",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    def covers(self, moment: dt.datetime) -> bool:
        """Whether the certificate is valid at a moment."""
        return self.valid_from <= moment <= self.valid_to
