"""Keys in a PKCS#12 container: for trials, and for keys an agency chooses to hold on its server."""

import functools
import hashlib
from typing import Any

from django.utils.translation import gettext as _

from documents.exceptions import KeyUnusable


@functools.cache
def _once_parsed() -> Any:
    """pyHanko's signer, with its RSA key parsed once: its own parses and proves it twice per signature."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_der_private_key
    from pyhanko.sign.signers import SimpleSigner

    class OnceParsed(SimpleSigner):
        @functools.cached_property
        def parsed(self) -> Any:
            """The key as the container gave it; it was proved when the container was opened."""
            return load_der_private_key(
                self.signing_key.dump(), password=None, unsafe_skip_rsa_key_validation=True
            )

        async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
            mechanism = self.get_signature_mechanism_for_digest(digest_algorithm)["algorithm"].native
            if mechanism not in {"rsassa_pkcs1v15", "sha256_rsa"} or digest_algorithm != "sha256":
                return self.sign_raw(data, digest_algorithm)
            key: RSAPrivateKey = self.parsed
            if dry_run:  # only the room is asked for
                return bytes(key.key_size // 8)
            return key.sign(data, PKCS1v15(), hashes.SHA256())

    return OnceParsed


class Pkcs12Signer:
    """Opens the container once. pyHanko raises or gives back None when something is wrong; we say so."""

    def __init__(self, container: bytes, password: bytes) -> None:
        from pyhanko.sign.signers import SimpleSigner

        try:
            read = SimpleSigner.load_pkcs12_data(pkcs12_bytes=container, other_certs=[], passphrase=password)
        except ValueError:
            read = None
        if read is None:
            raise KeyUnusable(_("The key file cannot be opened: it is damaged or its password is wrong."))
        self._signer: Any = _once_parsed()(
            signing_cert=read.signing_cert, signing_key=read.signing_key, cert_registry=read.cert_registry
        )

    def signer(self) -> Any:
        """The pyHanko signer."""
        return self._signer

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, hexadecimal."""
        return hashlib.sha256(self._signer.signing_cert.dump()).hexdigest()
