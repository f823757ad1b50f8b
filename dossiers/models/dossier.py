"""Dossiers handled by an agency: facts only, never judgements (8.5, 9.1).

The present facts of a dossier stand in `Dossier`; what a later import superseded stands in
`DossierVersion` with the span of imports it was valid for. Both have the same columns, so that every
condition of `dossiers.facts` counts either table, and any figure can be computed as of any import.
No personal data of citizens is kept: neither names nor numbers nor addresses.
"""

import datetime as dt
import uuid
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dossiers.models.procedure import OnlineLevel, Procedure
from qms.models import Agency, OrgUnit
from qms.models.base import AgencyQuerySet, AgencyRecord

NAMESPACE = uuid.UUID("0b0f2b3e-0b8e-5f0a-8f8e-2f7f4f0d9a11")


def dossier_id(agency: Agency, code: str) -> uuid.UUID:
    """The identity of a dossier: derived from agency and code, the same wherever it is imported."""
    return uuid.uuid5(NAMESPACE, f"{agency.pk.hex}:{code}")


class Status(models.TextChoices):
    """Where a dossier stands, as its last export tells (domain D3)."""

    PROCESSING = "processing", _("Being processed")
    SUPPLEMENT = "supplement", _("Waiting for a supplement")
    RESULT = "result", pgettext_lazy("status", "Result ready")
    RETURNED = "returned", pgettext_lazy("status", "Result handed over")
    REJECTED = "rejected", _("Refused after examination")
    REFUSED = "refused", _("Refused at intake")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    STOPPED = "stopped", _("Processing stopped")


class Channel(models.TextChoices):
    """How a dossier was handed in."""

    ONLINE = "online", _("Online")
    IN_PERSON = "in_person", _("In person")
    POSTAL = "postal", _("Public postal service")


class Payment(models.TextChoices):
    """How the fee of a dossier was paid."""

    NONE = "none", _("No fee")
    ONLINE = "online", _("Paid online")
    OTHERWISE = "otherwise", _("Paid at the counter")


class LateReason(models.TextChoices):
    """Why a dossier is late: the reasons the report on delays distinguishes (form II.07)."""

    RULES = "rules", _("Rules and procedures are unclear or overlap")
    COORDINATION = "coordination", _("Another agency answered late")
    APPLICANT = "applicant", _("On the side of the applicant")
    STAFF = "staff", _("Staff and organisation of the work")
    SYSTEM = "system", _("Software or network")
    OTHER = "other", _("Another reason")


OUTSIDE = frozenset({LateReason.RULES, LateReason.COORDINATION, LateReason.APPLICANT})
"""Reasons that lie outside the agency."""


class DossierFacts(models.Model):
    """Everything an export says about a dossier; shared by the present row and its versions.

    `due_original_at` is the due time that counts: the original one, moved only by extensions the sector law
    grants. `episodes` is there only for dossiers with more pauses or extensions than their columns tell
    (`dossiers.importers.episodes`).
    """

    code = models.CharField(_("dossier code"), max_length=60)
    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="+", verbose_name=_("procedure")
    )
    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("handling unit")
    )
    online_level = models.CharField(_("online level"), max_length=8, choices=OnlineLevel.choices)
    channel = models.CharField(_("handed in"), max_length=10, choices=Channel.choices)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices)
    received_at = models.DateTimeField(_("received"))
    due_original_at = models.DateTimeField(_("due"), null=True)
    due_extended_at = models.DateTimeField(_("due after extension"), null=True)
    extension_document = models.CharField(_("notice of extension"), max_length=60, blank=True)
    supplement_requested_at = models.DateTimeField(_("supplement asked for"), null=True)
    supplement_received_at = models.DateTimeField(_("supplement received"), null=True)
    result_at = models.DateTimeField(_("result ready"), null=True)
    returned_at = models.DateTimeField(_("result handed over"), null=True)
    closed_at = models.DateTimeField(_("closed without result"), null=True)
    rating = models.PositiveSmallIntegerField(_("rating"), null=True)
    officer_code = models.CharField(_("officer"), max_length=80, blank=True)
    payment = models.CharField(_("payment"), max_length=10, choices=Payment.choices, blank=True)
    digitised = models.BooleanField(_("digitised"), null=True)
    late_reason = models.CharField(
        _("reason of the delay"), max_length=12, choices=LateReason.choices, blank=True
    )
    episodes = models.JSONField(_("supplements, suspensions, extensions"), null=True, blank=True)
    row_hash = models.CharField(_("fingerprint of the facts"), max_length=32)
    as_of = models.DateTimeField(_("as of"))

    class Meta:
        abstract = True


class DossierQuerySet(AgencyQuerySet):
    """Dossiers of an agency."""

    def in_force(self, seq: int | None = None) -> Self:
        """Rows whose facts were already in force after import number `seq` (None: now)."""
        return self if seq is None else self.filter(import_seq__lte=seq)


class DossierVersionQuerySet(AgencyQuerySet):
    """Superseded facts of an agency."""

    def in_force(self, seq: int | None = None) -> Self:
        """Rows whose facts were in force after import number `seq`; none of them is now."""
        return self.none() if seq is None else self.filter(from_seq__lte=seq, to_seq__gt=seq)


class Dossier(DossierFacts, AgencyRecord):
    """One dossier with its present facts, in force since import number `import_seq`."""

    id = models.UUIDField(primary_key=True, editable=False)
    import_seq = models.PositiveIntegerField(_("in force since import"))

    objects: ClassVar[Any] = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        ordering = ["-received_at", "code"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "code"], name="dossier_code_unique"),
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__range=(1, 5)), name="dossier_rating_1_to_5"
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "received_at"], name="dossier_received"),
            models.Index(fields=["agency", "result_at"], name="dossier_result"),
            models.Index(fields=["agency", "unit", "received_at"], name="dossier_unit_received"),
            models.Index(fields=["agency", "procedure", "received_at"], name="dossier_procedure_received"),
            # What has changed between two states of the facts (dossiers.changed).
            models.Index(fields=["agency", "import_seq"], name="dossier_import_seq"),
            models.Index(fields=["agency", "due_original_at"], name="dossier_due"),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("dossiers:dossier-detail", args=[self.pk])

    @property
    def timeliness(self) -> str:
        """How it stands to its original due time: early or on time, late, or a state without judgement."""
        return timeliness(self)


class DossierVersion(DossierFacts, AgencyRecord):
    """Facts of a dossier that were in force from import `from_seq` until before import `to_seq`."""

    dossier = models.ForeignKey(
        Dossier, on_delete=models.PROTECT, related_name="versions", verbose_name=_("dossier")
    )
    from_seq = models.PositiveIntegerField(_("in force since import"))
    to_seq = models.PositiveIntegerField(_("superseded by import"))

    objects: ClassVar[Any] = DossierVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("former facts of a dossier")
        verbose_name_plural = _("former facts of dossiers")
        ordering = ["dossier", "from_seq"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "dossier", "to_seq"], name="dossier_version_unique"),
            models.CheckConstraint(condition=Q(to_seq__gt=F("from_seq")), name="dossier_version_in_order"),
        ]
        indexes = [models.Index(fields=["agency", "to_seq"], name="dossier_version_seq")]

    def __str__(self) -> str:
        return f"{self.code} ({self.from_seq}–{self.to_seq - 1})"


class DossierPersonal(AgencyRecord):
    """What an agency chose to keep of the person of a dossier, as one import told it; encrypted at rest."""

    dossier = models.ForeignKey(
        Dossier, on_delete=models.CASCADE, related_name="personal", verbose_name=_("dossier")
    )
    import_seq = models.PositiveIntegerField(_("brought by import"))
    sealed = models.TextField(_("encrypted"))

    class Meta:
        verbose_name = _("personal data of a dossier")
        verbose_name_plural = _("personal data of dossiers")
        ordering = ["dossier", "import_seq"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "dossier", "import_seq"], name="dossier_personal_unique"
            )
        ]

    def __str__(self) -> str:
        return "•••"


FACT_COLUMNS: tuple[str, ...] = tuple(
    field.column or f"{field.name}_id" for field in DossierFacts._meta.local_fields
)
"""The columns of the facts, in their order."""


def timeliness(facts: Any, at: dt.datetime | None = None) -> str:
    """The word for a dossier's time (see `qms.statuses`), judged at `at` or the time of its export.

    The original due time counts; an extension does not help (domain D3). Without a due time nothing is late.
    """
    due = facts.due_original_at
    if facts.status in {Status.REFUSED, Status.WITHDRAWN, Status.STOPPED}:
        return str(facts.status)
    if facts.result_at is not None:
        if due is None:
            return "done"
        return "on_time" if facts.result_at <= due else "done_late"
    if facts.status == Status.SUPPLEMENT:
        return "suspended"
    return "overdue" if due is not None and due < (at or facts.as_of) else "pending"
