"""The register of nonconformities as a workbook: the same columns are taken out and read in (10.2.2)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.models import CorrectiveAction, Nonconformity
from qms import clock

WORKBOOK = "workbook"
"""The kind of source of a case that came in from a workbook; its label is the number it had there."""

KEPT = (
    *("owner", "due_on", "correction", "correction_owner", "correction_deadline", "corrected_on"),
    *("correction_evidence", "action", "action_owner", "action_deadline", "effective"),
)
"""What the file says of steps that were made elsewhere: kept in its words, beside the case."""


@dataclass(frozen=True)
class CaseColumn:
    """One column: its key, its title, what it says of a case, and whether an import reads it."""

    key: str
    title: "str | Promise"
    value: Callable[[Any], Any]
    read: bool = True
    closed_only: bool = False
    """Read only of a case that was closed already: what the portal finds out about a living one itself."""


def _actions(case: Any, kind: str) -> list[CorrectiveAction]:
    """Actions that stand: every correction, and the corrective ones of the present round."""
    return [
        one
        for one in sorted(case.actions.all(), key=lambda row: (row.deadline, row.created_at, str(row.pk)))
        if one.kind == kind
        and one.state != one.State.CANCELLED
        and (one.is_correction or one.round == case.round)
    ]


def _lines(kind: str, words: Callable[[CorrectiveAction], str]) -> Callable[[Any], str]:
    def said(case: Any) -> str:
        rows = [words(one) for one in _actions(case, kind)]
        return "\n".join(row or "–" for row in rows) if any(rows) else ""

    return said


def _flat(text: str) -> str:
    return " ".join(text.split())


def _evidence(action: CorrectiveAction) -> str:
    return "; ".join(_flat(str(proof)) for proof in action.proofs.all())


def _yes_no(value: bool | None) -> str:
    return "" if value is None else str(_("Yes") if value else _("No"))


def _own_number(case: Nonconformity) -> str:
    return case.source_label if case.source_kind == WORKBOOK else ""


COLUMNS = (
    CaseColumn("code", gettext_lazy("Code"), lambda case: case.code),
    CaseColumn("number", gettext_lazy("Number in the former register"), _own_number),
    CaseColumn("title", gettext_lazy("Words of the nonconformity"), lambda case: case.title),
    CaseColumn("grade", gettext_lazy("Grade of the nonconformity"), lambda case: case.get_grade_display()),
    CaseColumn("state", gettext_lazy("State"), lambda case: case.get_state_display()),
    CaseColumn("unit", gettext_lazy("Unit"), lambda case: case.unit.name),
    CaseColumn("process", gettext_lazy("Process"), lambda case: case.process),
    CaseColumn(
        "clause",
        gettext_lazy("Clause of the standard"),
        lambda case: case.clause.code if case.clause else "",
    ),
    CaseColumn("origin", gettext_lazy("Source"), lambda case: case.get_origin_display()),
    CaseColumn("source", gettext_lazy("Source record"), lambda case: case.source_label, read=False),
    CaseColumn("detected_on", gettext_lazy("Detected on"), lambda case: case.detected_on),
    CaseColumn("due_on", gettext_lazy("To be finished by"), lambda case: case.due_on),
    CaseColumn("closed_on", gettext_lazy("Closed on"), lambda case: case.closed_on, closed_only=True),
    CaseColumn("closed_note", gettext_lazy("Conclusion"), lambda case: case.closed_note, closed_only=True),
    CaseColumn("age", gettext_lazy("Age in days"), lambda case: case.age(clock.today()), read=False),
    CaseColumn("owner", gettext_lazy("Responsible"), lambda case: str(case.owner)),
    CaseColumn("requirement", gettext_lazy("Requirement"), lambda case: case.requirement),
    CaseColumn(
        "description", gettext_lazy("Description of the nonconformity"), lambda case: case.description
    ),
    CaseColumn("evidence", gettext_lazy("Evidence"), lambda case: case.evidence),
    CaseColumn(
        "correction",
        gettext_lazy("Correction"),
        _lines("correction", lambda one: _flat(one.description)),
    ),
    CaseColumn(
        "correction_owner",
        gettext_lazy("Owner of the correction"),
        _lines("correction", lambda one: str(one.owner)),
    ),
    CaseColumn(
        "correction_deadline",
        gettext_lazy("Deadline of the correction"),
        _lines("correction", lambda one: f"{one.deadline:%d/%m/%Y}"),
    ),
    CaseColumn(
        "corrected_on",
        gettext_lazy("Corrected on"),
        _lines("correction", lambda one: f"{one.done_on:%d/%m/%Y}" if one.done_on else ""),
    ),
    CaseColumn(
        "correction_evidence", gettext_lazy("Evidence of the correction"), _lines("correction", _evidence)
    ),
    CaseColumn(
        "no_correction", gettext_lazy("Why nothing can be corrected"), lambda case: case.no_correction
    ),
    CaseColumn(
        "cause",
        gettext_lazy("Kind of cause"),
        lambda case: case.get_cause_category_display(),
        closed_only=True,
    ),
    CaseColumn("root_cause", gettext_lazy("Root cause"), lambda case: case.root_cause, closed_only=True),
    CaseColumn(
        "action", gettext_lazy("Action to take"), _lines("corrective", lambda one: _flat(one.description))
    ),
    CaseColumn(
        "action_owner",
        gettext_lazy("Owner of the action"),
        _lines("corrective", lambda one: str(one.owner)),
    ),
    CaseColumn(
        "action_deadline",
        gettext_lazy("Deadline of the action"),
        _lines("corrective", lambda one: f"{one.deadline:%d/%m/%Y}"),
    ),
    CaseColumn("count", gettext_lazy("Corrective actions"), lambda case: case.action_count, read=False),
    CaseColumn("done", gettext_lazy("Carried out"), lambda case: case.action_done, read=False),
    CaseColumn("late", gettext_lazy("Late"), lambda case: case.action_late, read=False),
    CaseColumn("round", gettext_lazy("Round"), lambda case: case.round, read=False),
    CaseColumn("recurring", gettext_lazy("Comes back"), lambda case: _yes_no(case.recurring), read=False),
    CaseColumn(
        "effective", gettext_lazy("Effective"), lambda case: _yes_no(case.effective), closed_only=True
    ),
    CaseColumn("risks", gettext_lazy("Risks"), lambda case: case.get_risk_decision_display(), read=False),
    CaseColumn(
        "documents",
        gettext_lazy("Documents"),
        lambda case: case.get_document_decision_display(),
        read=False,
    ),
)
TITLES = {column.key: column.title for column in COLUMNS if column.read}


def past_words(case: Nonconformity) -> list[tuple[str, str]]:
    """What the file said of a case that was closed before it came here: titles and words."""
    own: dict[str, Any] = dict(case.past)
    if case.is_history:
        own |= {
            "closed_note": case.closed_note,
            "root_cause": case.root_cause,
            "cause": case.get_cause_category_display(),
            "no_correction": case.no_correction,
        }
    return [(str(title), own[key]) for key, title in TITLES.items() if own.get(key)]


def titles() -> list[str]:
    """The titles of the columns in the language of the page."""
    return [str(column.title) for column in COLUMNS]


def lines(cases: Any) -> Iterable[Sequence[Any]]:
    """One line per case."""
    rows = cases.select_related("unit", "owner", "clause").prefetch_related(
        "actions__owner", "actions__proofs__file"
    )
    for case in rows.iterator(chunk_size=500):
        said = {key: case.past.get(key, "") for key in KEPT} if case.is_history else {}
        yield [said[column.key] if column.key in said else column.value(case) for column in COLUMNS]
