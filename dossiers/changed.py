"""By how much counts change from one state of the facts to a later one, without counting everything again.

A state is a number of imports and the moment their facts stand for. Between two of them a count changes by

- dossiers whose facts came with an import in between: their former facts are taken off as they counted
  then, their present ones come in as they count now;
- dossiers whose facts are the same but whose due time lies between the two moments: that is all the passing
  of time can change, because the cut-off of a count is only ever compared with the due time.

Facts are kept by import, so both are at hand. The answer equals the difference of two whole counts, which
`tests/dossiers/test_changed.py` holds for random histories.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dossiers import cells, facts, selectors
from dossiers.facts import Span
from dossiers.models import Dossier, DossierVersion
from qms.models import Agency


@dataclass(frozen=True)
class State:
    """The facts after import number `seq`, standing for the moment `as_of`."""

    seq: int
    as_of: dt.datetime


def count_changes(
    agency: Agency, *, windows: Sequence[Span], keys: Sequence[str], since: State, now: State
) -> dict[tuple[Span, Any], Mapping[str, int]] | None:
    """{(window, unit or None for the agency): change of each count}; what is absent has not changed.

    `now` is the present state: the newest import. None when a count cannot be counted by cells or when `now`
    does not come after `since`; then everything has to be counted.
    """
    if now.seq < since.seq or now.as_of < since.as_of:
        return None
    found: dict[tuple[Span, Any], dict[str, int]] = {}
    asked = list(dict.fromkeys(windows))
    for start in range(0, len(asked), selectors.WINDOWS_AT_ONCE):
        some = asked[start : start + selectors.WINDOWS_AT_ONCE]
        shape = cells.Shape()
        conditions = {}
        for number, window in enumerate(some):
            for key in keys:
                after = before = facts.condition(key, window, now.as_of)
                if facts.cut_off(window, since.as_of) != facts.cut_off(window, now.as_of):
                    before = facts.condition(key, window, since.as_of)
                if not shape.take_in(after) or (before is not after and not shape.take_in(before)):
                    return None
                conditions[f"w{number}_{key}"] = before, after
        if not conditions:
            return {}
        may_count = selectors.relevant(some, keys)
        sides = [(side, rows.filter(may_count)) for side, rows in _sides(agency, since, now)]
        for line in cells.differences_by_cells(sides, "unit_id", conditions, shape):
            for number, window in enumerate(some):
                change = {key: line[f"w{number}_{key}"] for key in keys}
                if any(change.values()):
                    found[window, line["unit_id"]] = change
                    whole = found.setdefault((window, None), dict.fromkeys(keys, 0))
                    for key, value in change.items():
                        whole[key] += value
    return dict(found)


def _sides(agency: Agency, since: State, now: State) -> list[tuple[int, Any]]:
    """The rows that counted then, and those that count now, as far as they may count differently."""
    former = DossierVersion.objects.filter(agency=agency, from_seq__lte=since.seq, to_seq__gt=since.seq)
    fresh = Dossier.objects.filter(agency=agency, import_seq__gt=since.seq)
    sides = [(cells.WAS, former), (cells.IS, fresh)] if now.seq > since.seq else []
    if now.as_of > since.as_of or not sides:
        became_due = Dossier.objects.filter(
            agency=agency,
            import_seq__lte=since.seq,
            due_original_at__gte=since.as_of,
            due_original_at__lt=now.as_of,
        )
        sides += [(cells.WAS, became_due), (cells.IS, became_due)]
    return sides
