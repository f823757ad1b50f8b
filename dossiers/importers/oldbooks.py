"""How far the cells of an old Excel file (`.xls`) reach, before the reader library lays them out.

The library makes one dense block of a sheet. A broken or malicious record that names row 65,535 and column
65,535 would cost it a hundred gigabytes, so the records are walked here first, the way it walks them.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

HEADER, ENTRY = 512, 128
FREE = 0xFFFFFFFA
"""Sector numbers from here on mean the end of a chain or none."""
SMALL = 4096
PLACE = 4
"""Bytes of a position, and of row and column."""
SIZES, SMALL_SIZE = (9, 12), 6
BOUND_SHEET, END, MULTIPLE = 0x0085, 0x000A, (0x00BD, 0x00BE)
CELLS = frozenset(
    {0x0001, 0x0002, 0x0003, 0x0004, 0x0005, 0x0006, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E}
) | frozenset(MULTIPLE)
"""Records that say what stands in a cell; each begins with row and column."""
STRINGS, EXTENT = 0x00FC, 0x0200
COUNTS = (STRINGS, EXTENT)
"""Records that say how much is to come: the shared strings, the extent of a sheet."""
LONG, MOST_ROWS, MOST_COLUMNS = 14, 65_536, 256
NAMES = ("Workbook", "WORKBOOK", "Book", "BOOK")


class Broken(Exception):
    """The file does not hold together."""


def extent(path: Path) -> tuple[int, int]:
    """(rows, columns) up to the farthest cell of any sheet; raises Broken when the file is damaged."""
    try:
        return _extent(_book(path.read_bytes()))
    except (struct.error, IndexError, OverflowError, MemoryError, UnicodeError) as error:
        raise Broken from error


def _extent(book: bytes) -> tuple[int, int]:
    rows = columns = 0
    starts = [0]
    for record, length, at in _records(book, 0):
        if record == BOUND_SHEET and length >= PLACE:
            starts.append(struct.unpack_from("<I", book, at)[0])
    for start in starts:
        for record, length, at in _records(book, start):
            if record in COUNTS:
                rows = max(rows, _promised(book, record, length, at))
            if record not in CELLS or length < PLACE:
                continue
            row, column = struct.unpack_from("<HH", book, at)
            if record in MULTIPLE:
                column = max(column, *struct.unpack_from("<H", book, at + length - 2))
            rows, columns = max(rows, row + 1), max(columns, column + 1)
    return rows, columns


def _promised(book: bytes, record: int, length: int, at: int) -> int:
    """Check what a record says is still to come, for which the library sets room aside; rows of a sheet."""
    if record == STRINGS:
        if length >= 2 * PLACE and struct.unpack_from("<I", book, at + 4)[0] > len(book):
            raise Broken
        return 0
    first, last, left, right = struct.unpack_from("<IIHH" if length >= LONG else "<HHHH", book, at)
    if first > last or left > right or last > MOST_ROWS or right > MOST_COLUMNS:
        raise Broken
    return int(last)


def _records(book: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """(kind, length, where its content begins) of each record up to the end of its part."""
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        yield kind, length, at + 4
        if kind == END:
            return
        at += 4 + length


def _book(data: bytes) -> bytes:
    """The stream of the workbook out of the compound file."""
    shift, small_shift = struct.unpack_from("<HH", data, 30)
    tables, first_entry = struct.unpack_from("<I", data, 44)[0], struct.unpack_from("<I", data, 48)[0]
    first_small, smalls, more, mores = struct.unpack_from("<IIII", data, 60)
    if shift not in SIZES or small_shift != SMALL_SIZE:
        raise Broken
    size = 1 << shift
    if max(tables, smalls, mores) > len(data) // size + 1:
        raise Broken
    places = list(struct.unpack_from("<109I", data, 76))
    seen = 0
    while more < FREE and seen <= len(data) // size:
        found = struct.unpack_from(f"<{size // 4}I", data, HEADER + more * size)
        places += found[:-1]
        more, seen = found[-1], seen + 1
    table: list[int] = []
    for place in places[:tables]:
        if place < FREE:
            table += struct.unpack_from(f"<{size // 4}I", data, HEADER + place * size)
    entries = _chain(data, table, first_entry, size, HEADER)
    root_start, found_entry = 0, None
    for at in range(0, len(entries) - ENTRY + 1, ENTRY):
        name_size = min(struct.unpack_from("<H", entries, at + 64)[0], 64)
        name = entries[at : at + max(name_size - 2, 0)].decode("utf-16-le", "replace")
        start, length = struct.unpack_from("<II", entries, at + 116)
        if at == 0:
            root_start = start
        if found_entry is None and name in NAMES:
            found_entry = start, length
    if found_entry is None:
        raise Broken
    start, length = found_entry
    if length > len(data):
        raise Broken
    if length >= SMALL:
        return _chain(data, table, start, size, HEADER)[:length]
    small = _chain(data, table, root_start, size, HEADER)
    small_table = _chain(data, table, first_small, size, HEADER)
    numbers = list(struct.unpack(f"<{len(small_table) // 4}I", small_table[: len(small_table) // 4 * 4]))
    return _chain(small, numbers, start, 1 << small_shift, 0)[:length]


def _chain(data: bytes, table: list[int], start: int, size: int, offset: int) -> bytes:
    """The sectors of a chain, joined; raises Broken when it runs in a circle."""
    parts: list[bytes] = []
    while start < FREE:
        if len(parts) > len(table):
            raise Broken
        parts.append(data[offset + start * size : offset + (start + 1) * size])
        start = table[start]
    return b"".join(parts)
