"""Counting many conditions over many dossiers in one pass.

Nineteen periods times a dozen counts are hundreds of conditions; judging each dossier by each of them is
slow. But dossiers that fall alike between the same dates, with the same words, are judged alike by every
condition. So one pass sorts the dossiers into cells of such dossiers, and the conditions judge one per cell.

Of a column of time a cell holds how many of the dates lie at or before it, and of two times that are compared
how the comparison ends: that is all a condition asks of them. Conditions of another kind cannot be judged by
cells; `Shape.take_in` says so, and they are counted dossier by dossier.

What has changed between two states of the facts is counted in the same way (`differences_by_cells`): what was
is taken off, what is comes in, each judged by the condition of its time.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from django.db import connections, models, transaction
from django.db.models import (
    BooleanField,
    Case,
    Count,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)

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


@dataclass
class Shape:
    """What conditions look at: dates per column of time, pairs of times compared, and columns of words."""

    dates: dict[str, set[dt.datetime]] = field(default_factory=dict)
    pairs: set[tuple[str, str, str]] = field(default_factory=set)
    words: set[str] = field(default_factory=set)

    def take_in(self, condition: Q) -> bool:
        """Let the cells tell apart what the condition tells apart; False when cells cannot."""
        seen = Shape()
        if not seen._look(condition):
            return False
        for column, dates in seen.dates.items():
            self.dates.setdefault(column, set()).update(dates)
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
            self.dates.setdefault(column, set())
            return True
        if isinstance(value, dt.datetime) and comparison in {"gte", "lt"}:
            self.dates.setdefault(column, set()).add(value)
            return True
        if isinstance(value, F) and value.name in TIMES and comparison in PAIRS:  # type: ignore[attr-defined]
            self.dates.setdefault(column, set())
            second = str(value.name)  # type: ignore[attr-defined]
            self.dates.setdefault(second, set())
            self.pairs.add((column, PAIRS[comparison], second))
            return True
        return False


class Place(Func):
    """How many of the dates are at or before a time, that is which gap it lies in; null for null."""

    output_field = IntegerField()

    def __init__(self, column: str, dates: Sequence[dt.datetime]) -> None:
        self.dates = list(dates)
        super().__init__(F(column))

    def as_sql(
        self, compiler: Any, connection: Any, *_more: Any, **_extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """Additions of comparisons, for databases without a function of their own."""
        inner, params = compiler.compile(self.source_expressions[0])
        if not self.dates:
            return f"CASE WHEN {inner} IS NULL THEN NULL ELSE 0 END", tuple(params)
        adapt = connection.ops.adapt_datetimefield_value
        terms = " + ".join(f"({inner} >= %s)" for _date in self.dates)
        return f"({terms})", tuple(value for date in self.dates for value in (*params, adapt(date)))

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """`width_bucket` over the sorted dates."""
        if not self.dates:
            return self.as_sql(compiler, connection)
        inner, params = compiler.compile(self.source_expressions[0])
        return f"width_bucket({inner}, %s::timestamptz[])", (*params, self.dates)


WAS, IS = -1, 1
"""The two sides of a difference; the dossiers of a side count this much each."""


def count_by_cells(
    rows: "QuerySet[Any]", group: str, conditions: Mapping[str, Q], shape: Shape
) -> list[dict[str, Any]]:
    """Count the rows under each condition per value of `group`, a column of words.

    The same answer as `rows.values(group).annotate(name=Count("pk", filter=condition), …)`, in one pass.
    `group` is the attribute of the column, as `unit_id`.
    """
    return _judge([(IS, rows)], group, conditions, shape)


def differences_by_cells(
    sides: "Sequence[tuple[int, QuerySet[Any]]]",
    group: str,
    conditions: Mapping[str, tuple[Q, Q]],
    shape: Shape,
) -> list[dict[str, Any]]:
    """By how much the counts differ: rows that are, under the second condition, less rows that were (first).

    `sides` are rows with `WAS` or `IS`. Where both conditions of a count are one, it is judged but once.
    """
    told = {
        name: after if before == after else (Q(side=WAS) & before) | (Q(side=IS) & after)
        for name, (before, after) in conditions.items()
    }
    return _judge(sides, group, told, shape)


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


def _cells(rows: "QuerySet[Any]", words: Sequence[str], shape: Shape, side: int) -> "QuerySet[Any]":
    """The rows sorted into cells, each with the number of its rows."""
    marks: dict[str, Any] = {
        f"at_{column}": Place(column, sorted(dates)) for column, dates in sorted(shape.dates.items())
    }
    for first, comparison, second in sorted(shape.pairs):
        holds = Q(**{f"{first}__{comparison}": F(second)})
        marks[f"{first}_{comparison}_{second}"] = Case(
            When(holds, then=Value(True)), default=Value(False), output_field=BooleanField()
        )
    return (
        rows.order_by()
        .annotate(**marks)
        .values(*words, *marks)
        .annotate(side=Value(side, output_field=IntegerField()), number=Count("pk"))
    )


def _judge(
    sides: "Sequence[tuple[int, QuerySet[Any]]]", group: str, conditions: Mapping[str, Q], shape: Shape
) -> list[dict[str, Any]]:
    """Sort the rows into cells and judge them."""
    words = sorted(shape.words | {group})
    found = [_cells(rows, words, shape, side).query.sql_with_params() for side, rows in sides]
    connection = connections[sides[0][1].db]
    judgement = _Judgement(connection, shape)
    sums = [
        f"coalesce(sum(number * side) FILTER (WHERE {judgement.of(condition)}), 0) AS {name}"
        for name, condition in conditions.items()
    ]
    with hashed(connection), connection.cursor() as cursor:
        cursor.execute(
            f"WITH found AS ({' UNION ALL '.join(sql for sql, _params in found)}), "  # noqa: S608 - names of the models, values are parameters
            "cells AS MATERIALIZED (SELECT * FROM found) "
            f"SELECT {', '.join([group, *sums])} FROM cells GROUP BY {group}",
            (*(value for _sql, params in found for value in params), *judgement.values),
        )
        head = [column[0] for column in cursor.description]
        lines = [dict(zip(head, line, strict=True)) for line in cursor.fetchall()]
    # SQLite keeps keys as text; what the caller asks with are values of the column.
    column = next(one for one in Dossier._meta.concrete_fields if one.attname == group)
    key = getattr(column, "target_field", column)
    return [
        {name: key.to_python(value) if name == group else int(value) for name, value in line.items()}
        for line in lines
    ]


class _Judgement:
    """Conditions of the kind `Shape` takes in, as SQL over the cells; a comparison with null is false.

    The ORM would say the same of each condition, and take longer to say it than the database to answer.
    """

    def __init__(self, connection: Any, shape: Shape) -> None:
        self.connection = connection
        self.dates = {column: sorted(dates) for column, dates in shape.dates.items()}
        self.values: list[Any] = []

    def of(self, condition: Q) -> str:
        """The condition; its values are added to `values` in their order."""
        parts = [
            self.of(child) if isinstance(child, Q) else self._leaf(*cast("tuple[str, Any]", child))
            for child in condition.children
        ]
        joined = f"({f' {condition.connector} '.join(parts)})" if parts else "true"
        return f"NOT {joined}" if condition.negated else joined

    def _leaf(self, lookup: str, value: Any) -> str:
        column, _mark, comparison = lookup.partition("__")
        name = f"at_{column}" if column in TIMES else column
        if comparison == "isnull" or value is None:
            return f"{name} IS {'NULL' if value is None or value else 'NOT NULL'}"
        if isinstance(value, F):
            return self._pair(column, comparison, str(value.name))  # type: ignore[attr-defined]
        if column in TIMES:
            # At or after a date lies what has that date behind it.
            place = self.dates[column].index(value) + 1
            return f"coalesce({name} {SIGNS[comparison]} {place}, false)"
        if comparison == "in":
            marks = ", ".join(self._mark(column, one) for one in value)
            return f"coalesce({column} IN ({marks}), false)" if marks else "false"
        if comparison == "range":
            first, last = (self._mark(column, one) for one in value)
            return f"coalesce({column} BETWEEN {first} AND {last}, false)"
        return f"coalesce({column} {SIGNS[comparison]} {self._mark(column, value)}, false)"

    @staticmethod
    def _pair(first: str, comparison: str, second: str) -> str:
        """How two times compare; the mark of a cell is false where one of them is missing."""
        held = PAIRS[comparison]
        mark = f"{first}_{held}_{second}"
        if comparison == held:
            return mark
        return f"(NOT {mark} AND at_{first} IS NOT NULL AND at_{second} IS NOT NULL)"

    def _mark(self, column: str, value: Any) -> str:
        known = FIELDS.get(column)
        self.values.append(known.get_db_prep_value(value, self.connection) if known else value)
        return "%s"
