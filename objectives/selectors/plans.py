"""Reading annual plans: rows with their standing, counts, board, calendar, the year in review."""

import calendar
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from objectives import plan_charts, plan_policies
from objectives.models import MaintenancePlan, PlanItem, PlanState
from objectives.plan_papers import in_tree_order
from qms import notation
from qms.models import OrgUnit, Person
from qms.statuses import status

STANDINGS = (
    "done",
    "done_late",
    "overdue",
    "in_progress",
    "waiting",
    "to_begin",
    "not_due",
    "no_occurrence",
    "cancelled",
)
WORST_FIRST = ("overdue", "to_begin", "waiting", "in_progress")
ENDED = ("done_late", "done", "no_occurrence", "cancelled")
COLUMNS = (
    ("todo", ("to_begin", "not_due", "overdue")),
    ("doing", ("in_progress", "overdue")),
    ("waiting", ("waiting",)),
    ("done", ("done", "done_late")),
    ("ended", ("no_occurrence", "cancelled")),
)


def plan_rows(person: Person) -> "QuerySet[Any]":
    """The plans a person may see, with how many items each has and how many are done."""
    live = Q(items__archived_at=None) & ~Q(items__time_text="", items__parts__isnull=False)
    return (
        MaintenancePlan.objects.visible_to(person)
        .select_related("agency", "drafter", "paper")
        .annotate(
            item_count=Count("items", filter=live, distinct=True),
            done_count=Count("items", filter=live & Q(items__state="done"), distinct=True),
        )
        .order_by("-year", "-created_at")
    )


def plan_of_year(person: Person, year: int) -> MaintenancePlan | None:
    """The plan in force of a year; else the newest of the year on its way."""
    found: MaintenancePlan | None = (
        MaintenancePlan.objects.visible_to(person)
        .filter(agency=person.agency, year=year)
        .exclude(state=PlanState.SUPERSEDED)
        .select_related("agency", "paper", "drafter", "approver")
        .order_by("-in_force_from", "-created_at")
        .first()
    )
    return found


def items_with_all(plan: MaintenancePlan) -> "QuerySet[Any]":
    """The items of a plan with people, parent and how much evidence each has."""
    return (
        plan.items.filter(archived_at=None)
        .select_related("plan__agency", "agency", "parent", "reported_by", "confirmed_by")
        .prefetch_related(
            "parties__unit", "parties__person", "parent__parties__unit", "parent__parties__person"
        )
        .annotate(evidence_count=Count("evidence", filter=Q(evidence__withdrawn_at=None), distinct=True))
    )


def standing_word(code: str) -> str:
    """A standing in the words of plans."""
    if code == "done":
        return pgettext("item of a plan", "Done")
    if code == "done_late":
        return _("Carried out late")
    return str(status(code).label)


WORD_ASKED = dt.timedelta(days=15)


@dataclass
class Line:
    """An item as lists show it."""

    item: PlanItem
    depth: int
    today: dt.date
    evidence: int = 0
    change: str = ""
    parts: "list[Line]" = field(default_factory=list)

    @property
    def is_heading(self) -> bool:
        """A row that only heads others: it has parts, and no time of its own."""
        return bool(self.parts) and not self.item.time_text

    @cached_property
    def standing(self) -> str:
        """How it stands today, as `qms.statuses` names it; a heading stands as the worst of its parts."""
        own: str = self.item.standing(self.today)
        if not self.is_heading or not self.item.is_open:
            return own
        found = {part.standing for part in self.parts}
        if found <= {"not_due", *ENDED}:
            begun = "not_due" in found and found != {"not_due"}
            return "in_progress" if begun else next(code for code in (*ENDED, "not_due") if code in found)
        return next(code for code in WORST_FIRST if code in found)

    @property
    def label(self) -> str:
        """The standing in words, with the days it is late."""
        days = self.item.days_late(self.today)
        if self.is_heading:
            return standing_word(self.standing)
        if self.standing == "overdue":
            return ngettext("Overdue by %(n)s day", "Overdue by %(n)s days", days) % {
                "n": notation.number(days)
            }
        if self.standing == "done_late":
            return ngettext("Done, %(n)s day late", "Done, %(n)s days late", days) % {
                "n": notation.number(days)
            }
        return standing_word(self.standing)

    @property
    def detail(self) -> str:
        """What stands under the state: the day done, the reason, the progress, or when it begins."""
        item = self.item
        if self.standing in {"done", "done_late"} and item.done_on:
            return notation.date(item.done_on)
        if self.standing in {"no_occurrence", "cancelled"}:
            return item.reason
        if item.progress_text:
            return item.progress_text
        if item.progress is not None:
            return f"{item.progress}{notation.NBSP}%"
        if self.standing == "not_due" and item.starts_on:
            return _("from %(day)s") % {"day": notation.day_month(item.starts_on)}
        return ""

    @property
    def bar(self) -> SafeString:
        """The bar of the year."""
        words = f"{self.item.time_text}, {self.label}"
        return plan_charts.bar(self.item, self.item.plan.year, self.today, words, self.standing)

    @property
    def word_owed(self) -> dt.date | None:
        """By when a word on work of the whole year is owed, from half a month before.

        Of several days the last one asked for, as one word answers them all; none when the work is to end.
        """
        if self.is_ending:
            return None
        asked = [day for day in self.item.words_owed if self.today >= day - WORD_ASKED]
        return asked[-1] if asked else None

    @property
    def word_is_late(self) -> bool:
        """Whether the word was owed before today."""
        return self.word_owed is not None and self.word_owed < self.today

    @property
    def is_ending(self) -> bool:
        """Whether the deadline is near or over: from then on the end is asked for, no longer a word."""
        return self.item.is_ending(self.today)


@dataclass
class Board:
    """A plan with its lines on a day."""

    plan: MaintenancePlan
    today: dt.date
    lead: str = ""
    standing: str = ""
    units: list[OrgUnit] = field(default_factory=list)

    @cached_property
    def all_lines(self) -> list[Line]:
        """Every line, unfiltered."""
        found = [
            Line(item, depth, self.today, getattr(item, "evidence_count", 0))
            for item, depth in in_tree_order(items_with_all(self.plan))
        ]
        known = {line.item.pk: line for line in found}
        for line in found:
            if line.item.parent_id in known:
                known[line.item.parent_id].parts.append(line)
        return found

    @cached_property
    def lines(self) -> list[Line]:
        """The lines that fit the filters."""
        return [
            line
            for line in self.all_lines
            if (not self.standing or line.standing == self.standing)
            and (not self.lead or self.lead in {party.key for party in _leads(line.item)})
        ]

    @cached_property
    def counts(self) -> list[tuple[str, str, int]]:
        """(standing, its word, how many lines), in the order of STANDINGS."""
        counted = Counter(line.standing for line in self.all_lines if not line.is_heading)
        words = ((code, standing_word(code)) for code in STANDINGS if counted[code])
        return [(code, f"{word[:1].lower()}{word[1:]}", counted[code]) for code, word in words]

    @cached_property
    def lead_choices(self) -> list[tuple[str, str]]:
        """Who leads something in this plan."""
        found = {party.key: party.label for line in self.all_lines for party in line.item.leads}
        return sorted(found.items(), key=lambda pair: pair[1])

    def columns(self) -> list[dict[str, Any]]:
        """The board: one column per state, late lines first."""
        names = {
            "todo": _("Not begun"),
            "doing": _("In progress"),
            "waiting": _("Waiting for confirmation"),
            "done": standing_word("done"),
            "ended": _("Not carried out"),
        }
        by_column: dict[str, list[Line]] = {key: [] for key, _codes in COLUMNS}
        for line in self.lines:
            if line.is_heading:
                continue
            by_column[column_of(line.item)].append(line)
        for lines in by_column.values():
            lines.sort(key=lambda line: (line.standing != "overdue", line.item.due_on or dt.date.max))
        return [{"key": key, "name": names[key], "lines": by_column[key]} for key, _codes in COLUMNS]


def _leads(item: PlanItem) -> "list[Any]":
    return item.leads or (item.parent.leads if item.parent else [])


def column_of(item: PlanItem) -> str:
    """The column of the board an item lies in."""
    return {
        PlanItem.State.PLANNED: "todo",
        PlanItem.State.IN_PROGRESS: "doing",
        PlanItem.State.WAITING: "waiting",
        PlanItem.State.DONE: "done",
    }.get(PlanItem.State(item.state), "ended")


# Calendar


@dataclass(frozen=True)
class Event:
    """Something that happens on a day of the plan."""

    on: dt.date
    kind: str
    item: PlanItem
    words: str


def events(lines: Iterable[Line]) -> list[Event]:
    """Begins, milestones and deadlines of items, by day."""
    found = []
    for line in lines:
        item = line.item
        name = f"{item.number}. {item.text}"
        if not item.is_open:
            if item.done_on:
                found.append(Event(item.done_on, "done", item, _("Done: %(item)s") % {"item": name}))
            continue
        if item.starts_on and not item.is_continuous:
            found.append(Event(item.starts_on, "begins", item, _("Begins: %(item)s") % {"item": name}))
        for mark in item.timeframe.milestones:
            words = mark.label or _("milestone")
            found.append(Event(mark.on, "milestone", item, f"{words[:1].upper()}{words[1:]}: {name}"))
        if item.due_on:
            found.append(Event(item.due_on, "due", item, _("Deadline: %(item)s") % {"item": name}))
    return sorted(found, key=lambda event: (event.on, event.item.order))


@dataclass(frozen=True)
class CalendarDay:
    """A cell of the month."""

    day: dt.date
    in_month: bool
    is_today: bool
    events: list[Event]


def month_of(found: Sequence[Event], year: int, month: int, today: dt.date) -> list[list[CalendarDay]]:
    """The weeks of a month, Monday first."""
    by_day: dict[dt.date, list[Event]] = {}
    for event in found:
        by_day.setdefault(event.on, []).append(event)
    return [
        [CalendarDay(day, day.month == month, day == today, by_day.get(day, [])) for day in week]
        for week in calendar.Calendar().monthdatescalendar(year, month)
    ]


# The year


@dataclass(frozen=True)
class Pace:
    """At the end of a month: how many items should have been done, how many were."""

    month: int
    planned: int
    done: int | None


def pace(lines: Sequence[Line], year: int, today: dt.date) -> list[Pace]:
    """Plan against time, month by month; what did not occur or was cancelled counts as settled."""
    found = []
    whole = [line.item for line in lines if line.item.due_on]
    for month in range(1, 13):
        end = dt.date(year, month, calendar.monthrange(year, month)[1])
        planned = sum(item.due_on is not None and item.due_on <= end for item in whole)
        if dt.date(year, month, 1) > today:
            found.append(Pace(month, planned, None))
            continue
        settled = sum(
            (item.done_on is not None and item.state == "done" and item.done_on <= end)
            or item.state in {"no_occurrence", "cancelled"}
            for item in whole
        )
        found.append(Pace(month, planned, settled))
    return found


def year_groups(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The year on one page: done in time, done late, late, still open, did not occur, cancelled."""
    names = (
        ("done", _("Done in time")),
        ("done_late", _("Done late")),
        ("overdue", _("Late")),
        ("open", _("Still to be done")),
        ("no_occurrence", _("Did not occur")),
        ("cancelled", _("Cancelled")),
    )
    open_codes = {"in_progress", "waiting", "to_begin", "not_due"}
    return [
        {"key": key, "name": name, "lines": chosen}
        for key, name in names
        if (
            chosen := [
                line
                for line in lines
                if not line.is_heading
                and (line.standing == key or (key == "open" and line.standing in open_codes))
            ]
        )
    ]


def mine(plan: MaintenancePlan, person: Person, today: dt.date) -> tuple[list[Line], list[Line]]:
    """(lines the person's unit leads, lines it takes part in)."""
    leading, helping = [], []
    for line in Board(plan, today).all_lines:
        if plan_policies.leads(person, line.item):
            leading.append(line)
        elif plan_policies.takes_part(person, line.item):
            helping.append(line)
    return leading, helping
