"""Import an export of a one-stop system from the command line."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime
from django.utils.timezone import get_default_timezone, is_naive, localtime

from dossiers import services
from dossiers.importers.problems import FileRefused, reason_of
from dossiers.importers.profile import FIELDS, adopt
from dossiers.intake import Understood
from dossiers.models import DossierImport, ImportProfile, ImportRowError
from dossiers.services import Trial
from qms.exceptions import DomainError
from qms.models import Agency

SHOWN_ERRORS = 50


class Command(BaseCommand):
    """`manage.py import_dossiers FILE`: exit code 1 only when the file as a whole is refused."""

    help = (
        "Import an export of a one-stop system (.xlsx, .xls, .csv); prints the counts and the refused rows."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE, whose it is, and how it is read."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--agency", metavar="CODE", help="agency; not needed when there is only one")
        parser.add_argument("--as-of", metavar="WHEN", help="moment of the export, when the file tells none")
        parser.add_argument("--again", action="store_true", help="take a file that was imported already")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would happen, and change nothing"
        )
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--profile", metavar="CODE", help="read the file by this profile of the agency")
        how.add_argument(
            "--guess",
            action="store_true",
            help="take the automatic mapping and print it; an unknown word refuses the file",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, or only try, and report."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"No such file: {path}")
        agency = self._agency(options["agency"])
        shared = {
            "name": path.name,
            "acting": None,
            "as_of": self._moment(options["as_of"]),
            "profile": self._profile(agency, options["profile"]),
        }
        mapping: dict[str, Any] | None = None
        try:
            if options["guess"] or options["dry_run"]:
                with (
                    path.open("rb") as content,
                    services.import_try(agency, content=content, guess=options["guess"], **shared) as trial,
                ):
                    mapping = self._tried(trial, guess=options["guess"], only=options["dry_run"])
            if options["dry_run"]:
                return
            with path.open("rb") as content:
                one = services.import_now(
                    agency, content=content, mapping=mapping, again=options["again"], **shared
                )
        except (DomainError, FileRefused) as error:
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

    def _profile(self, agency: Agency, code: str | None) -> ImportProfile | None:
        if not code:
            return None
        known = ImportProfile.objects.filter(agency=agency)
        found = known.filter(code=code).first() or known.filter(name=code).first()
        if found is None:
            codes = ", ".join(known.order_by("code").values_list("code", flat=True))
            raise CommandError(f"No such profile: {code}. Known: {codes or 'none'}")
        return found

    def _moment(self, text: str | None) -> Any:
        if not text:
            return None
        try:
            moment = parse_datetime(text)
        except ValueError:
            moment = None
        if moment is None:
            raise CommandError(f"Not a moment: {text}. Write it as 2025-12-31T23:59.")
        return moment.replace(tzinfo=get_default_timezone()) if is_naive(moment) else moment

    def _tried(self, trial: Trial, *, guess: bool, only: bool) -> dict[str, Any] | None:
        """Print the mapping and what would happen; give back the mapping to import with."""
        found = trial.found
        if guess or found.table.missing:
            self._mapping(found)
        if found.table.missing:
            names = ", ".join(str(FIELDS[name]) for name in found.table.missing)
            raise CommandError(f"No column was found for: {names}")
        if guess:
            self._refuse_unknown(found)
        if only:
            for name in ("read", "rejected", "warnings"):
                self.stdout.write(f"{name:10} {getattr(found, name):>9}")
            for name in ("new", "updated", "unchanged", "older", "repeated"):
                self.stdout.write(f"{name:10} {getattr(trial.comparison, name):>9}")
            for problem in found.problems.kept[:SHOWN_ERRORS]:
                reason = reason_of(problem.kind)
                self.stdout.write(f"line {problem.line}, {problem.column}: {reason} “{problem.value}”")
            self.stdout.write("nothing was changed")
        return adopt(found.mapping, self._uses(found)) if guess else None

    def _uses(self, found: Understood) -> list[tuple[str, str]]:
        """(title, what it is read as) of every column, the first of two with one title."""
        uses: dict[str, str] = {}
        for column in found.table.columns:
            if column.title:
                use = column.field if column.use == "field" else column.use
                uses.setdefault(column.title, use if use in FIELDS or use == "personal" else "")
        return list(uses.items())

    def _mapping(self, found: Understood) -> None:
        self.stdout.write(f"profile {found.source.code}, header in line {found.table.header_line}")
        hows = {column.title: column.how for column in found.table.columns}
        for title, use in self._uses(found):
            how = f"  (guessed by {hows[title]})" if hows[title] else ""
            self.stdout.write(f"  {title} -> {use or 'not imported'}{how}")

    def _refuse_unknown(self, found: Understood) -> None:
        lines = [
            f"  {kind}: “{word}” ({count} rows)"
            for kind, words in found.words.items()
            for word, count in words
        ]
        if found.odd_dates:
            lines.append("  dates: not in the usual form; confirm the form on the page of the import")
        if found.odd_codes:
            lines.append("  codes: not in the usual form; confirm the form on the page of the import")
        if lines:
            raise CommandError("\n".join(["Unknown words; explain them on the page of the import:", *lines]))

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
