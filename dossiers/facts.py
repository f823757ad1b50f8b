"""The one definition of every count of dossiers.

A fact is a condition over the columns of `DossierFacts` for one window of time. The same condition counts
a figure and lists its dossiers, so a number and its drill-down cannot disagree. Definitions follow domain
D2 to D5; the rates made of them are defined in `objectives.formulas`.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dossiers.models.dossier import Channel, Status

CLOSED = (Status.WITHDRAWN, Status.STOPPED)
SATISFIED_FROM = 4


class Span(Protocol):
    """Any half-open span of instants [start, end)."""

    @property
    def start(self) -> dt.datetime: ...

    @property
    def end(self) -> dt.datetime: ...


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


def _received(window: Span, cut: dt.datetime) -> Q:
    return _received_in(window) & ~Q(status=Status.REFUSED)


def _received_in(window: Span) -> Q:
    return Q(received_at__gte=window.start, received_at__lt=window.end)


def _received_online(window: Span, cut: dt.datetime) -> Q:
    return _received(window, cut) & Q(channel=Channel.ONLINE)


def _received_otherwise(window: Span, cut: dt.datetime) -> Q:
    return _received(window, cut) & ~Q(channel=Channel.ONLINE)


def _resolved(window: Span, cut: dt.datetime) -> Q:
    in_window = Q(result_at__gte=window.start, result_at__lt=window.end)
    return in_window & ~Q(status__in=(Status.REFUSED, *CLOSED))


def _early_or_on_time(window: Span, cut: dt.datetime) -> Q:
    return _resolved(window, cut) & Q(result_at__lte=F("due_original_at"))


def _late(window: Span, cut: dt.datetime) -> Q:
    return _resolved(window, cut) & Q(result_at__gt=F("due_original_at"))


def _without_result(window: Span) -> Q:
    return Q(received_at__lt=window.end) & (Q(result_at=None) | Q(result_at__gte=window.end))


def _open_overdue(window: Span, cut: dt.datetime) -> Q:
    outside = (Status.REFUSED, Status.SUPPLEMENT, *CLOSED)
    return _without_result(window) & ~Q(status__in=outside) & Q(due_original_at__lt=cut)


def _suspended(window: Span, cut: dt.datetime) -> Q:
    return _without_result(window) & Q(status=Status.SUPPLEMENT)


def _withdrawn_or_stopped(window: Span, cut: dt.datetime) -> Q:
    # By the day of receipt: one-stop systems export no closing date for these.
    return _received_in(window) & Q(status__in=CLOSED)


def _refused_at_intake(window: Span, cut: dt.datetime) -> Q:
    return _received_in(window) & Q(status=Status.REFUSED)


def _answers(window: Span, cut: dt.datetime) -> Q:
    return _resolved(window, cut) & Q(rating__isnull=False)


def _satisfied(window: Span, cut: dt.datetime) -> Q:
    return _resolved(window, cut) & Q(rating__gte=SATISFIED_FROM)


def _not_satisfied(window: Span, cut: dt.datetime) -> Q:
    return _resolved(window, cut) & Q(rating__lt=SATISFIED_FROM)


def _facts(*facts: Fact) -> dict[str, Fact]:
    return {fact.key: fact for fact in facts}


FACTS = _facts(
    Fact(
        "received",
        pgettext_lazy("count", "Received"),
        _("Received in the period and not refused at intake."),
        _received,
    ),
    Fact(
        "received_online",
        _("Received online"),
        _("Received in the period and handed in online."),
        _received_online,
    ),
    Fact(
        "received_otherwise",
        _("Received at the counter or by post"),
        _("Received in the period and not handed in online."),
        _received_otherwise,
    ),
    Fact(
        "resolved",
        _("Resolved"),
        _("The result was ready in the period, whatever the answer was."),
        _resolved,
    ),
    Fact(
        "early_or_on_time",
        _("Resolved on time"),
        _("Resolved in the period, at or before the original due time."),
        _early_or_on_time,
    ),
    Fact(
        "late",
        _("Resolved late"),
        _("Resolved in the period, after the original due time; an extension does not help."),
        _late,
    ),
    Fact(
        "open_overdue",
        _("Open and overdue"),
        _(
            "Received before the end of the period, without a result by then, and due before that end (or "
            "before the export, if earlier). Withdrawn, stopped, paused or refused ones do not count."
        ),
        _open_overdue,
    ),
    Fact(
        "suspended",
        _("Paused for supplements"),
        _("Received before the end of the period, without a result by then, and waiting for a supplement."),
        _suspended,
    ),
    Fact(
        "withdrawn_or_stopped",
        _("Withdrawn or stopped"),
        _("Received in the period, and withdrawn by the applicant or stopped by the agency."),
        _withdrawn_or_stopped,
    ),
    Fact(
        "refused_at_intake",
        _("Refused at intake"),
        _("Handed in during the period and refused at intake; counts nowhere else."),
        _refused_at_intake,
    ),
    Fact(
        "answers",
        _("With a rating"),
        _("Resolved in the period, and rated by the applicant at the one-stop desk."),
        _answers,
    ),
    Fact(
        "satisfied",
        _("Satisfied"),
        _("Resolved in the period with a rating of 4 or 5."),
        _satisfied,
    ),
    Fact(
        "not_satisfied",
        _("Not satisfied"),
        _("Resolved in the period with a rating of 3 or less."),
        _not_satisfied,
    ),
)

OFFICIAL = tuple(key for key in FACTS if key not in {"received_otherwise", "not_satisfied"})
"""The counts of the reports; the other two are their complements, for the drill-down to differences."""


def cut_off(window: Span, as_of: dt.datetime | None) -> dt.datetime:
    """The end of the window, or the export if that was earlier."""
    return window.end if as_of is None else min(window.end, as_of)


def condition(key: str, window: Span, as_of: dt.datetime | None) -> Q:
    """The condition of a count, or of several joined by `+` (`late+open_overdue`); KeyError if unknown."""
    cut = cut_off(window, as_of)
    joined = Q()
    for part in key.split("+"):
        joined |= FACTS[part].condition(window, cut)
    return joined


def label(key: str) -> str:
    """The name of a count, or of several joined by `+`."""
    return " + ".join(str(FACTS[part].label) for part in key.split("+"))


def is_known(key: str) -> bool:
    """Whether every part of the key is a fact."""
    return bool(key) and all(part in FACTS for part in key.split("+"))
