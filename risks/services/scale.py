"""Versions of the agency's scale (6.1). A change never touches scores already given."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from qms import audit, clock
from qms.exceptions import Invalid, Problem
from qms.models import Agency, Person
from qms.policies import require
from qms.text import nfc
from qms.workflow import hold
from risks import matrix, policies
from risks.models import RiskScale

DATA = Path(__file__).resolve().parent.parent / "data"


def presets() -> dict[str, dict[str, Any]]:
    """The scales the portal brings along, by name."""
    found: dict[str, dict[str, Any]] = json.loads((DATA / "scales.json").read_text(encoding="utf-8"))
    return found


def scale_change(
    agency: Agency,
    *,
    acting: Person | None,
    label: str,
    data: dict[str, Any],
    valid_from: dt.date | None = None,
    document: str = "",
) -> RiskScale:
    """Add a version of the scale; raises Invalid with every fault located in the description."""
    try:
        matrix.scale_of(data)
    except matrix.BrokenScale as broken:
        raise Invalid([Problem(fault.field, fault_text(fault)) for fault in broken.faults]) from None
    with transaction.atomic():
        require(policies.can_keep(acting, agency))
        hold(agency)
        last = RiskScale.objects.filter(agency=agency).order_by("-version").first()
        day = valid_from or clock.today()
        if last is not None and day < last.valid_from:
            text = _("The day must not lie before that of the last version (%(day)s).")
            raise Invalid([Problem("valid_from", text % {"day": f"{last.valid_from:%d/%m/%Y}"})])
        made: RiskScale = RiskScale.objects.create(
            agency=agency,
            version=last.version + 1 if last else 1,
            label=nfc(label.strip()),
            data=data,
            valid_from=day,
            document=nfc(document.strip()),
            made_by=acting,
        )
        audit.record("risks.scale.changed", made, {"scale": (last, made)}, acting=acting, note=document)
    return made


def fault_text(fault: matrix.Fault) -> str:
    """A fault of a scale in words."""
    words = {
        "size": _("An axis has 3, 4 or 5 levels."),
        "other_size": _("All axes must have the same number of levels."),
        "no_word": _("Give it a word."),
        "same_word": _("Two levels have the same word."),
        "order": _("The bands must rise from low to very high."),
        "bound": _("The highest score must be above that of the band before."),
        "last_bound": _("The last band must end at the highest score, %(value)s.") % {"value": fault.value},
        "count": _("A scale has two to four bands."),
    }
    return words[fault.code]
