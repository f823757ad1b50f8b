"""Whether a spreadsheet may be opened at all: what it is, and how much room it would take.

The reader library lays a sheet out as one dense block, so two cells far apart could cost gigabytes, and a
small archive could unfold into a large one. Both are found here before anything is laid out.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from dossiers.importers import oldbooks
from dossiers.importers.problems import FileRefused

MAX_UNZIPPED = 800 * 1024 * 1024
MAX_MEMBERS = 2000
MAX_RATIO = 150
RATIO_FROM = 30 * 1024 * 1024
MAX_COLUMNS = 500
MAX_ROWS = 400_000
MAX_CELLS = 25_000_000
CHUNK = 4 * 1024 * 1024
OVERLAP = 64

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
# A place beyond column Z or row 399,999, or written as no software writes it: seldom, so two searches pass a
# usual sheet; what they find is then measured.
UNUSUAL = (re.compile(rb"""r=(?!"[A-Za-z]?+[1-3]?+\d{0,5}+")(?<![\w:]r=)"""), re.compile(rb"r\s+="))
PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})(\d{1,9})["']""")


def check_xlsx(path: Path) -> None:
    """Raise FileRefused unless the file is a whole `.xlsx` of a bearable size."""
    with path.open("rb") as handle:
        magic = handle.read(8)
    if magic == OLE_MAGIC:
        raise FileRefused(_locked() if _holds(path, ENCRYPTED) else _wrong_kind(".xlsx"))
    if not magic.startswith(ZIP_MAGIC):
        raise FileRefused(_wrong_kind(".xlsx"))
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(archive, path.stat().st_size)
            # Any member can be named as a sheet, whatever it is called.
            for member in archive.infolist():
                _check_extent(archive, member)
    except DAMAGED as error:
        raise FileRefused(
            _("The file is damaged or incomplete: it cannot be unpacked. Export it again.")
        ) from error


def check_xls(path: Path) -> None:
    """Raise FileRefused unless the file is an old Excel file without a password."""
    with path.open("rb") as handle:
        if handle.read(8) != OLE_MAGIC:
            raise FileRefused(_wrong_kind(".xls"))
    if _holds(path, ENCRYPTED):
        raise FileRefused(_locked())
    try:
        rows, columns = oldbooks.extent(path)
    except oldbooks.Broken as error:
        raise FileRefused(_("The file is damaged: its sheets cannot be read.")) from error
    if columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise FileRefused(_too_large())


def _locked() -> str:
    return _("The file is protected by a password. Save it without one and upload it again.")


def _wrong_kind(kind: str) -> str:
    return _("The file is named %(kind)s, but its content is something else.") % {"kind": kind}


def _too_large() -> str:
    return _("The sheet is too large for a spreadsheet. Export it as .csv and upload that.")


def _holds(path: Path, needle: bytes) -> bool:
    tail = b""
    with path.open("rb") as handle:
        while chunk := handle.read(CHUNK):
            if needle in tail + chunk:
                return True
            tail = chunk[-OVERLAP:]
    return False


def _check_members(archive: zipfile.ZipFile, size: int) -> None:
    members = archive.infolist()
    unzipped = sum(member.file_size for member in members)
    bomb = unzipped > RATIO_FROM and unzipped > MAX_RATIO * max(size, 1)
    if len(members) > MAX_MEMBERS or unzipped > MAX_UNZIPPED or bomb:
        raise FileRefused(_too_large())
    if any(member.flag_bits & 1 for member in members):
        raise FileRefused(_locked())
    if "xl/workbook.xml" not in archive.namelist():
        raise FileRefused(_wrong_kind(".xlsx"))


def _check_extent(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Read the member once (which checks its checksum) and measure it only when a cell may lie far out."""
    if not _may_lie_far(archive, member):
        return
    columns = rows = 0
    for content, end in _chunks(archive, member):
        for letters, digits in PLACE.findall(content, 0, end):
            columns, rows = max(columns, _column(letters)), max(rows, int(digits))
    if columns > MAX_COLUMNS or rows > MAX_ROWS or columns * rows > MAX_CELLS:
        raise FileRefused(_too_large())


def _may_lie_far(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    far = False
    for content, end in _chunks(archive, member):
        far = far or any(pattern.search(content, 0, end) for pattern in UNUSUAL)
    return far


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[tuple[bytes, int]]:
    """The content of a member piece by piece, and where its last whole tag ends; the rest comes again."""
    cut = b""
    with archive.open(member) as handle:
        while chunk := handle.read(CHUNK):
            content = cut + chunk
            end = max(content.rfind(b"<"), 0)
            yield content, end
            cut = content[end:]
            if len(cut) > CHUNK:
                raise FileRefused(_too_large())
    yield cut, len(cut)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number
