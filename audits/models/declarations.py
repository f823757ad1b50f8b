"""The agency's own declaration that its quality management system conforms to the standard (domain J)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qms.models import AgencyRecord


class SelfDeclaration(AgencyRecord):
    """One declaration: the scope it was made for, copied when its paper is drafted, and the paper itself.

    It is in force when its paper is issued; the one before is then replaced.
    """

    class State(models.TextChoices):
        PREPARING = "preparing", _("In preparation")
        IN_FORCE = "in_force", _("In force")
        REPLACED = "replaced", _("Replaced")
        ENDED = "ended", pgettext_lazy("declaration", "Revoked")

    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PREPARING)
    edition = models.ForeignKey(
        "qms.StandardEdition", on_delete=models.PROTECT, related_name="+", verbose_name=_("standard edition")
    )
    review = models.ForeignKey(
        "audits.ManagementReview",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="declarations",
        verbose_name=_("management review it rests on"),
    )
    activities = models.TextField(_("activities in the scope"))
    exclusions = models.JSONField(_("clauses that do not apply"), default=list)
    procedures = models.JSONField(_("administrative procedures in the scope"), default=list)
    internal = models.JSONField(_("internal procedures in the scope"), default=list)
    paper = models.ForeignKey(
        "documents.Paper",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("paper"),
    )
    drafted_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("prepared by")
    )
    in_force_from = models.DateField(_("in force from"), null=True, blank=True)
    ended_on = models.DateField(_("no longer in force since"), null=True, blank=True)

    CHIPS: ClassVar[dict[str, str]] = {
        "preparing": "draft",
        "in_force": "active",
        "replaced": "superseded",
        "ended": "revoked",
    }

    class Meta:
        verbose_name = _("declaration of conformity")
        verbose_name_plural = _("declarations of conformity")
        ordering = ["-year", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency"], condition=Q(state="in_force"), name="one_declaration_in_force"
            ),
            models.UniqueConstraint(
                fields=["agency"], condition=Q(state="preparing"), name="one_declaration_in_preparation"
            ),
            models.CheckConstraint(
                condition=Q(state="preparing") | Q(paper__isnull=False, in_force_from__isnull=False),
                name="declaration_made_by_a_paper",
            ),
        ]

    def __str__(self) -> str:
        return _("Declaration of conformity %(year)s") % {"year": self.year}

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("audits:declaration", args=[self.pk])

    @property
    def chip(self) -> str:
        """The state as the design system names it."""
        return self.CHIPS[self.state]
