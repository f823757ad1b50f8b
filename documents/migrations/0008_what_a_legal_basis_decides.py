"""A legal basis says what it decides on; until now that was read from its words, here for the last time."""

from django.db import migrations, models
from django.db.models import Q

NAMED = Q(about__icontains="kiện toàn") | Q(about__icontains="thành lập")
COMMITTEE = Q(about__icontains="ban iso") | Q(about__icontains="ban chỉ đạo") & (
    Q(about__icontains="quản lý chất lượng") | Q(about__icontains="iso 9001")
)


def say_what_was_read(apps, schema_editor):
    """Decisions about the committee that ticked an item of the plan go on doing so."""
    bases = apps.get_model("documents", "LegalBasis")
    bases.objects.filter(NAMED, COMMITTEE, kind__iexact="Quyết định").update(decides="committee")


class Migration(migrations.Migration):
    dependencies = [("documents", "0007_signed_before_number")]

    operations = [
        migrations.AddField(
            model_name="legalbasis",
            name="decides",
            field=models.CharField(
                blank=True,
                choices=[("committee", "Who sits on the ISO committee")],
                help_text="Only for a decision of the agency itself that the annual plan waits for.",
                max_length=20,
                verbose_name="decides on",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalbasis",
            constraint=models.CheckConstraint(
                condition=Q(decides__in=["", "committee"]), name="legal_basis_decides_known"
            ),
        ),
        migrations.RunPython(say_what_was_read, migrations.RunPython.noop),
    ]
