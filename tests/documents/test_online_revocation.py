"""Revocation asked over the network (OCSP, lists) of a mock authority: good, revoked, away, lying."""

import datetime as dt
import types

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from documents.exceptions import KeyUnusable, LevelUnavailable, SigningFailed
from documents.rendering.fields import LEADER_FIELD
from documents.rendering.render import paper_render
from documents.rendering.sheet import IssueFacts
from documents.signing.inspect import inspect
from documents.signing.pades import sign_field
from documents.signing.pkcs12 import Pkcs12Signer
from documents.signing.protocol import Level, SignRequest
from documents.signing.trust import TrustStore, trust_store
from tests.documents import samples
from tests.documents.authorities import StampServer, serving

DER = serialization.Encoding.DER


class Authority:
    """A certificate authority that answers OCSP and hands out its list; `fault` makes it misbehave."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CA mạng")])
        self.root = self._certificate(self.name, self.key.public_key(), authority=True)
        self.revoked, self.fault, self.asked = False, "", []
        self.others = {}

    def _certificate(self, name, public, *, authority, more=()):
        now = dt.datetime.now(dt.UTC)
        usage = dict.fromkeys(
            ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"),
            False,
        )
        signs = {"digital_signature": not authority, "content_commitment": not authority}
        usage |= signs | {"key_cert_sign": authority, "crl_sign": authority}
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(hours=1))
            .not_valid_after(now + dt.timedelta(days=900))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        )
        for one in more:
            made = made.add_extension(one, critical=False)
        return made.sign(self.key, hashes.SHA256())

    def issue(self, address, *, with_ocsp):
        """A key whose certificate says where to ask."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        where = x509.UniformResourceIdentifier
        point = x509.DistributionPoint([where(f"{address}/ca.crl")], None, None, None)
        more = [x509.CRLDistributionPoints([point])]
        if with_ocsp:
            access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, where(f"{address}/ocsp"))
            more = [x509.AuthorityInformationAccess([access])]
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Người ký")])
        self.leaf = self._certificate(subject, key.public_key(), authority=False, more=more)
        held = pkcs12.serialize_key_and_certificates(
            b"key", key, self.leaf, [self.root], serialization.BestAvailableEncryption(b"word")
        )
        return Pkcs12Signer(held, b"word")

    def answer(self, path, body, headers):
        self.asked.append(path)
        if path in self.others:
            return 200, "application/pkix-crl", self.others[path]
        if self.fault == "down":
            return 503, "text/plain", b""
        if self.fault == "html":
            return 200, "text/html", b"<h1>Proxy</h1>"
        return self._ocsp() if path.startswith("/ocsp") else self._list()

    def _list(self):
        now = dt.datetime.now(dt.UTC)
        made = x509.CertificateRevocationListBuilder().issuer_name(self.name)
        made = made.last_update(now - dt.timedelta(hours=1)).next_update(now + dt.timedelta(days=2))
        if self.revoked:
            one = x509.RevokedCertificateBuilder().serial_number(self.leaf.serial_number)
            made = made.add_revoked_certificate(one.revocation_date(now - dt.timedelta(minutes=5)).build())
        return 200, "application/pkix-crl", made.sign(self.key, hashes.SHA256()).public_bytes(DER)

    def _ocsp(self):
        now = dt.datetime.now(dt.UTC)
        key = self.key
        if self.fault == "lies":
            key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        made = ocsp.OCSPResponseBuilder().add_response(
            cert=self.leaf,
            issuer=self.root,
            algorithm=hashes.SHA1(),
            cert_status=ocsp.OCSPCertStatus.REVOKED if self.revoked else ocsp.OCSPCertStatus.GOOD,
            this_update=now - dt.timedelta(minutes=5),
            next_update=now + dt.timedelta(hours=1),
            revocation_time=now - dt.timedelta(minutes=5) if self.revoked else None,
            revocation_reason=None,
        )
        made = made.responder_id(ocsp.OCSPResponderEncoding.NAME, self.root).certificates([self.root])
        return 200, "application/ocsp-response", made.sign(key, hashes.SHA256()).public_bytes(DER)


@pytest.fixture(scope="module")
def pdf():
    content = samples.decision().model_copy(update={"annexes": ()})
    return paper_render(content, IssueFacts(7, dt.date(2025, 3, 26)), code="TEST-TEST-TEST").pdf


@pytest.fixture(scope="module")
def network():
    return Authority()


@pytest.fixture
def place(network, authority, settings):
    """The mock authority at an address, and what an agency that asks over the network trusts."""
    network.revoked, network.fault, network.asked = False, "", []
    with serving(network.answer) as address:
        settings.PUBLIC_URL = address
        network.others = {"/verify/trial-root.crl": authority.list_file.read_bytes()}
        known = trust_store()
        root = asn1.Certificate.load(network.root.public_bytes(DER))
        stamper = StampServer(authority)
        with serving(stamper.answer) as stamps:
            yield types.SimpleNamespace(
                address=address,
                stamps=stamps,
                trust=TrustStore([*known.roots, root], known.lists, online=True),
            )


def signed(pdf, key, place, level=Level.B_LT):
    url = place.stamps if level.stamped else ""
    request = SignRequest(
        LEADER_FIELD, "Người ký", "Thử", "Đồng Nai", certify=True, level=level, timestamp_url=url
    )
    return sign_field(pdf, request, key, place.trust)


@pytest.mark.parametrize("with_ocsp", [True, False], ids=["ocsp", "list"])
def test_what_the_authority_answers_goes_into_the_file_and_proves_it_without_the_network(
    pdf, network, place, with_ocsp
):
    data = signed(pdf, network.issue(place.address, with_ocsp=with_ocsp), place)
    assert any(path.startswith("/ocsp" if with_ocsp else "/ca.crl") for path in network.asked)
    network.asked.clear()
    seen = inspect(data, place.trust)
    assert [one.level for one in seen.signatures] == ["B-LT"]
    assert seen.sound
    assert network.asked == [], "verification never asks"


@pytest.mark.parametrize("with_ocsp", [True, False], ids=["ocsp", "list"])
def test_a_certificate_the_authority_has_revoked_signs_nothing(pdf, network, place, with_ocsp):
    network.revoked = True
    with pytest.raises(KeyUnusable, match="thu hồi"):
        signed(pdf, network.issue(place.address, with_ocsp=with_ocsp), place, Level.B_B)


@pytest.mark.parametrize("fault", ["down", "html", "lies"])
def test_without_an_answer_that_can_be_believed_nothing_is_signed(pdf, network, place, fault):
    network.fault = fault
    for level in (Level.B_B, Level.B_LT):
        with pytest.raises((KeyUnusable, LevelUnavailable, SigningFailed)) as refused:
            signed(pdf, network.issue(place.address, with_ocsp=True), place, level)
        assert str(refused.value)
