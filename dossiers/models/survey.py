"""Surveys of satisfaction with five levels (9.1.2): campaigns, their questions, tokens and answers.

An answer is anonymous: a token says for which unit it was handed out, never to whom. One token gives one
answer. Answers from paper come in by file and are marked as such.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossier import Dossier, LateReason
from qms.models import OrgUnit, Person
from qms.models.base import AgencyQuerySet, AgencyRecord

LEVELS = (
    (5, _("Very satisfied")),
    (4, _("Satisfied with it")),
    (3, _("Neither satisfied nor dissatisfied")),
    (2, _("Dissatisfied")),
    (1, _("Very dissatisfied")),
)


class Survey(AgencyRecord):
    """One campaign: what is asked, of whom, and from when to when."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        OPEN = "open", _("Open for answers")
        CLOSED = "closed", _("Closed")

    title = models.CharField(_("title"), max_length=200)
    intro = models.TextField(
        _("introduction"), blank=True, help_text=_("What the citizen reads above the questions.")
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT)
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("closes on"))
    population = models.PositiveIntegerField(
        _("people served"),
        null=True,
        blank=True,
        help_text=_("How many people the sample stands for; tells how many answers are needed."),
    )
    made_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("prepared by")
    )

    objects: ClassVar = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["-opens_on", "title"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="survey_dates_in_order")
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page with the results."""
        return reverse("dossiers:survey-detail", args=[self.pk])


class SurveyQuestion(AgencyRecord):
    """One question answered on five levels; exactly one asks for the satisfaction overall."""

    class Factor(models.TextChoices):
        ACCESS = "access", _("Access to the service")
        PROCEDURES = "procedures", _("Papers and procedures")
        OFFICIALS = "officials", _("Officials")
        RESULTS = "results", _("Results")
        FEEDBACK = "feedback", _("Handling of feedback")
        OVERALL = "overall", _("Overall")

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="questions", verbose_name=_("survey")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    factor = models.CharField(_("factor"), max_length=10, choices=Factor.choices)
    text = models.CharField(_("question"), max_length=300)

    class Meta:
        verbose_name = _("question of a survey")
        verbose_name_plural = _("questions of surveys")
        ordering = ["survey", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey"], condition=Q(factor="overall"), name="survey_one_overall_question"
            )
        ]

    def __str__(self) -> str:
        return self.text


class SurveyToken(AgencyRecord):
    """The right to answer once; handed out as a link or a QR code at the counter of a unit."""

    survey = models.ForeignKey(
        Survey, on_delete=models.PROTECT, related_name="tokens", verbose_name=_("survey")
    )
    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("unit")
    )
    token = models.CharField(_("token"), max_length=32, unique=True)
    used_at = models.DateTimeField(_("used at"), null=True)

    class Meta:
        verbose_name = _("token of a survey")
        verbose_name_plural = _("tokens of surveys")
        ordering = ["survey", "created_at"]

    def __str__(self) -> str:
        return self.token


class SurveyAnswer(AgencyRecord):
    """One filled questionnaire. `level` is the answer to the question about overall satisfaction."""

    class Source(models.TextChoices):
        LINK = "link", _("By link or code")
        PAPER = "paper", _("Entered from paper")

    survey = models.ForeignKey(
        Survey, on_delete=models.PROTECT, related_name="answers", verbose_name=_("survey")
    )
    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("unit")
    )
    token = models.OneToOneField(
        SurveyToken, on_delete=models.PROTECT, null=True, related_name="answer", verbose_name=_("token")
    )
    source = models.CharField(_("method of collection"), max_length=6, choices=Source.choices)
    answered_at = models.DateTimeField(_("answered at"))
    level = models.PositiveSmallIntegerField(_("overall"))
    levels = models.JSONField(_("answers by question"), default=dict)

    objects: ClassVar = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to a survey")
        verbose_name_plural = _("answers to surveys")
        ordering = ["-answered_at"]
        constraints = [
            models.CheckConstraint(condition=Q(level__range=(1, 5)), name="survey_level_1_to_5"),
            models.CheckConstraint(
                condition=Q(source="link", token__isnull=False) | Q(source="paper", token__isnull=True),
                name="survey_link_answer_has_token",
            ),
        ]
        indexes = [models.Index(fields=["agency", "answered_at"], name="survey_answered")]

    def __str__(self) -> str:
        return f"{self.survey} {self.level}/5"


class DelayReason(AgencyRecord):
    """Why a dossier is late, where the export does not tell: said by a person, kept across imports."""

    # No constraint: an import may be undone and taken again, and the dossier comes back with the same key.
    dossier = models.OneToOneField(
        Dossier,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="delay",
        verbose_name=_("dossier"),
    )
    reason = models.CharField(_("reason"), max_length=12, choices=LateReason.choices)
    note = models.CharField(
        _("note"), max_length=500, blank=True, help_text=_("No names or numbers of citizens.")
    )
    recorded_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    objects: ClassVar = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("reason of a delay")
        verbose_name_plural = _("reasons of delays")
        ordering = ["-recorded_at"]

    def __str__(self) -> str:
        return f"{self.dossier}: {self.get_reason_display()}"
