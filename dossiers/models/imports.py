"""Imports of one-stop exports: what was read, what came of it, and which rows were refused.

The exported file itself is never kept, because it holds personal data of citizens: only its SHA-256, and
of refused rows the one value that was wrong.
"""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.models import Person
from qms.models.base import AgencyRecord


class ImportProfile(AgencyRecord):
    """How the exports of one source are read: headers, words and date forms, all as data."""

    code = models.SlugField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=160)
    mapping = models.JSONField(_("mapping"))
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    class Meta:
        verbose_name = _("import profile")
        verbose_name_plural = _("import profiles")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "code"], name="import_profile_unique"),
            models.UniqueConstraint(fields=["agency", "name"], name="import_profile_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("dossiers:import-profile", args=[self.pk])


class ImportSequence(AgencyRecord):
    """The number of the agency's last committed import; its row is the lock under which one commits."""

    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("import sequence")
        verbose_name_plural = _("import sequences")
        constraints = [models.UniqueConstraint(fields=["agency"], name="import_sequence_unique")]

    def __str__(self) -> str:
        return str(self.last)


class DossierImport(AgencyRecord):
    """One export on its way in. `seq` is given when it commits: facts are in force by that number."""

    class State(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked")
        IMPORTING = "importing", _("Being imported")
        COMMITTED = "committed", _("Imported")
        FAILED = "failed", _("Refused")
        CANCELLED = "cancelled", _("Given up")
        UNDONE = "undone", _("Undone")

    class Source(models.TextChoices):
        FILE = "file", _("File")
        API = "api", _("Interface")

    seq = models.PositiveIntegerField(_("number"), null=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.CHECKING)
    reason = models.TextField(_("reason"), blank=True)
    source = models.CharField(_("source"), max_length=4, choices=Source.choices, default=Source.FILE)
    all_or_nothing = models.BooleanField(
        _("all or nothing"), default=False, help_text=_("One rejected row refuses the whole file.")
    )
    file_name = models.CharField(_("file name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    incoming = models.CharField(_("temporary file"), max_length=255, blank=True)
    profile = models.ForeignKey(
        ImportProfile, on_delete=models.PROTECT, related_name="imports", verbose_name=_("profile")
    )
    mapping = models.JSONField(_("mapping as used"), default=dict)
    understood = models.JSONField(_("what was understood"), default=dict)
    as_of = models.DateTimeField(_("as of"), null=True)
    read_count = models.PositiveIntegerField(_("rows read"), default=0)
    new_count = models.PositiveIntegerField(_("new"), default=0)
    updated_count = models.PositiveIntegerField(_("updated"), default=0)
    unchanged_count = models.PositiveIntegerField(_("unchanged"), default=0)
    older_count = models.PositiveIntegerField(_("older than known"), default=0)
    repeated_count = models.PositiveIntegerField(_("repeated"), default=0)
    rejected_count = models.PositiveIntegerField(_("rejected"), default=0)
    warning_count = models.PositiveIntegerField(_("warnings"), default=0)
    touched = models.JSONField(_("what it touched"), default=dict)
    job_id = models.UUIDField(_("background job"), null=True)
    imported_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("imported by")
    )
    committed_at = models.DateTimeField(_("imported at"), null=True)
    undone_at = models.DateTimeField(_("undone at"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "seq"], condition=Q(seq__isnull=False), name="import_seq_unique"
            ),
            models.CheckConstraint(
                condition=(Q(state__in=("committed", "undone")) & Q(seq__isnull=False, as_of__isnull=False))
                | (~Q(state__in=("committed", "undone")) & Q(seq=None)),
                name="import_committed_has_number",
            ),
        ]
        indexes = [models.Index(fields=["agency", "sha256"], name="import_hash")]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.seq})" if self.seq else self.file_name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("dossiers:import-detail", args=[self.pk])

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in {self.State.CHECKING, self.State.CHECKED, self.State.IMPORTING}

    @property
    def accepted_count(self) -> int:
        """Dossiers the file holds in a form that can be kept."""
        return self.new_count + self.updated_count + self.unchanged_count + self.older_count


class ImportRowError(AgencyRecord):
    """One value of one row that could not be taken (or looks wrong), with its place and what was expected."""

    class Severity(models.TextChoices):
        ERROR = "error", _("Row not imported")
        WARNING = "warning", _("Warning")

    dossier_import = models.ForeignKey(
        DossierImport, on_delete=models.CASCADE, related_name="row_errors", verbose_name=_("import")
    )
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices, default=Severity.ERROR)
    line = models.PositiveIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=255)
    code = models.CharField(_("dossier code"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=40)
    value = models.CharField(_("value"), max_length=255, blank=True)
    expected = models.CharField(_("expected"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("row that was refused")
        verbose_name_plural = _("rows that were refused")
        ordering = ["severity", "line", "column"]
        indexes = [
            models.Index(fields=["agency", "dossier_import", "severity", "line"], name="row_error_place")
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.column}"

    @property
    def reason(self) -> str:
        """What is wrong, in words."""
        from dossiers.importers.problems import reason_of

        return reason_of(self.kind)


class ImportRejectedRow(AgencyRecord):
    """A row that was not taken, with the cells that may be kept, so that it can be mended and given again.

    Columns with data of citizens are not among them, wrong values only as far as they are no such data.
    """

    dossier_import = models.ForeignKey(
        DossierImport, on_delete=models.CASCADE, related_name="rejected_rows", verbose_name=_("import")
    )
    line = models.PositiveIntegerField(_("line"))
    cells = models.JSONField(_("cells"), default=dict)
    reasons = models.JSONField(_("reasons"), default=list)

    class Meta:
        verbose_name = _("row to be mended")
        verbose_name_plural = _("rows to be mended")
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "dossier_import", "line"], name="rejected_row_line_unique"
            )
        ]

    def __str__(self) -> str:
        return str(self.line)
