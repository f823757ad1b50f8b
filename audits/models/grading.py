"""The agency's own grades of findings: its words, each with one of the four behaviours (9.2.2, 10.2)."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from qms.models import AgencyRecord


@dataclass(frozen=True)
class OwnGrade:
    """One grade: the key forms send, its word, what it means, and which of the four behaviours it has."""

    key: str
    word: str
    meaning: str
    behaviour: str


class GradeScale(AgencyRecord):
    """One version of the agency's grades. A change is a new version: findings keep their word."""

    version = models.PositiveSmallIntegerField(_("version"))
    grades = models.JSONField(_("grades"))
    valid_from = models.DateField(_("valid from"))
    document = models.CharField(_("decided by"), max_length=255, blank=True)
    made_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("changed by")
    )

    class Meta:
        verbose_name = _("scale of grades")
        verbose_name_plural = _("scales of grades")
        ordering = ["agency", "-version"]
        constraints = [models.UniqueConstraint(fields=["agency", "version"], name="grade_scale_version")]

    def __str__(self) -> str:
        return str(_("Scale of grades, version %(n)s") % {"n": self.version})

    def rows(self) -> list[OwnGrade]:
        """Its grades in their order."""
        return [
            OwnGrade(f"{self.version}.{number}", row["word"], row.get("meaning", ""), row["behaviour"])
            for number, row in enumerate(self._listed(), start=1)
        ]

    def _listed(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.grades
        return found
