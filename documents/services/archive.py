"""Renewing the time stamps over files before the authority's certificate expires (B-LTA).

Every night looks what is due; work is done once a month, or at once when a stamp ends within a month.
A renewal appends: the file begins with the one before, and files handed out earlier stay valid.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy

from documents.exceptions import ServiceAway, SigningFailed
from documents.models import PaperFile
from documents.services import revisions
from qms import agency_settings, audit, clock, files, jobs
from qms.models import Agency, Job

JOB = "documents.renew_stamps"
URGENT = dt.timedelta(days=31)


def due(agency: Agency, within: dt.timedelta) -> list[PaperFile]:
    """The newest stamped file of each number whose stamp ends soon."""
    newest = (
        PaperFile.objects.filter(agency=agency, stage=PaperFile.Stage.ARCHIVE)
        .values("entry")
        .annotate(last=Max("turn"))
        .values_list("entry", "last")
    )
    turns = dict(newest)
    rows = PaperFile.objects.filter(
        agency=agency, stage=PaperFile.Stage.ARCHIVE, good_until__lt=clock.now() + within
    ).select_related("paper", "paper__agency", "entry", "file")
    return [row for row in rows.order_by("good_until") if turns[row.entry_id] == row.turn]


def margin(agency: Agency) -> dt.timedelta:
    """How long before its end a stamp is renewed."""
    return dt.timedelta(days=agency_settings.get(agency, "documents.renew_before"))


def renewals_start() -> None:
    """Every night: enqueue the month's renewal where one is due and this month has none yet."""
    month = clock.today().replace(day=1)
    for agency in Agency.objects.all():
        done = Job.objects.filter(
            kind=JOB, agency=agency, created_at__date__gte=month, state=Job.State.SUCCEEDED
        ).exists()
        if due(agency, URGENT if done else margin(agency)):
            jobs.enqueue(JOB, agency=agency, unique_key=str(agency.pk))


@jobs.job_kind(JOB, label=gettext_lazy("Renew time stamps"), retry_on=(ServiceAway,))
def renew_run(context: jobs.JobContext) -> None:
    """Renew file by file; each is kept as it comes, so a stopped job goes on where it was.

    A file that cannot be renewed does not keep the others; the job then fails and names it.
    """
    from documents.services.signatures import stamp_archive

    rows = due(context.agency, margin(context.agency))
    problems = []
    for index, row in enumerate(rows):
        context.progress(index, len(rows), row.paper.reference)
        before = files.read(row.file)
        try:
            signed = stamp_archive(context.agency, before)
            with transaction.atomic():
                fresh, _data = revisions.keep(
                    row.paper, row.entry, PaperFile.Stage.ARCHIVE, signed, before, turn=row.turn + 1
                )
                audit.record(
                    "documents.stamp.renewed",
                    row.paper,
                    {"good_until": (row.good_until, fresh.good_until)},
                    acting=None,
                    note=fresh.sha256,
                )
        except ServiceAway:
            raise
        except SigningFailed as error:
            problems.append(f"{row.paper.reference}: {error}")
    if problems:
        raise SigningFailed("; ".join(problems))
    with context.completing({"renewed": len(rows)}):
        return
