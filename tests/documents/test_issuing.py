"""From draft to issued paper: number, two signatures, effect; resumable wherever the worker dies."""

import datetime as dt
import subprocess

import page as validator
import pytest

from documents import registry, verification
from documents.content import Kind
from documents.formcheck import check_paper
from documents.models import Paper, PaperFile, PaperState, RegisterEntry, SigningKey
from documents.services import issuing, paper_end, paper_issue, paper_issue_retry
from documents.verification import Outcome
from qms import agency_settings, files, jobs
from qms.exceptions import Refused
from qms.models import AuditEntry, Job, Notification

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 3, 26)
ALLOWED_RULE = "PDFA3A-SIGNATURE-BYTERANGE-001"


class WorkerDied(BaseException):
    """The process is gone: nothing catches this, nothing cleans up."""


@pytest.fixture
def effects():
    """A purpose that counts what it brings into force."""
    seen = []
    registry.add(
        registry.Purpose(
            "tests.effect",
            "Thử",
            Kind.DECISION,
            on_issued=lambda paper, acting: seen.append(("issued", paper.pk)),
            on_revoked=lambda paper, acting: seen.append(("revoked", paper.pk)),
        )
    )
    yield seen
    registry._purposes.pop("tests.effect")


@pytest.fixture
def ready(draft, to_desk, effects):
    """A paper at the desk whose issuing has an effect."""
    Paper.objects.filter(pk=draft.pk).update(purpose="tests.effect")
    draft.refresh_from_db()
    return to_desk(draft)


def put_back(job):
    """What the sweep does with the job of a dead worker."""
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, claim="")


def revisions(paper):
    return [files.read(one.file) for one in PaperFile.objects.filter(paper=paper).order_by("made_at")]


def assert_issued_once(paper, effects):
    paper.refresh_from_db()
    assert paper.state == PaperState.ISSUED
    assert paper.reference == "01/QĐ-SKHCN"
    assert [one.status for one in RegisterEntry.objects.filter(paper=paper)] == ["issued"]
    assert effects == [("issued", paper.pk)]
    made = revisions(paper)
    assert len(made) == 3
    assert made[1].startswith(made[0])
    assert made[2].startswith(made[1])
    assert verification.verify(made[2]).outcome == Outcome.VALID
    assert AuditEntry.objects.filter(verb="documents.paper.issued", subject_id=str(paper.pk)).count() == 1


def test_a_paper_goes_from_draft_to_a_signed_file_that_every_validator_takes(
    office, ready, effects, tmp_path
):
    job = paper_issue(ready, issued_on=DAY, acting=office.clerk)
    assert jobs.run(job.pk).state == Job.State.SUCCEEDED
    assert_issued_once(ready, effects)
    final = revisions(ready)[-1]
    verdict = verification.verify(final)
    assert [one.trial for one in verdict.signatures] == [True, True]
    assert verdict.signatures[0].title == "Phó Giám đốc"
    file = tmp_path / "signed.pdf"
    file.write_bytes(final)
    assert subprocess.run(["qpdf", "--check", str(file)], capture_output=True).returncode == 0
    told = subprocess.run(["pdfsig", str(file)], capture_output=True, text=True).stdout
    assert told.count("Signature is Valid.") == 2
    assert "Total document signed" in told.split("Signature #2")[1]
    assert validator.validate_pdf_bytes(final, profile="ua1").is_compliant
    failures = validator.validate_pdf_bytes(final, profile="3a").failures
    assert {one.rule_id for one in failures} <= {ALLOWED_RULE}
    assert check_paper(final).ok
    people = {office.drafter, office.head, office.leader}
    told_people = set(
        Notification.objects.filter(title__startswith="Đã ban hành").values_list("person", flat=True)
    )
    assert told_people == {person.pk for person in people}


@pytest.mark.parametrize("step", ["before", "rendered", "leader", "agency", "finishing"])
def test_a_worker_that_dies_at_any_step_leaves_a_paper_the_next_one_finishes(
    office, ready, effects, monkeypatch, step
):
    job = paper_issue(ready, issued_on=DAY, acting=office.clerk)
    made, kept, finished = issuing._make, issuing._keep, issuing.tell.issued

    def dying_make(stage, entry, before):
        if step == "before":
            raise WorkerDied
        return made(stage, entry, before)

    def dying_keep(entry, stage, signed, before):
        result = kept(entry, stage, signed, before)
        if stage == step:
            raise WorkerDied
        return result

    def dying_finish(paper):
        raise WorkerDied

    monkeypatch.setattr(issuing, "_make", dying_make)
    monkeypatch.setattr(issuing, "_keep", dying_keep)
    if step == "finishing":
        monkeypatch.setattr(issuing.tell, "issued", dying_finish)
    with pytest.raises(WorkerDied):
        jobs.run(job.pk)
    ready.refresh_from_db()
    assert ready.state == PaperState.ISSUING, "never half issued"
    assert not AuditEntry.objects.filter(verb="documents.paper.issued").exists()
    effects.clear()  # what the dead transaction did is rolled back with it; the list is no database

    monkeypatch.setattr(issuing, "_make", made)
    monkeypatch.setattr(issuing, "_keep", kept)
    monkeypatch.setattr(issuing.tell, "issued", finished)
    before = revisions(ready)
    put_back(job)
    jobs.run(job.pk)
    assert_issued_once(ready, effects)
    assert revisions(ready)[: len(before)] == before, "what was kept is not made again"


def test_a_runner_given_up_for_dead_changes_nothing_when_it_wakes(office, ready, effects, monkeypatch):
    job = paper_issue(ready, issued_on=DAY, acting=office.clerk)
    real = issuing.files_make
    calls = []

    def slow(entry, tell_step):
        made = real(entry, tell_step)
        calls.append(entry)
        if len(calls) == 1:
            put_back(job)
            jobs.run(job.pk)
        return made

    monkeypatch.setattr(issuing, "files_make", slow)
    jobs.run(job.pk)
    assert len(calls) == 2
    assert_issued_once(ready, effects)


def test_an_effect_that_fails_undoes_the_whole_step_and_shows_its_reason(office, ready, effects, monkeypatch):
    purpose = registry.get("tests.effect")

    def refuse(paper, acting):
        raise Refused("Bộ mục tiêu đã có hiệu lực")

    registry.add(registry.Purpose(purpose.key, "Thử", Kind.DECISION, on_issued=refuse))
    job = paper_issue(ready, issued_on=DAY, acting=office.clerk)
    assert jobs.run(job.pk).state == Job.State.FAILED
    ready.refresh_from_db()
    assert (ready.state, ready.failure) == (PaperState.ISSUING, "Bộ mục tiêu đã có hiệu lực")
    assert RegisterEntry.objects.get().status == "allocated"

    registry.add(purpose)
    again = paper_issue_retry(ready, acting=office.clerk)
    jobs.run(again.pk)
    assert_issued_once(ready, effects)
    ready.refresh_from_db()
    assert ready.failure == ""


def test_a_missing_key_keeps_the_number_and_can_be_mended(office, ready, effects):
    SigningKey.objects.filter(person=None).update(retired_at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    job = paper_issue(ready, issued_on=DAY, acting=office.clerk)
    assert jobs.run(job.pk).state == Job.State.FAILED
    ready.refresh_from_db()
    assert office.agency.name in ready.failure
    assert ready.reference == "01/QĐ-SKHCN"
    with pytest.raises(Refused):
        paper_issue_retry(ready, acting=office.drafter)
    SigningKey.objects.filter(person=None).update(retired_at=None)
    jobs.run(paper_issue_retry(ready, acting=office.clerk).pk)
    assert_issued_once(ready, effects)


def test_a_level_that_cannot_be_reached_stops_issuing_instead_of_being_lowered(office, ready):
    agency_settings.put(office.agency, "documents.signature_level", "B-T", acting=None)
    job = paper_issue(ready, issued_on=DAY, acting=office.clerk)
    assert jobs.run(job.pk).state == Job.State.FAILED
    ready.refresh_from_db()
    assert "B-T" in ready.failure
    assert not PaperFile.objects.filter(stage="agency").exists()


def test_content_changed_behind_the_portals_back_is_not_issued(office, ready):
    content = dict(ready.content, title="Về việc khác")
    Paper.objects.filter(pk=ready.pk).update(content=content)
    with pytest.raises(Refused, match="mã băm"):
        paper_issue(ready, issued_on=DAY, acting=office.clerk)
    assert not RegisterEntry.objects.exists()


def test_revoking_ends_what_the_paper_brought_into_force_and_leaves_its_file(office, ready, effects):
    jobs.run(paper_issue(ready, issued_on=DAY, acting=office.clerk).pk)
    final = revisions(ready)[-1]
    ready.refresh_from_db()
    with pytest.raises(Refused):
        paper_end(ready, how="revoked", reason="Sai căn cứ", acting=office.drafter)
    paper_end(ready, how="revoked", reason="Sai căn cứ", acting=office.leader)
    assert effects == [("issued", ready.pk), ("revoked", ready.pk)]
    verdict = verification.verify(final)
    assert verdict.outcome == Outcome.VALID
    assert not verdict.in_force
    assert RegisterEntry.objects.get().status == "issued"


def test_files_of_papers_cannot_be_changed_or_deleted(office, ready):
    jobs.run(paper_issue(ready, issued_on=DAY, acting=office.clerk).pk)
    kept = PaperFile.objects.filter(paper=ready)
    with pytest.raises(Exception, match="append-only"):
        kept.update(sha256="0" * 64)
    with pytest.raises(Exception, match="append-only"):
        kept.delete()
