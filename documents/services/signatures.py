"""Using the keys of a paper's signer and agency. Nothing here is logged but fingerprints."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from asn1crypto import pem, x509
from cryptography.fernet import InvalidToken
from django.utils.translation import gettext as _

from documents.exceptions import KeyUnusable, LevelUnavailable, SigningFailed, WaitsForDesk
from documents.models import Paper, PaperFile, SignatureImage, SigningKey
from documents.rendering.fields import AGENCY_FIELD, LEADER_FIELD
from documents.services.signed import Signed
from documents.services.trust import level_of, stamp_address, trust_of
from documents.signing.inspect import inspect
from documents.signing.pades import archive_stamp, sign_field
from documents.signing.pkcs12 import Pkcs12Signer
from documents.signing.protocol import HashSigner, Level, SignRequest
from documents.signing.trust import present
from qms import agency_settings, clock, crypto, files
from qms.models import Agency, Person

Stage = PaperFile.Stage


def signing_key(agency: Agency, person: Person | None) -> SigningKey | None:
    """The key in use of a person, or of the agency itself."""
    found: SigningKey | None = (
        SigningKey.objects.filter(agency=agency, person=person, retired_at=None)
        .select_related("image")
        .first()
    )
    return found


def image_of(agency: Agency, person: Person | None, key: SigningKey | None = None) -> bytes:
    """The image of a signature or seal in use today; the one that came with the key, if no other."""
    row = (
        SignatureImage.objects.filter(agency=agency, person=person, valid_from__lte=clock.today())
        .select_related("file")
        .first()
    )
    if row is not None:
        return files.read(row.file)
    return files.read(key.image) if key is not None and key.image is not None else b""


def certificates_of(key: SigningKey) -> tuple[Any, list[Any]]:
    """The certificate of a key and those of its authorities, as registered."""
    own = x509.Certificate.load(pem.unarmor(key.certificate.encode())[2])
    parts = pem.unarmor(key.chain.encode(), multiple=True) if key.chain else []
    return own, [x509.Certificate.load(der) for _name, _heads, der in parts]


@contextmanager
def opened_key(key: SigningKey) -> Iterator[HashSigner]:
    """The key, ready to sign; raises KeyUnusable in words. A token's session ends with it."""
    if key.at_desk:
        raise KeyUnusable(_("This key is a token at the person's desk; the portal cannot use it."))
    try:
        secret = crypto.decrypt(bytes(key.password))
        container = crypto.decrypt(bytes(key.container)) if key.backend == key.Backend.PKCS12 else b""
    except InvalidToken as error:
        raise KeyUnusable(_("The secret of the key cannot be decrypted: a field key is missing.")) from error
    _own, chain = certificates_of(key)
    if key.backend == key.Backend.PKCS12:
        yield Pkcs12Signer(container, secret)
    elif key.backend == key.Backend.PKCS11:
        from documents.signing import pkcs11

        with pkcs11.opened(key.place, secret.decode(), chain) as signer:
            yield signer
    else:
        from documents.signing.csc import RemoteSigner

        said = json.loads(secret)
        yield RemoteSigner(key.place, said["token"], said["pin"])


def key_for(paper: Paper, stage: str) -> SigningKey:
    """The key that signs a stage; raises KeyUnusable when there is none or it is not valid today."""
    person = paper.authorised_by if stage == Stage.LEADER else None
    whose = paper.typed.signature.name if stage == Stage.LEADER else paper.agency.name
    key = signing_key(paper.agency, person)
    if key is None:
        raise KeyUnusable(_("No signing key is registered for %(name)s.") % {"name": whose})
    if not key.covers(clock.now()):
        raise KeyUnusable(_("The certificate of %(name)s is not valid today.") % {"name": whose})
    return key


def request_for(paper: Paper, stage: str, key: SigningKey) -> SignRequest:
    """What is to be signed in a stage: the leader's certifies, the agency's comes last."""
    leader = stage == Stage.LEADER
    return SignRequest(
        field=LEADER_FIELD if leader else AGENCY_FIELD,
        name=paper.typed.signature.name if leader else paper.agency.name,
        reason="Ký ban hành văn bản" if leader else "Cơ quan ban hành văn bản",
        location=paper.agency.place,
        image=image_of(paper.agency, key.person, key),
        certify=leader,
        lock=not leader and paper.flow == "B",
        level=level_of(paper.agency),
        timestamp_url=stamp_address(paper.agency),
    )


def sign_stage(paper: Paper, stage: str, pdf: bytes) -> Signed:
    """One signature with a key the portal can use; raises WaitsForDesk when a person must make it."""
    key = key_for(paper, stage)
    if key.at_desk:
        raise WaitsForDesk(stage)
    request = request_for(paper, stage, key)
    trust = trust_of(paper.agency)
    with opened_key(key) as backend:
        if backend.fingerprint != key.fingerprint:
            raise KeyUnusable(_("The key of %(name)s is not the registered one.") % {"name": request.name})
        signed = sign_field(pdf, request, backend, trust)
    return judged(paper, signed, request, key)


def judged(paper: Paper, signed: bytes, request: SignRequest, key: SigningKey) -> Signed:
    """The new signature of a paper, when our own judgement accepts it."""
    return judged_for(paper.agency, signed, request, key)


def judged_for(agency: Agency, signed: bytes, request: SignRequest, key: SigningKey) -> Signed:
    """Keep nothing that our own judgement would refuse, or that is below the level set."""
    seen = inspect(signed, trust_of(agency))
    one = seen.of(request.field)
    if not seen.sound or one is None:
        raise SigningFailed(_("The new signature does not verify. Nothing was stored."))
    if one.fingerprint != key.fingerprint:
        raise KeyUnusable(_("The key of %(name)s is not the registered one.") % {"name": request.name})
    if not request.own_level.reached(one.level):
        raise LevelUnavailable(
            _("The signature is of level %(found)s, the agency asks for %(asked)s.")
            % {"found": one.level, "asked": request.own_level}
        )
    return Signed(signed, key.subject, key.fingerprint, str(request.own_level))


def stamp_archive(agency: Agency, pdf: bytes) -> Signed:
    """A time stamp over the whole file (B-LTA), or the next one before the last expires."""
    trust = trust_of(agency)
    stamped = archive_stamp(pdf, stamp_address(agency), trust)
    seen = inspect(stamped, trust, moment=present())
    if not seen.sound or not seen.stamps or any(one.level != Level.B_LTA for one in seen.signatures):
        raise LevelUnavailable(_("The time stamp over the file does not hold. Nothing was stored."))
    last = seen.stamps[-1]
    return Signed(stamped, last.authority, level=str(Level.B_LTA), good_until=last.good_until)


def wants_archive(agency: Agency) -> bool:
    """Whether the agency's level asks for a time stamp over the whole file."""
    return bool(agency_settings.get(agency, "documents.signature_level") == Level.B_LTA)
