"""Starting a year: objectives and plan of the year before as drafts of the new one, in one act (6.2)."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from objectives import periods, policies_cycle, proposals, timeframe
from objectives.models import (
    ImplementingTask,
    MaintenancePlan,
    ManualEntry,
    ObjectiveReview,
    ObjectiveSet,
    PlanItem,
    PlanState,
    QualityObjective,
    SetBasis,
    SetState,
    Target,
    TargetUnit,
    TaskParty,
)
from objectives.papers import in_tree_order
from objectives.selectors.entries import slots
from objectives.selectors.figures import Figures
from objectives.services.cascade import COPIED
from objectives.services.index import set_index
from objectives.services.plans_clone import plan_clone
from qms import audit, clock, registry
from qms.exceptions import Invalid
from qms.models import Person
from qms.policies import require
from qms.workflow import locked

LIVE = (SetState.IN_FORCE, SetState.CLOSED)


@dataclass(frozen=True)
class Proposed:
    """A target of last year with the figure proposed for the new one."""

    target: Target
    numerator: int | None
    denominator: int | None
    proposal: proposals.Proposal

    @property
    def is_changed(self) -> bool:
        """Whether another figure is proposed."""
        return self.proposal.figure != self.target.figure


@dataclass
class YearStart:
    """What starting a year would take over: shown before anything is written."""

    source: ObjectiveSet
    year: int
    proposed: list[Proposed]
    plan: MaintenancePlan | None
    existing: ObjectiveSet | None
    existing_plan: MaintenancePlan | None
    open: list[tuple[str, str]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class YearStarted:
    """The drafts of the new year."""

    objectives: ObjectiveSet
    plan: MaintenancePlan | None


def year_source(agency: Any, year: int) -> ObjectiveSet | None:
    """The agency's set that a year starts from: that of the year before, in force or closed."""
    found: ObjectiveSet | None = (
        ObjectiveSet.objects.filter(agency=agency, unit=None, year=year - 1, state__in=LIVE)
        .select_related("agency", "unit")
        .first()
    )
    return found


def year_preview(source: ObjectiveSet) -> YearStart:
    """What would be taken over into the year after `source`, and what that year leaves open."""
    targets = list(source.targets.select_related("objective").prefetch_related("reporting__unit"))
    for target in targets:
        target.objective_set = source
    figures = Figures(targets, unit=None, period=periods.year_of(source.year).code)
    proposed = []
    for target in targets:
        cell = figures.cell(target, periods.year_of(source.year).code)
        proposed.append(
            Proposed(
                target,
                cell.numerator,
                cell.denominator,
                proposals.propose(
                    target.figure, target.operator, cell.numerator, cell.denominator, year=source.year
                )
                if target.is_rate
                else proposals.kept(target.figure),
            )
        )
    year = source.year + 1
    return YearStart(
        source,
        year,
        proposed,
        _plan_of(source),
        ObjectiveSet.objects.filter(continues=source).first(),
        MaintenancePlan.objects.filter(agency=source.agency, year=year)
        .exclude(state=PlanState.SUPERSEDED)
        .first(),
        list(left_open(source)),
        _gone(source, year),
    )


def _plan_of(source: ObjectiveSet) -> MaintenancePlan | None:
    found: MaintenancePlan | None = (
        MaintenancePlan.objects.filter(agency=source.agency, year=source.year, state=PlanState.IN_FORCE)
        .order_by("-created_at")
        .first()
    )
    return found


def _gone(source: ObjectiveSet, year: int) -> list[str]:
    """Units and people named in the set that are not there any more on 1 January."""
    day = dt.date(year, 1, 1)
    found: dict[str, None] = {}
    for row in TargetUnit.objects.filter(target__objective_set=source).select_related("unit"):
        if not row.unit.exists_on(day):
            found[str(row.unit)] = None
    for party in TaskParty.objects.filter(objective_set=source).select_related("unit", "person"):
        if not _present(party, day):
            found[party.label] = None
    return list(found)


def _present(party: TaskParty, day: dt.date) -> bool:
    if party.unit is not None:
        return bool(party.unit.exists_on(day))
    return party.person is None or bool(party.person.works_on(day))


def left_open(source: ObjectiveSet) -> Iterable[tuple[str, str]]:
    """What a year has not finished: (words, address)."""
    here = source.get_absolute_url()
    asked = [slot for slot in slots([source]) if slot.is_wanted]
    if asked:
        labels = ", ".join(dict.fromkeys(slot.unit.label for slot in asked))
        yield (
            _("Figures not entered: %(count)s (%(units)s)") % {"count": len(asked), "units": labels},
            f"/objectives/figures/?year={source.year}",
        )
    waiting = ManualEntry.objects.filter(
        target__objective_set=source, state=ManualEntry.State.WAITING
    ).count()
    if waiting:
        yield (
            _("Figures not confirmed: %(count)s") % {"count": waiting},
            f"/objectives/figures/?year={source.year}",
        )
    reviews = {row.kind: row for row in source.reviews.all()}
    for kind, label in ObjectiveReview.Kind.choices:
        review = reviews.get(kind)
        if review is None:
            yield _("%(review)s: not drafted") % {"review": label}, here
        elif review.state != ObjectiveReview.State.APPROVED:
            yield _("%(review)s: not approved") % {"review": label}, review.get_absolute_url()
    year_end = reviews.get(ObjectiveReview.Kind.YEAR)
    if year_end is not None:
        for line in year_end.lines.select_related("target"):
            line.review = year_end
            if line.is_missed:
                yield (
                    _("Target %(code)s missed; measure: %(measure)s")
                    % {"code": line.target.code, "measure": line.measure or _("none given")},
                    line.get_absolute_url(),
                )
    units = ObjectiveSet.objects.filter(
        agency=source.agency, year=source.year, unit__isnull=False, state__in=["draft", "in_review"]
    ).select_related("unit")
    for one in units:
        yield (
            _("Objectives of %(unit)s never came into force") % {"unit": one.owner_label},
            one.get_absolute_url(),
        )
    plan = _plan_of(source)
    if plan is not None:
        closed = [PlanItem.State.DONE, PlanItem.State.CANCELLED, PlanItem.State.NO_OCCURRENCE]
        for item in plan.items.filter(archived_at=None, parts=None).exclude(state__in=closed):
            yield (
                _("Plan item %(number)s not finished: %(text)s") % {"number": item.number, "text": item.text},
                item.get_absolute_url(),
            )
    for find in registry.left_open:
        for one in find(source.agency, source.year):
            yield one.words, one.url


def year_start(
    source: ObjectiveSet,
    *,
    acting: Person | None,
    figures: Mapping[Any, Decimal] | None = None,
    dropped: Iterable[Any] = (),
    with_plan: bool = True,
) -> YearStarted:
    """Draft the next year from `source` in one transaction; a second call gives back what is there.

    `figures` are chosen figures by target id (else the proposed ones), `dropped` ids of targets that end.
    Everything starts as a draft: no figures entered, no states, no decision. Raises Invalid when
    objectives of that year were begun otherwise.
    """
    require(policies_cycle.own(acting, source.agency_id))
    require(policies_cycle.can_start_year(acting))
    with transaction.atomic(), locked(source) as source, override("vi"):
        _check(source)
        preview = year_preview(source)
        made = preview.existing
        if made is None:
            made = _clone(preview, figures or {}, set(dropped), acting)
        plan = preview.existing_plan
        if plan is None and preview.plan is not None and with_plan:
            plan = plan_clone(preview.plan, year=preview.year, acting=acting)
    return YearStarted(made, plan)


def _check(source: ObjectiveSet) -> None:
    if source.unit_id is not None or source.state not in LIVE:
        raise Invalid(_("A year starts from the agency's objectives that are or were in force."))
    other = (
        ObjectiveSet.objects.filter(agency=source.agency, unit=None, year=source.year + 1)
        .exclude(continues=source)
        .exclude(state=SetState.SUPERSEDED)
        .first()
    )
    if other is not None:
        raise Invalid(
            _("Objectives of %(year)s exist already: %(title)s")
            % {"year": source.year + 1, "title": other.title}
        )


def _clone(
    preview: YearStart, figures: Mapping[Any, Decimal], dropped: set[Any], acting: Person | None
) -> ObjectiveSet:
    source, year = preview.source, preview.year
    made: ObjectiveSet = ObjectiveSet.objects.create(
        agency=source.agency,
        year=year,
        title=moved(source.title, source.year, year),
        window_rule=source.window_rule,
        continues=source,
        drafter=acting,
    )
    for basis in source.bases.filter(kind=SetBasis.Kind.BASIS).select_related("legal_basis"):
        if not basis.legal_basis.ended_by(clock.today()):
            SetBasis.objects.create(
                agency=made.agency,
                objective_set=made,
                legal_basis=basis.legal_basis,
                kind=basis.kind,
                order=basis.order,
            )
    proposed = {row.target.pk: row for row in preview.proposed}
    day = dt.date(year, 1, 1)
    for objective in source.objectives.prefetch_related(
        "targets__reporting__unit", "tasks__parties__unit", "tasks__parties__person"
    ):
        targets = [row for row in objective.targets.all() if row.pk not in dropped]
        if not targets and objective.targets.all():
            continue
        copy = QualityObjective.objects.create(
            agency=made.agency,
            objective_set=made,
            order=objective.order,
            origin=objective,
            number=objective.number,
            text=moved(objective.text, source.year, year),
            plan_text=moved(objective.plan_text, source.year, year),
        )
        for target in targets:
            _clone_target(made, copy, target, proposed[target.pk], figures, day)
        _clone_tasks(made, copy, objective, day)
    audit.record(
        "objectives.set.continued",
        made,
        {"from": (None, str(source)), "dropped": (None, _codes(preview, dropped))},
        acting=acting,
    )
    set_index(made)
    return made


def _codes(preview: YearStart, dropped: set[Any]) -> list[str]:
    return [row.target.code for row in preview.proposed if row.target.pk in dropped]


def _clone_target(
    made: ObjectiveSet,
    objective: QualityObjective,
    target: Target,
    proposed: Proposed,
    figures: Mapping[Any, Decimal],
    day: dt.date,
) -> None:
    chosen = figures.get(target.pk)
    as_proposed = chosen is None or chosen == proposed.proposal.figure
    values = {name: getattr(target, name) for name in COPIED} | {
        "figure": proposed.proposal.figure if chosen is None else chosen,
        "figure_reason": proposed.proposal.reason
        if as_proposed
        else _("Chosen when the year was started; proposed: %(figure)s.")
        % {"figure": f"{proposed.proposal.figure.normalize():f}".replace(".", ",")},
    }
    copy = Target.objects.create(
        agency=made.agency,
        objective_set=made,
        objective=objective,
        order=target.order,
        code=target.code,
        origin=target,
        **values,
    )
    for row in target.reporting.all():
        if row.unit.exists_on(day):
            TargetUnit.objects.create(agency=made.agency, target=copy, unit=row.unit)


def _clone_tasks(
    made: ObjectiveSet, copy: QualityObjective, objective: QualityObjective, day: dt.date
) -> None:
    years = made.year - objective.objective_set.year
    known: dict[Any, ImplementingTask] = {}
    for task, _depth in in_tree_order(objective.tasks.all()):
        time_text = timeframe.shift_years(task.time_text, years)
        row = ImplementingTask.objects.create(
            agency=made.agency,
            objective_set=made,
            objective=copy,
            order=task.order,
            origin=task,
            parent=known.get(task.parent_id),
            text=moved(task.text, made.year - years, made.year),
            method=moved(task.method, made.year - years, made.year),
            time_text=time_text,
            time_meaning=timeframe.parse(time_text, made.year).as_json() if time_text else {},
        )
        known[task.pk] = row
        for party in task.parties.all():
            if _present(party, day):
                TaskParty.objects.create(
                    agency=made.agency,
                    task=row,
                    objective_set=made,
                    part=party.part,
                    unit=party.unit,
                    person=party.person,
                    group=party.group,
                    order=party.order,
                )


def moved(text: str, old: int, new: int) -> str:
    """The year of the set replaced by the new one; years inside numbers of papers and dates stay."""
    return re.sub(rf"(?<![\d:/.]){old}(?![\d/])", str(new), text)
