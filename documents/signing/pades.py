"""One PAdES signature into one prepared field. The file is only ever appended to."""

import io
from typing import Any

from django.utils.translation import gettext as _

from documents.exceptions import KeyUnusable, LevelUnavailable, SigningFailed
from documents.signing.protocol import HashSigner, Level, SignRequest
from documents.signing.trust import TrustStore


def sign_field(pdf: bytes, request: SignRequest, key: HashSigner, trust: TrustStore) -> bytes:
    """The file with one more signature, appended.

    Raises KeyUnusable for a certificate that is expired, revoked or not trusted, LevelUnavailable when
    the level asked for cannot be reached, SigningFailed for everything else.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    check_certificate(key, trust)
    timestamper = _timestamper(request)

    class Writer(IncrementalPdfFileWriter):
        def _update_meta(self) -> None:
            """Leave the XMP packet alone: rewriting it breaks the PDF/A extension schema."""

    writer = Writer(io.BytesIO(pdf))
    metadata = signers.PdfSignatureMetadata(
        field_name=request.field,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        name=request.name,
        reason=request.reason,
        location=request.location,
        certify=request.certify,
        docmdp_permissions=fields.MDPPerm.FILL_FORMS,
    )
    pdf_signer = signers.PdfSigner(
        metadata, signer=key.signer(), timestamper=timestamper, stamp_style=_stamp(request.image)
    )
    try:
        out = io.BytesIO()
        pdf_signer.sign_pdf(writer, existing_fields_only=True, output=out)
    except Exception as error:  # pyHanko raises many kinds; all of them mean: not signed
        raise SigningFailed(
            _("The signature could not be made: %(error)s") % {"error": f"{type(error).__name__}: {error}"}
        ) from error
    return out.getvalue()


def check_certificate(key: HashSigner, trust: TrustStore) -> None:
    """Refuse a certificate that is expired, not valid yet, revoked or from an unknown root.

    pyHanko alone signs happily with all of these.
    """
    import asyncio

    from pyhanko_certvalidator import CertificateValidator
    from pyhanko_certvalidator.errors import PathError, ValidationError

    signer = key.signer()
    validator = CertificateValidator(
        signer.signing_cert,
        intermediate_certs=list(signer.cert_registry),
        validation_context=trust.context(),
    )
    try:
        asyncio.run(validator.async_validate_usage({"digital_signature"}))
    except (PathError, ValidationError) as error:
        raise KeyUnusable(
            _("The certificate of the signing key is not usable: %(error)s") % {"error": str(error)}
        ) from error


def _timestamper(request: SignRequest) -> Any:
    if request.level == Level.B_B:
        return None
    if not request.timestamp_url:
        raise LevelUnavailable(
            _("The level %(level)s needs a time-stamp server, and none is set.") % {"level": request.level}
        )
    from pyhanko.sign.timestamps import HTTPTimeStamper

    return HTTPTimeStamper(request.timestamp_url, timeout=15)


def _stamp(image: bytes) -> Any:
    """Only an image, no text: pyHanko's own stamp text would bring in a font that is not embedded."""
    from PIL import Image
    from pyhanko.pdf_utils.images import PdfImage
    from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
    from pyhanko.stamp import StaticStampStyle

    if not image:
        return StaticStampStyle(border_width=0, background=None)
    layout = SimpleBoxLayoutRule(
        x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID, margins=Margins.uniform(0)
    )
    return StaticStampStyle(
        border_width=0,
        background=PdfImage(Image.open(io.BytesIO(image))),
        background_opacity=1,
        background_layout=layout,
    )
