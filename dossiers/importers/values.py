"""From a cell to a value. A value that cannot be understood is a problem of its place, never a guess."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from qms.text import repair_marks

VIETNAM = dt.timezone(dt.timedelta(hours=7))
EXCEL_EPOCH = dt.datetime(1899, 12, 30, tzinfo=VIETNAM)
LAST_SECOND = dt.timedelta(days=1, seconds=-1)
EXCEL_DAYS = (20_000, 80_000)
YEARS = range(1990, 2101)
REMEMBERED = 20_000
"""Cells remembered whole, where their parts cannot be; exports go by time, so old ones can be forgotten."""
PARTS_REMEMBERED = 200_000
"""Days, and times of a day; with seconds a day has 86,400 of them."""
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
"""Control characters; no database takes the first of them."""
_HALF = re.compile(r"(.*\d)\s*(SA|CH|AM|PM)", re.IGNORECASE)
"""A time of twelve hours, as Windows writes it in Vietnamese (sáng, chiều) and in English."""
_DAY_FIRST = re.compile(
    r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?:[ T,\-]+(\d{1,2})[:hH](\d{2})(?::(\d{2})(?:\.\d+)?)?)?"
)
_ISO = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})"
    r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
_SHORT = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{2})(?:[ T,]+(\d{1,2})[:hH](\d{2})(?::(\d{2}))?)?")
_TIME_FIRST = re.compile(
    r"(\d{1,2})[:hH](\d{2})(?::(\d{2}))?[ ,\-]+(?:ng\D{1,4} )?(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})"
)


FORMS = ("", "dmy2", "mdy", "mdy2", "ymd2")
"""How a source writes days: the usual way ("" reads dd/mm/yyyy, ISO, yyyy/mm/dd and serial numbers of Excel),
with years of two digits, with the month first. Which of them it is, is asked, never guessed."""


class Unreadable(ValueError):
    """The value is not what the column holds; `kind` says why (see `problems`)."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def text_of(cell: Any) -> str:
    """A cell as the text a person sees, without outer and doubled spaces and signs nobody sees."""
    if isinstance(cell, str):
        if not cell.isprintable():
            cell = _UNSEEN.sub("", cell)
        return cell.strip() if "  " not in cell else " ".join(cell.split())
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return f"{cell:%d/%m/%Y %H:%M:%S}"
    if isinstance(cell, dt.date):
        return f"{cell:%d/%m/%Y}"
    return str(cell)


def moment_of(cell: Any, *, end_of_day: bool = False, form: str = "") -> dt.datetime | None:
    """A cell as an instant in UTC, None when empty; `form` is one of FORMS.

    Understands `dd/mm/yyyy` with or without a time, ISO 8601 with or without a zone, dates of Excel and their
    bare serial numbers. Without a zone it is Vietnam time; a day without a time is its first second, or
    with `end_of_day` (due dates) its last. Raises Unreadable.
    """
    if isinstance(cell, str):
        text = cell.strip()
        if not text:
            return None
        moment, is_day = _from_text(text, form)
    elif cell is None:
        return None
    elif isinstance(cell, dt.datetime):
        moment, is_day = cell if cell.tzinfo else cell.replace(tzinfo=VIETNAM), False
    elif isinstance(cell, dt.date):
        moment, is_day = dt.datetime(cell.year, cell.month, cell.day, tzinfo=VIETNAM), True
    elif isinstance(cell, (int, float)) and not isinstance(cell, bool):
        moment, is_day = _from_serial(cell)
    else:
        raise Unreadable("date")
    if moment.year not in YEARS:
        raise Unreadable("date_range")
    if is_day and end_of_day:
        moment += LAST_SECOND
    return moment.astimezone(dt.UTC).replace(microsecond=0)


def _from_serial(number: float) -> tuple[dt.datetime, bool]:
    if not EXCEL_DAYS[0] <= number < EXCEL_DAYS[1]:
        raise Unreadable("date")
    return EXCEL_EPOCH + dt.timedelta(seconds=round(number * 86_400)), float(number).is_integer()


def _from_text(text: str, form: str) -> tuple[dt.datetime, bool]:
    """The instant, and whether only a day was written."""
    zone: dt.tzinfo = VIETNAM
    half = _HALF.fullmatch(text) if text[-1] in "AaHhMm" else None
    if half:
        text = half[1]
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year, hour, minute, second = found.groups()
        if form.startswith("mdy"):
            day, month = month, day
    elif found := _ISO.fullmatch(text):
        year, _sign, month, day, hour, minute, second, offset = found.groups()
        zone = _zone(offset)
    elif found := _TIME_FIRST.fullmatch(text):
        hour, minute, second, day, month, year = found.groups()
    elif form.endswith("2") and (found := _SHORT.fullmatch(text)):
        day, month, year, hour, minute, second = found.groups()
        if form == "mdy2":
            day, month = month, day
        elif form == "ymd2":
            day, year = year, day
        year = f"20{year}"
    elif re.fullmatch(r"\d{5}(?:[.,]\d+)?", text):
        return _from_serial(float(text.replace(",", ".")))
    else:
        raise Unreadable("date")
    if half:
        hour = _of_twelve(hour, half[2])
    try:
        moment = dt.datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=zone
        )
    except ValueError as error:
        raise Unreadable("no_such_date") from error
    return moment, hour is None


def _of_twelve(hour: str | None, half: str) -> str:
    """An hour of twelve as one of twenty-four; raises Unreadable when it is none."""
    if hour is None or not 1 <= int(hour) <= 12:
        raise Unreadable("no_such_date")
    return str(int(hour) % 12 + (12 if half.upper() in {"CH", "PM"} else 0))


def other_form(text: str) -> str:
    """The form in which a text that cannot be read the usual way would be a day; "" when there is none."""
    text = text.strip()
    half = _HALF.fullmatch(text)
    if _SHORT.fullmatch(half[1] if half else text):
        return "dmy2"
    for form in ("mdy",):
        try:
            moment_of(text, form=form)
        except Unreadable:
            continue
        return form
    return ""


_PARTED = re.compile(r"(?:\d\d[/.\-]\d\d[/.\-]\d{4}|\d{4}-\d\d-\d\d)(?!\d)")


class Moments(dict[Any, str]):
    """Cells of one kind of date column as ISO instants in UTC ("" when empty), remembered by their parts.

    A day and a time of day are understood once; after that a cell is put together from two look-ups. Raises
    Unreadable like `moment_of`.
    """

    def __init__(self, *, end_of_day: bool = False, form: str = "") -> None:
        super().__init__()
        self.end_of_day, self.form = end_of_day, form
        # What may stand behind a day depends on the form of the day: year first or not.
        self.days: dict[bool, dict[str, tuple[str, str, str]]] = {False: {}, True: {}}
        self.times: dict[bool, dict[str, tuple[int, str]]] = {False: {}, True: {}}

    def __missing__(self, cell: Any) -> str:
        try:
            year_first = cell[4] == "-"
            shift, time = self.times[year_first][cell[10:]]
            return self.days[year_first][cell[:10]][shift] + time
        except (KeyError, IndexError, TypeError):
            text = self._understood(cell)
        if len(self) >= REMEMBERED:
            self.clear()
        self[cell] = text
        return text

    def all(self, cells: Sequence[Any]) -> Sequence[str]:
        """The instants of a column of cells, in their order."""
        if cells.count("") == len(cells):
            return cells
        try:
            year_first = next(filter(None, cells))[4] == "-"
            days, times = self.days[year_first], self.times[year_first]
            return [
                "" if cell == "" else days[cell[:10]][(time := times[cell[10:]])[0]] + time[1]
                for cell in cells
            ]
        except (KeyError, IndexError, TypeError, StopIteration):
            return list(map(self.__getitem__, cells))

    def _understood(self, cell: Any) -> str:
        moment = moment_of(cell, end_of_day=self.end_of_day, form=self.form)
        if moment and isinstance(cell, str) and _PARTED.match(cell):
            self._learn(cell, moment)
        return moment.isoformat() if moment else ""

    def _learn(self, cell: str, moment: dt.datetime) -> None:
        start = moment_of(cell[:10], form=self.form)
        assert start is not None
        day = start.astimezone(VIETNAM).date()
        shift = (moment.date() - day).days + 1
        days, times = self.days[cell[4] == "-"], self.times[cell[4] == "-"]
        if 0 <= shift <= 2 and max(len(times), len(days)) < PARTS_REMEMBERED:
            days[cell[:10]] = tuple(f"{day + dt.timedelta(days=n)}T" for n in (-1, 0, 1))  # type: ignore[assignment]
            times[cell[10:]] = shift, f"{moment:%H:%M:%S}+00:00"


def _zone(offset: str | None) -> dt.tzinfo:
    if not offset:
        return VIETNAM
    if offset == "Z":
        return dt.UTC
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    span = dt.timedelta(hours=hours, minutes=minutes)
    if span >= dt.timedelta(hours=24):
        raise Unreadable("no_such_date")
    return dt.timezone(-span if offset[0] == "-" else span)


_HARMLESS = re.compile(r"\d{1,4}(?:[/.: -]\d{1,4}){2,5}")
"""A day, with or without a time."""


def shown_part(cell: Any, *, is_date: bool) -> str:
    """What of a wrong value may be kept: never long numbers of people, in dates never letters."""
    if isinstance(cell, str) and _HARMLESS.fullmatch(cell):
        return cell
    text = re.sub(r"\d{9,}", lambda found: "•" * len(found[0]), text_of(cell))[:120]
    return re.sub(r"[^\W\d_]", "•", text) if is_date else text


def outline(cell: Any) -> str:
    """What of a cell in an unknown column may be shown: dates and short numbers, of all else the shape."""
    text = repair_marks(text_of(cell))[:60]
    try:
        if moment_of(cell) is not None:
            return text
    except Unreadable:
        pass
    return re.sub(r"\d{5,}", lambda found: "•" * len(found[0]), re.sub(r"[^\W\d_]", "•", text))
