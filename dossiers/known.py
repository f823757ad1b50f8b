"""What the agency knows when a file is read: its units by name, its procedures, its working days."""

import datetime as dt
import uuid

from dossiers.importers.due import DueCheck
from dossiers.importers.lines import RowFacts
from dossiers.importers.profile import word_key
from dossiers.importers.units import UnitIndex, UnitName
from dossiers.importers.values import VIETNAM
from dossiers.models import Procedure, procedure_id
from dossiers.models.procedure import TimeUnit
from dossiers.supplements import SupplementRules
from qms import clock
from qms.calendars import calendar_for
from qms.models import Agency, OrgUnit, OrgUnitAlias, OrgUnitVersion


def unit_index(agency: Agency) -> UnitIndex:
    """All names of the agency's units: present, short, former, and those other systems use."""
    names: list[UnitName] = []
    spans: dict[uuid.UUID, dt.date] = {}
    for old in OrgUnitVersion.objects.filter(agency=agency):
        names += [UnitName(old.unit_id, name, old.valid_from, old.valid_to) for name in _names(old)]
        if old.valid_to is not None:
            since = old.valid_to + dt.timedelta(days=1)
            spans[old.unit_id] = max(since, spans.get(old.unit_id, since))
    for unit in OrgUnit.objects.filter(agency=agency):
        since = spans.get(unit.pk, unit.valid_from)
        names += [
            UnitName(
                unit.pk, name, since, unit.valid_to, is_full=name == unit.name and unit.handles_procedures
            )
            for name in _names(unit)
        ]
    for alias in OrgUnitAlias.objects.filter(agency=agency):
        names.append(UnitName(alias.unit_id, alias.name))
    return UnitIndex(names)


def _names(unit: OrgUnit | OrgUnitVersion) -> list[str]:
    return list(dict.fromkeys(name for name in (unit.name, unit.short_name, unit.abbreviation) if name))


class Procedures:
    """The catalogue while a file is read: known ones, and those the file brings along."""

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        known = Procedure.objects.filter(agency=agency).values_list("code", "pk", "name")
        self.ids = {code: pk for code, pk, _name in known}
        self.by_name = {word_key(name): code for code, _pk, name in known}
        self.fresh: dict[str, Procedure] = {}

    def id_of(self, row: RowFacts) -> uuid.UUID:
        """The identity of a row's procedure; an unknown one is noted down to be added."""
        found = self.ids.get(row.procedure_code)
        if found is None:
            found = self.ids[row.procedure_code] = procedure_id(self.agency, row.procedure_code)
            self.fresh[row.procedure_code] = Procedure(
                id=found,
                agency=self.agency,
                code=row.procedure_code,
                name=row.procedure_name or row.procedure_code,
                field=row.field,
                online_level=row.level,
                known_since=clock.now(),
            )
        return found


def due_check(agency: Agency, as_of: dt.datetime) -> DueCheck:
    """Due times against the working days of the catalogue, in the agency's calendar."""
    timed = list(
        Procedure.objects.filter(
            agency=agency, regulated_unit=TimeUnit.WORKING_DAYS, regulated_time__gte=1
        ).only("code", "regulated_time", "after_supplement")
    )
    day = as_of.astimezone(VIETNAM).date()
    calendar, rules = calendar_for(agency, day), SupplementRules(agency)
    return DueCheck(
        {one.code: round(one.regulated_time) for one in timed if one.regulated_time},
        calendar.is_working_day,
        [one.code for one in timed if rules.restarts(one, day)],
    )
