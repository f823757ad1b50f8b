"""What the portal noticed by itself, and the stock of typical risks."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qms.models import AgencyRecord, WorkbookPreview
from risks.models.risk import Risk, RiskSource


class Suggestion(AgencyRecord):
    """A risk or opportunity somebody should look at, with the reason. Dismissing keeps why."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for a decision")
        ACCEPTED = "accepted", _("Accepted")
        DISMISSED = "dismissed", _("Dismissed")
        OBSOLETE = "obsolete", _("No longer holds")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    provider = models.CharField(_("found by"), max_length=40)
    key = models.CharField(_("key"), max_length=160)
    kind = models.CharField(_("kind"), max_length=12, choices=Risk.Kind.choices, default=Risk.Kind.RISK)
    source_kind = models.CharField(_("source"), max_length=14, choices=RiskSource.Kind.choices)
    title = models.CharField(_("suggestion"), max_length=300)
    reason = models.TextField(_("reason"))
    url = models.CharField(_("address"), max_length=300, blank=True)
    unit = models.ForeignKey(
        "qms.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        related_name="risk_suggestions",
        verbose_name=_("unit"),
    )
    draft = models.JSONField(_("proposed entry"), default=dict)
    seen_on = models.DateField(_("last seen on"))
    decided_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who decided")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision_note = models.TextField(_("reason of the decision"), blank=True)
    risk = models.ForeignKey(
        Risk, on_delete=models.PROTECT, null=True, related_name="suggestions", verbose_name=_("risk")
    )

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ["-seen_on", "-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "key"], name="suggestion_once"),
            models.CheckConstraint(
                condition=~Q(state="dismissed") | ~Q(decision_note=""), name="dismissal_has_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["agency", "state", "unit"], name="suggestion_open")]

    def __str__(self) -> str:
        return self.title


class LibraryRisk(AgencyRecord):
    """A typical risk or opportunity that a unit may take into its register as a starting point."""

    code = models.SlugField(_("code"), max_length=60)
    kind = models.CharField(_("kind"), max_length=12, choices=Risk.Kind.choices)
    group = models.CharField(_("group"), max_length=120)
    process = models.CharField(_("process or procedure"), max_length=255)
    clause_code = models.CharField(_("clause"), max_length=20, blank=True)
    event = models.TextField(_("event"))
    cause = models.TextField(_("cause"), blank=True)
    consequence = models.TextField(_("consequence"), blank=True)
    controls = models.TextField(_("present controls"), blank=True)
    action = models.TextField(_("usual action"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("typical risk")
        verbose_name_plural = _("library of typical risks")
        ordering = ["order", "code"]
        constraints = [models.UniqueConstraint(fields=["agency", "code"], name="library_code_unique")]

    def __str__(self) -> str:
        return self.event[:120]


class RegisterImport(WorkbookPreview):
    """Lines of a workbook that may enter a register."""

    register = models.ForeignKey(
        "risks.Register", on_delete=models.PROTECT, related_name="imports", verbose_name=_("register")
    )

    class Meta(WorkbookPreview.Meta):
        verbose_name = _("import of a register")
        verbose_name_plural = _("imports of registers")
