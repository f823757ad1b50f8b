"""Audit packs: the evidence of a day, by clause, as one file that can be handed over and verified (7.5)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.models import AgencyRecord


class AuditPack(AgencyRecord):
    """A pack somebody asked for: for which day and edition, by whom, and its file once it is built.

    A pack never changes: for another day, or after new records, another one is built.
    """

    class State(models.TextChoices):
        BUILDING = "building", _("Being built")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Not built")

    on = models.DateField(_("as of the day"))
    edition = models.ForeignKey(
        "qms.StandardEdition", on_delete=models.PROTECT, related_name="+", verbose_name=_("standard edition")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.BUILDING)
    sign = models.BooleanField(_("index signed with the agency's key"), default=False)
    made_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    signer_label = models.CharField(_("signed by"), max_length=255, blank=True)
    file = models.ForeignKey(
        "qms.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("file"),
    )
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, db_index=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    records = models.PositiveIntegerField(_("records"), default=0)
    files = models.PositiveIntegerField(_("files"), default=0)
    gaps = models.PositiveIntegerField(_("clauses without evidence"), default=0)
    built_at = models.DateTimeField(_("built at"), null=True, blank=True)
    reason = models.TextField(_("why it was not built"), blank=True)

    class Meta:
        verbose_name = _("audit pack")
        verbose_name_plural = _("audit packs")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["agency", "-created_at"], name="audit_pack_newest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="ready") | (Q(file__isnull=False, built_at__isnull=False) & ~Q(sha256="")),
                name="audit_pack_ready_has_file",
            ),
        ]

    def __str__(self) -> str:
        return _("Audit pack of %(day)s") % {"day": f"{self.on:%d/%m/%Y}"}

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("documents:pack", args=[self.pk])

    @property
    def chip(self) -> str:
        """The state as the design system names it."""
        return {"building": "running", "ready": "done", "failed": "failed"}[self.state]

    @property
    def file_name(self) -> str:
        """What a download is called."""
        return f"ho-so-danh-gia-{self.on:%Y-%m-%d}.zip"
