"""The catalogue of procedures on a day: which ones qualify for being offered online, and which are."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dossiers.conditions import OFFERED
from dossiers.models import Procedure, ProcedureVersion
from qms.models import Agency


class Catalogue:
    """The procedures of an agency with their former wordings; two queries for any number of days."""

    def __init__(self, agency: Agency) -> None:
        self.present = list(Procedure.objects.filter(agency=agency))
        self.former: dict[Any, list[ProcedureVersion]] = {}
        versions = ProcedureVersion.objects.filter(agency=agency).order_by("valid_to")
        for version in versions:
            self.former.setdefault(version.procedure_id, []).append(version)

    def on(self, procedure: Procedure, day: dt.date) -> Any:
        """What was said of a procedure on a day; None when it was not in force."""
        for version in self.former.get(procedure.pk, []):
            if version.valid_to is not None and day <= version.valid_to:
                return version if version.valid_from is None or version.valid_from <= day else None
        if procedure.valid_from is not None and day < procedure.valid_from:
            return None
        return None if procedure.valid_to is not None and procedure.valid_to < day else procedure

    def online(self, day: dt.date) -> "Offer":
        """Which procedures qualified for being offered online on a day, and which were."""
        eligible = [
            (one, said)
            for one in self.present
            if (said := self.on(one, day)) is not None and said.online_eligible
        ]
        offered = [one for one, said in eligible if said.online_level in OFFERED]
        missing = [one for one, said in eligible if said.online_level not in OFFERED]
        return Offer(offered, missing)


@dataclass(frozen=True)
class Offer:
    """Procedures that qualify: offered online, or still missing there."""

    offered: Sequence[Procedure]
    missing: Sequence[Procedure]

    @property
    def eligible(self) -> int:
        """How many qualify."""
        return len(self.offered) + len(self.missing)
