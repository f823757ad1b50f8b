"""manage.py backup [FILE]: the whole installation in one archive, also while it runs."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from qms import backup


class Command(BaseCommand):
    """Write a backup."""

    help = "Write a backup of the whole installation: database, files and keys."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The archive to write."""
        parser.add_argument(
            "file", type=Path, nargs="?", help="archive to write (default: named after the time)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and say what is in it."""
        now: datetime = timezone.localtime()
        target: Path = options["file"] or Path(f"qms-backup-{now:%Y%m%d-%H%M%S}.tar.gz")
        try:
            manifest = backup.make(target.resolve(), self.stdout.write)
        except backup.BackupError as reason:
            raise CommandError(str(reason)) from None
        rows, files = (
            sum(manifest.counts.values()),
            sum(name.startswith("files/") for name in manifest.members),
        )
        size = target.stat().st_size / 1_000_000
        self.stdout.write(
            f"{target}: {rows} rows, {files} files, {size:.1f} MB. It holds keys: keep it under lock."
        )
