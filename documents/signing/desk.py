"""A signature in two halves: the portal prepares the file, a token at somebody's desk signs, the portal ends.

What comes back is a bare signature over the attributes, a CMS, or a whole signed file. None is believed:
a wrong signature value is embedded without error by pyHanko, so everything is verified before it is kept.
"""

import asyncio
import base64
import binascii
import hashlib
import io
from dataclasses import dataclass, replace
from typing import Any

from asn1crypto import cms, pem
from django.utils.translation import gettext as _

from documents.exceptions import KeyUnusable, SigningFailed
from documents.signing.filling import untouched
from documents.signing.inspect import STRICT, inspect
from documents.signing.pades import (
    check_certificate,
    metadata_of,
    quiet_writer,
    stamp_style,
    stamper_for,
    told,
)
from documents.signing.protocol import Level, SignRequest
from documents.signing.trust import TrustStore

ROOM = 2 * 12 * 1024
"""Hexadecimal digits kept free for a signature with its certificates and time stamp."""

LARGEST_ANSWER = 64 * 1024


@dataclass(frozen=True)
class Prepared:
    """The file with room for the signature, and what finishing it needs. Plain values, nothing secret."""

    pdf: bytes
    digest: bytes
    start: int
    end: int
    attributes: bytes

    @property
    def to_sign(self) -> bytes:
        """SHA-256 of the signed attributes: what a token signs."""
        return hashlib.sha256(self.attributes).digest()


def prepare(
    pdf: bytes, request: SignRequest, certificate: Any, chain: list[Any], trust: TrustStore
) -> Prepared:
    """Put the appearance and the room for the signature into the file; raises KeyUnusable."""
    from pyhanko.sign import signers

    check_certificate(certificate, chain, trust)
    signer = _external(certificate, chain, 512)
    basic = replace(request, level=Level.B_B)
    pdf_signer = signers.PdfSigner(
        metadata_of(basic, trust), signer=signer, stamp_style=stamp_style(request.image)
    )
    out = io.BytesIO()

    async def halves() -> tuple[Any, Any]:
        digest, _document, _output = await pdf_signer.async_digest_doc_for_signing(
            quiet_writer(pdf), existing_fields_only=True, bytes_reserved=ROOM, output=out
        )
        attributes = await signer.signed_attrs(digest.document_digest, "sha256", use_pades=True)
        return digest, attributes

    with told():
        digest, attributes = asyncio.run(halves())
    return Prepared(
        out.getvalue(),
        digest.document_digest,
        digest.reserved_region_start,
        digest.reserved_region_end,
        attributes.dump(),
    )


def _external(certificate: Any, chain: list[Any], value: Any) -> Any:
    from pyhanko.sign.signers.pdf_cms import ExternalSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    registry = SimpleCertificateStore()
    registry.register_multiple([certificate, *chain])
    return ExternalSigner(certificate, registry, signature_value=value, prefer_pss=False)


def complete(
    made: Prepared, answer: bytes, request: SignRequest, certificate: Any, chain: list[Any], trust: TrustStore
) -> bytes:
    """The signed file; raises KeyUnusable or SigningFailed when the answer is not this signature."""
    from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
    from pyhanko.sign.signers.pdf_signer import PdfTBSDocument

    check_certificate(certificate, chain, trust)
    stamper = stamper_for(request)
    raw = decoded(answer)
    with told():
        found = _as_cms(raw)
        if found is not None:
            _check_cms(found, made, certificate)
            content = _stamped(found, stamper) if stamper is not None else found
        else:
            signer = _external(certificate, chain, raw)
            content = asyncio.run(
                signer.async_sign_prescribed_attributes(
                    "sha256", cms.CMSAttributes.load(made.attributes), timestamper=stamper
                )
            )
        out = io.BytesIO(made.pdf)
        place = PreparedByteRangeDigest(made.digest, made.start, made.end)
        PdfTBSDocument.finish_signing(out, place, content)
    signed = out.getvalue()
    return add_facts(signed, request.field, trust) if request.level.long_term else signed


def decoded(answer: bytes) -> bytes:
    """Bytes from what somebody pasted or uploaded: binary, PEM, base64 or hexadecimal."""
    if not answer.strip() or len(answer) > LARGEST_ANSWER:
        raise SigningFailed(_("The answer of the token is empty or too long."))
    if pem.detect(answer):
        return bytes(pem.unarmor(answer)[2])
    try:
        text = b"".join(answer.decode("ascii").encode().split())
    except UnicodeDecodeError:
        return answer
    try:
        return bytes.fromhex(text.decode())
    except ValueError:
        pass
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return answer


def _as_cms(raw: bytes) -> Any:
    try:
        content = cms.ContentInfo.load(raw)
        return content if content["content_type"].native == "signed_data" else None
    except (ValueError, TypeError):
        return None


def _check_cms(content: Any, made: Prepared, certificate: Any) -> None:
    """The CMS must be by the expected certificate and over this document."""
    try:
        signed = content["content"]
        info = signed["signer_infos"][0]
        given = {str(one["type"].native): one["values"] for one in info["signed_attrs"]}
        digest = given["message_digest"][0].native
        dumps = {one.chosen.dump() for one in signed["certificates"]}
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise SigningFailed(_("The signature that came back cannot be read.")) from error
    if digest != made.digest:
        raise SigningFailed(_("The signature that came back is for another file. Nothing was stored."))
    if certificate.dump() not in dumps or not {"signing_certificate_v2", "signing_certificate"} & set(given):
        raise KeyUnusable(_("The signature was made with another certificate than the registered one."))


def _stamped(content: Any, stamper: Any) -> Any:
    from pyhanko.sign.general import simple_cms_attribute

    info = content["content"]["signer_infos"][0]
    names = {one["type"].native for one in (info["unsigned_attrs"] or [])}
    if "signature_time_stamp_token" in names:
        return content
    digest = hashlib.sha256(info["signature"].native).digest()
    token = asyncio.run(stamper.async_timestamp(digest, "sha256"))
    attributes = [*(info["unsigned_attrs"] or []), simple_cms_attribute("signature_time_stamp_token", token)]
    info["unsigned_attrs"] = cms.CMSAttributes(attributes)
    return content


def add_facts(pdf: bytes, field: str, trust: TrustStore) -> bytes:
    """Append what proves the certificates of a signature (B-T becomes B-LT)."""
    from pyhanko.sign.validation import async_add_validation_info

    reader = quiet_writer(pdf).prev
    embedded = next(one for one in reader.embedded_regular_signatures if one.field_name == field)
    out = io.BytesIO()
    with told():
        asyncio.run(async_add_validation_info(embedded, trust.context(strict=True), output=out))
    return out.getvalue()


def accept(before: bytes, after: bytes, request: SignRequest, fingerprint: str, trust: TrustStore) -> bytes:
    """A file signed elsewhere, taken only when it is ours with exactly the expected signature appended.

    It must begin with our bytes, fill the expected field and change nothing else, and carry a sound
    signature of the registered certificate at no less than the level that is set.
    """
    from pyhanko.sign.diff_analysis import SuspiciousModification
    from pyhanko.sign.fields import MDPPerm

    if not after.startswith(before):
        raise SigningFailed(
            _(
                "This is not the file you were given with a signature added: "
                "it was written anew, or is another one."
            )
        )
    if len(after) == len(before):
        raise SigningFailed(_("The file carries no new signature."))
    seen = inspect(after, trust)
    one = seen.of(request.field)
    if one is None or len(seen.signatures) != len(inspect(before, trust).signatures) + 1:
        raise SigningFailed(_("The signature is not in the field that waits for it."))
    if one.fingerprint != fingerprint:
        raise KeyUnusable(_("The signature was made with another certificate than the registered one."))
    if one.intact and not one.trusted:
        words = (
            _("revoked")
            if one.revoked
            else _("expired or not valid yet")
            if one.expired
            else _("not trusted")
        )
        raise KeyUnusable(_("The certificate of the signature: %(what)s.") % {"what": words})
    try:
        base = quiet_writer(before).prev.xrefs.total_revisions - 1
        result = STRICT.review_file(quiet_writer(after).prev, base, doc_mdp=MDPPerm.FILL_FORMS)
    except Exception as error:  # a strange file fails in strange ways
        raise SigningFailed(_("The signed file cannot be read.")) from error
    if isinstance(result, SuspiciousModification) or not seen.sound or not untouched(before, after):
        raise SigningFailed(_("The file was changed beyond the signature. Nothing was stored."))
    if request.level.long_term and one.stamped:
        after = add_facts(after, request.field, trust)
        one = inspect(after, trust).of(request.field) or one
    if not request.own_level.reached(one.level):
        raise SigningFailed(
            _("The signature is of level %(found)s, the agency asks for %(asked)s.")
            % {"found": one.level, "asked": request.own_level}
        )
    return after
