"""What has been audited where: the matrix of a programme and the grid of three years (9.2.2)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from audits.models import Audit, AuditProgramme, ChecklistItem, Finding, ProgrammeEntry
from audits.selectors.clauses import AuditClause, audit_clauses, root
from audits.selectors.units import audited_units
from qms.models import Agency, OrgUnit

SPAN = 3


@dataclass
class Cell:
    """A unit and a clause: the entries that plan it and the years in which it was audited."""

    clause: AuditClause
    entries: list[ProgrammeEntry] = field(default_factory=list)
    years: list[int] = field(default_factory=list)
    findings: int = 0

    @property
    def months(self) -> list[int]:
        """Months in which it is planned."""
        return sorted({entry.month for entry in self.entries})

    @property
    def never(self) -> bool:
        """Applies, and was neither audited in the years shown nor is planned."""
        return self.clause.applicable and not self.years and not self.entries


@dataclass(frozen=True)
class GridRow:
    """A unit with its cells in the order of the clauses."""

    unit: OrgUnit
    cells: list[Cell]

    @property
    def audited(self) -> int:
        """How many clauses were audited in the years shown."""
        return sum(1 for cell in self.cells if cell.years)


@dataclass(frozen=True)
class Grid:
    """Units against clauses."""

    clauses: list[AuditClause]
    rows: list[GridRow]

    @property
    def excluded(self) -> list[AuditClause]:
        """Clauses that do not apply, with their justification."""
        return [one for one in self.clauses if not one.applicable]

    @property
    def excluded_parts(self) -> list[tuple[str, str]]:
        """Clauses below a column that do not apply."""
        return [part for one in self.clauses if one.applicable for part in one.partly]

    @property
    def never(self) -> int:
        """Cells that apply and were never audited nor are planned."""
        return sum(1 for row in self.rows for cell in row.cells if cell.never)

    def uncovered(self) -> list[AuditClause]:
        """Clauses in scope that no unit has planned: a warning, not a block."""
        planned = {cell.clause.code for row in self.rows for cell in row.cells if cell.entries}
        return [one for one in self.clauses if one.applicable and one.code not in planned]


def _grid(agency: Agency, units: Iterable[OrgUnit]) -> tuple[Grid, dict[tuple[Any, str], Cell]]:
    clauses = audit_clauses(agency)
    cells: dict[tuple[Any, str], Cell] = {}
    rows = []
    for unit in units:
        line = [Cell(one) for one in clauses]
        cells.update({(unit.pk, cell.clause.code): cell for cell in line})
        rows.append(GridRow(unit, line))
    return Grid(clauses, rows), cells


def _plan(entries: Iterable[ProgrammeEntry], cells: dict[tuple[Any, str], Cell]) -> None:
    for entry in entries:
        for code in {root(clause.code) for clause in entry.clauses.all()}:
            cell = cells.get((entry.unit_id, code))
            if cell is not None:
                cell.entries.append(entry)


def programme_grid(programme: AuditProgramme) -> Grid:
    """Units × clauses of a programme; the entries of units that ended meanwhile keep their row."""
    entries = list(programme.entries.select_related("unit").prefetch_related("clauses"))
    units = {unit.pk: unit for unit in audited_units(programme.agency)}
    units |= {entry.unit_id: entry.unit for entry in entries}
    grid, cells = _grid(programme.agency, sorted(units.values(), key=lambda unit: (unit.order, unit.name)))
    _plan(entries, cells)
    return grid


def coverage_grid(agency: Agency, year: int, span: int = SPAN) -> Grid:
    """Units × clauses over the years up to `year`: audited means that a question was answered there."""
    grid, cells = _grid(agency, audited_units(agency))
    first = year - span + 1
    answered = (
        ChecklistItem.objects.filter(
            agency=agency,
            checklist__session__starts_at__year__gte=first,
            checklist__session__starts_at__year__lte=year,
        )
        .exclude(answer__in=["", "not_applicable"])
        .exclude(checklist__session__audit__state=Audit.State.CANCELLED)
    )
    for unit_id, code, when in answered.values_list(
        "checklist__session__unit_id", "clause__code", "checklist__session__starts_at__year"
    ).distinct():
        cell = cells.get((unit_id, root(code)))
        if cell is not None and when not in cell.years:
            cell.years.append(when)
    for cell in cells.values():
        cell.years.sort()
    found = Finding.objects.filter(
        agency=agency,
        raised_at__year__gte=first,
        grade__in=Finding.NONCONFORMITIES,
        clause__isnull=False,
        state__in=Finding.STANDING,
    )
    numbers = found.order_by().values_list("unit_id", "clause__code").annotate(number=Count("pk"))
    for unit_id, code, number in numbers:
        cell = cells.get((unit_id, root(code)))
        if cell is not None:
            cell.findings += number
    planned = ProgrammeEntry.objects.filter(agency=agency, programme__year=year)
    _plan(planned.select_related("unit").prefetch_related("clauses"), cells)
    return grid


def last_result(unit: OrgUnit, before_year: int) -> str:
    """How the unit's last audit before a year went, in one line (kept with the entry)."""
    audit = (
        Audit.objects.filter(sessions__unit=unit, starts_on__year__lt=before_year)
        .exclude(state__in=[Audit.State.CANCELLED, Audit.State.PLANNED, Audit.State.NOTIFIED])
        .order_by("-starts_on")
        .first()
    )
    if audit is None:
        return ""
    grades = list(
        audit.findings.filter(unit=unit, state__in=Finding.STANDING).values_list("grade", flat=True)
    )
    parts = [
        f"{grades.count(str(grade.value))} {str(grade.label).lower()}"
        for grade in Finding.Grade
        if grades.count(str(grade.value))
    ]
    return f"{audit.code}: {', '.join(parts) or '0'}"
