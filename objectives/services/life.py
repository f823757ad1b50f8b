"""The life of an objective set: submitted, approved, in force by its decision, closed, ended."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents.selectors import live
from objectives import policies
from objectives.models import ManualEntry, ObjectiveSet, SetState
from objectives.services.attainment import attainment_request
from objectives.services.index import set_index
from objectives.workflow import SETS
from qms import audit, clock, notifications
from qms.exceptions import Invalid, Problem
from qms.models import Person, Role, RoleAssignment
from qms.policies import require
from qms.workflow import locked, move


def set_submit(objective_set: ObjectiveSet, *, acting: Person | None) -> ObjectiveSet:
    """Send a draft for approval; raises Invalid with everything that is still missing."""
    with transaction.atomic(), locked(objective_set) as draft:
        require(policies.can_submit(acting, draft))
        problems = list(missing_parts(draft))
        if problems:
            raise Invalid(problems)
        changes = move(draft, SETS["submit"], submitted_at=clock.now(), submitted_by=acting, return_reason="")
        _done("objectives.set.submitted", draft, changes, acting)
        _tell(draft, _approvers(draft), _("Objectives to approve: %(title)s") % {"title": draft.title})
    return draft


def missing_parts(objective_set: ObjectiveSet) -> "list[Problem]":
    """What a draft lacks before it can go to approval."""
    problems = []
    objectives = list(objective_set.objectives.prefetch_related("targets__reporting"))
    if not objectives:
        problems.append(Problem("", _("There is no objective yet.")))
    for objective in objectives:
        targets = list(objective.targets.all())
        if not targets:
            problems.append(
                Problem("", _("Objective %(number)s has no target.") % {"number": objective.number})
            )
        problems += [
            Problem("", _("Choose which units report target %(code)s.") % {"code": target.code})
            for target in targets
            if target.is_manual and not target.reporting.all()
        ]
    return problems


def set_return(objective_set: ObjectiveSet, *, reason: str, acting: Person) -> ObjectiveSet:
    """Give a submitted draft back to its drafter with the reason."""
    reason = _reason(reason)
    with transaction.atomic(), locked(objective_set) as draft:
        require(policies.can_approve(acting, draft))
        changes = move(draft, SETS["return"], return_reason=reason, submitted_at=None)
        _done("objectives.set.returned", draft, changes, acting, reason)
        if draft.drafter is not None:
            _tell(draft, [draft.drafter], _("Objectives returned: %(title)s") % {"title": draft.title})
    return draft


def set_approve(objective_set: ObjectiveSet, *, acting: Person) -> ObjectiveSet:
    """Approve what another person drafted; accepted objectives of a unit come into force at once."""
    with transaction.atomic(), locked(objective_set) as draft:
        require(policies.can_approve(acting, draft))
        changes = move(draft, SETS["approve"], approver=acting, approved_at=clock.now())
        _done("objectives.set.approved", draft, changes, acting)
        if draft.drafter is not None:
            _tell(draft, [draft.drafter], _("Objectives approved: %(title)s") % {"title": draft.title})
        if draft.unit_id is not None:
            draft = set_enter_into_force(draft, on=clock.today(), acting=acting)
    return draft


def set_reopen(objective_set: ObjectiveSet, *, reason: str, acting: Person | None) -> ObjectiveSet:
    """Take approved objectives back into drafting, as long as no decision about them is on its way."""
    reason = _reason(reason)
    with transaction.atomic(), locked(objective_set) as draft:
        require(policies.can_reopen(acting, draft))
        if live(draft.paper) is not None:
            raise Invalid(_("A decision about these objectives is on its way. Abandon it first."))
        changes = move(draft, SETS["reopen"], approver=None, approved_at=None, submitted_at=None)
        _done("objectives.set.reopened", draft, changes, acting, reason)
    return draft


def set_enter_into_force(objective_set: ObjectiveSet, *, on: dt.date, acting: Person | None) -> ObjectiveSet:
    """What the issued decision does: freeze the formulas, replace the set in force, have figures computed.

    Runs inside the transaction that issues the paper.
    """
    with transaction.atomic(), locked(objective_set) as approved:
        older = ObjectiveSet.objects.filter(
            agency=approved.agency, unit=approved.unit, year=approved.year, state=SetState.IN_FORCE
        ).exclude(pk=approved.pk)
        for other in older.select_for_update(of=("self",)):
            set_end(
                other,
                on=on,
                reason=_("Replaced by: %(title)s") % {"title": approved.title},
                acting=acting,
            )
        frozen = {}
        for target in approved.targets.all():
            version = target.rule.version
            audit.apply(target, formula_version=version)
            frozen[f"formula {target.code}"] = (None, f"{target.formula} v{version}")
        changes = move(approved, SETS["publish"], in_force_from=on)
        _done("objectives.set.published", approved, changes | frozen, acting)
        attainment_request(agency=approved.agency, year=approved.year, acting=acting)
    return approved


def set_end(objective_set: ObjectiveSet, *, on: dt.date, reason: str, acting: Person | None) -> ObjectiveSet:
    """End a set whose decision was revoked or replaced; its measurements stay."""
    with transaction.atomic(), locked(objective_set) as ending:
        changes = move(ending, SETS["end"], ended_on=on, end_reason=_reason(reason))
        _done("objectives.set.ended", ending, changes, acting, reason)
    return ending


def set_close(objective_set: ObjectiveSet, *, acting: Person | None) -> ObjectiveSet:
    """Close the figures of a year that is over: from here on nothing is computed or entered any more."""
    with transaction.atomic(), locked(objective_set) as ending:
        require(policies.can_close(acting, ending))
        if clock.today().year <= ending.year:
            raise Invalid(_("The year %(year)s is not over yet.") % {"year": ending.year})
        if ManualEntry.objects.filter(target__objective_set=ending, state=ManualEntry.State.WAITING).exists():
            raise Invalid(_("Some entered figures still wait for confirmation."))
        changes = move(ending, SETS["close"])
        _done("objectives.set.closed", ending, changes, acting)
    return ending


def _reason(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise Invalid([Problem("reason", _("Give the reason."))])
    return text[:1000]


def _approvers(objective_set: ObjectiveSet) -> list[Person]:
    today = clock.today()
    roles = [Role.SECRETARY] if objective_set.unit_id else [Role.LEADER, Role.COMMITTEE_HEAD]
    rows = RoleAssignment.objects.filter(agency=objective_set.agency, role__in=roles).select_related(
        "person__user"
    )
    not_these = {objective_set.drafter_id, objective_set.submitted_by_id}
    people = {
        row.person_id: row.person for row in rows if row.holds_on(today) and (row.person_id not in not_these)
    }
    return list(people.values())


def _tell(objective_set: ObjectiveSet, people: list[Person], title: str) -> None:
    for person in people:
        notifications.notify(
            person,
            topic="objectives",
            title=title,
            key=f"set:{objective_set.pk}:{objective_set.state}:{clock.now():%Y%m%d%H%M}",
            url=objective_set.get_absolute_url(),
        )


def _done(
    verb: str, objective_set: ObjectiveSet, changes: Any, acting: Person | None, note: str = ""
) -> None:
    audit.record(verb, objective_set, changes, acting=acting, note=note)
    set_index(objective_set)
