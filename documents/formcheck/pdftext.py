"""Text and rules of a PDF with their places, fonts and sizes, read from the content streams.

Only as much of PDF as office programs and renderers write: text operators, transformations, filled
rectangles and straight lines, composite and simple fonts with a ToUnicode map.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import pikepdf

from documents.formcheck.pdffonts import Font

MM = 25.4 / 72
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
GAP = 1.3
"""Runs on one line that are further apart than this many ems belong to different columns."""


def multiply(a: Matrix, b: Matrix) -> Matrix:
    """The transformation `a`, then `b`."""
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )


@dataclass(frozen=True)
class Run:
    """Text in one font. Points from the lower left corner; `y` is the baseline."""

    text: str
    font: str
    size: float
    left: float
    right: float
    y: float
    black: bool = True

    @property
    def bold(self) -> bool:
        """Whether the font says it is bold."""
        return "bold" in self.font.lower()

    @property
    def italic(self) -> bool:
        """Whether the font says it is italic."""
        return "italic" in self.font.lower() or "oblique" in self.font.lower()


@dataclass(frozen=True)
class Line:
    """Runs side by side on one baseline, without a wide gap between them."""

    runs: tuple[Run, ...]

    @cached_property
    def text(self) -> str:
        """The text of the line, white space folded."""
        return re.sub(r"\s+", " ", "".join(run.text for run in self.runs)).strip()

    @property
    def y(self) -> float:
        """The baseline."""
        return self.runs[0].y

    @property
    def left(self) -> float:
        """Where it begins."""
        return min(run.left for run in self.runs if run.text.strip())

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(run.right for run in self.runs if run.text.strip())

    @property
    def middle(self) -> float:
        """Its horizontal middle."""
        return (self.left + self.right) / 2

    @property
    def sizes(self) -> set[float]:
        """Font sizes in points, rounded to tenths."""
        return {round(run.size, 1) for run in self.runs if run.text.strip()}

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(run.bold for run in self.runs if run.text.strip())

    @property
    def italic(self) -> bool:
        """Whether all of it is italic."""
        return all(run.italic for run in self.runs if run.text.strip())

    @property
    def black(self) -> bool:
        """Whether all of it is black."""
        return all(run.black for run in self.runs if run.text.strip())


@dataclass
class PageText:
    """A page: its size in points, its lines from top to bottom, its rules and its signature fields.

    `rules` are horizontal (left, right, y), `posts` vertical (x, low, high), `boxes` the rectangles of
    signature fields by name.
    """

    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    rules: list[tuple[float, float, float]] = field(default_factory=list)
    posts: list[tuple[float, float, float]] = field(default_factory=list)
    boxes: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)

    def in_table(self, line: Line) -> bool:
        """Whether a vertical rule runs beside the line."""
        return any(low - 1 <= line.y <= high + 1 for _x, low, high in self.posts)

    @property
    def landscape(self) -> bool:
        """Whether the page lies on its side."""
        return self.width > self.height


class _Reader:
    """Walks a content stream and collects runs and rules."""

    def __init__(self, resources: Any, matrix: Matrix = IDENTITY) -> None:
        self.fonts = {str(name): Font(font) for name, font in resources.get("/Font", {}).items()}
        self.matrix = matrix
        self.black = True
        self.saved: list[tuple[Matrix, bool]] = []
        self.text = self.line = IDENTITY
        self.font: Font | None = None
        self.size = 0.0
        self.leading = self.spacing = self.words = 0.0
        self.stretch = 1.0
        self.runs: list[Run] = []
        self.rules: list[tuple[float, float, float]] = []
        self.posts: list[tuple[float, float, float]] = []
        self.path: list[tuple[float, float]] = []

    def read(self, page: Any) -> None:
        """Read a page."""
        for operands, operator in pikepdf.parse_content_stream(page):
            step = getattr(self, "_op_" + _NAMES.get(str(operator), ""), None)
            if step is not None:
                step(operands)

    def _op_save(self, _operands: Any) -> None:
        self.saved.append((self.matrix, self.black))

    def _op_restore(self, _operands: Any) -> None:
        if self.saved:
            self.matrix, self.black = self.saved.pop()

    def _op_fill(self, operands: Any) -> None:
        """The colour of what follows: grey, red-green-blue, or the four inks of print."""
        values = [float(value) for value in operands if not isinstance(value, pikepdf.Name)]
        inks = len(values) == 4
        self.black = values[3] > 0.98 if inks else all(value < 0.02 for value in values)

    def _op_space(self, _operands: Any) -> None:
        self.black = True

    def _op_transform(self, operands: Any) -> None:
        self.matrix = multiply(_matrix(operands), self.matrix)

    def _op_begin(self, _operands: Any) -> None:
        self.text = self.line = IDENTITY

    def _op_font(self, operands: Any) -> None:
        self.font, self.size = self.fonts.get(str(operands[0])), float(operands[1])

    def _op_place(self, operands: Any) -> None:
        self.text = self.line = _matrix(operands)

    def _op_move(self, operands: Any) -> None:
        self.text = self.line = multiply((1, 0, 0, 1, float(operands[0]), float(operands[1])), self.line)

    def _op_move_leading(self, operands: Any) -> None:
        self.leading = -float(operands[1])
        self._op_move(operands)

    def _op_leading(self, operands: Any) -> None:
        self.leading = float(operands[0])

    def _op_next(self, _operands: Any) -> None:
        self._op_move([0, -self.leading])

    def _op_spacing(self, operands: Any) -> None:
        self.spacing = float(operands[0])

    def _op_words(self, operands: Any) -> None:
        self.words = float(operands[0])

    def _op_stretch(self, operands: Any) -> None:
        self.stretch = float(operands[0]) / 100

    def _op_show(self, operands: Any) -> None:
        self._show([operands[0]])

    def _op_show_many(self, operands: Any) -> None:
        self._show(list(operands[0]))

    def _show(self, parts: list[Any]) -> None:
        font = self.font
        if font is None:
            return
        start = multiply(self.text, self.matrix)
        letters: list[str] = []
        advance = 0.0
        for part in parts:
            if not isinstance(part, pikepdf.String):
                advance -= float(part) / 1000 * self.size * self.stretch
                continue
            for code in font.codes(bytes(part)):
                letters.append(font.text(code))
                extra = self.spacing + (self.words if code == 32 and not font.composite else 0)
                advance += (font.width(code) / 1000 * self.size + extra) * self.stretch
        self.text = multiply((1, 0, 0, 1, advance, 0), self.text)
        end = multiply(self.text, self.matrix)
        size = self.size * (start[2] ** 2 + start[3] ** 2) ** 0.5
        self.runs.append(Run("".join(letters), font.name, size, start[4], end[4], start[5], self.black))

    def _op_rectangle(self, operands: Any) -> None:
        x, y, width, height = (float(value) for value in operands)
        self._flat((x, y), (x + width, y + height))

    def _op_start(self, operands: Any) -> None:
        self.path = [(float(operands[0]), float(operands[1]))]

    def _op_straight(self, operands: Any) -> None:
        self.path.append((float(operands[0]), float(operands[1])))

    def _op_stroke(self, _operands: Any) -> None:
        for one, two in pairwise(self.path):
            self._flat(one, two)
        self.path = []

    def _op_drop(self, _operands: Any) -> None:
        self.path = []

    def _flat(self, one: tuple[float, float], two: tuple[float, float]) -> None:
        """Keep what is drawn as a horizontal or vertical rule."""
        a = multiply((1, 0, 0, 1, *one), self.matrix)
        b = multiply((1, 0, 0, 1, *two), self.matrix)
        left, right = sorted((a[4], b[4]))
        if abs(a[5] - b[5]) < 2 and right - left > 8:
            self.rules.append((left, right, (a[5] + b[5]) / 2))
        low, high = sorted((a[5], b[5]))
        if abs(a[4] - b[4]) < 2 and high - low > 8:
            self.posts.append(((a[4] + b[4]) / 2, low, high))


_NAMES = {
    "q": "save",
    "Q": "restore",
    "cm": "transform",
    "BT": "begin",
    "Tf": "font",
    "Tm": "place",
    "Td": "move",
    "TD": "move_leading",
    "TL": "leading",
    "T*": "next",
    "Tc": "spacing",
    "Tw": "words",
    "Tz": "stretch",
    "Tj": "show",
    "TJ": "show_many",
    "re": "rectangle",
    "m": "start",
    "l": "straight",
    "S": "stroke",
    "s": "stroke",
    "n": "drop",
    "f": "drop",
    "g": "fill",
    "rg": "fill",
    "k": "fill",
    "sc": "fill",
    "scn": "fill",
    "cs": "space",
    "f*": "drop",
}


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in operands)
    return (a, b, c, d, e, f)


def _lines(runs: list[Run]) -> Iterator[Line]:
    """Runs by baseline from top to bottom, split at wide gaps."""
    rows: list[list[Run]] = []
    for run in sorted((run for run in runs if run.text), key=lambda run: (-run.y, run.left)):
        if rows and abs(rows[-1][0].y - run.y) < 1.5:
            rows[-1].append(run)
        else:
            rows.append([run])
    for row in rows:
        row.sort(key=lambda run: run.left)
        group = [row[0]]
        for run in row[1:]:
            if run.left - group[-1].right > GAP * run.size:
                yield Line(tuple(group))
                group = []
            group.append(run)
        yield Line(tuple(group))


def _filled_fields(page: Any) -> Iterator[_Reader]:
    """What stands in the text fields of a page: number and date where they were filled in later."""
    for annotation in page.obj.get("/Annots", ()):
        drawing = annotation.get("/AP", pikepdf.Dictionary()).get("/N")
        if str(annotation.get("/FT")) != "/Tx" or not isinstance(drawing, pikepdf.Stream):
            continue
        left, bottom = float(annotation["/Rect"][0]), float(annotation["/Rect"][1])
        reader = _Reader(drawing.get("/Resources", pikepdf.Dictionary()), (1, 0, 0, 1, left, bottom))
        reader.read(drawing)
        yield reader


def _signature_fields(page: Any) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    """Names and rectangles of the signature fields of a page."""
    for annotation in page.obj.get("/Annots", ()):
        if str(annotation.get("/FT")) == "/Sig":
            left, bottom, right, top = (float(value) for value in annotation["/Rect"])
            yield str(annotation.get("/T", "")), (left, bottom, right, top)


def pages_of(data: bytes) -> tuple[list[PageText], dict[str, bool], Any]:
    """The pages of a PDF, its fonts (name: embedded), and its XMP packet as text."""
    with pikepdf.open(io.BytesIO(data)) as document:
        pages, fonts = [], {}
        for page in document.pages:
            box = [float(value) for value in page.mediabox]
            reader = _Reader(page.obj.get("/Resources", pikepdf.Dictionary()))
            reader.read(page)
            for one in _filled_fields(page):
                reader.runs += one.runs
                fonts.update({font.name: font.embedded for font in one.fonts.values()})
            lines = [line for line in _lines(reader.runs) if line.text]
            width, height = box[2] - box[0], box[3] - box[1]
            pages.append(
                PageText(width, height, lines, reader.rules, reader.posts, dict(_signature_fields(page)))
            )
            fonts.update({font.name: font.embedded for font in reader.fonts.values()})
        packet = document.Root.get("/Metadata")
        xmp = bytes(packet.read_bytes()).decode("utf-8", "replace") if packet is not None else ""
    return pages, fonts, xmp
