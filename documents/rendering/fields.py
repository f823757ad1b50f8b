"""Signature fields: made before anybody signs, because none may be added after certification."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pikepdf

from documents.rendering import fonts
from documents.rendering.streams import written
from documents.rendering.tables import mend_headers

FIGURES = "0123456789"
FIGURE_WIDTH = 500
"""Thousandths of the size: the figures of the bundled font are all of one width."""

LEADER_FIELD = "ChuKyNguoiKy"
AGENCY_FIELD = "ChuKyCoQuan"
BLANKS = {"number": "SoVanBan", "day": "Ngay", "month": "Thang", "year": "Nam"}
"""Fields for number and date (flow B). The head's have these names, those of annex n end in `_n`."""

MILLIMETRE = 72 / 25.4
PIXEL = 0.75
SEAL_DIAMETER = 36.0
"""Millimetres of the seal's image, real size."""


@dataclass(frozen=True)
class Box:
    """A rectangle on a page (from 0), in points from the lower left corner."""

    page: int
    left: float
    bottom: float
    right: float
    top: float

    @property
    def rectangle(self) -> list[float]:
        """As a PDF rectangle, rounded to hundredths."""
        return [round(value, 2) for value in (self.left, self.bottom, self.right, self.top)]


def signature_boxes(pages: Sequence[Any]) -> dict[str, Box]:
    """Where the two signatures go, from the anchors the template set.

    The leader's box is the room between position and name. The seal covers a third of that image, on
    its left (Annex I, 8).
    """
    found = [(i, page) for i, page in enumerate(pages) if {"hand-start", "hand-end"} <= set(page.anchors)]
    if not found:
        raise ValueError("the paper has no room for a signature")
    index, page = found[0]
    (x1, y1), (x2, y2) = page.anchors["hand-start"][:2], page.anchors["hand-end"][:2]
    height = page.height * PIXEL
    leader = Box(index, x1 * PIXEL, height - y2 * PIXEL, x2 * PIXEL, height - y1 * PIXEL)
    side = SEAL_DIAMETER * MILLIMETRE
    right = leader.left + (leader.right - leader.left) / 3
    middle = (leader.bottom + leader.top) / 2
    seal = Box(index, right - side, middle - side / 2, right, middle + side / 2)
    return {LEADER_FIELD: leader, AGENCY_FIELD: seal}


@dataclass(frozen=True)
class Blank:
    """A field for the number or a part of the date: its name, what it is for, where and how it is set."""

    name: str
    what: str
    box: Box
    size: float
    italic: bool


def blank_kind(name: str) -> str:
    """What a field of this name is for (`number`, `day`, …); empty for any other field."""
    found = re.fullmatch(r"([A-Za-z]+)(?:_[1-9]\d?)?", name)
    return next((what for what, start in BLANKS.items() if found and found[1] == start), "")


def blanks_of(pages: Sequence[Any], *, head: float, body: float) -> list[Blank]:
    """The fields for number and date, from the anchors the template set; sizes in points."""
    found = []
    for index, page in enumerate(pages):
        height = page.height * PIXEL
        for anchor, place in page.anchors.items():
            parts = anchor.split("-")
            if parts[0] != "room" or len(parts) != 3:
                continue
            x1, _y1, x2, y2 = place
            line = height - y2 * PIXEL
            what, annex = parts[1], int(parts[2])
            size = body if annex else 13.0 if what == "number" else head
            box = Box(index, x1 * PIXEL, line - 0.25 * size, x2 * PIXEL, line + 0.85 * size)
            name = BLANKS[what] + (f"_{annex}" if annex else "")
            found.append(Blank(name, what, box, size, italic=bool(annex) or what != "number"))
    return found


def add_signature_fields(
    pdf: bytes, boxes: dict[str, Box], signer: str, *, author: str, blanks: Sequence[Blank] = ()
) -> bytes:
    """Add empty, tagged, printable fields; one Form element each, as PDF/UA-1 wants.

    With `blanks` the agency's signature closes every field and the whole file when it is made.
    """
    words = {
        LEADER_FIELD: f"Chữ ký số của người có thẩm quyền: {signer}",
        AGENCY_FIELD: f"Chữ ký số của cơ quan ban hành: {author}",
    }
    with pikepdf.open(io.BytesIO(pdf)) as document:
        mend_headers(document)
        fields = pikepdf.Array()
        resources = pikepdf.Dictionary()
        for name, box in boxes.items():
            fields.append(_field(document, name, words[name], box))
        if blanks:
            resources.Font = digit_fonts(document)
            fields[-1].Lock = document.make_indirect(
                pikepdf.Dictionary(Type=pikepdf.Name.SigFieldLock, Action=pikepdf.Name.All, P=1)
            )
        for blank in blanks:
            fields.append(_blank(document, blank))
        document.Root.AcroForm = document.make_indirect(
            pikepdf.Dictionary(Fields=fields, SigFlags=3, DR=resources)
        )
        return written(document)


WORDS = {"number": "Số văn bản", "day": "Ngày", "month": "Tháng", "year": "Năm"}
UPRIGHT, ITALIC = "SoDung", "SoNghieng"


def _blank(document: Any, blank: Blank) -> Any:
    """A field for text that no reader lets people type into: the portal fills it in."""
    field = _field(document, blank.name, WORDS[blank.what], blank.box)
    field.FT = pikepdf.Name.Tx
    field.Ff = 1
    field.Q = 2 if blank.what == "number" else 1
    font = ITALIC if blank.italic else UPRIGHT
    field.DA = pikepdf.String(f"/{font} {blank.size:g} Tf 0 g")
    document.pages[blank.box.page].obj.Tabs = pikepdf.Name.S
    return field


def digit_fonts(document: Any) -> Any:
    """The ten figures of the papers' font, upright and italic, embedded before anybody signs."""
    found = pikepdf.Dictionary()
    for name, style in ((UPRIGHT, "regular"), (ITALIC, "italic")):
        found[f"/{name}"] = _digit_font(document, style)
    return found


@lru_cache(maxsize=8)
def _digits(file: Path) -> tuple[bytes, list[int], str]:
    """A font of figures only, figure n being glyph n + 1, all of one width; its bounding box and name."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(hinting=False, name_IDs=[], layout_features=[], notdef_outline=True)
    with TTFont(file, recalcTimestamp=False) as font:
        called = re.sub(r"[^A-Za-z0-9-]", "", font["name"].getDebugName(6) or file.stem)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=[ord(figure) for figure in FIGURES])
        cutter.subset(font)
        scale = 1000 / font["head"].unitsPerEm
        table = font.getBestCmap()
        for value, figure in enumerate(FIGURES):
            name = table[ord(figure)]
            if font.getGlyphID(name) != value + 1 or round(font["hmtx"][name][0] * scale) != FIGURE_WIDTH:
                raise ValueError(f"{file}: the figures are not as expected")
        head = font["head"]
        box = [round(value * scale) for value in (head.xMin, head.yMin, head.xMax, head.yMax)]
        out = io.BytesIO()
        font.save(out)
    return out.getvalue(), box, called


def _digit_font(document: Any, style: str) -> Any:
    program, box, called = _digits(fonts.faces()[style])
    italic = style == "italic"
    name = pikepdf.Name(f"/QMSSO{'I' if italic else 'R'}+{called}")
    stream = document.make_stream(program, Length1=len(program))
    descriptor = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor,
            FontName=name,
            FontFamily=pikepdf.String(fonts.family()),
            Flags=68 if italic else 4,
            FontBBox=box,
            ItalicAngle=-16 if italic else 0,
            Ascent=891,
            Descent=-216,
            CapHeight=662,
            StemV=80,
            FontFile2=stream,
        )
    )
    widths = pikepdf.Array([1, len(FIGURES), FIGURE_WIDTH])
    lines = "\n".join(f"<{value + 1:04x}> <{ord(figure):04x}>" for value, figure in enumerate(FIGURES))
    codes = f"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <ffff> endcodespacerange
{len(FIGURES)} beginbfchar
{lines}
endbfchar
endcmap CMapName currentdict /CMap defineresource pop end end"""
    child = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.CIDFontType2,
            BaseFont=name,
            CIDSystemInfo=pikepdf.Dictionary(
                Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
            ),
            CIDToGIDMap=pikepdf.Name.Identity,
            DW=500,
            W=widths,
            FontDescriptor=descriptor,
        )
    )
    return document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type0,
            BaseFont=name,
            Encoding=pikepdf.Name("/Identity-H"),
            DescendantFonts=pikepdf.Array([child]),
            ToUnicode=document.make_stream(codes.encode()),
        )
    )


def figures(text: str) -> tuple[bytes, float]:
    """The codes of a text of figures in the embedded fonts, and its width in ems."""
    return b"".join((int(figure) + 1).to_bytes(2, "big") for figure in text), len(text) * FIGURE_WIDTH / 1000


def _field(document: Any, name: str, words: str, box: Box) -> Any:
    page = document.pages[box.page].obj
    appearance = document.make_stream(
        b"",
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        BBox=[0, 0, round(box.right - box.left, 2), round(box.top - box.bottom, 2)],
        Resources=pikepdf.Dictionary(),
    )
    field = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Sig,
            T=pikepdf.String(name),
            TU=pikepdf.String(words),
            Rect=box.rectangle,
            F=132,
            P=page,
            AP=pikepdf.Dictionary(N=appearance),
        )
    )
    if "/Annots" not in page:
        page.Annots = pikepdf.Array()
    page.Annots.append(field)
    root = document.Root.StructTreeRoot
    numbers = root.ParentTree.Nums
    key = max(int(numbers[index]) for index in range(0, len(numbers), 2)) + 1
    top = root.K[0] if isinstance(root.K, pikepdf.Array) else root.K
    element = document.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.StructElem,
            S=pikepdf.Name.Form,
            P=top,
            Pg=page,
            K=pikepdf.Dictionary(Type=pikepdf.Name.OBJR, Obj=field, Pg=page),
        )
    )
    top.K.append(element)
    field.StructParent = key
    numbers.append(key)
    numbers.append(element)
    return field
