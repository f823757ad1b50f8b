"""Records: what is kept, by whom, how long and where; disposal by an approved list and minutes (7.5.3.2)."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.models import AgencyRecord


class RecordSeries(AgencyRecord):
    """One line of the list of records: a kind of record with keeper, place, form and retention."""

    class Medium(models.TextChoices):
        ELECTRONIC = "electronic", _("Electronic")
        PAPER = "paper", _("On paper")
        BOTH = "both", _("On paper and electronic")

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("records"), max_length=255)
    form = models.ForeignKey(
        "library.ControlledDocument",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("form or procedure"),
        help_text=_("The controlled document by which they come about."),
    )
    unit = models.ForeignKey(
        "qms.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("keeper"),
        help_text=_("Empty: every unit keeps its own."),
    )
    place = models.CharField(_("where they are kept"), max_length=255)
    medium = models.CharField(_("kept as"), max_length=10, choices=Medium.choices)
    retention_years = models.PositiveSmallIntegerField(
        _("kept for … years"), null=True, blank=True, help_text=_("Empty: for ever.")
    )
    retention_basis = models.CharField(_("retention after"), max_length=255, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    clauses = models.ManyToManyField(
        "qms.Clause", blank=True, related_name="+", verbose_name=_("clauses of the standard")
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("records series")
        verbose_name_plural = _("list of records")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["agency", "code"], name="record_series_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        """The page of the series."""
        return reverse("library:series-detail", args=[self.pk])

    @property
    def keeper(self) -> str:
        """The unit that keeps them."""
        return self.unit.label if self.unit else str(_("Every unit its own"))


class RecordFile(AgencyRecord):
    """Records of a series that belong together (usually of one year): what is kept and later disposed of."""

    class State(models.TextChoices):
        KEPT = "kept", _("Being kept")
        DISPOSED = "disposed", _("Disposed of")

    series = models.ForeignKey(
        RecordSeries, on_delete=models.PROTECT, related_name="files", verbose_name=_("records series")
    )
    title = models.CharField(_("title"), max_length=255)
    unit = models.ForeignKey(
        "qms.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("keeper"),
    )
    quantity = models.CharField(_("quantity"), max_length=120, blank=True)
    closed_on = models.DateField(_("closed on"), help_text=_("Retention runs from this day."))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.KEPT)
    disposed_on = models.DateField(_("disposed of on"), null=True)

    class Meta:
        verbose_name = _("file of records")
        verbose_name_plural = _("files of records")
        ordering = ["series", "closed_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="kept", disposed_on=None) | Q(state="disposed", disposed_on__isnull=False),
                name="disposed_has_its_day",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def keep_until(self) -> dt.date | None:
        """The last day of retention; None when kept for ever."""
        years = self.series.retention_years
        if years is None:
            return None
        try:
            return self.closed_on.replace(year=self.closed_on.year + years)
        except ValueError:  # 29 February
            return self.closed_on.replace(year=self.closed_on.year + years, day=28)

    def is_past(self, day: dt.date) -> bool:
        """Whether retention is over on a day."""
        until = self.keep_until
        return until is not None and until < day


class DisposalList(AgencyRecord):
    """A list of files whose retention is over: approved by a leader, carried out with minutes."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being drawn up")
        SUBMITTED = "submitted", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        DONE = "done", _("Carried out")
        CANCELLED = "cancelled", _("Cancelled")

    code = models.CharField(_("code"), max_length=40)
    title = models.CharField(_("title"), max_length=255)
    council = models.TextField(_("council that looked through it"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    drafter = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("drafted by")
    )
    approver = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)
    decision_note = models.TextField(_("decision"), blank=True)
    done_on = models.DateField(_("carried out on"), null=True)
    method = models.CharField(_("how it was destroyed"), max_length=255, blank=True)
    witnesses = models.TextField(_("who was present"), blank=True)
    minutes = models.ForeignKey(
        "qms.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("signed minutes"),
    )

    class Meta:
        verbose_name = _("disposal list")
        verbose_name_plural = _("disposal lists")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "code"], name="disposal_code_unique"),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "done"]) | Q(approved_at__isnull=False),
                name="disposal_is_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | (Q(minutes__isnull=False) & ~Q(witnesses="")),
                name="disposal_has_minutes",
            ),
            models.CheckConstraint(
                condition=Q(approver=None) | Q(drafter=None) | ~Q(approver=F("drafter")),
                name="disposal_drafter_not_approver",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        """The page of the list."""
        return reverse("library:disposal-detail", args=[self.pk])


class DisposalItem(AgencyRecord):
    """A file on a disposal list."""

    listing = models.ForeignKey(
        DisposalList, on_delete=models.CASCADE, related_name="items", verbose_name=_("disposal list")
    )
    file = models.ForeignKey(
        RecordFile, on_delete=models.PROTECT, related_name="disposals", verbose_name=_("file of records")
    )

    class Meta:
        verbose_name = _("item of a disposal list")
        verbose_name_plural = _("items of disposal lists")
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["listing", "file"], name="disposal_item_once")]

    def __str__(self) -> str:
        return str(self.file)
