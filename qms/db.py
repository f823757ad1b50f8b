"""What the databases share: Vietnamese collation, and triggers that keep append-only tables so."""

import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import structlog
from django.db import DatabaseError, migrations, transaction
from django.db.models import F
from django.db.models.functions import Collate

from qms.text import vietnamese_key

log = structlog.get_logger(__name__)

COLLATION = "vietnamese"


def _compare(first: str, second: str) -> int:
    a, b = vietnamese_key(first), vietnamese_key(second)
    return (a > b) - (a < b)


def add_collation(connection: Any, **kwargs: Any) -> None:
    """Give SQLite connections what PostgreSQL has: Vietnamese order, and LIKE that knows Đ is đ."""
    if connection.vendor == "sqlite":
        connection.connection.create_collation(COLLATION, _compare)
        connection.connection.create_function("like", 3, _like, deterministic=True)


def _like(pattern: str | None, value: object, escape: str) -> bool | None:
    """SQL's LIKE without regard to case in any alphabet (SQLite's own knows only the letters of ASCII)."""
    if pattern is None or value is None:
        return None
    return _pattern(pattern, escape)(str(value).casefold())


@lru_cache(maxsize=256)
def _pattern(pattern: str, escape: str) -> Callable[[str], bool]:
    parts: list[str] = []
    letters = iter(pattern.casefold())
    for letter in letters:
        if letter == escape:
            parts.append(re.escape(next(letters, "")))
        else:
            parts.append({"%": ".*", "_": "."}.get(letter) or re.escape(letter))
    if len(parts) > 2 and parts[0] == parts[-1] == ".*" and not {".*", "."} & set(parts[1:-1]):
        inside = "".join(part[-1] for part in parts[1:-1])
        return lambda value: inside in value
    match = re.compile("".join(parts), re.DOTALL).fullmatch
    return lambda value: match(value) is not None


def in_vietnamese_order(field: str) -> Collate:
    """An order_by expression in the order of the Vietnamese alphabet."""
    return Collate(F(field), COLLATION)


def _collation(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE COLLATION IF NOT EXISTS {COLLATION} (provider = icu, locale = 'vi-x-icu')"
        )


def create_collation() -> migrations.RunPython:
    """The migration operation that makes the collation."""
    return migrations.RunPython(_collation, migrations.RunPython.noop)


def append_only(table: str) -> migrations.RunPython:
    """The migration operation that makes the database refuse UPDATE and DELETE on a table.

    Repeat it after a migration that alters the table: SQLite makes such a table anew, without triggers.
    """

    forbid, allow = _append_only(table)
    return migrations.RunPython(forbid, allow)


def append_only_again(table: str) -> migrations.RunPython:
    """The same for the way back: first of a migration that alters an append-only table and ends in it."""
    forbid, _allow = _append_only(table)
    return migrations.RunPython(migrations.RunPython.noop, forbid)


def _append_only(table: str) -> tuple[Callable[[Any, Any], None], Callable[[Any, Any], None]]:
    def forbid(apps: Any, schema_editor: Any) -> None:
        allow(apps, schema_editor)
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                "CREATE OR REPLACE FUNCTION qms_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'append-only table %', TG_TABLE_NAME; END $$",
                params=None,
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION qms_refuse_change()"
            )
        else:
            for event in ("UPDATE", "DELETE"):
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'append-only table'); END"
                )

    def allow(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
        else:
            for event in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{event}")

    return forbid, allow


def trigram_index(table: str, column: str) -> migrations.RunPython:
    """The migration operation that makes `LIKE '%word%'` quick on PostgreSQL.

    The extension pg_trgm may be missing or not allowed to the portal's account; then searching works
    all the same, only by reading every row of the agency.
    """
    name = f"{table}_{column}_trgm"

    def make(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        try:
            with transaction.atomic(schema_editor.connection.alias):
                schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
                schema_editor.execute(
                    f"CREATE INDEX IF NOT EXISTS {name} ON {table} USING gin ({column} gin_trgm_ops)"
                )
        except DatabaseError as error:
            log.warning("search.no_trigram_index", error=str(error))

    def drop(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}")

    return migrations.RunPython(make, drop)


def take_turn(key: str) -> None:
    """Wait until nobody else who named the same key is in a transaction. Must run inside `atomic`.

    Taken before any row is locked, so that it stands in nobody's way: the services keep their own order of
    locks. SQLite lets one transaction write at a time anyway (it begins immediate).
    """
    connection = transaction.get_connection()
    if connection.vendor == "postgresql":
        number = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
