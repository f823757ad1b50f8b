"""Celery tasks: each loads, calls one function and reports."""

import structlog
from celery import shared_task

from qms import jobs, notifications, registry

log = structlog.get_logger(__name__)


@shared_task
def job_run(job_id: str) -> None:
    """Run one job; a message for a job that is taken, over or gone does nothing."""
    jobs.run(job_id)


@shared_task
def jobs_sweep() -> None:
    """Bring forward what a dead worker or an absent broker left behind."""
    jobs.sweep()


@shared_task
def mail_send_due() -> None:
    """Send the outbox."""
    notifications.send_due()


@shared_task
def mail_digest() -> None:
    """Write the daily digests and send them."""
    notifications.write_digests()
    notifications.send_due()


@shared_task
def nightly() -> None:
    """What every app wants done at night; each enqueues jobs of its own."""
    for start in registry.nightly:
        try:
            start()
        except Exception:  # one app's night does not spoil the others'
            log.exception("nightly.failed", start=f"{start.__module__}.{start.__qualname__}")
