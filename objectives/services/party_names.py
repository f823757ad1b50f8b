"""Finding units, groups and persons by the words a table names them with."""

import datetime as dt
import re
from typing import Any

from objectives.models import RoleGroup
from objectives.services.draft_tasks import Party
from qms import clock
from qms.models import Agency, OrgUnit, OrgUnitAlias, Person
from qms.text import fold

_UNITS = r"(?:tat ca |toan the )?cac (?:phong|don vi|phong ban|bo phan)"
GROUPS = (
    (RoleGroup.PROCEDURE_UNITS, re.compile(_UNITS + r".* co (?:tthc|thu tuc hanh chinh)\b.*")),
    (
        RoleGroup.ALL_UNITS,
        re.compile(
            _UNITS
            + r"(?:[ ,/]+(?:va )?(?:don vi|phong|trung tam))*(?: (?:truc )?thuoc .*| tham du| phoi hop)?"
        ),
    ),
    (RoleGroup.COMMITTEE, re.compile(r"(?:cac )?(?:thanh vien )?ban (?:chi dao )?iso[^,]*|ban chi dao[^,]*")),
    (RoleGroup.AUDIT_TEAM, re.compile(r"(?:doan|to) danh gia[^,]*|(?:cac )?danh gia vien[^,]*")),
    (RoleGroup.ONE_STOP, re.compile(r"(?:bo phan |trung tam )?(?:tiep nhan[^,]*|mot cua)")),
    (RoleGroup.STANDING_UNIT, re.compile(r"(?:don vi |phong |bo phan )?thuong truc[^,]*")),
)


def _existed_in(unit: OrgUnit, year: int) -> bool:
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    return unit.valid_from <= last and (unit.valid_to is None or unit.valid_to >= first)


class PartyNames:
    """Knows an agency's units (by all their names), groups and people; of a past year those it had then."""

    def __init__(self, agency: Agency, year: int | None = None) -> None:
        today = clock.today()
        past = year is not None and year < today.year
        self.known: dict[str, Any] = {}
        every = list(OrgUnit.objects.filter(agency=agency))
        units = [unit for unit in every if year is not None and past and _existed_in(unit, year)]
        units += [unit for unit in every if unit.exists_on(today)]  # where two bore a name, today's has it
        by_key = {unit.pk: unit for unit in units}
        for person in Person.objects.filter(agency=agency, valid_to=None):
            self.known[fold(person.full_name)] = person
        for alias in OrgUnitAlias.objects.filter(agency=agency):
            if alias.unit_id in by_key:
                self.known[alias.folded] = by_key[alias.unit_id]
        for unit in units:
            names = {unit.name, unit.short_name, unit.abbreviation, unit.code}
            names |= {f"Phòng {short}" for short in (unit.abbreviation, unit.short_name) if short}
            self.known |= {fold(name): unit for name in names if name}

    def one(self, words: str) -> Party | None:
        """Whom exactly these words name."""
        folded = fold(words).strip(" .;:,")
        for group, pattern in GROUPS:
            if pattern.fullmatch(folded):
                return group
        return self.known.get(folded)

    def read(self, text: str) -> tuple[list[Party], list[str]]:
        """(those named, words nobody is known by), in the order of the text."""
        found: list[Party] = []
        unknown: list[str] = []
        for piece in filter(None, (part.strip(" -–+.") for part in re.split(r"[;\n]", text))):
            whole = self.one(piece)
            if whole is not None:
                found.append(whole)
                continue
            for part in filter(None, (one.strip() for one in re.split(r",|/| và ", piece))):
                party = self.one(part)
                if party is not None:
                    found.append(party)
                else:
                    unknown.append(part)
        return list(dict.fromkeys(found)), unknown

    @staticmethod
    def label(party: Party) -> str:
        """How lists name a party."""
        if isinstance(party, OrgUnit):
            return party.label
        return str(party.label) if isinstance(party, RoleGroup) else str(party)
