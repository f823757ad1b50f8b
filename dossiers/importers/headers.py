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
from dossiers.importers.profile import FIELDS, ONE_OF, REPEATED, REQUIRED, VERY_SAME, Profile, header_key
from dossiers.importers.reading import Line, Sheet
from dossiers.importers.values import VIETNAM, Unreadable, moment_of, text_of
from qms.text import fold, repair_marks

SEARCHED_LINES = 60
LEAST_MATCHES = 4
LEAST_TITLES = 5
LEAST_GROUPS = 3
"""Cells a line above the lowest of a header has at least; letterheads and titles have one or two."""
MOST_HEIGHT = 3
FEW_CELLS = 3
"""As many cells a title, a total or a signature has; a dossier has more."""
Use = Literal["field", "personal", "ignored", "unknown"]
Header = tuple[int, int, "tuple[Column, ...]"]
_MOMENT = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2})?\s*(?:ngay)?\s*\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}"
    r"|\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}(?:[ T,]+\d{1,2}:\d{2}(?::\d{2})?)?"
    r"|\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?"
)
_COLUMN_NUMBER = re.compile(r"[(\[]?\d{1,2}[)\]]?(?:\s*=[\d()+\-\s]+)?")
_NUMBER = re.compile(r" (?:lan |thu |so )?\d{1,2}$")


@dataclass(frozen=True)
class Title:
    """The title of a column; `short` is its lowest line when it is put together from several."""

    full: str
    short: str = ""

    def known_to(self, profile: Profile) -> "Title":
        """The lowest line alone when the profile knows that and not the whole."""
        if self.short and header_key(self.full) not in profile.columns:
            return Title(self.short) if header_key(self.short) in profile.columns else self
        return self


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
    short: str = ""
    """Of a title put together from several lines the lowest, which the guess looks at too."""


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
    header: tuple[frozenset[str], ...] = ()
    """What stands above each column, by which the header is known when it is printed on the next page."""

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
    """The header of a sheet, by the source that taught these very titles, else that leaves the least open."""
    found: tuple[tuple[bool, bool, int, int], Table] | None = None
    for profile in profiles:
        header = _header_of(head, profile)
        if header is None:
            continue
        table = _table(sheet, head, header, profile, guesser)
        known = sum(not column.how for column in table.places.values())
        keys = frozenset(filter(None, (header_key(column.title) for column in table.columns)))
        near = profile.nearness(keys)
        rank = (not table.missing, near == VERY_SAME, known, near)
        if found is None or rank > found[0]:
            found = rank, table
    if found is None and guesser is not None:
        return _unknown_header(sheet, head, profiles[0], guesser)
    return found[1] if found else None


def _table(
    sheet: Sheet,
    head: list[Line],
    header: "Header",
    profile: Profile,
    guesser: Guesser | None,
) -> Table:
    position, height, columns = header
    lines = _above([cells for _number, cells in head[position : position + height]])
    below = [cells for _number, cells in head[position + height :] if _is_body(cells, lines)]
    if guesser is not None:
        taken = {column.index: column.field or column.use for column in columns if column.use != "unknown"}
        titles = [column.title for column in columns]
        guesses = guesser.columns(titles, below, taken, [column.short for column in columns])
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
        header=lines,
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
    for position in range(len(head)):
        for height, titles in _forms(head, position):
            named = [title for title in titles if title.full]
            if len(named) < LEAST_TITLES or any(re.search(r"\d{4}", title.full) for title in named):
                continue
            table = _table(sheet, head, (position, height, columns_of(titles, profile)), profile, guesser)
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


def _header_of(head: list[Line], profile: Profile) -> "Header | None":
    """The position of the best header row, how many lines it takes, and its columns."""
    best: Header | None = None
    most = LEAST_MATCHES - 1
    for position in range(len(head)):
        for height, titles in _forms(head, position):
            columns = columns_of([title.known_to(profile) for title in titles], profile)
            matches = sum(column.use == "field" for column in columns)
            if matches > most:
                most, best = matches, (position, height, columns)
    return best


def _forms(head: list[Line], position: int) -> "Iterator[tuple[int, list[Title]]]":
    """The titles that begin in a line, when the header takes one line, two or three of them."""
    lines = [[_title(cell) for cell in cells] for _line, cells in head[position : position + MOST_HEIGHT]]
    yield 1, [Title(title) for title in lines[0]]
    for height in range(2, len(lines) + 1):
        upper = lines[: height - 1]
        if any(sum(map(bool, line)) < LEAST_GROUPS for line in upper) or not any(lines[height - 1]):
            return
        if any(re.search(r"\d{4}", title) for title in lines[height - 1]):
            return
        yield height, _joined(lines[:height])


def _title(cell: Any) -> str:
    return repair_marks(text_of(cell))[:255] if isinstance(cell, str) else ""


def _joined(lines: list[list[str]]) -> "list[Title]":
    """Titles of a header in several lines, of which the upper ones are merged over several columns."""
    spread = []
    for line in lines[:-1]:
        group, over = "", []
        for title in line:
            group = title or group
            over.append(group)
        spread.append(over)
    titles = []
    for index in range(max(map(len, lines))):
        own = [line[index] if index < len(line) else "" for line in lines]
        low = max((at for at, title in enumerate(own) if title), default=-1)
        if low < 0:
            titles.append(Title(""))
            continue
        # What stands above the lowest title of the column belongs to it, unless it is the same cell merged.
        above = [over[index] for over in spread[:low] if index < len(over) and over[index]]
        parts = list(dict.fromkeys([*above, own[low]]))
        titles.append(Title(" ".join(parts)[:255], own[low] if len(parts) > 1 else ""))
    return titles


def _above(lines: Sequence[Sequence[Any]]) -> tuple[frozenset[str], ...]:
    """What stands above each column in the lines of a header."""
    width = max(map(len, lines))
    return tuple(
        frozenset(_title(line[index]) for line in lines if index < len(line)) for index in range(width)
    )


def is_header(cells: Sequence[Any], header: tuple[frozenset[str], ...]) -> bool:
    """Whether a line is one of the header once more: every cell stands above its column."""
    filled = 0
    for cell, above in zip(cells, header, strict=False):
        title = _title(cell)
        if title or text_of(cell):
            if title not in above:
                return False
            filled += 1
    return filled > 0


def _is_body(cells: Sequence[Any], header: tuple[frozenset[str], ...]) -> bool:
    """Whether a line below the header seems to be a dossier, so that its cells tell what a column holds."""
    filled = sum(bool(text_of(cell)) for cell in cells)
    return filled > FEW_CELLS and not is_header(cells, header) and not is_numbering(cells)


def is_numbering(cells: Sequence[Any]) -> bool:
    """Whether a line only numbers the columns, as (1), (2), (3) below a printed header."""
    texts = [text for text in map(text_of, cells) if text]
    return len(texts) >= LEAST_MATCHES and all(map(_COLUMN_NUMBER.fullmatch, texts))


def columns_of(titles: "Sequence[Title]", profile: Profile) -> tuple[Column, ...]:
    """What becomes of each column; a second one for the same field stays unknown, unless it may repeat."""
    taken: set[str] = set()
    columns = []
    for index, named in enumerate(titles):
        title, short = named.full, named.short
        key = header_key(title)
        name = profile.columns.get(key, "") or _numbered(key, profile)
        if name in taken and name in REPEATED:
            columns.append(Column(index, title, "field", name, is_again=True, short=short))
        elif name and name not in taken:
            taken.add(name)
            columns.append(Column(index, title, "field", name, short=short))
        elif profile.is_personal(title):
            columns.append(Column(index, title, "personal", profile.personal_kind(title), short=short))
        elif not key or key in profile.ignored:
            columns.append(Column(index, title, "ignored", short=short))
        else:
            columns.append(Column(index, title, "unknown", short=short))
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
