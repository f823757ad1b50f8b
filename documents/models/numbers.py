"""Numbers of papers: one series per agency, key and year, and a register that forgets nothing."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models.papers import KIND_CHOICES
from qms.models import AgencyRecord


class NumberSeries(AgencyRecord):
    """A book of numbers from 01 on 1 January to 31 December (Decree 30/2020, Article 15).

    `key` is a kind, or `common` where the head of the agency decided on one book for all. The row is what
    allocation locks.
    """

    key = models.CharField(_("book"), max_length=20)
    year = models.PositiveSmallIntegerField(_("year"))
    last_number = models.PositiveIntegerField(_("last number"), default=0)
    last_date = models.DateField(_("date of the last paper"), null=True, blank=True)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        ordering = ["-year", "key"]
        constraints = [models.UniqueConstraint(fields=["agency", "key", "year"], name="series_once_per_year")]

    def __str__(self) -> str:
        return f"{self.key} {self.year}"


class RegisterEntry(AgencyRecord):
    """A number that was ever given. It is never given again, whatever became of its paper."""

    class Status(models.TextChoices):
        ALLOCATED = "allocated", _("Being issued")
        ISSUED = "issued", _("Issued")
        CANCELLED = "cancelled", _("Cancelled")

    series = models.ForeignKey(
        NumberSeries, on_delete=models.PROTECT, related_name="entries", verbose_name=_("book")
    )
    number = models.PositiveIntegerField(_("number"))
    year = models.PositiveSmallIntegerField(_("year"))
    symbol = models.CharField(_("symbol"), max_length=60)
    kind = models.CharField(_("kind"), max_length=20, choices=KIND_CHOICES)
    title = models.CharField(_("title"), max_length=500)
    issued_on = models.DateField(_("date of the paper"))
    signer_name = models.CharField(_("signed by"), max_length=200)
    recipients = models.TextField(_("recipients"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.ALLOCATED)
    reason = models.CharField(_("reason of the cancellation"), max_length=500, blank=True)
    paper = models.ForeignKey(
        "documents.Paper",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="register_entries",
        verbose_name=_("paper"),
    )
    allocated_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("number given by")
    )
    allocated_at = models.DateTimeField(_("number given at"))
    given_elsewhere = models.BooleanField(_("given before this portal"), default=False)

    class Meta:
        verbose_name = _("register entry")
        verbose_name_plural = _("register of numbers")
        ordering = ["-year", "series", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="number_given_once"),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | ~Q(reason=""), name="cancelled_number_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(given_elsewhere=False) | Q(paper__isnull=True),
                name="number_elsewhere_has_no_paper",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Number and symbol, as printed."""
        return f"{self.number:02d}/{self.symbol}"
