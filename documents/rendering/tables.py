"""Tables in the structure of a PDF: which header cells each cell belongs to (ISO 32000-1, 14.8.5.7).

WeasyPrint loses count of the columns after cells that span rows; the headers are told anew from the grid.
"""

from collections.abc import Iterator
from typing import Any

import pikepdf


def mend_headers(pdf: pikepdf.Pdf) -> None:
    """Tell every data cell of every table the header cells above it."""
    if "/StructTreeRoot" in pdf.Root:
        for table in _elements(pdf.Root.StructTreeRoot, "/Table"):
            _mend(table)


def _children(element: Any) -> Iterator[Any]:
    below = element.get("/K")
    for one in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(one, pikepdf.Dictionary) and "/S" in one:
            yield one


def _elements(element: Any, kind: str) -> Iterator[Any]:
    for one in _children(element):
        if str(one.S) == kind:
            yield one
        else:
            yield from _elements(one, kind)


def _attributes(cell: Any) -> Any:
    """The attributes of a table cell; made when there are none."""
    kept = cell.get("/A")
    for one in kept if isinstance(kept, pikepdf.Array) else [kept]:
        if isinstance(one, pikepdf.Dictionary) and one.get("/O") == pikepdf.Name.Table:
            return one
    made = pikepdf.Dictionary(O=pikepdf.Name.Table)
    others = list(kept) if isinstance(kept, pikepdf.Array) else [kept] if kept is not None else []
    cell.A = pikepdf.Array([*others, made])
    return cell.A[-1]


def _mend(table: Any) -> None:
    taken: set[tuple[int, int]] = set()
    heads: dict[int, list[Any]] = {}
    for row, line in enumerate(_elements(table, "/TR")):
        column = 0
        for cell in _children(line):
            if str(cell.S) not in {"/TH", "/TD"}:
                continue
            while (row, column) in taken:
                column += 1
            told = _attributes(cell)
            wide, high = int(told.get("/ColSpan", 1)), int(told.get("/RowSpan", 1))
            columns = range(column, column + wide)
            taken |= {(row + down, one) for down in range(high) for one in columns}
            if str(cell.S) == "/TH":
                for one in columns:
                    if "/ID" in cell:
                        heads.setdefault(one, []).append(cell.ID)
            else:
                above = {bytes(name): name for one in columns for name in heads.get(one, [])}
                if above:
                    told.Headers = pikepdf.Array(list(above.values()))
            column += wide
