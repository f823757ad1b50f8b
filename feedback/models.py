"""What citizens and organisations say to the agency, its answers, and the yearly report (8.2.1, 9.1.2)."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qms.models import AgencyRecord


class Feedback(AgencyRecord):
    """A complaint, a reported problem or a suggestion, from its receipt to the satisfaction with the answer.

    The citizen's personal data never stand here (`FeedbackPerson`). An answered one has an answer, the day
    and a person who confirmed it and did not draft it.
    """

    class Kind(models.TextChoices):
        COMPLAINT = "complaint", pgettext_lazy("feedback", "Complaint")
        REPORT = "report", pgettext_lazy("feedback", "Reported problem")
        SUGGESTION = "suggestion", pgettext_lazy("feedback", "Suggestion")

    class Channel(models.TextChoices):
        COUNTER = "counter", _("At the one-stop desk")
        PHONE = "phone", _("Telephone, hotline")
        PORTAL = "portal", _("National public service portal")
        POST = "post", _("Letter")
        MAIL = "mail", _("E-mail")
        BOX = "box", _("Letter box for suggestions")
        PRESS = "press", _("Press")
        FORWARDED = "forwarded", _("Forwarded by another agency")
        OPEN_PAGE = "open_page", _("Open page of this portal")

    class State(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("feedback", "Received")
        IN_PROGRESS = "in_progress", pgettext_lazy("feedback", "Being handled")
        TO_CONFIRM = "to_confirm", _("Answer waits for confirmation")
        ANSWERED = "answered", _("Answered")
        FORWARDED = "forwarded", _("Passed on to the competent agency")

    class Finding(models.TextChoices):
        FOUNDED = "founded", _("Justified")
        PARTLY = "partly", _("Partly justified")
        UNFOUNDED = "unfounded", _("Not justified")

    class Satisfaction(models.TextChoices):
        SATISFIED = "satisfied", _("Satisfied with the answer")
        UNSATISFIED = "unsatisfied", _("Not satisfied with the answer")

    code = models.CharField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.RECEIVED)
    subject = models.CharField(_("matter"), max_length=255)
    content = models.TextField(_("content"))
    procedure = models.ForeignKey(
        "dossiers.Procedure",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("administrative procedure"),
    )
    unit = models.ForeignKey(
        "qms.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
    )
    dossier = models.ForeignKey(
        "dossiers.Dossier",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dossier"),
    )
    received_on = models.DateField(_("received on"))
    deadline = models.DateField(_("to be answered by"))
    first_deadline = models.DateField(_("deadline before any extension"))
    recorded_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    handler = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="handled_feedback",
        verbose_name=_("handler"),
    )
    finding = models.CharField(
        _("conclusion on the matter"), max_length=10, choices=Finding.choices, blank=True
    )
    answer = models.TextField(_("answer to the citizen"), blank=True)
    answer_by = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("answer drafted by"),
    )
    return_note = models.TextField(_("why the answer was returned"), blank=True)
    confirmed_by = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("answer confirmed by"),
    )
    answered_on = models.DateField(_("answered on"), null=True)
    forwarded_to = models.CharField(_("passed on to"), max_length=255, blank=True)
    closing_note = models.TextField(_("reason for passing it on"), blank=True)
    satisfaction = models.CharField(
        _("satisfaction with the answer"), max_length=12, choices=Satisfaction.choices, blank=True
    )
    satisfaction_on = models.DateField(_("asked on"), null=True)
    satisfaction_note = models.TextField(_("what the citizen said"), blank=True)

    class Meta:
        verbose_name = _("complaint, reported problem or suggestion")
        verbose_name_plural = _("complaints, reported problems and suggestions")
        ordering = ["-received_on", "-code"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "code"], name="feedback_code_unique"),
            models.CheckConstraint(
                condition=Q(deadline__gte=F("received_on")) & Q(deadline__gte=F("first_deadline")),
                name="feedback_deadline_after_receipt",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | (~Q(answer="") & Q(answered_on__isnull=False)),
                name="feedback_answered_has_answer",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("answer_by")),
                name="feedback_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(satisfaction="") | Q(state="answered"), name="feedback_satisfaction_after_answer"
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "state", "deadline"], name="feedback_by_state"),
            models.Index(fields=["agency", "received_on"], name="feedback_by_receipt"),
            models.Index(fields=["handler", "state"], name="feedback_by_handler"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.subject}"

    def get_absolute_url(self) -> str:
        """The page of the complaint or suggestion."""
        return reverse("feedback:case-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether an answer is still owed."""
        return self.state in OPEN

    @property
    def is_extended(self) -> bool:
        """Whether the deadline was put off."""
        return self.deadline > self.first_deadline

    def status_on(self, today: dt.date) -> str:
        """How the state is drawn on a day: late and due soon are seen from the date."""
        if self.state == self.State.ANSWERED:
            late = self.answered_on is not None and self.answered_on > self.deadline
            return "done_late" if late else "done"
        if self.state == self.State.FORWARDED:
            return "closed"
        if self.deadline < today:
            return "overdue"
        if self.state == self.State.TO_CONFIRM:
            return "submitted"
        if (self.deadline - today).days <= 3:
            return "due_soon"
        return "waiting" if self.state == self.State.RECEIVED else "in_progress"


OPEN = (Feedback.State.RECEIVED, Feedback.State.IN_PROGRESS, Feedback.State.TO_CONFIRM)


class FeedbackExtension(AgencyRecord):
    """A deadline that was put off, with the reason; kept for good."""

    feedback = models.ForeignKey(
        Feedback,
        on_delete=models.PROTECT,
        related_name="extensions",
        verbose_name=_("complaint or suggestion"),
    )
    old_deadline = models.DateField(_("deadline before"))
    new_deadline = models.DateField(_("new deadline"))
    reason = models.TextField(_("reason"))
    given_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("given by")
    )

    class Meta:
        verbose_name = _("extension of a deadline to answer")
        verbose_name_plural = _("extensions of deadlines to answer")
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(new_deadline__gt=F("old_deadline")), name="feedback_extension_is_later"
            )
        ]

    def __str__(self) -> str:
        return f"{self.old_deadline:%d/%m/%Y} → {self.new_deadline:%d/%m/%Y}"


class FeedbackFile(AgencyRecord):
    """A letter, a photograph, a reply that was sent: kept with its case, opened only by who works on it."""

    feedback = models.ForeignKey(
        Feedback, on_delete=models.PROTECT, related_name="files", verbose_name=_("complaint or suggestion")
    )
    file = models.ForeignKey(
        "qms.StoredFile", on_delete=models.PROTECT, related_name="+", verbose_name=_("file")
    )
    note = models.CharField(_("what it is"), max_length=160, blank=True)
    added_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("added by")
    )

    class Meta:
        verbose_name = _("file of a complaint or suggestion")
        verbose_name_plural = _("files of complaints and suggestions")
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["feedback", "file"], name="feedback_file_once")]

    def __str__(self) -> str:
        return self.note or self.file.name


class FeedbackPerson(AgencyRecord):
    """Who wrote: encrypted, only what the agency switched on, never in lists, search or export."""

    feedback = models.OneToOneField(
        Feedback, on_delete=models.CASCADE, related_name="citizen", verbose_name=_("complaint or suggestion")
    )
    sealed = models.TextField(_("encrypted data"))

    class Meta:
        verbose_name = _("personal data of a citizen")
        verbose_name_plural = _("personal data of citizens")

    def __str__(self) -> str:
        return str(self.feedback_id)


class SatisfactionReport(AgencyRecord):
    """The yearly report on satisfaction: surveys, ratings, complaints; figures stand still once submitted."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Waiting for approval")
        APPROVED = "approved", _("Approved")

    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    figures = models.JSONField(_("figures"), default=dict)
    figures_on = models.DateField(_("figures as of"))
    assessment = models.TextField(_("assessment"), blank=True)
    measures = models.TextField(_("what is to be improved"), blank=True)
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
        verbose_name = _("yearly report on satisfaction")
        verbose_name_plural = _("yearly reports on satisfaction")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "year"], name="satisfaction_report_once_a_year"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("drafted_by")),
                name="satisfaction_report_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.year}"

    def get_absolute_url(self) -> str:
        """The page of the report."""
        return reverse("feedback:report-detail", args=[self.pk])
