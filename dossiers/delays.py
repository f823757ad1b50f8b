"""Reasons of delays (form II.07): told by the export, or said by a person where it does not."""

from collections import Counter
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _

from dossiers import policies
from dossiers.conditions import Span
from dossiers.models import OUTSIDE, DelayReason, Dossier, LateReason
from dossiers.selectors import trace
from qms import audit, clock
from qms.exceptions import Invalid, Problem
from qms.models import Agency, OrgUnit, Person
from qms.policies import require

LATE = "late+open_overdue"
NONE = "none"
"""No reason: what stands for it in an address."""


def delay_explain(dossier: Dossier, *, reason: str, note: str = "", acting: Person | None) -> DelayReason:
    """Say why a dossier is late; said again, it replaces what was said. Raises Invalid for other dossiers."""
    with transaction.atomic():
        require(policies.can_explain(acting, dossier))
        if dossier.timeliness not in {"done_late", "overdue"}:
            raise Invalid(_("This dossier is not late."))
        if reason not in LateReason.values:
            raise Invalid([Problem("reason", _("Choose a reason."), reason)])
        old = DelayReason.objects.select_for_update().filter(dossier=dossier).first()
        row = old or DelayReason(agency_id=dossier.agency_id, dossier=dossier)
        changes = {"reason": (row.reason or None, reason), "note": (row.note or None, note.strip() or None)}
        row.reason, row.note = reason, note.strip()
        row.recorded_by, row.recorded_at = acting, clock.now()
        row.save()
        audit.record("dossiers.delay.explained", dossier, changes, acting=acting)
    return row


def reason_of(dossier: Dossier) -> tuple[str, DelayReason | None]:
    """The reason a dossier is late (that of the export goes first), and what a person said."""
    said = DelayReason.objects.filter(dossier=dossier).select_related("recorded_by").first()
    return dossier.late_reason or (said.reason if said else ""), said


def reasons(
    agency: Agency, window: Span, *, unit: OrgUnit | None = None, field: str | None = None, as_of: Any = None
) -> "list[tuple[str, str, int]]":
    """How many late dossiers have which reason: (code, label, count); without one the code is empty."""
    late = trace(agency, LATE, window, unit=unit, field=field, as_of=as_of)
    counted: Counter[str] = Counter()
    for told, said in late.values_list("late_reason", "delay__reason"):
        counted[told or said or ""] += 1
    found = [(code, str(label), counted[code]) for code, label in LateReason.choices if counted[code]]
    if counted[""]:
        found.append(("", _("No reason given yet"), counted[""]))
    return found


def with_reason(rows: "QuerySet[Dossier]", code: str) -> "QuerySet[Dossier]":
    """Those of the dossiers that are late for a reason; of `NONE` those nobody has given one for."""
    rows = rows.annotate(told=Coalesce(NullIf("late_reason", Value("")), "delay__reason", Value("")))
    return rows.filter(told="" if code == NONE else code)


def is_outside(code: str) -> bool:
    """Whether a reason lies outside the agency."""
    return code in OUTSIDE
