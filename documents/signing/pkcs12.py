"""Keys in a PKCS#12 container: for trials, and for keys an agency chooses to hold on its server."""

import hashlib
from typing import Any

from django.utils.translation import gettext as _

from documents.exceptions import KeyUnusable


class Pkcs12Signer:
    """Opens the container once. pyHanko raises or gives back None when something is wrong; we say so."""

    def __init__(self, container: bytes, password: bytes) -> None:
        from pyhanko.sign.signers import SimpleSigner

        try:
            self._signer: Any = SimpleSigner.load_pkcs12_data(
                pkcs12_bytes=container, other_certs=[], passphrase=password
            )
        except ValueError:
            self._signer = None
        if self._signer is None:
            raise KeyUnusable(_("The key file cannot be opened: it is damaged or its password is wrong."))

    def signer(self) -> Any:
        """The pyHanko signer."""
        return self._signer

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, hexadecimal."""
        return hashlib.sha256(self._signer.signing_cert.dump()).hexdigest()
