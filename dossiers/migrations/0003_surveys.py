import django.db.models.deletion
from django.db import migrations, models

import qms.models.base


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0002_more_facts"),
        ("qms", "0004_seals_outbox_and_search_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="DelayReason",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("rules", "Rules and procedures are unclear or overlap"),
                            ("coordination", "Another agency answered late"),
                            ("applicant", "On the side of the applicant"),
                            ("staff", "Staff and organisation of the work"),
                            ("system", "Software or network"),
                            ("other", "Another reason"),
                        ],
                        max_length=12,
                        verbose_name="reason",
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        help_text="No names or numbers of citizens.",
                        max_length=500,
                        verbose_name="note",
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
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
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="delay",
                        to="dossiers.dossier",
                        verbose_name="dossier",
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
                "verbose_name": "reason of a delay",
                "verbose_name_plural": "reasons of delays",
                "ordering": ["-recorded_at"],
            },
        ),
        migrations.CreateModel(
            name="Survey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "intro",
                    models.TextField(
                        blank=True,
                        help_text="What the citizen reads above the questions.",
                        verbose_name="introduction",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Being prepared"),
                            ("open", "Open for answers"),
                            ("closed", "Closed"),
                        ],
                        default="draft",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("opens_on", models.DateField(verbose_name="opens on")),
                ("closes_on", models.DateField(verbose_name="closes on")),
                (
                    "population",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="How many people the sample stands for; tells how many answers are needed.",
                        null=True,
                        verbose_name="people served",
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
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="prepared by",
                    ),
                ),
            ],
            options={
                "verbose_name": "survey",
                "verbose_name_plural": "surveys",
                "ordering": ["-opens_on", "title"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closes_on__gte", models.F("opens_on"))),
                        name="survey_dates_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SurveyQuestion",
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
                    "factor",
                    models.CharField(
                        choices=[
                            ("access", "Access to the service"),
                            ("procedures", "Papers and procedures"),
                            ("officials", "Officials"),
                            ("results", "Results"),
                            ("feedback", "Handling of feedback"),
                            ("overall", "Overall"),
                        ],
                        max_length=10,
                        verbose_name="factor",
                    ),
                ),
                ("text", models.CharField(max_length=300, verbose_name="question")),
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
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="dossiers.survey",
                        verbose_name="survey",
                    ),
                ),
            ],
            options={
                "verbose_name": "question of a survey",
                "verbose_name_plural": "questions of surveys",
                "ordering": ["survey", "order"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("factor", "overall")),
                        fields=("survey",),
                        name="survey_one_overall_question",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SurveyToken",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("token", models.CharField(max_length=32, unique=True, verbose_name="token")),
                ("used_at", models.DateTimeField(null=True, verbose_name="used at")),
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
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tokens",
                        to="dossiers.survey",
                        verbose_name="survey",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.orgunit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "token of a survey",
                "verbose_name_plural": "tokens of surveys",
                "ordering": ["survey", "created_at"],
            },
        ),
        migrations.CreateModel(
            name="SurveyAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "source",
                    models.CharField(
                        choices=[("link", "By link or code"), ("paper", "Entered from paper")],
                        max_length=6,
                        verbose_name="method of collection",
                    ),
                ),
                ("answered_at", models.DateTimeField(verbose_name="answered at")),
                ("level", models.PositiveSmallIntegerField(verbose_name="overall")),
                ("levels", models.JSONField(default=dict, verbose_name="answers by question")),
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
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="dossiers.survey",
                        verbose_name="survey",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.orgunit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "token",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answer",
                        to="dossiers.surveytoken",
                        verbose_name="token",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer to a survey",
                "verbose_name_plural": "answers to surveys",
                "ordering": ["-answered_at"],
                "indexes": [models.Index(fields=["agency", "answered_at"], name="survey_answered")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level__range", (1, 5))), name="survey_level_1_to_5"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", "link"), ("token__isnull", False)),
                            models.Q(("source", "paper"), ("token__isnull", True)),
                            _connector="OR",
                        ),
                        name="survey_link_answer_has_token",
                    ),
                ],
            },
        ),
    ]
