"""Keys in a hardware module at the server (PKCS#11). Which modules may be loaded the operator decides."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from documents.exceptions import KeyUnusable


def modules() -> dict[str, str]:
    """Names of modules and their files, from QMS_PKCS11_MODULES (`name=/path/module.so`, by comma).

    A module is code that runs inside the portal, so its path is never taken from a form.
    """
    pairs = (part.split("=", 1) for part in str(settings.PKCS11_MODULES).split(",") if "=" in part)
    return {name.strip(): path.strip() for name, path in pairs}


class Pkcs11Signer:
    """A key in an open session."""

    def __init__(self, signer: Any) -> None:
        self._signer = signer

    def signer(self) -> Any:
        """The pyHanko signer."""
        return self._signer

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, hexadecimal."""
        return hashlib.sha256(self._signer.signing_cert.dump()).hexdigest()


@contextmanager
def opened(place: dict[str, str], pin: str, chain: list[Any] | None = None) -> Iterator[Pkcs11Signer]:
    """Open a token and find the key; raises KeyUnusable with what is wrong. The session ends with it."""
    from pkcs11 import exceptions as found
    from pyhanko.config.pkcs11 import TokenCriteria
    from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

    path = modules().get(place.get("module", ""))
    if path is None:
        raise KeyUnusable(
            _("The module %(name)s is not set up on this server.") % {"name": place.get("module")}
        )
    try:
        session = open_pkcs11_session(path, token_criteria=TokenCriteria(label=place["token"]), user_pin=pin)
    except (found.PinIncorrect, found.PinInvalid, found.PinLenRange) as error:
        raise KeyUnusable(_("The PIN of the token is wrong. Nothing was signed.")) from error
    except found.PinLocked as error:
        raise KeyUnusable(_("The token is locked after too many wrong PINs.")) from error
    except (found.PKCS11Error, RuntimeError, OSError) as error:
        raise KeyUnusable(
            _("The token %(token)s cannot be opened (%(why)s).")
            % {"token": place.get("token"), "why": type(error).__name__}
        ) from error
    with session:
        signer = PKCS11Signer(
            session,
            cert_label=place["key"],
            key_label=place["key"],
            ca_chain=chain or (),
            other_certs_to_pull=(),
        )
        try:
            signer.signing_cert  # noqa: B018  (loads it)
        except Exception as error:  # pyHanko and the module raise many kinds
            raise KeyUnusable(
                _("The token %(token)s holds no key and certificate named %(key)s.")
                % {"token": place["token"], "key": place["key"]}
            ) from error
        yield Pkcs11Signer(signer)
