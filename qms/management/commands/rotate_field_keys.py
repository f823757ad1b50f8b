"""manage.py rotate_field_keys: put every encrypted secret under the newest field key."""

from typing import Any

from django.core.management.base import BaseCommand

from qms import crypto


class Command(BaseCommand):
    """Encrypt anew."""

    help = "Encrypt every stored secret anew with the first key of QMS_FIELD_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every holder of secrets and say what it did."""
        for name, rotate in sorted(crypto.holders.items()):
            self.stdout.write(f"{name}: {rotate()}")
        self.stdout.write("Done; old keys may be taken out of QMS_FIELD_KEYS.")
