"""Signs of life of worker and beat, kept in the cache for `qms.health` to read.

The worker's main process gives one even while all its children are busy; beat gives one whenever its
clock ticks, whether or not a worker takes what it sends.
"""

import time
from pathlib import Path
from typing import Any

import structlog
from celery.beat import PersistentScheduler
from celery.signals import heartbeat_sent, worker_ready

log = structlog.get_logger(__name__)

KEPT_SECONDS = 30
EVERY_SECONDS = 5
_last: dict[str, float] = {}


def key(part: str) -> str:
    """The cache key of a part's sign of life."""
    return f"heartbeat:{part}"


def give(part: str) -> None:
    """Say that the part lives, at most every few seconds; a broker that is away is no error."""
    from django.conf import settings
    from django.core.cache import cache

    now = time.monotonic()
    if now - _last.get(part, -EVERY_SECONDS) < EVERY_SECONDS:
        return
    _last[part] = now
    try:
        if settings.HEARTBEAT_FOLDER:
            Path(settings.HEARTBEAT_FOLDER, f"heartbeat-{part}").touch()
        cache.set(key(part), int(time.time()), KEPT_SECONDS)
    except Exception as error:
        _last.pop(part)
        log.warning("heartbeat.not_kept", part=part, error=str(error))


def lives(part: str) -> bool:
    """Whether the part gave a sign of life lately; raises what the cache raises when it is away."""
    from django.core.cache import cache

    return cache.get(key(part)) is not None


@worker_ready.connect
@heartbeat_sent.connect
def _worker_lives(**kwargs: Any) -> None:
    give("worker")


class Scheduler(PersistentScheduler):
    """Celery's own scheduler that says it lives at every tick."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due; gives back the seconds until it wants to look again."""
        wait: float = super().tick(*args, **kwargs)
        give("beat")
        return min(wait, float(EVERY_SECONDS))
