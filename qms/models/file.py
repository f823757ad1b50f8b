"""Files kept by content: the same bytes are stored once per agency and never changed."""

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
