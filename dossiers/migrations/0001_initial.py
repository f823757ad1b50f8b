import django.db.models.deletion
from django.db import migrations, models

import qms.models.base


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("qms", "0004_seals_outbox_and_search_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="Procedure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("name", models.CharField(max_length=500, verbose_name="name")),
                ("field", models.CharField(blank=True, max_length=200, verbose_name="field")),
                (
                    "online_level",
                    models.CharField(
                        choices=[
                            ("full", "Fully online"),
                            ("partial", "Partially online"),
                            ("none", "Not offered online"),
                        ],
                        default="none",
                        max_length=8,
                        verbose_name="online level",
                    ),
                ),
                (
                    "regulated_time",
                    models.DecimalField(
                        blank=True, decimal_places=1, max_digits=6, null=True, verbose_name="regulated time"
                    ),
                ),
                (
                    "regulated_unit",
                    models.CharField(
                        choices=[
                            ("working_days", "working days"),
                            ("days", "days"),
                            ("hours", "working hours"),
                        ],
                        default="working_days",
                        max_length=16,
                        verbose_name="counted in",
                    ),
                ),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                ("code", models.CharField(max_length=60, verbose_name="code")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.agency",
                        verbose_name="agency",
                    ),
                ),
            ],
            options={
                "verbose_name": "administrative procedure",
                "verbose_name_plural": "administrative procedures",
                "ordering": ["field", "name"],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "code"), name="procedure_code_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None),
                            ("valid_from", None),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="procedure_dates_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Dossier",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("code", models.CharField(max_length=60, verbose_name="dossier code")),
                (
                    "online_level",
                    models.CharField(
                        choices=[
                            ("full", "Fully online"),
                            ("partial", "Partially online"),
                            ("none", "Not offered online"),
                        ],
                        max_length=8,
                        verbose_name="online level",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("online", "Online"),
                            ("in_person", "In person"),
                            ("postal", "Public postal service"),
                        ],
                        max_length=10,
                        verbose_name="handed in",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("processing", "Being processed"),
                            ("supplement", "Waiting for a supplement"),
                            ("result", "Result ready"),
                            ("returned", "Result handed over"),
                            ("rejected", "Refused after examination"),
                            ("refused", "Refused at intake"),
                            ("withdrawn", "Withdrawn"),
                            ("stopped", "Processing stopped"),
                        ],
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="received")),
                ("due_original_at", models.DateTimeField(null=True, verbose_name="due")),
                ("due_extended_at", models.DateTimeField(null=True, verbose_name="due after extension")),
                (
                    "supplement_requested_at",
                    models.DateTimeField(null=True, verbose_name="supplement asked for"),
                ),
                (
                    "supplement_received_at",
                    models.DateTimeField(null=True, verbose_name="supplement received"),
                ),
                ("result_at", models.DateTimeField(null=True, verbose_name="result ready")),
                ("returned_at", models.DateTimeField(null=True, verbose_name="result handed over")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed without result")),
                ("rating", models.PositiveSmallIntegerField(null=True, verbose_name="rating")),
                ("officer_code", models.CharField(blank=True, max_length=80, verbose_name="officer")),
                ("row_hash", models.CharField(max_length=32, verbose_name="fingerprint of the facts")),
                ("as_of", models.DateTimeField(verbose_name="as of")),
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("import_seq", models.PositiveIntegerField(verbose_name="in force since import")),
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
                        related_name="+",
                        to="qms.orgunit",
                        verbose_name="handling unit",
                    ),
                ),
                (
                    "procedure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dossiers.procedure",
                        verbose_name="procedure",
                    ),
                ),
            ],
            options={
                "verbose_name": "dossier",
                "verbose_name_plural": "dossiers",
                "ordering": ["-received_at", "code"],
                "indexes": [
                    models.Index(fields=["agency", "received_at"], name="dossier_received"),
                    models.Index(fields=["agency", "result_at"], name="dossier_result"),
                    models.Index(fields=["agency", "unit", "received_at"], name="dossier_unit_received"),
                    models.Index(
                        fields=["agency", "procedure", "received_at"], name="dossier_procedure_received"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "code"), name="dossier_code_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("rating", None), ("rating__range", (1, 5)), _connector="OR"),
                        name="dossier_rating_1_to_5",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportProfile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("code", models.SlugField(max_length=60, verbose_name="code")),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                ("mapping", models.JSONField(verbose_name="mapping")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.agency",
                        verbose_name="agency",
                    ),
                ),
            ],
            options={
                "verbose_name": "import profile",
                "verbose_name_plural": "import profiles",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "code"), name="import_profile_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="DossierImport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("seq", models.PositiveIntegerField(null=True, verbose_name="number")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checking", "Being checked"),
                            ("checked", "Checked"),
                            ("importing", "Being imported"),
                            ("committed", "Imported"),
                            ("failed", "Refused"),
                            ("cancelled", "Given up"),
                        ],
                        default="checking",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("file_name", models.CharField(max_length=255, verbose_name="file name")),
                ("size", models.PositiveBigIntegerField(verbose_name="size in bytes")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("incoming", models.CharField(blank=True, max_length=255, verbose_name="temporary file")),
                ("mapping", models.JSONField(default=dict, verbose_name="mapping as used")),
                ("understood", models.JSONField(default=dict, verbose_name="what was understood")),
                ("as_of", models.DateTimeField(null=True, verbose_name="as of")),
                ("read_count", models.PositiveIntegerField(default=0, verbose_name="rows read")),
                ("new_count", models.PositiveIntegerField(default=0, verbose_name="new")),
                ("updated_count", models.PositiveIntegerField(default=0, verbose_name="updated")),
                ("unchanged_count", models.PositiveIntegerField(default=0, verbose_name="unchanged")),
                ("older_count", models.PositiveIntegerField(default=0, verbose_name="older than known")),
                ("repeated_count", models.PositiveIntegerField(default=0, verbose_name="repeated")),
                ("rejected_count", models.PositiveIntegerField(default=0, verbose_name="rejected")),
                ("warning_count", models.PositiveIntegerField(default=0, verbose_name="warnings")),
                ("touched", models.JSONField(default=dict, verbose_name="what it touched")),
                ("job_id", models.UUIDField(null=True, verbose_name="background job")),
                ("committed_at", models.DateTimeField(null=True, verbose_name="imported at")),
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
                    "imported_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="imported by",
                    ),
                ),
                (
                    "profile",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imports",
                        to="dossiers.importprofile",
                        verbose_name="profile",
                    ),
                ),
            ],
            options={
                "verbose_name": "import",
                "verbose_name_plural": "imports",
                "ordering": ["-created_at"],
                "indexes": [models.Index(fields=["agency", "sha256"], name="import_hash")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("seq__isnull", False)),
                        fields=("agency", "seq"),
                        name="import_seq_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "committed"), ("as_of__isnull", False), ("seq__isnull", False)
                            ),
                            models.Q(models.Q(("state", "committed"), _negated=True), ("seq", None)),
                            _connector="OR",
                        ),
                        name="import_committed_has_number",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRowError",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "severity",
                    models.CharField(
                        choices=[("error", "Row not imported"), ("warning", "Warning")],
                        default="error",
                        max_length=8,
                        verbose_name="severity",
                    ),
                ),
                ("line", models.PositiveIntegerField(verbose_name="line")),
                ("column", models.CharField(max_length=255, verbose_name="column")),
                ("code", models.CharField(blank=True, max_length=60, verbose_name="dossier code")),
                ("kind", models.CharField(max_length=40, verbose_name="kind")),
                ("value", models.CharField(blank=True, max_length=255, verbose_name="value")),
                ("expected", models.CharField(blank=True, max_length=500, verbose_name="expected")),
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
                        related_name="row_errors",
                        to="dossiers.dossierimport",
                        verbose_name="import",
                    ),
                ),
            ],
            options={
                "verbose_name": "row that was refused",
                "verbose_name_plural": "rows that were refused",
                "ordering": ["severity", "line", "column"],
                "indexes": [
                    models.Index(
                        fields=["agency", "dossier_import", "severity", "line"], name="row_error_place"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportSequence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("last", models.PositiveIntegerField(default=0, verbose_name="last number")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.agency",
                        verbose_name="agency",
                    ),
                ),
            ],
            options={
                "verbose_name": "import sequence",
                "verbose_name_plural": "import sequences",
                "constraints": [models.UniqueConstraint(fields=("agency",), name="import_sequence_unique")],
            },
        ),
        migrations.CreateModel(
            name="DossierVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("code", models.CharField(max_length=60, verbose_name="dossier code")),
                (
                    "online_level",
                    models.CharField(
                        choices=[
                            ("full", "Fully online"),
                            ("partial", "Partially online"),
                            ("none", "Not offered online"),
                        ],
                        max_length=8,
                        verbose_name="online level",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("online", "Online"),
                            ("in_person", "In person"),
                            ("postal", "Public postal service"),
                        ],
                        max_length=10,
                        verbose_name="handed in",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("processing", "Being processed"),
                            ("supplement", "Waiting for a supplement"),
                            ("result", "Result ready"),
                            ("returned", "Result handed over"),
                            ("rejected", "Refused after examination"),
                            ("refused", "Refused at intake"),
                            ("withdrawn", "Withdrawn"),
                            ("stopped", "Processing stopped"),
                        ],
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="received")),
                ("due_original_at", models.DateTimeField(null=True, verbose_name="due")),
                ("due_extended_at", models.DateTimeField(null=True, verbose_name="due after extension")),
                (
                    "supplement_requested_at",
                    models.DateTimeField(null=True, verbose_name="supplement asked for"),
                ),
                (
                    "supplement_received_at",
                    models.DateTimeField(null=True, verbose_name="supplement received"),
                ),
                ("result_at", models.DateTimeField(null=True, verbose_name="result ready")),
                ("returned_at", models.DateTimeField(null=True, verbose_name="result handed over")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed without result")),
                ("rating", models.PositiveSmallIntegerField(null=True, verbose_name="rating")),
                ("officer_code", models.CharField(blank=True, max_length=80, verbose_name="officer")),
                ("row_hash", models.CharField(max_length=32, verbose_name="fingerprint of the facts")),
                ("as_of", models.DateTimeField(verbose_name="as of")),
                ("from_seq", models.PositiveIntegerField(verbose_name="in force since import")),
                ("to_seq", models.PositiveIntegerField(verbose_name="superseded by import")),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="dossiers.dossier",
                        verbose_name="dossier",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.orgunit",
                        verbose_name="handling unit",
                    ),
                ),
                (
                    "procedure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dossiers.procedure",
                        verbose_name="procedure",
                    ),
                ),
            ],
            options={
                "verbose_name": "former facts of a dossier",
                "verbose_name_plural": "former facts of dossiers",
                "ordering": ["dossier", "from_seq"],
                "indexes": [models.Index(fields=["agency", "to_seq"], name="dossier_version_seq")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "dossier", "to_seq"), name="dossier_version_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_seq__gt", models.F("from_seq"))),
                        name="dossier_version_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProcedureVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("name", models.CharField(max_length=500, verbose_name="name")),
                ("field", models.CharField(blank=True, max_length=200, verbose_name="field")),
                (
                    "online_level",
                    models.CharField(
                        choices=[
                            ("full", "Fully online"),
                            ("partial", "Partially online"),
                            ("none", "Not offered online"),
                        ],
                        default="none",
                        max_length=8,
                        verbose_name="online level",
                    ),
                ),
                (
                    "regulated_time",
                    models.DecimalField(
                        blank=True, decimal_places=1, max_digits=6, null=True, verbose_name="regulated time"
                    ),
                ),
                (
                    "regulated_unit",
                    models.CharField(
                        choices=[
                            ("working_days", "working days"),
                            ("days", "days"),
                            ("hours", "working hours"),
                        ],
                        default="working_days",
                        max_length=16,
                        verbose_name="counted in",
                    ),
                ),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
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
                    "procedure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="dossiers.procedure",
                        verbose_name="procedure",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a procedure",
                "verbose_name_plural": "versions of procedures",
                "ordering": ["procedure", "valid_from"],
            },
        ),
    ]
