"""A small old Excel file (.xls: BIFF8 in an OLE container), written byte by byte."""

import struct

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def _record(kind, data=b""):
    return struct.pack("<HH", kind, len(data)) + data


def _text(text):
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def _sheet(rows):
    parts = [_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))]
    width = max(map(len, rows))
    parts.append(_record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0)))
    for number, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            place = struct.pack("<HHH", number, column, 0)
            if isinstance(cell, (int, float)):
                parts.append(_record(0x0203, place + struct.pack("<d", cell)))
            elif cell:
                parts.append(_record(0x0204, place + _text(cell)))
    return b"".join([*parts, _record(0x000A)])


def _workbook(rows):
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    start += _record(0x0042, struct.pack("<H", 1200))
    name = b"\x05\x00" + b"Sheet"
    length = len(start) + 4 + 6 + len(name) + 4
    start += _record(0x0085, struct.pack("<IH", length, 0) + name) + _record(0x000A)
    return start + _sheet(rows)


def xls(rows):
    """The bytes of a workbook with one sheet of texts and numbers."""
    stream = _workbook(rows)
    stream += b"\0" * max(0, 4096 - len(stream))
    stream += b"\0" * (-len(stream) % SECTOR)
    sectors = len(stream) // SECTOR
    fats = 1
    while (sectors + 1 + fats) * 4 > fats * SECTOR:
        fats += 1
    # Sectors: the FAT first, then the directory, then the stream.
    table = [FAT] * fats + [END] + [fats + 2 + n for n in range(sectors - 1)] + [END]
    table += [FREE] * (fats * SECTOR // 4 - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, fats, fats, 0, 4096, END, 0, END, 0)
    header += struct.pack("<109I", *range(fats), *[FREE] * (109 - fats))

    def entry(name, kind, child, first, size):
        raw = (name + "\0").encode("utf-16-le")
        return (
            raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, FREE, FREE, child)
            + b"\0" * 36 + struct.pack("<IQ", first, size)
        )  # fmt: skip

    directory = entry("Root Entry", 5, 1, END, 0) + entry("Workbook", 2, FREE, fats + 1, len(stream))
    directory += (b"\0" * 68 + struct.pack("<III", FREE, FREE, FREE) + b"\0" * 48) * 2
    return header + struct.pack(f"<{len(table)}I", *table) + directory + stream
