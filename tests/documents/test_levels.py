"""PAdES levels: each reached or refused, never lowered; stamps judged for years; servers that misbehave."""

import datetime as dt
import io

import page as validator
import pikepdf
import pytest

from documents.exceptions import LevelUnavailable, ServiceAway
from documents.rendering.fields import AGENCY_FIELD, LEADER_FIELD
from documents.rendering.render import paper_render
from documents.rendering.sheet import IssueFacts
from documents.signing.inspect import inspect
from documents.signing.pades import archive_stamp, sign_field
from documents.signing.pkcs12 import Pkcs12Signer
from documents.signing.protocol import Level, SignRequest
from documents.signing.stamps import TRIAL, check_address, probe_server
from documents.signing.trust import TrustStore, trust_store
from qms import clock
from tests.documents import samples
from tests.documents.authorities import StampServer, serving

DAY = dt.date(2025, 3, 26)
ALLOWED_RULE = "PDFA3A-SIGNATURE-BYTERANGE-001"


@pytest.fixture(scope="module")
def rendered():
    content = samples.decision().model_copy(update={"annexes": ()})
    return paper_render(content, IssueFacts(7, DAY), code="TEST-TEST-TEST").pdf


@pytest.fixture(scope="module")
def store(authority):
    from django.test import override_settings

    with override_settings(TRUST_ROOTS=str(authority.roots)):
        return trust_store()


@pytest.fixture(scope="module")
def server(authority):
    return StampServer(authority)


@pytest.fixture
def address(server):
    server.off, server.fault = 0, ""
    with serving(server.answer) as url:
        yield url


def sign_both(rendered, made_keys, store, level, url):
    data = rendered
    for field, (key, image), certify in (
        (LEADER_FIELD, made_keys.leader, True),
        (AGENCY_FIELD, made_keys.agency, False),
    ):
        request = SignRequest(
            field, "Người ký", "Thử", "Đồng Nai", image, certify, level=level, timestamp_url=url
        )
        data = sign_field(data, request, Pkcs12Signer(key.container, key.password), store)
    return archive_stamp(data, url, store) if level == Level.B_LTA else data


@pytest.fixture(scope="module")
def archived(rendered, made_keys, store, server):
    """A file of level B-LTA, stamped over HTTP."""
    with serving(server.answer) as url:
        return sign_both(rendered, made_keys, store, Level.B_LTA, url)


@pytest.mark.parametrize("level", [Level.B_B, Level.B_T, Level.B_LT])
def test_each_level_is_reached_and_told(rendered, made_keys, store, level, address):
    data = sign_both(rendered, made_keys, store, level, address)
    seen = inspect(data, store)
    assert [one.level for one in seen.signatures] == [level, level]
    assert seen.sound
    assert not inspect(data + b"\n%%EOF\n", store).sound
    assert not inspect(data + b" 1 0 obj<<>>endobj\nstartxref\n9\n%%EOF\n", store).sound


def test_the_long_term_file_holds_when_its_signers_certificates_are_long_expired(archived, store):
    seen = inspect(archived, store)
    assert [one.level for one in seen.signatures] == ["B-LTA", "B-LTA"]
    assert seen.sound
    assert seen.stamps[0].covers_file
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=4 * 365)
    assert inspect(archived, store, moment=later).sound, "the keys of the trial hold three years"
    too_late = later + dt.timedelta(days=2 * 365)
    assert not inspect(archived, store, moment=too_late).sound, "the stamp itself has expired"


def test_without_a_stamp_nothing_outlives_its_certificate(rendered, made_keys, store):
    data = sign_both(rendered, made_keys, store, Level.B_B, "")
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=4 * 365)
    seen = inspect(data, store, moment=later)
    assert [one.expired for one in seen.signatures] == [True, True]
    assert not seen.sound


def test_a_renewed_stamp_carries_the_file_past_the_end_of_the_first(archived, authority, store):
    end = dt.date.today() + dt.timedelta(days=4 * 365)
    second = StampServer(
        authority,
        starts=dt.datetime.now(dt.UTC) + dt.timedelta(days=3 * 365),
        ends=dt.datetime.now(dt.UTC) + dt.timedelta(days=9 * 365),
    )
    second.off = (dt.datetime.combine(end, dt.time(2), dt.UTC) - dt.datetime.now(dt.UTC)).total_seconds()
    with clock.at(end), serving(second.answer) as url:
        renewed = archive_stamp(archived, url, store)
    assert renewed.startswith(archived)
    in_2034 = dt.datetime.now(dt.UTC) + dt.timedelta(days=8 * 365)
    seen = inspect(renewed, store, moment=in_2034)
    assert len(seen.stamps) == 2
    assert seen.sound
    assert [one.level for one in seen.signatures] == ["B-LTA", "B-LTA"]
    assert not inspect(renewed, TrustStore(), moment=in_2034).sound


def ends_by_chance(data):
    """Whether a certificate or an answer kept in the file ends in a carriage return, one stream in 256: its
    bytes are as they came, and a checker takes the last one for a part of the line's end. What the portal
    writes itself never ends so (`documents.rendering.streams`)."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        kept = [one for name in ("/Certs", "/OCSPs", "/CRLs") for one in pdf.Root.DSS.get(name, ())]
        assert kept
        return any(stream.read_raw_bytes().endswith(b"\r") for stream in kept)


def test_the_long_term_file_keeps_both_standards(archived):
    assert validator.validate_pdf_bytes(archived, profile="ua1").is_compliant
    failures = validator.validate_pdf_bytes(archived, profile="3a").failures
    allowed = {ALLOWED_RULE, "PDFA3A-STREAM-LENGTH-001"} if ends_by_chance(archived) else {ALLOWED_RULE}
    assert {one.rule_id for one in failures} <= allowed


def test_every_flipped_bit_under_a_long_term_stamp_is_noticed(archived, store):
    for place in (
        9,
        5000,
        len(archived) // 2,
        archived.rindex(b"/DSS") + 1,
        archived.rindex(b"/SubFilter") + 1,
    ):
        data = bytearray(archived)
        data[place] ^= 1
        assert not inspect(bytes(data), store).sound, place
    with pikepdf.open(io.BytesIO(archived)) as document:
        out = io.BytesIO()
        document.save(out)
    assert not inspect(out.getvalue(), store).sound


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("down", ServiceAway, "503"),
        ("html", LevelUnavailable, "không phải"),
        ("broken", LevelUnavailable, "không đọc được"),
        ("refuses", LevelUnavailable, "từ chối"),
    ],
)
def test_a_stamp_server_that_misbehaves_stops_the_signature(
    rendered, made_keys, store, server, address, fault, error, words
):
    server.fault = fault
    with pytest.raises(error, match=words):
        sign_both(rendered, made_keys, store, Level.B_T, address)


@pytest.mark.parametrize("off", [600, -2 * 86400])
def test_a_stamp_of_a_wrong_clock_stops_the_signature(rendered, made_keys, store, server, address, off):
    server.off = off
    with pytest.raises(LevelUnavailable, match="Đồng hồ"):
        sign_both(rendered, made_keys, store, Level.B_T, address)


def test_no_long_term_level_without_revocation_facts(rendered, made_keys, store, address):
    with pytest.raises(LevelUnavailable):
        sign_both(rendered, made_keys, TrustStore(store.roots), Level.B_LT, address)


def test_the_test_of_a_server_says_clearly_what_is_wrong(store, server, address):
    assert probe_server(address, store).ok
    assert probe_server(TRIAL, store).ok
    assert "không được tin cậy" in probe_server(address, TrustStore()).words
    server.off = 3600
    assert "Đồng hồ" in probe_server(address, store).words
    assert "không trả lời" in probe_server("http://127.0.0.1:9/", store).words
    assert "http://" in probe_server("ftp://tsa", store).words
    for wrong in ("tsa.gov.vn", "http://", "http://user:word@tsa/"):
        with pytest.raises(LevelUnavailable):
            check_address(wrong)
