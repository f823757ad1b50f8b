"""Recording the audit trail. Services call `record` inside their transaction; nothing is implicit."""

import datetime as dt
import decimal
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import structlog
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from qms import clock
from qms.models import Agency, AuditEntry

if TYPE_CHECKING:
    from qms.models import Person

Changes = Mapping[str, tuple[Any, Any]]
PORTAL = "Hệ thống"
"""Who acted when nobody did; kept in Vietnamese, like everything the trail freezes."""
_verbs: dict[str, "str | Promise"] = {}


class UnknownVerb(Exception):
    """A verb was recorded that no app registered."""


def register_verbs(verbs: Mapping[str, "str | Promise"]) -> None:
    """Register verbs with their labels; called from AppConfig.ready."""
    _verbs.update(verbs)


def verb_label(verb: str) -> str:
    """The words for a verb."""
    return str(_verbs.get(verb, verb))


def verbs() -> dict[str, "str | Promise"]:
    """Every registered verb."""
    return dict(_verbs)


def plain(value: Any) -> Any:
    """A value as it is kept in the trail: JSON, dates in ISO form, records by their name."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, (decimal.Decimal, uuid.UUID, Promise)):
        return str(value)
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return str(value)


def _actor_label(acting: "Person | None", principal: "Person | None") -> str:
    if acting is None:
        return ""
    if principal is None:
        return str(acting)
    with override("vi"):
        return _("%(person)s on behalf of %(giver)s") % {"person": acting, "giver": principal}


def record(
    verb: str,
    subject: models.Model,
    changes: Changes | None = None,
    *,
    acting: "Person | None",
    note: str = "",
    agency: Agency | None = None,
) -> AuditEntry:
    """Add one entry about `subject`; `acting` None means the portal itself did it.

    An act that rested on a delegated role names its giver beside the person (see Person.leaned_on).
    Raises UnknownVerb for a verb no app registered.
    """
    if verb not in _verbs:
        raise UnknownVerb(verb)
    context = structlog.contextvars.get_contextvars()
    owner = agency or (subject if isinstance(subject, Agency) else getattr(subject, "agency", None))
    principal = acting.leaned_on[0].giver if acting is not None and acting.leaned_on else None
    return AuditEntry.objects.create(
        at=clock.now(),
        agency=owner,
        actor=acting,
        on_behalf_of=principal,
        actor_label=_actor_label(acting, principal) or context.get("actor_label") or PORTAL,
        verb=verb,
        subject_kind=subject._meta.label_lower,
        subject_id=str(subject.pk),
        subject_label=str(subject)[:300],
        changes={name: [plain(old), plain(new)] for name, (old, new) in (changes or {}).items()},
        note=note,
        request_id=str(context.get("request_id") or "")[:64],
        job_id=str(context.get("job_id") or "")[:40],
        ip=context.get("ip") or None,
    )


def diff(subject: models.Model, /, **new: Any) -> dict[str, tuple[Any, Any]]:
    """The fields whose new value differs from the present one, as (old, new)."""
    found = {}
    for name, value in new.items():
        old = getattr(subject, name)
        if old != value:
            found[name] = (old, value)
    return found


def apply(subject: models.Model, /, **new: Any) -> dict[str, tuple[Any, Any]]:
    """Set and save the named fields that differ; gives back what changed, as (old, new)."""
    changes = diff(subject, **new)
    for name, (_old, value) in changes.items():
        setattr(subject, name, value)
    if changes:
        subject.save(update_fields=list(changes))
    return changes
