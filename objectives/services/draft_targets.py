"""Drafting targets: what is measured, by which formula, in which units."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from objectives import formulas, measure_types, policies
from objectives.models import (
    ObjectiveSet,
    QualityObjective,
    Target,
    TargetUnit,
)
from objectives.services.draft_words import next_order, text_needed, value_free
from objectives.services.index import set_index
from qms import audit
from qms.exceptions import Invalid, Problem
from qms.models import OrgUnit, Person
from qms.policies import require
from qms.workflow import locked

BOUND = ("operator", "measure_unit", "formula", "cadence", "aggregation")
"""What a unit's target keeps as the agency's target has it, so that the unit's figures are the agency's."""


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
        value_free(draft.targets.filter(code=code), "code", code)
        target: Target = Target.objects.create(
            agency=draft.agency,
            objective_set=draft,
            objective=objective,
            order=next_order(objective.targets.all()),
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
    with transaction.atomic(), locked(target.objective_set) as draft, locked(target) as target:
        require(policies.can_edit(acting, draft))
        if target.parent is not None:
            values |= {name: getattr(target.parent, name) for name in BOUND}
        others = draft.targets.exclude(pk=target.pk)
        value_free(others.filter(code=code.strip()), "code", code)
        changes = audit.apply(target, code=text_needed(code, "code"), **_target_fields(draft, **values))
        changes |= _set_units(target, units)
        if changes:
            audit.record("objectives.target.changed", target, changes, acting=acting)
            set_index(draft)
    return target


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
    values["text"] = text_needed(values["text"], "text")
    return values | {"figure": figure, "planned": None}


def _typed_fields(code: str, values: dict[str, Any]) -> dict[str, Any]:
    """A count (the figure is how many), a milestone (no figure), a judgement (the figure is a grade)."""
    values["text"] = text_needed(values["text"], "text")
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
