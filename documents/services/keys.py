"""Registering and retiring signing keys, and making trial ones."""

import hashlib
from collections.abc import Iterable

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from django.db import transaction
from django.utils.translation import gettext as _

from documents.exceptions import KeyUnusable
from documents.models import SigningKey
from documents.signing.images import seal_image, signature_image
from documents.signing.trial import TrialAuthority
from qms import audit, clock, crypto, files
from qms.models import Agency, Person


def key_add(
    *,
    agency: Agency,
    person: Person | None,
    container: bytes,
    password: bytes,
    acting: Person | None,
    image: bytes = b"",
    is_trial: bool = False,
) -> SigningKey:
    """Register a PKCS#12 key of a person, or of the agency (`person` None); the former one is retired.

    Raises KeyUnusable when the container cannot be opened with the password.
    """
    try:
        key, certificate, _others = pkcs12.load_key_and_certificates(container, password)
    except ValueError:
        key = certificate = None
    if key is None or certificate is None:
        raise KeyUnusable(_("The key file cannot be opened: it is damaged or its password is wrong."))
    stored = files.store(agency, "signature.png", image, acting=acting) if image else None
    with transaction.atomic():
        for old in SigningKey.objects.select_for_update().filter(
            agency=agency, person=person, retired_at=None
        ):
            key_retire(old, acting=acting)
        row: SigningKey = SigningKey.objects.create(
            agency=agency,
            person=person,
            subject=_common_name(certificate.subject),
            issuer=_common_name(certificate.issuer),
            serial=f"{certificate.serial_number:X}",
            fingerprint=hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest(),
            valid_from=certificate.not_valid_before_utc,
            valid_to=certificate.not_valid_after_utc,
            certificate=certificate.public_bytes(serialization.Encoding.PEM).decode(),
            container=crypto.encrypt(container),
            password=crypto.encrypt(password),
            image=stored,
            is_trial=is_trial,
        )
        audit.record("documents.key.added", row, {"fingerprint": ("", row.fingerprint)}, acting=acting)
    return row


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[0].value if found else name.rfc4514_string())[:255]


def key_retire(key: SigningKey, *, acting: Person | None) -> SigningKey:
    """Stop using a key; its secrets are wiped, its certificate stays for verification."""
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
                row.container = crypto.rotate(bytes(row.container))
                row.password = crypto.rotate(bytes(row.password))
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
