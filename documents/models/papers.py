"""Official papers, what was said about them, and their files (7.5; Decree 30/2020)."""

import secrets
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents.content import KINDS, PaperContent
from qms.models import AgencyQuerySet, AgencyRecord
from qms.models.audit import AppendOnlyQuerySet

KIND_CHOICES = [(kind.value, facts.label) for kind, facts in KINDS.items()]
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_code() -> str:
    """A code nobody can guess, by which anyone may ask whether a paper is on file."""
    letters = "".join(secrets.choice(_ALPHABET) for _place in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


class PaperState(models.TextChoices):
    """Where a paper is in its life; the steps between are in documents/workflow.py."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Waiting for signature")
    SIGNING = "signing", _("Being signed by the person in charge")
    AUTHORISED = "authorised", _("Waiting for number")
    ISSUING = "issuing", _("Being issued")
    ISSUED = "issued", _("Issued")
    CORRECTED = "corrected", _("Corrected by another paper")
    SUPERSEDED = "superseded", _("Superseded")
    REVOKED = "revoked", _("Revoked")
    ABANDONED = "abandoned", _("Abandoned")


ISSUED_STATES = (PaperState.ISSUED, PaperState.CORRECTED, PaperState.SUPERSEDED, PaperState.REVOKED)
ENDED_STATES = (PaperState.ABANDONED, PaperState.REVOKED, PaperState.SUPERSEDED)


class Effect(models.TextChoices):
    """What a paper does to an earlier one when it is issued (Decree 30/2020, Article 18)."""

    CORRECTED = "corrected", _("Corrects it")
    SUPERSEDED = "superseded", _("Supersedes it")
    REVOKED = "revoked", _("Revokes it")


class PaperQuerySet(AgencyQuerySet):
    """Papers of an agency."""

    def visible_to(self, person: Any) -> Any:
        """Superior agencies and inspectors see issued papers only (domain A)."""
        from documents.policies import sees_issued_only

        rows = super().visible_to(person)
        return rows.filter(state__in=ISSUED_STATES) if sees_issued_only(person) else rows


class Paper(AgencyRecord):
    """One official paper. Approved content is frozen by its hash; an issued paper never changes.

    `purpose` names what issuing it brings into force (documents/registry.py), `subject_key` which record
    that is about; this app never learns more about either.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=KIND_CHOICES)
    purpose = models.CharField(_("purpose"), max_length=80, blank=True)
    subject_key = models.CharField(_("subject"), max_length=120, blank=True)
    title = models.CharField(_("title"), max_length=500)
    content = models.JSONField(_("content"))
    content_hash = models.CharField(_("hash of the content"), max_length=64)
    version = models.PositiveIntegerField(_("version"), default=1)
    state = models.CharField(
        _("state"), max_length=12, choices=PaperState.choices, default=PaperState.DRAFT, db_index=True
    )
    drafter = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("drafted by")
    )
    signer = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="papers_to_sign",
        verbose_name=_("signed by"),
    )
    submitted_at = models.DateTimeField(_("sent for review at"), null=True, blank=True)
    approver = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    authorised_by = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signature authorised by"),
    )
    authorised_at = models.DateTimeField(_("signature authorised at"), null=True, blank=True)
    symbol = models.CharField(_("symbol"), max_length=60)
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    issued_on = models.DateField(_("date of the paper"), null=True, blank=True)
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True)
    failure = models.TextField(_("why issuing failed"), blank=True)
    amends = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="amended_by",
        verbose_name=_("about the earlier paper"),
    )
    effect = models.CharField(_("what it does to it"), max_length=12, choices=Effect.choices, blank=True)
    flow = models.CharField(
        _("order of signing"),
        max_length=1,
        choices=[("A", _("Number first, then both signatures")), ("B", _("Signer first, number afterwards"))],
        default="A",
    )
    round = models.PositiveIntegerField(_("round of signing"), default=0)
    code = models.CharField(_("verification code"), max_length=20, unique=True, default=new_code)
    ended_on = models.DateField(_("no longer in force since"), null=True, blank=True)
    end_reason = models.CharField(_("reason"), max_length=500, blank=True)
    replaced_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("by the paper"),
    )

    objects: ClassVar[Any] = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["agency", "state"], name="paper_agency_state"),
            models.Index(fields=["agency", "purpose", "subject_key"], name="paper_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "symbol", "year", "number"],
                condition=Q(number__isnull=False),
                name="paper_number_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[PaperState.ISSUING, *ISSUED_STATES])
                | Q(number__isnull=False, year__isnull=False, issued_on__isnull=False),
                name="paper_issued_has_number",
            ),
            models.CheckConstraint(
                condition=Q(amends__isnull=True, effect="") | (Q(amends__isnull=False) & ~Q(effect="")),
                name="paper_effect_on_a_paper",
            ),
        ]

    def __str__(self) -> str:
        name = " ".join(self.title.split())
        return f"{self.reference} {name}" if self.number is not None else name

    def get_absolute_url(self) -> str:
        """The paper's page."""
        return reverse("documents:paper-detail", args=[self.pk])

    @property
    def typed(self) -> PaperContent:
        """The content as its typed model."""
        return PaperContent.model_validate(self.content)

    @property
    def reference(self) -> str:
        """Number and symbol (`07/QĐ-SKHCN`); the symbol alone while there is no number."""
        return f"{self.number:02d}/{self.symbol}" if self.number is not None else f"…/{self.symbol}"

    @property
    def one_line(self) -> str:
        """The title without line breaks."""
        return " ".join(self.title.split())

    @property
    def chip(self) -> str:
        """The state as the design system names it (qms/statuses.py)."""
        return {
            PaperState.APPROVED: "to_sign",
            PaperState.AUTHORISED: "to_number",
            PaperState.ABANDONED: "cancelled",
            PaperState.CORRECTED: "issued",
        }.get(PaperState(self.state), str(self.state))

    @property
    def token_wait(self) -> "DeskSignature | None":
        """The signature with a token that it waits for, if any."""
        found: DeskSignature | None = (
            self.desk_signatures.filter(state="waiting").select_related("person").first()
        )
        return found

    @property
    def is_issued(self) -> bool:
        """Whether the paper went out, in force or not."""
        return self.state in ISSUED_STATES


class PaperComment(AgencyRecord):
    """Something said about a paper on its way: a remark, or why it was sent back."""

    paper = models.ForeignKey(
        Paper, on_delete=models.PROTECT, related_name="comments", verbose_name=_("paper")
    )
    person = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    state = models.CharField(_("state of the paper"), max_length=12, choices=PaperState.choices)
    text = models.TextField(_("comment"), max_length=4000)
    place = models.CharField(_("part"), max_length=60, blank=True)
    place_words = models.CharField(_("about"), max_length=200, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_by = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("settled by"),
    )

    class Meta:
        verbose_name = _("comment on a paper")
        verbose_name_plural = _("comments on papers")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.text[:80]


class PaperVersion(AgencyRecord):
    """The content of a draft as it was saved once. Versions are added, never changed."""

    paper = models.ForeignKey(
        Paper, on_delete=models.PROTECT, related_name="versions", verbose_name=_("paper")
    )
    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField(_("content"))
    content_hash = models.CharField(_("hash of the content"), max_length=64)
    saved_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("saved by")
    )

    objects: ClassVar[Any] = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a paper")
        verbose_name_plural = _("versions of papers")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["paper", "number"], name="paper_version_once")]

    def __str__(self) -> str:
        return _("Version %(number)s") % {"number": self.number}

    @property
    def typed(self) -> PaperContent:
        """The content as its typed model."""
        return PaperContent.model_validate(self.content)


class PaperFile(AgencyRecord):
    """One revision of a paper's file, byte for byte. Each later one begins with the one before it.

    A paper signed before it has its number (flow B) has its first revisions without `entry`, one set for
    each `round` of signing. Renewals of the archive's time stamp count in `turn`.
    """

    class Stage(models.TextChoices):
        RENDERED = "rendered", _("Rendered")
        LEADER = "leader", _("Signed by the person in charge")
        FILLED = "filled", _("Number and date filled in")
        AGENCY = "agency", _("Signed by the agency")
        ARCHIVE = "archive", _("Stamped for the archive")

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="files", verbose_name=_("paper"))
    entry = models.ForeignKey(
        "documents.RegisterEntry",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="files",
        verbose_name=_("number"),
    )
    round = models.PositiveIntegerField(_("round of signing"), default=0)
    turn = models.PositiveIntegerField(_("time of renewal"), default=0)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices)
    file = models.ForeignKey(
        "qms.StoredFile", on_delete=models.PROTECT, related_name="+", verbose_name=_("file")
    )
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.PositiveIntegerField(_("size in bytes"))
    signer_label = models.CharField(_("signed by"), max_length=255, blank=True)
    certificate = models.CharField(_("SHA-256 of the certificate"), max_length=64, blank=True)
    level = models.CharField(_("signature level"), max_length=8, blank=True)
    made_at = models.DateTimeField(_("made at"))
    good_until = models.DateTimeField(_("time stamp holds until"), null=True, blank=True)

    objects: ClassVar[Any] = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper file")
        verbose_name_plural = _("paper files")
        ordering = ["made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "stage", "turn"],
                condition=Q(entry__isnull=False),
                name="paper_file_once_per_stage",
            ),
            models.UniqueConstraint(
                fields=["paper", "round", "stage"],
                condition=Q(entry__isnull=True),
                name="paper_file_once_per_round",
            ),
            models.CheckConstraint(
                condition=Q(turn=0) | Q(stage="archive"), name="paper_file_renews_archive_only"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper} ({self.get_stage_display()})"


class DeskSignature(AgencyRecord):
    """A signature a person makes outside the portal, for one stage of one paper; its state between steps.

    `prepared` is the file with room for the signature, `digest` what is to be signed, `kept` what the
    portal needs to finish. Nothing secret is in it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Signed")
        DROPPED = "dropped", _("Not needed any more")

    paper = models.ForeignKey(
        Paper, on_delete=models.PROTECT, related_name="desk_signatures", verbose_name=_("paper")
    )
    entry = models.ForeignKey(
        "documents.RegisterEntry",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="desk_signatures",
        verbose_name=_("number"),
    )
    round = models.PositiveIntegerField(_("round of signing"), default=0)
    stage = models.CharField(_("stage"), max_length=10, choices=PaperFile.Stage.choices)
    person = models.ForeignKey(
        "qms.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="desk_signatures",
        verbose_name=_("person"),
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    prepared = models.ForeignKey(
        "qms.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("prepared file"),
    )
    digest = models.CharField(_("SHA-256 to be signed"), max_length=64, blank=True)
    kept = models.JSONField(_("kept between the steps"), default=dict, blank=True)
    prepared_at = models.DateTimeField(_("prepared at"), null=True, blank=True)
    done_at = models.DateTimeField(_("signed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("signature at the desk")
        verbose_name_plural = _("signatures at the desk")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "stage"], condition=Q(state="waiting"), name="one_desk_signature_waits"
            )
        ]

    def __str__(self) -> str:
        return f"{self.paper} ({self.get_stage_display()})"
