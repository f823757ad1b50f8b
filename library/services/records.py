"""The list of records, and disposal: by an approved list and minutes, never by itself (7.5.3.2.d)."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from library import policies, workflow
from library.models import DisposalItem, DisposalList, RecordFile, RecordSeries
from library.selectors.people import holders
from library.services.documents import clauses_set
from qms import audit, clock, notifications, search
from qms.exceptions import Invalid, Problem
from qms.models import Agency, OrgUnit, Person, Role, StoredFile
from qms.policies import require
from qms.text import nfc
from qms.workflow import hold, locked, move

SERIES_FIELDS = (
    "code",
    "name",
    "form",
    "unit",
    "place",
    "medium",
    "retention_years",
    "retention_basis",
    "note",
    "active",
)


def series_save(
    agency: Agency,
    *,
    acting: Person | None,
    series: RecordSeries | None = None,
    clauses: Any = None,
    **fields: Any,
) -> RecordSeries:
    """Add a line to the list of records, or change one; `clauses` are those its records show."""
    values = {
        name: nfc(value.strip()) if isinstance(value, str) else value
        for name, value in fields.items()
        if name in SERIES_FIELDS
    }
    problems = [
        Problem(name, _("Must not be empty."))
        for name in ("code", "name", "place", "medium")
        if not values.get(name)
    ]
    others = RecordSeries.objects.filter(agency=agency, code=values.get("code", ""))
    if (others.exclude(pk=series.pk) if series is not None else others).exists():
        problems.append(Problem("code", _("Another line of the list has this code.")))
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        require(policies.can_keep_records(acting, series))
        if series is None:
            series = RecordSeries.objects.create(agency=agency, **values)
            changes: dict[str, Any] = {"name": (None, series.name)}
        else:
            with locked(series) as series:
                changes = audit.apply(series, **values)
        changes |= clauses_set(series, clauses)
        audit.record("library.series.saved", series, changes, acting=acting)
        series_index(series)
    return series


@search.indexer
def series_index(series: RecordSeries) -> None:
    """Make the line findable."""
    text = f"{series.place} {series.retention_basis} {series.note}"
    search.index(series, title=f"{series.code} {series.name}", subtitle=_("List of records"), text=text)


@search.indexer
def file_index(file: RecordFile) -> None:
    """Make the file findable; it lies on the page of its line."""
    kept = f"{file.series.code} · {file.get_state_display()}"
    search.index(
        file, title=file.title, subtitle=kept, text=file.quantity, url=file.series.get_absolute_url()
    )


@search.indexer
def disposal_index(listing: DisposalList) -> None:
    """Make the list findable by what is on it."""
    text = f"{listing.council} {' '.join(item.file.title for item in listing.items.select_related('file'))}"
    search.index(listing, title=str(listing), subtitle=str(listing.get_state_display()), text=text)


def file_add(
    series: RecordSeries,
    *,
    acting: Person | None,
    title: str,
    closed_on: dt.date,
    unit: OrgUnit | None = None,
    quantity: str = "",
) -> RecordFile:
    """Write down a closed file of records; its retention runs from the day it was closed."""
    title = nfc(title.strip())
    problems = []
    if not title:
        problems.append(Problem("title", _("Must not be empty.")))
    if closed_on > clock.today():
        problems.append(Problem("closed_on", _("The day lies in the future.")))
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        require(policies.can_file_records(acting, series))
        file: RecordFile = RecordFile.objects.create(
            agency_id=series.agency_id,
            series=series,
            title=title,
            unit=unit or series.unit,
            quantity=nfc(quantity.strip()),
            closed_on=closed_on,
        )
        audit.record("library.file.added", file, {"title": (None, file.title)}, acting=acting)
        file_index(file)
    return file


def disposal_create(
    agency: Agency, *, acting: Person | None, title: str, council: str, files: Iterable[RecordFile]
) -> DisposalList:
    """Draw up a list of files whose retention is over. Raises Invalid for one that is still to be kept."""
    chosen = list(files)
    problems = _disposal_problems(agency, chosen)
    if not title.strip():
        problems.append(Problem("title", _("Must not be empty.")))
    if not council.strip():
        problems.append(Problem("council", _("Name the people who looked through the files.")))
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        require(policies.can_edit_disposal(acting, None))
        hold(agency)
        listing: DisposalList = DisposalList.objects.create(
            agency=agency,
            code=_next_code(agency),
            title=nfc(title.strip()),
            council=nfc(council.strip()),
            drafter=acting,
        )
        for file in chosen:
            DisposalItem.objects.create(agency=agency, listing=listing, file=file)
        audit.record(
            "library.disposal.drawn_up",
            listing,
            acting=acting,
            note=", ".join(str(one) for one in chosen)[:500],
        )
        disposal_index(listing)
    return listing


def _disposal_problems(agency: Agency, files: list[RecordFile]) -> list[Problem]:
    today = clock.today()
    if not files:
        return [Problem("chosen", _("Choose at least one file."))]
    found = []
    for file in files:
        if file.agency_id != agency.pk or file.state != RecordFile.State.KEPT or not file.is_past(today):
            words = _("“%(file)s” is still to be kept, or is disposed of already.")
            found.append(Problem("chosen", words % {"file": file}))
    open_states = [DisposalList.State.DRAFT, DisposalList.State.SUBMITTED, DisposalList.State.APPROVED]
    listed = DisposalItem.objects.filter(file__in=files, listing__state__in=open_states)
    for item in listed.select_related("file", "listing"):
        words = _("“%(file)s” is on the list %(code)s already.")
        found.append(Problem("chosen", words % {"file": item.file, "code": item.listing.code}))
    return found


def _next_code(agency: Agency) -> str:
    prefix = f"TH-{clock.today().year}-"
    codes = DisposalList.objects.filter(agency=agency, code__startswith=prefix).values_list("code", flat=True)
    numbers = [int(code[len(prefix) :]) for code in codes if code[len(prefix) :].isdigit()]
    return f"{prefix}{max(numbers, default=0) + 1:02d}"


def disposal_submit(listing: DisposalList, *, acting: Person | None) -> DisposalList:
    """Ask the leaders to approve."""
    with transaction.atomic(), locked(listing) as listing:
        require(policies.can_edit_disposal(acting, listing))
        changes = move(listing, workflow.DISPOSAL["submit"])
        audit.record("library.disposal.submitted", listing, changes, acting=acting)
        disposal_index(listing)
        for person in holders(listing.agency, Role.LEADER):
            if person.pk != listing.drafter_id:
                notifications.notify(
                    person,
                    topic="library",
                    title=_("To approve: %(list)s") % {"list": listing},
                    url=listing.get_absolute_url(),
                    key=f"disposal:{listing.pk}:{clock.now():%Y%m%d%H%M%S}",
                )
    return listing


def disposal_decide(
    listing: DisposalList, *, acting: Person | None, approve: bool, note: str = ""
) -> DisposalList:
    """Approve the disposal, or send the list back with the reason."""
    note = nfc(note.strip())
    if not approve and not note:
        raise Invalid([Problem("note", _("Give the reason."))])
    with transaction.atomic(), locked(listing) as listing:
        require(policies.can_approve_disposal(acting, listing))
        facts: dict[str, Any] = {"decision_note": note}
        if approve:
            facts |= {"approver": acting, "approved_at": clock.now()}
        changes = move(listing, workflow.DISPOSAL["approve" if approve else "return"], **facts)
        audit.record("library.disposal.decided", listing, changes, acting=acting, note=note)
        disposal_index(listing)
    return listing


def disposal_carry_out(
    listing: DisposalList,
    *,
    acting: Person | None,
    done_on: dt.date,
    method: str,
    witnesses: str,
    minutes: StoredFile | None,
) -> DisposalList:
    """Record that the files were destroyed, with the signed minutes; only now they count as disposed of."""
    problems = []
    if done_on > clock.today():
        problems.append(Problem("done_on", _("The day lies in the future.")))
    if listing.approved_at is not None and done_on < listing.approved_at.date():
        problems.append(Problem("done_on", _("That is before the list was approved.")))
    if not method.strip():
        problems.append(Problem("method", _("Must not be empty.")))
    if not witnesses.strip():
        problems.append(Problem("witnesses", _("Must not be empty.")))
    if minutes is None:
        problems.append(Problem("minutes", _("Attach the signed minutes.")))
    if problems:
        raise Invalid(problems)
    with transaction.atomic(), locked(listing) as listing:
        require(policies.can_carry_out_disposal(acting, listing))
        changes = move(
            listing,
            workflow.DISPOSAL["carry_out"],
            done_on=done_on,
            method=nfc(method.strip())[:255],
            witnesses=nfc(witnesses.strip()),
            minutes=minutes,
        )
        for item in listing.items.select_related("file"):
            with locked(item.file) as file:
                facts = audit.apply(file, state=RecordFile.State.DISPOSED, disposed_on=done_on)
                audit.record("library.file.disposed", file, facts, acting=acting, note=listing.code)
                file_index(file)
        audit.record("library.disposal.carried_out", listing, changes, acting=acting)
        disposal_index(listing)
    return listing


def disposal_cancel(listing: DisposalList, *, acting: Person | None, reason: str) -> DisposalList:
    """Give a list up; its files stay kept."""
    if not reason.strip():
        raise Invalid([Problem("reason", _("Give the reason."))])
    with transaction.atomic(), locked(listing) as listing:
        if listing.state == DisposalList.State.APPROVED:
            require(policies.can_carry_out_disposal(acting, listing))
        else:
            require(policies.can_edit_disposal(acting, listing))
        changes = move(listing, workflow.DISPOSAL["cancel"], decision_note=nfc(reason.strip()))
        audit.record("library.disposal.cancelled", listing, changes, acting=acting, note=reason)
        disposal_index(listing)
    return listing
