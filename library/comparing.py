"""What changed between two versions, part by part, word by word. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from documents.comparing import LineChange, Piece, words

MOST_LINES = 6000


@dataclass(frozen=True)
class PartText:
    """A part as it is compared: its heading and its lines."""

    heading: str
    lines: tuple[str, ...]

    @property
    def key(self) -> str:
        """How a part is found again: its heading without the number in front."""
        return self.heading.casefold()


@dataclass(frozen=True)
class PartChange:
    """A part that is `new`, `gone` or `changed`, line by line."""

    heading: str
    kind: str
    lines: tuple[LineChange, ...]


def parts_of_text(text: str) -> list[PartText]:
    """A text without sections as one part."""
    lines = tuple(line.strip() for line in text.splitlines() if line.strip())[:MOST_LINES]
    return [PartText("", lines)]


def compare(old: Sequence[PartText], new: Sequence[PartText]) -> list[PartChange]:
    """The parts that differ, in the order of the newer version; what is gone comes at its place."""
    before = {one.key: one for one in old}
    seen: set[str] = set()
    found: list[PartChange] = []
    for part in new:
        other = before.get(part.key)
        if other is None:
            found.append(PartChange(part.heading, "new", tuple(_whole("new", one) for one in part.lines)))
        else:
            seen.add(part.key)
            if other.lines != part.lines:
                found.append(PartChange(part.heading, "changed", tuple(_lines(other.lines, part.lines))))
    for part in old:
        if part.key not in seen:
            found.append(PartChange(part.heading, "gone", tuple(_whole("gone", one) for one in part.lines)))
    return found


def _whole(kind: str, text: str) -> LineChange:
    return LineChange(kind, (Piece(kind, text),))


def _lines(old: tuple[str, ...], new: tuple[str, ...]) -> list[LineChange]:
    found: list[LineChange] = []
    for step, a1, a2, b1, b2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if step == "equal":
            kept = new[b1:b2]
            shown = kept if len(kept) <= 3 else (kept[0], "…", kept[-1])
            found += [_whole("same", line) for line in shown]
            continue
        pairs = min(a2 - a1, b2 - b1)
        for index in range(pairs):
            found += _pair(old[a1 + index], new[b1 + index])
        found += [_whole("gone", line) for line in old[a1 + pairs : a2]]
        found += [_whole("new", line) for line in new[b1 + pairs : b2]]
    return found


def _pair(old: str, new: str) -> list[LineChange]:
    if SequenceMatcher(None, old.split(), new.split(), autojunk=False).ratio() < 0.4:
        return [_whole("gone", old), _whole("new", new)]
    return [LineChange("changed", tuple(words(old, new)))]
