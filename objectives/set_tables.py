"""Rows of a table as parts of an objective set: objectives, targets, tasks and sub-tasks; pure.

Two shapes are known. Objective, target and task each in a column of their own: a merged or empty objective
goes on with the one above. Everything in one column: the depth of the numbering says what a row is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from objectives import figure_words
from objectives.tables import Cell, Row, Table, levels, numbered, split_number

OBJECTIVE, TARGET, TASK, SUBTASK = "objective", "target", "task", "subtask"
JOINED, LEFT_OUT = "joined", "left_out"
OF_TASKS = ("leads", "coordinators", "time_text", "method")
_PLACE_NUMBER = re.compile(r"\(?(?:\d{1,2}|[A-Z])\)?")


@dataclass
class Part:
    """One part as the table has it: where it stands, what it seems to be, and what stands beside it."""

    key: str
    row: int
    place: int
    kind: str
    text: str
    number: str = ""
    depth: int = 0
    is_derived: bool = False
    values: dict[str, str] = field(default_factory=dict)


def parts_of(table: Table, start: int, columns: dict[str, int]) -> list[Part]:
    """What the rows under the head hold, in their order; nothing without a column of objectives."""
    if "objective" not in columns:
        return []
    rows = [_blank(row) if _counts_columns(row) else row for row in table.rows]
    plain = Table(rows, table.name)
    split = "target" in columns or "task" in columns
    found = _by_columns(plain, start, columns) if split else _by_depth(plain, start, columns)
    return _with_targets(found)


def with_figures(rows: Sequence[Sequence[Sequence[object]]], columns: dict[str, int]) -> dict[str, int]:
    """A column called “Chỉ tiêu” that holds nothing but figures is the column of figures."""
    if "target" not in columns or "figure" in columns:
        return columns
    texts = [str(row[columns["target"]][0]).strip() for row in rows]
    filled = [text for text in texts if text and not _PLACE_NUMBER.fullmatch(text)]
    if not filled or not all(map(figure_words.is_bare, filled)):
        return columns
    return {"figure" if key == "target" else key: place for key, place in columns.items()}


def _counts_columns(row: Row) -> bool:
    """A row that only numbers the columns: (1) (2) (3)."""
    filled = [text for text in row.texts if text]
    return len(filled) > 2 and all(_PLACE_NUMBER.fullmatch(text) for text in filled)


def _blank(row: Row) -> Row:
    return replace(row, cells=tuple(Cell() for _cell in row.cells))


def _line(text: str) -> str:
    return " ".join(text.split())


def _own(row: Row, place: int | None) -> str:
    if place is None or row.cells[place].from_above or row.cells[place].from_left:
        return ""
    return row.cells[place].text


def _beside(row: Row, columns: dict[str, int], keys: tuple[str, ...]) -> dict[str, str]:
    cells = {key: row.cells[columns[key]] for key in keys if key in columns}
    return {key: cell.text for key, cell in cells.items() if cell.text and not cell.from_left}


def _go_on(part: Part, row: Row, columns: dict[str, int]) -> None:
    """A row that names nothing of its own adds what it says to the part above."""
    for key in (*OF_TASKS, "figure"):
        text = _own(row, columns.get(key))
        old = part.values.get(key, "")
        if text and text not in old.split("\n"):
            part.values[key] = f"{old}\n{text}" if old else text


# Everything in one column


def _by_depth(table: Table, start: int, columns: dict[str, int]) -> list[Part]:
    place = columns["objective"]
    found: list[Part] = []
    for at, row in enumerate(numbered(table, start, columns.get("number"), place), start):
        if row.level < 0:
            if found:
                _go_on(found[-1], row, columns)
            continue
        text = _line(row.cells[place].text)
        values = {} if row.is_group else _beside(row, columns, (*OF_TASKS, "figure"))
        kind = OBJECTIVE if not row.level else SUBTASK if row.level > 1 else TASK
        if row.level == 1 and not values.keys() & set(OF_TASKS):
            kind = TARGET if values.get("figure") or figure_words.read(text) else TASK
        number = "" if row.number == "-" or kind in {TASK, SUBTASK} else row.number
        found.append(
            Part(f"{at}-o-0", at + 1, place, kind, text, number, max(0, row.level - 1), False, values)
        )
    return found


# A column each


def _by_columns(table: Table, start: int, columns: dict[str, int]) -> list[Part]:
    found: list[Part] = []
    tasks: list[Part] = []
    current = ""
    for at, row in enumerate(table.rows[start:], start):
        if row.is_group:
            number, text = split_number(_line(row.cells[0].text))
            found.append(Part(f"{at}-o-0", at + 1, columns["objective"], LEFT_OUT, text, number))
            continue
        number = _own(row, columns.get("number")).strip().rstrip(".)")
        before = len(found)
        text = _line(_own(row, columns["objective"]))
        if text:
            if not number:
                number, text = split_number(text)
            below = bool(current) and number.startswith(f"{current}.")
            part = Part(f"{at}-o-0", at + 1, columns["objective"], TARGET if below else OBJECTIVE, text)
            part.number, number = ("" if number == "-" else number), ""
            if not below:
                current = part.number
                _nest(tasks)
                tasks = []
            found.append(part)
        targets = _target_parts(at, row, columns, number)
        if text and not targets:
            found[-1].values = _beside(row, columns, ("figure",))
        found += targets
        new = _task_parts(at, row, columns, "" if targets else number)
        tasks += new
        found += new
        if len(found) == before:
            if found:
                _go_on(found[-1], row, columns)
        elif not new:
            found[-1].values |= _beside(row, columns, OF_TASKS)
    _nest(tasks)
    return found


def _target_parts(at: int, row: Row, columns: dict[str, int], number: str) -> list[Part]:
    place = columns.get("target")
    text = _own(row, place)
    if place is None or not text:
        return []
    lines = [line for line in text.split("\n") if line.strip()]
    each = [split_number(line) for line in lines]
    if not all(mark or figure_words.read(rest) for mark, rest in each):
        each = [split_number(_line(text))]
    found = []
    for n, (mark, rest) in enumerate(each):
        code = number if len(each) == 1 and number else mark
        part = Part(f"{at}-t-{n}", at + 1, place, TARGET, _line(rest), "" if code == "-" else code)
        part.values = _beside(row, columns, ("figure",)) if len(each) == 1 else {}
        found.append(part)
    return found


def _task_parts(at: int, row: Row, columns: dict[str, int], number: str) -> list[Part]:
    place = columns.get("task")
    text = _own(row, place)
    if place is None or not text:
        return []
    beside = _beside(row, columns, OF_TASKS)
    found: list[Part] = []
    for n, (mark, line) in enumerate(_items(text)):
        own = number if number and not n else mark
        part = Part(f"{at}-k-{n}", at + 1, place, TASK, line, own)
        if n and _style(mark) != _style(found[0].number):
            part.depth = 1
        part.values = {} if part.depth else dict(beside)
        found.append(part)
    return found


def _style(mark: str) -> str:
    return "decimal" if mark[:1].isdigit() else mark if mark in {"", "-"} else "letter"


def _items(text: str) -> list[tuple[str, str]]:
    """The tasks of one cell: a line each when lines bear marks or each begins like a sentence."""
    lines = [line for line in text.split("\n") if line.strip()]
    marked = [split_number(line) for line in lines]
    if len(lines) == 1:
        return [(marked[0][0], _line(marked[0][1]))]
    if any(mark for mark, _rest in marked):
        found: list[tuple[str, str]] = []
        for mark, rest in marked:
            if mark or not found:
                found.append((mark, _line(rest)))
            else:
                found[-1] = (found[-1][0], f"{found[-1][1]} {_line(rest)}")
        return found
    if all(line.strip()[0].isupper() for line in lines):
        return [("", _line(line)) for line in lines]
    return [("", _line(text))]


def _nest(tasks: list[Part]) -> None:
    """The depth of the tasks of one objective by their numbers; numbers themselves come from the order."""
    marked = [part for part in tasks if part.number and not part.depth]
    for part, depth in zip(marked, levels([part.number for part in marked]), strict=True):
        part.depth = depth
    base = 0
    for part in tasks:
        n = part.key.split("-")[2]
        if n == "0":
            base = part.depth
        elif not part.number or part not in marked:
            part.depth += base
        part.kind = SUBTASK if part.depth else TASK
        part.number = ""


# Targets that stand in the objective itself


def _with_targets(parts: list[Part]) -> list[Part]:
    """An objective without a target of its own is measured by what it states itself."""
    found: list[Part] = []
    for at, part in enumerate(parts):
        found.append(part)
        if part.kind != OBJECTIVE:
            continue
        rest = parts[at + 1 :]
        end = next((n for n, other in enumerate(rest) if other.kind == OBJECTIVE), len(rest))
        if any(other.kind == TARGET for other in rest[:end]):
            continue
        texts = [part.text] if part.values.get("figure") else figure_words.pieces(part.text)
        row = part.key.split("-")[0]
        for n, text in enumerate(texts or [part.text]):
            derived = Part(f"{row}-d-{n}", part.row, part.place, TARGET, _begun(text), is_derived=True)
            derived.values = {"figure": part.values["figure"]} if part.values.get("figure") else {}
            found.append(derived)
    return found


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
