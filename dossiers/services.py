"""Importing exports of one-stop systems: upload, check, import or give up.

The file is read twice: once to show what was understood and what would come of it, and once to import it
(`committing`).
"""

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from dossiers import incoming, policies, selectors
from dossiers.committing import CHECK, IMPORT_JOB, end, not_whole, outcomes_wanted
from dossiers.importers.problems import FileRefused
from dossiers.importers.reading import check_kind
from dossiers.intake import Understood, default_profile, understood
from dossiers.models import (
    DossierImport,
    ImportProfile,
)
from dossiers.staging import Comparison, Outcome, staged
from dossiers.workflow import IMPORT
from qms import audit, jobs
from qms.exceptions import DomainError, IllegalTransition, Invalid
from qms.models import Agency, Job, Person
from qms.policies import require
from qms.text import nfc
from qms.workflow import locked, move

LARGEST_HERE = 16 * 2**30
"""What is imported on the machine itself is no upload: as large as a ministry's export of a year."""
POLL_SECONDS = 0.2


def import_upload(
    agency: Agency,
    *,
    name: str,
    content: "IO[bytes]",
    acting: Person | None,
    profile: ImportProfile | None = None,
) -> DossierImport:
    """Take an export in and have it checked; raises Invalid when its kind or size cannot be taken.

    Without a profile the check looks for the one that knows the header best, and guesses what none knows.
    """
    one = _take_in(agency, name, content, acting, profile)
    one.mapping = profile.mapping if profile else {}
    with transaction.atomic():
        one.job_id = check_enqueue(one, acting).pk
        one.save()
        audit.record("dossiers.import.uploaded", one, acting=acting, note=one.sha256)
    return one


def check_enqueue(one: DossierImport, acting: Person | None) -> Job:
    """Have a file checked in the background."""
    return jobs.enqueue(
        CHECK,
        agency=one.agency,
        params={"import": str(one.pk)},
        acting=acting,
        label=_("Check %(file)s") % {"file": one.file_name},
    )


def import_now(
    agency: Agency,
    *,
    name: str,
    content: "IO[bytes]",
    acting: Person | None,
    as_of: dt.datetime | None = None,
    profile: ImportProfile | None = None,
    mapping: dict[str, Any] | None = None,
    again: bool = False,
    source: str = DossierImport.Source.FILE,
    outcomes: "list[Outcome] | None" = None,
) -> DossierImport:
    """Take an export in and import it at once in this process (command, interface, demonstration).

    `mapping` is used in place of the profile's; `outcomes` is filled with what became of each row.

    A file that was imported already is not taken again unless `again`: the earlier import is given back.
    A file that cannot be taken comes back as a refused import with its reason.
    """
    one = _take_in(agency, name, content, acting, profile, LARGEST_HERE)
    earlier = selectors.same_file(one)
    if earlier is not None and not again:
        incoming.forget(one.incoming)
        return earlier
    one.as_of, one.source = as_of, source
    one.mapping = mapping or one.mapping
    with transaction.atomic():
        one.save()
        audit.record("dossiers.import.uploaded", one, acting=acting, note=one.sha256)
        job = _start(one, acting)
    _run(job, outcomes)
    one.refresh_from_db()
    return one


@dataclass(frozen=True)
class Trial:
    """What an import would do; nothing of it is kept."""

    found: Understood
    comparison: Comparison


@contextmanager
def import_try(
    agency: Agency,
    *,
    name: str,
    content: "IO[bytes]",
    acting: Person | None,
    as_of: dt.datetime | None = None,
    profile: ImportProfile | None = None,
    guess: bool = False,
) -> Iterator[Trial]:
    """Read a file and compare it with what is known, without a trace; raises Invalid or FileRefused.

    With `guess` the best profile is looked for and unknown columns are guessed.
    """
    one = _take_in(agency, name, content, acting, profile, LARGEST_HERE)
    one.as_of = as_of
    if guess and profile is None:
        one.mapping = {}
    try:
        with understood(one, lambda *_told: None, guess=guess) as found:
            with transaction.atomic():
                with staged(found.spool) as staging:
                    comparison = staging.compare(found.as_of)
                transaction.set_rollback(True)
            yield Trial(found, comparison)
    finally:
        incoming.forget(one.incoming)


def _run(job: Job, outcomes: "list[Outcome] | None") -> None:
    """Run a job here, or wait for the worker that was quicker; raises DomainError when it failed."""
    asked = outcomes_wanted.set(outcomes)
    try:
        jobs.run_here(job)
    except IllegalTransition:
        job.refresh_from_db()
        while not job.is_over:
            time.sleep(POLL_SECONDS)
            job.refresh_from_db()
        if job.state == Job.State.FAILED:
            raise DomainError(job.reason) from None
    finally:
        outcomes_wanted.reset(asked)


def _take_in(
    agency: Agency,
    name: str,
    content: "IO[bytes]",
    acting: Person | None,
    profile: ImportProfile | None,
    most: int | None = None,
) -> DossierImport:
    require(policies.can_import(acting, agency))
    profile = profile or default_profile(agency)
    try:
        check_kind(name)
        kept = incoming.keep(agency, content, most)
    except FileRefused as error:
        raise Invalid(str(error)) from error
    return DossierImport(
        agency=agency,
        file_name=nfc(name)[-255:],
        size=kept.size,
        sha256=kept.sha256,
        incoming=kept.path,
        profile=profile,
        mapping=profile.mapping,
        imported_by=acting,
    )


def import_start(
    one: DossierImport,
    *,
    acting: Person | None,
    as_of: dt.datetime | None = None,
    all_or_nothing: bool = False,
) -> DossierImport:
    """Import a checked file; `as_of` overrides the moment the file tells. Raises IllegalTransition.

    With `all_or_nothing` one rejected row refuses the file. Raises Invalid while something has to be asked.
    """
    with transaction.atomic(), locked(one) as one:
        require(policies.can_import(acting, one.agency))
        if one.state == DossierImport.State.CHECKED and one.understood.get("open"):
            raise Invalid(_("Say first how the columns of the file are to be read."))
        if all_or_nothing and one.rejected_count:
            raise Invalid(not_whole(one.rejected_count))
        one.as_of = as_of or one.as_of
        one.all_or_nothing = all_or_nothing
        one.save(update_fields=["as_of", "all_or_nothing"])
        _start(one, acting)
    return one


def _start(one: DossierImport, acting: Person | None) -> Job:
    job = jobs.enqueue(
        IMPORT_JOB,
        agency=one.agency,
        params={"import": str(one.pk)},
        acting=acting,
        label=_("Import %(file)s") % {"file": one.file_name},
        unique_key=str(one.pk),
    )
    changes = move(one, IMPORT["start"], job_id=job.pk, reason="")
    audit.record("dossiers.import.started", one, changes, acting=acting)
    return job


def import_cancel(one: DossierImport, *, acting: Person | None) -> DossierImport:
    """Give an import up and delete its file; raises IllegalTransition once it is being imported."""
    with transaction.atomic(), locked(one) as one:
        require(policies.can_import(acting, one.agency))
        end(one, "cancel", acting)
    return one
