"""Rendering a paper: content and facts in, an unsigned PDF with two empty signature fields out."""

import datetime as dt
import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pikepdf
import pydyf  # type: ignore[import-untyped]
from django.template.loader import render_to_string
from django.utils.translation import override

from documents.content import PaperContent
from documents.rendering import fonts
from documents.rendering.assets import RenderingFailed, locked_fetcher, stylesheet
from documents.rendering.fields import Box, add_signature_fields, blanks_of, signature_boxes
from documents.rendering.glyphs import glyph_problems
from documents.rendering.limits import within_limits
from documents.rendering.metadata import PaperMetadata
from documents.rendering.pages import page_styles
from documents.rendering.qr import add_code
from documents.rendering.sheet import IssueFacts, Sheet, sheet_of
from documents.rendering.streams import written
from qms.exceptions import Invalid


@dataclass(frozen=True)
class Rendered:
    """A rendered paper: the file, its pages, and where the signatures go."""

    pdf: bytes
    pages: int
    boxes: dict[str, Box]


def sheet_html(sheet: Sheet) -> str:
    """The page the PDF is made from. Always in Vietnamese, whatever language the reader uses."""
    with override("vi"):
        return render_to_string("pdf/documents/paper.html", {"sheet": sheet})


def paper_render(
    content: PaperContent,
    facts: IssueFacts,
    *,
    code: str = "",
    moment: dt.datetime | None = None,
    qr_address: str = "",
) -> Rendered:
    """Render a paper to PDF/A-3a and PDF/UA-1 with empty signature fields, and others for number and date.

    Raises Invalid for characters the fonts lack, RenderingFailed when the template reaches for anything
    outside the bundled assets, or the paper takes more time or memory than it may.
    """
    problems = glyph_problems(content)
    if problems:
        raise Invalid(problems)
    with within_limits():
        return _rendered(content, facts, code, moment, qr_address)


def _rendered(
    content: PaperContent, facts: IssueFacts, code: str, moment: dt.datetime | None, qr_address: str
) -> Rendered:
    sheet = sheet_of(content, facts)
    document = _layout(sheet_html(sheet), content)
    boxes = signature_boxes(document.pages)
    metadata = PaperMetadata(
        title=sheet.full_title,
        author=" ".join(sheet.agency),
        code=code,
        moment=(moment or dt.datetime.now(dt.UTC)).isoformat(timespec="seconds"),
        producer="WeasyPrint 70",
    )
    pdf = _write(document, metadata)
    if qr_address:
        pdf = add_code(pdf, qr_address, left=content.layout.left)
    blanks = []
    if facts.fields:
        head, body = content.layout.head_size + 1.0, float(content.layout.body_size)
        blanks = blanks_of(document.pages, head=head, body=body)
    signer, author = sheet.content.signature.name, " ".join(sheet.agency)
    pdf = add_signature_fields(pdf, boxes, signer, author=author, blanks=blanks)
    return Rendered(pdf, len(document.pages), boxes)


@lru_cache(maxsize=32)
def _styles(text: str, _folder: Path) -> Any:
    """A style sheet, read once: the same few serve every paper. It belongs to the fonts of that folder."""
    from weasyprint import CSS

    return CSS(string=text, url_fetcher=locked_fetcher(), font_config=fonts.font_configuration())


def _layout(html: str, content: PaperContent) -> Any:
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    fetcher = locked_fetcher()
    configuration = fonts.font_configuration()
    styles = [_styles(text, fonts.folder()) for text in (stylesheet(), page_styles(content))]
    try:
        return HTML(string=html, base_url="asset:paper", url_fetcher=fetcher).render(
            stylesheets=styles,
            font_config=configuration,
            pdf_variant="pdf/a-3a",
            pdf_tags=True,
        )
    except FatalURLFetchingError as error:  # derives from BaseException: `except Exception` misses it
        raise RenderingFailed(str(error)) from error


def _write(document: Any, metadata: PaperMetadata) -> bytes:
    from weasyprint.urls import FatalURLFetchingError

    def include(pdf: Any, variant: str, version: int, conformance: str, compress: bool) -> None:
        stream = pydyf.Stream([metadata.packet()], {"Type": "/Metadata", "Subtype": "/XML"}, compress=False)
        pdf.add_object(stream)
        pdf.catalog["Metadata"] = stream.reference

    own = document.metadata
    own.authors, own.created, own.modified = [metadata.author], metadata.moment, metadata.moment
    own.include_in_pdf = include
    try:
        return bytes(document.write_pdf(pdf_variant="pdf/a-3a", pdf_tags=True))
    except FatalURLFetchingError as error:
        raise RenderingFailed(str(error)) from error


def sheet_render(html: str, styles: str, *, title: str, author: str) -> bytes:
    """Any page of the portal's own as a PDF/A-3a: reports and dashboards that are no issued papers.

    Raises RenderingFailed when it reaches for anything outside the text it was given, or takes too much.
    """
    with within_limits():
        return _sheet(html, styles, title, author)


def _sheet(html: str, styles: str, title: str, author: str) -> bytes:
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    fetcher = locked_fetcher()
    configuration = fonts.font_configuration()
    try:
        document = HTML(string=html, base_url="asset:sheet", url_fetcher=fetcher).render(
            stylesheets=[_styles(styles, fonts.folder())],
            font_config=configuration,
            pdf_variant="pdf/a-3a",
            pdf_tags=True,
        )
    except FatalURLFetchingError as error:
        raise RenderingFailed(str(error)) from error
    moment = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    with pikepdf.open(
        io.BytesIO(_write(document, PaperMetadata(title, author, "", moment, "WeasyPrint 70")))
    ) as pdf:
        return written(pdf)
