"""Scores may only be added to; the database refuses changes."""

from django.db import migrations

from qms.db import append_only


class Migration(migrations.Migration):
    dependencies = [("risks", "0001_initial")]
    operations = [append_only("risks_riskscore")]
