"""Requirements of competence, to whom they apply, and what people can do."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from qms import audit, clock, search
from qms.exceptions import Invalid, Problem
from qms.models import Agency, OrgUnit, Person
from qms.policies import require
from qms.text import nfc
from qms.workflow import locked
from training import policies
from training.models import (
    Course,
    PersonCompetence,
    Requirement,
    RequirementScope,
)


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (dt.date(year + (month == 11), (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))


def _needed(values: Mapping[str, Any], *names: str) -> None:
    problems = [Problem(name, _("Must not be empty.")) for name in names if not values.get(name)]
    if problems:
        raise Invalid(problems)


def _texts(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: nfc(value.strip()) if isinstance(value, str) else value for name, value in fields.items()}


# Requirements


def requirement_create(agency: Agency, *, acting: Person | None, **fields: Any) -> Requirement:
    """Write down a competence that is required."""
    values = _texts(fields)
    _needed(values, "code", "name")
    with transaction.atomic():
        require(policies.can_organise_in(acting, agency))
        if Requirement.objects.filter(agency=agency, code=values["code"]).exists():
            raise Invalid([Problem("code", _("This code is taken."))])
        made: Requirement = Requirement.objects.create(agency=agency, **values)
        audit.record("training.requirement.created", made, {"name": (None, made.name)}, acting=acting)
        requirement_index(made)
    return made


def requirement_edit(one: Requirement, *, acting: Person | None, **fields: Any) -> Requirement:
    """Change what is required; `active` False ends it."""
    values = _texts(fields)
    with transaction.atomic(), locked(one) as one:
        require(policies.can_organise_in(acting, one))
        taken = Requirement.objects.filter(agency_id=one.agency_id, code=values.get("code", one.code))
        if taken.exclude(pk=one.pk).exists():
            raise Invalid([Problem("code", _("This code is taken."))])
        changes = audit.apply(one, **values)
        if changes:
            audit.record("training.requirement.edited", one, changes, acting=acting)
            requirement_index(one)
    return one


def scope_add(one: Requirement, *, acting: Person | None, **fields: Any) -> RequirementScope:
    """Say of whom it is required, and how well."""
    values = _texts(fields)
    with transaction.atomic():
        require(policies.can_organise_in(acting, one))
        made: RequirementScope = RequirementScope.objects.create(
            agency_id=one.agency_id, requirement=one, **values
        )
        words = f"{made}: {made.get_level_display()}"
        audit.record("training.requirement.edited", one, acting=acting, note=words)
    return made


def scope_remove(scope: RequirementScope, *, acting: Person | None) -> None:
    """Require it no longer of these people."""
    with transaction.atomic():
        require(policies.can_organise_in(acting, scope))
        one = scope.requirement
        words = _("Taken out: %(what)s") % {"what": scope}
        audit.record("training.requirement.edited", one, acting=acting, note=words)
        scope.delete()


def competence_record(
    person: Person,
    requirement: Requirement,
    *,
    acting: Person | None,
    level: int,
    basis: str,
    since: dt.date,
    reference: str = "",
    valid_until: dt.date | None = None,
    course: Course | None = None,
) -> PersonCompetence:
    """Keep what a person masters, with its evidence; never by the person. Former entries stay."""
    if basis == PersonCompetence.Basis.CERTIFICATE and not reference.strip():
        raise Invalid([Problem("reference", _("Name the degree or certificate."))])
    if since > clock.today():
        raise Invalid([Problem("since", _("Choose a day that is not ahead."))])
    if valid_until is not None and valid_until < since:
        raise Invalid([Problem("valid_until", _("The last day lies before the first."))])
    with transaction.atomic():
        require(policies.can_assess(acting, person))
        if requirement.agency_id != person.agency_id:
            raise Invalid([Problem("requirement", _("This record belongs to another agency."))])
        if valid_until is None and requirement.valid_months:
            valid_until = months_later(since, requirement.valid_months)
        made: PersonCompetence = PersonCompetence.objects.create(
            agency_id=person.agency_id,
            person=person,
            requirement=requirement,
            level=level,
            basis=basis,
            reference=nfc(reference.strip())[:255],
            since=since,
            valid_until=valid_until,
            course=course,
            recorded_by=acting,
        )
        audit.record(
            "training.competence.recorded",
            made,
            {"level": (None, made.get_level_display()), "person": (None, str(person))},
            acting=acting,
        )
    return made


# Needs


@search.indexer
def requirement_index(one: Requirement) -> None:
    """Make a requirement findable."""
    if one.active:
        search.index(one, title=str(one), subtitle=one.get_topic_display(), text=one.description)
    else:
        search.forget(one)


def units_of(agency: Agency) -> Any:
    """Units that exist today."""
    today = clock.today()
    rows = OrgUnit.objects.filter(agency=agency, valid_from__lte=today)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gte=today)).order_by("order", "name")
