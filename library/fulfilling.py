"""What of controlled documents fulfils an item of the annual plan: the year's reviews and revisions."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from library.models import ChangeRequest, ControlledDocument, DocumentVersion, PeriodicReview
from qms import clock, registry
from qms.models import Agency

LAST_MONTH = 12


def documents_kept_up(agency: Agency, year: int) -> registry.Fulfilment | None:
    """The last revision or review of a year, once nothing of the year is left to look at.

    Keeping documents up to date goes on all year: it is done in December at the earliest, when no review
    of a document in force is due before the end of the year and no change request of the year waits for an
    answer.
    """
    end = dt.date(year, 12, 31)
    if clock.today() < dt.date(year, LAST_MONTH, 1):
        return None
    in_force = DocumentVersion.objects.effective(clock.today()).filter(agency=agency).values("document")
    due = ControlledDocument.objects.filter(agency=agency, next_review_on__lte=end)
    if due.filter(pk__in=in_force).exists():
        return None
    waiting = ChangeRequest.objects.filter(agency=agency, state=ChangeRequest.State.OPEN)
    if waiting.filter(created_at__date__lte=end).exists():
        return None
    found = [
        registry.Fulfilment(
            str(row), row.get_absolute_url(), row.effective_on, f"{row._meta.label_lower}:{row.pk}"
        )
        for row in DocumentVersion.objects.filter(
            agency=agency, state=DocumentVersion.State.APPROVED, effective_on__year=year
        )
        .select_related("document")
        .order_by("-effective_on", "document__code")[:1]
        if row.effective_on is not None
    ]
    found += [
        registry.Fulfilment(
            str(row), row.document.get_absolute_url(), row.reviewed_on, f"{row._meta.label_lower}:{row.pk}"
        )
        for row in PeriodicReview.objects.filter(agency=agency, reviewed_on__year=year)
        .select_related("document")
        .order_by("-reviewed_on", "document__code")[:1]
    ]
    return max(found, key=lambda one: one.on, default=None)


def register() -> None:
    """Tell the registry."""
    registry.fulfilments.add(
        registry.FulfilmentKind(
            "documents_kept_up",
            _("Documents reviewed and revised, nothing of the year left open"),
            documents_kept_up,
            order=45,
        )
    )
