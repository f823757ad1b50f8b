"""The typed content of an official paper, pure: what it says, never its number, date or signature.

One model serves the pages, the live preview and the PDF. Everything that enters is brought to NFC,
displaced tone marks are repaired, and control, bidirectional and unassigned characters are refused, so
that what a reader sees is what a machine finds. Parts and their order follow Decree 30/2020/NĐ-CP,
Article 8 and Annex I.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from qms.text import repair_marks

MAX_TABLE_ROWS = 1000
"""A longer table is split by its author: layout time grows with the rows (1,000 take about ten seconds)."""


class Kind(StrEnum):
    """Kinds of papers; the abbreviation goes into the symbol (Decree 30/2020, Annex III)."""

    DECISION = "decision"
    PLAN = "plan"
    PROGRAMME = "programme"
    REPORT = "report"
    NOTICE = "notice"
    MINUTES = "minutes"
    DECLARATION = "declaration"
    LETTER = "letter"


@dataclass(frozen=True)
class KindFacts:
    """How a kind is called and abbreviated."""

    label: Any
    heading: str
    abbreviation: str


KINDS: dict[Kind, KindFacts] = {
    Kind.DECISION: KindFacts(gettext_lazy("Decision"), "QUYẾT ĐỊNH", "QĐ"),
    Kind.PLAN: KindFacts(gettext_lazy("Plan"), "KẾ HOẠCH", "KH"),
    Kind.PROGRAMME: KindFacts(gettext_lazy("Programme"), "CHƯƠNG TRÌNH", "CTr"),
    Kind.REPORT: KindFacts(gettext_lazy("Report"), "BÁO CÁO", "BC"),
    Kind.NOTICE: KindFacts(gettext_lazy("Notice"), "THÔNG BÁO", "TB"),
    Kind.MINUTES: KindFacts(gettext_lazy("Minutes"), "BIÊN BẢN", "BB"),
    Kind.DECLARATION: KindFacts(gettext_lazy("Declaration of conformity"), "BẢN CÔNG BỐ", "CB"),
    Kind.LETTER: KindFacts(gettext_lazy("Official letter"), "", ""),
}

_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_REFUSED = {"Cc", "Cf", "Cs", "Co", "Cn"}


def clean_line(text: str) -> str:
    """One line of text: NFC, marks in place, white space folded.

    Raises PydanticCustomError for characters a reader cannot see (control, bidirectional, zero-width,
    private or unassigned).
    """
    text = repair_marks(_SPACES.sub(" ", text)).strip(" ")
    for letter in text:
        if unicodedata.category(letter) in _REFUSED:
            raise PydanticCustomError(
                "hidden_character",
                _("Contains the invisible character {code}").replace("{code}", f"U+{ord(letter):04X}"),
            )
    return text


def clean_lines(text: str) -> str:
    """Text whose line breaks are kept; each line cleaned, empty lines dropped."""
    lines = (clean_line(line) for line in text.replace("\r\n", "\n").split("\n"))
    return "\n".join(line for line in lines if line)


def _required(text: str) -> str:
    if not text:
        raise PydanticCustomError("text_missing", _("Must not be empty"))
    return text


Line = Annotated[str, Field(max_length=4000), AfterValidator(clean_line)]
FullLine = Annotated[Line, AfterValidator(_required)]
Lines = Annotated[str, Field(max_length=8000), AfterValidator(clean_lines)]
FullLines = Annotated[Lines, AfterValidator(_required)]
Align = Literal["left", "center", "right", "justify"]


class Part(BaseModel):
    """Base of all parts: frozen, and unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Paragraph(Part):
    """A paragraph of body text."""

    type: Literal["paragraph"] = "paragraph"
    text: FullLine
    bold: bool = False
    italic: bool = False
    align: Align = "justify"


class Clause(Part):
    """A khoản (`1.`) with its points (`a)`)."""

    text: FullLine
    points: tuple[FullLine, ...] = ()


class Article(Part):
    """An Điều, numbered by its place; khoản, then điểm without khoản, then further paragraphs."""

    type: Literal["article"] = "article"
    text: FullLine
    clauses: tuple[Clause, ...] = ()
    points: tuple[FullLine, ...] = ()
    paragraphs: tuple[FullLine, ...] = ()


class Listing(Part):
    """A list: numbers (`1.`), letters (`a)`), dashes (`-`) or plus signs (`+`)."""

    type: Literal["list"] = "list"
    style: Literal["number", "letter", "dash", "plus"] = "dash"
    items: tuple[FullLine, ...] = Field(min_length=1)


class Cell(Part):
    """A table cell; a line break in its text begins a new paragraph."""

    text: Lines = ""
    colspan: int = Field(default=1, ge=1, le=20)
    rowspan: int = Field(default=1, ge=1, le=MAX_TABLE_ROWS)
    bold: bool = False
    italic: bool = False
    align: Align | None = None


class Row(Part):
    """A table row; a `group` row heads the rows under it, a `total` row sums them up."""

    cells: tuple[Cell, ...] = Field(min_length=1)
    kind: Literal["normal", "group", "total"] = "normal"


class Column(Part):
    """A column: its head, its share of the width in per cent, and how its cells are aligned."""

    title: Lines
    width: int = Field(ge=2, le=96)
    align: Align = "left"


class Table(Part):
    """A table whose head repeats on every page; merged heads and cells by spans."""

    type: Literal["table"] = "table"
    caption: Line = ""
    columns: tuple[Column, ...] = Field(min_length=1, max_length=20)
    header: tuple[Row, ...] = Field(default=(), max_length=4)
    rows: tuple[Row, ...] = Field(min_length=1, max_length=MAX_TABLE_ROWS)
    size: Literal[11, 12, 13, 14] = 13

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sum(column.width for column in self.columns) != 100:
            raise PydanticCustomError("widths", _("The widths of the columns do not add up to 100"))
        for name, rows in (("header", self.header), ("rows", self.rows)):
            bad = _broken_row(rows, len(self.columns))
            if bad is not None:
                message = _("The cells of row {row} do not fill the columns of the table")
                raise PydanticCustomError(f"grid_{name}", message.replace("{row}", str(bad + 1)))
        return self


def _broken_row(rows: tuple[Row, ...], width: int) -> int | None:
    """The first row that leaves a hole, overflows, or spans past the last row; None when all fit."""
    open_spans = [0] * width
    for index, row in enumerate(rows):
        column = 0
        for cell in row.cells:
            while column < width and open_spans[column]:
                column += 1
            end = column + cell.colspan
            if end > width or any(open_spans[column:end]) or index + cell.rowspan > len(rows):
                return index
            open_spans[column:end] = [cell.rowspan] * cell.colspan
            column = end
        if not all(open_spans):
            return index
        open_spans = [span - 1 for span in open_spans]
    return None


class Section(Part):
    """A titled part of a plan or report; numbering goes `I.`, `1.`, `a)` by depth."""

    type: Literal["section"] = "section"
    title: FullLine
    numbered: bool = True
    blocks: "tuple[Block, ...]" = ()


Block = Annotated[Paragraph | Article | Listing | Table | Section, Field(discriminator="type")]


class Basis(Part):
    """A ground of the paper, shown after its verb; `record` names the LegalBasis it came from."""

    kind: Literal["basis", "implementing", "considering", "proposal"] = "basis"
    text: FullLine
    record: str = ""


BASIS_VERBS = {
    "basis": "Căn cứ",
    "implementing": "Thực hiện",
    "considering": "Xét đề nghị của",
    "proposal": "Theo đề nghị của",
}


class Annex(Part):
    """An annex with its own page numbers; landscape only for wide tables."""

    title: FullLines
    orientation: Literal["portrait", "landscape"] = "portrait"
    relation: Literal["Kèm theo", "Ban hành kèm theo"] = "Kèm theo"
    labelled: bool = True
    blocks: tuple[Block, ...] = Field(min_length=1)


AUTHORITIES = {
    "TM.": gettext_lazy("On behalf of a collective (TM.)"),
    "KT.": gettext_lazy("A deputy for the head (KT.)"),
    "TL.": gettext_lazy("By order (TL.)"),
    "TUQ.": gettext_lazy("By special authorisation (TUQ.)"),
    "Q.": gettext_lazy("Acting head (Q.)"),
}


class Signature(Part):
    """The signature block (Decree 30/2020, Article 13).

    `authority` and `on_behalf_of` make the first line (`KT. GIÁM ĐỐC`), `position` follows, `post` (the
    signer's post in the agency when a council signs) stands above the name, as Annex I shows it.
    """

    authority: Literal["", "TM.", "KT.", "TL.", "TUQ.", "Q."] = ""
    on_behalf_of: Line = ""
    position: Lines = ""
    post: Lines = ""
    name: FullLine

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.authority and not self.on_behalf_of:
            message = _("Say for whom the paper is signed")
            raise PydanticCustomError("on_behalf_of", message)
        if not self.authority and not self.position:
            raise PydanticCustomError("position", _("Give the position of the signer"))
        return self

    @property
    def titles(self) -> list[str]:
        """The lines above the signature, in capitals."""
        first = f"{self.authority} {self.on_behalf_of}".strip() if self.authority else ""
        lines = [first, *self.position.split("\n")]
        return [line.upper() for line in lines if line]


class Cosigner(Part):
    """Who signs on the left as well: the secretary of a meeting (form 1.10 of Annex III)."""

    title: FullLine
    name: FullLine


class Layout(Part):
    """Sizes and distances an agency may choose within Annex I: millimetres and points."""

    head_size: Literal[12, 13] = 12
    body_size: Literal[13, 14] = 14
    top: int = Field(default=20, ge=20, le=25)
    bottom: int = Field(default=20, ge=20, le=25)
    left: int = Field(default=30, ge=30, le=35)
    right: int = Field(default=20, ge=15, le=20)
    indent: Literal["10", "12.7"] = "12.7"
    spacing: int = Field(default=6, ge=6, le=12)
    line: Literal["1", "1.15", "1.3", "1.5"] = "1"

    @property
    def indent_class(self) -> str:
        """The indent as part of a class name (`127`)."""
        return self.indent.replace(".", "")

    @property
    def line_class(self) -> str:
        """The line spacing as part of a class name (`115`)."""
        return self.line.replace(".", "")


ADDED_LATER = ("copies", "cosigner")


class PaperContent(Part):
    """Everything a paper says. Number, date and signatures are facts of its issue, kept elsewhere."""

    version: Literal[1] = 1
    kind: Kind
    symbol: FullLine
    parent_name: Lines = ""
    agency_name: FullLines
    place: FullLine
    title: FullLines
    addressees: tuple[FullLine, ...] = ()
    preamble: Lines = ""
    bases: tuple[Basis, ...] = ()
    enacting: Line = ""
    body: tuple[Block, ...] = Field(min_length=1)
    annexes: tuple[Annex, ...] = ()
    signature: Signature
    cosigner: Cosigner | None = None
    recipients: tuple[FullLine, ...] = ()
    archive: Line = "VT"
    copies: Line = ""
    layout: Layout = Layout()

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if not re.fullmatch(r"[^\s/]+(-[^\s/]+)*", self.symbol):
            raise PydanticCustomError("symbol", _("A symbol has no spaces and no slash, such as QĐ-SKHCN"))
        if self.kind == Kind.DECISION and not any(block.type == "article" for block in self.body):
            raise PydanticCustomError("articles", _("A decision needs at least one article"))
        return self

    def canonical(self) -> bytes:
        """The content as canonical JSON: the bytes its hash is taken over.

        Fields added later count only where they are used, so that papers approved before keep their hash.
        """
        data = self.model_dump(mode="json")
        for name in ADDED_LATER:
            if not data[name]:
                del data[name]
        return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    def digest(self) -> str:
        """SHA-256 of the canonical content, hexadecimal."""
        return hashlib.sha256(self.canonical()).hexdigest()


def texts(content: PaperContent) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text of the paper with the path to it, in the order of the model."""
    yield from _texts((), content.model_dump(mode="json"))


_NOT_TEXT = {"type", "kind", "style", "align", "orientation", "version", "layout", "record", "relation"}


def _texts(path: tuple[str | int, ...], node: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in _NOT_TEXT:
                yield from _texts((*path, key), value)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _texts((*path, index), value)
    elif isinstance(node, str) and node:
        yield path, node
