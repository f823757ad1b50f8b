from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import qms.models.base


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("documents", "0001_papers"),
        ("qms", "0003_aliases_drafts_and_acting_for"),
    ]

    operations = [
        migrations.CreateModel(
            name="EntryEvidence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
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
            ],
            options={
                "verbose_name": "evidence",
                "verbose_name_plural": "evidence",
                "ordering": ["created_at"],
            },
        ),
        migrations.CreateModel(
            name="ObjectiveSet",
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
                            ("closed", "Figures closed"),
                            ("superseded", "No longer in force"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "window_rule",
                    models.CharField(
                        choices=[
                            ("calendar", "Calendar months"),
                            ("fifteenth", "From the 15th to the 14th (Decree 09/2019/NĐ-CP)"),
                        ],
                        default="calendar",
                        max_length=10,
                        verbose_name="reporting periods",
                    ),
                ),
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
                    "derives_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="derived",
                        to="objectives.objectiveset",
                        verbose_name="derives from",
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
                        help_text="The paper that brings the set into force.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.paper",
                        verbose_name="decision",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the whole agency.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.orgunit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "objective set",
                "verbose_name_plural": "objective sets",
                "ordering": ["-year", "unit__order", "created_at"],
                "indexes": [models.Index(fields=["agency", "year", "state"], name="set_agency_year")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "in_force"), ("unit__isnull", True)),
                        fields=("agency", "year"),
                        name="one_agency_set_in_force",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "in_force"), ("unit__isnull", False)),
                        fields=("agency", "unit", "year"),
                        name="one_unit_set_in_force",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QualityObjective",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("number", models.CharField(max_length=10, verbose_name="number")),
                ("text", models.TextField(verbose_name="objective")),
                (
                    "plan_text",
                    models.TextField(
                        blank=True,
                        help_text="Only when the plan words it differently; the portal warns about that.",
                        verbose_name="wording in the plan table",
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
                    "objective_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="objectives",
                        to="objectives.objectiveset",
                        verbose_name="objective set",
                    ),
                ),
            ],
            options={
                "verbose_name": "quality objective",
                "verbose_name_plural": "quality objectives",
                "ordering": ["objective_set", "order", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("objective_set", "number"), name="objective_number_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("code", models.CharField(max_length=10, verbose_name="code")),
                ("text", models.TextField(verbose_name="target")),
                (
                    "label",
                    models.CharField(
                        blank=True,
                        help_text="Two or three words, for narrow tables.",
                        max_length=40,
                        verbose_name="short label",
                    ),
                ),
                (
                    "operator",
                    models.CharField(
                        choices=[
                            (">=", "at least (≥)"),
                            (">", "more than (>)"),
                            ("=", "exactly (=)"),
                            ("<=", "at most (≤)"),
                            ("<", "less than (<)"),
                        ],
                        default=">=",
                        max_length=2,
                        verbose_name="comparison",
                    ),
                ),
                (
                    "figure",
                    models.DecimalField(
                        decimal_places=3,
                        max_digits=9,
                        validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                        verbose_name="figure",
                    ),
                ),
                (
                    "measure_unit",
                    models.CharField(default="%", max_length=40, verbose_name="unit of measure"),
                ),
                ("formula", models.CharField(max_length=30, verbose_name="formula")),
                (
                    "formula_version",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Frozen when published.",
                        null=True,
                        verbose_name="version of the formula",
                    ),
                ),
                (
                    "cadence",
                    models.CharField(
                        choices=[
                            ("month", "Month"),
                            ("quarter", "Quarter"),
                            ("half", "Half-year"),
                            ("year", "Year"),
                        ],
                        default="quarter",
                        max_length=8,
                        verbose_name="reported by the units every",
                    ),
                ),
                (
                    "aggregation",
                    models.CharField(
                        choices=[
                            ("sum", "Cases of each period, added up"),
                            ("latest", "State at the end of the period"),
                        ],
                        default="sum",
                        max_length=8,
                        verbose_name="what a unit enters",
                    ),
                ),
                (
                    "commitment",
                    models.CharField(
                        choices=[("mandatory", "Mandatory"), ("striven", "Striven for")],
                        default="mandatory",
                        max_length=10,
                        verbose_name="commitment",
                    ),
                ),
                ("scope_text", models.CharField(blank=True, max_length=500, verbose_name="scope")),
                ("exclusion_text", models.CharField(blank=True, max_length=500, verbose_name="not counted")),
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
                    "objective",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="targets",
                        to="objectives.qualityobjective",
                        verbose_name="objective",
                    ),
                ),
                (
                    "objective_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="targets",
                        to="objectives.objectiveset",
                        verbose_name="objective set",
                    ),
                ),
            ],
            options={
                "verbose_name": "target",
                "verbose_name_plural": "targets",
                "ordering": ["objective_set", "objective__order", "order", "code"],
                "constraints": [
                    models.UniqueConstraint(fields=("objective_set", "code"), name="target_code_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="ManualEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("period", models.CharField(max_length=8, verbose_name="period")),
                ("numerator", models.PositiveBigIntegerField(verbose_name="numerator")),
                ("denominator", models.PositiveBigIntegerField(verbose_name="denominator")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for confirmation"),
                            ("confirmed", "Confirmed"),
                            ("returned", "Returned"),
                            ("replaced", "Replaced by a correction"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="confirmed at")),
                (
                    "return_reason",
                    models.CharField(blank=True, max_length=1000, verbose_name="returned because"),
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
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="objectives.manualentry",
                        verbose_name="corrects",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="entered by",
                    ),
                ),
                (
                    "evidence",
                    models.ManyToManyField(
                        related_name="+",
                        through="objectives.EntryEvidence",
                        to="qms.storedfile",
                        verbose_name="evidence",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.orgunit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="objectives.target",
                        verbose_name="target",
                    ),
                ),
            ],
            options={
                "verbose_name": "entered figure",
                "verbose_name_plural": "entered figures",
                "ordering": ["-created_at"],
                "indexes": [models.Index(fields=["agency", "target", "unit", "period"], name="entry_cell")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "confirmed")),
                        fields=("target", "unit", "period"),
                        name="one_confirmed_entry",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("target", "unit", "period"),
                        name="one_waiting_entry",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("numerator__lte", models.F("denominator"))),
                        name="entry_is_a_share",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "confirmed"), _negated=True),
                            ("confirmed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="confirmed_has_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by__isnull", True),
                            models.Q(("confirmed_by", models.F("entered_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="entry_confirmed_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImplementingTask",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("text", models.TextField(verbose_name="task")),
                ("method", models.TextField(blank=True, verbose_name="method")),
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
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subtasks",
                        to="objectives.implementingtask",
                        verbose_name="part of",
                    ),
                ),
                (
                    "objective_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="objectives.objectiveset",
                        verbose_name="objective set",
                    ),
                ),
                (
                    "objective",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="objectives.qualityobjective",
                        verbose_name="objective",
                    ),
                ),
            ],
            options={
                "verbose_name": "task",
                "verbose_name_plural": "tasks",
                "ordering": ["objective_set", "objective__order", "order"],
            },
        ),
        migrations.CreateModel(
            name="SetBasis",
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
                        choices=[("basis", "Pursuant to"), ("implementing", "Carrying out")],
                        default="basis",
                        max_length=14,
                        verbose_name="cited as",
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
                    "legal_basis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.legalbasis",
                        verbose_name="legal basis",
                    ),
                ),
                (
                    "objective_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bases",
                        to="objectives.objectiveset",
                        verbose_name="objective set",
                    ),
                ),
            ],
            options={
                "verbose_name": "basis of a decision",
                "verbose_name_plural": "bases of decisions",
                "ordering": ["objective_set", "order"],
                "constraints": [
                    models.UniqueConstraint(fields=("objective_set", "legal_basis"), name="basis_cited_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Measurement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("period", models.CharField(max_length=8, verbose_name="period")),
                ("formula", models.CharField(max_length=30, verbose_name="formula")),
                ("formula_version", models.PositiveSmallIntegerField(verbose_name="version of the formula")),
                ("numerator", models.PositiveBigIntegerField(null=True, verbose_name="numerator")),
                ("denominator", models.PositiveBigIntegerField(null=True, verbose_name="denominator")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("achieved", "Achieved"),
                            ("not_achieved", "Not achieved"),
                            ("at_risk", "At risk"),
                            ("insufficient_data", "Insufficient data"),
                            ("no_occurrence", "No occurrence"),
                        ],
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "as_of",
                    models.DateTimeField(
                        help_text="Until when the facts are known.", null=True, verbose_name="as of"
                    ),
                ),
                (
                    "facts_seq",
                    models.PositiveBigIntegerField(
                        help_text="The last import the figure rests on.",
                        null=True,
                        verbose_name="state of the facts",
                    ),
                ),
                ("computed_at", models.DateTimeField(verbose_name="computed at")),
                (
                    "job_ref",
                    models.UUIDField(
                        help_text="The job; jobs themselves may be cleared away later.",
                        null=True,
                        verbose_name="computed by",
                    ),
                ),
                ("detail", models.JSONField(default=dict, verbose_name="detail")),
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
                    "previous",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="objectives.measurement",
                        verbose_name="before",
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
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="objectives.target",
                        verbose_name="target",
                    ),
                ),
            ],
            options={
                "verbose_name": "measurement",
                "verbose_name_plural": "measurements",
                "ordering": ["-computed_at"],
                "indexes": [
                    models.Index(
                        fields=["agency", "target", "period", "unit", "formula", "computed_at"],
                        name="measurement_history",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("denominator__isnull", True), ("numerator__isnull", True)),
                            models.Q(("denominator__isnull", False), ("numerator__isnull", False)),
                            _connector="OR",
                        ),
                        name="measurement_both_or_none",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Figure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("period", models.CharField(max_length=8, verbose_name="period")),
                ("formula", models.CharField(max_length=30, verbose_name="formula")),
                ("as_of", models.DateTimeField(null=True, verbose_name="as of")),
                ("facts_seq", models.PositiveBigIntegerField(null=True, verbose_name="state of the facts")),
                ("checked_at", models.DateTimeField(verbose_name="last computed at")),
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.orgunit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "measurement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="figure",
                        to="objectives.measurement",
                        verbose_name="measurement",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="objectives.target",
                        verbose_name="target",
                    ),
                ),
            ],
            options={
                "verbose_name": "present figure",
                "verbose_name_plural": "present figures",
                "ordering": ["target", "period"],
                "indexes": [models.Index(fields=["agency", "target", "period"], name="figure_cell")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("unit__isnull", True)),
                        fields=("target", "period", "formula"),
                        name="figure_of_agency_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("unit__isnull", False)),
                        fields=("target", "period", "formula", "unit"),
                        name="figure_of_unit_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TargetUnit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
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
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reporting",
                        to="objectives.target",
                        verbose_name="target",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.orgunit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "reporting unit",
                "verbose_name_plural": "reporting units",
                "ordering": ["target", "unit__order"],
                "constraints": [models.UniqueConstraint(fields=("target", "unit"), name="unit_reports_once")],
            },
        ),
        migrations.CreateModel(
            name="TaskParty",
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
                    "objective_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="objectives.objectiveset",
                        verbose_name="objective set",
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
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parties",
                        to="objectives.implementingtask",
                        verbose_name="task",
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
                "verbose_name": "party to a task",
                "verbose_name_plural": "parties to tasks",
                "ordering": ["task", "part", "order"],
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
                        name="party_is_one_of_three",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="entryevidence",
            name="entry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="evidence_rows",
                to="objectives.manualentry",
                verbose_name="entry",
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="units",
            field=models.ManyToManyField(
                related_name="+",
                through="objectives.TargetUnit",
                to="qms.orgunit",
                verbose_name="units that report",
            ),
        ),
    ]
