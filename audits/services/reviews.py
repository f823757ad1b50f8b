"""Management reviews: prepared, held, concluded; decisions owned, dated, carried out (9.3)."""

import datetime as dt
import hashlib
import json
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from audits import agenda
from audits import policies_improvement as policies
from audits.models import ManagementReview, ReviewAttendee, ReviewDecision, ReviewInput
from audits.services.nonconformities import _reason
from audits.services.telling import tell
from audits.workflow_improvement import DECISION, REVIEW
from qms import audit, clock, registry, search
from qms.exceptions import Invalid, Problem
from qms.models import Agency, Person, StoredFile
from qms.policies import require
from qms.text import nfc
from qms.workflow import hold, locked, move

State = ManagementReview.State
CHANGEABLE = (
    *("title", "form", "period_from", "period_to", "planned_on", "place", "chair", "secretary", "starts_at"),
)
DECIDABLE = ("kind", "topic", "text", "owner", "deadline")


def review_open(agency: Agency, *, acting: Person | None, year: int, **fields: Any) -> ManagementReview:
    """Prepare a review; it takes up the decisions of the last one. Its inputs are collected at once."""
    values = _cleaned(fields)
    with transaction.atomic():
        require(policies.can_keep(acting, agency))
        hold(agency)
        number = ManagementReview.objects.filter(agency=agency, year=year).count() + 1
        last = ManagementReview.objects.filter(agency=agency, state=State.CONCLUDED)
        review: ManagementReview = ManagementReview.objects.create(
            agency=agency,
            year=year,
            code=f"XXLD-{year}-{number:02d}",
            previous=last.order_by("-held_on", "-created_at").first(),
            drafted_by=acting,
            **values,
        )
        for order, topic in enumerate(agenda.TOPICS, start=1):
            ReviewInput.objects.create(agency=agency, review=review, topic=topic.code, order=order)
        for person in {review.chair, review.secretary}:
            ReviewAttendee.objects.create(agency=agency, review=review, person=person)
        changes = {name: (None, new) for name, new in values.items() if new}
        audit.record("audits.review.opened", review, changes, acting=acting)
        _collect(review)
        review_index(review)
    return review


def review_change(review: ManagementReview, *, acting: Person | None, **fields: Any) -> ManagementReview:
    """Change day, place, chair and the time looked at, until the meeting is held."""
    with transaction.atomic(), locked(review) as review:
        require(policies.can_edit_review(acting, review))
        values = _cleaned({name: getattr(review, name) for name in CHANGEABLE} | fields)
        changes = audit.apply(review, **values)
        if changes:
            audit.record("audits.review.changed", review, changes, acting=acting)
            review_index(review)
    return review


def review_collect(review: ManagementReview, *, acting: Person | None) -> ManagementReview:
    """Collect the inputs anew from the live records; words people added stay."""
    with transaction.atomic(), locked(review) as review:
        require(policies.can_edit_review(acting, review))
        _collect(review)
        audit.record("audits.review.collected", review, acting=acting)
    return review


def _collect(review: ManagementReview) -> None:
    found = agenda.collect(review)
    now = clock.now()
    for row in review.inputs.all():
        lines = [asdict(line) for line in found.get(row.topic, [])]
        row.lines, row.total, row.collected_at = lines, len(lines), now
        row.save(update_fields=["lines", "total", "collected_at"])
    audit.apply(review, collected_at=now)


def input_supplement(row: ReviewInput, *, acting: Person | None, note: str) -> ReviewInput:
    """Add words to a topic: what the portal cannot know, or why nothing arose."""
    with transaction.atomic(), locked(row.review) as review, locked(row) as row:
        require(policies.can_supplement(acting, review))
        changes = audit.apply(row, note=nfc(note.strip()))
        if changes:
            changed, topic = _in_words(row, changes)
            audit.record("audits.review.input_changed", review, changed, acting=acting, note=topic)
    return row


def attendees_set(review: ManagementReview, *, acting: Person | None, people: "list[Person]") -> int:
    """Invite exactly these people (chair and secretary always); who is new is told. Gives back how many."""
    with transaction.atomic(), locked(review) as review:
        require(policies.can_edit_review(acting, review))
        wanted = {person.pk: person for person in [*people, review.chair, review.secretary]}
        there = {row.person_id: row for row in review.attendees.select_related("person")}
        gone = [row for key, row in there.items() if key not in wanted]
        new = [person for key, person in wanted.items() if key not in there]
        for row in gone:
            row.delete()
        for person in new:
            ReviewAttendee.objects.create(agency_id=review.agency_id, review=review, person=person)
        if new:
            names = ", ".join(str(person) for person in new)
            audit.record("audits.review.invited", review, acting=acting, note=names)
        if gone:
            names = ", ".join(str(row.person) for row in gone)
            audit.record("audits.review.uninvited", review, acting=acting, note=names)
        tell(
            new,
            f"review-invited:{review.pk}",
            gettext_lazy("Invited: %(what)s on %(day)s"),
            url=review.get_absolute_url(),
            body=review.place,
            but=acting,
            what=review.title,
            day=f"{review.planned_on:%d/%m/%Y}",
        )
    return len(wanted)


def missing_inputs(review: ManagementReview) -> list[str]:
    """Topics about which neither the portal nor anybody says anything."""
    return [row.topic for row in review.inputs.all() if row.is_missing]


def review_hold(
    review: ManagementReview,
    *,
    acting: Person | None,
    held_on: dt.date,
    present: "list[Person]",
    starts_at: dt.time | None = None,
    ends_at: dt.time | None = None,
    place: str = "",
) -> ManagementReview:
    """Record the meeting: from here the inputs stand as they were, with their fingerprint.

    Raises Invalid for topics nobody said anything about, or without the chair.
    """
    with transaction.atomic(), locked(review) as review:
        require(policies.can_edit_review(acting, review))
        problems = []
        missing = missing_inputs(review)
        if missing:
            words = _("Nothing is said about: %(topics)s. Collect the inputs or say why nothing arose.")
            problems.append(Problem("", words % {"topics": agenda.topic_labels(missing)}))
        if held_on > clock.today():
            problems.append(Problem("held_on", _("The day lies in the future.")))
        keys = {person.pk for person in present}
        if review.chair_id not in keys:
            problems.append(Problem("present", _("The chair was not present; name another chair first.")))
        if len(keys) < 2:
            problems.append(Problem("present", _("Say who was present.")))
        if starts_at and ends_at and ends_at <= starts_at:
            problems.append(Problem("ends_at", _("It ends before it begins.")))
        if problems:
            raise Invalid(problems)
        for row in review.attendees.all():
            here = row.person_id in keys
            presence = ReviewAttendee.Presence.PRESENT if here else ReviewAttendee.Presence.ABSENT
            audit.apply(row, presence=presence)
        values: dict[str, Any] = {"held_on": held_on, "starts_at": starts_at, "ends_at": ends_at}
        values |= {"place": nfc(place.strip()) or review.place, "digest": _digest(review)}
        changes = move(review, REVIEW["hold"], **values)
        audit.record("audits.review.held", review, changes, acting=acting)
    return review


def _digest(review: ManagementReview) -> str:
    rows = [[row.topic, row.lines, row.note] for row in review.inputs.order_by("order")]
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def input_discuss(row: ReviewInput, *, acting: Person | None, opinion: str, conclusion: str) -> ReviewInput:
    """Write down what was said about a topic and what was concluded."""
    with transaction.atomic(), locked(row.review) as review, locked(row) as row:
        require(policies.can_minute(acting, review))
        _held(review)
        changes = audit.apply(row, opinion=nfc(opinion.strip()), conclusion=nfc(conclusion.strip()))
        if changes:
            changed, topic = _in_words(row, changes)
            audit.record("audits.review.discussed", review, changed, acting=acting, note=topic)
    return row


def decision_add(review: ManagementReview, *, acting: Person | None, **fields: Any) -> ReviewDecision:
    """Write a decision down: kind, words, owner, deadline."""
    values = _decision(fields)
    with transaction.atomic(), locked(review) as review:
        require(policies.can_minute(acting, review))
        _held(review)
        number = (review.decisions.aggregate(most=Max("number"))["most"] or 0) + 1
        made: ReviewDecision = ReviewDecision.objects.create(
            agency_id=review.agency_id, review=review, number=number, **values
        )
        changes = {name: (None, new) for name, new in values.items() if new}
        audit.record("audits.decision.made", made, changes, acting=acting, note=review.code)
    return made


def decision_change(decision: ReviewDecision, *, acting: Person | None, **fields: Any) -> ReviewDecision:
    """Change a decision until the review is concluded."""
    with transaction.atomic(), locked(decision.review) as review, locked(decision) as decision:
        require(policies.can_minute(acting, review))
        _held(review)
        values = _decision({name: getattr(decision, name) for name in DECIDABLE} | fields)
        changes = audit.apply(decision, **values)
        if changes:
            audit.record("audits.decision.changed", decision, changes, acting=acting, note=review.code)
    return decision


def decision_remove(decision: ReviewDecision, *, acting: Person | None) -> None:
    """Take a decision out again before the conclusion; the trail keeps it."""
    with transaction.atomic(), locked(decision.review) as review, locked(decision) as decision:
        require(policies.can_minute(acting, review))
        _held(review)
        audit.record("audits.decision.removed", review, {"decision": (str(decision), None)}, acting=acting)
        decision.delete()


def review_conclude(review: ManagementReview, *, acting: Person | None, conclusion: str) -> ManagementReview:
    """The chair concludes: every decision becomes its owner's task. Raises Invalid without a decision."""
    conclusion = nfc(conclusion.strip())
    with transaction.atomic(), locked(review) as review:
        require(policies.can_conclude(acting, review))
        problems = []
        if not conclusion:
            problems.append(Problem("conclusion", _("Write the general conclusion.")))
        decisions = list(review.decisions.select_related("owner"))
        if review.state == State.HELD and not decisions:
            problems.append(Problem("", _("A review ends with at least one decision (9.3.3).")))
        if problems:
            raise Invalid(problems)
        values: dict[str, Any] = {"concluded_by": acting, "concluded_at": clock.now()}
        changes = move(review, REVIEW["conclude"], **values, conclusion=conclusion)
        audit.record("audits.review.concluded", review, changes, acting=acting)
        review_index(review)
        for one in decisions:
            tell(
                [one.owner],
                f"review-decision:{one.pk}",
                gettext_lazy("Decision of the management review for you, by %(day)s"),
                url=one.get_absolute_url(),
                body=one.text,
                but=acting,
                day=f"{one.deadline:%d/%m/%Y}",
            )
        registry.fulfilment_changed(review.agency)
    return review


def review_cancel(review: ManagementReview, *, acting: Person | None, reason: str) -> ManagementReview:
    """Give a review up that is only being prepared."""
    reason = _reason(reason)
    with transaction.atomic(), locked(review) as review:
        require(policies.can_edit_review(acting, review))
        changes = move(review, REVIEW["cancel"], cancelled_reason=reason)
        audit.record("audits.review.cancelled", review, changes, acting=acting, note=reason)
        search.forget(review)
    return review


def decision_report(
    decision: ReviewDecision,
    *,
    acting: Person | None,
    note: str,
    done_on: dt.date | None = None,
    file: StoredFile | None = None,
) -> ReviewDecision:
    """Report a decision carried out, in words and if possible with a file."""
    note, day = nfc(note.strip()), done_on or clock.today()
    problems = []
    if not note:
        problems.append(Problem("note", _("Say what was done.")))
    if day > clock.today():
        problems.append(Problem("done_on", _("The day lies in the future.")))
    if problems:
        raise Invalid(problems)
    with transaction.atomic(), locked(decision) as decision:
        require(policies.can_report_decision(acting, decision))
        if decision.review.state != State.CONCLUDED:
            raise Invalid(_("The review is not concluded yet."))
        changes = move(decision, DECISION["report"], done_on=day, done_note=note, file=file)
        audit.record("audits.decision.reported", decision, changes, acting=acting)
    return decision


def decision_cancel(decision: ReviewDecision, *, acting: Person | None, reason: str) -> ReviewDecision:
    """Give a decision up, with the reason."""
    reason = _reason(reason)
    with transaction.atomic(), locked(decision) as decision:
        require(policies.can_cancel_decision(acting, decision))
        changes = move(decision, DECISION["cancel"], cancelled_reason=reason)
        audit.record("audits.decision.cancelled", decision, changes, acting=acting, note=reason)
    return decision


@search.indexer
def review_index(review: ManagementReview) -> None:
    """Make the review findable."""
    if review.state == State.CANCELLED:
        search.forget(review)
        return
    search.index(review, title=review.title, subtitle=review.code, text=review.conclusion)


def _in_words(row: ReviewInput, changes: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Changes of a topic under the names of its fields, and the topic, as the trail keeps them."""
    with override("vi"):
        names = {name: str(row._meta.get_field(name).verbose_name) for name in changes}  # type: ignore[union-attr]
        return {names[name]: pair for name, pair in changes.items()}, agenda.topic_labels([row.topic])


def _held(review: ManagementReview) -> None:
    if review.state != State.HELD:
        raise Invalid(_("Opinions and decisions are written down once the meeting is held."))


def _cleaned(fields: dict[str, Any]) -> dict[str, Any]:
    values = {name: fields[name] for name in CHANGEABLE if name in fields}
    for name in ("title", "place"):
        values[name] = nfc(str(values.get(name) or "").strip())
    problems = [
        Problem(name, _("Must not be empty."))
        for name in ("title", "period_from", "period_to", "planned_on", "chair", "secretary")
        if not values.get(name)
    ]
    if not problems and values["period_to"] < values["period_from"]:
        problems.append(Problem("period_to", _("It ends before it begins.")))
    if not problems and values["chair"] == values["secretary"]:
        problems.append(Problem("secretary", _("Whoever takes the minutes does not conclude the review.")))
    if problems:
        raise Invalid(problems)
    return values


def _decision(fields: dict[str, Any]) -> dict[str, Any]:
    values = {name: fields[name] for name in DECIDABLE if name in fields}
    values["text"] = nfc(str(values.get("text") or "").strip())
    values["topic"] = values.get("topic") or ""
    problems = [
        Problem(name, _("Must not be empty."))
        for name in ("kind", "text", "owner", "deadline")
        if not values.get(name)
    ]
    if problems:
        raise Invalid(problems)
    return values
