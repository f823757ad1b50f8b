"""How two registers of a unit differ: what was kept, changed, dropped, new, and what moved (6.1)."""

import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any

from risks import matrix
from risks.models import Register, RegisterRow
from risks.selectors.registers import register_rows

Decision = RegisterRow.Decision


@dataclass(frozen=True)
class Change:
    """What became of one entry between two registers; `old` and `new` are the keys of its rows."""

    risk: uuid.UUID
    code: str
    status: str
    movement: str
    old: uuid.UUID | None
    new: uuid.UUID | None


@dataclass(frozen=True)
class Compared:
    """One entry as it reads in two registers: `old` and `new` are its frozen data or None."""

    code: str
    kind: str
    event: str
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    status: str
    movement: str
    note: str


def changes(old: Register | None, new: Register) -> list[Change]:
    """How every entry fared, in the order of the codes; no text is read, so that long registers are quick."""
    before = _brief(old) if old else {}
    after = _brief(new)
    found = [_change(risk, before.get(risk), after.get(risk)) for risk in before.keys() | after.keys()]
    return sorted(found, key=lambda one: one.code)


def counts_of(found: list[Change]) -> Counter[str]:
    """How many were kept, changed, dropped, new; went up, down, stayed."""
    return Counter(key for one in found for key in (one.status, one.movement))


def written_out(found: list[Change]) -> list[Compared]:
    """The texts of some entries, in two queries however many."""
    keys = [key for one in found for key in (one.old, one.new) if key]
    rows: dict[Any, RegisterRow] = {
        row.pk: row for row in RegisterRow.objects.filter(pk__in=keys).select_related("risk")
    }
    return [_compared(one, rows.get(one.old), rows.get(one.new)) for one in found]


def _brief(register: Register) -> dict[uuid.UUID, tuple[Any, ...]]:
    rows = register_rows(register).order_by()
    # The value is none where nothing was scored, and in a register not approved.
    return {row[0]: row for row in rows.values_list("risk", "pk", "risk__code", "decision", "data__value")}


def _change(risk: uuid.UUID, old: tuple[Any, ...] | None, new: tuple[Any, ...] | None) -> Change:
    known = new or old
    assert known is not None
    gone = new is None or new[3] == Decision.DROPPED
    status = "dropped" if gone else "new" if old is None else known[3] or "kept"
    old_value, new_value = old[4] if old else None, new[4] if new and not gone else None
    movement = "gone" if gone else matrix.movement(old_value, new_value)
    return Change(risk, known[2], status, movement, old[1] if old else None, new[1] if new else None)


def _compared(one: Change, old: RegisterRow | None, new: RegisterRow | None) -> Compared:
    row = new or old
    assert row is not None
    gone = one.status == "dropped"
    return Compared(
        code=one.code,
        kind=row.risk.kind,
        event=row.data.get("event") or row.risk.event,
        old=old.data if old else None,
        new=new.data if new and not gone else None,
        status=one.status,
        movement=one.movement,
        note=new.note if new else "",
    )
