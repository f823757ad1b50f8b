"""One measured figure beside its floor."""

import json
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """What was measured: the portal's value, the floor's, and their ratio in the unit's direction.

    `wanted` is the bound of the ratio in words; `rows` the amount of data it was measured on.
    """

    name: str
    value: float
    floor: float | None
    unit: str
    rows: int
    wanted: str = ""

    @property
    def ratio(self) -> float | None:
        """The value over the floor; None where there is no floor."""
        return self.value / self.floor if self.floor else None


def seconds(work: Callable[[], object], times: int = 1) -> float:
    """The median time a piece of work takes."""
    taken = []
    for _round in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def in_turn(first: Callable[[], object], second: Callable[[], object], times: int) -> tuple[float, float]:
    """The least times of two pieces of work that are done by turns: other work of the machine only adds."""
    taken = [(seconds(first), seconds(second)) for _round in range(times)]
    return min(one for one, _other in taken), min(other for _one, other in taken)


def as_json(figures: Iterable[Figure]) -> str:
    """One JSON list."""
    return json.dumps([asdict(one) | {"ratio": one.ratio} for one in figures], indent=1)


def as_table(figures: Iterable[Figure]) -> str:
    """Lines for people."""
    head = ("figure", "rows", "value", "floor", "ratio", "unit", "wanted")
    lines = [head]
    for one in figures:
        ratio = "" if one.ratio is None else f"{one.ratio:.2f}"
        floor = "" if one.floor is None else f"{one.floor:,.3f}"
        lines.append((one.name, f"{one.rows:,}", f"{one.value:,.3f}", floor, ratio, one.unit, one.wanted))
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at in (0, 5, 6) else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
