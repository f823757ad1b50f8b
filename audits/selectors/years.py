"""The years a filter offers: from the first day to the last, found by an index, not by reading all rows."""

import datetime as dt


def years_between(first: dt.date | None, last: dt.date | None) -> list[int]:
    """Every year from the last day back to the first; none while there is no row."""
    if first is None or last is None:
        return []
    return list(range(last.year, first.year - 1, -1))
