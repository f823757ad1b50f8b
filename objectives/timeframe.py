"""Reading the times that plans and objectives give their tasks, pure (domain B).

People write `Quý II-III`, `Tháng 7,8/2023`, `Thường xuyên`, `Quý II và cả năm`, `Cả năm (đánh giá nội bộ
quý III)`. The words are kept as they stand; beside them stand the windows they mean, whether the work
goes on all year, and its milestones. What is not understood is said so, never guessed.
"""

import calendar
import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Any

from qms.text import fold


@dataclass(frozen=True, order=True)
class Span:
    """Days from the first to the last, both included."""

    start: dt.date
    end: dt.date


@dataclass(frozen=True, order=True)
class Milestone:
    """A day by which part of the work must stand, with the words that named it."""

    on: dt.date
    label: str = ""


@dataclass(frozen=True)
class Timeframe:
    """What a time text means in one year. Without windows it was not understood."""

    text: str
    windows: tuple[Span, ...] = ()
    is_continuous: bool = False
    milestones: tuple[Milestone, ...] = ()

    @property
    def is_understood(self) -> bool:
        """Whether the words were read in full."""
        return bool(self.windows)

    @property
    def deadline(self) -> dt.date | None:
        """The last day: the end of the last window (work that goes on is never late before it)."""
        return self.windows[-1].end if self.windows else None

    @property
    def needs_half_year_progress(self) -> bool:
        """Work that goes on all year reports at the half."""
        return self.is_continuous

    def as_json(self) -> dict[str, Any]:
        """The meaning as plain data, to be kept beside the verbatim text."""
        return {
            "windows": [[span.start.isoformat(), span.end.isoformat()] for span in self.windows],
            "continuous": self.is_continuous,
            "milestones": [[mark.on.isoformat(), mark.label] for mark in self.milestones],
        }


_WORDS = [
    ("each_half", r"(?:dinh ky )?(?:hang |moi )?(?:0?6|sau) thang(?: ?/ ?| )(?:mot |0?1 )?lan(?![a-z])"),
    ("each_quarter", r"(?:dinh ky )?(?:hang|moi) qu[yi](?![a-z])|(?:0?1|mot) lan ?/ ?qu[yi](?![a-z])"),
    ("each_month", r"(?:dinh ky )?(?:hang|moi) thang(?![a-z])|(?:0?1|mot) lan ?/ ?thang(?![a-z])"),
    ("first_half", r"(?:0?6|sau) thang dau(?: nam)?|nua dau nam"),
    ("second_half", r"(?:0?6|sau) thang cuoi(?: nam)?|nua cuoi nam"),
    (
        "all_year",
        r"(?:trong )?ca nam|quanh nam|trong nam|thuong xuyen|lien tuc|hang nam|"
        r"(?:hang|moi) (?:tuan|ngay)(?![a-z])",
    ),
    ("year_start", r"dau nam(?![a-z])"),
    ("year_middle", r"giua nam(?![a-z])"),
    ("year_end", r"cuoi nam(?![a-z])"),
    ("filler", r"(?:trong|du kien|khoang|vao|dinh ky)(?![a-z])"),
    ("until", r"(?:cham nhat|den het|het)(?: ngay)?(?![a-z])"),
    ("before", r"truoc(?: ngay)?(?![a-z])"),
    ("quarter", r"qu[yi](?![a-z])"),
    ("month", r"thang(?![a-z])"),
    ("date", r"\d{1,2}[/.]\d{1,2}(?:[/.]\d{4})?(?!\d)"),
    ("year", r"(?:/ ?|nam )?(?:19|20)\d\d(?!\d)"),
    ("number", r"(?:iv|iii|ii|i|\d{1,2})(?![a-z0-9])"),
    ("range", r"-|–|—|(?:den|toi)(?![a-z])"),
    ("comma", r",|;|&|\+|va(?![a-z])"),
    ("open", r"\("),
    ("close", r"\)"),
    ("word", r"[^\s(),;]+"),
]
_TOKENS = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _WORDS))
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_NAMED = {
    "all_year": (1, 12),
    "first_half": (1, 6),
    "second_half": (7, 12),
    "year_start": (1, 3),
    "year_middle": (6, 7),
    "year_end": (10, 12),
}
_EACH = {"each_month": 1, "each_quarter": 3, "each_half": 6}


class _NotUnderstood(Exception):
    """The words mean no time we know."""


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int = 0
    end: int = 0


def _month_span(year: int, first: int, last: int) -> Span:
    return Span(dt.date(year, first, 1), dt.date(year, last, calendar.monthrange(year, last)[1]))


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(found.lastgroup or "", found.group(), found.start(), found.end())
        for found in _TOKENS.finditer(text)
    ]


@dataclass
class _Reader:
    """Reads one run of tokens outside or inside brackets."""

    tokens: list[_Token]
    year: int
    at: int = 0

    def peek(self, ahead: int = 0) -> _Token:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else _Token("end", "")

    def take(self, *kinds: str) -> _Token | None:
        token = self.peek()
        if token.kind not in kinds:
            return None
        self.at += 1
        return token

    def read(self) -> Timeframe:
        frame = self.one()
        while self.take("comma"):
            frame = _joined(frame, self.one())
        if self.peek().kind != "end":
            raise _NotUnderstood(self.peek().text)
        return frame

    def one(self) -> Timeframe:
        """One item: all year, every month, a half, quarters, months, or a day."""
        while self.take("filler"):
            pass
        token = self.take(*_NAMED, *_EACH, "quarter", "month", "before", "until", "date")
        if token is None:
            raise _NotUnderstood(self.peek().text)
        if token.kind in _NAMED:
            year = self.year_given()
            span = _month_span(year, *_NAMED[token.kind])
            return Timeframe("", (span,), token.kind == "all_year")
        if token.kind in _EACH:
            return _every(_EACH[token.kind], self.year_given())
        if token.kind in {"before", "until"}:
            return self.limit(token.kind == "before")
        if token.kind == "date":
            return self.day(token)
        return self.months(3 if token.kind == "quarter" else 1)

    def year_given(self) -> int:
        token = self.take("year")
        return int(token.text[-4:]) if token else self.year

    def day(self, token: _Token) -> Timeframe:
        first = _day(token.text, self.year)
        if self.take("range"):
            other = self.take("date")
            if other is None:
                raise _NotUnderstood(self.peek().text)
            last = _day(other.text, self.year)
            if last < first:
                raise _NotUnderstood(other.text)
            return Timeframe("", (Span(first, last),))
        return Timeframe("", (Span(first, first),))

    def limit(self, before: bool) -> Timeframe:
        """`Trước ngày 15/12`, `Chậm nhất 15/12`, `Trước quý III`, `Đến hết tháng 9`."""
        token = self.take("date")
        if token is not None:
            last = _day(token.text, self.year)
        else:
            span = self.one().windows[-1]
            last = span.start - dt.timedelta(days=1) if before else span.end
        return Timeframe("", (Span(dt.date(last.year, 1, 1), last),))

    def months(self, size: int) -> Timeframe:
        """Quarters (size 3) or months (size 1): lists and ranges, with a year at the end or none."""
        place = self.at
        across = self.across_years(size)
        if across is not None:
            return across
        self.at = place
        ranges = [self.range(size)]
        while self.peek().kind == "comma" and self.peek(1).kind == "number":
            self.take("comma")
            ranges.append(self.range(size))
        year = self.year_given()
        return Timeframe(
            "", _merged([_month_span(year, (first - 1) * size + 1, last * size) for first, last in ranges])
        )

    def across_years(self, size: int) -> Timeframe | None:
        """`Quý IV/2026 - Quý I/2027`, `Tháng 11/2026 đến tháng 2/2027`; None for anything else."""
        try:
            first = self.number(size)
            began = self.take("year")
            if began is None or not self.take("range"):
                return None
            self.take("quarter" if size == 3 else "month")
            last = self.number(size)
        except _NotUnderstood:
            return None
        ended = self.take("year") or began
        start = _month_span(int(began.text[-4:]), (first - 1) * size + 1, first * size).start
        end = _month_span(int(ended.text[-4:]), (last - 1) * size + 1, last * size).end
        if end < start:
            raise _NotUnderstood(ended.text)
        return Timeframe("", (Span(start, end),))

    def range(self, size: int) -> tuple[int, int]:
        first = last = self.number(size)
        if self.take("range"):
            self.take("quarter" if size == 3 else "month")
            last = self.number(size)
        if last < first:
            raise _NotUnderstood(f"{first}-{last}")
        return first, last

    def number(self, size: int) -> int:
        token = self.take("number")
        if token is None:
            raise _NotUnderstood(self.peek().text)
        value = _ROMAN.get(token.text) or int(token.text)
        if not 1 <= value <= 12 // size:
            raise _NotUnderstood(token.text)
        return value


def _day(text: str, year: int) -> dt.date:
    parts = [int(part) for part in re.split(r"[/.]", text)]
    try:
        return dt.date(parts[2] if len(parts) == 3 else year, parts[1], parts[0])
    except ValueError as error:
        raise _NotUnderstood(text) from error


def _every(step: int, year: int) -> Timeframe:
    ends = [_month_span(year, month, month).end for month in range(step, 13, step)]
    return Timeframe("", (_month_span(year, 1, 12),), True, tuple(Milestone(end) for end in ends))


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    """Spans in order, with those that touch or overlap put together."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end + dt.timedelta(days=1):
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def _joined(first: Timeframe, second: Timeframe) -> Timeframe:
    """Two items of a list. Beside work that goes on all year, a window is a milestone at its end."""
    if first.is_continuous == second.is_continuous:
        return Timeframe(
            "",
            _merged([*first.windows, *second.windows]),
            first.is_continuous,
            tuple(sorted({*first.milestones, *second.milestones})),
        )
    steady, fixed = (first, second) if first.is_continuous else (second, first)
    ends = {Milestone(span.end) for span in fixed.windows}
    return replace(steady, milestones=tuple(sorted({*steady.milestones, *fixed.milestones, *ends})))


def _bracketed(text: str, year: int) -> tuple[Milestone, ...]:
    """The milestones a bracket names: the time at its end, with the words before it as their label."""
    folded = fold(text)
    tokens = _tokens(folded)
    for place, token in enumerate(tokens):
        if token.kind in {"word", "comma", "number", "year", "range"}:
            continue
        try:
            frame = _Reader(tokens[place:], year).read()
        except _NotUnderstood:
            continue
        label = " ".join(text.split()[: len(folded[: token.at].split())])
        return tuple(Milestone(span.end, label) for span in frame.windows)
    return ()


_BRACKET = re.compile(r"\(([^()]*)\)")


def parse(text: str, year: int) -> Timeframe:
    """What a time text means; `year` holds where it names none. Never raises: see `is_understood`."""
    notes = _BRACKET.findall(text)
    try:
        frame = _Reader(_tokens(fold(_BRACKET.sub(" ", text)).strip(" .")), year).read()
    except _NotUnderstood:
        return Timeframe(text)
    marks = {mark for note in notes for mark in _bracketed(note, year)}
    return replace(frame, text=text, milestones=tuple(sorted({*frame.milestones, *marks})))


_YEAR_NAMED = re.compile(r"(?<![\d:])(?:19|20)\d\d(?!\d)")


def shift_years(text: str, years: int) -> str:
    """A text with every year it names moved on; editions of standards (9001:2015) stay."""
    return _YEAR_NAMED.sub(lambda found: str(int(found.group()) + years), text)


def from_json(text: str, meaning: dict[str, Any]) -> Timeframe:
    """A time text with its kept meaning."""
    day = dt.date.fromisoformat
    return Timeframe(
        text,
        tuple(Span(day(start), day(end)) for start, end in meaning.get("windows", ())),
        bool(meaning.get("continuous")),
        tuple(Milestone(day(on), label) for on, label in meaning.get("milestones", ())),
    )
