"""Answers may only be added to; the database refuses changes."""

from django.db import migrations

from qms.db import append_only


class Migration(migrations.Migration):
    dependencies = [("audits", "0001_audits")]
    operations = [append_only("audits_answerrecord")]
