"""Tables from Word, Excel or the clipboard that wait to be taken over into a draft."""

from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from objectives.models.sets import ObjectiveSet
from objectives.querysets import SetScopedQuerySet
from qms.models import AgencyRecord


class TableRows(models.Model):
    """The rows of a table, where they begin and what its columns mean."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("Preview")
        TAKEN = "taken", _("Taken over")
        DISCARDED = "discarded", _("Discarded")

    name = models.CharField(_("file name"), max_length=255)
    rows = models.JSONField(_("rows"), default=list)
    start = models.PositiveSmallIntegerField(_("rows of the head"), default=1)
    columns = models.JSONField(_("columns"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PREVIEW)
    made_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )

    class Meta:
        abstract = True


class SetImport(AgencyRecord, TableRows):
    """A table of objectives, looked at before it is taken over into a draft set.

    `choices` keeps what people decided about single rows: the part each one is, and how a target is measured.
    """

    objective_set = models.ForeignKey(
        ObjectiveSet, on_delete=models.CASCADE, related_name="+", verbose_name=_("objective set")
    )
    choices = models.JSONField(_("choices about rows"), default=dict, blank=True)

    objects: ClassVar = SetScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("table for objectives")
        verbose_name_plural = _("tables for objectives")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["preview", "taken", "discarded"]), name="set_import_state"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The preview."""
        return reverse("objectives:set-import", args=[self.pk])
