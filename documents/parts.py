"""The parts of a paper in words, so that a comment or a difference can say where it is. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from documents.content import BASIS_VERBS, KINDS, Block, PaperContent, Signature, Table


@dataclass(frozen=True)
class Part:
    """One part: the path that names it, its name in words, its texts line by line."""

    key: str
    words: str
    lines: tuple[str, ...]


def parts_of(content: PaperContent) -> list[Part]:
    """The paper part by part, in the order in which it is read."""
    head = [
        content.parent_name,
        content.agency_name,
        KINDS[content.kind].heading,
        *content.title.split("\n"),
        content.symbol,
        content.place,
    ]
    found = [Part("head", _("Head of the paper"), _lines(head))]
    if content.addressees:
        found.append(Part("addressees", _("Addressees"), _lines(content.addressees)))
    if content.bases or content.preamble:
        cited = [f"{BASIS_VERBS[one.kind]} {one.text}" for one in content.bases]
        found.append(Part("bases", _("Legal bases"), _lines([content.preamble, *cited])))
    found += _blocks(content.body, "body", "", _Count())
    for number, annex in enumerate(content.annexes, start=1):
        name = _("Annex %(number)s") % {"number": number}
        way = _("Landscape") if annex.orientation == "landscape" else _("Upright")
        found.append(Part(f"annexes-{number - 1}", name, _lines([annex.title, way])))
        found += _blocks(annex.blocks, f"annexes-{number - 1}", name, _Count())
    found.append(Part("signature", _("Signature block"), _lines(_signature(content.signature, content))))
    found.append(
        Part("recipients", _("Recipients"), _lines([*content.recipients, content.archive, content.copies]))
    )
    return found


def part_choices(content: PaperContent) -> list[tuple[str, str]]:
    """(key, words) of the parts a comment may be about."""
    return [
        (part.key, f"{part.words}: {part.lines[0][:70]}" if part.lines else part.words)
        for part in parts_of(content)
    ]


def _lines(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(line for text in texts for line in text.split("\n") if line)


def _signature(block: Signature, content: PaperContent) -> list[str]:
    other = [content.cosigner.title, content.cosigner.name] if content.cosigner else []
    return [*block.titles, block.post, block.name, *other]


class _Count:
    article = 0
    table = 0
    other = 0


def _blocks(blocks: Sequence[Block], path: str, within: str, count: _Count) -> Iterator[Part]:
    section = 0
    for index, block in enumerate(blocks):
        key = f"{path}-{index}"
        if block.type == "section":
            section += block.numbered
            name = _("Section %(number)s") % {"number": section} if block.numbered else _("Section")
            words = ", ".join(part for part in (within, name) if part)
            yield Part(key, words, (block.title,))
            yield from _blocks(block.blocks, key, words, count)
            continue
        if block.type == "article":
            count.article += 1
            name, lines = _("Article %(number)s") % {"number": count.article}, _article(block)
        elif block.type == "table":
            count.table += 1
            name, lines = _("Table %(number)s") % {"number": count.table}, tuple(_table(block))
        else:
            count.other += 1
            name = _("Paragraph %(number)s") % {"number": count.other}
            lines = (block.text,) if block.type == "paragraph" else block.items
        yield Part(key, ", ".join(part for part in (within, name) if part), lines)


def _article(block: "Block") -> tuple[str, ...]:
    assert block.type == "article"
    clauses = [line for clause in block.clauses for line in (clause.text, *clause.points)]
    return (block.text, *clauses, *block.points, *block.paragraphs)


def _table(table: Table) -> Iterator[str]:
    if table.caption:
        yield table.caption
    yield " | ".join(" ".join(column.title.split()) for column in table.columns)
    for row in table.rows:
        yield " | ".join(" ".join(cell.text.split()) for cell in row.cells)
