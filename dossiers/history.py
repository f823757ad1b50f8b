"""The life of one dossier: its dates as stages, and what imports changed of its facts."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from dossiers.importers import episodes
from dossiers.models import Dossier, DossierImport, DossierVersion, Status
from dossiers.models.dossier import timeliness
from qms.notation import moment

HIDDEN = frozenset({"row_hash", "as_of", "code"})


@dataclass(frozen=True)
class Shown:
    """One pause or extension, in words."""

    kind: str
    label: str
    over: str
    start: dt.datetime | None
    end: dt.datetime | None
    document: str
    by_law: bool

    def __str__(self) -> str:
        span = " – ".join(moment(at) for at in (self.start, self.end) if at)
        return " ".join(filter(None, (self.label, span, self.document)))


def shown_episodes(dossier: Any) -> list[Shown]:
    """All pauses and extensions of a dossier that has more than its columns tell, earliest first."""
    words = {
        episodes.SUPPLEMENT: (_("Supplement asked for"), _("Supplement received")),
        episodes.SUSPENSION: (_("Suspended from"), _("Suspended until")),
        episodes.EXTENSION: (_("Extended with apology"), ""),
    }
    found = sorted(episodes.read(dossier.episodes), key=lambda one: one.order)
    return [
        Shown(
            one.kind,
            _("Extended by law") if one.by_law else words[one.kind][0],
            words[one.kind][1],
            one.start,
            one.end,
            one.document,
            one.by_law,
        )
        for one in found
    ]


def pauses(dossier: Dossier) -> list[Shown]:
    """The supplements and suspensions among them."""
    return [one for one in shown_episodes(dossier) if one.kind in episodes.PAUSES]


@dataclass(frozen=True)
class Change:
    """What one import changed: (label, before, after)."""

    seq: int
    made_by: DossierImport | None
    fields: list[tuple[str, str, str]]


def stages(dossier: Dossier) -> list[dict[str, str]]:
    """The dates that are reached, and the one that comes next."""
    asked = dossier.supplement_requested_at
    wanted: list[tuple[str, dt.datetime | None]] = [(_("Received"), dossier.received_at)]
    if dossier.episodes:
        for one in pauses(dossier):
            wanted += [(one.label, one.start), (one.over, one.end)]
    elif asked is not None:
        wanted.append((_("Supplement asked for"), asked))
        wanted.append((_("Supplement received"), dossier.supplement_received_at))
    if dossier.status == Status.REFUSED:
        return [
            _stage(_("Handed in"), dossier.received_at),
            _stage(_("Refused at intake"), None, done=True),
        ]
    if dossier.status in {Status.WITHDRAWN, Status.STOPPED}:
        wanted.append((dossier.get_status_display(), dossier.closed_at))
        return [_stage(label, at, done=True) for label, at in wanted]
    wanted.append((_("Result ready"), dossier.result_at))
    if dossier.status != Status.REJECTED:
        wanted.append((_("Result handed over"), dossier.returned_at))
    rail = [_stage(label, at) for label, at in wanted]
    following = next((stage for stage in rail if not stage["state"]), None)
    if following is not None:
        following["state"] = "current"
    return rail


def _stage(label: str, at: dt.datetime | None, *, done: bool = False) -> dict[str, str]:
    return {"label": label, "state": "done" if at or done else "", "when": moment(at) if at else ""}


def changes(dossier: Dossier) -> list[Change]:
    """What each import changed, newest first; the first one only brought it."""
    versions: list[Dossier | DossierVersion] = [
        *DossierVersion.objects.filter(agency=dossier.agency, dossier=dossier)
        .select_related("unit", "procedure")
        .order_by("from_seq"),
        dossier,
    ]
    numbers = [getattr(one, "from_seq", dossier.import_seq) for one in versions]
    imports = {one.seq: one for one in DossierImport.objects.filter(agency=dossier.agency, seq__in=numbers)}
    found = [Change(numbers[0], imports.get(numbers[0]), [])]
    for number, old, new in zip(numbers[1:], versions, versions[1:], strict=False):
        found.append(Change(number, imports.get(number), _differences(old, new)))
    return found[::-1]


def _differences(old: Any, new: Any) -> list[tuple[str, str, str]]:
    found = []
    for field in DossierVersion._meta.concrete_fields:
        if field.name in HIDDEN or not _is_fact(field.name):
            continue
        before, after = _words(old, field), _words(new, field)
        if before != after:
            found.append((str(field.verbose_name), before, after))
    return found


def _is_fact(name: str) -> bool:
    return name not in {"id", "created_at", "agency", "dossier", "from_seq", "to_seq"}


def _words(facts: Any, field: Any) -> str:
    if field.name == "episodes":
        return "; ".join(map(str, shown_episodes(facts)))
    display = getattr(facts, f"get_{field.name}_display", None)
    value = display() if display else getattr(facts, field.name)
    if isinstance(value, dt.datetime):
        return moment(value)
    return "" if value is None else str(value)


def time_chip(dossier: Any, as_of: dt.datetime | None) -> tuple[str, str]:
    """The status mark of a dossier's time and its word."""
    code = timeliness(dossier, as_of)
    words = {
        "on_time": _("Resolved on time"),
        "done_late": _("Resolved late"),
        "done": _("Resolved, no due time"),
        "overdue": _("Overdue"),
        "pending": _("Within time"),
        "suspended": _("Paused"),
        "refused": _("Refused at intake"),
        "withdrawn": _("Withdrawn"),
        "stopped": _("Stopped"),
    }
    return code, words[code]
