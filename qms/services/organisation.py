"""Agencies and the life of their units: founded, renamed, moved, merged, split, closed (5.3).

Every date `on` is the first day of the new situation; the old one ends the day before. What a unit
was called and where it belonged is kept in its versions; nothing is deleted.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from qms import access, audit, clock, search
from qms.exceptions import Invalid, Problem
from qms.models import Agency, OrgUnit, OrgUnitAlias, OrgUnitChange, OrgUnitVersion, Person, RoleAssignment
from qms.policies import require
from qms.text import fold, nfc
from qms.workflow import locked

DAY = dt.timedelta(days=1)
NAMES = ("name", "short_name", "abbreviation", "parent")
TRAITS = ("kind", "handles_procedures", "is_standing_unit", "order")


@dataclass(frozen=True)
class UnitData:
    """What a new unit is made from."""

    code: str
    name: str
    kind: str = OrgUnit.Kind.DIVISION
    short_name: str = ""
    abbreviation: str = ""
    parent: OrgUnit | None = None
    handles_procedures: bool = False
    is_standing_unit: bool = False
    order: int = 0


def agency_create(*, acting: Person | None, code: str, name: str, **fields: Any) -> Agency:
    """A new agency; raises Invalid when its code is taken."""
    if Agency.objects.filter(code__iexact=code.strip()).exists():
        raise Invalid([Problem("code", _("This code is taken."), code)])
    with transaction.atomic():
        agency = Agency.objects.create(code=code.strip(), name=nfc(name.strip()), **fields)
        audit.record("qms.agency.created", agency, acting=acting)
    return agency


def agency_change(agency: Agency, *, acting: Person | None, **fields: Any) -> Agency:
    """Change what stands on papers about an agency (not its code)."""
    with transaction.atomic(), locked(agency) as agency:
        require(access.can_administer(acting, agency))
        changes = audit.apply(agency, **fields)
        if changes:
            audit.record("qms.agency.changed", agency, changes, acting=acting)
    return agency


def unit_create(
    agency: Agency, data: UnitData, *, acting: Person | None, valid_from: dt.date, document: str = ""
) -> OrgUnit:
    """Found a unit on a day; raises Invalid when its code is taken or its parent does not exist then."""
    with transaction.atomic():
        require(access.can_administer(acting, agency))
        unit = _found(agency, data, valid_from)
        _change(agency, OrgUnitChange.Kind.CREATED, valid_from, document, [], [unit])
        audit.record(
            "qms.unit.created", unit, {"valid_from": (None, valid_from)}, acting=acting, note=document
        )
    return unit


def unit_describe(unit: OrgUnit, *, acting: Person | None, **traits: Any) -> OrgUnit:
    """Change what has no history: kind, order, whether it handles procedures or is the standing unit."""
    with transaction.atomic(), locked(unit) as unit:
        require(access.can_administer(acting, unit.agency))
        changes = audit.apply(unit, **{name: traits[name] for name in TRAITS if name in traits})
        if changes:
            _one_standing_unit(unit)
            audit.record("qms.unit.changed", unit, changes, acting=acting)
    return unit


def unit_rename(
    unit: OrgUnit, *, acting: Person | None, on: dt.date, document: str = "", **names: Any
) -> OrgUnit:
    """Rename or move a unit from a day on (name, short_name, abbreviation, parent); the past stays.

    Raises Invalid when nothing changes, when the day lies before its last change, or when the new
    parent lies inside the unit.
    """
    with transaction.atomic(), locked(unit) as unit:
        require(access.can_administer(acting, unit.agency))
        changes = _rename(unit, on, names)
        _change(unit.agency, OrgUnitChange.Kind.RENAMED, on, document, [unit], [unit])
        audit.record("qms.unit.changed", unit, changes | {"on": (None, on)}, acting=acting, note=document)
    return unit


def units_merge(
    units: Sequence[OrgUnit],
    *,
    acting: Person | None,
    on: dt.date,
    into: OrgUnit | UnitData,
    document: str = "",
) -> OrgUnit:
    """Merge units from a day on, into one of them or into a new one.

    The others end the day before; their sub-units and people move over, roles tied to them end.
    """
    if len({unit.pk for unit in units}) < 2 and not isinstance(into, OrgUnit):
        raise Invalid(_("Choose at least two units to merge."))
    agency = units[0].agency
    with transaction.atomic():
        require(access.can_administer(acting, agency))
        before = list(OrgUnit.objects.select_for_update(of=("self",)).filter(pk__in=[u.pk for u in units]))
        target = into if isinstance(into, OrgUnit) else _found(agency, into, on)
        if not target.exists_on(on):
            raise Invalid(_("“%(unit)s” does not exist on that day.") % {"unit": target})
        for unit in before:
            if unit.pk != target.pk:
                _hand_over(unit, on, target)
                _end(unit, on, acting=acting)
        _change(agency, OrgUnitChange.Kind.MERGED, on, document, before, [target])
        names = {"units": ([str(unit) for unit in before], str(target)), "on": (None, on)}
        audit.record("qms.unit.merged", target, names, acting=acting, note=document)
        settle(agency)
    target.refresh_from_db()
    return target


def unit_split(
    unit: OrgUnit,
    parts: Sequence[UnitData],
    *,
    acting: Person | None,
    on: dt.date,
    keep: bool = False,
    document: str = "",
) -> list[OrgUnit]:
    """Split a unit from a day on into new ones; with `keep` it goes on beside them, else it ends.

    People stay with the old unit until each is moved; sub-units of an ended unit must be moved first.
    """
    if len(parts) + keep < 2:
        raise Invalid(_("A split needs at least two units afterwards."))
    with transaction.atomic(), locked(unit) as unit:
        require(access.can_administer(acting, unit.agency))
        made = [_found(unit.agency, part, on) for part in parts]
        if not keep:
            _refuse_children(unit, on)
            _end(unit, on, acting=acting)
        after = ([unit] if keep else []) + made
        _change(unit.agency, OrgUnitChange.Kind.SPLIT, on, document, [unit], after)
        names = {"units": (str(unit), [str(part) for part in after]), "on": (None, on)}
        audit.record("qms.unit.split", unit, names, acting=acting, note=document)
    return made


def unit_close(unit: OrgUnit, *, acting: Person | None, on: dt.date, document: str = "") -> OrgUnit:
    """Close a unit: `on` is the first day without it. Raises Invalid while it has sub-units."""
    with transaction.atomic(), locked(unit) as unit:
        require(access.can_administer(acting, unit.agency))
        _refuse_children(unit, on)
        _end(unit, on, acting=acting)
        _change(unit.agency, OrgUnitChange.Kind.CLOSED, on, document, [unit], [])
        audit.record("qms.unit.closed", unit, {"valid_to": (None, on - DAY)}, acting=acting, note=document)
    return unit


def alias_add(unit: OrgUnit, *, acting: Person | None, name: str, system: str = "") -> OrgUnitAlias:
    """Teach the portal what another system calls a unit; raises Invalid when the name is taken."""
    name = " ".join(nfc(name).split())
    taken = OrgUnitAlias.objects.filter(agency=unit.agency, folded=fold(name)).select_related("unit").first()
    if taken is not None:
        raise Invalid([Problem("name", _("This name already stands for “%(unit)s”.") % {"unit": taken.unit})])
    with transaction.atomic():
        require(access.can_administer(acting, unit.agency))
        alias: OrgUnitAlias = OrgUnitAlias.objects.create(
            agency=unit.agency, unit=unit, name=name, folded=fold(name), system=system.strip()
        )
        audit.record("qms.unit.changed", unit, {"alias": (None, name)}, acting=acting)
        unit_index(unit)
    return alias


def alias_remove(alias: OrgUnitAlias, *, acting: Person | None) -> None:
    """Forget a name of another system."""
    with transaction.atomic():
        require(access.can_administer(acting, alias.agency))
        audit.record("qms.unit.changed", alias.unit, {"alias": (alias.name, None)}, acting=acting)
        alias.delete()
        unit_index(alias.unit)


def settle(agency: Agency, today: dt.date | None = None) -> None:
    """Bring units up to date with changes whose day has come; runs after each change and every night."""
    today = today or clock.today()
    for version in OrgUnitVersion.objects.filter(agency=agency, valid_from__lte=today).exclude(
        valid_to__lt=today
    ):
        names = {name: getattr(version, name) for name in NAMES}
        if audit.diff(version.unit, **names):
            audit.apply(version.unit, **names)
            unit_index(version.unit)
    gone = OrgUnit.objects.filter(agency=agency, valid_to__lt=today, people__valid_to=None).distinct()
    for unit in gone:
        target = successor(unit)
        for person in unit.people.filter(valid_to=None) if target else []:
            changes = audit.apply(person, unit=target)
            audit.record("qms.person.changed", person, changes, acting=None, note=str(unit))


def settle_all() -> None:
    """The nightly round over all agencies."""
    for agency in Agency.objects.all():
        with transaction.atomic():
            settle(agency)


def successor(unit: OrgUnit) -> OrgUnit | None:
    """The one unit that a merged unit went into, None when there is none or several."""
    changes = OrgUnitChange.objects.filter(before=unit, kind=OrgUnitChange.Kind.MERGED).order_by("-on")
    for change in changes:
        after = list(change.after.exclude(pk=unit.pk))
        if len(after) == 1:
            return after[0]
    return None


def _change(
    agency: Agency,
    kind: str,
    on: dt.date,
    document: str,
    before: Sequence[OrgUnit],
    after: Sequence[OrgUnit],
) -> OrgUnitChange:
    change: OrgUnitChange = OrgUnitChange.objects.create(agency=agency, kind=kind, on=on, document=document)
    change.before.set(before)
    change.after.set(after)
    return change


def _found(agency: Agency, data: UnitData, on: dt.date) -> OrgUnit:
    if OrgUnit.objects.filter(agency=agency, code__iexact=data.code.strip()).exists():
        raise Invalid([Problem("code", _("This code is taken."), data.code)])
    _check_parent(data.parent, on)
    fields = vars(data) | {"code": data.code.strip(), "name": nfc(data.name.strip())}
    unit: OrgUnit = OrgUnit.objects.create(agency=agency, valid_from=on, **fields)
    _version(unit, on)
    _one_standing_unit(unit)
    unit_index(unit)
    return unit


def _one_standing_unit(unit: OrgUnit) -> None:
    if unit.is_standing_unit:
        for other in OrgUnit.objects.filter(agency=unit.agency, is_standing_unit=True).exclude(pk=unit.pk):
            changes = audit.apply(other, is_standing_unit=False)
            audit.record("qms.unit.changed", other, changes, acting=None, note=str(unit))


@search.indexer
def unit_index(unit: OrgUnit) -> None:
    """Bring the search entry of a unit up to date: its former names and aliases find it too."""
    others = [*unit.versions.values_list("name", flat=True), *unit.aliases.values_list("name", flat=True)]
    search.index(
        unit,
        title=unit.name,
        subtitle=" · ".join(part for part in (unit.code, unit.abbreviation) if part),
        text=" ".join([unit.short_name, *others]),
    )


def _version(unit: OrgUnit, on: dt.date, **names: Any) -> OrgUnitVersion:
    present = {name: getattr(unit, name) for name in NAMES}
    return OrgUnitVersion.objects.create(agency=unit.agency, unit=unit, valid_from=on, **(present | names))


def _check_parent(parent: OrgUnit | None, on: dt.date, inside: OrgUnit | None = None) -> None:
    if parent is not None and not parent.exists_on(on):
        raise Invalid([Problem("parent", _("“%(unit)s” does not exist on that day.") % {"unit": parent})])
    while inside is not None and parent is not None:
        if parent.pk == inside.pk:
            raise Invalid([Problem("parent", _("A unit cannot belong to itself or to its own sub-unit."))])
        parent = parent.parent


def _last_version(unit: OrgUnit, on: dt.date) -> OrgUnitVersion:
    last = OrgUnitVersion.objects.filter(unit=unit).order_by("-valid_from").first() or _version(
        unit, unit.valid_from
    )
    if unit.valid_to is not None and unit.valid_to < on:
        raise Invalid([Problem("on", _("The unit ended on %(day)s.") % {"day": f"{unit.valid_to:%d/%m/%Y}"})])
    if on <= last.valid_from:
        day = f"{last.valid_from:%d/%m/%Y}"
        raise Invalid([Problem("on", _("The day must lie after the last change (%(day)s).") % {"day": day})])
    return last


def _rename(unit: OrgUnit, on: dt.date, names: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    last = _last_version(unit, on)
    if "name" in names:
        names["name"] = nfc(names["name"].strip())
    changes = audit.diff(last, **{name: names[name] for name in NAMES if name in names})
    if not changes:
        raise Invalid(_("Nothing changed."))
    _check_parent(names.get("parent"), on, inside=unit)
    wanted = {name: getattr(last, name) for name in NAMES} | {
        name: new for name, (_old, new) in changes.items()
    }
    OrgUnitVersion.objects.filter(pk=last.pk).update(valid_to=on - DAY)
    _version(unit, on, **wanted)
    if on <= clock.today():
        audit.apply(unit, **wanted)
    unit_index(unit)
    return changes


def _end(unit: OrgUnit, on: dt.date, *, acting: Person | None) -> None:
    last = _last_version(unit, on)
    OrgUnitVersion.objects.filter(pk=last.pk).update(valid_to=on - DAY)
    audit.apply(unit, valid_to=on - DAY)
    for row in RoleAssignment.objects.filter(unit=unit, valid_from__lt=on).exclude(valid_to__lt=on):
        changes = audit.apply(row, valid_to=on - DAY)
        audit.record("qms.role.ended", row, changes, acting=acting, note=str(unit))


def _hand_over(unit: OrgUnit, on: dt.date, target: OrgUnit) -> None:
    for child in OrgUnit.objects.filter(parent=unit, valid_to=None).exclude(pk=target.pk):
        _rename(child, on, {"parent": target})


def _refuse_children(unit: OrgUnit, on: dt.date) -> None:
    children = [str(child) for child in OrgUnit.objects.filter(parent=unit) if child.exists_on(on)]
    if children:
        raise Invalid(_("Move or close its sub-units first: %(units)s.") % {"units": ", ".join(children)})
