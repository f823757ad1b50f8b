"""Versions of drafts, templates of papers, papers about earlier papers, located comments."""

import django.db.models.deletion
from django.db import migrations, models

import qms.models.base
from qms import db


class Migration(migrations.Migration):
    """Versions of drafts, templates, papers about earlier papers, located comments."""

    dependencies = [
        ("documents", "0002_append_only"),
        ("qms", "0004_seals_outbox_and_search_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaperTemplate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("key", models.CharField(max_length=80, verbose_name="key")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("decision", "Decision"),
                            ("plan", "Plan"),
                            ("programme", "Programme"),
                            ("report", "Report"),
                            ("notice", "Notice"),
                            ("minutes", "Minutes"),
                            ("declaration", "Declaration of conformity"),
                            ("letter", "Official letter"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("content", models.JSONField(verbose_name="content")),
                ("valid_from", models.DateField(verbose_name="used from")),
                ("retired", models.BooleanField(default=False, verbose_name="no longer offered")),
            ],
            options={
                "verbose_name": "template of papers",
                "verbose_name_plural": "templates of papers",
                "ordering": ["kind", "name", "-valid_from"],
            },
        ),
        migrations.CreateModel(
            name="PaperVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("content", models.JSONField(verbose_name="content")),
                ("content_hash", models.CharField(max_length=64, verbose_name="hash of the content")),
            ],
            options={
                "verbose_name": "version of a paper",
                "verbose_name_plural": "versions of papers",
                "ordering": ["-number"],
            },
        ),
        migrations.AddField(
            model_name="paper",
            name="amends",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="amended_by",
                to="documents.paper",
                verbose_name="about the earlier paper",
            ),
        ),
        migrations.AddField(
            model_name="paper",
            name="effect",
            field=models.CharField(
                blank=True,
                choices=[
                    ("corrected", "Corrects it"),
                    ("superseded", "Supersedes it"),
                    ("revoked", "Revokes it"),
                ],
                max_length=12,
                verbose_name="what it does to it",
            ),
        ),
        migrations.AddField(
            model_name="papercomment",
            name="place",
            field=models.CharField(blank=True, max_length=60, verbose_name="part"),
        ),
        migrations.AddField(
            model_name="papercomment",
            name="place_words",
            field=models.CharField(blank=True, max_length=200, verbose_name="about"),
        ),
        migrations.AddField(
            model_name="papercomment",
            name="settled_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="settled at"),
        ),
        migrations.AddField(
            model_name="papercomment",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="qms.person",
                verbose_name="settled by",
            ),
        ),
        migrations.AddField(
            model_name="papercomment",
            name="version",
            field=models.PositiveIntegerField(default=1, verbose_name="version"),
        ),
        migrations.AddConstraint(
            model_name="legalbasis",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expires_on__isnull", True),
                    ("in_force_from__isnull", True),
                    ("expires_on__gte", models.F("in_force_from")),
                    _connector="OR",
                ),
                name="legal_basis_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amends__isnull", True), ("effect", "")),
                    models.Q(("amends__isnull", False), models.Q(("effect", ""), _negated=True)),
                    _connector="OR",
                ),
                name="paper_effect_on_a_paper",
            ),
        ),
        migrations.AddField(
            model_name="papertemplate",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="qms.agency",
                verbose_name="agency",
            ),
        ),
        migrations.AddField(
            model_name="paperversion",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="qms.agency",
                verbose_name="agency",
            ),
        ),
        migrations.AddField(
            model_name="paperversion",
            name="paper",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions",
                to="documents.paper",
                verbose_name="paper",
            ),
        ),
        migrations.AddField(
            model_name="paperversion",
            name="saved_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="qms.person",
                verbose_name="saved by",
            ),
        ),
        migrations.AddConstraint(
            model_name="papertemplate",
            constraint=models.UniqueConstraint(
                fields=("agency", "key", "valid_from"), name="paper_template_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="paperversion",
            constraint=models.UniqueConstraint(fields=("paper", "number"), name="paper_version_once"),
        ),
        db.append_only("documents_paperversion"),
    ]
