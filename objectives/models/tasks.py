"""Tasks that carry out an objective, and who leads or takes part in them (6.2.2)."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from objectives import timeframe
from objectives.models.sets import ObjectiveSet, QualityObjective, _SetPart
from objectives.querysets import SetScopedQuerySet
from qms.models import AgencyRecord


class RoleGroup(models.TextChoices):
    """Groups that lead or take part without being named one by one."""

    ALL_UNITS = "all_units", _("The divisions and units")
    PROCEDURE_UNITS = "procedure_units", _("The divisions and units with administrative procedures")
    COMMITTEE = "committee", _("ISO committee")
    STANDING_UNIT = "standing_unit", _("Standing unit of the ISO committee")
    AUDIT_TEAM = "audit_team", _("Internal audit team")
    ONE_STOP = "one_stop", _("One-stop desk")


class ImplementingTask(_SetPart):
    """A task; it may have sub-tasks, and a parent row may go without a lead of its own."""

    objective_set = models.ForeignKey(
        ObjectiveSet, on_delete=models.CASCADE, related_name="tasks", verbose_name=_("objective set")
    )
    objective = models.ForeignKey(
        QualityObjective, on_delete=models.CASCADE, related_name="tasks", verbose_name=_("objective")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="subtasks",
        verbose_name=_("part of"),
    )
    text = models.TextField(_("task"))
    method = models.TextField(_("method"), blank=True)
    time_text = models.CharField(
        _("time"), max_length=200, blank=True, help_text=_("As it is to be printed, such as “Quý II-III”.")
    )
    time_meaning = models.JSONField(_("time as understood"), default=dict, editable=False)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["objective_set", "objective__order", "order"]

    def __str__(self) -> str:
        return self.text

    @property
    def timeframe(self) -> timeframe.Timeframe:
        """The time in words and as understood."""
        return timeframe.from_json(self.time_text, self.time_meaning)

    @cached_property
    def leads(self) -> "list[TaskParty]":
        """Who leads; uses what was prefetched."""
        return [party for party in self.parties.all() if party.part == TaskParty.Part.LEAD]

    @cached_property
    def coordinators(self) -> "list[TaskParty]":
        """Who takes part; uses what was prefetched."""
        return [party for party in self.parties.all() if party.part == TaskParty.Part.COORDINATE]


class PartyKey:
    """How forms name a unit, a person or a group."""

    unit_id: Any
    person_id: Any
    group: Any

    @property
    def key(self) -> str:
        """The party with its kind in front."""
        if self.group:
            return f"group:{self.group}"
        return f"unit:{self.unit_id}" if self.unit_id else f"person:{self.person_id}"


class TaskParty(PartyKey, AgencyRecord):
    """A unit, a person or a group that leads a task or takes part in it."""

    class Part(models.TextChoices):
        LEAD = "lead", _("Leads")
        COORDINATE = "coordinate", _("Takes part")

    task = models.ForeignKey(
        ImplementingTask, on_delete=models.CASCADE, related_name="parties", verbose_name=_("task")
    )
    objective_set = models.ForeignKey(
        ObjectiveSet, on_delete=models.CASCADE, related_name="+", verbose_name=_("objective set")
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

    objects: ClassVar = SetScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("party to a task")
        verbose_name_plural = _("parties to tasks")
        ordering = ["task", "part", "order"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(unit__isnull=False, person__isnull=True, group="")
                    | Q(unit__isnull=True, person__isnull=False, group="")
                    | (Q(unit__isnull=True, person__isnull=True) & ~Q(group=""))
                ),
                name="party_is_one_of_three",
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Whom it names, as printed."""
        if self.group:
            return str(RoleGroup(self.group).label)
        return str(self.unit or self.person)
