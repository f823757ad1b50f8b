"""Workbooks with nonconformities, read into a preview."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.models import WorkbookPreview


class CaseImport(WorkbookPreview):
    """A list of nonconformities that may enter the register."""

    class Meta(WorkbookPreview.Meta):
        verbose_name = _("import of nonconformities")
        verbose_name_plural = _("imports of nonconformities")

    def get_absolute_url(self) -> str:
        """The page of the preview."""
        return reverse("audits:nc-import-preview", args=[self.pk])
