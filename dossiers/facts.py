"""The one definition of every count of dossiers.

A fact is a condition over the columns of `DossierFacts` for one window of time. The same condition counts
a figure and lists its dossiers, so a number and its drill-down cannot disagree. Definitions follow domain
D2 to D5, the conditions stand in `dossiers.conditions`; the rates made of them are defined in
`objectives.formula_book`.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dossiers import conditions as of
from dossiers.conditions import CLOSED, SATISFIED_FROM, Edge, Span

__all__ = ["CLOSED", "FACTS", "OFFICIAL", "SATISFIED_FROM", "Fact", "Span", "Window", "condition", "cut_off"]


@dataclass(frozen=True)
class Window:
    """A half-open span of aware instants [start, end)."""

    start: dt.datetime
    end: dt.datetime


Condition = Callable[[Span, dt.datetime], Q]
"""(window, cut-off) -> condition; the cut-off is the end of the window, or the export if earlier."""


@dataclass(frozen=True)
class Fact:
    """One count: its key, its name, its definition in words, and its condition."""

    key: str
    label: "str | Promise"
    definition: "str | Promise"
    condition: Condition


def _facts(*facts: Fact) -> dict[str, Fact]:
    return {fact.key: fact for fact in facts}


FACTS = _facts(
    Fact(
        "received",
        pgettext_lazy("count", "Received"),
        _("Received in the period and not refused at intake."),
        of.received,
    ),
    Fact(
        "received_online",
        _("Received online"),
        _("Received in the period and handed in online."),
        of.received_online,
    ),
    Fact(
        "received_otherwise",
        _("Received at the counter or by post"),
        _("Received in the period and not handed in online."),
        of.received_otherwise,
    ),
    Fact(
        "resolved",
        _("Resolved"),
        _("The result was ready in the period, whatever the answer was."),
        of.resolved,
    ),
    Fact(
        "early_or_on_time",
        _("Resolved on time"),
        _("Resolved in the period, at or before the original due time."),
        of.early_or_on_time,
    ),
    Fact(
        "late",
        _("Resolved late"),
        _("Resolved in the period, after the original due time; an extension does not help."),
        of.late,
    ),
    Fact(
        "open_overdue",
        _("Open and overdue"),
        _(
            "Received before the end of the period, without a result by then, and due before that end (or "
            "before the export, if earlier). Withdrawn, stopped, paused or refused ones do not count."
        ),
        of.open_overdue,
    ),
    Fact(
        "suspended",
        _("Paused for supplements"),
        _("Received before the end of the period, without a result by then, and waiting for a supplement."),
        of.suspended,
    ),
    Fact(
        "withdrawn_or_stopped",
        _("Withdrawn or stopped"),
        _(
            "Withdrawn by the applicant or stopped by the agency in the period; where the export tells no "
            "closing date, the day of receipt counts."
        ),
        of.withdrawn_or_stopped,
    ),
    Fact(
        "refused_at_intake",
        _("Refused at intake"),
        _("Handed in during the period and refused at intake; counts nowhere else."),
        of.refused_at_intake,
    ),
    Fact(
        "answers",
        _("With a rating"),
        _("Resolved in the period, and rated by the applicant at the one-stop desk."),
        of.answers,
    ),
    Fact(
        "satisfied",
        _("Satisfied"),
        _("Resolved in the period with a rating of 4 or 5."),
        of.satisfied,
    ),
    Fact(
        "not_satisfied",
        _("Not satisfied"),
        _("Resolved in the period with a rating of 3 or less."),
        of.not_satisfied,
    ),
    Fact(
        "carried",
        _("Carried over"),
        _("Received before the period and not ended when it began."),
        of.carried,
    ),
    Fact(
        "report_online",
        _("Received online (report)"),
        _("Received online in the period, and neither withdrawn nor stopped in it."),
        of.report_online,
    ),
    Fact(
        "report_otherwise",
        _("Received at the counter or by post (report)"),
        _("Received at the counter or by post in the period, and neither withdrawn nor stopped in it."),
        of.report_otherwise,
    ),
    Fact(
        "report_carried",
        _("Carried over (report)"),
        _("Carried over from before the period, and neither withdrawn nor stopped in it."),
        of.report_carried,
    ),
    Fact(
        "open",
        pgettext_lazy("count", "Open"),
        _("Received before the end of the period and not ended by then."),
        of.still_open,
    ),
    Fact(
        "open_in_time",
        _("Open and within time"),
        _("Open at the end of the period, not paused, and not yet due."),
        of.open_in_time,
    ),
    Fact(
        "early_session",
        _("Resolved early (by half days)"),
        _("Resolved in the period, before the half day in which it was due."),
        of.early_by_session,
    ),
    Fact(
        "on_time_session",
        _("Resolved just on time (by half days)"),
        _("Resolved in the period, within the half day in which it was due and not after its due time."),
        of.on_time_by_session,
    ),
    Fact(
        "early_day",
        _("Resolved early (by days)"),
        _("Resolved in the period, on a day before the one it was due on."),
        of.early_by_day,
    ),
    Fact(
        "on_time_day",
        _("Resolved just on time (by days)"),
        _("Resolved in the period, on the day it was due and not after its due time."),
        of.on_time_by_day,
    ),
    Fact(
        "due",
        pgettext_lazy("count", "Due"),
        _(
            "The original due time lies in the period (or before the export, if earlier). Withdrawn, "
            "stopped, paused or refused ones do not count."
        ),
        of.due,
    ),
    Fact(
        "due_met",
        _("Due and resolved on time"),
        _("Due in the period, with a result at or before the original due time."),
        of.due_met,
    ),
    Fact(
        "due_missed",
        _("Due and missed"),
        _("Due in the period, with a late result or none yet."),
        of.due_missed,
    ),
    Fact(
        "workload",
        _("Workload"),
        _("Carried over from before the period, or received in it."),
        of.workload,
    ),
    Fact(
        "workload_kept",
        _("Workload without delay"),
        _(
            "Carried over or received, and neither resolved late in the period nor open and overdue at "
            "its end."
        ),
        of.workload_kept,
    ),
    Fact(
        "eligible",
        _("Received, procedure offered online"),
        _("Received in the period, for a procedure that is offered online."),
        of.eligible,
    ),
    Fact(
        "eligible_online",
        _("Received online, procedure offered online"),
        _("Received online in the period, for a procedure that is offered online."),
        of.eligible_online,
    ),
    Fact(
        "eligible_otherwise",
        _("Not received online, procedure offered online"),
        _("Received in the period at the counter or by post, although the procedure is offered online."),
        of.eligible_otherwise,
    ),
    Fact(
        "digitised_known",
        _("Known whether digitised"),
        _("Received in the period, and the export says whether the dossier was digitised."),
        of.digitised_known,
    ),
    Fact("digitised", _("Digitised dossiers"), _("Received in the period and digitised."), of.digitised),
    Fact(
        "not_digitised", _("Not digitised"), _("Received in the period and not digitised."), of.not_digitised
    ),
    Fact(
        "with_fee",
        _("With a fee"),
        _("Received in the period, with a fee to pay."),
        of.with_fee,
    ),
    Fact(
        "paid_online",
        _("Fee paid online"),
        _("Received in the period, and the fee was paid online."),
        of.paid_online,
    ),
    Fact(
        "paid_otherwise",
        _("Fee not paid online"),
        _("Received in the period, and the fee was not paid online."),
        of.paid_otherwise,
    ),
    Fact(
        "timed",
        _("Resolved, regulated time known"),
        _("Resolved in the period, for a procedure whose regulated time is entered in days."),
        of.timed,
    ),
)

OFFICIAL = (
    "received",
    "received_online",
    "resolved",
    "early_or_on_time",
    "late",
    "open_overdue",
    "suspended",
    "withdrawn_or_stopped",
    "refused_at_intake",
    "answers",
    "satisfied",
)
"""The counts every summary shows; all others are counted where a formula or a report asks for them."""

REACHING_BACK = frozenset({"due", "due_met", "due_missed"})
"""Counts that reach dossiers which ended before the window."""


_ANY_WINDOW = SimpleNamespace(start=Edge.START, end=Edge.END)


def cut_off(window: Span, as_of: dt.datetime | None) -> dt.datetime:
    """The end of the window, or the export if that was earlier."""
    return window.end if as_of is None else min(window.end, as_of)


def condition(key: str, window: Span, as_of: dt.datetime | None) -> Q:
    """The condition of a count, or of several joined by `+` (`late+open_overdue`); KeyError if unknown."""
    return _joined(key, window, cut_off(window, as_of))


def condition_of_edges(key: str, cut: Edge = Edge.CUT) -> Q:
    """The same for any window: the names of its edges stand where otherwise dates do."""
    return _joined(key, _ANY_WINDOW, cut)


def _joined(key: str, window: Any, cut: Any) -> Q:
    joined = Q()
    for part in key.split("+"):
        joined |= FACTS[part].condition(window, cut)
    return joined


def edges(window: Span, as_of: dt.datetime | None) -> dict[Edge, dt.datetime]:
    """The dates of a window for such conditions."""
    return {Edge.START: window.start, Edge.END: window.end, Edge.CUT: cut_off(window, as_of)}


def label(key: str) -> str:
    """The name of a count, or of several joined by `+`."""
    return " + ".join(str(FACTS[part].label) for part in key.split("+"))


def is_known(key: str) -> bool:
    """Whether every part of the key is a fact."""
    return bool(key) and all(part in FACTS for part in key.split("+"))


def reach_back(keys: Iterable[str]) -> bool:
    """Whether one of the counts may hold dossiers that ended before its window."""
    return not REACHING_BACK.isdisjoint(keys)
