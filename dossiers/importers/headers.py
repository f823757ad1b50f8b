"""Finding the header row among title rows, and what each column holds."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, Literal

from django.utils.translation import gettext as _

from dossiers.importers.problems import FileRefused
from dossiers.importers.profile import FIELDS, ONE_OF, REQUIRED, Profile, header_key
from dossiers.importers.reading import Line, Sheet
from dossiers.importers.values import VIETNAM, Unreadable, moment_of, text_of
from qms.text import fold, repair_marks

SEARCHED_LINES = 60
LEAST_MATCHES = 4
Use = Literal["field", "personal", "ignored", "unknown"]
_MOMENT = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2})?\s*(?:ngay)?\s*\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}"
    r"|\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}(?:[ T,]+\d{1,2}:\d{2}(?::\d{2})?)?"
    r"|\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?"
)


@dataclass(frozen=True)
class Column:
    """One column: its title, and what becomes of it. Values of other than `field` columns are never kept."""

    index: int
    title: str
    use: Use
    field: str = ""


@dataclass(frozen=True)
class Table:
    """A sheet with its header understood: the body follows."""

    sheet: str
    header_line: int
    columns: tuple[Column, ...]
    body: Iterator[Line]
    as_of: dt.datetime | None
    expected_lines: int = 0
    places: dict[str, Column] = field(default_factory=dict)

    @property
    def personal_indexes(self) -> tuple[int, ...]:
        """Where data of citizens stands."""
        return tuple(column.index for column in self.columns if column.use == "personal")


def find_table(sheets: Iterator[Sheet], profile: Profile) -> Table:
    """The first sheet with a header row; raises FileRefused when there is none or a column is missing."""
    seen_titles: list[str] = []
    for sheet in sheets:
        head = list(islice(sheet.lines, SEARCHED_LINES))
        found = _header_of(head, profile)
        if found is None:
            continue
        position, height, columns = found
        missing = _missing(columns)
        if missing:
            seen_titles = [column.title for column in columns if column.title]
            continue
        return Table(
            sheet=sheet.name,
            header_line=head[position][0],
            columns=columns,
            body=chain(head[position + height :], sheet.lines),
            as_of=_as_of(head[:position], profile),
            expected_lines=sheet.expected_lines,
            places={column.field: column for column in columns if column.use == "field"},
        )
    if seen_titles:
        raise FileRefused(
            _("The file has no column for: %(missing)s. Its columns are: %(columns)s.")
            % {"missing": ", ".join(missing), "columns": ", ".join(seen_titles)}
        )
    raise FileRefused(
        _("No header row was found in the first %(count)s lines of any sheet.") % {"count": SEARCHED_LINES}
    )


def _missing(columns: Sequence[Column]) -> list[str]:
    present = {column.field for column in columns if column.use == "field"}
    missing = [str(FIELDS[name]) for name in REQUIRED if name not in present]
    if not present & set(ONE_OF):
        missing.append(str(FIELDS["procedure_name"]))
    return missing


def _header_of(head: list[Line], profile: Profile) -> tuple[int, int, tuple[Column, ...]] | None:
    """The position of the best header row, how many lines it takes (1 or 2), and its columns."""
    best: tuple[int, int, tuple[Column, ...]] | None = None
    most = LEAST_MATCHES - 1
    for position, (_line, cells) in enumerate(head):
        upper = [_title(cell) for cell in cells]
        lower = [_title(cell) for cell in head[position + 1][1]] if position + 1 < len(head) else []
        forms = [(1, upper)]
        if sum(map(bool, upper)) >= LEAST_MATCHES - 1:
            forms.append((2, _joined(upper, lower, profile)))
        for height, titles in forms:
            columns = columns_of(titles, profile)
            matches = sum(column.use == "field" for column in columns)
            if matches > most:
                most, best = matches, (position, height, columns)
    return best


def _title(cell: Any) -> str:
    return repair_marks(text_of(cell))[:255] if isinstance(cell, str) else ""


def _joined(upper: list[str], lower: list[str], profile: Profile) -> list[str]:
    """Titles of a header in two lines, of which the upper is merged over several columns."""
    spread: list[str] = []
    for title in upper:
        spread.append(title or (spread[-1] if spread else ""))
    titles = []
    for index, below in enumerate(lower):
        above = spread[index] if index < len(spread) else ""
        own = upper[index] if index < len(upper) else ""
        both = f"{above} {below}".strip()
        if not below:
            titles.append(own)
        elif header_key(both) in profile.columns:
            titles.append(both)
        else:
            titles.append(below if header_key(below) in profile.columns else own or both)
    return titles


def columns_of(titles: Sequence[str], profile: Profile) -> tuple[Column, ...]:
    """What becomes of each column; a second column for the same field stays unknown."""
    taken: set[str] = set()
    columns = []
    for index, title in enumerate(titles):
        key = header_key(title)
        name = profile.columns.get(key, "")
        if name and name not in taken:
            taken.add(name)
            columns.append(Column(index, title, "field", name))
        elif profile.is_personal(title):
            columns.append(Column(index, title, "personal"))
        elif not key or key in profile.ignored:
            columns.append(Column(index, title, "ignored"))
        else:
            columns.append(Column(index, title, "unknown"))
    return tuple(columns)


def _as_of(titles: list[Line], profile: Profile) -> dt.datetime | None:
    """The moment of the export as a title row tells it; the end of the named minute or day."""
    for _line, cells in titles:
        for cell in cells:
            text = fold(text_of(cell)) if isinstance(cell, str) else ""
            after = next((text.split(phrase, 1)[1] for phrase in profile.as_of if phrase in text), "")
            found = _MOMENT.search(after)
            if found:
                return _end_of(found[0].replace("ngay", " "))
    return None


def _end_of(text: str) -> dt.datetime | None:
    try:
        moment = moment_of(" ".join(text.split()))
    except Unreadable:
        return None
    if moment is None:
        return None
    if ":" not in text:
        day = moment.astimezone(VIETNAM)
        return (day + dt.timedelta(days=1, seconds=-1)).astimezone(dt.UTC)
    return moment + dt.timedelta(seconds=59) if text.count(":") == 1 else moment
