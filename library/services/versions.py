"""A version on its way: begun, approved by others than its authors, ended (7.5.2, 7.5.3).

What is approved is pinned by the hash of its content. From its day a version holds by itself; the
constraint `one_version_in_force` lets only one approved version of a document begin on a day.
"""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from library import policies, workflow
from library.models import ChangeRequest, ControlledDocument, DocumentVersion, Section
from library.selectors.versions import digest_of, is_empty, open_version
from library.services.announcing import announce_start
from library.services.documents import document_index
from qms import agency_settings, audit, clock, notifications, registry
from qms.exceptions import Conflict, Invalid, Problem
from qms.models import Person
from qms.policies import require
from qms.text import nfc
from qms.workflow import locked, move

State = DocumentVersion.State
Source = DocumentVersion.Source


def version_start(
    document: ControlledDocument,
    *,
    acting: Person | None,
    new_issue: bool = False,
    source: str = Source.WRITTEN,
    changes_note: str = "",
) -> DocumentVersion:
    """Begin the next version: the next revision of the present issue, or a new issue.

    A written version begins with the sections of the newest approved one. Raises Conflict when a version
    is under way already.
    """
    with transaction.atomic(), locked(document) as document:
        require(policies.can_revise(acting, document))
        if open_version(document) is not None:
            raise Conflict(_("A version of this document is under way already; finish or abandon it first."))
        approved = document.versions.filter(state=State.APPROVED)
        last = approved.order_by("-issue_no", "-revision_no").first()
        issue, revision = (1, 0) if last is None else (last.issue_no, last.revision_no + 1)
        if last is not None and new_issue:
            issue, revision = last.issue_no + 1, 0
        version: DocumentVersion = DocumentVersion.objects.create(
            agency_id=document.agency_id,
            document=document,
            issue_no=issue,
            revision_no=revision,
            source=source,
            drafter=acting,
            changes_note=nfc(changes_note.strip()),
        )
        if last is not None and source == Source.WRITTEN:
            _copy_sections(last, version)
        waiting = ChangeRequest.objects.filter(document=document, state=ChangeRequest.State.ACCEPTED)
        waiting.filter(taken_into=None).update(taken_into=version)
        audit.record("library.version.started", version, acting=acting, note=version.edition)
    return version


def _copy_sections(old: DocumentVersion, new: DocumentVersion) -> None:
    Section.objects.bulk_create(
        Section(
            agency_id=new.agency_id,
            version=new,
            order=one.order,
            number=one.number,
            title=one.title,
            clause_id=one.clause_id,
            text=one.text,
        )
        for one in old.sections.order_by("order", "created_at")
    )


def version_submit(
    version: DocumentVersion,
    *,
    acting: Person | None,
    reviewer: Person,
    approver: Person,
    effective_on: dt.date,
    changes_note: str = "",
    expires_on: dt.date | None = None,
    must_read: bool = True,
) -> DocumentVersion:
    """Send a draft for review, naming who reviews and who approves, and from when it is to hold.

    Raises Invalid for an empty draft, for a day in the past or not after that of the newest approved
    version, and when reviewer, approver and authors are not different people.
    """
    with transaction.atomic(), locked(version) as version:
        require(policies.can_edit(acting, version))
        note = nfc(changes_note.strip())
        _check_submission(version, reviewer, approver, note)
        _check_days(version, effective_on, expires_on)
        changes = move(
            version,
            workflow.VERSION["submit"],
            reviewer=reviewer,
            approver=approver,
            effective_on=effective_on,
            expires_on=expires_on,
            must_read=must_read,
            changes_note=note,
            return_note="",
            content_hash=digest_of(version),
            submitted_at=clock.now(),
        )
        audit.record("library.version.submitted", version, changes, acting=acting)
        _tell(reviewer, version, _("To review: %(version)s"), "review")
    return version


def _check_submission(version: DocumentVersion, reviewer: Person, approver: Person, note: str) -> None:
    problems = []
    if is_empty(version):
        problems.append(Problem("", _("There is no content yet: write a section or upload the file.")))
    if not note and (version.issue_no, version.revision_no) != (1, 0):
        problems.append(Problem("changes_note", _("Say what changed against the version before.")))
    for field, person, may in (
        ("reviewer", reviewer, policies.can_be_reviewer),
        ("approver", approver, policies.can_be_approver),
    ):
        verdict = may(person, version)
        if person.agency_id != version.agency_id:
            problems.append(Problem(field, _("This person works at another agency.")))
        elif not verdict:
            problems.append(Problem(field, str(verdict.reason)))
    if reviewer.pk == approver.pk:
        problems.append(Problem("approver", _("Whoever reviewed a version does not approve it.")))
    if problems:
        raise Invalid(problems)


def _check_days(version: DocumentVersion, effective_on: dt.date, expires_on: dt.date | None) -> None:
    problems = []
    if effective_on < clock.today():
        problems.append(Problem("effective_on", _("A version cannot be in force before it is approved.")))
    approved = DocumentVersion.objects.filter(document=version.document_id, state=State.APPROVED)
    last = approved.exclude(pk=version.pk).order_by("-effective_on").first()
    if last is not None and last.effective_on is not None and effective_on <= last.effective_on:
        words = _("Version %(edition)s is in force from %(day)s; this one must begin later.")
        day = f"{last.effective_on:%d/%m/%Y}"
        problems.append(Problem("effective_on", words % {"edition": last.edition, "day": day}))
    if expires_on is not None and expires_on < effective_on:
        problems.append(Problem("expires_on", _("It ends before it begins.")))
    if problems:
        raise Invalid(problems)


def version_review(version: DocumentVersion, *, acting: Person | None) -> DocumentVersion:
    """Confirm the review; the approver is told."""
    with transaction.atomic(), locked(version) as version:
        require(policies.can_review(acting, version))
        _check_unchanged(version)
        changes = move(version, workflow.VERSION["review"], reviewed_at=clock.now())
        audit.record("library.version.reviewed", version, changes, acting=acting)
        if version.approver is not None:
            _tell(version.approver, version, _("To approve: %(version)s"), "approve")
    return version


def version_approve(
    version: DocumentVersion, *, acting: Person | None, effective_on: dt.date | None = None
) -> DocumentVersion:
    """Approve a version; from its day it holds, and the one before it ends the day before.

    `effective_on` puts the day off, for instance when approval came later than planned. Raises Invalid when
    the day is gone by or too early, Conflict when it is taken or the content is not what was reviewed.
    """
    with transaction.atomic(), locked(version.document) as document, locked(version) as version:
        require(policies.can_approve(acting, version))
        _check_unchanged(version)
        day = effective_on or version.effective_on
        assert day is not None
        _check_days(version, day, version.expires_on)
        days = int(agency_settings.get(document.agency, "library.reading_days"))
        try:
            with transaction.atomic():
                changes = move(
                    version,
                    workflow.VERSION["approve"],
                    approved_at=clock.now(),
                    effective_on=day,
                    read_by=day + dt.timedelta(days=days) if version.must_read else None,
                )
        except IntegrityError as error:
            raise Conflict(_("Another version of this document begins on that day.")) from error
        if document.review_months:
            audit.apply(document, next_review_on=months_after(day, document.review_months))
        audit.record("library.version.approved", version, changes, acting=acting)
        document_index(document)
        announce_start(document.agency, acting=acting)
        registry.fulfilment_changed(document.agency)
    return version


def _check_unchanged(version: DocumentVersion) -> None:
    if digest_of(version) != version.content_hash:
        raise Conflict(_("The content is not the one that was sent for review. Have it sent back."))


def version_return(version: DocumentVersion, *, acting: Person | None, reason: str) -> DocumentVersion:
    """Send a version back to its author with the reason."""
    reason = nfc(reason.strip())
    if not reason:
        raise Invalid([Problem("reason", _("Give the reason."))])
    with transaction.atomic(), locked(version) as version:
        require(policies.can_send_back(acting, version))
        changes = move(version, workflow.VERSION["return"], return_note=reason, reviewed_at=None)
        audit.record("library.version.returned", version, changes, acting=acting, note=reason)
        if version.drafter is not None:
            _tell(version.drafter, version, _("Sent back: %(version)s"), "returned", body=reason)
    return version


def version_withdraw(version: DocumentVersion, *, acting: Person | None) -> DocumentVersion:
    """Take a version back to work on it."""
    with transaction.atomic(), locked(version) as version:
        require(policies.can_withdraw(acting, version))
        changes = move(version, workflow.VERSION["withdraw"], reviewed_at=None)
        audit.record("library.version.withdrawn", version, changes, acting=acting)
    return version


def version_abandon(version: DocumentVersion, *, acting: Person | None, reason: str) -> DocumentVersion:
    """Give a draft up, with the reason; its number is free again."""
    if not reason.strip():
        raise Invalid([Problem("reason", _("Give the reason."))])
    with transaction.atomic(), locked(version) as version:
        require(policies.can_edit(acting, version))
        changes = move(version, workflow.VERSION["abandon"], return_note=nfc(reason.strip()))
        version.requests.update(taken_into=None)
        audit.record("library.version.abandoned", version, changes, acting=acting, note=reason)
    return version


def version_end(
    version: DocumentVersion, *, acting: Person | None, last_day: dt.date, reason: str
) -> DocumentVersion:
    """Let a version end without a successor; its last day is today at the earliest."""
    problems = []
    if not reason.strip():
        problems.append(Problem("reason", _("Give the reason.")))
    if last_day < clock.today() or (version.effective_on and last_day < version.effective_on):
        problems.append(Problem("last_day", _("The last day lies in the past.")))
    if problems:
        raise Invalid(problems)
    with transaction.atomic(), locked(version) as version:
        require(policies.can_end(acting, version))
        changes = audit.apply(version, expires_on=last_day, expiry_note=nfc(reason.strip())[:300])
        audit.record("library.version.ended", version, changes, acting=acting, note=reason)
    return version


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = dt.date(year + month // 11, (month + 1) % 12 + 1, 1)
    last = (following - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))


def _tell(person: Person, version: DocumentVersion, title: str, what: str, body: str = "") -> None:
    moment = f"{version.submitted_at:%Y%m%d%H%M%S}" if version.submitted_at else ""
    notifications.notify(
        person,
        topic="library",
        title=title % {"version": f"{version.document} ({version.edition})"},
        body=body,
        url=version.get_absolute_url(),
        key=f"version-{what}:{version.pk}:{moment}",
    )
