"""Import an export of a one-stop system from the command line."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime
from django.utils.timezone import get_default_timezone, is_naive, localtime

from dossiers import services
from dossiers.models import DossierImport, ImportRowError
from qms.exceptions import DomainError
from qms.models import Agency

SHOWN_ERRORS = 50


class Command(BaseCommand):
    """`manage.py import_dossiers FILE`: exit code 1 only when the file as a whole is refused."""

    help = (
        "Import an export of a one-stop system (.xlsx, .xls, .csv); prints the counts and the refused rows."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE, and whose it is."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--agency", metavar="CODE", help="agency; not needed when there is only one")
        parser.add_argument("--as-of", metavar="WHEN", help="moment of the export, when the file tells none")
        parser.add_argument("--again", action="store_true", help="take a file that was imported already")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and report."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"No such file: {path}")
        as_of = self._moment(options["as_of"])
        try:
            with path.open("rb") as content:
                one = services.import_now(
                    self._agency(options["agency"]),
                    name=path.name,
                    content=content,
                    acting=None,
                    as_of=as_of,
                    again=options["again"],
                )
        except DomainError as error:
            raise CommandError(str(error)) from error
        if one.state == DossierImport.State.FAILED:
            raise CommandError(one.reason)
        self._report(one)

    def _agency(self, code: str | None) -> Agency:
        agencies = Agency.objects.filter(code=code) if code else Agency.objects.all()
        found = list(agencies[:2])
        if len(found) != 1:
            known = ", ".join(Agency.objects.order_by("code").values_list("code", flat=True))
            raise CommandError(f"Say which agency with --agency CODE. Known: {known or 'none'}")
        return found[0]

    def _moment(self, text: str | None) -> Any:
        if not text:
            return None
        moment = parse_datetime(text)
        if moment is None:
            raise CommandError(f"Not a moment: {text}. Write it as 2025-12-31T23:59.")
        return moment.replace(tzinfo=get_default_timezone()) if is_naive(moment) else moment

    def _report(self, one: DossierImport) -> None:
        write = self.stdout.write
        assert one.as_of is not None
        write(f"import {one.seq}  {one.file_name}  as of {localtime(one.as_of):%Y-%m-%d %H:%M:%S}")
        for name in ("read", "new", "updated", "unchanged", "older", "repeated", "rejected", "warning"):
            write(f"{name:10} {getattr(one, f'{name}_count'):>9}")
        errors = one.row_errors.filter(severity=ImportRowError.Severity.ERROR)
        for error in errors[:SHOWN_ERRORS]:
            write(f"line {error.line}, {error.column}: {error.reason} “{error.value}”. {error.expected}")
        more = errors.count() - SHOWN_ERRORS
        if more > 0:
            write(f"… and {more} more")
