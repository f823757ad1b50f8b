"""What is counted, as conditions: the same one counts a figure and lists its records.

A case counts as judged when its answer was given or its deadline has passed: only then is it in time or
late. Cases passed on to another agency are judged by nobody here.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from feedback.models import OPEN, Feedback

Condition = Callable[[dt.date], Q]
ANSWERED = Q(state=Feedback.State.ANSWERED)


def _everything(today: dt.date) -> Q:
    return Q()


def _open(today: dt.date) -> Q:
    return Q(state__in=OPEN)


def _late_open(today: dt.date) -> Q:
    return _open(today) & Q(deadline__lt=today)


def _on_time(today: dt.date) -> Q:
    return ANSWERED & Q(answered_on__lte=F("deadline"))


def _late(today: dt.date) -> Q:
    return (ANSWERED & Q(answered_on__gt=F("deadline"))) | _late_open(today)


def _judged(today: dt.date) -> Q:
    return ANSWERED | _late_open(today)


def _satisfied(today: dt.date) -> Q:
    return Q(satisfaction=Feedback.Satisfaction.SATISFIED)


def _unsatisfied(today: dt.date) -> Q:
    return Q(satisfaction=Feedback.Satisfaction.UNSATISFIED)


def _asked(today: dt.date) -> Q:
    return ~Q(satisfaction="")


def _founded(today: dt.date) -> Q:
    return ANSWERED & Q(finding__in=[Feedback.Finding.FOUNDED, Feedback.Finding.PARTLY])


def _found(today: dt.date) -> Q:
    return ANSWERED & ~Q(finding="")


CONDITIONS: dict[str, "tuple[str | Promise, Condition]"] = {
    "open": (_("Not answered yet"), _open),
    "late_open": (_("Not answered and overdue"), _late_open),
    "judged": (_("Answered or overdue"), _judged),
    "on_time": (_("Answered in time"), _on_time),
    "late": (_("Answered late or overdue"), _late),
    "asked": (_("Asked about the answer"), _asked),
    "satisfied": (_("Satisfied with the answer"), _satisfied),
    "unsatisfied": (_("Not satisfied with the answer"), _unsatisfied),
    "found": (_("With a finding"), _found),
    "founded": (_("Justified or partly justified"), _founded),
}
COUNTED: Mapping[str, Condition] = {"received": _everything} | {
    key: condition for key, (_label, condition) in CONDITIONS.items()
}


@dataclass(frozen=True)
class Figures:
    """The counts of a group of cases; every rate has its numerator and denominator among them."""

    received: int = 0
    open: int = 0
    late_open: int = 0
    judged: int = 0
    on_time: int = 0
    late: int = 0
    asked: int = 0
    satisfied: int = 0
    unsatisfied: int = 0
    found: int = 0
    founded: int = 0


def aggregates(today: dt.date) -> dict[str, Any]:
    """One Count per figure, for `aggregate` and `annotate`."""
    return {f"n_{key}": Count("pk", filter=make(today)) for key, make in COUNTED.items()}


def figures(row: Mapping[str, Any]) -> Figures:
    """The figures of a row that was counted with `aggregates`."""
    return Figures(**{key: row[f"n_{key}"] or 0 for key in COUNTED})
