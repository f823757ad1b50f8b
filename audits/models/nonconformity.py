"""Nonconformities: the case, its cause, the same elsewhere, and whether it came back (8.7, 10.2)."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qms.models import AgencyRecord


class CauseCategory(models.TextChoices):
    """The bones of the fishbone; recurrence and Pareto count by them."""

    PEOPLE = "people", _("People")
    METHOD = "method", _("Procedure, method")
    TOOLS = "tools", _("Software, equipment")
    INFORMATION = "information", _("Information, documents")
    MEASUREMENT = "measurement", _("Monitoring, measurement")
    ENVIRONMENT = "environment", _("Organisation, environment")


class Nonconformity(AgencyRecord):
    """One case from its detection to its closing.

    Correction comes first, then the cause, then actions under an approved plan, then a check whether they
    worked; an ineffective case is open again in a further round. Nothing is ever deleted.
    """

    class Origin(models.TextChoices):
        AUDIT = "audit", _("Internal audit")
        EXTERNAL = "external", _("External inspection")
        OUTPUT = "output", _("Nonconforming output")
        DOSSIER = "dossier", _("Dossier handled late or wrongly")
        COMPLAINT = "complaint", _("Complaint or proposal")
        OBJECTIVE = "objective", _("Target not met")
        RISK = "risk", _("Risk that came true")
        REVIEW = "review", _("Management review")
        SIMILAR = "similar", _("Similar case of another unit")
        REPORT = "report", _("Reported by ourselves")

    class Grade(models.TextChoices):
        MAJOR = "major", _("Major nonconformity")
        MINOR = "minor", _("Minor nonconformity")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("nonconformity", "Opened, to be corrected")
        ANALYSIS = "analysis", _("Cause and plan being worked out")
        REOPENED = "reopened", _("Reopened, actions had no effect")
        SUBMITTED = "submitted", _("Plan waits for approval")
        IN_PROGRESS = "in_progress", _("Actions being carried out")
        CHECKING = "checking", _("Waits for the effectiveness check")
        TO_CLOSE = "to_close", _("Waits to be closed")
        CLOSED = "closed", pgettext_lazy("nonconformity", "Closed")
        CANCELLED = "cancelled", pgettext_lazy("nonconformity", "Cancelled")

    class RiskDecision(models.TextChoices):
        NONE = "none", _("No change of risks needed")
        UPDATED = "updated", _("An entry of the register was updated")
        NEW = "new", _("A new risk was written down")

    class DocumentDecision(models.TextChoices):
        NONE = "none", _("No change of documents needed")
        REVISED = "revised", _("Documents are revised")

    ENDED = ("closed", "cancelled")
    PLANNING = ("analysis", "reopened")

    code = models.CharField(_("code"), max_length=40)
    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("what is wrong"), max_length=300)
    origin = models.CharField(_("source"), max_length=10, choices=Origin.choices)
    source_kind = models.CharField(_("kind of the source record"), max_length=80, blank=True)
    source_id = models.UUIDField(_("key of the source record"), null=True, blank=True)
    source_label = models.CharField(_("source record"), max_length=300, blank=True)
    source_url = models.CharField(_("address of the source record"), max_length=300, blank=True)
    finding = models.ForeignKey(
        "audits.Finding",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="nonconformities",
        verbose_name=_("finding"),
    )
    similar_to = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="spread",
        verbose_name=_("similar to"),
    )
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.OPEN)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    grade = models.CharField(_("grade"), max_length=6, choices=Grade.choices)
    unit = models.ForeignKey(
        "qms.OrgUnit", on_delete=models.PROTECT, related_name="nonconformities", verbose_name=_("unit")
    )
    process = models.CharField(_("process or procedure"), max_length=255)
    procedure = models.ForeignKey(
        "dossiers.Procedure",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("administrative procedure"),
    )
    clause = models.ForeignKey(
        "qms.Clause",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("clause"),
    )
    requirement = models.TextField(_("requirement"))
    description = models.TextField(_("what was found"))
    evidence = models.TextField(_("objective evidence"))
    detected_on = models.DateField(_("detected on"))
    reported_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    owner = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        related_name="nonconformities_owned",
        verbose_name=_("responsible"),
    )
    due_on = models.DateField(_("to be finished by"))

    no_correction = models.TextField(_("why nothing can be corrected"), blank=True)
    recurring = models.BooleanField(_("comes back"), default=False)
    waived_reason = models.TextField(_("why no cause analysis is needed"), blank=True)
    waived_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("waived by")
    )
    cause_category = models.CharField(
        _("kind of the root cause"), max_length=12, choices=CauseCategory.choices, blank=True
    )
    root_cause = models.TextField(_("root cause"), blank=True)
    similar_none = models.TextField(_("why no other unit is asked"), blank=True)

    submitted_by = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("plan submitted by"),
    )
    submitted_at = models.DateTimeField(_("plan submitted at"), null=True)
    return_note = models.TextField(_("reason of the return"), blank=True)
    approved_by = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("plan approved by"),
    )
    approved_at = models.DateTimeField(_("plan approved at"), null=True)

    risk_decision = models.CharField(
        _("risks"), max_length=8, choices=RiskDecision.choices, blank=True, default=""
    )
    risk_note = models.TextField(_("about the risks"), blank=True)
    risk = models.ForeignKey(
        "risks.Risk",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("risk"),
    )
    document_decision = models.CharField(
        _("documents"), max_length=8, choices=DocumentDecision.choices, blank=True, default=""
    )
    document_note = models.TextField(_("about the documents"), blank=True)
    document = models.ForeignKey(
        "library.ControlledDocument",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("controlled document"),
    )
    decided_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )

    effective = models.BooleanField(_("effective"), null=True)
    closed_on = models.DateField(_("closed on"), null=True)
    closed_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("closed by")
    )
    closed_note = models.TextField(_("conclusion"), blank=True)
    cancelled_reason = models.TextField(_("reason of the cancellation"), blank=True)
    taken_over = models.ForeignKey(
        "audits.CaseImport",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("taken over as closed from"),
    )
    past = models.JSONField(_("what the file says of it"), default=dict, blank=True)

    class Meta:
        verbose_name = _("nonconformity")
        verbose_name_plural = _("nonconformities")
        ordering = ["-detected_on", "-code"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "code"], name="nonconformity_code_unique"),
            models.CheckConstraint(condition=Q(due_on__gte=F("detected_on")), name="nonconformity_days"),
            models.CheckConstraint(
                condition=Q(waived_reason="") | Q(grade="minor", recurring=False),
                name="nonconformity_waiver_minor_only",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed")
                | Q(closed_on__isnull=False, taken_over__isnull=False)
                | (Q(closed_on__isnull=False) & ~Q(risk_decision="") & ~Q(document_decision="")),
                name="nonconformity_closed_is_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancelled_reason=""), name="nonconformity_cancel_reason"
            ),
            models.CheckConstraint(
                condition=Q(document__isnull=True) | Q(document_decision="revised"),
                name="nonconformity_document_revised",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(submitted_by=None) | ~Q(approved_by=F("submitted_by")),
                name="nonconformity_plan_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "state", "due_on"], name="nc_by_state"),
            models.Index(fields=["agency", "unit", "state"], name="nc_by_unit"),
            models.Index(fields=["agency", "-detected_on"], name="nc_by_day"),
            models.Index(fields=["agency", "source_kind", "source_id"], name="nc_by_source"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"[:200]

    def get_absolute_url(self) -> str:
        """The page of the case."""
        return reverse("audits:nc-detail", args=[self.pk])

    @property
    def is_ended(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state in self.ENDED

    @property
    def is_history(self) -> bool:
        """Whether it was closed before it came here: no step of it was made in the portal."""
        return self.taken_over_id is not None and self.round == 1

    @property
    def needs_cause(self) -> bool:
        """Whether the cause must be found whatever anybody thinks: major, or it came back."""
        return self.grade == self.Grade.MAJOR or self.recurring

    def age(self, today: dt.date) -> int:
        """Days from its detection to its closing, or until today."""
        return ((self.closed_on or today) - self.detected_on).days

    def is_late(self, today: dt.date) -> bool:
        """Whether it should be finished by now."""
        return not self.is_ended and self.due_on < today


class CauseAnalysis(AgencyRecord):
    """How the cause was found in one round: the whys asked in turn, or the bones of a fish.

    `items` of five whys: {"question", "answer"} in their order; of a fishbone: {"category", "text"}.
    """

    class Method(models.TextChoices):
        WHYS = "whys", _("Five whys")
        FISHBONE = "fishbone", _("Fishbone")

    nonconformity = models.ForeignKey(
        Nonconformity, on_delete=models.PROTECT, related_name="analyses", verbose_name=_("nonconformity")
    )
    round = models.PositiveSmallIntegerField(_("round"))
    method = models.CharField(_("method"), max_length=8, choices=Method.choices)
    items = models.JSONField(_("steps"), default=list)
    root_cause = models.TextField(_("root cause"))
    category = models.CharField(_("kind of the root cause"), max_length=12, choices=CauseCategory.choices)
    made_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    made_on = models.DateField(_("made on"))

    class Meta:
        verbose_name = _("cause analysis")
        verbose_name_plural = _("cause analyses")
        ordering = ["-round"]
        constraints = [
            models.UniqueConstraint(fields=["nonconformity", "round"], name="cause_analysis_per_round")
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()}: {self.root_cause}"[:160]


class SimilarCase(AgencyRecord):
    """A unit is asked whether the same could happen, or happens, there; it answers in its own words."""

    class Answer(models.TextChoices):
        NONE = "none", _("Does not happen here")
        POSSIBLE = "possible", _("Could happen, precaution taken")
        FOUND = "found", _("Happens here too")

    nonconformity = models.ForeignKey(
        Nonconformity, on_delete=models.PROTECT, related_name="similar_cases", verbose_name=_("nonconformity")
    )
    unit = models.ForeignKey(
        "qms.OrgUnit", on_delete=models.PROTECT, related_name="+", verbose_name=_("unit asked")
    )
    asked_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    asked_on = models.DateField(_("asked on"))
    due_on = models.DateField(_("answer by"))
    answer = models.CharField(_("answer"), max_length=8, choices=Answer.choices, blank=True, default="")
    words = models.TextField(_("in words"), blank=True)
    answered_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)
    opened = models.ForeignKey(
        Nonconformity,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("nonconformity opened there"),
    )

    class Meta:
        verbose_name = _("question about similar cases")
        verbose_name_plural = _("questions about similar cases")
        ordering = ["unit__order", "unit__name"]
        constraints = [
            models.UniqueConstraint(fields=["nonconformity", "unit"], name="similar_case_once_per_unit"),
            models.CheckConstraint(
                condition=Q(answer="") | ~Q(words=""), name="similar_case_answer_in_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nonconformity.code}: {self.unit}"


class Recurrence(AgencyRecord):
    """A case is the same as an earlier one: which of clause, unit, process and cause they share."""

    later = models.ForeignKey(
        Nonconformity, on_delete=models.PROTECT, related_name="recurs", verbose_name=_("later case")
    )
    earlier = models.ForeignKey(
        Nonconformity, on_delete=models.PROTECT, related_name="came_back", verbose_name=_("earlier case")
    )
    shared = models.JSONField(_("what they share"), default=list)
    found_on = models.DateField(_("found on"))

    class Meta:
        verbose_name = _("recurrence")
        verbose_name_plural = _("recurrences")
        ordering = ["-earlier__detected_on"]
        constraints = [
            models.UniqueConstraint(fields=["later", "earlier"], name="recurrence_once"),
            models.CheckConstraint(condition=~Q(later=F("earlier")), name="recurrence_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.later.code} ← {self.earlier.code}"
