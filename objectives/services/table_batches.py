"""What tables for plans and for objectives share: reading them into a preview, and getting the grid back."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from objectives import tables
from qms.exceptions import Invalid, Problem

WHY_NOT = {
    "too_large": gettext_lazy("The file is too large to be read."),
    "not_a_table": gettext_lazy("This is not a Word or Excel file that can be read."),
    "no_table": gettext_lazy("No table with at least two columns was found."),
}


def table_fields(
    *, name: str, content: bytes, pasted: str, names: Mapping[str, Iterable[str]], needed: str
) -> dict[str, Any]:
    """Rows, head and columns of the first table that has the needed column, else of the largest.

    Raises Invalid in words, at the field it came from, when there is no table.
    """
    try:
        found = tables.read_file(name, content) if content else tables.read_pasted(pasted)
    except tables.TableError as error:
        raise Invalid([Problem("file" if content else "pasted", str(WHY_NOT[str(error)]))]) from None
    table, head = next(
        ((one, hit) for one in found if (hit := tables.find_columns(one, names, [needed]))), (found[0], None)
    )
    start, columns = head or (1, {})
    return {
        "rows": [[[cell.text, cell.from_above, cell.from_left] for cell in row.cells] for row in table.rows],
        "start": start,
        "columns": columns,
    }


def table_of(batch: Any) -> tables.Table:
    """The grid a preview keeps."""
    return tables.Table(
        [tables.Row(tuple(tables.Cell(*cell) for cell in row)) for row in batch.rows], batch.name
    )


def kept_columns(batch: Any, columns: Mapping[str, int], keys: Iterable[str]) -> dict[str, int]:
    """Of the columns somebody chose those that are known and there."""
    width = len(batch.rows[0]) if batch.rows else 0
    known = set(keys)
    return {key: place for key, place in columns.items() if key in known and 0 <= place < width}
