"""Competence: what tasks require, what people master, needs, plans, courses, and their effect (7.2)."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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


class TrainingNeed(AgencyRecord):
    """Something that has to be learned, and by whom: from a gap, a finding, a unit, a change of law."""

    class Origin(models.TextChoices):
        GAP = "gap", _("Gap in the matrix")
        RECORD = "record", _("Finding or other record")
        UNIT = "unit", _("Proposal of a unit")
        LAW = "law", _("New rules or tasks")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("training", "Open")
        PLANNED = "planned", pgettext_lazy("training", "In the plan")
        DECLINED = "declined", pgettext_lazy("training", "Not taken up")

    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    origin = models.CharField(_("origin"), max_length=8, choices=Origin.choices)
    title = models.CharField(_("what is to be learned"), max_length=255)
    reason = models.TextField(_("why"), blank=True)
    requirement = models.ForeignKey(
        Requirement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="needs",
        verbose_name=_("requirement of competence"),
    )
    unit = models.ForeignKey(
        "qms.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
    )
    people = models.ManyToManyField("qms.Person", blank=True, related_name="+", verbose_name=_("people"))
    source_label = models.CharField(_("comes from"), max_length=300, blank=True)
    source_url = models.CharField(_("address of the record"), max_length=300, blank=True)
    proposed_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    decline_reason = models.TextField(_("why it is not taken up"), blank=True)

    class Meta:
        verbose_name = _("training need")
        verbose_name_plural = _("training needs")
        ordering = ["-year", "-created_at"]
        indexes = [models.Index(fields=["agency", "year", "state"], name="training_need_by_year")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(decline_reason=""), name="need_declined_says_why"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the need."""
        return reverse("training:need-detail", args=[self.pk])


class TrainingPlan(AgencyRecord):
    """The training plan of a year; approved by somebody who did not draft it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Waiting for approval")
        APPROVED = "approved", _("Approved")

    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    purpose = models.TextField(_("purpose"), blank=True)
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
        verbose_name = _("training plan")
        verbose_name_plural = _("training plans")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "year"], name="training_plan_once_a_year"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("drafted_by")),
                name="training_plan_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.year}"

    def get_absolute_url(self) -> str:
        """The page of the plan."""
        return reverse("training:plan-detail", args=[self.pk])


class PlanItem(AgencyRecord):
    """One training of a plan: what, for whom, when, at what cost; it answers needs."""

    plan = models.ForeignKey(
        TrainingPlan, on_delete=models.CASCADE, related_name="items", verbose_name=_("training plan")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    title = models.CharField(_("content of the training"), max_length=255)
    topic = models.CharField(_("topic"), max_length=10, choices=Topic.choices, default=Topic.POSITION)
    requirement = models.ForeignKey(
        Requirement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("requirement of competence"),
    )
    audience = models.CharField(_("for whom"), max_length=255)
    head_count = models.PositiveSmallIntegerField(_("number of people"), default=1)
    month = models.PositiveSmallIntegerField(_("month"))
    trainer = models.CharField(_("trainer"), max_length=160, blank=True)
    cost = models.PositiveBigIntegerField(_("cost (đồng)"), default=0)
    needs = models.ManyToManyField(TrainingNeed, blank=True, related_name="items", verbose_name=_("needs"))

    class Meta:
        verbose_name = _("item of a training plan")
        verbose_name_plural = _("items of training plans")
        ordering = ["month", "order", "created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="plan_item_month_in_year")
        ]

    def __str__(self) -> str:
        return self.title


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
