"""Each paper there is gets its present content as a version."""

from typing import Any

from django.db import migrations


def keep_present_versions(apps: Any, schema_editor: Any) -> None:
    """Each paper there is gets its present content as the version it says."""
    paper_model = apps.get_model("documents", "Paper")
    version_model = apps.get_model("documents", "PaperVersion")
    alias = schema_editor.connection.alias
    rows = paper_model.objects.using(alias).values_list(
        "pk", "agency_id", "version", "content", "content_hash", "drafter_id"
    )
    version_model.objects.using(alias).bulk_create(
        (
            version_model(
                paper_id=pk,
                agency_id=agency,
                number=number,
                content=content,
                content_hash=digest,
                saved_by_id=drafter,
            )
            for pk, agency, number, content, digest, drafter in rows.iterator()
        ),
        batch_size=200,
    )


class Migration(migrations.Migration):
    """After the tables; inserts only."""

    dependencies = [("documents", "0003_versions_templates")]

    operations = [migrations.RunPython(keep_present_versions, migrations.RunPython.noop)]
