"""Whether an uploaded document may be kept: what it really is, and how much room it would take. Pure."""

import io
import zipfile
import zlib

from django.utils.translation import gettext as _

from qms.exceptions import Invalid, Problem

KINDS = (".docx", ".pdf")
MOST_MEMBERS = 4000
MOST_UNZIPPED = 400 * 2**20
MOST_RATIO = 200
RATIO_FROM = 30 * 2**20
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


def check(name: str, content: bytes, field: str = "file") -> None:
    """Raise Invalid unless the bytes are a whole `.docx` or `.pdf` without macros and password."""
    kind = next((one for one in KINDS if name.lower().endswith(one)), None)
    try:
        if kind is None:
            raise _problem(_("Choose a file of the kind %(kinds)s") % {"kinds": ", ".join(KINDS)})
        (_check_docx if kind == ".docx" else _check_pdf)(content)
    except Invalid as error:
        raise Invalid([Problem(field, one.message) for one in error.problems]) from error


def _problem(words: str) -> Invalid:
    return Invalid([Problem("file", words)])


def _check_docx(content: bytes) -> None:
    wrong = _problem(_("The file is named %(kind)s, but its content is something else.") % {"kind": ".docx"})
    if not content.startswith(b"PK\x03\x04"):
        raise wrong
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            size = sum(one.file_size for one in members)
            if len(members) > MOST_MEMBERS or size > MOST_UNZIPPED:
                raise _problem(_("The file unfolds to more than the portal takes in."))
            if size > RATIO_FROM and size > MOST_RATIO * max(len(content), 1):
                raise _problem(_("The file unfolds to more than the portal takes in."))
            names = {one.filename for one in members}
            if any(one.flag_bits & 1 for one in members):
                raise _problem(_("The file is protected by a password. Save it without one."))
            if "word/document.xml" not in names:
                raise wrong
            if any(name.lower().endswith(("vbaproject.bin", ".exe", ".js")) for name in names):
                raise _problem(_("The file holds macros or programs. Save it as a plain document."))
    except DAMAGED as error:
        raise _problem(_("The file is damaged or incomplete.")) from error


def _check_pdf(content: bytes) -> None:
    import pikepdf

    if b"%PDF-" not in content[:1024]:
        words = _("The file is named %(kind)s, but its content is something else.")
        raise _problem(words % {"kind": ".pdf"})
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            if not len(document.pages):
                raise _problem(_("The file is damaged or incomplete."))
            if "/JavaScript" in document.Root.get("/Names", {}) or "/JS" in document.Root.get(
                "/OpenAction", {}
            ):
                raise _problem(_("The file holds macros or programs. Save it as a plain document."))
    except pikepdf.PasswordError as error:
        raise _problem(_("The file is protected by a password. Save it without one.")) from error
    except (pikepdf.PdfError, TypeError, ValueError) as error:
        raise _problem(_("The file is damaged or incomplete.")) from error
