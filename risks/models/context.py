"""Context issues (4.1) and interested parties with their needs and expectations (4.2), reviewed yearly."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qms.models import AgencyRecord


class ContextCategory(AgencyRecord):
    """A heading under which issues or parties are told; data of the agency."""

    class Side(models.TextChoices):
        EXTERNAL = "external", _("External issue")
        INTERNAL = "internal", _("Internal issue")
        PARTY = "party", _("Interested party")

    side = models.CharField(_("kind"), max_length=10, choices=Side.choices)
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=160)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("category of context")
        verbose_name_plural = _("categories of context")
        ordering = ["side", "order", "name"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "side", "code"], name="context_category_code")
        ]

    def __str__(self) -> str:
        return self.name


class ContextIssue(AgencyRecord):
    """Something outside or inside the agency that bears on its procedures, for good or ill."""

    class Effect(models.TextChoices):
        POSITIVE = "positive", _("Favourable")
        NEGATIVE = "negative", _("Unfavourable")
        BOTH = "both", _("Both")

    category = models.ForeignKey(
        ContextCategory, on_delete=models.PROTECT, related_name="issues", verbose_name=_("category")
    )
    unit = models.ForeignKey(
        "qms.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="context_issues",
        verbose_name=_("unit"),
        help_text=_("Empty: the whole agency."),
    )
    title = models.CharField(_("issue"), max_length=255)
    description = models.TextField(_("what it means for the agency"), blank=True)
    effect = models.CharField(_("effect"), max_length=10, choices=Effect.choices)
    response = models.TextField(_("how it is dealt with"), blank=True)
    evidence = models.CharField(_("related document"), max_length=255, blank=True)
    active = models.BooleanField(_("still holds"), default=True)

    class Meta:
        verbose_name = _("context issue")
        verbose_name_plural = _("context issues")
        ordering = ["category__side", "category__order", "title"]
        indexes = [models.Index(fields=["agency", "active"], name="context_issue_active")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the issue."""
        return reverse("risks:issue-detail", args=[self.pk])


class InterestedParty(AgencyRecord):
    """Somebody whose requirements concern the QMS."""

    category = models.ForeignKey(
        ContextCategory, on_delete=models.PROTECT, related_name="parties", verbose_name=_("category")
    )
    name = models.CharField(_("interested party"), max_length=255)
    description = models.TextField(_("what they have to do with the QMS"), blank=True)
    active = models.BooleanField(_("still concerned"), default=True)

    class Meta:
        verbose_name = _("interested party")
        verbose_name_plural = _("interested parties")
        ordering = ["category__order", "name"]
        indexes = [models.Index(fields=["agency", "active"], name="party_active")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the party."""
        return reverse("risks:party-detail", args=[self.pk])


class PartyNeed(AgencyRecord):
    """What an interested party requires, needs or expects, and how the agency meets it."""

    class Kind(models.TextChoices):
        REQUIREMENT = "requirement", _("Requirement")
        NEED = "need", _("Need")
        EXPECTATION = "expectation", _("Expectation")

    party = models.ForeignKey(
        InterestedParty, on_delete=models.PROTECT, related_name="needs", verbose_name=_("interested party")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    text = models.TextField(_("content"))
    response = models.TextField(_("how the agency meets it"), blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=255, blank=True)
    active = models.BooleanField(_("still holds"), default=True)

    class Meta:
        verbose_name = _("need or expectation")
        verbose_name_plural = _("needs and expectations")
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.text[:120]


class ContextReview(AgencyRecord):
    """The yearly look at one issue or party: does it still hold, what changed."""

    class Outcome(models.TextChoices):
        KEPT = "kept", _("Kept")
        CHANGED = "changed", _("Changed")
        DROPPED = "dropped", pgettext_lazy("review of the context", "Dropped")

    year = models.PositiveSmallIntegerField(_("year"))
    issue = models.ForeignKey(
        ContextIssue,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reviews",
        verbose_name=_("issue"),
    )
    party = models.ForeignKey(
        InterestedParty,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reviews",
        verbose_name=_("interested party"),
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    note = models.TextField(_("note"), blank=True)
    reviewed_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_on = models.DateField(_("reviewed on"))

    class Meta:
        verbose_name = _("review of the context")
        verbose_name_plural = _("reviews of the context")
        ordering = ["-year", "-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(issue__isnull=False, party=None) | Q(issue=None, party__isnull=False),
                name="context_review_one_subject",
            ),
            models.UniqueConstraint(fields=["issue", "year"], name="issue_reviewed_once"),
            models.UniqueConstraint(fields=["party", "year"], name="party_reviewed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.issue or self.party} {self.get_outcome_display()}"
