"""The pauses and extensions of a dossier, where there are more than one of a kind (domain D3). Pure.

One supplement and one extension stand in columns of their own; `episodes` is there only for dossiers with
more: several supplements, suspensions, several extensions, or an extension the sector law itself grants. It
is a list of objects: `kind`, `from`, `until` (ISO, UTC), `document` and, of an extension by law, `by_law`.

Which due time counts: the original one, moved only by extensions the sector law grants. An extension with
apology moves the alerts, not the judgement.
"""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

SUPPLEMENT, SUSPENSION, EXTENSION = "supplement", "suspension", "extension"
KINDS = (SUPPLEMENT, SUSPENSION, EXTENSION)
PAUSES = (SUPPLEMENT, SUSPENSION)
MEMBERS = frozenset({"kind", "from", "until", "document", "by_law"})
MOST = 50
_FIRST = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Episode:
    """One pause (from, until) or one extension (until; by law: from the due time it moved)."""

    kind: str
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    document: str = ""
    by_law: bool = False

    @property
    def order(self) -> tuple[dt.datetime, dt.datetime]:
        """Earlier ones first; extensions by the time they reach to."""
        return self.start or self.end or _FIRST, self.end or _FIRST


@dataclass(frozen=True)
class Course:
    """All episodes of a dossier, in order."""

    supplements: Sequence[Episode] = ()
    suspensions: Sequence[Episode] = ()
    apologies: Sequence[Episode] = ()
    by_law: Sequence[Episode] = ()

    @classmethod
    def of(cls, episodes: Iterable[Episode]) -> "Course":
        """Sorted out by kind; an episode that is told twice is one."""
        found: dict[str, list[Episode]] = {SUPPLEMENT: [], SUSPENSION: [], EXTENSION: [], "law": []}
        for one in sorted(dict.fromkeys(episodes), key=lambda one: one.order):
            found["law" if one.by_law else one.kind].append(one)
        return cls(found[SUPPLEMENT], found[SUSPENSION], found[EXTENSION], found["law"])

    @property
    def is_simple(self) -> bool:
        """Whether the columns of a dossier tell all of it."""
        most = max(len(self.supplements), len(self.apologies))
        return most <= 1 and not self.suspensions and not self.by_law

    def told(self) -> list[dict[str, Any]] | None:
        """What is kept of it besides the columns; None when they tell all."""
        if self.is_simple:
            return None
        return [_told(one) for one in (*self.supplements, *self.suspensions, *self.by_law, *self.apologies)]


def written(told: list[dict[str, Any]] | None) -> str:
    """The same for the same episodes, "" for none."""
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if told else ""


def _told(one: Episode) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": one.kind}
    for name, moment in (("from", one.start), ("until", one.end)):
        if moment is not None:
            found[name] = moment.astimezone(dt.UTC).isoformat()
    if one.document:
        found["document"] = one.document
    return found | ({"by_law": True} if one.by_law else {})


def read(told: Iterable[dict[str, Any]] | None) -> list[Episode]:
    """The episodes that were kept."""
    return [
        Episode(
            one["kind"],
            dt.datetime.fromisoformat(one["from"]) if one.get("from") else None,
            dt.datetime.fromisoformat(one["until"]) if one.get("until") else None,
            one.get("document", ""),
            bool(one.get("by_law")),
        )
        for one in told or ()
    ]


def carried_on(before: Iterable[Episode], now: Iterable[Episode]) -> Course:
    """What a source tells now, with the former episodes it no longer tells.

    A former supplement stays when it was over before the next one began; else it was corrected. A former
    extension stays when the next one reaches further under another document. What lies beside stays.
    """
    fresh = list(now)
    asked = [one.start for one in fresh if one.kind == SUPPLEMENT and one.start]
    reach = [one for one in fresh if one.kind == EXTENSION and not one.by_law]
    kept = []
    for one in before:
        if one.kind == SUPPLEMENT:
            if one.end is not None and all(one.end <= start for start in asked):
                kept.append(one)
        elif one.kind == EXTENSION and not one.by_law:
            if all(_goes_further(one, other) for other in reach):
                kept.append(one)
        else:
            kept.append(one)
    return Course.of([*kept, *fresh])


def _goes_further(one: Episode, other: Episode) -> bool:
    further = one.end is not None and other.end is not None and one.end < other.end
    return further and one.document != other.document
