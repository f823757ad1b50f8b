"""manage.py rebuild_search: the index behind the search box, written anew from the records."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from qms import search
from qms.models import Agency


class Command(BaseCommand):
    """Rebuild the index."""

    help = "Write the search index anew from the records."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which agency."""
        parser.add_argument("--agency", metavar="CODE", help="only this agency")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild and say how much is findable."""
        rows = Agency.objects.order_by("code")
        for agency in rows.filter(code=options["agency"]) if options["agency"] else rows:
            self.stdout.write(f"{agency.code}: {search.rebuild(agency, self.stdout.write)}")
