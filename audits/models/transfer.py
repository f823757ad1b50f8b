"""Workbooks with nonconformities, read into a preview."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.models import AgencyRecord


class CaseImport(AgencyRecord):
    """A workbook read into a preview; nothing enters the register before somebody says so."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("Preview")
        COMMITTED = "committed", _("Taken over")
        DISCARDED = "discarded", _("Discarded")

    file = models.ForeignKey(
        "qms.StoredFile", on_delete=models.PROTECT, related_name="+", verbose_name=_("file")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PREVIEW)
    lines = models.JSONField(_("lines"), default=list)
    made_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by")
    )

    class Meta:
        verbose_name = _("import of nonconformities")
        verbose_name_plural = _("imports of nonconformities")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.file.name

    def get_absolute_url(self) -> str:
        """The page of the preview."""
        return reverse("audits:nc-import-preview", args=[self.pk])
