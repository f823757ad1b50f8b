"""Telling all staff about objectives, and who acknowledged them (6.2.1 f, 7.3)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from objectives.models.sets import ObjectiveSet
from objectives.querysets import SetScopedQuerySet
from qms.models import AgencyRecord


class SetCommunication(AgencyRecord):
    """The objectives of a set were made known to everyone they concern, once, until when to be read."""

    objective_set = models.OneToOneField(
        ObjectiveSet, on_delete=models.PROTECT, related_name="communication", verbose_name=_("objective set")
    )
    sent_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("sent by")
    )
    due = models.DateField(_("to be read until"))
    message = models.TextField(_("message"), blank=True)

    objects: ClassVar = SetScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("communication of objectives")
        verbose_name_plural = _("communications of objectives")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return str(self.objective_set)


class SetAcknowledgement(AgencyRecord):
    """A person says: I have read these objectives and know my part in them."""

    objective_set = models.ForeignKey(
        ObjectiveSet,
        on_delete=models.PROTECT,
        related_name="acknowledgements",
        verbose_name=_("objective set"),
    )
    person = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    at = models.DateTimeField(_("read at"))

    objects: ClassVar = SetScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("acknowledgement of objectives")
        verbose_name_plural = _("acknowledgements of objectives")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["objective_set", "person"], name="objectives_read_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.objective_set}"
