"""What tasks require of people: competences, and of whom how well (7.2)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.models import AgencyRecord, Role


class Topic(models.TextChoices):
    """What a requirement or a course is about; the training targets count by it."""

    POSITION = "position", _("Job position")
    INTAKE = "intake", _("Intake of dossiers, one-stop software")
    QMS = "qms", _("Quality management system")
    DIGITAL = "digital", _("Digital skills, information security")
    OTHER = "other", _("Other")


class Level(models.IntegerChoices):
    """How well something is mastered."""

    KNOWS = 1, _("1 Knows it")
    DOES = 2, _("2 Does it alone")
    TEACHES = 3, _("3 Guides others")


class Requirement(AgencyRecord):
    """A competence that tasks of the agency require; `RequirementScope` says of whom and how well."""

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("competence"), max_length=255)
    topic = models.CharField(_("topic"), max_length=10, choices=Topic.choices, default=Topic.POSITION)
    description = models.TextField(_("what is required"), blank=True)
    valid_months = models.PositiveSmallIntegerField(
        _("valid for months"), null=True, blank=True, help_text=_("Empty: for good.")
    )
    active = models.BooleanField(_("required"), default=True)

    class Meta:
        verbose_name = _("requirement of competence")
        verbose_name_plural = _("requirements of competence")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["agency", "code"], name="requirement_code_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        """The page of the requirement."""
        return reverse("training:requirement-detail", args=[self.pk])


class RequirementScope(AgencyRecord):
    """Of whom a competence is required: a role, a position, a unit; what is empty fits everybody."""

    requirement = models.ForeignKey(
        Requirement,
        on_delete=models.CASCADE,
        related_name="scopes",
        verbose_name=_("requirement of competence"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, blank=True)
    position = models.CharField(_("words in the position"), max_length=120, blank=True)
    unit = models.ForeignKey(
        "qms.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices, default=Level.DOES)

    class Meta:
        verbose_name = _("scope of a requirement")
        verbose_name_plural = _("scopes of requirements")
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=3), name="scope_level_in_range")
        ]

    def __str__(self) -> str:
        parts = [str(self.get_role_display()) if self.role else "", self.position, str(self.unit or "")]
        return ", ".join(part for part in parts if part) or str(_("Everybody"))
