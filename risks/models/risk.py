"""Risks and opportunities, where they come from, and the line of their scores (6.1)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qms.models import AgencyRecord
from qms.models.audit import AppendOnlyQuerySet
from risks import matrix
from risks.models.scale import RiskScale


class LevelClass(models.TextChoices):
    """What a level means whatever the agency calls it; the words on the page come from the scale."""

    LOW = "low", _("Low")
    MEDIUM = "medium", pgettext_lazy("risk level", "Medium")
    HIGH = "high", _("High")
    VERY_HIGH = "very_high", _("Very high")


class Risk(AgencyRecord):
    """One risk or opportunity through the years.

    It lives on between reviews; what a register said about it is frozen in the register's row. The
    figures beside the levels repeat the newest scores, so that ten thousand rows sort in the database.
    """

    class Kind(models.TextChoices):
        RISK = "risk", _("Risk")
        OPPORTUNITY = "opportunity", _("Opportunity")

    class State(models.TextChoices):
        DRAFT = "draft", _("Not yet approved")
        OPEN = "open", _("Followed up")
        CLOSED = "closed", _("Dropped")

    class Treatment(models.TextChoices):
        AVOID = "avoid", _("Avoid")
        REDUCE = "reduce", _("Reduce")
        SHARE = "share", _("Transfer or share")
        ACCEPT = "accept", _("Accept")

    class Effectiveness(models.TextChoices):
        NONE = "", _("Not judged yet")
        EFFECTIVE = "effective", _("Effective")
        INEFFECTIVE = "ineffective", _("Not effective")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    code = models.CharField(_("code"), max_length=40)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT)
    unit = models.ForeignKey(
        "qms.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="risks",
        verbose_name=_("unit"),
        help_text=_("Empty: the whole agency."),
    )
    process = models.CharField(_("process or procedure"), max_length=255)
    procedure = models.ForeignKey(
        "dossiers.Procedure",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("administrative procedure"),
    )
    clause = models.ForeignKey(
        "qms.Clause",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("clause"),
    )
    event = models.TextField(_("event"))
    cause = models.TextField(_("cause"), blank=True)
    consequence = models.TextField(_("consequence"), blank=True)
    controls = models.TextField(_("present controls"), blank=True)
    owner = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="risks_owned",
        verbose_name=_("owner"),
    )
    treatment = models.CharField(_("treatment"), max_length=8, choices=Treatment.choices, blank=True)
    pursue = models.BooleanField(_("pursue"), null=True, blank=True)
    treatment_reason = models.TextField(_("reason of the choice"), blank=True)
    accepted_until = models.DateField(_("accepted until"), null=True, blank=True)

    scale = models.ForeignKey(
        RiskScale, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("scale")
    )
    before_first = models.PositiveSmallIntegerField(_("likelihood"), null=True)
    before_second = models.PositiveSmallIntegerField(_("severity"), null=True)
    before_value = models.PositiveSmallIntegerField(_("score"), null=True)
    before_level = models.CharField(_("level"), max_length=10, choices=LevelClass.choices, blank=True)
    after_first = models.PositiveSmallIntegerField(_("remaining likelihood"), null=True)
    after_second = models.PositiveSmallIntegerField(_("remaining severity"), null=True)
    after_value = models.PositiveSmallIntegerField(_("remaining score"), null=True)
    after_level = models.CharField(
        _("remaining level"), max_length=10, choices=LevelClass.choices, blank=True
    )
    value = models.PositiveSmallIntegerField(_("present score"), null=True)
    level = models.CharField(_("present level"), max_length=10, choices=LevelClass.choices, blank=True)
    approved_value = models.PositiveSmallIntegerField(_("score at the last review"), null=True)
    approved_level = models.CharField(
        _("level at the last review"), max_length=10, choices=LevelClass.choices, blank=True
    )
    effectiveness = models.CharField(
        _("effectiveness"), max_length=12, choices=Effectiveness.choices, blank=True, default=""
    )

    next_review_on = models.DateField(_("next review"), null=True, blank=True)
    reviewed_on = models.DateField(_("last reviewed on"), null=True)
    closed_on = models.DateField(_("dropped on"), null=True)
    closed_reason = models.TextField(_("reason for dropping"), blank=True)
    drafted_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("drafted by")
    )
    copied_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="copies",
        verbose_name=_("copied from"),
    )

    class Meta:
        verbose_name = _("risk or opportunity")
        verbose_name_plural = _("risks and opportunities")
        ordering = [F("value").desc(nulls_last=True), "code"]
        constraints = [models.UniqueConstraint(fields=["agency", "code"], name="risk_code_unique")]
        indexes = [
            models.Index(fields=["agency", "kind", "state", "-value", "code"], name="risk_by_value"),
            models.Index(fields=["agency", "state", "unit"], name="risk_by_unit"),
            models.Index(fields=["agency", "state", "next_review_on"], name="risk_by_review"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.event}"[:200]

    def get_absolute_url(self) -> str:
        """The page of the risk or opportunity."""
        return reverse("risks:risk-detail", args=[self.pk])

    @property
    def is_risk(self) -> bool:
        """Whether it is a risk (else an opportunity)."""
        return self.kind == self.Kind.RISK

    @property
    def is_opportunity(self) -> bool:
        """Whether it is an opportunity."""
        return self.kind == self.Kind.OPPORTUNITY

    @property
    def place(self) -> str:
        """The unit it belongs to, or the whole agency."""
        return self.unit.label if self.unit else str(_("Whole agency"))

    @property
    def movement(self) -> str:
        """How the score moved since the last approved review: new, up, down, same, unknown."""
        return matrix.movement(self.approved_value, self.value)


class RiskSource(AgencyRecord):
    """Where a risk or opportunity comes from. The label is kept as it was, whatever becomes of the source."""

    class Kind(models.TextChoices):
        ISSUE = "issue", _("Context issue")
        PARTY = "party", _("Interested party")
        OBJECTIVE = "objective", _("Quality objective")
        NONCONFORMITY = "nonconformity", _("Nonconformity")
        COMPLAINT = "complaint", _("Complaint or proposal")
        DOSSIERS = "dossiers", _("Cluster of dossiers")
        LEGAL = "legal", _("Legal basis")
        CHANGE = "change", _("Planned change")
        UNIT = "unit", _("Change of units")
        OTHER = "other", _("Other")

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="sources", verbose_name=_("risk"))
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    label = models.CharField(_("source"), max_length=300)
    url = models.CharField(_("address"), max_length=300, blank=True)
    issue = models.ForeignKey(
        "risks.ContextIssue",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="risk_sources",
        verbose_name=_("issue"),
    )
    party = models.ForeignKey(
        "risks.InterestedParty",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="risk_sources",
        verbose_name=_("interested party"),
    )
    target = models.ForeignKey(
        "objectives.Target",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("target"),
    )
    change = models.ForeignKey(
        "risks.PlannedChange",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="risk_sources",
        verbose_name=_("planned change"),
    )

    class Meta:
        verbose_name = _("source of a risk")
        verbose_name_plural = _("sources of risks")
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.label}"


class RiskScore(AgencyRecord):
    """One scoring on one version of the scale. Append-only: the scores of a risk are a line in time."""

    class Phase(models.TextChoices):
        BEFORE = "before", _("Before treatment")
        AFTER = "after", _("After treatment")

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="scores", verbose_name=_("risk"))
    phase = models.CharField(_("phase"), max_length=6, choices=Phase.choices)
    scale = models.ForeignKey(RiskScale, on_delete=models.PROTECT, related_name="+", verbose_name=_("scale"))
    first = models.PositiveSmallIntegerField(_("likelihood"))
    second = models.PositiveSmallIntegerField(_("severity"))
    value = models.PositiveSmallIntegerField(_("score"))
    level = models.CharField(_("level"), max_length=10, choices=LevelClass.choices)
    level_label = models.CharField(_("level in words"), max_length=80)
    note = models.TextField(_("grounds"), blank=True)
    on = models.DateField(_("scored on"))
    by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("scored by")
    )

    objects: ClassVar = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["-on", "-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(value=F("first") * F("second")), name="risk_score_is_product")
        ]

    def __str__(self) -> str:
        return f"{self.first} × {self.second} = {self.value} ({self.level_label})"


class RiskAcceptance(AgencyRecord):
    """A leader's decision to live with a risk for a time; it expires by itself."""

    risk = models.ForeignKey(
        Risk, on_delete=models.PROTECT, related_name="acceptances", verbose_name=_("risk")
    )
    value = models.PositiveSmallIntegerField(_("score"))
    level_label = models.CharField(_("level in words"), max_length=80)
    reason = models.TextField(_("reason"))
    accepted_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("accepted by")
    )
    accepted_on = models.DateField(_("accepted on"))
    until = models.DateField(_("accepted until"))

    class Meta:
        verbose_name = _("acceptance of a risk")
        verbose_name_plural = _("acceptances of risks")
        ordering = ["-accepted_on", "-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("accepted_on")), name="acceptance_dates_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.risk.code}: {self.accepted_by} ({self.until:%d/%m/%Y})"
