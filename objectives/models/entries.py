"""Numbers that units enter themselves, with evidence, confirmed by another person."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from objectives import periods
from objectives.models.sets import Target
from objectives.querysets import TargetScopedQuerySet
from qms.models import AgencyRecord


class ManualEntry(AgencyRecord):
    """Numerator and denominator of one unit, target and period.

    The numbers are never edited: a correction is a new entry that points to the one it corrects, and takes
    its place when it is confirmed.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for confirmation")
        CONFIRMED = "confirmed", _("Confirmed")
        RETURNED = "returned", _("Returned")
        REPLACED = "replaced", _("Replaced by a correction")

    target = models.ForeignKey(
        Target, on_delete=models.PROTECT, related_name="entries", verbose_name=_("target")
    )
    unit = models.ForeignKey(
        "qms.OrgUnit", on_delete=models.PROTECT, related_name="+", verbose_name=_("unit")
    )
    period = models.CharField(_("period"), max_length=8)
    numerator = models.PositiveBigIntegerField(_("numerator"))
    denominator = models.PositiveBigIntegerField(_("denominator"))
    note = models.TextField(_("note"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    entered_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("entered by")
    )
    confirmed_by = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    return_reason = models.CharField(_("returned because"), max_length=1000, blank=True)
    corrects = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("corrects"),
    )
    evidence = models.ManyToManyField(
        "qms.StoredFile", through="objectives.EntryEvidence", related_name="+", verbose_name=_("evidence")
    )

    objects: ClassVar = TargetScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("entered figure")
        verbose_name_plural = _("entered figures")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["target", "unit", "period"],
                condition=Q(state="confirmed"),
                name="one_confirmed_entry",
            ),
            models.UniqueConstraint(
                fields=["target", "unit", "period"], condition=Q(state="waiting"), name="one_waiting_entry"
            ),
            models.CheckConstraint(condition=Q(numerator__lte=F("denominator")), name="entry_is_a_share"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False), name="confirmed_has_a_time"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("entered_by")),
                name="entry_confirmed_by_another",
            ),
        ]
        indexes = [models.Index(fields=["agency", "target", "unit", "period"], name="entry_cell")]

    def __str__(self) -> str:
        return f"{self.target.code} · {self.unit} · {self.period}"

    def get_absolute_url(self) -> str:
        """The page of the entry."""
        return reverse("objectives:entry", args=[self.pk])

    @property
    def span(self) -> periods.Period:
        """The period of the entry."""
        return periods.parse(self.period)


class EntryEvidence(AgencyRecord):
    """A file that shows where the numbers of an entry come from."""

    entry = models.ForeignKey(
        ManualEntry, on_delete=models.PROTECT, related_name="evidence_rows", verbose_name=_("entry")
    )
    file = models.ForeignKey(
        "qms.StoredFile", on_delete=models.PROTECT, related_name="+", verbose_name=_("file")
    )

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["created_at"]

    def __str__(self) -> str:
        return str(self.file)
