"""Findings of audits: graded, tied to a clause, a requirement, evidence and a unit (9.2, 10.2)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.models.audit import Audit
from audits.models.checklist import ChecklistItem
from qms.models import AgencyRecord


class Finding(AgencyRecord):
    """What an audit found. The unit acknowledges or disputes it, the head of the committee decides."""

    class Grade(models.TextChoices):
        MAJOR = "major", _("Major nonconformity")
        MINOR = "minor", _("Minor nonconformity")
        OBSERVATION = "observation", _("Observation")
        STRENGTH = "strength", _("Strength")

    class State(models.TextChoices):
        RAISED = "raised", _("Waits for the unit")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        DISPUTED = "disputed", _("Disputed")
        UPHELD = "upheld", _("Upheld")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    NONCONFORMITIES = ("major", "minor")
    STANDING = ("raised", "acknowledged", "disputed", "upheld")

    audit = models.ForeignKey(
        Audit, on_delete=models.PROTECT, related_name="findings", verbose_name=_("audit")
    )
    item = models.ForeignKey(
        ChecklistItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
        verbose_name=_("question"),
    )
    code = models.CharField(_("code"), max_length=40)
    key = models.CharField(_("key of the sender"), max_length=60)
    grade = models.CharField(_("grade"), max_length=12, choices=Grade.choices)
    own_grade = models.CharField(
        _("grade in the agency's words"),
        max_length=60,
        blank=True,
        help_text=_("As the scale of grades said on the day; empty: the word of the standard."),
    )
    scale = models.ForeignKey(
        "audits.GradeScale",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("scale of grades"),
    )
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.RAISED)
    unit = models.ForeignKey(
        "qms.OrgUnit", on_delete=models.PROTECT, related_name="findings", verbose_name=_("unit")
    )
    process = models.CharField(_("process or procedure"), max_length=255, blank=True)
    clause = models.ForeignKey(
        "qms.Clause",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("clause"),
    )
    description = models.TextField(_("finding"))
    requirement = models.TextField(_("requirement"), blank=True)
    evidence = models.TextField(_("objective evidence"), blank=True)
    raised_by = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        related_name="findings_raised",
        verbose_name=_("raised by"),
    )
    raised_at = models.DateTimeField(_("raised at"))
    answered_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answer_note = models.TextField(_("words of the unit"), blank=True)
    decided_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who decided")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision_note = models.TextField(_("reason of the decision"), blank=True)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["-raised_at", "code"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "code"], name="finding_code_unique"),
            models.UniqueConstraint(fields=["agency", "key"], name="finding_key_once"),
            models.CheckConstraint(
                condition=~Q(grade__in=["major", "minor"])
                | (Q(clause__isnull=False) & ~Q(requirement="") & ~Q(evidence="")),
                name="nonconformity_has_clause_requirement_evidence",
            ),
            models.CheckConstraint(
                condition=Q(own_grade="", scale__isnull=True) | (~Q(own_grade="") & Q(scale__isnull=False)),
                name="finding_own_grade_has_its_scale",
            ),
            models.CheckConstraint(
                condition=~Q(state="disputed") | ~Q(answer_note=""), name="dispute_has_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "-raised_at", "code"], name="finding_by_day"),
            models.Index(fields=["agency", "state", "grade"], name="finding_by_state"),
            models.Index(fields=["agency", "unit", "state"], name="finding_by_unit"),
            models.Index(fields=["agency", "clause"], name="finding_by_clause"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.description}"[:200]

    def get_absolute_url(self) -> str:
        """The page of the finding."""
        return reverse("audits:finding-detail", args=[self.pk])

    def get_grade_display(self) -> str:  # type: ignore[no-redef]
        """The grade in the words it was given: those of the agency's scale, else those of the standard."""
        return self.own_grade or str(self.Grade(self.grade).label)

    @property
    def is_nonconformity(self) -> bool:
        """Whether it is a nonconformity (else an observation or a strength)."""
        return self.grade in self.NONCONFORMITIES
