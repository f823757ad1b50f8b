"""From the lines of a table to the facts of dossiers, and the problems of those that cannot be taken.

Only values of mapped columns are looked at. A wrong value is reported with its place; it is masked where it
could be data of a citizen (the same text stands in a personal column of its row, long numbers, letters in a
date).
"""

import datetime as dt
import re
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from dossiers.importers.courses import CourseReader
from dossiers.importers.due import DueCheck
from dossiers.importers.episodes import Course, written
from dossiers.importers.headers import FEW_CELLS, Table, is_header, is_numbering
from dossiers.importers.lines import RejectedRow, RowFacts, ShownRow
from dossiers.importers.problems import Problems, RowProblem
from dossiers.importers.profile import (
    DATES,
    FIELDS,
    OPTIONAL_WORDS,
    REPEATED,
    SELDOM,
    Profile,
    word_key,
)
from dossiers.importers.units import UnitIndex
from dossiers.importers.values import VIETNAM, Unreadable, moment_of, other_form, shown_part, text_of
from qms.text import repair_marks

DUE = frozenset({"due_original_at", "due_extended_at", "due_by_law"})
SHIFTED_FROM = 3
SHOWN, SHOWN_REJECTED = 4, 3
WITHOUT_DUE = frozenset({"refused", "withdrawn", "stopped"})
LENGTHS = {"code": 60, "procedure_code": 60, "procedure_name": 500, "field": 200, "officer_code": 80}
LENGTHS["extension_document"] = 60
HIDDEN = "•••"
ASKED = frozenset({"status", "channel", "level", "rating", "unit", "payment", "digitised"})
MOST_ASKED = 60
KEPT_REJECTED = 20_000
_LIKE_A_DAY = re.compile(r"\d{1,4}([/.\-])\d{1,2}\1\d{1,4}(?!\d)")
_mended = lru_cache(maxsize=4096)(repair_marks)


def clean(text: str) -> str:
    """The text in normal form with displaced marks put back."""
    return text if text.isascii() else _mended(text)


class _Rejected(Exception):
    """The row cannot be taken; its problems are already reported."""


class RowReader(CourseReader):
    """Understands the lines of a table one by one, thoroughly; problems go to `problems` as they are found.

    `unknown` counts the words nobody has explained yet, `odd_dates` the dates that another form would read.
    """

    def __init__(
        self,
        table: Table,
        profile: Profile,
        units: UnitIndex,
        known_procedures: dict[str, str],
        as_of: dt.datetime,
        problems: Problems,
        due: DueCheck | None = None,
    ) -> None:
        self.table, self.profile, self.units, self.as_of = table, profile, units, as_of
        self.known_procedures = known_procedures
        self.problems = problems
        self.at = {name: column.index for name, column in table.places.items()}
        self.titles = {name: column.title for name, column in table.places.items()}
        self.again = {
            name: [column.index for column in table.columns if column.is_again and column.field == name]
            for name in REPEATED
        }
        more = [self.at[name] for name in SELDOM if name in self.at]
        self.seldom = tuple(sorted({*more, *(at for found in self.again.values() for at in found)}))
        """Where facts stand that few dossiers have."""
        self.personal = table.personal_indexes
        self.as_of_day = as_of.astimezone(VIETNAM).date()
        self.as_of_text = as_of.astimezone(dt.UTC).isoformat()
        self.due = due or DueCheck()
        self.read = self.rejected = self.warnings = 0
        self.shown: list[ShownRow] = []
        self.shown_rejected: list[ShownRow] = []
        self.rejected_rows: list[RejectedRow] = []
        self.unknown: dict[str, Counter[str]] = {kind: Counter() for kind in ASKED}
        self.odd_dates: Counter[str] = Counter()

    def understand(self, number: int, cells: list[Any]) -> RowFacts | None:
        """The facts of a line; None when it is no dossier or cannot be taken."""
        if self._is_no_dossier(cells):
            return None
        self.read += 1
        try:
            row = self._row(number, cells)
        except _Rejected as rejected:
            self._note_rejected(number, cells, rejected.args[0])
            return None
        if len(self.shown) < SHOWN:
            self.shown.append(self._shown(number, cells, []))
        return row

    def _note_rejected(self, number: int, cells: list[Any], problems: list[RowProblem]) -> None:
        self.rejected += 1
        if len(self.shown_rejected) < SHOWN_REJECTED:
            self.shown_rejected.append(self._shown(number, cells, problems))
        if self.rejected > KEPT_REJECTED:
            return
        wrong = {problem.column: problem.value for problem in problems}
        shifted = _shifted(problems)
        kept = {
            title: wrong.get(title, "" if shifted else self._text(cells, name))
            for name, title in self.titles.items()
        }
        if shifted:
            kept[self.titles["code"]] = problems[0].code
        reasons = [(problem.column, problem.kind) for problem in problems]
        self.rejected_rows.append(RejectedRow(number, kept, reasons))

    def _shown(self, line: int, cells: list[Any], problems: list[RowProblem]) -> ShownRow:
        """The row as understood; of one that seems shifted only where it is wrong."""
        reasons = {problem.column: problem for problem in problems}
        shown = {}
        for name, title in self.titles.items():
            raw, problem = text_of(self._cell(cells, name)), reasons.get(title)
            if problem is not None:
                shown[name] = ("", problem.value, problem.kind)
            elif _shifted(problems):
                shown[name] = (HIDDEN, "", "")
            else:
                shown[name] = self._understood(cells, name, raw)
        return ShownRow(line, shown)

    def _understood(self, cells: list[Any], name: str, raw: str) -> tuple[str, str, str]:
        if name not in DATES or not raw:
            return self._text(cells, name), "", ""
        moment = self._date(cells, name, lambda *_why: None)
        text = f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M}" if moment else ""
        return text, "" if re.sub(r"[.-]", "/", raw).startswith(text) else raw, ""

    def _cell(self, cells: list[Any], name: str) -> Any:
        index = self.at.get(name, -1)
        return cells[index] if 0 <= index < len(cells) else ""

    def _text(self, cells: list[Any], name: str) -> str:
        return clean(text_of(self._cell(cells, name)))

    def _is_no_dossier(self, cells: list[Any]) -> bool:
        """Empty lines, group titles, totals, signatures, and the header printed again."""
        code = self._text(cells, "code")
        if is_header(cells, self.table.header) or is_numbering(cells) or self._is_aside(cells):
            return True
        if self._text(cells, "received_at") or self._text(cells, "status"):
            return bool(code) and code == self.titles["code"]
        if not code or self.profile.is_footer(code):
            return True
        # Words alone on their line are the title of a group, as “I. Lĩnh vực Đất đai”.
        return " " in code and not any(self._text(cells, name) for name in self.at if name != "code")

    def _is_aside(self, cells: list[Any]) -> bool:
        """Hardly a cell, no code and no day of receipt: a total, a name below, a place for a signature."""
        if len(list(filter(None, map(text_of, cells)))) > FEW_CELLS:
            return False
        told = self._text(cells, "code")
        if self.profile.code.match(told.upper().replace(" ", "")):
            # Where any number may be a code, another cell has to speak for a dossier.
            is_filled = bool(self._text(cells, "received_at") or self._text(cells, "status"))
            if not self.profile.takes_any_code or (is_filled and not self.profile.is_footer(told)):
                return False
        try:
            return moment_of(self._cell(cells, "received_at"), form=self.profile.dates) is None
        except Unreadable:
            return True

    def _row(self, number: int, cells: list[Any]) -> RowFacts:
        problems: list[RowProblem] = []
        code = self._text(cells, "code").upper().replace(" ", "")

        def wrong(name: str, kind: str, expected: str = "") -> None:
            problems.append(self._problem(number, cells, name, kind, expected))

        if not code:
            wrong("code", "missing")
        elif not self.profile.code.match(code):
            wrong("code", "code", _("for example %(code)s") % {"code": "000.00.16.H19-250822-0001"})
        words = {name: self._word(cells, name, wrong) for name in ("status", "channel", "level")}
        dates = {name: self._date(cells, name, wrong) for name in DATES}
        needed = ["received_at"] + ["due_original_at"] * (words["status"] not in WITHOUT_DUE)
        for name in needed:
            if not self._text(cells, name):
                wrong(name, "missing")
        course = self._course(cells, dates, wrong) if self.seldom else Course()
        procedure_code, procedure_name = self._procedure(cells, wrong)
        unit = self._unit(cells, dates, wrong)
        rating = self._rating(cells, wrong)
        optional = {name: self._optional_word(cells, name, wrong) for name in OPTIONAL_WORDS}
        for name in ("field", "officer_code", "extension_document"):
            if len(self._text(cells, name)) > LENGTHS[name]:
                wrong(name, "too_long", _("at most %(count)s letters") % {"count": LENGTHS[name]})
        if problems or unit is None:
            raise _Rejected(self._tell(problems, code))
        row = RowFacts(
            number,
            code,
            procedure_code,
            procedure_name,
            self._text(cells, "field"),
            words["level"],
            words["channel"],
            words["status"],
            unit,
            dates,
            rating,
            self._text(cells, "officer_code"),
            course.apologies[-1].document if course.apologies else self._text(cells, "extension_document"),
            episodes=written(course.told()),
            is_extended_again=len(course.apologies) > 1,
            **optional,
        )
        self._warn(row, cells)
        return row

    def _word(self, cells: list[Any], name: str, wrong: Callable[..., None]) -> str:
        text = self._text(cells, name)
        if not text and name == "level":
            return "none"
        if not text:
            wrong(name, "missing")
            return ""
        found = self.profile.words.get(name, {}).get(word_key(text), "")
        if not found:
            wrong(name, name, _known_words(self.profile, name))
        return found

    def _optional_word(self, cells: list[Any], name: str, wrong: Callable[..., None]) -> str:
        text = self._text(cells, name) if name in self.at else ""
        if not text:
            return ""
        if name == "late_reason":
            # Free text in many systems: what is unknown is another reason, told in _warn.
            return self.profile.words.get(name, {}).get(word_key(text), "other")
        return self._word(cells, name, wrong)

    def _date(self, cells: list[Any], name: str, wrong: Callable[..., None]) -> dt.datetime | None:
        return self._moment(self._cell(cells, name), name, wrong)

    def _moment(self, cell: Any, name: str, wrong: Callable[..., None]) -> dt.datetime | None:
        if cell == "":
            return None
        try:
            return moment_of(cell, end_of_day=name in DUE, form=self.profile.dates)
        except Unreadable as error:
            if isinstance(cell, str) and (form := other_form(cell)):
                self.odd_dates[form] += 1
            wrong(name, error.kind, _("a date such as 31/12/2025 17:00"))
            return None

    def _procedure(self, cells: list[Any], wrong: Callable[..., None]) -> tuple[str, str]:
        code, name = self._text(cells, "procedure_code").upper(), self._text(cells, "procedure_name")
        for field, text in (("procedure_code", code), ("procedure_name", name)):
            if len(text) > LENGTHS[field]:
                wrong(field, "too_long", _("at most %(count)s letters") % {"count": LENGTHS[field]})
        if code:
            return code, name
        column = "procedure_name" if "procedure_name" in self.at else "procedure_code"
        if not name:
            wrong(column, "missing")
            return "", ""
        known = self.known_procedures.get(word_key(name), "")
        if not known:
            wrong(column, "procedure", _("a procedure of the catalogue, or a column with its code"))
        return known, name

    def _unit(
        self, cells: list[Any], dates: dict[str, dt.datetime | None], wrong: Callable[..., None]
    ) -> uuid.UUID | None:
        name = self._text(cells, "unit")
        if not name:
            wrong("unit", "missing")
            return None
        days = [
            moment.astimezone(VIETNAM).date()
            for moment in (dates["result_at"], dates["received_at"])
            if moment
        ]
        found = self.unit_of(name, [*days, self.as_of_day])
        if found is None:
            wrong("unit", "unit", _("one of: %(names)s") % {"names": ", ".join(self.units.known())[:400]})
        return found

    def unit_of(self, name: str, days: list[dt.date]) -> uuid.UUID | None:
        """The unit by the name the source uses for it, else by a name of its own."""
        learned = self.profile.units.get(word_key(name))
        return uuid.UUID(learned) if learned else self.units.find(name, days)

    def unit_span(self, name: str, unit: uuid.UUID) -> tuple[str, str, str] | None:
        """(unit, first instant, last instant) in which a name means this unit and no other."""
        if word_key(clean(text_of(name))) in self.profile.units:
            return unit.hex, "", "9"
        return self.units.span(clean(text_of(name)), unit)

    def _rating(self, cells: list[Any], wrong: Callable[..., None]) -> int | None:
        text = self._text(cells, "rating")
        if not text:
            return None
        found = self.profile.words["rating"].get(word_key(text), text)
        if found in {"1", "2", "3", "4", "5"}:
            return int(found)
        wrong("rating", "rating", _("a whole number from 1 to 5"))
        return None

    def _warn(self, row: RowFacts, cells: list[Any]) -> None:
        received, due, result = (row.dates[n] for n in ("received_at", "due_original_at", "result_at"))
        assert received is not None
        found = []
        if result and result < received:
            found.append(("result_at", "result_before_receipt"))
        if due and due < received:
            found.append(("due_original_at", "due_before_receipt"))
        if row.late_reason and not self.knows_reason(cells):
            found.append(("late_reason", "late_reason"))
        asked, answered = row.dates["supplement_requested_at"], row.dates["supplement_received_at"]
        instants = [one.isoformat() if one else "" for one in (received, due, asked, answered)]
        if not row.episodes and self.due.disagrees(row.procedure_code, *instants):
            found.append(("due_original_at", "due_disagrees"))
        if row.is_extended_again:
            found.append(("due_extended_at", "extended_again"))
        late = [name for name in ("received_at", "result_at") if (row.dates[name] or self.as_of) > self.as_of]
        found.extend((name, "future") for name in late)
        self._tell([self._problem(row.line, cells, name, kind, "") for name, kind in found], row.code)
        self.warnings += len(found)

    def warn_of_due(self, number: int, cells: list[Any], code: str) -> None:
        """Tell that the due time of a line that can be taken is not the one its procedure gives."""
        self.warnings += 1
        if self.problems.is_full:
            self.problems.kinds["due_disagrees"] += 1
            return
        name = "due_original_at"
        value = shown_part(self._cell(cells, name), is_date=True)
        self.problems.add(RowProblem(number, self.titles[name], "due_disagrees", value, code=code))

    def knows_reason(self, cells: list[Any]) -> bool:
        """Whether the reason of a delay is one of the words of the profile."""
        return word_key(self._text(cells, "late_reason")) in self.profile.words.get("late_reason", {})

    def _problem(self, line: int, cells: list[Any], name: str, kind: str, expected: str) -> RowProblem:
        cell = self._cell(cells, name)
        text = clean(text_of(cell))
        owners = {word_key(text_of(cells[index])) for index in self.personal if index < len(cells)}
        if text and word_key(text) in owners:
            value = HIDDEN
        else:
            value = shown_part(text, is_date=name in DATES)
        return RowProblem(line, self.titles.get(name) or str(FIELDS[name]), kind, value, expected)

    def _tell(self, problems: list[RowProblem], code: str) -> list[RowProblem]:
        safe = code if self.profile.code.match(code) else ""
        shifted = _shifted(problems)
        told = [replace(one, code=safe, value=_safe_value(one, shifted=shifted)) for one in problems]
        for one in told:
            self.problems.add(one)
            if one.kind in ASKED and not shifted and one.value and "•" not in one.value:
                words = self.unknown[one.kind]
                if one.value in words or len(words) < MOST_ASKED:
                    words[one.value] += 1
        return told


def _shifted(problems: list[RowProblem]) -> bool:
    """Whether so much is wrong that the cells seem to be shifted: then a name may stand anywhere.

    Unknown words alone do not mean that: a source that is new has many of them.
    """
    return len(problems) >= SHIFTED_FROM and any(problem.kind not in ASKED for problem in problems)


def _safe_value(problem: RowProblem, *, shifted: bool) -> str:
    """The value to tell; where cells seem shifted only one that looks like a day, which is of no person."""
    if not shifted or not problem.value:
        return problem.value
    is_day = problem.kind in {"date", "no_such_date", "date_range"} and _LIKE_A_DAY.match(problem.value)
    return problem.value if is_day else HIDDEN


def _known_words(profile: Profile, kind: str) -> str:
    return _("one of: %(names)s") % {"names": ", ".join(profile.usual_words.get(kind, ()))}
