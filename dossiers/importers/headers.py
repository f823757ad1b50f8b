"""Finding the header row among title rows, and what each column holds."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import Any, Literal

from django.utils.translation import gettext as _

from dossiers.importers.guess import Guess, Guesser, How
from dossiers.importers.problems import FileRefused
from dossiers.importers.profile import FIELDS, ONE_OF, REPEATED, REQUIRED, Profile, header_key
from dossiers.importers.reading import Line, Sheet
from dossiers.importers.values import VIETNAM, Unreadable, moment_of, text_of
from qms.text import fold, repair_marks

SEARCHED_LINES = 60
LEAST_MATCHES = 4
LEAST_TITLES = 5
Use = Literal["field", "personal", "ignored", "unknown"]
_MOMENT = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2})?\s*(?:ngay)?\s*\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}"
    r"|\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}(?:[ T,]+\d{1,2}:\d{2}(?::\d{2})?)?"
    r"|\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?"
)
_NUMBER = re.compile(r" (?:lan |thu |so )?\d{1,2}$")


@dataclass(frozen=True)
class Column:
    """One column: its title, and what becomes of it. Values of other than `field` columns are never kept.

    `how` says by what the use was guessed; it is empty when a profile told it.
    """

    index: int
    title: str
    use: Use
    field: str = ""
    how: How | Literal[""] = ""
    is_again: bool = False
    """Whether another column for the same field stands before it: a second supplement, …"""


@dataclass(frozen=True)
class Table:
    """A sheet with its header understood: the body follows. `missing` holds the fields without a column."""

    sheet: str
    header_line: int
    columns: tuple[Column, ...]
    body: Iterator[Line]
    as_of: dt.datetime | None
    expected_lines: int = 0
    places: dict[str, Column] = field(default_factory=dict)
    profile: Profile | None = None
    missing: tuple[str, ...] = ()
    samples: tuple[list[Any], ...] = ()

    @property
    def guessed(self) -> tuple[Column, ...]:
        """Columns whose use is only guessed."""
        return tuple(column for column in self.columns if column.how)

    @property
    def personal_indexes(self) -> tuple[int, ...]:
        """Where data of citizens stands."""
        return tuple(column.index for column in self.columns if column.use == "personal")


def find_table(sheets: Iterator[Sheet], *profiles: Profile, guesser: Guesser | None = None) -> Table:
    """The first sheet with a header row, read by the profile that knows it best.

    Without a guesser raises FileRefused when there is no such row or a column is missing; with one, unknown
    columns are guessed and what is still missing is told in the table.
    """
    lacking: Table | None = None
    for sheet in sheets:
        head = list(islice(sheet.lines, SEARCHED_LINES))
        found = _best(sheet, head, profiles, guesser)
        if found is None:
            continue
        if not found.missing:
            return found
        # A sheet before the real one (a cover, a legend) may look like a header too.
        lacking = lacking or found
    if lacking is not None and guesser is not None:
        return lacking
    if lacking is not None:
        raise FileRefused(
            _("The file has no column for: %(missing)s. Its columns are: %(columns)s.")
            % {
                "missing": ", ".join(str(FIELDS[name]) for name in lacking.missing),
                "columns": ", ".join(column.title for column in lacking.columns if column.title),
            }
        )
    raise FileRefused(
        _("No header row was found in the first %(count)s lines of any sheet.") % {"count": SEARCHED_LINES}
    )


def _best(
    sheet: Sheet, head: list[Line], profiles: Sequence[Profile], guesser: Guesser | None
) -> Table | None:
    """The header of a sheet by the profile that leaves the least open."""
    found: tuple[tuple[bool, int], Table] | None = None
    for profile in profiles:
        header = _header_of(head, profile)
        if header is None:
            continue
        table = _table(sheet, head, header, profile, guesser)
        rank = (not table.missing, sum(not column.how for column in table.places.values()))
        if found is None or rank > found[0]:
            found = rank, table
    if found is None and guesser is not None:
        return _unknown_header(sheet, head, profiles[0], guesser)
    return found[1] if found else None


def _table(
    sheet: Sheet,
    head: list[Line],
    header: tuple[int, int, tuple[Column, ...]],
    profile: Profile,
    guesser: Guesser | None,
) -> Table:
    position, height, columns = header
    below = [cells for _number, cells in head[position + height :]]
    if guesser is not None:
        taken = {column.index: column.field or column.use for column in columns if column.use != "unknown"}
        guesses = guesser.columns([column.title for column in columns], below, taken)
        columns = tuple(_guessed(column, guesses.get(column.index)) for column in columns)
    return Table(
        sheet=sheet.name,
        header_line=head[position][0],
        columns=columns,
        body=chain(head[position + height :], sheet.lines),
        as_of=_as_of(head[:position], profile),
        expected_lines=sheet.expected_lines,
        places={column.field: column for column in columns if column.use == "field" and not column.is_again},
        profile=profile,
        missing=_missing(columns),
        samples=tuple(below),
    )


def _guessed(column: Column, guess: Guess | None) -> Column:
    if guess is None:
        return column
    if guess.field == "personal":
        return replace(column, use="personal", how=guess.how)
    return replace(column, use="field", field=guess.field, how=guess.how)


def _unknown_header(sheet: Sheet, head: list[Line], profile: Profile, guesser: Guesser) -> Table | None:
    """A row of titles no profile knows: the one under which the most can be guessed."""
    best: tuple[int, Table] | None = None
    for position, (_line, cells) in enumerate(head):
        titles = [_title(cell) for cell in cells]
        if sum(map(bool, titles)) < LEAST_TITLES or any(re.search(r"\d{4}", title) for title in titles):
            continue
        table = _table(sheet, head, (position, 1, columns_of(titles, profile)), profile, guesser)
        enough = "code" in table.places or len(table.places) >= LEAST_MATCHES - 1
        if enough and (best is None or len(table.places) > best[0]):
            best = len(table.places), table
    return best[1] if best else None


def _missing(columns: Sequence[Column]) -> tuple[str, ...]:
    present = {column.field for column in columns if column.use == "field"}
    missing = [name for name in REQUIRED if name not in present]
    if not present & set(ONE_OF):
        missing.append("procedure_name")
    return tuple(missing)


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
    """What becomes of each column; a second one for the same field stays unknown, unless it may repeat."""
    taken: set[str] = set()
    columns = []
    for index, title in enumerate(titles):
        key = header_key(title)
        name = profile.columns.get(key, "") or _numbered(key, profile)
        if name in taken and name in REPEATED:
            columns.append(Column(index, title, "field", name, is_again=True))
        elif name and name not in taken:
            taken.add(name)
            columns.append(Column(index, title, "field", name))
        elif profile.is_personal(title):
            columns.append(Column(index, title, "personal", profile.personal_kind(title)))
        elif not key or key in profile.ignored:
            columns.append(Column(index, title, "ignored"))
        else:
            columns.append(Column(index, title, "unknown"))
    return tuple(columns)


def _numbered(key: str, profile: Profile) -> str:
    """The field of a title with a number behind it, as “… lần 2”, where that field may repeat."""
    found = _NUMBER.sub("", key)
    name = profile.columns.get(found, "") if found != key else ""
    return name if name in REPEATED else ""


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
