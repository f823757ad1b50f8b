"""The first agency of an empty installation, with its first unit and its administrator."""

import datetime as dt
from dataclasses import dataclass

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from qms.exceptions import IllegalTransition
from qms.models import Agency, Person, Role
from qms.services import accounts, calendar, organisation, people, standard
from qms.services.organisation import UnitData
from qms.worktime import DayHours

OFFICE_HOURS = DayHours((dt.time(7), dt.time(11, 30)), (dt.time(13, 30), dt.time(17)))
LOCK = "first-run"


@dataclass(frozen=True)
class AgencyData:
    """What an agency is made from."""

    code: str
    name: str
    short_name: str
    parent_name: str
    place: str
    address: str


@dataclass(frozen=True)
class AdministratorData:
    """Who administers it first."""

    full_name: str
    position: str
    email: str
    username: str
    password: str


def first_run(
    agency: AgencyData, unit: UnitData, administrator: AdministratorData, *, today: dt.date
) -> Person:
    """Set up an empty installation; raises IllegalTransition when an agency exists already."""
    if not cache.add(LOCK, 1, 60):
        raise IllegalTransition(_("Somebody else is setting up the portal right now."))
    try:
        with transaction.atomic():
            if Agency.objects.exists():
                raise IllegalTransition(_("The portal is already set up."))
            calendar.national_days_load()
            standard.editions_load()
            person = agency_set_up(agency, unit, administrator, acting=None, today=today)
            if person.user is not None:
                # Whoever sets the installation up also runs it: Django admin is theirs.
                person.user.is_staff = person.user.is_superuser = True
                person.user.save(update_fields=["is_staff", "is_superuser"])
    finally:
        cache.delete(LOCK)
    return person


def agency_set_up(
    data: AgencyData,
    unit: UnitData,
    administrator: AdministratorData,
    *,
    acting: Person | None,
    today: dt.date,
) -> Person:
    """An agency that can start: office hours, a first unit, and an administrator who signs in."""
    start = dt.date(today.year, 1, 1)
    with transaction.atomic():
        agency = organisation.agency_create(acting=acting, **vars(data))
        week = dict.fromkeys(range(5), OFFICE_HOURS)
        calendar.office_hours_set(agency, acting=None, valid_from=start, hours=week)
        first = organisation.unit_create(agency, unit, acting=None, valid_from=start)
        person = people.person_add(
            agency,
            acting=None,
            full_name=administrator.full_name,
            position=administrator.position,
            unit=first,
            email=administrator.email,
            valid_from=today,
        )
        user, _password = accounts.account_create(
            person, acting=None, username=administrator.username, password=administrator.password
        )
        people.role_assign(person, acting=None, role=Role.ADMIN, valid_from=today)
    person.user = user
    return person
