"""The present moment in one place, so that tests can set it and pure modules receive it."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_moment: ContextVar[dt.datetime | None] = ContextVar("moment", default=None)


def now() -> dt.datetime:
    """The present instant, aware, in the portal's time zone."""
    return _moment.get() or timezone.localtime(timezone.now())


@contextmanager
def at(day: dt.date, hour: int = 9) -> Iterator[None]:
    """Let services of this thread act on a day gone by: demonstration data with a history, never pages."""
    moment = timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


def today() -> dt.date:
    """Today's date in the portal's time zone (Viet Nam)."""
    return now().date()
