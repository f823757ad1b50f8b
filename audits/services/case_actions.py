"""Corrections and actions of a line of a workbook: what a case does not have yet is planned and reported."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from audits.models import CaseEvidence, CorrectiveAction, Nonconformity
from audits.services import corrective, nonconformities
from qms.exceptions import Invalid, Problem
from qms.models import Person
from qms.text import fold

PLACES = {
    "correction": {
        "description": "correction",
        "owner": "correction_owner",
        "deadline": "correction_deadline",
        "done_on": "corrected_on",
        "reference": "correction_evidence",
    },
    "corrective": {"description": "action", "owner": "action_owner", "deadline": "action_deadline"},
}
"""The column of the workbook that holds what the services call so."""


def stays(name: str, value: str) -> Problem:
    """A difference that a list does not bring in."""
    return Problem(
        name, _("“%(value)s”: it is changed on the page of the case, with its reason") % {"value": value}
    )


def take_actions(
    case: Nonconformity, values: dict[str, Any], acting: Person | None
) -> tuple[list[CorrectiveAction], bool]:
    """Plan and report what the case does not have yet: those planned and still to do, and if anything is new.

    Raises Invalid, with the column, for an action the case has with another owner or another day.
    """
    known: dict[tuple[str, str], list[CorrectiveAction]] = {}
    standing = case.actions.exclude(state=CorrectiveAction.State.CANCELLED).select_related("owner")
    for action in standing.order_by("-round", "created_at"):
        known.setdefault((action.kind, fold(action.description)), []).append(action)
    planned, new = [], False
    for kind, name in (("correction", "correction"), ("corrective", "action")):
        rows = []
        for row in values.get(name, ()):
            have = known.get((kind, fold(row["description"])))
            if have is None:
                rows.append(row)
            elif not any(_is(action, row) for action in have):
                new = _report_known(have[0], row, acting) or new
        reason = values.get("no_correction", "")
        corrected = rows or case.no_correction or any(one == "correction" for one, _words in known)
        if kind == "correction" and reason and not corrected:
            nonconformities.nothing_to_correct(case, acting=acting, reason=reason)
            new = True
        if kind == "corrective" and rows:
            case.refresh_from_db()
            if case.state == Nonconformity.State.OPEN:
                nonconformities.analysis_begin(case, acting=acting)
        for row in rows:
            action = _plan(case, kind, row, acting)
            if not row.get("done_on"):
                planned.append(action)
            new = True
    return planned, new


def _is(action: CorrectiveAction, row: dict[str, str]) -> bool:
    """Whether an action is what a row says; what the row leaves out is not compared."""
    return (
        row["owner"] in {"", str(action.owner_id)}
        and row["deadline"] in {"", action.deadline.isoformat()}
        and row.get("done_on", "") in {"", action.done_on.isoformat() if action.done_on else ""}
    )


def _report_known(action: CorrectiveAction, row: dict[str, str], acting: Person | None) -> bool:
    """Report a known correction done; any other difference is refused with its column."""
    places = PLACES[action.kind]
    if row["owner"] not in {"", str(action.owner_id)}:
        raise Invalid([stays(places["owner"], str(action.owner))])
    if row["deadline"] not in {"", action.deadline.isoformat()}:
        raise Invalid([stays(places["deadline"], f"{action.deadline:%d/%m/%Y}")])
    if action.done_on is not None:
        raise Invalid([stays(places["done_on"], f"{action.done_on:%d/%m/%Y}")])
    _report(action, row, acting)
    return True


def _plan(case: Nonconformity, kind: str, row: dict[str, str], acting: Person | None) -> CorrectiveAction:
    try:
        action = corrective.action_plan(
            case,
            acting=acting,
            kind=kind,
            description=row["description"],
            owner=Person.objects.get(agency=case.agency_id, pk=row["owner"]) if row["owner"] else None,
            deadline=dt.date.fromisoformat(row["deadline"]),
        )
    except Invalid as refused:
        raise _placed(refused, kind) from refused
    if row.get("done_on"):
        _report(action, row, acting)
    return action


def _report(action: CorrectiveAction, row: dict[str, str], acting: Person | None) -> None:
    most = CaseEvidence._meta.get_field("reference").max_length or 0
    if len(row["evidence"]) > most:
        words = _("at most %(n)s characters") % {"n": most}
        raise Invalid([Problem("correction_evidence", words)])
    try:
        corrective.action_report(
            action,
            acting=acting,
            note=_("Taken over from a workbook"),
            reference=row["evidence"],
            done_on=dt.date.fromisoformat(row["done_on"]),
        )
    except Invalid as refused:
        raise _placed(refused, action.kind) from refused


def _placed(refused: Invalid, kind: str) -> Invalid:
    """The same problems at the columns of the action, not at those of the case."""
    return Invalid([Problem(PLACES[kind].get(one.where, ""), one.message) for one in refused.problems])
