"""Administrative procedures (thủ tục hành chính) an agency is competent for; the catalogue is dated."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.models import Agency
from qms.models.base import AgencyRecord

NAMESPACE = uuid.UUID("6a3f1d0e-5c1b-5f57-9d55-0d5aa5cbb8e1")


def procedure_id(agency: Agency, code: str) -> uuid.UUID:
    """The identity of a procedure: the same wherever the agency is restored."""
    return uuid.uuid5(NAMESPACE, f"procedure:{agency.pk.hex}:{code}")


class OnlineLevel(models.TextChoices):
    """How far a procedure is offered online (Decree 42/2022/NĐ-CP)."""

    FULL = "full", _("Fully online")
    PARTIAL = "partial", _("Partially online")
    NONE = "none", _("Not offered online")


class TimeUnit(models.TextChoices):
    """In what a regulated time is counted."""

    WORKING_DAYS = "working_days", _("working days")
    DAYS = "days", _("days")
    HOURS = "hours", _("working hours")


class AfterSupplement(models.TextChoices):
    """What a supplement does to the time a procedure may take (domain D3); the law leaves it open.

    A procedure that says nothing of its own follows its agency (`dossiers.supplements`).
    """

    AGENCY = "agency", _("As the agency has decided")
    CONTINUES = "continues", _("The time goes on where it stopped")
    RESTARTS = "restarts", _("The time starts again")


class ProcedureFacts(AgencyRecord):
    """What is said of a procedure in a span of time."""

    name = models.CharField(_("name"), max_length=500)
    field = models.CharField(_("field"), max_length=200, blank=True)
    online_level = models.CharField(
        _("online level"), max_length=8, choices=OnlineLevel.choices, default=OnlineLevel.NONE
    )
    online_eligible = models.BooleanField(
        _("to be offered online"),
        default=True,
        help_text=_("Whether it is on the list of procedures that qualify for being offered online."),
    )
    regulated_time = models.DecimalField(
        _("regulated time"), max_digits=6, decimal_places=1, null=True, blank=True
    )
    regulated_unit = models.CharField(
        _("counted in"), max_length=16, choices=TimeUnit.choices, default=TimeUnit.WORKING_DAYS
    )
    after_supplement = models.CharField(
        _("after a supplement"),
        max_length=10,
        choices=AfterSupplement.choices,
        default=AfterSupplement.AGENCY,
        help_text=_(
            "Counts for the working time of a dossier and for checking its due time. Whether a dossier is "
            "late is judged by the due time its export tells."
        ),
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        abstract = True


class Procedure(ProcedureFacts):
    """One procedure under its national code. Its present wording stands here, former ones in versions."""

    code = models.CharField(_("code"), max_length=60)
    known_since = models.DateTimeField(_("entered"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("administrative procedure")
        verbose_name_plural = _("administrative procedures")
        ordering = ["field", "name"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "code"], name="procedure_code_unique"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="procedure_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The dossiers of the procedure."""
        return f"{reverse('dossiers:dossier-list')}?procedure={self.pk}"


class ProcedureVersion(ProcedureFacts):
    """What a procedure was called, and how long it might take, in a former span of time.

    With `known_to` it is what the catalogue said until then and no longer says: it was corrected, or a later
    wording has taken its place. Nothing but the catalogue of an earlier moment reads such rows, so that a
    frozen figure can be counted again.
    """

    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="versions", verbose_name=_("procedure")
    )
    known_from = models.DateTimeField(_("entered"), null=True)
    known_to = models.DateTimeField(_("superseded"), null=True)

    class Meta:
        verbose_name = _("version of a procedure")
        verbose_name_plural = _("versions of procedures")
        ordering = ["procedure", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(known_to=None) | Q(known_from=None) | Q(known_to__gte=F("known_from")),
                name="procedure_version_known_in_order",
            )
        ]

    def __str__(self) -> str:
        return self.name
