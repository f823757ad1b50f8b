"""Who read what is never changed."""

from django.db import migrations

from qms.db import append_only


class Migration(migrations.Migration):
    dependencies = [("library", "0001_controlled_documents")]

    operations = [append_only("library_reading")]
