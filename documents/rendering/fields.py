"""Signature fields: made before anybody signs, because none may be added after certification."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf

LEADER_FIELD = "ChuKyNguoiKy"
AGENCY_FIELD = "ChuKyCoQuan"
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


def add_signature_fields(pdf: bytes, boxes: dict[str, Box], signer: str, *, author: str) -> bytes:
    """Add empty, tagged, printable signature fields; one Form element each, as PDF/UA-1 wants."""
    words = {
        LEADER_FIELD: f"Chữ ký số của người có thẩm quyền: {signer}",
        AGENCY_FIELD: f"Chữ ký số của cơ quan ban hành: {author}",
    }
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fields = pikepdf.Array()
        for name, box in boxes.items():
            fields.append(_field(document, name, words[name], box))
        document.Root.AcroForm = document.make_indirect(
            pikepdf.Dictionary(Fields=fields, SigFlags=3, DR=pikepdf.Dictionary())
        )
        out = io.BytesIO()
        document.save(
            out,
            fix_metadata_version=False,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return out.getvalue()


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
