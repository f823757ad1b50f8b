"""Drafting objective sets: the set itself, its objectives, and the order of everything in it."""

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from objectives import periods, policies
from objectives.models import (
    ImplementingTask,
    ObjectiveSet,
    QualityObjective,
    Target,
)
from objectives.services.draft_words import next_order, text_cleaned, text_needed, value_free
from objectives.services.index import set_index
from qms import audit, search
from qms.exceptions import Invalid, Problem
from qms.models import Agency, OrgUnit, Person
from qms.policies import require
from qms.workflow import locked


def objective_set_create(
    *,
    agency: Agency,
    year: int,
    title: str,
    acting: Person | None,
    unit: OrgUnit | None = None,
    window_rule: str = periods.WindowRule.CALENDAR,
    derives_from: ObjectiveSet | None = None,
) -> ObjectiveSet:
    """Start the draft of the objectives of an agency, or of one unit, for a year."""
    require(policies.can_start_for(acting, agency.pk, unit))
    if not 2000 <= year <= 2100:
        raise Invalid([Problem("year", _("Give a year between 2000 and 2100."), str(year))])
    with transaction.atomic():
        objective_set: ObjectiveSet = ObjectiveSet.objects.create(
            agency=agency,
            unit=unit,
            year=year,
            title=text_needed(title, "title"),
            window_rule=periods.WindowRule(window_rule).value,
            derives_from=derives_from,
            drafter=acting,
        )
        audit.record("objectives.set.created", objective_set, acting=acting)
        set_index(objective_set)
    return objective_set


def objective_set_update(
    objective_set: ObjectiveSet, *, title: str, window_rule: str, acting: Person | None
) -> ObjectiveSet:
    """Change the head of a draft."""
    with transaction.atomic(), locked(objective_set) as draft:
        require(policies.can_edit(acting, draft))
        changes = audit.apply(
            draft, title=text_needed(title, "title"), window_rule=periods.WindowRule(window_rule).value
        )
        if changes:
            audit.record("objectives.set.changed", draft, changes, acting=acting)
            set_index(draft)
    return draft


def objective_set_discard(objective_set: ObjectiveSet, *, acting: Person | None) -> None:
    """Throw a draft away; the audit trail keeps that it was there."""
    with transaction.atomic(), locked(objective_set) as draft:
        require(policies.can_edit(acting, draft))
        audit.record("objectives.set.discarded", draft, acting=acting)
        search.forget(draft)
        draft.delete()


def objective_add(
    objective_set: ObjectiveSet,
    *,
    text: str,
    acting: Person | None,
    number: str = "",
    plan_text: str = "",
) -> QualityObjective:
    """Add an objective at the end; without a number it gets the next."""
    with transaction.atomic(), locked(objective_set) as draft:
        require(policies.can_edit(acting, draft))
        order = next_order(draft.objectives.all())
        number = number.strip() or str(order)
        value_free(draft.objectives.filter(number=number), "number", number)
        objective: QualityObjective = QualityObjective.objects.create(
            agency=draft.agency,
            objective_set=draft,
            order=order,
            number=number,
            text=text_needed(text, "text"),
            plan_text=text_cleaned(plan_text),
        )
        audit.record("objectives.objective.added", objective, acting=acting)
        set_index(draft)
    return objective


def objective_update(
    objective: QualityObjective, *, number: str, text: str, plan_text: str, acting: Person | None
) -> QualityObjective:
    """Change an objective of a draft."""
    with transaction.atomic(), locked(objective.objective_set) as draft, locked(objective) as objective:
        require(policies.can_edit(acting, draft))
        others = draft.objectives.exclude(pk=objective.pk)
        value_free(others.filter(number=number.strip()), "number", number)
        changes = audit.apply(
            objective,
            number=text_needed(number, "number"),
            text=text_needed(text, "text"),
            plan_text=text_cleaned(plan_text),
        )
        if changes:
            audit.record("objectives.objective.changed", objective, changes, acting=acting)
            set_index(draft)
    return objective


def part_remove(part: QualityObjective | Target | ImplementingTask, *, acting: Person | None) -> None:
    """Take an objective, a target or a task (with what hangs on it) out of a draft."""
    with transaction.atomic(), locked(part.objective_set) as draft:
        require(policies.can_edit(acting, draft))
        audit.record(f"objectives.{_noun(part)}.removed", part, acting=acting)
        part.delete()
        set_index(draft)


def part_move(part: QualityObjective | Target | ImplementingTask, *, up: bool, acting: Person | None) -> None:
    """Change places with the neighbour above or below; numbers stay with the place, not with the text."""
    with transaction.atomic(), locked(part.objective_set) as draft:
        require(policies.can_edit(acting, draft))
        rows = list(_siblings(part))
        at = next(index for index, row in enumerate(rows) if row.pk == part.pk)
        to = at - 1 if up else at + 1
        if not 0 <= to < len(rows):
            return
        before = [_place(row) for row in rows]
        rows[at], rows[to] = rows[to], rows[at]
        _number_again(rows, before)
        audit.record(f"objectives.{_noun(part)}.moved", part, {"place": (at + 1, to + 1)}, acting=acting)


def _noun(part: QualityObjective | Target | ImplementingTask) -> str:
    return {QualityObjective: "objective", Target: "target", ImplementingTask: "task"}[type(part)]


def _siblings(part: QualityObjective | Target | ImplementingTask) -> "models.QuerySet[Any]":
    if isinstance(part, QualityObjective):
        return part.objective_set.objectives.order_by("order", "pk")
    if isinstance(part, Target):
        return part.objective.targets.order_by("order", "pk")
    return part.objective.tasks.filter(parent=part.parent_id).order_by("order", "pk")


def _place(row: models.Model) -> str:
    return str(getattr(row, "number", "") or getattr(row, "code", ""))


def _number_again(rows: list[Any], places: list[str]) -> None:
    """Give the rows the orders and numbers of their new places, by way of numbers nobody has."""
    moved = [(order, row, place) for order, (row, place) in enumerate(zip(rows, places, strict=True), 1)]
    for _order, row, place in moved:
        if isinstance(row, QualityObjective) and row.number != place:
            _recode(row, f"#{place}")
        elif isinstance(row, Target) and row.code != place:
            audit.apply(row, code=f"#{place}")
    for order, row, place in moved:
        audit.apply(row, order=order)
        if isinstance(row, QualityObjective) and row.number != place:
            _recode(row, place)
        elif isinstance(row, Target) and row.code != place:
            audit.apply(row, code=place)


def _recode(objective: QualityObjective, number: str) -> None:
    """A new number for an objective, taken along by the codes of its targets."""
    for target in objective.targets.all():
        if target.code.startswith(objective.number):
            audit.apply(target, code=number + target.code.removeprefix(objective.number))
    audit.apply(objective, number=number)
