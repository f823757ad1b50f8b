"""Trusted roots and revocation lists, from the folder that the setting TRUST_ROOTS names."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asn1crypto import pem, x509
from django.conf import settings
from pyhanko_certvalidator import ValidationContext


@dataclass(frozen=True)
class TrustStore:
    """Roots and revocation lists as found on disk."""

    roots: list[Any] = field(default_factory=list)
    lists: list[bytes] = field(default_factory=list)

    def context(self, *, moment: Any = None) -> ValidationContext:
        """A validation context without network. Where a root comes with its list, revocation is required."""
        return ValidationContext(
            trust_roots=self.roots,
            crls=self.lists,
            allow_fetching=False,
            revocation_mode="require" if self.lists else "soft-fail",
            moment=moment,
        )


def _unarmoured(data: bytes) -> bytes:
    return pem.unarmor(data)[2] if pem.detect(data) else data


def trust_store() -> TrustStore:
    """Read the folder: *.pem, *.crt and *.cer are roots, *.crl revocation lists."""
    folder = Path(settings.TRUST_ROOTS)
    roots, lists = [], []
    for file in sorted(folder.glob("*")) if folder.is_dir() else []:
        if file.suffix.lower() in {".pem", ".crt", ".cer"}:
            roots.append(x509.Certificate.load(_unarmoured(file.read_bytes())))
        elif file.suffix.lower() == ".crl":
            lists.append(_unarmoured(file.read_bytes()))
    return TrustStore(roots, lists)
