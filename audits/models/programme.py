"""The audit programme of a year: what is audited, where, when, how and against what (9.2.2)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.models import AgencyRecord


class AuditProgramme(AgencyRecord):
    """The programme of one year. It is approved by somebody else than who drafted it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being drawn up")
        SUBMITTED = "submitted", _("Waiting for approval")
        APPROVED = "approved", _("Approved")

    year = models.PositiveSmallIntegerField(_("year"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    objective = models.TextField(_("objective"))
    scope = models.TextField(_("scope"))
    criteria = models.TextField(_("criteria"))
    drafted_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("drafted by")
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True)
    approved_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)
    return_note = models.TextField(_("reason of the return"), blank=True)
    paper = models.ForeignKey(
        "documents.Paper", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("paper")
    )

    class Meta:
        verbose_name = _("audit programme")
        verbose_name_plural = _("audit programmes")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "year"], name="programme_once_a_year"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(drafted_by=None) | ~Q(approved_by=F("drafted_by")),
                name="programme_drafter_does_not_approve",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Audit programme %(year)s") % {"year": self.year})

    def get_absolute_url(self) -> str:
        """The page of the programme."""
        return reverse("audits:programme-detail", args=[self.pk])


class ProgrammeEntry(AgencyRecord):
    """One line of a programme: a unit and a process, the clauses looked at, the month and the method."""

    class Method(models.TextChoices):
        ON_SITE = "on_site", _("On site")
        RECORDS = "records", _("Review of records")
        REMOTE = "remote", _("Remote")
        MIXED = "mixed", _("On site and records")

    class Origin(models.TextChoices):
        PLANNED = "planned", _("Yearly cycle")
        RISK = "risk", _("High risk")
        FINDING = "finding", _("Past finding")
        DOSSIERS = "dossiers", _("Late dossiers")
        CASE = "case", _("Nonconformity that lasts or came back")
        COMPLAINT = "complaint", _("Complaints")
        COVERAGE = "coverage", _("Not audited for long")

    programme = models.ForeignKey(
        AuditProgramme, on_delete=models.PROTECT, related_name="entries", verbose_name=_("programme")
    )
    unit = models.ForeignKey(
        "qms.OrgUnit", on_delete=models.PROTECT, related_name="audit_entries", verbose_name=_("unit")
    )
    process = models.CharField(_("process or procedure"), max_length=255, blank=True)
    clauses = models.ManyToManyField("qms.Clause", related_name="+", verbose_name=_("clauses"))
    month = models.PositiveSmallIntegerField(
        _("month"), validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    criteria = models.CharField(_("criteria"), max_length=300, blank=True)
    method = models.CharField(_("method"), max_length=10, choices=Method.choices, default=Method.MIXED)
    origin = models.CharField(_("why"), max_length=10, choices=Origin.choices, default=Origin.PLANNED)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    last_result = models.CharField(_("last result"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("entry of an audit programme")
        verbose_name_plural = _("entries of audit programmes")
        ordering = ["month", "unit__order", "created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="programme_entry_month")
        ]

    def __str__(self) -> str:
        return " · ".join(part for part in (self.unit.label, self.process) if part)


class AuditorCompetence(AgencyRecord):
    """What shows that somebody can audit: training, certificate, audits taken part in (7.2)."""

    class Kind(models.TextChoices):
        TRAINING = "training", _("Training as internal auditor")
        CERTIFICATE = "certificate", _("Certificate")
        EXPERIENCE = "experience", _("Audits taken part in")

    person = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        related_name="auditor_competences",
        verbose_name=_("auditor"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.TRAINING)
    title = models.CharField(_("course, certificate or audits"), max_length=255)
    issuer = models.CharField(_("issued by"), max_length=255, blank=True)
    obtained_on = models.DateField(_("obtained on"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("competence of an auditor")
        verbose_name_plural = _("competences of auditors")
        ordering = ["person", "-obtained_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("obtained_on")),
                name="auditor_competence_dates_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.title}"
