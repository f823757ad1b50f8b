"""Measurements: what was computed, when, from what; never changed, never deleted (9.1.1)."""

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from objectives import formulas, periods
from objectives.models.sets import STATUSES, Target
from objectives.querysets import TargetScopedQuerySet
from qms.models import AgencyRecord
from qms.models.audit import AppendOnly


class _Cell(AgencyRecord):
    """Which figure is meant: target, unit (none: the agency), period, formula.

    The keys have no indexes of their own: figures are asked for by agency and target together, and every
    index more is paid for with each of the hundreds of measurements an import brings.
    """

    agency = models.ForeignKey(
        "qms.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"), db_index=False
    )
    target = models.ForeignKey(
        Target,
        on_delete=models.PROTECT,
        related_name="%(class)ss",
        verbose_name=_("target"),
        db_index=False,
    )
    unit = models.ForeignKey(
        "qms.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
        db_index=False,
    )
    period = models.CharField(_("period"), max_length=8)
    formula = models.CharField(_("formula"), max_length=30)

    class Meta:
        abstract = True

    @property
    def span(self) -> periods.Period:
        """The period of the figure."""
        return periods.parse(self.period)


class MeasurementQuerySet(TargetScopedQuerySet):
    """Measurements are added, not changed."""

    def update(self, **values: Any) -> NoReturn:
        """Refused: a measurement is history."""
        raise AppendOnly("append-only")

    def delete(self) -> NoReturn:
        """Refused: a measurement is history."""
        raise AppendOnly("append-only")


class Measurement(_Cell):
    """One computed figure with all it rests on. A newer one stands beside it, never in its place."""

    formula_version = models.PositiveSmallIntegerField(_("version of the formula"))
    numerator = models.PositiveBigIntegerField(_("numerator"), null=True)
    denominator = models.PositiveBigIntegerField(_("denominator"), null=True)
    status = models.CharField(_("status"), max_length=20, choices=STATUSES)
    as_of = models.DateTimeField(_("as of"), null=True, help_text=_("Until when the facts are known."))
    facts_seq = models.PositiveBigIntegerField(
        _("state of the facts"), null=True, help_text=_("The last import the figure rests on.")
    )
    computed_at = models.DateTimeField(_("computed at"))
    job_ref = models.UUIDField(
        _("computed by"), null=True, help_text=_("The job; jobs themselves may be cleared away later.")
    )
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("before")
    )
    detail = models.JSONField(_("detail"), default=dict)

    objects: ClassVar = MeasurementQuerySet.as_manager()

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        ordering = ["-computed_at"]
        indexes = [
            models.Index(
                fields=["agency", "target", "period", "unit", "formula", "computed_at"],
                name="measurement_history",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(numerator__isnull=True, denominator__isnull=True)
                | Q(numerator__isnull=False, denominator__isnull=False),
                name="measurement_both_or_none",
            )
        ]

    def __str__(self) -> str:
        return f"{self.target.code} {self.period} {self.formula} {self.numerator}/{self.denominator}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise AppendOnly("append-only")

    @property
    def rule(self) -> formulas.Formula:
        """The formula it was computed by."""
        return formulas.get(self.formula, self.formula_version)


class Figure(_Cell):
    """The present measurement of a cell, and when it was last checked; a projection of the measurements."""

    measurement = models.OneToOneField(
        Measurement, on_delete=models.PROTECT, related_name="figure", verbose_name=_("measurement")
    )
    as_of = models.DateTimeField(_("as of"), null=True)
    facts_seq = models.PositiveBigIntegerField(_("state of the facts"), null=True)
    checked_at = models.DateTimeField(_("last computed at"))

    objects: ClassVar = TargetScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("present figure")
        verbose_name_plural = _("present figures")
        ordering = ["target", "period"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "target", "period", "formula"],
                condition=Q(unit__isnull=True),
                name="figure_of_agency_once",
            ),
            models.UniqueConstraint(
                fields=["agency", "target", "period", "formula", "unit"],
                condition=Q(unit__isnull=False),
                name="figure_of_unit_once",
            ),
        ]
        indexes = [models.Index(fields=["agency", "target", "period"], name="figure_cell")]

    def __str__(self) -> str:
        return f"{self.target.code} {self.period} {self.formula}"

    @property
    def numerator(self) -> int | None:
        """Of the present measurement."""
        return self.measurement.numerator

    @property
    def denominator(self) -> int | None:
        """Of the present measurement."""
        return self.measurement.denominator

    @property
    def status(self) -> str:
        """Of the present measurement."""
        return self.measurement.status
