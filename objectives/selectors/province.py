"""Several agencies at once, for who looks on from above: who is on target, who lags, whose data are old."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q

from dossiers.models import DossierImport
from dossiers.quality import FRESH_DAYS
from objectives import formulas
from objectives.models import ObjectiveSet, SetState, Target
from objectives.selectors.figures import Cell, Figures
from qms import agency_settings, clock
from qms.models import Agency, Person

S = formulas.Status


@dataclass(frozen=True)
class AgencyRow:
    """One agency with the state of its year."""

    agency: Agency
    objective_set: ObjectiveSet | None
    statuses: Counter[str]
    behind: list[tuple[Target, Cell]]
    as_of: dt.datetime | None
    is_stale: bool

    @property
    def state(self) -> str:
        """The worst that can be said: no objectives, behind, at risk, lacking data, or on target."""
        if self.objective_set is None:
            return "none"
        for status in (S.NOT_ACHIEVED, S.AT_RISK, S.INSUFFICIENT_DATA):
            if self.statuses[status.value]:
                return status.value
        return S.ACHIEVED.value

    @property
    def achieved(self) -> int:
        """How many targets are achieved."""
        return self.statuses[S.ACHIEVED.value]

    @property
    def targets(self) -> int:
        """How many targets there are."""
        return self.statuses.total()


def overview(person: Person, year: int) -> list[AgencyRow]:
    """The agencies a person looks at from above, those that lag first; as many queries for 2 as for 200."""
    sets = {
        one.agency_id: one
        for one in ObjectiveSet.objects.visible_to(person)
        .filter(year=year, unit=None, state__in=(SetState.IN_FORCE, SetState.CLOSED))
        .select_related("agency", "paper")
    }
    wanted = Q(parent_id=person.agency_id) | Q(pk__in=list(sets))
    agencies = list(Agency.objects.filter(wanted).order_by("name"))
    targets = list(Target.objects.filter(objective_set__in=sets.values()).select_related("objective"))
    for target in targets:
        target.objective_set = sets[target.agency_id]
    figures = Figures(targets, unit=None, period=str(year))
    newest: dict[Any, dt.datetime] = dict(
        DossierImport.objects.filter(agency__in=agencies, state=DossierImport.State.COMMITTED)
        .order_by()
        .values_list("agency")
        .annotate(newest=Max("as_of"))
    )
    by_agency: dict[Any, list[tuple[Target, Cell]]] = {}
    for target in targets:
        by_agency.setdefault(target.agency_id, []).append((target, figures.cell(target, str(year))))
    most = agency_settings.get(person.agency, FRESH_DAYS)
    oldest = clock.now() - dt.timedelta(days=int(most))
    found = []
    for agency in agencies:
        cells = by_agency.get(agency.pk, [])
        as_of = newest.get(agency.pk)
        found.append(
            AgencyRow(
                agency,
                sets.get(agency.pk),
                Counter(cell.status for _target, cell in cells),
                [
                    (target, cell)
                    for target, cell in cells
                    if cell.status in {S.NOT_ACHIEVED, S.AT_RISK} and cell.has_rate
                ],
                as_of,
                year == clock.today().year and (as_of is None or as_of < oldest),
            )
        )
    rank = ["none", S.NOT_ACHIEVED.value, S.AT_RISK.value, S.INSUFFICIENT_DATA.value, S.ACHIEVED.value]
    return sorted(found, key=lambda row: (rank.index(row.state), row.agency.name))
