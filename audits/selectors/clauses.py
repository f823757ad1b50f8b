"""Which clauses are audited: those numbered to two levels, and which of them apply to the agency."""

import datetime as dt
from dataclasses import dataclass

from qms import clock
from qms.models import Agency, Clause, StandardEdition
from qms.selectors.standard import clause_rows


@dataclass(frozen=True)
class AuditClause:
    """A clause as the programme sees it; `reason` says why it does not apply."""

    clause: Clause
    applicable: bool
    reason: str
    partly: tuple[tuple[str, str], ...] = ()

    @property
    def code(self) -> str:
        """Its number."""
        return self.clause.code


def edition_of(agency: Agency) -> StandardEdition | None:
    """The edition the agency is audited against: the newest published one that is not a draft."""
    rows = StandardEdition.objects.filter(is_draft=False, published_on__lte=clock.today())
    return rows.order_by("-published_on").first()


def audit_clauses(agency: Agency, on: dt.date | None = None) -> list[AuditClause]:
    """Clauses such as 8.5 in order, with what is excluded of them (`partly`: clauses below them)."""
    edition = edition_of(agency)
    if edition is None:
        return []
    rows = clause_rows(agency, edition, on or clock.today())
    below: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        if row.depth > 1 and row.own is not None and not row.own.applicable:
            below.setdefault(root(row.clause.code), []).append((row.clause.code, row.reason))
    return [
        AuditClause(row.clause, row.applicable, row.reason, tuple(below.get(row.clause.code, ())))
        for row in rows
        if row.depth == 1
    ]


def excluded_codes(agency: Agency) -> set[str]:
    """Codes of every clause that does not apply today, letters included."""
    edition = edition_of(agency)
    if edition is None:
        return set()
    return {row.clause.code for row in clause_rows(agency, edition, clock.today()) if not row.applicable}


def root(code: str) -> str:
    """The two-level number a clause belongs to: 8.5.1.f is part of 8.5."""
    return ".".join(code.split(".")[:2])
