"""Working on the items of a plan in force: progress, evidence, reports, confirmation, ends."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from objectives import plan_policies as policies
from objectives.models import PlanEvidence, PlanItem, PlanNote
from objectives.selectors.plan_people import people_to_tell
from objectives.services.draft_words import text_cleaned, text_needed
from objectives.services.life import _reason
from objectives.workflow import ITEMS
from qms import audit, clock, notifications
from qms.exceptions import Invalid, Problem, Refused
from qms.models import Person, StoredFile
from qms.policies import require
from qms.workflow import locked, move


def item_note(
    item: PlanItem,
    *,
    text: str,
    acting: Person | None,
    progress: int | None = None,
    short: str = "",
) -> PlanNote:
    """Tell how far an item is; the first note begins it. `short` is what lists show, such as “4/6 units”."""
    if progress is not None and not 0 <= progress <= 100:
        raise Invalid([Problem("progress", _("Give a number from 0 to 100."), str(progress))])
    with transaction.atomic(), locked(item) as fresh:
        require(policies.can_note(acting, fresh))
        if not fresh.is_open:
            raise Invalid(_("The item is closed; open it again first."))
        note: PlanNote = PlanNote.objects.create(
            agency=fresh.agency,
            plan=fresh.plan,
            item=fresh,
            person=acting,
            on=clock.today(),
            text=text_needed(text, "text"),
            progress=progress,
            short=" ".join(short.split())[:120],
        )
        if fresh.state == PlanItem.State.PLANNED:
            audit.record("objectives.plan_item.begun", fresh, move(fresh, ITEMS["begin"]), acting=acting)
        changes = audit.apply(
            fresh,
            progress=fresh.progress if progress is None else progress,
            progress_text=note.short or fresh.progress_text,
            progress_on=note.on,
        )
        audit.record("objectives.plan_item.noted", fresh, changes, acting=acting, note=note.text)
    return note


def item_begin(item: PlanItem, *, acting: Person | None) -> PlanItem:
    """Begin an item."""
    with transaction.atomic(), locked(item) as fresh:
        require(policies.can_report(acting, fresh))
        audit.record("objectives.plan_item.begun", fresh, move(fresh, ITEMS["begin"]), acting=acting)
    return fresh


def evidence_add(
    item: PlanItem,
    *,
    acting: Person | None,
    file: StoredFile | None = None,
    url: str = "",
    title: str = "",
) -> PlanEvidence:
    """Add a stored file or a record of the portal (its address and title) as evidence."""
    with transaction.atomic(), locked(item) as fresh:
        require(policies.can_note(acting, fresh))
        if not fresh.is_open:
            raise Invalid(_("The item is closed; open it again first."))
        if file is not None and file.agency_id != fresh.agency_id:
            raise Refused(_("The evidence belongs to another agency."))
        if file is None and (not url.startswith("/") or url.startswith("//")):
            raise Invalid([Problem("url", _("Choose a record of the portal."), url)])
        row: PlanEvidence = PlanEvidence.objects.create(
            agency=fresh.agency,
            plan=fresh.plan,
            item=fresh,
            file=file,
            url="" if file else url[:300],
            title=(title or (file.name if file else url))[:500],
            added_by=acting,
        )
        audit.record("objectives.plan_item.evidence_added", fresh, acting=acting, note=str(row))
    return row


def evidence_withdraw(evidence: PlanEvidence, *, acting: Person | None) -> None:
    """Take evidence back while the item is open; it stays on record as taken back."""
    with transaction.atomic(), locked(evidence.item) as fresh:
        require(policies.can_note(acting, fresh))
        if not fresh.is_open:
            raise Invalid(_("The item is closed; open it again first."))
        audit.apply(evidence, withdrawn_at=clock.now())
        audit.record("objectives.plan_item.evidence_withdrawn", fresh, acting=acting, note=str(evidence))


def item_report(
    item: PlanItem, *, acting: Person | None, done_on: dt.date | None = None, text: str = ""
) -> PlanItem:
    """Report an item as done on a day; it needs evidence, and its parts must be closed.

    Raises Invalid (with the field) when something is missing.
    """
    on = done_on or clock.today()
    with transaction.atomic(), locked(item) as fresh:
        require(policies.can_report(acting, fresh))
        problems = []
        if on > clock.today():
            problems.append(Problem("done_on", _("This day has not come yet."), str(on)))
        if not fresh.evidence.filter(withdrawn_at=None).exists():
            problems.append(Problem("", _("Add evidence first: a file or a record of the portal.")))
        left = [part.number for part in fresh.parts.filter(archived_at=None) if part.is_open]
        if left:
            problems.append(
                Problem("", _("These parts are still open: %(parts)s.") % {"parts": ", ".join(left)})
            )
        if problems:
            raise Invalid(problems)
        changes = move(
            fresh, ITEMS["report"], done_on=on, reported_by=acting, reported_at=clock.now(), reason=""
        )
        if text.strip():
            PlanNote.objects.create(
                agency=fresh.agency,
                plan=fresh.plan,
                item=fresh,
                person=acting,
                on=clock.today(),
                text=text_cleaned(text),
            )
        audit.record("objectives.plan_item.reported", fresh, changes, acting=acting, note=text)
        _tell(fresh, _("To confirm: item %(number)s of the annual plan") % {"number": fresh.number}, acting)
    return fresh


def item_confirm(item: PlanItem, *, acting: Person) -> PlanItem:
    """Confirm what another person reported as done."""
    with transaction.atomic(), locked(item) as fresh:
        require(policies.can_confirm(acting, fresh))
        changes = move(
            fresh,
            ITEMS["confirm"],
            confirmed_by=acting,
            confirmed_at=clock.now(),
            progress=None if fresh.progress is None else 100,
            record_key="",
            record_title="",
            record_url="",
        )
        audit.record("objectives.plan_item.confirmed", fresh, changes, acting=acting)
        _tell(fresh, _("Confirmed: item %(number)s of the annual plan") % {"number": fresh.number}, acting)
    return fresh


def item_return(item: PlanItem, *, reason: str, acting: Person) -> PlanItem:
    """Give a report back with the reason."""
    reason = _reason(reason)
    with transaction.atomic(), locked(item) as fresh:
        require(policies.can_confirm(acting, fresh))
        reporter = fresh.reported_by
        changes = move(
            fresh, ITEMS["return"], reason=reason, done_on=None, reported_by=None, reported_at=None
        )
        audit.record("objectives.plan_item.returned", fresh, changes, acting=acting, note=reason)
        if reporter is not None:
            _notify(fresh, reporter, _("Report returned: item %(number)s") % {"number": fresh.number}, reason)
    return fresh


def item_not_needed(item: PlanItem, *, reason: str, acting: Person | None) -> PlanItem:
    """Close an optional item: nothing of the kind occurred this year."""
    reason = _reason(reason)
    with transaction.atomic(), locked(item) as fresh:
        require(policies.can_close_out(acting, fresh))
        changes = move(fresh, ITEMS["not_needed"], reason=reason)
        audit.record("objectives.plan_item.not_needed", fresh, changes, acting=acting, note=reason)
    return fresh


def item_cancel(item: PlanItem, *, reason: str, acting: Person | None) -> PlanItem:
    """Cancel an item of a plan in force, with its open parts."""
    reason = _reason(reason)
    with transaction.atomic(), locked(item) as fresh:
        require(policies.can_cancel(acting, fresh))
        for row in [fresh, *fresh.parts.filter(state__in=["planned", "in_progress"], archived_at=None)]:
            changes = move(row, ITEMS["cancel"], reason=reason)
            audit.record("objectives.plan_item.cancelled", row, changes, acting=acting, note=reason)
        _tell(fresh, _("Cancelled: item %(number)s of the annual plan") % {"number": fresh.number}, acting)
    return fresh


def item_reopen(item: PlanItem, *, reason: str, acting: Person | None) -> PlanItem:
    """Open a closed item again; a record no longer ticks it until it changes."""
    reason = _reason(reason)
    with transaction.atomic(), locked(item) as fresh:
        require(policies.can_open_again(acting, fresh))
        values: dict[str, Any] = {
            "reason": reason,
            "done_on": None,
            "reported_by": None,
            "reported_at": None,
            "confirmed_by": None,
            "confirmed_at": None,
        }
        if fresh.record_key:
            values |= {"record_title": "", "record_url": ""}
        changes = move(fresh, ITEMS["reopen"], **values)
        audit.record("objectives.plan_item.reopened", fresh, changes, acting=acting, note=reason)
        _tell(fresh, _("Opened again: item %(number)s of the annual plan") % {"number": fresh.number}, acting)
    return fresh


def _tell(item: PlanItem, title: str, acting: Person | None) -> None:
    for person in people_to_tell(item):
        if acting is None or person.pk != acting.pk:
            _notify(item, person, title)


def _notify(item: PlanItem, person: Person, title: str, body: str = "") -> None:
    notifications.notify(
        person,
        topic="objectives",
        title=title,
        body=body or item.text,
        key=f"plan-item:{item.pk}:{item.state}:{clock.now():%Y%m%d%H%M}",
        url=item.get_absolute_url(),
    )
