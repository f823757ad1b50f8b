"""Entries the data suggest for a programme, each with its reason: past findings, nonconformities that last,
complaints, risks, late dossiers, units not audited for long."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from audits.models import AuditProgramme, Finding, Nonconformity, ProgrammeEntry
from audits.selectors.clauses import audit_clauses, root
from audits.selectors.coverage import coverage_grid
from dossiers.models import Dossier
from feedback.models import Feedback
from qms import agency_settings, clock
from qms.models import Clause, OrgUnit
from risks.models import LevelClass, Risk

Origin = ProgrammeEntry.Origin
HIGH = (LevelClass.HIGH, LevelClass.VERY_HIGH)


@dataclass(frozen=True)
class Proposal:
    """An entry somebody should consider; `key` names it in the address of its button."""

    key: str
    origin: str
    unit: OrgUnit
    clauses: tuple[Clause, ...]
    process: str
    reason: str
    month: int = 7

    @property
    def origin_word(self) -> str:
        """Why, in words."""
        return str(Origin(self.origin).label)


def proposals(programme: AuditProgramme) -> list[Proposal]:
    """What the data suggest and the programme does not have yet."""
    known = {one.code: one.clause for one in audit_clauses(programme.agency) if one.applicable}
    have = {
        (entry.unit_id, root(clause.code))
        for entry in programme.entries.prefetch_related("clauses")
        for clause in entry.clauses.all()
    }
    found = []
    for proposal in (
        *_findings(programme, known),
        *_cases(programme, known),
        *_complaints(programme, known),
        *_risks(programme, known),
        *_dossiers(programme, known),
        *_never(programme, known),
        *_yearly(programme, known),
    ):
        if any((proposal.unit.pk, clause.code) not in have for clause in proposal.clauses):
            found.append(proposal)
    return found


def _group(rows: Any) -> dict[tuple[Any, str], list[Any]]:
    """Rows of (unit id, clause code, …) by unit and two-level clause."""
    groups: dict[tuple[Any, str], list[Any]] = {}
    for unit_id, code, *rest in rows:
        groups.setdefault((unit_id, root(code or "")), []).append(rest)
    return groups


def _units(programme: AuditProgramme) -> dict[Any, OrgUnit]:
    return {
        unit.pk: unit
        for unit in OrgUnit.objects.filter(agency=programme.agency)
        if unit.exists_on(clock.today())
    }


def _findings(programme: AuditProgramme, known: dict[str, Clause]) -> Iterator[Proposal]:
    """Nonconformities of the two years before: the unit and clause are looked at again."""
    rows = Finding.objects.filter(
        agency=programme.agency,
        grade__in=Finding.NONCONFORMITIES,
        state__in=Finding.STANDING,
        raised_at__year__gte=programme.year - 2,
        raised_at__year__lt=programme.year,
        clause__isnull=False,
    ).order_by("code")
    units = _units(programme)
    for (unit_id, code), group in _group(
        rows.values_list("unit_id", "clause__code", "code", "process")
    ).items():
        if unit_id in units and code in known:
            words = _("Nonconformities found before: %(codes)s") % {
                "codes": ", ".join(row[0] for row in group)
            }
            yield Proposal(
                f"finding-{unit_id}-{code}",
                Origin.FINDING,
                units[unit_id],
                (known[code],),
                group[0][1],
                words,
            )


def _cases(programme: AuditProgramme, known: dict[str, Clause]) -> Iterator[Proposal]:
    """Nonconformities of the two years before that came back, took a further round, or are not closed yet."""
    rows = (
        Nonconformity.objects.filter(
            agency=programme.agency,
            detected_on__year__gte=programme.year - 2,
            detected_on__year__lt=programme.year,
            clause__isnull=False,
        )
        .exclude(state=Nonconformity.State.CANCELLED)
        .filter(Q(recurring=True) | Q(round__gt=1) | ~Q(state=Nonconformity.State.CLOSED))
        .order_by("code")
    )
    units = _units(programme)
    for (unit_id, code), group in _group(
        rows.values_list("unit_id", "clause__code", "code", "process")
    ).items():
        if unit_id in units and code in known:
            codes = ", ".join(row[0] for row in group)
            yield Proposal(
                f"case-{unit_id}-{code}",
                Origin.CASE,
                units[unit_id],
                (known[code],),
                group[0][1],
                _("Came back, took a further round or is not closed: %(codes)s") % {"codes": codes},
            )


def _complaints(programme: AuditProgramme, known: dict[str, Clause]) -> Iterator[Proposal]:
    """Units citizens complained about in the twelve months before, by complaints and nonconformities."""
    since = clock.today() - dt.timedelta(days=365)
    cases = Nonconformity.objects.filter(
        agency=programme.agency, origin=Nonconformity.Origin.COMPLAINT, detected_on__gte=since
    ).exclude(state=Nonconformity.State.CANCELLED)
    found = list(cases.order_by("code").values_list("unit_id", "clause__code", "code", "process"))
    complaints = Feedback.objects.filter(
        agency=programme.agency, received_on__gte=since, unit__isnull=False
    ).exclude(Q(kind=Feedback.Kind.SUGGESTION) | Q(finding=Feedback.Finding.UNFOUNDED))
    rows = complaints.order_by("code").values_list("unit_id", "code", "procedure__name")
    found += [(unit_id, "8.2", code, (name or "")[:255]) for unit_id, code, name in rows]
    least = int(agency_settings.get(programme.agency, "audits.complaints"))
    units = _units(programme)
    by_unit: dict[Any, list[Any]] = {}
    for unit_id, clause, code, process in found:
        by_unit.setdefault(unit_id, []).append((root(clause or "8.2"), code, process))
    for unit_id, group in by_unit.items():
        codes = list(dict.fromkeys(row[1] for row in group))
        places = [place for place in dict.fromkeys(row[0] for row in group) if place in known]
        if unit_id in units and places and len(codes) >= least:
            yield Proposal(
                f"complaint-{unit_id}",
                Origin.COMPLAINT,
                units[unit_id],
                tuple(known[place] for place in places),
                group[0][2],
                _("Complaints of twelve months: %(codes)s") % {"codes": ", ".join(codes[:12])},
            )


def _risks(programme: AuditProgramme, known: dict[str, Clause]) -> Iterator[Proposal]:
    rows = (
        Risk.objects.filter(agency=programme.agency, kind=Risk.Kind.RISK, level__in=HIGH, unit__isnull=False)
        .exclude(state=Risk.State.CLOSED)
        .order_by("code")
    )
    units = _units(programme)
    found: dict[tuple[Any, str], list[Any]] = {}
    for unit_id, code, risk, process in rows.values_list("unit_id", "clause__code", "code", "process"):
        place = root(code) if code and root(code) in known else "6.1"
        found.setdefault((unit_id, place), []).append((risk, process))
    for (unit_id, code), group in found.items():
        if unit_id in units and code in known:
            words = _("High risks: %(codes)s") % {"codes": ", ".join(row[0] for row in group)}
            yield Proposal(
                f"risk-{unit_id}-{code}", Origin.RISK, units[unit_id], (known[code],), group[0][1], words
            )


def _dossiers(programme: AuditProgramme, known: dict[str, Clause]) -> Iterator[Proposal]:
    """Units whose dossiers were late in the twelve months before."""
    if "8.5" not in known:
        return
    today = clock.today()
    since = today - dt.timedelta(days=365)
    rows = (
        Dossier.objects.filter(
            agency=programme.agency, result_at__date__gte=since, result_at__gt=F("due_original_at")
        )
        .exclude(unit=None)
        .values("unit_id")
        .annotate(late=Count("pk"))
        .order_by("-late")
    )
    least = int(agency_settings.get(programme.agency, "audits.late_dossiers"))
    units = _units(programme)
    for row in rows:
        if row["late"] >= least and row["unit_id"] in units:
            words = _("%(n)s dossiers resolved late in twelve months") % {"n": row["late"]}
            yield Proposal(
                f"dossiers-{row['unit_id']}-8.5",
                Origin.DOSSIERS,
                units[row["unit_id"]],
                (known["8.5"],),
                "",
                words,
            )


def _never(programme: AuditProgramme, known: dict[str, Clause]) -> Iterator[Proposal]:
    """Units that handle procedures and were not audited in three years: what their work rests on."""
    grid = coverage_grid(programme.agency, programme.year)
    for row in grid.rows:
        planned = any(cell.entries for cell in row.cells)
        if row.audited or planned:
            continue
        codes = ["7.5", "8.5", "9.1"] if row.unit.handles_procedures else ["5.1", "6.2"]
        clauses = tuple(known[code] for code in codes if code in known)
        if clauses:
            words = _("Not audited in three years")
            yield Proposal(
                f"coverage-{row.unit.pk}-{clauses[0].code}", Origin.COVERAGE, row.unit, clauses, "", words
            )


def _yearly(programme: AuditProgramme, known: dict[str, Clause]) -> Iterator[Proposal]:
    """Entries of the programme before, to be taken over or left out: what is not taken was dropped."""
    last = (
        AuditProgramme.objects.filter(agency=programme.agency, year__lt=programme.year)
        .order_by("-year")
        .first()
    )
    units = _units(programme)
    entries = last.entries.prefetch_related("clauses") if last else ()
    for entry in entries:
        codes = dict.fromkeys(root(clause.code) for clause in entry.clauses.all())
        clauses = tuple(known[code] for code in codes if code in known)
        if entry.unit_id in units and clauses and last is not None:
            words = _("In the programme of %(year)s too, month %(month)s")
            yield Proposal(
                f"planned-{entry.pk}",
                Origin.PLANNED,
                units[entry.unit_id],
                clauses,
                entry.process,
                words % {"year": last.year, "month": entry.month},
                entry.month,
            )
