"""Reminders of items of the annual plan."""

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from objectives import plan_policies, reminding
from objectives.models import (
    PlanItem,
    PlanState,
)
from objectives.plan_work import answers_for
from objectives.reminding import Stage
from objectives.services.reminder_matters import Matter, Posts, to_decide
from qms.models import Agency, OrgUnit, Person
from qms.worktime import WorkCalendar


def plan_items(
    agency: Agency, today: dt.date, calendar: WorkCalendar, days: reminding.Days, posts: Posts
) -> Iterator[Matter]:
    """Items of the annual plan in force: soon due, late, waiting for confirmation, long without news."""
    state = PlanItem.State
    rows = (
        PlanItem.objects.filter(
            agency=agency,
            plan__state=PlanState.IN_FORCE,
            archived_at=None,
            parts=None,
            state__in=[state.PLANNED, state.IN_PROGRESS, state.WAITING],
        )
        .select_related("plan", "parent", "reported_by")
        .prefetch_related("parties__unit", "parent__parties__unit")
    )
    for item in rows:
        responsible, unit = _item_people(item, posts)
        stages: Iterable[Stage] = ()
        since = item.plan.in_force_from or timezone.localdate(item.created_at)
        day = item.due_on
        if item.state == state.WAITING and item.reported_at:
            day = timezone.localdate(item.reported_at)
            stages = reminding.waiting_stages(day, today, days, calendar)
        elif item.due_on is not None and (ending := reminding.stages(item.due_on, today, days, calendar)):
            stages = ending  # before any word owed: that of the half of the year stays owed until it is given
        elif asking := _word_asked(item, today, days, calendar):
            day, stages = asking
        elif item.state == state.IN_PROGRESS:
            day = item.progress_on or max(item.starts_on or since, since)
            stages = reminding.stale_stages(day, today, days, calendar)
        if day is not None:
            matter = Matter(
                f"item:{item.pk.hex}",
                _("Item %(number)s of the annual plan: %(text)s")
                % {"number": item.number, "text": item.text},
                item.get_absolute_url(),
                day,
                list(stages),
                responsible,
                unit,
                item=None if item.state == state.WAITING else item.pk,
            )
            if item.state == state.WAITING:
                turns = (posts.secretaries, posts.committee_heads, posts.leaders)
                yield from to_decide(matter, turns, partial(plan_policies.can_confirm, item=item))
            else:
                yield matter


def _word_asked(
    item: PlanItem, today: dt.date, days: reminding.Days, calendar: WorkCalendar
) -> tuple[dt.date, list[Stage]] | None:
    """The last day for which a word is owed and asked for by now: one word answers those before it too.

    None once the work is to end, as on the home page.
    """
    if item.is_ending(today):
        return None
    for owed in reversed(item.words_owed):
        if stages := list(reminding.stages(owed, today, days, calendar)):
            return owed, stages
    return None


def _item_people(item: PlanItem, posts: Posts) -> tuple[list[Person], OrgUnit | None]:
    """Whom the home page asks about an item, else the secretaries; and the unit that leads it."""
    leads = item.leads or (item.parent.leads if item.parent else [])
    unit = next((row.unit for row in leads if row.unit is not None), None)
    return [one for one in posts.people if answers_for(one, item)] or posts.secretaries, unit
