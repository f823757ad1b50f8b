"""Measurements are history: the database refuses to change or delete them."""

from django.db import migrations

from qms.db import append_only


class Migration(migrations.Migration):
    dependencies = [("objectives", "0001_objectives")]

    operations = [append_only("objectives_measurement")]
