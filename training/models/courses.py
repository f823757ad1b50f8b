"""Courses, who took part with which result and effect, and what people master by it (7.2)."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qms.models import AgencyRecord
from training.models.plans import PlanItem
from training.models.requirements import Level, Requirement, Topic


class Course(AgencyRecord):
    """A course: when, where, by whom, at what cost, and what came of it."""

    class Form(models.TextChoices):
        INTERNAL = "internal", _("In the agency")
        EXTERNAL = "external", _("Outside the agency")
        ONLINE = "online", pgettext_lazy("training", "Online")
        COACHING = "coaching", _("Guidance at work")

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("training", "To be held")
        HELD = "held", pgettext_lazy("training", "Held")
        CANCELLED = "cancelled", _("Cancelled")

    code = models.CharField(_("code"), max_length=40)
    title = models.CharField(_("course"), max_length=255)
    topic = models.CharField(_("topic"), max_length=10, choices=Topic.choices, default=Topic.POSITION)
    form = models.CharField(_("form"), max_length=10, choices=Form.choices, default=Form.INTERNAL)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    item = models.ForeignKey(
        PlanItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="courses",
        verbose_name=_("item of the plan"),
    )
    requirement = models.ForeignKey(
        Requirement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="courses",
        verbose_name=_("requirement of competence"),
    )
    level = models.PositiveSmallIntegerField(_("level reached"), choices=Level.choices, default=Level.DOES)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    place = models.CharField(_("place"), max_length=255, blank=True)
    trainer = models.CharField(_("trainer"), max_length=160)
    cost = models.PositiveBigIntegerField(_("cost (đồng)"), default=0)
    content = models.TextField(_("content"), blank=True)
    effect_due = models.DateField(_("judge the effect on"))
    report = models.TextField(_("how it went"), blank=True)
    cancel_reason = models.TextField(_("reason of the cancellation"), blank=True)
    organiser = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("organised by")
    )

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["-starts_on", "-code"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "code"], name="course_code_unique"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="course_dates_in_order"),
            models.CheckConstraint(condition=Q(effect_due__gte=F("ends_on")), name="course_effect_after_end"),
        ]
        indexes = [models.Index(fields=["agency", "state", "starts_on"], name="course_by_state")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        """The page of the course."""
        return reverse("training:course-detail", args=[self.pk])

    def status_on(self, today: dt.date) -> str:
        """How the state is drawn on a day."""
        if self.state == self.State.HELD:
            return "done"
        if self.state == self.State.CANCELLED:
            return "cancelled"
        if self.ends_on < today:
            return "overdue"
        return "in_progress" if self.starts_on <= today else "not_due"


class Participation(AgencyRecord):
    """A person in a course: invited, there or not, with which result, and with which effect at work."""

    class Presence(models.TextChoices):
        INVITED = "invited", _("Invited")
        ATTENDED = "attended", _("Took part")
        ABSENT = "absent", _("Absent")

    class Result(models.TextChoices):
        PASSED = "passed", pgettext_lazy("training", "Passed")
        FAILED = "failed", pgettext_lazy("training", "Not passed")

    class Effect(models.TextChoices):
        EFFECTIVE = "effective", _("Effective")
        INEFFECTIVE = "ineffective", _("Not effective")

    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="participations", verbose_name=_("course")
    )
    person = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, related_name="participations", verbose_name=_("person")
    )
    presence = models.CharField(
        _("presence"), max_length=8, choices=Presence.choices, default=Presence.INVITED
    )
    result = models.CharField(_("result"), max_length=8, choices=Result.choices, blank=True)
    score = models.CharField(_("mark or certificate"), max_length=120, blank=True)
    judge = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("judge of the effect"),
    )
    effect = models.CharField(_("effect at work"), max_length=12, choices=Effect.choices, blank=True)
    effect_grounds = models.TextField(_("grounds"), blank=True)
    effect_on = models.DateField(_("judged on"), null=True)

    class Meta:
        verbose_name = _("participation in a course")
        verbose_name_plural = _("participations in courses")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["course", "person"], name="participation_once"),
            models.CheckConstraint(
                condition=Q(judge=None) | ~Q(judge=F("person")), name="effect_judged_by_another"
            ),
            models.CheckConstraint(condition=Q(result="") | Q(presence="attended"), name="result_of_present"),
            models.CheckConstraint(
                condition=Q(effect="") | (Q(presence="attended") & ~Q(effect_grounds="")),
                name="effect_has_grounds",
            ),
        ]
        indexes = [models.Index(fields=["judge", "effect"], name="participation_to_judge")]

    def __str__(self) -> str:
        return f"{self.person} · {self.course}"


class CourseFile(AgencyRecord):
    """A file of a course: its list of presence, its papers, or the certificate of somebody who took part."""

    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="files", verbose_name=_("course")
    )
    participation = models.ForeignKey(
        Participation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="certificates",
        verbose_name=_("certificate of"),
    )
    file = models.ForeignKey(
        "qms.StoredFile", on_delete=models.PROTECT, related_name="+", verbose_name=_("file")
    )
    note = models.CharField(_("what it is"), max_length=160, blank=True)
    added_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("added by")
    )

    class Meta:
        verbose_name = _("file of a course")
        verbose_name_plural = _("files of courses")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "file"],
                condition=Q(participation__isnull=False),
                name="certificate_once",
            )
        ]

    def __str__(self) -> str:
        return self.note or self.file.name


class PersonCompetence(AgencyRecord):
    """What a person was found to master on a day, by which evidence; the newest entry in force counts."""

    class Basis(models.TextChoices):
        CERTIFICATE = "certificate", _("Degree or certificate")
        COURSE = "course", _("Course")
        ASSESSMENT = "assessment", _("Assessment by a superior")

    person = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, related_name="competences", verbose_name=_("person")
    )
    requirement = models.ForeignKey(
        Requirement,
        on_delete=models.PROTECT,
        related_name="held",
        verbose_name=_("requirement of competence"),
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices)
    basis = models.CharField(_("evidence"), max_length=12, choices=Basis.choices)
    reference = models.CharField(_("number, issuer"), max_length=255, blank=True)
    since = models.DateField(_("since"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("course")
    )
    recorded_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("competence of a person")
        verbose_name_plural = _("competences of people")
        ordering = ["-since", "-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("since")),
                name="competence_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(recorded_by=None) | ~Q(recorded_by=F("person")), name="competence_not_by_oneself"
            ),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=3), name="competence_level_in_range"),
        ]
        indexes = [models.Index(fields=["agency", "person", "requirement"], name="competence_of_person")]

    def __str__(self) -> str:
        return f"{self.person}: {self.requirement}"
