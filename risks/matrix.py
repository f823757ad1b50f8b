"""Scoring of risks and opportunities on an agency's own scale. Pure: no database, no clock (6.1).

A scale has two axes of 3, 4 or 5 levels with the agency's own words, and two to four bands that divide
the products of the levels without gaps. Risks multiply likelihood by severity, opportunities
feasibility by benefit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SIZES = (3, 4, 5)
CLASSES = ("low", "medium", "high", "very_high")
"""What a band means whatever it is called: lists filter and colour by it across versions of a scale."""

AXES = {"risk": ("likelihood", "severity"), "opportunity": ("feasibility", "benefit")}


@dataclass(frozen=True)
class Fault:
    """What is wrong with the description of a scale; `field` says where, `code` what."""

    field: str
    code: str
    value: str = ""


class BrokenScale(ValueError):
    """A description that is no scale; carries every fault."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.code}" for fault in faults))
        self.faults = list(faults)


@dataclass(frozen=True)
class Level:
    """One step of an axis."""

    value: int
    label: str
    description: str = ""


@dataclass(frozen=True)
class Band:
    """A span of scores, both ends included, with what it asks for.

    `needs_action`: treatment must have at least one action. `needs_leader`: accepting it is a leader's
    decision. For opportunities `needs_action` means: pursue, or say why not.
    """

    code: str
    label: str
    low: int
    high: int
    needs_action: bool = False
    needs_leader: bool = False

    @property
    def rank(self) -> int:
        """0 for low to 3 for very high."""
        return CLASSES.index(self.code)


@dataclass(frozen=True)
class Score:
    """Two levels chosen on a scale, their product and its band."""

    first: int
    second: int
    value: int
    band: Band


@dataclass(frozen=True)
class Matrix:
    """One scoring table: two axes of the same size, and bands over their products."""

    kind: str
    first: tuple[Level, ...]
    second: tuple[Level, ...]
    bands: tuple[Band, ...]

    @property
    def size(self) -> int:
        """How many levels each axis has."""
        return len(self.first)

    def score(self, first: int, second: int) -> Score:
        """The score of two levels; raises ValueError for a level the scale does not have."""
        for value in (first, second):
            if not 1 <= value <= self.size:
                raise ValueError(f"level {value} of 1–{self.size}")
        product = first * second
        return Score(first, second, product, self.band_of(product))

    def band_of(self, value: int) -> Band:
        """The band a product falls into; raises ValueError outside the table."""
        for band in self.bands:
            if band.low <= value <= band.high:
                return band
        raise ValueError(f"score {value} of 1–{self.size**2}")

    def grid(self) -> list[list[Score]]:
        """All cells as people draw them: the first axis upwards, the second to the right."""
        levels = range(1, self.size + 1)
        return [[self.score(first, second) for second in levels] for first in reversed(levels)]

    def nearest(self, value: int, size: int) -> int:
        """The level of this scale that a level of a scale with another size comes closest to, rounded up.

        Only a proposal for the person who scores again: an old score is never converted.
        """
        if not 1 <= value <= size:
            raise ValueError(f"level {value} of 1–{size}")
        return -(-value * self.size // size)


@dataclass(frozen=True)
class Scale:
    """The two tables of an agency."""

    risk: Matrix
    opportunity: Matrix

    def of(self, kind: str) -> Matrix:
        """The table for "risk" or "opportunity"."""
        return self.risk if kind == "risk" else self.opportunity


def movement(old: int | None, new: int | None) -> str:
    """How a score moved since the last review: new, up, down, same, or unknown while unscored."""
    if new is None:
        return "unknown"
    if old is None:
        return "new"
    return "same" if old == new else "up" if new > old else "down"


def scale_of(data: Mapping[str, Any]) -> Scale:
    """The scale a stored description means; raises BrokenScale with every fault in it.

    Shape: {"risk": {"first": [{label, description}], "second": [...], "bands": [{code, label, upto,
    needs_action, needs_leader}]}, "opportunity": {...}}; `upto` is the highest score of a band.
    """
    faults: list[Fault] = []
    risk = _matrix("risk", data.get("risk") or {}, faults)
    opportunity = _matrix("opportunity", data.get("opportunity") or {}, faults)
    if not faults and risk.size != opportunity.size:
        faults.append(Fault("opportunity", "other_size"))
    if faults:
        raise BrokenScale(faults)
    return Scale(risk, opportunity)


def _matrix(kind: str, data: Mapping[str, Any], faults: list[Fault]) -> Matrix:
    first = _axis(f"{kind}.first", data.get("first") or [], faults)
    second = _axis(f"{kind}.second", data.get("second") or [], faults)
    if len(first) != len(second):
        faults.append(Fault(f"{kind}.second", "other_size"))
    return Matrix(kind, first, second, _bands(kind, data.get("bands") or [], len(first) ** 2, faults))


def _axis(field: str, rows: Sequence[Mapping[str, Any]], faults: list[Fault]) -> tuple[Level, ...]:
    if len(rows) not in SIZES:
        faults.append(Fault(field, "size", str(len(rows))))
    levels = [
        Level(value, str(row.get("label", "")).strip(), str(row.get("description", "")).strip())
        for value, row in enumerate(rows, start=1)
    ]
    words = [level.label.casefold() for level in levels]
    for level in levels:
        if not level.label:
            faults.append(Fault(f"{field}.{level.value}", "no_word"))
        elif words.count(level.label.casefold()) > 1:
            faults.append(Fault(f"{field}.{level.value}", "same_word", level.label))
    return tuple(levels)


def _bands(
    kind: str, rows: Sequence[Mapping[str, Any]], highest: int, faults: list[Fault]
) -> tuple[Band, ...]:
    field = f"{kind}.bands"
    if not 2 <= len(rows) <= len(CLASSES):
        faults.append(Fault(field, "count", str(len(rows))))
    bands: list[Band] = []
    low, rank = 1, -1
    for number, row in enumerate(rows, start=1):
        code, upto = str(row.get("code", "")), row.get("upto")
        where = f"{field}.{number}"
        if code not in CLASSES or CLASSES.index(code) <= rank:
            faults.append(Fault(where, "order", code))
            code = CLASSES[min(rank + 1, len(CLASSES) - 1)]
        rank = CLASSES.index(code)
        if not isinstance(upto, int) or isinstance(upto, bool) or upto < low:
            faults.append(Fault(where, "bound", str(upto)))
            upto = low
        label = str(row.get("label", "")).strip()
        if not label:
            faults.append(Fault(where, "no_word"))
        bands.append(
            Band(code, label, low, upto, bool(row.get("needs_action")), bool(row.get("needs_leader")))
        )
        low = upto + 1
    if bands and bands[-1].high != highest:
        faults.append(Fault(f"{field}.{len(bands)}", "last_bound", str(highest)))
    return tuple(bands)
