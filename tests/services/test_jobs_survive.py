"""Background jobs with a real worker: a worker that dies and a broker that is away cost nothing."""

import pytest
from django.core.cache import cache

from qms import heartbeat, jobs
from qms.models import AgencySetting, Job
from tests import factories
from tests.services import slow_jobs
from tests.services.sites import wait_until

pytestmark = pytest.mark.services


def enqueue(agency, name, seconds=0):
    assert slow_jobs.run  # registers the kind
    return jobs.enqueue("tests.slow", agency=agency, params={"name": name, "seconds": seconds}, label=name)


def state(job):
    job.refresh_from_db()
    return job.state


def results(agency):
    return sorted(
        AgencySetting.objects.filter(agency=agency, key__startswith="tests.").values_list("key", flat=True)
    )


def test_a_worker_killed_in_the_middle_loses_nothing_and_does_nothing_twice(site):
    agency = factories.agency()
    site.start()
    job = enqueue(agency, "long", seconds=6)
    wait_until(lambda: state(job) == Job.State.RUNNING and jobs.progress_of(job).get("done", 0) > 3)
    site.kill("worker")
    assert state(job) == Job.State.RUNNING
    site.start("worker")
    wait_until(lambda: state(job) == Job.State.SUCCEEDED)
    assert job.attempts == 1
    assert results(agency) == ["tests.long"]


def test_redis_stopped_and_started_again_needs_no_restart_of_anything(site, redis_server):
    agency = factories.agency()
    site.start()
    first = enqueue(agency, "before")
    wait_until(lambda: state(first) == Job.State.SUCCEEDED)
    during = enqueue(agency, "during", seconds=8)
    wait_until(lambda: state(during) == Job.State.RUNNING)

    redis_server.stop()
    away = enqueue(agency, "away")  # no error for the person who asks for it
    assert state(away) == Job.State.QUEUED
    wait_until(lambda: state(during) == Job.State.SUCCEEDED)  # the work under way goes on
    redis_server.start()

    wait_until(lambda: state(away) == Job.State.SUCCEEDED)
    after = enqueue(agency, "after")
    wait_until(lambda: state(after) == Job.State.SUCCEEDED)
    assert results(agency) == ["tests.after", "tests.away", "tests.before", "tests.during"]
    assert Job.objects.filter(state=Job.State.SUCCEEDED).count() == 4
    wait_until(lambda: heartbeat.lives("worker") and heartbeat.lives("beat"))


def test_what_was_queued_before_the_worker_came_is_done(site):
    agency = factories.agency()
    waiting = [enqueue(agency, f"job{number}") for number in range(5)]
    site.start("worker")
    for job in waiting:
        wait_until(lambda job=job: state(job) == Job.State.SUCCEEDED)
    assert len(results(agency)) == 5


def test_an_emptied_broker_is_refilled_from_the_database(site):
    agency = factories.agency()
    job = enqueue(agency, "lost")
    Job.objects.filter(pk=job.pk).update(created_at=job.created_at - 2 * jobs.REPUBLISH_AFTER)
    cache._cache.get_client().flushall()
    site.start()
    wait_until(lambda: state(job) == Job.State.SUCCEEDED)


def test_the_log_of_a_job_carries_its_id(site):
    agency = factories.agency()
    site.start("worker")
    job = enqueue(agency, "logged")
    wait_until(lambda: state(job) == Job.State.SUCCEEDED)
    wait_until(lambda: "job.ended" in site.log("worker"))
    assert str(job.pk) in site.log("worker")
