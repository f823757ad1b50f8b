"""Numbers: given under a lock, consecutive, never twice, never forgotten (Decree 30/2020, Article 15)."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from documents import policies
from documents.models import NumberSeries, Paper, RegisterEntry
from qms import agency_settings, audit, clock
from qms.exceptions import Invalid, Problem
from qms.models import Agency, Person
from qms.policies import require
from qms.text import nfc

COMMON = "common"


def series_key(agency: Agency, kind: str, on: dt.date) -> str:
    """The book of a kind of paper: its own, or the common one where the head of the agency decided so."""
    book = agency_settings.get(agency, "documents.number_book", on)
    return COMMON if book == COMMON else kind


def series_locked(agency: Agency, key: str, year: int) -> NumberSeries:
    """The book of a year, made when it is the first number, locked until the transaction ends."""
    NumberSeries.objects.get_or_create(agency=agency, key=key, year=year)
    series: NumberSeries = NumberSeries.objects.select_for_update().get(agency=agency, key=key, year=year)
    return series


def series_present(agency: Agency, kind: str, on: dt.date) -> NumberSeries:
    """The book as it stands, unlocked and perhaps not saved yet: for showing the next number."""
    key = series_key(agency, kind, on)
    found = NumberSeries.objects.filter(agency=agency, key=key, year=on.year).first()
    series = found or NumberSeries(agency=agency, key=key, year=on.year)
    series.last_number = series.last_number or _used_elsewhere(agency, kind, key, on.year)
    return series


def date_check(series: NumberSeries, issued_on: dt.date) -> None:
    """Numbers follow the order of dates, and no paper is dated ahead; raises Invalid."""
    if issued_on > clock.today():
        raise Invalid(_("A paper cannot be dated in the future."))
    if series.last_date is not None and issued_on < series.last_date:
        raise Invalid(
            _("The date must not be before %(date)s, the date of number %(number)s.")
            % {"date": f"{series.last_date:%d/%m/%Y}", "number": f"{series.last_number:02d}"}
        )


def _used_elsewhere(agency: Agency, kind: str, key: str, year: int) -> int:
    """Where a book begins that is taken up in mid-year: after what other books gave to the same symbols.

    Number and symbol together are unique in a year, also when the agency changes its books.
    """
    rows = RegisterEntry.objects.filter(agency=agency, year=year)
    if key != COMMON:
        rows = rows.filter(kind=kind)
    return rows.aggregate(last=Max("number"))["last"] or 0


def number_allocate(paper: Paper, *, issued_on: dt.date, acting: Person | None) -> RegisterEntry:
    """Give the next number of the book to a paper. Must run inside the transaction that registers it."""
    key = series_key(paper.agency, paper.kind, issued_on)
    series = series_locked(paper.agency, key, issued_on.year)
    date_check(series, issued_on)
    if not series.last_number:
        series.last_number = _used_elsewhere(paper.agency, paper.kind, key, issued_on.year)
    series.last_number += 1
    series.last_date = issued_on
    series.save(update_fields=["last_number", "last_date"])
    content = paper.typed
    entry: RegisterEntry = RegisterEntry.objects.create(
        agency=paper.agency,
        series=series,
        number=series.last_number,
        year=series.year,
        symbol=content.symbol,
        kind=paper.kind,
        title=paper.one_line,
        issued_on=issued_on,
        signer_name=content.signature.name,
        recipients="; ".join(content.recipients),
        paper=paper,
        allocated_by=acting,
        allocated_at=clock.now(),
    )
    return entry


def series_open(
    agency: Agency, *, key: str, year: int, last_number: int, last_date: dt.date, acting: Person | None
) -> NumberSeries:
    """Start a book in mid-year after the numbers already given elsewhere. Only before its first number."""
    if acting is not None:
        require(policies.may_number(acting))
    if last_number < 0 or last_date.year != year or last_date > clock.today():
        raise Invalid(_("The last number and its date do not belong to the year."))
    with transaction.atomic():
        series = series_locked(agency, key, year)
        if series.last_number or series.entries.exists():
            raise Invalid(_("The book already holds numbers."))
        changes = audit.apply(series, last_number=last_number, last_date=last_date)
        audit.record("documents.series.opened", series, changes, acting=acting)
    return series


def gaps(series: NumberSeries) -> list[int]:
    """Numbers missing in the register since the portal gives them; always empty."""
    numbers = set(series.entries.values_list("number", flat=True))
    own = series.entries.filter(given_elsewhere=False).aggregate(first=Min("number"))["first"]
    if own is None:
        return []
    return [number for number in range(own, series.last_number + 1) if number not in numbers]


@dataclass(frozen=True)
class Elsewhere:
    """A number given before the portal, as somebody wrote it down."""

    number: int
    issued_on: dt.date
    title: str
    signer: str
    recipients: str = ""


def lines_read(text: str) -> list[Elsewhere]:
    """Lines copied from a sheet (tabs) or typed (semicolons); raises Invalid with every fault and line."""
    rows, problems = [], []
    for count, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        where = _("line %(line)s") % {"line": count}
        cells = [nfc(cell).strip() for cell in re.split(r"\t|;", line, maxsplit=4)]
        cells += [""] * (5 - len(cells))
        digits = re.match(r"\d{1,5}", cells[0])
        try:
            day, month, year = (int(part) for part in re.split(r"[/.-]", cells[1]))
            issued_on = dt.date(year, month, day)
        except ValueError:
            problems.append(Problem(where, _("The date cannot be read."), cells[1], "31/12/2026"))
            continue
        if digits is None or not int(digits[0]):
            problems.append(Problem(where, _("The number cannot be read."), cells[0], "07"))
        elif not cells[2] or not cells[3]:
            problems.append(Problem(where, _("Title and signer are needed.")))
        else:
            rows.append(Elsewhere(int(digits[0]), issued_on, cells[2][:500], cells[3][:200], cells[4]))
    if not rows and not problems:
        problems.append(Problem("", _("There is no number in it.")))
    if problems:
        raise Invalid(problems)
    return rows


def numbers_enter(
    agency: Agency, *, kind: str, rows: Sequence[Elsewhere], symbol: str, acting: Person
) -> list[RegisterEntry]:
    """Enter numbers of the year that were given before the portal; all of them, or none.

    The book then goes on after the highest. Raises Invalid for a number that is taken, or that lies
    among those the portal gave, or whose date breaks the order.
    """
    require(policies.may_number(acting))
    years = {row.issued_on.year for row in rows}
    if len(years) != 1:
        raise Invalid(_("All numbers must be of one year."))
    year = years.pop()
    rows = sorted(rows, key=lambda row: row.number)
    with transaction.atomic():
        series = series_locked(agency, series_key(agency, kind, rows[0].issued_on), year)
        own = series.entries.filter(given_elsewhere=False).aggregate(first=Min("number"))["first"]
        taken = set(series.entries.values_list("number", flat=True))
        problems = []
        before = None
        for row in rows:
            where = f"{row.number:02d}"
            if row.number in taken:
                problems.append(Problem(where, _("The number is in the register already.")))
            elif own is not None and row.number > own:
                problems.append(Problem(where, _("The portal gives numbers from %(n)s on.") % {"n": own}))
            elif row.issued_on > clock.today():
                problems.append(Problem(where, _("A paper cannot be dated in the future.")))
            elif before is not None and row.issued_on < before:
                problems.append(Problem(where, _("The date lies before that of the number before.")))
            taken.add(row.number)
            before = max(before or row.issued_on, row.issued_on)
        if problems:
            raise Invalid(problems)
        entries = [
            RegisterEntry.objects.create(
                agency=agency,
                series=series,
                number=row.number,
                year=year,
                symbol=symbol,
                kind=kind,
                title=row.title,
                issued_on=row.issued_on,
                signer_name=row.signer,
                recipients=row.recipients,
                status=RegisterEntry.Status.ISSUED,
                given_elsewhere=True,
                allocated_by=acting,
                allocated_at=clock.now(),
            )
            for row in rows
        ]
        if own is None and rows[-1].number >= series.last_number:
            audit.apply(series, last_number=rows[-1].number, last_date=before)
        note = f"{rows[0].number:02d}-{rows[-1].number:02d}"
        audit.record("documents.number.entered", series, acting=acting, note=note)
    return entries
