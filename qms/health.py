"""Liveness (/healthz) and readiness (/readyz), answered before anything else looks at the request.

/healthz: the process answers. /readyz: database, broker, worker, beat and file storage work; otherwise
503 and which part does not. The answer carries no address, name or error text of a part: those are logged.
"""

import os
import socket
import time
from collections.abc import Callable

import redis
import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from qms import heartbeat

log = structlog.get_logger(__name__)

FILES_CHECKED_EVERY = 20.0


class NotWell(Exception):
    """A part does not work; the message is safe to show to anybody."""


def check_database() -> None:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


def check_broker() -> None:
    """The broker answers."""
    address: str = settings.CELERY_BROKER_URL
    if not address.startswith(("redis", "unix")):
        raise NotWell("no broker runs")
    client = redis.Redis.from_url(address, socket_connect_timeout=2, socket_timeout=2)
    try:
        client.ping()
    finally:
        client.close()


def check_worker() -> None:
    """A worker gave a sign of life lately."""
    if not heartbeat.lives("worker"):
        raise NotWell(f"no sign of life for {heartbeat.KEPT_SECONDS} s")


def check_beat() -> None:
    """Beat gave a sign of life lately."""
    if not heartbeat.lives("beat"):
        raise NotWell(f"no sign of life for {heartbeat.KEPT_SECONDS} s")


_files_worked_at = 0.0


def check_files() -> None:
    """A file is written, read and removed; a success counts for some seconds, a failure never."""
    global _files_worked_at
    if time.monotonic() - _files_worked_at < FILES_CHECKED_EVERY:
        return
    content = os.urandom(16)
    name = default_storage.save(f".probe/{socket.gethostname()}-{os.getpid()}", ContentFile(content))
    try:
        with default_storage.open(name, "rb") as handle:
            if handle.read() != content:
                raise NotWell("what is read is not what was written")
    finally:
        default_storage.delete(name)
    _files_worked_at = time.monotonic()


CHECKS: dict[str, Callable[[], None]] = {
    "database": check_database,
    "broker": check_broker,
    "worker": check_worker,
    "beat": check_beat,
    "files": check_files,
}


def look() -> dict[str, dict[str, object]]:
    """Every part with whether it works, how long that took to find out and, if not, a safe reason."""
    parts: dict[str, dict[str, object]] = {}
    for name, check in CHECKS.items():
        began = time.monotonic()
        reason = ""
        try:
            check()
        except NotWell as error:
            reason = str(error)
        except Exception as error:
            reason = "does not answer"
            log.warning("health.part_fails", part=name, error=f"{type(error).__name__}: {error}")
        parts[name] = {"ok": not reason, "ms": round((time.monotonic() - began) * 1000)}
        if reason:
            parts[name]["reason"] = reason
    return parts


class HealthMiddleware:
    """Answers the two addresses for any host name, without session, person or redirect to HTTPS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == "/healthz":
            response = HttpResponse("ok\n", content_type="text/plain")
        elif request.path_info == "/readyz":
            parts = look()
            ready = all(part["ok"] for part in parts.values())
            response = JsonResponse({"ready": ready, "parts": parts}, status=200 if ready else 503)
        else:
            return self.get_response(request)
        response.headers["Cache-Control"] = "no-store"
        response._has_been_logged = True  # type: ignore[attr-defined]  # probes come every few seconds
        return response
