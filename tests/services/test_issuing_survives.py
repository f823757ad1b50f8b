"""A paper is issued although the worker is killed again and again: one number, one file, valid signatures."""

import datetime as dt

import pytest

from documents import verification
from documents.content import Kind
from documents.models import PaperFile, PaperState, RegisterEntry
from documents.services import (
    paper_approve,
    paper_authorise,
    paper_create,
    paper_issue,
    paper_submit,
    signing_first,
)
from documents.services.keys import trial_keys_ensure
from qms import agency_settings, files
from qms.models import Agency, Job, Role
from tests import factories
from tests.documents import samples
from tests.services.sites import wait_until

pytestmark = pytest.mark.services
DAY = dt.date(2025, 3, 26)
PASSWORD = "mat-khau-thu-1"


@pytest.fixture
def desk(transactional_db):
    """An agency with keys; `desk(…)` brings one more decision to the clerk's desk."""
    agency = factories.agency(code="SKHCN", name="Sở Khoa học và Công nghệ")
    drafter, head, leader, clerk = (
        factories.person(agency, role)
        for role in (Role.SECRETARY, Role.COMMITTEE_HEAD, Role.LEADER, Role.CLERK)
    )
    trial_keys_ensure(agency, [leader])

    def bring():
        paper = paper_create(
            agency=agency, kind=Kind.DECISION, content=samples.decision(), signer=leader, acting=drafter
        )
        paper = paper_submit(paper, acting=drafter)
        paper = paper_approve(paper, acting=head)
        paper = paper_authorise(paper, password=PASSWORD, acting=leader)
        return paper, clerk

    return bring


def test_a_worker_killed_at_every_step_when_the_leader_signs_blank_fields_first(site, desk):
    """Flow B with real processes: the consent, the leader's signature, filling in and the agency's lock."""
    agency_settings.put(Agency.objects.get(), "documents.signing_order", "B", acting=None)
    paper, clerk = desk()
    job = signing_first.job_of(paper)

    def over(job):
        return Job.objects.get(pk=job.pk).is_over

    def kill_at(job, *stages):
        """Kill the worker as it begins the job, then once each stage is kept, wherever it is by then."""
        for stage in ("", *stages):
            kept = PaperFile.objects.filter(paper=paper, stage=stage)
            running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING)
            wait_until(
                lambda kept=kept, stage=stage: (
                    (running.exists() and (not stage or kept.exists())) or over(job)
                ),
                every=0.02,
            )
            site.kill("worker")
            site.start("worker")
        wait_until(lambda: over(job))
        job.refresh_from_db()
        assert job.state == Job.State.SUCCEEDED, job.reason
        assert job.attempts >= 2
        paper.refresh_from_db()

    site.start()
    kill_at(job, "rendered")
    assert (paper.state, paper.number) == (PaperState.AUTHORISED, None)
    before = files.read(PaperFile.objects.get(paper=paper, stage="leader", entry=None).file)

    kill_at(paper_issue(paper, issued_on=DAY, acting=clerk), "filled")
    assert (paper.state, paper.reference) == (PaperState.ISSUED, "01/QĐ-SKHCN")
    assert list(RegisterEntry.objects.values_list("number", "status")) == [(1, "issued")]
    stages = PaperFile.objects.order_by("made_at").values_list("stage", flat=True)
    assert list(stages) == ["rendered", "leader", "filled", "agency"]
    final = files.read(PaperFile.objects.get(paper=paper, stage="agency").file)
    assert final.startswith(before)
    verdict = verification.verify(final)
    assert verdict.outcome == verification.Outcome.VALID
    assert verdict.filled.number == "01"


def test_a_worker_killed_at_every_step_of_an_issuance(site, desk):
    paper, clerk = desk()
    job = paper_issue(paper, issued_on=DAY, acting=clerk)

    def over():
        return Job.objects.get(pk=job.pk).is_over

    def kept():
        return set(PaperFile.objects.filter(paper=paper).values_list("stage", flat=True))

    def working():
        return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).exists()

    site.start()
    for reached in (working, lambda: "rendered" in kept(), lambda: "leader" in kept()):
        wait_until(lambda reached=reached: (reached() and working()) or over(), every=0.02)
        site.kill("worker")
        site.start("worker")
    wait_until(over)

    job.refresh_from_db()
    assert job.state == Job.State.SUCCEEDED, job.reason
    assert job.attempts >= 2
    paper.refresh_from_db()
    assert paper.state == PaperState.ISSUED
    assert paper.reference == "01/QĐ-SKHCN"
    assert list(RegisterEntry.objects.values_list("number", "status")) == [(1, "issued")]
    assert sorted(PaperFile.objects.values_list("stage", flat=True)) == ["agency", "leader", "rendered"]
    final = files.read(PaperFile.objects.get(paper=paper, stage="agency").file)
    assert verification.verify(final).outcome == verification.Outcome.VALID

    second, clerk = desk()
    job = paper_issue(second, issued_on=DAY, acting=clerk)
    wait_until(over)
    second.refresh_from_db()
    assert second.reference == "02/QĐ-SKHCN"
