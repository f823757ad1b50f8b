"""The tree of units on any day, and how units became what they are."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Q

from qms.models import (
    Agency,
    OrgUnit,
    OrgUnitAlias,
    OrgUnitChange,
    OrgUnitVersion,
    Person,
    Role,
    RoleAssignment,
)
from qms.text import fold


@dataclass
class UnitRow:
    """One unit of the tree on a day: what it was called then, how deep it stands, who leads it."""

    unit: OrgUnit
    name: str
    abbreviation: str
    depth: int
    people: int
    heads: list[Person] = field(default_factory=list)


def units_on(agency: Agency, day: dt.date) -> list[OrgUnitVersion]:
    """The versions in force on a day, units not existing then left out."""
    rows = OrgUnitVersion.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=day), agency=agency, valid_from__lte=day
    ).select_related("unit")
    return [row for row in rows.order_by("unit__order", "name") if row.unit.exists_on(day)]


def tree_on(agency: Agency, day: dt.date) -> list[UnitRow]:
    """The tree on a day, parents before their sub-units."""
    versions = units_on(agency, day)
    present = {version.unit_id for version in versions}
    people = Counter(
        Person.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), agency=agency, valid_from__lte=day)
        .exclude(unit=None)
        .values_list("unit_id", flat=True)
    )
    heads: dict[object, list[Person]] = {}
    for row in RoleAssignment.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=day), agency=agency, role=Role.UNIT_HEAD, valid_from__lte=day
    ).select_related("person"):
        heads.setdefault(row.unit_id, []).append(row.person)
    children: dict[object, list[OrgUnitVersion]] = {}
    for version in versions:
        children.setdefault(version.parent_id if version.parent_id in present else None, []).append(version)

    def walk(parent: object, depth: int) -> list[UnitRow]:
        found = []
        for version in children.get(parent, []):
            unit_id = version.unit_id
            found.append(
                UnitRow(
                    version.unit,
                    version.name,
                    version.abbreviation,
                    depth,
                    people[unit_id],
                    heads.get(unit_id, []),
                )
            )
            found += walk(unit_id, depth + 1)
        return found

    return walk(None, 0)


def name_on(unit: OrgUnit, day: dt.date) -> str:
    """What a unit was called on a day; papers of that day print this name."""
    version = OrgUnitVersion.objects.filter(unit=unit, valid_from__lte=day).order_by("-valid_from").first()
    return version.name if version else unit.name


def unit_by_name(agency: Agency, name: str) -> OrgUnit | None:
    """The unit another system means: by code, any present or former name, abbreviation or alias."""
    wanted = fold(name)
    alias = OrgUnitAlias.objects.filter(agency=agency, folded=wanted).select_related("unit").first()
    if alias is not None:
        return alias.unit
    units = OrgUnit.objects.filter(agency=agency).prefetch_related("versions").order_by("valid_to")
    for unit in units:
        names = {unit.code, unit.name, unit.short_name, unit.abbreviation}
        names |= {text for row in unit.versions.all() for text in (row.name, row.short_name)}
        if wanted and wanted in {fold(text) for text in names if text}:
            return unit
    return None


def changes_of(agency: Agency, unit: OrgUnit | None = None, limit: int = 50) -> list[OrgUnitChange]:
    """Foundings, merges, splits, renamings and closings, newest first."""
    rows = OrgUnitChange.objects.filter(agency=agency)
    if unit is not None:
        rows = rows.filter(Q(before=unit) | Q(after=unit)).distinct()
    return list(rows.prefetch_related("before", "after").order_by("-on", "-created_at")[:limit])
