import django.db.models.deletion
from django.db import migrations, models

import documents.models.papers
import qms.models.base


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("qms", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="NumberSeries",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("key", models.CharField(max_length=20, verbose_name="book")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("last_number", models.PositiveIntegerField(default=0, verbose_name="last number")),
                ("last_date", models.DateField(blank=True, null=True, verbose_name="date of the last paper")),
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
                "verbose_name": "number series",
                "verbose_name_plural": "number series",
                "ordering": ["-year", "key"],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "key", "year"), name="series_once_per_year")
                ],
            },
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
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
                ("purpose", models.CharField(blank=True, max_length=80, verbose_name="purpose")),
                ("subject_key", models.CharField(blank=True, max_length=120, verbose_name="subject")),
                ("title", models.CharField(max_length=500, verbose_name="title")),
                ("content", models.JSONField(verbose_name="content")),
                ("content_hash", models.CharField(max_length=64, verbose_name="hash of the content")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in_review", "In review"),
                            ("approved", "Waiting for signature"),
                            ("authorised", "Waiting for number"),
                            ("issuing", "Being issued"),
                            ("issued", "Issued"),
                            ("corrected", "Corrected by another paper"),
                            ("superseded", "Superseded"),
                            ("revoked", "Revoked"),
                            ("abandoned", "Abandoned"),
                        ],
                        db_index=True,
                        default="draft",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "submitted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="sent for review at"),
                ),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="approved at")),
                (
                    "authorised_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="signature authorised at"),
                ),
                ("symbol", models.CharField(max_length=60, verbose_name="symbol")),
                ("number", models.PositiveIntegerField(blank=True, null=True, verbose_name="number")),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year")),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="date of the paper")),
                ("issued_at", models.DateTimeField(blank=True, null=True, verbose_name="issued at")),
                ("failure", models.TextField(blank=True, verbose_name="why issuing failed")),
                (
                    "code",
                    models.CharField(
                        default=documents.models.papers.new_code,
                        max_length=20,
                        unique=True,
                        verbose_name="verification code",
                    ),
                ),
                (
                    "ended_on",
                    models.DateField(blank=True, null=True, verbose_name="no longer in force since"),
                ),
                ("end_reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
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
                    "approver",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="approved by",
                    ),
                ),
                (
                    "authorised_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="signature authorised by",
                    ),
                ),
                (
                    "drafter",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="drafted by",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaces",
                        to="documents.paper",
                        verbose_name="by the paper",
                    ),
                ),
                (
                    "signer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers_to_sign",
                        to="qms.person",
                        verbose_name="signed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "paper",
                "verbose_name_plural": "papers",
                "ordering": ["-created_at"],
                "indexes": [
                    models.Index(fields=["agency", "state"], name="paper_agency_state"),
                    models.Index(fields=["agency", "purpose", "subject_key"], name="paper_subject"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("number__isnull", False)),
                        fields=("agency", "symbol", "year", "number"),
                        name="paper_number_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["issuing", "issued", "corrected", "superseded", "revoked"]),
                                _negated=True,
                            ),
                            models.Q(
                                ("issued_on__isnull", False),
                                ("number__isnull", False),
                                ("year__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="paper_issued_has_number",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperComment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in_review", "In review"),
                            ("approved", "Waiting for signature"),
                            ("authorised", "Waiting for number"),
                            ("issuing", "Being issued"),
                            ("issued", "Issued"),
                            ("corrected", "Corrected by another paper"),
                            ("superseded", "Superseded"),
                            ("revoked", "Revoked"),
                            ("abandoned", "Abandoned"),
                        ],
                        max_length=12,
                        verbose_name="state of the paper",
                    ),
                ),
                ("text", models.TextField(max_length=4000, verbose_name="comment")),
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
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="documents.paper",
                        verbose_name="paper",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "comment on a paper",
                "verbose_name_plural": "comments on papers",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="RegisterEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("symbol", models.CharField(max_length=60, verbose_name="symbol")),
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
                ("title", models.CharField(max_length=500, verbose_name="title")),
                ("issued_on", models.DateField(verbose_name="date of the paper")),
                ("signer_name", models.CharField(max_length=200, verbose_name="signed by")),
                ("recipients", models.TextField(blank=True, verbose_name="recipients")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("allocated", "Being issued"),
                            ("issued", "Issued"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="allocated",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, max_length=500, verbose_name="reason of the cancellation"),
                ),
                ("allocated_at", models.DateTimeField(verbose_name="number given at")),
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
                    "allocated_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="number given by",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="register_entries",
                        to="documents.paper",
                        verbose_name="paper",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="documents.numberseries",
                        verbose_name="book",
                    ),
                ),
            ],
            options={
                "verbose_name": "register entry",
                "verbose_name_plural": "register of numbers",
                "ordering": ["-year", "series", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("series", "number"), name="number_given_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "cancelled"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cancelled_number_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("rendered", "Rendered with its number"),
                            ("leader", "Signed by the person in charge"),
                            ("agency", "Signed by the agency"),
                        ],
                        max_length=10,
                        verbose_name="stage",
                    ),
                ),
                ("sha256", models.CharField(db_index=True, max_length=64, verbose_name="SHA-256")),
                ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                ("signer_label", models.CharField(blank=True, max_length=255, verbose_name="signed by")),
                (
                    "certificate",
                    models.CharField(blank=True, max_length=64, verbose_name="SHA-256 of the certificate"),
                ),
                ("level", models.CharField(blank=True, max_length=8, verbose_name="signature level")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
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
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.storedfile",
                        verbose_name="file",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="documents.paper",
                        verbose_name="paper",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="documents.registerentry",
                        verbose_name="number",
                    ),
                ),
            ],
            options={
                "verbose_name": "paper file",
                "verbose_name_plural": "paper files",
                "ordering": ["made_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "stage"), name="paper_file_once_per_stage")
                ],
            },
        ),
        migrations.CreateModel(
            name="SigningKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "backend",
                    models.CharField(
                        choices=[("pkcs12", "PKCS#12")],
                        default="pkcs12",
                        max_length=10,
                        verbose_name="kept in",
                    ),
                ),
                ("subject", models.CharField(max_length=255, verbose_name="certificate of")),
                ("issuer", models.CharField(max_length=255, verbose_name="certified by")),
                ("serial", models.CharField(max_length=60, verbose_name="serial number")),
                ("fingerprint", models.CharField(max_length=64, verbose_name="SHA-256 of the certificate")),
                ("valid_from", models.DateTimeField(verbose_name="valid from")),
                ("valid_to", models.DateTimeField(verbose_name="valid to")),
                ("certificate", models.TextField(verbose_name="certificate")),
                ("container", models.BinaryField(verbose_name="key file, encrypted")),
                ("password", models.BinaryField(verbose_name="password, encrypted")),
                (
                    "is_trial",
                    models.BooleanField(default=False, verbose_name="trial key without legal value"),
                ),
                (
                    "retired_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="no longer used since"),
                ),
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
                    "image",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.storedfile",
                        verbose_name="image of the signature or seal",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signing_keys",
                        to="qms.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "signing key",
                "verbose_name_plural": "signing keys",
                "ordering": ["-created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False), ("retired_at", None)),
                        fields=("agency", "person"),
                        name="one_key_per_person",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", True), ("retired_at", None)),
                        fields=("agency",),
                        name="one_key_per_agency",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LegalBasis",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "kind",
                    models.CharField(
                        help_text="Such as Quyết định, Thông tư, Kế hoạch.",
                        max_length=60,
                        verbose_name="kind",
                    ),
                ),
                ("number", models.CharField(max_length=80, verbose_name="number and symbol")),
                ("issuer", models.CharField(max_length=255, verbose_name="issued by")),
                ("issued_on", models.DateField(verbose_name="issued on")),
                ("about", models.CharField(max_length=600, verbose_name="about")),
                ("in_force_from", models.DateField(blank=True, null=True, verbose_name="in force from")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="in force until")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
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
                    "replaced_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaces",
                        to="documents.legalbasis",
                        verbose_name="replaced by",
                    ),
                ),
            ],
            options={
                "verbose_name": "legal basis",
                "verbose_name_plural": "legal bases",
                "ordering": ["-issued_on", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "number", "issued_on"), name="legal_basis_once")
                ],
            },
        ),
    ]
