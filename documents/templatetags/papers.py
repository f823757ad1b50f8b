"""How texts of a paper are set."""

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
SYMBOL = re.compile(r"(?<![\w/.…])(?=[^\s/]*[\d…])[\w.…]{1,12}(?:/[\w.-]{1,24}){1,2}(?![\w/])")


@register.filter
def symbols(text: str) -> SafeString:
    """The text with numbers and symbols such as 30/2020/NĐ-CP kept on one line.

    A line may break after "/" and "-". No character is added for it: copied text stays as it was.
    """
    pieces, end = [], 0
    for found in SYMBOL.finditer(text):
        pieces += [
            conditional_escape(text[end : found.start()]),
            '<span class="whole">',
            conditional_escape(found[0]),
            "</span>",
        ]
        end = found.end()
    return mark_safe("".join([*pieces, conditional_escape(text[end:])]))  # noqa: S308  (each piece is escaped)
