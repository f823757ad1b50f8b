"""Measures that are no rate of dossiers: a count, a milestone, a judgement by grades (domain C).

All are entered by units like other manual figures, and kept as numerator and denominator, so that adding up,
judging and reviewing need no second way: a count stands against the number planned, a milestone is one of
one, a grade is one of four.
"""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from objectives import formulas

COUNT, MILESTONE, QUALITATIVE = "COUNT", "MILESTONE", "QUALITATIVE"
GRADES = {1: _("Weak"), 2: _("Average"), 3: _("Good"), 4: _("Very good")}
HIGHEST = max(GRADES)
TYPES = (COUNT, MILESTONE, QUALITATIVE)

FORMULAS = (
    formulas.Formula(
        COUNT,
        1,
        formulas.Source.MANUAL,
        _("Number entered by the units"),
        numerator_words=_("what was carried out, as the units entered it"),
        denominator_words=_("what was planned for the year"),
        rule=_(
            "The numbers of all units and periods are added up and compared with the number planned for the "
            "year. Until the year is over a smaller number is at risk, not lost."
        ),
    ),
    formulas.Formula(
        MILESTONE,
        1,
        formulas.Source.MANUAL,
        _("Milestone confirmed by the units"),
        numerator_words=_("milestones reached"),
        denominator_words=_("milestones to be reached"),
        rule=_("Each unit says whether the milestone is reached, with evidence; another person confirms it."),
    ),
    formulas.Formula(
        QUALITATIVE,
        1,
        formulas.Source.MANUAL,
        _("Judgement by grades"),
        numerator_words=_("grades given"),
        denominator_words=_("highest grades possible"),
        rule=_("Each unit is judged by one of four grades, with evidence; another person confirms it."),
    ),
)
for formula in FORMULAS:
    formulas.register(formula)


def grade_of(figure: Decimal) -> int:
    """The grade a figure in per cent stands for."""
    return max(1, min(HIGHEST, round(figure * HIGHEST / 100)))


def figure_of(grade: int) -> Decimal:
    """The figure in per cent of a grade."""
    return Decimal(100) * grade / HIGHEST
