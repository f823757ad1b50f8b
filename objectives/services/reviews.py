"""Reviews: figures frozen and judged, causes and measures given, approved by another person, reported."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from documents.content import Kind
from documents.models import Paper
from documents.selectors import live
from documents.services import paper_create
from objectives import formulas, periods, review_papers
from objectives import policies_cycle as policies
from objectives.models import (
    ObjectiveReview,
    ObjectiveSet,
    ReviewComment,
    ReviewLine,
    SetState,
    Target,
)
from objectives.selectors.figures import Figures
from objectives.services.life import _reason
from objectives.workflow import REVIEWS
from qms import audit, clock, notifications
from qms.exceptions import IllegalTransition, Invalid, Problem
from qms.models import Person, Role, RoleAssignment
from qms.policies import require
from qms.workflow import locked, move

State = ObjectiveReview.State
MISSED_FIELDS = ("cause", "measure")


def review_start(objective_set: ObjectiveSet, *, kind: str, acting: Person | None) -> ObjectiveReview:
    """Draft the half-year or year-end review: one line per target, judged as the figures say.

    Gives back the review that exists already, if there is one. Raises Invalid before the last month of its
    period.
    """
    with transaction.atomic(), locked(objective_set) as objective_set:
        require(policies.can_review(acting, objective_set))
        found: ObjectiveReview | None = objective_set.reviews.filter(kind=kind).first()
        if found is not None:
            return found
        review = ObjectiveReview(
            agency=objective_set.agency,
            objective_set=objective_set,
            kind=ObjectiveReview.Kind(kind),
            figures_at=clock.now(),
            drafter=acting,
        )
        if review.opens_on > clock.today():
            raise Invalid(_("A review is drafted from the last month of its period on."))
        try:
            with transaction.atomic():
                review.save(force_insert=True)
        except IntegrityError:
            raise Invalid(_("This review exists already.")) from None
        for order, (target, values) in enumerate(_frozen(review), start=1):
            ReviewLine.objects.create(
                agency=review.agency,
                review=review,
                target=target,
                order=order,
                status=values["proposed"],
                **values,
            )
        audit.record("objectives.review.drafted", review, acting=acting)
    return review


def review_refresh(review: ObjectiveReview, *, acting: Person | None) -> ObjectiveReview:
    """Take the figures of a draft anew; causes, measures and reasons stay, judgements follow the figures."""
    with transaction.atomic(), locked(review) as review:
        require(policies.can_edit_review(acting, review))
        kept = {line.target_id: line for line in review.lines.all()}
        changes: dict[str, tuple[Any, Any]] = {}
        for order, (target, values) in enumerate(_frozen(review), start=1):
            line = kept.get(target.pk)
            if line is None:
                line = ReviewLine(
                    agency=review.agency, review=review, target=target, status=values["proposed"]
                )
            before = f"{line.numerator}/{line.denominator} {line.proposed}"
            if line.status == line.proposed or line.status == values["proposed"]:
                line.status, line.status_reason = values["proposed"], ""
            for name, value in values.items():
                setattr(line, name, value)
            line.order = order
            line.save()
            after = f"{line.numerator}/{line.denominator} {line.proposed}"
            if before != after:
                changes[target.code] = (before, after)
        audit.apply(review, figures_at=clock.now())
        audit.record("objectives.review.refreshed", review, changes, acting=acting)
    return review


def review_line_judge(
    line: ReviewLine,
    *,
    status: str,
    acting: Person | None,
    status_reason: str = "",
    cause: str = "",
    measure: str = "",
) -> ReviewLine:
    """Judge a target: cause and measure may follow later, but not after submission."""
    with transaction.atomic(), locked(line.review) as review, locked(line) as line:
        require(policies.can_edit_review(acting, review))
        status = formulas.Status(status).value
        reason = status_reason.strip() if status != line.proposed else ""
        if status != line.proposed and not reason:
            raise Invalid(
                [
                    Problem(
                        "status_reason",
                        _("Say why the judgement differs from what the figures say."),
                    )
                ]
            )
        changes = audit.apply(
            line,
            status=status,
            status_reason=reason[:1000],
            cause=cause.strip(),
            measure=measure.strip(),
        )
        if changes:
            audit.record("objectives.review.judged", line, changes, acting=acting)
    return line


def review_conclude(review: ObjectiveReview, *, conclusion: str, acting: Person | None) -> ObjectiveReview:
    """Write the general assessment of a draft."""
    with transaction.atomic(), locked(review) as review:
        require(policies.can_edit_review(acting, review))
        changes = audit.apply(review, conclusion=conclusion.strip())
        if changes:
            audit.record("objectives.review.concluded", review, changes, acting=acting)
    return review


def review_comment(review: ObjectiveReview, *, text: str, acting: Person) -> ReviewComment:
    """Add what a member of the board says."""
    if not text.strip():
        raise Invalid([Problem("text", _("Must not be empty."))])
    with transaction.atomic(), locked(review) as review:
        require(policies.can_comment_review(acting, review))
        comment: ReviewComment = ReviewComment.objects.create(
            agency=review.agency, review=review, author=acting, text=text.strip()
        )
        audit.record("objectives.review.commented", review, {"comment": (None, comment.text)}, acting=acting)
    return comment


def review_problems(review: ObjectiveReview) -> list[Problem]:
    """What a draft lacks before it can go to approval: cause and measure of every missed target."""
    problems = []
    lines = list(review.lines.select_related("target"))
    if not lines:
        problems.append(Problem("", _("The review has no target.")))
    for line in lines:
        place = {"code": line.target.code}
        if line.is_missed and not line.cause.strip():
            problems.append(Problem("", _("Target %(code)s is missed: give the cause.") % place))
        if line.is_missed and not line.measure.strip():
            problems.append(Problem("", _("Target %(code)s is missed: give the measure.") % place))
    return problems


def review_submit(review: ObjectiveReview, *, acting: Person | None) -> ObjectiveReview:
    """Send for approval; raises Invalid with every cause and measure that is missing."""
    with transaction.atomic(), locked(review) as review:
        require(policies.can_submit_review(acting, review))
        problems = review_problems(review)
        if review.is_draft and problems:
            raise Invalid(problems)
        changes = move(review, REVIEWS["submit"], submitted_at=clock.now(), return_reason="")
        audit.record("objectives.review.submitted", review, changes, acting=acting)
        for person in approvers_of(review):
            _tell(review, person, _("Review of objectives to approve: %(review)s") % {"review": review})
    return review


def review_return(review: ObjectiveReview, *, reason: str, acting: Person) -> ObjectiveReview:
    """Give a submitted review back with the reason."""
    reason = _reason(reason)
    with transaction.atomic(), locked(review) as review:
        require(policies.can_approve_review(acting, review))
        changes = move(review, REVIEWS["return"], return_reason=reason, submitted_at=None)
        audit.record("objectives.review.returned", review, changes, acting=acting, note=reason)
        if review.drafter is not None:
            _tell(review, review.drafter, _("Review of objectives returned: %(review)s") % {"review": review})
    return review


def review_approve(review: ObjectiveReview, *, acting: Person) -> ObjectiveReview:
    """Approve what another person drafted; from here on nothing in it changes."""
    with transaction.atomic(), locked(review) as review:
        require(policies.can_approve_review(acting, review))
        changes = move(review, REVIEWS["approve"], approver=acting, approved_at=clock.now())
        audit.record("objectives.review.approved", review, changes, acting=acting)
        if review.drafter is not None:
            _tell(review, review.drafter, _("Review of objectives approved: %(review)s") % {"review": review})
    return review


def review_report(review: ObjectiveReview, *, signer: Person | None, acting: Person | None) -> Paper:
    """Prepare the report as an official paper. Raises IllegalTransition unless the review is approved."""
    with transaction.atomic(), locked(review) as review:
        require(policies.can_submit_review(acting, review))
        if review.state != State.APPROVED:
            raise IllegalTransition(_("Only an approved review is reported."))
        if live(review.paper) is not None:
            raise Invalid(_("A report of this review is on its way already."))
        paper = paper_create(
            agency=review.agency,
            kind=Kind.REPORT,
            purpose=review_papers.PURPOSE,
            subject_key=str(review.pk),
            content=review_papers.content(review, signer),
            signer=signer,
            acting=acting,
        )
        changes = audit.apply(review, paper=paper)
        audit.record("objectives.review.report_prepared", review, changes, acting=acting)
    return paper


def approvers_of(review: ObjectiveReview) -> list[Person]:
    """Who may approve it today."""
    today = clock.today()
    rows = RoleAssignment.objects.filter(
        agency=review.agency, role__in=[Role.LEADER, Role.COMMITTEE_HEAD]
    ).select_related("person__user")
    found = {
        row.person_id: row.person
        for row in rows
        if row.holds_on(today) and row.person_id != review.drafter_id
    }
    return list(found.values())


def _tell(review: ObjectiveReview, person: Person, title: str) -> None:
    notifications.notify(
        person,
        topic="objectives",
        title=title,
        body=review.return_reason,
        key=f"review:{review.pk}:{review.state}:{clock.now():%Y%m%d%H%M%S}",
        url=review.get_absolute_url(),
    )


def before_of(targets: list[Target]) -> dict[Any, Target]:
    """The same target last year, by its origin, else by its code in the published set of that year."""
    if not targets:
        return {}
    one = targets[0].objective_set
    last = list(
        Target.objects.filter(
            agency=one.agency_id,
            objective_set__year=one.year - 1,
            objective_set__unit=one.unit_id,
            objective_set__state__in=[SetState.IN_FORCE, SetState.CLOSED],
        ).select_related("objective_set")
    )
    by_key, by_code = {row.pk: row for row in last}, {row.code: row for row in last}
    found = {}
    for target in targets:
        before = by_key.get(target.origin_id) if target.origin_id else by_code.get(target.code)
        if before is not None:
            found[target.pk] = before
    return found


def _frozen(review: ObjectiveReview) -> "list[tuple[Target, dict[str, Any]]]":
    """Every target of the set with the figures of this moment, last year's beside them."""
    one = review.objective_set
    targets = list(one.targets.select_related("objective_set", "objective"))
    before = before_of(targets)
    now = Figures(targets, unit=one.unit_id, period=review.period.code)
    span = review.period
    then_code = periods.Period(span.year - 1, span.first, span.last).code
    then = Figures(before.values(), unit=one.unit_id, period=then_code)
    found = []
    for target in targets:
        cell = now.cell(target, review.period.code, one.unit_id)
        strict = cell.strict
        old = before.get(target.pk)
        old_cell = then.cell(old, then_code, one.unit_id) if old is not None else None
        found.append(
            (
                target,
                {
                    "measurement": cell.official.measurement if cell.official else None,
                    "numerator": cell.numerator,
                    "denominator": cell.denominator,
                    "strict_numerator": strict.numerator if strict else None,
                    "strict_denominator": strict.denominator if strict else None,
                    "missing": cell.missing,
                    "before_target": old,
                    "before_numerator": old_cell.numerator if old_cell else None,
                    "before_denominator": old_cell.denominator if old_cell else None,
                    "before_status": old_cell.status if old_cell and old_cell.official else "",
                    "proposed": str(formulas.Status(cell.status).value),
                },
            )
        )
    return found
