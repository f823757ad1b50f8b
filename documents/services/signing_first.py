"""Flow B up to the number: the person in charge signs a file whose number and date are still empty.

The worker renders the paper with empty fields and signs it; each revision is kept as it comes, under
the round of signing. Then the paper waits for its number, and documents/services/issuing.py fills the
fields and lets the agency sign. A paper that comes back is signed anew in the next round.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy

from documents import policies, workflow
from documents.exceptions import ServiceAway, WaitsForDesk
from documents.models import Paper, PaperFile, PaperState
from documents.rendering.sheet import IssueFacts
from documents.services import issuing, revisions, tell
from documents.services.drafting import paper_index
from documents.services.life import SIGN_FIRST_JOB, sign_first
from documents.services.signed import Signed
from qms import audit, files, jobs
from qms.models import Job, Person
from qms.policies import require
from qms.workflow import locked, move

Stage = PaperFile.Stage


def job_of(paper: Paper) -> Job | None:
    """The latest job that makes (or made) the signature before the number."""
    found: Job | None = (
        Job.objects.filter(agency=paper.agency, kind=SIGN_FIRST_JOB, params__paper=str(paper.pk))
        .order_by("-created_at")
        .first()
    )
    return found


def sign_again(paper: Paper, *, acting: Person) -> Job:
    """Try a signature again that failed before the number."""
    with transaction.atomic(), locked(paper) as paper:
        require(policies.can_sign_again(acting, paper))
        audit.record("documents.paper.retried", paper, acting=acting)
        job = job_of(paper)
        if job is not None and job.state == Job.State.FAILED and job.params.get("round") == paper.round:
            return jobs.retry(job, acting=acting)
        return sign_first(paper, acting=acting)


def _make(stage: str, paper: Paper, before: bytes) -> Signed:
    """One revision. The heavy libraries are loaded here, in the worker, not at every start."""
    from documents.rendering.render import paper_render
    from documents.services.signatures import sign_stage

    if stage == Stage.LEADER:
        return sign_stage(paper, stage, before)
    address = issuing.verification_address(paper)
    facts = IssueFacts(fields=True)
    rendered = paper_render(
        paper.typed, facts, code=paper.code, moment=paper.authorised_at, qr_address=address
    )
    return Signed(rendered.pdf)


def _stale(paper: Paper, turn: int) -> bool:
    return paper.state != PaperState.SIGNING or paper.round != turn


@jobs.job_kind(
    SIGN_FIRST_JOB,
    label=gettext_lazy("Sign a paper before its number"),
    retry_on=(ServiceAway,),
    on_failure=lambda job: sign_first_failed(job),
)
def sign_first_run(context: jobs.JobContext) -> None:
    """Render with empty fields, sign as the person in charge, then hand over to the clerk."""
    turn = int(context.params["round"])
    paper = Paper.objects.select_related("agency", "authorised_by").get(
        pk=context.params["paper"], agency=context.agency
    )
    if _stale(paper, turn):
        with context.completing({"paper": str(paper.pk), "note": "nothing to do"}):
            return
    before = b""
    try:
        for index, (stage, phase) in enumerate(issuing.STEPS[:2]):
            context.progress(index, 3, str(phase))
            row = revisions.kept(paper, None, stage)
            if row is None:
                row, before = revisions.keep(paper, None, stage, _make(stage, paper, before), before)
            else:
                before = files.read(row.file)
    except WaitsForDesk as waits:
        with context.completing({"paper": str(paper.pk), "waits": waits.stage}):
            issuing.desk_open(paper, None, waits.stage)
        return
    context.progress(2, 3)
    with context.completing({"paper": str(paper.pk), "url": paper.get_absolute_url()}):
        signed_first(paper, turn)


def signed_first(paper: Paper, turn: int) -> None:
    """The signature is there: the paper waits for its number."""
    with transaction.atomic(), locked(paper) as paper:
        if _stale(paper, turn):
            return
        kept = revisions.kept(paper, None, Stage.LEADER)
        changes = move(paper, workflow.SIGNED_FIRST, failure="")
        audit.record(
            "documents.paper.signed_first", paper, changes, acting=None, note=kept.sha256 if kept else ""
        )
        paper_index(paper)
        tell.clerks(paper)


def sign_first_failed(job: Job) -> None:
    """Keep the reason on the paper, in the transaction that marks the job failed."""
    rows = Paper.objects.filter(pk=job.params["paper"], state=PaperState.SIGNING, round=job.params["round"])
    rows.update(failure=job.reason)
