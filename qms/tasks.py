"""Celery tasks: each loads, calls one function and reports."""

from celery import shared_task
from django.core.cache import cache

from qms import jobs, notifications, registry

BEAT_KEY = "heartbeat:beat"
WORKER_KEY = "heartbeat:worker"


@shared_task
def job_run(job_id: str) -> None:
    """Run one job; a message for a job that is taken, over or gone does nothing."""
    jobs.run(job_id)


@shared_task
def jobs_sweep() -> None:
    """Bring forward what a dead worker or an absent broker left behind."""
    cache.set(WORKER_KEY, 1, 45)
    jobs.sweep()


@shared_task
def beat_heartbeat() -> None:
    """Beat sent this and a worker took it: both live."""
    cache.set(BEAT_KEY, 1, 45)
    cache.set(WORKER_KEY, 1, 45)


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
        start()
