"""Registering and retiring signing keys, and making trial ones."""

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from django.db import transaction
from django.utils.translation import gettext as _

from documents import policies
from documents.exceptions import KeyUnusable
from documents.models import SigningKey
from documents.signing.images import seal_image, signature_image
from documents.signing.trial import TrialAuthority
from qms import audit, clock, crypto, files
from qms.exceptions import Refused
from qms.models import Agency, Person
from qms.policies import require
from qms.text import fold

CUT = 60
"""So many characters of a name are in a certificate for sure."""


def key_add(
    *,
    agency: Agency,
    person: Person | None,
    container: bytes,
    password: bytes,
    acting: Person | None,
    image: bytes = b"",
    is_trial: bool = False,
    compared: bool = False,
) -> SigningKey:
    """Register a PKCS#12 key of a person, or of the agency (`person` None); the former one is retired.

    Raises KeyUnusable when the container cannot be opened with the password, or its certificate names
    somebody else; `compared` takes the agency's under another name (see `_other_name`).
    """
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(container, password)
    except ValueError:
        key = certificate = None
    if key is None or certificate is None:
        raise KeyUnusable(_("The key file cannot be opened: it is damaged or its password is wrong."))
    return _register(
        agency,
        person,
        SigningKey.Backend.PKCS12,
        certificate,
        others,
        acting=acting,
        image=image,
        container=crypto.encrypt(container),
        password=crypto.encrypt(password),
        is_trial=is_trial,
        compared=compared,
    )


def key_add_module(
    *,
    agency: Agency,
    person: Person | None,
    module: str,
    token: str,
    key: str,
    pin: str,
    acting: Person | None,
    chain: bytes = b"",
    compared: bool = False,
) -> SigningKey:
    """Register a key in a hardware module at the server; raises KeyUnusable when it cannot be opened."""
    from documents.signing import pkcs11

    place = {"module": module, "token": token, "key": key}
    with pkcs11.opened(place, pin) as found:
        certificate = x509.load_der_x509_certificate(found.signer().signing_cert.dump())
    return _register(
        agency,
        person,
        SigningKey.Backend.PKCS11,
        certificate,
        certificates_in(chain),
        acting=acting,
        place=place,
        password=crypto.encrypt(pin.encode()),
        compared=compared,
    )


def key_add_remote(
    *,
    agency: Agency,
    person: Person | None,
    url: str,
    credential: str,
    token: str,
    pin: str,
    acting: Person | None,
    compared: bool = False,
) -> SigningKey:
    """Register a key at a remote signing service; raises KeyUnusable or ServiceAway."""
    from documents.signing.csc import RemoteSigner

    place = {"url": url.strip(), "credential": credential.strip()}
    signer = RemoteSigner(place, token, pin).signer()
    found = [x509.load_der_x509_certificate(one.dump()) for one in signer.cert_registry]
    own = x509.load_der_x509_certificate(signer.signing_cert.dump())
    return _register(
        agency,
        person,
        SigningKey.Backend.CSC,
        own,
        [one for one in found if one != own],
        acting=acting,
        place=place,
        password=crypto.encrypt(json.dumps({"token": token, "pin": pin}).encode()),
        compared=compared,
    )


def key_add_desk(
    *,
    agency: Agency,
    person: Person | None,
    certificates: bytes,
    acting: Person | None,
    compared: bool = False,
) -> SigningKey:
    """Register the certificate of a token a person keeps at the desk; no secret comes here.

    The first certificate is the token's, those of its authorities may follow.
    """
    found = certificates_in(certificates)
    if not found:
        raise KeyUnusable(_("This is not a certificate (PEM or DER)."))
    return _register(
        agency, person, SigningKey.Backend.DESK, found[0], found[1:], acting=acting, compared=compared
    )


def certificates_in(data: bytes) -> list[x509.Certificate]:
    """Certificates of a file, PEM or DER; raises KeyUnusable for anything else."""
    if not data.strip():
        return []
    try:
        if b"-----BEGIN" in data:
            return x509.load_pem_x509_certificates(data)
        return [x509.load_der_x509_certificate(data)]
    except ValueError as error:
        raise KeyUnusable(_("This is not a certificate (PEM or DER).")) from error


def _register(
    agency: Agency,
    person: Person | None,
    backend: str,
    certificate: x509.Certificate,
    chain: Iterable[x509.Certificate],
    *,
    acting: Person | None,
    image: bytes = b"",
    compared: bool = False,
    **more: Any,
) -> SigningKey:
    if acting is not None:
        require(policies.may_keep_keys(acting))
        if acting.agency_id != agency.pk or (person is not None and person.agency_id != agency.pk):
            raise Refused(_("The person belongs to another agency."))
    owner = _common_name(certificate.subject)
    renamed = not more.get("is_trial") and _other_name(agency, person, owner, compared=compared)
    stored = files.store(agency, "signature.png", image, acting=acting) if image else None
    with transaction.atomic():
        for old in SigningKey.objects.select_for_update().filter(
            agency=agency, person=person, retired_at=None
        ):
            _retire(old, acting=acting)
        row: SigningKey = SigningKey.objects.create(
            agency=agency,
            person=person,
            backend=backend,
            subject=owner,
            issuer=_common_name(certificate.issuer),
            serial=f"{certificate.serial_number:X}",
            fingerprint=hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest(),
            valid_from=certificate.not_valid_before_utc,
            valid_to=certificate.not_valid_after_utc,
            certificate=_pem(certificate),
            chain="".join(_pem(one) for one in chain),
            image=stored,
            **more,
        )
        audit.record(
            "documents.key.added",
            row,
            {
                "fingerprint": ("", row.fingerprint),
                "backend": ("", backend),
            },
            acting=acting,
            note=_("The certificate is made out to %(name)s; the names were compared.") % {"name": owner}
            if renamed
            else "",
        )
    return row


def _other_name(agency: Agency, person: Person | None, owner: str, *, compared: bool) -> bool:
    """A certificate must be made out to whom it is registered for (Decree 23/2025/NĐ-CP: it names its owner).

    Marks and capitals do not count, whole words do. A person's must carry the full name. An agency's may
    carry a short or former name: `compared` says that somebody has compared the names. That its organisation
    is the agency is not enough: an official's own certificate names it too. Gives whether it carries another
    name that was compared; raises KeyUnusable.
    """
    wanted = person.full_name if person else agency.name
    if _names(owner, wanted):
        return False
    if compared and person is None:
        return True
    said = {"name": owner, "whose": wanted}
    if person is not None:
        raise KeyUnusable(
            _("The certificate is made out to %(name)s, not to %(whose)s. Choose whose it is.") % said
        )
    raise KeyUnusable(
        _(
            "The certificate is made out to %(name)s, the agency is called %(whose)s. "
            "If it is the agency's all the same, tick that you have compared the names."
        )
        % said
    )


def _names(owner: str, wanted: str) -> bool:
    """Whether the words of a name stand in the owner's; X.520 cuts a name after 64 characters."""
    has, words = _words(owner), _words(wanted)
    return f" {words} " in f" {has} " or (len(words) > CUT and f" {words[:CUT]}" in f" {has}")


def _words(name: str) -> str:
    return " ".join(re.findall(r"\w+", fold(name)))


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[0].value if found else name.rfc4514_string())[:255]


def key_test(key: SigningKey, *, acting: Person) -> str:
    """Open the key and check its certificate as signing would; gives back words, raises SigningFailed."""
    from documents.services.signatures import certificates_of, opened_key
    from documents.services.trust import trust_of
    from documents.signing.pades import check_certificate

    require(policies.can_keep_keys_of(acting, key))
    own, chain = certificates_of(key)
    if not key.at_desk:
        with opened_key(key) as backend:
            if backend.fingerprint != key.fingerprint:
                raise KeyUnusable(_("The key of %(name)s is not the registered one.") % {"name": key.subject})
    check_certificate(own, chain, trust_of(key.agency))
    return _("The key opens, its certificate is valid, trusted and not revoked.")


def key_retire(key: SigningKey, *, acting: Person | None) -> SigningKey:
    """Stop using a key; its secrets are wiped, its certificate stays for verification."""
    if acting is not None:
        require(policies.can_keep_keys_of(acting, key))
    return _retire(key, acting=acting)


def _retire(key: SigningKey, *, acting: Person | None) -> SigningKey:
    with transaction.atomic():
        audit.apply(key, retired_at=clock.now(), container=b"", password=b"")
        audit.record("documents.key.retired", key, acting=acting)
    return key


def secrets_rotate() -> int:
    """Put the secrets of all keys in use, and the trial authority's, under the newest field key; how many."""
    rotated = TrialAuthority.rotate_secret()
    for pk in SigningKey.objects.filter(retired_at=None).values_list("pk", flat=True):
        with transaction.atomic():
            row = SigningKey.objects.select_for_update().get(pk=pk)
            if row.retired_at is None:
                row.container = crypto.rotate(bytes(row.container)) if row.container else b""
                row.password = crypto.rotate(bytes(row.password)) if row.password else b""
                row.save(update_fields=["container", "password"])
                rotated += 1
    return rotated


def trial_keys_ensure(agency: Agency, people: Iterable[Person], *, acting: Person | None = None) -> int:
    """Give the agency and the people trial keys where they have none; says how many were made."""
    made = 0
    authority = TrialAuthority()
    for person in (None, *people):
        if SigningKey.objects.filter(agency=agency, person=person, retired_at=None).exists():
            continue
        name = person.full_name if person else agency.name
        fresh = authority.issue(name, agency.name, person.position if person else "")
        key_add(
            agency=agency,
            person=person,
            container=fresh.container,
            password=fresh.password,
            image=signature_image(name) if person else seal_image(name),
            is_trial=True,
            acting=acting,
        )
        made += 1
    return made
