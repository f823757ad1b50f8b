"""The matrix of competence, what is trained in a year, lists; reads, never writes."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum

from qms import clock
from qms.duties import staff_of
from qms.models import Agency, OrgUnit, Person, Role
from qms.text import fold
from training.models import (
    Course,
    Participation,
    PersonCompetence,
    PlanItem,
    Requirement,
    RequirementScope,
    Topic,
    TrainingPlan,
)

SOON = dt.timedelta(days=60)


@dataclass(frozen=True)
class Cell:
    """What one person has of one requirement: level required (0: none) and held, and until when."""

    required: int
    held: int = 0
    valid_until: dt.date | None = None

    @property
    def is_gap(self) -> bool:
        """Whether something required is missing."""
        return self.held < self.required

    def ends_soon(self, today: dt.date) -> bool:
        """Whether what is held runs out soon."""
        return self.valid_until is not None and self.valid_until - today <= SOON

    @property
    def tone(self) -> str:
        """How the cell is drawn: gap, old (ends soon), met, na."""
        if self.is_gap:
            return "gap"
        if not self.required:
            return "na"
        return "old" if self.ends_soon(clock.today()) else "met"


@dataclass
class MatrixRow:
    """One person with a cell per requirement."""

    person: Person
    cells: list[Cell] = field(default_factory=list)

    @property
    def required(self) -> int:
        """How many requirements the person falls under."""
        return sum(cell.required > 0 for cell in self.cells)

    @property
    def met(self) -> int:
        """How many of them are met."""
        return sum(cell.required > 0 and not cell.is_gap for cell in self.cells)


@dataclass
class Matrix:
    """People down, requirements across."""

    requirements: list[Requirement]
    rows: list[MatrixRow]

    @property
    def required(self) -> int:
        """Requirements of all people together."""
        return sum(row.required for row in self.rows)

    @property
    def met(self) -> int:
        """Of these, met."""
        return sum(row.met for row in self.rows)

    @property
    def totals(self) -> list[tuple[int, int]]:
        """(met, required) by requirement."""
        return [
            (
                sum(row.cells[at].required > 0 and not row.cells[at].is_gap for row in self.rows),
                sum(row.cells[at].required > 0 for row in self.rows),
            )
            for at in range(len(self.requirements))
        ]


def falls_under(person: Person, scope: RequirementScope) -> bool:
    """Whether a scope fits a person: role, words in the position, unit; what is empty fits everybody."""
    if scope.role and scope.role not in person.roles:
        return False
    if scope.position and fold(scope.position) not in fold(person.position):
        return False
    return scope.unit_id is None or scope.unit_id == person.unit_id


def required_level(person: Person, scopes: Iterable[RequirementScope]) -> int:
    """The highest level asked of a person; 0 when none is."""
    return max((scope.level for scope in scopes if falls_under(person, scope)), default=0)


def held_on(agency: Agency, on: dt.date) -> dict[tuple[UUID, UUID], PersonCompetence]:
    """The newest entry in force by (person, requirement)."""
    rows = PersonCompetence.objects.filter(agency=agency, since__lte=on)
    rows = rows.filter(Q(valid_until=None) | Q(valid_until__gte=on)).order_by("since", "created_at")
    return {(row.person_id, row.requirement_id): row for row in rows}


def matrix(agency: Agency, people: Sequence[Person], topic: str = "") -> Matrix:
    """The matrix of some people; always the same number of queries."""
    rows = Requirement.objects.filter(agency=agency, active=True).prefetch_related("scopes")
    requirements = list(rows.filter(topic=topic) if topic else rows)
    held = held_on(agency, clock.today())
    made = []
    for person in people:
        cells = []
        for requirement in requirements:
            entry = held.get((person.pk, requirement.pk))
            cells.append(
                Cell(
                    required_level(person, requirement.scopes.all()),
                    entry.level if entry else 0,
                    entry.valid_until if entry else None,
                )
            )
        made.append(MatrixRow(person, cells))
    return Matrix(requirements, made)


def gaps_of(agency: Agency) -> dict[Requirement, list[Person]]:
    """Requirements with gaps, and whose they are."""
    whole = matrix(agency, staff_of(agency))
    found: dict[Requirement, list[Person]] = {}
    for row in whole.rows:
        for requirement, cell in zip(whole.requirements, row.cells, strict=True):
            if cell.is_gap:
                found.setdefault(requirement, []).append(row.person)
    return found


# What was trained


@dataclass(frozen=True)
class Trained:
    """How many of some people were trained: with success in a course of the time."""

    trained: int
    people: int


def passed_people(agency: Agency, start: dt.date, end: dt.date, topic: str = "") -> set[UUID]:
    """Who took part with success in a course that ended in a time."""
    rows = Participation.objects.filter(
        agency=agency,
        presence=Participation.Presence.ATTENDED,
        course__state=Course.State.HELD,
        course__ends_on__range=(start, end),
    ).exclude(result=Participation.Result.FAILED)
    if topic:
        rows = rows.filter(course__topic=topic)
    return set(rows.values_list("person_id", flat=True))


def people_on(agency: Agency, day: dt.date) -> list[Person]:
    """Who worked at the agency on a day, readers of the superior agency left out."""
    rows = Person.objects.filter(agency=agency, valid_from__lte=day)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=day))
    rows = rows.select_related("unit").prefetch_related("role_assignments", "delegations_received")
    return [one for one in rows if one.roles != {Role.SUPERIOR}]


def trained(agency: Agency, start: dt.date, end: dt.date, topic: str = "") -> dict[Any, Trained]:
    """Trained over all by unit (None: the agency): everybody, or for a topic those it is required of."""
    people = people_on(agency, end)
    if topic:
        scopes = list(
            RequirementScope.objects.filter(agency=agency, requirement__topic=topic, requirement__active=True)
        )
        people = [one for one in people if required_level(one, scopes)]
    passed = passed_people(agency, start, end, topic)
    found: dict[Any, Trained] = {}
    for one in people:
        for scope in {None, one.unit_id}:
            old = found.get(scope, Trained(0, 0))
            found[scope] = Trained(old.trained + (one.pk in passed), old.people + 1)
    return found or {None: Trained(0, 0)}


# The report of a year


@dataclass(frozen=True)
class YearReport:
    """What a year of training came to; every rate with numerator and denominator."""

    year: int
    plan: TrainingPlan | None
    items: int
    items_held: int
    courses: int
    seats: int
    attended: int
    passed: int
    judged: int
    effective: int
    to_judge: int
    cost: int
    cost_planned: int
    trained: Trained
    by_unit: list[tuple[OrgUnit | None, Trained]]
    by_topic: list[dict[str, Any]]


def year_report(agency: Agency, year: int) -> YearReport:
    """The report of a year as it stands today."""
    start, end = dt.date(year, 1, 1), dt.date(year, 12, 31)
    today = clock.today()
    plan = TrainingPlan.objects.filter(agency=agency, year=year).first()
    items = PlanItem.objects.filter(agency=agency, plan__year=year)
    held = Course.objects.filter(agency=agency, state=Course.State.HELD, ends_on__range=(start, end))
    seats = Participation.objects.filter(agency=agency, course__in=held)
    attended = Q(presence=Participation.Presence.ATTENDED)
    counts: Mapping[str, Any] = seats.aggregate(
        seats=Count("pk"),
        attended=Count("pk", filter=attended),
        passed=Count("pk", filter=attended & ~Q(result=Participation.Result.FAILED)),
        judged=Count("pk", filter=~Q(effect="")),
        effective=Count("pk", filter=Q(effect=Participation.Effect.EFFECTIVE)),
        to_judge=Count("pk", filter=attended & Q(effect="", course__effect_due__lte=today)),
    )
    shares = trained(agency, start, min(end, today) if year <= today.year else end)
    units = OrgUnit.objects.filter(agency=agency, pk__in=[pk for pk in shares if pk])
    topics = {row["course__topic"]: row for row in _by_topic(seats, attended)}
    totals = {
        row["topic"]: row for row in held.order_by().values("topic").annotate(n=Count("pk"), cost=Sum("cost"))
    }
    return YearReport(
        year=year,
        plan=plan,
        items=items.count(),
        items_held=items.filter(courses__state=Course.State.HELD).distinct().count(),
        courses=held.count(),
        cost=held.aggregate(cost=Sum("cost"))["cost"] or 0,
        cost_planned=items.aggregate(cost=Sum("cost"))["cost"] or 0,
        trained=shares[None],
        by_unit=[(unit, shares[unit.pk]) for unit in units.order_by("order", "name")],
        by_topic=[
            {
                "label": label,
                "topic": topic,
                "courses": totals[topic]["n"],
                "cost": totals[topic]["cost"] or 0,
                "seats": topics.get(topic, {}).get("seats", 0),
                "attended": topics.get(topic, {}).get("attended", 0),
                "passed": topics.get(topic, {}).get("passed", 0),
            }
            for topic, label in Topic.choices
            if topic in totals
        ],
        **counts,
    )


def _by_topic(seats: Any, attended: Q) -> Any:
    return (
        seats.order_by()
        .values("course__topic")
        .annotate(
            seats=Count("pk"),
            attended=Count("pk", filter=attended),
            passed=Count("pk", filter=attended & ~Q(result=Participation.Result.FAILED)),
        )
    )


def with_counts(rows: Any) -> Any:
    """Courses with how many were invited, came, passed, and were judged."""
    attended = Q(participations__presence=Participation.Presence.ATTENDED)
    return rows.annotate(
        seats=Count("participations"),
        came=Count("participations", filter=attended),
        passed=Count("participations", filter=attended & ~Q(participations__result="failed")),
        judged=Count("participations", filter=~Q(participations__effect="")),
        effective=Count("participations", filter=Q(participations__effect="effective")),
    )
