import django.db.models.deletion
from django.db import migrations, models

import qms.models.base


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0003_surveys"),
        ("qms", "0004_seals_outbox_and_search_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "name",
                    models.CharField(
                        help_text="The one-stop system that uses it.", max_length=120, verbose_name="system"
                    ),
                ),
                ("prefix", models.CharField(max_length=12, verbose_name="begins with")),
                ("digest", models.CharField(max_length=64, unique=True, verbose_name="digest")),
                ("last_used_at", models.DateTimeField(null=True, verbose_name="last used")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="revoked at")),
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
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="created by",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="revoked by",
                    ),
                ),
            ],
            options={
                "verbose_name": "access token",
                "verbose_name_plural": "access tokens",
                "ordering": ["revoked_at", "name"],
            },
        ),
        migrations.CreateModel(
            name="ApiBatch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("key", models.CharField(max_length=100, verbose_name="idempotency key")),
                ("body_sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("status", models.PositiveSmallIntegerField(default=0, verbose_name="status")),
                ("answer", models.JSONField(default=dict, verbose_name="answer")),
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
                    "dossier_import",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dossiers.dossierimport",
                        verbose_name="import",
                    ),
                ),
                (
                    "token",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batches",
                        to="dossiers.apitoken",
                        verbose_name="access token",
                    ),
                ),
            ],
            options={
                "verbose_name": "batch of the interface",
                "verbose_name_plural": "batches of the interface",
                "ordering": ["-created_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "token", "key"), name="api_batch_key_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="DossierPersonal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("import_seq", models.PositiveIntegerField(verbose_name="brought by import")),
                ("sealed", models.TextField(verbose_name="encrypted")),
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
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="personal",
                        to="dossiers.dossier",
                        verbose_name="dossier",
                    ),
                ),
            ],
            options={
                "verbose_name": "personal data of a dossier",
                "verbose_name_plural": "personal data of dossiers",
                "ordering": ["dossier", "import_seq"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "dossier", "import_seq"), name="dossier_personal_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRejectedRow",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("line", models.PositiveIntegerField(verbose_name="line")),
                ("cells", models.JSONField(default=dict, verbose_name="cells")),
                ("reasons", models.JSONField(default=list, verbose_name="reasons")),
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
                    "dossier_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rejected_rows",
                        to="dossiers.dossierimport",
                        verbose_name="import",
                    ),
                ),
            ],
            options={
                "verbose_name": "row to be mended",
                "verbose_name_plural": "rows to be mended",
                "ordering": ["line"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "dossier_import", "line"), name="rejected_row_line_unique"
                    )
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="dossierimport",
            name="import_committed_has_number",
        ),
        migrations.AddField(
            model_name="dossierimport",
            name="all_or_nothing",
            field=models.BooleanField(
                default=False,
                help_text="One rejected row refuses the whole file.",
                verbose_name="all or nothing",
            ),
        ),
        migrations.AddField(
            model_name="dossierimport",
            name="source",
            field=models.CharField(
                choices=[("file", "File"), ("api", "Interface")],
                default="file",
                max_length=4,
                verbose_name="source",
            ),
        ),
        migrations.AddField(
            model_name="dossierimport",
            name="undone_at",
            field=models.DateTimeField(null=True, verbose_name="undone at"),
        ),
        migrations.AlterField(
            model_name="dossierimport",
            name="state",
            field=models.CharField(
                choices=[
                    ("checking", "Being checked"),
                    ("checked", "Checked"),
                    ("importing", "Being imported"),
                    ("committed", "Imported"),
                    ("failed", "Refused"),
                    ("cancelled", "Given up"),
                    ("undone", "Undone"),
                ],
                default="checking",
                max_length=12,
                verbose_name="state",
            ),
        ),
        migrations.AddConstraint(
            model_name="dossierimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ("committed", "undone")),
                        ("as_of__isnull", False),
                        ("seq__isnull", False),
                    ),
                    models.Q(models.Q(("state__in", ("committed", "undone")), _negated=True), ("seq", None)),
                    _connector="OR",
                ),
                name="import_committed_has_number",
            ),
        ),
    ]
