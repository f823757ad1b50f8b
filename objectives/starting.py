"""Objectives and the annual plan in the start of an agency."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from objectives import plan_policies, policies
from objectives.models import MaintenancePlan, ObjectiveSet
from qms import clock
from qms.models import Agency
from qms.start_steps import StartState, StartStep, start_steps


def _objectives(agency: Agency) -> StartState:
    year = clock.today().year
    row = ObjectiveSet.objects.filter(agency=agency, unit=None, year=year).order_by("-created_at").first()
    if row is None:
        return StartState(False, "", _now("objectives of %(year)s") % {"year": year})
    return StartState(True, f"{row.title} ({row.get_state_display()})")


def _plan(agency: Agency) -> StartState:
    year = clock.today().year
    row = MaintenancePlan.objects.filter(agency=agency, year=year).order_by("-created_at").first()
    if row is None:
        return StartState(False, "", _now("the plan of %(year)s") % {"year": year})
    return StartState(True, f"{row.title} ({row.get_state_display()})")


def register() -> None:
    """Tell the guide."""
    start_steps.add(
        StartStep("objectives", "year", _("Quality objectives"), _("Written here, or taken in from a table."),
                  "objectives:set-list", _("Draft the objectives"), _objectives, 10, needed=False,
                  policy=policies.may_start),
        StartStep("plan", "year", _("Annual plan"), _("Written here, or taken in from a table."),
                  "objectives:plan-list", _("Draft the plan"), _plan, 20, needed=False,
                  policy=plan_policies.may_start),
    )  # fmt: skip
