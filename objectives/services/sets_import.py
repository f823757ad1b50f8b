"""Tables of objectives from Word, Excel or the clipboard: read, understood, taken over into a draft set."""

import itertools
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from objectives import formulas, policies, set_tables
from objectives.models import ImplementingTask, ObjectiveSet, QualityObjective, SetImport
from objectives.services.draft_targets import target_add
from objectives.services.draft_tasks import task_add
from objectives.services.drafting import objective_add
from objectives.services.sets_reading import KINDS, SetLine, measured_by, understood
from objectives.services.table_batches import kept_columns, table_fields, table_of
from objectives.workflow import PLAN_TABLES
from qms import audit
from qms.exceptions import IllegalTransition, Invalid
from qms.models import OrgUnit, Person
from qms.policies import require
from qms.workflow import locked, move

KEYS = {
    "number": gettext_lazy("Number"),
    "objective": gettext_lazy("Objective"),
    "target": gettext_lazy("Target"),
    "figure": gettext_lazy("Figure and unit of measure"),
    "task": gettext_lazy("Task"),
    "leads": gettext_lazy("Leads"),
    "coordinators": gettext_lazy("Takes part"),
    "time_text": gettext_lazy("Time"),
    "method": gettext_lazy("Method"),
}
NAMES = {
    "number": ("STT", "TT", "Số TT", "Số thứ tự", "No.", "No"),
    "objective": (
        "Mục tiêu",
        "Mục tiêu chất lượng",
        "Nội dung mục tiêu",
        "Mục tiêu cụ thể",
        "Mục tiêu, nhiệm vụ",
        "Nội dung mục tiêu chất lượng",
        "Tên mục tiêu",
        "Objective",
    ),
    "target": (
        "Chỉ tiêu",
        "Chỉ tiêu cụ thể",
        "Chỉ tiêu đo lường",
        "Chỉ số",
        "Chỉ số đánh giá",
        "Chỉ tiêu chất lượng",
        "Target",
    ),
    "figure": (
        "Mức",
        "Mức đạt",
        "Mức phấn đấu",
        "Giá trị",
        "Chỉ tiêu đạt",
        "Mức chỉ tiêu",
        "Kết quả cần đạt",
        "Figure",
    ),
    "task": (
        "Nhiệm vụ",
        "Nhiệm vụ thực hiện",
        "Nội dung thực hiện",
        "Nội dung công việc",
        "Công việc",
        "Nhiệm vụ, giải pháp",
        "Giải pháp",
        "Giải pháp thực hiện",
        "Hoạt động",
        "Task",
    ),
    "leads": (
        "Chủ trì",
        "Đơn vị chủ trì",
        "Chủ trì thực hiện",
        "Đơn vị thực hiện",
        "Trách nhiệm",
        "Trách nhiệm thực hiện",
        "Phụ trách",
        "Người chủ trì",
        "Leads",
    ),
    "coordinators": (
        "Phối hợp",
        "Đơn vị phối hợp",
        "Phối hợp thực hiện",
        "Đơn vị phối hợp thực hiện",
        "Takes part",
    ),
    "time_text": (
        "Thời gian",
        "Thời gian thực hiện",
        "Thời gian hoàn thành",
        "Thời hạn",
        "Thời hạn hoàn thành",
        "Tiến độ",
        "Time",
    ),
    "method": (
        "Cách thức",
        "Cách thức thực hiện",
        "Biện pháp",
        "Biện pháp thực hiện",
        "Phương pháp",
        "Phương pháp thực hiện",
        "Method",
    ),
}


def import_read(
    objective_set: ObjectiveSet,
    *,
    acting: Person | None,
    name: str = "",
    content: bytes = b"",
    pasted: str = "",
) -> SetImport:
    """Read a file or pasted rows into a preview; raises Invalid in words when there is no table."""
    require(policies.can_edit(acting, objective_set))
    fields = table_fields(name=name, content=content, pasted=pasted, names=NAMES, needed="objective")
    fields["columns"] = set_tables.with_figures(fields["rows"][fields["start"] :], fields["columns"])
    with transaction.atomic(), locked(objective_set) as draft:
        require(policies.can_edit(acting, draft))
        batch: SetImport = SetImport.objects.create(
            agency=draft.agency,
            objective_set=draft,
            name=(name or _("Pasted rows"))[:255],
            made_by=acting,
            **fields,
        )
        audit.record("objectives.set.table_read", draft, acting=acting, note=batch.name)
    return batch


def import_map(batch: SetImport, *, columns: dict[str, int], start: int, acting: Person | None) -> SetImport:
    """Say what the columns mean and where the rows begin; what was chosen about rows is then forgotten."""
    with transaction.atomic(), locked(batch) as fresh:
        _open(fresh, acting)
        kept = kept_columns(fresh, columns, KEYS)
        if "objective" not in kept:
            raise Invalid(_("Choose which column holds the objectives."))
        begin = max(0, min(start, len(fresh.rows)))
        if (kept, begin) != (fresh.columns, fresh.start):
            fresh.columns, fresh.start, fresh.choices = kept, begin, {}
            fresh.save(update_fields=["columns", "start", "choices"])
    return fresh


def import_choose(
    batch: SetImport, *, choices: Mapping[str, Mapping[str, str]], acting: Person | None
) -> SetImport:
    """Say what single rows are (`kind`) and how targets are measured (`formula`).

    Only what differs from what the portal understands is kept.
    """
    with transaction.atomic(), locked(batch) as fresh:
        _open(fresh, acting)
        fresh.choices = {}
        plain = {line.key: line for line in import_lines(fresh)}
        formulas = {code for code, _label in measured_by()}
        kept: dict[str, dict[str, str]] = {}
        for key, said in choices.items():
            line = plain.get(key)
            if line is None:
                continue
            kind, formula = said.get("kind", ""), said.get("formula", "")
            own = {"kind": kind} if kind in KINDS and kind != line.kind else {}
            if formula in formulas and formula != line.formula:
                own["formula"] = formula
            if own:
                kept[key] = own
        fresh.choices = kept
        fresh.save(update_fields=["choices"])
    return fresh


def import_lines(batch: SetImport) -> list[SetLine]:
    """The rows as they would come in, each with what is wrong and what is not understood."""
    parts = set_tables.parts_of(table_of(batch), batch.start, batch.columns)
    return understood(batch, parts)


def import_take(batch: SetImport, *, acting: Person | None) -> dict[str, int]:
    """Add all parts to the draft in one transaction, or none; gives how many of each kind.

    Raises Invalid with every located problem.
    """
    with transaction.atomic(), locked(batch) as fresh:
        _open(fresh, acting)
        lines = import_lines(fresh)
        problems = [problem for line in lines for problem in line.problems]
        if problems:
            raise Invalid(problems)
        coming = [line for line in lines if line.comes_in]
        if not coming:
            raise Invalid(_("There is no row to take over."))
        move(fresh, PLAN_TABLES["take"])
        _add_all(fresh.objective_set, coming, acting)
        counts = {kind: sum(line.kind == kind for line in coming) for kind in KINDS}
        note = f"{fresh.name}: {len(coming)}"
        audit.record("objectives.set.imported", fresh.objective_set, acting=acting, note=note)
    return counts


def _open(batch: SetImport, acting: Person | None) -> None:
    """Who may draft works on a preview of a draft; a table that is over stays as it was."""
    require(policies.can_edit(acting, batch.objective_set))
    if batch.state != SetImport.State.PREVIEW:
        raise IllegalTransition(
            _("“%(step)s” is not possible: the present state is “%(state)s”.")
            % {"step": PLAN_TABLES["take"].label, "state": batch.get_state_display()}
        )


def _add_all(draft: ObjectiveSet, lines: list[SetLine], acting: Person | None) -> None:
    objective: QualityObjective | None = None
    above: list[ImplementingTask] = []
    leading: list[OrgUnit] = []
    for at, line in enumerate(lines):
        if line.kind == set_tables.OBJECTIVE:
            leading = _leading_units(lines[at + 1 :])
            objective = objective_add(draft, text=line.text, number=line.number, acting=acting)
            above = []
        elif objective is None:
            raise Invalid(_("There is no row to take over."))
        elif line.kind == set_tables.TARGET:
            units = leading if formulas.get(line.formula).source is formulas.Source.MANUAL else []
            target_add(
                objective, text=line.text, code=line.number, units=units, acting=acting, **line.measure
            )
        else:
            above = above[: line.depth]
            values: dict[str, Any] = {
                "time_text": line.time_text,
                "method": line.method,
                "leads": line.leads,
                "coordinators": line.coordinators,
            }
            parent = above[-1] if above else None
            above.append(task_add(objective, text=line.text, parent=parent, acting=acting, **values))


def _leading_units(lines: list[SetLine]) -> list[OrgUnit]:
    """The units that lead the tasks of one objective: they report its targets."""
    own = itertools.takewhile(lambda line: line.kind != set_tables.OBJECTIVE, lines)
    return list(dict.fromkeys(one for line in own for one in line.leads if isinstance(one, OrgUnit)))


def import_discard(batch: SetImport, *, acting: Person | None) -> None:
    """Throw the preview away."""
    with transaction.atomic(), locked(batch) as fresh:
        require(policies.can_edit(acting, fresh.objective_set))
        move(fresh, PLAN_TABLES["discard"])
        audit.record("objectives.set.table_discarded", fresh.objective_set, acting=acting, note=fresh.name)
