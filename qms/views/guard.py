"""What a form showed against what is there now: nobody overwrites what they have not seen.

A guarded form carries a digest of every value as it was shown. When it comes back the values are read again;
where somebody else has changed one meanwhile, nothing is saved: the person sees who changed what, keeps their
own input, and chooses field by field whose value stays. Works without scripts and on every database.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from qms import clock
from qms.models import AuditEntry, Person

SHOWN = "as-shown"
"""The hidden input with the digests of the values shown."""

THEIRS = "take-theirs"
"""The names of the fields whose present value stays instead of the person's own."""

SINCE = ""
"""The key beside the digests that says when the form was shown (no field has an empty name)."""

LEFT_OUT = (forms.FileInput, forms.PasswordInput)


@dataclass(frozen=True)
class Conflict:
    """One value that somebody else has changed since the form was shown."""

    name: str
    label: str
    value: str
    who: str
    at: dt.datetime | None
    theirs: bool
    """Whether their value is proposed: the person had not touched the field."""


@dataclass(frozen=True)
class Shown:
    """What goes into the form: the digests of now, and the conflicts when there are any."""

    token: str
    conflicts: tuple[Conflict, ...] = ()


def values_of(form: Any, proposals: Collection[str] = ()) -> dict[str, dict[str, list[str]]]:
    """For each guarded field what a browser sends when nobody touches it: {field: {input: values}}.

    Left out are uploads, passwords, hidden and disabled fields, and `proposals`: what is only suggested.
    """
    found = {}
    for name, field in form.fields.items():
        unseen = field.disabled or field.widget.is_hidden or isinstance(field.widget, LEFT_OUT)
        if name not in proposals and not unseen:
            bound = form[name]
            found[name] = _inputs(field, bound.html_name, bound.initial)
    return found


def _inputs(field: forms.Field, key: str, initial: Any) -> dict[str, list[str]]:
    widget, value = field.widget, field.prepare_value(initial)
    if isinstance(widget, forms.CheckboxInput):
        return {key: ["on"] if widget.check_test(value) else []}
    if isinstance(widget, forms.MultiWidget):
        parts = value if isinstance(value, list | tuple) else widget.decompress(value)
        names: list[str] = widget.widgets_names  # type: ignore[attr-defined]
        pairs = zip(names, widget.widgets, parts or [], strict=False)
        return {key + suffix: _written(part.format_value(one)) for suffix, part, one in pairs}
    return {key: _in_order(field, _written(widget.format_value(value)))}


def _in_order(field: forms.Field, values: list[str]) -> list[str]:
    """Several choices in one order: a browser sends them as the list stands on the page."""
    return sorted(values) if getattr(field.widget, "allow_multiple_selected", False) else values


def _written(value: Any) -> list[str]:
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return ["" if value is None else str(value)]


def _digest(inputs: Mapping[str, list[str]]) -> str:
    """A short digest; how lines end and what blank stands around a text makes no difference.

    Nor does an empty value: a browser sends nothing at all where none of the round buttons is chosen.
    """
    plain = [
        [text for one in inputs[key] if (text := one.replace("\r\n", "\n").strip())] for key in sorted(inputs)
    ]
    return hashlib.blake2b(json.dumps(plain).encode(), digest_size=8).hexdigest()


def token_of(form: Any, proposals: Collection[str] = ()) -> str:
    """The digests of a form's values as they are shown now."""
    digests = {name: _digest(inputs) for name, inputs in values_of(form, proposals).items()}
    return json.dumps({SINCE: clock.now().isoformat()} | digests)


def _read(token: str) -> dict[str, str]:
    with suppress(ValueError):
        found = json.loads(token)
        if isinstance(found, dict):
            return {str(name): str(value) for name, value in found.items()}
    return {}


def conflicts_of(
    form: Any, token: str, subjects: Collection[str], person: Person | None, proposals: Collection[str] = ()
) -> tuple[Conflict, ...]:
    """What has changed since the form was shown; who and when as far as the audit trail names it."""
    shown = _read(token)
    values = values_of(form, proposals)
    names = [name for name, inputs in values.items() if shown.get(name) != _digest(inputs)]
    if not names:
        return ()
    entries = _entries(subjects, shown.get(SINCE, ""))
    found = []
    for name in names:
        entry = _entry_of(name, entries)
        sent = {key: _in_order(form.fields[name], form.data.getlist(key)) for key in values[name]}
        mine = not person or (entry is not None and entry.actor_id == person.pk)
        found.append(
            Conflict(
                name=name,
                label=str(form[name].label),
                value=words_of(form[name], values[name]),
                who=_("you, in another window") if mine and entry else (entry.actor_label if entry else ""),
                at=entry.at if entry else None,
                theirs=name not in shown or shown[name] == _digest(sent),
            )
        )
    return tuple(found)


def _entries(subjects: Collection[str], since: str) -> list[AuditEntry]:
    rows = AuditEntry.objects.filter(subject_id__in=subjects)
    with suppress(ValueError):
        return list(rows.filter(at__gte=dt.datetime.fromisoformat(since)).order_by("-at", "-id")[:50])
    return []


def _entry_of(name: str, entries: list[AuditEntry]) -> AuditEntry | None:
    """The latest entry that names the field, or the only one there is."""
    named = next((entry for entry in entries if name in (entry.changes or {})), None)
    return named or (entries[0] if len(entries) == 1 else None)


def words_of(bound: Any, inputs: Mapping[str, list[str]]) -> str:
    """A value as people read it: the labels of what is chosen, yes or no, else what stands in the input."""
    widget = bound.field.widget
    values = [one for key in inputs for one in inputs[key]]
    if isinstance(widget, forms.CheckboxInput):
        return _("Yes") if values else _("No")
    choices = getattr(bound.field, "choices", None)
    if choices is not None:
        labels = dict(_flat(choices))
        values = [labels.get(one, one) for one in values if one]
    return ", ".join(one for one in values if one)


def _flat(choices: Any) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for value, label in choices:
        if isinstance(label, list | tuple):
            found += _flat(label)
        else:
            found.append((str(value), str(label)))
    return found


def with_theirs(data: QueryDict, form: Any, proposals: Collection[str] = ()) -> QueryDict:
    """What was sent, with the present value where the person takes it instead of their own."""
    values = values_of(form, proposals)
    changed = data.copy()
    for name in data.getlist(THEIRS):
        for key, present in values.get(name, {}).items():
            changed.setlist(key, present)
    return changed
