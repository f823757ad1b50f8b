"""Background jobs: who may steer them, what the sweep does, and what a runner may not do."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import OperationalError, transaction
from django.utils import timezone

from qms import clock, jobs
from qms.exceptions import DomainError, IllegalTransition, Refused
from qms.models import AgencySetting, AuditEntry, Job, Role
from tests import factories


@pytest.fixture
def published(monkeypatch):
    """The jobs that were published, with the mark of the real thing; nothing goes to a broker."""
    sent = []

    def publish(job_id):
        sent.append(job_id)
        cache.set(jobs._published_key(job_id), 1, 60)

    monkeypatch.setattr(jobs, "publish", publish)
    return sent


@pytest.fixture
def kind(published):
    """A kind of job that does what `behave` says; `ended` lists the jobs its failure hook was told of."""
    told = []

    def run(ctx):
        run.behave(ctx)

    run.behave = lambda ctx: None
    run.ended = told
    jobs.job_kind("test.kind", label="Thử", on_failure=lambda job: told.append(job.state))(run)
    yield run
    jobs.kinds.pop("test.kind")


def enqueue(agency, **options):
    return jobs.enqueue("test.kind", agency=agency, **options)


def raising(error):
    def behave(ctx):
        raise error

    return behave


def entries(verb):
    return AuditEntry.objects.filter(verb=verb).count()


def test_a_database_that_is_locked_for_a_moment_is_no_failure(kind, agency):
    kind.behave = raising(OperationalError("database is locked"))
    job = jobs.run(enqueue(agency).pk)
    assert (job.state, job.attempts, job.reason) == ("queued", 1, "database is locked")
    assert jobs.run(job.pk) is None  # not before its time
    Job.objects.update(run_after=clock.now())
    kind.behave = lambda ctx: None
    assert jobs.run(job.pk).state == "succeeded"


def test_what_never_works_ends_as_a_failure_in_vietnamese(kind, agency, secretary):
    from django.utils.translation import override

    kind.behave = raising(ZeroDivisionError("x"))
    with override("en"):
        job = jobs.run(enqueue(agency, acting=secretary).pk)
    assert job.state == "failed"
    assert job.reason.startswith("Lỗi")
    assert kind.ended == ["failed"]
    note = secretary.notifications.get()
    assert "Thử" in note.title
    assert "Failed" not in note.title
    assert note.url == f"/jobs/{job.pk}/"
    assert entries("qms.job.failed") == 1


def test_a_given_up_runner_does_no_work_even_when_the_job_has_failed_meanwhile(kind, agency):
    job = enqueue(agency)
    taken = jobs._take(job.pk)
    Job.objects.filter(pk=job.pk).update(state="failed")
    with pytest.raises(jobs.LostClaim), jobs.JobContext(taken, taken.claim).completing():
        pytest.fail("the work began")


def test_the_sweep_publishes_what_the_broker_never_got_but_not_what_waits_its_turn(kind, agency, published):
    lost, waiting = enqueue(agency), enqueue(agency)
    cache.set(jobs._published_key(waiting.pk), 1, 60)
    assert jobs.sweep()["published"] == 1
    assert jobs.sweep()["published"] == 0
    assert published == [lost.pk]


def test_a_runner_taking_a_job_frees_it_for_publishing_again(kind, agency, published):
    job = enqueue(agency)
    jobs.sweep()
    kind.behave = raising(OperationalError("away"))
    jobs.run(job.pk)
    Job.objects.update(run_after=clock.now())
    assert jobs.sweep()["published"] == 1


def test_the_sweep_goes_on_when_one_job_cannot_be_looked_after(kind, agency, monkeypatch):
    first, second = enqueue(agency), enqueue(agency)
    jobs._take(first.pk)
    jobs._take(second.pk)
    Job.objects.update(suspected_at=clock.now() - dt.timedelta(hours=1))
    real = jobs._put_back

    def locked_once(job):
        if job.pk == first.pk:
            raise OperationalError("database is locked")
        return real(job)

    monkeypatch.setattr(jobs, "_put_back", locked_once)
    assert jobs.sweep()["put_back"] == 1
    assert Job.objects.get(pk=second.pk).state == "queued"


def test_a_sign_of_life_clears_the_suspicion(kind, agency):
    job = enqueue(agency)
    taken = jobs._take(job.pk)
    jobs.sweep()
    assert Job.objects.get(pk=job.pk).suspected_at is not None
    cache.set(jobs._alive_key(job.pk, taken.claim), 1, 60)
    jobs.sweep()
    assert Job.objects.get(pk=job.pk).suspected_at is None


def test_a_job_that_kills_its_worker_again_and_again_fails(kind, agency):
    job = enqueue(agency)
    for _time in range(5):
        jobs._take(job.pk)
        Job.objects.update(suspected_at=clock.now() - dt.timedelta(hours=1))
        jobs.sweep()
    job.refresh_from_db()
    assert job.state == "failed"
    assert "5 lần" in job.reason


def test_a_kind_of_another_version_waits_a_day_and_then_fails(kind, agency):
    job = Job.objects.create(kind="gone", agency=agency, label="x")
    assert jobs.run(job.pk) is None
    assert jobs.sweep()["unknown"] == 1
    assert Job.objects.get(pk=job.pk).state == "queued"
    Job.objects.update(created_at=timezone.now() - dt.timedelta(days=2))
    jobs.sweep()
    assert Job.objects.get(pk=job.pk).state == "failed"


def test_a_running_job_of_an_unknown_kind_is_put_back(kind, agency):
    Job.objects.create(
        kind="gone", agency=agency, label="x", state="running", suspected_at=clock.now() - dt.timedelta(1)
    )
    assert jobs.sweep()["put_back"] == 1


def test_a_unique_key_is_never_shared_by_two_agencies(kind, agency, other_agency):
    enqueue(agency, unique_key="k")
    with pytest.raises(ValueError, match="two agencies"):
        enqueue(other_agency, unique_key="k")


def test_a_failed_job_is_not_tried_again_beside_the_same_work(kind, agency):
    kind.behave = raising(DomainError("x"))
    failed = jobs.run(enqueue(agency, unique_key="k").pk)
    enqueue(agency, unique_key="k")
    with pytest.raises(IllegalTransition), transaction.atomic():
        jobs.retry(failed, acting=None)


def test_cancelling_tells_what_asked_for_the_job(kind, agency, secretary):
    job = jobs.cancel(enqueue(agency), acting=secretary)
    assert job.state == "cancelled"
    assert str(secretary) in job.reason
    assert kind.ended == ["cancelled"]
    assert jobs.run(job.pk) is None
    with pytest.raises(IllegalTransition):
        jobs.cancel(job, acting=secretary)


def test_only_whoever_asked_or_an_administrator_steers_a_job(kind, agency, other_agency):
    asked, colleague = factories.person(agency, Role.STAFF), factories.person(agency, Role.STAFF)
    job = enqueue(agency, acting=asked)
    assert jobs.can_steer(asked, job)
    assert jobs.can_steer(factories.person(agency, Role.ADMIN), job)
    with pytest.raises(Refused):
        jobs.cancel(job, acting=colleague)
    with pytest.raises(Refused):
        jobs.cancel(job, acting=factories.person(other_agency, Role.ADMIN))
    assert jobs.cancel(job, acting=asked).state == "cancelled"


def test_long_work_tells_its_end_once(kind, agency, secretary):
    job = enqueue(agency, acting=secretary)
    taken = jobs._take(job.pk)
    taken.started_at = clock.now() - dt.timedelta(minutes=1)
    with jobs.JobContext(taken, taken.claim).completing({"url": "/somewhere/"}):
        AgencySetting.objects.create(agency=agency, key="k", value=1, valid_from=clock.today())
    note = secretary.notifications.get()
    assert "Thử" in note.title
    assert note.url == "/somewhere/"


# Pages


def test_the_page_of_a_job_shows_real_counts_and_polls(kind, agency, login):
    asked = factories.person(agency, Role.STAFF)
    job = enqueue(agency, acting=asked)
    taken = jobs._take(job.pk)
    jobs.JobContext(taken, taken.claim).progress(3120, 5967, "Đang ghi hồ sơ")
    client = login(asked)
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "3.120/5.967" in page
    assert "Đang ghi hồ sơ" in page
    part = client.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<div")
    assert 'hx-trigger="every 2s"' in part
    Job.objects.update(state="succeeded")
    part = client.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in part


def test_a_job_of_somebody_else_is_not_there(kind, agency, login):
    job = enqueue(agency, acting=factories.person(agency, Role.STAFF))
    assert login(factories.person(agency, Role.STAFF)).get(f"/jobs/{job.pk}/").status_code == 404


def test_a_failed_job_is_tried_again_from_its_page(kind, agency, login, published):
    kind.behave = raising(DomainError("thiếu cột Mã hồ sơ"))
    asked = factories.person(agency, Role.STAFF)
    job = jobs.run(enqueue(agency, acting=asked).pk)
    client = login(asked)
    assert "thiếu cột Mã hồ sơ" in client.get(f"/jobs/{job.pk}/").content.decode()
    assert client.post(f"/jobs/{job.pk}/retry/").headers["Location"] == f"/jobs/{job.pk}/"
    job.refresh_from_db()
    assert job.state == "queued"


@pytest.mark.parametrize(
    ("query", "count"), [("", 2), ("?state=queued", 1), ("?q=khac", 1), ("?kind=none", 0)]
)
def test_the_list_is_filtered(kind, agency, secretary, login, query, count):
    enqueue(agency)
    Job.objects.filter(pk=enqueue(agency, label="khac").pk).update(state="succeeded")
    assert login(secretary).get(f"/jobs/{query}").context["page_obj"].paginator.count == count


def test_the_list_asks_the_database_as_often_for_2_rows_as_for_20(
    kind, agency, secretary, login, django_assert_max_num_queries
):
    client = login(secretary)
    client.get("/jobs/")
    counts = []
    for rows in (2, 18):
        for _row in range(rows):
            enqueue(agency, acting=factories.person(agency))
        with django_assert_max_num_queries(30) as asked:
            client.get("/jobs/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
