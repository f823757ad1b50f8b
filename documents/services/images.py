"""Images of signatures and seals: checked, dated, and printed in the field of the signature.

Decree 30/2020, Annex I, 8: the signature blue, the seal red and of real size, both transparent PNG,
without text.
"""

import datetime as dt
import io

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from documents import policies
from documents.models import SignatureImage
from qms import audit, clock, files
from qms.exceptions import Invalid, Refused
from qms.models import Agency, Person
from qms.policies import require

LARGEST_SIDE = 3000
SMALLEST_SIDE = 150
COLOURED_SHARE = 0.6


def image_add(
    agency: Agency, person: Person | None, data: bytes, *, valid_from: dt.date, acting: Person
) -> SignatureImage:
    """Use an image from a day on; raises Invalid with what is wrong. Issued papers keep what they show."""
    require(policies.may_keep_keys(acting))
    if acting.agency_id != agency.pk or (person is not None and person.agency_id != agency.pk):
        raise Refused(_("The person belongs to another agency."))
    if valid_from < clock.today():
        raise Invalid(_("The day must not lie in the past."))
    clean = checked_image(data, seal=person is None)
    stored = files.store(agency, "seal.png" if person is None else "signature.png", clean, acting=acting)
    with transaction.atomic():
        row: SignatureImage = SignatureImage.objects.create(
            agency=agency, person=person, file=stored, valid_from=valid_from, added_by=acting
        )
        audit.record("documents.image.added", row, {"sha256": ("", stored.sha256)}, acting=acting)
    return row


def checked_image(data: bytes, *, seal: bool) -> bytes:
    """The image without anything but its pixels; raises Invalid for what Annex I does not allow."""
    try:
        image = Image.open(io.BytesIO(data))
        if image.format != "PNG":
            raise Invalid(_("The image must be a PNG file."))
        if max(image.size) > LARGEST_SIDE or min(image.size) < SMALLEST_SIDE:
            raise Invalid(
                _("The image has %(width)s × %(height)s points; each side must have %(least)s to %(most)s.")
                % {
                    "width": image.size[0],
                    "height": image.size[1],
                    "least": SMALLEST_SIDE,
                    "most": LARGEST_SIDE,
                }
            )
        pixels = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise Invalid(_("The image cannot be read.")) from error
    _check_pixels(pixels, seal=seal)
    out = io.BytesIO()
    pixels.save(out, "PNG", optimize=True)
    return out.getvalue()


def _check_pixels(pixels: Image.Image, *, seal: bool) -> None:
    width, height = pixels.size
    if seal and not 0.9 <= width / height <= 1.11:
        raise Invalid(_("The image of a seal must be square; it is printed in its real size, 36 mm."))
    small = pixels.resize((120, 120))
    points = [small.getpixel((x, y)) for x in range(120) for y in range(120)]
    inked = [point for point in points if isinstance(point, tuple) and point[3] > 128]
    if len(inked) > 0.7 * len(points):
        raise Invalid(_("The background of the image must be transparent."))
    if len(inked) < 0.004 * len(points):
        raise Invalid(_("The image is empty."))
    if sum(_red(point) if seal else _blue(point) for point in inked) < COLOURED_SHARE * len(inked):
        raise Invalid(_("A seal is red.") if seal else _("A signature is blue."))


def _red(point: tuple[int, ...]) -> bool:
    return point[0] > point[1] + 25 and point[0] > point[2] + 25


def _blue(point: tuple[int, ...]) -> bool:
    return point[2] > point[0] + 15 and point[2] >= point[1]
