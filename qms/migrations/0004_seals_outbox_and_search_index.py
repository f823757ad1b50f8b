"""Seals of the audit trail; an outbox that knows what is under way; a quick search on PostgreSQL."""

import django.db.models.deletion
from django.db import migrations, models

import qms.models.base
from qms import db


class Migration(migrations.Migration):
    """Seals, outbox, index."""

    dependencies = [
        ("qms", "0003_aliases_drafts_and_acting_for"),
    ]

    operations = [
        migrations.AddField(
            model_name="mail",
            name="claimed_at",
            field=models.DateTimeField(null=True, verbose_name="being sent since"),
        ),
        migrations.AddField(
            model_name="notification",
            name="mailed_at",
            field=models.DateTimeField(null=True, verbose_name="put into a mail at"),
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("scheme", models.PositiveSmallIntegerField(default=1, verbose_name="way of sealing")),
                ("sealed_at", models.DateTimeField(verbose_name="sealed at")),
                ("up_to_at", models.DateTimeField(verbose_name="last entry at")),
                ("up_to_id", models.UUIDField(verbose_name="last entry")),
                ("count", models.PositiveIntegerField(verbose_name="entries")),
                ("entries", models.JSONField(verbose_name="fingerprints")),
                ("previous", models.CharField(blank=True, max_length=64, verbose_name="seal before")),
                ("digest", models.CharField(max_length=64, verbose_name="SHA-256")),
                (
                    "agency",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.agency",
                        verbose_name="agency",
                    ),
                ),
            ],
            options={
                "verbose_name": "seal of the audit trail",
                "verbose_name_plural": "seals of the audit trail",
                "ordering": ["agency", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "number"), name="audit_seal_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("agency__isnull", True)),
                        fields=("number",),
                        name="audit_seal_number_portal",
                    ),
                ],
            },
        ),
        db.append_only("qms_auditseal"),
        db.trigram_index("qms_searchentry", "folded"),
    ]
