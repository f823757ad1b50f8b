"""What a change touches is linked once, and of the kind its link says, before the database demands it."""

from django.db import migrations

from qms.models.base import uuid7


def tidy(apps, schema_editor):
    """A row with two links becomes two rows; any other takes the kind of its link."""
    touches = apps.get_model("risks", "ChangeTouch").objects
    for row in touches.filter(risk__isnull=False, target__isnull=False):
        touches.create(
            id=uuid7(),
            agency_id=row.agency_id,
            change_id=row.change_id,
            kind="objective",
            label=row.label,
            what_changes=row.what_changes,
            target_id=row.target_id,
        )
        touches.filter(pk=row.pk).update(target=None)
    touches.filter(risk__isnull=False).exclude(kind="risk").update(kind="risk")
    touches.filter(target__isnull=False).exclude(kind="objective").update(kind="objective")


class Migration(migrations.Migration):
    dependencies = [("risks", "0004_list_in_its_order")]

    operations = [migrations.RunPython(tidy, migrations.RunPython.noop)]
