"""Rows and columns of a table while it is edited. Pure; works on plain rows with spans.

The rows are laid out as a full grid in which a merged cell stands in every place it covers; an operation
changes the grid, and the spans are read off it again. So no operation can leave a hole.
"""

import copy
from collections.abc import Callable
from typing import Any

PLAIN: dict[str, Any] = {"colspan": 1, "rowspan": 1, "bold": False, "italic": False, "align": None}
MOST_COLUMNS = 20


def blank(text: str = "") -> dict[str, Any]:
    """An empty cell."""
    return {"text": text, **PLAIN}


def spread(rows: list[dict[str, Any]], width: int) -> list[list[dict[str, Any]]]:
    """The full grid; a merged cell is the same object in all its places, what overflows is dropped."""
    grid: list[list[dict[str, Any] | None]] = [[None] * width for _row in rows]
    for index, row in enumerate(rows):
        column = 0
        for cell in row["cells"]:
            while column < width and grid[index][column] is not None:
                column += 1
            if column >= width:
                break
            cell = {**PLAIN, **cell}
            for down in range(index, min(index + cell["rowspan"], len(rows))):
                for across in range(column, min(column + cell["colspan"], width)):
                    if grid[down][across] is None:
                        grid[down][across] = cell
            column += cell["colspan"]
    return [[cell if cell is not None else blank() for cell in row] for row in grid]


def gather(grid: list[list[dict[str, Any]]], kinds: list[str]) -> list[dict[str, Any]]:
    """Rows with spans from a full grid; equal neighbours that make a rectangle are one cell.

    A row in which every cell comes from above has nothing of its own and goes.
    """
    own = [
        index
        for index, line in enumerate(grid)
        if not index or any(cell is not above for cell, above in zip(line, grid[index - 1], strict=True))
    ]
    grid, kinds = [grid[index] for index in own], [kinds[index] for index in own]
    taken: set[tuple[int, int]] = set()
    rows = []
    for index, line in enumerate(grid):
        cells = []
        for column, cell in enumerate(line):
            if (index, column) in taken:
                continue
            across = 1
            while (
                column + across < len(line)
                and line[column + across] is cell
                and (index, column + across) not in taken
            ):
                across += 1
            down = 1
            while index + down < len(grid) and all(
                grid[index + down][column + c] is cell for c in range(across)
            ):
                down += 1
            taken |= {(index + r, column + c) for r in range(down) for c in range(across)}
            cells.append({**copy.deepcopy(cell), "colspan": across, "rowspan": down})
        rows.append({"cells": cells, "kind": kinds[index]})
    return rows


def _change(
    rows: list[dict[str, Any]], width: int, act: Callable[[Any, list[str]], None]
) -> list[dict[str, Any]]:
    grid, kinds = spread(rows, width), [row.get("kind", "normal") for row in rows]
    act(grid, kinds)
    return gather(grid, kinds)


def row_add(rows: list[dict[str, Any]], width: int, after: int) -> list[dict[str, Any]]:
    """A new row below one; where a cell spans both neighbours it spans the new row too."""

    def act(grid: Any, kinds: list[str]) -> None:
        place = min(max(after + 1, 0), len(grid))
        above = grid[place - 1] if place else None
        below = grid[place] if place < len(grid) else None
        fresh = [
            above[c] if above is not None and below is not None and above[c] is below[c] else blank()
            for c in range(width)
        ]
        grid.insert(place, fresh)
        kinds.insert(place, "normal")

    return _change(rows, width, act)


def row_remove(rows: list[dict[str, Any]], width: int, index: int) -> list[dict[str, Any]]:
    """Without one row; the last one is emptied instead."""
    if len(rows) == 1:
        return [{"cells": [blank() for _column in range(width)], "kind": "normal"}]

    def act(grid: Any, kinds: list[str]) -> None:
        del grid[index], kinds[index]

    return _change(rows, width, act)


def row_move(rows: list[dict[str, Any]], width: int, index: int, step: int) -> list[dict[str, Any]]:
    """One row up or down; a merged cell it leaves stays with both halves."""
    target = index + step
    if not 0 <= target < len(rows):
        return rows

    def act(grid: Any, kinds: list[str]) -> None:
        grid[index], grid[target] = grid[target], grid[index]
        kinds[index], kinds[target] = kinds[target], kinds[index]

    return _change(rows, width, act)


def column_add(rows: list[dict[str, Any]], width: int, after: int) -> list[dict[str, Any]]:
    """A new column to the right of one (the caller adds its head)."""

    def act(grid: Any, kinds: list[str]) -> None:
        for line in grid:
            joined = after + 1 < width and line[after] is line[after + 1]
            line.insert(after + 1, line[after] if joined else blank())

    return _change(rows, width, act)


def column_remove(rows: list[dict[str, Any]], width: int, index: int) -> list[dict[str, Any]]:
    """Without one column (the caller takes its head away)."""

    def act(grid: Any, kinds: list[str]) -> None:
        for line in grid:
            del line[index]

    return _change(rows, width, act)


def merge(rows: list[dict[str, Any]], width: int, index: int, column: int, way: str) -> list[dict[str, Any]]:
    """Join a cell with its neighbour to the right or below; their texts follow one another."""

    def act(grid: Any, kinds: list[str]) -> None:
        cell = grid[index][column]
        top, left, bottom, right = _extent(grid, cell)
        if way == "right":
            right += 1
        else:
            bottom += 1
        if right >= width or bottom >= len(grid):
            return
        places = [(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]
        others: list[Any] = []
        for r, c in places:
            other = grid[r][c]
            if other is not cell and all(other is not one for one in others):
                others.append(other)
        if any(
            _extent(grid, other) != _clip(_extent(grid, other), top, left, bottom, right) for other in others
        ):
            return
        cell["text"] = "\n".join(text for text in [cell["text"], *(o["text"] for o in others)] if text)
        for r, c in places:
            grid[r][c] = cell

    return _change(rows, width, act)


def split(rows: list[dict[str, Any]], width: int, index: int, column: int) -> list[dict[str, Any]]:
    """Take a merged cell apart; its text stays in the first place."""

    def act(grid: Any, kinds: list[str]) -> None:
        cell = grid[index][column]
        top, left, bottom, right = _extent(grid, cell)
        for r in range(top, bottom + 1):
            for c in range(left, right + 1):
                if (r, c) != (top, left):
                    grid[r][c] = blank()

    return _change(rows, width, act)


def _extent(grid: Any, cell: Any) -> tuple[int, int, int, int]:
    places = [(r, c) for r, line in enumerate(grid) for c, one in enumerate(line) if one is cell]
    rows, columns = [r for r, _c in places], [c for _r, c in places]
    return min(rows), min(columns), max(rows), max(columns)


def _clip(
    box: tuple[int, int, int, int], top: int, left: int, bottom: int, right: int
) -> tuple[int, int, int, int]:
    return max(box[0], top), max(box[1], left), min(box[2], bottom), min(box[3], right)


def places(rows: list[dict[str, Any]], width: int) -> list[list[int]]:
    """For each row the grid column in which each of its cells begins."""
    taken: set[tuple[int, int]] = set()
    found = []
    for index, row in enumerate(rows):
        column, starts = 0, []
        for cell in row["cells"]:
            while (index, column) in taken:
                column += 1
            starts.append(column)
            across, down = cell.get("colspan", 1), cell.get("rowspan", 1)
            taken |= {(index + r, column + c) for r in range(down) for c in range(across)}
            column += across
        found.append(starts)
    return found


def pasted(text: str, width: int) -> list[dict[str, Any]]:
    """Rows copied from a spreadsheet: lines, cells parted by tabs (or by `|`); too many cells are joined."""
    rows = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if not line.strip():
            continue
        cells = [one.strip().strip('"') for one in line.split("\t" if "\t" in line else "|")]
        if len(cells) > width:
            cells = [*cells[: width - 1], " ".join(cells[width - 1 :])]
        cells += [""] * (width - len(cells))
        rows.append({"cells": [blank(text) for text in cells], "kind": "normal"})
    return rows


def widths_even(columns: list[dict[str, Any]]) -> None:
    """Make the widths add up to 100 again, keeping their proportions; each at least 2."""
    total = sum(max(int(column["width"]), 2) for column in columns) or 1
    shares = [max(2, round(max(int(column["width"]), 2) * 100 / total)) for column in columns]
    while sum(shares) != 100:
        index = shares.index(max(shares))
        shares[index] += 1 if sum(shares) < 100 else -1
    for column, share in zip(columns, shares, strict=True):
        column["width"] = share
