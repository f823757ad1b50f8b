"""The counts of dossiers that formulas are made of, per period and unit: one question for a whole year."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from dossiers import selectors as dossiers
from objectives.periods import Window
from qms.models import Agency


@dataclass(frozen=True)
class YearCounts:
    """Counts by period code and unit, with until when (`as_of`) and from which imports (`seq`) they are."""

    as_of: dt.datetime | None
    seq: int | None
    tallies: dossiers.Tallies
    windows: Mapping[str, Window]

    @property
    def units(self) -> set[uuid.UUID]:
        """The units that had dossiers."""
        return self.tallies.groups()

    def of(self, period: str, unit: uuid.UUID | None) -> Mapping[str, int] | None:
        """The counts of a unit (None: the agency) in a period; None when no export reaches into it."""
        window = self.windows[period]
        if self.as_of is None or self.as_of < window.start:
            return None
        return self.tallies.of(window, unit)


def year_counts(
    agency: Agency, windows: Mapping[str, Window], *, until: dt.datetime | None = None
) -> YearCounts:
    """Count every period of a year for the agency and each unit.

    `until` cuts off what happened later. The counts hold for exactly the imports up to `seq`, also while
    another import commits.
    """
    seq = dossiers.last_seq(agency)
    as_of = dossiers.data_as_of(agency, seq)
    if until is not None:
        windows = {code: Window(window.start, min(window.end, until)) for code, window in windows.items()}
        as_of = None if as_of is None else min(as_of, until)
    tallies = dossiers.counts(agency, windows=list(windows.values()), as_of=as_of, by="unit", seq=seq)
    return YearCounts(as_of, seq or None, tallies, windows)
