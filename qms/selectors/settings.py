"""Settings of an agency in groups, with what holds on a day and how it came to be."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms import registry
from qms.models import Agency, AgencySetting
from qms.registry import SettingKind

GROUPS: "dict[str, str | Promise]" = {
    "general": gettext_lazy("General"),
    "access": gettext_lazy("Access"),
    "papers": gettext_lazy("Official papers"),
    "dossiers": gettext_lazy("Dossiers"),
    "library": gettext_lazy("Controlled documents"),
    "training": gettext_lazy("Training and competence"),
    "feedback": gettext_lazy("Citizens' voice"),
    "objectives": gettext_lazy("Quality objectives"),
    "risks": gettext_lazy("Risks and opportunities"),
    "audits": gettext_lazy("Internal audits"),
    "documents": gettext_lazy("Documents"),
}


@dataclass(frozen=True)
class SettingRow:
    """One setting: its kind, the value in force in words, and the entry it comes from (None: default)."""

    kind: SettingKind
    words: str
    source: AgencySetting | None
    planned: AgencySetting | None


def in_words(kind: SettingKind, value: Any) -> str:
    """A value as a person reads it."""
    names = {choice: str(label) for choice, label in kind.choices or ()}
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(names.get(one, str(one)) for one in value) or _("None")
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if value in (None, ""):
        return names.get(value) or "–"
    return names.get(value, str(value))


def setting_groups(agency: Agency, on: dt.date) -> "list[tuple[str | Promise, list[SettingRow]]]":
    """Every registered setting under its group, in the order they were registered."""
    entries: dict[str, list[AgencySetting]] = {}
    for entry in AgencySetting.objects.filter(agency=agency).order_by("valid_from", "created_at"):
        entries.setdefault(entry.key, []).append(entry)
    groups: dict[str, list[SettingRow]] = {}
    for kind in registry.settings.values():
        history = entries.get(kind.key, [])
        source = next((entry for entry in reversed(history) if entry.valid_from <= on), None)
        planned = next((entry for entry in history if entry.valid_from > on), None)
        value = kind.default if source is None else source.value
        row = SettingRow(kind, in_words(kind, value), source, planned)
        groups.setdefault(kind.group, []).append(row)
    order = [*GROUPS, *(name for name in groups if name not in GROUPS)]
    return [(GROUPS.get(name, name), groups[name]) for name in order if name in groups]


def setting_history(agency: Agency, kind: SettingKind) -> list[tuple[AgencySetting, str]]:
    """The entries of one setting, newest first, with their values in words."""
    rows = AgencySetting.objects.filter(agency=agency, key=kind.key).order_by("-valid_from", "-created_at")
    return [(row, in_words(kind, row.value)) for row in rows]
