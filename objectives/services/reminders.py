"""Reminders of a working day: what is soon due, late, stale or waiting, to who is responsible, then upwards.

Nothing is kept but the notifications themselves: each has a key of record, stage and day, so a job that runs
twice tells nobody twice. Mail goes by the outbox, at once or in the daily digest, as each person prefers.
"""

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from objectives import periods, policies, reminding, words
from objectives.models import (
    ManualEntry,
    ObjectiveReview,
    ObjectiveSet,
    PlanItem,
    PlanState,
    SetCommunication,
    SetState,
)
from objectives.reminding import Audience, Stage
from objectives.selectors.cascade import Coverage, commit_day
from objectives.selectors.entries import sets_to_report, slots
from objectives.selectors.telling import told
from objectives.services.reminder_items import plan_items
from objectives.services.reminder_matters import Matter, Posts, to_decide
from qms import agency_settings, clock, jobs, notation, notifications
from qms.calendars import calendar_for
from qms.models import Agency, Job, Person
from qms.worktime import WorkCalendar

KIND = "objectives.reminders"
TOPIC = "reminders"
STAGE_WORDS = {
    "soon": gettext_lazy("Due on %(day)s: %(title)s"),
    "late": gettext_lazy("Late since %(day)s: %(title)s"),
    "waiting": gettext_lazy("Waiting for confirmation since %(day)s: %(title)s"),
    "stale": gettext_lazy("Nothing heard since %(day)s: %(title)s"),
}


def days_of(agency: Agency) -> reminding.Days:
    """The days the agency chose."""
    return reminding.Days(
        **{
            name: int(agency_settings.get(agency, f"objectives.remind_{name}"))
            for name in ("soon", "head", "secretary", "again", "stale")
        }
    )


def reminders_nightly() -> None:
    """Every night: one job per agency and day."""
    for agency in Agency.objects.filter(pk__in=_agencies()):
        with transaction.atomic():
            reminders_request(agency=agency)


def _agencies() -> set[Any]:
    found = set(ObjectiveSet.objects.filter(state=SetState.IN_FORCE).values_list("agency", flat=True))
    return found | set(
        PlanItem.objects.filter(plan__state=PlanState.IN_FORCE).values_list("agency", flat=True)
    )


def reminders_request(*, agency: Agency) -> Job:
    """Have today's reminders of an agency written."""
    return jobs.enqueue(
        KIND,
        agency=agency,
        params={},
        acting=None,
        label=_("Reminders of %(day)s") % {"day": notation.date(clock.today())},
        unique_key=f"{agency.pk}:{clock.today():%Y%m%d}",
    )


@jobs.job_kind(KIND, label=gettext_lazy("Reminders"))
def reminders_run(ctx: jobs.JobContext) -> None:
    """The job: writes what is due today."""
    with ctx.completing() as outcome:
        outcome["told"] = reminders_write(ctx.agency)


def reminders_write(agency: Agency) -> int:
    """Write today's reminders of an agency, nothing on days of rest; gives how many people were meant."""
    today = clock.today()
    calendar = calendar_for(agency, today)
    if not calendar.is_working_day(today):
        return 0
    posts = Posts(agency)
    written = 0
    with override("vi"), transaction.atomic():
        for matter in matters(agency, today, calendar, posts):
            for stage in matter.stages:
                written += _write(matter, stage, posts)
    return written


def _write(matter: Matter, stage: Stage, posts: Posts) -> int:
    if stage.name == "late" and stage.audience is Audience.HEAD and not matter.responsible:
        return 0  # the head answers for it, and is told as the one responsible
    people = {
        Audience.RESPONSIBLE: matter.responsible or posts.heads_of(matter.unit),
        Audience.HEAD: posts.heads_of(matter.unit),
        Audience.SECRETARY: posts.secretaries,
    }[stage.audience]
    title = STAGE_WORDS[stage.name] % {"day": notation.date(matter.day), "title": matter.title}
    for person in people:
        notifications.notify(
            person,
            topic=TOPIC,
            title=title,
            key=f"remind:{matter.key}:{stage.name}:{stage.audience}:{stage.once}",
            url=matter.address_for(person),
        )
    return len(people)


def matters(agency: Agency, today: dt.date, calendar: WorkCalendar, posts: Posts) -> Iterator[Matter]:
    """Everything of the agency that has a reminder coming today."""
    days = days_of(agency)
    every = (
        *_figures(agency, today, calendar, days),
        *_confirmations(agency, today, calendar, days, posts),
        *_unit_sets(agency, today, calendar, days, posts),
        *_readings(agency, today, calendar, days, posts),
        *_reviews(agency, today, calendar, days, posts),
        *plan_items(agency, today, calendar, days, posts),
    )
    yield from (matter for matter in every if matter.stages)


def _figures(
    agency: Agency, today: dt.date, calendar: WorkCalendar, days: reminding.Days
) -> Iterator[Matter]:
    """Figures the units have to enter: who entered the last ones, else the head of the unit."""
    sets = list(sets_to_report(agency))
    wanted = [slot for slot in slots(sets) if slot.is_wanted]
    last: dict[Any, Person] = {}
    rows = ManualEntry.objects.filter(target__objective_set__in=sets, entered_by__isnull=False)
    for row in rows.select_related("entered_by__user", "entered_by__unit").order_by("created_at"):
        if row.entered_by is not None and row.entered_by.works_on(today):
            last[row.target_id, row.unit_id] = row.entered_by
    for slot in wanted:
        by = last.get((slot.target.pk, slot.unit.pk))
        yield Matter(
            f"figure:{slot.target.pk.hex}:{slot.unit.pk.hex}:{slot.period.code}",
            _("Figures of target %(code)s, %(period)s")
            % {"code": slot.target.code, "period": words.period_name(slot.period)},
            f"/objectives/figures/?year={slot.period.year}&unit={slot.unit.pk}",
            slot.due,
            reminding.stages(slot.due, today, days, calendar),
            [by] if by is not None and by.unit_id == slot.unit.pk else [],
            slot.unit,
            (slot.target.pk, slot.unit.pk, slot.period.code),
        )


def _confirmations(
    agency: Agency, today: dt.date, calendar: WorkCalendar, days: reminding.Days, posts: Posts
) -> Iterator[Matter]:
    """Entered figures that nobody has confirmed yet: the head of the unit, then the secretary."""
    rows = ManualEntry.objects.filter(agency=agency, state=ManualEntry.State.WAITING)
    for entry in rows.select_related("target__objective_set", "unit", "entered_by"):
        since = timezone.localdate(entry.created_at)
        matter = Matter(
            f"confirm:{entry.pk.hex}",
            _("Figures of target %(code)s, %(period)s")
            % {"code": entry.target.code, "period": words.period_name(entry.span)},
            entry.get_absolute_url(),
            since,
            reminding.waiting_stages(since, today, days, calendar),
        )
        turns = (posts.heads.get(entry.unit_id, []), posts.secretaries, posts.committee_heads)
        yield from to_decide(matter, turns, partial(policies.can_confirm, entry=entry))


def _unit_sets(
    agency: Agency, today: dt.date, calendar: WorkCalendar, days: reminding.Days, posts: Posts
) -> Iterator[Matter]:
    """Objectives of units: to be committed to by the head of the unit, then accepted by the secretary."""
    sets = ObjectiveSet.objects.filter(
        agency=agency, unit=None, state=SetState.IN_FORCE, year__gte=today.year
    ).select_related("agency")
    for one in sets:
        due = commit_day(one)
        if due is None:
            continue
        coverage = Coverage(one)
        for unit in coverage.asked:
            own = coverage.sets.get(unit.pk)
            key = f"unit-set:{one.pk.hex}:{unit.pk.hex}"
            place = {"year": str(one.year), "unit": unit.label}
            if own is None or own.state == SetState.DRAFT:
                yield Matter(
                    key,
                    _("Objectives of %(year)s to be committed to: %(unit)s") % place,
                    own.get_absolute_url() if own else f"{one.get_absolute_url()}derive/?unit={unit.pk}",
                    due,
                    reminding.stages(due, today, days, calendar),
                    unit=unit,
                )
            elif own.state == SetState.IN_REVIEW and own.submitted_at is not None:
                yield from _to_accept(own, key, today, calendar, days, posts)


def _to_accept(
    own: ObjectiveSet, key: str, today: dt.date, calendar: WorkCalendar, days: reminding.Days, posts: Posts
) -> Iterator[Matter]:
    """What a unit committed to and nobody accepted: the secretary, then the head of the committee."""
    since = timezone.localdate(own.submitted_at)
    place = {"year": str(own.year), "unit": own.unit.label if own.unit else ""}
    title = _("Objectives of %(year)s to be accepted: %(unit)s") % place
    stages = reminding.waiting_stages(since, today, days, calendar)
    matter = Matter(key, title, own.get_absolute_url(), since, stages)
    turns = (posts.secretaries, posts.committee_heads)
    yield from to_decide(matter, turns, partial(policies.can_approve, objective_set=own))


def _readings(
    agency: Agency, today: dt.date, calendar: WorkCalendar, days: reminding.Days, posts: Posts
) -> Iterator[Matter]:
    """Objectives that were made known: each who has not read them, and at last the secretary once."""
    rows = SetCommunication.objects.filter(agency=agency, objective_set__state=SetState.IN_FORCE)
    for row in rows.select_related("objective_set__agency", "objective_set__unit"):
        found = told(row.objective_set)
        if found is None or not found.open:
            continue
        stages = reminding.stages(row.due, today, days, calendar)
        title = _("Read the objectives: %(title)s") % {"title": row.objective_set.title}
        url = row.objective_set.get_absolute_url()
        own = [stage for stage in stages if stage.audience == Audience.RESPONSIBLE]
        yield Matter(f"read:{row.pk.hex}", title, url, row.due, own, found.open)
        upwards = [stage for stage in stages if stage.audience == Audience.SECRETARY]
        rate = f"{notation.number(found.numerator)}/{notation.number(found.denominator)}"
        yield Matter(f"read-rate:{row.pk.hex}", f"{title} ({rate})", f"{url}readers/", row.due, upwards)


def _reviews(
    agency: Agency, today: dt.date, calendar: WorkCalendar, days: reminding.Days, posts: Posts
) -> Iterator[Matter]:
    """Reviews of periods that are over and not approved: the secretary."""
    allowed = int(agency_settings.get(agency, "objectives.review_days"))
    sets = ObjectiveSet.objects.filter(
        agency=agency, unit=None, state=SetState.IN_FORCE, year__gte=today.year - 1
    ).prefetch_related("reviews")
    for one in sets.select_related("agency"):
        known = {row.kind: row for row in one.reviews.all()}
        for kind, label in ObjectiveReview.Kind.choices:
            review = known.get(kind)
            if review is not None and review.state != ObjectiveReview.State.DRAFT:
                continue
            blank = ObjectiveReview(objective_set=one, kind=kind)
            end = periods.window(blank.period, one.window_rule).last_day
            due = calendar.add_working_days(end, allowed)
            yield Matter(
                f"review:{one.pk.hex}:{kind}",
                f"{label} {one.year}",
                review.get_absolute_url() if review is not None else one.get_absolute_url(),
                due,
                [
                    stage
                    for stage in reminding.stages(due, today, days, calendar)
                    if stage.audience == Audience.RESPONSIBLE
                ]
                if today > end
                else [],
                posts.secretaries,
            )
