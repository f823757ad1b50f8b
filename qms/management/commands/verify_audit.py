"""manage.py verify_audit: whether entries of the audit trail were changed, removed or slipped in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from qms import seals
from qms.models import Agency


class Command(BaseCommand):
    """Compare the audit trail with its seals."""

    help = "Compare the audit trail with its seals; exit code 1 when anything is not as it was sealed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which agency, and what to expect."""
        parser.add_argument(
            "--agency", metavar="CODE", help="only this agency (default: all, and the portal's own)"
        )
        parser.add_argument("--expect", metavar="DIGEST", default="", help="a digest written down earlier")
        parser.add_argument("--seal", action="store_true", help="seal everything up to now first")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and say what was found."""
        owners: list[Agency | None] = [None, *Agency.objects.order_by("code")]
        if options["agency"]:
            owners = list(Agency.objects.filter(code=options["agency"]))
            if not owners:
                raise CommandError(f"There is no agency {options['agency']}.")
        if options["expect"] and len(owners) != 1:
            raise CommandError("--expect needs --agency CODE.")
        wrong = sum(self._verify(owner, options) for owner in owners)
        if wrong:
            raise CommandError(f"{wrong} problems: the audit trail is not as it was sealed.")

    def _verify(self, owner: Agency | None, options: dict[str, Any]) -> int:
        if options["seal"]:
            from qms import clock

            seals.seal(owner, until=clock.now())
        report = seals.verify(owner, expected=options["expect"])
        name = owner.code if owner else "portal"
        self.stdout.write(
            f"{name}: {report.sealed} sealed entries in {report.seals} seals, "
            f"{report.unsealed} not sealed yet"
        )
        if report.digest:
            self.stdout.write(f"  last digest {report.digest} of {report.sealed_at:%Y-%m-%d %H:%M}")
        for problem in report.problems:
            self.stdout.write(f"  {problem}")
        return len(report.problems)
