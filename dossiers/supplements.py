"""What a supplement does to the time of a procedure: the procedure says so, else its agency (domain D3)."""

import datetime as dt
from typing import Any

from dossiers.models.procedure import AfterSupplement
from qms import clock
from qms.models import Agency, AgencySetting

SETTING = "dossiers.after_supplement"
"""The key of the agency's own rule, a dated setting."""
RULES = (AfterSupplement.CONTINUES, AfterSupplement.RESTARTS)
"""What an agency may decide."""
USUAL = AfterSupplement.CONTINUES
"""The rule where neither says anything; the law leaves it open."""


class SupplementRules:
    """The rules of one agency on any day; one query. With `known_at`, as they were entered by that moment."""

    def __init__(self, agency: Agency, known_at: dt.datetime | None = None) -> None:
        rows = AgencySetting.objects.filter(agency=agency, key=SETTING)
        if known_at is not None:
            rows = rows.filter(created_at__lte=known_at)
        self._rows = list(rows.order_by("-valid_from", "-created_at").values_list("valid_from", "value"))

    def of_agency(self, day: dt.date | None = None) -> AfterSupplement:
        """The agency's own rule on a day (today by default)."""
        day = day or clock.today()
        return AfterSupplement(next((value for since, value in self._rows if since <= day), USUAL))

    def restarts(self, said: Any, day: dt.date | None = None) -> bool:
        """Whether the time starts again for a wording of a procedure, for a dossier received on a day."""
        rule = said.after_supplement
        if rule == AfterSupplement.AGENCY:
            rule = self.of_agency(day)
        return bool(rule == AfterSupplement.RESTARTS)
