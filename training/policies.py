"""Who may do what with competence and training: nobody judges or approves the own work or learning.

The portal itself (None) always may; records of another agency are refused.
"""

from typing import Any

from django.utils.translation import gettext as _

from qms import home
from qms.models import Person, Role
from qms.policies import (
    ALLOW,
    Verdict,
    all_of,
    deny,
    different_people,
    has_any_role,
    in_secretariat,
    insider,
    on_record,
    secretariat,
)
from training.models import Course, CourseFile, Participation, TrainingNeed, TrainingPlan

__all__ = ["in_secretariat", "insider", "secretariat"]

APPROVERS = (Role.LEADER, Role.COMMITTEE_HEAD)


def _own(person: Person, record: Any) -> Verdict:
    if person.agency_id != record.agency_id:
        return deny(_("This record belongs to another agency."))
    return insider(person)


def organises(person: Person) -> bool:
    """Who keeps requirements, plans and courses: the ISO secretary, the head of the standing unit."""
    return in_secretariat(person)


def can_organise(person: Person | None) -> Verdict:
    """Page policy: keep requirements, plans and courses of the own agency."""
    return secretariat(person)


@on_record
def can_organise_in(person: Person, record: Any) -> Verdict:
    """The same, for a record or the agency itself."""
    return all_of(insider(person), can_organise(person))


def can_add_file(
    person: Person | None, course: Course, participation: Participation | None = None
) -> Verdict:
    """Add files of a course: who organises; a certificate also whoever earned it."""
    if person is None:
        return ALLOW
    if participation is not None and participation.person_id == person.pk:
        return _own(person, course)
    return can_organise_in(person, course)


def can_open_file(person: Person | None, one: CourseFile) -> Verdict:
    """Files of a course are open to everybody, a certificate to whoever may see the person's competence."""
    if person is None:
        return ALLOW
    if one.participation is None:
        return _own(person, one)
    return can_see_person(person, one.participation.person)


def can_propose(person: Person | None) -> Verdict:
    """Page policy: propose a training need: anyone of the agency."""
    return ALLOW if person is None else insider(person)


@on_record
def can_propose_in(person: Person, agency: Any) -> Verdict:
    """The same, for the agency."""
    return insider(person)


def can_settle_need(person: Person | None, need: TrainingNeed) -> Verdict:
    """Take a need up or not."""
    return can_organise_in(person, need)


def can_see_person(person: Person | None, other: Person) -> Verdict:
    """See somebody's competence: oneself, the head of the unit, the board, who organises."""
    if person is None:
        return ALLOW
    near = (
        person.pk == other.pk
        or organises(person)
        or person.has_role(*APPROVERS, Role.COMMITTEE_MEMBER)
        or (other.unit is not None and other.unit.pk in home.units_headed(person))
    )
    words = _("Only the person, the head of the unit, the board and who organises the training see this.")
    return all_of(_own(person, other), ALLOW if near else deny(words))


def can_assess(person: Person | None, other: Person) -> Verdict:
    """Say what somebody masters: the head of the unit, a leader, who organises; never of oneself."""
    if person is None:
        return ALLOW
    headed = other.unit is not None and other.unit.pk in home.units_headed(person)
    near = headed or organises(person) or person.has_role(*APPROVERS)
    words = _("Only the head of the unit, a leader and who organises the training assess competence.")
    return all_of(
        _own(person, other),
        different_people(person, other, _("Nobody assesses the own competence.")),
        ALLOW if near else deny(words),
    )


def can_edit_plan(person: Person | None, plan: TrainingPlan) -> Verdict:
    """Work on a draft."""
    draft = plan.state == TrainingPlan.State.DRAFT
    if person is None:
        return ALLOW
    return all_of(
        can_organise_in(person, plan),
        ALLOW if draft else deny(_("Only a draft can be changed.")),
    )


def can_approve_plan(person: Person | None, plan: TrainingPlan) -> Verdict:
    """Approve or return a plan: a leader who did not draft it."""
    if person is None:
        return ALLOW
    return all_of(
        _own(person, plan),
        has_any_role(person, *APPROVERS),
        different_people(person, plan.drafted_by, _("Who drafted the plan does not approve it.")),
    )


def can_judge(person: Person | None, one: Participation) -> Verdict:
    """Judge the effect of a course on a person: the judge named, or the head of the unit; never oneself."""
    if person is None:
        return ALLOW
    unit = one.person.unit
    near = person.pk == one.judge_id or (unit is not None and unit.pk in home.units_headed(person))
    words = _("Only the judge named and the head of the unit judge the effect.")
    return all_of(
        _own(person, one),
        different_people(person, one.person, _("Nobody judges the effect of the own training.")),
        ALLOW if near else deny(words),
    )
