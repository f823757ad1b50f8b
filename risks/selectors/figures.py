"""The present figure of a target, as an action's judgement quotes it (9.1.1)."""

from typing import Any

from django.utils.translation import gettext as _

from objectives import words
from objectives.models import Target
from objectives.selectors.figures import Figures
from qms import notation


def figure_of(target: Target | None) -> dict[str, Any]:
    """Code, numerator, denominator, status and a sentence; empty without target or figure."""
    if target is None:
        return {}
    objective_set = target.objective_set
    cell = Figures([target]).cell(target, str(objective_set.year), objective_set.unit_id)
    if not cell.has_rate:
        return {}
    text = _("%(code)s: %(rate)s (%(num)s/%(den)s), target %(goal)s") % {
        "code": target.code,
        "rate": words.percent_of(target, cell.numerator or 0, cell.denominator or 0),
        "num": notation.number(cell.numerator or 0),
        "den": notation.number(cell.denominator or 0),
        "goal": words.goal_of(target),
    }
    return {
        "target": str(target.pk),
        "code": target.code,
        "numerator": cell.numerator,
        "denominator": cell.denominator,
        "status": cell.status,
        "text": text,
    }
