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

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """The first and the last day of the name."""
        return self.valid_from or dt.date.min, self.valid_to or dt.date.max

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
        """(unit, first instant, last instant; ISO in UTC): the latest time in which the name meant it alone.

        A unit that merely got another leader or number has several entries under one name; where one ends
        and the next begins on the following day, they are one span.
        """
        candidates = self._names.get(word_key(name), [])
        mine = sorted(one.days for one in candidates if one.unit == unit)
        if not mine:
            return None
        first, last = mine[0]
        for since, until in mine[1:]:
            if last == dt.date.max or since <= last + dt.timedelta(days=1):
                last = max(last, until)
            else:
                first, last = since, until
        others = (one.days for one in candidates if one.unit != unit)
        if any(since <= last and first <= until for since, until in others):
            return None
        return (
            unit.hex,
            _edge(None if first == dt.date.min else first, dt.time.min, ""),
            _edge(None if last == dt.date.max else last, dt.time(23, 59, 59), "9"),
        )

    def all_names(self) -> list[str]:
        """Every name any unit has or had."""
        return [one.name for names in self._names.values() for one in names]

    def known(self) -> list[str]:
        """The full names as they are written, for telling what was expected."""
        everyone = (one for names in self._names.values() for one in names)
        return sorted({one.name for one in everyone if one.is_full and one.valid_to is None})
