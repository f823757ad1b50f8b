"""What the manual says of clauses that do not apply: the dated justification, at its section (4.3)."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from library.models import ControlledDocument, DocumentVersion
from qms import clock
from qms.evidence import holding
from qms.models import Clause, ClauseApplicability


def exclusions(version: DocumentVersion, today: dt.date | None = None) -> dict[Any, list[str]]:
    """By clause of a section: why it, or a letter of it, does not apply on the day the version speaks of.

    That is today while the version holds or is drafted, and its last day once it is over: an old manual
    reads as it read.
    """
    document = version.document
    if document.kind != ControlledDocument.Kind.MANUAL:
        return {}
    on = today or clock.today()
    if version.effective_on is not None and version.state == DocumentVersion.State.APPROVED:
        last = version.last_day if hasattr(version, "next_on") else None
        on = max(on, version.effective_on) if last is None else min(max(on, version.effective_on), last)
    rows = ClauseApplicability.objects.filter(holding(on), agency=document.agency_id, applicable=False)
    shown = {one.clause_id for one in version.sections.all() if one.clause_id is not None}
    found: dict[Any, list[str]] = {}
    for row in rows.select_related("clause__parent__parent__parent__parent").order_by("clause__order"):
        at = _section_of(row.clause, shown)
        if at is None or at == row.clause_id:
            words = _("This clause does not apply: %(reason)s")
            found.setdefault(row.clause_id, []).append(words % {"reason": row.justification})
        else:
            words = _("%(clause)s does not apply: %(reason)s")
            said = words % {"clause": row.clause.code, "reason": row.justification}
            found.setdefault(at, []).append(said)
    return found


def _section_of(clause: Clause, shown: set[Any]) -> Any:
    """The clause itself or the nearest one above it that has a section; None when none has."""
    at: Clause | None = clause
    while at is not None:
        if at.pk in shown:
            return at.pk
        at = at.parent
    return None
