"""Tables that grow as partitions by the year of receipt, on PostgreSQL, without a change of models or code.

A partitioned table can hold unique only what contains the column it is divided by. So what is unique of a
table (its identity, the code of a dossier) moves to a narrow table beside it, `…_identity`, which statement
triggers keep, and which foreign keys from other tables point to. The primary key becomes agency, time and
identity. Years nobody expects (a wrong date) lie in a partition for everything else.
"""
# ruff: noqa: S608 - only names of models, columns and constraints are put into statements

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from dossiers.conditions import VIETNAM
from dossiers.models import Dossier, DossierVersion
from dossiers.staging import on_postgresql
from qms import clock
from qms.exceptions import DomainError

DIVIDED: tuple[tuple[type[models.Model], str], ...] = (
    (Dossier, "received_at"),
    (DossierVersion, "received_at"),
)
"""The tables and the columns of time they are divided by; a table stands before those that point to it."""
FIRST_YEAR = 2000
"""What is older lies with everything else."""


@dataclass(frozen=True)
class Divided:
    """A table as it stands: its rows, and how many of them each partition holds."""

    table: str
    rows: int
    partitions: dict[str, int]


def partition() -> list[Divided]:
    """Divide what is not divided yet and add the years that are missing; does nothing twice.

    One transaction, in which the tables are locked. Raises DomainError on another database than PostgreSQL.
    """
    if not on_postgresql():
        raise DomainError(_("Only PostgreSQL divides tables into partitions."))
    with _at_rest() as cursor:
        for model, column in DIVIDED:
            table = _Table(cursor, model._meta.db_table, column)
            if not table.is_divided:
                table.divide()
            table.add_years()
        return [_Table(cursor, model._meta.db_table, column).told() for model, column in DIVIDED]


def join() -> list[Divided]:
    """The way back: make whole tables of what is divided, with the keys they had; does nothing twice.

    One transaction, in which the tables are locked. Raises DomainError on another database than PostgreSQL.
    """
    if not on_postgresql():
        raise DomainError(_("Only PostgreSQL divides tables into partitions."))
    with _at_rest() as cursor:
        # Those that point to others first: a key of a divided table cannot be dropped part by part.
        for model, column in reversed(DIVIDED):
            table = _Table(cursor, model._meta.db_table, column)
            if table.is_divided:
                table.join()
        return [_Table(cursor, model._meta.db_table, column).told() for model, column in DIVIDED]


def next_years() -> None:
    """Every night: give divided tables the years that have come; nothing where no table is divided."""
    if not on_postgresql():
        return
    with _at_rest() as cursor:
        for model, column in DIVIDED:
            table = _Table(cursor, model._meta.db_table, column)
            if table.is_divided:
                table.add_years()


@contextmanager
def _at_rest() -> Iterator[Any]:
    """A transaction in which no key waits to be judged: a table whose keys do cannot be altered."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield cursor
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class _Table:
    """One table and the statements that divide it."""

    def __init__(self, cursor: Any, name: str, column: str) -> None:
        self.cursor, self.name, self.column = cursor, name, column
        self.rest, self.identity = f"{name}_rest", f"{name}_identity"

    @property
    def is_divided(self) -> bool:
        """Whether it is a partitioned table."""
        (kind,) = self._one("SELECT relkind FROM pg_class WHERE oid = %s::regclass", self.name)
        return bool(kind == "p")

    def told(self) -> Divided:
        """How it stands."""
        (rows,) = self._one(f"SELECT count(*) FROM {self.name}")
        found = self._all(
            f"SELECT tableoid::regclass::text, count(*) FROM {self.name} GROUP BY tableoid ORDER BY 1"
        )
        return Divided(self.name, rows, dict(found))

    # Dividing

    def divide(self) -> None:
        """Make the table anew with partitions, with all it holds and all that rests on it."""
        whole = f"{self.name}_whole"
        self._run(f"LOCK TABLE {self.name} IN ACCESS EXCLUSIVE MODE")
        indexes, uniques = self._indexes(), self._uniques()
        own, others = self._foreign_keys("conrelid"), self._foreign_keys("confrelid")
        (before,) = self._one(f"SELECT count(*) FROM {self.name}")
        self._run(f"ALTER TABLE {self.name} RENAME TO {whole}")
        self._run(
            f"CREATE TABLE {self.name} (LIKE {whole} INCLUDING DEFAULTS INCLUDING CONSTRAINTS "
            f"INCLUDING STORAGE INCLUDING COMMENTS) PARTITION BY RANGE ({self.column})"
        )
        self._run(f"CREATE TABLE {self.rest} PARTITION OF {self.name} DEFAULT")
        for year in self._years(whole):
            self._run(f"CREATE TABLE {self._year(year)} PARTITION OF {self.name} {self._span(year)}")
        self._run(f"INSERT INTO {self.name} SELECT * FROM {whole}")
        (after,) = self._one(f"SELECT count(*) FROM {self.name}")
        if before != after:
            raise DomainError(f"{self.name}: {before} rows before, {after} after")
        self._keep_identities(whole, uniques)
        for table, name, _definition in others:
            self._run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        self._run(f"DROP TABLE {whole}")
        self._run(f"ALTER TABLE {self.name} ADD PRIMARY KEY (agency_id, {self.column}, id)")
        self._run(f"CREATE INDEX {self.name}_by_id ON {self.name} (id)")
        for definition in indexes:
            self._run(definition)
        for _table, name, definition in own:
            self._run(f"ALTER TABLE {self.name} ADD CONSTRAINT {name} {definition}")
        for table, name, definition in others:
            pointed = definition.replace(f"REFERENCES {self.name}(id)", f"REFERENCES {self.identity}(id)")
            self._run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {pointed}")
        self._run(f"ANALYZE {self.name}")

    def join(self) -> None:
        """Make the table anew without partitions, with its former keys."""
        divided = f"{self.name}_divided"
        self._run(f"LOCK TABLE {self.name} IN ACCESS EXCLUSIVE MODE")
        own, others = self._foreign_keys("conrelid"), self._foreign_keys("confrelid", self.identity)
        uniques, indexes = set(self._uniques(self.identity)), self._indexes_by_name()
        (before,) = self._one(f"SELECT count(*) FROM {self.name}")
        self._run(f"ALTER TABLE {self.name} RENAME TO {divided}")
        self._run(
            f"CREATE TABLE {self.name} (LIKE {divided} INCLUDING DEFAULTS INCLUDING CONSTRAINTS "
            f"INCLUDING STORAGE INCLUDING COMMENTS)"
        )
        self._run(f"INSERT INTO {self.name} SELECT * FROM {divided}")
        (after,) = self._one(f"SELECT count(*) FROM {self.name}")
        if before != after:
            raise DomainError(f"{self.name}: {before} rows before, {after} after")
        for table, name, _definition in others:
            self._run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        self._run(f"DROP TABLE {divided}")
        self._run(f"DROP TABLE {self.identity}")
        for event in ("insert", "update", "delete"):
            self._run(f"DROP FUNCTION {self.identity}_{event}()")
        self._run(f"ALTER TABLE {self.name} ADD PRIMARY KEY (id)")
        for name, columns, definition in indexes:
            if columns in uniques:
                self._run(f"ALTER TABLE {self.name} ADD CONSTRAINT {name} UNIQUE ({', '.join(columns)})")
            elif name != f"{self.name}_by_id":
                self._run(definition.replace(" ON ONLY ", " ON ", 1))
        for _table, name, definition in own:
            self._run(f"ALTER TABLE {self.name} ADD CONSTRAINT {name} {definition}")
        for table, name, definition in others:
            pointed = definition.replace(f"REFERENCES {self.identity}(id)", f"REFERENCES {self.name}(id)")
            self._run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {pointed}")
        self._run(f"ANALYZE {self.name}")

    def _indexes_by_name(self) -> list[tuple[str, tuple[str, ...], str]]:
        """(name, columns, what makes it again) of the indexes but the primary key."""
        rows = self._all(
            "SELECT c.relname::text, array_agg(a.attname::text ORDER BY k.place), "
            "pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY k(number, place) "
            "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number "
            "WHERE i.indrelid = %s::regclass AND NOT i.indisprimary GROUP BY i.indexrelid, c.relname",
            self.name,
        )
        return [(name, tuple(columns), definition) for name, columns, definition in rows]

    def _indexes(self) -> list[str]:
        """What makes the indexes again but the primary key; none of them unique any more."""
        rows = self._all(
            "SELECT pg_get_indexdef(indexrelid), indisunique AND indpred IS NOT NULL FROM pg_index "
            "WHERE indrelid = %s::regclass AND NOT indisprimary",
            self.name,
        )
        if any(conditional for _definition, conditional in rows):
            raise DomainError(f"{self.name} has a unique index with a condition")
        return [definition.replace("CREATE UNIQUE INDEX", "CREATE INDEX", 1) for definition, _more in rows]

    def _uniques(self, table: str = "") -> list[tuple[str, ...]]:
        """The columns of each unique constraint, without the primary key."""
        rows = self._all(
            "SELECT array_agg(a.attname::text ORDER BY k.place) FROM pg_index i "
            "CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY k(number, place) "
            "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number "
            "WHERE i.indrelid = %s::regclass AND i.indisunique AND NOT i.indisprimary GROUP BY i.indexrelid",
            table or self.name,
        )
        return [tuple(columns) for (columns,) in rows]

    def _foreign_keys(self, side: str, table: str = "") -> list[tuple[str, str, str]]:
        """(table, name, definition) of the foreign keys of the table, or of those that point to it."""
        return list(
            self._all(
                "SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) "
                f"FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 AND {side} = %s::regclass",
                table or self.name,
            )
        )

    def _keep_identities(self, whole: str, uniques: list[tuple[str, ...]]) -> None:
        """The narrow table of what is unique, and the triggers that keep it."""
        columns = list(dict.fromkeys(["id", *(name for columns in uniques for name in columns)]))
        names = ", ".join(columns)
        self._run(f"CREATE TABLE {self.identity} AS SELECT {names} FROM {whole}")
        self._run(f"ALTER TABLE {self.identity} ADD PRIMARY KEY (id)")
        for unique in uniques:
            self._run(f"ALTER TABLE {self.identity} ADD UNIQUE ({', '.join(unique)})")
        rest = columns[1:]
        setting = ", ".join(f"{name} = fresh.{name}" for name in rest)
        differs = " OR ".join(f"i.{name} IS DISTINCT FROM fresh.{name}" for name in rest)
        keeping = {
            "INSERT": (
                "REFERENCING NEW TABLE AS fresh",
                f"INSERT INTO {self.identity} ({names}) SELECT {names} FROM fresh",
            ),
            "UPDATE": (
                "REFERENCING NEW TABLE AS fresh",
                f"UPDATE {self.identity} i SET {setting} FROM fresh WHERE i.id = fresh.id AND ({differs})",
            ),
            "DELETE": (
                "REFERENCING OLD TABLE AS gone",
                f"DELETE FROM {self.identity} i USING gone WHERE i.id = gone.id",
            ),
        }
        for event, (table, statement) in keeping.items():
            function = f"{self.identity}_{event.lower()}"
            self._run(
                f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {statement}; RETURN NULL; END $$"
            )
            self._run(
                f"CREATE TRIGGER {function} AFTER {event} ON {self.name} {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
            )

    # Years

    def add_years(self) -> None:
        """Make the partitions of years that have come, and move there what waited for them."""
        known = {name for (name,) in self._all(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", self.name
        )}  # fmt: skip
        for year in self._years(self.rest):
            name = self._year(year)
            if name in known:
                continue
            start, end = _edges(year)
            self._run(f"CREATE TABLE {name} (LIKE {self.name} INCLUDING ALL)")
            self._run(
                f"WITH moved AS (DELETE FROM {self.rest} WHERE {self.column} >= %s AND {self.column} < %s "
                f"RETURNING *) INSERT INTO {name} SELECT * FROM moved",
                start,
                end,
            )
            self._run(f"ALTER TABLE {self.name} ATTACH PARTITION {name} {self._span(year)}")

    def _years(self, table: str) -> Iterator[int]:
        """The years there are rows of, this year and the next."""
        this = clock.now().astimezone(VIETNAM).year
        rows: Iterable[tuple[Any]] = self._all(
            f"SELECT DISTINCT extract(year FROM {self.column} AT TIME ZONE %s)::int FROM {table}",
            str(VIETNAM),
        )
        found = {year for (year,) in rows if FIRST_YEAR <= year <= this}
        yield from sorted(found | {this, this + 1})

    def _year(self, year: int) -> str:
        return f"{self.name}_y{year}"

    def _span(self, year: int) -> str:
        start, end = _edges(year)
        return f"FOR VALUES FROM ('{start.isoformat()}') TO ('{end.isoformat()}')"

    def _run(self, statement: str, *values: Any) -> None:
        self.cursor.execute(statement, values or None)

    def _all(self, statement: str, *values: Any) -> list[Any]:
        self._run(statement, *values)
        return list(self.cursor.fetchall())

    def _one(self, statement: str, *values: Any) -> Any:
        self._run(statement, *values)
        return self.cursor.fetchone()


def _edges(year: int) -> tuple[dt.datetime, dt.datetime]:
    """When a year begins and ends in Viet Nam."""
    return dt.datetime(year, 1, 1, tzinfo=VIETNAM), dt.datetime(year + 1, 1, 1, tzinfo=VIETNAM)
