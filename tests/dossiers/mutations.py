"""Files that go wrong in every way: seeds, mutations of their bytes and of what is packed in them."""

import io
import random
import zipfile

from dossiers.generator.files import HEADER
from tests.dossiers import books, oldbook

BITS = ("sharedStrings.xml", "sheet1.xml", "workbook.xml", "styles.xml")
SPOILED = (
    b"\x00", b"\xff", b"<", b"&", b'"', b"9999999999", b"-1", b"\xf0\x9f\x92\xa9", b"=cmd|'/C calc'!A0",
    b"A1048577", b"XFE1", b"1e309", b"\r", b"\n\n", b'""', b";", b"\xef\xbb\xbf",
)  # fmt: skip


def seeds():
    """(name, bytes): good files of each kind."""
    rows = [books.row(number) for number in range(1, 7)]
    table = [list(HEADER), *([row[title] for title in HEADER] for row in rows)]
    return [
        (
            "a.xlsx",
            books.xlsx(rows, titles=["SỞ", "(Xuất lúc 30/06/2025 10:00)"], tail=[["", "Tổng cộng", 6]]),
        ),
        ("b.xls", oldbook.xls(table)),
        ("c.csv", books.text(rows)),
        ("d.csv", books.text(rows, delimiter=";", encoding="utf-16")),
    ]


def mutated(draw: random.Random, content: bytes) -> bytes:
    """The bytes with something wrong in them; of a zip file half the time inside a member."""
    if content[:2] == b"PK" and draw.random() < 0.6:
        return _repacked(draw, content)
    return _spoiled(draw, content)


def _spoiled(draw, content):
    data = bytearray(content)
    for _time in range(draw.choice((1, 1, 2, 5, 20))):
        at = draw.randrange(len(data) + 1)
        length = draw.choice((1, 4, 40, 400))
        match draw.randrange(6):
            case 0:
                data[at : at + 1] = bytes([draw.randrange(256)])
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = data[at : at + length]
            case 3:
                data[at : at + 1] = draw.choice(SPOILED)
            case 4:
                data[at : at + length] = draw.randbytes(length)
            case 5:
                if draw.random() < 0.3:
                    del data[at:]
        if not data:
            data += b"\0"
    return bytes(data)


def _repacked(draw, content):
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        names = [name for name in old.namelist() if name.endswith(BITS)]
        chosen = draw.choice(names)
        for name in old.namelist():
            data = old.read(name)
            if name == chosen:
                if draw.random() < 0.05:
                    continue
                data = _spoiled(draw, data)
            new.writestr(name, data)
    return target.getvalue()
