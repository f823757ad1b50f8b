"""Who may do what with risks, registers, context and changes.

Units own their entries, the standing unit consolidates, the head of the committee approves (RACI of the
risk register); whoever drafted something does not approve it. The portal itself (None) always may.
"""

from typing import Any

from django.utils.translation import gettext as _

from qms.models import OrgUnit, Person, Role
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
from risks.models import PlannedChange, Register, RegisterRow, Risk, RiskAction, Suggestion

__all__ = ["in_secretariat", "insider", "secretariat"]

LOCKED_STATES = (Register.State.SUBMITTED, Register.State.CONFIRMED, Register.State.CONSOLIDATED)
APPROVERS = (Role.COMMITTEE_HEAD, Role.LEADER)
CONTEXT_ROLES = (Role.UNIT_HEAD, Role.COMMITTEE_HEAD, Role.COMMITTEE_MEMBER, Role.LEADER, Role.SECRETARY)


@on_record
def can_draft(person: Person, unit: OrgUnit | None) -> Verdict:
    """Write entries of a unit (None: of the whole agency): its people, or who keeps the registers."""
    if not insider(person) or in_secretariat(person):
        return insider(person)
    if unit is None:
        return has_any_role(person, Role.COMMITTEE_HEAD, Role.COMMITTEE_MEMBER, Role.LEADER)
    if person.unit_id == unit.pk or person.has_role(Role.UNIT_HEAD, unit=unit):
        return ALLOW
    return deny(_("Only people of %(unit)s and the ISO secretary may do this.") % {"unit": unit})


@on_record
def can_keep(person: Person, of: Any) -> Verdict:
    """Keep what belongs to no unit of an agency: its scale, library, starting data, papers."""
    return secretariat(person)


def unlocked(risk: Risk) -> Verdict:
    """Content stands still while a register that contains it waits for a decision."""
    if RegisterRow.objects.filter(risk=risk, register__state__in=LOCKED_STATES).exists():
        return deny(_("Its register is waiting for a decision; have it returned before changing anything."))
    return ALLOW


@on_record
def can_edit(person: Person, risk: Risk) -> Verdict:
    """Change what an entry says, its scores, treatment and actions; possible in a living register too."""
    if risk.state == Risk.State.CLOSED:
        return deny(_("It has been dropped."))
    return all_of(can_draft(person, risk.unit), unlocked(risk))


@on_record
def can_accept(person: Person, risk: Risk) -> Verdict:
    """Accept a high risk for a time: a leader, and not the one who drafted it."""
    return all_of(
        has_any_role(person, Role.LEADER),
        different_people(person, risk.drafted_by, _("Whoever drafted a risk cannot accept it.")),
    )


@on_record
def can_report(person: Person, action: RiskAction) -> Verdict:
    """Report an action done: its owner, the head of the unit, or who keeps the registers."""
    unit = action.risk.unit
    heads = unit is not None and person.has_role(Role.UNIT_HEAD, unit=unit)
    if person.pk == action.owner_id or heads or in_secretariat(person):
        return ALLOW
    words = _("Only %(person)s, the unit head and the ISO secretary may do this.")
    return deny(words % {"person": action.owner})


@on_record
def can_judge(person: Person, action: RiskAction) -> Verdict:
    """Judge whether an action worked: somebody who answers for it, never its owner."""
    if person.pk == action.owner_id:
        return deny(_("The owner of an action does not judge its effect."))
    unit = action.risk.unit
    if unit is not None and person.has_role(Role.UNIT_HEAD, unit=unit):
        return ALLOW
    if in_secretariat(person) or person.has_role(Role.COMMITTEE_HEAD, Role.COMMITTEE_MEMBER, Role.LEADER):
        return ALLOW
    return deny(_("Only the unit head, the ISO secretary and the ISO committee may do this."))


@on_record
def can_write_register(person: Person, register: Register) -> Verdict:
    """Change the rows of a register while it is being drawn up, and submit it."""
    if not register.is_editable:
        words = _("The register is “%(state)s”; rows change only while it is being drawn up.")
        return deny(words % {"state": register.get_state_display()})
    return secretariat(person) if register.unit is None else can_draft(person, register.unit)


@on_record
def can_confirm(person: Person, register: Register) -> Verdict:
    """Confirm a unit's register: its head, and not the one who drew it up."""
    if register.unit is None or not person.has_role(Role.UNIT_HEAD, unit=register.unit):
        return deny(_("Only the head of %(unit)s may do this.") % {"unit": register.place})
    return different_people(person, register.drafted_by, _("Whoever drew the register up cannot confirm it."))


@on_record
def can_return(person: Person, register: Register) -> Verdict:
    """Send a register back: whoever is to decide on it next."""
    if register.unit is None:
        return has_any_role(person, *APPROVERS)
    if register.state == Register.State.SUBMITTED and person.has_role(Role.UNIT_HEAD, unit=register.unit):
        return ALLOW
    return secretariat(person)


@on_record
def can_approve(person: Person, register: Register) -> Verdict:
    """Approve the agency's register: the committee's head or a leader who drafted none of it."""
    verdict = has_any_role(person, *APPROVERS)
    if not verdict:
        return verdict
    parts = [register, *register.parts.all()]
    if any(person.pk in {part.drafted_by_id, part.confirmed_by_id} for part in parts):
        return deny(_("Whoever drew up or confirmed a part of the register cannot approve it."))
    return ALLOW


def can_edit_context(person: Person | None, of: Any = None) -> Verdict:
    """Write down context issues and parties, draw up planned changes: heads, committee, secretary.

    `of` is the agency, or a record of it, that is written in.
    """
    if person is None:
        return ALLOW
    if of is not None and person.agency_id != getattr(of, "agency_id", of.pk):
        return deny(_("This record belongs to another agency."))
    return has_any_role(person, *CONTEXT_ROLES)


@on_record
def can_steer_change(person: Person, change: PlannedChange) -> Verdict:
    """Submit, follow up or take back a change: its drafter or who keeps the registers."""
    return ALLOW if person.pk == change.drafted_by_id else secretariat(person)


@on_record
def can_edit_change(person: Person, change: PlannedChange) -> Verdict:
    """Edit a change while it is being drawn up."""
    if change.state != PlannedChange.State.DRAFT:
        return deny(_("Only a change that is being drawn up can be edited."))
    return can_steer_change(person, change)


@on_record
def can_decide_change(person: Person, change: PlannedChange) -> Verdict:
    """Decide on a change: a leader who did not draft it."""
    return all_of(
        has_any_role(person, Role.LEADER),
        different_people(person, change.drafted_by, _("Whoever drafted a change cannot approve it.")),
    )


@on_record
def can_decide_suggestion(person: Person, suggestion: Suggestion) -> Verdict:
    """Accept or dismiss a suggestion: those who write the unit's register."""
    return can_draft(person, suggestion.unit)
