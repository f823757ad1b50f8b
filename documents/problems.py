"""Where a paper's content is wrong, in words a drafter understands. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from documents.content import PaperContent
from qms.exceptions import Invalid, Problem


@dataclass(frozen=True)
class ContentProblem(Problem):
    """One located fault; `path` leads to it in the model, `where` says the place in words."""

    path: tuple[str | int, ...] = ()


def _names() -> dict[str, str]:
    return {
        "symbol": _("Symbol"),
        "parent_name": _("Parent agency"),
        "agency_name": _("Issuing agency"),
        "place": _("Place"),
        "title": _("Title"),
        "addressees": _("Addressee"),
        "preamble": _("Authority line"),
        "bases": _("Legal basis"),
        "enacting": _("Enacting line"),
        "body": _("Body"),
        "annexes": _("Annex"),
        "signature": _("Signature block"),
        "recipients": _("Recipient"),
        "archive": _("Archive line"),
        "layout": _("Layout"),
        "clauses": _("Clause"),
        "points": _("Point"),
        "paragraphs": _("Paragraph"),
        "blocks": _("Part"),
        "items": _("Item"),
        "columns": _("Column"),
        "header": _("Head row"),
        "rows": _("Row"),
        "cells": _("Cell"),
        "name": _("Name of the signer"),
        "on_behalf_of": _("On behalf of"),
        "position": _("Position"),
        "post": _("Post"),
    }


_TYPES = {"paragraph", "article", "list", "table", "section"}
_LETTERED = {"points"}


def place_of(path: Sequence[str | int], data: Any = None) -> str:
    """A path such as ("body", 1, "points", 0) in words: `Article 2, Point a`."""
    names = _names()
    words: list[str] = []
    node = data
    name = ""
    for step in path:
        if isinstance(step, str):
            if step in _TYPES or step == "text":
                continue
            name = step
            node = node.get(step) if isinstance(node, dict) else None
            if not isinstance(node, list | tuple):
                words.append(names.get(step, step))
            continue
        item = node[step] if isinstance(node, list | tuple) and step < len(node) else None
        words.append(_numbered(names, name, step, node, item))
        node = item
    return ", ".join(words)


def _numbered(names: dict[str, str], name: str, index: int, group: Any, item: Any) -> str:
    if isinstance(item, dict) and item.get("type") == "article":
        before = [one for one in group[:index] if isinstance(one, dict) and one.get("type") == "article"]
        return _("Article %(number)s") % {"number": len(before) + 1}
    number = chr(ord("a") + index) if name in _LETTERED and index < 26 else str(index + 1)
    return f"{names.get(name, name)} {number}"


def problems_of(error: ValidationError, data: Any) -> list[ContentProblem]:
    """The located problems of a failed validation of `data`."""
    plain = {
        "missing": _("Must not be empty"),
        "string_too_long": _("Too long"),
        "too_long": _("Too many entries; split the table or the paper"),
        "too_short": _("Must not be empty"),
        "extra_forbidden": _("Unknown field"),
    }
    found = []
    for one in error.errors(include_url=False, include_input=False):
        path = tuple(one["loc"])
        found.append(ContentProblem(place_of(path, data), plain.get(one["type"], one["msg"]), path=path))
    return found


def content_parse(data: Any) -> tuple[PaperContent | None, list[ContentProblem]]:
    """The content of plain data, or the problems that stand in the way."""
    try:
        return PaperContent.model_validate(data), []
    except ValidationError as error:
        return None, problems_of(error, data)


def content_made(data: Any) -> PaperContent:
    """The content of plain data; raises Invalid with the place of every text that a paper cannot show."""
    content, problems = content_parse(data)
    if content is None:
        raise Invalid(problems)
    return content
