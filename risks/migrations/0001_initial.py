import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import qms.models.base


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("qms", "0003_aliases_drafts_and_acting_for"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContextCategory",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("external", "External issue"),
                            ("internal", "Internal issue"),
                            ("party", "Interested party"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("active", models.BooleanField(default=True, verbose_name="in use")),
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
                "verbose_name": "category of context",
                "verbose_name_plural": "categories of context",
                "ordering": ["side", "order", "name"],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "side", "code"), name="context_category_code")
                ],
            },
        ),
        migrations.CreateModel(
            name="ContextIssue",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("title", models.CharField(max_length=255, verbose_name="issue")),
                ("description", models.TextField(blank=True, verbose_name="what it means for the agency")),
                (
                    "effect",
                    models.CharField(
                        choices=[("positive", "Favourable"), ("negative", "Unfavourable"), ("both", "Both")],
                        max_length=10,
                        verbose_name="effect",
                    ),
                ),
                ("response", models.TextField(blank=True, verbose_name="how it is dealt with")),
                ("evidence", models.CharField(blank=True, max_length=255, verbose_name="related document")),
                ("active", models.BooleanField(default=True, verbose_name="still holds")),
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
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issues",
                        to="risks.contextcategory",
                        verbose_name="category",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the whole agency.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="context_issues",
                        to="qms.orgunit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "context issue",
                "verbose_name_plural": "context issues",
                "ordering": ["category__side", "category__order", "title"],
                "indexes": [models.Index(fields=["agency", "active"], name="context_issue_active")],
            },
        ),
        migrations.CreateModel(
            name="InterestedParty",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("name", models.CharField(max_length=255, verbose_name="interested party")),
                (
                    "description",
                    models.TextField(blank=True, verbose_name="what they have to do with the QMS"),
                ),
                ("active", models.BooleanField(default=True, verbose_name="still concerned")),
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
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parties",
                        to="risks.contextcategory",
                        verbose_name="category",
                    ),
                ),
            ],
            options={
                "verbose_name": "interested party",
                "verbose_name_plural": "interested parties",
                "ordering": ["category__order", "name"],
                "indexes": [models.Index(fields=["agency", "active"], name="party_active")],
            },
        ),
        migrations.CreateModel(
            name="ContextReview",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("kept", "Kept"), ("changed", "Changed"), ("dropped", "Dropped")],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("reviewed_on", models.DateField(verbose_name="reviewed on")),
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
                    "issue",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="risks.contextissue",
                        verbose_name="issue",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="reviewed by",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="risks.interestedparty",
                        verbose_name="interested party",
                    ),
                ),
            ],
            options={
                "verbose_name": "review of the context",
                "verbose_name_plural": "reviews of the context",
                "ordering": ["-year", "-created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("issue__isnull", False), ("party", None)),
                            models.Q(("issue", None), ("party__isnull", False)),
                            _connector="OR",
                        ),
                        name="context_review_one_subject",
                    ),
                    models.UniqueConstraint(fields=("issue", "year"), name="issue_reviewed_once"),
                    models.UniqueConstraint(fields=("party", "year"), name="party_reviewed_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LibraryRisk",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("code", models.SlugField(max_length=60, verbose_name="code")),
                (
                    "kind",
                    models.CharField(
                        choices=[("risk", "Risk"), ("opportunity", "Opportunity")],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("group", models.CharField(max_length=120, verbose_name="group")),
                ("process", models.CharField(max_length=255, verbose_name="process or procedure")),
                ("clause_code", models.CharField(blank=True, max_length=20, verbose_name="clause")),
                ("event", models.TextField(verbose_name="event")),
                ("cause", models.TextField(blank=True, verbose_name="cause")),
                ("consequence", models.TextField(blank=True, verbose_name="consequence")),
                ("controls", models.TextField(blank=True, verbose_name="present controls")),
                ("action", models.TextField(blank=True, verbose_name="usual action")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("active", models.BooleanField(default=True, verbose_name="in use")),
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
                "verbose_name": "typical risk",
                "verbose_name_plural": "library of typical risks",
                "ordering": ["order", "code"],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "code"), name="library_code_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="PartyNeed",
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
                            ("requirement", "Requirement"),
                            ("need", "Need"),
                            ("expectation", "Expectation"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("text", models.TextField(verbose_name="content")),
                ("response", models.TextField(blank=True, verbose_name="how the agency meets it")),
                ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                ("active", models.BooleanField(default=True, verbose_name="still holds")),
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
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needs",
                        to="risks.interestedparty",
                        verbose_name="interested party",
                    ),
                ),
            ],
            options={
                "verbose_name": "need or expectation",
                "verbose_name_plural": "needs and expectations",
                "ordering": ["created_at"],
            },
        ),
        migrations.CreateModel(
            name="PlannedChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("title", models.CharField(max_length=255, verbose_name="change")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("procedure", "Procedure"),
                            ("software", "Software"),
                            ("organisation", "Organisation and units"),
                            ("staff", "Staff and assignment of work"),
                            ("scope", "Scope of the QMS"),
                            ("standard", "Standard edition"),
                            ("other", "Other"),
                        ],
                        max_length=14,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Being drawn up"),
                            ("in_review", "Being considered"),
                            ("approved", "Approved"),
                            ("done", "Carried out"),
                            ("rejected", "Not approved"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("purpose", models.TextField(verbose_name="purpose")),
                ("consequences", models.TextField(verbose_name="possible consequences")),
                ("integrity", models.TextField(verbose_name="how the QMS stays whole meanwhile")),
                ("resources", models.TextField(verbose_name="resources")),
                (
                    "responsibilities",
                    models.TextField(verbose_name="responsibilities and authorities assigned anew"),
                ),
                ("takes_effect_on", models.DateField(verbose_name="takes effect on")),
                ("follow_up_on", models.DateField(verbose_name="look at the result on")),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="submitted at")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided at")),
                ("decision_note", models.TextField(blank=True, verbose_name="decision")),
                ("result", models.TextField(blank=True, verbose_name="result of the change")),
                ("integrity_kept", models.BooleanField(null=True, verbose_name="the QMS stayed whole")),
                ("concluded_on", models.DateField(null=True, verbose_name="concluded on")),
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
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the whole agency.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planned_changes",
                        to="qms.orgunit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "planned change",
                "verbose_name_plural": "planned changes",
                "ordering": ["-created_at"],
                "indexes": [models.Index(fields=["agency", "state"], name="change_by_state")],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "code"), name="change_code_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeStep",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("description", models.CharField(max_length=300, verbose_name="step")),
                ("deadline", models.DateField(verbose_name="deadline")),
                ("done_on", models.DateField(null=True, verbose_name="done on")),
                ("done_note", models.CharField(blank=True, max_length=300, verbose_name="result")),
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
                        related_name="change_steps",
                        to="qms.person",
                        verbose_name="owner",
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="risks.plannedchange",
                        verbose_name="planned change",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a change",
                "verbose_name_plural": "steps of changes",
                "ordering": ["deadline", "created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_on", None), models.Q(("done_note", ""), _negated=True), _connector="OR"
                        ),
                        name="change_step_done_says_how",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeOpinion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "stance",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("agree", "Agrees"),
                            ("agree_with", "Agrees, with remarks"),
                            ("disagree", "Does not agree"),
                        ],
                        max_length=10,
                        verbose_name="opinion",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="remarks")),
                ("given_at", models.DateTimeField(null=True, verbose_name="given at")),
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
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="risks.plannedchange",
                        verbose_name="planned change",
                    ),
                ),
            ],
            options={
                "verbose_name": "opinion on a change",
                "verbose_name_plural": "opinions on changes",
                "ordering": ["created_at"],
                "constraints": [models.UniqueConstraint(fields=("change", "person"), name="opinion_once")],
            },
        ),
        migrations.CreateModel(
            name="RiskScale",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                ("label", models.CharField(max_length=120, verbose_name="name")),
                ("data", models.JSONField(verbose_name="levels and bands")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("document", models.CharField(blank=True, max_length=255, verbose_name="decided by")),
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
                "verbose_name": "scale of risks",
                "verbose_name_plural": "scales of risks",
                "ordering": ["agency", "-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "version"), name="risk_scale_version")
                ],
            },
        ),
        migrations.CreateModel(
            name="Register",
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
                            ("submitted", "Waiting for confirmation"),
                            ("confirmed", "Confirmed by the unit head"),
                            ("consolidated", "Taken into the agency's register"),
                            ("approved", "Approved"),
                            ("superseded", "Superseded"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="submitted at")),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="confirmed at")),
                ("approved_at", models.DateTimeField(null=True, verbose_name="approved at")),
                ("return_note", models.TextField(blank=True, verbose_name="reason of the return")),
                (
                    "digest",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="fingerprint of what was approved"
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
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="confirmed by",
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
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="opened by",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="risks.register",
                        verbose_name="register of the agency",
                    ),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successors",
                        to="risks.register",
                        verbose_name="carried on from",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="risk_registers",
                        to="qms.orgunit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "scale",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="risks.riskscale",
                        verbose_name="scale",
                    ),
                ),
            ],
            options={
                "verbose_name": "register of risks and opportunities",
                "verbose_name_plural": "registers of risks and opportunities",
                "ordering": ["-year", "unit__order", "-version"],
                "indexes": [models.Index(fields=["agency", "year", "state"], name="register_by_year")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("unit__isnull", False)),
                        fields=("agency", "unit", "year", "version"),
                        name="unit_register_version",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("unit", None)),
                        fields=("agency", "year", "version"),
                        name="agency_register_version",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterImport",
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
                            ("preview", "Preview"),
                            ("committed", "Taken over"),
                            ("discarded", "Discarded"),
                        ],
                        default="preview",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("lines", models.JSONField(default=list, verbose_name="lines")),
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
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="uploaded by",
                    ),
                ),
                (
                    "register",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imports",
                        to="risks.register",
                        verbose_name="register",
                    ),
                ),
            ],
            options={
                "verbose_name": "import of a register",
                "verbose_name_plural": "imports of registers",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="Risk",
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
                        choices=[("risk", "Risk"), ("opportunity", "Opportunity")],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Not yet approved"),
                            ("open", "Followed up"),
                            ("closed", "Dropped"),
                        ],
                        default="draft",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("process", models.CharField(max_length=255, verbose_name="process or procedure")),
                ("event", models.TextField(verbose_name="event")),
                ("cause", models.TextField(blank=True, verbose_name="cause")),
                ("consequence", models.TextField(blank=True, verbose_name="consequence")),
                ("controls", models.TextField(blank=True, verbose_name="present controls")),
                (
                    "treatment",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("avoid", "Avoid"),
                            ("reduce", "Reduce"),
                            ("share", "Transfer or share"),
                            ("accept", "Accept"),
                        ],
                        max_length=8,
                        verbose_name="treatment",
                    ),
                ),
                ("pursue", models.BooleanField(blank=True, null=True, verbose_name="pursue")),
                ("treatment_reason", models.TextField(blank=True, verbose_name="reason of the choice")),
                ("accepted_until", models.DateField(blank=True, null=True, verbose_name="accepted until")),
                ("before_first", models.PositiveSmallIntegerField(null=True, verbose_name="likelihood")),
                ("before_second", models.PositiveSmallIntegerField(null=True, verbose_name="severity")),
                ("before_value", models.PositiveSmallIntegerField(null=True, verbose_name="score")),
                (
                    "before_level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("low", "Low"),
                            ("medium", "Medium"),
                            ("high", "High"),
                            ("very_high", "Very high"),
                        ],
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                (
                    "after_first",
                    models.PositiveSmallIntegerField(null=True, verbose_name="remaining likelihood"),
                ),
                (
                    "after_second",
                    models.PositiveSmallIntegerField(null=True, verbose_name="remaining severity"),
                ),
                ("after_value", models.PositiveSmallIntegerField(null=True, verbose_name="remaining score")),
                (
                    "after_level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("low", "Low"),
                            ("medium", "Medium"),
                            ("high", "High"),
                            ("very_high", "Very high"),
                        ],
                        max_length=10,
                        verbose_name="remaining level",
                    ),
                ),
                ("value", models.PositiveSmallIntegerField(null=True, verbose_name="present score")),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("low", "Low"),
                            ("medium", "Medium"),
                            ("high", "High"),
                            ("very_high", "Very high"),
                        ],
                        max_length=10,
                        verbose_name="present level",
                    ),
                ),
                (
                    "approved_value",
                    models.PositiveSmallIntegerField(null=True, verbose_name="score at the last review"),
                ),
                (
                    "approved_level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("low", "Low"),
                            ("medium", "Medium"),
                            ("high", "High"),
                            ("very_high", "Very high"),
                        ],
                        max_length=10,
                        verbose_name="level at the last review",
                    ),
                ),
                (
                    "effectiveness",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not judged yet"),
                            ("effective", "Effective"),
                            ("ineffective", "Not effective"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="effectiveness",
                    ),
                ),
                ("next_review_on", models.DateField(blank=True, null=True, verbose_name="next review")),
                ("reviewed_on", models.DateField(null=True, verbose_name="last reviewed on")),
                ("closed_on", models.DateField(null=True, verbose_name="dropped on")),
                ("closed_reason", models.TextField(blank=True, verbose_name="reason for dropping")),
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
                    "copied_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="risks.risk",
                        verbose_name="copied from",
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
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="risks_owned",
                        to="qms.person",
                        verbose_name="owner",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the whole agency.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="risks",
                        to="qms.orgunit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "scale",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="risks.riskscale",
                        verbose_name="scale",
                    ),
                ),
            ],
            options={
                "verbose_name": "risk or opportunity",
                "verbose_name_plural": "risks and opportunities",
                "ordering": [models.OrderBy(models.F("value"), descending=True, nulls_last=True), "code"],
                "indexes": [
                    models.Index(fields=["agency", "kind", "state", "-value", "code"], name="risk_by_value"),
                    models.Index(fields=["agency", "state", "unit"], name="risk_by_unit"),
                    models.Index(fields=["agency", "state", "next_review_on"], name="risk_by_review"),
                ],
                "constraints": [models.UniqueConstraint(fields=("agency", "code"), name="risk_code_unique")],
            },
        ),
        migrations.CreateModel(
            name="RegisterRow",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not reviewed yet"),
                            ("kept", "Kept"),
                            ("changed", "Changed"),
                            ("dropped", "Dropped"),
                            ("new", "New"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="decision",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="reason")),
                ("data", models.JSONField(default=dict, verbose_name="as approved")),
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
                    "register",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="risks.register",
                        verbose_name="register",
                    ),
                ),
                (
                    "risk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="risks.risk",
                        verbose_name="risk",
                    ),
                ),
            ],
            options={
                "verbose_name": "row of a register",
                "verbose_name_plural": "rows of registers",
                "ordering": ["risk__kind", "risk__code"],
                "constraints": [
                    models.UniqueConstraint(fields=("register", "risk"), name="risk_once_in_register")
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeTouch",
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
                            ("document", "Document"),
                            ("objective", "Quality objective"),
                            ("risk", "Risk or opportunity"),
                            ("procedure", "Administrative procedure"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("label", models.CharField(max_length=300, verbose_name="what")),
                (
                    "what_changes",
                    models.CharField(blank=True, max_length=300, verbose_name="what changes about it"),
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
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="touches",
                        to="risks.plannedchange",
                        verbose_name="planned change",
                    ),
                ),
                (
                    "risk",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="touched_by",
                        to="risks.risk",
                        verbose_name="risk",
                    ),
                ),
            ],
            options={
                "verbose_name": "what a change touches",
                "verbose_name_plural": "what changes touch",
                "ordering": ["kind", "created_at"],
            },
        ),
        migrations.CreateModel(
            name="RiskAcceptance",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("value", models.PositiveSmallIntegerField(verbose_name="score")),
                ("level_label", models.CharField(max_length=80, verbose_name="level in words")),
                ("reason", models.TextField(verbose_name="reason")),
                ("accepted_on", models.DateField(verbose_name="accepted on")),
                ("until", models.DateField(verbose_name="accepted until")),
                (
                    "accepted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="accepted by",
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
                    "risk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptances",
                        to="risks.risk",
                        verbose_name="risk",
                    ),
                ),
            ],
            options={
                "verbose_name": "acceptance of a risk",
                "verbose_name_plural": "acceptances of risks",
                "ordering": ["-accepted_on", "-created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("accepted_on"))),
                        name="acceptance_dates_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskAction",
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
                            ("open", "To do"),
                            ("done", "Reported done"),
                            ("effective", "Effective"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("description", models.TextField(verbose_name="action")),
                ("deadline", models.DateField(verbose_name="deadline")),
                ("resources", models.CharField(blank=True, max_length=255, verbose_name="resources")),
                (
                    "procedure_document",
                    models.CharField(
                        blank=True,
                        help_text="Code and step of the procedure that now contains this action.",
                        max_length=255,
                        verbose_name="built into the procedure",
                    ),
                ),
                (
                    "criterion",
                    models.CharField(
                        blank=True, max_length=255, verbose_name="how effectiveness will be seen"
                    ),
                ),
                ("judge_on", models.DateField(verbose_name="judge effectiveness on")),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="round")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="done on")),
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
                        related_name="risk_actions",
                        to="qms.person",
                        verbose_name="owner",
                    ),
                ),
                (
                    "risk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="actions",
                        to="risks.risk",
                        verbose_name="risk",
                    ),
                ),
            ],
            options={
                "verbose_name": "action on a risk",
                "verbose_name_plural": "actions on risks",
                "ordering": ["deadline", "created_at"],
                "indexes": [
                    models.Index(fields=["agency", "state", "deadline"], name="risk_action_due"),
                    models.Index(fields=["owner", "state"], name="risk_action_owner"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ActionJudgement",
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
                    "verdict",
                    models.CharField(
                        choices=[("effective", "Effective"), ("ineffective", "Not effective")],
                        max_length=12,
                        verbose_name="verdict",
                    ),
                ),
                ("grounds", models.TextField(verbose_name="grounds")),
                (
                    "figure",
                    models.JSONField(blank=True, default=dict, verbose_name="linked figure at that time"),
                ),
                ("judged_on", models.DateField(verbose_name="judged on")),
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
                    "judged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="judged by",
                    ),
                ),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="risks.riskaction",
                        verbose_name="action",
                    ),
                ),
            ],
            options={
                "verbose_name": "judgement of an action",
                "verbose_name_plural": "judgements of actions",
                "ordering": ["-judged_on", "-created_at"],
            },
        ),
        migrations.CreateModel(
            name="ActionEvidence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="round")),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="risks.riskaction",
                        verbose_name="action",
                    ),
                ),
            ],
            options={
                "verbose_name": "evidence of an action",
                "verbose_name_plural": "evidence of actions",
                "ordering": ["created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("file__isnull", False),
                            models.Q(("reference", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="evidence_says_what",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskScore",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "phase",
                    models.CharField(
                        choices=[("before", "Before treatment"), ("after", "After treatment")],
                        max_length=6,
                        verbose_name="phase",
                    ),
                ),
                ("first", models.PositiveSmallIntegerField(verbose_name="likelihood")),
                ("second", models.PositiveSmallIntegerField(verbose_name="severity")),
                ("value", models.PositiveSmallIntegerField(verbose_name="score")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("low", "Low"),
                            ("medium", "Medium"),
                            ("high", "High"),
                            ("very_high", "Very high"),
                        ],
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                ("level_label", models.CharField(max_length=80, verbose_name="level in words")),
                ("note", models.TextField(blank=True, verbose_name="grounds")),
                ("on", models.DateField(verbose_name="scored on")),
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
                        verbose_name="scored by",
                    ),
                ),
                (
                    "risk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scores",
                        to="risks.risk",
                        verbose_name="risk",
                    ),
                ),
                (
                    "scale",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="risks.riskscale",
                        verbose_name="scale",
                    ),
                ),
            ],
            options={
                "verbose_name": "score",
                "verbose_name_plural": "scores",
                "ordering": ["-on", "-created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "value",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("first"), "*", models.F("second")
                                ),
                            )
                        ),
                        name="risk_score_is_product",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskSource",
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
                            ("issue", "Context issue"),
                            ("party", "Interested party"),
                            ("objective", "Quality objective"),
                            ("nonconformity", "Nonconformity"),
                            ("complaint", "Complaint or proposal"),
                            ("dossiers", "Cluster of dossiers"),
                            ("legal", "Legal basis"),
                            ("change", "Planned change"),
                            ("unit", "Change of units"),
                            ("other", "Other"),
                        ],
                        max_length=14,
                        verbose_name="kind",
                    ),
                ),
                ("label", models.CharField(max_length=300, verbose_name="source")),
                ("url", models.CharField(blank=True, max_length=300, verbose_name="address")),
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
                    "change",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="risk_sources",
                        to="risks.plannedchange",
                        verbose_name="planned change",
                    ),
                ),
                (
                    "issue",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="risk_sources",
                        to="risks.contextissue",
                        verbose_name="issue",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="risk_sources",
                        to="risks.interestedparty",
                        verbose_name="interested party",
                    ),
                ),
                (
                    "risk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sources",
                        to="risks.risk",
                        verbose_name="risk",
                    ),
                ),
            ],
            options={
                "verbose_name": "source of a risk",
                "verbose_name_plural": "sources of risks",
                "ordering": ["created_at"],
            },
        ),
        migrations.CreateModel(
            name="Suggestion",
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
                            ("open", "Waiting for a decision"),
                            ("accepted", "Accepted"),
                            ("dismissed", "Dismissed"),
                            ("obsolete", "No longer holds"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("provider", models.CharField(max_length=40, verbose_name="found by")),
                ("key", models.CharField(max_length=160, verbose_name="key")),
                (
                    "kind",
                    models.CharField(
                        choices=[("risk", "Risk"), ("opportunity", "Opportunity")],
                        default="risk",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "source_kind",
                    models.CharField(
                        choices=[
                            ("issue", "Context issue"),
                            ("party", "Interested party"),
                            ("objective", "Quality objective"),
                            ("nonconformity", "Nonconformity"),
                            ("complaint", "Complaint or proposal"),
                            ("dossiers", "Cluster of dossiers"),
                            ("legal", "Legal basis"),
                            ("change", "Planned change"),
                            ("unit", "Change of units"),
                            ("other", "Other"),
                        ],
                        max_length=14,
                        verbose_name="source",
                    ),
                ),
                ("title", models.CharField(max_length=300, verbose_name="suggestion")),
                ("reason", models.TextField(verbose_name="reason")),
                ("url", models.CharField(blank=True, max_length=300, verbose_name="address")),
                ("draft", models.JSONField(default=dict, verbose_name="proposed entry")),
                ("seen_on", models.DateField(verbose_name="last seen on")),
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
                    "risk",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suggestions",
                        to="risks.risk",
                        verbose_name="risk",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="risk_suggestions",
                        to="qms.orgunit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "suggestion",
                "verbose_name_plural": "suggestions",
                "ordering": ["-seen_on", "-created_at"],
                "indexes": [models.Index(fields=["agency", "state", "unit"], name="suggestion_open")],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "key"), name="suggestion_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "dismissed"), _negated=True),
                            models.Q(("decision_note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="dismissal_has_a_reason",
                    ),
                ],
            },
        ),
    ]
