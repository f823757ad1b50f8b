"""Controlled documents: identity, distribution, periodic review, change requests (7.5.2, 7.5.3)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.models import AgencyRecord


class ControlledDocument(AgencyRecord):
    """One document under its code; what it says stands in its versions. The code is unique for ever."""

    class Kind(models.TextChoices):
        MANUAL = "manual", _("Quality manual")
        POLICY = "policy", _("Quality policy")
        OBJECTIVES = "objectives", _("Quality objectives (document)")
        PROCEDURE = "procedure", _("Procedure (document)")
        INSTRUCTION = "instruction", _("Work instruction")
        FORM = "form", _("Form (document)")
        EXTERNAL = "external", _("External document")

    code = models.CharField(_("code"), max_length=60)
    title = models.CharField(_("title"), max_length=255)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    owner = models.ForeignKey(
        "qms.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit in charge"),
        help_text=_("Empty: the whole agency; the ISO secretary looks after it."),
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("belongs to the document"),
    )
    purpose = models.TextField(_("what it is for"), blank=True)
    issuer = models.CharField(_("issued by"), max_length=255, blank=True)
    basis = models.ForeignKey(
        "documents.LegalBasis",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("legal basis"),
        help_text=_("For a legal text that is kept among the legal bases."),
    )
    clauses = models.ManyToManyField(
        "qms.Clause", blank=True, related_name="+", verbose_name=_("clauses of the standard")
    )
    review_months = models.PositiveSmallIntegerField(
        _("reviewed every … months"), default=12, help_text=_("0: no periodic review.")
    )
    next_review_on = models.DateField(_("next review"), null=True, blank=True)
    created_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("added by")
    )

    class Meta:
        verbose_name = _("controlled document")
        verbose_name_plural = _("controlled documents")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["agency", "code"], name="document_code_unique")]
        indexes = [models.Index(fields=["agency", "kind"], name="document_by_kind")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        """The page of the document."""
        return reverse("library:document-detail", args=[self.pk])

    @property
    def place(self) -> str:
        """The unit in charge, or the whole agency."""
        return self.owner.label if self.owner else str(_("Whole agency"))


class Distribution(AgencyRecord):
    """Who gets a document: a unit, a person, or (both empty) everybody of the agency."""

    document = models.ForeignKey(
        ControlledDocument, on_delete=models.PROTECT, related_name="distribution", verbose_name=_("document")
    )
    unit = models.ForeignKey(
        "qms.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
    )
    person = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )

    class Meta:
        verbose_name = _("distribution of a document")
        verbose_name_plural = _("distribution of documents")
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(unit=None) | Q(person=None), name="distribution_to_one"),
            models.UniqueConstraint(
                fields=["document", "unit"], condition=Q(unit__isnull=False), name="distribution_unit_once"
            ),
            models.UniqueConstraint(
                fields=["document", "person"],
                condition=Q(person__isnull=False),
                name="distribution_person_once",
            ),
            models.UniqueConstraint(
                fields=["document"], condition=Q(unit=None, person=None), name="distribution_all_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit or self.person or _("Whole agency"))


class PeriodicReview(AgencyRecord):
    """Somebody looked whether a document still fits; “no change needed” is an answer that is kept."""

    class Outcome(models.TextChoices):
        NO_CHANGE = "no_change", _("No change needed")
        REVISE = "revise", _("To be revised")
        WITHDRAW = "withdraw", _("To be withdrawn")

    document = models.ForeignKey(
        ControlledDocument, on_delete=models.PROTECT, related_name="reviews", verbose_name=_("document")
    )
    version = models.ForeignKey(
        "library.DocumentVersion", on_delete=models.PROTECT, related_name="+", verbose_name=_("version")
    )
    outcome = models.CharField(_("result of the review"), max_length=10, choices=Outcome.choices)
    note = models.TextField(_("grounds"))
    reviewed_on = models.DateField(_("reviewed on"))
    reviewed_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("reviewed by")
    )
    next_on = models.DateField(_("next review"), null=True, blank=True)

    class Meta:
        verbose_name = _("periodic review")
        verbose_name_plural = _("periodic reviews")
        ordering = ["-reviewed_on", "-created_at"]

    def __str__(self) -> str:
        return f"{self.document.code}: {self.get_outcome_display()}"


class ChangeRequest(AgencyRecord):
    """What a reader wants changed in a document, and the answer to it."""

    class State(models.TextChoices):
        OPEN = "open", _("Waits for an answer")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Not taken up")

    document = models.ForeignKey(
        ControlledDocument,
        on_delete=models.PROTECT,
        related_name="change_requests",
        verbose_name=_("document"),
    )
    version = models.ForeignKey(
        "library.DocumentVersion",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("version"),
    )
    place = models.CharField(_("page or part"), max_length=160, blank=True)
    text = models.TextField(_("what should change, and why"))
    asked_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)
    taken_into = models.ForeignKey(
        "library.DocumentVersion",
        on_delete=models.SET_NULL,
        null=True,
        related_name="requests",
        verbose_name=_("taken up in the version"),
    )

    class Meta:
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["agency", "state"], name="change_request_by_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state="open") | ~Q(answer=""), name="change_request_answered")
        ]

    def __str__(self) -> str:
        return f"{self.document.code}: {self.text[:80]}"

    def get_absolute_url(self) -> str:
        """The page where it is answered."""
        return reverse("library:request-detail", args=[self.pk])
