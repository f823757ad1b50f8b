"""Fonts of a PDF: what their codes mean, how wide they are, whether they are embedded."""

import re
from typing import Any

import pikepdf


class Font:
    """Decodes the codes of one font and knows how wide they are."""

    def __init__(self, font: Any) -> None:
        self.name = str(font.get("/BaseFont", "/?"))[1:].split("+")[-1]
        self.composite = str(font.get("/Subtype")) == "/Type0"
        self.unicode = _unicode_map(font)
        self.embedded = _is_embedded(font)
        if self.composite:
            child = font["/DescendantFonts"][0]
            self.default = float(child.get("/DW", 1000))
            self.widths = _composite_widths(child.get("/W", []))
        else:
            first = int(font.get("/FirstChar", 0))
            self.default = 500.0
            self.widths = {first + i: float(w) for i, w in enumerate(font.get("/Widths", []))}

    def codes(self, data: bytes) -> list[int]:
        """The character codes of a string."""
        if self.composite:
            return [int.from_bytes(data[i : i + 2], "big") for i in range(0, len(data) - 1, 2)]
        return list(data)

    def text(self, code: int) -> str:
        """What a code means."""
        if code in self.unicode:
            return self.unicode[code]
        return "" if self.composite else bytes([code]).decode("cp1252", "replace")

    def width(self, code: int) -> float:
        """Its advance in thousandths of an em."""
        return self.widths.get(code, self.default)


def _is_embedded(font: Any) -> bool:
    child = font["/DescendantFonts"][0] if "/DescendantFonts" in font else font
    descriptor = child.get("/FontDescriptor")
    return descriptor is not None and any(
        key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")
    )


_CHAR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


def _unicode_map(font: Any) -> dict[int, str]:
    stream = font.get("/ToUnicode")
    if stream is None:
        return {}
    data = bytes(stream.read_bytes())
    found: dict[int, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", data, re.DOTALL):
        for code, target in _CHAR.findall(block):
            found[int(code, 16)] = bytes.fromhex(target.decode()).decode("utf-16-be", "replace")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", data, re.DOTALL):
        for low, high, target in _RANGE.findall(block):
            start = int(target, 16)
            for offset in range(int(high, 16) - int(low, 16) + 1):
                found[int(low, 16) + offset] = chr(start + offset)
    return found


def _composite_widths(array: Any) -> dict[int, float]:
    widths: dict[int, float] = {}
    items = list(array)
    index = 0
    while index < len(items):
        first = int(items[index])
        second = items[index + 1]
        if isinstance(second, pikepdf.Array):
            widths.update({first + offset: float(width) for offset, width in enumerate(second)})
            index += 2
        else:
            for code in range(first, int(second) + 1):
                widths[code] = float(items[index + 2])
            index += 3
    return widths
