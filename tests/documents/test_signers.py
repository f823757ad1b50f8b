"""Every place a key may be: file, module, remote service, token at the desk, another program; end to end.

And: no secret in a log, in the database in clear, or in the audit trail.
"""

import base64
import datetime as dt
import io
import os
import subprocess

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from documents.exceptions import KeyUnusable, ServiceAway, SigningFailed
from documents.models import DeskSignature, PaperFile, PaperState, SigningKey
from documents.rendering.fields import AGENCY_FIELD, LEADER_FIELD
from documents.services import desk as desks
from documents.services import keys, number_cancel, paper_issue
from documents.services.signatures import opened_key
from documents.signing.pades import sign_field
from documents.signing.pkcs12 import Pkcs12Signer
from documents.signing.protocol import Level, SignRequest
from documents.signing.trust import trust_store
from documents.verification import Outcome, verify
from qms import files, jobs
from qms.exceptions import Refused
from qms.models import AuditEntry, Job, Role
from tests import factories
from tests.documents.authorities import RemoteKeys, serving

pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 3, 26)
SOFTHSM = "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"
PIN = "pin-550194"


def parts(fresh):
    return pkcs12.load_key_and_certificates(fresh.container, fresh.password)


def pem_of(fresh, authority):
    both = (fresh.certificate, authority.root)
    return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in both)


@pytest.fixture
def admin(office):
    return factories.person(office.agency, Role.ADMIN, full_name="Phan Quản Trị")


@pytest.fixture
def issue(office, make_draft, to_desk):
    """Issue a short paper; gives back the paper and its job."""

    def go(title="Về việc thử khóa"):
        paper = to_desk(make_draft(title=title))
        job = jobs.run(paper_issue(paper, issued_on=DAY, acting=office.clerk).pk)
        paper.refresh_from_db()
        return paper, job

    return go


def final(paper):
    return files.read(PaperFile.objects.get(paper=paper, stage="agency").file)


# --- PKCS#11 ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def token(authority, tmp_path_factory):
    """A SoftHSM2 token with a key of the leader; its label and certificate."""
    if not os.path.exists(SOFTHSM):
        pytest.skip("SoftHSM2 is not installed: apt-get install softhsm2 (script/setup --test does it)")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    fresh = authority.issue("Trịnh Bảo Long", "Sở", "Phó Giám đốc")
    key, _certificate, _others = parts(fresh)
    subprocess.run(
        [
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            "lanhdao",
            "--pin",
            PIN,
            "--so-pin",
            "so-pin-1",
        ],
        check=True,
        capture_output=True,
    )
    import pkcs11
    from pkcs11.util.rsa import decode_rsa_private_key
    from pkcs11.util.x509 import decode_x509_certificate

    der = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    with pkcs11.lib(SOFTHSM).get_token(token_label="lanhdao").open(rw=True, user_pin=PIN) as session:
        private = decode_rsa_private_key(der) | {pkcs11.Attribute.LABEL: "ky", pkcs11.Attribute.TOKEN: True}
        shown = decode_x509_certificate(fresh.certificate.public_bytes(serialization.Encoding.DER))
        session.create_object(private)
        session.create_object(shown | {pkcs11.Attribute.LABEL: "ky", pkcs11.Attribute.TOKEN: True})
    return fresh


def test_a_hardware_module_signs_and_its_faults_are_told(
    office, keys_of_agency, admin, token, authority, settings, issue
):
    settings.PKCS11_MODULES = f"softhsm={SOFTHSM}"
    place = {"agency": office.agency, "person": office.leader, "module": "softhsm", "token": "lanhdao"}
    for wrong, words in (
        ({"key": "ky", "pin": "1234"}, "PIN"),
        ({"key": "khong-co", "pin": PIN}, "khong-co"),
        ({"key": "ky", "pin": PIN, "token": "mat"}, "mat"),
        ({"key": "ky", "pin": PIN, "module": "/tmp/evil.so"}, "evil"),
    ):
        with pytest.raises(KeyUnusable, match=words):
            keys.key_add_module(**(place | wrong), acting=admin)
    row = keys.key_add_module(**place, key="ky", pin=PIN, chain=pem_of(token, authority), acting=admin)
    assert "hiệu lực" in keys.key_test(row, acting=admin)
    paper, job = issue()
    assert paper.state == PaperState.ISSUED, job.reason
    assert verify(final(paper)).outcome == Outcome.VALID
    assert PaperFile.objects.get(paper=paper, stage="leader").certificate == row.fingerprint


def test_the_pin_of_a_module_is_never_logged_or_kept_in_clear(
    office, keys_of_agency, admin, token, authority, settings, issue, caplog, capfd
):
    settings.PKCS11_MODULES = f"softhsm={SOFTHSM}"
    place = {"agency": office.agency, "person": office.leader, "module": "softhsm", "token": "lanhdao"}
    wrong = "pin-sai-77312"
    with caplog.at_level("DEBUG"):
        with pytest.raises(KeyUnusable) as refused:
            keys.key_add_module(**place, key="ky", pin=wrong, acting=admin)
        row = keys.key_add_module(**place, key="ky", pin=PIN, chain=pem_of(token, authority), acting=admin)
        keys.key_test(row, acting=admin)
        paper, job = issue("Về việc giữ kín mã PIN")
    assert paper.state == PaperState.ISSUED
    told = caplog.text + "".join(capfd.readouterr()) + str(refused.value)
    told += " ".join(str((one.verb, one.changes, one.note)) for one in AuditEntry.objects.all())
    told += str((job.reason, job.params, job.result, row.place))
    for secret in (wrong, PIN):
        assert secret not in told
        assert secret.encode() not in bytes(row.password) + bytes(row.container)


# --- remote service -----------------------------------------------------------------------------


@pytest.fixture
def keys_of_agency(office, made_keys):
    fresh, image = made_keys.agency
    keys.key_add(
        agency=office.agency,
        person=None,
        container=fresh.container,
        password=fresh.password,
        image=image,
        is_trial=True,
        acting=None,
    )
    leader, image = made_keys.leader
    return keys.key_add(
        agency=office.agency,
        person=office.leader,
        container=leader.container,
        password=leader.password,
        image=image,
        is_trial=True,
        acting=None,
    )


def test_a_remote_service_signs_one_hash_at_a_time_and_its_faults_are_told(
    office, keys_of_agency, admin, made_keys, authority, issue
):
    service = RemoteKeys(made_keys.leader[0], authority.root)
    with serving(service.answer) as url:
        place = {"agency": office.agency, "person": office.leader, "url": url, "acting": admin}
        good = {"credential": service.CREDENTIAL, "token": service.TOKEN, "pin": service.PIN}
        for wrong, words in (({"token": "sai"}, "mã truy cập"), ({"credential": "x"}, "no such credential")):
            with pytest.raises(KeyUnusable, match=words):
                keys.key_add_remote(**(place | good | wrong))
        row = keys.key_add_remote(**place, **(good | {"pin": "sai"}))
        paper, job = issue("Về việc sai PIN")
        assert job.state == Job.State.FAILED
        assert "PIN" in paper.failure
        assert paper.state == PaperState.ISSUING
        row = keys.key_add_remote(**place, **good)
        service.fault = "lies"
        with opened_key(row) as backend:
            assert backend.fingerprint == row.fingerprint
        again, job = issue("Về việc chữ ký giả")
        assert job.state == Job.State.FAILED
        assert not PaperFile.objects.filter(paper=again, stage="leader").exists(), "a wrong value is not kept"
        service.fault = ""
        for one in (paper, again):
            from documents.services import paper_issue_retry

            jobs.run(paper_issue_retry(one, acting=office.clerk).pk)
            one.refresh_from_db()
            assert one.state == PaperState.ISSUED
            assert verify(final(one)).outcome == Outcome.VALID
        service.fault = "down"
        with pytest.raises(ServiceAway):
            keys.key_test(row, acting=admin)
    third, job = issue("Về việc dịch vụ vắng mặt")
    assert job.state == Job.State.QUEUED, "tried again by itself in a while"
    assert third.state == PaperState.ISSUING


# --- token at the desk --------------------------------------------------------------------------


@pytest.fixture
def at_desk(office, keys_of_agency, admin, made_keys, authority, issue):
    """A paper that waits for the leader's token: the paper, what waits, and the token's key."""
    fresh = made_keys.leader[0]
    keys.key_add_desk(
        agency=office.agency, person=office.leader, certificates=pem_of(fresh, authority), acting=admin
    )
    paper, job = issue()
    assert job.state == Job.State.SUCCEEDED
    assert paper.state == PaperState.ISSUING
    return paper, DeskSignature.objects.get(), parts(fresh)[0]


def sign_raw(key, data):
    return key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def go_on(paper):
    jobs.run(Job.objects.filter(kind="documents.issue", state=Job.State.QUEUED).get().pk)
    paper.refresh_from_db()
    return paper


def test_a_token_signs_the_hash_in_two_halves(office, at_desk):
    paper, desk, key = at_desk
    with pytest.raises(Refused):
        desks.desk_prepare(desk, acting=office.clerk)
    with pytest.raises(SigningFailed, match="chuẩn bị"):
        desks.desk_complete(desk, b"00", acting=office.leader)
    desk = desks.desk_prepare(desk, acting=office.leader)
    data = desks.desk_attributes(desk)
    good = sign_raw(key, data)
    for wrong in (b"", b"khong phai chu ky", base64.b64encode(bytes(256)), sign_raw(key, data + b"x")):
        with pytest.raises(SigningFailed):
            desks.desk_complete(desk, wrong, acting=office.leader)
        desk.refresh_from_db()
        assert desk.state == DeskSignature.State.WAITING
    assert not PaperFile.objects.filter(paper=paper, stage="leader").exists()
    desks.desk_complete(desk, base64.b64encode(good), acting=office.leader)
    with pytest.raises(Refused):
        desks.desk_complete(desk, good, acting=office.leader)
    assert go_on(paper).state == PaperState.ISSUED
    assert verify(final(paper)).outcome == Outcome.VALID


def test_another_tokens_signature_is_not_taken(office, at_desk, authority):
    paper, desk, _key = at_desk
    desk = desks.desk_prepare(desk, acting=office.leader)
    thief = parts(authority.issue("Trịnh Bảo Long", "Nơi khác"))
    with pytest.raises(SigningFailed):
        desks.desk_complete(desk, sign_raw(thief[0], desks.desk_attributes(desk)), acting=office.leader)
    cms = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(files.read(desk.prepared))
        .add_signer(thief[1], thief[0], hashes.SHA256())
        .sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary])
    )
    with pytest.raises(SigningFailed):
        desks.desk_complete(desk, cms, acting=office.leader)
    paper.refresh_from_db()
    assert paper.state == PaperState.ISSUING


def signed_elsewhere(before, fresh, field=LEADER_FIELD):
    from django.test import override_settings  # noqa: F401  (roots are set by the fixture)

    request = SignRequest(field, "Trịnh Bảo Long", "Ký", "Đồng Nai", level=Level.B_B)
    return sign_field(before, request, Pkcs12Signer(fresh.container, fresh.password), trust_store())


def test_a_file_signed_elsewhere_is_taken_only_when_it_is_ours_with_the_expected_signature(
    office, at_desk, made_keys, authority
):
    paper, desk, _key = at_desk
    before = desks.file_before(desk)
    leader = made_keys.leader[0]
    good = signed_elsewhere(before, leader)
    with pikepdf.open(io.BytesIO(before)) as document:
        out = io.BytesIO()
        document.save(out)
    resaved = out.getvalue()

    def with_other_page(data):
        from tests.documents.test_verification import appended, new_content

        return appended(data, new_content)

    refused = [
        before,
        good[:-200],
        signed_elsewhere(resaved, leader),
        signed_elsewhere(before, authority.issue("Trịnh Bảo Long", "Nơi khác")),
        signed_elsewhere(before, leader, AGENCY_FIELD),
        signed_elsewhere(with_other_page(before), leader),
        with_other_page(good),
        b"%PDF-1.7 not ours",
    ]
    for data in refused:
        with pytest.raises(SigningFailed):
            desks.desk_file(desk, data, acting=office.leader)
    assert not PaperFile.objects.filter(paper=paper, stage="leader").exists()
    desks.desk_file(desk, good, acting=office.leader)
    assert go_on(paper).state == PaperState.ISSUED
    assert verify(final(paper)).outcome == Outcome.VALID


def test_the_agencys_token_is_the_clerks_and_a_cancelled_number_ends_the_waiting(
    office, keys_of_agency, admin, made_keys, authority, issue
):
    keys.key_add_desk(
        agency=office.agency,
        person=None,
        certificates=pem_of(made_keys.agency[0], authority),
        acting=admin,
    )
    paper, _job = issue()
    desk = DeskSignature.objects.get()
    assert (desk.stage, desk.person) == ("agency", None)
    with pytest.raises(Refused):
        desks.desk_prepare(desk, acting=office.leader)
    desk = desks.desk_prepare(desk, acting=office.clerk)
    number_cancel(paper.register_entries.get(), reason="Thôi ban hành", acting=office.clerk)
    desk.refresh_from_db()
    assert desk.state == DeskSignature.State.DROPPED
    with pytest.raises(Refused):
        desks.desk_complete(desk, b"00", acting=office.clerk)


# --- keys and secrets ---------------------------------------------------------------------------


def test_only_the_administrator_of_the_agency_registers_keys(office, admin, made_keys, authority):
    other = factories.person(factories.agency(code="KHAC"), Role.ADMIN)
    for person in (office.clerk, other):
        with pytest.raises(Refused):
            keys.key_add_desk(
                agency=office.agency,
                person=None,
                certificates=pem_of(made_keys.agency[0], authority),
                acting=person,
            )
    assert not SigningKey.objects.exists()


def test_a_certificate_of_somebody_else_is_not_registered(office, admin, authority, login):
    other = authority.issue("Nguyễn Văn Khác", "Sở Khoa học và Công nghệ")
    common = {"container": other.container, "password": other.password, "acting": admin}
    for compared in (False, True):
        with pytest.raises(KeyUnusable, match=r"Nguyễn Văn Khác.*Trịnh Bảo Long"):
            keys.key_add(agency=office.agency, person=office.leader, compared=compared, **common)
    plain = authority.issue("TRINH BAO LONG", "Nơi cấp")
    row = keys.key_add(
        agency=office.agency,
        person=office.leader,
        container=plain.container,
        password=plain.password,
        acting=admin,
    )
    assert row.person == office.leader

    former = authority.issue("Sở KHCN", "UBND tỉnh")
    client, url = login(admin), reverse("documents:key-add", args=["pkcs12"])
    said = {"person": "", "password": former.password.decode()}
    for ticked, status in ((False, 422), (True, 302)):
        file = SimpleUploadedFile("so.p12", former.container)
        answer = client.post(url, said | {"file": file} | ({"compared": "on"} if ticked else {}))
        assert answer.status_code == status
    assert "đối chiếu" in client.get(url).content.decode()
    row = SigningKey.objects.get(person=None, retired_at=None)
    entry = AuditEntry.objects.filter(verb="documents.key.added").latest("at")
    assert entry.note == f"Chứng thư số cấp cho {row.subject}; đã đối chiếu tên." and "Sở KHCN" in row.subject


def test_an_officials_own_certificate_is_not_the_agencys_and_names_are_whole_words(office, admin, authority):
    def add(name, person, *, compared=False):
        made = authority.issue(name, office.agency.name)
        return keys.key_add(
            agency=office.agency,
            person=person,
            container=made.container,
            password=made.password,
            acting=admin,
            compared=compared,
        )

    leader = office.leader.full_name
    for name, person in ((leader, None), (f"{leader}a", office.leader), (f"Vũ{leader}", office.leader)):
        with pytest.raises(KeyUnusable):
            add(name, person)
    assert not SigningKey.objects.exists()
    for name, person in (
        (f"{leader} (ký số)", office.leader),
        (office.agency.name, None),
    ):
        add(name, person, compared=True)
    entries = AuditEntry.objects.filter(verb="documents.key.added")
    assert [one.note for one in entries] == ["", ""], "the tick made no difference"
    long = "Trung tam Ung dung tien bo Khoa hoc va Cong nghe, Do luong Chat luong"
    made = authority.issue(long[:64], "So")
    office.agency.name = long
    keys.key_add(
        agency=office.agency, person=None, container=made.container, password=made.password, acting=admin
    )


def test_a_revoked_key_and_a_strange_one_say_what_they_are(office, admin, authority):
    fresh = authority.issue("Trịnh Bảo Long", "Sở")
    row = keys.key_add(
        agency=office.agency,
        person=office.leader,
        container=fresh.container,
        password=fresh.password,
        acting=admin,
    )
    try:
        authority.publish_list([fresh.certificate.serial_number])
        with pytest.raises(KeyUnusable, match="thu hồi"):
            keys.key_test(row, acting=admin)
    finally:
        authority.publish_list([])
    for data in (b"", b"abc", b"-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----"):
        with pytest.raises(KeyUnusable):
            keys.key_add_desk(agency=office.agency, person=None, certificates=data, acting=admin)


def test_no_secret_is_logged_or_stored_in_clear(
    office, keys_of_agency, admin, made_keys, authority, issue, caplog, capfd
):
    service = RemoteKeys(made_keys.leader[0], authority.root)
    with serving(service.answer) as url, caplog.at_level("DEBUG"):
        for pin in ("sai-" + service.PIN, service.PIN):
            keys.key_add_remote(
                agency=office.agency,
                person=office.leader,
                url=url,
                credential=service.CREDENTIAL,
                token=service.TOKEN,
                pin=pin,
                acting=admin,
            )
            issue(f"Về việc {len(pin)}")
    key = SigningKey.objects.get(person=office.leader, retired_at=None)
    told = caplog.text + "".join(capfd.readouterr())
    trail = " ".join(str((one.verb, one.changes, one.note)) for one in AuditEntry.objects.all())
    stored = bytes(key.password) + bytes(key.container) + str(key.place).encode()
    outcome = " ".join(str((one.reason, one.params, one.result)) for one in Job.objects.all())
    for secret in (service.TOKEN, service.PIN, made_keys.agency[0].password.decode(), "mat-khau-thu-1"):
        assert secret not in told
        assert secret not in trail
        assert secret not in outcome
        assert secret.encode() not in stored
    assert isinstance(x509.load_pem_x509_certificate(key.certificate.encode()), x509.Certificate)
