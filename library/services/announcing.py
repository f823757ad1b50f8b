"""What the night announces: versions that began, ended or end soon by their dates, and who has not read yet.

Nothing here makes a version valid: that follows from the dates. The job only says so, in the trail, to the
people, and to the search index; a run that is repeated says nothing twice.
"""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from library.models import ControlledDocument, DocumentVersion, Reading
from library.selectors.people import keepers
from library.selectors.versions import (
    NOTICE,
    concerns,
    due_for,
    ending_soon,
    readers_of,
    rows,
    staff_of,
    to_be_read,
)
from library.services.documents import document_index
from qms import audit, clock, jobs, notifications
from qms.models import Agency, AuditEntry, Job, Person

JOB = "library.announce"
SOON = 3
AGAIN = 7
NEWS = dt.timedelta(days=14)
EXPIRED = "library.version.expired"
State = DocumentVersion.State


def announce_nightly() -> None:
    """Every agency that has documents, every night."""
    with_documents = ControlledDocument.objects.values("agency").distinct()
    for agency in Agency.objects.filter(pk__in=with_documents).order_by("code"):
        announce_start(agency, acting=None)


def announce_start(agency: Agency, *, acting: Person | None) -> Job:
    """Let a worker look what has come due."""
    return jobs.enqueue(JOB, agency=agency, unique_key=f"library-announce:{agency.pk}")


@jobs.job_kind(JOB, label=gettext_lazy("Announce what came into force and remind readers"))
def announce_run(context: jobs.JobContext) -> None:
    """The body of the job."""
    today = clock.today()
    with context.completing() as result:
        result["begun"] = _begun(context.agency, today)
        result["ended"] = _ended(context.agency, today)
        result["told"] = _readers(context.agency, today)
        _reviews(context.agency, today)
        _ending(context.agency, today)


def _begun(agency: Agency, today: dt.date) -> int:
    waiting = rows().filter(agency=agency, state=State.APPROVED, announced_on=None, effective_on__lte=today)
    found = list(waiting.order_by("effective_on"))
    for version in found:
        with transaction.atomic():
            DocumentVersion.objects.filter(pk=version.pk).update(announced_on=today)
            begun = {"effective_on": (None, version.effective_on)}
            audit.record("library.version.took_effect", version, begun, acting=None)
            earlier = DocumentVersion.objects.filter(document=version.document_id, state=State.APPROVED)
            before = (
                earlier.filter(effective_on__lt=version.effective_on)
                .select_related("document")
                .order_by("-effective_on")
                .first()
            )
            if before is not None:
                note = f"{before.edition} → {version.edition}"
                audit.record("library.version.superseded", before, acting=None, note=note)
            document_index(version.document)
    return len(found)


def _ended(agency: Agency, today: dt.date) -> int:
    """Versions whose last day is over and that nothing replaced: in the trail, to readers and keepers.

    People are told of recent ends only: a portal that learned only now to say so, or that was down for
    long, does not tell everybody of every version that ever ended.
    """
    over = rows().filter(agency=agency, state=State.APPROVED, expires_on__lt=today)
    said = set(AuditEntry.objects.filter(agency=agency, verb=EXPIRED).values_list("subject_id", flat=True))
    gone = [one for one in over if str(one.pk) not in said and _ended_by_itself(one)]
    for version in gone:
        with transaction.atomic():
            facts = {"expires_on": (None, version.expires_on)}
            audit.record(EXPIRED, version, facts, acting=None, note=version.expiry_note)
            document_index(version.document)
        if version.expires_on < today - NEWS:
            continue
        people = {one.pk: one for one in [*readers_of(version.document, today), *keepers(version.document)]}
        words = _("No longer in force: %(document)s, version %(edition)s")
        for person in people.values():
            notifications.notify(
                person,
                topic="library",
                title=words % {"document": version.document, "edition": version.edition},
                body=_("Its last day was %(day)s.") % {"day": f"{version.expires_on:%d/%m/%Y}"},
                url=version.get_absolute_url(),
                key=f"document-ended:{version.pk}:{version.expires_on:%Y%m%d}",
            )
    return len(gone)


def _ended_by_itself(version: DocumentVersion) -> bool:
    return version.last_day == version.expires_on and not version.next_on  # type: ignore[attr-defined]


def _ending(agency: Agency, today: dt.date) -> None:
    """Tell the keepers which of their documents, or the legal texts behind them, end soon."""
    for version, day in ending_soon(agency, today):
        title, body = _("Soon no longer in force: %(document)s"), _("In force until %(day)s.")
        if day < today:  # a version in force has no past last day: it is that of the legal text
            title = _("Its legal text is no longer in force: %(document)s")
            body = _("Its last day was %(day)s.")
        for person in keepers(version.document):
            notifications.notify(
                person,
                topic="library",
                title=title % {"document": version.document},
                body=body % {"day": f"{day:%d/%m/%Y}"},
                url=version.document.get_absolute_url(),
                key=f"document-ending:{version.pk}:{day:%Y%m%d}",
            )


def _readers(agency: Agency, today: dt.date) -> int:
    versions = list(to_be_read(agency, today))
    if not versions:
        return 0
    people = staff_of(agency, today)
    read = set(Reading.objects.filter(version__in=versions).values_list("version_id", "person_id"))
    told = 0
    for version in versions:
        lines = version.document.distribution.all()
        for person in people:
            if (version.pk, person.pk) not in read and concerns(lines, person):
                _remind(version, person, today)
                told += 1
    return told


def _remind(version: DocumentVersion, person: Person, today: dt.date) -> None:
    due = due_for(version, person)
    words = {"document": str(version.document), "edition": version.edition}
    title, turn = _("To read: %(document)s, version %(edition)s") % words, "new"
    if due is not None and today > due:
        title = _("Still unread: %(document)s, version %(edition)s") % words
        turn = f"late{(today - due).days // AGAIN}"
    elif due is not None and (due - today).days <= SOON:
        title, turn = _("Please read soon: %(document)s, version %(edition)s") % words, "soon"
    notifications.notify(
        person,
        topic="library",
        title=title,
        body=_("To be read until %(day)s.") % {"day": f"{due:%d/%m/%Y}"} if due else "",
        url=version.get_absolute_url(),
        key=f"read:{version.pk}:{turn}",
    )


def _reviews(agency: Agency, today: dt.date) -> None:
    soon = today + dt.timedelta(days=NOTICE)
    due = ControlledDocument.objects.filter(agency=agency, next_review_on__lte=soon)
    in_force = DocumentVersion.objects.effective(today).filter(agency=agency).values("document")
    for document in due.filter(pk__in=in_force).select_related("owner", "agency"):
        day = document.next_review_on
        for person in keepers(document):
            notifications.notify(
                person,
                topic="library",
                title=_("Periodic review due: %(document)s") % {"document": document},
                body=_("Due on %(day)s.") % {"day": f"{day:%d/%m/%Y}"},
                url=document.get_absolute_url(),
                key=f"document-review:{document.pk}:{day:%Y%m%d}",
            )
