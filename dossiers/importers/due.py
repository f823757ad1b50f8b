"""Whether a due time agrees with the working days a procedure may take. Pure: calendar and times come in."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence

from dossiers.importers.values import VIETNAM

TOLERANCE = 1
"""One day: what comes after closing time counts from the next morning."""


class DueCheck:
    """Compares working days; what is not known (no regulated time, no due time) agrees."""

    def __init__(
        self,
        regulated: Mapping[str, int] | None = None,
        works: Callable[[dt.date], bool] = lambda day: day.weekday() < 5,
        restarts: Collection[str] = (),
    ) -> None:
        self.regulated = regulated or {}
        self.restarts = frozenset(restarts)
        self._works = works
        self._first: dt.date | None = None
        self._counts: list[int] = []
        self._by_hour = _Counted(self._until)

    def disagrees(self, procedure: str, received: str, due: str, asked: str = "", answered: str = "") -> bool:
        """Whether the days between two instants (ISO, UTC) are not those the procedure may take.

        After a supplement the due time may be told as it was, or moved by the procedure's rule: on by the
        days of waiting, or all of its days from the answer. While it is waited for, no due time is wrong.
        """
        days = self.regulated.get(procedure)
        if not days or not due:
            return False
        by_hour = self._by_hour
        received_after, until = by_hour[received[:13]], by_hour[due[:13]] - days
        if -TOLERANCE <= until - received_after <= TOLERANCE:
            return False
        if not asked:
            return True
        if not answered:
            return False
        answered_after = by_hour[answered[:13]]
        if procedure in self.restarts:
            return abs(until - answered_after) > TOLERANCE
        waited = answered_after - by_hour[asked[:13]]
        return abs(until - received_after - waited) > 2 * TOLERANCE

    def odd_ones(
        self,
        procedures: Sequence[str],
        received: Sequence[str],
        due: Sequence[str],
        asked: Sequence[str],
        answered: Sequence[str],
    ) -> list[int]:
        """The places of those that disagree."""
        days = map(self.regulated.get, procedures)
        after, until = (
            map(self._by_hour.__getitem__, [one[:13] for one in ones]) for ones in (received, due)
        )
        return [
            at
            for at, (taken, end, start) in enumerate(zip(days, until, after, strict=True))
            if taken
            and not -TOLERANCE <= end - start - taken <= TOLERANCE
            and end
            and (
                not asked[at]
                or self.disagrees(procedures[at], received[at], due[at], asked[at], answered[at])
            )
        ]

    def _until(self, day: dt.date) -> int:
        if self._first is None:
            self._first = dt.date(1989, 12, 31)
            total = 0
            for number in range((dt.date(2102, 1, 1) - self._first).days):
                total += self._works(self._first + dt.timedelta(days=number))
                self._counts.append(total)
        return self._counts[(day - self._first).days]


class _Counted(dict[str, int]):
    """How many working days lie before the end of the day of an hour (ISO, UTC), counted once."""

    def __init__(self, until: Callable[[dt.date], int]) -> None:
        super().__init__()
        self._until = until

    def __missing__(self, hour: str) -> int:
        if not hour:
            return 0
        moment = dt.datetime.fromisoformat(f"{hour}:00+00:00")
        count = self[hour] = self._until(moment.astimezone(VIETNAM).date())
        return count
