"""The jobs that check an export and import it, and the ends an import can come to.

All writes of an import are one transaction together with the end of its job, so a worker that dies leaves
nothing behind, and a second one does nothing twice.
"""

import datetime as dt
import functools
from contextvars import ContextVar

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dossiers import events, incoming
from dossiers.importers.lines import RejectedRow
from dossiers.importers.problems import FileRefused, RowProblem
from dossiers.intake import Understood, understood
from dossiers.models import DossierImport, ImportRejectedRow, ImportRowError, ImportSequence, Procedure
from dossiers.personal import personal_keep
from dossiers.staging import Comparison, Outcome, staged
from dossiers.workflow import IMPORT
from qms import audit, clock, jobs, notifications
from qms.jobs import JobContext
from qms.models import Job, Person
from qms.workflow import locked, move

KEPT_AT_MOST = dt.timedelta(hours=24)
BATCH = 1000
CHECK, IMPORT_JOB = "dossiers.check", "dossiers.import"
outcomes_wanted: ContextVar["list[Outcome] | None"] = ContextVar("dossiers_outcomes", default=None)
"""Where the job that runs in this very call puts what became of each row."""


def not_whole(rejected: int) -> str:
    """Why a file that was to be imported whole is not."""
    return ngettext(
        "%(count)s row was rejected, and the file was to be imported whole or not at all.",
        "%(count)s rows were rejected, and the file was to be imported whole or not at all.",
        rejected,
    ) % {"count": rejected}


def end(one: DossierImport, step: str, acting: Person | None, reason: str = "") -> None:
    """Bring an import to an end without dossiers; its file goes when that is committed."""
    path = one.incoming
    changes = move(one, IMPORT[step], reason=reason, incoming="")
    del changes["incoming"]
    verb = "dossiers.import.refused" if step == "refuse" else "dossiers.import.cancelled"
    audit.record(verb, one, changes, acting=acting, note=reason)
    transaction.on_commit(functools.partial(incoming.forget, path))


def import_check(ctx: JobContext) -> None:
    """The job that reads a file and keeps what was understood; nothing of it becomes a dossier yet."""
    one = _import_of(ctx, DossierImport.State.CHECKING)
    if one is None:
        return
    try:
        with understood(one, ctx.progress, guess=True) as found, ctx.completing() as result:
            with staged(found.spool) as staging:
                comparison = staging.compare(found.as_of)
            with locked(one) as one:
                _keep_report(one, found, comparison)
                changes = move(
                    one,
                    IMPORT["checked"],
                    as_of=found.as_of,
                    profile=found.source,
                    mapping=found.mapping,
                )
                del changes["mapping"], changes["profile"]
            audit.record("dossiers.import.checked", one, changes, acting=ctx.acting)
            result["read"] = found.read
    except FileRefused as error:
        _refuse(ctx, one, str(error))


def import_commit(ctx: JobContext) -> None:
    """The job that imports a file: all of its good rows, or nothing."""
    one = _import_of(ctx, DossierImport.State.CHECKED, DossierImport.State.IMPORTING)
    if one is None:
        return
    try:
        with understood(one, ctx.progress) as found:
            ctx.progress(found.spool.count, found.spool.count, _("Writing the dossiers"))
            with ctx.completing() as result:
                _commit(one, found, ctx.acting)
                result.update(import_seq=one.seq, read=found.read, rejected=found.rejected)
    except FileRefused as error:
        _refuse(ctx, one, str(error))


def _import_of(ctx: JobContext, *states: str) -> DossierImport | None:
    one = DossierImport.objects.select_related("agency", "profile").get(pk=ctx.params["import"])
    return one if one.state in states else None


def _commit(one: DossierImport, found: Understood, acting: Person | None) -> None:
    if one.all_or_nothing and found.rejected:
        raise FileRefused(not_whole(found.rejected))
    now = clock.now()
    ImportSequence.objects.get_or_create(agency=one.agency)
    sequence = ImportSequence.objects.select_for_update().get(agency=one.agency)
    sequence.last += 1
    sequence.save(update_fields=["last"])
    Procedure.objects.bulk_create(found.procedures.fresh.values(), ignore_conflicts=True)
    with staged(found.spool) as staging:
        wanted = outcomes_wanted.get()
        if wanted is not None:
            wanted += staging.outcomes(found.as_of)
        comparison = staging.write(sequence.last, found.as_of, now)
    if found.personal.kinds:
        personal_keep(one.agency, found.personal, sequence.last)
    _keep_report(one, found, comparison)
    path = one.incoming
    changes = move(
        one,
        IMPORT["commit"],
        seq=sequence.last,
        as_of=found.as_of,
        committed_at=now,
        incoming="",
        touched={
            "units": list(map(str, comparison.units)),
            "since": comparison.since.isoformat() if comparison.since else None,
        },
    )
    audit.record(
        "dossiers.import.committed",
        one,
        {name: changes[name] for name in ("state", "seq", "as_of")}
        | {
            name: (None, getattr(one, f"{name}_count"))
            for name in ("new", "updated", "unchanged", "rejected")
        },
        acting=acting,
        note=one.sha256,
    )
    for tell in events.import_committed:
        tell(one)
    _notify(one)
    transaction.on_commit(functools.partial(incoming.forget, path))


def _keep_report(one: DossierImport, found: Understood, comparison: Comparison) -> None:
    """Keep counts, what was understood, and the located problems; a later report replaces an earlier one."""
    one.understood = found.summary()
    one.read_count, one.rejected_count, one.warning_count = found.read, found.rejected, found.warnings
    one.new_count, one.updated_count = comparison.new, comparison.updated
    one.unchanged_count, one.older_count = comparison.unchanged, comparison.older
    one.repeated_count = comparison.repeated
    one.save(
        update_fields=["understood"]
        + [f"{name}_count" for name in ("read", "rejected", "warning", "new", "updated", "unchanged")]
        + ["older_count", "repeated_count"]
    )
    ImportRowError.objects.filter(agency_id=one.agency_id, dossier_import=one).delete()
    ImportRowError.objects.bulk_create((_row_error(one, problem) for problem in found.problems.kept), BATCH)
    ImportRejectedRow.objects.filter(agency_id=one.agency_id, dossier_import=one).delete()
    ImportRejectedRow.objects.bulk_create((_rejected_row(one, row) for row in found.rejected_rows), BATCH)


def _row_error(one: DossierImport, problem: RowProblem) -> ImportRowError:
    severity = ImportRowError.Severity
    return ImportRowError(
        agency_id=one.agency_id,
        dossier_import=one,
        severity=severity.WARNING if problem.is_warning else severity.ERROR,
        line=problem.line,
        column=problem.column[:255],
        code=problem.code[:60],
        kind=problem.kind,
        value=problem.value[:255],
        expected=problem.expected[:500],
    )


def _rejected_row(one: DossierImport, row: RejectedRow) -> ImportRejectedRow:
    return ImportRejectedRow(
        agency_id=one.agency_id, dossier_import=one, line=row.line, cells=row.cells, reasons=row.reason
    )


def _refuse(ctx: JobContext, one: DossierImport, reason: str) -> None:
    with ctx.completing() as result, locked(one) as one:
        end(one, "refuse", ctx.acting, reason)
        result["reason"] = reason


def _notify(one: DossierImport) -> None:
    if one.imported_by is None:
        return
    count = one.new_count + one.updated_count
    notifications.notify(
        one.imported_by,
        topic="dossiers",
        title=ngettext("%(count)s dossier imported", "%(count)s dossiers imported", count) % {"count": count},
        body=one.file_name,
        url=one.get_absolute_url(),
        key=f"dossiers-import:{one.pk}",
    )


def job_failed(job: Job) -> None:
    """A job that broke down leaves its import where the person can go on: import again, or give up."""
    one = DossierImport.objects.filter(pk=job.params.get("import")).first()
    if one is None or one.is_over:
        return
    if one.state == DossierImport.State.IMPORTING:
        move(one, IMPORT["back"], reason=job.reason)
    elif one.state == DossierImport.State.CHECKING:
        end(one, "refuse", job.requested_by, job.reason)


def incoming_sweep() -> int:
    """Give up imports nobody went on with for a day, and delete files no import knows of."""
    states = (DossierImport.State.CHECKING, DossierImport.State.CHECKED)
    stale = DossierImport.objects.filter(state__in=states, created_at__lt=clock.now() - KEPT_AT_MOST)
    count = 0
    for one in stale:
        with transaction.atomic(), locked(one) as fresh:
            if fresh.state in states:
                end(fresh, "cancel", None, _("Nobody went on with it for a day."))
                count += 1
    waited_for = set(DossierImport.objects.exclude(incoming="").values_list("incoming", flat=True))
    for path in incoming.older_than(clock.now() - KEPT_AT_MOST):
        if path not in waited_for:
            incoming.forget(path)
    return count


jobs.job_kind(CHECK, label=gettext_lazy("Check an export"), on_failure=job_failed)(import_check)
jobs.job_kind(IMPORT_JOB, label=gettext_lazy("Import an export"), on_failure=job_failed)(import_commit)
