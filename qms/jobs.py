"""Background jobs. The row in the database is the truth; a message only wakes a worker.

- A job enqueued in a transaction is published when that commits; if the broker is away the sweep
  publishes it later.
- A worker takes a job by a conditional update that writes a fresh claim. While it works it keeps a
  sign of life in the cache; the sweep puts jobs without one back into the queue.
- The writes of a job and its end are one transaction that checks the claim: a runner that was
  given up for dead and is not changes nothing.
"""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from qms import audit, clock, notifications
from qms.exceptions import DomainError, IllegalTransition
from qms.models import Agency, Job, Person

log = structlog.get_logger(__name__)

ALIVE_SECONDS = 20
BEAT_SECONDS = 4
GIVE_UP_AFTER = timedelta(seconds=15)
REPUBLISH_AFTER = timedelta(seconds=15)


class LostClaim(Exception):
    """Another runner has taken the job over; this one must leave no trace."""


@dataclass(frozen=True)
class JobKind:
    """How one kind of job is run."""

    name: str
    label: "str | Promise"
    run: "Callable[[JobContext], None]"
    max_attempts: int = 5
    retry_on: tuple[type[Exception], ...] = ()
    on_failure: "Callable[[Job], None] | None" = None


kinds: dict[str, JobKind] = {}


def job_kind(
    name: str,
    *,
    label: "str | Promise",
    max_attempts: int = 5,
    retry_on: tuple[type[Exception], ...] = (),
    on_failure: "Callable[[Job], None] | None" = None,
) -> "Callable[[Callable[[JobContext], None]], Callable[[JobContext], None]]":
    """Register a function as the body of a kind of job.

    `max_attempts` bounds restarts after a dead worker and retries of the errors in `retry_on`;
    `on_failure` runs in the transaction that marks the job failed.
    """

    def register(run: "Callable[[JobContext], None]") -> "Callable[[JobContext], None]":
        kinds[name] = JobKind(name, label, run, max_attempts, retry_on, on_failure)
        return run

    return register


@dataclass
class JobContext:
    """What the body of a job receives."""

    job: Job
    claim: str
    finished: bool = field(default=False, init=False)

    @property
    def params(self) -> dict[str, Any]:
        """The parameters it was enqueued with."""
        return dict(self.job.params)

    @property
    def agency(self) -> Agency:
        """The agency it works for; every agency's job has one."""
        assert self.job.agency is not None
        return self.job.agency

    @property
    def acting(self) -> Person | None:
        """The person who asked for it, None for the portal."""
        return self.job.requested_by

    def progress(self, done: int, total: int, phase: "str | Promise" = "") -> None:
        """Say how far the work is; kept outside the database, so that it shows before the commit."""
        try:
            cache.set(_progress_key(self.job), {"done": done, "total": total, "phase": str(phase)}, 3600)
        except Exception:  # the broker may be away for a while; the work goes on
            log.warning("job.progress_not_kept", job_id=str(self.job.pk))

    @contextmanager
    def completing(self, result: dict[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        """One transaction for the writes of the job and its end.

        Yields the result dictionary, which may be filled inside. Raises LostClaim (and rolls
        everything back) when another runner has taken over.
        """
        outcome = dict(result or {})
        with transaction.atomic():
            # Taking the row first makes a second runner wait here instead of doing the work twice.
            if not Job.objects.select_for_update().filter(pk=self.job.pk, claim=self.claim).exists():
                raise LostClaim(str(self.job.pk))
            yield outcome
            done = Job.objects.filter(pk=self.job.pk, claim=self.claim, state=Job.State.RUNNING).update(
                state=Job.State.SUCCEEDED,
                result=outcome,
                finished_at=clock.now(),
                reason="",
                suspected_at=None,
            )
            if not done:
                raise LostClaim(str(self.job.pk))
        self.finished = True


def _progress_key(job: Job) -> str:
    return f"job:{job.pk}:progress"


def _alive_key(job_id: Any, claim: str) -> str:
    return f"job:{job_id}:alive:{claim}"


def progress_of(job: Job) -> dict[str, Any]:
    """The last progress a job told: done, total, phase; empty when none."""
    try:
        return cache.get(_progress_key(job)) or {}
    except Exception:  # the cache may be away; the page still shows the state
        log.warning("job.progress_unavailable", job=str(job.pk))
        return {}


def enqueue(
    kind: str,
    *,
    agency: Agency | None,
    params: dict[str, Any] | None = None,
    acting: Person | None = None,
    label: str = "",
    unique_key: str = "",
) -> Job:
    """Add a job; it starts after the present transaction commits.

    With `unique_key`, a job of the same kind and key that still waits or runs is given back instead.
    """
    if unique_key:
        waiting = Job.objects.filter(
            kind=kind, unique_key=unique_key, state__in=[Job.State.QUEUED, Job.State.RUNNING]
        ).first()
        if waiting is not None:
            return waiting
    try:
        with transaction.atomic():
            job: Job = Job.objects.create(
                kind=kind,
                agency=agency,
                label=label or str(kinds[kind].label),
                params=params or {},
                requested_by=acting,
                unique_key=unique_key,
            )
    except IntegrityError:
        return Job.objects.get(
            kind=kind, unique_key=unique_key, state__in=[Job.State.QUEUED, Job.State.RUNNING]
        )
    transaction.on_commit(lambda: publish(job.pk))
    return job


def publish(job_id: uuid.UUID) -> None:
    """Wake a worker for a job. A broker that is away is no error: the sweep tries again."""
    from qms.tasks import job_run

    try:
        job_run.apply_async(args=(str(job_id),), retry=False)
    except Exception as error:
        log.warning("job.not_published", job=str(job_id), error=str(error))


def _take(job_id: Any) -> Job | None:
    claim = uuid.uuid4().hex
    now = clock.now()
    taken = (
        Job.objects.filter(pk=job_id, state=Job.State.QUEUED)
        .filter(Q(run_after=None) | Q(run_after__lte=now))
        .update(state=Job.State.RUNNING, claim=claim, started_at=now, suspected_at=None)
    )
    if not taken:
        return None
    return Job.objects.select_related("agency", "requested_by").get(pk=job_id)


class _SignOfLife(threading.Thread):
    """Tells the cache every few seconds that the holder of a claim still works."""

    def __init__(self, job: Job) -> None:
        super().__init__(daemon=True, name=f"job-{job.pk}")
        self.key = _alive_key(job.pk, job.claim)
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.is_set():
            try:
                cache.set(self.key, 1, ALIVE_SECONDS)
            except Exception:  # the broker may be away for a while
                log.warning("job.sign_of_life_failed", key=self.key)
            self.over.wait(BEAT_SECONDS)


def run(job_id: Any) -> Job | None:
    """Take and run one job in this process; None when it is not there to take."""
    job = _take(job_id)
    if job is None:
        return None
    kind = kinds[job.kind]
    context = JobContext(job, job.claim)
    sign = _SignOfLife(job)
    sign.start()
    log.info("job.started", job_id=str(job.pk), kind=job.kind, attempt=job.attempts + 1)
    try:
        with structlog.contextvars.bound_contextvars(job_id=str(job.pk)), override("vi"):
            kind.run(context)
            if not context.finished:
                with context.completing():
                    pass
    except LostClaim:
        log.warning("job.claim_lost", job_id=str(job.pk))
    except kind.retry_on as error:
        _retry_later(job, kind, error)
    except DomainError as error:
        _fail(job, kind, str(error))
    except Exception as error:
        log.exception("job.crashed", job_id=str(job.pk))
        _fail(job, kind, _("Unexpected error: %(error)s") % {"error": f"{type(error).__name__}: {error}"})
    finally:
        sign.over.set()
    job.refresh_from_db()
    log.info("job.ended", job_id=str(job.pk), kind=job.kind, state=job.state)
    return job


def run_here(job: Job) -> Job:
    """Run a job in this process (commands); raises DomainError with the reason when it failed."""
    result = run(job.pk)
    if result is None:
        raise IllegalTransition(_("The job is already running."))
    if result.state == Job.State.FAILED:
        raise DomainError(result.reason)
    return result


def _fail(job: Job, kind: JobKind, reason: str) -> None:
    with transaction.atomic():
        failed = Job.objects.filter(pk=job.pk, claim=job.claim, state=Job.State.RUNNING).update(
            state=Job.State.FAILED, reason=reason, finished_at=clock.now()
        )
        if not failed:
            return
        job.reason = reason
        job.state = Job.State.FAILED
        audit.record("qms.job.failed", job, acting=job.requested_by, note=reason)
        if kind.on_failure is not None:
            kind.on_failure(job)
        if job.requested_by is not None:
            notifications.notify(
                job.requested_by,
                topic="jobs",
                title=_("Failed: %(job)s") % {"job": job.label},
                body=reason,
                url=f"/jobs/{job.pk}/",
                key=f"job-failed:{job.pk}:{job.claim}",
            )


def _retry_later(job: Job, kind: JobKind, error: Exception) -> None:
    attempts = job.attempts + 1
    if attempts >= kind.max_attempts:
        _fail(job, kind, str(error))
        return
    delay = timedelta(seconds=min(300, 2**attempts))
    Job.objects.filter(pk=job.pk, claim=job.claim, state=Job.State.RUNNING).update(
        state=Job.State.QUEUED, attempts=attempts, reason=str(error), run_after=clock.now() + delay
    )


def retry(job: Job, *, acting: Person | None) -> Job:
    """Put a failed job back into the queue; raises IllegalTransition when it did not fail."""
    with transaction.atomic():
        again = Job.objects.filter(pk=job.pk, state=Job.State.FAILED).update(
            state=Job.State.QUEUED, attempts=0, reason="", finished_at=None, run_after=None
        )
        if not again:
            raise IllegalTransition(_("Only a failed job can be tried again."))
        audit.record("qms.job.retried", job, acting=acting)
        transaction.on_commit(lambda: publish(job.pk))
    job.refresh_from_db()
    return job


def cancel(job: Job, *, acting: Person | None) -> Job:
    """Cancel a job that still waits; raises IllegalTransition when it is no longer waiting."""
    with transaction.atomic():
        if not Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(
            state=Job.State.CANCELLED, finished_at=clock.now()
        ):
            raise IllegalTransition(_("Only a waiting job can be cancelled."))
        audit.record("qms.job.cancelled", job, acting=acting)
    job.refresh_from_db()
    return job


def sweep() -> dict[str, int]:
    """Publish what waits too long and put back what a dead worker held; safe to run at any time."""
    now = clock.now()
    found = {"published": 0, "suspected": 0, "put_back": 0}
    for job in Job.objects.filter(state=Job.State.RUNNING):
        if cache.get(_alive_key(job.pk, job.claim)):
            if job.suspected_at is not None:
                Job.objects.filter(pk=job.pk, claim=job.claim).update(suspected_at=None)
            continue
        if job.suspected_at is None:
            Job.objects.filter(pk=job.pk, claim=job.claim).update(suspected_at=now)
            found["suspected"] += 1
        elif now - job.suspected_at >= GIVE_UP_AFTER:
            found["put_back"] += _put_back(job)
    waiting = Job.objects.filter(state=Job.State.QUEUED, created_at__lt=now - REPUBLISH_AFTER).filter(
        Q(run_after=None) | Q(run_after__lte=now)
    )
    for job_id in waiting.values_list("pk", flat=True)[:500]:
        publish(job_id)
        found["published"] += 1
    return found


def _put_back(job: Job) -> int:
    attempts = job.attempts + 1
    if attempts >= kinds[job.kind].max_attempts:
        _fail(job, kinds[job.kind], _("The worker died %(count)s times.") % {"count": attempts})
        return 0
    put_back = Job.objects.filter(pk=job.pk, claim=job.claim, state=Job.State.RUNNING).update(
        state=Job.State.QUEUED, attempts=attempts, claim="", suspected_at=None
    )
    if put_back:
        log.warning("job.put_back", job_id=str(job.pk), kind=job.kind, attempts=attempts)
        publish(job.pk)
    return put_back
