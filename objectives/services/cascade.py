"""Unit sets that cascade from the agency's: derived, added to, committed to, accepted (6.2.1, 6.2.2)."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from objectives import policies
from objectives.models import (
    ImplementingTask,
    ObjectiveSet,
    QualityObjective,
    RoleGroup,
    SetState,
    Target,
    TargetUnit,
    TaskParty,
)
from objectives.services.index import set_index
from qms import audit
from qms.exceptions import Invalid, Problem
from qms.models import OrgUnit, Person
from qms.policies import require

COPIED = (
    "text",
    "label",
    "operator",
    "figure",
    "planned",
    "measure_unit",
    "formula",
    "cadence",
    "aggregation",
    "commitment",
    "scope_text",
    "exclusion_text",
)
"""What a target of a unit takes over from the agency's."""


def concerns(target: Target, unit: OrgUnit) -> bool:
    """Whether a target of the agency is one the unit works for: it reports it, or has dossiers."""
    if target.is_manual:
        return any(row.unit_id == unit.pk for row in target.reporting.all())
    return unit.handles_procedures


def unit_set_derive(
    parent: ObjectiveSet, *, unit: OrgUnit, targets: Iterable[Target], acting: Person | None
) -> ObjectiveSet:
    """Draft the objectives of a unit from chosen targets of the agency, with the tasks it has a part in.

    Raises Invalid when nothing is chosen, or the unit has objectives of the year already.
    """
    chosen = list(targets)
    require(policies.can_start_for(acting, parent.agency_id, unit))
    _check(parent, unit, chosen)
    with transaction.atomic(), override("vi"):
        made: ObjectiveSet = ObjectiveSet.objects.create(
            agency=parent.agency,
            unit=unit,
            year=parent.year,
            title=f"Mục tiêu chất lượng năm {parent.year} của {unit.name}",
            window_rule=parent.window_rule,
            derives_from=parent,
            drafter=acting,
        )
        ids = {target.pk for target in chosen}
        rows = parent.objectives.prefetch_related("targets", "tasks__parties")
        order = 0
        for objective in rows:
            carried = [target for target in objective.targets.all() if target.pk in ids]
            if carried:
                order += 1
                _derive(made, objective, carried, order)
        audit.record(
            "objectives.set.derived",
            made,
            {"targets": (None, [target.code for target in chosen])},
            acting=acting,
        )
        set_index(made)
    return made


def _check(parent: ObjectiveSet, unit: OrgUnit, chosen: list[Target]) -> None:
    if parent.unit_id is not None or parent.state not in {
        SetState.APPROVED,
        SetState.IN_FORCE,
    }:
        raise Invalid(_("Units derive from approved objectives of the agency."))
    if not chosen or any(target.objective_set_id != parent.pk for target in chosen):
        raise Invalid([Problem("targets", _("Choose at least one target."))])
    there = ObjectiveSet.objects.filter(agency=parent.agency, unit=unit, year=parent.year).exclude(
        state=SetState.SUPERSEDED
    )
    if there.exists():
        raise Invalid([Problem("unit", _("%(unit)s has objectives of this year already.") % {"unit": unit})])


def _derive(made: ObjectiveSet, objective: QualityObjective, targets: list[Target], order: int) -> None:
    assert made.unit is not None
    base = {"agency": made.agency, "objective_set": made}
    new: QualityObjective = QualityObjective.objects.create(
        **base, order=order, number=objective.number, text=objective.text
    )
    for place, target in enumerate(targets, start=1):
        own = Target.objects.create(
            **base,
            objective=new,
            order=place,
            code=target.code,
            parent=target,
            **{name: getattr(target, name) for name in COPIED},
        )
        if own.is_manual:
            TargetUnit.objects.create(agency=made.agency, target=own, unit=made.unit)
    assert made.unit is not None
    place = 0
    for task in objective.tasks.all():
        part = _part_of(task, made.unit)
        if part is not None:
            place += 1
            row = ImplementingTask.objects.create(
                **base,
                objective=new,
                order=place,
                text=task.text,
                method=task.method,
                time_text=task.time_text,
                time_meaning=task.time_meaning,
            )
            TaskParty.objects.create(**base, task=row, part=part, unit=made.unit, order=1)


def _part_of(task: ImplementingTask, unit: OrgUnit) -> str | None:
    """Which part a unit has in a task: by name or through a group; leading wins."""
    groups = {RoleGroup.ALL_UNITS.value}
    if unit.handles_procedures:
        groups.add(RoleGroup.PROCEDURE_UNITS.value)
    parts = {row.part for row in task.parties.all() if row.unit_id == unit.pk or row.group in groups}
    for part in (TaskParty.Part.LEAD, TaskParty.Part.COORDINATE):
        if part in parts:
            return str(part.value)
    return None
