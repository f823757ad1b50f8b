"""What changed between two versions of a paper, part by part, word by word. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from documents.content import PaperContent
from documents.parts import Part, parts_of

_WORDS = re.compile(r"\s+|[^\s\w]|\w+")


@dataclass(frozen=True)
class Piece:
    """A run of text: `same`, `gone` or `new`."""

    kind: str
    text: str


@dataclass(frozen=True)
class LineChange:
    """One line of a part as pieces."""

    kind: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class PartChange:
    """A part that is new, gone or changed; `lines` leave out what stayed, but for a line around it."""

    words: str
    kind: str
    lines: tuple[LineChange, ...]


def compare(old: PaperContent, new: PaperContent) -> list[PartChange]:
    """The parts that differ, in the order of the newer version (what is gone stands where it stood)."""
    before, after = parts_of(old), parts_of(new)
    matcher = SequenceMatcher(
        None, [_face(one) for one in before], [_face(one) for one in after], autojunk=False
    )
    found: list[PartChange] = []
    for step, a1, a2, b1, b2 in matcher.get_opcodes():
        if step != "equal":
            found += _group(before[a1:a2], after[b1:b2])
    return found


def _face(part: Part) -> tuple[str, ...]:
    """Parts are the same when their texts are: `Article 3` may have been `Article 2` before."""
    return part.lines


def _group(before: list[Part], after: list[Part]) -> Iterator[PartChange]:
    """Pair the parts of a changed stretch: likest first, in order; the rest is gone or new."""
    rest = list(before)
    for part in after:
        likeness = [(_likeness(one, part), -index) for index, one in enumerate(rest)]
        best = max(likeness, default=(0.0, 0))
        if best[0] < 0.35:
            yield PartChange(part.words, "new", tuple(_whole("new", line) for line in part.lines))
            continue
        index = -best[1]
        for skipped in rest[:index]:
            yield _gone(skipped)
        yield _changed(rest[index], part)
        rest = rest[index + 1 :]
    for one in rest:
        yield _gone(one)


def _likeness(one: Part, other: Part) -> float:
    if one.key == other.key and not one.key[-1].isdigit():
        return 1.0
    first, second = "\n".join(one.lines)[:2000], "\n".join(other.lines)[:2000]
    ratio = SequenceMatcher(None, first, second, autojunk=False).quick_ratio()
    return ratio + (0.2 if one.key == other.key else 0)


def _gone(part: Part) -> PartChange:
    return PartChange(part.words, "gone", tuple(_whole("gone", line) for line in part.lines))


def _whole(kind: str, text: str) -> LineChange:
    return LineChange(kind, (Piece(kind, text),))


def _changed(old: Part, new: Part) -> PartChange:
    lines: list[LineChange] = []
    matcher = SequenceMatcher(None, old.lines, new.lines, autojunk=False)
    for step, a1, a2, b1, b2 in matcher.get_opcodes():
        if step == "equal":
            lines += _around(new.lines[b1:b2], first=not lines, last=b2 == len(new.lines))
            continue
        pairs = min(a2 - a1, b2 - b1)
        for index in range(pairs):
            lines += _pair(old.lines[a1 + index], new.lines[b1 + index])
        lines += [_whole("gone", text) for text in old.lines[a1 + pairs : a2]]
        lines += [_whole("new", text) for text in new.lines[b1 + pairs : b2]]
    return PartChange(new.words, "changed", tuple(lines))


def _pair(old: str, new: str) -> list[LineChange]:
    """A line that became another: word by word where most of it stayed, else the whole of both."""
    first, second = old.split(), new.split()
    if SequenceMatcher(None, first, second, autojunk=False).ratio() < 0.5:
        return [_whole("gone", old), _whole("new", new)]
    return [LineChange("changed", tuple(words(old, new)))]


def _around(lines: tuple[str, ...], *, first: bool, last: bool) -> list[LineChange]:
    """Unchanged lines next to a change, for orientation; `…` for those left out."""
    if len(lines) <= 2:
        return [_whole("same", line) for line in lines]
    shown = [] if first else [_whole("same", lines[0])]
    shown.append(_whole("same", "…"))
    return shown if last else [*shown, _whole("same", lines[-1])]


def words(old: str, new: str) -> Iterator[Piece]:
    """The pieces of one line that stayed, went and came."""
    first, second = _WORDS.findall(old), _WORDS.findall(new)
    for step, a1, a2, b1, b2 in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if step == "equal":
            yield Piece("same", "".join(first[a1:a2]))
            continue
        if a2 > a1:
            yield Piece("gone", "".join(first[a1:a2]))
        if b2 > b1:
            yield Piece("new", "".join(second[b1:b2]))
