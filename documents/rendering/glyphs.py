"""Characters the bundled fonts cannot show, found before anything is rendered."""

from django.utils.translation import gettext as _

from documents.content import PaperContent, texts
from documents.problems import ContentProblem, place_of
from documents.rendering import fonts


def glyph_problems(content: PaperContent) -> list[ContentProblem]:
    """Every text that holds a character the bundled fonts cannot show, with its place."""
    data = content.model_dump(mode="json")
    found = []
    for path, text in texts(content):
        lacking = fonts.missing(text)
        if lacking:
            shown = ", ".join(f"“{letter}” (U+{ord(letter):04X})" for letter in lacking[:5])
            message = _("The paper's font cannot show %(characters)s") % {"characters": shown}
            found.append(ContentProblem(place_of(path, data), message, path=path))
    return found
