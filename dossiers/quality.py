"""What may be wrong with the data the figures rest on (9.1.3): nothing is corrected here, only shown.

Corrections are made in the one-stop system and come with its next export.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, F, Max, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers import selectors
from dossiers.conditions import CLOSED
from dossiers.facts import Span
from dossiers.importers.problems import WARNINGS, reason_of
from dossiers.models import Dossier, DossierImport, ImportRowError, Procedure, Status
from qms import agency_settings, clock
from qms.models import Agency, OrgUnit

FAST = dt.timedelta(minutes=15)
SILENT = dt.timedelta(days=30)
ENDED = (Status.RESULT, Status.RETURNED, Status.REJECTED)
FRESH_DAYS = "dossiers.fresh_days"
SHOWN = 12


@dataclass(frozen=True)
class Check:
    """One thing that may be wrong with a dossier: its name, why it matters, and the condition."""

    key: str
    label: "str | Promise"
    why: "str | Promise"
    condition: Callable[[dt.datetime], Q]
    is_error: bool = True


CHECKS: dict[str, Check] = {
    check.key: check
    for check in (
        Check(
            "result_before_receipt",
            gettext_lazy("Result before receipt"),
            gettext_lazy(
                "The day of receipt or of the result is wrong; the sums of the report do not agree."
            ),
            lambda at: Q(result_at__lt=F("received_at")) | Q(closed_at__lt=F("received_at")),
        ),
        Check(
            "due_before_receipt",
            gettext_lazy("Due before receipt"),
            gettext_lazy("Such a dossier can only be late."),
            lambda at: Q(due_original_at__lt=F("received_at")),
        ),
        Check(
            "no_result",
            gettext_lazy("Finished without a date of the result"),
            gettext_lazy("The status says there is a result, but no date: it counts as still open."),
            lambda at: Q(status__in=ENDED, result_at=None),
        ),
        Check(
            "result_while_open",
            gettext_lazy("Dated result, but still being processed"),
            gettext_lazy("It counts as resolved, although the status says otherwise."),
            lambda at: Q(status__in=(Status.PROCESSING, Status.SUPPLEMENT), result_at__isnull=False),
        ),
        Check(
            "result_and_closed",
            gettext_lazy("Withdrawn or stopped, with a result"),
            gettext_lazy("It does not count as resolved."),
            lambda at: Q(status__in=CLOSED, result_at__isnull=False),
        ),
        Check(
            "future",
            gettext_lazy("Dated after the export"),
            gettext_lazy("No event can lie in the future of the export that tells it."),
            lambda at: Q(received_at__gt=F("as_of")) | Q(result_at__gt=F("as_of")),
        ),
        Check(
            "fast",
            gettext_lazy("Resolved within a quarter of an hour"),
            gettext_lazy("Often entered after the fact; compare with the papers of the dossier."),
            lambda at: Q(result_at__gte=F("received_at"), result_at__lt=F("received_at") + FAST),
            is_error=False,
        ),
        Check(
            "silent",
            gettext_lazy("Overdue for more than 30 days without a word"),
            gettext_lazy("No result, no supplement, no notice of extension: forgotten, or not closed."),
            lambda at: (
                Q(status=Status.PROCESSING, result_at=None, due_original_at__lt=at - SILENT)
                & (Q(due_extended_at=None) | Q(due_extended_at__lt=at - SILENT))
            ),
            is_error=False,
        ),
    )
}


def condition(key: str, at: dt.datetime | None) -> Q:
    """The condition of a check; KeyError for an unknown one."""
    return CHECKS[key].condition(at or clock.now())


@dataclass(frozen=True)
class Freshness:
    """How old the data of one source are."""

    source: str
    last: DossierImport
    days: int
    is_stale: bool


@dataclass(frozen=True)
class Identity:
    """The balance of a group: what came in, what went out, and whether both agree."""

    unit: OrgUnit | None
    counts: Any

    @property
    def in_all(self) -> int:
        """Carried over and received."""
        return int(self.counts["carried"] + self.counts["received"])

    @property
    def out_all(self) -> int:
        """Resolved, withdrawn or stopped, and still open."""
        return int(self.counts["resolved"] + self.counts["withdrawn_or_stopped"] + self.counts["open"])

    @property
    def difference(self) -> int:
        """What does not agree; 0 when the identity holds."""
        return self.in_all - self.out_all


@dataclass(frozen=True)
class Unknown:
    """A value of exports that could not be understood, and how often it was met."""

    kind: str
    column: str
    value: str
    count: int
    last: DossierImport


class Quality:
    """Everything the page of data quality shows; the number of queries does not grow with the data."""

    BALANCE = ("carried", "received", "resolved", "withdrawn_or_stopped", "open")

    def __init__(self, agency: Agency, window: Span) -> None:
        self.agency, self.window = agency, window
        self.as_of = selectors.data_as_of(agency)

    @cached_property
    def freshness(self) -> list[Freshness]:
        """Every source with its newest export."""
        most = int(agency_settings.get(self.agency, FRESH_DAYS))
        newest = (
            selectors.committed(self.agency)
            .order_by()
            .values("profile")
            .annotate(newest=Max("seq"))
            .values_list("newest", flat=True)
        )
        found = []
        for last in selectors.committed(self.agency).filter(seq__in=list(newest)).select_related("profile"):
            days = (clock.now() - last.as_of).days if last.as_of else 0
            found.append(Freshness(last.profile.name, last, days, days > most))
        return found

    @cached_property
    def checks(self) -> list[tuple[Check, int]]:
        """Every check with the number of dossiers it finds."""
        at = self.as_of or clock.now()
        counted = Dossier.objects.filter(agency=self.agency).aggregate(
            **{key: Count("pk", filter=check.condition(at)) for key, check in CHECKS.items()}
        )
        return [(check, counted[key]) for key, check in CHECKS.items()]

    @cached_property
    def identities(self) -> list[Identity]:
        """The balance of the agency and of each unit over the window."""
        tallies = selectors.counts(self.agency, windows=[self.window], keys=self.BALANCE)
        units = OrgUnit.objects.filter(agency=self.agency, pk__in=tallies.groups()).order_by("order", "name")
        scopes: Sequence[OrgUnit | None] = [*units, None]
        return [Identity(unit, tallies.of(self.window, unit.pk if unit else None)) for unit in scopes]

    @cached_property
    def unknown(self) -> list[Unknown]:
        """Values of the last imports nobody has mapped yet, most frequent first."""
        recent = list(
            DossierImport.objects.filter(agency=self.agency)
            .exclude(state=DossierImport.State.CANCELLED)
            .order_by("-created_at")[:SHOWN]
        )
        by_id = {one.pk: one for one in recent}
        rows = (
            ImportRowError.objects.filter(agency=self.agency, dossier_import__in=recent)
            .exclude(kind__in=WARNINGS | {"missing"})
            .order_by()
            .values_list("kind", "column", "value")
            .annotate(count=Count("pk"), last=Max("dossier_import__created_at"))
            .order_by("-count", "column", "value")[:SHOWN]
        )
        at = {one.created_at: one for one in by_id.values()}
        return [
            Unknown(reason_of(kind), column, value, count, at[last])
            for kind, column, value, count, last in rows
        ]

    @cached_property
    def procedures_without_time(self) -> int:
        """Procedures whose regulated time nobody entered: their due times cannot be checked."""
        return Procedure.objects.filter(agency=self.agency, regulated_time=None).count()

    @property
    def errors(self) -> int:
        """Dossiers with a contradiction."""
        return sum(count for check, count in self.checks if check.is_error)

    @property
    def verdict(self) -> str:
        """The state of the data in one sentence."""
        if not self.freshness:
            return _("No export has been imported yet.")
        stale = [one.source for one in self.freshness if one.is_stale]
        broken = [one for one in self.identities if one.difference]
        if stale:
            return _("The data are old: %(sources)s.") % {"sources": ", ".join(stale)}
        if broken or self.errors:
            return _("Some dossiers contradict themselves; the figures hold but for these.")
        return _("The data are fresh, and the sums agree.")
