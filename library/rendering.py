"""What a version looks like: on the screen, as a PDF, and as a marked copy of an uploaded file.

Originals are never rewritten: whoever takes a copy out gets one made for the day, with the note until when
it can be trusted, and with the words that it no longer holds where it does not.
"""

import datetime as dt
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from documents.plaintext import text_to_blocks
from documents.rendering.render import sheet_render
from library.models import ControlledDocument, DocumentVersion, Section
from library.selectors.manual import exclusions
from qms.models import Agency

OBSOLETE = "HẾT HIỆU LỰC"
NOT_YET = "CHƯA CÓ HIỆU LỰC"
DRAFT = "DỰ THẢO"
TAGS = {"number": ("ol", ""), "letter": ("ol", ' type="a"'), "dash": ("ul", ""), "plus": ("ul", "")}


@dataclass(frozen=True)
class Mark:
    """What a copy says about itself: the stamp (empty while it holds) and the note of its day."""

    stamp: str
    note: str


def mark_of(version: DocumentVersion, today: dt.date) -> Mark:
    """The stamp and the note of a copy made today; always in Vietnamese, as the papers are."""
    status = version.status_on(today)
    note = (
        f"Bản in ngày {today:%d/%m/%Y}; chỉ có giá trị tại thời điểm in, đối chiếu trên cổng trước khi dùng."
    )
    if status == "active":
        return Mark("", note)
    if status == "obsolete":
        last = version.last_day
        return Mark(OBSOLETE, f"{OBSOLETE} sau ngày {last:%d/%m/%Y}. {note}" if last else note)
    if status == "approved" and version.effective_on is not None:
        return Mark(NOT_YET, f"Có hiệu lực từ ngày {version.effective_on:%d/%m/%Y}. {note}")
    return Mark(DRAFT, note)


# --- On the screen ------------------------------------------------------------------------------------------
def document_links(agency: Agency) -> dict[str, str]:
    """Address by code of every document, so that a text that names one leads to it."""
    rows = ControlledDocument.objects.filter(agency=agency).only("pk", "code")
    return {one.code: one.get_absolute_url() for one in rows}


def _linked(text: str, links: Mapping[str, str]) -> SafeString:
    """Escaped text in which codes of documents are links."""
    if not links:
        return escape(text)
    codes = sorted((code for code in links if len(code) > 2), key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w.])(?:{'|'.join(re.escape(code) for code in codes)})(?![\w])")
    parts, last = [], 0
    for found in pattern.finditer(text) if codes else ():
        parts.append(escape(text[last : found.start()]))
        parts.append(format_html('<a href="{}">{}</a>', links[found[0]], found[0]))
        last = found.end()
    return mark_safe("".join([*parts, escape(text[last:])]))  # noqa: S308 - every part is escaped


def text_html(text: str, links: Mapping[str, str] | None = None) -> SafeString:
    """The text of a section as HTML: paragraphs, lists, headings."""
    return _blocks(text_to_blocks(text), links or {})


def _blocks(blocks: Iterable[dict[str, Any]], links: Mapping[str, str]) -> SafeString:
    return mark_safe("".join(_block(one, links) for one in blocks))  # noqa: S308 - made of escaped parts


def _block(block: dict[str, Any], links: Mapping[str, str]) -> SafeString:
    if block["type"] == "list":
        name, more = TAGS[block["style"]]
        items = format_html_join("", "<li>{}</li>", ((_linked(item, links),) for item in block["items"]))
        whole = f"<{name}{more}>{items}</{name}>"
        return mark_safe(whole)  # noqa: S308 - our own tag around escaped items
    if block["type"] == "section":
        return format_html(
            '<p class="sub-h">{}</p>{}', _linked(block["title"], links), _blocks(block["blocks"], links)
        )
    if block["type"] == "article":
        return format_html("<p>{}</p>", _linked(block["text"], links))
    return format_html("<p>{}</p>", _linked(block["text"], links))


def sections_html(
    sections: Iterable[Section], links: Mapping[str, str] | None = None
) -> list[tuple[Section, SafeString]]:
    """Every section with its text as HTML."""
    return [(one, text_html(one.text, links)) for one in sections]


# --- As a PDF -----------------------------------------------------------------------------------------------
def version_pdf(version: DocumentVersion, today: dt.date) -> bytes:
    """A version written here as PDF/A; head, note of the day and stamp (where due) on every page."""
    document, mark = version.document, mark_of(version, today)
    history = (
        DocumentVersion.objects.filter(document=document, state=DocumentVersion.State.APPROVED)
        .filter(effective_on__lte=version.effective_on or today)
        .order_by("effective_on")
    )
    with override("vi"):
        html = render_to_string(
            "pdf/library/document.html",
            {
                "document": document,
                "version": version,
                "agency": document.agency,
                "mark": mark,
                "history": history,
                "excluded": exclusions(version),
                "parts": sections_html(version.sections.order_by("order", "created_at")),
            },
        )
        since = f"{version.effective_on:%d/%m/%Y}" if version.effective_on else "…"
    styles = STYLE % {
        "head": _css(f"{document.code}  |  Ban hành/sửa đổi: {version.edition}  |  Hiệu lực: {since}"),
        "note": _css(mark.note),
    }
    return sheet_render(html, styles, title=str(document), author=document.agency.name)


def _css(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


STYLE = """
@page { size: A4; margin: 24mm 18mm 22mm 28mm;
        @top-left { content: "%(head)s"; font: 9.5pt "Tinos"; border-bottom: .5pt solid #000;
                    padding-bottom: 1mm; width: 75%%; white-space: nowrap }
        @top-right { content: "Trang " counter(page) "/" counter(pages); font: 9.5pt "Tinos";
                     border-bottom: .5pt solid #000; padding-bottom: 1mm }
        @bottom-center { content: "%(note)s"; font: italic 9pt "Tinos"; border-top: .5pt solid #000;
                         padding-top: 1mm; width: 100%% } }
body { font: 13pt/1.35 "Tinos"; margin: 0 }
.lh { text-align: center; margin-bottom: 8mm } .lh p { margin: 0 } .lh .a { font-weight: bold }
h1 { font-size: 17pt; text-align: center; margin: 6mm 0 2mm }
.facts { text-align: center; margin: 0 0 6mm }
h2 { font-size: 14pt; margin: 6mm 0 2mm; break-after: avoid } h3 { font-size: 13pt; margin: 4mm 0 1mm;
     break-after: avoid } h4 { font-size: 13pt; font-style: italic; margin: 3mm 0 1mm; break-after: avoid }
p { margin: 0 0 1.5mm; text-align: justify } ol, ul { margin: 0 0 2mm; padding-left: 7mm }
.excl { font-style: italic } .sub-h { font-weight: bold }
table { width: 100%%; border-collapse: collapse; margin: 2mm 0 5mm; font-size: 11.5pt }
th, td { border: .5pt solid #000; padding: 1.2mm 1.8mm; vertical-align: top; text-align: left }
.stamp { position: fixed; top: 95mm; left: -8mm; width: 180mm; text-align: center; font-weight: bold;
         font-size: 54pt; color: #f3b9b4; transform: rotate(-32deg) }
.mark { border: 1pt solid #b3261e; color: #b3261e; font-weight: bold; text-align: center; padding: 1.5mm;
        margin-bottom: 5mm }
"""

OVERLAY = """
@page { size: %(width).2fpt %(height).2fpt; margin: 0 }
body { margin: 0; font: 9pt "Tinos" }
.note { position: absolute; bottom: 7pt; left: 20pt; right: 20pt; text-align: center; font-style: italic }
.stamp { position: absolute; top: 42%%; left: 0; right: 0; text-align: center; font-weight: bold;
         font-size: %(size).1fpt; color: #d9544d; opacity: .45; transform: rotate(-32deg) }
.mark { position: absolute; top: 8pt; left: 20pt; right: 20pt; text-align: center; font-weight: bold;
        font-size: 11pt; color: #b3261e }
"""


def stamped_pdf(content: bytes, mark: Mark) -> bytes:
    """A copy of a PDF whose every page carries the note of the day, and the stamp where there is one."""
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as document:
        made: dict[tuple[int, int], Any] = {}
        held = []
        for page in document.pages:
            box = [float(number) for number in page.trimbox]
            size = (round(box[2] - box[0]), round(box[3] - box[1]))
            if int(page.get("/Rotate", 0)) % 180:
                size = (size[1], size[0])
            if size not in made:
                overlay = pikepdf.open(io.BytesIO(_overlay(size, mark)))
                held.append(overlay)
                made[size] = overlay.pages[0]
            page.add_overlay(made[size], pikepdf.Rectangle(*box))
        out = io.BytesIO()
        document.save(out)
        for overlay in held:
            overlay.close()
    return out.getvalue()


def _overlay(size: tuple[int, int], mark: Mark) -> bytes:
    from weasyprint import CSS, HTML

    from documents.rendering import fonts
    from documents.rendering.assets import locked_fetcher

    stamp = f'<div class="stamp">{escape(mark.stamp)}</div><div class="mark">{escape(mark.stamp)}</div>'
    html = f'<html lang="vi"><body>{stamp if mark.stamp else ""}<div class="note">{escape(mark.note)}</div>'
    fetcher, configuration = locked_fetcher(), fonts.font_configuration()
    styles = OVERLAY % {"width": size[0], "height": size[1], "size": min(size) / 9}
    css = CSS(string=styles, url_fetcher=fetcher, font_config=configuration)
    document = HTML(string=html, base_url="asset:stamp", url_fetcher=fetcher)
    return bytes(document.write_pdf(stylesheets=[css], font_config=configuration))


def marked_docx(content: bytes, mark: Mark) -> bytes:
    """A copy of a Word file with the stamp in every head and the note of the day in every foot."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt, RGBColor

    file = Document(io.BytesIO(content))
    for number, section in enumerate(file.sections):
        heads, feet = [section.header], [section.footer]
        if section.different_first_page_header_footer:
            heads.append(section.first_page_header)
            feet.append(section.first_page_footer)
        if file.settings.odd_and_even_pages_header_footer:
            heads.append(section.even_page_header)
            feet.append(section.even_page_footer)
        texts = [(part, mark.stamp, True) for part in heads] + [(part, mark.note, False) for part in feet]
        for part, text, strong in texts:
            if text and (number == 0 or not part.is_linked_to_previous):
                paragraph = part.add_paragraph()
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                run = paragraph.add_run(text)
                run.bold, run.italic, run.font.size = strong, not strong, Pt(14 if strong else 9)
                if strong:
                    run.font.color.rgb = RGBColor(0xB3, 0x26, 0x1E)
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()
