"""What nonconformities tell the risks: repeated ones propose an entry."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count
from django.utils.translation import gettext as _

from audits.models import Nonconformity, Recurrence
from qms.models import Agency
from risks.models import RiskSource
from risks.providers import Found


def repeated(agency: Agency, today: dt.date) -> Iterator[Found]:
    """Cases that came back, one suggestion per clause, process and unit of the latest of them."""
    links = Recurrence.objects.filter(agency=agency).exclude(later__state=Nonconformity.State.CANCELLED)
    rows = (
        Nonconformity.objects.filter(pk__in=links.values("later"))
        .exclude(origin=Nonconformity.Origin.SIMILAR)
        .annotate(times=Count("recurs"))
        .select_related("unit", "clause", "risk")
        .order_by("detected_on")
    )
    newest = {(row.unit_id, row.process): row for row in rows}
    for case in newest.values():
        number = case.times + 1
        yield Found(
            key=f"nonconformity:{case.unit_id}:{case.process}"[:160],
            source_kind=RiskSource.Kind.NONCONFORMITY,
            title=_("Nonconformity came back: %(title)s") % {"title": case.title},
            reason=_("%(n)s times, last %(code)s. Root cause: %(cause)s")
            % {"n": number, "code": case.code, "cause": case.root_cause or _("not found yet")},
            url=case.get_absolute_url(),
            unit=case.unit,
            draft={
                "process": case.process,
                "event": case.title,
                "cause": case.root_cause,
                "consequence": case.requirement,
                "clause": case.clause.code if case.clause else "",
                "procedure": str(case.procedure_id) if case.procedure_id else "",
            },
            risk=case.risk_id,
        )
