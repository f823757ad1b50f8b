import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import qms.models.base


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="StandardEdition",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="code")),
                ("title_vi", models.CharField(max_length=255, verbose_name="title in Vietnamese")),
                ("title_en", models.CharField(max_length=255, verbose_name="title in English")),
                ("published_on", models.DateField(blank=True, null=True, verbose_name="published on")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="withdrawn on")),
            ],
            options={
                "verbose_name": "standard edition",
                "verbose_name_plural": "standard editions",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined"),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "language",
                    models.CharField(
                        choices=[("vi", "Vietnamese"), ("en", "English")],
                        default="vi",
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                (
                    "must_change_password",
                    models.BooleanField(
                        default=False, verbose_name="must change the password at next sign-in"
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("email", ""), _negated=True),
                        fields=("email",),
                        name="user_email_unique",
                    )
                ],
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="Agency",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=255, verbose_name="name")),
                ("short_name", models.CharField(blank=True, max_length=80, verbose_name="short name")),
                (
                    "parent_name",
                    models.CharField(
                        blank=True,
                        help_text="First line of the letterhead.",
                        max_length=255,
                        verbose_name="superior agency on papers",
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        help_text="Before the date of papers.", max_length=80, verbose_name="place on papers"
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=255, verbose_name="address")),
                ("is_demo", models.BooleanField(default=False, verbose_name="demonstration data")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="qms.agency",
                        verbose_name="superior agency in this portal",
                    ),
                ),
            ],
            options={
                "verbose_name": "agency",
                "verbose_name_plural": "agencies",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="AgencySetting",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("key", models.CharField(max_length=80, verbose_name="setting")),
                ("value", models.JSONField(verbose_name="value")),
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
            ],
            options={
                "verbose_name": "agency setting",
                "verbose_name_plural": "agency settings",
                "ordering": ["key", "-valid_from", "-created_at"],
                "indexes": [models.Index(fields=["agency", "key", "valid_from"], name="setting_agency_key")],
            },
        ),
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("day", models.DateField(verbose_name="day")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("holiday", "Public holiday"),
                            ("compensatory_off", "Compensatory day off"),
                            ("swapped_off", "Swapped day off"),
                            ("make_up_working_day", "Make-up working day"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="occasion")),
                ("document", models.CharField(blank=True, max_length=255, verbose_name="source document")),
                ("is_projected", models.BooleanField(default=False, verbose_name="not yet decided")),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: for the whole country.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.agency",
                        verbose_name="agency",
                    ),
                ),
            ],
            options={
                "verbose_name": "calendar day",
                "verbose_name_plural": "calendar days",
                "ordering": ["day"],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "day"), name="calendar_day_per_agency"),
                    models.UniqueConstraint(
                        condition=models.Q(("agency__isnull", True)),
                        fields=("day",),
                        name="calendar_day_national",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Clause",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("code", models.CharField(max_length=20, verbose_name="clause")),
                ("title_vi", models.CharField(max_length=255, verbose_name="title in Vietnamese")),
                ("title_en", models.CharField(max_length=255, verbose_name="title in English")),
                ("order", models.PositiveSmallIntegerField(verbose_name="order")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="qms.clause",
                        verbose_name="parent clause",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clauses",
                        to="qms.standardedition",
                        verbose_name="standard edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "clause",
                "verbose_name_plural": "clauses",
                "ordering": ["edition", "order"],
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "code"), name="clause_code_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="ClauseApplicability",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("applicable", models.BooleanField(verbose_name="applicable")),
                ("justification", models.TextField(blank=True, verbose_name="justification")),
                ("valid_from", models.DateField(verbose_name="valid from")),
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
                    "clause",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applicabilities",
                        to="qms.clause",
                        verbose_name="clause",
                    ),
                ),
            ],
            options={
                "verbose_name": "applicability of a clause",
                "verbose_name_plural": "applicability of clauses",
                "ordering": ["clause", "-valid_from"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("applicable", True),
                            models.Q(("justification", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="exclusion_is_justified",
                    ),
                    models.UniqueConstraint(
                        fields=("agency", "clause", "valid_from"), name="applicability_once_per_day"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClauseMapping",
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
                            ("same", "Unchanged"),
                            ("changed", "Changed"),
                            ("moved", "Moved"),
                            ("new", "New"),
                            ("removed", "Removed"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("note_vi", models.CharField(blank=True, max_length=500, verbose_name="note in Vietnamese")),
                ("note_en", models.CharField(blank=True, max_length=500, verbose_name="note in English")),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="maps_to",
                        to="qms.clause",
                        verbose_name="from",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="maps_from",
                        to="qms.clause",
                        verbose_name="to",
                    ),
                ),
            ],
            options={
                "verbose_name": "clause mapping",
                "verbose_name_plural": "clause mappings",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("source__isnull", False), ("target__isnull", False), _connector="OR"
                        ),
                        name="mapping_has_an_end",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OfficeHours",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        verbose_name="weekday",
                    ),
                ),
                ("morning_start", models.TimeField(verbose_name="morning from")),
                ("morning_end", models.TimeField(verbose_name="morning to")),
                ("afternoon_start", models.TimeField(blank=True, null=True, verbose_name="afternoon from")),
                ("afternoon_end", models.TimeField(blank=True, null=True, verbose_name="afternoon to")),
                ("valid_from", models.DateField(verbose_name="valid from")),
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
                "verbose_name": "office hours",
                "verbose_name_plural": "office hours",
                "ordering": ["valid_from", "weekday"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "weekday", "valid_from"), name="hours_once_per_weekday"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OrgUnit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=255, verbose_name="name")),
                ("short_name", models.CharField(blank=True, max_length=80, verbose_name="short name")),
                ("abbreviation", models.CharField(blank=True, max_length=20, verbose_name="abbreviation")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("leadership", "Leadership"),
                            ("office", "Office"),
                            ("division", "Division"),
                            ("centre", "Centre"),
                            ("committee", "Committee"),
                            ("other", "Other"),
                        ],
                        default="division",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "handles_procedures",
                    models.BooleanField(default=False, verbose_name="handles administrative procedures"),
                ),
                (
                    "is_standing_unit",
                    models.BooleanField(default=False, verbose_name="standing unit of the ISO committee"),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                ("valid_from", models.DateField(verbose_name="valid from")),
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
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="qms.orgunit",
                        verbose_name="belongs to",
                    ),
                ),
            ],
            options={
                "verbose_name": "unit",
                "verbose_name_plural": "units",
                "ordering": ["order", "name"],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "code"), name="unit_code_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="unit_dates_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrgUnitChange",
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
                            ("created", "Founded"),
                            ("renamed", "Renamed or moved"),
                            ("merged", "Merged"),
                            ("split", "Split"),
                            ("closed", "Closed"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("on", models.DateField(verbose_name="from the day")),
                ("document", models.CharField(blank=True, max_length=255, verbose_name="decided by")),
                (
                    "after",
                    models.ManyToManyField(
                        related_name="changes_before", to="qms.orgunit", verbose_name="units after"
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
                    "before",
                    models.ManyToManyField(
                        related_name="changes_after", to="qms.orgunit", verbose_name="units before"
                    ),
                ),
            ],
            options={
                "verbose_name": "change of units",
                "verbose_name_plural": "changes of units",
                "ordering": ["-on"],
            },
        ),
        migrations.CreateModel(
            name="OrgUnitVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("name", models.CharField(max_length=255, verbose_name="name")),
                ("short_name", models.CharField(blank=True, max_length=80, verbose_name="short name")),
                ("abbreviation", models.CharField(blank=True, max_length=20, verbose_name="abbreviation")),
                ("valid_from", models.DateField(verbose_name="valid from")),
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
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.orgunit",
                        verbose_name="belongs to",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="qms.orgunit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "unit version",
                "verbose_name_plural": "unit versions",
                "ordering": ["unit", "valid_from"],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("full_name", models.CharField(max_length=120, verbose_name="full name")),
                ("position", models.CharField(blank=True, max_length=160, verbose_name="position")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                ("valid_from", models.DateField(verbose_name="works here from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="works here to")),
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
                        related_name="people",
                        to="qms.orgunit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="persons",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
                "ordering": ["full_name"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("user__isnull", False)),
                        fields=("agency", "user"),
                        name="person_account_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="person_dates_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NotificationPreference",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("topic", models.CharField(max_length=80, verbose_name="topic")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("at_once", "At once"),
                            ("digest", "In the daily digest"),
                            ("none", "No mail"),
                        ],
                        max_length=10,
                        verbose_name="mail",
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="preferences",
                        to="qms.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "notification preference",
                "verbose_name_plural": "notification preferences",
                "constraints": [models.UniqueConstraint(fields=("person", "topic"), name="preference_once")],
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("topic", models.CharField(max_length=80, verbose_name="topic")),
                ("title", models.CharField(max_length=255, verbose_name="title")),
                ("body", models.TextField(blank=True, verbose_name="text")),
                ("url", models.CharField(blank=True, max_length=300, verbose_name="address")),
                ("key", models.CharField(max_length=160, verbose_name="key")),
                ("read_at", models.DateTimeField(null=True, verbose_name="read at")),
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
                        related_name="notifications",
                        to="qms.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "notification",
                "verbose_name_plural": "notifications",
                "ordering": ["-created_at"],
                "indexes": [models.Index(fields=["person", "read_at"], name="notification_unread")],
                "constraints": [models.UniqueConstraint(fields=("person", "key"), name="notification_once")],
            },
        ),
        migrations.CreateModel(
            name="Mail",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("to", models.EmailField(max_length=254, verbose_name="to")),
                ("subject", models.CharField(max_length=255, verbose_name="subject")),
                ("body", models.TextField(verbose_name="text")),
                ("key", models.CharField(max_length=200, unique=True, verbose_name="key")),
                ("send_after", models.DateTimeField(verbose_name="not before")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent at")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("error", models.TextField(blank=True, verbose_name="last error")),
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
            ],
            options={
                "verbose_name": "mail",
                "verbose_name_plural": "mails",
                "ordering": ["-created_at"],
                "indexes": [models.Index(fields=["sent_at", "send_after"], name="mail_due")],
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("kind", models.CharField(max_length=80, verbose_name="kind")),
                ("label", models.CharField(max_length=255, verbose_name="title")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("running", "Running"),
                            ("succeeded", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="queued",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("params", models.JSONField(default=dict, verbose_name="parameters")),
                ("result", models.JSONField(default=dict, verbose_name="result")),
                ("reason", models.TextField(blank=True, verbose_name="reason of the failure")),
                ("unique_key", models.CharField(blank=True, max_length=160, verbose_name="unique key")),
                ("claim", models.CharField(blank=True, max_length=40, verbose_name="claim")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("started_at", models.DateTimeField(null=True, verbose_name="started at")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished at")),
                ("suspected_at", models.DateTimeField(null=True, verbose_name="missing since")),
                ("run_after", models.DateTimeField(null=True, verbose_name="not before")),
                (
                    "agency",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.agency",
                        verbose_name="agency",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="requested by",
                    ),
                ),
            ],
            options={
                "verbose_name": "job",
                "verbose_name_plural": "jobs",
                "ordering": ["-created_at"],
                "indexes": [
                    models.Index(fields=["agency", "-created_at"], name="job_agency_at"),
                    models.Index(fields=["state", "created_at"], name="job_state"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state__in", ["queued", "running"]), models.Q(("unique_key", ""), _negated=True)
                        ),
                        fields=("kind", "unique_key"),
                        name="job_once_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField(db_index=True, verbose_name="at")),
                ("actor_label", models.CharField(max_length=200, verbose_name="who")),
                ("verb", models.CharField(db_index=True, max_length=80, verbose_name="what")),
                ("subject_kind", models.CharField(max_length=80, verbose_name="kind of record")),
                ("subject_id", models.CharField(max_length=40, verbose_name="record")),
                ("subject_label", models.CharField(max_length=300, verbose_name="record")),
                ("changes", models.JSONField(default=dict, verbose_name="changes")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("request_id", models.CharField(blank=True, max_length=64, verbose_name="request")),
                ("job_id", models.CharField(blank=True, max_length=40, verbose_name="job")),
                ("ip", models.GenericIPAddressField(null=True, verbose_name="address")),
                (
                    "agency",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.agency",
                        verbose_name="agency",
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="who",
                    ),
                ),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit trail",
                "ordering": ["-at", "-id"],
                "indexes": [
                    models.Index(fields=["agency", "-at"], name="audit_agency_at"),
                    models.Index(fields=["subject_kind", "subject_id"], name="audit_subject"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleAssignment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("valid_from", models.DateField(verbose_name="from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("leader", "Top management"),
                            ("committee_head", "Head of the ISO committee"),
                            ("committee_member", "Member of the ISO committee"),
                            ("secretary", "ISO secretary"),
                            ("unit_head", "Unit head"),
                            ("staff", "Specialist"),
                            ("auditor", "Internal auditor"),
                            ("clerk", "Clerk"),
                            ("one_stop", "One-stop desk"),
                            ("superior", "Superior agency"),
                            ("admin", "Administrator"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="role_assignments",
                        to="qms.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: for the whole agency.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="role_assignments",
                        to="qms.orgunit",
                        verbose_name="for the unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "role assignment",
                "verbose_name_plural": "role assignments",
                "ordering": ["person", "role", "valid_from"],
            },
        ),
        migrations.CreateModel(
            name="RoleDelegation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("valid_from", models.DateField(verbose_name="from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("leader", "Top management"),
                            ("committee_head", "Head of the ISO committee"),
                            ("committee_member", "Member of the ISO committee"),
                            ("secretary", "ISO secretary"),
                            ("unit_head", "Unit head"),
                            ("staff", "Specialist"),
                            ("auditor", "Internal auditor"),
                            ("clerk", "Clerk"),
                            ("one_stop", "One-stop desk"),
                            ("superior", "Superior agency"),
                            ("admin", "Administrator"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                ("reason", models.CharField(max_length=255, verbose_name="reason")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked at")),
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
                    "giver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations_given",
                        to="qms.person",
                        verbose_name="delegated by",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations_received",
                        to="qms.person",
                        verbose_name="delegated to",
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
                        verbose_name="for the unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "delegation",
                "verbose_name_plural": "delegations",
                "ordering": ["-valid_from"],
            },
        ),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("kind", models.CharField(max_length=80, verbose_name="kind")),
                ("object_id", models.UUIDField(verbose_name="record")),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                ("subtitle", models.CharField(blank=True, max_length=300, verbose_name="subtitle")),
                ("url", models.CharField(max_length=300, verbose_name="address")),
                ("folded", models.TextField(verbose_name="folded text")),
                ("changed_at", models.DateTimeField(verbose_name="changed at")),
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
                "verbose_name": "search entry",
                "verbose_name_plural": "search index",
                "constraints": [models.UniqueConstraint(fields=("kind", "object_id"), name="search_once")],
            },
        ),
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=qms.models.base.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("name", models.CharField(max_length=255, verbose_name="file name")),
                ("content_type", models.CharField(max_length=120, verbose_name="type")),
                ("size", models.PositiveBigIntegerField(verbose_name="size in bytes")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("file", models.FileField(max_length=255, upload_to="", verbose_name="file")),
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
                    "stored_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="qms.person",
                        verbose_name="stored by",
                    ),
                ),
            ],
            options={
                "verbose_name": "stored file",
                "verbose_name_plural": "stored files",
                "ordering": ["-created_at"],
                "indexes": [models.Index(fields=["agency", "sha256"], name="file_agency_hash")],
            },
        ),
    ]
