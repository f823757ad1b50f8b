"""Background jobs. The row in the database is the truth; a message only wakes a worker.

- A job enqueued in a transaction is published when that commits; if the broker is away, or loses
  the message, the sweep publishes it again.
- A worker takes a job by a conditional update that writes a fresh claim. While it works it keeps a
  sign of life in the cache; the sweep puts jobs without one back into the queue.
- The writes of a job and its end are one transaction that checks the claim: a runner that was
  given up for dead and is not changes nothing.

Where a worker may die, and what then happens: before it takes the job, the row still waits and the
sweep publishes it again; while it works, the sign of life ends, the sweep puts the job back; between
its commit and the acknowledgement, the message comes again and finds nothing to take.
"""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import cache, caches
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from qms import audit, clock, notifications
from qms.exceptions import DomainError, IllegalTransition
from qms.models import Agency, Job, Person, Role
from qms.policies import ALLOW, Verdict, deny, has_any_role, require

log = structlog.get_logger(__name__)

ALIVE_SECONDS: float = settings.JOB_ALIVE_SECONDS
BEAT_SECONDS: float = settings.JOB_BEAT_SECONDS
POLL_SECONDS = 0.2
GIVE_UP_AFTER = timedelta(seconds=settings.JOB_GIVE_UP_SECONDS)
REPUBLISH_AFTER = timedelta(seconds=settings.JOB_REPUBLISH_SECONDS)
UNKNOWN_KIND_AFTER = timedelta(days=1)
WORTH_TELLING = timedelta(seconds=10)
LANGUAGE = "vi"
TRANSIENT = (OperationalError, InterfaceError)
"""A database that is away or locked for a moment: tried again, whatever the kind."""


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
            mine = Job.objects.select_for_update(of=("self",)).filter(
                pk=self.job.pk, claim=self.claim, state=Job.State.RUNNING
            )
            if mine.first() is None:
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
            _tell_of_success(self.job, outcome)
        self.finished = True


def _progress_key(job: Job) -> str:
    return f"job:{job.pk}:progress"


def _alive_key(job_id: Any, claim: str) -> str:
    return f"job:{job_id}:alive:{claim}"


def _published_key(job_id: Any) -> str:
    return f"job:{job_id}:published"


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

    With `unique_key`, a job of the same kind and key that still waits or runs is given back instead;
    the key names the record (or the agency), so that agencies never share one.
    """
    name = label or _in_vietnamese(kinds[kind].label)
    for _attempt in range(5):
        waiting = _same_work(kind, unique_key)
        if waiting is not None:
            if waiting.agency_id != (agency.pk if agency else None):
                raise ValueError(f"unique key {unique_key!r} is shared by two agencies")
            return waiting
        try:
            with transaction.atomic():
                job: Job = Job.objects.create(
                    kind=kind,
                    agency=agency,
                    label=name[:255],
                    params=params or {},
                    requested_by=acting,
                    unique_key=unique_key,
                )
        except IntegrityError:
            if not unique_key:
                raise
            continue  # somebody was faster, and may be done already
        transaction.on_commit(partial(publish, job.pk))
        return job
    raise IllegalTransition(_("The same work is being asked for again and again. Try again in a moment."))


def _same_work(kind: str, unique_key: str) -> Job | None:
    if not unique_key:
        return None
    found: Job | None = Job.objects.filter(
        kind=kind, unique_key=unique_key, state__in=[Job.State.QUEUED, Job.State.RUNNING]
    ).first()
    return found


def _in_vietnamese(text: "str | Promise") -> str:
    with override(LANGUAGE):
        return str(text)


def publish(job_id: uuid.UUID) -> None:
    """Wake a worker for a job. A broker that is away is no error: the sweep tries again."""
    from qms.tasks import job_run

    try:
        job_run.apply_async(args=(str(job_id),), retry=False)
        # The mark keeps the sweep from sending again and again what waits its turn. It lives beside
        # the queue: a broker that forgot the message forgot the mark too.
        cache.set(_published_key(job_id), 1, REPUBLISH_AFTER.total_seconds())
    except Exception as error:
        log.warning("job.not_published", job=str(job_id), error=str(error))


def _forget_published(job_id: Any) -> None:
    try:
        cache.delete(_published_key(job_id))
    except Exception:  # the broker may be away for a while
        log.warning("job.mark_not_removed", job=str(job_id))


def _take(job_id: Any) -> Job | None:
    claim = uuid.uuid4().hex
    now = clock.now()
    _forget_published(job_id)
    taken = (
        Job.objects.filter(pk=job_id, state=Job.State.QUEUED, kind__in=kinds)
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
        # That of the caller: one of the thread's own would leave its connection open when the thread ends.
        self.cache = caches["default"]

    def run(self) -> None:
        while not self.over.is_set():
            try:
                self.cache.set(self.key, 1, ALIVE_SECONDS)
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
        with structlog.contextvars.bound_contextvars(job_id=str(job.pk)), override(LANGUAGE):
            _run_body(job, kind, context)
    finally:
        sign.over.set()
    job.refresh_from_db()
    log.info("job.ended", job_id=str(job.pk), kind=job.kind, state=job.state)
    return job


def _run_body(job: Job, kind: JobKind, context: JobContext) -> None:
    tried_again: tuple[type[Exception], ...] = (*TRANSIENT, *kind.retry_on)
    try:
        kind.run(context)
        if not context.finished:
            with context.completing():
                pass
    except LostClaim:
        log.warning("job.claim_lost", job_id=str(job.pk))
    except tried_again as error:
        log.warning("job.tried_again_later", job_id=str(job.pk), error=str(error))
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        _retry_later(job, kind, error)
    except DomainError as error:
        _fail(job, kind, str(error))
    except Exception as error:
        log.exception("job.crashed", job_id=str(job.pk))
        _fail(job, kind, _("Unexpected error: %(error)s") % {"error": f"{type(error).__name__}: {error}"})


def run_here(job: Job) -> Job:
    """Run a job in this process (commands); raises DomainError with the reason when it failed."""
    result = run(job.pk)
    if result is None:
        raise IllegalTransition(_("The job is already running."))
    if result.state == Job.State.FAILED:
        raise DomainError(result.reason)
    return result


def run_or_wait(job: Job) -> Job:
    """Run a job here, or wait for the worker that was quicker; raises DomainError when it failed."""
    try:
        return run_here(job)
    except IllegalTransition:
        job.refresh_from_db()
        while not job.is_over:
            time.sleep(POLL_SECONDS)
            job.refresh_from_db()
        if job.state == Job.State.FAILED:
            raise DomainError(job.reason) from None
        return job


def _tell_of_success(job: Job, outcome: dict[str, Any]) -> None:
    """Whoever asked for work that took a while, and has gone on to something else, is told of its end."""
    if job.requested_by is None or job.started_at is None or clock.now() - job.started_at < WORTH_TELLING:
        return
    notifications.notify(
        job.requested_by,
        topic="jobs",
        title=_("Done: %(job)s") % {"job": job.label},
        url=str(outcome.get("url") or reverse("job-detail", args=[job.pk])),
        key=f"job-done:{job.pk}",
    )


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
                url=reverse("job-detail", args=[job.pk]),
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
    try:
        with transaction.atomic():
            require(can_steer(acting, job))
            again = Job.objects.filter(pk=job.pk, state=Job.State.FAILED).update(
                state=Job.State.QUEUED,
                attempts=0,
                reason="",
                claim="",
                started_at=None,
                finished_at=None,
                suspected_at=None,
                run_after=None,
            )
            if not again:
                raise IllegalTransition(_("Only a failed job can be tried again."))
            audit.record(
                "qms.job.retried", job, {"state": (Job.State.FAILED, Job.State.QUEUED)}, acting=acting
            )
            transaction.on_commit(lambda: publish(job.pk))
    except IntegrityError:
        raise IllegalTransition(_("The same work already waits or runs in another job.")) from None
    job.refresh_from_db()
    return job


def cancel(job: Job, *, acting: Person | None) -> Job:
    """Cancel a job that still waits; raises IllegalTransition when it is no longer waiting.

    What asked for the job learns of it as of a failure: its work will not be done.
    """
    with transaction.atomic(), override(LANGUAGE):
        require(can_steer(acting, job))
        reason = _("Cancelled by %(person)s") % {"person": acting or _("the portal")}
        cancelled = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(
            state=Job.State.CANCELLED, reason=reason, finished_at=clock.now()
        )
        if not cancelled:
            raise IllegalTransition(_("Only a waiting job can be cancelled."))
        job.state, job.reason = Job.State.CANCELLED, reason
        audit.record(
            "qms.job.cancelled", job, {"state": (Job.State.QUEUED, Job.State.CANCELLED)}, acting=acting
        )
        kind = kinds.get(job.kind)
        if kind is not None and kind.on_failure is not None:
            kind.on_failure(job)
    job.refresh_from_db()
    return job


def can_steer(acting: Person | None, job: Job) -> Verdict:
    """Who may try again or cancel: whoever asked for the job, administrators, the ISO secretary."""
    if acting is None or acting.pk == job.requested_by_id:
        return ALLOW
    if acting.agency_id != job.agency_id:
        return deny(_("You belong to another agency."))
    return has_any_role(acting, Role.ADMIN, Role.SECRETARY)


def filtered(rows: QuerySet[Job], *, state: str, kind: str, text: str) -> QuerySet[Job]:
    """Jobs in a state, of a kind, with words in their title or in the name of whoever asked for them."""
    if state in Job.State.values:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    for word in text.split():
        rows = rows.filter(Q(label__icontains=word) | Q(requested_by__full_name__icontains=word))
    return rows


def sweep() -> dict[str, int]:
    """Publish what waits too long and put back what a dead worker held; safe to run at any time."""
    found = {"published": 0, "suspected": 0, "put_back": 0, "unknown": 0}
    with override(LANGUAGE):
        for job in Job.objects.filter(state=Job.State.RUNNING):
            with _one_at_a_time(job):
                _look_after(job, found)
        for job in _waiting_unpublished():
            with _one_at_a_time(job):
                _publish_again(job, found)
    return found


@contextmanager
def _one_at_a_time(job: Job) -> Iterator[None]:
    """What is wrong with one job (a lock held too long, say) does not keep the sweep from the others."""
    try:
        yield
    except Exception:
        log.exception("job.sweep_failed", job_id=str(job.pk))


def _look_after(job: Job, found: dict[str, int]) -> None:
    now = clock.now()
    if cache.get(_alive_key(job.pk, job.claim)):
        if job.suspected_at is not None:
            Job.objects.filter(pk=job.pk, claim=job.claim).update(suspected_at=None)
    elif job.suspected_at is None:
        found["suspected"] += Job.objects.filter(
            pk=job.pk, claim=job.claim, state=Job.State.RUNNING, suspected_at=None
        ).update(suspected_at=now)
    elif now - job.suspected_at >= GIVE_UP_AFTER:
        found["put_back"] += _put_back(job)


def _waiting_unpublished() -> list[Job]:
    now = clock.now()
    due = Job.objects.filter(state=Job.State.QUEUED).filter(Q(run_after=None) | Q(run_after__lte=now))
    waiting = list(due.order_by("created_at")[:500])
    try:
        marked = cache.get_many([_published_key(job.pk) for job in waiting])
    except Exception:  # the cache may be away; then so is the broker, and publishing says so
        marked = {}
    return [job for job in waiting if _published_key(job.pk) not in marked]


def _publish_again(job: Job, found: dict[str, int]) -> None:
    if job.kind in kinds:
        publish(job.pk)
        found["published"] += 1
        return
    # Another version of the portal may know the kind (workers are upgraded one after another).
    found["unknown"] += 1
    log.error("job.unknown_kind", job_id=str(job.pk), kind=job.kind)
    if clock.now() - job.created_at >= UNKNOWN_KIND_AFTER:
        Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(
            state=Job.State.FAILED,
            reason=_("This version of the portal does not know this kind of job."),
            finished_at=clock.now(),
        )


def _put_back(job: Job) -> int:
    attempts = job.attempts + 1
    kind = kinds.get(job.kind)
    if kind is not None and attempts >= kind.max_attempts:
        _fail(job, kind, _("The worker died %(count)s times.") % {"count": attempts})
        return 0
    put_back = Job.objects.filter(pk=job.pk, claim=job.claim, state=Job.State.RUNNING).update(
        state=Job.State.QUEUED, attempts=attempts, claim="", suspected_at=None
    )
    if put_back:
        log.warning("job.put_back", job_id=str(job.pk), kind=job.kind, attempts=attempts)
        publish(job.pk)
    return put_back
