"""The truth of an export: its counts by plain loops over what was written, independent of `facts`."""
# ruff: noqa: DTZ001 - the vendor writes Vietnam time without a zone

import datetime as dt
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from dossiers.generator.histories import UNITS, Moment, Row

KEYS = (
    "received", "received_online", "resolved", "early_or_on_time", "late", "open_overdue", "suspended",
    "withdrawn_or_stopped", "refused_at_intake", "answers", "satisfied",
)  # fmt: skip


def count(rows: Iterable[Row], start: Moment, end: Moment, as_of: Moment) -> dict[str, int]:
    """The counts of a period [start, end), by plain reading of the definitions."""
    found = dict.fromkeys(KEYS, 0)
    cut = min(end, as_of)
    for row in rows:
        in_period = start <= row.received < end
        if row.status == "Từ chối tiếp nhận":
            found["refused_at_intake"] += in_period
            continue
        found["received"] += in_period
        found["received_online"] += in_period and row.channel == "Trực tuyến"
        gone = row.status in {"Rút hồ sơ", "Dừng giải quyết"}
        found["withdrawn_or_stopped"] += in_period and gone
        if row.result is not None and start <= row.result < end and not gone:
            found["resolved"] += 1
            found["early_or_on_time" if row.result <= row.due else "late"] += 1
            found["answers"] += row.rating is not None
            found["satisfied"] += (row.rating or 0) >= 4
        without_result = row.received < end and (row.result is None or row.result >= end)
        if without_result and row.status == "Yêu cầu bổ sung":
            found["suspended"] += 1
        elif without_result and not gone and row.due < cut:
            found["open_overdue"] += 1
    return found


def truth(rows: Iterable[Row], year: int, as_of: Moment) -> dict[str, Any]:
    """All counts of a year: the agency, its units, the quarters; the form of `one_stop_2025.truth.json`."""
    rows = list(rows)
    start, end = dt.datetime(year, 1, 1), dt.datetime(year + 1, 1, 1)
    quarters = [dt.datetime(year, month, 1) for month in (1, 4, 7, 10)] + [end]
    units = {row.kind.unit for row in rows}
    return {
        "year": year,
        "as_of": as_of.isoformat(),
        "rows": len(rows),
        "all": count(rows, start, end, as_of),
        "units": {
            unit: count([row for row in rows if row.kind.unit == unit], start, end, as_of)
            for unit in UNITS
            if unit in units
        },
        "quarters": [count(rows, first, last, as_of) for first, last in pairwise(quarters)],
    }
