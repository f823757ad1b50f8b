"""Forged, appended, re-saved, truncated, unsigned, foreign, expired and revoked files are told apart."""

import datetime as dt
import io
import random

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from documents.exceptions import KeyUnusable, LevelUnavailable, SigningFailed
from documents.models import PaperFile
from documents.rendering.fields import AGENCY_FIELD, LEADER_FIELD
from documents.rendering.render import paper_render
from documents.rendering.sheet import IssueFacts
from documents.services import paper_issue
from documents.signing.inspect import inspect
from documents.signing.pades import sign_field
from documents.signing.pkcs12 import Pkcs12Signer
from documents.signing.protocol import Level, SignRequest
from documents.signing.trial import TrialAuthority
from documents.signing.trust import TrustStore, trust_store
from documents.verification import Outcome, verify
from qms import files, jobs
from tests.documents import samples

DAY = dt.date(2025, 3, 26)


@pytest.fixture(scope="module")
def made(authority, made_keys):
    """A paper rendered and signed twice without a database: [rendered, leader, agency]."""
    trust = _trust(authority)
    rendered = paper_render(samples.decision(), IssueFacts(7, DAY), code="TEST-TEST-TEST").pdf
    leader = _sign(rendered, LEADER_FIELD, made_keys.leader[0], trust, certify=True)
    return [rendered, leader, _sign(leader, AGENCY_FIELD, made_keys.agency[0], trust)]


def _trust(authority):
    from django.test import override_settings

    with override_settings(TRUST_ROOTS=str(authority.roots)):
        return trust_store()


def _sign(pdf, field, key, trust, **more):
    request = SignRequest(field, "Người ký", "Thử", "Đồng Nai", **more)
    return sign_field(pdf, request, Pkcs12Signer(key.container, key.password), trust)


@pytest.fixture
def on_file(office, draft, to_desk):
    """An issued paper and its final bytes."""
    paper = to_desk(draft)
    jobs.run(paper_issue(paper, issued_on=DAY, acting=office.clerk).pk)
    paper.refresh_from_db()
    return paper, files.read(PaperFile.objects.get(paper=paper, stage="agency").file)


def appended(data, change):
    """The file with an incremental update made by somebody else."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def new_annotation(writer):
    page = writer.root["/Pages"]["/Kids"][0]
    note = generic.DictionaryObject(
        {
            generic.NameObject("/Type"): generic.NameObject("/Annot"),
            generic.NameObject("/Subtype"): generic.NameObject("/Text"),
            generic.NameObject("/Rect"): generic.ArrayObject(generic.NumberObject(n) for n in (9, 9, 50, 50)),
            generic.NameObject("/Contents"): generic.TextStringObject("Đã sửa"),
        }
    )
    page["/Annots"] = generic.ArrayObject([writer.add_object(note)])
    writer.update_container(page)


def new_content(writer):
    page = writer.root["/Pages"]["/Kids"][0]
    page[generic.NameObject("/Contents")] = writer.add_object(
        generic.StreamObject(stream_data=b"0 0 200 200 re f")
    )
    writer.update_container(page)


def new_page_size(writer):
    page = writer.root["/Pages"]["/Kids"][0]
    page[generic.NameObject("/MediaBox")] = generic.ArrayObject(
        generic.NumberObject(n) for n in (0, 0, 100, 100)
    )
    writer.update_container(page)


CHANGES = [new_annotation, new_content, new_page_size]


def test_the_untouched_file_is_sound(made):
    seen = inspect(made[2], None)
    assert seen.sound
    assert [one.field for one in seen.signatures] == [LEADER_FIELD, AGENCY_FIELD]


def test_every_flipped_bit_in_the_signed_bytes_is_noticed(made):
    final = made[2]
    chance = random.Random(30)
    gaps = [range(a, b) for a, b in _contents_of(final)]
    flipped = 0
    while flipped < 60:
        place = chance.randrange(len(final))
        if any(place in gap for gap in gaps):
            continue
        data = bytearray(final)
        data[place] ^= 1 << chance.randrange(8)
        assert not inspect(bytes(data)).sound, place
        flipped += 1


def _contents_of(data):
    """The hexadecimal signature values, which no signature covers."""
    place = 0
    while (place := data.find(b"/Contents <", place)) >= 0:
        end = data.index(b">", place)
        yield place + len(b"/Contents <"), end
        place = end


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_appended_after_signing_is_noticed(made, change):
    assert not inspect(appended(made[2], change)).sound
    assert not inspect(appended(made[1], change)).sound
    assert not inspect(made[2] + b"\n%%EOF\n").sound


@pytest.mark.django_db
def test_the_paper_on_file_is_valid_and_every_other_bit_of_it_is_not(on_file):
    paper, final = on_file
    verdict = verify(final)
    assert (verdict.outcome, verdict.paper) == (Outcome.VALID, paper)
    assert verdict.in_force
    chance = random.Random(2020)
    places = [0, len(final) - 1, *(chance.randrange(len(final)) for _turn in range(12))]
    for place in places:
        data = bytearray(final)
        data[place] ^= 1
        assert verify(bytes(data)).outcome in {Outcome.ALTERED, Outcome.NOT_PDF}, place


@pytest.mark.django_db
def test_a_flip_inside_the_signature_value_that_no_signature_covers_is_noticed(on_file):
    _paper, final = on_file
    for start, end in _contents_of(final):
        data = bytearray(final)
        data[end - 3] = ord("1") if data[end - 3] == ord("0") else ord("0")
        assert verify(bytes(data)).outcome == Outcome.ALTERED
        assert end > start


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
def test_an_appended_paper_says_so(on_file, change):
    paper, final = on_file
    verdict = verify(appended(final, change))
    assert (verdict.outcome, verdict.paper) == (Outcome.APPENDED, paper)
    assert "byte" in verdict.detail


@pytest.mark.django_db
def test_truncated_resaved_and_intermediate_files_say_what_they_are(on_file):
    paper, final = on_file
    assert verify(final[: len(final) * 2 // 3]).outcome == Outcome.TRUNCATED
    assert verify(final[:-1]).outcome == Outcome.TRUNCATED
    with pikepdf.open(io.BytesIO(final)) as document:
        out = io.BytesIO()
        document.save(out)
    verdict = verify(out.getvalue())
    assert (verdict.outcome, verdict.paper) == (Outcome.RESAVED, paper)
    leader = files.read(PaperFile.objects.get(paper=paper, stage="leader").file)
    assert verify(leader).outcome == Outcome.INCOMPLETE
    rendered = files.read(PaperFile.objects.get(paper=paper, stage="rendered").file)
    assert verify(rendered).outcome == Outcome.INCOMPLETE


@pytest.mark.django_db
def test_a_copy_signed_anew_by_somebody_else_is_not_the_paper_on_file(on_file, made_keys, authority):
    paper, _final = on_file
    rendered = files.read(PaperFile.objects.get(paper=paper, stage="rendered").file)
    trust = _trust(authority)
    thief = authority.issue("Kẻ Mạo Danh", "Nơi khác")
    forged = _sign(rendered, LEADER_FIELD, thief, trust, certify=True)
    forged = _sign(forged, AGENCY_FIELD, thief, trust)
    assert inspect(forged).sound, "cryptographically there is nothing wrong with it"
    verdict = verify(forged)
    assert not verdict.is_valid
    assert verdict.paper == paper


@pytest.mark.django_db
def test_files_that_name_no_paper_of_ours_are_told_apart(made):
    rendered, _leader, final = made
    assert verify(b"Not a file").outcome == Outcome.NOT_PDF
    assert verify(b"").outcome == Outcome.NOT_PDF
    assert verify(rendered).outcome == Outcome.UNSIGNED
    assert verify(final).outcome == Outcome.FOREIGN
    data = bytearray(final)
    data[2000] ^= 1
    assert verify(bytes(data)).outcome == Outcome.ALTERED
    assert verify(appended(final, new_annotation)).outcome == Outcome.APPENDED
    assert verify(b"%PDF-1.7\n" + bytes(5000)).outcome == Outcome.TRUNCATED


@pytest.mark.django_db
def test_signatures_of_unknown_or_revoked_certificates_are_not_valid(
    made, authority, made_keys, settings, tmp_path
):
    final = made[2]
    stranger = TrialAuthority(tmp_path / "other", tmp_path / "other" / "roots")
    settings.TRUST_ROOTS = str(stranger.roots)
    assert verify(final).outcome == Outcome.UNTRUSTED
    settings.TRUST_ROOTS = str(authority.roots)
    try:
        authority.publish_list([made_keys.leader[0].certificate.serial_number])
        assert verify(final).outcome == Outcome.REVOKED
    finally:
        authority.publish_list([])
    assert verify(final).outcome == Outcome.FOREIGN


@pytest.mark.django_db
def test_a_signature_without_a_time_stamp_ends_with_its_certificate(on_file, made, monkeypatch):
    _paper, final = on_file
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=4 * 366)
    assert verify(final).outcome == Outcome.VALID
    monkeypatch.setattr("documents.signing.inspect.present", lambda: later)
    for data in (final, made[2]):
        verdict = verify(data)
        assert verdict.outcome == Outcome.EXPIRED
        assert "hết hạn" in verdict.headline


@pytest.mark.django_db
def test_everyone_sees_in_which_capacity_the_paper_was_signed(on_file, client):
    paper, final = on_file
    said = client.post(reverse("verify"), {"file": SimpleUploadedFile("qd.pdf", final)}).content.decode()
    for page in (said, client.get(reverse("verify-code", args=[paper.code])).content.decode()):
        assert "KT. GIÁM ĐỐC, PHÓ GIÁM ĐỐC" in page
        assert "Cấp phó ký thay (KT.)" in page


def test_nothing_is_signed_with_an_expired_future_revoked_or_unknown_certificate(made, authority, tmp_path):
    trust = _trust(authority)
    now, day = dt.datetime.now(dt.UTC), dt.timedelta(days=1)
    expired = authority.issue("Hết Hạn", "Sở", starts=now - 9 * day, ends=now - day)
    future = authority.issue("Chưa Đến", "Sở", starts=now + day, ends=now + 9 * day)
    stranger = TrialAuthority(tmp_path / "other", tmp_path / "other" / "roots").issue("Lạ", "Sở")
    for key in (expired, future, stranger):
        with pytest.raises(KeyUnusable):
            _sign(made[0], LEADER_FIELD, key, trust)
    revoked = authority.issue("Thu Hồi", "Sở")
    try:
        authority.publish_list([revoked.certificate.serial_number])
        with pytest.raises(KeyUnusable):
            _sign(made[0], LEADER_FIELD, revoked, _trust(authority))
    finally:
        authority.publish_list([])


def test_a_key_file_that_cannot_be_opened_says_so(made_keys):
    key = made_keys.leader[0]
    for container, password in ((key.container, b"sai"), (key.container[:200], key.password), (b"", b"")):
        with pytest.raises(KeyUnusable):
            Pkcs12Signer(container, password)


def test_a_level_that_needs_a_time_stamp_is_not_lowered(made, made_keys, authority):
    with pytest.raises(LevelUnavailable):
        _sign(made[0], LEADER_FIELD, made_keys.leader[0], _trust(authority), level=Level.B_T)
    with pytest.raises(SigningFailed):
        _sign(
            made[0],
            LEADER_FIELD,
            made_keys.leader[0],
            _trust(authority),
            level=Level.B_T,
            timestamp_url="http://127.0.0.1:9/tsa",
        )


def test_a_second_signature_into_the_same_field_is_refused(made, made_keys, authority):
    with pytest.raises(SigningFailed):
        _sign(made[1], LEADER_FIELD, made_keys.leader[0], _trust(authority))


def test_without_any_root_nothing_is_trusted(made):
    assert not inspect(made[2], TrustStore()).sound


@pytest.mark.django_db
def test_the_command_ends_well_only_for_the_paper_on_file(on_file, tmp_path, capsys):
    paper, final = on_file
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(final)
    bad.write_bytes(final[:-400])
    call_command("verify_pdf", str(good))
    said = capsys.readouterr().out
    assert "Hợp lệ" in said
    assert "Trịnh Bảo Long" in said
    assert "Người có thẩm quyền" in said
    assert "KT. GIÁM ĐỐC, PHÓ GIÁM ĐỐC · " in said
    assert "Chữ ký thử nghiệm" in said
    assert paper.reference in said
    with pytest.raises(SystemExit) as ended:
        call_command("verify_pdf", str(bad))
    assert ended.value.code == 1
    assert "Không hợp lệ" in capsys.readouterr().out


@pytest.mark.django_db
def test_exported_papers_come_with_a_manifest_that_fits_their_bytes(on_file, tmp_path):
    import hashlib
    import json

    paper, final = on_file
    call_command("export_papers", str(tmp_path), "--year", "2025")
    entries = json.loads((tmp_path / "manifest.json").read_text())
    assert [(one["number"], one["kind"], one["date"]) for one in entries] == [
        (paper.reference, "decision", "2025-03-26")
    ]
    data = (tmp_path / entries[0]["file"]).read_bytes()
    assert data == final
    assert hashlib.sha256(data).hexdigest() == entries[0]["sha256"]
    call_command("export_papers", str(tmp_path / "none"), "--year", "2024")
    assert json.loads((tmp_path / "none" / "manifest.json").read_text()) == []
