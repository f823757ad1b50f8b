"""People by workbook: a template to fill in, lines read with located problems, and taking them over.

A line is known by its user name, so that the same workbook may come twice: what is new is added, what
differs is changed, nobody is taken away. Lines with a problem hold everything back.
"""

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from qms import access, audit, clock, sheets
from qms.exceptions import Invalid, Problem
from qms.models import Agency, OrgUnit, OrgUnitAlias, Person, Role, User
from qms.policies import require
from qms.services.accounts import account_create
from qms.services.people import NEEDS_UNIT, person_add, person_change, role_assign
from qms.text import fold
from qms.workflow import hold

COLUMNS = {
    "full_name": gettext_lazy("Full name"),
    "username": gettext_lazy("User name"),
    "position": gettext_lazy("Position"),
    "unit": gettext_lazy("Unit"),
    "email": gettext_lazy("Office e-mail"),
    "roles": gettext_lazy("Roles"),
    "valid_from": gettext_lazy("Works here from"),
}
NEEDED = ("full_name", "username")
SYNONYMS = {
    "full_name": ("Họ và tên", "Họ tên", "Tên"),
    "username": ("Tên đăng nhập", "Tài khoản", "Username"),
    "position": ("Chức vụ", "Chức danh"),
    "unit": ("Đơn vị", "Phòng", "Phòng/đơn vị", "Phòng, đơn vị"),
    "email": ("Thư điện tử", "Email", "E-mail"),
    "roles": ("Vai trò",),
    "valid_from": ("Từ ngày", "Ngày bắt đầu"),
}
ROLE_WORDS = {
    Role.LEADER: ("Lãnh đạo", "Lãnh đạo cơ quan"),
    Role.COMMITTEE_MEMBER: ("Ban ISO",),
    Role.SECRETARY: ("Thư ký", "Thư ký Ban ISO"),
    Role.UNIT_HEAD: ("Trưởng phòng", "Trưởng đơn vị", "Trưởng phòng, đơn vị"),
    Role.STAFF: ("Công chức", "Viên chức", "Nhân viên"),
    Role.AUDITOR: ("Đánh giá viên nội bộ",),
    Role.ONE_STOP: ("Một cửa",),
    Role.ADMIN: ("Quản trị",),
}
MOST_LINES = 300
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,59}")


@dataclass
class Line:
    """One line of the workbook: what it says, what is wrong with it, what taking it over does."""

    number: int
    full_name: str = ""
    username: str = ""
    position: str = ""
    unit: OrgUnit | None = None
    email: str = ""
    roles: list[str] = field(default_factory=list)
    valid_from: dt.date | None = None
    person: Person | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    new_roles: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def role_names(self) -> list[str]:
        """The roles in words."""
        return [str(Role(role).label) for role in self.roles]

    @property
    def what(self) -> str:
        """What happens to the line: wrong, new, changed, same."""
        if self.problems:
            return "wrong"
        if self.person is None:
            return "new"
        return "changed" if self.changes or self.new_roles else "same"


@dataclass
class Sheet:
    """Every line of a workbook."""

    lines: list[Line]

    @property
    def problems(self) -> list[tuple[int, Problem]]:
        """Every problem with the number of its row."""
        return [(line.number, problem) for line in self.lines for problem in line.problems]

    def count(self, what: str) -> int:
        """How many lines are new, changed, same or wrong."""
        return sum(line.what == what for line in self.lines)


def template(agency: Agency) -> IO[bytes]:
    """The workbook to fill in, with a line that shows how, for a unit of the agency."""
    with override("vi"):
        unit = OrgUnit.objects.filter(agency=agency).order_by("order", "code").first()
        head = [str(title) for title in COLUMNS.values()]
        shown = [
            _("(example, delete this line)"),
            "an.nguyenvan",
            str(Role.STAFF.label),
            unit.code if unit else "",
            "",
            f"{Role.STAFF.label}, {Role.AUDITOR.label}",
            clock.today(),
        ]
        return sheets.workbook(head, [shown], title="Nhân sự")


def read(agency: Agency, content: bytes) -> Sheet:
    """The lines under the head row, compared with the people who are there; writes nothing.

    Raises Invalid when the bytes are no workbook, a needed column is missing or there are too many lines.
    """
    rows = sheets.first_sheet(content)
    start, columns = _head(rows)
    reader = _Reader(agency)
    lines = []
    for number, row in enumerate(rows[start + 1 :], start=start + 2):
        cells = {key: row[at] if at < len(row) else "" for key, at in columns.items()}
        if not any(sheets.line_of(cell) for cell in cells.values()) or _is_example(cells):
            continue
        lines.append(reader.line(number, cells))
    if not lines:
        raise Invalid(_("There is no line under the head row."))
    if len(lines) > MOST_LINES:
        raise Invalid(_("At most %(n)s lines can be read at once.") % {"n": MOST_LINES})
    return Sheet(lines)


def take_over(agency: Agency, content: bytes, *, acting: Person | None) -> list[tuple[Person, str, str]]:
    """Add and change people; gives (person, user name, one-time password) of each new account.

    All or nothing: raises Invalid with every problem when a line has one.
    """
    passwords = []
    with transaction.atomic():
        require(access.can_administer(acting, agency))
        hold(agency)
        sheet = read(agency, content)
        if sheet.problems:
            raise Invalid(
                [
                    Problem(_("Row %(n)s, %(where)s") % {"n": number, "where": one.where}, one.message)
                    for number, one in sheet.problems
                ]
            )
        for line in sheet.lines:
            passwords += _take(agency, line, acting)
        counts = {what: (None, sheet.count(what)) for what in ("new", "changed", "same")}
        audit.record("qms.people.imported", agency, counts, acting=acting)
    return passwords


def _take(agency: Agency, line: Line, acting: Person | None) -> list[tuple[Person, str, str]]:
    start = line.valid_from or clock.today()
    made = []
    if line.person is None:
        person = person_add(
            agency,
            acting=acting,
            full_name=line.full_name,
            position=line.position,
            unit=line.unit,
            email=line.email,
            valid_from=start,
        )
        _user, password = account_create(person, acting=acting, username=line.username)
        made = [(person, line.username, password)]
    else:
        person = line.person
        if line.changes:
            wanted = {name: new for name, (_old, new) in line.changes.items()}
            person = person_change(person, acting=acting, **wanted)
    for role in line.new_roles:
        unit = line.unit if role in NEEDS_UNIT else None
        role_assign(person, acting=acting, role=role, valid_from=max(start, person.valid_from), unit=unit)
    return made


def _head(rows: list[list[Any]]) -> tuple[int, dict[str, int]]:
    found = sheets.head_of(rows, sheets.names_of(COLUMNS, SYNONYMS), NEEDED)
    if found is None:
        titles = ", ".join(f"“{COLUMNS[key]}”" for key in NEEDED)
        raise Invalid(_("The columns %(titles)s were not found in the first rows.") % {"titles": titles})
    return found


def _is_example(cells: dict[str, Any]) -> bool:
    with override("vi"):
        return sheets.line_of(cells["full_name"]) == _("(example, delete this line)")


class _Reader:
    """Turns cells into lines: units, roles and people are looked up once."""

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        today = clock.today()
        self.units: dict[str, list[OrgUnit]] = {}
        for unit in OrgUnit.objects.filter(agency=agency):
            if unit.valid_to is None or unit.valid_to >= today:
                for name in {unit.code, unit.name, unit.short_name, unit.abbreviation}:
                    self._unit(name, unit)
        for alias in OrgUnitAlias.objects.filter(agency=agency).select_related("unit"):
            self._unit(alias.name, alias.unit)
        self.roles = {fold(word): str(role) for role, words in ROLE_WORDS.items() for word in words}
        for language in ("vi", "en"):
            with override(language):
                self.roles |= {fold(str(label)): value for value, label in Role.choices}
        people = Person.objects.filter(agency=agency).select_related("user", "unit")
        self.people = {
            one.user.username: one for one in people.prefetch_related("role_assignments") if one.user
        }
        self.emails = {one.email: one for one in people if one.email}
        self.taken = set(User.objects.values_list("username", flat=True)) - set(self.people)
        self.seen: dict[str, int] = {}

    def _unit(self, name: str, unit: OrgUnit) -> None:
        if name and unit not in (known := self.units.setdefault(fold(name), [])):
            known.append(unit)

    def line(self, number: int, cells: dict[str, Any]) -> Line:
        """One line with its problems."""
        line = Line(number)
        said = {key: sheets.line_of(cell) for key, cell in cells.items()}
        line.full_name = said.get("full_name", "")[:120]
        line.position = said.get("position", "")[:160]
        if len(line.full_name.split()) < 2:
            self._wrong(line, "full_name", _("Family name and given name are needed."), line.full_name)
        self._username(line, said.get("username", ""))
        self._place(line, said.get("unit", ""))
        self._email(line, said.get("email", ""))
        self._roles(line, said.get("roles", ""))
        self._day(line, cells.get("valid_from"))
        if not line.problems:
            self._compare(line, said)
        return line

    @staticmethod
    def _wrong(line: Line, column: str, message: str, value: str = "") -> None:
        line.problems.append(Problem(str(COLUMNS[column]), message, value))

    def _username(self, line: Line, said: str) -> None:
        line.username = said.lower()
        if not _USERNAME.fullmatch(line.username):
            words = _("3 to 60 small letters without marks, digits, dots or hyphens.")
        elif line.username in self.seen:
            words = _("The same user name stands in row %(n)s.") % {"n": self.seen[line.username]}
        elif line.username in self.taken:
            words = _("This user name is taken.")
        else:
            self.seen[line.username] = line.number
            line.person = self.people.get(line.username)
            return
        self._wrong(line, "username", words, said)

    def _place(self, line: Line, said: str) -> None:
        if not said:
            return
        found = self.units.get(fold(said), [])
        if not found:
            self._wrong(line, "unit", _("No unit is called “%(name)s”.") % {"name": said}, said)
        elif len(found) > 1:
            codes = ", ".join(unit.code for unit in found)
            words = _("Several units are called so; write the code: %(codes)s.") % {"codes": codes}
            self._wrong(line, "unit", words, said)
        else:
            line.unit = found[0]

    def _email(self, line: Line, said: str) -> None:
        line.email = said.lower()
        if not line.email:
            return
        holder = self.emails.get(line.email)
        try:
            validate_email(line.email)
        except ValidationError:
            self._wrong(line, "email", _("This is no e-mail address."), said)
        else:
            if holder is not None and holder != line.person:
                words = _("%(person)s already uses this address.") % {"person": holder}
                self._wrong(line, "email", words, said)
            self.emails.setdefault(line.email, line.person or Person(full_name=line.full_name))

    def _roles(self, line: Line, said: str) -> None:
        for word in re.split(r"[,;\n]", said):
            if not word.strip():
                continue
            role = self.roles.get(fold(word.strip()))
            if role is None:
                known = ", ".join(str(label) for _value, label in Role.choices)
                words = _("No role is called “%(name)s”. Roles: %(known)s.")
                self._wrong(line, "roles", words % {"name": word.strip(), "known": known}, said)
            elif role not in line.roles:
                line.roles.append(role)
        if any(role in NEEDS_UNIT for role in line.roles) and line.unit is None:
            self._wrong(line, "unit", _("The role of unit head needs a unit."))

    def _day(self, line: Line, value: Any) -> None:
        if isinstance(value, dt.datetime):
            line.valid_from = value.date()
        elif isinstance(value, dt.date):
            line.valid_from = value
        elif said := sheets.line_of(value):
            match = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", said)
            try:
                line.valid_from = (
                    dt.date(*(int(part) for part in reversed(match.groups()))) if match else None
                )
            except ValueError:
                line.valid_from = None
            if line.valid_from is None:
                self._wrong(line, "valid_from", _("Write the day as dd/mm/yyyy."), said)

    def _compare(self, line: Line, said: dict[str, str]) -> None:
        line.new_roles = list(line.roles)
        if line.person is None:
            return
        wanted: dict[str, Any] = {"full_name": line.full_name}
        for name in ("position", "email", "unit"):
            if said.get(name):
                wanted[name] = getattr(line, name)
        line.changes = audit.diff(line.person, **wanted)
        today = clock.today()
        held = {
            (row.role, row.unit_id)
            for row in line.person.role_assignments.all()
            if row.valid_to is None or row.valid_to >= today
        }
        line.new_roles = [
            role
            for role in line.roles
            if (role, line.unit.pk if role in NEEDS_UNIT and line.unit else None) not in held
            and not (role not in NEEDS_UNIT and any(role == one for one, _unit in held))
        ]
