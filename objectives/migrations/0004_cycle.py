import django.db.models.deletion
from django.db import migrations, models

import qms.models.base


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0002_append_only"),
        ("objectives", "0003_annual_plans"),
        ("qms", "0004_seals_outbox_and_search_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="ObjectiveReview",
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
                        choices=[("half", "Half-year review"), ("year", "Year-end review")],
                        max_length=4,
                        verbose_name="review",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in_review", "Waiting for approval"),
                            ("approved", "Approved"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("figures_at", models.DateTimeField(verbose_name="figures taken at")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="submitted at")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="approved at")),
                (
                    "return_reason",
                    models.CharField(blank=True, max_length=1000, verbose_name="returned because"),
                ),
                (
                    "conclusion",
                    models.TextField(
                        blank=True,
                        help_text="What the year shows, and what is to be done next.",
                        verbose_name="general assessment",
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
                    "objective_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="objectives.objectiveset",
                        verbose_name="objective set",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.paper",
                        verbose_name="report",
                    ),
                ),
            ],
            options={
                "verbose_name": "review of objectives",
                "verbose_name_plural": "reviews of objectives",
                "ordering": ["-objective_set__year", "kind"],
                "constraints": [
                    models.UniqueConstraint(fields=("objective_set", "kind"), name="review_once_per_kind"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approver__isnull", True),
                            models.Q(("approver", models.F("drafter")), _negated=True),
                            _connector="OR",
                        ),
                        name="review_approved_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            models.Q(("approved_at__isnull", False), ("approver__isnull", False)),
                            _connector="OR",
                        ),
                        name="review_approved_by_someone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewComment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("text", models.TextField(verbose_name="comment")),
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
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="author",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="objectives.objectivereview",
                        verbose_name="review",
                    ),
                ),
            ],
            options={
                "verbose_name": "comment on a review",
                "verbose_name_plural": "comments on reviews",
                "ordering": ["created_at"],
            },
        ),
        migrations.CreateModel(
            name="ReviewLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("numerator", models.PositiveBigIntegerField(null=True, verbose_name="numerator")),
                ("denominator", models.PositiveBigIntegerField(null=True, verbose_name="denominator")),
                (
                    "strict_numerator",
                    models.PositiveBigIntegerField(
                        null=True, verbose_name="numerator with overdue dossiers counted in"
                    ),
                ),
                (
                    "strict_denominator",
                    models.PositiveBigIntegerField(
                        null=True, verbose_name="denominator with overdue dossiers counted in"
                    ),
                ),
                ("missing", models.JSONField(default=list, verbose_name="units without figures")),
                (
                    "before_numerator",
                    models.PositiveBigIntegerField(null=True, verbose_name="numerator last year"),
                ),
                (
                    "before_denominator",
                    models.PositiveBigIntegerField(null=True, verbose_name="denominator last year"),
                ),
                (
                    "before_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("achieved", "Achieved"),
                            ("not_achieved", "Not achieved"),
                            ("at_risk", "At risk"),
                            ("insufficient_data", "Insufficient data"),
                            ("no_occurrence", "No occurrence"),
                        ],
                        max_length=20,
                        verbose_name="status last year",
                    ),
                ),
                (
                    "proposed",
                    models.CharField(
                        choices=[
                            ("achieved", "Achieved"),
                            ("not_achieved", "Not achieved"),
                            ("at_risk", "At risk"),
                            ("insufficient_data", "Insufficient data"),
                            ("no_occurrence", "No occurrence"),
                        ],
                        max_length=20,
                        verbose_name="status by the figures",
                    ),
                ),
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
                    "status_reason",
                    models.CharField(
                        blank=True,
                        help_text="Compulsory when the judgement differs from what the figures say.",
                        max_length=1000,
                        verbose_name="why judged otherwise",
                    ),
                ),
                ("cause", models.TextField(blank=True, verbose_name="cause")),
                ("measure", models.TextField(blank=True, verbose_name="measure")),
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
                    "before_target",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="objectives.target",
                        verbose_name="target of last year",
                    ),
                ),
                (
                    "measurement",
                    models.ForeignKey(
                        help_text="Where the figure was copied from.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="objectives.measurement",
                        verbose_name="measurement",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="objectives.objectivereview",
                        verbose_name="review",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review_lines",
                        to="objectives.target",
                        verbose_name="target",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a review",
                "verbose_name_plural": "lines of reviews",
                "ordering": ["review", "order"],
                "constraints": [
                    models.UniqueConstraint(fields=("review", "target"), name="review_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("proposed", models.F("status")),
                            models.Q(("status_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="other_judgement_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("denominator__isnull", True), ("numerator__isnull", True)),
                            models.Q(("denominator__isnull", False), ("numerator__isnull", False)),
                            _connector="OR",
                        ),
                        name="review_line_both_or_none",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SetAcknowledgement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("at", models.DateTimeField(verbose_name="read at")),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acknowledgements",
                        to="objectives.objectiveset",
                        verbose_name="objective set",
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
            ],
            options={
                "verbose_name": "acknowledgement of objectives",
                "verbose_name_plural": "acknowledgements of objectives",
                "ordering": ["-at"],
                "constraints": [
                    models.UniqueConstraint(fields=("objective_set", "person"), name="objectives_read_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SetCommunication",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("due", models.DateField(verbose_name="to be read until")),
                ("message", models.TextField(blank=True, verbose_name="message")),
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
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="communication",
                        to="objectives.objectiveset",
                        verbose_name="objective set",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="sent by",
                    ),
                ),
            ],
            options={
                "verbose_name": "communication of objectives",
                "verbose_name_plural": "communications of objectives",
                "ordering": ["-created_at"],
            },
        ),
        migrations.AddField(
            model_name="implementingtask",
            name="origin",
            field=models.ForeignKey(
                blank=True,
                help_text="The same part in the set of the year before.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="%(class)s_heirs",
                to="objectives.implementingtask",
                verbose_name="taken over from",
            ),
        ),
        migrations.AddField(
            model_name="objectiveset",
            name="continues",
            field=models.ForeignKey(
                blank=True,
                help_text="The set of the year before that this one was started from.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="continued_by",
                to="objectives.objectiveset",
                verbose_name="continues",
            ),
        ),
        migrations.AddField(
            model_name="objectiveset",
            name="submitted_by",
            field=models.ForeignKey(
                blank=True,
                help_text="For the objectives of a unit: who commits to them.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="qms.person",
                verbose_name="submitted by",
            ),
        ),
        migrations.AddField(
            model_name="qualityobjective",
            name="origin",
            field=models.ForeignKey(
                blank=True,
                help_text="The same part in the set of the year before.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="%(class)s_heirs",
                to="objectives.qualityobjective",
                verbose_name="taken over from",
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="figure_reason",
            field=models.CharField(
                blank=True,
                help_text="How the figure was proposed from the result of the year before.",
                max_length=500,
                verbose_name="why this figure",
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="origin",
            field=models.ForeignKey(
                blank=True,
                help_text="The same part in the set of the year before.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="%(class)s_heirs",
                to="objectives.target",
                verbose_name="taken over from",
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                help_text="The target of the agency that this target of a unit carries.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="carried_by",
                to="objectives.target",
                verbose_name="derives from",
            ),
        ),
        migrations.AddConstraint(
            model_name="objectiveset",
            constraint=models.UniqueConstraint(
                condition=models.Q(("continues__isnull", False)),
                fields=("continues",),
                name="set_continued_once",
            ),
        ),
    ]
