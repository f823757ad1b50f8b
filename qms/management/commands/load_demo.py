"""Load the demonstration data through the real services; may be run twice."""

import time
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import override

from qms import demo, registry


class Command(BaseCommand):
    """`manage.py load_demo`: the demonstration agency, then the step of every app in order."""

    help = "Load the demonstration agency and everything in it; what is there already stays."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps and say which one is under way."""
        steps = sorted(registry.demo_steps, key=lambda step: step.order)
        total = len(steps) + 1
        started = time.monotonic()
        self._say(1, total, "Agency, units, people, calendar, clauses")
        agency = demo.create_core()
        for number, step in enumerate(steps, start=2):
            with override("en"):
                self._say(number, total, str(step.name))
            step.load(agency)
        self.stdout.write(
            self.style.SUCCESS(f"Demonstration data ready ({time.monotonic() - started:.0f} s).")
        )

    def _say(self, number: int, total: int, what: str) -> None:
        self.stdout.write(f"[{number}/{total}] {what} …")
        self.stdout.flush()
