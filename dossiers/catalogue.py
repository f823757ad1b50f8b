"""The catalogue of procedures on a day: which ones qualify for being offered online, and which are."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dossiers.conditions import OFFERED
from dossiers.models import Procedure, ProcedureVersion
from qms.models import Agency


class Catalogue:
    """The procedures of an agency with their former wordings; two queries for any number of days.

    With `known_at` it is the catalogue as it stood at that moment: later corrections, later wordings and
    procedures that came later are not in it, so that a frozen figure counts the same again.
    """

    def __init__(self, agency: Agency, known_at: dt.datetime | None = None) -> None:
        procedures = list(Procedure.objects.filter(agency=agency))
        versions = list(ProcedureVersion.objects.filter(agency=agency))
        self.wordings: dict[Any, list[Any]] = {}
        for version in versions:
            if _was_known(version.known_from, version.known_to, known_at):
                self.wordings.setdefault(version.procedure_id, []).append(version)
        for procedure in procedures:
            if _was_known(procedure.known_since, None, known_at):
                self.wordings.setdefault(procedure.pk, []).append(procedure)
        for wordings in self.wordings.values():
            wordings.sort(key=lambda one: one.valid_to or dt.date.max)
        self.present = [one for one in procedures if one.pk in self.wordings]

    def on(self, procedure: Procedure, day: dt.date) -> Any:
        """What was said of a procedure on a day; None when it was not in force."""
        for one in self.wordings.get(procedure.pk, []):
            if one.valid_to is None or day <= one.valid_to:
                return one if one.valid_from is None or one.valid_from <= day else None
        return None

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


def _was_known(since: dt.datetime | None, until: dt.datetime | None, at: dt.datetime | None) -> bool:
    """Whether something entered from `since` until `until` was so at a moment (None: now)."""
    if at is None:
        return until is None
    return (since is None or since <= at) and (until is None or at < until)


@dataclass(frozen=True)
class Offer:
    """Procedures that qualify: offered online, or still missing there."""

    offered: Sequence[Procedure]
    missing: Sequence[Procedure]

    @property
    def all(self) -> Sequence[Procedure]:
        """All that qualify."""
        return [*self.offered, *self.missing]

    @property
    def eligible(self) -> int:
        """How many qualify."""
        return len(self.offered) + len(self.missing)
