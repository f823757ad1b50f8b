"""Versions of controlled documents: content, way to approval, dates, and who read them (7.5.2, 7.5.3)."""

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.models import AgencyQuerySet, AgencyRecord, Role


class VersionQuerySet(AgencyQuerySet):
    """Versions of an agency; drafts are seen by those who work on them."""

    def visible_to(self, person: Any) -> Any:
        """Approved versions for everybody; drafts for their hands, the secretary and the leaders."""
        rows = super().visible_to(person)
        if person is None or person.has_role(Role.SECRETARY, Role.LEADER, Role.COMMITTEE_HEAD):
            return rows
        hands = Q(drafter=person) | Q(reviewer=person) | Q(approver=person)
        hands |= Q(pk__in=Contribution.objects.filter(person=person).values("version"))
        own = Q(document__owner=person.unit_id) if person.unit_id else Q()
        return rows.filter(Q(state="approved") | hands | own)

    def dated(self) -> Any:
        """With `next_on`: the day from which a later approved version of the same document holds."""
        later = DocumentVersion.objects.filter(
            document=OuterRef("document"), state="approved", effective_on__gt=OuterRef("effective_on")
        )
        return self.annotate(next_on=Subquery(later.order_by("effective_on").values("effective_on")[:1]))

    def effective(self, on: dt.date) -> Any:
        """The versions in force on a day: at most one per document, whatever anybody does."""
        return (
            self.dated()
            .filter(state="approved", effective_on__lte=on)
            .filter(Q(expires_on=None) | Q(expires_on__gte=on))
            .filter(Q(next_on=None) | Q(next_on__gt=on))
        )


class DocumentVersion(AgencyRecord):
    """One version (issue and revision) of a document.

    Approved versions of a document form a chain by `effective_on`, which is unique among them: a version
    holds from its day until the day before the next one, or its own last day. So on every day at most one
    is in force, by the constraint of the database, and nobody has to act when the day comes.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Being drafted")
        IN_REVIEW = "in_review", _("Being reviewed")
        REVIEWED = "reviewed", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        ABANDONED = "abandoned", _("Abandoned")

    class Source(models.TextChoices):
        WRITTEN = "written", _("Written in the portal")
        UPLOADED = "uploaded", _("Uploaded file")

    class TextState(models.TextChoices):
        NONE = "none", _("No file yet")
        WAITING = "waiting", _("Text is being read")
        READ = "read", _("Text read")
        FAILED = "failed", _("Text could not be read")

    document = models.ForeignKey(
        "library.ControlledDocument",
        on_delete=models.PROTECT,
        related_name="versions",
        verbose_name=_("document"),
    )
    issue_no = models.PositiveSmallIntegerField(_("issue"), default=1)
    revision_no = models.PositiveSmallIntegerField(_("revision"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    source = models.CharField(_("content"), max_length=8, choices=Source.choices, default=Source.WRITTEN)
    file = models.ForeignKey(
        "qms.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("file"),
    )
    text = models.TextField(_("text of the file"), blank=True)
    text_state = models.CharField(
        _("reading of the file"), max_length=8, choices=TextState.choices, default=TextState.NONE
    )
    changes_note = models.TextField(_("what changed"), blank=True)
    drafter = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("drafted by")
    )
    reviewer = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("reviewed by")
    )
    approver = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    submitted_at = models.DateTimeField(_("sent for review at"), null=True)
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True)
    approved_at = models.DateTimeField(_("approved at"), null=True)
    return_note = models.TextField(_("why sent back"), blank=True)
    content_hash = models.CharField(_("hash of the content"), max_length=64, blank=True)
    effective_on = models.DateField(_("in force from"), null=True, blank=True)
    expires_on = models.DateField(_("in force until"), null=True, blank=True)
    expiry_note = models.CharField(_("why it ends"), max_length=300, blank=True)
    must_read = models.BooleanField(_("to be read and understood"), default=True)
    read_by = models.DateField(_("to be read until"), null=True, blank=True)
    announced_on = models.DateField(_("announced on"), null=True)
    paper = models.ForeignKey(
        "documents.Paper",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("paper that issues it"),
    )

    objects: ClassVar[Any] = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a document")
        verbose_name_plural = _("versions of documents")
        ordering = ["document", "-issue_no", "-revision_no"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "effective_on"],
                condition=Q(state="approved"),
                name="one_version_in_force",
            ),
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(state__in=["draft", "in_review", "reviewed"]),
                name="one_version_under_way",
            ),
            models.UniqueConstraint(
                fields=["document", "issue_no", "revision_no"],
                condition=~Q(state="abandoned"),
                name="version_number_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | (Q(effective_on__isnull=False, approved_at__isnull=False) & ~Q(content_hash="")),
                name="approved_version_complete",
            ),
            models.CheckConstraint(
                condition=Q(approver=None) | Q(drafter=None) | ~Q(approver=F("drafter")),
                name="drafter_is_not_approver",
            ),
            models.CheckConstraint(
                condition=Q(reviewer=None) | Q(drafter=None) | ~Q(reviewer=F("drafter")),
                name="drafter_is_not_reviewer",
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("effective_on")),
                name="version_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["agency", "state", "effective_on"], name="version_by_day")]

    def __str__(self) -> str:
        return f"{self.document.code} {self.edition}"

    def get_absolute_url(self) -> str:
        """Where the version is read."""
        return reverse("library:version-read", args=[self.pk])

    @property
    def edition(self) -> str:
        """Issue and revision: 02/01."""
        return f"{self.issue_no:02d}/{self.revision_no:02d}"

    @property
    def is_open(self) -> bool:
        """Whether it is on its way to approval."""
        return self.state in {self.State.DRAFT, self.State.IN_REVIEW, self.State.REVIEWED}

    @property
    def last_day(self) -> dt.date | None:
        """The last day in force; None while nothing ends it. Needs rows of `dated()`."""
        ends = [day for day in (self.expires_on, self._day_before_next) if day is not None]
        return min(ends, default=None)

    @property
    def _day_before_next(self) -> dt.date | None:
        following: dt.date | None = self.next_on  # type: ignore[attr-defined]
        return None if following is None else following - dt.timedelta(days=1)

    def status_on(self, day: dt.date) -> str:
        """The state of a day as a word of `qms.statuses`, computed from the dates."""
        if self.state != self.State.APPROVED or self.effective_on is None:
            return {"in_review": "in_review", "reviewed": "submitted", "abandoned": "cancelled"}.get(
                self.state, "draft"
            )
        if day < self.effective_on:
            return "approved"
        last = self.last_day
        return "active" if last is None or day <= last else "obsolete"


class Contribution(AgencyRecord):
    """Somebody changed the content of a version: they neither review nor approve it."""

    version = models.ForeignKey(
        DocumentVersion, on_delete=models.CASCADE, related_name="contributions", verbose_name=_("version")
    )
    person = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )

    class Meta:
        verbose_name = _("contribution to a version")
        verbose_name_plural = _("contributions to versions")
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="contribution_once")]

    def __str__(self) -> str:
        return str(self.person)


class Section(AgencyRecord):
    """A part of a version written in the portal, often about one clause of the standard.

    Text as people type it: a line is a paragraph, `-`, `1.` and `a)` begin lists.
    """

    version = models.ForeignKey(
        DocumentVersion, on_delete=models.CASCADE, related_name="sections", verbose_name=_("version")
    )
    order = models.PositiveSmallIntegerField(_("order"))
    number = models.CharField(_("number"), max_length=20, blank=True)
    title = models.CharField(_("title"), max_length=255)
    clause = models.ForeignKey(
        "qms.Clause",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("clause"),
    )
    text = models.TextField(_("text"), blank=True)
    revision = models.PositiveIntegerField(_("times edited"), default=0)

    class Meta:
        verbose_name = _("section of a document")
        verbose_name_plural = _("sections of documents")
        ordering = ["version", "order"]

    def __str__(self) -> str:
        return self.heading

    @property
    def heading(self) -> str:
        """Number and title."""
        return f"{self.number} {self.title}".strip()

    @property
    def depth(self) -> int:
        """How deep it lies: 4 is 1, 4.1 is 2."""
        return min(self.number.rstrip(".").count(".") + 1, 3) if self.number else 1


class Reading(AgencyRecord):
    """A person read and understood one version; kept for ever, never changed."""

    version = models.ForeignKey(
        DocumentVersion, on_delete=models.PROTECT, related_name="readings", verbose_name=_("version")
    )
    person = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    read_at = models.DateTimeField(_("read at"))
    content_hash = models.CharField(_("hash of the content"), max_length=64)

    class Meta:
        verbose_name = _("read-and-understood")
        verbose_name_plural = _("read-and-understood")
        ordering = ["read_at"]
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="document_read_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.version_id}"
