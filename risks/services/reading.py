"""Reading a workbook of a register line by line into plain values with located problems; writes nothing."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from qms import sheets
from qms.exceptions import Invalid
from qms.models import Person
from qms.text import fold
from risks.matrix import Matrix
from risks.models import Register, Risk
from risks.services.sheets import COLUMNS

MOST_LINES = 2000
HEAD_WITHIN = 15
NEEDED = {"event", "process"}
TEXTS = ("process", "event", "cause", "consequence", "controls", "clause", "resources")


def read_sheet(register: Register, content: bytes) -> list[dict[str, Any]]:
    """The lines under the head row: `{"row", "cells", "values", "problems"}` each.

    Raises Invalid when the bytes are no workbook, the columns are not found, or there are too many lines.
    """
    rows = sheets.first_sheet(content)
    start, columns = _head(rows)
    found = [
        (number, {key: sheets.text_of(row[at]) if at < len(row) else "" for key, at in columns.items()}, row)
        for number, row in enumerate(rows[start + 1 :], start=start + 2)
    ]
    filled = [(number, cells, row) for number, cells, row in found if any(cells.values())]
    if len(filled) > MOST_LINES:
        raise Invalid(
            _("At most %(n)s lines can be read at once, this workbook has %(found)s. Divide it by process.")
            % {"n": MOST_LINES, "found": len(filled)}
        )
    if not filled:
        raise Invalid(_("There is no line under the head row."))
    reader = _Reader(register)
    lines = []
    for number, cells, row in filled:
        values, problems = reader.line(cells, {key: row[at] for key, at in columns.items() if at < len(row)})
        lines.append({"row": number, "cells": cells, "values": values, "problems": problems})
    return lines


SYNONYMS = {
    "process": ("Quá trình", "Quy trình", "TTHC", "Thủ tục", "Quá trình/Quy trình"),
    "event": ("Rủi ro", "Mô tả rủi ro", "Sự kiện rủi ro", "Nội dung rủi ro", "Rủi ro/cơ hội", "Mô tả"),
    "cause": ("Nguyên nhân",),
    "consequence": ("Hậu quả", "Ảnh hưởng", "Tác động"),
    "controls": ("Kiểm soát hiện có", "Biện pháp hiện có"),
    "first": ("K", "Khả năng xảy ra", "Khả năng"),
    "second": ("M", "Mức độ ảnh hưởng", "Mức độ"),
    "treatment": ("Biện pháp xử lý", "Cách xử lý"),
    "action": ("Hành động", "Giải pháp", "Biện pháp", "Hành động giải quyết"),
    "action_owner": ("Người thực hiện", "Trách nhiệm", "Phân công"),
    "deadline": ("Thời hạn", "Thời gian", "Hạn"),
    "owner": ("Người phụ trách",),
    "kind": ("Loại",),
    "source": ("Nguồn gốc", "Căn cứ nhận diện", "Bối cảnh"),
    "next_review_on": ("Rà soát tiếp theo", "Xem xét tiếp theo", "Ngày rà soát"),
    "code": ("Mã", "Mã số"),
}


def _head(rows: list[list[Any]]) -> tuple[int, dict[str, int]]:
    titles = {column.key: column.title for column in COLUMNS}
    found = sheets.head_of(rows, sheets.names_of(titles, SYNONYMS), NEEDED, within=HEAD_WITHIN)
    if found is not None:
        return found
    raise Invalid(
        _("The columns “%(event)s” and “%(process)s” were not found in the first rows.")
        % {"event": _("Event or opportunity"), "process": _("Process or procedure")}
    )


class _Reader:
    """Reads lines for one register: knows its entries, its people and its scale."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.risks = {
            risk.code.casefold(): risk
            for risk in Risk.objects.filter(agency=register.agency, unit=register.unit)
            .select_related("owner")
            .prefetch_related("actions")
        }
        self.by_key = {str(risk.pk): risk for risk in self.risks.values()}
        self.planned = {
            key: {line for action in risk.actions.all() for line in _split(action.description)}
            for key, risk in self.by_key.items()
        }
        self.read: set[str] = set()
        self.people: dict[str, list[Person]] = {}
        for person in Person.objects.filter(agency=register.agency, valid_to=None):
            self.people.setdefault(fold(person.full_name), []).append(person)
        with override("vi"):
            self.kinds = {fold(str(label)): value for value, label in Risk.Kind.choices}
            self.treatments = {fold(str(label)): value for value, label in Risk.Treatment.choices}
            self.pursue = {fold(_("Pursue")): True, fold(_("Do not pursue")): False}
        with override("en"):
            self.kinds |= {fold(str(label)): value for value, label in Risk.Kind.choices}
            self.treatments |= {fold(str(label)): value for value, label in Risk.Treatment.choices}
            self.pursue |= {fold(_("Pursue")): True, fold(_("Do not pursue")): False}

    def line(self, cells: dict[str, str], raw: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """Values of one line, and what is wrong with it in words."""
        problems: list[str] = []
        values: dict[str, Any] = {name: cells[name] for name in TEXTS if cells.get(name)}
        values["kind"] = self._kind(cells, problems)
        for name in sorted(NEEDED):
            if not cells.get(name):
                titles = {"event": _("Event or opportunity"), "process": _("Process or procedure")}
                problems.append(_("“%(column)s” is empty.") % {"column": titles[name]})
        self._known(cells, values, problems)
        table = self.register.scale.scale.of(values["kind"])
        for phase, names in {"before": ("first", "second"), "after": ("after_first", "after_second")}.items():
            levels = self._levels(cells, names, table, problems)
            if levels:
                values[phase] = levels
        if values.get("after") and not values.get("before"):
            problems.append(_("A remaining score needs the score before treatment."))
        self._choice(cells, values, problems)
        values["owner"] = self._owner(cells.get("owner", ""), values, problems)
        values["sources"] = [line[:300] for line in _split(cells.get("source"))]
        self._review(cells.get("next_review_on", ""), raw.get("next_review_on"), values, problems)
        self._actions(cells, raw, values, problems)
        return values, problems

    def _owner(self, name: str, values: dict[str, Any], problems: list[str]) -> str:
        """The owner of the entry; one who is there already stays, even after leaving."""
        risk = self.by_key.get(values.get("risk", ""))
        if risk is not None and risk.owner is not None and fold(str(risk.owner)) == fold(name):
            return str(risk.owner_id)
        return self._person(name, problems)

    def _review(self, text: str, raw: Any, values: dict[str, Any], problems: list[str]) -> None:
        day = sheets.day_of(raw)
        if day is not None:
            values["next_review_on"] = day.isoformat()
        elif text:
            problems.append(_("“%(word)s” is no day (dd/mm/yyyy).") % {"word": text})

    def _kind(self, cells: dict[str, str], problems: list[str]) -> str:
        word = fold(cells.get("kind", ""))
        if word and word not in self.kinds:
            problems.append(
                _("Unknown kind “%(word)s”: write one of %(known)s.")
                % {"word": cells["kind"], "known": _either(Risk.Kind.labels)}
            )
        return self.kinds.get(word, Risk.Kind.RISK)

    def _known(self, cells: dict[str, str], values: dict[str, Any], problems: list[str]) -> None:
        risk = self.risks.get(cells.get("code", "").casefold())
        if risk is None:
            return
        if str(risk.pk) in self.read:
            problems.append(
                _("%(code)s stands in the workbook twice: keep one of its lines.") % {"code": risk.code}
            )
        self.read.add(str(risk.pk))
        values["risk"] = str(risk.pk)
        if risk.state == Risk.State.CLOSED:
            problems.append(
                _("%(code)s has been dropped: leave the code empty to write it down anew.")
                % {"code": risk.code}
            )
        if risk.kind != values["kind"]:
            problems.append(
                _("%(code)s is of another kind: correct the kind, or leave the code empty.")
                % {"code": risk.code}
            )

    def _levels(
        self, cells: dict[str, str], names: tuple[str, str], table: Matrix, problems: list[str]
    ) -> list[int] | None:
        texts = [cells.get(name, "") for name in names]
        if not any(texts):
            return None
        words = [{fold(level.label): level.value for level in axis} for axis in (table.first, table.second)]
        found = []
        for text, known in zip(texts, words, strict=True):
            level = int(text) if text.isdigit() else known.get(fold(text), 0)
            if not 1 <= level <= table.size:
                problems.append(
                    _("“%(word)s” is no level of the scale (1 to %(most)s).")
                    % {"word": text or "…", "most": table.size}
                )
            found.append(level)
        return found if all(1 <= level <= table.size for level in found) else None

    def _choice(self, cells: dict[str, str], values: dict[str, Any], problems: list[str]) -> None:
        word = fold(cells.get("treatment", ""))
        if not word:
            return
        if values["kind"] == Risk.Kind.OPPORTUNITY:
            if word in self.pursue:
                values["pursue"] = self.pursue[word]
                return
        elif word in self.treatments:
            values["treatment"] = self.treatments[word]
            return
        is_risk = values["kind"] == Risk.Kind.RISK
        known = Risk.Treatment.labels if is_risk else [_("Pursue"), _("Do not pursue")]
        said = {"word": cells["treatment"], "known": _either(known)}
        problems.append(_("Unknown treatment “%(word)s”: write one of %(known)s.") % said)

    def _person(self, name: str, problems: list[str]) -> str:
        if not name:
            return ""
        people = self.people.get(fold(name), [])
        if len(people) != 1:
            nobody = _("Nobody is called “%(name)s”: write the full name as the portal has it.")
            several = _("Several are called “%(name)s”: leave it out here and choose on the entry's page.")
            words = several if people else nobody
            problems.append(words % {"name": name})
            return ""
        return str(people[0].pk)

    def _actions(
        self, cells: dict[str, str], raw: dict[str, Any], values: dict[str, Any], problems: list[str]
    ) -> None:
        """The actions of a line: one, or several with as many owners and deadlines, each on its own line."""
        texts, owners = _split(cells.get("action")), _split(cells.get("action_owner"))
        resources = _split(cells.get("resources"))
        days = [sheets.day_of(raw.get("deadline"))]
        if len(texts) > 1:
            days = [sheets.day_of(part) for part in _split(cells.get("deadline"))]
        known = self.planned.get(values.get("risk", ""), set())
        if len(texts) > 1 and not len(texts) == len(owners) == len(days):
            if not known.issuperset(texts):
                problems.append(_("Several actions in one cell need as many owners and deadlines."))
            return
        found = []
        for number, text in enumerate(texts):
            if text in known:
                continue
            owner = self._person(owners[number] if number < len(owners) else "", problems)
            if not owners:
                problems.append(_("The action has no owner."))
            if days[number] is None:
                problems.append(_("The action has no deadline (dd/mm/yyyy)."))
            elif owner:
                means = resources[number] if len(resources) == len(texts) else "; ".join(resources)
                found.append(
                    {
                        "description": text,
                        "owner": owner,
                        "deadline": days[number].isoformat(),  # type: ignore[union-attr]
                        "resources": means[:255],
                    }
                )
        if found:
            values["actions"] = found


def _either(labels: Iterable[Any]) -> str:
    return ", ".join(f"“{label}”" for label in labels)


def _split(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
