"""Standard editions and clauses as data, their applicability per agency, and what maps to what (4.3)."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from qms.models.base import AgencyRecord, Record


class StandardEdition(Record):
    """One edition of a standard, such as TCVN ISO 9001:2015. Titles only: its text is copyrighted."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    title_vi = models.CharField(_("title in Vietnamese"), max_length=255)
    title_en = models.CharField(_("title in English"), max_length=255)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    is_draft = models.BooleanField(_("draft, not yet published"), default=False)

    class Meta:
        verbose_name = _("standard edition")
        verbose_name_plural = _("standard editions")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Clause(Record):
    """A clause of an edition, down to the letter (8.5.1.f)."""

    edition = models.ForeignKey(
        StandardEdition, on_delete=models.PROTECT, related_name="clauses", verbose_name=_("standard edition")
    )
    code = models.CharField(_("clause"), max_length=20)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent clause"),
    )
    title_vi = models.CharField(_("title in Vietnamese"), max_length=255)
    title_en = models.CharField(_("title in English"), max_length=255)
    order = models.PositiveSmallIntegerField(_("order"))

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ["edition", "order"]
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="clause_code_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def title(self) -> str:
        """The title in the language of the page."""
        return self.title_en if (get_language() or "vi").startswith("en") else self.title_vi


class ClauseApplicability(AgencyRecord):
    """Whether a clause applies to an agency from a date on; what does not apply needs a justification."""

    clause = models.ForeignKey(
        Clause, on_delete=models.PROTECT, related_name="applicabilities", verbose_name=_("clause")
    )
    applicable = models.BooleanField(_("applicable"))
    justification = models.TextField(_("justification"), blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("applicability of a clause")
        verbose_name_plural = _("applicability of clauses")
        ordering = ["clause", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(applicable=True) | ~models.Q(justification=""),
                name="exclusion_is_justified",
            ),
            models.UniqueConstraint(
                fields=["agency", "clause", "valid_from"], name="applicability_once_per_day"
            ),
        ]

    def __str__(self) -> str:
        return str(self.clause.code)


class ClauseMapping(Record):
    """Where the content of a clause went in another edition."""

    class Kind(models.TextChoices):
        SAME = "same", _("Unchanged")
        CHANGED = "changed", _("Changed")
        MOVED = "moved", _("Moved")
        NEW = "new", _("New")
        REMOVED = "removed", _("Removed")

    source = models.ForeignKey(
        Clause,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="maps_to",
        verbose_name=_("from"),
    )
    target = models.ForeignKey(
        Clause,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="maps_from",
        verbose_name=_("to"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    note_vi = models.CharField(_("note in Vietnamese"), max_length=500, blank=True)
    note_en = models.CharField(_("note in English"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("clause mapping")
        verbose_name_plural = _("clause mappings")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(source__isnull=False) | models.Q(target__isnull=False),
                name="mapping_has_an_end",
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"

    @property
    def note(self) -> str:
        """The note in the language of the page."""
        return self.note_en if (get_language() or "vi").startswith("en") else self.note_vi
