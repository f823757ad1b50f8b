"""Background jobs with a visible state; the row is the truth, the broker only wakes a worker."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.models.base import AgencyQuerySet, Record

if TYPE_CHECKING:
    from qms.models.people import Person


class JobQuerySet(AgencyQuerySet):
    """Jobs of an agency."""

    def visible_to(self, person: "Person | None") -> Self:
        """All of the agency for administrators and the ISO secretary, their own for everybody else."""
        rows = super().visible_to(person)
        if person is None or person.roles & {"admin", "secretary"}:
            return rows
        return rows.filter(requested_by_id=person.pk)


class Job(Record):
    """One piece of long work. `claim` fences: only the holder of the present claim may finish it."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        SUCCEEDED = "succeeded", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    agency = models.ForeignKey(
        "qms.Agency", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("agency")
    )
    kind = models.CharField(_("kind"), max_length=80)
    label = models.CharField(_("title"), max_length=255)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.QUEUED)
    params = models.JSONField(_("parameters"), default=dict)
    result = models.JSONField(_("result"), default=dict)
    reason = models.TextField(_("reason of the failure"), blank=True)
    requested_by = models.ForeignKey(
        "qms.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("requested by")
    )
    unique_key = models.CharField(_("unique key"), max_length=160, blank=True)
    claim = models.CharField(_("claim"), max_length=40, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    suspected_at = models.DateTimeField(_("missing since"), null=True)
    run_after = models.DateTimeField(_("not before"), null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["agency", "-created_at"], name="job_agency_at"),
            models.Index(fields=["state", "created_at"], name="job_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "unique_key"],
                condition=Q(state__in=["queued", "running"]) & ~Q(unique_key=""),
                name="job_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("job-detail", args=[self.pk])

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in {self.State.SUCCEEDED, self.State.FAILED, self.State.CANCELLED}
