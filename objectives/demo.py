"""The objectives of the demonstration: 2025 and the year under way, published and measured.

Facts and figures are those of a real department's papers (objectives of 2025), in words of our own.
Everything goes through the services: drafted by the secretary, approved by the head of the committee,
signed by the director, numbered by the clerk; figures entered by the units and confirmed by another.
"""

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from typing import Any

from documents.demo import BASES
from documents.models import LegalBasis, Paper, PaperState
from documents.models.legal import Decides
from documents.services import basis_add, paper_approve, paper_authorise, paper_issue, paper_submit
from documents.services.issuing import issue_job_of
from documents.services.keys import trial_keys_ensure
from objectives import periods, services
from objectives.demo_figures import FIGURES
from objectives.demo_plan import PLAN, ObjectivePlan
from objectives.models import ManualEntry, ObjectiveSet, RoleGroup, SetState, Target
from qms import agency_settings, clock, files, jobs, sheets
from qms.demo import PASSWORD, START
from qms.exceptions import Invalid
from qms.models import Agency, OrgUnit, Person, StoredFile
from training.demo import START as TRAINING

TRAINED_IN = TRAINING.year
FIRST_YEAR = 2025
COUNTED = {(TRAINED_IN, "4a"): "TRAINED", (TRAINED_IN, "4b"): "TRAINED_INTAKE"}
"""Targets that count from the records of training, in the year these have; else the units report them."""
SYMBOL = "SKHCN"
ISSUED_ON = {FIRST_YEAR: dt.date(2025, 4, 22)}


def load(agency: Agency) -> None:
    """The set of 2025 and that of the year under way, published, with figures; only what is missing."""
    if not agency_settings.get(agency, "documents.symbol"):
        clerk = person(agency, "vanthu")
        agency_settings.put(agency, "documents.symbol", SYMBOL, acting=clerk, valid_from=START)
    for year in sorted({FIRST_YEAR, clock.today().year}):
        objective_set = prepare(agency, year)
        issue(objective_set)
        enter(objective_set)
        with_job = services.attainment_request(agency=agency, year=year, acting=None)
        jobs.run_or_wait(with_job)


@functools.cache
def person(agency: Agency, username: str) -> Person:
    """A person of the demonstration by user name; those of the second agency have its symbol behind it."""
    found: Person = Person.objects.select_related("agency", "user", "unit").get(
        agency=agency, user__username__in=[username, f"{username}.snv"]
    )
    return found


def prepare(agency: Agency, year: int) -> ObjectiveSet:
    """Drafted by the secretary, approved by the head of the committee, its decision drafted."""
    title = f"Mục tiêu chất lượng năm {year}"
    found: ObjectiveSet | None = (
        ObjectiveSet.objects.filter(agency=agency, year=year, unit=None)
        .exclude(state=SetState.SUPERSEDED)
        .first()
    )
    if found is not None:
        return found
    secretary = person(agency, "thuky")
    made = services.objective_set_create(agency=agency, year=year, title=title, acting=secretary)
    units = {unit.code: unit for unit in OrgUnit.objects.filter(agency=agency)}
    for number, plan in enumerate(PLAN, start=1):
        _objective(made, plan, str(number), units, secretary)
    services.set_bases(made, bases=_bases(agency, year), acting=secretary)
    services.set_submit(made, acting=secretary)
    services.set_approve(made, acting=person(agency, "truongban"))
    services.set_publish(made, signer=person(agency, "lanhdao"), acting=secretary)
    made.refresh_from_db()
    return made


def _objective(
    made: ObjectiveSet, plan: ObjectivePlan, number: str, units: Mapping[str, OrgUnit], by: Person
) -> None:
    # The wording that differs between annex and plan is a fact of 2025; the year under way says one thing.
    plan_text = plan.plan_text if made.year == FIRST_YEAR else ""
    objective = services.objective_add(made, number=number, text=plan.text, plan_text=plan_text, acting=by)
    reporting = [units[code] for code in FIGURES[FIRST_YEAR]["1"]]
    for target in plan.targets:
        formula = COUNTED.get((made.year, target.code), target.formula)
        manual = formula == "MANUAL"
        services.target_add(
            objective,
            code=target.code,
            text=target.text,
            label=target.label,
            operator=target.operator,
            figure=target.figure,
            measure_unit=target.unit,
            formula=formula,
            aggregation=Target.Aggregation.LATEST if target.latest else Target.Aggregation.SUM,
            units=reporting if manual else (),
            acting=by,
            **(target.more or {}),
        )
    for task in plan.tasks:
        services.task_add(
            objective,
            text=task.text,
            time_text=task.time,
            leads=_parties(task.leads, units, made.year),
            coordinators=_parties(task.coordinators, units, made.year),
            acting=by,
        )


def _parties(codes: Sequence[str], units: Mapping[str, OrgUnit], year: int) -> list[Any]:
    """Units and groups; a unit that is gone by the start of the year is replaced by all the others."""
    found: list[Any] = []
    for code in codes:
        unit = units.get(code)
        if unit is None:
            found.append(RoleGroup(code))
        elif unit.exists_on(dt.date(year, 1, 1)):
            found.append(unit)
        else:
            found.append(RoleGroup.ALL_UNITS)
    return found


def basis_kept(
    agency: Agency, kind: str, number: str, issuer: str, on: dt.date, about: str, decides: str = ""
) -> LegalBasis:
    """The legal basis of the agency's list with this number and date; added when it is missing."""
    there = LegalBasis.objects.filter(agency=agency, number=number, issued_on=on).first()
    return there or basis_add(
        agency=agency,
        acting=None,
        kind=kind,
        number=number,
        issuer=issuer,
        issued_on=on,
        about=about,
        in_force_from=on,
        decides=decides,
    )


def standing_basis(agency: Agency) -> LegalBasis:
    """What the management system of every administrative agency rests on."""
    return basis_kept(agency, *BASES[0])


def _bases(agency: Agency, year: int) -> list[tuple[LegalBasis, str]]:
    """The legal bases of the decision as dated records."""
    name = agency.name

    def basis(kind: str, number: str, issuer: str, on: dt.date, about: str, decides: str = "") -> LegalBasis:
        return basis_kept(agency, kind, number, issuer, on, about, decides)

    found = [
        (standing_basis(agency), "basis"),
        (
            basis(
                "Quyết định",
                "15/2025/QĐ-UBND",
                "Ủy ban nhân dân tỉnh Đồng Nai",
                dt.date(2025, 2, 27),
                f"quy định chức năng, nhiệm vụ, quyền hạn và cơ cấu tổ chức của {name}",
            ),
            "basis",
        ),
        (
            basis(
                "Quyết định",
                "130/QĐ-SoKHCN",
                name,
                dt.date(2025, 4, 15),
                "về việc kiện toàn Ban Chỉ đạo duy trì, cải tiến Hệ thống quản lý chất lượng theo TCVN ISO "
                "9001:2015",
                Decides.COMMITTEE,
            ),
            "basis",
        ),
    ]
    if year == FIRST_YEAR:
        plan = basis(
            "Kế hoạch",
            "11/KH-SoKHCN",
            name,
            dt.date(2025, 3, 26),
            "về việc duy trì và cải tiến Hệ thống quản lý chất lượng theo TCVN ISO 9001:2015 năm 2025",
        )
        found.append((plan, "implementing"))
    return found


def issue(objective_set: ObjectiveSet) -> None:
    """The decision, all its way."""
    day = ISSUED_ON.get(objective_set.year, dt.date(objective_set.year, 3, 16))
    paper_through(objective_set.paper, signer=person(objective_set.agency, "lanhdao"), issued_on=day)
    objective_set.refresh_from_db()


def paper_through(paper: Paper | None, *, signer: Person, issued_on: dt.date) -> None:
    """Take a paper all its way: review, approval, signature, number, file; goes on where it stands."""
    if paper is None or paper.is_issued:
        return
    agency = paper.agency
    trial_keys_ensure(agency, [signer, person(agency, "truongban")])
    if paper.state == PaperState.DRAFT:
        paper = paper_submit(paper, acting=person(agency, "thuky"))
    if paper.state == PaperState.IN_REVIEW:
        paper = paper_approve(paper, acting=person(agency, "truongban"))
    if paper.state == PaperState.APPROVED:
        paper = paper_authorise(paper, password=PASSWORD, acting=signer)
    if paper.state == PaperState.AUTHORISED:
        clerk, today = person(agency, "vanthu"), clock.today()
        try:
            job = paper_issue(paper, issued_on=min(issued_on, today), acting=clerk)
        except Invalid:  # later papers have their numbers already
            job = paper_issue(paper, issued_on=today, acting=clerk)
        jobs.run_or_wait(job)
    elif paper.state == PaperState.ISSUING:
        stuck = issue_job_of(paper)
        if stuck is not None:
            jobs.run_or_wait(stuck)


def enter(objective_set: ObjectiveSet) -> None:
    """What the units reported: every period that is over, as far as the demonstration has it."""
    if objective_set.state != SetState.IN_FORCE:
        return
    figures = FIGURES.get(objective_set.year, FIGURES[0])
    over = [
        span
        for span in periods.periods_of(objective_set.year, periods.Grain.QUARTER)
        if periods.window(span).end <= clock.now()
    ]
    units = {unit.code: unit for unit in OrgUnit.objects.filter(agency=objective_set.agency)}
    heads = _heads(objective_set.agency)
    known = set(
        ManualEntry.objects.filter(target__objective_set=objective_set).values_list(
            "target__code", "unit__code", "period"
        )
    )
    for target in objective_set.targets.filter(formula="MANUAL").select_related("objective_set"):
        for code, quarters in figures.get(target.code, {}).items():
            for span, (numerator, denominator) in zip(over, quarters, strict=False):
                left = (
                    ""
                    if objective_set.year == FIRST_YEAR or span != over[-1]
                    else LEFT.get((target.code, code), "")
                )
                if (target.code, code, span.code) not in known and left != "missing":
                    waits = left == "waiting"
                    _report(
                        target,
                        units[code],
                        span,
                        numerator,
                        denominator,
                        heads[code],
                        waits,
                        span == over[-1],
                    )


LEFT = {("5a", "QLKH"): "missing", ("2a", "QLKH"): "waiting"}
"""What the last quarter of the year under way still waits for, so that the work lists live."""


def _heads(agency: Agency) -> dict[str, Person]:
    found = {}
    for row in Person.objects.filter(agency=agency, role_assignments__role="unit_head").select_related(
        "agency", "user", "unit"
    ):
        if row.unit is not None:
            found[row.unit.code] = row
    return found


def _report(
    target: Target,
    unit: OrgUnit,
    span: periods.Period,
    numerator: int,
    denominator: int,
    head: Person,
    waits: bool,
    with_list: bool,
) -> None:
    agency = target.agency
    by = person(agency, "chuyenvien") if waits else head
    entry = services.manual_entry_record(
        target,
        unit=unit,
        period=span.code,
        numerator=numerator,
        denominator=denominator,
        note="Theo danh sách của đơn vị",
        evidence=[_evidence(target, unit, span, numerator, denominator, by)] if with_list else [],
        acting=by,
    )
    if not waits:
        services.manual_entry_confirm(entry, acting=person(agency, "thuky"), compute=False)


def _evidence(
    target: Target, unit: OrgUnit, span: periods.Period, numerator: int, denominator: int, by: Person
) -> StoredFile:
    """A small list as evidence, made for the demonstration."""
    lines = [[number, "Đạt" if number <= numerator else "Chưa đạt"] for number in range(1, denominator + 1)]
    name = f"Chi tieu {target.code} {unit.code} {span.code}.xlsx"
    with sheets.workbook(["STT", f"{target.code}. {target.label}"], lines, title=target.code) as book:
        return files.store(agency=target.agency, name=name, content=book.read(), acting=by)


def decision_of(agency: Agency, year: int) -> Paper | None:
    """The decision of a year, for the tests of the demonstration."""
    found: ObjectiveSet | None = ObjectiveSet.objects.filter(
        agency=agency, year=year, unit=None, paper__isnull=False
    ).first()
    return found.paper if found else None
