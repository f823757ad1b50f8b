"""Agencies, their dated settings, and their units as an effective-dated tree (4.1, 5.3)."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.models.base import AgencyRecord, Record


class Agency(Record):
    """A public agency that runs its own quality management system; its data is its own."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=255)
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    parent_name = models.CharField(
        _("superior agency on papers"),
        max_length=255,
        blank=True,
        help_text=_("First line of the letterhead."),
    )
    place = models.CharField(_("place on papers"), max_length=80, help_text=_("Before the date of papers."))
    address = models.CharField(_("address"), max_length=255, blank=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("superior agency in this portal"),
    )
    is_demo = models.BooleanField(_("demonstration data"), default=False)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AgencySetting(AgencyRecord):
    """One value of one agency setting from a date on; a change is a new row, never an edit."""

    key = models.CharField(_("setting"), max_length=80)
    value = models.JSONField(_("value"))
    valid_from = models.DateField(_("valid from"))
    document = models.CharField(_("decided by"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("agency setting")
        verbose_name_plural = _("agency settings")
        ordering = ["key", "-valid_from", "-created_at"]
        indexes = [models.Index(fields=["agency", "key", "valid_from"], name="setting_agency_key")]

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"


class OrgUnit(AgencyRecord):
    """A unit of an agency. Its present names stand here, its former ones in `OrgUnitVersion`."""

    class Kind(models.TextChoices):
        LEADERSHIP = "leadership", _("Leadership")
        OFFICE = "office", _("Office")
        DIVISION = "division", _("Division")
        CENTRE = "centre", _("Centre")
        COMMITTEE = "committee", _("Committee")
        OTHER = "other", _("Other")

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=255)
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    abbreviation = models.CharField(_("abbreviation"), max_length=20, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.DIVISION)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("belongs to"),
    )
    handles_procedures = models.BooleanField(_("handles administrative procedures"), default=False)
    is_standing_unit = models.BooleanField(_("standing unit of the ISO committee"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["order", "name"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "code"], name="unit_code_unique"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="unit_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the unit."""
        return reverse("unit-detail", args=[self.pk])

    @property
    def label(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name

    def exists_on(self, day: dt.date) -> bool:
        """Whether the unit exists on a day (first and last day included)."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class OrgUnitVersion(AgencyRecord):
    """What a unit was called and where it belonged in a span of time."""

    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, related_name="versions", verbose_name=_("unit")
    )
    name = models.CharField(_("name"), max_length=255)
    short_name = models.CharField(_("short name"), max_length=80, blank=True)
    abbreviation = models.CharField(_("abbreviation"), max_length=20, blank=True)
    parent = models.ForeignKey(
        OrgUnit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("belongs to"),
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("unit version")
        verbose_name_plural = _("unit versions")
        ordering = ["unit", "valid_from"]

    def __str__(self) -> str:
        return f"{self.name} ({self.valid_from:%d/%m/%Y})"


class OrgUnitAlias(AgencyRecord):
    """What another system calls a unit; imports find the unit by it."""

    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, related_name="aliases", verbose_name=_("unit")
    )
    name = models.CharField(_("name or code in the other system"), max_length=255)
    folded = models.CharField(_("folded name"), max_length=255, editable=False)
    system = models.CharField(_("other system"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("unit alias")
        verbose_name_plural = _("unit aliases")
        ordering = ["unit", "name"]
        constraints = [models.UniqueConstraint(fields=["agency", "folded"], name="unit_alias_unique")]

    def __str__(self) -> str:
        return self.name


class OrgUnitChange(AgencyRecord):
    """A merge, split, rename, founding or closing of units, with the document that decided it."""

    class Kind(models.TextChoices):
        CREATED = "created", _("Founded")
        RENAMED = "renamed", _("Renamed or moved")
        MERGED = "merged", _("Merged")
        SPLIT = "split", _("Split")
        CLOSED = "closed", _("Closed")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    on = models.DateField(_("from the day"))
    before = models.ManyToManyField(OrgUnit, related_name="changes_after", verbose_name=_("units before"))
    after = models.ManyToManyField(OrgUnit, related_name="changes_before", verbose_name=_("units after"))
    document = models.CharField(_("decided by"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("change of units")
        verbose_name_plural = _("changes of units")
        ordering = ["-on"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on:%d/%m/%Y}"
