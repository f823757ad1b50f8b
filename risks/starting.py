"""Risks in the start of an agency: the scale, and the register of the year."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from qms import clock
from qms.models import Agency
from qms.start_steps import StartState, StartStep, start_steps
from risks import policies
from risks.models import Register
from risks.selectors.scale import scale_in_force


def _scale(agency: Agency) -> StartState:
    scale = scale_in_force(agency)
    if scale is None:
        return StartState(False, "", _now("a scale; the portal brings some along"))
    return StartState(True, str(scale))


def _register(agency: Agency) -> StartState:
    year = clock.today().year
    rows = Register.objects.filter(agency=agency, year=year)
    count = rows.count()
    have = _now("%(n)s registers of %(year)s") % {"n": count, "year": year}
    missing = "" if count else _now("a register; last year's comes in from a workbook")
    return StartState(count > 0, have if count else "", missing)


def register() -> None:
    """Tell the guide."""
    start_steps.add(
        StartStep("scale", "system", _("Scale of risks"), _("Levels, words and bands."),
                  "risks:overview", _("Load the starting data"), _scale, 40, policy=policies.secretariat),
        StartStep("registers", "year", _("Register of risks"), _("Open it, then take last year's table in."),
                  "risks:register-list", _("Open the registers"), _register, 30, needed=False,
                  policy=policies.insider),
    )  # fmt: skip
