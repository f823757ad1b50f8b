"""Objects for tests: an agency with units and one person per role."""

import datetime as dt
import itertools

from qms.models import Agency, OrgUnit, Person, Role, RoleAssignment, User

_numbers = itertools.count(1)
START = dt.date(2024, 1, 1)


def agency(code: str | None = None, **fields) -> Agency:
    number = next(_numbers)
    values = {
        "code": code or f"CQ{number}",
        "name": f"Cơ quan {number}",
        "parent_name": "UBND TỈNH THỬ NGHIỆM",
        "place": "Đồng Nai",
    }
    return Agency.objects.create(**(values | fields))


def unit(of: Agency, name: str | None = None, **fields) -> OrgUnit:
    number = next(_numbers)
    values = {
        "code": f"P{number}",
        "name": name or f"Phòng {number}",
        "valid_from": START,
        "handles_procedures": True,
    }
    return OrgUnit.objects.create(agency=of, **(values | fields))


def person(
    of: Agency, *roles: str, unit: OrgUnit | None = None, role_unit: OrgUnit | None = None, **fields
) -> Person:
    """A person with an account and the given roles (for `role_unit`, else the whole agency)."""
    number = next(_numbers)
    user = User.objects.create_user(f"user{number}", f"user{number}@example.invalid", "mat-khau-thu-1")
    values = {"full_name": f"Người Thử {number}", "valid_from": START, "email": user.email}
    made = Person.objects.create(agency=of, user=user, unit=unit, **(values | fields))
    for role in roles:
        scope = role_unit or (unit if role == Role.UNIT_HEAD else None)
        RoleAssignment.objects.create(agency=of, person=made, role=role, unit=scope, valid_from=START)
    return made
