"""System checks of what papers need from the machine."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from documents.rendering import fonts


@register()
def paper_fonts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The operator's folder of fonts holds a family with all four styles."""
    if not settings.PAPER_FONTS:
        return []
    try:
        fonts.faces()
    except fonts.FontsUnusable as error:
        hint = "Put the regular, bold, italic and bold italic .ttf there, or empty QMS_PAPER_FONTS."
        return [Error(str(error), hint=hint, id="documents.E001")]
    return []
