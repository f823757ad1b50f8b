"""What waits for a person: registers, actions, acceptances, suggestions, changes, the yearly review."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms import clock
from qms.models import OrgUnit, Person, Role, RoleAssignment
from qms.registry import WorkItem
from risks import policies
from risks.models import ChangeOpinion, ChangeStep, PlannedChange, Register, Risk, RiskAction, Suggestion
from risks.selectors.context import review_progress
from risks.selectors.risks import check_condition
from risks.selectors.scale import scale_in_force

REVIEW_BY = (6, 30)
"""The yearly review belongs to quarters I–II of the maintenance plan."""


def waiting_work(person: Person) -> Iterator[WorkItem]:
    """Everything of this app that waits for a person."""
    if not policies.insider(person) or scale_in_force(person.agency) is None:
        return
    today = clock.today()
    yield from _actions(person, today)
    yield from _registers(person)
    yield from _review(person, today)
    yield from _acceptances(person, today)
    yield from _suggestions(person)
    yield from _changes(person, today)


def _actions(person: Person, today: dt.date) -> Iterator[WorkItem]:
    rows = RiskAction.objects.filter(owner=person, state=RiskAction.State.OPEN).select_related("risk")
    for action in rows.order_by("deadline")[:30]:
        yield WorkItem(
            title=action.description,
            detail=_("Action on %(risk)s") % {"risk": action.risk},
            url=reverse("risks:action-detail", args=[action.pk]),
            action=_("Report the action"),
            icon="list-checks",
            due=action.deadline,
            key=f"risk-action:{action.pk}",
        )
    judge = RiskAction.objects.filter(
        agency=person.agency_id, state=RiskAction.State.DONE, judge_on__lte=today
    ).exclude(owner=person)
    mine = Q(risk__unit__in=_headed(person))
    if policies.in_secretariat(person):
        # The head of a unit does not judge an action of their own: whoever keeps the registers is asked.
        heads = RoleAssignment.objects.filter(
            Q(valid_to=None) | Q(valid_to__gte=today),
            Q(unit=None) | Q(unit=OuterRef("risk__unit")),  # held for the whole agency it counts everywhere
            person=OuterRef("owner"),
            role=Role.UNIT_HEAD,
            valid_from__lte=today,
        )
        mine |= Q(risk__unit=None) | Q(Exists(heads))
    for action in judge.filter(mine).select_related("risk").order_by("judge_on")[:30]:
        yield WorkItem(
            title=_("Did it work? %(action)s") % {"action": action.description},
            detail=_("Action on %(risk)s, reported done") % {"risk": action.risk},
            url=reverse("risks:action-detail", args=[action.pk]),
            action=_("Judge the effect"),
            icon="gauge",
            due=action.judge_on,
            key=f"risk-judge:{action.pk}:{action.round}",
        )


def _headed(person: Person) -> list[Any]:
    """Units the person heads today."""
    return [unit for role, unit in person.held_roles if role == Role.UNIT_HEAD and unit is not None]


def _registers(person: Person) -> Iterator[WorkItem]:
    states = Register.State
    asked = Q(state=states.SUBMITTED, unit__in=_headed(person))
    asked |= Q(state=states.DRAFT, drafted_by=person) & ~Q(return_note="")
    if policies.in_secretariat(person):
        asked |= Q(state=states.CONFIRMED)
    if person.has_role(Role.COMMITTEE_HEAD):
        asked |= Q(state=states.SUBMITTED, unit=None)
    rows = Register.objects.filter(asked, agency=person.agency_id).select_related("unit", "agency")
    words = {
        states.DRAFT: (_("Returned to you"), _("Work on the register")),
        states.SUBMITTED: (_("Waits for your decision"), _("Decide on the register")),
        states.CONFIRMED: (_("Confirmed, to be taken into the agency's register"), _("Consolidate")),
    }
    for register in rows.exclude(drafted_by=person, state=states.SUBMITTED):
        detail, action = words[Register.State(register.state)]
        url = register.get_absolute_url()
        if register.state == states.CONFIRMED:
            url = f"{reverse('risks:register-list')}?year={register.year}"
        yield WorkItem(
            str(register), detail, url, action, icon="scale", key=f"register:{register.pk}:{register.state}"
        )


def _review(person: Person, today: dt.date) -> Iterator[WorkItem]:
    due = dt.date(today.year, *REVIEW_BY)
    opened = Register.objects.filter(unit=OuterRef("pk"), year=today.year)
    units = OrgUnit.objects.filter(pk__in=_headed(person), handles_procedures=True).filter(~Exists(opened))
    for unit in units:
        yield WorkItem(
            title=_("Review the risks and opportunities of %(unit)s") % {"unit": unit.label},
            detail=_("Yearly review, quarters I–II"),
            url=f"{reverse('risks:register-list')}?year={today.year}",
            action=_("Open the register"),
            icon="scale",
            due=due,
            key=f"register-open:{unit.pk}:{today.year}",
        )
    if person.has_role(Role.SECRETARY):
        progress = review_progress(person.agency, today.year)
        if not progress.complete:
            yield WorkItem(
                title=_("Review the context and the interested parties"),
                detail=_("%(done)s of %(total)s looked at this year")
                % {"done": progress.done, "total": progress.total},
                url=f"{reverse('risks:context')}?year={today.year}",
                action=_("Look at the context"),
                icon="globe",
                due=due,
                key=f"context:{today.year}",
            )


def _acceptances(person: Person, today: dt.date) -> Iterator[WorkItem]:
    if not person.has_role(Role.LEADER):
        return
    rows = Risk.objects.filter(
        check_condition("acceptance_expired", person.agency, today), agency=person.agency_id
    ).exclude(state=Risk.State.CLOSED)
    for risk in rows.exclude(drafted_by=person)[:30]:
        yield WorkItem(
            title=risk.event,
            detail=_("%(code)s: the unit asks to accept this risk") % {"code": risk.code},
            url=risk.get_absolute_url(),
            action=_("Decide on the risk"),
            icon="shield-alert",
            key=f"risk-accept:{risk.pk}:{risk.accepted_until}",
        )


def _suggestions(person: Person) -> Iterator[WorkItem]:
    mine = Q(unit__in=_headed(person))
    if policies.in_secretariat(person):
        mine |= Q(unit=None)
    number = Suggestion.objects.filter(mine, agency=person.agency_id, state=Suggestion.State.OPEN).count()
    if number:
        yield WorkItem(
            title=ngettext(
                "%(n)s suggestion from the data waits for a decision",
                "%(n)s suggestions from the data wait for a decision",
                number,
            )
            % {"n": number},
            detail=_("Risks and opportunities"),
            url=reverse("risks:suggestion-list"),
            action=_("Look at the suggestions"),
            icon="sparkles",
            key="risk-suggestions",
        )


def _changes(person: Person, today: dt.date) -> Iterator[WorkItem]:
    opinions = ChangeOpinion.objects.filter(
        person=person, stance="", change__state=PlannedChange.State.IN_REVIEW
    ).select_related("change")
    for opinion in opinions:
        yield _change_item(opinion.change, _("Your opinion is asked"), _("Give an opinion"))
    if person.has_role(Role.LEADER):
        waiting = PlannedChange.objects.filter(agency=person.agency_id, state=PlannedChange.State.IN_REVIEW)
        for change in waiting.exclude(drafted_by=person):
            yield _change_item(change, _("Waits for your decision"), _("Decide on the change"), "decide")
    steps = ChangeStep.objects.filter(
        owner=person, done_on=None, change__state=PlannedChange.State.APPROVED
    ).select_related("change")
    for step in steps:
        yield WorkItem(
            title=step.description,
            detail=_("Step of the change %(change)s") % {"change": step.change},
            url=step.change.get_absolute_url(),
            action=_("Report the step"),
            icon="git-branch",
            due=step.deadline,
            key=f"change-step:{step.pk}",
        )
    late = PlannedChange.objects.filter(
        drafted_by=person, state=PlannedChange.State.APPROVED, follow_up_on__lte=today
    )
    for change in late:
        yield _change_item(change, _("Look at the result"), _("Conclude the change"), "conclude")


def _change_item(change: PlannedChange, detail: str, action: str, what: str = "opinion") -> WorkItem:
    return WorkItem(
        title=change.title,
        detail=f"{detail} · {change.code}",
        url=change.get_absolute_url(),
        action=action,
        icon="git-branch",
        due=change.follow_up_on if what == "conclude" else None,
        key=f"change-{what}:{change.pk}",
    )
