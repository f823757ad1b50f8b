"""Files kept by content: the same bytes are stored once per agency, never changed; workbooks to read in."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from qms.models.base import AgencyRecord


class StoredFile(AgencyRecord):
    """A file with its SHA-256. Written through `qms.files.store`, read through `qms.files.read`."""

    name = models.CharField(_("file name"), max_length=255)
    content_type = models.CharField(_("type"), max_length=120)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    file = models.FileField(_("file"), max_length=255)
    stored_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("stored by")
    )

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["agency", "sha256"], name="file_agency_hash")]

    def __str__(self) -> str:
        return self.name


class WorkbookPreview(AgencyRecord):
    """A workbook read into a preview, line by line; nothing enters a register before somebody says so."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("Preview")
        COMMITTED = "committed", _("Taken over")
        DISCARDED = "discarded", _("Discarded")

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("file"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PREVIEW)
    lines = models.JSONField(_("lines"), default=list)
    made_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by")
    )

    class Meta:
        abstract = True
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.file.name
