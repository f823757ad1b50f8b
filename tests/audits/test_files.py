"""Files taken out: the whole file of an audit, made by a job; the form of a nonconformity; workbooks."""

import hashlib
import io
import json
import zipfile

import pypdf
import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from audits.models import CauseCategory, Nonconformity
from audits.selectors.cases import whole_cases
from audits.services import checklists, corrective, findings, nonconformities, sheets, wholefile
from qms import jobs
from qms.exceptions import Refused
from qms.models import AuditEntry, Job, Role
from tests import factories
from tests.audits.test_checklists import PNG


def address(name, *args):
    return reverse(f"audits:{name}", args=args)


def content(reply):
    data = b"".join(reply.streaming_content)
    for close in reply._resource_closers:
        close()
    return data


def text_of(data):
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages).split())


@pytest.fixture
def case(running, items, lead, head, secretary, unit):
    """A nonconformity from a finding of the audit: corrected, its cause found on a fishbone."""
    checklists.answer_give(items[0], acting=lead, answer="conform", version=0, key="khoa-000001")
    checklists.evidence_add(items[0], acting=lead, key="anh-0000001", name="anh.png", content=PNG)
    finding = findings.finding_raise(
        running, acting=lead, key="khoa-000002", grade="major", item=items[1], description="Trả khi chưa ký",
        evidence="Hồ sơ 0041",
    )  # fmt: skip
    made = nonconformities.nonconformity_open(
        running.agency, acting=secretary, unit=unit, origin="audit", grade="major", finding=finding,
        title="Trả kết quả khi chưa ký", process="Cấp phép", requirement="Ký trước khi trả",
        description="Hai hồ sơ", evidence="Hồ sơ 0041", clause=finding.clause,
    )  # fmt: skip
    action = corrective.action_plan(
        made,
        acting=head,
        kind="correction",
        description="Thu hồi và ký lại",
        owner=head,
        deadline=made.due_on,
    )
    corrective.action_report(action, acting=head, note="Đã ký lại", reference="CV 12/BC")
    nonconformities.analysis_begin(made, acting=head)
    nonconformities.cause_record(
        made, acting=head, method="fishbone", items=[{"category": "method", "text": "Thiếu bước kiểm tra"}],
        root_cause="Quy trình thiếu bước kiểm tra", category=CauseCategory.METHOD,
    )  # fmt: skip
    return made


def test_the_whole_file_is_made_by_a_job(case, running, lead, second, login):
    client = login(lead)
    reply = client.post(address("audit-file", running.pk, "zip"))
    job = Job.objects.get(kind=wholefile.JOB)
    assert reply["Location"] == job.get_absolute_url()
    client.post(address("audit-file", running.pk, "zip"))
    assert Job.objects.filter(kind=wholefile.JOB).count() == 1, "asked twice while it works: made once"
    there = address("audit-file-get", job.pk)
    assert client.get(there).status_code == 404
    job = jobs.run_here(job)
    assert job.result["url"] == there
    with zipfile.ZipFile(io.BytesIO(content(client.get(there)))) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        names = set(archive.namelist()) - {"manifest.json"}
        wanted = {"audit.json", "ho-so.pdf", "checklists.xlsx", f"nonconformities/{case.code}.pdf"}
        assert names == set(manifest["members"]) >= {*wanted, "evidence/001-anh.png"}
        for name, facts in manifest["members"].items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == facts["sha256"]
        record = json.loads(archive.read("audit.json"))
        whole = text_of(archive.read("ho-so.pdf"))
    assert record["sessions"][0]["sample"]["seed"] == running.sessions.get().checklist.seed
    for words in (
        "HỒ SƠ ĐÁNH GIÁ NỘI BỘ",
        lead.full_name,
        "Trả khi chưa ký",
        case.code,
        "Chưa trả lời",
        "anh.png",
    ):
        assert words in whole, words
    assert AuditEntry.objects.filter(verb="audits.audit.file_taken").count() == 1
    assert login(second).get(there).status_code == 404, "only whoever asked takes it"


def test_who_may_not_read_does_not_start_it(running, agency, other_agency, login):
    superior = factories.person(agency, Role.SUPERIOR)
    with pytest.raises(Refused):
        wholefile.audit_file_start(running, form="pdf", acting=superior)
    stranger = login(factories.person(other_agency, Role.SECRETARY))
    assert stranger.post(address("audit-file", running.pk, "pdf")).status_code == 404


def test_the_form_of_a_nonconformity(case, login, secretary, other_agency):
    reply = login(secretary).get(address("nc-form", case.pk))
    assert (reply.status_code, reply["Content-Type"]) == (200, "application/pdf")
    words = text_of(content(reply))
    for part in (
        case.code,
        "Thu hồi và ký lại",
        "Thiếu bước kiểm tra",
        "CV 12/BC",
        "Chưa lập kế hoạch",
        "Hồ sơ 0041",
    ):
        assert part in words, part
    assert AuditEntry.objects.filter(verb="qms.export.downloaded", note=f"{case.code}.pdf").exists()
    stranger = factories.person(other_agency, Role.SECRETARY)
    assert login(stranger).get(address("nc-form", case.pk)).status_code == 404


def test_the_form_shows_every_round(case):
    Nonconformity.objects.filter(pk=case.pk).update(round=2)
    case.analyses.create(
        agency=case.agency, round=2, method="whys", items=[{"question": "Vì sao?", "answer": "Phần mềm"}],
        root_cause="Phần mềm cho trả", category="tools", made_on=case.detected_on,
    )  # fmt: skip
    parts = sheets.case_parts(whole_cases(Nonconformity.objects.all()).get())
    assert [(one.round, one.method) for one, _bones in parts["analyses"]] == [(1, "fishbone"), (2, "whys")]
    assert parts["analyses"][0][1][0][1] == ["Thiếu bước kiểm tra"]


def test_workbooks_of_coverage_and_auditors(case, login, secretary, lead, other_unit):
    client = login(secretary)

    def rows(name):
        book = io.BytesIO(content(client.get(address(name))))
        return CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python()

    coverage = rows("coverage-export")
    audited = {(line[0], line[1]): line for line in coverage[1:]}
    assert audited[(case.unit.name, "7.5")][5] == "2026"
    assert audited[(case.unit.name, "8.4")][4] == "không thuê ngoài"
    auditors = {line[0]: line for line in rows("auditor-export")[1:]}
    assert other_unit.label in auditors[lead.full_name][9]
