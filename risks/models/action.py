"""Actions that treat a risk or pursue an opportunity, their evidence, and whether they worked (6.1.2)."""

import datetime as dt

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.models import AgencyRecord
from risks.models.risk import Risk


class RiskAction(AgencyRecord):
    """One action with an owner and a deadline. Done needs evidence; an ineffective one is open again."""

    class State(models.TextChoices):
        OPEN = "open", _("To do")
        DONE = "done", _("Reported done")
        EFFECTIVE = "effective", _("Effective")
        CANCELLED = "cancelled", _("Cancelled")

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="actions", verbose_name=_("risk"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    description = models.TextField(_("action"))
    owner = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, related_name="risk_actions", verbose_name=_("owner")
    )
    deadline = models.DateField(_("deadline"))
    resources = models.CharField(_("resources"), max_length=255, blank=True)
    procedure_document = models.CharField(
        _("built into the procedure"),
        max_length=255,
        blank=True,
        help_text=_("Code and step of the procedure that now contains this action."),
    )
    criterion = models.CharField(_("how effectiveness will be seen"), max_length=255, blank=True)
    target = models.ForeignKey(
        "objectives.Target",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("linked target"),
        help_text=_("Its figure on the day of the judgement is kept with the judgement."),
    )
    judge_on = models.DateField(_("judge effectiveness on"))
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    done_note = models.TextField(_("result"), blank=True)
    cancelled_reason = models.TextField(_("reason of the cancellation"), blank=True)

    class Meta:
        verbose_name = _("action on a risk")
        verbose_name_plural = _("actions on risks")
        ordering = ["deadline", "created_at"]
        indexes = [
            models.Index(fields=["agency", "state", "deadline"], name="risk_action_due"),
            models.Index(fields=["owner", "state"], name="risk_action_owner"),
        ]

    def __str__(self) -> str:
        return self.description[:160]

    def get_absolute_url(self) -> str:
        """The page of the action."""
        return reverse("risks:action-detail", args=[self.pk])

    def status_on(self, today: dt.date) -> str:
        """The state as it is shown: overdue and due soon are seen from the date."""
        if self.state == self.State.OPEN:
            if self.deadline < today:
                return "overdue"
            return "due_soon" if (self.deadline - today).days <= 7 else "in_progress"
        if self.state == self.State.DONE:
            return "done"
        return "achieved" if self.state == self.State.EFFECTIVE else "cancelled"


class ActionEvidence(AgencyRecord):
    """A file, or a record named in words, that shows an action was done or worked."""

    action = models.ForeignKey(
        RiskAction, on_delete=models.PROTECT, related_name="evidence", verbose_name=_("action")
    )
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    file = models.ForeignKey(
        "qms.StoredFile", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("file")
    )
    reference = models.CharField(_("reference"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("evidence of an action")
        verbose_name_plural = _("evidence of actions")
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(file__isnull=False) | ~models.Q(reference=""), name="evidence_says_what"
            )
        ]

    def __str__(self) -> str:
        return self.reference or str(self.file)


class ActionJudgement(AgencyRecord):
    """Whether an action had effect, judged at its date by somebody who does not own it."""

    class Verdict(models.TextChoices):
        EFFECTIVE = "effective", _("Effective")
        INEFFECTIVE = "ineffective", _("Not effective")

    action = models.ForeignKey(
        RiskAction, on_delete=models.PROTECT, related_name="judgements", verbose_name=_("action")
    )
    round = models.PositiveSmallIntegerField(_("round"))
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict.choices)
    grounds = models.TextField(_("grounds"))
    figure = models.JSONField(_("linked figure at that time"), default=dict, blank=True)
    judged_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("judged by")
    )
    judged_on = models.DateField(_("judged on"))

    class Meta:
        verbose_name = _("judgement of an action")
        verbose_name_plural = _("judgements of actions")
        ordering = ["-judged_on", "-created_at"]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} ({self.judged_on:%d/%m/%Y})"
