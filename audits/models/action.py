"""Corrections and corrective actions, their extensions, the effectiveness check, evidence (10.2.1)."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audits.models.nonconformity import Nonconformity
from qms.models import AgencyRecord


class CorrectiveAction(AgencyRecord):
    """Something to do about a case: a correction of what is wrong now, or an action against its cause."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("Correction")
        CORRECTIVE = "corrective", _("Corrective action")

    class State(models.TextChoices):
        OPEN = "open", _("To do")
        DONE = "done", pgettext_lazy("action", "Done")
        CANCELLED = "cancelled", pgettext_lazy("action", "Cancelled")

    nonconformity = models.ForeignKey(
        Nonconformity, on_delete=models.PROTECT, related_name="actions", verbose_name=_("nonconformity")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    description = models.TextField(_("action"))
    owner = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        related_name="corrective_actions",
        verbose_name=_("responsible"),
    )
    deadline = models.DateField(_("deadline"))
    first_deadline = models.DateField(_("first deadline"))
    done_on = models.DateField(_("done on"), null=True)
    done_note = models.TextField(_("result"), blank=True)
    reported_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("reported by")
    )
    cancelled_reason = models.TextField(_("reason of the cancellation"), blank=True)

    class Meta:
        verbose_name = _("corrective action")
        verbose_name_plural = _("corrective actions")
        ordering = ["round", "deadline", "created_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_on__isnull=False), name="corrective_action_done_day"
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "state", "deadline"], name="nc_action_due"),
            models.Index(fields=["owner", "state"], name="nc_action_owner"),
        ]

    def __str__(self) -> str:
        return self.description[:160]

    def get_absolute_url(self) -> str:
        """Its place on the page of the case."""
        return f"{self.nonconformity.get_absolute_url()}#a-{self.pk}"

    @property
    def is_correction(self) -> bool:
        """Whether it puts right what is wrong now."""
        return self.kind == self.Kind.CORRECTION

    def status_on(self, today: dt.date) -> str:
        """The state as it is shown: overdue and due soon are seen from the date."""
        if self.state == self.State.DONE:
            return "done_late" if self.done_on and self.done_on > self.deadline else "done"
        if self.state == self.State.CANCELLED:
            return "cancelled"
        if self.deadline < today:
            return "overdue"
        return "due_soon" if (self.deadline - today).days <= 7 else "in_progress"


class DeadlineExtension(AgencyRecord):
    """More time asked for an action, with the reason; somebody else grants or refuses it."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waits for a decision")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", pgettext_lazy("extension", "Refused")

    action = models.ForeignKey(
        CorrectiveAction, on_delete=models.PROTECT, related_name="extensions", verbose_name=_("action")
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ASKED)
    old_deadline = models.DateField(_("deadline before"))
    new_deadline = models.DateField(_("deadline asked for"))
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    decided_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision_note = models.TextField(_("words of the decision"), blank=True)

    class Meta:
        verbose_name = _("extension of a deadline")
        verbose_name_plural = _("extensions of deadlines")
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(new_deadline__gt=F("old_deadline")), name="extension_is_later"
            ),
            models.UniqueConstraint(
                fields=["action"], condition=Q(state="asked"), name="extension_one_waiting"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(asked_by=None) | ~Q(decided_by=F("asked_by")),
                name="extension_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_deadline:%d/%m/%Y} → {self.new_deadline:%d/%m/%Y}"


class EffectivenessCheck(AgencyRecord):
    """The dated task of one round: did the actions remove the cause?

    Either a verifier from outside the responsible unit judges by a criterion, or the later figures of a
    target decide.
    """

    class Method(models.TextChoices):
        VERIFIER = "verifier", _("A verifier judges")
        FIGURES = "figures", _("Later figures of a target decide")

    class Verdict(models.TextChoices):
        EFFECTIVE = "effective", _("Effective")
        INEFFECTIVE = "ineffective", _("Not effective")

    nonconformity = models.ForeignKey(
        Nonconformity, on_delete=models.PROTECT, related_name="checks", verbose_name=_("nonconformity")
    )
    round = models.PositiveSmallIntegerField(_("round"))
    method = models.CharField(_("how"), max_length=8, choices=Method.choices, default=Method.VERIFIER)
    criterion = models.TextField(_("criterion"))
    due_on = models.DateField(_("to be checked on"))
    verifier = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="checks_given",
        verbose_name=_("verifier"),
    )
    target = models.ForeignKey(
        "objectives.Target",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("target"),
    )
    periods = models.PositiveSmallIntegerField(_("periods that must achieve the target"), default=1)
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict.choices, blank=True, default="")
    grounds = models.TextField(_("grounds"), blank=True)
    figures = models.JSONField(_("figures it rests on"), default=list, blank=True)
    checked_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("checked by")
    )
    checked_on = models.DateField(_("checked on"), null=True)

    class Meta:
        verbose_name = _("effectiveness check")
        verbose_name_plural = _("effectiveness checks")
        ordering = ["-round"]
        constraints = [
            models.UniqueConstraint(fields=["nonconformity", "round"], name="effectiveness_per_round"),
            models.CheckConstraint(
                condition=Q(method="verifier", verifier__isnull=False)
                | Q(method="figures", target__isnull=False),
                name="effectiveness_has_a_judge",
            ),
            models.CheckConstraint(
                condition=Q(verdict="") | (~Q(grounds="") & Q(checked_on__isnull=False)),
                name="effectiveness_has_grounds",
            ),
            models.CheckConstraint(
                condition=Q(periods__gte=1, periods__lte=12), name="effectiveness_periods"
            ),
        ]
        indexes = [models.Index(fields=["agency", "verdict", "due_on"], name="nc_check_due")]

    def __str__(self) -> str:
        return f"{self.nonconformity.code} ({self.due_on:%d/%m/%Y})"

    @property
    def by_figures(self) -> bool:
        """Whether figures decide instead of a person."""
        return self.method == self.Method.FIGURES


class CaseEvidence(AgencyRecord):
    """A file, or a record named in words, that shows what a case, an action or a check says."""

    nonconformity = models.ForeignKey(
        Nonconformity, on_delete=models.PROTECT, related_name="proofs", verbose_name=_("nonconformity")
    )
    action = models.ForeignKey(
        CorrectiveAction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proofs",
        verbose_name=_("action"),
    )
    check_of = models.ForeignKey(
        EffectivenessCheck,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proofs",
        verbose_name=_("effectiveness check"),
    )
    file = models.ForeignKey(
        "qms.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("file"),
    )
    reference = models.CharField(_("reference"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("evidence of a case")
        verbose_name_plural = _("evidence of cases")
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(file__isnull=False) | ~Q(reference=""), name="case_evidence_says_what"
            )
        ]

    def __str__(self) -> str:
        return self.reference or str(self.file)
