"""The start of an agency: steps from an empty portal to work, each with its state and its page (4.4, 5.3).

What is the default may be kept as it is: saying so is an entry of the audit trail, and that is its record.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from qms import access, audit, clock, registry
from qms.exceptions import Invalid
from qms.models import (
    Agency,
    AuditEntry,
    CalendarDay,
    ClauseApplicability,
    OfficeHours,
    OrgUnit,
    Person,
    Role,
    RoleAssignment,
)
from qms.policies import any_role, require
from qms.selectors.standard import edition_in_force
from qms.start_steps import StartState, StartStep, start_steps
from qms.workflow import hold

may_start = any_role(Role.ADMIN, Role.SECRETARY)
KEPT = "qms.start.kept"
GROUPS = (
    ("agency", _("Agency, units, people")),
    ("system", _("Calendar, standard, scales")),
    ("papers", _("Papers and signatures")),
    ("year", _("Objectives, plan and registers of the year")),
    ("data", _("Procedures and dossiers")),
)
WANTED = (Role.LEADER, Role.COMMITTEE_HEAD, Role.SECRETARY, Role.UNIT_HEAD, Role.CLERK)


@dataclass(frozen=True)
class Standing:
    """A step with its state for one person: may they do it, was its default kept."""

    step: StartStep
    state: StartState
    kept: bool
    may: bool
    reason: str = ""

    @property
    def done(self) -> bool:
        """Done, or its default kept on purpose."""
        return self.state.done or self.kept

    @property
    def url(self) -> str:
        """The page that does it."""
        return reverse(self.step.url_name)


@dataclass(frozen=True)
class Guide:
    """Every step and how far the agency is."""

    standings: list[Standing]

    @property
    def needed(self) -> list[Standing]:
        """Steps without which the agency does not run."""
        return [one for one in self.standings if one.step.needed]

    @property
    def done(self) -> int:
        """How many of the needed steps are done."""
        return sum(one.done for one in self.needed)

    @property
    def is_running(self) -> bool:
        """Whether every needed step is done."""
        return all(one.done for one in self.needed)

    @property
    def next(self) -> Standing | None:
        """The first step to do now: needed ones first."""
        open_steps = [one for one in self.standings if not one.done]
        return next((one for one in open_steps if one.step.needed), open_steps[0] if open_steps else None)

    @property
    def groups(self) -> list[tuple[str, list[Standing]]]:
        """Steps under the headings of their groups."""
        found = [(str(label), [one for one in self.standings if one.step.group == key])
                 for key, label in GROUPS]  # fmt: skip
        return [(label, rows) for label, rows in found if rows]


def guide(person: Person) -> Guide:
    """How far the agency of a person is."""
    agency = person.agency
    kept = set(AuditEntry.objects.filter(agency=agency, verb=KEPT).values_list("note", flat=True))
    order = {key: place for place, (key, _label) in enumerate(GROUPS)}
    made = []
    for step in sorted(start_steps, key=lambda one: (order[one.group], one.order)):
        verdict = step.policy(person)
        reason = "" if verdict else str(verdict.reason)
        made.append(Standing(step, step.find(agency), step.key in kept, bool(verdict), reason))
    return Guide(made)


def step_keep(agency: Agency, key: str, *, acting: Person) -> None:
    """Say that what a step starts with is kept as it is; raises Invalid for an unknown step."""
    if key not in {step.key for step in start_steps}:
        raise Invalid(_now("There is no such step."))
    with transaction.atomic():
        require(may_start(acting))
        hold(agency)
        if not AuditEntry.objects.filter(agency=agency, verb=KEPT, note=key).exists():
            audit.record(KEPT, agency, acting=acting, note=key)


def _agency(agency: Agency) -> StartState:
    fields = ("parent_name", "place", "address")
    empty = [str(agency._meta.get_field(name).verbose_name) for name in fields if not getattr(agency, name)]  # type: ignore[union-attr]
    return StartState(not empty, agency.name, ", ".join(empty))


def _units(agency: Agency) -> StartState:
    today = clock.today()
    rows = [unit for unit in OrgUnit.objects.filter(agency=agency) if unit.exists_on(today)]
    missing = []
    if len(rows) < 2:
        missing.append(_now("further units"))
    if not any(unit.is_standing_unit for unit in rows):
        missing.append(_now("which unit is the standing unit"))
    if not any(unit.handles_procedures for unit in rows):
        missing.append(_now("which units handle administrative procedures"))
    return StartState(not missing, _now("%(n)s units") % {"n": len(rows)}, ", ".join(missing))


def _people(agency: Agency) -> StartState:
    rows = Person.objects.filter(agency=agency, valid_to=None)
    count, accounts = rows.count(), rows.exclude(user=None).count()
    have = _now("%(n)s people, %(a)s with an account") % {"n": count, "a": accounts}
    missing = "" if accounts > 1 else _now("people with accounts besides the administrator")
    return StartState(accounts > 1, have, missing)


def _roles(agency: Agency) -> StartState:
    today = clock.today()
    rows = RoleAssignment.objects.filter(agency=agency, valid_from__lte=today)
    held = {row.role for row in rows if row.holds_on(today)}
    lacking = [str(role.label) for role in WANTED if role not in held]
    have = _now("%(n)s of %(all)s roles held") % {"n": len(WANTED) - len(lacking), "all": len(WANTED)}
    return StartState(not lacking, have, ", ".join(lacking))


def _hours(agency: Agency) -> StartState:
    rows = OfficeHours.objects.filter(agency=agency)
    days = len({row.weekday for row in rows})
    changed = AuditEntry.objects.filter(
        agency=agency, verb="qms.calendar.changed", subject_id=str(agency.pk), actor__isnull=False
    )
    have = _now("%(n)s working days a week") % {"n": days}
    return StartState(days > 0 and changed.exists(), have, _now("check them, or keep them as they are"))


def _days(agency: Agency) -> StartState:
    year = clock.today().year
    count = CalendarDay.objects.filter(agency=None, day__year=year).count()
    have = _now("%(n)s days off and exchanged in %(year)s") % {"n": count, "year": year}
    return StartState(count > 0, have, "" if count else _now("the days off of the year"))


def _standard(agency: Agency) -> StartState:
    edition = edition_in_force(clock.today())
    if edition is None:
        return StartState(False, "", _now("an edition of the standard"))
    said = ClauseApplicability.objects.filter(agency=agency, clause__edition=edition).count()
    missing = "" if said else _now("which clauses do not apply, or that every clause does")
    return StartState(said > 0, edition.code, missing)


def register() -> None:
    """The steps of the core, and the reminder until the agency runs."""
    step, admin = StartStep, access.may_administer
    start_steps.add(
        step("agency", "agency", _("Agency data"), _("Letterhead, place and address as papers print them."),
             "agency-edit", _("Edit the agency"), _agency, 10, policy=admin),
        step("units", "agency", _("Units"), _("Divisions and centres, the standing unit, the one-stop desk."),
             "unit-tree", _("Enter the units"), _units, 20, policy=access.may_read),
        step("people", "agency", _("People and accounts"), _("All at once from a workbook, or one by one."),
             "people-import", _("Take over a workbook"), _people, 30, policy=admin),
        step("roles", "agency", _("Roles"), _("Who leads, approves, keeps the system, numbers papers."),
             "person-list", _("Assign the roles"), _roles, 40, policy=admin),
        step("hours", "system", _("Office hours"), _("Deadlines of dossiers count in these hours."),
             "office-hours", _("Set the office hours"), _hours, 10, policy=admin, keepable=True),
        step("days", "system", _("Days off"), _("Public holidays, exchanged days, the agency's own days."),
             "calendar", _("Look at the calendar"), _days, 20, policy=access.may_read),
        step("standard", "system", _("Clauses that apply"), _("What does not apply needs a justification."),
             "standard", _("Say which clauses apply"), _standard, 30, policy=access.may_read, keepable=True),
    )  # fmt: skip
    registry.work.add(waiting)


def waiting(person: Person) -> Iterable[registry.WorkItem]:
    """For administrators, until the agency runs; agencies with published work are long past it."""
    if not person.has_role(Role.ADMIN) or person.agency.is_demo:
        return
    found = guide(person)
    if not found.is_running:
        yield registry.WorkItem(
            _("Set the agency up"),
            _now("%(n)s of %(all)s steps done") % {"n": found.done, "all": len(found.needed)},
            reverse("start"),
            _("Go on with the guide"),
            icon="list-checks",
            key="start",
        )
