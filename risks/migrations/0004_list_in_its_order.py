"""An index in the order of the list: a page of it is read without sorting everything.

The list orders unscored entries last, which an index of SQLite cannot; it goes without.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

NAME = "risk_live_by_value"
MAKE = (
    f"CREATE INDEX {NAME} ON risks_risk (agency_id, value DESC NULLS LAST, code) "
    "WHERE state IN ('draft', 'open')"
)


def make(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add the index of the entries that are followed up."""
    if editor.connection.vendor == "postgresql":
        editor.execute(MAKE)


def drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take it away again."""
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP INDEX {NAME}")


class Migration(migrations.Migration):
    dependencies = [("risks", "0003_links_to_facts_and_papers")]

    operations = [
        migrations.RunPython(make, drop),
    ]
