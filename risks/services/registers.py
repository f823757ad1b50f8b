"""Registers of a year: opened with what was carried over, submitted, confirmed, consolidated, approved.

Unit: draft → submitted → confirmed by its head → taken into the agency's register → approved with it.
Agency: draft → submitted by the standing unit → approved by the head of the ISO committee or a leader.
"""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from qms import audit, clock, notifications
from qms.exceptions import Invalid, Problem
from qms.models import Agency, OrgUnit, Person, Role
from qms.policies import require
from qms.registry import fulfilment_changed
from qms.text import nfc
from qms.workflow import hold, locked, move
from risks import policies, workflow
from risks.models import Register, RegisterRow, Risk
from risks.selectors import registers as reading
from risks.selectors.people import holders
from risks.selectors.scale import scale_in_force
from risks.services.freezing import register_freeze

Decision = RegisterRow.Decision


def register_open(
    agency: Agency, *, acting: Person | None, year: int, unit: OrgUnit | None = None
) -> Register:
    """Open the register of a unit (or of the agency) for a year with every risk that is followed up.

    A second one in the same year is a new version, its rows kept until somebody changes them. Raises
    Invalid when one is already under way or the agency has no scale.
    """
    with transaction.atomic():
        require(policies.can_keep(acting, agency) if unit is None else policies.can_draft(acting, unit))
        hold(agency)
        _check_opening(agency, unit, year)
        scale = scale_in_force(agency)
        if scale is None:
            raise Invalid(_("The agency has no scale of risks yet."))
        previous = reading.last_approved(agency, unit)
        same_year = Register.objects.filter(agency=agency, unit=unit, year=year)
        version = (same_year.aggregate(most=Max("version"))["most"] or 0) + 1
        register: Register = Register.objects.create(
            agency=agency,
            unit=unit,
            year=year,
            version=version,
            scale=scale,
            previous=previous,
            opened_by=acting,
        )
        carried = Decision.KEPT if version > 1 else Decision.UNDECIDED
        _carry(register, carried)
        audit.record("risks.register.opened", register, acting=acting)
    return register


def row_decide(row: RegisterRow, *, acting: Person | None, decision: str, note: str = "") -> RegisterRow:
    """Say what the review makes of a carried row: kept, changed or dropped (with its reason)."""
    note = nfc(note.strip())
    if decision not in {Decision.KEPT, Decision.CHANGED, Decision.DROPPED}:
        raise Invalid([Problem("decision", _("Choose what becomes of it."))])
    if decision == Decision.DROPPED and not note:
        raise Invalid([Problem("note", _("Give the reason for dropping it."))])
    with transaction.atomic(), locked(row.register) as register, locked(row) as row:
        require(policies.can_write_register(acting, register))
        if row.decision == Decision.NEW and decision != Decision.DROPPED:
            raise Invalid(_("This row is new in this register."))
        if row.decision == Decision.CHANGED and decision == Decision.KEPT:
            raise Invalid(_("It was changed in this review; it cannot be marked as kept."))
        changes = audit.apply(row, decision=decision, note=note)
        if changes:
            audit.record("risks.register.row_decided", row, changes, acting=acting, note=row.risk.code)
    return row


def rows_keep(register: Register, *, acting: Person | None) -> int:
    """Keep every carried row that has not been decided on yet; gives back how many."""
    with transaction.atomic(), locked(register) as register:
        require(policies.can_write_register(acting, register))
        waiting = register.rows.filter(decision=Decision.UNDECIDED)
        number = waiting.update(decision=Decision.KEPT)
        if number:
            audit.record("risks.register.rows_kept", register, {"rows": (None, number)}, acting=acting)
    return number


def register_adopt_scale(register: Register, *, acting: Person | None) -> Register:
    """Go on with the scale now in force; scores given on the former one stay in the line of scores."""
    with transaction.atomic(), locked(register) as register:
        require(policies.can_write_register(acting, register))
        changes = audit.apply(register, scale=scale_in_force(register.agency))
        if changes:
            audit.record("risks.register.scale_adopted", register, changes, acting=acting)
    return register


def register_submit(register: Register, *, acting: Person | None) -> Register:
    """Hand the register on to whoever decides next; its rows stand still from here.

    A unit head hands it straight over to the standing unit. Raises Invalid with every row that is not
    ready.
    """
    with transaction.atomic(), locked(register) as register:
        require(policies.can_write_register(acting, register))
        problems = [problem for problem in reading.register_problems(register) if problem.blocks == "submit"]
        if problems:
            raise Invalid([Problem(problem.code, problem.text) for problem in problems])
        heads = register.unit is not None and acting is not None
        heads = heads and acting.has_role(Role.UNIT_HEAD, unit=register.unit)  # type: ignore[union-attr]
        now = clock.now()
        values: dict[str, Any] = {"drafted_by": acting, "submitted_at": now, "return_note": ""}
        if heads:
            values |= {"confirmed_by": acting, "confirmed_at": now}
        changes = move(register, workflow.REGISTER["hand_over" if heads else "submit"], **values)
        audit.record("risks.register.submitted", register, changes, acting=acting)
        _tell_next(register)
    return register


def register_confirm(register: Register, *, acting: Person | None) -> Register:
    """The unit head confirms what others drew up."""
    with transaction.atomic(), locked(register) as register:
        require(policies.can_confirm(acting, register))
        changes = move(register, workflow.REGISTER["confirm"], confirmed_by=acting, confirmed_at=clock.now())
        audit.record("risks.register.confirmed", register, changes, acting=acting)
        _tell_next(register)
    return register


def register_return(register: Register, *, acting: Person | None, note: str) -> Register:
    """Send a register back to be worked on, with the reason."""
    note = nfc(note.strip())
    if not note:
        raise Invalid([Problem("note", _("Say what has to be worked on."))])
    with transaction.atomic(), locked(register) as register:
        require(policies.can_return(acting, register))
        changes = move(
            register,
            workflow.REGISTER["return"],
            return_note=note,
            confirmed_by=None,
            confirmed_at=None,
            submitted_at=None,
        )
        audit.record("risks.register.returned", register, changes, acting=acting, note=note)
        if register.drafted_by is not None:
            notifications.notify(
                register.drafted_by,
                topic="risks",
                title=_("Returned: %(register)s") % {"register": register},
                body=note,
                url=register.get_absolute_url(),
                key=f"register-returned:{register.pk}:{uuid.uuid4()}",
            )
    return register


def register_consolidate(register: Register, part: Register, *, acting: Person | None) -> Register:
    """Take a confirmed unit register into the agency's register that is being drawn up."""
    with transaction.atomic(), locked(register) as register, locked(part) as part:
        require(policies.can_write_register(acting, register))
        if register.unit is not None or part.unit is None or part.year != register.year:
            raise Invalid(_("A unit's register goes into the agency's register of the same year."))
        changes = move(part, workflow.REGISTER["consolidate"], parent=register)
        audit.record("risks.register.consolidated", part, changes, acting=acting)
    return part


def register_release(part: Register, *, acting: Person | None) -> Register:
    """Take a unit register out of the agency's register again, while that is being drawn up."""
    if part.parent is None:
        raise Invalid(_("It is not part of the agency's register."))
    with transaction.atomic(), locked(part.parent) as register, locked(part) as part:
        require(policies.can_write_register(acting, register))
        changes = move(part, workflow.REGISTER["release"], parent=None)
        audit.record("risks.register.released", part, changes, acting=acting)
    return part


def register_approve(register: Register, *, acting: Person | None) -> Register:
    """Approve the agency's register with all its parts, and freeze what they say.

    In the same transaction new entries are followed up, dropped ones close, and former versions of the
    year are superseded. Raises Invalid while a high risk is accepted without a leader.
    """
    with transaction.atomic(), locked(register) as register:
        if register.unit is not None:
            raise Invalid(_("A unit's register is approved with the agency's register."))
        require(policies.can_approve(acting, register))
        problems = reading.register_problems(register)
        if problems:
            raise Invalid([Problem(problem.code, problem.text) for problem in problems])
        for part in [*register.parts.filter(state=Register.State.CONSOLIDATED), register]:
            _approve_one(part, acting)
        _tell_approved(register)
        fulfilment_changed(register.agency)
    return register


def _check_opening(agency: Agency, unit: OrgUnit | None, year: int) -> None:
    under_way = (
        Register.objects.filter(agency=agency, unit=unit)
        .exclude(state__in=[Register.State.APPROVED, Register.State.SUPERSEDED])
        .first()
    )
    if under_way is not None:
        raise Invalid(_("“%(register)s” is still under way.") % {"register": under_way})
    if unit is not None and not unit.exists_on(clock.today()):
        raise Invalid(_("%(unit)s no longer exists.") % {"unit": unit})
    if not 2015 <= year <= clock.today().year + 1:
        raise Invalid([Problem("year", _("Choose this year or the next."), str(year))])


def _carry(register: Register, decision: str) -> None:
    risks = Risk.objects.filter(agency=register.agency, unit=register.unit).exclude(state=Risk.State.CLOSED)
    RegisterRow.objects.bulk_create(
        RegisterRow(
            agency=register.agency,
            register=register,
            risk=risk,
            decision=Decision.NEW if risk.state == Risk.State.DRAFT else decision,
        )
        for risk in risks
    )


def _approve_one(register: Register, acting: Person | None) -> None:
    former = Register.objects.filter(
        agency=register.agency, unit=register.unit, year=register.year, state=Register.State.APPROVED
    )
    for old in former.exclude(pk=register.pk):
        changes = move(old, workflow.REGISTER["supersede"])
        audit.record("risks.register.superseded", old, changes, acting=acting)
    digest = register_freeze(register)
    changes = move(
        register,
        workflow.REGISTER["approve"],
        approved_by=acting,
        approved_at=clock.now(),
        digest=digest,
    )
    audit.record("risks.register.approved", register, changes, acting=acting)


def _tell_next(register: Register) -> None:
    if register.state == Register.State.CONFIRMED:
        people = holders(register.agency, Role.SECRETARY)
    elif register.unit is None:
        people = holders(register.agency, Role.COMMITTEE_HEAD)
    else:
        people = holders(register.agency, Role.UNIT_HEAD, unit=register.unit)
    for person in people:
        notifications.notify(
            person,
            topic="risks",
            title=_("Waiting for you: %(register)s") % {"register": register},
            url=register.get_absolute_url(),
            key=f"register:{register.pk}:{register.state}:{register.submitted_at:%Y%m%d%H%M%S}",
        )


def _tell_approved(register: Register) -> None:
    parts = register.parts.select_related("drafted_by")
    for person in {part.drafted_by for part in parts if part.drafted_by}:
        notifications.notify(
            person,
            topic="risks",
            title=_("Approved: %(register)s") % {"register": register},
            url=register.get_absolute_url(),
            key=f"register-approved:{register.pk}",
        )
