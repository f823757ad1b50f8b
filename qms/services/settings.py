"""Changing an agency's settings: administrators only, from a day on, with the document that decided it."""

import datetime as dt
from typing import Any

from qms import access, agency_settings
from qms.models import Agency, AgencySetting, Person
from qms.policies import require


def setting_change(
    agency: Agency,
    key: str,
    value: Any,
    *,
    acting: Person | None,
    valid_from: dt.date,
    document: str = "",
) -> AgencySetting:
    """A new value from a day on; raises Invalid for a value of the wrong type, KeyError for no setting."""
    require(access.can_administer(acting, agency))
    return agency_settings.put(
        agency, key, value, acting=acting, valid_from=valid_from, document=document.strip()
    )
