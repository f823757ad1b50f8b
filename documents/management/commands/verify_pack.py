"""`manage.py verify_pack FILE`: whether an audit pack is whole, unchanged and signed."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import override

from documents import packs
from documents.models import AuditPack
from documents.services.trust import trust_of_all
from qms import notation


class Command(BaseCommand):
    """Exit code 0 for a whole pack with a sound signature, 2 for a whole one without, 1 for anything else."""

    help = "Verify an audit pack."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        if not file.is_file():
            raise CommandError(f"{file}: no such file")
        with override("vi"):
            verdict = packs.verify(file.read_bytes(), trust_of_all())
            self._tell(verdict)
        if not verdict.holds:
            raise SystemExit(1)
        if verdict.outcome == packs.PackOutcome.UNSIGNED:
            raise SystemExit(2)

    def _tell(self, verdict: packs.PackVerdict) -> None:
        write = self.stdout.write
        write(verdict.headline)
        for problem in verdict.problems:
            write(f"  {problem}")
        said = verdict.manifest
        if said:
            agency = said.get("agency") or {}
            write(f"{_('Agency')}: {agency.get('name', '')}")
            write(f"{_('As of the day')}: {said.get('as_of', '')}")
            write(f"{_('Standard edition')}: {said.get('edition', '')}")
            write(f"{_('Files')}: {len(said.get('files', []))}")
        for one in verdict.signatures:
            when = notation.moment(one.at) if one.at else "?"
            write(f"{_('Signed by')}: {one.signer}, {when}, PAdES {one.level}")
            if one.trial:
                write(f"  {_('Trial signature without legal value')}")
        known = AuditPack.objects.filter(sha256=verdict.sha256).first()
        if known is not None:
            write(f"{_('On file here')}: {known}")
        write(f"SHA-256: {verdict.sha256}")
