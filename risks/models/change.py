"""Planned changes of the QMS: why, with what consequences, and how they went (6.3)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.models import AgencyRecord


class PlannedChange(AgencyRecord):
    """A change of the QMS thought through before it is made: the ISO officer's report to the leaders."""

    class Kind(models.TextChoices):
        PROCEDURE = "procedure", _("Procedure")
        SOFTWARE = "software", _("Software")
        ORGANISATION = "organisation", _("Organisation and units")
        STAFF = "staff", _("Staff and assignment of work")
        SCOPE = "scope", _("Scope of the QMS")
        STANDARD = "standard", _("Standard edition")
        OTHER = "other", _("Other")

    class State(models.TextChoices):
        DRAFT = "draft", _("Being drawn up")
        IN_REVIEW = "in_review", _("Being considered")
        APPROVED = "approved", _("Approved")
        DONE = "done", _("Carried out")
        REJECTED = "rejected", _("Not approved")
        CANCELLED = "cancelled", _("Cancelled")

    code = models.CharField(_("code"), max_length=40)
    title = models.CharField(_("change"), max_length=255)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    unit = models.ForeignKey(
        "qms.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="planned_changes",
        verbose_name=_("unit"),
        help_text=_("Empty: the whole agency."),
    )
    purpose = models.TextField(_("purpose"))
    consequences = models.TextField(_("possible consequences"))
    integrity = models.TextField(_("how the QMS stays whole meanwhile"))
    resources = models.TextField(_("resources"))
    responsibilities = models.TextField(_("responsibilities and authorities assigned anew"))
    takes_effect_on = models.DateField(_("takes effect on"))
    follow_up_on = models.DateField(_("look at the result on"))
    drafted_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("drafted by")
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True)
    decided_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who decided")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision_note = models.TextField(_("decision"), blank=True)
    result = models.TextField(_("result of the change"), blank=True)
    integrity_kept = models.BooleanField(_("the QMS stayed whole"), null=True)
    concluded_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("concluded by")
    )
    concluded_on = models.DateField(_("concluded on"), null=True)

    class Meta:
        verbose_name = _("planned change")
        verbose_name_plural = _("planned changes")
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["agency", "code"], name="change_code_unique")]
        indexes = [models.Index(fields=["agency", "state"], name="change_by_state")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        """The page of the change."""
        return reverse("risks:change-detail", args=[self.pk])

    @property
    def tone(self) -> str:
        """How its state is drawn: a state of `qms.statuses`."""
        drawn = {self.State.APPROVED: "in_progress"}
        return drawn.get(self.State(self.state), self.state)


class ChangeOpinion(AgencyRecord):
    """What a leader or unit head thinks of a change, asked before it is decided."""

    class Stance(models.TextChoices):
        AGREE = "agree", _("Agrees")
        AGREE_WITH = "agree_with", _("Agrees, with remarks")
        DISAGREE = "disagree", _("Does not agree")

    change = models.ForeignKey(
        PlannedChange, on_delete=models.PROTECT, related_name="opinions", verbose_name=_("planned change")
    )
    person = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    stance = models.CharField(_("opinion"), max_length=10, choices=Stance.choices, blank=True)
    text = models.TextField(_("remarks"), blank=True)
    given_at = models.DateTimeField(_("given at"), null=True)

    class Meta:
        verbose_name = _("opinion on a change")
        verbose_name_plural = _("opinions on changes")
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["change", "person"], name="opinion_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_stance_display()}"


class ChangeTouch(AgencyRecord):
    """Something a change touches: a document, an objective, a procedure, a risk or opportunity.

    What the portal keeps is linked; the label is kept as it was, and is all there is of anything else.
    """

    class Kind(models.TextChoices):
        DOCUMENT = "document", _("Document")
        OBJECTIVE = "objective", _("Quality objective")
        RISK = "risk", _("Risk or opportunity")
        PROCEDURE = "procedure", _("Administrative procedure")

    change = models.ForeignKey(
        PlannedChange, on_delete=models.PROTECT, related_name="touches", verbose_name=_("planned change")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    label = models.CharField(_("what"), max_length=300)
    what_changes = models.CharField(_("what changes about it"), max_length=300, blank=True)
    target = models.ForeignKey(
        "objectives.Target",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("target"),
    )
    risk = models.ForeignKey(
        "risks.Risk",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="touched_by",
        verbose_name=_("risk"),
    )
    document = models.ForeignKey(
        "library.ControlledDocument",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="touched_by",
        verbose_name=_("document"),
    )
    procedure = models.ForeignKey(
        "dossiers.Procedure",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="touched_by",
        verbose_name=_("administrative procedure"),
    )

    class Meta:
        verbose_name = _("what a change touches")
        verbose_name_plural = _("what changes touch")
        ordering = ["kind", "created_at"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(risk=None) | Q(kind="risk"))
                & (Q(target=None) | Q(kind="objective"))
                & (Q(document=None) | Q(kind="document"))
                & (Q(procedure=None) | Q(kind="procedure")),
                name="touch_link_is_of_its_kind",
            ),
            models.UniqueConstraint(
                fields=["change", "document"],
                condition=Q(document__isnull=False),
                name="change_touches_document_once",
            ),
            models.UniqueConstraint(
                fields=["change", "procedure"],
                condition=Q(procedure__isnull=False),
                name="change_touches_procedure_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.label}"

    @property
    def linked(self) -> models.Model | None:
        """The record of the portal it is, None for what is only named."""
        return self.document or self.procedure or self.target or self.risk


class ChangeStep(AgencyRecord):
    """One step of carrying a change out, followed up until it is done."""

    change = models.ForeignKey(
        PlannedChange, on_delete=models.PROTECT, related_name="steps", verbose_name=_("planned change")
    )
    description = models.CharField(_("step"), max_length=300)
    owner = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, related_name="change_steps", verbose_name=_("owner")
    )
    deadline = models.DateField(_("deadline"))
    done_on = models.DateField(_("done on"), null=True)
    done_note = models.CharField(_("result"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("step of a change")
        verbose_name_plural = _("steps of changes")
        ordering = ["deadline", "created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on=None) | ~Q(done_note=""), name="change_step_done_says_how"
            )
        ]

    def __str__(self) -> str:
        return self.description
