"""Registers: what a unit, and with all its units the agency, says about its risks in a year."""

from django.db import models
from django.db.models import Q, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, NullIf
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from qms.models import AgencyRecord
from risks.models.risk import Risk
from risks.models.scale import RiskScale


class Register(AgencyRecord):
    """The register of a unit, or (without unit) of the agency, in one year and version.

    The rows of the agency's register are its own and those of the unit registers taken into it. What
    was approved is frozen in the rows; the digest is the SHA-256 of all of it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Being drawn up")
        SUBMITTED = "submitted", _("Waiting for confirmation")
        CONFIRMED = "confirmed", _("Confirmed by the unit head")
        CONSOLIDATED = "consolidated", _("Taken into the agency's register")
        APPROVED = "approved", _("Approved")
        SUPERSEDED = "superseded", _("Superseded")

    unit = models.ForeignKey(
        "qms.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="risk_registers",
        verbose_name=_("unit"),
    )
    year = models.PositiveSmallIntegerField(_("year"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    scale = models.ForeignKey(RiskScale, on_delete=models.PROTECT, related_name="+", verbose_name=_("scale"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("register of the agency"),
    )
    previous = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("carried on from"),
    )
    opened_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("opened by")
    )
    drafted_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("drafted by")
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True)
    confirmed_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    approved_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)
    return_note = models.TextField(_("reason of the return"), blank=True)
    decision = models.ForeignKey(
        "documents.Paper",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decision with the register"),
    )
    plan = models.ForeignKey(
        "documents.Paper",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("plan of treatment"),
    )
    digest = models.CharField(_("fingerprint of what was approved"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("register of risks and opportunities")
        verbose_name_plural = _("registers of risks and opportunities")
        ordering = ["-year", "unit__order", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "unit", "year", "version"],
                condition=Q(unit__isnull=False),
                name="unit_register_version",
            ),
            models.UniqueConstraint(
                fields=["agency", "year", "version"],
                condition=Q(unit=None),
                name="agency_register_version",
            ),
        ]
        indexes = [models.Index(fields=["agency", "year", "state"], name="register_by_year")]

    def __str__(self) -> str:
        name = self.unit.name if self.unit else self.agency.name
        text = _now("Register of risks and opportunities %(year)s, %(name)s") % {
            "year": self.year,
            "name": name,
        }
        return text if self.version == 1 else f"{text} ({_now('version')} {self.version})"

    def get_absolute_url(self) -> str:
        """The page of the register."""
        return reverse("risks:register-detail", args=[self.pk])

    @property
    def is_editable(self) -> bool:
        """Whether rows may still change."""
        return self.state == self.State.DRAFT

    @property
    def place(self) -> str:
        """The unit, or the whole agency."""
        return self.unit.label if self.unit else str(_("Whole agency"))


class RegisterRow(AgencyRecord):
    """A risk in a register: what the review decided about it, and after approval what was said then."""

    class Decision(models.TextChoices):
        UNDECIDED = "", _("Not reviewed yet")
        KEPT = "kept", _("Kept")
        CHANGED = "changed", _("Changed")
        DROPPED = "dropped", _("Dropped")
        NEW = "new", _("New")

    register = models.ForeignKey(
        Register, on_delete=models.PROTECT, related_name="rows", verbose_name=_("register")
    )
    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="rows", verbose_name=_("risk"))
    decision = models.CharField(
        _("decision"), max_length=8, choices=Decision.choices, blank=True, default=Decision.UNDECIDED
    )
    note = models.TextField(_("reason"), blank=True)
    data = models.JSONField(_("as approved"), default=dict)
    value = models.GeneratedField(
        # SQLite reads a null inside JSON as 0, which no score is.
        expression=NullIf(Cast(KT("data__value"), models.SmallIntegerField()), Value(0)),
        output_field=models.SmallIntegerField(null=True),
        db_persist=True,
        verbose_name=_("score"),
    )
    """The score in `data`, kept by the database, so that two years are compared without reading them."""

    class Meta:
        verbose_name = _("row of a register")
        verbose_name_plural = _("rows of registers")
        ordering = ["risk__kind", "risk__code"]
        constraints = [models.UniqueConstraint(fields=["register", "risk"], name="risk_once_in_register")]

    def __str__(self) -> str:
        return f"{self.register}: {self.risk.code}"
