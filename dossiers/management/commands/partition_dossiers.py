"""manage.py partition_dossiers: dossiers and their versions as partitions by year, on PostgreSQL."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dossiers import partitions
from qms.exceptions import DomainError


class Command(BaseCommand):
    """Divide the tables of dossiers."""

    help = (
        "Divide dossiers and their versions into partitions by the year of receipt (PostgreSQL only). "
        "Can be run again at any time: what is divided stays, and missing years are added. "
        "With --join the way back: whole tables again."
    )

    def add_arguments(self, parser: Any) -> None:
        """--join."""
        parser.add_argument("--join", action="store_true", help="make whole tables of the partitions again")

    def handle(self, *args: Any, **options: Any) -> None:
        """Divide and say what lies where."""
        try:
            found = partitions.join() if options["join"] else partitions.partition()
        except DomainError as error:
            raise CommandError(str(error)) from error
        for table in found:
            self.stdout.write(f"{table.table}: {table.rows}")
            for name, rows in table.partitions.items():
                self.stdout.write(f"  {name}: {rows}")
