"""PAdES signatures into prepared fields, and time stamps over whole files. A file is only appended to."""

import asyncio
import io
from typing import Any

from django.utils.translation import gettext as _

from documents.exceptions import KeyUnusable, LevelUnavailable, SigningFailed
from documents.signing.protocol import HashSigner, Level, SignRequest
from documents.signing.stamps import time_stamper
from documents.signing.trust import TrustStore, present
from qms import notation


def quiet_writer(pdf: bytes) -> Any:
    """pyHanko's writer, made to leave the XMP packet alone.

    It rewrites the packet in every revision, of its own accord in the one with the revocation facts too,
    and breaks the extension schema of PDF/A. The method is private: the version is pinned.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    IncrementalPdfFileWriter._update_meta = lambda self: None
    return IncrementalPdfFileWriter(io.BytesIO(pdf))


def metadata_of(request: SignRequest, trust: TrustStore) -> Any:
    """What pyHanko is told about a signature."""
    from pyhanko.sign import fields, signers

    more: dict[str, Any] = {}
    if request.own_level.long_term:
        more = {"embed_validation_info": True, "validation_context": trust.context(strict=True)}
    return signers.PdfSignatureMetadata(
        field_name=request.field,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        name=request.name,
        reason=request.reason,
        location=request.location,
        certify=request.certify,
        docmdp_permissions=(fields.MDPPerm.NO_CHANGES if request.lock else fields.MDPPerm.FILL_FORMS),
        **more,
    )


def sign_field(pdf: bytes, request: SignRequest, key: HashSigner, trust: TrustStore) -> bytes:
    """The file with one more signature, appended.

    Raises KeyUnusable for a certificate that is expired, revoked or not trusted, LevelUnavailable when
    the level asked for cannot be reached, SigningFailed for everything else.
    """
    from pyhanko.sign import signers

    signer = key.signer()
    check_certificate(signer.signing_cert, list(signer.cert_registry), trust)
    stamper = stamper_for(request)
    writer = quiet_writer(pdf)
    pdf_signer = signers.PdfSigner(
        metadata_of(request, trust),
        signer=signer,
        timestamper=stamper,
        stamp_style=stamp_style(request.image),
    )
    out = io.BytesIO()
    with told():
        pdf_signer.sign_pdf(writer, existing_fields_only=True, output=out)
    return out.getvalue()


def check_certificate(certificate: Any, others: list[Any], trust: TrustStore) -> None:
    """Refuse a certificate that is expired, not valid yet, revoked or from an unknown root.

    pyHanko alone signs happily with all of these. Each fault is said in its own words.
    """
    from pyhanko_certvalidator import CertificateValidator
    from pyhanko_certvalidator import errors as found

    now = present()
    if now > certificate.not_valid_after:
        raise KeyUnusable(
            _("The certificate expired on %(day)s.") % {"day": notation.date(certificate.not_valid_after)}
        )
    if now < certificate.not_valid_before:
        raise KeyUnusable(
            _("The certificate is not valid before %(day)s.")
            % {"day": notation.date(certificate.not_valid_before)}
        )
    validator = CertificateValidator(
        certificate, intermediate_certs=others, validation_context=trust.context()
    )
    try:
        asyncio.run(validator.async_validate_usage({"digital_signature"}))
    except found.RevokedError as error:
        raise KeyUnusable(_("The certificate was revoked by its authority.")) from error
    except found.InsufficientRevinfoError as error:
        raise KeyUnusable(
            _(
                "Whether the certificate is revoked cannot be known now: "
                "the revocation list is missing, or too old."
            )
        ) from error
    except found.PathBuildingError as error:
        raise KeyUnusable(_("The certificate comes from an authority that is not trusted here.")) from error
    except (found.PathError, found.ValidationError) as error:
        raise KeyUnusable(
            _("The certificate of the signing key is not usable: %(error)s") % {"error": str(error)}
        ) from error


def stamper_for(request: SignRequest) -> Any:
    """The client of the time-stamp server, None for B-B."""
    return time_stamper(request.timestamp_url, request.level) if request.level.stamped else None


def archive_stamp(pdf: bytes, url: str, trust: TrustStore) -> bytes:
    """The file with a time stamp over all of it, and what proves the stamp before it (B-LTA, renewal).

    Raises LevelUnavailable when no stamp is to be had or the chain of stamps is broken already.
    """
    from pyhanko.sign.fields import InvisSigSettings
    from pyhanko.sign.signers import PdfTimeStamper
    from pyhanko.sign.signers.pdf_signer import TimestampDSSContentSettings
    from pyhanko.sign.validation import DocumentSecurityStore, validate_pdf_timestamp

    stamper = PdfTimeStamper(
        time_stamper(url, Level.B_LTA), invis_settings=InvisSigSettings(box_out_of_bounds=True)
    )
    writer = quiet_writer(pdf)
    out = io.BytesIO()
    with told():
        former = list(writer.prev.embedded_timestamp_signatures)
        if former:
            context = trust.context(strict=True)
            status = validate_pdf_timestamp(former[-1], context, skip_diff=True)
            if not (status.valid and status.intact and status.trusted):
                raise LevelUnavailable(
                    _("The last time stamp of the file no longer holds; it cannot be renewed.")
                )
            DocumentSecurityStore.supply_dss_in_writer(
                writer,
                former[-1].pkcs7_content,
                paths=(status.validation_path,),
                validation_context=context,
            )
        # What proves the stamping authority goes in first, so that the stamp covers the whole file.
        facts = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)
        context = trust.context(strict=True)
        stamper.timestamp_pdf(writer, "sha256", validation_context=context, output=out, dss_settings=facts)
    return out.getvalue()


class told:
    """Turn pyHanko's many kinds of errors into ours; all of them mean: not signed."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        from pyhanko.sign.timestamps.common_utils import TimestampRequestError
        from pyhanko_certvalidator.errors import PathError, ValidationError

        if error is None or isinstance(error, SigningFailed) or not isinstance(error, Exception):
            return
        cause = error.__cause__ or error.__context__
        if isinstance(cause, SigningFailed):
            raise cause from error
        if isinstance(error, TimestampRequestError):
            raise LevelUnavailable(_("No time stamp: %(error)s") % {"error": str(error)}) from error
        if isinstance(cause or error, (PathError, ValidationError)):
            raise LevelUnavailable(
                _("The facts that prove a certificate for years cannot be had: %(error)s")
                % {"error": str(cause or error)}
            ) from error
        raise SigningFailed(
            _("The signature could not be made: %(error)s") % {"error": f"{type(error).__name__}: {error}"}
        ) from error


def stamp_style(image: bytes) -> Any:
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
