"""manage.py import_agency FILE.zip: restore an agency that export_agency took out."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from qms import portability, portability_import


class Command(BaseCommand):
    """Restore an agency."""

    help = "Restore an agency from an archive of export_agency; everything or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """The archive."""
        parser.add_argument("file", type=Path, metavar="FILE.zip", help="archive to restore")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore and say what came."""
        try:
            agency = portability_import.import_agency(options["file"].resolve(), self.stdout.write)
        except portability.PortabilityError as reason:
            raise CommandError(str(reason)) from None
        self.stdout.write(f"{agency.code}: {agency.name}")
        self.stdout.write(
            "The imported accounts have no password yet: give each a new one (Administration, People)."
        )
