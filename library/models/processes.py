"""Processes of the QMS and how they interact (4.4)."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.models import AgencyRecord


class Process(AgencyRecord):
    """A process: what goes in, what comes out, who answers for it, and how it is watched."""

    class Kind(models.TextChoices):
        MANAGEMENT = "management", _("Management processes")
        CORE = "core", _("Processes that serve citizens")
        SUPPORT = "support", _("Support processes")

    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("process"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    owner = models.ForeignKey(
        "qms.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit in charge"),
    )
    inputs = models.TextField(_("inputs"))
    outputs = models.TextField(_("outputs"))
    resources = models.TextField(_("resources and software"), blank=True)
    measures = models.TextField(_("how it is watched and measured"), blank=True)
    document = models.ForeignKey(
        "library.ControlledDocument",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="processes",
        verbose_name=_("document that describes it"),
    )
    clauses = models.ManyToManyField(
        "qms.Clause", blank=True, related_name="+", verbose_name=_("clauses of the standard")
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("process of the QMS")
        verbose_name_plural = _("processes of the QMS")
        ordering = ["kind", "code"]
        constraints = [models.UniqueConstraint(fields=["agency", "code"], name="process_code_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        """The map of the processes, at this one."""
        return f"{reverse('library:process-map')}#{self.code}"


class ProcessLink(AgencyRecord):
    """What one process hands to another."""

    source = models.ForeignKey(
        Process, on_delete=models.PROTECT, related_name="gives", verbose_name=_("from the process")
    )
    target = models.ForeignKey(
        Process, on_delete=models.PROTECT, related_name="receives", verbose_name=_("to the process")
    )
    what = models.CharField(_("what is handed over"), max_length=255)

    class Meta:
        verbose_name = _("interaction of processes")
        verbose_name_plural = _("interactions of processes")
        ordering = ["source", "target"]
        constraints = [
            models.UniqueConstraint(fields=["source", "target"], name="process_link_once"),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="process_link_between_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"
