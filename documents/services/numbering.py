"""Numbers: given under a lock, consecutive, never twice, never forgotten (Decree 30/2020, Article 15)."""

import datetime as dt

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from documents import policies
from documents.models import NumberSeries, Paper, RegisterEntry
from qms import agency_settings, audit, clock
from qms.exceptions import Invalid
from qms.models import Agency, Person
from qms.policies import require

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
    """Numbers missing in the register between its first and its last entry; always empty."""
    numbers = set(series.entries.values_list("number", flat=True))
    if not numbers:
        return []
    return [number for number in range(min(numbers), series.last_number + 1) if number not in numbers]
