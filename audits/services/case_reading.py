"""Reading a workbook of nonconformities line by line into values with located problems; writes nothing."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from audits.models import Nonconformity
from audits.selectors.grading import scale_on
from audits.selectors.people import units_today
from audits.services.case_columns import TITLES, WORKBOOK
from audits.services.case_past import PastReader
from qms import clock, sheets
from qms.exceptions import Invalid
from qms.models import Agency, Person
from qms.text import fold
from risks.services.suggestions import clause_near

MOST_LINES = 3000
UNIT_OF_TODAY = gettext_noop("name, short name or abbreviation of a unit of today")
LONGEST = {"title": 300, "process": 255, "number": 300}
HEAD_WITHIN = 15
NEEDED = ("title", "unit")
TEXTS = ("title", "process", "requirement", "description", "evidence", "no_correction")
COMPULSORY = ("title", "unit", "process", "requirement", "description", "evidence", "detected_on")
SYNONYMS: dict[str, tuple[str, ...]] = {
    "code": ("Mã", "Mã phiếu"),
    "number": ("Số", "Số phiếu", "Số hiệu", "Số phiếu cũ", "Số KPH"),
    "title": ("Lỗi", "Sự không phù hợp", "Điểm không phù hợp", "Tên sự không phù hợp"),
    "grade": ("Mức", "Mức độ", "Phân loại", "Loại"),
    "unit": ("Phòng", "Đơn vị", "Bộ phận", "Đơn vị có điểm không phù hợp"),
    "process": ("Quy trình", "Quá trình", "TTHC", "Thủ tục", "Quá trình/Quy trình"),
    "clause": ("Điều khoản", "Điều", "Điều khoản tiêu chuẩn"),
    "origin": ("Nguồn", "Nguồn phát hiện"),
    "detected_on": ("Ngày phát hiện", "Ngày lập phiếu", "Ngày"),
    "state": ("Tình trạng", "Trạng thái phiếu"),
    "closed_on": ("Ngày đóng", "Ngày đóng phiếu"),
    "closed_note": ("Kết luận", "Kết quả thực hiện"),
    "cause": ("Nhóm nguyên nhân", "Loại nguyên nhân"),
    "root_cause": ("Nguyên nhân", "Nguyên nhân gốc"),
    "effective": ("Hiệu lực", "Đánh giá hiệu lực", "Kết quả thẩm tra"),
    "due_on": ("Hạn hoàn thành", "Thời hạn hoàn thành", "Hạn"),
    "owner": ("Người phụ trách", "Người chịu trách nhiệm"),
    "requirement": ("Yêu cầu", "Chuẩn mực", "Yêu cầu không được đáp ứng"),
    "description": ("Mô tả", "Mô tả sự không phù hợp", "Diễn giải"),
    "evidence": ("Bằng chứng", "Bằng chứng khách quan"),
    "correction": ("Khắc phục", "Sự khắc phục", "Biện pháp khắc phục ngay"),
    "correction_owner": ("Người khắc phục",),
    "correction_deadline": ("Hạn khắc phục",),
    "corrected_on": ("Ngày khắc phục", "Ngày khắc phục xong"),
    "correction_evidence": ("Bằng chứng khắc phục",),
    "action": ("Hành động khắc phục", "Biện pháp phòng ngừa", "Hành động"),
    "action_owner": ("Người thực hiện",),
    "action_deadline": ("Thời hạn", "Hạn thực hiện"),
}
GRADES = {
    "nang": "major",
    "lon": "major",
    "nhe": "minor",
    "nho": "minor",
    "kph nang": "major",
    "kph nhe": "minor",
}


def read_cases(agency: Agency, content: bytes) -> list[dict[str, Any]]:
    """The lines under the head row: `{"row", "cells", "values", "problems"}` each.

    A problem says column, value and what was expected. Raises Invalid when the bytes are no workbook, the
    columns are not found, or there are too many lines.
    """
    rows = sheets.first_sheet(content)
    found = sheets.head_of(rows, sheets.names_of(TITLES, SYNONYMS), NEEDED, within=HEAD_WITHIN)
    if found is None:
        words = _("The columns “%(first)s” and “%(second)s” were not found in the first rows.")
        raise Invalid(words % {"first": TITLES["title"], "second": TITLES["unit"]})
    start, columns = found
    reader = CaseReader(agency)
    lines = []
    for number, row in enumerate(rows[start + 1 :], start=start + 2):
        raw = {key: row[at] for key, at in columns.items() if at < len(row)}
        cells = dict.fromkeys(TITLES, "") | {key: sheets.text_of(value) for key, value in raw.items()}
        if any(cells.values()):
            values, problems = reader.line(number, cells, raw)
            lines.append({"row": number, "cells": cells, "values": values, "problems": problems})
    if len(lines) > MOST_LINES:
        raise Invalid(_("At most %(n)s lines can be read at once.") % {"n": MOST_LINES})
    if not lines:
        raise Invalid(_("There is no line under the head row."))
    return lines


def problem(column: str, value: str, expected: str) -> dict[str, str]:
    """One located problem of a line."""
    title = str(TITLES[column]) if column in TITLES else ""
    return {"column": title, "value": value, "expected": expected}


class KnownCases:
    """The cases of an agency: by code, by former number and year, and by unit, day and words."""

    def __init__(self, agency: Agency) -> None:
        rows = Nonconformity.objects.filter(agency=agency).select_related("unit", "owner", "clause")
        self.by_code: dict[str, Nonconformity] = {}
        self.by_number: dict[tuple[str, str], Nonconformity] = {}
        self.by_words: dict[tuple[str, str, str], Nonconformity] = {}
        self.units: dict[str, Any] = {}
        for row in rows.prefetch_related("actions__owner"):
            day = row.detected_on.isoformat()
            self.by_code[row.code.casefold()] = row
            self.by_words[str(row.unit_id), day, fold(row.title)] = row
            self.units.setdefault(fold(row.unit.name), row.unit)
            if row.source_kind == WORKBOOK and row.source_label:
                self.by_number[fold(row.source_label), day[:4]] = row

    def find(self, values: dict[str, Any]) -> Nonconformity | None:
        """The case that has the former number of a line in its year, else its unit, day and words."""
        number, day = fold(values.get("number", "")), values.get("detected_on", "")
        found = self.by_number.get((number, day[:4])) if number else None
        if found is None:
            found = self.by_words.get((values.get("unit", ""), day, fold(values.get("title", ""))))
            if found is not None and number and found.source_kind == WORKBOOK:
                own = fold(found.source_label)
                found = found if own in {"", number} else None
        return found


class CaseReader:
    """Reads lines for one agency: knows its units, people, cases and words."""

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self.known = KnownCases(agency)
        self.read: dict[tuple[str, ...], int] = {}
        self.row = 0
        self.units: dict[str, Any] = {}
        for unit in units_today(agency):
            for word in (unit.name, unit.short_name, unit.abbreviation, unit.code):
                if word:
                    self.units.setdefault(fold(word), unit)
        self.people: dict[str, list[Person]] = {}
        for person in Person.objects.filter(agency=agency).select_related("unit"):
            if person.works_on(clock.today()):
                self.people.setdefault(fold(person.full_name), []).append(person)
        self.clauses: dict[str, Any] = {}
        self.grades = dict(GRADES)
        self.origins: dict[str, str] = {}
        self.past = PastReader(agency, problem)
        for language in ("vi", "en"):
            with override(language):
                self.grades |= {fold(str(label)): value for value, label in Nonconformity.Grade.choices}
                self.origins |= {fold(str(label)): value for value, label in Nonconformity.Origin.choices}
        scale = scale_on(agency, clock.today())
        for row in scale.rows() if scale else ():
            if row.behaviour in Nonconformity.Grade.values:
                self.grades[fold(row.word)] = row.behaviour

    def line(
        self, number: int, cells: dict[str, str], raw: dict[str, Any]
    ) -> tuple[dict[str, Any], list[dict[str, str]]]:
        """Values of one line, and what is wrong with it."""
        self.row = number
        problems: list[dict[str, str]] = []
        values: dict[str, Any] = {name: cells[name] for name in TEXTS if cells.get(name)}
        unit = self._unit(cells, problems)
        if unit is not None:
            values["unit"] = str(unit.pk)
        for name in ("detected_on", "due_on", "closed_on"):
            day = self._day(name, cells, raw, problems)
            if day is not None:
                values[name] = day.isoformat()
        self._word("grade", self.grades, Nonconformity.Grade, cells, values, problems)
        self._word("origin", self.origins, Nonconformity.Origin, cells, values, problems)
        self._clause(cells, values, problems)
        if cells.get("number"):
            values["number"] = cells["number"]
        for name, most in LONGEST.items():
            if len(cells.get(name, "")) > most:
                words = _("at most %(n)s characters") % {"n": most}
                problems.append(problem(name, cells[name], words))
        case = self._known(cells, values, problems)
        if case.is_history if case is not None else self.past.is_closed(cells):
            self._past(cells, values, case, unit, problems)
            return values, problems
        if unit is not None and fold(cells["unit"]) not in self.units and case is None:
            problems.append(problem("unit", cells["unit"], _(UNIT_OF_TODAY)))
        values["owner"] = self._owner(cells, case, unit, problems)
        if case is None:
            for name in COMPULSORY:
                if not cells.get(name):
                    problems.append(problem(name, "", _("a new case needs it")))
            if fold(cells.get("state", "")) in self.past.cancelled:
                words = _("an open case or a closed one; what was cancelled stays a paper")
                problems.append(problem("state", cells["state"], words))
            elif values.get("closed_on"):
                words = _("closed, or no day of closing")
                problems.append(problem("state", cells["state"], words))
        elif self.past.is_closed(cells) and not case.is_ended:
            words = _("closed on its page in the portal: a list closes no case that is open here")
            problems.append(problem("closed_on", cells.get("closed_on") or cells["state"], words))
        for kind in ("correction", "action"):
            values[kind] = self._actions(kind, cells, raw, unit, case, problems)
        return values, problems

    def _past(
        self,
        cells: dict[str, str],
        values: dict[str, Any],
        case: Any,
        unit: Any,
        problems: list[dict[str, str]],
    ) -> None:
        """A case that was closed already: its words as they are, its owner only when he works here."""
        name, nothing = cells.get("owner", ""), list[dict[str, str]]()
        found = self._person("owner", name, unit, nothing)
        values["owner"] = str(case.owner_id) if case is not None else found
        self.past.read(cells, values, problems)

    def _unit(self, cells: dict[str, str], problems: list[dict[str, str]]) -> Any:
        word = cells.get("unit", "")
        found = self.units.get(fold(word)) or self.known.units.get(fold(word))
        if found is None and self.past.is_closed(cells):
            found = self.past.units.get(fold(word))
        if word and found is None:
            problems.append(problem("unit", word, _(UNIT_OF_TODAY)))
        return found

    def _known(self, cells: dict[str, str], values: dict[str, Any], problems: list[dict[str, str]]) -> Any:
        """The case a line is about: by its code, its former number, or unit, day and words."""
        code = cells.get("code", "")
        case = self.known.by_code.get(code.casefold()) if code else None
        if code and case is None:
            problems.append(problem("code", code, _("a code of this register, or empty for a new case")))
            return None
        case = case or self.known.find(values)
        day, number = values.get("detected_on", ""), fold(values.get("number", ""))
        own: tuple[str, ...] = (values.get("unit", ""), day, fold(cells.get("title", "")))
        if number:
            own = (number, day[:4])
        if case is not None:
            own = (case.code,)
        if own in self.read:
            words = _("one line for each case; row %(row)s is about the same one") % {"row": self.read[own]}
            problems.append(problem("code" if code else "title", code or cells.get("title", ""), words))
        self.read.setdefault(own, self.row)
        if case is not None:
            values["case"] = str(case.pk)
        return case

    def _owner(self, cells: dict[str, str], case: Any, unit: Any, problems: list[dict[str, str]]) -> str:
        name = cells.get("owner", "")
        if case is not None and fold(str(case.owner)) == fold(name):
            return str(case.owner_id)
        return self._person("owner", name, unit, problems)

    def _person(self, column: str, name: str, unit: Any, problems: list[dict[str, str]]) -> str:
        """A person by name; of several with one name, the one of the unit."""
        if not name:
            return ""
        people = self.people.get(fold(name), [])
        if len(people) > 1 and unit is not None:
            people = [person for person in people if person.unit_id == unit.pk] or people
        if len(people) != 1:
            words = _("the full name of one person who works here")
            if people:
                words = _("a name that only one person has; several are called so")
            problems.append(problem(column, name, words))
            return ""
        return str(people[0].pk)

    def _day(
        self, name: str, cells: dict[str, str], raw: dict[str, Any], problems: list[dict[str, str]]
    ) -> dt.date | None:
        day = sheets.day_of(raw.get(name))
        if day is None and cells.get(name):
            problems.append(problem(name, cells[name], _("a day as dd/mm/yyyy")))
        return day

    def _word(
        self,
        name: str,
        known: dict[str, str],
        choices: Any,
        cells: dict[str, str],
        values: dict[str, Any],
        problems: list[dict[str, str]],
    ) -> None:
        word = cells.get(name, "")
        if not word:
            return
        if fold(word) in known:
            values[name] = known[fold(word)]
        else:
            words = ", ".join(str(label) for label in choices.labels)
            problems.append(problem(name, word, _("one of: %(words)s") % {"words": words}))

    def _clause(self, cells: dict[str, str], values: dict[str, Any], problems: list[dict[str, str]]) -> None:
        code = cells.get("clause", "").strip().rstrip(".")
        if not code:
            return
        if code not in self.clauses:
            self.clauses[code] = clause_near(code)
        found = self.clauses[code]
        if found is None:
            problems.append(problem("clause", code, _("the number of a clause, such as 8.5.1")))
        else:
            values["clause"] = str(found.pk)

    def _actions(
        self,
        kind: str,
        cells: dict[str, str],
        raw: dict[str, Any],
        unit: Any,
        case: Any,
        problems: list[dict[str, str]],
    ) -> list[dict[str, str]]:
        """The corrections or actions of a line: in several lines, with as many owners and deadlines."""
        texts = split(cells.get(kind))
        rest: tuple[str, ...] = (f"{kind}_owner", f"{kind}_deadline")
        if kind == "correction":
            rest = (*rest, "corrected_on", "correction_evidence")
        parts: dict[str, list[Any]] = {}
        for name in rest:
            single = len(texts) == 1 and "_evidence" not in name
            whole = (
                [raw.get(name)] if single and isinstance(raw.get(name), dt.date) else split(cells.get(name))
            )
            if len(whole) not in (0, len(texts)) or (not whole and name in rest[:2] and texts):
                words = _("as many lines as “%(column)s” has: %(n)s")
                words = words % {"column": TITLES[kind], "n": len(texts)}
                problems.append(problem(name, cells.get(name, ""), words))
                return []
            parts[name] = whole or [""] * len(texts)
        owners = {
            (fold(one.description), fold(str(one.owner))): str(one.owner_id)
            for one in (case.actions.all() if case is not None else ())
        }
        found = []
        for number, text in enumerate(texts):
            name = str(parts[rest[0]][number])
            row = {"description": text}
            row["owner"] = owners.get((fold(text), fold(name))) or self._person(rest[0], name, unit, problems)
            for name, key in ((rest[1], "deadline"), ("corrected_on", "done_on")):
                value = parts.get(name, [""] * len(texts))[number]
                day = sheets.day_of(value)
                if day is None and (value or key == "deadline"):
                    problems.append(problem(name, str(value), _("a day as dd/mm/yyyy")))
                row[key] = day.isoformat() if day else ""
            if kind == "correction":
                row["evidence"] = str(parts["correction_evidence"][number])
                if row["done_on"] and not row["evidence"]:
                    words = _("the record that shows what was corrected")
                    problems.append(problem("correction_evidence", "", words))
            found.append(row)
        return found


def split(text: str | None) -> list[str]:
    """The lines of a cell; a dash holds the place of nothing."""
    parts: Iterable[str] = (line.strip() for line in (text or "").splitlines())
    return ["" if line in {"–", "-"} else line for line in parts if line]
