"""Drafting tasks: who leads, who takes part, how and when."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from objectives import policies, timeframe
from objectives.models import (
    ImplementingTask,
    QualityObjective,
    RoleGroup,
    TaskParty,
)
from objectives.services.draft_words import next_order, text_cleaned, text_needed
from objectives.services.index import set_index
from qms import audit
from qms.models import OrgUnit, Person
from qms.policies import require
from qms.workflow import locked

Party = OrgUnit | Person | RoleGroup


def task_add(
    objective: QualityObjective,
    *,
    text: str,
    acting: Person | None,
    time_text: str = "",
    method: str = "",
    leads: Sequence[Party] = (),
    coordinators: Sequence[Party] = (),
    parent: ImplementingTask | None = None,
) -> ImplementingTask:
    """Add a task at the end of an objective, or below another task."""
    with transaction.atomic(), locked(objective.objective_set) as draft:
        require(policies.can_edit(acting, draft))
        task: ImplementingTask = ImplementingTask.objects.create(
            agency=draft.agency,
            objective_set=draft,
            objective=objective,
            parent=parent,
            order=next_order(objective.tasks.filter(parent=parent)),
            text=text_needed(text, "text"),
            method=text_cleaned(method),
            **_time(time_text, draft.year),
        )
        _set_parties(task, leads, coordinators)
        audit.record("objectives.task.added", task, {"time": (None, task.time_text)}, acting=acting)
        set_index(draft)
    return task


def task_update(
    task: ImplementingTask,
    *,
    text: str,
    time_text: str,
    method: str,
    leads: Sequence[Party],
    coordinators: Sequence[Party],
    acting: Person | None,
) -> ImplementingTask:
    """Change a task of a draft."""
    with transaction.atomic(), locked(task.objective_set) as draft, locked(task) as task:
        require(policies.can_edit(acting, draft))
        changes = audit.apply(
            task, text=text_needed(text, "text"), method=text_cleaned(method), **_time(time_text, draft.year)
        )
        changes.pop("time_meaning", None)
        changes |= _set_parties(task, leads, coordinators)
        if changes:
            audit.record("objectives.task.changed", task, changes, acting=acting)
            set_index(draft)
    return task


def _time(text: str, year: int) -> dict[str, Any]:
    words = " ".join(text.split())
    return {"time_text": words, "time_meaning": timeframe.parse(words, year).as_json() if words else {}}


def _set_parties(
    task: ImplementingTask, leads: Sequence[Party], coordinators: Sequence[Party]
) -> dict[str, tuple[Any, Any]]:
    rows = []
    for part, parties in ((TaskParty.Part.LEAD, leads), (TaskParty.Part.COORDINATE, coordinators)):
        rows += [
            TaskParty(
                agency=task.agency,
                task=task,
                objective_set=task.objective_set,
                part=part,
                order=order,
                **_party(party),
            )
            for order, party in enumerate(parties, start=1)
        ]
    present = list(task.parties.select_related("unit", "person"))
    old, new = ([(row.part, row.label) for row in found] for found in (present, rows))
    if old == new:
        return {}
    task.parties.all().delete()
    for row in rows:
        row.save(force_insert=True)
    return {
        part: (
            [label for known, label in old if known == part],
            [label for known, label in new if known == part],
        )
        for part in TaskParty.Part.values
    }


def _party(party: Party) -> dict[str, Any]:
    if isinstance(party, OrgUnit):
        return {"unit": party}
    if isinstance(party, Person):
        return {"person": party}
    return {"group": RoleGroup(party).value}
