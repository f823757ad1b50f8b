"""Finding the handling unit by the name an export uses, valid in the time of the dossier. Pure."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from dossiers.importers.profile import word_key
from dossiers.importers.values import VIETNAM


def _edge(day: dt.date | None, time: dt.time, without: str) -> str:
    if day is None:
        return without
    return dt.datetime.combine(day, time, tzinfo=VIETNAM).astimezone(dt.UTC).isoformat()


@dataclass(frozen=True)
class UnitName:
    """One name of one unit in a span of days (None: without end)."""

    unit: uuid.UUID
    name: str
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    is_full: bool = False

    def covers(self, day: dt.date) -> bool:
        """Whether the name was in use on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


class UnitIndex:
    """Names of the units of one agency, present and former."""

    def __init__(self, names: Iterable[UnitName]) -> None:
        self._names: dict[str, list[UnitName]] = {}
        for name in names:
            if name.name:
                self._names.setdefault(word_key(name.name), []).append(name)

    def find(self, name: str, days: Iterable[dt.date]) -> uuid.UUID | None:
        """The unit of that name on the first of the days on which one had it; None when unknown."""
        candidates = self._names.get(word_key(name))
        if not candidates:
            return None
        if len(candidates) == 1 and candidates[0].valid_from is None and candidates[0].valid_to is None:
            return candidates[0].unit
        for day in days:
            found = next((one.unit for one in candidates if one.covers(day)), None)
            if found:
                return found
        return None

    def span(self, name: str, unit: uuid.UUID) -> tuple[str, str, str] | None:
        """(unit, first instant, last instant; ISO in UTC) of a name that was never another unit's."""
        candidates = self._names.get(word_key(name), [])
        if len(candidates) != 1 or candidates[0].unit != unit:
            return None
        one = candidates[0]
        return unit.hex, _edge(one.valid_from, dt.time.min, ""), _edge(one.valid_to, dt.time(23, 59, 59), "9")

    def all_names(self) -> list[str]:
        """Every name any unit has or had."""
        return [one.name for names in self._names.values() for one in names]

    def known(self) -> list[str]:
        """The full names as they are written, for telling what was expected."""
        everyone = (one for names in self._names.values() for one in names)
        return sorted({one.name for one in everyone if one.is_full and one.valid_to is None})
