"""The database itself refuses changes to the files of papers."""

from django.db import migrations

from qms import db


class Migration(migrations.Migration):
    """Trigger."""

    dependencies = [("documents", "0001_papers")]

    operations = [db.append_only("documents_paperfile")]
