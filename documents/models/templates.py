"""Templates of papers: an agency's own wording, dated, so that a paper shows which wording it began with."""

import datetime as dt
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents.models.papers import KIND_CHOICES
from qms.models import AgencyRecord


class PaperTemplate(AgencyRecord):
    """The wording of a template from a day on. A later row of the same key takes its place.

    `content` is that of a paper with fields such as `{{year}}` in its texts. `key` is that of a template
    the portal brings along (documents/wording.py), or one of the agency's own.
    """

    key = models.CharField(_("key"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=KIND_CHOICES)
    name = models.CharField(_("name"), max_length=200)
    content = models.JSONField(_("content"))
    valid_from = models.DateField(_("used from"))
    retired = models.BooleanField(_("no longer offered"), default=False)

    class Meta:
        verbose_name = _("template of papers")
        verbose_name_plural = _("templates of papers")
        ordering = ["kind", "name", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "key", "valid_from"], name="paper_template_once_a_day")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the template."""
        return reverse("documents:template-edit", args=[self.key])

    def serves(self, day: dt.date) -> bool:
        """Whether it is used on a day, later rows aside."""
        return bool(self.valid_from <= day)

    @property
    def plain(self) -> dict[str, Any]:
        """The content as plain data of its own."""
        return dict(self.content)
