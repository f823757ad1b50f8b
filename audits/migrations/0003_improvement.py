import django.db.models.deletion
from django.db import migrations, models

import qms.models.base


class Migration(migrations.Migration):
    dependencies = [
        ("audits", "0002_append_only"),
        ("documents", "0002_append_only"),
        ("dossiers", "0002_more_facts"),
        ("objectives", "0002_append_only"),
        ("qms", "0004_seals_outbox_and_search_index"),
        ("risks", "0003_links_to_facts_and_papers"),
    ]

    operations = [
        migrations.CreateModel(
            name="ManagementReview",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("title", models.CharField(max_length=255, verbose_name="title")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("preparing", "In preparation"),
                            ("held", "Meeting held, being concluded"),
                            ("concluded", "Concluded"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="preparing",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("own", "Meeting of its own"),
                            ("briefing", "With the monthly or weekly briefing"),
                            ("interim", "With the mid-year review"),
                            ("annual", "With the annual review"),
                        ],
                        default="own",
                        max_length=10,
                        verbose_name="form",
                    ),
                ),
                ("period_from", models.DateField(verbose_name="looks at the time from")),
                ("period_to", models.DateField(verbose_name="to")),
                ("planned_on", models.DateField(verbose_name="planned for")),
                ("held_on", models.DateField(null=True, verbose_name="held on")),
                ("starts_at", models.TimeField(blank=True, null=True, verbose_name="begins at")),
                ("ends_at", models.TimeField(blank=True, null=True, verbose_name="ends at")),
                ("place", models.CharField(blank=True, max_length=255, verbose_name="place")),
                ("collected_at", models.DateTimeField(null=True, verbose_name="inputs collected at")),
                ("conclusion", models.TextField(blank=True, verbose_name="general conclusion")),
                ("concluded_at", models.DateTimeField(null=True, verbose_name="concluded at")),
                ("cancelled_reason", models.TextField(blank=True, verbose_name="reason of the cancellation")),
                (
                    "digest",
                    models.CharField(blank=True, max_length=64, verbose_name="fingerprint of the inputs"),
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
                    "chair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="chaired by",
                    ),
                ),
                (
                    "concluded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="concluded by",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="prepared by",
                    ),
                ),
                (
                    "minutes",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.paper",
                        verbose_name="minutes",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.paper",
                        verbose_name="notice of the conclusions",
                    ),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="following",
                        to="audits.managementreview",
                        verbose_name="last review",
                    ),
                ),
                (
                    "secretary",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="minutes taken by",
                    ),
                ),
            ],
            options={
                "verbose_name": "management review",
                "verbose_name_plural": "management reviews",
                "ordering": ["-planned_on", "-created_at"],
                "indexes": [models.Index(fields=["agency", "year", "state"], name="review_by_year")],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "code"), name="review_code_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("period_to__gte", models.F("period_from"))),
                        name="review_period_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["held", "concluded"]), _negated=True),
                            models.Q(("held_on__isnull", False), models.Q(("digest", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="review_held_is_frozen",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "cancelled"), _negated=True),
                            models.Q(("cancelled_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="review_cancel_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Nonconformity",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("title", models.CharField(max_length=300, verbose_name="what is wrong")),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("audit", "Internal audit"),
                            ("external", "External inspection"),
                            ("output", "Nonconforming output"),
                            ("dossier", "Dossier handled late or wrongly"),
                            ("complaint", "Complaint or proposal"),
                            ("objective", "Target not met"),
                            ("risk", "Risk that came true"),
                            ("review", "Management review"),
                            ("similar", "Similar case of another unit"),
                            ("report", "Reported by ourselves"),
                        ],
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                (
                    "source_kind",
                    models.CharField(blank=True, max_length=80, verbose_name="kind of the source record"),
                ),
                (
                    "source_id",
                    models.UUIDField(blank=True, null=True, verbose_name="key of the source record"),
                ),
                ("source_label", models.CharField(blank=True, max_length=300, verbose_name="source record")),
                (
                    "source_url",
                    models.CharField(blank=True, max_length=300, verbose_name="address of the source record"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Opened, to be corrected"),
                            ("analysis", "Cause and plan being worked out"),
                            ("reopened", "Reopened, actions had no effect"),
                            ("submitted", "Plan waits for approval"),
                            ("in_progress", "Actions being carried out"),
                            ("checking", "Waits for the effectiveness check"),
                            ("to_close", "Waits to be closed"),
                            ("closed", "Closed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="open",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="round")),
                (
                    "grade",
                    models.CharField(
                        choices=[("major", "Major nonconformity"), ("minor", "Minor nonconformity")],
                        max_length=6,
                        verbose_name="grade",
                    ),
                ),
                ("process", models.CharField(max_length=255, verbose_name="process or procedure")),
                ("requirement", models.TextField(verbose_name="requirement")),
                ("description", models.TextField(verbose_name="what was found")),
                ("evidence", models.TextField(verbose_name="objective evidence")),
                ("detected_on", models.DateField(verbose_name="detected on")),
                ("due_on", models.DateField(verbose_name="to be finished by")),
                ("no_correction", models.TextField(blank=True, verbose_name="why nothing can be corrected")),
                ("recurring", models.BooleanField(default=False, verbose_name="comes back")),
                (
                    "waived_reason",
                    models.TextField(blank=True, verbose_name="why no cause analysis is needed"),
                ),
                (
                    "cause_category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("people", "People"),
                            ("method", "Procedure, method"),
                            ("tools", "Software, equipment"),
                            ("information", "Information, documents"),
                            ("measurement", "Monitoring, measurement"),
                            ("environment", "Organisation, environment"),
                        ],
                        max_length=12,
                        verbose_name="kind of the root cause",
                    ),
                ),
                ("root_cause", models.TextField(blank=True, verbose_name="root cause")),
                ("similar_none", models.TextField(blank=True, verbose_name="why no other unit is asked")),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="plan submitted at")),
                ("return_note", models.TextField(blank=True, verbose_name="reason of the return")),
                ("approved_at", models.DateTimeField(null=True, verbose_name="plan approved at")),
                (
                    "risk_decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "No change of risks needed"),
                            ("updated", "An entry of the register was updated"),
                            ("new", "A new risk was written down"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="risks",
                    ),
                ),
                ("risk_note", models.TextField(blank=True, verbose_name="about the risks")),
                (
                    "document_decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "No change of documents needed"),
                            ("revised", "Documents are revised"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="documents",
                    ),
                ),
                ("document_note", models.TextField(blank=True, verbose_name="about the documents")),
                ("effective", models.BooleanField(null=True, verbose_name="effective")),
                ("closed_on", models.DateField(null=True, verbose_name="closed on")),
                ("closed_note", models.TextField(blank=True, verbose_name="conclusion")),
                ("cancelled_reason", models.TextField(blank=True, verbose_name="reason of the cancellation")),
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
                        verbose_name="plan approved by",
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
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="closed by",
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
                    "finding",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nonconformities",
                        to="audits.finding",
                        verbose_name="finding",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nonconformities_owned",
                        to="qms.person",
                        verbose_name="responsible",
                    ),
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
                    "reported_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "risk",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="risks.risk",
                        verbose_name="risk",
                    ),
                ),
                (
                    "similar_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spread",
                        to="audits.nonconformity",
                        verbose_name="similar to",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="plan submitted by",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nonconformities",
                        to="qms.orgunit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "waived_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="waived by",
                    ),
                ),
            ],
            options={
                "verbose_name": "nonconformity",
                "verbose_name_plural": "nonconformities",
                "ordering": ["-detected_on", "-code"],
                "indexes": [
                    models.Index(fields=["agency", "state", "due_on"], name="nc_by_state"),
                    models.Index(fields=["agency", "unit", "state"], name="nc_by_unit"),
                    models.Index(fields=["agency", "-detected_on"], name="nc_by_day"),
                    models.Index(fields=["agency", "source_kind", "source_id"], name="nc_by_source"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "code"), name="nonconformity_code_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("due_on__gte", models.F("detected_on"))),
                        name="nonconformity_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("waived_reason", ""),
                            models.Q(("grade", "minor"), ("recurring", False)),
                            _connector="OR",
                        ),
                        name="nonconformity_waiver_minor_only",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "closed"), _negated=True),
                            models.Q(
                                ("closed_on__isnull", False),
                                models.Q(("risk_decision", ""), _negated=True),
                                models.Q(("document_decision", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="nonconformity_closed_is_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "cancelled"), _negated=True),
                            models.Q(("cancelled_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="nonconformity_cancel_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            ("submitted_by", None),
                            models.Q(("approved_by", models.F("submitted_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="nonconformity_plan_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EffectivenessCheck",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("round", models.PositiveSmallIntegerField(verbose_name="round")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("verifier", "A verifier judges"),
                            ("figures", "Later figures of a target decide"),
                        ],
                        default="verifier",
                        max_length=8,
                        verbose_name="how",
                    ),
                ),
                ("criterion", models.TextField(verbose_name="criterion")),
                ("due_on", models.DateField(verbose_name="to be checked on")),
                (
                    "periods",
                    models.PositiveSmallIntegerField(
                        default=1, verbose_name="periods that must achieve the target"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("effective", "Effective"), ("ineffective", "Not effective")],
                        default="",
                        max_length=12,
                        verbose_name="verdict",
                    ),
                ),
                ("grounds", models.TextField(blank=True, verbose_name="grounds")),
                ("figures", models.JSONField(blank=True, default=list, verbose_name="figures it rests on")),
                ("checked_on", models.DateField(null=True, verbose_name="checked on")),
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
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="checked by",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="objectives.target",
                        verbose_name="target",
                    ),
                ),
                (
                    "verifier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks_given",
                        to="qms.person",
                        verbose_name="verifier",
                    ),
                ),
                (
                    "nonconformity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="audits.nonconformity",
                        verbose_name="nonconformity",
                    ),
                ),
            ],
            options={
                "verbose_name": "effectiveness check",
                "verbose_name_plural": "effectiveness checks",
                "ordering": ["-round"],
                "indexes": [models.Index(fields=["agency", "verdict", "due_on"], name="nc_check_due")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("nonconformity", "round"), name="effectiveness_per_round"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("method", "verifier"), ("verifier__isnull", False)),
                            models.Q(("method", "figures"), ("target__isnull", False)),
                            _connector="OR",
                        ),
                        name="effectiveness_has_a_judge",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verdict", ""),
                            models.Q(models.Q(("grounds", ""), _negated=True), ("checked_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="effectiveness_has_grounds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("periods__gte", 1), ("periods__lte", 12)),
                        name="effectiveness_periods",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CorrectiveAction",
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
                        choices=[("correction", "Correction"), ("corrective", "Corrective action")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="round")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "To do"), ("done", "Done"), ("cancelled", "Cancelled")],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("description", models.TextField(verbose_name="action")),
                ("deadline", models.DateField(verbose_name="deadline")),
                ("first_deadline", models.DateField(verbose_name="first deadline")),
                ("done_on", models.DateField(null=True, verbose_name="done on")),
                ("done_note", models.TextField(blank=True, verbose_name="result")),
                ("cancelled_reason", models.TextField(blank=True, verbose_name="reason of the cancellation")),
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
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrective_actions",
                        to="qms.person",
                        verbose_name="responsible",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="reported by",
                    ),
                ),
                (
                    "nonconformity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="actions",
                        to="audits.nonconformity",
                        verbose_name="nonconformity",
                    ),
                ),
            ],
            options={
                "verbose_name": "corrective action",
                "verbose_name_plural": "corrective actions",
                "ordering": ["round", "deadline", "created_at"],
                "indexes": [
                    models.Index(fields=["agency", "state", "deadline"], name="nc_action_due"),
                    models.Index(fields=["owner", "state"], name="nc_action_owner"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            ("done_on__isnull", False),
                            _connector="OR",
                        ),
                        name="corrective_action_done_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CauseAnalysis",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("round", models.PositiveSmallIntegerField(verbose_name="round")),
                (
                    "method",
                    models.CharField(
                        choices=[("whys", "Five whys"), ("fishbone", "Fishbone")],
                        max_length=8,
                        verbose_name="method",
                    ),
                ),
                ("items", models.JSONField(default=list, verbose_name="steps")),
                ("root_cause", models.TextField(verbose_name="root cause")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("people", "People"),
                            ("method", "Procedure, method"),
                            ("tools", "Software, equipment"),
                            ("information", "Information, documents"),
                            ("measurement", "Monitoring, measurement"),
                            ("environment", "Organisation, environment"),
                        ],
                        max_length=12,
                        verbose_name="kind of the root cause",
                    ),
                ),
                ("made_on", models.DateField(verbose_name="made on")),
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
                    "nonconformity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="analyses",
                        to="audits.nonconformity",
                        verbose_name="nonconformity",
                    ),
                ),
            ],
            options={
                "verbose_name": "cause analysis",
                "verbose_name_plural": "cause analyses",
                "ordering": ["-round"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("nonconformity", "round"), name="cause_analysis_per_round"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseEvidence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("reference", models.CharField(blank=True, max_length=255, verbose_name="reference")),
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.storedfile",
                        verbose_name="file",
                    ),
                ),
                (
                    "action",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proofs",
                        to="audits.correctiveaction",
                        verbose_name="action",
                    ),
                ),
                (
                    "check_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proofs",
                        to="audits.effectivenesscheck",
                        verbose_name="effectiveness check",
                    ),
                ),
                (
                    "nonconformity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proofs",
                        to="audits.nonconformity",
                        verbose_name="nonconformity",
                    ),
                ),
            ],
            options={
                "verbose_name": "evidence of a case",
                "verbose_name_plural": "evidence of cases",
                "ordering": ["created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("file__isnull", False),
                            models.Q(("reference", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="case_evidence_says_what",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Recurrence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("shared", models.JSONField(default=list, verbose_name="what they share")),
                ("found_on", models.DateField(verbose_name="found on")),
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
                    "earlier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="came_back",
                        to="audits.nonconformity",
                        verbose_name="earlier case",
                    ),
                ),
                (
                    "later",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recurs",
                        to="audits.nonconformity",
                        verbose_name="later case",
                    ),
                ),
            ],
            options={
                "verbose_name": "recurrence",
                "verbose_name_plural": "recurrences",
                "ordering": ["-earlier__detected_on"],
                "constraints": [
                    models.UniqueConstraint(fields=("later", "earlier"), name="recurrence_once"),
                    models.CheckConstraint(
                        condition=models.Q(("later", models.F("earlier")), _negated=True),
                        name="recurrence_of_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewAttendee",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "presence",
                    models.CharField(
                        choices=[("invited", "Invited"), ("present", "Present"), ("absent", "Absent")],
                        default="invited",
                        max_length=8,
                        verbose_name="presence",
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, max_length=255, verbose_name="reason, or who stood in"),
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendees",
                        to="audits.managementreview",
                        verbose_name="review",
                    ),
                ),
            ],
            options={
                "verbose_name": "attendee of a review",
                "verbose_name_plural": "attendees of reviews",
                "ordering": ["created_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("review", "person"), name="review_attendee_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewDecision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("improvement", "Improvement"),
                            ("change", "Change of the QMS"),
                            ("resources", "Resources"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("topic", models.CharField(blank=True, max_length=24, verbose_name="topic")),
                ("text", models.TextField(verbose_name="decision")),
                ("deadline", models.DateField(verbose_name="deadline")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "To do"), ("done", "Done"), ("cancelled", "Cancelled")],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("done_on", models.DateField(null=True, verbose_name="done on")),
                ("done_note", models.TextField(blank=True, verbose_name="result")),
                ("cancelled_reason", models.TextField(blank=True, verbose_name="reason of the cancellation")),
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.storedfile",
                        verbose_name="file as evidence",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review_decisions",
                        to="qms.person",
                        verbose_name="responsible",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="audits.managementreview",
                        verbose_name="review",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision of a review",
                "verbose_name_plural": "decisions of reviews",
                "ordering": ["review", "number"],
                "indexes": [models.Index(fields=["agency", "state", "deadline"], name="review_decision_due")],
                "constraints": [
                    models.UniqueConstraint(fields=("review", "number"), name="review_decision_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(("done_on__isnull", False), models.Q(("done_note", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="review_decision_done",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewInput",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("topic", models.CharField(max_length=24, verbose_name="topic")),
                ("order", models.PositiveSmallIntegerField(verbose_name="order")),
                ("lines", models.JSONField(default=list, verbose_name="collected")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="records behind it")),
                ("note", models.TextField(blank=True, verbose_name="added by people")),
                ("opinion", models.TextField(blank=True, verbose_name="opinions at the meeting")),
                ("conclusion", models.TextField(blank=True, verbose_name="conclusion")),
                ("collected_at", models.DateTimeField(null=True, verbose_name="collected at")),
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
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inputs",
                        to="audits.managementreview",
                        verbose_name="review",
                    ),
                ),
            ],
            options={
                "verbose_name": "input of a review",
                "verbose_name_plural": "inputs of reviews",
                "ordering": ["order"],
                "constraints": [
                    models.UniqueConstraint(fields=("review", "topic"), name="review_topic_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SimilarCase",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("asked_on", models.DateField(verbose_name="asked on")),
                ("due_on", models.DateField(verbose_name="answer by")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "Does not happen here"),
                            ("possible", "Could happen, precaution taken"),
                            ("found", "Happens here too"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="answer",
                    ),
                ),
                ("words", models.TextField(blank=True, verbose_name="in words")),
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
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="asked by",
                    ),
                ),
                (
                    "nonconformity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="similar_cases",
                        to="audits.nonconformity",
                        verbose_name="nonconformity",
                    ),
                ),
                (
                    "opened",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audits.nonconformity",
                        verbose_name="nonconformity opened there",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.orgunit",
                        verbose_name="unit asked",
                    ),
                ),
            ],
            options={
                "verbose_name": "question about similar cases",
                "verbose_name_plural": "questions about similar cases",
                "ordering": ["unit__order", "unit__name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("nonconformity", "unit"), name="similar_case_once_per_unit"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answer", ""), models.Q(("words", ""), _negated=True), _connector="OR"
                        ),
                        name="similar_case_answer_in_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeadlineExtension",
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
                            ("asked", "Waits for a decision"),
                            ("granted", "Granted"),
                            ("refused", "Refused"),
                        ],
                        default="asked",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("old_deadline", models.DateField(verbose_name="deadline before")),
                ("new_deadline", models.DateField(verbose_name="deadline asked for")),
                ("reason", models.TextField(verbose_name="reason")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided at")),
                ("decision_note", models.TextField(blank=True, verbose_name="words of the decision")),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="audits.correctiveaction",
                        verbose_name="action",
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
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="asked by",
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
            ],
            options={
                "verbose_name": "extension of a deadline",
                "verbose_name_plural": "extensions of deadlines",
                "ordering": ["created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("new_deadline__gt", models.F("old_deadline"))),
                        name="extension_is_later",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked")),
                        fields=("action",),
                        name="extension_one_waiting",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            ("asked_by", None),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="extension_by_another",
                    ),
                ],
            },
        ),
    ]
