"""The decision that publishes objectives, built from their records (domain K).

Two annexes: the objectives (portrait) and the plan that carries them out (landscape, in the decreed
columns). Issuing the paper brings the set into force; revoking or replacing it ends the set.
"""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from documents import registry, wording
from documents.content import Kind, PaperContent
from documents.models import Paper
from documents.problems import content_made
from documents.services import paper_frame, signature_of
from objectives import figure_words
from objectives import words as page_words
from objectives.models import ImplementingTask, ObjectiveSet, QualityObjective, Target
from objectives.paper_words import DECISION, PURPOSE
from qms import agency_settings, clock, notation
from qms.models import Agency, OrgUnit, Person, Role, RoleAssignment


def set_of(paper: Paper) -> ObjectiveSet:
    """The objective set a decision is about."""
    found: ObjectiveSet = ObjectiveSet.objects.select_related("agency", "unit").get(
        agency=paper.agency, pk=paper.subject_key
    )
    return found


def build(paper: Paper) -> PaperContent:
    """The content of a draft decision, made anew from the records."""
    return content(set_of(paper), paper.signer)


def content(objective_set: ObjectiveSet, signer: Person | None) -> PaperContent:
    """What the decision says; words of the paper are Vietnamese whatever language the reader uses."""
    with override("vi"):
        data = _content(objective_set, signer)
    return content_made(data)


def unit_content(objective_set: ObjectiveSet) -> PaperContent:
    """The objectives of a unit as a paper of its own: targets, then tasks with people and times."""
    with override("vi"):
        data = _unit_content(objective_set)
    return content_made(data)


def _unit_content(objective_set: ObjectiveSet) -> dict[str, object]:
    agency, unit = objective_set.agency, objective_set.unit
    heads = RoleAssignment.objects.filter(agency=agency, role=Role.UNIT_HEAD, unit=unit).select_related(
        "person"
    )
    today = clock.today()
    head = next((row.person for row in heads.order_by("valid_from") if row.holds_on(today)), None)
    name = unit.name if unit else agency.name
    signature = signature_of(head) if head else {"name": "(chưa phân công)"}
    signature["position"] = signature.get("position") or "TRƯỞNG ĐƠN VỊ"
    agreed = objective_set.derives_from.title if objective_set.derives_from else ""
    opening = [{"type": "paragraph", "text": f"Thực hiện {agreed} của {agency.name}."}] if agreed else []
    return {
        **paper_frame(agency, Kind.PLAN),
        "title": f"Thực hiện Mục tiêu chất lượng năm {objective_set.year} của {name}",
        "body": [
            *opening,
            {"type": "section", "title": "Mục tiêu, chỉ tiêu", "blocks": [_objectives_table(objective_set)]},
        ],
        "annexes": [
            {
                "title": f"Nhiệm vụ thực hiện mục tiêu chất lượng năm {objective_set.year}",
                "orientation": "landscape",
                "blocks": [_plan_table(objective_set)],
            }
        ],
        "signature": signature,
        "recipients": ["Ban ISO"],
    }


def _content(objective_set: ObjectiveSet, signer: Person | None) -> dict[str, object]:
    agency, year = objective_set.agency, objective_set.year
    fields = {"objectives_year": str(year), "unit_recipients": unit_recipients(agency)}
    words = wording.words_of(agency, PURPOSE, signer=signer, fields=fields)
    return {
        **words,
        "bases": [*_bases(objective_set), *words["bases"]],
        "annexes": [
            {
                "title": f"Mục tiêu chất lượng năm {year}",
                "blocks": [_objectives_block(objective_set)],
            },
            {
                "title": f"Kế hoạch thực hiện mục tiêu chất lượng năm {year}",
                "orientation": "landscape",
                "blocks": [_plan_table(objective_set)],
            },
        ],
        "signature": _signature_of(agency, signer),
    }


def _objectives_block(objective_set: ObjectiveSet) -> dict[str, object]:
    """A numbered list where each objective states its figures itself, else a table that states them."""
    objectives = list(objective_set.objectives.prefetch_related("targets"))
    plain = [row.number for row in objectives] == [str(n) for n in range(1, len(objectives) + 1)]
    if plain and not any(_unstated(row) for row in objectives):
        return {"type": "list", "style": "number", "items": [_stop(row.text) for row in objectives]}
    return _objectives_table(objective_set)


def _objectives_table(objective_set: ObjectiveSet) -> dict[str, object]:
    rows: list[dict[str, object]] = []
    for objective in objective_set.objectives.prefetch_related("targets"):
        targets = list(objective.targets.all())
        alone = len(targets) == 1 and targets[0].text.casefold() == objective.text.casefold()
        head = (objective.number, objective.text, _level(targets[0]) if alone else "")
        rows.append({"kind": "group", "cells": [{"text": text} for text in head]})
        for target in [] if alone else targets:
            rows.append({"cells": [{"text": text} for text in (target.code, target.text, _level(target))]})
    columns = [
        {"title": "STT", "width": 10, "align": "center"},
        {"title": "Mục tiêu, chỉ tiêu", "width": 62},
        {"title": "Mức phải đạt", "width": 28, "align": "center"},
    ]
    return {"type": "table", "columns": columns, "rows": rows}


def _level(target: Target) -> str:
    goal = page_words.goal_of(target)
    striving = target.commitment == Target.Commitment.STRIVEN
    return f"{goal} ({target.get_commitment_display().lower()})" if striving else goal


def _unstated(objective: QualityObjective) -> list[tuple[Target, str]]:
    """Targets whose figure the words of the objective do not state, with that figure."""
    found = []
    for target in objective.targets.all():
        if target.is_rate or target.planned is not None:
            figure = notation.number(target.figure.normalize() if target.is_rate else target.planned or 0)
            if figure not in objective.text:
                found.append((target, figure))
    return found


def _stop(text: str) -> str:
    return " ".join(text.split()).rstrip(".") + "."


def _bases(objective_set: ObjectiveSet) -> Iterator[dict[str, str]]:
    for row in objective_set.bases.select_related("legal_basis"):
        yield {"kind": row.kind, "text": row.legal_basis.citation, "record": str(row.legal_basis_id)}


def _plan_table(objective_set: ObjectiveSet) -> dict[str, object]:
    objectives = list(
        objective_set.objectives.prefetch_related("tasks__parties__unit", "tasks__parties__person")
    )
    with_method = any(task.method for row in objectives for task in row.tasks.all())
    columns: list[dict[str, object]] = [
        {"title": "STT", "width": 5, "align": "center"},
        {"title": "Mục tiêu", "width": 27 if with_method else 31},
        {"title": "Nhiệm vụ", "width": 22 if with_method else 28},
        {"title": "Đơn vị\nchủ trì", "width": 12 if with_method else 13},
        {"title": "Đơn vị\nphối hợp", "width": 12},
        {"title": "Thời gian", "width": 9 if with_method else 11, "align": "center"},
    ]
    if with_method:
        columns.insert(5, {"title": "Cách thức\nthực hiện", "width": 13})
    rows = [cells for row in objectives for cells in _plan_rows(row, with_method)]
    return {"type": "table", "columns": columns, "rows": rows}


def _plan_rows(objective: QualityObjective, with_method: bool) -> Iterator[dict[str, object]]:
    tasks = in_tree_order(objective.tasks.all())
    blank: list[dict[str, object]] = [{"text": ""} for _column in range(5 if with_method else 4)]
    lines = [_task_cells(task, depth, with_method) for task, depth in tasks] or [blank]
    for number, cells in enumerate(lines):
        head: list[dict[str, object]] = []
        if number == 0:
            wording = (objective.plan_text or objective.text).rstrip(". ")
            head = [
                {"text": objective.number, "rowspan": len(lines)},
                {"text": wording, "rowspan": len(lines)},
            ]
        yield {"cells": [*head, *cells]}


def in_tree_order(tasks: Iterable[ImplementingTask]) -> list[tuple[ImplementingTask, int]]:
    """Tasks with their depth, each followed by its sub-tasks."""
    below: dict[object, list[ImplementingTask]] = {}
    for task in tasks:
        below.setdefault(task.parent_id, []).append(task)

    def walk(parent: object, depth: int) -> Iterator[tuple[ImplementingTask, int]]:
        for task in sorted(below.get(parent, []), key=lambda row: row.order):
            yield task, depth
            yield from walk(task.pk, depth + 1)

    return list(walk(None, 0))


def _task_cells(task: ImplementingTask, depth: int, with_method: bool) -> list[dict[str, object]]:
    cells: list[dict[str, object]] = [
        {"text": ("", "- ", "+ ")[min(depth, 2)] + task.text},
        {"text": ", ".join(party.label for party in task.leads)},
        {"text": ", ".join(party.label for party in task.coordinators)},
        {"text": task.time_text},
    ]
    if with_method:
        cells.insert(3, {"text": task.method})
    return cells


def _signature_of(agency: Agency, signer: Person | None) -> dict[str, object]:
    """The head signs in their own right, a deputy for the head."""
    head = str(agency_settings.get(agency, "documents.head_title"))
    if signer is None:
        return {"position": head, "name": "(chưa chọn người ký)"}
    if signer.position.casefold().startswith("phó "):
        return signature_of(signer, authority="KT.", on_behalf_of=head)
    return signature_of(signer)


def unit_recipients(agency: Agency) -> str:
    """The units among the recipients, by their abbreviations; nothing when there are none."""
    today = clock.today()
    units = [
        unit
        for unit in OrgUnit.objects.filter(
            agency=agency,
            kind__in=[OrgUnit.Kind.OFFICE, OrgUnit.Kind.DIVISION, OrgUnit.Kind.CENTRE],
            parent=None,
        )
        if unit.exists_on(today)
    ]
    names = ", ".join(unit.abbreviation or unit.label for unit in units)
    return f"Các phòng, đơn vị: {names}" if names else ""


# What the paper disagrees with itself about


def warnings(paper: Paper) -> Iterator[registry.PaperWarning]:
    """Contradictions between annex, plan, records and signature; the agency may still decide so."""
    objective_set = set_of(paper)
    url = objective_set.get_absolute_url()

    def warn(message: str) -> registry.PaperWarning:
        return registry.PaperWarning(message, url, _("Open the objectives"))

    yield from (warn(message) for message in set_warnings(objective_set))
    signature = paper.typed.signature
    if signature.authority == "TM.":
        yield warn(
            _("The preamble opens with the head of the agency, yet the paper is signed for %(body)s.")
            % {"body": signature.on_behalf_of}
        )


def set_warnings(objective_set: ObjectiveSet) -> Iterator[str]:
    """What the records of a set disagree about."""
    for objective in objective_set.objectives.prefetch_related("tasks", "targets"):
        place = {"number": objective.number}
        if objective.plan_text and objective.plan_text != objective.text:
            yield _("Objective %(number)s is worded differently in the annex and in the plan.") % place
        if not objective.tasks.all():
            yield _("Objective %(number)s has no task in the plan.") % place
        if figure_words.goals(objective.text):  # one that states no figure at all leaves them to its targets
            for target, figure in _unstated(objective):
                yield _(
                    "Objective %(number)s does not mention the figure of target %(code)s: %(figure)s."
                ) % (place | {"code": target.code, "figure": figure})
        for task in objective.tasks.all():
            if task.time_text and not task.timeframe.is_understood:
                yield _("The time “%(time)s” of a task of objective %(number)s is not understood.") % (
                    place | {"time": task.time_text}
                )
    if objective_set.unit_id is None:
        yield from _old_bases(objective_set)
    else:
        yield from _weaker_targets(objective_set)


def _weaker_targets(objective_set: ObjectiveSet) -> Iterator[str]:
    """Targets of a unit that promise less than the agency's they derive from."""
    for target in objective_set.targets.select_related("parent").exclude(parent=None):
        agency = target.parent
        lower_is_better = target.operator in {"<=", "<"}
        if (target.figure > agency.figure) if lower_is_better else (target.figure < agency.figure):
            yield _("Target %(code)s promises %(figure)s, the agency %(agency)s.") % {
                "code": target.code,
                "figure": notation.number(target.figure.normalize()),
                "agency": notation.number(agency.figure.normalize()),
            }


def _old_bases(objective_set: ObjectiveSet) -> Iterator[str]:
    rows = list(objective_set.bases.select_related("legal_basis"))
    if not rows:
        yield _("No legal basis is cited.")
    for row in rows:
        if row.legal_basis.ended_by(clock.today()):
            yield _("%(basis)s is no longer in force.") % {"basis": row.legal_basis}


def on_issued(paper: Paper, acting: Person | None) -> None:
    """The decision is out: what it publishes comes into force with it."""
    from objectives.services import set_enter_into_force

    set_enter_into_force(set_of(paper), on=paper.issued_on or clock.today(), acting=acting)


def on_revoked(paper: Paper, acting: Person | None) -> None:
    """The decision is gone: what it published ends."""
    from objectives.models import SetState
    from objectives.services import set_end

    objective_set = set_of(paper)
    if objective_set.state in {SetState.IN_FORCE, SetState.CLOSED}:
        set_end(
            objective_set,
            on=paper.ended_on or clock.today(),
            reason=paper.end_reason or str(paper),
            acting=acting,
        )


def register() -> None:
    """Tell the papers what a decision about objectives does, and how it is worded."""
    wording.add(DECISION)
    registry.add(
        registry.Purpose(
            PURPOSE,
            gettext_lazy("Publish the quality objectives"),
            Kind.DECISION,
            build=build,
            on_issued=on_issued,
            on_revoked=on_revoked,
            warnings=warnings,
            subject_url=lambda paper: set_of(paper).get_absolute_url(),
        )
    )
