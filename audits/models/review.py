"""The management review: its inputs as frozen copies, who met, what was concluded and decided (9.3)."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qms.models import AgencyRecord


class ManagementReview(AgencyRecord):
    """One review. Its inputs are copies; once the meeting is held they change no more."""

    class State(models.TextChoices):
        PREPARING = "preparing", _("In preparation")
        HELD = "held", _("Meeting held, being concluded")
        CONCLUDED = "concluded", _("Concluded")
        CANCELLED = "cancelled", pgettext_lazy("review", "Cancelled")

    class Form(models.TextChoices):
        OWN = "own", _("Meeting of its own")
        BRIEFING = "briefing", _("With the monthly or weekly briefing")
        INTERIM = "interim", _("With the mid-year review")
        ANNUAL = "annual", _("With the annual review")

    code = models.CharField(_("code"), max_length=40)
    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("title"), max_length=255)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PREPARING)
    form = models.CharField(_("form"), max_length=10, choices=Form.choices, default=Form.OWN)
    period_from = models.DateField(_("looks at the time from"))
    period_to = models.DateField(_("to"))
    planned_on = models.DateField(_("planned for"))
    held_on = models.DateField(_("held on"), null=True)
    starts_at = models.TimeField(_("begins at"), null=True, blank=True)
    ends_at = models.TimeField(_("ends at"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=255, blank=True)
    chair = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("chaired by")
    )
    secretary = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("minutes taken by")
    )
    previous = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="following",
        verbose_name=_("last review"),
    )
    collected_at = models.DateTimeField(_("inputs collected at"), null=True)
    conclusion = models.TextField(_("general conclusion"), blank=True)
    drafted_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("prepared by")
    )
    concluded_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("concluded by")
    )
    concluded_at = models.DateTimeField(_("concluded at"), null=True)
    cancelled_reason = models.TextField(_("reason of the cancellation"), blank=True)
    digest = models.CharField(_("fingerprint of the inputs"), max_length=64, blank=True)
    minutes = models.ForeignKey(
        "documents.Paper", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("minutes")
    )
    notice = models.ForeignKey(
        "documents.Paper",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("notice of the conclusions"),
    )

    class Meta:
        verbose_name = _("management review")
        verbose_name_plural = _("management reviews")
        ordering = ["-planned_on", "-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "code"], name="review_code_unique"),
            models.CheckConstraint(
                condition=Q(period_to__gte=models.F("period_from")), name="review_period_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["held", "concluded"]) | (Q(held_on__isnull=False) & ~Q(digest="")),
                name="review_held_is_frozen",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancelled_reason=""), name="review_cancel_reason"
            ),
        ]
        indexes = [models.Index(fields=["agency", "year", "state"], name="review_by_year")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the review."""
        return reverse("audits:review-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether its inputs may still change."""
        return self.state == self.State.PREPARING


class ReviewInput(AgencyRecord):
    """One topic of 9.3.2 in a review: what the portal collected, what people add, what was said about it.

    `lines` are copies: {"text", "figure", "url", "tone"}; the topics are data of `audits/agenda.py`.
    """

    review = models.ForeignKey(
        ManagementReview, on_delete=models.PROTECT, related_name="inputs", verbose_name=_("review")
    )
    topic = models.CharField(_("topic"), max_length=24)
    order = models.PositiveSmallIntegerField(_("order"))
    lines = models.JSONField(_("collected"), default=list)
    total = models.PositiveIntegerField(_("records behind it"), default=0)
    note = models.TextField(_("added by people"), blank=True)
    opinion = models.TextField(_("opinions at the meeting"), blank=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    collected_at = models.DateTimeField(_("collected at"), null=True)

    class Meta:
        verbose_name = _("input of a review")
        verbose_name_plural = _("inputs of reviews")
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["review", "topic"], name="review_topic_once")]

    def __str__(self) -> str:
        return f"{self.review.code}: {self.topic}"

    @property
    def is_missing(self) -> bool:
        """Whether neither the portal nor anybody has anything to say about it."""
        return not self.lines and not self.note


class ReviewAttendee(AgencyRecord):
    """Somebody invited to the meeting, and whether they came."""

    class Presence(models.TextChoices):
        INVITED = "invited", _("Invited")
        PRESENT = "present", _("Present")
        ABSENT = "absent", _("Absent")

    review = models.ForeignKey(
        ManagementReview, on_delete=models.PROTECT, related_name="attendees", verbose_name=_("review")
    )
    person = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    presence = models.CharField(
        _("presence"), max_length=8, choices=Presence.choices, default=Presence.INVITED
    )
    note = models.CharField(_("reason, or who stood in"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("attendee of a review")
        verbose_name_plural = _("attendees of reviews")
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["review", "person"], name="review_attendee_once")]

    def __str__(self) -> str:
        return str(self.person)


class ReviewDecision(AgencyRecord):
    """An output of 9.3.3: decided, owned, dated; its state opens the next review."""

    class Kind(models.TextChoices):
        IMPROVEMENT = "improvement", _("Improvement")
        CHANGE = "change", _("Change of the QMS")
        RESOURCES = "resources", _("Resources")

    class State(models.TextChoices):
        OPEN = "open", _("To do")
        DONE = "done", pgettext_lazy("action", "Done")
        CANCELLED = "cancelled", pgettext_lazy("action", "Cancelled")

    review = models.ForeignKey(
        ManagementReview, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("review")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    topic = models.CharField(_("topic"), max_length=24, blank=True)
    text = models.TextField(_("decision"))
    owner = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        related_name="review_decisions",
        verbose_name=_("responsible"),
    )
    deadline = models.DateField(_("deadline"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    done_on = models.DateField(_("done on"), null=True)
    done_note = models.TextField(_("result"), blank=True)
    file = models.ForeignKey(
        "qms.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("file as evidence"),
    )
    cancelled_reason = models.TextField(_("reason of the cancellation"), blank=True)

    class Meta:
        verbose_name = _("decision of a review")
        verbose_name_plural = _("decisions of reviews")
        ordering = ["review", "number"]
        constraints = [
            models.UniqueConstraint(fields=["review", "number"], name="review_decision_number"),
            models.CheckConstraint(
                condition=~Q(state="done") | (Q(done_on__isnull=False) & ~Q(done_note="")),
                name="review_decision_done",
            ),
        ]
        indexes = [models.Index(fields=["agency", "state", "deadline"], name="review_decision_due")]

    def __str__(self) -> str:
        return self.text[:160]

    def get_absolute_url(self) -> str:
        """Its place on the page of the review."""
        return f"{self.review.get_absolute_url()}#d-{self.number}"

    def status_on(self, today: dt.date) -> str:
        """The state as it is shown: overdue and due soon are seen from the date."""
        if self.state == self.State.DONE:
            return "done_late" if self.done_on and self.done_on > self.deadline else "done"
        if self.state == self.State.CANCELLED:
            return "cancelled"
        if self.deadline < today:
            return "overdue"
        return "due_soon" if (self.deadline - today).days <= 14 else "in_progress"
