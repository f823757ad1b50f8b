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


def read(text: str, *, is_cell: bool = False) -> Goal | None:
    """The first figure of a text: a share, else a number of something countable.

    In a sentence a number counts only at its beginning or after a comparison (“ít nhất 02 lớp”), since
    years and numbers of papers stand there too; a cell of its own (`is_cell`) holds nothing else.
    """
    found = shares(text)
    if found:
        return found[0]
    hit = (_CELL if is_cell else _COUNT).search(text)
    if hit is None:
        return None
    unit = " ".join(hit["unit"].split())
    if unit.split()[0].lower() in _TIME:
        return None
    words = hit["operator"] or (None if is_cell else hit["inner"])
    return Goal(_operator(words), _number(hit["number"]), unit[:40], hit.start(), hit.end())


def pieces(text: str) -> list[str]:
    """A sentence with several shares, cut between them where it pauses; else the whole text."""
    found = shares(text)
    cuts = [0]
    for before, here in itertools.pairwise(found):
        between = text[before.end : here.start]
        pauses = [*re.finditer(r"[.;]\s|,\s", between)]
        strong = [pause for pause in pauses if pause.group()[0] in ".;"]
        if pauses and between.count("(") == between.count(")"):
            cuts.append(before.end + (strong or pauses)[-1].end())
    return [
        piece
        for start, end in zip(cuts, [*cuts[1:], None], strict=True)
        if (piece := text[start:end].strip(" ,;."))
    ]
