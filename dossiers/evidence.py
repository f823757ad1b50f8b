"""What of dossiers is evidence: procedures, imports and results (8.1, 8.2, 8.5, 8.6), surveys (9.1.2)."""

import datetime as dt

from django.db.models import Q
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dossiers.models import Dossier, DossierImport, Procedure, Survey
from dossiers.policies import may_read
from qms import registry
from qms.models import Agency


def procedures(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Administrative procedures in force on the day; without a first day, since they were entered."""
    rows = (
        Procedure.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), agency=agency)
        .annotate(since=Coalesce("valid_from", TruncDate("created_at")))
        .filter(since__lte=on)
        .order_by("-since", "code")
    )
    return registry.EvidenceFound.of(
        rows,
        lambda one: registry.Evidence(
            f"{one.code} {one.name}"[:200], one.get_absolute_url(), one.since, "active", stands=True
        ),
    )


def imports(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Exports of dossiers taken in and not undone by the day."""
    after = registry.day_after(on)
    rows = DossierImport.objects.filter(
        Q(undone_at=None) | Q(undone_at__gte=after), agency=agency, committed_at__lt=after
    )

    def make(one: DossierImport) -> registry.Evidence:
        assert one.committed_at is not None
        day = timezone.localdate(one.committed_at)
        return registry.Evidence(str(one), one.get_absolute_url(), day, "done", _("Imported"))

    return registry.EvidenceFound.of(rows.order_by("-committed_at"), make)


def results(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Dossiers with a result by the day."""
    rows = Dossier.objects.filter(agency=agency, result_at__lt=registry.day_after(on))

    def make(one: Dossier) -> registry.Evidence:
        assert one.result_at is not None
        day = timezone.localdate(one.result_at)
        return registry.Evidence(one.code, one.get_absolute_url(), day, "done", _("Result given"))

    return registry.EvidenceFound.of(rows.order_by("-result_at"), make)


def surveys(agency: Agency, on: dt.date) -> registry.EvidenceFound:
    """Surveys of satisfaction that had been opened."""
    rows = Survey.objects.filter(agency=agency, opens_on__lte=on).exclude(state=Survey.State.DRAFT)

    def make(one: Survey) -> registry.Evidence:
        over = one.closes_on < on
        day = one.closes_on if over else one.opens_on
        return registry.Evidence(str(one), one.get_absolute_url(), day, "closed" if over else "open")

    return registry.EvidenceFound.of(rows.order_by("-opens_on"), make)


def register() -> None:
    """Tell the registry."""
    kind = registry.EvidenceProvider
    registry.evidence.add(
        kind(
            "procedures",
            _("Administrative procedures in force"),
            ("4.4.1", "8.1", "8.2.2"),
            procedures,
            may_read,
        ),
        kind("imports", _("Dossiers taken over"), ("8.5.1", "8.5.2"), imports, may_read),
        kind("results", _("Dossiers with a result"), ("8.5.1", "8.6"), results, may_read),
        kind("surveys", _("Surveys of satisfaction"), ("9.1.2",), surveys, may_read),
    )
