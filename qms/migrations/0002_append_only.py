"""Vietnamese collation on PostgreSQL; the audit trail refuses changes in the database itself."""

from django.db import migrations

from qms import db


class Migration(migrations.Migration):
    """Collation and trigger."""

    dependencies = [("qms", "0001_initial")]

    operations = [db.create_collation(), db.append_only("qms_auditentry")]
