"""Who may do what with complaints: who handles one does not confirm its answer; a leader does.

The portal itself (None) always may; records of another agency are refused.
"""

from django.utils.translation import gettext as _

from feedback.models import Feedback, SatisfactionReport
from qms.models import Agency, Person, Role
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

__all__ = ["in_secretariat", "insider"]

CONFIRMERS = (Role.LEADER, Role.COMMITTEE_HEAD)


def _own(person: Person, record: "Feedback | SatisfactionReport") -> Verdict:
    if person.agency_id != record.agency_id:
        return deny(_("This record belongs to another agency."))
    return insider(person)


def steers(person: Person, case: Feedback) -> bool:
    """Who leads the handling: the secretariat, a leader, the head of the unit it is about."""
    if in_secretariat(person) or person.has_role(*CONFIRMERS):
        return True
    return case.unit is not None and person.has_role(Role.UNIT_HEAD, unit=case.unit)


@on_record
def can_record(person: Person, agency: Agency) -> Verdict:
    """Write down what a citizen said: anyone of the agency."""
    return insider(person)


def can_edit(person: Person | None, case: Feedback) -> Verdict:
    """Correct what was written down, until the answer is confirmed."""
    if person is None:
        return ALLOW
    concerned = person.pk in {case.recorded_by_id, case.handler_id} or steers(person, case)
    return all_of(
        _own(person, case),
        ALLOW if concerned else deny(_("Only who recorded or handles it and who leads the handling may.")),
        ALLOW if case.is_open else deny(_("It has been dealt with.")),
    )


def can_see_files(person: Person | None, case: Feedback) -> Verdict:
    """Open and add files, which may name citizens: who recorded or handles it, and who leads the handling."""
    if person is None:
        return ALLOW
    concerned = person.pk in {case.recorded_by_id, case.handler_id} or steers(person, case)
    words = _("Only who recorded or handles it and who leads the handling may.")
    return all_of(_own(person, case), ALLOW if concerned else deny(words))


def can_steer(person: Person | None, case: Feedback) -> Verdict:
    """Name the handler, pass it on."""
    if person is None:
        return ALLOW
    words = _("Only the ISO secretary, the head of the unit and the leaders may do this.")
    return all_of(_own(person, case), ALLOW if steers(person, case) else deny(words))


def can_extend(person: Person | None, case: Feedback) -> Verdict:
    """Put the deadline off: who leads the handling, never the handler."""
    if person is None:
        return ALLOW
    return all_of(
        can_steer(person, case),
        different_people(person, case.handler, _("Who handles it does not extend the own deadline.")),
        ALLOW if case.is_open else deny(_("It has been dealt with.")),
    )


def can_answer(person: Person | None, case: Feedback) -> Verdict:
    """Draft the answer: the handler."""
    if person is None:
        return ALLOW
    return all_of(
        _own(person, case),
        ALLOW if person.pk == case.handler_id else deny(_("Only the handler drafts the answer.")),
    )


def can_confirm(person: Person | None, case: Feedback) -> Verdict:
    """Confirm or return the answer: a leader who neither handles it nor drafted the answer."""
    if person is None:
        return ALLOW
    words = _("Who handles a complaint does not confirm its answer.")
    return all_of(
        _own(person, case),
        has_any_role(person, *CONFIRMERS),
        different_people(person, case.handler, words),
        different_people(person, case.answer_by, words),
    )


def can_ask(person: Person | None, case: Feedback) -> Verdict:
    """Write down whether the citizen is satisfied with the answer."""
    if person is None:
        return ALLOW
    near = person.pk == case.handler_id or steers(person, case) or person.has_role(Role.ONE_STOP)
    return all_of(
        _own(person, case),
        ALLOW if near else deny(_("Only the handler, the one-stop desk and who leads the handling may.")),
        ALLOW if case.state == Feedback.State.ANSWERED else deny(_("It has not been answered yet.")),
    )


def can_see_citizen(person: Person | None, case: Feedback) -> Verdict:
    """See in full who wrote: the handler and the secretariat, each time with an entry in the audit trail."""
    if person is None:
        return ALLOW
    near = person.pk == case.handler_id or in_secretariat(person)
    return all_of(
        _own(person, case),
        ALLOW if near else deny(_("Only the handler and the ISO secretary see the full data.")),
    )


@on_record
def can_draft_report(person: Person, record: "Agency | SatisfactionReport") -> Verdict:
    """Draft the yearly report of the agency, or its paper: the secretariat."""
    return secretariat(person)


def can_edit_report(person: Person | None, report: SatisfactionReport) -> Verdict:
    """Change a draft."""
    if person is None:
        return ALLOW
    draft = report.state == SatisfactionReport.State.DRAFT
    return all_of(
        _own(person, report),
        can_draft_report(person, report),
        ALLOW if draft else deny(_("Only a draft can be changed.")),
    )


def can_approve_report(person: Person | None, report: SatisfactionReport) -> Verdict:
    """Approve or return: a leader who did not draft it."""
    if person is None:
        return ALLOW
    return all_of(
        _own(person, report),
        has_any_role(person, *CONFIRMERS),
        different_people(person, report.drafted_by, _("Who drafted the report does not approve it.")),
    )
