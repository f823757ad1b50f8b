import django.db.models.deletion
from django.db import migrations, models

import objectives.models.plans
import qms.models.base


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0002_append_only"),
        ("objectives", "0002_append_only"),
        ("qms", "0004_seals_outbox_and_search_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="MaintenancePlan",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in_review", "Waiting for approval"),
                            ("approved", "Approved"),
                            ("in_force", "In force"),
                            ("superseded", "No longer in force"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "purposes",
                    models.TextField(blank=True, help_text="One point a line.", verbose_name="purposes"),
                ),
                (
                    "requirements",
                    models.TextField(blank=True, help_text="One point a line.", verbose_name="requirements"),
                ),
                (
                    "organisation",
                    models.TextField(
                        blank=True,
                        help_text="A line that begins with a dash is a point; any other line heads the points under it.",
                        verbose_name="organisation",
                    ),
                ),
                ("budget_text", models.CharField(blank=True, max_length=1000, verbose_name="budget")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="submitted at")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="approved at")),
                (
                    "return_reason",
                    models.CharField(blank=True, max_length=1000, verbose_name="returned because"),
                ),
                ("in_force_from", models.DateField(blank=True, null=True, verbose_name="in force from")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended on")),
                (
                    "end_reason",
                    models.CharField(blank=True, max_length=1000, verbose_name="reason of the end"),
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
                    "cloned_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clones",
                        to="objectives.maintenanceplan",
                        verbose_name="made from the plan",
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
                    "paper",
                    models.ForeignKey(
                        blank=True,
                        help_text="The paper that brings the plan into force.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.paper",
                        verbose_name="paper",
                    ),
                ),
            ],
            options={
                "verbose_name": "annual plan",
                "verbose_name_plural": "annual plans",
                "ordering": ["-year", "-created_at"],
                "indexes": [models.Index(fields=["agency", "year", "state"], name="plan_agency_year")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "in_force")),
                        fields=("agency", "year"),
                        name="one_plan_in_force",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approver__isnull", True),
                            models.Q(("approver", models.F("drafter")), _negated=True),
                            _connector="OR",
                        ),
                        name="plan_approved_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanBasis",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
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
                    "legal_basis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.legalbasis",
                        verbose_name="legal basis",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bases",
                        to="objectives.maintenanceplan",
                        verbose_name="annual plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "basis of a plan",
                "verbose_name_plural": "bases of plans",
                "ordering": ["plan", "order"],
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "legal_basis"), name="plan_basis_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanFeed",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "token",
                    models.CharField(
                        default=objectives.models.plans.new_token,
                        max_length=60,
                        unique=True,
                        verbose_name="token",
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="qms.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "calendar link",
                "verbose_name_plural": "calendar links",
                "ordering": ["-created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("person",),
                        name="one_calendar_link_each",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("number", models.CharField(max_length=12, verbose_name="number")),
                ("text", models.TextField(verbose_name="work item")),
                (
                    "is_optional",
                    models.BooleanField(
                        default=False,
                        help_text="May end as “no occurrence”, with the reason.",
                        verbose_name="only if needed",
                    ),
                ),
                ("method", models.TextField(blank=True, verbose_name="method")),
                ("budget_text", models.CharField(blank=True, max_length=300, verbose_name="budget")),
                ("product", models.CharField(blank=True, max_length=500, verbose_name="result to show")),
                (
                    "lead_text",
                    models.CharField(
                        blank=True,
                        help_text="Only when the paper words it differently from the units chosen.",
                        max_length=500,
                        verbose_name="leads, in the words of the plan",
                    ),
                ),
                (
                    "coordinator_text",
                    models.CharField(
                        blank=True, max_length=500, verbose_name="takes part, in the words of the plan"
                    ),
                ),
                (
                    "time_text",
                    models.CharField(
                        blank=True,
                        help_text="As it is to be printed, such as “Quý II-III”.",
                        max_length=200,
                        verbose_name="time",
                    ),
                ),
                (
                    "time_meaning",
                    models.JSONField(default=dict, editable=False, verbose_name="time as understood"),
                ),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="begins on")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="deadline")),
                ("is_continuous", models.BooleanField(default=False, verbose_name="goes on all year")),
                (
                    "fulfilled_by",
                    models.CharField(
                        blank=True,
                        help_text="The record of the portal that shows it was done; the item is ticked when that exists.",
                        max_length=40,
                        verbose_name="fulfilled by",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Not begun"),
                            ("in_progress", "In progress"),
                            ("waiting", "Waiting for confirmation"),
                            ("done", "Done"),
                            ("no_occurrence", "No occurrence"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planned",
                        max_length=14,
                        verbose_name="state",
                    ),
                ),
                (
                    "progress",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="progress in per cent"
                    ),
                ),
                (
                    "progress_text",
                    models.CharField(blank=True, max_length=120, verbose_name="progress in words"),
                ),
                (
                    "progress_on",
                    models.DateField(blank=True, null=True, verbose_name="progress last told on"),
                ),
                ("reason", models.CharField(blank=True, max_length=1000, verbose_name="reason")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                ("reported_at", models.DateTimeField(blank=True, null=True, verbose_name="reported at")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="confirmed at")),
                (
                    "record_key",
                    models.CharField(blank=True, max_length=120, verbose_name="record that fulfilled it"),
                ),
                (
                    "record_title",
                    models.CharField(blank=True, max_length=500, verbose_name="title of the record"),
                ),
                (
                    "record_url",
                    models.CharField(blank=True, max_length=300, verbose_name="address of the record"),
                ),
                ("archived_at", models.DateTimeField(blank=True, null=True, verbose_name="taken out at")),
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
                    "cloned_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="clones",
                        to="objectives.planitem",
                        verbose_name="taken over from",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="confirmed by",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="objectives.planitem",
                        verbose_name="part of",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="objectives.maintenanceplan",
                        verbose_name="annual plan",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="reported by",
                    ),
                ),
            ],
            options={
                "verbose_name": "item of a plan",
                "verbose_name_plural": "items of plans",
                "ordering": ["plan", "order"],
                "indexes": [
                    models.Index(fields=["agency", "plan", "order"], name="plan_item_order"),
                    models.Index(fields=["agency", "state", "due_on"], name="plan_item_due"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            ("done_on__isnull", False),
                            _connector="OR",
                        ),
                        name="plan_item_done_has_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["no_occurrence", "cancelled"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="plan_item_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "no_occurrence"), _negated=True),
                            ("is_optional", True),
                            _connector="OR",
                        ),
                        name="plan_item_may_not_occur",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by__isnull", True),
                            models.Q(("confirmed_by", models.F("reported_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="plan_item_confirmed_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("progress__isnull", True), ("progress__lte", 100), _connector="OR"
                        ),
                        name="plan_item_progress_percent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanEvidence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("url", models.CharField(blank=True, max_length=300, verbose_name="address in the portal")),
                ("title", models.CharField(blank=True, max_length=500, verbose_name="title")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="taken back at")),
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.storedfile",
                        verbose_name="file",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="objectives.maintenanceplan",
                        verbose_name="annual plan",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence",
                        to="objectives.planitem",
                        verbose_name="item of a plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "evidence of an item",
                "verbose_name_plural": "evidence of items",
                "ordering": ["created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("file__isnull", False), ("url", "")),
                            models.Q(("file__isnull", True), models.Q(("url", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="plan_evidence_file_or_record",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanNote",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("on", models.DateField(verbose_name="day")),
                ("text", models.TextField(verbose_name="progress note")),
                (
                    "progress",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="progress in per cent"
                    ),
                ),
                ("short", models.CharField(blank=True, max_length=120, verbose_name="progress in words")),
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
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="objectives.planitem",
                        verbose_name="item of a plan",
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
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="objectives.maintenanceplan",
                        verbose_name="annual plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "progress note",
                "verbose_name_plural": "progress notes",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="PlanParty",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "part",
                    models.CharField(
                        choices=[("lead", "Leads"), ("coordinate", "Takes part")],
                        max_length=10,
                        verbose_name="part",
                    ),
                ),
                (
                    "group",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("all_units", "The divisions and units"),
                            ("procedure_units", "The divisions and units with administrative procedures"),
                            ("committee", "ISO committee"),
                            ("standing_unit", "Standing unit of the ISO committee"),
                            ("audit_team", "Internal audit team"),
                            ("one_stop", "One-stop desk"),
                        ],
                        max_length=20,
                        verbose_name="group",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
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
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parties",
                        to="objectives.planitem",
                        verbose_name="item of a plan",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="objectives.maintenanceplan",
                        verbose_name="annual plan",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.orgunit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "party to an item of a plan",
                "verbose_name_plural": "parties to items of plans",
                "ordering": ["item", "-part", "order"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("group", ""), ("person__isnull", True), ("unit__isnull", False)),
                            models.Q(("group", ""), ("person__isnull", False), ("unit__isnull", True)),
                            models.Q(
                                ("person__isnull", True),
                                ("unit__isnull", True),
                                models.Q(("group", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="plan_party_is_one_of_three",
                    )
                ],
            },
        ),
    ]
