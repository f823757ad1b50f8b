"""Whether the later figures of a target show that actions worked: only periods after them count."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from audits.models import EffectivenessCheck
from objectives import formulas, periods, words
from objectives.models import Figure, SetState, Target
from qms import notation


class Verdict(StrEnum):
    """What the figures say so far."""

    WAITS = "waits"
    EFFECTIVE = "effective"
    INEFFECTIVE = "ineffective"


@dataclass
class Found:
    """The verdict, the sentence that gives its grounds, and the figures it rests on."""

    verdict: Verdict
    words: str = ""
    lines: list[dict[str, Any]] = field(default_factory=list)


def later_targets(target: Target, year: int) -> list[Target]:
    """The same target in the sets of a year and after: sets are made anew every year, codes stay."""
    sets = {
        "objective_set__unit": target.objective_set.unit,
        "objective_set__year__gte": year,
        "objective_set__state__in": [SetState.IN_FORCE, SetState.CLOSED],
    }
    rows = Target.objects.filter(agency=target.agency_id, formula=target.formula, **sets)
    same = rows.filter(code=target.code) | Target.objects.filter(pk=target.pk)
    return list(same.select_related("objective_set__unit").distinct())


def figures_verdict(check: EffectivenessCheck, done_on: dt.date, today: dt.date) -> Found:
    """Judge the periods that began after `done_on` and have ended; one miss is enough, enough hits decide.

    A period without occurrence or without figures says nothing.
    """
    assert check.target is not None
    targets = {one.pk: one for one in later_targets(check.target, done_on.year)}
    rows = Figure.objects.filter(
        agency=check.agency_id, target__in=targets, unit=check.target.objective_set.unit
    )
    lines = []
    for row in rows.filter(formula=check.target.formula).select_related("measurement"):
        target = targets[row.target_id]
        window = periods.window(row.span, target.objective_set.window_rule)
        wanted = row.span.grain == periods.Grain(target.cadence)
        if not wanted or window.first_day <= done_on or window.last_day >= today:
            continue
        if row.numerator is None or not row.denominator:
            continue
        lines.append(_line(target, row, window.first_day))
    lines.sort(key=lambda line: line["from"])
    lines = lines[: check.periods]
    failed = [line for line in lines if not line["met"]]
    with override("vi"):
        text = "; ".join(line["text"] for line in lines)
        if failed:
            return Found(
                Verdict.INEFFECTIVE, _("Figures after the actions: %(text)s.") % {"text": text}, lines
            )
        if len(lines) >= check.periods:
            return Found(Verdict.EFFECTIVE, _("Figures after the actions: %(text)s.") % {"text": text}, lines)
    return Found(Verdict.WAITS, text, lines)


def _line(target: Target, row: Figure, first_day: dt.date) -> dict[str, Any]:
    numerator, denominator = row.numerator or 0, row.denominator or 0
    with override("vi"):
        rate = words.percent_of(target, numerator, denominator)
        counted = f"{notation.number(numerator)}/{notation.number(denominator)}"
        text = f"{words.period_name(row.span)}: {rate} ({counted}), {words.goal_of(target)}"
    return {
        "from": first_day.isoformat(),
        "period": row.period,
        "numerator": numerator,
        "denominator": denominator,
        "met": formulas.meets(numerator, denominator, target.figure, target.operator),
        "text": text,
        "measurement": str(row.measurement_id),
    }
