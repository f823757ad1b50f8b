"""manage.py restore FILE: a backup into an empty installation."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from qms import backup


class Command(BaseCommand):
    """Restore a backup."""

    help = "Restore a backup into an empty installation and compare row counts and file hashes."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The archive to read."""
        parser.add_argument("file", type=Path, help="archive written by backup")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore it and say what came back."""
        try:
            manifest = backup.restore(options["file"].resolve(), self.stdout.write)
        except backup.BackupError as reason:
            raise CommandError(str(reason)) from None
        rows, files = (
            sum(manifest.counts.values()),
            sum(name.startswith("files/") for name in manifest.members),
        )
        self.stdout.write(
            f"Restored the backup of {manifest.made_at}: {rows} rows, {files} files, all as in the backup. "
            "If the portal is newer than the backup, run “migrate” next (script/server does it by itself)."
        )
