"""Finding the handling unit by the name an export uses, valid in the time of the dossier. Pure."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from dossiers.importers.profile import word_key


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

    def known(self) -> list[str]:
        """The full names as they are written, for telling what was expected."""
        everyone = (one for names in self._names.values() for one in names)
        return sorted({one.name for one in everyone if one.is_full and one.valid_to is None})
