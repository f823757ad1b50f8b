"""Needs for training and the plan of a year (7.2)."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qms.models import AgencyRecord
from training.models.requirements import Requirement, Topic


class TrainingNeed(AgencyRecord):
    """Something that has to be learned, and by whom: from a gap, a finding, a unit, a change of law."""

    class Origin(models.TextChoices):
        GAP = "gap", _("Gap in the matrix")
        RECORD = "record", _("Finding or other record")
        UNIT = "unit", _("Proposal of a unit")
        LAW = "law", _("New rules or tasks")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("training", "Open")
        PLANNED = "planned", pgettext_lazy("training", "In the plan")
        DECLINED = "declined", pgettext_lazy("training", "Not taken up")

    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    origin = models.CharField(_("origin"), max_length=8, choices=Origin.choices)
    title = models.CharField(_("what is to be learned"), max_length=255)
    reason = models.TextField(_("why"), blank=True)
    requirement = models.ForeignKey(
        Requirement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="needs",
        verbose_name=_("requirement of competence"),
    )
    unit = models.ForeignKey(
        "qms.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
    )
    people = models.ManyToManyField("qms.Person", blank=True, related_name="+", verbose_name=_("people"))
    source_label = models.CharField(_("comes from"), max_length=300, blank=True)
    source_url = models.CharField(_("address of the record"), max_length=300, blank=True)
    proposed_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    decline_reason = models.TextField(_("why it is not taken up"), blank=True)

    class Meta:
        verbose_name = _("training need")
        verbose_name_plural = _("training needs")
        ordering = ["-year", "-created_at"]
        indexes = [models.Index(fields=["agency", "year", "state"], name="training_need_by_year")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(decline_reason=""), name="need_declined_says_why"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the need."""
        return reverse("training:need-detail", args=[self.pk])


class TrainingPlan(AgencyRecord):
    """The training plan of a year; approved by somebody who did not draft it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Waiting for approval")
        APPROVED = "approved", _("Approved")

    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    purpose = models.TextField(_("purpose"), blank=True)
    drafted_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("drafted by")
    )
    return_note = models.TextField(_("why it was returned"), blank=True)
    approved_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    approved_on = models.DateField(_("approved on"), null=True)
    paper = models.ForeignKey(
        "documents.Paper",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("paper"),
    )

    class Meta:
        verbose_name = _("training plan")
        verbose_name_plural = _("training plans")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "year"], name="training_plan_once_a_year"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("drafted_by")),
                name="training_plan_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.year}"

    def get_absolute_url(self) -> str:
        """The page of the plan."""
        return reverse("training:plan-detail", args=[self.pk])


class PlanItem(AgencyRecord):
    """One training of a plan: what, for whom, when, at what cost; it answers needs."""

    plan = models.ForeignKey(
        TrainingPlan, on_delete=models.CASCADE, related_name="items", verbose_name=_("training plan")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    title = models.CharField(_("content of the training"), max_length=255)
    topic = models.CharField(_("topic"), max_length=10, choices=Topic.choices, default=Topic.POSITION)
    requirement = models.ForeignKey(
        Requirement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("requirement of competence"),
    )
    audience = models.CharField(_("for whom"), max_length=255)
    head_count = models.PositiveSmallIntegerField(_("number of people"), default=1)
    month = models.PositiveSmallIntegerField(_("month"))
    trainer = models.CharField(_("trainer"), max_length=160, blank=True)
    cost = models.PositiveBigIntegerField(_("cost (đồng)"), default=0)
    needs = models.ManyToManyField(TrainingNeed, blank=True, related_name="items", verbose_name=_("needs"))

    class Meta:
        verbose_name = _("item of a training plan")
        verbose_name_plural = _("items of training plans")
        ordering = ["month", "order", "created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="plan_item_month_in_year")
        ]

    def __str__(self) -> str:
        return self.title
