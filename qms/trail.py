"""Reading the audit trail: filters, entries in words, links to what they are about, history of a record."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from qms import audit, notation
from qms.models import Agency, AuditEntry, Person

HISTORY = 50


@dataclass(frozen=True)
class Change:
    """One changed field in words."""

    label: str
    old: str
    new: str

    def __iter__(self) -> Iterator[str]:
        return iter((self.label, self.old, self.new))


# --- Entries in words --------------------------------------------------------------------------------------
def model_of(kind: str) -> type[models.Model] | None:
    """The model of a kind of record; None when this version of the portal has none."""
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None


def kind_words(kind: str) -> str:
    """What people call a kind of record."""
    model = model_of(kind)
    return _first_upper(str(model._meta.verbose_name)) if model is not None else kind


def changes_of(entry: AuditEntry) -> list[Change]:
    """What an entry changed, with labels of fields and values as people write them."""
    model = model_of(entry.subject_kind)
    found = []
    for name, pair in (entry.changes or {}).items():
        field = _field(model, name)
        old, new = pair if isinstance(pair, list | tuple) and len(pair) == 2 else (None, pair)
        change = Change(_label(field, name), written(old, field), written(new, field))
        if change.old or change.new:
            found.append(change)
    return found


def _field(model: type[models.Model] | None, name: str) -> Any:
    if model is not None:
        for known in (name, f"{name}s"):  # one of several records that hang on it: “step” of its “steps”
            with suppress(FieldDoesNotExist):
                return model._meta.get_field(known)
    return None


def _label(field: Any, name: str) -> str:
    if getattr(field, "auto_created", False) and field.is_relation:
        return _first_upper(str(field.related_model._meta.verbose_name))
    return _first_upper(str(getattr(field, "verbose_name", "") or name.replace("_", " ")))


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def written(value: Any, field: Any = None) -> str:
    """A value of the trail as people write it: choices by their label, days dd/mm/yyyy, lists with commas."""
    if value is None or value == "" or value == [] or value == {}:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    choices = dict(getattr(field, "flatchoices", None) or ())
    if isinstance(value, (str, int)) and value in choices:
        return str(choices[value])
    if isinstance(value, list):
        return ", ".join(written(one, field) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {written(one)}" for key, one in value.items())
    if isinstance(value, (int, float)):
        return notation.number(value) if not isinstance(value, int) or abs(value) > 9999 else str(value)
    return _moment(str(value))


def _moment(text: str) -> str:
    with suppress(ValueError):
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return notation.date(dt.date.fromisoformat(text))
        if re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*", text):
            return notation.moment(dt.datetime.fromisoformat(text))
    return text


# --- Where entries lead ------------------------------------------------------------------------------------
def links_for(entries: Iterable[AuditEntry], person: Person) -> dict[Any, str]:
    """Addresses of the records that still exist and that the person may see, by key of the entry."""
    wanted: dict[str, list[AuditEntry]] = {}
    for entry in entries:
        wanted.setdefault(entry.subject_kind, []).append(entry)
    found: dict[Any, str] = {}
    for kind, of_kind in wanted.items():
        seen = _addresses(kind, {entry.subject_id for entry in of_kind}, person)
        found |= {entry.pk: seen[entry.subject_id] for entry in of_kind if entry.subject_id in seen}
    return found


def _addresses(kind: str, ids: set[str], person: Person) -> dict[str, str]:
    model = model_of(kind)
    manager: Any = getattr(model, "_default_manager", None)
    if model is None or not hasattr(model, "get_absolute_url") or not hasattr(manager, "visible_to"):
        return {}
    rows = manager.visible_to(person).filter(pk__in=ids)
    found = {}
    for row in rows:
        with suppress(Exception):  # a page that needs more than its record is no reason to hide the trail
            found[str(row.pk)] = str(row.get_absolute_url())
    return found


def history_of(subject: models.Model, limit: int = HISTORY) -> list[AuditEntry]:
    """The latest entries about one record; who may see the record may see its history."""
    rows = AuditEntry.objects.filter(subject_kind=subject._meta.label_lower, subject_id=str(subject.pk))
    return list(rows[:limit])


# --- Filters -----------------------------------------------------------------------------------------------
def kinds_in(agency: Agency) -> list[tuple[str, str]]:
    """The kinds of record an agency's trail speaks of, with their words."""
    rows = AuditEntry.objects.filter(agency=agency).order_by().values_list("subject_kind", flat=True)
    return sorted(((kind, kind_words(kind)) for kind in rows.distinct()), key=lambda pair: pair[1])


def verbs_by_part() -> list[tuple[str, list[tuple[str, str]]]]:
    """The registered verbs in groups, one for each part of the portal."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for verb, label in audit.verbs().items():
        groups.setdefault(verb.split(".")[0], []).append((verb, str(label)))
    parts = []
    for app, found in groups.items():
        try:
            name = str(apps.get_app_config(app).verbose_name)
        except LookupError:
            name = app
        parts.append((name, sorted(found, key=lambda pair: pair[1])))
    return sorted(parts)


def filtered(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    """Entries that fit: who, verb, kind, subject, since, until (days included), q (words)."""
    if asked.get("verb"):
        rows = rows.filter(verb=asked["verb"])
    if asked.get("kind"):
        rows = rows.filter(subject_kind=asked["kind"])
    if asked.get("subject"):
        rows = rows.filter(subject_id=asked["subject"])
    for word in str(asked.get("who") or "").split():
        rows = rows.filter(actor_label__icontains=word)
    for word in str(asked.get("q") or "").split():
        rows = rows.filter(Q(subject_label__icontains=word) | Q(note__icontains=word))
    if asked.get("since"):
        rows = rows.filter(at__gte=_start(asked["since"]))
    if asked.get("until"):
        rows = rows.filter(at__lt=_start(asked["until"] + dt.timedelta(days=1)))
    return rows


def _start(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


# --- Export ------------------------------------------------------------------------------------------------
def header() -> list[str]:
    """The columns of an export."""
    return [
        _("When"),
        _("Who"),
        _("What"),
        _("Kind of record"),
        _("Record"),
        _("Changes"),
        _("Remark"),
        _("Address"),
        _("Request"),
        _("Job"),
    ]


def lines(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """The entries of an export, oldest last."""
    kinds: dict[str, str] = {}
    for entry in rows.iterator(chunk_size=1000):
        kind = kinds.setdefault(entry.subject_kind, kind_words(entry.subject_kind))
        changes = "\n".join(f"{one.label}: {one.old} → {one.new}" for one in changes_of(entry))
        yield [
            entry.at,
            entry.actor_label,
            audit.verb_label(entry.verb),
            kind,
            entry.subject_label,
            changes,
            entry.note,
            entry.ip or "",
            entry.request_id,
            entry.job_id,
        ]
