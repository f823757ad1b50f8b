"""Body text as people type it, to blocks and back. Pure.

One paragraph per line. `Điều 1.` begins an article, `1.` a clause, `a)` a point, `-` and `+` lists,
`I.` a section, `## ` a section below it. Tables stay where `[[Bảng 1]]` stands; they come from records.
"""

import re
from collections.abc import Sequence
from typing import Any

from documents.content import Annex, Article, Block, PaperContent, Section

_ARTICLE = re.compile(r"^Điều\s+\d+\s*[.:]?\s*(.*)$", re.IGNORECASE)
_NUMBER = re.compile(r"^\d+[.)]\s+(.+)$")
_LETTER = re.compile(r"^([a-zđ])\)\s+(.+)$")
_ROMAN = re.compile(r"^(?:#\s+)?(?:[IVX]+)\.\s+(.+)$")
_HASH = re.compile(r"^#\s+(.+)$")
_DEEPER = re.compile(r"^##\s+(.+)$")
_TABLE = re.compile(r"^\[\[Bảng (\d+)\]\]$")
_BASIS = (
    ("considering", re.compile(r"^Xét đề nghị của\s+(.+)$", re.IGNORECASE)),
    ("proposal", re.compile(r"^Theo đề nghị của\s+(.+)$", re.IGNORECASE)),
    ("implementing", re.compile(r"^Thực hiện\s+(.+)$", re.IGNORECASE)),
    ("basis", re.compile(r"^(?:Căn cứ\s+)?(.+)$", re.IGNORECASE)),
)
_STYLES = {"number": _NUMBER, "letter": _LETTER}


def tables_of(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """The tables of a text in order, as plain data."""
    found: list[dict[str, Any]] = []
    for block in blocks:
        if block.type == "table":
            found.append(block.model_dump(mode="json"))
        elif block.type == "section":
            found += tables_of(block.blocks)
    return found


def text_to_blocks(text: str, tables: Sequence[dict[str, Any]] = ()) -> list[dict[str, Any]]:
    """Blocks as plain data, ready for PaperContent; a table that is not there becomes a paragraph."""
    out: list[dict[str, Any]] = []
    section: dict[str, Any] | None = None
    deeper: dict[str, Any] | None = None
    for line in (line.strip() for line in text.replace("\r\n", "\n").split("\n")):
        if not line:
            continue
        if match := _DEEPER.match(line):
            deeper = {"type": "section", "title": match[1], "blocks": []}
            (section["blocks"] if section else out).append(deeper)
        elif match := (_ROMAN.match(line) or _HASH.match(line)):
            section, deeper = {"type": "section", "title": match[1], "blocks": []}, None
            out.append(section)
        else:
            holder = deeper or section
            _line(holder["blocks"] if holder else out, line, tables)
    return out


def _line(blocks: list[dict[str, Any]], line: str, tables: Sequence[dict[str, Any]]) -> None:
    last = blocks[-1] if blocks else None
    article = last if last and last["type"] == "article" else None
    if match := _TABLE.match(line):
        number = int(match[1])
        known = 0 < number <= len(tables)
        blocks.append(dict(tables[number - 1]) if known else {"type": "paragraph", "text": line})
    elif match := _ARTICLE.match(line):
        blocks.append({"type": "article", "text": match[1], "clauses": [], "points": [], "paragraphs": []})
    elif article is not None and not line.startswith(("- ", "+ ")):
        _in_article(article, line)
    elif match := _NUMBER.match(line):
        _item(blocks, "number", match[1])
    elif match := _LETTER.match(line):
        _item(blocks, "letter", match[2])
    elif line[:2] in {"- ", "+ "}:
        _item(blocks, "dash" if line[0] == "-" else "plus", line[2:].strip())
    else:
        blocks.append({"type": "paragraph", "text": line})


def _in_article(article: dict[str, Any], line: str) -> None:
    number, letter = _NUMBER.match(line), _LETTER.match(line)
    if not article["text"] and not number and not letter:
        article["text"] = line
    elif number and not article["points"] and not article["paragraphs"]:
        article["clauses"].append({"text": number[1], "points": []})
    elif letter and not article["paragraphs"]:
        last = article["clauses"][-1] if article["clauses"] else article
        last["points"].append(letter[2])
    else:
        article["paragraphs"].append(line)


def _item(blocks: list[dict[str, Any]], style: str, text: str) -> None:
    last = blocks[-1] if blocks else None
    if last and last["type"] == "list" and last["style"] == style:
        last["items"].append(text)
    else:
        blocks.append({"type": "list", "style": style, "items": [text]})


def text_to_article(text: str) -> dict[str, Any]:
    """An article as plain data: its first line, then `1.` clauses, `a)` points, further paragraphs."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    first = lines[0] if lines else ""
    if match := _ARTICLE.match(first):
        first = match[1]
    article = {"type": "article", "text": first, "clauses": [], "points": [], "paragraphs": []}
    for line in lines[1:]:
        _in_article(article, line)
    return article


def article_to_text(article: Article) -> str:
    """An article as typed, without its number."""
    return "\n".join([article.text, *_below(article)])


def _below(article: Article) -> list[str]:
    lines = []
    for index, clause in enumerate(article.clauses, start=1):
        lines.append(f"{index}. {clause.text}")
        lines += [f"{_letter(i)}) {point}" for i, point in enumerate(clause.points)]
    lines += [f"{_letter(i)}) {point}" for i, point in enumerate(article.points)]
    return [*lines, *article.paragraphs]


_LETTERS = "abcdđeghiklmnopqrstuvxy"


def _letter(index: int) -> str:
    return _LETTERS[index] if index < len(_LETTERS) else "z"


def blocks_to_text(blocks: Sequence[Block]) -> str:
    """The text of blocks, as a person would type them."""
    return "\n".join(_written(blocks, _Counts()))


class _Counts:
    article = 0
    table = 0


def _written(blocks: Sequence[Block], counts: _Counts, depth: int = 0) -> list[str]:
    lines: list[str] = []
    roman = 0
    for block in blocks:
        if block.type == "paragraph":
            lines.append(block.text)
        elif block.type == "article":
            counts.article += 1
            lines += [f"Điều {counts.article}. {block.text}", *_below(block)]
        elif block.type == "list":
            marks = {"number": "{n}.", "letter": "{l})", "dash": "-", "plus": "+"}
            for index, item in enumerate(block.items):
                mark = marks[block.style].format(n=index + 1, l=_letter(index))
                lines.append(f"{mark} {item}")
        elif block.type == "table":
            counts.table += 1
            lines.append(f"[[Bảng {counts.table}]]")
        else:
            roman += 1
            lines += _section(block, roman, counts, depth)
    return lines


_ROMANS = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]


def _section(section: Section, index: int, counts: _Counts, depth: int) -> list[str]:
    mark = f"{_ROMANS[min(index, 12)]}." if depth == 0 else "##"
    return [f"{mark} {section.title}", *_written(section.blocks, counts, depth + 1)]


def bases_to_text(content: PaperContent) -> str:
    """Legal bases, one per line, with their verbs."""
    from documents.content import BASIS_VERBS

    return "\n".join(f"{BASIS_VERBS[one.kind]} {one.text}" for one in content.bases)


def text_to_bases(text: str) -> list[dict[str, str]]:
    """Legal bases of lines; a line without one of the verbs is a “Căn cứ”."""
    found = []
    for line in (line.strip(" ;.\t\r") for line in text.split("\n")):
        for kind, pattern in _BASIS:
            if line and (match := pattern.match(line)):
                found.append({"kind": kind, "text": match[1]})
                break
    return found


def lines_of(text: str) -> list[str]:
    """Non-empty lines, leading dashes and closing semicolons taken off."""
    cleaned = (line.strip().lstrip("-").strip().rstrip(";").strip() for line in text.split("\n"))
    return [line for line in cleaned if line]


def annex_to_text(annex: Annex) -> str:
    """The text of an annex."""
    return blocks_to_text(annex.blocks)
