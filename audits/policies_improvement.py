"""Who may do what with nonconformities, their actions and checks, and with management reviews.

Anybody of the agency records; the responsible unit corrects, analyses and plans; the head of the committee
or a leader who had no part in the plan approves it; the verifier stands outside the responsible unit; the
secretariat closes what is proven (domain A, G). The portal itself (None) always may.
"""

from django.utils.translation import gettext as _

from audits.models import (
    CorrectiveAction,
    DeadlineExtension,
    EffectivenessCheck,
    ManagementReview,
    Nonconformity,
    ReviewDecision,
    SimilarCase,
)
from audits.policies import _on_record, can_keep
from qms.models import OrgUnit, Person, Role
from qms.policies import ALLOW, Verdict, all_of, deny, different_people, has_any_role
from risks.policies import in_secretariat, insider, secretariat

APPROVERS = (Role.COMMITTEE_HEAD, Role.LEADER)
REVIEWERS = (Role.LEADER, Role.COMMITTEE_HEAD)

__all__ = ["can_keep", "insider", "secretariat"]


def of_unit(person: Person, unit: OrgUnit) -> bool:
    """Whether the person works in a unit or heads it: whom a case of the unit concerns."""
    return person.unit_id == unit.pk or person.has_role(Role.UNIT_HEAD, unit=unit)


def heads(person: Person, unit: OrgUnit) -> bool:
    """Whether the person heads exactly this unit."""
    return any(role == Role.UNIT_HEAD and key == unit.pk for role, key in person.held_roles)


def _alive(case: Nonconformity) -> Verdict:
    if case.is_ended:
        words = _("The nonconformity is “%(state)s”; nothing about it changes any more.")
        return deny(words % {"state": case.get_state_display()})
    return ALLOW


@_on_record
def can_record(person: Person, unit: OrgUnit) -> Verdict:
    """Record a nonconformity of any unit: everybody of the agency."""
    return ALLOW


@_on_record
def can_describe(person: Person, case: Nonconformity) -> Verdict:
    """Change what the case says: whoever recorded it while it is new, later only the secretariat."""
    if in_secretariat(person) or (
        case.state == Nonconformity.State.OPEN and person.pk == case.reported_by_id
    ):
        return _alive(case)
    return deny(_("Only whoever recorded it (while it is new) and the ISO secretary may do this."))


@_on_record
def can_grade(person: Person, case: Nonconformity) -> Verdict:
    """Grade a case anew: the secretariat or the committee's head, never the one responsible for it."""
    own = _("Whoever is responsible for a nonconformity does not grade it.")
    return all_of(
        _alive(case),
        different_people(person, case.owner, own),
        ALLOW if in_secretariat(person) else has_any_role(person, *APPROVERS),
    )


@_on_record
def can_handle(person: Person, case: Nonconformity) -> Verdict:
    """Correct, analyse, plan: the one responsible, the head of the unit, the secretariat."""
    if person.pk == case.owner_id or heads(person, case.unit) or in_secretariat(person):
        return _alive(case)
    words = _("Only %(person)s, the head of %(unit)s and the ISO secretary may do this.")
    return deny(words % {"person": case.owner, "unit": case.unit.label})


@_on_record
def can_waive(person: Person, case: Nonconformity) -> Verdict:
    """Do without a cause analysis: the head of the unit, never for what is major or came back."""
    if case.needs_cause:
        return deny(_("Of a major or recurring nonconformity the cause must be found."))
    if heads(person, case.unit):
        return _alive(case)
    return deny(_("Only the head of %(unit)s may do this.") % {"unit": case.unit.label})


@_on_record
def can_approve(person: Person, case: Nonconformity) -> Verdict:
    """Approve or return the plan: the committee's head or a leader who had no part in it."""
    verdict = has_any_role(person, *APPROVERS)
    if not verdict:
        return verdict
    makers = {case.submitted_by_id, case.owner_id}
    makers |= {analysis.made_by_id for analysis in case.analyses.all() if analysis.round == case.round}
    makers |= {
        action.owner_id
        for action in case.actions.all()
        if action.round == case.round and action.state != CorrectiveAction.State.CANCELLED
    }
    if person.pk in makers:
        return deny(_("Whoever worked out the plan or carries out a part of it does not approve it."))
    return ALLOW


@_on_record
def can_report(person: Person, action: CorrectiveAction) -> Verdict:
    """Report an action done: its owner, who answers for the case, the unit's head, the secretariat."""
    case = action.nonconformity
    if person.pk in {action.owner_id, case.owner_id} or heads(person, case.unit) or in_secretariat(person):
        return _alive(case)
    words = _("Only %(person)s, the unit head and the ISO secretary may do this.")
    return deny(words % {"person": action.owner})


@_on_record
def can_decide_extension(person: Person, extension: DeadlineExtension) -> Verdict:
    """Grant or refuse more time: the committee's head or a leader, never who asked or has to act."""
    own = _("Whoever asked for more time does not decide on it.")
    return all_of(
        has_any_role(person, *APPROVERS),
        different_people(person, extension.asked_by, own),
        different_people(person, extension.action.owner, own),
    )


@_on_record
def can_answer(person: Person, similar: SimilarCase) -> Verdict:
    """Answer about similar cases: the people of the unit asked."""
    if of_unit(person, similar.unit):
        return _alive(similar.nonconformity)
    return deny(_("Only people of %(unit)s may do this.") % {"unit": similar.unit.label})


def outside(person: Person | None, case: Nonconformity) -> Verdict:
    """Whether somebody stands far enough from a case to verify it (domain A: verifier outside the unit)."""
    if person is None:
        return ALLOW
    if of_unit(person, case.unit):
        return deny(_("The verifier must not belong to %(unit)s.") % {"unit": case.unit.label})
    owners = {action.owner_id for action in case.actions.all()}
    if person.pk in {case.owner_id, *owners}:
        return deny(_("Whoever carries out actions of a nonconformity does not verify them."))
    return ALLOW


@_on_record
def can_verify(person: Person, check: EffectivenessCheck) -> Verdict:
    """Judge the effect: the verifier named in the approved plan, still outside the unit today."""
    if check.by_figures:
        return deny(_("The figures of the target decide; nobody judges by hand."))
    if person.pk != check.verifier_id:
        return deny(_("Only the verifier, %(person)s, may do this.") % {"person": check.verifier})
    return outside(person, check.nonconformity)


@_on_record
def can_choose_verifier(person: Person, case: Nonconformity) -> Verdict:
    """Name another verifier once the plan is approved: the committee's head or a leader."""
    return all_of(
        _alive(case),
        has_any_role(person, *APPROVERS),
        different_people(person, case.owner, _("The one responsible does not choose the verifier.")),
    )


@_on_record
def can_close(person: Person, case: Nonconformity) -> Verdict:
    """Close what is proven: the secretariat or the committee's head, never the one responsible."""
    own = _("Whoever is responsible for a nonconformity does not close it.")
    return all_of(
        different_people(person, case.owner, own),
        ALLOW if in_secretariat(person) else has_any_role(person, Role.COMMITTEE_HEAD),
    )


@_on_record
def can_reopen(person: Person, case: Nonconformity) -> Verdict:
    """Reopen what turned out not to be solved: the secretariat or the committee's head."""
    return ALLOW if in_secretariat(person) else has_any_role(person, *APPROVERS)


@_on_record
def can_cancel(person: Person, case: Nonconformity) -> Verdict:
    """Cancel a case opened by mistake: a major one only the committee's head or a leader, never its owner."""
    own = _("Whoever is responsible for a nonconformity does not cancel it.")
    if case.grade == Nonconformity.Grade.MAJOR:
        role = has_any_role(person, *APPROVERS)
    else:
        role = ALLOW if in_secretariat(person) else has_any_role(person, *APPROVERS)
    return all_of(different_people(person, case.owner, own), role)


# --- Management review -------------------------------------------------------------------------------------
def can_prepare(person: Person | None) -> Verdict:
    """Open a review, invite, collect and supplement its inputs: the secretariat."""
    return secretariat(person)


@_on_record
def can_edit_review(person: Person, review: ManagementReview) -> Verdict:
    """Change a review in preparation: the secretariat."""
    if not review.is_open:
        return deny(_("The meeting has been held; its inputs stand as they were."))
    return secretariat(person)


@_on_record
def can_supplement(person: Person, review: ManagementReview) -> Verdict:
    """Add words to an input: the secretariat, heads of units and the committee."""
    if not review.is_open:
        return deny(_("The meeting has been held; its inputs stand as they were."))
    if in_secretariat(person):
        return ALLOW
    roles = (Role.UNIT_HEAD, Role.COMMITTEE_HEAD, Role.COMMITTEE_MEMBER, Role.LEADER)
    return has_any_role(person, *roles)


@_on_record
def can_minute(person: Person, review: ManagementReview) -> Verdict:
    """Write down what was said and decided: whoever takes the minutes, or the secretariat."""
    if review.state == ManagementReview.State.CONCLUDED:
        return deny(_("The review is concluded; nothing about it changes any more."))
    if person.pk == review.secretary_id or in_secretariat(person):
        return ALLOW
    words = _("Only %(person)s and the ISO secretary may do this.")
    return deny(words % {"person": review.secretary})


@_on_record
def can_conclude(person: Person, review: ManagementReview) -> Verdict:
    """Conclude a review: whoever chaired it, not the one who wrote the minutes."""
    own = _("Whoever takes the minutes does not conclude the review.")
    if person.pk != review.chair_id:
        return deny(_("Only the chair, %(person)s, may do this.") % {"person": review.chair})
    return different_people(person, review.secretary, own)


@_on_record
def can_report_decision(person: Person, decision: ReviewDecision) -> Verdict:
    """Report a decision carried out: its owner or the secretariat."""
    if person.pk == decision.owner_id or in_secretariat(person):
        return ALLOW
    words = _("Only %(person)s and the ISO secretary may do this.")
    return deny(words % {"person": decision.owner})


@_on_record
def can_cancel_decision(person: Person, decision: ReviewDecision) -> Verdict:
    """Give a decision up: a leader or the committee's head, never its owner."""
    own = _("Whoever owes a decision does not cancel it.")
    return all_of(has_any_role(person, *REVIEWERS), different_people(person, decision.owner, own))
