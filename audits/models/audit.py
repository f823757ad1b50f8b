"""An audit: its team, plan, sessions and meetings (9.2.2)."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.models.programme import AuditProgramme
from qms.models import AgencyRecord


class Audit(AgencyRecord):
    """One audit of a programme, from its plan to its report."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Being planned")
        NOTIFIED = "notified", _("Plan sent")
        UNDER_WAY = "under_way", _("Under way")
        REPORTING = "reporting", _("Report being written")
        REPORTED = "reported", _("Reported")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", _("Cancelled")

    code = models.CharField(_("code"), max_length=40)
    title = models.CharField(_("audit"), max_length=255)
    programme = models.ForeignKey(
        AuditProgramme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="audits",
        verbose_name=_("programme"),
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    objective = models.TextField(_("objective"))
    scope = models.TextField(_("scope"))
    criteria = models.TextField(_("criteria"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    drafted_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("drafted by")
    )
    appointed_on = models.DateField(_("team appointed on"), null=True, blank=True)
    appointment = models.CharField(_("appointed by"), max_length=255, blank=True)
    notified_at = models.DateTimeField(_("plan sent at"), null=True)
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("work on site ended at"), null=True)
    reported_at = models.DateTimeField(_("reported at"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    recommendation = models.TextField(_("recommendations"), blank=True)
    cancel_reason = models.TextField(_("reason of the cancellation"), blank=True)
    decision = models.ForeignKey(
        "documents.Paper", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decision")
    )
    plan = models.ForeignKey(
        "documents.Paper", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("plan")
    )
    report = models.ForeignKey(
        "documents.Paper", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("report")
    )

    class Meta:
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        ordering = ["-starts_on", "code"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "code"], name="audit_code_unique"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="audit_dates_in_order"),
        ]
        indexes = [models.Index(fields=["agency", "state", "starts_on"], name="audit_by_state")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        """The page of the audit."""
        return reverse("audits:audit-detail", args=[self.pk])


class AuditMember(AgencyRecord):
    """A member of the team of an audit."""

    class Post(models.TextChoices):
        LEAD = "lead", _("Lead auditor")
        AUDITOR = "auditor", _("Auditor")
        EXPERT = "expert", _("Technical expert")

    audit = models.ForeignKey(
        Audit, on_delete=models.PROTECT, related_name="members", verbose_name=_("audit")
    )
    person = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, related_name="audit_memberships", verbose_name=_("person")
    )
    post = models.CharField(_("post in the team"), max_length=8, choices=Post.choices, default=Post.AUDITOR)

    class Meta:
        verbose_name = _("member of an audit team")
        verbose_name_plural = _("members of audit teams")
        ordering = ["-post", "created_at"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "person"], name="audit_member_once"),
            models.UniqueConstraint(
                fields=["audit"], condition=Q(post="lead"), name="audit_has_one_lead_auditor"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_post_display()})"


class AuditSession(AgencyRecord):
    """A session of the plan: when, at which unit, about what, by whom."""

    audit = models.ForeignKey(
        Audit, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("audit")
    )
    unit = models.ForeignKey(
        "qms.OrgUnit", on_delete=models.PROTECT, related_name="audit_sessions", verbose_name=_("unit")
    )
    process = models.CharField(_("process or procedure"), max_length=255, blank=True)
    procedure = models.ForeignKey(
        "dossiers.Procedure",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("administrative procedure"),
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    clauses = models.ManyToManyField("qms.Clause", related_name="+", verbose_name=_("clauses"))
    auditors = models.ManyToManyField("qms.Person", related_name="audit_sessions", verbose_name=_("auditors"))

    class Meta:
        verbose_name = _("audit session")
        verbose_name_plural = _("audit sessions")
        ordering = ["starts_at", "created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="audit_session_times")
        ]
        indexes = [models.Index(fields=["agency", "starts_at"], name="audit_session_by_day")]

    def __str__(self) -> str:
        return " · ".join(part for part in (self.unit.label, self.process) if part)

    def get_absolute_url(self) -> str:
        """The checklist of the session."""
        return reverse("audits:session-detail", args=[self.pk])


class AuditMeeting(AgencyRecord):
    """The record of an opening or closing meeting."""

    class Kind(models.TextChoices):
        OPENING = "opening", _("Opening meeting")
        CLOSING = "closing", _("Closing meeting")

    audit = models.ForeignKey(
        Audit, on_delete=models.PROTECT, related_name="meetings", verbose_name=_("audit")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    held_at = models.DateTimeField(_("held at"))
    place = models.CharField(_("place"), max_length=255, blank=True)
    attendees = models.TextField(_("present"))
    minutes = models.TextField(_("what was said"))
    recorded_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("meeting of an audit")
        verbose_name_plural = _("meetings of audits")
        ordering = ["held_at"]
        constraints = [models.UniqueConstraint(fields=["audit", "kind"], name="audit_meeting_once")]

    def __str__(self) -> str:
        return str(self.get_kind_display())
