"""What belongs to an item of an annual plan: who takes part, notes, evidence, and the import it came from."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from objectives.models.plans import MaintenancePlan, PlanItem
from objectives.models.table_rows import TableRows
from objectives.models.tasks import PartyKey, RoleGroup
from objectives.querysets import PlanScopedQuerySet
from qms.models import AgencyRecord


class _ItemRow(AgencyRecord):
    """A row that hangs on an item; the plan stands beside it for the scope."""

    plan = models.ForeignKey(
        MaintenancePlan, on_delete=models.CASCADE, related_name="+", verbose_name=_("annual plan")
    )

    objects: ClassVar = PlanScopedQuerySet.as_manager()

    class Meta:
        abstract = True


class PlanParty(PartyKey, _ItemRow):
    """A unit, a person or a group that leads an item or takes part in it."""

    class Part(models.TextChoices):
        LEAD = "lead", _("Leads")
        COORDINATE = "coordinate", _("Takes part")

    item = models.ForeignKey(
        PlanItem, on_delete=models.CASCADE, related_name="parties", verbose_name=_("item of a plan")
    )
    part = models.CharField(_("part"), max_length=10, choices=Part.choices)
    unit = models.ForeignKey(
        "qms.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
    )
    person = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    group = models.CharField(_("group"), max_length=20, choices=RoleGroup.choices, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("party to an item of a plan")
        verbose_name_plural = _("parties to items of plans")
        ordering = ["item", "-part", "order"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(unit__isnull=False, person__isnull=True, group="")
                    | Q(unit__isnull=True, person__isnull=False, group="")
                    | (Q(unit__isnull=True, person__isnull=True) & ~Q(group=""))
                ),
                name="plan_party_is_one_of_three",
            )
        ]

    @property
    def is_lead(self) -> bool:
        """Whether it leads (else it takes part)."""
        return self.part == self.Part.LEAD

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Whom it names, in short."""
        if self.group:
            return str(RoleGroup(self.group).label)
        return self.unit.label if self.unit else str(self.person)


class PlanNote(_ItemRow):
    """What somebody said about how far an item is; never edited."""

    item = models.ForeignKey(
        PlanItem, on_delete=models.CASCADE, related_name="notes", verbose_name=_("item of a plan")
    )
    person = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    on = models.DateField(_("day"))
    text = models.TextField(_("progress note"))
    progress = models.PositiveSmallIntegerField(_("progress in per cent"), null=True, blank=True)
    short = models.CharField(_("progress in words"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("progress note")
        verbose_name_plural = _("progress notes")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.text[:80]


class PlanEvidence(_ItemRow):
    """What shows that an item was done: a stored file, or a record of the portal by its address."""

    item = models.ForeignKey(
        PlanItem, on_delete=models.CASCADE, related_name="evidence", verbose_name=_("item of a plan")
    )
    file = models.ForeignKey(
        "qms.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("file"),
    )
    url = models.CharField(_("address in the portal"), max_length=300, blank=True)
    title = models.CharField(_("title"), max_length=500, blank=True)
    added_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("added by")
    )
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("evidence of an item")
        verbose_name_plural = _("evidence of items")
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(file__isnull=False, url="") | (Q(file__isnull=True) & ~Q(url="")),
                name="plan_evidence_file_or_record",
            )
        ]

    def __str__(self) -> str:
        return self.title or str(self.file)


class PlanImport(_ItemRow, TableRows):
    """A table from Word, Excel or the clipboard, looked at before it is taken over into a draft."""

    class Meta:
        verbose_name = _("table for a plan")
        verbose_name_plural = _("tables for plans")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The preview."""
        return reverse("objectives:plan-import", args=[self.pk])
