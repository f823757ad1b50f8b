"""Half-year and year-end reviews of objectives: figures frozen, judged, approved by another (9.1.3)."""

import datetime as dt
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from objectives import formulas, periods
from objectives.models.drafted import DraftedRecord
from objectives.models.measures import Measurement
from objectives.models.sets import STATUSES, ObjectiveSet, Target
from objectives.querysets import SetScopedQuerySet, only_superior
from qms.models import AgencyRecord

if TYPE_CHECKING:
    from qms.models import Person

MISSED = (formulas.Status.NOT_ACHIEVED.value, formulas.Status.AT_RISK.value)
"""What a review has to explain."""


class ReviewQuerySet(SetScopedQuerySet):
    """Reviews: who looks in from a superior agency sees the approved ones."""

    state_path = "state"

    def visible_to(self, person: "Person | None") -> Self:
        """As the set, and of other agencies (or for the role of a superior alone) only what is approved."""
        rows = super().visible_to(person)
        if person is None:
            return rows
        approved = Q(**{self.state_path: "approved"})
        return rows.filter(approved if only_superior(person) else Q(agency_id=person.agency_id) | approved)


class ReviewPartQuerySet(ReviewQuerySet):
    """Rows that belong to a review."""

    set_path = "review__objective_set"
    state_path = "review__state"


class ObjectiveReview(DraftedRecord):
    """The review of a set at half-year or year-end.

    Its figures are copies frozen when it was drafted (or taken anew while it is a draft), so that what was
    reported stays what was reported. Who drafts does not approve.
    """

    class Kind(models.TextChoices):
        HALF = "half", _("Half-year review")
        YEAR = "year", _("Year-end review")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("Waiting for approval")
        APPROVED = "approved", _("Approved")

    objective_set = models.ForeignKey(
        ObjectiveSet, on_delete=models.PROTECT, related_name="reviews", verbose_name=_("objective set")
    )
    kind = models.CharField(_("review"), max_length=4, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    figures_at = models.DateTimeField(_("figures taken at"))
    conclusion = models.TextField(
        _("general assessment"), blank=True, help_text=_("What the year shows, and what is to be done next.")
    )
    paper = models.ForeignKey(
        "documents.Paper",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("report"),
    )

    objects: ClassVar = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review of objectives")
        verbose_name_plural = _("reviews of objectives")
        ordering = ["-objective_set__year", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["objective_set", "kind"], name="review_once_per_kind"),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("drafter")),
                name="review_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_at__isnull=False, approver__isnull=False),
                name="review_approved_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.objective_set.year} · {self.objective_set.owner_label}"

    def get_absolute_url(self) -> str:
        """The page of the review."""
        return reverse("objectives:review", args=[self.pk])

    @property
    def period(self) -> periods.Period:
        """What it looks back on: the first half, or the year."""
        year = self.objective_set.year
        return periods.Period(year, 1, 6 if self.kind == self.Kind.HALF else 12)

    @property
    def opens_on(self) -> dt.date:
        """The first day of the last month of its period: from then on it is drafted."""
        last = self.period.last
        return periods.window(
            periods.Period(self.period.year, last, last), self.objective_set.window_rule
        ).first_day

    @property
    def is_draft(self) -> bool:
        """Whether what it says may still change."""
        return self.state == self.State.DRAFT


class ReviewLine(AgencyRecord):
    """One target in a review: the frozen figure, last year's beside it, the judgement and its reasons."""

    review = models.ForeignKey(
        ObjectiveReview, on_delete=models.CASCADE, related_name="lines", verbose_name=_("review")
    )
    target = models.ForeignKey(
        Target, on_delete=models.PROTECT, related_name="review_lines", verbose_name=_("target")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    measurement = models.ForeignKey(
        Measurement,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("measurement"),
        help_text=_("Where the figure was copied from."),
    )
    numerator = models.PositiveBigIntegerField(_("numerator"), null=True)
    denominator = models.PositiveBigIntegerField(_("denominator"), null=True)
    strict_numerator = models.PositiveBigIntegerField(
        _("numerator with overdue dossiers counted in"), null=True
    )
    strict_denominator = models.PositiveBigIntegerField(
        _("denominator with overdue dossiers counted in"), null=True
    )
    missing = models.JSONField(_("units without figures"), default=list)
    before_target = models.ForeignKey(
        Target, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("target of last year")
    )
    before_numerator = models.PositiveBigIntegerField(_("numerator last year"), null=True)
    before_denominator = models.PositiveBigIntegerField(_("denominator last year"), null=True)
    before_status = models.CharField(_("status last year"), max_length=20, choices=STATUSES, blank=True)
    proposed = models.CharField(_("status by the figures"), max_length=20, choices=STATUSES)
    status = models.CharField(_("status"), max_length=20, choices=STATUSES)
    status_reason = models.CharField(
        _("why judged otherwise"),
        max_length=1000,
        blank=True,
        help_text=_("Compulsory when the judgement differs from what the figures say."),
    )
    cause = models.TextField(_("cause"), blank=True)
    measure = models.TextField(_("measure"), blank=True)

    objects: ClassVar = ReviewPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a review")
        verbose_name_plural = _("lines of reviews")
        ordering = ["review", "order"]
        constraints = [
            models.UniqueConstraint(fields=["review", "target"], name="review_line_once"),
            models.CheckConstraint(
                condition=Q(proposed=F("status")) | ~Q(status_reason=""), name="other_judgement_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(numerator__isnull=True, denominator__isnull=True)
                | Q(numerator__isnull=False, denominator__isnull=False),
                name="review_line_both_or_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target.code}. {self.target.label or self.target.text}"

    def get_absolute_url(self) -> str:
        """The line on the page of its review."""
        return f"{self.review.get_absolute_url()}#l-{self.pk}"

    @property
    def is_missed(self) -> bool:
        """Whether cause and measure have to be given."""
        return self.status in MISSED

    @property
    def lacks_reasons(self) -> bool:
        """Whether something compulsory is missing."""
        return self.is_missed and not (self.cause.strip() and self.measure.strip())


class ReviewComment(AgencyRecord):
    """What a member of the board says about a review; kept as it was said."""

    review = models.ForeignKey(
        ObjectiveReview, on_delete=models.CASCADE, related_name="comments", verbose_name=_("review")
    )
    author = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    text = models.TextField(_("comment"))

    objects: ClassVar = ReviewPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment on a review")
        verbose_name_plural = _("comments on reviews")
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.author}: {self.text[:80]}"
