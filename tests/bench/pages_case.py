"""The dashboard and the list of dossiers for twenty people at once, beside an empty page behind sign-in.

The portal runs as in production: gunicorn with its processes and threads on PostgreSQL and Redis.
"""

import http.client
import os
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.models import Dossier
from qms.models import Person
from tests.bench import dossiers
from tests.bench.figures import Figure
from tests.servers import free_port
from tests.services.sites import ROOT, database_url

USERS = 20
ROUNDS = 6


def served(port: int) -> "subprocess.Popen[bytes]":
    """The portal on a port, as it runs in production; returns when it answers."""
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "qms.settings.embedded",
        "QMS_DATA_DIR": str(settings.DATA_DIR),
        "QMS_DATABASE_URL": database_url(),
        "QMS_REDIS_URL": settings.CELERY_BROKER_URL,
        "QMS_SECRET_KEY": settings.SECRET_KEY,
        "QMS_FIELD_KEYS": ",".join(settings.FIELD_KEYS),
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
    process = subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}"], cwd=ROOT, env=env, stderr=subprocess.DEVNULL
    )
    give_up = time.monotonic() + 60
    while True:
        try:
            asked(port, "/healthz", "")
            return process
        except OSError:
            if process.poll() is not None or time.monotonic() > give_up:
                raise
            time.sleep(0.2)


def asked(port: int, address: str, session: str) -> float:
    """Seconds one request takes; raises AssertionError when the page is not shown."""
    began = time.perf_counter()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    line.request("GET", address, headers={"Cookie": f"sessionid={session}"} if session else {})
    answer = line.getresponse()
    answer.read()
    line.close()
    assert not session or answer.status == 200, f"{address}: {answer.status}"
    return time.perf_counter() - began


def p95(port: int, address: str, session: str) -> float:
    """The 95th percentile of the time of a page, asked for by twenty at once."""
    with ThreadPoolExecutor(USERS) as crowd:
        list(crowd.map(lambda _user: asked(port, address, session), range(USERS)))
        taken = list(crowd.map(lambda _user: asked(port, address, session), range(USERS * ROUNDS)))
    return statistics.quantiles(taken, n=20)[-1]


def measure(rows: int) -> list[Figure]:
    """Times and query counts with all dossiers, and query counts with few."""
    agency = dossiers.demonstration()
    reader = Person.objects.get(agency=agency, user__username="thuky")
    client = Client()
    client.force_login(reader.user)
    pages = {
        "dashboard": reverse("objectives:dashboard") + f"?year={dossiers.YEAR}",
        "dossier list": reverse("dossiers:dossier-list"),
    }

    def queries(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as said:
            client.get(address)
        return len(said)

    # With --keep the many are there already: then there is nothing to compare with.
    made = Dossier.objects.filter(agency=agency, code__startswith="BENCH-").exists()
    few = {name: None if made else queries(address) for name, address in pages.items()}
    dossiers.fill(agency, rows)
    port = free_port()
    process = served(port)
    try:
        session = client.cookies["sessionid"].value
        floor = p95(port, reverse("preferences"), session)
        figures = []
        for name, address in pages.items():
            value = p95(port, address, session)
            figures.append(Figure(f"{name}, p95 at {USERS} at once", value, floor, "s", rows, "<= 5"))
            many = queries(address)
            figures.append(Figure(f"{name}, queries", many, few[name], "queries", rows, "= 1"))
    finally:
        process.terminate()
        process.wait()
    return figures
