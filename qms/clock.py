"""The present moment in one place, so that tests can set it and pure modules receive it."""

import datetime as dt

from django.utils import timezone


def now() -> dt.datetime:
    """The present instant, aware, in the portal's time zone."""
    return timezone.localtime(timezone.now())


def today() -> dt.date:
    """Today's date in the portal's time zone (Viet Nam)."""
    return now().date()
