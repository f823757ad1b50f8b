"""Question libraries with versions, the checklist of a session, its answers and their evidence."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.models.audit import AuditSession
from qms.models import AgencyRecord
from qms.models.audit import AppendOnlyQuerySet


class Answer(models.TextChoices):
    """What an auditor concludes on a question. Empty is not yet answered, and is no answer."""

    CONFORM = "conform", _("Conform")
    NONCONFORM = "nonconform", _("Nonconform")
    OBSERVATION = "observation", _("Observation")
    STRENGTH = "strength", _("Strength")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class AuditQuestion(AgencyRecord):
    """One version of a question of the agency's library. Checklists keep the version they were made of."""

    code = models.CharField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    clause_code = models.CharField(_("clause"), max_length=20)
    process = models.CharField(
        _("process"), max_length=120, blank=True, help_text=_("Empty: asked of every process.")
    )
    procedure = models.ForeignKey(
        "dossiers.Procedure",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("administrative procedure"),
        help_text=_("Empty: asked whatever the procedure."),
    )
    text = models.TextField(_("question"))
    requirement = models.TextField(_("requirement"), help_text=_("What has to hold, in your own words."))
    look_at = models.CharField(_("evidence to see"), max_length=300, blank=True)
    samples = models.BooleanField(_("looks at dossiers"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    current = models.BooleanField(_("in use"), default=True)
    made_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("changed by")
    )

    class Meta:
        verbose_name = _("audit question")
        verbose_name_plural = _("library of audit questions")
        ordering = ["order", "code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "code", "version"], name="audit_question_version"),
            models.UniqueConstraint(
                fields=["agency", "code"], condition=Q(current=True), name="audit_question_one_in_use"
            ),
        ]
        indexes = [models.Index(fields=["agency", "current", "clause_code"], name="audit_question_clause")]

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"[:200]


class Checklist(AgencyRecord):
    """The questions of one session, with the sample of dossiers: population and seed are kept, so that
    the draw can be repeated."""

    session = models.OneToOneField(
        AuditSession, on_delete=models.PROTECT, related_name="checklist", verbose_name=_("session")
    )
    made_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    seed = models.CharField(_("seed of the draw"), max_length=40, blank=True)
    population = models.PositiveIntegerField(_("population"), default=0)
    population_hash = models.CharField(_("fingerprint of the population"), max_length=64, blank=True)
    sampled_from = models.DateField(_("dossiers from"), null=True)
    sampled_to = models.DateField(_("dossiers to"), null=True)
    sample = models.JSONField(_("sampled dossiers"), default=list)

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return str(self.session)


class ChecklistItem(AgencyRecord):
    """A question put in a session and its answer as it stands; `version` counts the answers given."""

    checklist = models.ForeignKey(
        Checklist, on_delete=models.PROTECT, related_name="items", verbose_name=_("checklist")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    question = models.ForeignKey(
        AuditQuestion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("question of the library"),
    )
    clause = models.ForeignKey(
        "qms.Clause", on_delete=models.PROTECT, related_name="+", verbose_name=_("clause")
    )
    text = models.TextField(_("question"))
    requirement = models.TextField(_("requirement"), blank=True)
    look_at = models.CharField(_("evidence to see"), max_length=300, blank=True)
    samples = models.BooleanField(_("looks at dossiers"), default=False)
    answer = models.CharField(_("conclusion"), max_length=14, choices=Answer.choices, blank=True)
    note = models.TextField(_("notes"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=0)
    answered_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)

    class Meta:
        verbose_name = _("question of a checklist")
        verbose_name_plural = _("questions of checklists")
        ordering = ["checklist", "number"]
        constraints = [models.UniqueConstraint(fields=["checklist", "number"], name="checklist_item_number")]
        indexes = [models.Index(fields=["agency", "answer"], name="checklist_item_answer")]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"[:200]


class AnswerRecord(AgencyRecord):
    """One answer as it was given. Append-only; the key given by the device is taken once."""

    item = models.ForeignKey(
        ChecklistItem, on_delete=models.PROTECT, related_name="records", verbose_name=_("question")
    )
    key = models.CharField(_("key of the sender"), max_length=60)
    version = models.PositiveIntegerField(_("version"))
    answer = models.CharField(_("conclusion"), max_length=14, choices=Answer.choices, blank=True)
    note = models.TextField(_("notes"), blank=True)
    by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    at = models.DateTimeField(_("received at"))

    objects: ClassVar = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["item", "version"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "key"], name="answer_key_once"),
            models.UniqueConstraint(fields=["item", "version"], name="answer_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.version}: {self.answer}"


class AnswerEvidence(AgencyRecord):
    """A photo or file that shows what an answer says."""

    item = models.ForeignKey(
        ChecklistItem, on_delete=models.PROTECT, related_name="evidence", verbose_name=_("question")
    )
    file = models.ForeignKey(
        "qms.StoredFile", on_delete=models.PROTECT, related_name="+", verbose_name=_("file")
    )
    key = models.CharField(_("key of the sender"), max_length=60)
    caption = models.CharField(_("caption"), max_length=255, blank=True)
    added_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("added by")
    )

    class Meta:
        verbose_name = _("evidence of an answer")
        verbose_name_plural = _("evidence of answers")
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["agency", "key"], name="answer_evidence_key_once")]

    def __str__(self) -> str:
        return self.caption or str(self.file)
