"""Print the accounts of the demonstration agencies."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import override

from qms import demo


class Command(BaseCommand):
    """`manage.py demo_accounts`: who may sign in and as what."""

    help = "Print the demonstration accounts, one per role, with their password."

    def handle(self, *args: Any, **options: Any) -> None:
        """A table, or a hint when there is no demonstration data."""
        with override("vi"):
            lines = demo.accounts_list()
        if not lines:
            self.stdout.write("No demonstration data; run: manage.py load_demo")
            return
        widths = [max(len(line[column]) for line in lines) for column in range(3)]
        self.stdout.write(f"Password of all demonstration accounts: {demo.PASSWORD}")
        for line in lines:
            cells = [text.ljust(width) for text, width in zip(line[:3], widths, strict=True)]
            self.stdout.write("  ".join([*cells, line[3]]).rstrip())
