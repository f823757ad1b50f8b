"""Flow B: who is in charge signs with number and date empty; only these change before the agency signs."""

import datetime as dt
import io
import subprocess

import page as validator
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pyhanko.pdf_utils import generic

from documents import verification
from documents.exceptions import SigningFailed
from documents.formcheck import check_paper
from documents.models import DeskSignature, Paper, PaperFile, PaperState, SigningKey
from documents.rendering.fields import AGENCY_FIELD, LEADER_FIELD
from documents.rendering.render import paper_render
from documents.rendering.sheet import IssueFacts
from documents.services import desk as desk_services
from documents.services import (
    issuing,
    number_cancel,
    paper_approve,
    paper_authorise,
    paper_decline,
    paper_issue,
    paper_issue_retry,
    paper_submit,
    revisions,
    sign_again,
    signing_first,
)
from documents.services.signatures import signing_key
from documents.services.signing_first import job_of
from documents.signing import filling
from documents.signing.inspect import inspect
from documents.signing.pades import quiet_writer, sign_field
from documents.signing.pkcs12 import Pkcs12Signer
from documents.signing.protocol import SignRequest
from documents.signing.trust import trust_store
from documents.verification import Outcome
from qms import agency_settings, files, jobs
from qms.exceptions import Refused
from qms.models import Job
from tests.documents import samples
from tests.documents.conftest import PASSWORD
from tests.documents.test_issuing import WorkerDied, put_back
from tests.documents.test_verification import CHANGES, appended

DAY = dt.date(2025, 3, 26)
ALLOWED_RULE = "PDFA3A-SIGNATURE-BYTERANGE-001"


def signed(pdf, field, key, trust, **more):
    request = SignRequest(field, "Người ký", "Thử", "Đồng Nai", **more)
    return sign_field(pdf, request, Pkcs12Signer(key.container, key.password), trust)


def written(pdf, **values):
    """The file with texts written into fields, appended."""
    writer = quiet_writer(pdf)
    for ref in writer.root["/AcroForm"]["/Fields"]:
        field = ref.get_object()
        if field["/T"] in values:
            field["/V"] = generic.TextStringObject(values[field["/T"]])
            writer.update_container(field)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def trust(authority):
    from django.test import override_settings

    with override_settings(TRUST_ROOTS=str(authority.roots)):
        return trust_store()


@pytest.fixture(scope="module")
def steps(made_keys, trust):
    """A paper on its way without a database: signed with empty fields, filled in, closed by the agency."""
    empty = paper_render(samples.decision(), IssueFacts(fields=True), code="TEST-TEST-TEST").pdf
    leader = signed(empty, LEADER_FIELD, made_keys.leader[0], trust, certify=True)
    filled = filling.fill(leader, 7, DAY)
    return leader, filled, signed(filled, AGENCY_FIELD, made_keys.agency[0], trust, lock=True)


def test_both_signatures_hold_and_the_file_says_what_was_filled_in(steps, trust):
    leader, filled, final = steps
    assert filled.startswith(leader)
    assert final.startswith(filled)
    seen = inspect(final, trust)
    assert seen.sound
    assert seen.filled == filling.Filled("07", "26", "3", "2025")
    assert inspect(leader, trust).filled == filling.Filled()
    filling.only_filled(leader, filled, 7, DAY)
    with pytest.raises(SigningFailed):
        filling.fill(filled, 8, DAY)


def test_the_filled_paper_keeps_form_and_both_standards(steps):
    final = steps[2]
    assert list(check_paper(final).faults) == []
    assert validator.validate_pdf_bytes(final, profile="ua1").is_compliant
    failures = validator.validate_pdf_bytes(final, profile="3a").failures
    assert {one.rule_id for one in failures} <= {ALLOWED_RULE}


TAMPERED = {
    "number": lambda leader, filled: written(filled, SoVanBan="70"),
    "number everywhere": lambda leader, filled: filling.fill(leader, 70, DAY),
    "day": lambda leader, filled: filling.fill(leader, 7, dt.date(2025, 3, 27)),
    "annex only": lambda leader, filled: written(filled, SoVanBan_2="08"),
    "nothing filled": lambda leader, filled: leader,
    **{change.__name__: lambda leader, filled, c=change: appended(filled, c) for change in CHANGES},
}


@pytest.mark.parametrize("what", TAMPERED)
def test_anything_else_changed_between_the_signatures_is_refused(steps, what):
    leader, filled, _final = steps
    with pytest.raises(SigningFailed):
        filling.only_filled(leader, TAMPERED[what](leader, filled), 7, DAY)


@pytest.mark.parametrize("what", ["number", "annex only", *(change.__name__ for change in CHANGES)])
def test_an_agency_that_signs_a_changed_file_does_not_make_it_sound(steps, made_keys, trust, what):
    leader, filled, _final = steps
    closed = signed(TAMPERED[what](leader, filled), AGENCY_FIELD, made_keys.agency[0], trust, lock=True)
    assert not inspect(closed, trust).sound


def test_another_field_written_between_the_signatures_makes_the_file_unsound(made_keys, trust):
    import pikepdf

    content = samples.decision().model_copy(update={"annexes": ()})
    empty = paper_render(content, IssueFacts(fields=True), code="TEST-TEST-TEST").pdf
    with pikepdf.open(io.BytesIO(empty)) as document:
        page = document.pages[0].obj
        note = document.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Tx,
                T=pikepdf.String("GhiChu"),
                Rect=[9, 9, 90, 30],
                F=4,
                P=page,
            )
        )
        page.Annots.append(note)
        document.Root.AcroForm.Fields.append(note)
        out = io.BytesIO()
        document.save(out)
    leader = signed(out.getvalue(), LEADER_FIELD, made_keys.leader[0], trust, certify=True)
    filled = filling.fill(leader, 7, DAY)
    filling.only_filled(leader, filled, 7, DAY)
    meddled = written(filled, GhiChu="Không áp dụng")
    with pytest.raises(SigningFailed):
        filling.only_filled(leader, meddled, 7, DAY)
    closed = signed(meddled, AGENCY_FIELD, made_keys.agency[0], trust, lock=True)
    assert not inspect(closed, trust).sound


def test_a_number_changed_after_the_agency_has_signed_breaks_the_agencys_signature_only(steps, trust):
    changed = written(steps[2], SoVanBan="70", SoVanBan_1="70", SoVanBan_2="70")
    seen = inspect(changed, trust)
    assert [one.sound for one in seen.signatures] == [True, False]
    assert not seen.sound


@pytest.fixture
def first(office):
    """The agency lets the person in charge sign first."""
    agency_settings.put(office.agency, "documents.signing_order", "B", acting=None)


@pytest.fixture
def consented(office, keys, draft, first):
    """A paper whose signer has just consented."""
    paper = paper_approve(paper_submit(draft, acting=office.drafter), acting=office.head)
    return paper_authorise(paper, password=PASSWORD, acting=office.leader)


def run_signing(paper):
    job = jobs.run(job_of(paper).pk)
    paper.refresh_from_db()
    return job


def test_from_consent_to_issued_paper(office, consented, login, tmp_path, db):
    paper = consented
    assert paper.state == PaperState.SIGNING
    with pytest.raises(Refused):
        paper_issue(paper, issued_on=DAY, acting=office.clerk)
    client = login(office.leader)
    assert "Đang ký" in client.get(reverse("documents:signing-folder")).content.decode()
    assert client.get(paper.get_absolute_url()).status_code == 200
    assert run_signing(paper).state == Job.State.SUCCEEDED
    assert paper.state == PaperState.AUTHORISED
    before = files.read(PaperFile.objects.get(paper=paper, stage="leader", entry=None).file)
    assert verification.verify(before).outcome == Outcome.INCOMPLETE

    clerk = login(office.clerk)
    page = clerk.get(reverse("documents:paper-issue", args=[paper.pk])).content.decode()
    assert "chỉ còn trống số và ngày" in page
    said = {"issued_on": "26/03/2025", "number": "1"}
    asked = clerk.post(reverse("documents:paper-issue", args=[paper.pk]), said).content.decode()
    assert "trước khi người có thẩm quyền ký" in asked
    job = paper_issue(paper, issued_on=DAY, acting=office.clerk)
    assert jobs.run(job.pk).state == Job.State.SUCCEEDED
    paper.refresh_from_db()
    assert (paper.state, paper.reference) == (PaperState.ISSUED, "01/QĐ-SKHCN")
    rows = PaperFile.objects.filter(paper=paper).order_by("made_at")
    assert [one.stage for one in rows] == ["rendered", "leader", "filled", "agency"]
    final = files.read(rows.last().file)
    assert final.startswith(before)
    verdict = verification.verify(final)
    assert verdict.outcome == Outcome.VALID
    assert (verdict.filled.number, verdict.filled.date) == ("01", "26/03/2025")
    upload = SimpleUploadedFile("van-ban.pdf", final, content_type="application/pdf")
    told = login(office.staff).post(reverse("verify"), {"file": upload}).content.decode()
    assert "Giữa hai chữ ký" in told
    assert login(office.staff).get(paper.get_absolute_url()).status_code == 200
    file = tmp_path / "signed.pdf"
    file.write_bytes(final)
    assert subprocess.run(["qpdf", "--check", str(file)], capture_output=True).returncode == 0
    pdfsig = subprocess.run(["pdfsig", str(file)], capture_output=True, text=True).stdout
    assert pdfsig.count("Signature is Valid.") == 2
    meddled = verification.verify(written(final, SoVanBan="70"))
    assert (meddled.outcome, meddled.paper) == (Outcome.APPENDED, paper)


@pytest.mark.parametrize("step", ["filled", "agency", "finishing"])
def test_a_worker_that_dies_after_the_number_leaves_a_paper_the_next_one_finishes(
    office, consented, monkeypatch, step
):
    """The leader has signed; the number is given; the worker dies between filling in and the end."""
    paper = consented
    run_signing(paper)
    job = paper_issue(paper, issued_on=DAY, acting=office.clerk)
    keep, told = issuing._keep, issuing.tell.issued

    def dying_keep(entry, stage, done, before):
        kept = keep(entry, stage, done, before)
        if stage == step:
            raise WorkerDied
        return kept

    def dying_end(paper):
        raise WorkerDied

    monkeypatch.setattr(issuing, "_keep", dying_keep)
    if step == "finishing":
        monkeypatch.setattr(issuing.tell, "issued", dying_end)
    with pytest.raises(WorkerDied):
        jobs.run(job.pk)
    paper.refresh_from_db()
    assert (paper.state, paper.number) == (PaperState.ISSUING, 1), "never half issued"
    before = list(PaperFile.objects.filter(paper=paper).order_by("made_at").values_list("sha256", flat=True))

    monkeypatch.setattr(issuing, "_keep", keep)
    monkeypatch.setattr(issuing.tell, "issued", told)
    put_back(job)
    assert jobs.run(job.pk).state == Job.State.SUCCEEDED
    paper.refresh_from_db()
    rows = PaperFile.objects.filter(paper=paper).order_by("made_at")
    assert [one.stage for one in rows] == ["rendered", "leader", "filled", "agency"]
    assert [one.sha256 for one in rows][: len(before)] == before, "what was kept is not made again"
    assert paper.register_entries.count() == 1
    assert verification.verify(files.read(rows.last().file)).outcome == Outcome.VALID


@pytest.mark.parametrize("step", ["rendered", "leader", "ending"])
def test_a_worker_that_dies_before_the_number_keeps_the_consent(office, consented, monkeypatch, step):
    paper = consented
    keep, tell_clerks = revisions.keep, signing_first.tell.clerks

    def dying_keep(paper, entry, stage, done, before):
        kept = keep(paper, entry, stage, done, before)
        if stage == step:
            raise WorkerDied
        return kept

    def dying_end(paper):
        raise WorkerDied

    monkeypatch.setattr(revisions, "keep", dying_keep)
    if step == "ending":
        monkeypatch.setattr(signing_first.tell, "clerks", dying_end)
    job = job_of(paper)
    with pytest.raises(WorkerDied):
        jobs.run(job.pk)
    paper.refresh_from_db()
    assert (paper.state, paper.number) == (PaperState.SIGNING, None)
    monkeypatch.setattr(revisions, "keep", keep)
    monkeypatch.setattr(signing_first.tell, "clerks", tell_clerks)
    put_back(job)
    assert jobs.run(job.pk).state == Job.State.SUCCEEDED
    paper.refresh_from_db()
    assert paper.state == PaperState.AUTHORISED
    stages = PaperFile.objects.filter(paper=paper).order_by("made_at").values_list("stage", flat=True)
    assert list(stages) == ["rendered", "leader"]


def test_a_file_changed_in_the_store_is_not_signed_by_the_agency(office, consented, monkeypatch):
    paper = consented
    run_signing(paper)
    real = filling.fill
    monkeypatch.setattr(
        filling, "fill", lambda pdf, number, day: appended(real(pdf, number, day), CHANGES[1])
    )
    job = paper_issue(paper, issued_on=DAY, acting=office.clerk)
    assert jobs.run(job.pk).state == Job.State.FAILED
    paper.refresh_from_db()
    assert paper.state == PaperState.ISSUING
    assert "ngoài số và ngày" in paper.failure
    assert not PaperFile.objects.filter(paper=paper, stage__in=["filled", "agency"]).exists()
    monkeypatch.setattr(filling, "fill", real)
    jobs.run(paper_issue_retry(paper, acting=office.clerk).pk)
    paper.refresh_from_db()
    assert paper.state == PaperState.ISSUED


def test_a_key_that_fails_leaves_the_paper_to_be_signed_again(office, consented, login):
    paper = consented
    key = SigningKey.objects.get(person=office.leader)
    SigningKey.objects.filter(pk=key.pk).update(retired_at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    assert run_signing(paper).state == Job.State.FAILED
    assert (paper.state, paper.number) == (PaperState.SIGNING, None)
    assert office.leader.full_name in paper.failure
    with pytest.raises(Refused):
        sign_again(paper, acting=office.drafter)
    SigningKey.objects.filter(pk=key.pk).update(retired_at=None)
    client = login(office.leader)
    assert paper.failure in client.get(reverse("documents:signing-folder")).content.decode()
    assert client.post(reverse("documents:paper-sign-again", args=[paper.pk])).status_code == 302
    assert run_signing(paper).state == Job.State.SUCCEEDED
    assert (paper.state, paper.failure) == (PaperState.AUTHORISED, "")


def test_a_paper_taken_back_is_signed_anew_in_the_next_round(office, consented):
    paper = consented
    first_job = job_of(paper)
    paper_decline(paper, reason="Còn sai", acting=office.leader)
    assert jobs.run(first_job.pk).state == Job.State.SUCCEEDED
    assert not PaperFile.objects.filter(paper=paper).exists(), "nobody asked for it any more"
    paper.refresh_from_db()
    paper = paper_approve(paper_submit(paper, acting=office.drafter), acting=office.head)
    paper = paper_authorise(paper, password=PASSWORD, acting=office.leader)
    run_signing(paper)
    job = paper_issue(paper, issued_on=DAY, acting=office.clerk)
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED)
    number_cancel(paper.register_entries.get(), reason="Sai nội dung", acting=office.clerk)
    paper.refresh_from_db()
    assert (paper.state, paper.number) == (PaperState.DRAFT, None)
    agency_settings.put(office.agency, "documents.signing_order", "A", acting=None)
    paper = paper_approve(paper_submit(paper, acting=office.drafter), acting=office.head)
    paper = paper_authorise(paper, password=PASSWORD, acting=office.leader)
    assert (paper.state, paper.flow) == (PaperState.AUTHORISED, "A")
    jobs.run(paper_issue(paper, issued_on=DAY, acting=office.clerk).pk)
    paper.refresh_from_db()
    assert paper.reference == "02/QĐ-SKHCN"
    final = PaperFile.objects.get(paper=paper, stage="agency")
    assert verification.verify(files.read(final.file)).outcome == Outcome.VALID


def test_tokens_at_both_desks_and_a_number_changed_on_the_way(office, consented, made_keys, trust):
    """The leader's token before the number, the agency's after it; a file with another number is refused."""
    SigningKey.objects.filter(agency=office.agency).update(backend=SigningKey.Backend.DESK)
    paper = consented
    run_signing(paper)
    desk = DeskSignature.objects.get(paper=paper)
    assert (desk.stage, desk.person, desk.entry) == ("leader", office.leader, None)
    key = made_keys.leader[0]
    back = signed(desk_services.file_before(desk), LEADER_FIELD, key, trust)
    jobs.run(desk_services.desk_file(desk, back, acting=office.leader).pk)
    paper.refresh_from_db()
    assert paper.state == PaperState.AUTHORISED
    jobs.run(paper_issue(paper, issued_on=DAY, acting=office.clerk).pk)
    desk = DeskSignature.objects.get(paper=paper, state="waiting")
    before = desk_services.file_before(desk)
    other = written(before, SoVanBan="70", SoVanBan_1="70", SoVanBan_2="70")
    with pytest.raises(SigningFailed):
        desk_services.desk_file(
            desk, signed(other, AGENCY_FIELD, made_keys.agency[0], trust, lock=True), acting=office.clerk
        )
    back = signed(before, AGENCY_FIELD, made_keys.agency[0], trust, lock=True)
    jobs.run(desk_services.desk_file(desk, back, acting=office.clerk).pk)
    paper = Paper.objects.get(pk=paper.pk)
    assert paper.state == PaperState.ISSUED
    assert signing_key(office.agency, None) is not None
