"""Drafting objective sets: the set itself, its objectives, targets and tasks."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from objectives import formulas, measure_types, periods, policies, timeframe
from objectives.models import (
    ImplementingTask,
    ObjectiveSet,
    QualityObjective,
    RoleGroup,
    Target,
    TargetUnit,
    TaskParty,
)
from objectives.services.index import set_index
from qms import audit, search
from qms.exceptions import Invalid, Problem
from qms.models import Agency, OrgUnit, Person
from qms.policies import require
from qms.workflow import locked

Party = OrgUnit | Person | RoleGroup
BOUND = ("operator", "measure_unit", "formula", "cadence", "aggregation")
"""What a unit's target keeps as the agency's target has it, so that the unit's figures are the agency's."""


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
    require(policies.may_draft(acting, unit))
    if not 2000 <= year <= 2100:
        raise Invalid([Problem("year", _("Give a year between 2000 and 2100."), str(year))])
    with transaction.atomic():
        objective_set: ObjectiveSet = ObjectiveSet.objects.create(
            agency=agency,
            unit=unit,
            year=year,
            title=_text(title, "title"),
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
            draft, title=_text(title, "title"), window_rule=periods.WindowRule(window_rule).value
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
        order = _next_order(draft.objectives.all())
        number = number.strip() or str(order)
        _free(draft.objectives.filter(number=number), "number", number)
        objective: QualityObjective = QualityObjective.objects.create(
            agency=draft.agency,
            objective_set=draft,
            order=order,
            number=number,
            text=_text(text, "text"),
            plan_text=_clean(plan_text),
        )
        audit.record("objectives.objective.added", objective, acting=acting)
        set_index(draft)
    return objective


def objective_update(
    objective: QualityObjective, *, number: str, text: str, plan_text: str, acting: Person | None
) -> QualityObjective:
    """Change an objective of a draft."""
    with transaction.atomic(), locked(objective.objective_set) as draft:
        require(policies.can_edit(acting, draft))
        others = draft.objectives.exclude(pk=objective.pk)
        _free(others.filter(number=number.strip()), "number", number)
        changes = audit.apply(
            objective,
            number=_text(number, "number"),
            text=_text(text, "text"),
            plan_text=_clean(plan_text),
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


def target_add(
    objective: QualityObjective,
    *,
    text: str,
    figure: Decimal | int | str,
    formula: str,
    acting: Person | None,
    code: str = "",
    units: Iterable[OrgUnit] = (),
    **values: Any,
) -> Target:
    """Add a target; `values` are further fields of the model. Without a code it gets the next letter.

    Raises Invalid for an unknown formula, a taken code or a figure that cannot be.
    """
    with transaction.atomic(), locked(objective.objective_set) as draft:
        require(policies.can_edit(acting, draft))
        fields = _target_fields(draft, text=text, figure=figure, formula=formula, **values)
        code = code.strip() or _next_code(objective)
        _free(draft.targets.filter(code=code), "code", code)
        target: Target = Target.objects.create(
            agency=draft.agency,
            objective_set=draft,
            objective=objective,
            order=_next_order(objective.targets.all()),
            code=code,
            **fields,
        )
        _set_units(target, units)
        audit.record(
            "objectives.target.added",
            target,
            {
                "figure": (None, f"{target.operator} {target.figure.normalize():f}"),
                "formula": (None, formula),
            },
            acting=acting,
        )
        set_index(draft)
    return target


def target_update(
    target: Target, *, code: str, units: Iterable[OrgUnit], acting: Person | None, **values: Any
) -> Target:
    """Change a target of a draft; `values` as for `target_add`."""
    with transaction.atomic(), locked(target.objective_set) as draft:
        require(policies.can_edit(acting, draft))
        if target.parent is not None:
            values |= {name: getattr(target.parent, name) for name in BOUND}
        others = draft.targets.exclude(pk=target.pk)
        _free(others.filter(code=code.strip()), "code", code)
        changes = audit.apply(target, code=_text(code, "code"), **_target_fields(draft, **values))
        changes |= _set_units(target, units)
        if changes:
            audit.record("objectives.target.changed", target, changes, acting=acting)
            set_index(draft)
    return target


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
            order=_next_order(objective.tasks.filter(parent=parent)),
            text=_text(text, "text"),
            method=_clean(method),
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
    with transaction.atomic(), locked(task.objective_set) as draft:
        require(policies.can_edit(acting, draft))
        changes = audit.apply(
            task, text=_text(text, "text"), method=_clean(method), **_time(time_text, draft.year)
        )
        changes.pop("time_meaning", None)
        changes |= _set_parties(task, leads, coordinators)
        if changes:
            audit.record("objectives.task.changed", task, changes, acting=acting)
            set_index(draft)
    return task


def _clean(text: str) -> str:
    return "\n".join(line for line in (" ".join(part.split()) for part in text.splitlines()) if line)


def _text(text: str, where: str) -> str:
    cleaned = _clean(text)
    if not cleaned:
        raise Invalid([Problem(where, _("Must not be empty."))])
    return cleaned


def _free(taken: "models.QuerySet[Any]", where: str, value: str) -> None:
    if taken.exists():
        raise Invalid([Problem(where, _("“%(value)s” is taken already.") % {"value": value.strip()}, value)])


def _next_order(rows: "models.QuerySet[Any]") -> int:
    last: int | None = rows.aggregate(last=Max("order"))["last"]
    return (last or 0) + 1


def _next_code(objective: QualityObjective) -> str:
    """`2` for a single target; a second one makes them `2a` and `2b`."""
    count = objective.targets.count()
    if not count:
        return objective.number
    if count == 1:
        only = objective.targets.get()
        if only.code == objective.number:
            audit.apply(only, code=f"{objective.number}a")
    return f"{objective.number}{chr(ord('a') + count)}"


def _target_fields(draft: ObjectiveSet, **values: Any) -> dict[str, Any]:
    try:
        rule = formulas.get(values["formula"])
    except KeyError:
        raise Invalid([Problem("formula", _("Choose a formula."), str(values["formula"]))]) from None
    if rule.code in measure_types.TYPES:
        return _typed_fields(rule.code, values)
    figure = Decimal(str(values["figure"]))
    if figure < 0 or (values.get("measure_unit", "%").startswith("%") and figure > 100):
        raise Invalid([Problem("figure", _("A share lies between 0 and 100 %."), str(figure))])
    if rule.source in {formulas.Source.PROCEDURES, formulas.Source.TRAINING}:
        values["aggregation"] = Target.Aggregation.LATEST
    elif rule.source is not formulas.Source.MANUAL:
        values["aggregation"] = Target.Aggregation.SUM
    values["text"] = _text(values["text"], "text")
    return values | {"figure": figure, "planned": None}


def _typed_fields(code: str, values: dict[str, Any]) -> dict[str, Any]:
    """A count (the figure is how many), a milestone (no figure), a judgement (the figure is a grade)."""
    values["text"] = _text(values["text"], "text")
    given = Decimal(str(values["figure"] if values.get("figure") is not None else 0))
    whole = given == int(given)
    operator = formulas.Operator.AT_LEAST.value
    if code == measure_types.COUNT:
        if not whole or given < 1:
            raise Invalid([Problem("figure", _("Give a whole number from 1 up."), str(given))])
        unit = values.get("measure_unit") or "%"
        if unit.startswith("%"):
            raise Invalid([Problem("measure_unit", _("Say what is counted, such as “lớp” or “cuộc”."))])
        return values | {
            "figure": Decimal(100),
            "planned": int(given),
            "operator": operator,
            "aggregation": Target.Aggregation.SUM.value,
        }
    values |= {"measure_unit": "%", "planned": None, "aggregation": Target.Aggregation.LATEST.value}
    if code == measure_types.MILESTONE:
        return values | {"figure": Decimal(100), "operator": formulas.Operator.EXACTLY.value}
    if not whole or int(given) not in measure_types.GRADES:
        raise Invalid([Problem("figure", _("Give a grade from 1 to 4."), str(given))])
    return values | {"figure": measure_types.figure_of(int(given)), "operator": operator}


def _set_units(target: Target, units: Iterable[OrgUnit]) -> dict[str, tuple[Any, Any]]:
    wanted = list(units)
    present = [row.unit for row in target.reporting.select_related("unit")]
    if {unit.pk for unit in wanted} == {unit.pk for unit in present}:
        return {}
    target.reporting.exclude(unit__in=wanted).delete()
    for unit in wanted:
        if unit not in present:
            TargetUnit.objects.create(agency=target.agency, target=target, unit=unit)
    return {"units": ([str(unit) for unit in present], [str(unit) for unit in wanted])}


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
