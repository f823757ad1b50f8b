"""`manage.py verify_pdf FILE`: who signed, in which capacity, when, unchanged or not, on file or not."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import override

from documents.signing.inspect import SignatureFacts
from documents.verification import Verification, signature_rows, verify
from qms import notation


class Command(BaseCommand):
    """Exit code 0 only for a fully valid paper on file, 1 for anything else."""

    help = "Verify a signed paper."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        if not file.is_file():
            raise CommandError(f"{file}: no such file")
        with override("vi"):
            verdict = verify(file.read_bytes())
            self._tell(verdict)
        if not verdict.is_valid:
            raise SystemExit(1)

    def _tell(self, verdict: Verification) -> None:
        write = self.stdout.write
        write(verdict.headline)
        if verdict.detail:
            write(verdict.detail)
        if verdict.paper is not None:
            paper = verdict.paper
            date = f"{paper.issued_on:%d/%m/%Y}" if paper.issued_on else ""
            write(f"{_('Paper on file')}: {paper.reference} {date}, {paper.one_line}, {paper.agency.name}")
            write(f"{_('State')}: {paper.get_state_display()}")
        if verdict.filled is not None:
            write(
                _("Filled in after the first signature: number %(number)s, date %(date)s")
                % {"number": verdict.filled.number or "?", "date": verdict.filled.date or "?"}
            )
        for number, (one, whose, authority) in enumerate(signature_rows(verdict), start=1):
            self._signature(number, one, whose, authority)
        for stamp in verdict.stamps:
            when = notation.moment(stamp.at) if stamp.at else "?"
            state = _("trusted") if stamp.sound else _("not trusted")
            write(f"{_('Time stamp over the file')}: {when}, {stamp.authority} ({state})")
        if not verdict.signatures:
            write(_("No signature can be read."))
        write(f"SHA-256: {verdict.sha256}")

    def _signature(self, number: int, one: SignatureFacts, whose: str, authority: str) -> None:
        write = self.stdout.write
        write(f"{_('Signature')} {number}: {whose}")
        write(f"  {_('Signed by')}: {', '.join(x for x in (one.signer, one.title, one.organisation) if x)}")
        if authority:
            write(f"  {_('Capacity')}: {authority}")
        when = notation.moment(one.at) if one.at else "?"
        clock = _("time stamp") if one.stamped else _("clock of the signer")
        write(f"  {_('When')}: {when} ({clock})")
        write(f"  {_('Level')}: PAdES {one.level}")
        write(f"  {_('Content signed')}: {_('unchanged') if one.intact else _('altered')}")
        write(
            f"  {_('Later changes')}: {_('none but signatures') if one.lawful_changes else _('not allowed')}"
        )
        write(f"  {_('Certificate')}: {self._certificate(one)} ({one.issuer})")
        if one.trial:
            write(f"  {_('Trial signature without legal value')}")

    @staticmethod
    def _certificate(one: SignatureFacts) -> str:
        if one.revoked:
            return _("revoked")
        if one.expired:
            return _("expired or not valid yet")
        return _("trusted") if one.trusted else _("not trusted")
