"""The calendar of working days as data, and office hours (domain D4)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qms.models.base import AgencyQuerySet, AgencyRecord, Record


class CalendarDay(Record):
    """A day that differs from the weekly pattern, national or of one agency, with its source."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("Public holiday")
        COMPENSATORY_OFF = "compensatory_off", _("Compensatory day off")
        SWAPPED_OFF = "swapped_off", _("Swapped day off")
        MAKE_UP = "make_up_working_day", _("Make-up working day")

    agency = models.ForeignKey(
        "qms.Agency",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agency"),
        help_text=_("Empty: for the whole country."),
    )
    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("occasion"), max_length=160)
    document = models.CharField(_("source document"), max_length=255, blank=True)
    is_projected = models.BooleanField(_("not yet decided"), default=False)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "day"], name="calendar_day_per_agency"),
            models.UniqueConstraint(
                fields=["day"], condition=Q(agency__isnull=True), name="calendar_day_national"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.title}"


class OfficeHours(AgencyRecord):
    """Working hours of one weekday from a date on; no row for a weekday means it is a day of rest."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    morning_start = models.TimeField(_("morning from"))
    morning_end = models.TimeField(_("morning to"))
    afternoon_start = models.TimeField(_("afternoon from"), null=True, blank=True)
    afternoon_end = models.TimeField(_("afternoon to"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"))

    class Meta:
        verbose_name = _("office hours")
        verbose_name_plural = _("office hours")
        ordering = ["valid_from", "weekday"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "weekday", "valid_from"], name="hours_once_per_weekday")
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.morning_start:%H:%M}"
