"""Access of one-stop systems to the interface: tokens of an agency, and the batches they sent."""

import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _

from dossiers.models.imports import DossierImport
from qms.models import Person
from qms.models.base import AgencyRecord


def token_digest(token: str) -> str:
    """What is kept of a token. It is long and random, so a plain digest cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


class ApiToken(AgencyRecord):
    """The right of one system to send dossiers of one agency; the token itself is shown once, never kept."""

    name = models.CharField(_("system"), max_length=120, help_text=_("The one-stop system that uses it."))
    prefix = models.CharField(_("begins with"), max_length=12)
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    created_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("created by")
    )
    last_used_at = models.DateTimeField(_("last used"), null=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    revoked_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("revoked by")
    )

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        ordering = ["revoked_at", "name"]

    def __str__(self) -> str:
        return self.name


class ApiBatch(AgencyRecord):
    """One batch under the key its sender gave it, with its answer: sent again, it is answered the same."""

    token = models.ForeignKey(
        ApiToken, on_delete=models.PROTECT, related_name="batches", verbose_name=_("access token")
    )
    key = models.CharField(_("idempotency key"), max_length=100)
    body_sha256 = models.CharField("SHA-256", max_length=64)
    status = models.PositiveSmallIntegerField(_("status"), default=0)
    answer = models.JSONField(_("answer"), default=dict)
    dossier_import = models.ForeignKey(
        DossierImport, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("import")
    )

    class Meta:
        verbose_name = _("batch of the interface")
        verbose_name_plural = _("batches of the interface")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "token", "key"], name="api_batch_key_unique")
        ]

    def __str__(self) -> str:
        return self.key
