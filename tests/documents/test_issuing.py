"""From draft to issued paper: number, two signatures, effect; resumable wherever the worker dies."""

import datetime as dt

import pytest

from documents import verification
from documents.models import PaperFile, PaperState, RegisterEntry
from documents.services import (
    paper_issue,
)
from documents.verification import Outcome
from qms import files, jobs
from qms.models import AuditEntry, Job

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 3, 26)


def issued(paper):
    return files.read(PaperFile.objects.get(paper=paper, stage="agency").file)


def test_a_paper_goes_from_draft_to_a_signed_file_anyone_can_verify(office, draft, to_desk):
    paper = to_desk(draft)
    job = paper_issue(paper, issued_on=DAY, acting=office.clerk)
    jobs.run(job.pk)

    paper.refresh_from_db()
    assert paper.state == PaperState.ISSUED, Job.objects.get(pk=job.pk).reason
    assert paper.reference == "01/QĐ-SKHCN"
    stages = list(PaperFile.objects.filter(paper=paper).values_list("stage", flat=True))
    assert stages == ["rendered", "leader", "agency"]
    data = [files.read(one.file) for one in PaperFile.objects.filter(paper=paper)]
    assert data[1].startswith(data[0])
    assert data[2].startswith(data[1])
    verdict = verification.verify(data[2])
    assert verdict.outcome == Outcome.VALID
    assert [one.trial for one in verdict.signatures] == [True, True]
    assert RegisterEntry.objects.get(paper=paper).status == "issued"
    assert AuditEntry.objects.filter(verb="documents.paper.issued", subject_id=str(paper.pk)).exists()
