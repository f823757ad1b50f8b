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
LONGEST_TAG = 64 * 1024
# A cell or line that does not begin by its place, one up to column Z and line 399,999, or that has a prefix:
# no usual sheet has such, so three searches pass it; a sheet in which they find something is measured.
UNUSUAL = (
    re.compile(rb"""<c(?! r="[A-Za-z][1-3]?+\d{0,5}+")(?=[\s/>])"""),
    re.compile(rb"""<row(?! r="[1-3]?+\d{0,5}+")(?=[\s/>])"""),
    re.compile(rb""":(?:c|row)[\s/>]"""),
)
TAG = re.compile(rb"""<(?:[^\s<>:"'/=]+:)?(row|c)(?=[\s/>])((?:[^>"']|"[^"]*"|'[^']*')*+)(>?)""")
PLACE = re.compile(rb"""(?:^|[\s"'])r\s*=\s*["']([A-Za-z]*)(\d+)["']""")
SHARED = re.compile(rb"""t="s"[^<>]*><v>(\d+)</v></c>""")
ITEM = re.compile(rb"<(?:\w+:)?si(?=[\s/>])")
# A tag with signs of another tag in it, or one in which a quotation does not end.
STRANGE = re.compile(rb"""<[^<>"']*+(?:(?:"[^<>"]*+"|'[^<>']*+')[^<>"']*+)*+(?!>)""")
SHORTEST_CELL = 12


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
            _check_texts(archive)
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
    if not _is_unusual(archive, member):
        return
    # As the library counts: what has no place of its own follows what stands before it.
    columns = rows = row = column = 0
    for kind, attributes in _tags(archive, member):
        place = PLACE.search(attributes)
        if kind == b"row":
            row, column = int(place[2]) if place else row + 1, 0
            rows = max(rows, row)
        else:
            column = _column(place[1]) if place else column + 1
            rows, columns = max(rows, int(place[2]) if place else row), max(columns, column)
        if columns > MAX_COLUMNS or rows > MAX_ROWS or columns * rows > MAX_CELLS:
            raise FileRefused(_too_large())


def _is_unusual(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    found = is_sheet = False
    for content, end in _chunks(archive, member):
        is_sheet = is_sheet or b"sheetData" in content
        found = found or any(pattern.search(content, 0, end) for pattern in UNUSUAL)
    return found and is_sheet


def _tags(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[tuple[bytes, bytes]]:
    """The tags of lines and cells: which of both, and their attributes."""
    rest = b""
    with archive.open(member) as handle:
        while chunk := handle.read(CHUNK):
            content = rest + chunk
            begin, keep = 0, max(len(content) - LONGEST_TAG, 0)
            for tag in TAG.finditer(content):
                if tag.start() >= keep:
                    break
                if not tag[3]:
                    raise FileRefused(_too_large())
                yield tag[1], tag[2]
                begin = tag.end()
            rest = content[max(begin, keep) :]
    for tag in TAG.finditer(rest):
        yield tag[1], tag[2]


def _check_texts(archive: zipfile.ZipFile) -> None:
    """Refuse a book whose cells refer to shared texts that are together too long: each cell gets a copy."""
    sheets = archive.infolist()  # any member can be one
    shared = [member for member in sheets if member.filename.lower().endswith("sharedstrings.xml")]
    cells = sum(member.file_size for member in sheets) // SHORTEST_CELL
    if cells * sum(member.file_size for member in shared) <= MAX_UNZIPPED:
        return
    lengths = [length for member in shared for length in _lengths(archive, member)]
    longest = max(lengths, default=0)
    if len(shared) > 1:
        lengths = []  # whose texts the numbers mean is not known
    if cells * longest <= MAX_UNZIPPED:
        return
    cells = sum(_references(*piece) for member in sheets for piece in _chunks(archive, member))
    if cells * longest <= MAX_UNZIPPED:
        return
    total = 0
    for member in sheets:
        for content, end in _chunks(archive, member):
            known = list(map(int, SHARED.findall(content, 0, end)))
            others = _references(content, end) - len(known)
            total += sum(lengths[at] if at < len(lengths) else longest for at in known) + longest * others
            if total > MAX_UNZIPPED:
                raise FileRefused(_too_large())


def _references(content: bytes, end: int) -> int:
    """How many cells refer to shared texts at most."""
    return content.count(b'"s"', 0, end) + content.count(b"'s'", 0, end)


def _lengths(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> list[int]:
    """How long each shared text is at most; where tags are written to mislead, one as long as all."""
    found, last = [], 0
    for content, end in _chunks(archive, member):
        if STRANGE.search(content, 0, end):
            return [member.file_size]
        first, *others = map(len, ITEM.split(content[:end]))
        last += first
        if others:
            found += [last, *others[:-1]]
            last = others[-1]
    return [*found[1:], last]


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
