"""The editor's state as the template shows it: names of fields, marks, faults and comments by part."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from documents.content import MAX_TABLE_ROWS
from documents.editing import cards as deck
from documents.editing import grid
from documents.editing.state import INLINE_ALL, INLINE_CELLS, State
from documents.problems import ContentProblem


@dataclass
class TableBoard:
    """A table in the editor: its cells as fields, or only its size when it is too large for that."""

    shape: str
    inline: bool
    count: int
    total_width: int
    too_long: bool
    header: list[list[dict[str, Any]]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    sample: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class CardBoard:
    """One card: what it is called in the paper and in the form, what is wrong with it."""

    name: str
    prefix: str
    index: int
    card: dict[str, Any]
    mark: str
    faults: list[str]
    notes: list[Any]
    rows: int
    table: TableBoard | None = None

    @property
    def where(self) -> str:
        """The card as a button's operation names it."""
        return f"{self.prefix}:{self.index}"


@dataclass
class Board:
    """Everything the template needs."""

    state: State
    bases: list[dict[str, Any]]
    body: list[CardBoard]
    annexes: list[dict[str, Any]]
    faults: list[dict[str, str]]
    by_field: dict[str, list[str]]

    @property
    def focus_body_add(self) -> bool:
        """Whether the last card went and the cursor belongs to the buttons that add one."""
        return self.state.focus == "body-add"


def board_of(
    state: State,
    problems: Sequence[ContentProblem] = (),
    places: dict[tuple[Any, ...], str] | None = None,
    notes: Iterable[Any] = (),
) -> Board:
    """Arrange a state for the page, with faults at the parts they are about."""
    listed = [{"place": place_of(one, places or {}), "text": str(one)} for one in problems]
    by_place: dict[str, list[str]] = {}
    for one in listed:
        by_place.setdefault(one["place"], []).append(one["text"])
    said: dict[str, list[Any]] = {}
    for note in notes:
        said.setdefault(note.place, []).append(note)
    room = [INLINE_ALL]
    return Board(
        state=state,
        bases=[
            {**basis, "name": f"bases-{i}", "index": i, "faults": by_place.get(f"bases-{i}", [])}
            for i, basis in enumerate(state.bases)
        ],
        body=_deck(state.body, "body", by_place, said, room),
        annexes=[
            {
                **annex,
                "name": f"annexes-{i}",
                "prefix": f"annexes-{i}-cards",
                "index": i,
                "number": i + 1,
                "cards": _deck(annex["cards"], f"annexes-{i}-cards", by_place, said, room),
                "faults": by_place.get(f"annexes-{i}", []),
                "notes": said.get(f"annexes-{i}", []),
            }
            for i, annex in enumerate(state.annexes)
        ],
        faults=listed,
        by_field=by_place,
    )


def place_of(problem: ContentProblem, places: dict[tuple[Any, ...], str]) -> str:
    """The part of the editor that a fault is about: the longest known path, else the field's name."""
    path = tuple(step for step in problem.path if step not in deck.TYPES)
    for end in range(len(path), 0, -1):
        if path[:end] in places:
            return places[path[:end]]
    if path and path[0] in {"signature", "cosigner"}:
        prefix = "sign" if path[0] == "signature" else "cosign"
        return f"{prefix}-{path[1]}" if len(path) > 1 else f"{prefix}-name"
    return str(path[0]) if path else ""


def _deck(
    cards: list[dict[str, Any]],
    prefix: str,
    by_place: dict[str, list[str]],
    said: dict[str, list[Any]],
    room: list[int],
) -> list[CardBoard]:
    _blocks, where = deck.from_cards(cards)
    base = prefix.removesuffix("-cards")
    paths = {index: "-".join(str(step) for step in path if step != "blocks") for path, index in where.items()}
    return [
        CardBoard(
            name=f"{prefix}-{index}",
            prefix=prefix,
            index=index,
            card=card,
            mark=mark,
            faults=by_place.get(f"{prefix}-{index}", []),
            notes=said.get(f"{base}-{paths.get(index, '')}", []),
            rows=_height(card),
            table=_table(card, f"{prefix}-{index}", room) if card["type"] == "table" else None,
        )
        for index, (card, mark) in enumerate(zip(cards, deck.numbered(cards), strict=True))
    ]


def _height(card: dict[str, Any]) -> int:
    text = str(card.get("items") or card.get("text") or "")
    return min(max(sum(1 + len(line) // 62 for line in text.split("\n")), 2), 16)


def _table(card: dict[str, Any], name: str, room: list[int]) -> TableBoard:
    cells = sum(len(row["cells"]) for row in card["rows"])
    inline = cells <= INLINE_CELLS and cells <= room[0]
    if inline:
        room[0] -= cells
    rows = card["rows"] if not inline else [_bare(row) for row in card["rows"]]
    shape = {"columns": card["columns"], "header": [_bare(row) for row in card["header"]], "rows": rows}
    made = TableBoard(
        shape=json.dumps(shape, ensure_ascii=False, separators=(",", ":")),
        inline=inline,
        count=len(card["rows"]),
        total_width=sum(int(column["width"]) for column in card["columns"]),
        too_long=len(card["rows"]) > MAX_TABLE_ROWS,
    )
    width = len(card["columns"])
    made.header = [line["cells"] for line in _fields(card["header"], width, f"{name}-h")]
    if inline:
        made.rows = _fields(card["rows"], width, f"{name}-r")
    else:
        made.sample = card["rows"][:5]
    return made


def _bare(row: dict[str, Any]) -> dict[str, Any]:
    """A row without its texts, which stand in fields of their own."""
    return {**row, "cells": [{key: cell[key] for key in cell if key != "text"} for cell in row["cells"]]}


def _fields(rows: list[dict[str, Any]], width: int, name: str) -> list[dict[str, Any]]:
    starts = grid.places(rows, width)
    return [
        {
            "name": f"{name}-{r}",
            "index": r,
            "number": r + 1,
            "kind": row.get("kind", "normal"),
            "cells": [
                {
                    **cell,
                    "name": f"{name}-{r}-{c}",
                    "column": starts[r][c],
                    "merged": cell.get("colspan", 1) > 1 or cell.get("rowspan", 1) > 1,
                    "height": min(max(1 + len(cell["text"]) // 18, cell["text"].count("\n") + 1), 8),
                }
                for c, cell in enumerate(row["cells"])
            ],
        }
        for r, row in enumerate(rows)
    ]
