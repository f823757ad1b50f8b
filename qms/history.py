"""Records as they were on a past day: what the audit trail knows of values and words changed since.

Most facts carry their own dates. Marks without a date (in use or not) and words (names, titles) do not; the
trail keeps what stood before each change, so they can be taken back. Nothing is written.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q

from qms import clock, registry
from qms.models import Agency, AuditEntry

DEPTH = 2
"""How far related records are followed: the document of a version, the unit of a document."""


def holding(rows: Any, on: dt.date, agency: Agency, **marks: Any) -> Any:
    """The rows of an agency that carried the marks on a day, whatever was changed since.

    `holding(series, day, agency, active=True)` finds a line that was given up after the day, and leaves out
    one that came back into use after it. One query more for a past day, none for today.
    """
    for name, value in marks.items():
        before = values_before(rows.model, on, name, agency)
        then = [pk for pk, old in before.items() if old == value]
        rows = rows.filter(Q(pk__in=then) | (Q(**{name: value}) & ~Q(pk__in=list(before))))
    return rows


def values_before(model: type[models.Model], on: dt.date, name: str, agency: Agency) -> dict[str, Any]:
    """By key: what a field of an agency's records changed after a day held on that day."""
    if on >= clock.today():
        return {}
    found: dict[str, Any] = {}
    entries = AuditEntry.objects.filter(
        agency=agency,
        subject_kind=model._meta.label_lower,
        at__gte=registry.day_after(on),
        changes__has_key=name,
    )
    for pk, changes in entries.order_by("-at", "-pk").values_list("subject_id", "changes"):
        found[pk] = changes[name][0]
    return found


def words_then(rows: Iterable[Any], on: dt.date) -> None:
    """Take back, in memory, the words of records and of those they name that were changed after a day.

    Only related records that are loaded already are reached. One query, whatever the number of records.
    """
    after = registry.day_after(on)
    known: dict[tuple[str, str], list[models.Model]] = defaultdict(list)
    for row in rows:
        _gather(row, after, known, DEPTH)
    if not known or on >= clock.today():
        return
    keys = {pk for _kind, pk in known}
    entries = AuditEntry.objects.filter(at__gte=after, subject_id__in=keys).exclude(changes={})
    for entry in entries.order_by("-at", "-pk"):
        for row in known.get((entry.subject_kind, entry.subject_id), ()):
            for name, (old, _new) in entry.changes.items():
                if isinstance(old, str) and old and _is_text(row, name):
                    setattr(row, name, old)


def _gather(
    row: Any, after: dt.datetime, known: dict[tuple[str, str], list[models.Model]], depth: int
) -> None:
    if getattr(row, "created_at", after) < after:
        same = known[row._meta.label_lower, str(row.pk)]
        if not any(one is row for one in same):
            same.append(row)
    if depth:
        for other in list(row._state.fields_cache.values()):
            if isinstance(other, models.Model):
                _gather(other, after, known, depth - 1)


def _is_text(row: models.Model, name: str) -> bool:
    kept = {one.name: one for one in row._meta.concrete_fields}.get(name)
    return isinstance(kept, (models.CharField, models.TextField)) and not kept.choices
