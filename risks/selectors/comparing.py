"""How two registers of a unit differ: what was kept, changed, dropped, new, and what moved (6.1).

The database joins and counts: a register of ten thousand entries is compared as quickly as one of ten.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, FilteredRelation, Q, QuerySet, Value, When

from risks.models import Register, RegisterRow, Risk

Decision = RegisterRow.Decision
NOBODY = uuid.UUID(int=0)
STANDING = ("same", "unknown")
"""Movements of an entry that stayed where it was; unknown while the newer register is being drawn up."""


MISSING = "missing"
"""Status of an entry that a register still being drawn up does not hold yet, such as those of other units."""


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

    @property
    def opportunity(self) -> bool:
        """Whether it is an opportunity, whose levels have colours of their own."""
        return self.kind == Risk.Kind.OPPORTUNITY


def changes(old: Register | None, new: Register) -> "QuerySet[Any]":
    """How every entry of either register fared, in the order of the codes; `as_changes` reads them."""
    gone = Q(now=None) | Q(now__decision=Decision.DROPPED)
    settled = new.state in (Register.State.APPROVED, Register.State.SUPERSEDED)
    absent = [] if settled else [When(now=None, then=Value(MISSING))]
    rows = (
        Risk.objects.filter(agency=new.agency_id)
        .annotate(
            was=FilteredRelation("rows", condition=Q(rows__register__in=_keys(old))),
            now=FilteredRelation("rows", condition=Q(rows__register__in=_keys(new))),
        )
        .filter(Q(was__isnull=False) | Q(now__isnull=False))
    )
    return rows.annotate(
        status=Case(
            *absent,
            When(gone, then=Value("dropped")),
            When(was=None, then=Value("new")),
            When(now__decision=Decision.UNDECIDED, then=Value("kept")),
            default=F("now__decision"),
        ),
        # As matrix.movement says it; held against it by a test.
        moved=Case(
            When(gone, then=Value("gone")),
            When(now__value=None, then=Value("unknown")),
            When(was__value=None, then=Value("new")),
            When(now__value=F("was__value"), then=Value("same")),
            When(now__value__gt=F("was__value"), then=Value("up")),
            default=Value("down"),
        ),
    ).order_by("code")


def counts_of(rows: "QuerySet[Any]") -> Counter[tuple[str, str]]:
    """How many entries fared how, by status and movement; one query."""
    found = rows.order_by().values("status", "moved").annotate(number=Count("pk"))
    return Counter({(one["status"], one["moved"]): one["number"] for one in found})


def fits(status: str, movement: str, only: str) -> bool:
    """Whether an entry is shown: every one (`all`), one kind of difference, or (empty) whatever differs."""
    if not only:
        return not (status == Decision.KEPT and movement in STANDING)
    return only == "all" or only in (status, movement)


def shown(rows: "QuerySet[Any]", only: str) -> "QuerySet[Any]":
    """The entries that fit, by the same rule as `fits`."""
    if not only:
        return rows.exclude(status=Decision.KEPT, moved__in=STANDING)
    return rows if only == "all" else rows.filter(Q(status=only) | Q(moved=only))


FIELDS = ("pk", "code", "status", "moved", "was__pk", "now__pk")


def as_changes(rows: Iterable[Sequence[Any]]) -> list[Change]:
    """What `changes(…).values_list(*FIELDS)` gives, by name."""
    return [Change(*row) for row in rows]


def written_out(found: list[Change]) -> list[Compared]:
    """The texts of some entries, in one query however many."""
    keys = [key for one in found for key in (one.old, one.new) if key]
    rows: dict[Any, RegisterRow] = {
        row.pk: row for row in RegisterRow.objects.filter(pk__in=keys).select_related("risk")
    }
    return [_compared(one, rows.get(one.old), rows.get(one.new)) for one in found]


def _keys(register: Register | None) -> list[uuid.UUID]:
    """A register and the parts taken into it; no register is one that nobody has."""
    if register is None:
        return [NOBODY]
    return [register.pk, *([] if register.unit_id else register.parts.values_list("pk", flat=True))]


def _compared(one: Change, old: RegisterRow | None, new: RegisterRow | None) -> Compared:
    row = new or old
    assert row is not None
    gone = one.status == Decision.DROPPED
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
