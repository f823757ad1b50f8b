"""Who an act stands for, draft editions, aliases of units."""

import django.db.models.deletion
from django.db import migrations, models

import qms.models.base


class Migration(migrations.Migration):
    dependencies = [
        ("qms", "0002_append_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="auditentry",
            name="on_behalf_of",
            field=models.ForeignKey(
                help_text="Whoever delegated the role that the act rested on.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="qms.person",
                verbose_name="on behalf of",
            ),
        ),
        migrations.AddField(
            model_name="standardedition",
            name="is_draft",
            field=models.BooleanField(default=False, verbose_name="draft, not yet published"),
        ),
        migrations.CreateModel(
            name="OrgUnitAlias",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("name", models.CharField(max_length=255, verbose_name="name or code in the other system")),
                ("folded", models.CharField(editable=False, max_length=255, verbose_name="folded name")),
                ("system", models.CharField(blank=True, max_length=120, verbose_name="other system")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.agency",
                        verbose_name="agency",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="aliases",
                        to="qms.orgunit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "unit alias",
                "verbose_name_plural": "unit aliases",
                "ordering": ["unit", "name"],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "folded"), name="unit_alias_unique")
                ],
            },
        ),
    ]
