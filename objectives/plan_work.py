"""What of the annual plan waits for a person, and what the person waits for, for the home page."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from documents.selectors import live
from objectives import plan_policies as may
from objectives.models import (
    MaintenancePlan,
    ManualEntry,
    ObjectiveSet,
    PlanItem,
    PlanParty,
    PlanState,
    SetState,
)
from objectives.policies import APPROVERS, DRAFTERS, _in_unit
from objectives.querysets import only_superior
from objectives.selectors.plans import Line
from qms import clock, notation
from qms.home import OTHERS
from qms.models import Person, Role
from qms.registry import WorkItem


def plan_work(person: Person) -> Iterable[WorkItem]:
    """Plans to approve, revise or publish; items to carry out and to confirm; what others still owe."""
    if only_superior(person):
        return
    yield from _plans(person)
    yield from _items(person)
    yield from _owed_by_others(person)


def _plans(person: Person) -> Iterator[WorkItem]:
    if not (person.has_role(*DRAFTERS, *APPROVERS) or may.may_draft(person)):
        return
    moving = MaintenancePlan.objects.filter(
        agency=person.agency, state__in=[PlanState.DRAFT, PlanState.IN_REVIEW, PlanState.APPROVED]
    ).select_related("drafter", "paper")
    for plan in moving:
        url = plan.get_absolute_url()
        if plan.state == PlanState.IN_REVIEW and may.can_approve(person, plan):
            yield WorkItem(
                plan.title,
                _("drafted by %(person)s") % {"person": plan.drafter},
                url,
                _("Approve the plan"),
                "calendar-days",
                key=f"plan-approve:{plan.pk}",
            )
        elif plan.state == PlanState.DRAFT and plan.return_reason and plan.drafter_id == person.pk:
            yield WorkItem(
                plan.title,
                _("returned: %(reason)s") % {"reason": plan.return_reason},
                url,
                _("Revise the plan"),
                "calendar-days",
                key=f"plan-revise:{plan.pk}",
            )
        elif plan.state == PlanState.APPROVED and live(plan.paper) is None and may.can_publish(person, plan):
            yield WorkItem(
                plan.title,
                _("approved, not yet published"),
                url,
                _("Prepare the paper"),
                "calendar-days",
                key=f"plan-publish:{plan.pk}",
            )


def answers_for(person: Person, item: PlanItem) -> bool:
    """Whether the home page reminds this person: heads of leading units, persons and roles named."""

    def meant(party: PlanParty) -> bool:
        if party.unit is not None:
            return _in_unit(person, party.unit, Role.UNIT_HEAD)
        if party.person_id is not None or party.group in {"committee", "audit_team", "one_stop"}:
            return may.belongs_to(person, party)
        return person.has_role(Role.UNIT_HEAD) and may.belongs_to(person, party)

    parties = item.leads or (item.parent.leads if item.parent else [])
    return any(meant(party) for party in parties)


def _items(person: Person) -> Iterator[WorkItem]:
    today = clock.today()
    rows = (
        PlanItem.objects.filter(
            agency=person.agency,
            plan__state=PlanState.IN_FORCE,
            archived_at=None,
            state__in=[PlanItem.State.PLANNED, PlanItem.State.IN_PROGRESS, PlanItem.State.WAITING],
        )
        .select_related("plan", "parent", "reported_by")
        .prefetch_related(
            "parties__unit", "parties__person", "parent__parties__unit", "parent__parties__person"
        )
        .order_by("due_on", "order")
    )
    for item in rows:
        name = _("Item %(number)s: %(text)s") % {"number": item.number, "text": item.text}
        url = item.get_absolute_url()
        if item.state == PlanItem.State.WAITING:
            if may.can_confirm(person, item):
                yield WorkItem(
                    name,
                    _("reported as done by %(person)s") % {"person": item.reported_by},
                    url,
                    _("Confirm as done"),
                    "check-check",
                    key=f"plan-item-confirm:{item.pk}",
                )
            continue
        if not answers_for(person, item):
            continue
        line = Line(item, 0, today)
        if line.word_owed:
            yield WorkItem(
                name,
                (_("progress was due on %(day)s") if line.word_is_late else _("progress until %(day)s"))
                % {"day": notation.date(line.word_owed)},
                url,
                _("Tell the progress"),
                "pencil-line",
                due=line.word_owed,
                key=f"plan-item-half:{item.pk}",
            )
        elif item.due_on is not None and (line.is_ending or not item.is_continuous):
            begun = item.starts_on is None or item.starts_on <= today
            if begun or line.is_ending:
                yield WorkItem(
                    name,
                    " · ".join(part for part in (item.time_text, line.detail) if part),
                    url,
                    _("Report as done") if item.state == "in_progress" else _("Begin the work"),
                    "calendar-days",
                    due=item.due_on,
                    key=f"plan-item:{item.pk}",
                )


def _owed_by_others(person: Person) -> Iterator[WorkItem]:
    """What I handed in and somebody else must act on: plans, objectives, figures, reports of items."""

    def owed(title: str, detail: str, url: str, key: str) -> WorkItem:
        return WorkItem(title, detail, url, _("Open"), "loader", group=OTHERS, key=f"owed:{key}")

    def since(moment: dt.datetime | None) -> str:
        day = notation.date(notation.local(moment).date()) if moment else ""
        return _("waits for approval since %(day)s") % {"day": day} if day else _("waits for approval")

    for plan in MaintenancePlan.objects.filter(drafter=person, state=PlanState.IN_REVIEW):
        yield owed(plan.title, since(plan.submitted_at), plan.get_absolute_url(), f"plan:{plan.pk}")
    for one in ObjectiveSet.objects.filter(drafter=person, state=SetState.IN_REVIEW):
        yield owed(one.title, since(one.submitted_at), one.get_absolute_url(), f"set:{one.pk}")
    reported = PlanItem.objects.filter(
        reported_by=person, state=PlanItem.State.WAITING, plan__state=PlanState.IN_FORCE
    )
    for item in reported:
        yield owed(
            _("Item %(number)s: %(text)s") % {"number": item.number, "text": item.text},
            _("waits for another person to confirm it"),
            item.get_absolute_url(),
            f"item:{item.pk}",
        )
    entered = ManualEntry.objects.filter(entered_by=person, state=ManualEntry.State.WAITING)
    for entry in entered.select_related("target", "unit"):
        yield owed(
            _("Figures: %(entry)s") % {"entry": entry},
            _("waits for another person to confirm it"),
            entry.get_absolute_url(),
            f"entry:{entry.pk}",
        )
