"""Clauses of an edition with what applies to an agency on a day, and editions compared (4.3)."""

import datetime as dt
from dataclasses import dataclass

from qms.models import Agency, Clause, ClauseApplicability, ClauseMapping, StandardEdition


@dataclass(frozen=True)
class ClauseRow:
    """One clause of the tree: whether it applies, why not, and whether that was said of itself."""

    clause: Clause
    depth: int
    applicable: bool
    reason: str
    own: ClauseApplicability | None
    planned: ClauseApplicability | None

    @property
    def is_letter(self) -> bool:
        """Whether the row is a letter below a numbered clause."""
        return self.clause.code[-1].isalpha()


def clause_rows(agency: Agency, edition: StandardEdition, on: dt.date) -> list[ClauseRow]:
    """The tree of an edition in order; what is excluded above is excluded below."""
    entries: dict[object, list[ClauseApplicability]] = {}
    for entry in ClauseApplicability.objects.filter(agency=agency, clause__edition=edition).order_by(
        "valid_from"
    ):
        entries.setdefault(entry.clause_id, []).append(entry)
    inherited: dict[object, str] = {}
    found = []
    for clause in edition.clauses.order_by("order"):
        history = entries.get(clause.pk, [])
        own = next((row for row in reversed(history) if _holds(row, on)), None)
        planned = next((row for row in history if row.valid_from > on), None)
        reason = inherited.get(clause.parent_id, "")
        if own is not None:
            reason = "" if own.applicable else own.justification
        inherited[clause.pk] = reason
        found.append(ClauseRow(clause, clause.code.count("."), not reason, reason, own, planned))
    return found


def _holds(row: ClauseApplicability, on: dt.date) -> bool:
    return row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)


def edition_in_force(on: dt.date) -> StandardEdition | None:
    """The newest published edition of a day, never a draft; one without dates counts as the oldest."""
    editions = [
        row
        for row in StandardEdition.objects.filter(is_draft=False)
        if (row.published_on is None or row.published_on <= on)
        and (row.withdrawn_on is None or on < row.withdrawn_on)
    ]
    return max(editions, key=lambda row: (row.published_on or dt.date.min, row.code), default=None)


@dataclass(frozen=True)
class Comparison:
    """What became of the clauses of one edition in another."""

    source: StandardEdition
    target: StandardEdition
    rows: list[ClauseMapping]
    added: list[Clause]
    counts: dict[str, int]


def editions_compare(source: StandardEdition, target: StandardEdition) -> Comparison:
    """The mappings between two editions in the order of the first, and what only the second has."""
    rows = list(
        ClauseMapping.objects.filter(source__edition=source, target__edition=target)
        .select_related("source", "target")
        .order_by("source__order", "target__order")
    )
    reached = {row.target_id for row in rows}
    added = [clause for clause in target.clauses.order_by("order") if clause.pk not in reached]
    counts: dict[str, int] = {str(kind): 0 for kind in ClauseMapping.Kind.values}
    for row in rows:
        counts[row.kind] += 1
    counts["new"] += len(added)
    return Comparison(source, target, rows, added, counts)
