"""Issuing: number first, then the file with its number is rendered and signed twice (flow A).

In flow B the person in charge has signed a file with empty fields already
(documents/services/signing_first.py): number and date are filled in, nothing else, and the agency signs.

One transaction gives the number and moves the paper to ISSUING. A job renders and signs outside any
transaction and keeps each revision. A second transaction, fenced by the job's claim, moves to ISSUED
and brings into force what the paper decides. Wherever the worker dies, the next one goes on from the
last kept revision: the number is neither lost nor given twice, and nothing is half issued.
"""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents import policies, registry, workflow
from documents.exceptions import ServiceAway, SigningFailed, WaitsForDesk
from documents.models import DeskSignature, Paper, PaperFile, PaperState, RegisterEntry
from documents.rendering.sheet import IssueFacts
from documents.services import revisions, tell
from documents.services.drafting import paper_index
from documents.services.life import FRESH, desk_drop, earlier_paper_end, sign_first
from documents.services.numbering import number_allocate
from documents.services.signed import Signed
from qms import agency_settings, audit, clock, files, jobs
from qms.exceptions import Conflict, Invalid, Refused
from qms.models import Job, Person
from qms.policies import require
from qms.registry import fulfilment_changed
from qms.workflow import locked, move

JOB = "documents.issue"
Stage = PaperFile.Stage


def paper_issue(
    paper: Paper, *, issued_on: dt.date, acting: Person, expected_number: int | None = None
) -> Job:
    """The clerk's act: give the number, then let the worker render and sign.

    `expected_number` is what the clerk saw; raises Conflict when somebody else took it meanwhile.
    """
    with transaction.atomic(), locked(paper) as paper:
        require(policies.can_issue(acting, paper))
        if paper.typed.digest() != paper.content_hash:
            raise Refused(_("The stored content no longer matches its hash. Tell the administrator."))
        entry = number_allocate(paper, issued_on=issued_on, acting=acting)
        if expected_number is not None and entry.number != expected_number:
            raise Conflict(
                _("Number %(seen)s was given to another paper meanwhile. The next one is %(next)s.")
                % {"seen": f"{expected_number:02d}", "next": f"{entry.number:02d}"}
            )
        changes = move(
            paper,
            workflow.ISSUE,
            number=entry.number,
            year=entry.year,
            issued_on=issued_on,
            failure="",
        )
        audit.record("documents.number.allocated", paper, changes, acting=acting)
        paper_index(paper)
        return _enqueue(paper, entry, acting)


def _enqueue(paper: Paper, entry: RegisterEntry, acting: Person | None) -> Job:
    return jobs.enqueue(
        JOB,
        agency=paper.agency,
        params={"paper": str(paper.pk), "entry": str(entry.pk)},
        acting=acting,
        label=_("Issue %(paper)s") % {"paper": str(paper)[:200]},
        unique_key=str(entry.pk),
    )


def issue_job_of(paper: Paper) -> Job | None:
    """The latest job that issues (or issued) the paper."""
    found: Job | None = (
        Job.objects.filter(agency=paper.agency, kind=JOB, params__paper=str(paper.pk))
        .order_by("-created_at")
        .first()
    )
    return found


def paper_issue_retry(paper: Paper, *, acting: Person) -> Job:
    """Try again to finish a paper that is stuck while being issued; its number stays."""
    with transaction.atomic(), locked(paper) as paper:
        require(policies.can_retry(acting, paper))
        entry = paper.register_entries.get(status=RegisterEntry.Status.ALLOCATED)
        audit.record("documents.paper.retried", paper, acting=acting)
        job = issue_job_of(paper)
        if job is not None and job.state == Job.State.FAILED:
            return jobs.retry(job, acting=acting)
        return _enqueue(paper, entry, acting)


def number_cancel(entry: RegisterEntry, *, reason: str, acting: Person) -> RegisterEntry:
    """Cancel a number whose paper has not gone out. It stays in the register and is never given again."""
    reason = reason.strip()
    if not reason:
        raise Invalid(_("Give the reason."))
    if entry.paper is None:
        raise Refused(_("The number was given elsewhere, before this portal."))
    with transaction.atomic(), locked(entry.paper) as paper, locked(entry) as entry:
        require(policies.can_cancel_number(acting, entry))
        if Job.objects.filter(
            kind=JOB, unique_key=str(entry.pk), state__in=[Job.State.QUEUED, Job.State.RUNNING]
        ).exists():
            raise Refused(_("The paper is being issued right now. Wait until that has ended."))
        changes = audit.apply(entry, status=RegisterEntry.Status.CANCELLED, reason=reason)
        audit.record("documents.number.cancelled", entry, changes, acting=acting, note=reason)
        desk_drop(paper)
        freed = move(
            paper, workflow.CANCEL_NUMBER, number=None, year=None, issued_on=None, failure="", **FRESH
        )
        audit.record("documents.number.cancelled", paper, freed, acting=acting, note=reason)
        paper_index(paper)
        tell.drafter(paper, reason)
    return entry


def _keep(entry: RegisterEntry, stage: str, signed: Signed, before: bytes) -> tuple[PaperFile, bytes]:
    assert entry.paper is not None
    return revisions.keep(entry.paper, entry, stage, signed, before)


STEPS: tuple[tuple[str, object], ...] = (
    (Stage.RENDERED, gettext_lazy("Rendering the paper")),
    (Stage.LEADER, gettext_lazy("Signature of the person in charge")),
    (Stage.AGENCY, gettext_lazy("Signature of the agency")),
)
FILLING = (Stage.FILLED, gettext_lazy("Filling in number and date"))
ARCHIVING = (Stage.ARCHIVE, gettext_lazy("Time stamp over the file"))


def steps_of(paper: Paper) -> tuple[tuple[str, object], ...]:
    """The revisions a paper goes through, in order."""
    from documents.services.signatures import wants_archive

    steps = (*STEPS[:2], FILLING, *STEPS[2:]) if paper.flow == "B" else STEPS
    return (*steps, ARCHIVING) if wants_archive(paper.agency) else steps


def _make(stage: str, entry: RegisterEntry, before: bytes) -> Signed:
    """One revision. The heavy libraries are loaded here, in the worker, not at every start."""
    from documents.rendering.render import paper_render
    from documents.services.signatures import sign_stage, stamp_archive

    paper = entry.paper
    assert paper is not None
    if paper.flow == "B" and stage in revisions.BEFORE_NUMBER:
        raise SigningFailed(_("The file the person in charge has signed is missing."))
    if stage == Stage.FILLED:
        return _filled(paper, entry, before)
    if stage == Stage.AGENCY and paper.flow == "B":
        _check_filled(paper, entry, before)
    if stage == Stage.RENDERED:
        facts = IssueFacts(number=entry.number, issued_on=entry.issued_on)
        pdf = paper_render(
            paper.typed,
            facts,
            code=paper.code,
            moment=entry.allocated_at,
            qr_address=verification_address(paper),
        ).pdf
        return Signed(pdf)
    if stage == Stage.ARCHIVE:
        return stamp_archive(paper.agency, before)
    return sign_stage(paper, stage, before)


def _filled(paper: Paper, entry: RegisterEntry, before: bytes) -> Signed:
    from documents.signing.filling import fill

    pdf = fill(before, entry.number, entry.issued_on)
    _check_filled(paper, entry, pdf)
    return Signed(pdf)


def _check_filled(paper: Paper, entry: RegisterEntry, pdf: bytes) -> None:
    """Between the two signatures nothing but number and date may change; raises SigningFailed."""
    from documents.signing.filling import only_filled

    leader = revisions.kept(paper, entry, Stage.LEADER)
    if leader is None:
        raise SigningFailed(_("The file the person in charge has signed is missing."))
    only_filled(files.read(leader.file), pdf, entry.number, entry.issued_on)


def verification_address(paper: Paper) -> str:
    """Where the QR code on the paper leads; empty where the agency prints none."""
    if not agency_settings.get(paper.agency, "documents.qr_code"):
        return ""
    return f"{settings.PUBLIC_URL}{reverse('verify-code', args=[paper.code])}"


def files_make(
    entry: RegisterEntry, tell_step: Callable[[int, str], None] = lambda done, phase: None
) -> bytes:
    """Render and sign, each revision kept as it comes; what is already kept is not made again.

    Raises WaitsForDesk where the next signature is made by a person outside the portal.
    """
    before = b""
    assert entry.paper is not None
    for index, (stage, phase) in enumerate(steps_of(entry.paper)):
        tell_step(index, str(phase))
        kept = revisions.kept(entry.paper, entry, stage)
        if kept is None:
            kept, before = _keep(entry, stage, _make(stage, entry, before), before)
        else:
            before = files.read(kept.file)
    return before


def _stale(paper: Paper, entry: RegisterEntry) -> bool:
    return paper.state != PaperState.ISSUING or entry.status != RegisterEntry.Status.ALLOCATED


@jobs.job_kind(
    JOB,
    label=gettext_lazy("Issue a paper"),
    retry_on=(ServiceAway,),
    on_failure=lambda job: issue_failed(job),
)
def issue_run(context: jobs.JobContext) -> None:
    """Finish issuing a paper: render, sign, sign, then move to ISSUED with what it brings into force."""
    entry = RegisterEntry.objects.select_related("paper", "paper__agency", "agency").get(
        pk=context.params["entry"], agency=context.agency
    )
    paper = entry.paper
    assert paper is not None
    if _stale(paper, entry):
        with context.completing({"paper": str(paper.pk), "note": "nothing to do"}):
            return
    count = len(steps_of(paper)) + 1
    try:
        files_make(entry, lambda done, phase: context.progress(done, count, phase))
    except WaitsForDesk as waits:
        with context.completing({"paper": str(paper.pk), "waits": waits.stage}):
            desk_open(paper, entry, waits.stage)
        return
    context.progress(count - 1, count, _("Bringing it into force"))
    with context.completing({"paper": str(paper.pk), "url": paper.get_absolute_url()}):
        issue_finish(paper, entry, acting=context.acting)


def desk_open(paper: Paper, entry: RegisterEntry | None, stage: str) -> DeskSignature:
    """Ask the person whose token it is; asked once, however often the job comes by."""
    person = paper.authorised_by if stage == Stage.LEADER else None
    desk, fresh = DeskSignature.objects.get_or_create(
        agency=paper.agency,
        paper=paper,
        stage=stage,
        state=DeskSignature.State.WAITING,
        defaults={"entry": entry, "person": person, "round": paper.round},
    )
    if fresh:
        tell.token(paper, person)
    made: DeskSignature = desk
    return made


def go_on(paper: Paper, entry: RegisterEntry | None, *, acting: Person) -> Job:
    """Let the worker go on after a signature from outside; without a number it was the one before it."""
    return sign_first(paper, acting=acting) if entry is None else _enqueue(paper, entry, acting)


def issue_finish(paper: Paper, entry: RegisterEntry, *, acting: Person | None) -> None:
    """The second transaction: the paper is issued, the number used, the decision in force."""
    with transaction.atomic(), locked(paper) as paper, locked(entry) as entry:
        if _stale(paper, entry) or paper.number != entry.number:
            raise Conflict(_("The number was cancelled meanwhile."))
        final = PaperFile.objects.filter(entry=entry, stage__in=revisions.FINAL).latest("made_at")
        changes = move(paper, workflow.FINISH, issued_at=clock.now(), failure="")
        audit.apply(entry, status=RegisterEntry.Status.ISSUED)
        audit.record("documents.paper.issued", paper, changes, acting=acting, note=final.sha256)
        purpose = registry.get(paper.purpose)
        if purpose is not None:
            purpose.on_issued(paper, acting)
        earlier_paper_end(paper)
        fulfilment_changed(paper.agency)
        paper_index(paper)
        tell.issued(paper)


def issue_failed(job: Job) -> None:
    """Keep the reason on the paper, in the transaction that marks the job failed."""
    Paper.objects.filter(pk=job.params["paper"], state=PaperState.ISSUING).update(failure=job.reason)
