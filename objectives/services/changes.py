"""How the objectives of a year differ from those of the year before: new, changed, dropped."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from objectives import timeframe
from objectives.models import ImplementingTask, ObjectiveSet, QualityObjective, Target
from objectives.services.continuing import moved


@dataclass
class SetChanges:
    """How a set differs from the one it continues."""

    marks: dict[Any, str] = field(default_factory=dict)
    words: dict[Any, list[str]] = field(default_factory=dict)
    dropped: list[QualityObjective | Target | ImplementingTask] = field(default_factory=list)


def set_changes(objective_set: ObjectiveSet) -> SetChanges:
    """New, changed and dropped objectives, targets and tasks against the year before."""
    found = SetChanges()
    if objective_set.continues_id is None:
        return found
    before: ObjectiveSet = objective_set.continues  # type: ignore[assignment]
    compared: list[tuple[Any, Any, tuple[str, ...]]] = [
        (objective_set.objectives, before.objectives, ("text",)),
        (objective_set.targets, before.targets, ("text", "figure", "operator", "formula", "commitment")),
        (objective_set.tasks, before.tasks, ("text", "method", "time_text")),
    ]
    for now, then, names in compared:
        seen = set()
        for row in now.select_related("origin"):
            if row.origin is None:
                found.marks[row.pk] = "new"
                continue
            seen.add(row.origin_id)
            differs = [
                name
                for name in names
                if getattr(row, name) != _moved_value(row.origin, name, before.year, objective_set.year)
            ]
            if differs:
                found.marks[row.pk] = "changed"
                found.words[row.pk] = [
                    f"{row._meta.get_field(name).verbose_name}: {_say(getattr(row.origin, name))} → "
                    f"{_say(getattr(row, name))}"
                    for name in differs
                ]
        found.dropped += [row for row in then.all() if row.pk not in seen]
    return found


def _moved_value(row: Any, name: str, old: int, new: int) -> Any:
    value = getattr(row, name)
    if name == "time_text":
        return timeframe.shift_years(value, new - old)
    return moved(value, old, new) if isinstance(value, str) else value


def _say(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}".replace(".", ",")
    return str(value)
