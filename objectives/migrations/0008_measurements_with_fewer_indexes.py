"""Measurements and figures: keys that begin with the agency, and no index that nobody asks."""

import django.db.models.deletion
from django.db import migrations, models

from qms.db import append_only, append_only_again


class Migration(migrations.Migration):
    dependencies = [
        ("objectives", "0007_set_imports"),
        ("qms", "0004_seals_outbox_and_search_index"),
    ]

    operations = [
        append_only_again("objectives_measurement"),
        migrations.RemoveConstraint(
            model_name="figure",
            name="figure_of_agency_once",
        ),
        migrations.RemoveConstraint(
            model_name="figure",
            name="figure_of_unit_once",
        ),
        migrations.AlterField(
            model_name="figure",
            name="agency",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="qms.agency",
                verbose_name="agency",
            ),
        ),
        migrations.AlterField(
            model_name="figure",
            name="target",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="objectives.target",
                verbose_name="target",
            ),
        ),
        migrations.AlterField(
            model_name="figure",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="qms.orgunit",
                verbose_name="unit",
            ),
        ),
        migrations.AlterField(
            model_name="measurement",
            name="agency",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="qms.agency",
                verbose_name="agency",
            ),
        ),
        migrations.AlterField(
            model_name="measurement",
            name="target",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="objectives.target",
                verbose_name="target",
            ),
        ),
        migrations.AlterField(
            model_name="measurement",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="qms.orgunit",
                verbose_name="unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="figure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("unit__isnull", True)),
                fields=("agency", "target", "period", "formula"),
                name="figure_of_agency_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="figure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("unit__isnull", False)),
                fields=("agency", "target", "period", "formula", "unit"),
                name="figure_of_unit_once",
            ),
        ),
        append_only("objectives_measurement"),
    ]
