"""Reading several things as they stood at one moment, whatever others commit meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """All questions inside see one state of the database; nothing may be written.

    On PostgreSQL a read-only transaction at REPEATABLE READ, on SQLite any transaction. Inside a transaction
    that is open already nothing is changed: its level was settled with its first question.
    """
    nested = connection.in_atomic_block
    with transaction.atomic():
        if connection.vendor == "postgresql" and not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
