"""Using the keys of a paper's signer and agency. Nothing here is logged but fingerprints."""

from django.conf import settings
from django.utils.translation import gettext as _

from documents.exceptions import KeyUnusable, LevelUnavailable, SigningFailed
from documents.models import Paper, SigningKey
from documents.rendering.fields import AGENCY_FIELD, LEADER_FIELD
from documents.services.signed import Signed
from documents.signing.inspect import signatures_sound
from documents.signing.pades import sign_field
from documents.signing.pkcs12 import Pkcs12Signer
from documents.signing.protocol import Level, SignRequest
from documents.signing.trust import trust_store
from qms import agency_settings, clock, crypto, files
from qms.models import Agency, Person


def signing_key(agency: Agency, person: Person | None) -> SigningKey | None:
    """The key in use of a person, or of the agency itself."""
    found: SigningKey | None = (
        SigningKey.objects.filter(agency=agency, person=person, retired_at=None)
        .select_related("image")
        .first()
    )
    return found


def _level(agency: Agency) -> Level:
    asked = agency_settings.get(agency, "documents.signature_level")
    try:
        return Level(asked)
    except ValueError:
        raise LevelUnavailable(
            _("The signature level %(level)s cannot be made here.") % {"level": asked}
        ) from None


def _sign(paper: Paper, pdf: bytes, key: SigningKey | None, request: SignRequest, whose: str) -> Signed:
    if key is None:
        raise KeyUnusable(_("No signing key is registered for %(name)s.") % {"name": whose})
    if not key.covers(clock.now()):
        raise KeyUnusable(_("The certificate of %(name)s is not valid today.") % {"name": whose})
    backend = Pkcs12Signer(crypto.decrypt(bytes(key.container)), crypto.decrypt(bytes(key.password)))
    if backend.fingerprint != key.fingerprint:
        raise KeyUnusable(_("The key of %(name)s is not the registered one.") % {"name": whose})
    signed = sign_field(pdf, request, backend, trust_store())
    if not signatures_sound(signed):
        raise SigningFailed(_("The new signature does not verify. Nothing was stored."))
    return Signed(signed, key.subject, key.fingerprint, request.level)


def _image(key: SigningKey | None) -> bytes:
    return files.read(key.image) if key is not None and key.image is not None else b""


def sign_leader(paper: Paper, pdf: bytes) -> Signed:
    """The signer's signature; it certifies the file, so that only signatures may follow (DocMDP 2)."""
    key = signing_key(paper.agency, paper.authorised_by)
    name = paper.typed.signature.name
    request = SignRequest(
        field=LEADER_FIELD,
        name=name,
        reason="Ký ban hành văn bản",
        location=paper.agency.place,
        image=_image(key),
        certify=True,
        level=_level(paper.agency),
        timestamp_url=settings.TIMESTAMP_URL,
    )
    return _sign(paper, pdf, key, request, name)


def sign_agency(paper: Paper, pdf: bytes) -> Signed:
    """The agency's signature, the last one."""
    key = signing_key(paper.agency, None)
    request = SignRequest(
        field=AGENCY_FIELD,
        name=paper.agency.name,
        reason="Cơ quan ban hành văn bản",
        location=paper.agency.place,
        image=_image(key),
        level=_level(paper.agency),
        timestamp_url=settings.TIMESTAMP_URL,
    )
    return _sign(paper, pdf, key, request, paper.agency.name)
