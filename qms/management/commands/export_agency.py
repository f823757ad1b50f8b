"""manage.py export_agency CODE FILE.zip: everything of an agency, to keep or to move."""

import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from qms import audit, portability
from qms.models import Agency


class Command(BaseCommand):
    """Take an agency out."""

    help = "Write everything of an agency into one archive that import_agency restores."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which agency, and where to."""
        parser.add_argument("code", metavar="CODE", help="code of the agency")
        parser.add_argument("file", type=Path, metavar="FILE.zip", help="archive to write")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the archive; it appears under its name only when it is complete."""
        target: Path = options["file"].resolve()
        agency = Agency.objects.filter(code=options["code"]).first()
        if agency is None:
            known = ", ".join(Agency.objects.values_list("code", flat=True)) or "none"
            raise CommandError(f"There is no agency {options['code']}; there are: {known}.")
        if target.exists():
            raise CommandError(f"{target} exists already; name a new file.")
        part = target.with_name(f"{target.name}.part")
        audit.record("qms.agency.exported", agency, acting=None, note=target.name)
        try:
            part.touch(mode=0o600)
            with part.open("r+b") as out:
                manifest = portability.export_agency(agency, out, self._tell(options))
            digest = hashlib.sha256(part.read_bytes()).hexdigest()
            part.rename(target)
        except portability.PortabilityError as reason:
            raise CommandError(str(reason)) from None
        except OSError as reason:
            raise CommandError(f"The archive cannot be written: {reason}") from None
        finally:
            part.unlink(missing_ok=True)
        files = sum(name.startswith("files/") for name in manifest.members)
        self.stdout.write(f"{target}: {sum(manifest.counts.values())} records, {files} files")
        self.stdout.write(f"SHA-256 {digest}")

    def _tell(self, options: dict[str, Any]) -> portability.Told:
        return self.stdout.write if options["verbosity"] > 1 else lambda line: None
