"""A small trial authority: every certificate says that it is a trial without legal value.

Its root and revocation list go to the folder of trusted roots, its own key stays encrypted beside them.
The leaf carries a CRL distribution point and extended key usages, without which poppler's pdfsig cannot
tell a clean verdict.
"""

import datetime as dt
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from django.conf import settings

from documents.signing.trust import present
from qms import crypto

MARK = "CHỮ KÝ THỬ NGHIỆM"
STAMPER_NAME = "Dấu thời gian thử nghiệm của cổng HTQLCL"
ROOT_NAME = "CA thử nghiệm của cổng HTQLCL"
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
YEAR = dt.timedelta(days=365)


@dataclass(frozen=True)
class IssuedKey:
    """A fresh key: its PKCS#12 container, the container's password, the certificate (PEM)."""

    container: bytes
    password: bytes
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        """The certificate as PEM text."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()


class TrialAuthority:
    """The trial root in the data folder; made at first use."""

    def __init__(self, folder: Path | None = None, roots: Path | None = None) -> None:
        self.folder = folder or Path(settings.KEYS_DIR)
        self.roots = roots or Path(settings.TRUST_ROOTS)
        self.key_file = self.folder / "trial-root.key.enc"
        self.root_file = self.roots / "trial-root.pem"
        self.list_file = self.roots / "trial-root.crl"
        if not self.key_file.exists() or not self.root_file.exists():
            self._found()
        secret = crypto.decrypt(self.key_file.read_bytes())
        self.key = cast("rsa.RSAPrivateKey", serialization.load_der_private_key(secret, password=None))
        self.root = x509.load_pem_x509_certificate(self.root_file.read_bytes())

    def _found(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.roots.mkdir(parents=True, exist_ok=True)
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, MARK),
                x509.NameAttribute(NameOID.COMMON_NAME, ROOT_NAME),
            ]
        )
        now = dt.datetime.now(dt.UTC)
        root = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + 12 * YEAR)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(authority=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        _write(self.key_file, crypto.encrypt(_der(key)), mode=0o600)
        _write(self.root_file, root.public_bytes(serialization.Encoding.PEM))
        self.key, self.root = key, root
        self.publish_list([])

    @staticmethod
    def rotate_secret() -> int:
        """Encrypt the keys of the root and its stamper with the newest field key; how many there were."""
        found = sorted(Path(settings.KEYS_DIR).glob("trial-*.key.enc"))
        for file in found:
            _write(file, crypto.rotate(file.read_bytes()), mode=0o600)
        return len(found)

    def publish_list(self, revoked: list[int]) -> None:
        """Write the revocation list with the serial numbers given."""
        now = dt.datetime.now(dt.UTC)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root.subject)
            .last_update(now - dt.timedelta(hours=1))
            .next_update(now + 10 * YEAR)
            .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
        )
        for serial in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now)
            builder = builder.add_revoked_certificate(entry.build())
        signed = builder.sign(self.key, hashes.SHA256())
        _write(self.list_file, signed.public_bytes(serialization.Encoding.DER))

    def issue(
        self,
        common_name: str,
        organisation: str,
        title: str = "",
        *,
        starts: dt.datetime | None = None,
        ends: dt.datetime | None = None,
    ) -> IssuedKey:
        """A new key with a certificate of three years whose subject is marked as a trial."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        names = [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, MARK),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{common_name} ({MARK})"[:64]),
        ]
        if title:
            names.append(x509.NameAttribute(NameOID.TITLE, title[:64]))
        now = dt.datetime.now(dt.UTC)
        point = x509.DistributionPoint(
            [x509.UniformResourceIdentifier(f"{settings.PUBLIC_URL}/verify/trial-root.crl")], None, None, None
        )
        certificate = (
            x509.CertificateBuilder()
            .subject_name(x509.Name(names))
            .issuer_name(self.root.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(starts or now - dt.timedelta(hours=1))
            .not_valid_after(ends or now + 3 * YEAR)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(authority=False), critical=True)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION, DOCUMENT_SIGNING]),
                critical=False,
            )
            .add_extension(x509.CRLDistributionPoints([point]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
            .sign(self.key, hashes.SHA256())
        )
        return self._packed(common_name, key, certificate)

    def _packed(self, common_name: str, key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> IssuedKey:
        password = secrets.token_urlsafe(24).encode()
        container = pkcs12.serialize_key_and_certificates(
            common_name.encode(),
            key,
            certificate,
            [self.root],
            serialization.BestAvailableEncryption(password),
        )
        return IssuedKey(container, password, certificate)

    def issue_stamper(
        self, *, starts: dt.datetime | None = None, ends: dt.datetime | None = None, name: str = STAMPER_NAME
    ) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
        """A key and certificate for time stamps, marked as a trial too."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        now = dt.datetime.now(dt.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(
                x509.Name(
                    [
                        x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
                        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, MARK),
                        x509.NameAttribute(NameOID.COMMON_NAME, name),
                    ]
                )
            )
            .issuer_name(self.root.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(starts or now - dt.timedelta(hours=1))
            .not_valid_after(ends or now + 5 * YEAR)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(authority=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
            .sign(self.key, hashes.SHA256())
        )
        return certificate, key

    def time_stamper(self) -> Any:
        """The trial time-stamp server: in the process, its key encrypted beside the root's."""
        file, shown = self.folder / "trial-stamper.key.enc", self.folder / "trial-stamper.pem"
        if not file.exists() or not shown.exists():
            certificate, key = self.issue_stamper()
            _write(file, crypto.encrypt(_der(key)), mode=0o600)
            _write(shown, certificate.public_bytes(serialization.Encoding.PEM))
        certificate = x509.load_pem_x509_certificate(shown.read_bytes())
        return stamper_of(certificate, crypto.decrypt(file.read_bytes()), [self.root])


def stamper_of(certificate: x509.Certificate, key: bytes, chain: list[x509.Certificate]) -> Any:
    """A time stamper in the process, with a key in PKCS#8 (DER)."""
    from asn1crypto import keys as asn1_keys
    from asn1crypto import x509 as asn1_x509
    from pyhanko.sign.timestamps import DummyTimeStamper

    def plain(one: x509.Certificate) -> Any:
        return asn1_x509.Certificate.load(one.public_bytes(serialization.Encoding.DER))

    return DummyTimeStamper(
        tsa_cert=plain(certificate),
        tsa_key=asn1_keys.PrivateKeyInfo.load(key),
        certs_to_embed=[plain(one) for one in chain],
        fixed_dt=present().astimezone(dt.UTC).replace(microsecond=0),
    )


def _der(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _write(file: Path, data: bytes, mode: int = 0o644) -> None:
    """Write whole or not at all."""
    part = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(data)
    part.replace(file)
