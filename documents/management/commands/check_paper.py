"""`manage.py check_paper FILE`: measure a PDF against Annex I of Decree 30/2020."""

from pathlib import Path
from typing import Any

import pikepdf
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import override

from documents.formcheck import check_paper


class Command(BaseCommand):
    """Exit code 0 when every measured rule is kept, 1 otherwise."""

    help = "Measure a rendered paper against Annex I of Decree 30/2020/NĐ-CP."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--all", action="store_true", help="show kept rules too")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        if not file.is_file():
            raise CommandError(f"{file}: no such file")
        with override("vi"):
            try:
                report = check_paper(file.read_bytes())
            except pikepdf.PdfError as error:
                raise CommandError(_("Not a PDF file.")) from error
            for one in report.findings if options["all"] else report.faults:
                mark = "✓" if one.ok else "✗"
                page = _("page %(number)s") % {"number": one.page}
                self.stdout.write(
                    f"{mark} {one.rule} ({page}): {one.found} · {_('required')}: {one.expected}"
                )
            kept = sum(one.ok for one in report.findings)
            self.stdout.write(
                _("%(kept)s of %(count)s measured rules kept, %(pages)s pages")
                % {"kept": kept, "count": len(report.findings), "pages": report.pages}
            )
        if not report.ok:
            raise SystemExit(1)
