"""Trusted roots and revocation: from the folder that TRUST_ROOTS names, and what an agency added."""

import datetime as dt
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from asn1crypto import pem, x509
from django.conf import settings
from pyhanko_certvalidator import ValidationContext

from qms import clock

FETCH_SECONDS = 10


@dataclass(frozen=True)
class TrustStore:
    """Roots, intermediate certificates and revocation lists.

    `online` asks the authorities (OCSP, then revocation lists) over the network. That is for the keys of
    the portal's own agencies only, never for what a stranger uploads.
    """

    roots: list[Any] = field(default_factory=list)
    lists: list[bytes] = field(default_factory=list)
    others: list[Any] = field(default_factory=list)
    online: bool = False
    answers: list[bytes] = field(default_factory=list)

    @property
    def offline(self) -> "TrustStore":
        """The same without the network."""
        return replace(self, online=False)

    def context(self, *, moment: Any = None, strict: bool = False) -> ValidationContext:
        """A validation context. Where revocation can be known, or `strict` asks, it must be known.

        A past `moment` may be proved by revocation lists that were published after it.
        """
        asks = self.online and moment is None
        required = bool(self.lists or self.answers) or self.online or strict
        more: dict[str, Any] = {"moment": moment or present()}
        if moment:
            more["retroactive_revinfo"] = True
        if asks:
            more = {"fetcher_backend": _fetchers()}
        return ValidationContext(
            trust_roots=self.roots,
            other_certs=self.others,
            crls=self.lists,
            ocsps=self.answers,
            allow_fetching=asks,
            revocation_mode="require" if required else "soft-fail",
            **more,
        )


def present() -> dt.datetime:
    """The moment signatures are made and judged: the machine's clock, or a later one that was set.

    Demonstration data acts on days gone by; its signatures are still made today, and say so.
    """
    return max(clock.now(), dt.datetime.now(dt.UTC))


def _fetchers() -> Any:
    from pyhanko_certvalidator.fetchers.requests_fetchers import RequestsFetcherBackend

    return RequestsFetcherBackend(per_request_timeout=FETCH_SECONDS)


def unarmoured(data: bytes) -> bytes:
    """DER, whether it came as DER or PEM."""
    return bytes(pem.unarmor(data)[2]) if pem.detect(data) else data


def trust_store() -> TrustStore:
    """Read the folder: *.pem, *.crt and *.cer are roots, *.crl revocation lists."""
    folder = Path(settings.TRUST_ROOTS)
    roots, lists = [], []
    for file in sorted(folder.glob("*")) if folder.is_dir() else []:
        if file.suffix.lower() in {".pem", ".crt", ".cer"}:
            roots.append(x509.Certificate.load(unarmoured(file.read_bytes())))
        elif file.suffix.lower() == ".crl":
            lists.append(unarmoured(file.read_bytes()))
    return TrustStore(roots, lists)
