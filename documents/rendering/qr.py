"""A QR code in the bottom margin of the first page, leading to what is on file about the paper.

Drawn as an artifact of the layout: it holds nothing a reader of the text needs, and no image is loaded.
"""

import io
from typing import Any

import pikepdf

from documents.rendering.fields import MILLIMETRE

SIDE = 14.0
"""Millimetres of the code without its quiet zone."""

BOTTOM = 4.0
LEFT = 30.0


def modules_of(address: str) -> list[list[bool]]:
    """The dark and light fields of the code, without a quiet zone: the margin of the sheet is one."""
    import qrcode

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(address)
    code.make(fit=True)
    matrix: list[list[bool]] = code.get_matrix()
    return matrix


def add_code(pdf: bytes, address: str, *, left: float = LEFT) -> bytes:
    """The file with the code on its first page. Before any signature."""
    matrix = modules_of(address)
    field = SIDE * MILLIMETRE / len(matrix)
    bars = []
    for row, fields in enumerate(matrix):
        start = None
        for column, dark in enumerate([*fields, False]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                x = left * MILLIMETRE + start * field
                y = BOTTOM * MILLIMETRE + (len(matrix) - 1 - row) * field
                bars.append(f"{x:.3f} {y:.3f} {(column - start) * field:.3f} {field:.3f} re")
                start = None
    drawing = "/Artifact <</Type /Layout>> BDC q 0 0 0 rg " + " ".join(bars) + " f Q EMC"
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page: Any = document.pages[0]
        page.contents_add(document.make_stream(b"q"), prepend=True)
        page.contents_add(document.make_stream(f"Q {drawing}".encode()), prepend=False)
        out = io.BytesIO()
        document.save(out, fix_metadata_version=False, compress_streams=False)
    return out.getvalue()
