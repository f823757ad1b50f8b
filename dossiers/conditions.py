"""The conditions counts are made of: what one dossier must be like to be counted in a window of time.

Each is (window, cut-off) -> Q over the columns of `DossierFacts`; `dossiers.facts` names and explains them.
They hold the identities of domain D3 for every dossier whose end is not before its receipt:
carried over + received = resolved + withdrawn or stopped + open; open = in time + overdue + paused.
"""

import datetime as dt
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from django.db.models import F, Q
from django.db.models.functions import ExtractHour, TruncDate
from django.db.models.lookups import Exact, GreaterThanOrEqual, LessThan

from dossiers.models.dossier import Channel, Payment, Status
from dossiers.models.procedure import OnlineLevel, TimeUnit

CLOSED = (Status.WITHDRAWN, Status.STOPPED)
OFFERED = (OnlineLevel.FULL, OnlineLevel.PARTIAL)
SATISFIED_FROM = 4
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
NOON = 12


class Span(Protocol):
    """Any half-open span of instants [start, end)."""

    @property
    def start(self) -> dt.datetime: ...

    @property
    def end(self) -> dt.datetime: ...


class Edge(StrEnum):
    """A date of a window by its name: a condition made of names holds for any window (`dossiers.cells`)."""

    START = "start"
    END = "end"
    CUT = "cut"
    FORMER_CUT = "former_cut"


# Received


def received_in(window: Span) -> Q:
    """Handed in within the window, refused or not."""
    return Q(received_at__gte=window.start, received_at__lt=window.end)


def received(window: Span, cut: dt.datetime) -> Q:
    """Handed in within the window and taken."""
    return received_in(window) & ~Q(status=Status.REFUSED)


def refused_at_intake(window: Span, cut: dt.datetime) -> Q:
    """Handed in within the window and not taken."""
    return received_in(window) & Q(status=Status.REFUSED)


def received_online(window: Span, cut: dt.datetime) -> Q:
    """Taken online."""
    return received(window, cut) & Q(channel=Channel.ONLINE)


def received_otherwise(window: Span, cut: dt.datetime) -> Q:
    """Taken at the counter or by post."""
    return received(window, cut) & ~Q(channel=Channel.ONLINE)


def eligible(window: Span, cut: dt.datetime) -> Q:
    """Taken, for a procedure that is offered online."""
    return received(window, cut) & Q(online_level__in=OFFERED)


def eligible_online(window: Span, cut: dt.datetime) -> Q:
    """Taken online, for a procedure that is offered online."""
    return eligible(window, cut) & Q(channel=Channel.ONLINE)


def eligible_otherwise(window: Span, cut: dt.datetime) -> Q:
    """Taken in another way although the procedure is offered online."""
    return eligible(window, cut) & ~Q(channel=Channel.ONLINE)


def digitised_known(window: Span, cut: dt.datetime) -> Q:
    """Taken, and the export says whether it was digitised."""
    return received(window, cut) & Q(digitised__isnull=False)


def digitised(window: Span, cut: dt.datetime) -> Q:
    """Taken and digitised."""
    return received(window, cut) & Q(digitised=True)


def not_digitised(window: Span, cut: dt.datetime) -> Q:
    """Taken and not digitised."""
    return received(window, cut) & Q(digitised=False)


def with_fee(window: Span, cut: dt.datetime) -> Q:
    """Taken, with a fee."""
    return received(window, cut) & Q(payment__in=(Payment.ONLINE, Payment.OTHERWISE))


def paid_online(window: Span, cut: dt.datetime) -> Q:
    """Taken, and the fee paid online."""
    return received(window, cut) & Q(payment=Payment.ONLINE)


def paid_otherwise(window: Span, cut: dt.datetime) -> Q:
    """Taken, and the fee paid in another way."""
    return received(window, cut) & Q(payment=Payment.OTHERWISE)


# Resolved


def resolved(window: Span, cut: dt.datetime) -> Q:
    """With a result of the window, whatever the answer was."""
    in_window = Q(result_at__gte=window.start, result_at__lt=window.end)
    return in_window & ~Q(status__in=(Status.REFUSED, *CLOSED))


def early_or_on_time(window: Span, cut: dt.datetime) -> Q:
    """Resolved at or before the original due time."""
    return resolved(window, cut) & Q(result_at__lte=F("due_original_at"))


def late(window: Span, cut: dt.datetime) -> Q:
    """Resolved after the original due time."""
    return resolved(window, cut) & Q(result_at__gt=F("due_original_at"))


def _day(name: str) -> TruncDate:
    return TruncDate(name, tzinfo=VIETNAM)


def _hour(name: str) -> ExtractHour:
    return ExtractHour(name, tzinfo=VIETNAM)


def early_by_day(window: Span, cut: dt.datetime) -> Q:
    """Resolved on a day before the one it was due on."""
    return early_or_on_time(window, cut) & Q(LessThan(_day("result_at"), _day("due_original_at")))


def on_time_by_day(window: Span, cut: dt.datetime) -> Q:
    """Resolved on the day it was due on, not after the due time."""
    return early_or_on_time(window, cut) & Q(Exact(_day("result_at"), _day("due_original_at")))


def _half_day_before() -> Q:
    afternoon = Q(GreaterThanOrEqual(_hour("due_original_at"), NOON))
    morning = Q(LessThan(_hour("result_at"), NOON))
    return Q(Exact(_day("result_at"), _day("due_original_at"))) & afternoon & morning


def early_by_session(window: Span, cut: dt.datetime) -> Q:
    """Resolved before the half day it was due in."""
    return early_by_day(window, cut) | (early_or_on_time(window, cut) & _half_day_before())


def on_time_by_session(window: Span, cut: dt.datetime) -> Q:
    """Resolved within the half day it was due in, not after the due time."""
    same_half = Q(LessThan(_hour("due_original_at"), NOON)) | Q(GreaterThanOrEqual(_hour("result_at"), NOON))
    return on_time_by_day(window, cut) & same_half


def answers(window: Span, cut: dt.datetime) -> Q:
    """Resolved and rated at the one-stop desk."""
    return resolved(window, cut) & Q(rating__isnull=False)


def satisfied(window: Span, cut: dt.datetime) -> Q:
    """Resolved and rated 4 or 5."""
    return resolved(window, cut) & Q(rating__gte=SATISFIED_FROM)


def not_satisfied(window: Span, cut: dt.datetime) -> Q:
    """Resolved and rated 3 or less."""
    return resolved(window, cut) & Q(rating__lt=SATISFIED_FROM)


def timed(window: Span, cut: dt.datetime) -> Q:
    """Resolved, for a procedure whose regulated time is entered in days."""
    in_days = Q(procedure__regulated_unit__in=(TimeUnit.WORKING_DAYS, TimeUnit.DAYS))
    return resolved(window, cut) & in_days & Q(procedure__regulated_time__gt=0)


# Open


def _open_at(instant: dt.datetime) -> Q:
    """Taken before the instant and not ended by then."""
    running = ~Q(status__in=CLOSED) & (Q(result_at=None) | Q(result_at__gte=instant))
    closed_later = Q(status__in=CLOSED) & Q(closed_at__gte=instant)
    return Q(received_at__lt=instant) & ~Q(status=Status.REFUSED) & (running | closed_later)


def carried(window: Span, cut: dt.datetime) -> Q:
    """Taken before the window and not ended when it began."""
    return _open_at(window.start)


def workload(window: Span, cut: dt.datetime) -> Q:
    """All there was to do in the window."""
    return received(window, cut) | carried(window, cut)


def workload_kept(window: Span, cut: dt.datetime) -> Q:
    """All there was to do, but for what was or is late."""
    return workload(window, cut) & ~late(window, cut) & ~open_overdue(window, cut)


def still_open(window: Span, cut: dt.datetime) -> Q:
    """Not ended when the window ended."""
    return _open_at(window.end)


def open_overdue(window: Span, cut: dt.datetime) -> Q:
    """Not ended when the window ended, and due before the cut-off."""
    return _open_at(window.end) & ~Q(status=Status.SUPPLEMENT) & Q(due_original_at__lt=cut)


def open_in_time(window: Span, cut: dt.datetime) -> Q:
    """Not ended when the window ended, and not due before the cut-off."""
    not_due = Q(due_original_at=None) | Q(due_original_at__gte=cut)
    return _open_at(window.end) & ~Q(status=Status.SUPPLEMENT) & not_due


def suspended(window: Span, cut: dt.datetime) -> Q:
    """Not ended when the window ended, and waiting for a supplement."""
    return _open_at(window.end) & Q(status=Status.SUPPLEMENT)


def withdrawn_or_stopped(window: Span, cut: dt.datetime) -> Q:
    """Withdrawn or stopped in the window; by the day of receipt where the export tells no closing date."""
    by_closing = Q(closed_at__gte=window.start, closed_at__lt=window.end)
    return Q(status__in=CLOSED) & (by_closing | (Q(closed_at=None) & received_in(window)))


def report_online(window: Span, cut: dt.datetime) -> Q:
    """Column 4 of form II.06a: taken online, and not withdrawn or stopped in the window."""
    return received_online(window, cut) & ~withdrawn_or_stopped(window, cut)


def report_otherwise(window: Span, cut: dt.datetime) -> Q:
    """Column 5: taken at the counter or by post, and not withdrawn or stopped in the window."""
    return received_otherwise(window, cut) & ~withdrawn_or_stopped(window, cut)


def report_carried(window: Span, cut: dt.datetime) -> Q:
    """Column 6: carried over, and not withdrawn or stopped in the window."""
    return carried(window, cut) & ~withdrawn_or_stopped(window, cut)


# Due


def due(window: Span, cut: dt.datetime) -> Q:
    """Due in the window (up to the cut-off), and not ended otherwise or paused."""
    outside = (Status.REFUSED, *CLOSED)
    paused = Q(status=Status.SUPPLEMENT) & Q(result_at=None)
    in_window = Q(due_original_at__gte=window.start, due_original_at__lt=cut)
    return in_window & ~Q(status__in=outside) & ~paused


def due_met(window: Span, cut: dt.datetime) -> Q:
    """Due in the window, and the result was there in time."""
    return due(window, cut) & Q(result_at__lte=F("due_original_at"))


def due_missed(window: Span, cut: dt.datetime) -> Q:
    """Due in the window, and the result came late or is still not there."""
    return due(window, cut) & (Q(result_at=None) | Q(result_at__gt=F("due_original_at")))
