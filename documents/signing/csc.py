"""Keys at a remote signing service (Cloud Signature Consortium API 1.0.4).

The permission to sign is bound to the very hash (SCAL2). What comes back is verified before it is kept,
like every signature.
"""

import asyncio
import base64
import hashlib
from typing import Any

import requests
from asn1crypto import x509
from django.utils.translation import gettext as _
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from documents.exceptions import KeyUnusable, ServiceAway
from documents.signing.stamps import check_address, host_of

SECONDS = 20
SHA256 = "2.16.840.1.101.3.4.2.1"
RSA_SHA256 = "1.2.840.113549.1.1.11"
LARGEST = 400_000


class RemoteService:
    """One credential at a service; `token` and `pin` are sent and never kept in an error."""

    def __init__(self, url: str, credential: str, token: str, pin: str) -> None:
        self.url, self.credential = check_address(url).rstrip("/"), credential
        self._token, self._pin = token, pin

    def call(self, name: str, **data: Any) -> dict[str, Any]:
        """One call; raises ServiceAway or KeyUnusable in words."""
        try:
            with requests.post(
                f"{self.url}/csc/v1/{name}",
                json={"credentialID": self.credential, **data},
                headers={"Authorization": f"Bearer {self._token}"},
                timeout=SECONDS,
                allow_redirects=False,
                stream=True,
            ) as reply:
                body = reply.raw.read(LARGEST, decode_content=True)
                status = reply.status_code
        except (requests.RequestException, OSError) as error:
            raise ServiceAway(
                _("The signing service %(host)s does not answer (%(why)s).")
                % {"host": host_of(self.url), "why": type(error).__name__}
            ) from error
        if status >= 500:
            raise ServiceAway(
                _("The signing service %(host)s does not answer (%(why)s).")
                % {"host": host_of(self.url), "why": f"HTTP {status}"}
            )
        answer = _read(body)
        if status != 200:
            raise KeyUnusable(self._refusal(status, answer))
        return answer

    def _refusal(self, status: int, answer: dict[str, Any]) -> str:
        error = str(answer.get("error", ""))
        if status == 401:
            return _("The signing service refused the portal's access token.")
        if "pin" in error.lower():
            return _("The PIN of the signing service is wrong. Nothing was signed.")
        why = str(answer.get("error_description") or error or f"HTTP {status}")[:200]
        return _("The signing service refused: %(why)s") % {"why": why}

    def certificates(self) -> list[Any]:
        """The signer's certificate and its chain."""
        answer = self.call("credentials/info", certificates="chain")
        if str((answer.get("key") or {}).get("status", "enabled")) != "enabled":
            raise KeyUnusable(_("The credential at the signing service is disabled."))
        try:
            found = [x509.Certificate.load(base64.b64decode(one)) for one in answer["cert"]["certificates"]]
            found[0].subject.native  # noqa: B018  (parses it; there must be one)
            return found
        except (KeyError, ValueError, TypeError, IndexError) as error:
            raise KeyUnusable(_("The signing service gave no certificate.")) from error

    def sign(self, digest: bytes) -> bytes:
        """The signature over a SHA-256 hash, with a permission for this hash only."""
        value = base64.b64encode(digest).decode()
        permission: dict[str, Any] = {"numSignatures": 1, "hash": [value]}
        if self._pin:
            permission["PIN"] = self._pin
        sad = self.call("credentials/authorize", **permission).get("SAD")
        answer = self.call("signatures/signHash", SAD=sad, hash=[value], hashAlgo=SHA256, signAlgo=RSA_SHA256)
        try:
            return base64.b64decode(answer["signatures"][0])
        except (KeyError, ValueError, TypeError, IndexError) as error:
            raise KeyUnusable(_("The signing service gave no signature.")) from error


def _read(body: bytes) -> dict[str, Any]:
    import json

    try:
        answer = json.loads(body or b"{}")
    except ValueError:
        answer = {}
    return answer if isinstance(answer, dict) else {}


class _Signer(Signer):
    """pyHanko's side of it."""

    def __init__(self, service: RemoteService, certificates: list[Any]) -> None:
        registry = SimpleCertificateStore()
        registry.register_multiple(certificates)
        super().__init__(signing_cert=certificates[0], cert_registry=registry, prefer_pss=False)
        self.service = service

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Have the hash signed."""
        if dry_run:
            return bytes(512)
        return await asyncio.to_thread(self.service.sign, hashlib.sha256(data).digest())


class RemoteSigner:
    """A key at a remote service."""

    def __init__(self, place: dict[str, str], token: str, pin: str) -> None:
        service = RemoteService(place["url"], place["credential"], token, pin)
        self._signer = _Signer(service, service.certificates())

    def signer(self) -> Any:
        """The pyHanko signer."""
        return self._signer

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, hexadecimal."""
        return hashlib.sha256(self._signer.signing_cert.dump()).hexdigest()
