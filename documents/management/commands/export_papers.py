"""`manage.py export_papers DIR [--year Y]`: the issued PDFs with a manifest."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from documents.selectors import papers_export


class Command(BaseCommand):
    """Writes one PDF per issued paper and manifest.json (number, kind, date, sha256)."""

    help = "Write the issued papers as PDF files with manifest.json."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path)
        parser.add_argument("--year", type=int)
        parser.add_argument("--agency", help="code of one agency; all agencies when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        count = papers_export(options["directory"], year=options["year"], agency_code=options["agency"])
        self.stdout.write(f"{count} papers in {options['directory']}")
