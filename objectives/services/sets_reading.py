"""What the parts of a table would become in a draft: measure, parties, time, and what is wrong with them."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from objectives import figure_words, formulas, measure_types, set_tables, timeframe, words
from objectives.models import SetImport
from objectives.services.draft_tasks import Party
from objectives.services.party_names import PartyNames
from qms import notation
from qms.exceptions import Problem
from qms.text import fold

KINDS: dict[str, "str | Promise"] = {
    set_tables.OBJECTIVE: gettext_lazy("Objective"),
    set_tables.TARGET: gettext_lazy("Target"),
    set_tables.TASK: gettext_lazy("Task"),
    set_tables.SUBTASK: gettext_lazy("Sub-task"),
    set_tables.JOINED: gettext_lazy("Belongs to the row above"),
    set_tables.LEFT_OUT: gettext_lazy("Not taken over"),
}
COMING = (set_tables.OBJECTIVE, set_tables.TARGET, set_tables.TASK, set_tables.SUBTASK)
LONGEST_NUMBER, LONGEST_CODE, LONGEST_TIME = 8, 10, 200
DEEPEST = 4


@dataclass
class SetLine:
    """A part as it would come in, with remarks (it comes in all the same) and problems (it does not)."""

    key: str
    row: int
    kind: str
    text: str
    number: str = ""
    depth: int = 0
    is_derived: bool = False
    formula: str = ""
    goal: figure_words.Goal | None = None
    time_text: str = ""
    method: str = ""
    leads: list[Party] = field(default_factory=list)
    coordinators: list[Party] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def comes_in(self) -> bool:
        """Whether it becomes a part of the set."""
        return self.kind in COMING

    @property
    def level(self) -> int:
        """How far lists indent it."""
        return 0 if self.kind == set_tables.OBJECTIVE else self.depth + 1

    @property
    def goal_words(self) -> str:
        """The figure with its comparison and unit, as pages print it; of a milestone nothing."""
        if self.kind != set_tables.TARGET or self.goal is None:
            return ""
        return words.goal_words(
            self.goal.operator, notation.number(self.goal.figure.normalize()), self.goal.unit
        )

    @property
    def lead_labels(self) -> str:
        """Who leads, as found."""
        return ", ".join(map(PartyNames.label, self.leads))

    @property
    def coordinator_labels(self) -> str:
        """Who takes part, as found."""
        return ", ".join(map(PartyNames.label, self.coordinators))

    @property
    def measure(self) -> dict[str, Any]:
        """What a target takes: formula, figure, comparison and unit of measure."""
        if self.goal is None or self.formula == measure_types.MILESTONE:
            return {"formula": self.formula, "figure": Decimal(100)}
        return {
            "formula": self.formula,
            "figure": self.goal.figure,
            "operator": self.goal.operator,
            "measure_unit": self.goal.unit,
        }


def measured_by() -> "list[tuple[str, str | Promise]]":
    """The ways of measuring a preview offers; a grade is given on the page of the target."""
    return [choice for choice in formulas.choices() if choice[0] != measure_types.QUALITATIVE]


def understood(batch: SetImport, parts: list[set_tables.Part]) -> list[SetLine]:
    """The parts with what people chose about them, each checked against what stands above it."""
    reader = _Reader(batch)
    return [reader.read(part) for part in parts]


class _Reader:
    """Goes down the rows and knows what is above."""

    def __init__(self, batch: SetImport) -> None:
        self.batch = batch
        self.year = batch.objective_set.year
        self.names = PartyNames(batch.agency, self.year)
        self.numbers = set(batch.objective_set.objectives.values_list("number", flat=True))
        self.codes = set(batch.objective_set.targets.values_list("code", flat=True))
        self.head = batch.rows[: batch.start]
        self.has_objective = False
        self.deepest = -1
        self.above: SetLine | None = None

    def read(self, part: set_tables.Part) -> SetLine:
        said = self.batch.choices.get(part.key, {})
        line = SetLine(part.key, part.row, said.get("kind") or part.kind, part.text, part.number)
        line.is_derived = part.is_derived
        match line.kind:
            case set_tables.OBJECTIVE:
                self.objective(line, part)
            case set_tables.TARGET:
                self.target(line, part, said.get("formula", ""))
            case set_tables.TASK | set_tables.SUBTASK:
                self.task(line, part)
            case set_tables.JOINED:
                self.join(line, part)
        if line.comes_in:
            self.above = line
            if not line.text:
                self.wrong(line, part.place, "", _("Must not be empty."), _("a text"))
        return line

    def wrong(self, line: SetLine, place: int, value: str, message: str, expected: str) -> None:
        where = _("Row %(row)s, column %(column)s") % {"row": line.row, "column": self.column(place)}
        line.problems.append(Problem(where, message, value, expected))

    def column(self, place: int) -> str:
        """A column by its head, else by its letter."""
        texts = [row[place][0] for row in self.head if place < len(row) and row[place][0]]
        letter = chr(ord("A") + place) if place < 26 else str(place + 1)
        return f"{letter} ({' '.join(texts[-1].split())[:40]})" if texts else letter

    def place(self, key: str, part: set_tables.Part) -> int:
        found: int = self.batch.columns.get(key, part.place)
        return found

    def objective(self, line: SetLine, part: set_tables.Part) -> None:
        self.has_objective, self.deepest = True, -1
        place = self.place("number", part)
        if len(line.number) > LONGEST_NUMBER:
            expected = _("at most %(n)s characters") % {"n": LONGEST_NUMBER}
            self.wrong(line, place, line.number, _("The number is too long."), expected)
        elif line.number and line.number in self.numbers:
            expected = _(
                "a number no other objective has; without a column of numbers the next ones are given"
            )
            self.wrong(line, place, line.number, _("The number is taken already."), expected)
        self.numbers.add(line.number)

    def below_objective(self, line: SetLine, part: set_tables.Part) -> None:
        if not self.has_objective:
            message = _("There is no objective above this row.")
            self.wrong(line, part.place, line.text[:60], message, _("a row above that is an objective"))

    def target(self, line: SetLine, part: set_tables.Part, formula: str) -> None:
        self.below_objective(line, part)
        if len(line.number) > LONGEST_CODE:
            expected = _("at most %(n)s characters") % {"n": LONGEST_CODE}
            self.wrong(line, self.place("number", part), line.number, _("The number is too long."), expected)
        elif line.number and line.number in self.codes:
            line.remarks.append(
                _("The code “%(code)s” is taken; the next one is given.") % {"code": line.number}
            )
            line.number = ""
        self.codes.add(line.number)
        self.measure(line, part, formula)
        if any(part.values.get(key) for key in set_tables.OF_TASKS):
            line.remarks.append(_("Parties, time and method belong to tasks; here they are not taken over."))

    def measure(self, line: SetLine, part: set_tables.Part, formula: str) -> None:
        """The figure from its own cell, else from the text; a target without one is a milestone."""
        cell = " ".join(part.values.get("figure", "").split())
        own = figure_words.read(cell, is_cell=True) if cell else None
        line.goal = own or figure_words.read(line.text)
        if cell and own is None and fold(cell) not in fold(line.text):
            line.text = f"{line.text}: {cell}"
        line.formula = formula or guess(line.text, line.goal)
        place = self.place("figure" if cell else "target", part)
        value = cell or line.text[:60]
        is_time = timeframe.parse(cell, self.year).is_understood
        if not formula and cell and own is None and not is_time and re.search(r"\d", cell):
            self.wrong(
                line, place, cell, _("The figure is not understood."), _("such as ≥ 98 % or ≥ 5 classes")
            )
        elif line.formula == measure_types.MILESTONE:
            if line.goal is not None and not formula:
                line.remarks.append(_("The portal cannot count this figure; the target becomes a milestone."))
            elif not formula:
                line.remarks.append(_("No figure is stated; the target becomes a milestone."))
            line.goal = None
        else:
            self.figure(line, place, value)

    def figure(self, line: SetLine, place: int, value: str) -> None:
        goal, is_count = line.goal, line.formula == measure_types.COUNT
        expected = (
            _("a whole number from 1 up with what is counted") if is_count else _("a share such as ≥ 98 %")
        )
        if goal is None or goal.is_share is is_count:
            self.wrong(line, place, value, _("The figure does not fit how it is measured."), expected)
        elif is_count and (goal.figure != int(goal.figure) or not 1 <= goal.figure < 1_000_000):
            self.wrong(line, place, value, _("The number counted is not possible."), expected)
        elif not is_count and (goal.figure > 100 or goal.figure != round(goal.figure, 3)):
            expected = _("0 to 100 %, with at most three decimals")
            self.wrong(line, place, value, _("The share is not possible."), expected)
        if is_count and goal and goal.operator != formulas.Operator.AT_LEAST:
            line.remarks.append(_("A number is always reached from the one planned on."))

    def task(self, line: SetLine, part: set_tables.Part) -> None:
        self.below_objective(line, part)
        if line.kind == set_tables.SUBTASK:
            line.depth = min(part.depth or 1, self.deepest + 1, DEEPEST)
            if self.deepest < 0:
                message = _("There is no task above this sub-task.")
                self.wrong(line, part.place, line.text[:60], message, _("a row above that is a task"))
        self.deepest = line.depth
        line.method = part.values.get("method", "")
        line.leads = self.parties(line, part, "leads", _("Leads"))
        line.coordinators = self.parties(line, part, "coordinators", _("Takes part"))
        line.time_text = " ".join(part.values.get("time_text", "").split())
        place = self.place("time_text", part)
        if len(line.time_text) > LONGEST_TIME:
            expected = _("at most %(n)s characters") % {"n": LONGEST_TIME}
            self.wrong(line, place, f"{line.time_text[:60]}…", _("The time is too long."), expected)
        elif line.time_text and not timeframe.parse(line.time_text, self.year).is_understood:
            line.remarks.append(
                _("The time “%(time)s” is kept in its words; its days are not understood.")
                % {"time": line.time_text}
            )

    def parties(self, line: SetLine, part: set_tables.Part, key: str, label: str) -> list[Party]:
        """Those named; words nobody is known by go into the method, so that nothing is lost."""
        found, strange = self.names.read(part.values.get(key, ""))
        if strange:
            unknown = ", ".join(strange)
            line.method = "\n".join(filter(None, [line.method, f"{label}: {unknown}"]))
            line.remarks.append(
                _("No unit or person is called “%(words)s”; the words are kept in the method.")
                % {"words": unknown}
            )
        return found

    def join(self, line: SetLine, part: set_tables.Part) -> None:
        if self.above is None:
            message = _("There is no row above to belong to.")
            self.wrong(line, part.place, line.text[:60], message, _("another kind of row"))
        else:
            self.above.text = f"{self.above.text} {line.text}".strip()


def guess(text: str, goal: figure_words.Goal | None) -> str:
    """How a target is likely measured; only what its words say plainly, the rest is entered by units."""
    if goal is None:
        return measure_types.MILESTONE
    if not goal.is_share:
        upwards = goal.operator not in {formulas.Operator.AT_MOST, formulas.Operator.LESS}
        return measure_types.COUNT if upwards else measure_types.MILESTONE
    folded = fold(text)
    if "ho so" in folded and "dung han" in folded and "ty le" in folded:
        return "RESOLVED"
    return "MANUAL"
