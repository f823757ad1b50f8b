import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import qms.models.base


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("documents", "0002_append_only"),
        ("dossiers", "0001_initial"),
        ("qms", "0004_seals_outbox_and_search_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditProgramme",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="version")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Being drawn up"),
                            ("submitted", "Waiting for approval"),
                            ("approved", "Approved"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("objective", models.TextField(verbose_name="objective")),
                ("scope", models.TextField(verbose_name="scope")),
                ("criteria", models.TextField(verbose_name="criteria")),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="submitted at")),
                ("approved_at", models.DateTimeField(null=True, verbose_name="approved at")),
                ("return_note", models.TextField(blank=True, verbose_name="reason of the return")),
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
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="approved by",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="drafted by",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.paper",
                        verbose_name="paper",
                    ),
                ),
            ],
            options={
                "verbose_name": "audit programme",
                "verbose_name_plural": "audit programmes",
                "ordering": ["-year"],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "year"), name="programme_once_a_year"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            ("drafted_by", None),
                            models.Q(("approved_by", models.F("drafted_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="programme_drafter_does_not_approve",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Audit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("title", models.CharField(max_length=255, verbose_name="audit")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Being planned"),
                            ("notified", "Plan sent"),
                            ("under_way", "Under way"),
                            ("reporting", "Report being written"),
                            ("reported", "Reported"),
                            ("closed", "Closed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planned",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("objective", models.TextField(verbose_name="objective")),
                ("scope", models.TextField(verbose_name="scope")),
                ("criteria", models.TextField(verbose_name="criteria")),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(verbose_name="last day")),
                ("appointed_on", models.DateField(blank=True, null=True, verbose_name="team appointed on")),
                ("appointment", models.CharField(blank=True, max_length=255, verbose_name="appointed by")),
                ("notified_at", models.DateTimeField(null=True, verbose_name="plan sent at")),
                ("started_at", models.DateTimeField(null=True, verbose_name="started at")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="work on site ended at")),
                ("reported_at", models.DateTimeField(null=True, verbose_name="reported at")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed at")),
                ("conclusion", models.TextField(blank=True, verbose_name="conclusion")),
                ("recommendation", models.TextField(blank=True, verbose_name="recommendations")),
                ("cancel_reason", models.TextField(blank=True, verbose_name="reason of the cancellation")),
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
                    "decision",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.paper",
                        verbose_name="decision",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="drafted by",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.paper",
                        verbose_name="plan",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.paper",
                        verbose_name="report",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audits",
                        to="audits.auditprogramme",
                        verbose_name="programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "audit",
                "verbose_name_plural": "audits",
                "ordering": ["-starts_on", "code"],
                "indexes": [models.Index(fields=["agency", "state", "starts_on"], name="audit_by_state")],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "code"), name="audit_code_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="audit_dates_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditQuestion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="version")),
                ("clause_code", models.CharField(max_length=20, verbose_name="clause")),
                (
                    "process",
                    models.CharField(
                        blank=True,
                        help_text="Empty: asked of every process.",
                        max_length=120,
                        verbose_name="process",
                    ),
                ),
                ("text", models.TextField(verbose_name="question")),
                (
                    "requirement",
                    models.TextField(
                        help_text="What has to hold, in your own words.", verbose_name="requirement"
                    ),
                ),
                ("look_at", models.CharField(blank=True, max_length=300, verbose_name="evidence to see")),
                ("samples", models.BooleanField(default=False, verbose_name="looks at dossiers")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("current", models.BooleanField(default=True, verbose_name="in use")),
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
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="changed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "audit question",
                "verbose_name_plural": "library of audit questions",
                "ordering": ["order", "code", "-version"],
                "indexes": [
                    models.Index(fields=["agency", "current", "clause_code"], name="audit_question_clause")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "code", "version"), name="audit_question_version"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("current", True)),
                        fields=("agency", "code"),
                        name="audit_question_one_in_use",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditSession",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "process",
                    models.CharField(blank=True, max_length=255, verbose_name="process or procedure"),
                ),
                ("starts_at", models.DateTimeField(verbose_name="from")),
                ("ends_at", models.DateTimeField(verbose_name="to")),
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
                    "audit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="audits.audit",
                        verbose_name="audit",
                    ),
                ),
                (
                    "auditors",
                    models.ManyToManyField(
                        related_name="audit_sessions", to="qms.person", verbose_name="auditors"
                    ),
                ),
                (
                    "clauses",
                    models.ManyToManyField(related_name="+", to="qms.clause", verbose_name="clauses"),
                ),
                (
                    "procedure",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dossiers.procedure",
                        verbose_name="administrative procedure",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audit_sessions",
                        to="qms.orgunit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "audit session",
                "verbose_name_plural": "audit sessions",
                "ordering": ["starts_at", "created_at"],
                "indexes": [models.Index(fields=["agency", "starts_at"], name="audit_session_by_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="audit_session_times"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Checklist",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("seed", models.CharField(blank=True, max_length=40, verbose_name="seed of the draw")),
                ("population", models.PositiveIntegerField(default=0, verbose_name="population")),
                (
                    "population_hash",
                    models.CharField(blank=True, max_length=64, verbose_name="fingerprint of the population"),
                ),
                ("sampled_from", models.DateField(null=True, verbose_name="dossiers from")),
                ("sampled_to", models.DateField(null=True, verbose_name="dossiers to")),
                ("sample", models.JSONField(default=list, verbose_name="sampled dossiers")),
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
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="made by",
                    ),
                ),
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checklist",
                        to="audits.auditsession",
                        verbose_name="session",
                    ),
                ),
            ],
            options={
                "verbose_name": "checklist",
                "verbose_name_plural": "checklists",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="ChecklistItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("text", models.TextField(verbose_name="question")),
                ("requirement", models.TextField(blank=True, verbose_name="requirement")),
                ("look_at", models.CharField(blank=True, max_length=300, verbose_name="evidence to see")),
                ("samples", models.BooleanField(default=False, verbose_name="looks at dossiers")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("conform", "Conform"),
                            ("nonconform", "Nonconform"),
                            ("observation", "Observation"),
                            ("strength", "Strength"),
                            ("not_applicable", "Not applicable"),
                        ],
                        max_length=14,
                        verbose_name="conclusion",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="notes")),
                ("version", models.PositiveIntegerField(default=0, verbose_name="version")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="answered at")),
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
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="answered by",
                    ),
                ),
                (
                    "checklist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="audits.checklist",
                        verbose_name="checklist",
                    ),
                ),
                (
                    "clause",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.clause",
                        verbose_name="clause",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audits.auditquestion",
                        verbose_name="question of the library",
                    ),
                ),
            ],
            options={
                "verbose_name": "question of a checklist",
                "verbose_name_plural": "questions of checklists",
                "ordering": ["checklist", "number"],
                "indexes": [models.Index(fields=["agency", "answer"], name="checklist_item_answer")],
                "constraints": [
                    models.UniqueConstraint(fields=("checklist", "number"), name="checklist_item_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="AnswerRecord",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("key", models.CharField(max_length=60, verbose_name="key of the sender")),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("conform", "Conform"),
                            ("nonconform", "Nonconform"),
                            ("observation", "Observation"),
                            ("strength", "Strength"),
                            ("not_applicable", "Not applicable"),
                        ],
                        max_length=14,
                        verbose_name="conclusion",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="notes")),
                ("at", models.DateTimeField(verbose_name="received at")),
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
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="answered by",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="audits.checklistitem",
                        verbose_name="question",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer",
                "verbose_name_plural": "answers",
                "ordering": ["item", "version"],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "key"), name="answer_key_once"),
                    models.UniqueConstraint(fields=("item", "version"), name="answer_version_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnswerEvidence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("key", models.CharField(max_length=60, verbose_name="key of the sender")),
                ("caption", models.CharField(blank=True, max_length=255, verbose_name="caption")),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="added by",
                    ),
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
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.storedfile",
                        verbose_name="file",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="audits.checklistitem",
                        verbose_name="question",
                    ),
                ),
            ],
            options={
                "verbose_name": "evidence of an answer",
                "verbose_name_plural": "evidence of answers",
                "ordering": ["created_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "key"), name="answer_evidence_key_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("key", models.CharField(max_length=60, verbose_name="key of the sender")),
                (
                    "grade",
                    models.CharField(
                        choices=[
                            ("major", "Major nonconformity"),
                            ("minor", "Minor nonconformity"),
                            ("observation", "Observation"),
                            ("strength", "Strength"),
                        ],
                        max_length=12,
                        verbose_name="grade",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("raised", "Waits for the unit"),
                            ("acknowledged", "Acknowledged"),
                            ("disputed", "Disputed"),
                            ("upheld", "Upheld"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="raised",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "process",
                    models.CharField(blank=True, max_length=255, verbose_name="process or procedure"),
                ),
                ("description", models.TextField(verbose_name="finding")),
                ("requirement", models.TextField(blank=True, verbose_name="requirement")),
                ("evidence", models.TextField(blank=True, verbose_name="objective evidence")),
                ("raised_at", models.DateTimeField(verbose_name="raised at")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="answered at")),
                ("answer_note", models.TextField(blank=True, verbose_name="words of the unit")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided at")),
                ("decision_note", models.TextField(blank=True, verbose_name="reason of the decision")),
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
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="answered by",
                    ),
                ),
                (
                    "audit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="audits.audit",
                        verbose_name="audit",
                    ),
                ),
                (
                    "clause",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.clause",
                        verbose_name="clause",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="decided by",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="audits.checklistitem",
                        verbose_name="question",
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings_raised",
                        to="qms.person",
                        verbose_name="raised by",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="qms.orgunit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "finding",
                "verbose_name_plural": "findings",
                "ordering": ["-raised_at", "code"],
                "indexes": [
                    models.Index(fields=["agency", "state", "grade"], name="finding_by_state"),
                    models.Index(fields=["agency", "unit", "state"], name="finding_by_unit"),
                    models.Index(fields=["agency", "clause"], name="finding_by_clause"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "code"), name="finding_code_unique"),
                    models.UniqueConstraint(fields=("agency", "key"), name="finding_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("grade__in", ["major", "minor"]), _negated=True),
                            models.Q(
                                ("clause__isnull", False),
                                models.Q(("requirement", ""), _negated=True),
                                models.Q(("evidence", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="nonconformity_has_clause_requirement_evidence",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "disputed"), _negated=True),
                            models.Q(("answer_note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="dispute_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgrammeEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "process",
                    models.CharField(blank=True, max_length=255, verbose_name="process or procedure"),
                ),
                (
                    "month",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(12),
                        ],
                        verbose_name="month",
                    ),
                ),
                ("criteria", models.CharField(blank=True, max_length=300, verbose_name="criteria")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("on_site", "On site"),
                            ("records", "Review of records"),
                            ("remote", "Remote"),
                            ("mixed", "On site and records"),
                        ],
                        default="mixed",
                        max_length=10,
                        verbose_name="method",
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("planned", "Yearly cycle"),
                            ("risk", "High risk"),
                            ("finding", "Past finding"),
                            ("dossiers", "Late dossiers"),
                            ("coverage", "Not audited for long"),
                        ],
                        default="planned",
                        max_length=10,
                        verbose_name="why",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("last_result", models.CharField(blank=True, max_length=300, verbose_name="last result")),
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
                    "clauses",
                    models.ManyToManyField(related_name="+", to="qms.clause", verbose_name="clauses"),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="audits.auditprogramme",
                        verbose_name="programme",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audit_entries",
                        to="qms.orgunit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of an audit programme",
                "verbose_name_plural": "entries of audit programmes",
                "ordering": ["month", "unit__order", "created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("month__gte", 1), ("month__lte", 12)),
                        name="programme_entry_month",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditMeeting",
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
                        choices=[("opening", "Opening meeting"), ("closing", "Closing meeting")],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("held_at", models.DateTimeField(verbose_name="held at")),
                ("place", models.CharField(blank=True, max_length=255, verbose_name="place")),
                ("attendees", models.TextField(verbose_name="present")),
                ("minutes", models.TextField(verbose_name="what was said")),
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
                    "audit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to="audits.audit",
                        verbose_name="audit",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="recorded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "meeting of an audit",
                "verbose_name_plural": "meetings of audits",
                "ordering": ["held_at"],
                "constraints": [models.UniqueConstraint(fields=("audit", "kind"), name="audit_meeting_once")],
            },
        ),
        migrations.CreateModel(
            name="AuditMember",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "post",
                    models.CharField(
                        choices=[
                            ("lead", "Lead auditor"),
                            ("auditor", "Auditor"),
                            ("expert", "Technical expert"),
                        ],
                        default="auditor",
                        max_length=8,
                        verbose_name="post in the team",
                    ),
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
                    "audit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="audits.audit",
                        verbose_name="audit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audit_memberships",
                        to="qms.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "member of an audit team",
                "verbose_name_plural": "members of audit teams",
                "ordering": ["-post", "created_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("audit", "person"), name="audit_member_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("post", "lead")),
                        fields=("audit",),
                        name="audit_has_one_lead_auditor",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditorCompetence",
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
                            ("training", "Training as internal auditor"),
                            ("certificate", "Certificate"),
                            ("experience", "Audits taken part in"),
                        ],
                        default="training",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=255, verbose_name="course, certificate or audits")),
                ("issuer", models.CharField(blank=True, max_length=255, verbose_name="issued by")),
                ("obtained_on", models.DateField(verbose_name="obtained on")),
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="auditor_competences",
                        to="qms.person",
                        verbose_name="auditor",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="recorded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "competence of an auditor",
                "verbose_name_plural": "competences of auditors",
                "ordering": ["person", "-obtained_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gte", models.F("obtained_on")), _connector="OR"
                        ),
                        name="auditor_competence_dates_in_order",
                    )
                ],
            },
        ),
    ]
