"""What every draft asks of its words, numbers and places."""

from typing import Any

from django.db import models
from django.db.models import Max
from django.utils.translation import gettext as _

from qms.exceptions import Invalid, Problem


def text_cleaned(text: str) -> str:
    """Without blanks at the ends of lines, double blanks and empty lines."""
    return "\n".join(line for line in (" ".join(part.split()) for part in text.splitlines()) if line)


def text_needed(text: str, where: str) -> str:
    """The same; raises Invalid at the field when nothing is left."""
    cleaned = text_cleaned(text)
    if not cleaned:
        raise Invalid([Problem(where, _("Must not be empty."))])
    return cleaned


def value_free(taken: "models.QuerySet[Any]", where: str, value: str) -> None:
    """Raises Invalid at the field when a row has the value already."""
    if taken.exists():
        raise Invalid([Problem(where, _("“%(value)s” is taken already.") % {"value": value.strip()}, value)])


def next_order(rows: "models.QuerySet[Any]") -> int:
    """The place after the last row."""
    last: int | None = rows.aggregate(last=Max("order"))["last"]
    return (last or 0) + 1
