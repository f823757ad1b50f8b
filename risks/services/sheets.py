"""Registers as workbooks: the columns of QT.TĐC.02's table, the same for export and import (6.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from risks.models import Risk, RiskAction


@dataclass(frozen=True)
class SheetColumn:
    """One column: its key, its title, and what it says about a risk with worded levels."""

    key: str
    title: "str | Promise"
    value: Any


def _actions(risk: Risk) -> list[RiskAction]:
    return [action for action in risk.actions.all() if action.state != RiskAction.State.CANCELLED]


def _join(parts: Iterable[Any]) -> str:
    return "\n".join(str(part) for part in parts if part)


def _choice(risk: Risk) -> str:
    if risk.is_risk:
        return risk.get_treatment_display() if risk.treatment else ""
    return "" if risk.pursue is None else str(_("Pursue") if risk.pursue else _("Do not pursue"))


COLUMNS = (
    SheetColumn("code", _("Code"), lambda risk: risk.code),
    SheetColumn("kind", _("Kind"), lambda risk: risk.get_kind_display()),
    SheetColumn("unit", _("Unit"), lambda risk: risk.place),
    SheetColumn("process", _("Process or procedure"), lambda risk: risk.process),
    SheetColumn("clause", _("Clause"), lambda risk: risk.clause.code if risk.clause else ""),
    SheetColumn("source", _("Source"), lambda risk: _join(risk.sources.all())),
    SheetColumn("event", _("Event or opportunity"), lambda risk: risk.event),
    SheetColumn("cause", _("Cause"), lambda risk: risk.cause),
    SheetColumn("consequence", _("Consequence or benefit"), lambda risk: risk.consequence),
    SheetColumn("controls", _("Present controls"), lambda risk: risk.controls),
    SheetColumn("first", _("Likelihood or feasibility"), lambda risk: risk.before_first),
    SheetColumn("second", _("Severity or benefit"), lambda risk: risk.before_second),
    SheetColumn("value", _("Score"), lambda risk: risk.before_value),
    SheetColumn("level", _("Level"), lambda risk: getattr(risk, "before_word", "")),
    SheetColumn("treatment", _("Treatment or choice"), _choice),
    SheetColumn("action", _("Action to take"), lambda risk: _join(a.description for a in _actions(risk))),
    SheetColumn(
        "action_owner", _("Owner of the action"), lambda risk: _join(a.owner for a in _actions(risk))
    ),
    SheetColumn(
        "deadline", _("Deadline"), lambda risk: _join(f"{a.deadline:%d/%m/%Y}" for a in _actions(risk))
    ),
    SheetColumn("resources", _("Resources"), lambda risk: _join(a.resources for a in _actions(risk))),
    SheetColumn("after_first", _("Remaining likelihood"), lambda risk: risk.after_first),
    SheetColumn("after_second", _("Remaining severity"), lambda risk: risk.after_second),
    SheetColumn("after_value", _("Remaining score"), lambda risk: risk.after_value),
    SheetColumn("after_level", _("Remaining level"), lambda risk: getattr(risk, "after_word", "")),
    SheetColumn("effectiveness", _("Effectiveness"), lambda risk: risk.get_effectiveness_display()),
    SheetColumn("owner", _("Owner"), lambda risk: str(risk.owner) if risk.owner else ""),
    SheetColumn("next_review_on", _("Next review"), lambda risk: risk.next_review_on),
)


def titles() -> list[str]:
    """The titles of the columns in the language of the page."""
    return [str(column.title) for column in COLUMNS]


def lines(risks: Iterable[Any]) -> Iterable[Sequence[Any]]:
    """One line per risk."""
    for risk in risks:
        yield [column.value(risk) for column in COLUMNS]
