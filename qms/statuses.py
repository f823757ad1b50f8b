"""The states a record can be shown in: a word of the glossary, a mark (shape) and a tone.

One table for every app, so that the same state looks and reads the same everywhere. Marks differ in
shape as well as in colour; only what failed or is late is drawn solid.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(NamedTuple):
    """How a state is drawn."""

    tone: str
    mark: str
    label: str | Promise


OK, RISK, BAD, RUN, WAIT, MUTE = "ok", "risk", "bad", "run", "wait", "mute"

STATUSES: dict[str, Status] = {
    # Results against a target
    "achieved": Status(OK, "m-ok", _("Achieved")),
    "at_risk": Status(RISK, "m-risk", _("At risk")),
    "not_achieved": Status(BAD, "m-bad", _("Not achieved")),
    "insufficient_data": Status(MUTE, "m-miss", _("Insufficient data")),
    "no_occurrence": Status(MUTE, "m-none", _("No occurrence")),
    "unanswered": Status(MUTE, "m-miss", _("Unanswered")),
    # Work in time
    "overdue": Status(BAD, "m-late", _("Overdue")),
    "in_progress": Status(RUN, "m-run", _("In progress")),
    "not_due": Status(MUTE, "m-todo", _("Not due yet")),
    "to_begin": Status(RISK, "m-risk", _("Time has come, not begun")),
    "done": Status(OK, "m-ok", _("Done")),
    "done_late": Status(RISK, "m-risk", _("Done late")),
    "due_soon": Status(RISK, "m-risk", _("Due soon")),
    "waiting": Status(WAIT, "m-wait", _("Waiting")),
    # Life of a paper or a record
    "draft": Status(MUTE, "m-todo", _("Draft")),
    "submitted": Status(WAIT, "m-wait", _("Waiting for approval")),
    "in_review": Status(WAIT, "m-wait", _("In review")),
    "returned": Status(RISK, "m-risk", _("Returned")),
    "rejected": Status(BAD, "m-bad", _("Rejected")),
    "approved": Status(OK, "m-ok", _("Approved")),
    "to_sign": Status(WAIT, "m-wait", _("Waiting for signature")),
    "signing": Status(RUN, "m-run", _("Being signed")),
    "signed": Status(OK, "m-ok", _("Signed")),
    "to_number": Status(WAIT, "m-wait", _("Waiting for a number")),
    "numbered": Status(RUN, "m-run", _("Numbered")),
    "issuing": Status(RUN, "m-run", _("Being issued")),
    "issued": Status(OK, "m-ok", _("Issued")),
    "published": Status(OK, "m-ok", _("Published")),
    "cancelled": Status(MUTE, "m-none", _("Cancelled")),
    "revoked": Status(BAD, "m-bad", _("Revoked")),
    "superseded": Status(MUTE, "m-none", _("Superseded")),
    "obsolete": Status(MUTE, "m-none", _("Obsolete")),
    "active": Status(OK, "m-ok", _("In force")),
    "inactive": Status(MUTE, "m-none", _("Not in force")),
    "open": Status(RUN, "m-run", pgettext_lazy("status", "Open")),
    "closed": Status(OK, "m-ok", pgettext_lazy("status", "Closed")),
    "locked": Status(MUTE, "lock", _("Locked")),
    # Jobs and imports
    "queued": Status(WAIT, "m-wait", _("Queued")),
    "running": Status(RUN, "m-run", _("Running")),
    "succeeded": Status(OK, "m-ok", _("Finished")),
    "failed": Status(BAD, "m-bad", _("Failed")),
    "valid": Status(OK, "m-ok", _("Valid")),
    "warning": Status(RISK, "m-risk", _("Warning")),
    "invalid": Status(BAD, "m-bad", _("Invalid")),
    "trial": Status(RISK, "m-risk", _("Trial signature")),
    # Dossiers
    "early": Status(OK, "m-ok", _("Early")),
    "on_time": Status(OK, "m-ok", _("On time")),
    "pending": Status(RUN, "m-run", _("Being processed")),
    "suspended": Status(WAIT, "m-wait", _("Paused for supplements")),
    "refused": Status(MUTE, "m-none", _("Refused at intake")),
    "withdrawn": Status(MUTE, "m-none", _("Withdrawn")),
    "stopped": Status(MUTE, "m-none", _("Processing stopped")),
}


def status(code: str) -> Status:
    """Return how to draw a state; an unknown one is drawn plainly with its own word."""
    key = str(code).lower().replace("-", "_")
    return STATUSES.get(key) or Status(MUTE, "m-todo", str(code))
