"""Number and date between two signatures (flow B): filling them in, and that nothing else changed.

The person in charge signs a file whose fields for number and date are empty; the clerk's act fills
them; the agency's signature then closes every field and the whole file.
"""

import datetime as dt
import io
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from documents.exceptions import SigningFailed
from documents.rendering.fields import blank_kind, figures
from documents.rendering.sheet import IssueFacts
from documents.signing.pades import quiet_writer

PADDING = 0.6
"""Points between the number and what follows it."""


@dataclass(frozen=True)
class Filled:
    """What stands in the fields for number and date; empty texts while nothing was filled in."""

    number: str = ""
    day: str = ""
    month: str = ""
    year: str = ""

    @classmethod
    def of(cls, number: int, issued_on: dt.date) -> "Filled":
        """The texts of a number and date, written as Annex I asks for."""
        facts = IssueFacts(number, issued_on)
        return cls(facts.number_text, facts.day, facts.month, facts.year_text)

    @property
    def date(self) -> str:
        """The date in figures, empty where the paper has none of its own."""
        return "/".join(one.zfill(2) for one in (self.day, self.month, self.year) if one)


def _fields(pdf: Any) -> list[Any]:
    return list(pdf.root["/AcroForm"]["/Fields"]) if "/AcroForm" in pdf.root else []


def blank_fields(pdf: Any) -> dict[str, Any]:
    """The fields for number and date of a reader or writer, by name."""
    fields = [ref.get_object() for ref in _fields(pdf)]
    text = {str(field.get("/T", "")): field for field in fields if field.get("/FT") == "/Tx"}
    return {name: field for name, field in text.items() if blank_kind(name)}


def filled_in(pdf: Any) -> Filled | None:
    """What a file says in its fields; None where it has none. Raises ValueError where they disagree."""
    values: dict[str, set[str]] = {}
    for name, field in blank_fields(pdf).items():
        values.setdefault(blank_kind(name), set()).add(str(field.get("/V", "")))
    if not values:
        return None
    if any(len(several) > 1 for several in values.values()):
        raise ValueError("the fields of number and date disagree")
    return Filled(**{kind: several.pop() for kind, several in values.items()})


def fill(pdf: bytes, number: int, issued_on: dt.date) -> bytes:
    """The file with number and date in all their fields, appended as one revision; raises SigningFailed."""
    from pyhanko.pdf_utils import generic

    writer = quiet_writer(pdf)
    texts = Filled.of(number, issued_on)
    if filled_in(writer) not in (Filled(), None):
        raise SigningFailed(_("Number and date are filled in already."))
    fonts = writer.root["/AcroForm"]["/DR"]["/Font"]
    count = 0
    for name, field in blank_fields(writer).items():
        text = getattr(texts, blank_kind(name))
        field[generic.pdf_name("/V")] = generic.TextStringObject(text)
        field[generic.pdf_name("/AP")] = generic.DictionaryObject(
            {generic.pdf_name("/N"): writer.add_object(_appearance(field, text, fonts))}
        )
        writer.update_container(field)
        count += 1
    if not count:
        raise SigningFailed(_("The file has no fields for number and date."))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _appearance(field: Any, text: str, fonts: Any) -> Any:
    from pyhanko.pdf_utils import generic

    left, bottom, right, top = (float(value) for value in field["/Rect"])
    name, size = str(field["/DA"]).split()[:2]
    points = float(size)
    codes, ems = figures(text)
    wide, room = ems * points, right - left - PADDING
    squeeze = min(1.0, room / wide) if wide else 1.0
    spare = right - left - wide * squeeze
    start = spare - PADDING if field.get("/Q") == 2 else spare / 2
    drawing = (
        f"/Tx BMC q BT {name} {points:g} Tf {squeeze * 100:.2f} Tz 0 g "
        f"1 0 0 1 {start:.3f} {0.25 * points:.3f} Tm <{codes.hex()}> Tj ET Q EMC"
    )
    font = {generic.pdf_name(name): fonts.raw_get(name)}
    return generic.StreamObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/XObject"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Form"),
            generic.pdf_name("/BBox"): generic.ArrayObject(
                generic.FloatObject(round(value, 2)) for value in (0, 0, right - left, top - bottom)
            ),
            generic.pdf_name("/Resources"): generic.DictionaryObject(
                {generic.pdf_name("/Font"): generic.DictionaryObject(font)}
            ),
        },
        stream_data=drawing.encode(),
    )


def untouched(before: bytes, after: bytes) -> bool:
    """Whether no field for number and date was written to since `before`, neither value nor appearance."""
    base = quiet_writer(before).prev.xrefs.total_revisions
    reader = quiet_writer(after).prev
    for ref in _fields(reader):
        field = ref.get_object()
        if field.get("/FT") == "/Sig":
            continue
        drawn = field["/AP"].raw_get("/N").reference
        if any(reader.xrefs.get_last_change(one) >= base for one in (ref.reference, drawn)):
            return False
    return True


def only_filled(signed: bytes, filled: bytes, number: int, issued_on: dt.date) -> None:
    """Raise SigningFailed unless `filled` is `signed` with exactly this number and date filled in."""
    from pyhanko.sign.diff_analysis import SuspiciousModification
    from pyhanko.sign.fields import MDPPerm

    from documents.signing.inspect import STRICT

    wrong = _("Something other than number and date was changed after the signature of the person in charge.")
    if not filled.startswith(signed):
        raise SigningFailed(wrong)
    try:
        reader = quiet_writer(filled).prev
        base = quiet_writer(signed).prev.xrefs.total_revisions - 1
        result = STRICT.review_file(reader, base, doc_mdp=MDPPerm.FILL_FORMS)
        said = filled_in(reader)
    except Exception as error:  # a strange file fails in strange ways
        raise SigningFailed(wrong) from error
    if isinstance(result, SuspiciousModification):
        raise SigningFailed(wrong)
    if any(not blank_kind(str(name)) for name in result.changed_form_fields):
        raise SigningFailed(wrong)
    expected = Filled.of(number, issued_on)
    present = {blank_kind(name) for name in blank_fields(reader)}
    if said != Filled(**{kind: getattr(expected, kind) for kind in present}):
        raise SigningFailed(
            _("Number and date in the file are not those of the register: %(number)s, %(date)s.")
            % {"number": said.number if said else "", "date": said.date if said else ""}
        )
