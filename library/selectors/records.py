"""The list of records and what of it is past its retention."""

import datetime as dt
from typing import Any

from django.db.models import Count, Q

from library.models import DisposalItem, DisposalList, RecordFile, RecordSeries
from qms.models import Agency, Person

OPEN = (DisposalList.State.DRAFT, DisposalList.State.SUBMITTED, DisposalList.State.APPROVED)


def series_list(person: Person, unit: str = "") -> Any:
    """Lines of the list with how many files are kept."""
    rows = RecordSeries.objects.visible_to(person).select_related("unit", "form")
    if unit == "mine" and person.unit_id:
        rows = rows.filter(Q(unit=person.unit_id) | Q(unit=None))
    return rows.annotate(kept=Count("files", filter=Q(files__state=RecordFile.State.KEPT))).order_by(
        "-active", "code"
    )


def files_past(agency: Agency, on: dt.date) -> Any:
    """Files whose retention is over and that stand on no open disposal list."""
    rows = RecordFile.objects.filter(agency=agency, state=RecordFile.State.KEPT)
    rows = rows.exclude(series__retention_years=None).select_related("series", "unit")
    listed = DisposalItem.objects.filter(agency=agency, listing__state__in=OPEN).values("file")
    past = [one.pk for one in rows.exclude(pk__in=listed) if one.is_past(on)]
    return rows.filter(pk__in=past).order_by("closed_on", "title")
