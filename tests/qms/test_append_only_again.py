"""Going back past a migration that alters an append-only table leaves the table as closed as before."""

import importlib

import pytest
from django.db import connection

from qms.db import append_only

pytestmark = pytest.mark.django_db


class Editor:
    """What the operations use of a schema editor."""

    connection = connection

    def execute(self, sql, params=()):
        with connection.cursor() as cursor:
            cursor.execute(sql, params)


def triggers(table):
    where = "pg_trigger" if connection.vendor == "postgresql" else "sqlite_master"
    name = "tgname" if connection.vendor == "postgresql" else "name"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM {where} WHERE {name} LIKE %s", [f"{table}%"])
        return {name for (name,) in cursor.fetchall() if "append_only" in name or "_no_" in name}


@pytest.mark.parametrize(
    ("module", "table"),
    [
        ("objectives.migrations.0008_measurements_with_fewer_indexes", "objectives_measurement"),
        ("documents.migrations.0005_signing", "documents_paperfile"),
    ],
)
def test_going_back_makes_the_triggers_again(module, table):
    steps = importlib.import_module(module).Migration.operations
    before = triggers(table)
    assert before
    steps[-1].reverse_code(None, Editor())
    assert not triggers(table)
    steps[0].code(None, Editor())
    assert not triggers(table), "forwards it does nothing"
    steps[0].reverse_code(None, Editor())
    assert triggers(table) == before
    append_only(table).code(None, Editor())
    assert triggers(table) == before
