"""Counting many conditions over many dossiers in one pass.

Nineteen periods times a dozen counts are hundreds of conditions; judging each dossier by each of them is
slow. But dossiers that fall alike between the same dates, with the same words, are judged alike by every
condition. So one pass sorts the dossiers into cells of such dossiers, and the conditions judge one per cell.
A condition is said once, of the edges of any window (`Edge`), and judges each cell in each window.

Of a column of time a cell holds how many of the dates lie at or before it, and of two times that are compared
how the comparison ends: that is all a condition asks of them. Conditions of another kind cannot be judged by
cells; `Shape.take_in` says so, and they are counted dossier by dossier.

What has changed between two states of the facts is counted in the same way (`differences_by_cells`): what was
is taken off, what is comes in, each judged by the condition of its time.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from django.db import connections, models, transaction
from django.db.models import F, Q, QuerySet

from dossiers.conditions import Edge
from dossiers.models import Dossier
from dossiers.models.dossier import DossierFacts

TIMES = frozenset(
    field.name for field in DossierFacts._meta.local_fields if isinstance(field, models.DateTimeField)
)
WORDS = frozenset(
    field.attname
    for field in DossierFacts._meta.local_fields
    if field.name not in TIMES | {"code", "row_hash"}
)
TESTS = frozenset({"", "exact", "in", "gt", "gte", "lt", "lte", "range", "isnull"})
FIELDS = {field.attname: field for field in DossierFacts._meta.local_fields}
SIGNS = {"": "=", "exact": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
PAIRS = {"lte": "lte", "gt": "lte", "lt": "lt", "gte": "lt"}
"""Comparisons of two times, and the one of the two kinds that decides each."""
Edges = Mapping[Edge, dt.datetime]
"""The dates of a window."""
Counted = tuple[Any, int, dict[str, int]]
"""The group, the number of the window, and the counts by name."""


@dataclass
class Shape:
    """What conditions look at: edges per column of time, pairs of times compared, and columns of words."""

    edges: dict[str, set[Edge]] = field(default_factory=dict)
    pairs: set[tuple[str, str, str]] = field(default_factory=set)
    words: set[str] = field(default_factory=set)

    def take_in(self, condition: Q) -> bool:
        """Let the cells tell apart what the condition tells apart; False when cells cannot."""
        seen = Shape()
        if not seen._look(condition):
            return False
        for column, edges in seen.edges.items():
            self.edges.setdefault(column, set()).update(edges)
        self.pairs |= seen.pairs
        self.words |= seen.words
        return True

    def _look(self, condition: Q) -> bool:
        return all(
            self._look(child) if isinstance(child, Q) else isinstance(child, tuple) and self._look_at(*child)
            for child in condition.children
        )

    def _look_at(self, lookup: str, value: Any) -> bool:
        column, _mark, comparison = lookup.partition("__")
        if column in WORDS and comparison in TESTS and not isinstance(value, F):
            self.words.add(column)
            return True
        if column not in TIMES:
            return False
        if value is None or comparison == "isnull":
            self.edges.setdefault(column, set())
            return True
        if isinstance(value, Edge) and comparison in {"gte", "lt"}:
            self.edges.setdefault(column, set()).add(value)
            return True
        if isinstance(value, F) and value.name in TIMES and comparison in PAIRS:  # type: ignore[attr-defined]
            self.edges.setdefault(column, set())
            second = str(value.name)  # type: ignore[attr-defined]
            self.edges.setdefault(second, set())
            self.pairs.add((column, PAIRS[comparison], second))
            return True
        return False

    def dates(self, windows: Sequence[Edges]) -> dict[str, list[dt.datetime]]:
        """The dates that matter to each column of time, in their order."""
        return {
            column: sorted({window[edge] for window in windows for edge in edges})
            for column, edges in sorted(self.edges.items())
        }


WAS, IS = -1, 1
"""The two sides of a difference; the dossiers of a side count this much each."""


def count_by_cells(
    rows: "QuerySet[Any]",
    group: str,
    conditions: Mapping[str, Q],
    windows: Sequence[Edges],
    shape: Shape,
) -> list[Counted]:
    """Count the rows under each condition in each window, per value of `group`, a column of words.

    The same answer as `rows.values(group).annotate(name=Count("pk", filter=condition), …)` gives with the
    dates of each window, in one pass. `group` is the attribute of the column, as `unit_id`.
    """
    with hashed(connections[rows.db]):
        return _judge([(rows, (IS,))], group, conditions, windows, shape)


def differences_by_cells(
    rows: "Sequence[tuple[QuerySet[Any], Sequence[int]]]",
    group: str,
    conditions: Mapping[str, tuple[Q, Q]],
    windows: Sequence[Edges],
    shape: Shape,
) -> list[Counted]:
    """By how much the counts differ: rows that are, under the second condition, less rows that were (first).

    There are few of them, so PostgreSQL may group them as it likes. Each part stands on the sides `WAS`,
    `IS` or both. Where both conditions of a count are one, it is judged but once.
    """
    told = {
        name: after if before == after else (Q(side=WAS) & before) | (Q(side=IS) & after)
        for name, (before, after) in conditions.items()
    }
    return _judge(rows, group, told, windows, shape)


@contextmanager
def hashed(connection: Any) -> Iterator[None]:
    """Have groups made by hashing inside.

    PostgreSQL takes every combination of times for a group of its own, expects a million of them where there
    are thousands, and would sort all dossiers on disk: twice the time.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(using=connection.alias):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_sort = off")
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_sort TO DEFAULT")


def _judge(
    parts: "Sequence[tuple[QuerySet[Any], Sequence[int]]]",
    group: str,
    conditions: Mapping[str, Q],
    windows: Sequence[Edges],
    shape: Shape,
) -> list[Counted]:
    """Sort the rows into cells and judge them in every window."""
    connection = connections[parts[0][0].db]
    dates = shape.dates(windows)
    words = sorted(shape.words | {group})
    facts, values = _facts(parts, [*words, *dates])
    marks, more = _marks(connection, dates, shape.pairs)
    by = ", ".join(str(number) for number in range(1, len(words) + len(marks) + 2))
    judgement = _Judgement(connection)
    judged = [judgement.of(condition) for condition in conditions.values()]
    sums = [
        f"sum(counted) FILTER (WHERE {one.format_map(places)})"
        for places in _places(windows, dates, shape)
        for one in judged
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH facts AS ({facts}), "  # noqa: S608 - names of the models, values are parameters
            f"cells AS (SELECT {', '.join([*words, *marks, 'side'])}, "
            f"CAST(sum(side) AS integer) AS counted FROM facts GROUP BY {by}), "
            f"judged AS MATERIALIZED (SELECT {', '.join(['*', *judgement.tests])} FROM cells) "
            f"SELECT {', '.join([group, *sums])} FROM judged GROUP BY 1",
            (*values, *more, *judgement.values),
        )
        lines = cursor.fetchall()
    # SQLite keeps keys as text; what the caller asks with are values of the column.
    column = next(one for one in Dossier._meta.concrete_fields if one.attname == group)
    key = getattr(column, "target_field", column)
    return [
        (
            key.to_python(value),
            number,
            {name: counts[number * len(judged) + place] or 0 for place, name in enumerate(conditions)},
        )
        for value, *counts in lines
        for number in range(len(windows))
    ]


def _facts(
    parts: "Sequence[tuple[QuerySet[Any], Sequence[int]]]", columns: Sequence[str]
) -> tuple[str, list[Any]]:
    """The columns of the rows, once for each side they stand on."""
    found: list[str] = []
    values: list[Any] = []
    for number, (rows, on) in enumerate(parts):
        sql, params = rows.order_by().values(*columns).query.sql_with_params()
        sides = " UNION ALL ".join(f"SELECT {side} AS side" for side in on)
        found.append(f"SELECT * FROM ({sql}) AS rows_{number}, ({sides}) AS sides_{number}")  # noqa: S608 - names of the models, values are parameters
        values += params
    return " UNION ALL ".join(found), values


def _marks(
    connection: Any, dates: Mapping[str, Sequence[dt.datetime]], pairs: Iterable[tuple[str, str, str]]
) -> tuple[list[str], list[Any]]:
    """What a cell says of the times: how many of the dates are at or before each, null for null; and how
    pairs of them compare, false for null."""
    marks: list[str] = []
    values: list[Any] = []
    adapt = connection.ops.adapt_datetimefield_value
    for column, known in dates.items():
        if not known:
            mark = f"CASE WHEN {column} IS NULL THEN NULL ELSE 0 END"
        elif connection.vendor == "postgresql":
            mark = f"width_bucket({column}, %s::timestamptz[])"
            values.append(known)
        else:
            mark = " + ".join(f"({column} >= %s)" for _date in known)
            values += (adapt(date) for date in known)
        marks.append(f"{mark} AS at_{column}")
    for first, comparison, second in sorted(pairs):
        marks.append(
            f"coalesce({first} {SIGNS[comparison]} {second}, false) AS {first}_{comparison}_{second}"
        )
    return marks, values


def _places(
    windows: Sequence[Edges], dates: Mapping[str, Sequence[dt.datetime]], shape: Shape
) -> Iterator[dict[str, int]]:
    """Of each window the place of each edge among the dates of a column.

    At or after a date lies what has that date behind it.
    """
    at = {column: {date: place for place, date in enumerate(known, 1)} for column, known in dates.items()}
    for window in windows:
        yield {
            f"{column}_{edge}": at[column][window[edge]]
            for column, edges in shape.edges.items()
            for edge in edges
        }


class _Judgement:
    """Conditions of the kind `Shape` takes in, as SQL over cells; a comparison with null is false.

    In place of an edge stands a field of `str.format`: the place of the window's date among all dates. Most
    conditions ask the same of the words, so each test of a word is made once per cell, in a column of its
    own.
    """

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.tests: list[str] = []
        self.values: list[Any] = []
        self._names: dict[Any, str] = {}

    def of(self, condition: Q, negated: bool = False) -> str:
        """The condition; `negated` when it stands under a NOT, where null must be said to be false."""
        negated = negated or condition.negated
        parts = [
            self.of(child, negated)
            if isinstance(child, Q)
            else self._leaf(*cast("tuple[str, Any]", child), negated)
            for child in condition.children
        ]
        joined = f"({f' {condition.connector} '.join(parts)})" if parts else "true"
        return f"NOT {joined}" if condition.negated else joined

    def _leaf(self, lookup: str, value: Any, negated: bool) -> str:
        column, _mark, comparison = lookup.partition("__")
        name = f"at_{column}" if column in TIMES else column
        if comparison == "isnull" or value is None:
            return f"{name} IS {'NULL' if value is None or value else 'NOT NULL'}"
        if isinstance(value, F):
            return self._pair(column, comparison, str(value.name))  # type: ignore[attr-defined]
        if column in TIMES:
            test = f"{name} {SIGNS[comparison]} {{{column}_{value}}}"
            return f"coalesce({test}, false)" if negated else test
        return self._test(column, comparison, value)

    def _test(self, column: str, comparison: str, value: Any) -> str:
        """The column that holds the test of a word."""
        values = tuple(value) if comparison in {"in", "range"} else (value,)
        known = self._names.get((column, comparison, values))
        if known is None:
            marks = ["%s"] * len(values)
            match comparison:
                case "in":
                    test = f"{column} IN ({', '.join(marks)})" if marks else "false"
                case "range":
                    test = f"{column} BETWEEN {' AND '.join(marks)}"
                case _:
                    test = f"{column} {SIGNS[comparison]} %s"
            known = self._names[column, comparison, values] = f"test_{len(self.tests)}"
            self.tests.append(f"coalesce({test}, false) AS {known}")
            self.values += (self._adapted(column, one) for one in values)
        return known

    @staticmethod
    def _pair(first: str, comparison: str, second: str) -> str:
        """How two times compare; the mark of a cell is false where one of them is missing."""
        held = PAIRS[comparison]
        mark = f"{first}_{held}_{second}"
        if comparison == held:
            return mark
        return f"(NOT {mark} AND at_{first} IS NOT NULL AND at_{second} IS NOT NULL)"

    def _adapted(self, column: str, value: Any) -> Any:
        known = FIELDS.get(column)
        return known.get_db_prep_value(value, self.connection) if known else value
