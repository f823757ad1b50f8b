"""Reports and dashboards as PDF: in Vietnamese, A4 across, through the renderer of papers."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import override

from documents.rendering.render import sheet_render
from qms import clock


def pdf(template: str, context: dict[str, Any], *, title: str, author: str) -> bytes:
    """Render a template; raises RenderingFailed when it reaches outside."""
    with override("vi"):
        html = render_to_string(template, context | {"printed_at": clock.now(), "title": title})
    styles = (Path(settings.BASE_DIR) / "static" / "css" / "sheet.css").read_text(encoding="utf-8")
    return sheet_render(html, styles, title=title, author=author)


def pdf_response(template: str, context: dict[str, Any], *, title: str, name: str) -> HttpResponse:
    """The same as a download."""
    content = pdf(template, context, title=title, author=context["agency"].name)
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
