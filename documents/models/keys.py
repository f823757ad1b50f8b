"""Signing keys of people and agencies. Secrets are encrypted at rest and never leave with an export."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qms.models import AgencyRecord


class SigningKey(AgencyRecord):
    """A key with its certificate: a person's, or the agency's own when `person` is empty.

    `container` holds a PKCS#12 file and `password` its password (or the PIN and access token of a module
    or service), each encrypted with the installation's field keys (qms/crypto.py). `place` says where the
    key is: module, token and label, or address and credential. A token at the desk leaves no secret here.
    """

    class Backend(models.TextChoices):
        PKCS12 = "pkcs12", _("Key file on the server (PKCS#12)")
        PKCS11 = "pkcs11", _("Hardware module at the server (PKCS#11)")
        CSC = "csc", _("Remote signing service (CSC API)")
        DESK = "desk", _("Token at the person's desk")

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
    chain = models.TextField(_("certificates of its authorities"), blank=True)
    place = models.JSONField(_("where the key is"), default=dict, blank=True)
    container = models.BinaryField(_("key file, encrypted"), editable=False, default=b"")
    password = models.BinaryField(_("password, encrypted"), editable=False, default=b"")
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

    @property
    def at_desk(self) -> bool:
        """Whether a person signs with it outside the portal."""
        return self.backend == self.Backend.DESK


class SignatureImage(AgencyRecord):
    """A person's handwritten signature, or the agency's seal (`person` empty), as an image from a day on."""

    person = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="signature_images",
        verbose_name=_("person"),
    )
    file = models.ForeignKey(
        "qms.StoredFile", on_delete=models.PROTECT, related_name="+", verbose_name=_("image")
    )
    valid_from = models.DateField(_("used from"))
    added_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("added by")
    )

    class Meta:
        verbose_name = _("image of a signature or seal")
        verbose_name_plural = _("images of signatures and seals")
        ordering = ["-valid_from", "-created_at"]
        indexes = [models.Index(fields=["agency", "person", "valid_from"], name="signature_image_since")]

    def __str__(self) -> str:
        return str(self.person or self.agency)


class TrustItem(AgencyRecord):
    """A certificate an agency trusts, or a revocation list it keeps; taken out by a date, never deleted."""

    class Kind(models.TextChoices):
        ROOT = "root", _("Trusted root")
        INTERMEDIATE = "intermediate", _("Intermediate certificate")
        LIST = "list", _("Revocation list")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    subject = models.CharField(_("of"), max_length=255)
    fingerprint = models.CharField("SHA-256", max_length=64)
    valid_from = models.DateTimeField(_("valid from"))
    valid_to = models.DateTimeField(_("valid to"), null=True, blank=True)
    content = models.TextField(_("content"))
    added_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("added by")
    )
    retired_at = models.DateTimeField(_("no longer used since"), null=True, blank=True)

    class Meta:
        verbose_name = _("trusted certificate")
        verbose_name_plural = _("trusted certificates")
        ordering = ["kind", "subject"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "fingerprint"], condition=Q(retired_at=None), name="trusted_once"
            )
        ]

    def __str__(self) -> str:
        return self.subject
