"""What a year leaves open in risks, listed when the next year is started."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _

from qms import registry
from qms.models import Agency
from risks.models import RiskAction


def actions(agency: Agency, year: int) -> Iterator[registry.LeftOpen]:
    """Actions on risks that were due by the end of a year: not done, or done and their effect not judged."""
    rows = RiskAction.objects.filter(agency=agency, deadline__year__lte=year).select_related("risk")
    for one in rows.filter(state=RiskAction.State.OPEN):
        yield _left(_("Action on %(risk)s not done, due %(day)s: %(action)s"), one, one.deadline)
    for one in rows.filter(state=RiskAction.State.DONE, judge_on__year__lte=year):
        yield _left(
            _("Effect of an action on %(risk)s not judged, due %(day)s: %(action)s"), one, one.judge_on
        )


def _left(words: str, one: RiskAction, day: dt.date) -> registry.LeftOpen:
    said = words % {"risk": one.risk.code, "day": f"{day:%d/%m/%Y}", "action": one}
    return registry.LeftOpen(said, one.get_absolute_url())
