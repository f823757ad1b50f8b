"""Agency settings with validity dates: thresholds, symbols, formulas are data, never code."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from qms import audit, clock, registry
from qms.exceptions import Invalid
from qms.models import Agency, AgencySetting, Person


def get(agency: Agency, key: str, on: dt.date | None = None) -> Any:
    """The value in force on a day (today by default), or the registered default; KeyError if unknown."""
    kind = registry.settings[key]
    row = (
        AgencySetting.objects.filter(agency=agency, key=key, valid_from__lte=on or clock.today())
        .order_by("-valid_from", "-created_at")
        .first()
    )
    return kind.default if row is None else row.value


def put(
    agency: Agency,
    key: str,
    value: Any,
    *,
    acting: Person | None,
    valid_from: dt.date | None = None,
    document: str = "",
) -> AgencySetting:
    """Add a value from a day on (today by default); raises Invalid for a value of the wrong type."""
    kind = registry.settings[key]
    if not isinstance(value, kind.type) or (kind.type is int and isinstance(value, bool)):
        raise Invalid(_("“%(label)s” cannot be %(value)r.") % {"label": kind.label, "value": value})
    chosen: Any = value if kind.type is list else [value]
    if kind.choices and not {choice for choice, _label in kind.choices}.issuperset(chosen):
        raise Invalid(_("“%(label)s” cannot be %(value)r.") % {"label": kind.label, "value": value})
    with transaction.atomic():
        old = get(agency, key, valid_from)
        row = AgencySetting.objects.create(
            agency=agency, key=key, value=value, valid_from=valid_from or clock.today(), document=document
        )
        audit.record("qms.setting.changed", row, {"value": (old, value)}, acting=acting)
    return row
