"""What a reminder is about, and who holds which post on its day."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from objectives import answering
from objectives.reminding import Audience, Stage
from qms import clock
from qms.models import Agency, OrgUnit, Person, Role, RoleAssignment
from qms.policies import Verdict


@dataclass(frozen=True)
class Matter:
    """Something to remind of: what, since or until when, who is responsible, of which unit."""

    key: str
    title: str
    url: str
    day: dt.date
    stages: list[Stage]
    responsible: list[Person] = field(default_factory=list)
    unit: OrgUnit | None = None
    question: tuple[Any, Any, str] | None = None
    item: Any = None

    def address_for(self, person: Person) -> str:
        """Where a person answers: a link of their own when the matter is one figure or one item."""
        if self.item is not None:
            return answering.item_link(answering.ItemQuestion(person.pk, self.item))
        if self.question is None:
            return self.url
        target, unit, period = self.question
        return answering.link(answering.Question(person.pk, target, unit, period))


class Posts:
    """Who works at an agency and holds which post today; a constant number of queries."""

    def __init__(self, agency: Agency) -> None:
        today = clock.today()
        people = Person.objects.filter(agency=agency).select_related("user", "unit")
        people = people.prefetch_related("role_assignments", "delegations_received").order_by("created_at")
        self.people = [person for person in people if person.works_on(today)]
        known = {person.pk: person for person in self.people}
        self.leaders = [person for person in self.people if person.has_role(Role.LEADER)]
        self.secretaries: list[Person] = []
        self.committee_heads: list[Person] = []
        self.heads: dict[Any, list[Person]] = {}
        rows = RoleAssignment.objects.filter(
            agency=agency, role__in=[Role.SECRETARY, Role.COMMITTEE_HEAD, Role.UNIT_HEAD]
        )
        for row in rows.order_by("created_at"):
            person = known.get(row.person_id)
            if person is None or not row.holds_on(today):
                continue
            if row.role == Role.SECRETARY:
                self.secretaries.append(person)
            elif row.role == Role.COMMITTEE_HEAD:
                self.committee_heads.append(person)
            else:
                self.heads.setdefault(row.unit_id or person.unit_id, []).append(person)

    def heads_of(self, unit: OrgUnit | None) -> list[Person]:
        """The heads of a unit; the secretaries where there is none."""
        return (self.heads.get(unit.pk, []) if unit is not None else []) or self.secretaries


def to_decide(
    matter: Matter, turns: Sequence[list[Person]], may: Callable[[Person], Verdict]
) -> Iterator[Matter]:
    """What waits for a decision, only to those who may take it: the first in turn, later the next."""
    able = [found for people in turns if (found := [person for person in people if may(person)])]
    for stage in matter.stages:
        turn = 0 if stage.audience is Audience.HEAD else 1
        for people in able[turn : turn + 1] or able[-1:]:
            told = [Stage(stage.name, Audience.RESPONSIBLE, stage.once)]
            key = f"accept-{stage.audience}:{matter.key}"
            yield replace(matter, key=key, stages=told, responsible=people)
