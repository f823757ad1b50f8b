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

from django.db.models import Count, Max, Q

from dossiers import cells, facts, selectors
from dossiers.conditions import Edge
from dossiers.facts import Span
from dossiers.models import Dossier, DossierVersion
from qms.models import Agency


@dataclass(frozen=True)
class State:
    """The facts after import number `seq`, standing for the moment `as_of`."""

    seq: int
    as_of: dt.datetime


def states(agency: Agency, seq: int) -> tuple[State | None, State | None]:
    """The state after import number `seq`, and the present one.

    None for a state that is none any more because its import was undone, or before the first import.
    """
    upto = Q(seq__lte=seq)
    found = selectors.committed(agency).aggregate(
        stands=Count("pk", filter=Q(seq=seq)),
        then=Max("as_of", filter=upto),
        seq=Max("seq"),
        now=Max("as_of"),
    )
    return (
        State(seq, found["then"]) if found["stands"] else None,
        State(found["seq"], found["now"]) if found["seq"] else None,
    )


def count_changes(
    agency: Agency, *, windows: Sequence[Span], keys: Sequence[str], since: State, now: State
) -> dict[tuple[Span, Any], Mapping[str, int]] | None:
    """{(window, unit or None for the agency): change of each count}; what is absent has not changed.

    `now` is the present state: the newest import. None when a count cannot be counted by cells or when `now`
    does not come after `since`; then everything has to be counted.
    """
    if now.seq < since.seq or now.as_of < since.as_of:
        return None
    asked = list(dict.fromkeys(windows))
    if not asked or not keys:
        return {}
    dates = [
        facts.edges(window, now.as_of) | {Edge.FORMER_CUT: facts.cut_off(window, since.as_of)}
        for window in asked
    ]
    moved = any(one[Edge.FORMER_CUT] != one[Edge.CUT] for one in dates)
    shape = cells.Shape()
    conditions = {}
    for key in keys:
        after = facts.condition_of_edges(key)
        before = facts.condition_of_edges(key, Edge.FORMER_CUT) if moved else after
        if not shape.take_in(after) or not shape.take_in(before):
            return None
        conditions[key] = before, after
    may_count = selectors.relevant(asked, keys)
    rows = [(part.filter(may_count), sides) for part, sides in _parts(agency, since, now)]
    found: dict[tuple[Span, Any], dict[str, int]] = {}
    for unit, number, change in cells.differences_by_cells(rows, "unit_id", conditions, dates, shape):
        if any(change.values()):
            window = asked[number]
            found[window, unit] = change
            whole = found.setdefault((window, None), dict.fromkeys(keys, 0))
            for key, value in change.items():
                whole[key] += value
    return dict(found)


def _parts(agency: Agency, since: State, now: State) -> list[tuple[Any, Sequence[int]]]:
    """The rows that counted then, those that count now, and those that did both: as far as they may count
    differently."""
    former = DossierVersion.objects.filter(agency=agency, from_seq__lte=since.seq, to_seq__gt=since.seq)
    fresh = Dossier.objects.filter(agency=agency, import_seq__gt=since.seq)
    parts: list[tuple[Any, Sequence[int]]] = []
    if now.seq > since.seq:
        parts += [(former, (cells.WAS,)), (fresh, (cells.IS,))]
    if now.as_of > since.as_of or not parts:
        became_due = Dossier.objects.filter(
            agency=agency,
            import_seq__lte=since.seq,
            due_original_at__gte=since.as_of,
            due_original_at__lt=now.as_of,
        )
        parts.append((became_due, (cells.WAS, cells.IS)))
    return parts
