"""The annual plan that maintains and improves the system: its items, who leads them, how far they are."""

import datetime as dt
import secrets
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from objectives import timeframe
from objectives.models.drafted import InForceRecord
from objectives.querysets import PlanQuerySet, PlanScopedQuerySet
from qms.models import AgencyRecord

if TYPE_CHECKING:
    from objectives.models.plan_records import PlanParty

WORD_COUNTS = dt.timedelta(days=30)
ENDING = dt.timedelta(days=30)
"""How old a word on the progress may be on the day it is due."""


class PlanState(models.TextChoices):
    """The life of an annual plan."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    IN_FORCE = "in_force", _("In force")
    SUPERSEDED = "superseded", _("No longer in force")


class MaintenancePlan(InForceRecord):
    """What an agency does in a year to maintain and improve its quality management system.

    What it says is edited only as a draft; issuing its paper brings it into force, and from then on its
    items are worked on. Of one agency and year at most one plan is in force.
    """

    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("title"), max_length=300)
    state = models.CharField(_("state"), max_length=12, choices=PlanState.choices, default=PlanState.DRAFT)
    purposes = models.TextField(_("purposes"), blank=True, help_text=_("One point a line."))
    requirements = models.TextField(_("requirements"), blank=True, help_text=_("One point a line."))
    organisation = models.TextField(
        _("organisation"),
        blank=True,
        help_text=_("A line that begins with a dash is a point; any other line heads the points under it."),
    )
    budget_text = models.CharField(_("budget"), max_length=1000, blank=True)
    cloned_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="clones",
        verbose_name=_("made from the plan"),
    )
    paper = models.ForeignKey(
        "documents.Paper",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("paper"),
        help_text=_("The paper that brings the plan into force."),
    )

    objects: ClassVar = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("annual plan")
        verbose_name_plural = _("annual plans")
        ordering = ["-year", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year"], condition=Q(state="in_force"), name="one_plan_in_force"
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("drafter")),
                name="plan_approved_by_another",
            ),
        ]
        indexes = [models.Index(fields=["agency", "year", "state"], name="plan_agency_year")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the plan."""
        return reverse("objectives:plan", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        """Whether what it says may still change."""
        return self.state == PlanState.DRAFT

    @property
    def is_published(self) -> bool:
        """Whether it is, or once was, in force."""
        return self.state in {PlanState.IN_FORCE, PlanState.SUPERSEDED}


class PlanBasis(AgencyRecord):
    """A legal text the plan rests on, in the order it is cited."""

    plan = models.ForeignKey(
        MaintenancePlan, on_delete=models.CASCADE, related_name="bases", verbose_name=_("annual plan")
    )
    legal_basis = models.ForeignKey(
        "documents.LegalBasis", on_delete=models.PROTECT, related_name="+", verbose_name=_("legal basis")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects: ClassVar = PlanScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("basis of a plan")
        verbose_name_plural = _("bases of plans")
        ordering = ["plan", "order"]
        constraints = [models.UniqueConstraint(fields=["plan", "legal_basis"], name="plan_basis_once")]

    def __str__(self) -> str:
        return str(self.legal_basis)


class PlanItem(AgencyRecord):
    """Something the plan says is to be done: when, by whom, and how far it is.

    The time is kept in the words of the plan, with their meaning beside them (objectives/timeframe.py).
    Being late is never stored: it follows from the deadline and today's date (`standing`).
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Not begun")
        IN_PROGRESS = "in_progress", _("In progress")
        WAITING = "waiting", _("Waiting for confirmation")
        DONE = "done", _("Done")
        NO_OCCURRENCE = "no_occurrence", _("No occurrence")
        CANCELLED = "cancelled", _("Cancelled")

    plan = models.ForeignKey(
        MaintenancePlan, on_delete=models.CASCADE, related_name="items", verbose_name=_("annual plan")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("part of"),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    number = models.CharField(_("number"), max_length=12)
    text = models.TextField(_("work item"))
    is_optional = models.BooleanField(
        _("only if needed"), default=False, help_text=_("May end as “no occurrence”, with the reason.")
    )
    method = models.TextField(_("method"), blank=True)
    budget_text = models.CharField(_("budget"), max_length=300, blank=True)
    product = models.CharField(_("result to show"), max_length=500, blank=True)
    lead_text = models.CharField(
        _("leads, in the words of the plan"),
        max_length=500,
        blank=True,
        help_text=_("Only when the paper words it differently from the units chosen."),
    )
    coordinator_text = models.CharField(_("takes part, in the words of the plan"), max_length=500, blank=True)
    time_text = models.CharField(
        _("time"), max_length=200, blank=True, help_text=_("As it is to be printed, such as “Quý II-III”.")
    )
    time_meaning = models.JSONField(_("time as understood"), default=dict, editable=False)
    starts_on = models.DateField(_("begins on"), null=True, blank=True)
    due_on = models.DateField(_("deadline"), null=True, blank=True)
    is_continuous = models.BooleanField(_("goes on all year"), default=False)
    fulfilled_by = models.CharField(
        _("fulfilled by"),
        max_length=40,
        blank=True,
        help_text=_("The record of the portal that shows it was done; the item is ticked when that exists."),
    )
    state = models.CharField(_("state"), max_length=14, choices=State.choices, default=State.PLANNED)
    progress = models.PositiveSmallIntegerField(_("progress in per cent"), null=True, blank=True)
    progress_text = models.CharField(_("progress in words"), max_length=120, blank=True)
    progress_on = models.DateField(_("progress last told on"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    reported_by = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reported by"),
    )
    reported_at = models.DateTimeField(_("reported at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    record_key = models.CharField(_("record that fulfilled it"), max_length=120, blank=True)
    record_title = models.CharField(_("title of the record"), max_length=500, blank=True)
    record_url = models.CharField(_("address of the record"), max_length=300, blank=True)
    cloned_from = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="clones",
        verbose_name=_("taken over from"),
    )
    archived_at = models.DateTimeField(_("taken out at"), null=True, blank=True)

    objects: ClassVar = PlanScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of a plan")
        verbose_name_plural = _("items of plans")
        ordering = ["plan", "order"]
        indexes = [
            models.Index(fields=["agency", "plan", "order"], name="plan_item_order"),
            models.Index(fields=["agency", "state", "due_on"], name="plan_item_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_on__isnull=False), name="plan_item_done_has_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["no_occurrence", "cancelled"]) | ~Q(reason=""),
                name="plan_item_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="no_occurrence") | Q(is_optional=True), name="plan_item_may_not_occur"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("reported_by")),
                name="plan_item_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(progress__isnull=True) | Q(progress__lte=100), name="plan_item_progress_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"

    def get_absolute_url(self) -> str:
        """The page of the item."""
        return reverse("objectives:plan-item", args=[self.pk])

    @property
    def timeframe(self) -> timeframe.Timeframe:
        """The time in words and as understood."""
        return timeframe.from_json(self.time_text, self.time_meaning)

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.state in {self.State.PLANNED, self.State.IN_PROGRESS, self.State.WAITING}

    @property
    def words_owed(self) -> list[dt.date]:
        """The days (the half of the year, milestones) for which no word on the progress was given, in order.

        Only work that goes on all year owes one; a word counts when it was given at most a month before, and
        for every day before that.
        """
        if not self.is_continuous or self.state not in {self.State.PLANNED, self.State.IN_PROGRESS}:
            return []
        marks = {mark.on for mark in self.timeframe.milestones} | {dt.date(self.plan.year, 6, 30)}
        told = self.progress_on or dt.date.min
        open_marks = (mark for mark in marks if self.due_on is None or mark < self.due_on)
        return sorted(mark for mark in open_marks if told < mark - WORD_COUNTS)

    def is_ending(self, today: dt.date) -> bool:
        """Whether the deadline is near or over: from then on the end is asked for, no longer a word."""
        return self.due_on is not None and self.due_on <= today + ENDING

    @property
    def is_ticked_by_record(self) -> bool:
        """Whether the portal ticked it because a record exists."""
        return self.state == self.State.DONE and bool(self.record_key)

    def standing(self, today: dt.date) -> str:
        """How it stands on a day, as `qms.statuses` names it."""
        late_if = self.done_on if self.state == self.State.DONE else today
        late = self.due_on is not None and late_if is not None and late_if > self.due_on
        match self.state:
            case self.State.DONE:
                return "done_late" if late else "done"
            case self.State.PLANNED | self.State.IN_PROGRESS if late:
                return "overdue"
            case self.State.PLANNED:
                begun = self.starts_on is not None and self.starts_on <= today
                return "to_begin" if begun else "not_due"
            case _:
                return str(self.state)

    def days_late(self, today: dt.date) -> int:
        """Days after the deadline, 0 when in time."""
        on = self.done_on or today
        return max(0, (on - self.due_on).days) if self.due_on else 0

    @cached_property
    def leads(self) -> "list[PlanParty]":
        """Who leads; uses what was prefetched."""
        return [party for party in self.parties.all() if party.is_lead]

    @cached_property
    def coordinators(self) -> "list[PlanParty]":
        """Who takes part; uses what was prefetched."""
        return [party for party in self.parties.all() if not party.is_lead]

    @property
    def lead_words(self) -> str:
        """Who leads, as printed."""
        return self.lead_text or ", ".join(party.label for party in self.leads)

    @property
    def coordinator_words(self) -> str:
        """Who takes part, as printed."""
        return self.coordinator_text or ", ".join(party.label for party in self.coordinators)


def new_token() -> str:
    """An address nobody can guess."""
    return secrets.token_urlsafe(32)


class PlanFeed(AgencyRecord):
    """The secret address from which a calendar program reads the deadlines of one person."""

    person = models.ForeignKey(
        "qms.Person", on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    token = models.CharField(_("token"), max_length=60, unique=True, default=new_token)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar link")
        verbose_name_plural = _("calendar links")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at__isnull=True), name="one_calendar_link_each"
            )
        ]

    def __str__(self) -> str:
        return str(self.person)
