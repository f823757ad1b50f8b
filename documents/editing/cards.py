"""A paper's text as a flat row of cards, as the editor shows it. Pure.

A section card heads the cards after it, down to the next section of its level or above. Articles and lists
are one card each; inside, their clauses and points are typed with their usual marks.
"""

import copy
from collections.abc import Iterator, Sequence
from typing import Any

from documents import plaintext
from documents.content import Block
from documents.rendering.sheet import letter, roman

TYPES = ("section", "article", "paragraph", "list", "table")
DEEPEST = 3


def fresh(kind: str, level: int = 1) -> dict[str, Any]:
    """A new card with words to write over."""
    if kind == "section":
        return {"type": "section", "title": "", "level": level, "numbered": True}
    if kind == "article":
        return {"type": "article", "text": ""}
    if kind == "list":
        return {"type": "list", "style": "dash", "items": ""}
    if kind == "table":
        heads = (("TT", 8, "center"), ("Nội dung", 52, "left"), ("Ghi chú", 40, "left"))
        return {
            "type": "table",
            "caption": "",
            "size": 13,
            "columns": [{"title": title, "width": width, "align": align} for title, width, align in heads],
            "header": [],
            "rows": [{"cells": [{"text": "1"}, {"text": ""}, {"text": ""}], "kind": "normal"}],
        }
    return {"type": "paragraph", "text": "", "bold": False, "italic": False, "align": "justify"}


def to_cards(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """The cards of a text."""
    return list(_cards(blocks, 1))


def _cards(blocks: Sequence[Block], level: int) -> Iterator[dict[str, Any]]:
    for block in blocks:
        if block.type == "section":
            yield {
                "type": "section",
                "title": block.title,
                "level": min(level, DEEPEST),
                "numbered": block.numbered,
            }
            yield from _cards(block.blocks, level + 1)
        elif block.type == "article":
            yield {"type": "article", "text": plaintext.article_to_text(block)}
        elif block.type == "list":
            yield {"type": "list", "style": block.style, "items": "\n".join(block.items)}
        else:
            yield block.model_dump(mode="json")


def from_cards(cards: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[tuple[Any, ...], int]]:
    """Blocks as plain data, and which card each block came from (path within the blocks -> card)."""
    out: list[dict[str, Any]] = []
    whence: dict[tuple[Any, ...], int] = {}
    open_sections: list[tuple[int, list[dict[str, Any]], tuple[Any, ...]]] = [(0, out, ())]
    for index, card in enumerate(cards):
        if card["type"] == "section":
            while open_sections[-1][0] >= card["level"]:
                open_sections.pop()
        _level, holder, path = open_sections[-1]
        here = (*path, len(holder))
        whence[here] = index
        block = _block(card)
        holder.append(block)
        if card["type"] == "section":
            open_sections.append((card["level"], block["blocks"], (*here, "blocks")))
    return out, whence


def _block(card: dict[str, Any]) -> dict[str, Any]:
    if card["type"] == "section":
        return {
            "type": "section",
            "title": card["title"],
            "numbered": card["numbered"],
            "blocks": [],
        }
    if card["type"] == "article":
        return plaintext.text_to_article(card["text"])
    if card["type"] == "list":
        items = [line.strip() for line in card["items"].replace("\r\n", "\n").split("\n")]
        return {"type": "list", "style": card["style"], "items": [line for line in items if line]}
    return copy.deepcopy(card)


def extent(cards: Sequence[dict[str, Any]], index: int) -> int:
    """Where the part that begins with a card ends: a section takes along what it heads."""
    card = cards[index]
    end = index + 1
    if card["type"] == "section":
        while end < len(cards) and not (
            cards[end]["type"] == "section" and cards[end]["level"] <= card["level"]
        ):
            end += 1
    return end


def moved(cards: list[dict[str, Any]], index: int, step: int) -> int:
    """Move a card (a section with all it heads) one place up or down; gives back where it is now."""
    end = extent(cards, index)
    part = cards[index:end]
    if step < 0:
        if index == 0:
            return index
        target = index - 1
        if cards[index]["type"] == "section":
            level = cards[index]["level"]
            while target > 0 and not (cards[target]["type"] == "section" and cards[target]["level"] <= level):
                target -= 1
    else:
        if end >= len(cards):
            return index
        target = index + (extent(cards, end) - end if cards[index]["type"] == "section" else 1)
    del cards[index:end]
    cards[target:target] = part
    return target


def numbered(cards: Sequence[dict[str, Any]]) -> list[str]:
    """What each card is called in the paper: `Điều 2`, `II.`, `1.` or nothing."""
    article, counts, names = 0, [0] * (DEEPEST + 1), []
    for card in cards:
        if card["type"] == "article":
            article += 1
            names.append(f"Điều {article}")
        elif card["type"] == "section":
            level = card["level"]
            counts[level] += bool(card["numbered"])
            counts[level + 1 :] = [0] * (DEEPEST - level)
            names.append(_section_mark(counts[level], level) if card["numbered"] else "")
        else:
            names.append("")
    return names


def _section_mark(number: int, level: int) -> str:
    return (f"{roman(number)}.", f"{number}.", f"{letter(number - 1)})")[level - 1]
