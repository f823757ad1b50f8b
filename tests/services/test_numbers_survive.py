"""A hundred papers issued at once by processes that are killed again and again: consecutive numbers.

Clerks and workers are processes of their own here. What they draw and sign is made cheap (a paper that is
really rendered and signed under kills is in test_issuing_survives.py); locks, transactions, jobs, files and
the register are the real ones.
"""

import datetime as dt
import hashlib
import multiprocessing
import os
import random
import signal
import time

import pytest
from django.db import connection, connections

from documents.content import Kind
from documents.models import NumberSeries, Paper, PaperFile, PaperState, RegisterEntry
from documents.services import issuing, paper_create, paper_issue
from documents.services.numbering import gaps
from documents.services.signed import Signed
from qms import clock, jobs
from qms.exceptions import DomainError
from qms.models import AuditEntry, Job, Role
from tests import factories
from tests.documents import samples

pytestmark = pytest.mark.services
DAY = dt.date(2025, 3, 26)
PAPERS, PROCESSES, ROUNDS = 100, 4, 14


@pytest.fixture
def desk_full(transactional_db):
    """A hundred papers at the desk of one clerk."""
    agency = factories.agency(code="SKHCN", name="Sở Khoa học và Công nghệ")
    people = [factories.person(agency, role) for role in (Role.SECRETARY, Role.LEADER, Role.CLERK)]
    content = samples.decision().model_copy(update={"annexes": ()})
    first = paper_create(
        agency=agency, kind=Kind.DECISION, content=content, signer=people[1], acting=people[0]
    )
    first.state, first.authorised_by, first.authorised_at = PaperState.AUTHORISED, people[1], clock.now()
    first.save()
    fields = {
        field.attname: getattr(first, field.attname)
        for field in Paper._meta.concrete_fields
        if field.name not in {"id", "code", "created_at"}
    }
    Paper.objects.bulk_create(Paper(**fields) for _copy in range(PAPERS - 1))
    return people[2]


def cheap(stage, entry, before):
    """A revision that begins with the one before it, without drawing or signing anything."""
    time.sleep(0.003)
    more = hashlib.sha256(f"{entry.pk}{stage}".encode()).hexdigest().encode()
    return Signed(before + b"%PDF-" + more, str(stage), "0" * 64, "B-B")


def work(clerk, seed):
    """What one process does: give numbers to whatever waits, finish what is being issued."""
    connections.close_all()
    jobs.publish = lambda job_id: None
    issuing._make = cheap
    chance = random.Random(seed)
    while True:
        waiting = list(Paper.objects.filter(state=PaperState.AUTHORISED).values_list("pk", flat=True)[:40])
        queued = list(Job.objects.filter(state=Job.State.QUEUED).values_list("pk", flat=True)[:40])
        if not waiting and not queued:
            break
        try:
            if waiting and (not queued or chance.random() < 0.5):
                paper_issue(Paper.objects.get(pk=chance.choice(waiting)), issued_on=DAY, acting=clerk)
            else:
                jobs.run(chance.choice(queued))
        except DomainError:
            continue  # another process was quicker
    connections.close_all()
    os._exit(0)


def start(context, clerk, seed):
    process = context.Process(target=work, args=(clerk, seed))
    process.start()
    return process


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_hundred_papers_get_a_hundred_consecutive_numbers_while_processes_are_killed(desk_full):
    assert connection.vendor == "postgresql"
    clerk, chance, context = desk_full, random.Random(4), multiprocessing.get_context("fork")
    killed = found_working = 0
    for turn in range(ROUNDS):
        connections.close_all()
        processes = [start(context, clerk, turn * PROCESSES + index) for index in range(PROCESSES)]
        for process in chance.sample(processes, PROCESSES):
            time.sleep(chance.uniform(0.02, 0.25))
            if process.is_alive():
                os.kill(process.pid, signal.SIGKILL)
                killed += 1
        for process in processes:
            process.join(timeout=180)
        # what the sweep does with the jobs of dead workers
        found_working += Job.objects.filter(state=Job.State.RUNNING).update(state=Job.State.QUEUED, claim="")
    given = RegisterEntry.objects.count()
    assert given
    assert killed >= ROUNDS
    assert found_working, "somebody was killed in the middle of issuing"
    connections.close_all()
    processes = [start(context, clerk, 1000 + index) for index in range(PROCESSES)]
    for process in processes:
        process.join(timeout=240)
        assert process.exitcode == 0

    entries = RegisterEntry.objects.order_by("number")
    assert [one.number for one in entries] == list(range(1, PAPERS + 1)), given
    assert {one.status for one in entries} == {"issued"}
    series = NumberSeries.objects.get()
    assert (series.last_number, gaps(series)) == (PAPERS, [])
    assert sorted(Paper.objects.values_list("number", flat=True)) == list(range(1, PAPERS + 1))
    assert set(Paper.objects.values_list("state", flat=True)) == {PaperState.ISSUED}
    assert PaperFile.objects.count() == 3 * PAPERS
    assert AuditEntry.objects.filter(verb="documents.paper.issued").count() == PAPERS
    assert AuditEntry.objects.filter(verb="documents.number.allocated").count() == PAPERS
    assert Paper.objects.exclude(register_entries__paper__isnull=False).count() == 0
