"""Objective sets, objectives and targets (6.2.1)."""

from decimal import Decimal
from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from objectives import formulas, measure_types, periods
from objectives.models.drafted import InForceRecord
from objectives.querysets import ObjectiveSetQuerySet, SetScopedQuerySet, TargetScopedQuerySet
from qms.models import AgencyRecord


class SetState(models.TextChoices):
    """The life of an objective set."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    IN_FORCE = "in_force", _("In force")
    CLOSED = "closed", _("Figures closed")
    SUPERSEDED = "superseded", _("No longer in force")


WINDOW_RULES = [
    (periods.WindowRule.CALENDAR.value, _("Calendar months")),
    (periods.WindowRule.FIFTEENTH.value, _("From the 15th to the 14th (Decree 09/2019/NĐ-CP)")),
]
OPERATORS = [
    (formulas.Operator.AT_LEAST.value, _("at least (≥)")),
    (formulas.Operator.MORE.value, _("more than (>)")),
    (formulas.Operator.EXACTLY.value, _("exactly (=)")),
    (formulas.Operator.AT_MOST.value, _("at most (≤)")),
    (formulas.Operator.LESS.value, _("less than (<)")),
]
GRAINS = [
    (periods.Grain.MONTH.value, _("Month")),
    (periods.Grain.QUARTER.value, _("Quarter")),
    (periods.Grain.HALF.value, _("Half-year")),
    (periods.Grain.YEAR.value, _("Year")),
]
STATUSES = [
    (formulas.Status.ACHIEVED.value, _("Achieved")),
    (formulas.Status.NOT_ACHIEVED.value, _("Not achieved")),
    (formulas.Status.AT_RISK.value, _("At risk")),
    (formulas.Status.INSUFFICIENT_DATA.value, _("Insufficient data")),
    (formulas.Status.NO_OCCURRENCE.value, _("No occurrence")),
]


class ObjectiveSet(InForceRecord):
    """The quality objectives of an agency (or one of its units) for a year.

    What it says is edited only as a draft. Formulas, their versions and the window rule are frozen when it
    comes into force; of one agency or unit and year at most one set is in force.
    """

    unit = models.ForeignKey(
        "qms.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
        help_text=_("Empty: the whole agency."),
    )
    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("title"), max_length=300)
    state = models.CharField(_("state"), max_length=12, choices=SetState.choices, default=SetState.DRAFT)
    window_rule = models.CharField(
        _("reporting periods"),
        max_length=10,
        choices=WINDOW_RULES,
        default=periods.WindowRule.CALENDAR.value,
    )
    derives_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="derived",
        verbose_name=_("derives from"),
    )
    continues = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="continued_by",
        verbose_name=_("continues"),
        help_text=_("The set of the year before that this one was started from."),
    )
    submitted_by = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("submitted by"),
        help_text=_("For the objectives of a unit: who commits to them."),
    )

    paper = models.ForeignKey(
        "documents.Paper",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decision"),
        help_text=_("The paper that brings the set into force."),
    )

    objects: ClassVar = ObjectiveSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("objective set")
        verbose_name_plural = _("objective sets")
        ordering = ["-year", "unit__order", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year"],
                condition=Q(state="in_force", unit__isnull=True),
                name="one_agency_set_in_force",
            ),
            models.UniqueConstraint(
                fields=["agency", "unit", "year"],
                condition=Q(state="in_force", unit__isnull=False),
                name="one_unit_set_in_force",
            ),
            models.UniqueConstraint(
                fields=["continues"], condition=Q(continues__isnull=False), name="set_continued_once"
            ),
        ]
        indexes = [models.Index(fields=["agency", "year", "state"], name="set_agency_year")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the set."""
        return reverse("objectives:set", args=[self.pk])

    @property
    def owner_label(self) -> str:
        """Whose objectives they are: the unit's short name, or the agency's."""
        return self.unit.label if self.unit is not None else self.agency.short_name or self.agency.name

    @property
    def is_draft(self) -> bool:
        """Whether what it says may still change."""
        return self.state == SetState.DRAFT

    @property
    def is_published(self) -> bool:
        """Whether it is, or once was, in force."""
        return self.state in {SetState.IN_FORCE, SetState.CLOSED, SetState.SUPERSEDED}


class SetBasis(AgencyRecord):
    """A legal text or an earlier paper the decision rests on, in the order it is cited."""

    class Kind(models.TextChoices):
        BASIS = "basis", _("Pursuant to")
        IMPLEMENTING = "implementing", _("Carrying out")

    objective_set = models.ForeignKey(
        ObjectiveSet, on_delete=models.CASCADE, related_name="bases", verbose_name=_("objective set")
    )
    legal_basis = models.ForeignKey(
        "documents.LegalBasis", on_delete=models.PROTECT, related_name="+", verbose_name=_("legal basis")
    )
    kind = models.CharField(_("cited as"), max_length=14, choices=Kind.choices, default=Kind.BASIS)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects: ClassVar = SetScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("basis of a decision")
        verbose_name_plural = _("bases of decisions")
        ordering = ["objective_set", "order"]
        constraints = [
            models.UniqueConstraint(fields=["objective_set", "legal_basis"], name="basis_cited_once")
        ]

    def __str__(self) -> str:
        return str(self.legal_basis)


class _SetPart(AgencyRecord):
    """A part of an objective set, in its order."""

    order = models.PositiveSmallIntegerField(_("order"), default=0)
    origin = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="%(class)s_heirs",
        verbose_name=_("taken over from"),
        help_text=_("The same part in the set of the year before."),
    )

    objects: ClassVar = SetScopedQuerySet.as_manager()

    class Meta:
        abstract = True


class QualityObjective(_SetPart):
    """An objective: a statement that its targets make measurable."""

    objective_set = models.ForeignKey(
        ObjectiveSet,
        on_delete=models.CASCADE,
        related_name="objectives",
        verbose_name=_("objective set"),
    )
    number = models.CharField(_("number"), max_length=10)
    text = models.TextField(_("objective"))
    plan_text = models.TextField(
        _("wording in the plan table"),
        blank=True,
        help_text=_("Only when the plan words it differently; the portal warns about that."),
    )

    class Meta:
        verbose_name = _("quality objective")
        verbose_name_plural = _("quality objectives")
        ordering = ["objective_set", "order", "number"]
        constraints = [
            models.UniqueConstraint(fields=["objective_set", "number"], name="objective_number_unique")
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"


class Target(_SetPart):
    """A figure an objective is measured by: exact, with a formula that freezes on publication."""

    class Commitment(models.TextChoices):
        MANDATORY = "mandatory", _("Mandatory")
        STRIVEN = "striven", _("Striven for")

    class Aggregation(models.TextChoices):
        SUM = "sum", _("Cases of each period, added up")
        LATEST = "latest", _("State at the end of the period")

    objective_set = models.ForeignKey(
        ObjectiveSet, on_delete=models.CASCADE, related_name="targets", verbose_name=_("objective set")
    )
    objective = models.ForeignKey(
        QualityObjective, on_delete=models.CASCADE, related_name="targets", verbose_name=_("objective")
    )
    code = models.CharField(_("code"), max_length=10)
    text = models.TextField(_("target"))
    label = models.CharField(
        _("short label"), max_length=40, blank=True, help_text=_("Two or three words, for narrow tables.")
    )
    operator = models.CharField(
        _("comparison"), max_length=2, choices=OPERATORS, default=formulas.Operator.AT_LEAST.value
    )
    figure = models.DecimalField(
        _("figure"), max_digits=9, decimal_places=3, validators=[MinValueValidator(Decimal(0))]
    )
    planned = models.PositiveIntegerField(
        _("planned number"),
        null=True,
        blank=True,
        help_text=_("For a count: how many in the year; the figure is then 100 per cent of it."),
    )
    measure_unit = models.CharField(_("unit of measure"), max_length=40, default="%")
    formula = models.CharField(_("formula"), max_length=30)
    formula_version = models.PositiveSmallIntegerField(
        _("version of the formula"), null=True, blank=True, help_text=_("Frozen when published.")
    )
    cadence = models.CharField(
        _("reported by the units every"),
        max_length=8,
        choices=GRAINS,
        default=periods.Grain.QUARTER.value,
    )
    aggregation = models.CharField(
        _("what a unit enters"), max_length=8, choices=Aggregation.choices, default=Aggregation.SUM
    )
    commitment = models.CharField(
        _("commitment"), max_length=10, choices=Commitment.choices, default=Commitment.MANDATORY
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="carried_by",
        verbose_name=_("derives from"),
        help_text=_("The target of the agency that this target of a unit carries."),
    )
    figure_reason = models.CharField(
        _("why this figure"),
        max_length=500,
        blank=True,
        help_text=_("How the figure was proposed from the result of the year before."),
    )
    scope_text = models.CharField(_("scope"), max_length=500, blank=True)
    exclusion_text = models.CharField(_("not counted"), max_length=500, blank=True)
    units = models.ManyToManyField(
        "qms.OrgUnit",
        through="objectives.TargetUnit",
        related_name="+",
        verbose_name=_("units that report"),
    )

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["objective_set", "objective__order", "order", "code"]
        constraints = [
            models.UniqueConstraint(fields=["objective_set", "code"], name="target_code_unique"),
            models.CheckConstraint(
                condition=Q(formula=measure_types.COUNT, planned__gte=1)
                | (~Q(formula=measure_types.COUNT) & Q(planned__isnull=True)),
                name="target_count_is_planned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}. {self.text}"

    def get_absolute_url(self) -> str:
        """The page of the target with its figures."""
        return reverse("objectives:target", args=[self.pk])

    @property
    def rule(self) -> formulas.Formula:
        """The formula in its frozen version, in its newest as long as nothing is frozen."""
        return formulas.get(self.formula, self.formula_version)

    @property
    def companion(self) -> formulas.Formula | None:
        """The stricter formula shown beside the official one."""
        return formulas.get(self.rule.companion) if self.rule.companion else None

    def reports(self, period: periods.Period) -> bool:
        """Whether it has figures for a period: units report no shorter ones than its own."""
        grain = periods.Grain(self.cadence)
        return not self.is_manual or periods.MONTHS_IN[period.grain] >= periods.MONTHS_IN[grain]

    @property
    def is_rate(self) -> bool:
        """Whether its figure is a share people choose, not a count, a milestone or a grade."""
        return self.formula not in measure_types.TYPES

    @property
    def is_manual(self) -> bool:
        """Whether units enter its numbers."""
        return self.rule.source is formulas.Source.MANUAL


class TargetUnit(AgencyRecord):
    """A unit that reports the numbers of a manual target."""

    target = models.ForeignKey(
        Target, on_delete=models.CASCADE, related_name="reporting", verbose_name=_("target")
    )
    unit = models.ForeignKey(
        "qms.OrgUnit", on_delete=models.PROTECT, related_name="+", verbose_name=_("unit")
    )

    objects: ClassVar = TargetScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("reporting unit")
        verbose_name_plural = _("reporting units")
        ordering = ["target", "unit__order"]
        constraints = [models.UniqueConstraint(fields=["target", "unit"], name="unit_reports_once")]

    def __str__(self) -> str:
        return f"{self.target.code}: {self.unit}"
