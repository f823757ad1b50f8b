"""Figures as people write them in objectives: `≥ 98 %`, `đạt tối thiểu 95%`, `ít nhất 02 lớp`; pure.

The words stay as they stand; what is read beside them is the comparison, the figure and the unit of measure.
What states no figure gives None and is never guessed.
"""

import itertools
import re
from dataclasses import dataclass
from decimal import Decimal

from objectives.formulas import Operator

_AT_LEAST = r"≥|>=|=>|tối thiểu|ít nhất|không (?:dưới|thấp hơn|ít hơn)|từ"
_AT_MOST = r"≤|<=|=<|tối đa|nhiều nhất|không (?:quá|vượt quá|vượt|cao hơn)"
_MORE = r">|(?:cao |nhiều )?hơn|trên|vượt"
_LESS = r"<|(?:thấp |ít )hơn|dưới"
_EXACTLY = r"=|bằng|đúng"
_WORDS = (
    (Operator.AT_LEAST, _AT_LEAST),
    (Operator.AT_MOST, _AT_MOST),
    (Operator.LESS, _LESS),
    (Operator.MORE, _MORE),
    (Operator.EXACTLY, _EXACTLY),
)
_OPERATOR = rf"(?:(?P<operator>{'|'.join(words for _code, words in _WORDS)})\s*(?:là |đạt |mức |từ )*\s*)"
_NUMBER = r"(?<![\d.,/])(?P<number>\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?)"
_SHARE = re.compile(
    rf"{_OPERATOR}?{_NUMBER}\s*(?P<unit>%|phần trăm)(?P<after>\s*(?:số )?trở (?:lên|xuống))?", re.I
)
_COUNT = re.compile(
    rf"(?:^\s*{_OPERATOR}?|{_OPERATOR.replace('operator', 'inner')}){_NUMBER}\s+(?P<unit>[^\W\d]+)", re.I
)
_CELL = re.compile(rf"^\s*{_OPERATOR}?{_NUMBER}\s+(?P<unit>[^\W\d][^/;,\n]*)", re.I)
_TIME = {"ngày", "giờ", "phút", "tháng", "quý", "năm", "tuần"}


@dataclass(frozen=True)
class Goal:
    """A figure with its comparison and unit, and where in the text it stands."""

    operator: str
    figure: Decimal
    unit: str
    start: int = 0
    end: int = 0

    @property
    def is_share(self) -> bool:
        """Whether it is a share in per cent."""
        return self.unit == "%"


def _operator(words: str | None, after: str = "") -> str:
    """The comparison said before or after a figure; without any word at least so much is meant."""
    if "xuống" in after:
        return Operator.AT_MOST.value
    if "lên" in after or not words:
        return Operator.AT_LEAST.value
    said = " ".join(words.lower().split())
    return next(code for code, known in _WORDS if re.fullmatch(known, said)).value


def _number(text: str) -> Decimal:
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", text):
        text = text.replace(".", "")
    return Decimal(text.replace(",", "."))


def shares(text: str) -> list[Goal]:
    """All shares in per cent that a text states."""
    return [
        Goal(
            _operator(found["operator"], (found["after"] or "").lower()),
            _number(found["number"]),
            "%",
            found.start(),
            found.end(),
        )
        for found in _SHARE.finditer(text)
    ]


def _counted(found: re.Match[str], *, is_cell: bool = False) -> Goal | None:
    unit = " ".join(found["unit"].split())
    if unit.split()[0].lower() in _TIME:
        return None
    words = found["operator"] or (None if is_cell else found["inner"])
    return Goal(_operator(words), _number(found["number"]), unit[:40], found.start(), found.end())


def goals(text: str) -> list[Goal]:
    """All figures of a sentence in their order: shares, and numbers of something countable.

    A number counts only at the beginning or after a comparison (“ít nhất 02 lớp”), since years and
    numbers of papers stand in sentences too.
    """
    found = shares(text)
    taken = [range(goal.start, goal.end) for goal in found]
    for hit in _COUNT.finditer(text):
        if not any(hit.start("number") in span for span in taken) and (goal := _counted(hit)):
            found.append(goal)
    return sorted(found, key=lambda goal: goal.start)


def read(text: str, *, is_cell: bool = False) -> Goal | None:
    """The first figure of a text; a cell of its own (`is_cell`) holds nothing else than a figure."""
    if is_cell and not _SHARE.search(text):
        hit = _CELL.search(text)
        return _counted(hit, is_cell=True) if hit else None
    return next(iter(goals(text)), None)


def is_bare(text: str) -> bool:
    """Whether a cell holds a figure and nothing it would be a figure of: `≥ 98 %`, `05 lớp`."""
    goal = read(text, is_cell=True)
    return goal is not None and not text[: goal.start].strip() and not text[goal.end :].strip(" .;")


def pieces(text: str) -> list[str]:
    """A sentence with several figures, cut between them where it pauses; brackets stay whole."""

    def outside(place: int) -> bool:
        return text.count("(", 0, place) == text.count(")", 0, place)

    cuts = [0]
    for before, here in itertools.pairwise(goal for goal in goals(text) if outside(goal.start)):
        pauses = [
            pause
            for pause in re.compile(r"[.;]\s|,\s").finditer(text, before.end, here.start)
            if outside(pause.start())
        ]
        strong = [pause for pause in pauses if pause.group()[0] in ".;"]
        if pauses:
            cuts.append((strong or pauses)[-1].end())
    found = (text[start:end].strip(" ,;.") for start, end in zip(cuts, [*cuts[1:], None], strict=True))
    return [piece for piece in found if piece]
