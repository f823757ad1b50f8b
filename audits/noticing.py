"""What nonconformities tell the risks: repeated ones propose an entry."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from audits.models import Nonconformity, Recurrence
from audits.services.recurrence import window_before
from qms.models import Agency
from risks.models import Risk, RiskSource, Suggestion
from risks.providers import Found

PROVIDER = "nonconformities"
"""The name under which they are registered."""


def repeated(agency: Agency, today: dt.date) -> Iterator[Found]:
    """Cases that came back, one suggestion per process and unit: of the latest of them.

    The latest case names the suggestion: what was decided about an earlier return does not silence the next
    one, which leads to the entry that followed from it. What came back before the window of today, in a
    register that was taken over, is history.
    """
    links = Recurrence.objects.filter(agency=agency).exclude(later__state=Nonconformity.State.CANCELLED)
    rows = (
        Nonconformity.objects.filter(pk__in=links.values("later"))
        .exclude(origin=Nonconformity.Origin.SIMILAR)
        .exclude(taken_over__isnull=False, round=1, detected_on__lt=window_before(agency, today))
        .annotate(times=Count("recurs"))
        .select_related("unit", "clause", "risk")
        .order_by("detected_on", "created_at", "code")
    )
    newest = {(row.unit_id, row.process): row for row in rows}
    followed = _followed(agency)
    decided = _decided(agency)
    for case in newest.values():
        if case.get_absolute_url() in decided:
            continue
        number = case.times + 1
        yield Found(
            key=f"nonconformity:{case.pk}",
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
            risk=case.risk_id or followed.get((case.unit_id, case.process)),
        )


def _decided(agency: Agency) -> set[str]:
    """The cases that were decided on while a suggestion was named by unit and process, not by its case."""
    decided = (Suggestion.State.ACCEPTED, Suggestion.State.DISMISSED)
    rows = Suggestion.objects.filter(agency=agency, provider=PROVIDER, state__in=decided)
    return {url for key, url in rows.values_list("key", "url") if key.count(":") > 1}


def _followed(agency: Agency) -> dict[tuple[Any, str], Any]:
    """The entry of the register that a suggestion of before led to, by unit and process."""
    rows = Suggestion.objects.filter(agency=agency, provider=PROVIDER, state=Suggestion.State.ACCEPTED)
    return {
        (row.unit_id, row.draft.get("process", "")): row.risk_id
        for row in rows.exclude(risk=None).exclude(risk__state=Risk.State.CLOSED).order_by("decided_at")
    }
