"""What counts after a supplement may be left to the agency; nobody had to say it before."""

from django.db import migrations, models

CHOICES = [
    ("agency", "As the agency has decided"),
    ("continues", "The time goes on where it stopped"),
    ("restarts", "The time starts again"),
]
HELP = (
    "Counts for the working time of a dossier and for checking its due time. Whether a dossier is late is "
    "judged by the due time its export tells."
)


def leave_to_the_agency(apps, schema_editor):
    """The former default was nobody's decision; the agency's default says the same."""
    for name in ("Procedure", "ProcedureVersion"):
        rows = apps.get_model("dossiers", name).objects.filter(after_supplement="continues")
        rows.update(after_supplement="agency")


def say_it(apps, schema_editor):
    """Back: the rule is said with each procedure."""
    for name in ("Procedure", "ProcedureVersion"):
        rows = apps.get_model("dossiers", name).objects.filter(after_supplement="agency")
        rows.update(after_supplement="continues")


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0009_after_a_supplement"),
    ]

    operations = [
        *(
            migrations.AlterField(
                model_name=name,
                name="after_supplement",
                field=models.CharField(
                    choices=CHOICES,
                    default="agency",
                    help_text=HELP,
                    max_length=10,
                    verbose_name="after a supplement",
                ),
            )
            for name in ("procedure", "procedureversion")
        ),
        migrations.RunPython(leave_to_the_agency, say_it, elidable=True),
    ]
