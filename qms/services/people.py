"""People of an agency, the roles they hold over time, and delegations (5.3)."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from qms import access, audit, clock, search
from qms.exceptions import Invalid, Problem
from qms.models import Agency, OrgUnit, Person, Role, RoleAssignment, RoleDelegation
from qms.policies import require
from qms.text import nfc
from qms.workflow import locked

CHANGEABLE = ("full_name", "position", "unit", "email", "valid_from")
NEEDS_UNIT = frozenset({Role.UNIT_HEAD})


def person_add(
    agency: Agency,
    *,
    acting: Person | None,
    full_name: str,
    valid_from: dt.date,
    position: str = "",
    unit: OrgUnit | None = None,
    email: str = "",
) -> Person:
    """Add a person; raises Invalid when somebody of the agency already uses the e-mail address."""
    email = email.strip().lower()
    with transaction.atomic():
        require(access.can_administer(acting, agency))
        _check_email(agency, email, None)
        person: Person = Person.objects.create(
            agency=agency,
            full_name=_name(full_name),
            position=nfc(position.strip()),
            unit=unit,
            email=email,
            valid_from=valid_from,
        )
        person_index(person)
        audit.record("qms.person.created", person, {"unit": (None, unit)}, acting=acting)
    return person


def person_change(person: Person, *, acting: Person | None, **fields: Any) -> Person:
    """Change name, position, unit, address or first day; every value before and after is in the trail."""
    with transaction.atomic(), locked(person) as person:
        require(access.can_administer(acting, person.agency))
        wanted = {name: fields[name] for name in CHANGEABLE if name in fields}
        if "full_name" in wanted:
            wanted["full_name"] = _name(wanted["full_name"])
        if "email" in wanted:
            wanted["email"] = wanted["email"].strip().lower()
            _check_email(person.agency, wanted["email"], person)
        changes = audit.apply(person, **wanted)
        if changes:
            person_index(person)
            audit.record("qms.person.changed", person, changes, acting=acting)
    return person


def person_leave(person: Person, *, acting: Person | None, last_day: dt.date, note: str = "") -> Person:
    """End a person's work: their roles and delegations end with the last day, the account goes idle.

    Raises Invalid for the last administrator and for a day before the first.
    """
    with transaction.atomic(), locked(person) as person:
        require(access.can_administer(acting, person.agency))
        if last_day < person.valid_from:
            raise Invalid([Problem("last_day", _("The last day lies before the first."))])
        _keep_an_administrator(person.agency, without=person, after=last_day)
        changes = audit.apply(person, valid_to=last_day)
        for row in person.role_assignments.filter(_open_after(last_day)):
            _end_role(row, last_day, acting)
        for lent in RoleDelegation.objects.filter(
            Q(giver=person) | Q(person=person), Q(valid_to__gt=last_day), revoked_at=None
        ):
            audit.record(
                "qms.delegation.revoked",
                lent,
                _cut_delegation(lent, last_day),
                acting=acting,
                note=str(person),
            )
        audit.record("qms.person.changed", person, changes, acting=acting, note=note)
    return person


def person_return(person: Person, *, acting: Person | None) -> Person:
    """Take back the end of a person's work; roles must be given anew."""
    with transaction.atomic(), locked(person) as person:
        require(access.can_administer(acting, person.agency))
        changes = audit.apply(person, valid_to=None)
        if changes:
            audit.record("qms.person.changed", person, changes, acting=acting)
    return person


def role_assign(
    person: Person,
    *,
    acting: Person | None,
    role: str,
    valid_from: dt.date,
    unit: OrgUnit | None = None,
    valid_to: dt.date | None = None,
    document: str = "",
) -> RoleAssignment:
    """Give a person a role for a unit (or the whole agency) from a day on; administrators only.

    Raises Invalid when the role needs a unit, or when the person already holds it in that time.
    """
    with transaction.atomic(), locked(person) as person:
        require(access.can_administer(acting, person.agency))
        _check_assignment(person, role, unit, valid_from, valid_to)
        row: RoleAssignment = RoleAssignment.objects.create(
            agency=person.agency,
            person=person,
            role=role,
            unit=unit,
            valid_from=valid_from,
            valid_to=valid_to,
            document=document.strip(),
        )
        own = _("Assigned to oneself.") if acting is not None and acting.pk == person.pk else ""
        audit.record(
            "qms.role.assigned",
            row,
            {"role": (None, row.get_role_display()), "unit": (None, unit), "valid_from": (None, valid_from)},
            acting=acting,
            note=" ".join(part for part in (document.strip(), own) if part),
        )
    return row


def role_end(row: RoleAssignment, *, acting: Person | None, last_day: dt.date) -> RoleAssignment:
    """End an assignment; raises Invalid for the role of the last administrator."""
    with transaction.atomic(), locked(row) as row:
        require(access.can_administer(acting, row.agency))
        if row.valid_to is not None and row.valid_to <= last_day:
            raise Invalid(_("This role has already ended."))
        if row.role == Role.ADMIN:
            _keep_an_administrator(row.agency, without=row.person, after=last_day)
        _end_role(row, last_day, acting)
    return row


def delegation_give(
    giver: Person,
    person: Person,
    *,
    acting: Person | None,
    role: str,
    valid_from: dt.date,
    valid_to: dt.date,
    reason: str,
    unit: OrgUnit | None = None,
) -> RoleDelegation:
    """Lend a role to a colleague for a period; what is done under it names both.

    Raises Invalid for a period that is over or too long for the giver's own assignment.
    """
    with transaction.atomic():
        require(access.can_delegate(acting, giver, role))
        _check_delegation(giver, person, role, unit, valid_from, valid_to)
        lent: RoleDelegation = RoleDelegation.objects.create(
            agency=giver.agency,
            giver=giver,
            person=person,
            role=role,
            unit=unit,
            reason=reason.strip(),
            valid_from=valid_from,
            valid_to=valid_to,
        )
        audit.record(
            "qms.delegation.given",
            lent,
            {"person": (giver, person), "valid_from": (None, valid_from), "valid_to": (None, valid_to)},
            acting=acting,
            note=reason.strip(),
        )
    return lent


def delegation_revoke(lent: RoleDelegation, *, acting: Person | None) -> RoleDelegation:
    """Take a delegation back at once; raises Invalid when it is over already."""
    with transaction.atomic(), locked(lent) as lent:
        require(access.can_revoke(acting, lent))
        if lent.revoked_at is not None or (lent.valid_to and lent.valid_to < clock.today()):
            raise Invalid(_("This delegation is already over."))
        changes = audit.apply(lent, revoked_at=clock.now())
        audit.record("qms.delegation.revoked", lent, changes, acting=acting)
    return lent


def administrators(agency: Agency, after: dt.date) -> list[Person]:
    """People with an active account who are still administrators after a day."""
    rows = RoleAssignment.objects.filter(
        _open_after(after), agency=agency, role=Role.ADMIN, person__user__is_active=True
    ).select_related("person")
    return [row.person for row in rows if row.person.valid_to is None or row.person.valid_to > after]


def _keep_an_administrator(agency: Agency, *, without: Person, after: dt.date) -> None:
    admins = administrators(agency, after)
    if without.pk in {person.pk for person in admins} and all(person.pk == without.pk for person in admins):
        raise Invalid(
            _("%(person)s is the last administrator; appoint another one first.") % {"person": without}
        )


def _open_after(day: dt.date) -> Q:
    return Q(valid_to=None) | Q(valid_to__gt=day)


def _end_role(row: RoleAssignment, last_day: dt.date, acting: Person | None) -> None:
    changes = audit.apply(row, valid_to=max(last_day, row.valid_from - dt.timedelta(days=1)))
    audit.record("qms.role.ended", row, changes, acting=acting)


def _cut_delegation(lent: RoleDelegation, last_day: dt.date) -> dict[str, tuple[Any, Any]]:
    if lent.valid_from > last_day:
        return audit.apply(lent, revoked_at=clock.now())
    return audit.apply(lent, valid_to=last_day)


@search.indexer
def person_index(person: Person) -> None:
    """Bring the search entry of a person up to date."""
    subtitle = " · ".join(
        part for part in (person.position, person.unit.label if person.unit else "") if part
    )
    search.index(person, title=person.full_name, subtitle=subtitle, text=person.email)


def _name(full_name: str) -> str:
    return " ".join(nfc(full_name).split())


def _check_email(agency: Agency, email: str, person: Person | None) -> None:
    others = Person.objects.filter(agency=agency, email__iexact=email)
    if person:
        others = others.exclude(pk=person.pk)
    if email and others.exists():
        raise Invalid([Problem("email", _("Somebody else already has this address."), email)])


def _check_assignment(
    person: Person, role: str, unit: OrgUnit | None, valid_from: dt.date, valid_to: dt.date | None
) -> None:
    problems = []
    if role not in Role.values:
        problems.append(Problem("role", _("Choose a role."), role))
    if role in NEEDS_UNIT and unit is None:
        problems.append(Problem("unit", _("Say for which unit.")))
    if unit is not None and (unit.agency_id != person.agency_id or not unit.exists_on(valid_from)):
        problems.append(Problem("unit", _("“%(unit)s” does not exist on that day.") % {"unit": unit}))
    if valid_to is not None and valid_to < valid_from:
        problems.append(Problem("valid_to", _("The last day lies before the first.")))
    same = RoleAssignment.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=valid_from), person=person, role=role, unit=unit
    )
    if valid_to is not None:
        same = same.filter(valid_from__lte=valid_to)
    if same.exists():
        problems.append(Problem("role", _("%(person)s already holds this role then.") % {"person": person}))
    if problems:
        raise Invalid(problems)


def _check_delegation(
    giver: Person, person: Person, role: str, unit: OrgUnit | None, valid_from: dt.date, valid_to: dt.date
) -> None:
    problems = []
    if giver.pk == person.pk:
        problems.append(Problem("person", _("Choose somebody else.")))
    if person.agency_id != giver.agency_id or not person.works_on(valid_from):
        problems.append(Problem("person", _("%(person)s does not work here then.") % {"person": person}))
    if valid_to < max(valid_from, clock.today()):
        problems.append(Problem("valid_to", _("The period is already over.")))
    held = [
        row
        for row in giver.role_assignments.filter(role=role)
        if row.unit_id in {None, unit.pk if unit else None}
        and row.valid_from <= valid_from
        and (row.valid_to is None or row.valid_to >= valid_to)
    ]
    if not held:
        problems.append(
            Problem("role", _("%(person)s does not hold this role in all that time.") % {"person": giver})
        )
    if problems:
        raise Invalid(problems)
