"""Context issues, interested parties with their needs, and the yearly review of both (4.1, 4.2)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from qms import audit, clock, search
from qms.exceptions import Invalid, Problem
from qms.models import Agency, Person
from qms.policies import require
from qms.text import nfc
from qms.workflow import locked
from risks import policies
from risks.models import ContextCategory, ContextIssue, ContextReview, InterestedParty, PartyNeed

ISSUE_FIELDS = ("category", "unit", "title", "description", "effect", "response", "evidence")
PARTY_FIELDS = ("category", "name", "description")
NEED_FIELDS = ("kind", "text", "response", "legal_basis")
Outcome = ContextReview.Outcome


def category_save(
    agency: Agency,
    *,
    acting: Person | None,
    side: str,
    code: str,
    name: str,
    order: int = 0,
    active: bool = True,
) -> ContextCategory:
    """Add a category, or rename, reorder or retire the one with this code."""
    if not name.strip():
        raise Invalid([Problem("name", _("Must not be empty."))])
    with transaction.atomic():
        require(policies.can_keep(acting, agency))
        category, is_new = ContextCategory.objects.get_or_create(
            agency=agency, side=side, code=code, defaults={"name": nfc(name.strip()), "order": order}
        )
        wanted = {"name": nfc(name.strip()), "order": order, "active": active}
        changes = {"name": (None, name)} if is_new else audit.apply(category, **wanted)
        if changes:
            audit.record("risks.context.category_saved", category, changes, acting=acting)
    return category


def issue_add(agency: Agency, *, acting: Person | None, **fields: Any) -> ContextIssue:
    """Write a context issue down; with this it counts as reviewed this year."""
    values = _cleaned(fields, ISSUE_FIELDS, ("category", "title", "effect"))
    with transaction.atomic():
        require(policies.can_edit_context(acting, agency))
        issue: ContextIssue = ContextIssue.objects.create(agency=agency, **values)
        audit.record("risks.context.issue_added", issue, _as_new(values), acting=acting)
        issue_index(issue)
    return issue


def issue_change(issue: ContextIssue, *, acting: Person | None, **fields: Any) -> ContextIssue:
    """Change an issue."""
    with transaction.atomic(), locked(issue) as issue:
        require(policies.can_edit_context(acting, issue))
        present = {name: getattr(issue, name) for name in ISSUE_FIELDS}
        values = _cleaned(present | fields, ISSUE_FIELDS, ("category", "title", "effect"))
        changes = audit.apply(issue, **values)
        if changes:
            audit.record("risks.context.issue_changed", issue, changes, acting=acting)
            issue_index(issue)
    return issue


def party_add(agency: Agency, *, acting: Person | None, **fields: Any) -> InterestedParty:
    """Write an interested party down."""
    values = _cleaned(fields, PARTY_FIELDS, ("category", "name"))
    with transaction.atomic():
        require(policies.can_edit_context(acting, agency))
        party: InterestedParty = InterestedParty.objects.create(agency=agency, **values)
        audit.record("risks.context.party_added", party, _as_new(values), acting=acting)
        party_index(party)
    return party


def party_change(party: InterestedParty, *, acting: Person | None, **fields: Any) -> InterestedParty:
    """Change a party."""
    with transaction.atomic(), locked(party) as party:
        require(policies.can_edit_context(acting, party))
        present = {name: getattr(party, name) for name in PARTY_FIELDS}
        values = _cleaned(present | fields, PARTY_FIELDS, ("category", "name"))
        changes = audit.apply(party, **values)
        if changes:
            audit.record("risks.context.party_changed", party, changes, acting=acting)
            party_index(party)
    return party


def need_add(party: InterestedParty, *, acting: Person | None, **fields: Any) -> PartyNeed:
    """Write down what a party requires, needs or expects."""
    values = _cleaned(fields, NEED_FIELDS, ("kind", "text"))
    with transaction.atomic():
        require(policies.can_edit_context(acting, party))
        need: PartyNeed = PartyNeed.objects.create(agency_id=party.agency_id, party=party, **values)
        audit.record("risks.context.party_changed", party, {"need": (None, need.text)}, acting=acting)
        party_index(party)
    return need


def need_change(need: PartyNeed, *, acting: Person | None, **fields: Any) -> PartyNeed:
    """Change a need or expectation."""
    with transaction.atomic(), locked(need) as need:
        require(policies.can_edit_context(acting, need))
        present = {name: getattr(need, name) for name in NEED_FIELDS}
        values = _cleaned(present | fields, NEED_FIELDS, ("kind", "text"))
        changes = audit.apply(need, **values)
        if changes:
            audit.record("risks.context.party_changed", need.party, changes, acting=acting)
            party_index(need.party)
    return need


def need_retire(need: PartyNeed, *, acting: Person | None) -> PartyNeed:
    """A need that no longer holds; it stays in the history."""
    with transaction.atomic(), locked(need) as need:
        require(policies.can_edit_context(acting, need))
        changes = audit.apply(need, active=False)
        if changes:
            audit.record(
                "risks.context.party_changed", need.party, {"need": (need.text, None)}, acting=acting
            )
            party_index(need.party)
    return need


def context_review(
    subject: ContextIssue | InterestedParty,
    *,
    acting: Person | None,
    year: int,
    outcome: str,
    note: str = "",
) -> ContextReview:
    """Keep the yearly look at an issue or party; dropping one needs the reason and retires it.

    A second review in the same year replaces the first. Raises Invalid without reason.
    """
    note = nfc(note.strip())
    if outcome not in Outcome.values:
        raise Invalid([Problem("outcome", _("Choose what becomes of it."))])
    if outcome == Outcome.DROPPED and not note:
        raise Invalid([Problem("note", _("Give the reason for dropping it."))])
    with transaction.atomic(), locked(subject) as subject:
        require(policies.can_edit_context(acting, subject))
        held = audit.apply(subject, active=outcome != Outcome.DROPPED)
        review, _is_new = ContextReview.objects.update_or_create(
            agency_id=subject.agency_id,
            year=year,
            issue=subject if isinstance(subject, ContextIssue) else None,
            party=subject if isinstance(subject, InterestedParty) else None,
            defaults={
                "outcome": outcome,
                "note": note,
                "reviewed_by": acting,
                "reviewed_on": clock.today(),
            },
        )
        audit.record(
            "risks.context.reviewed",
            subject,
            {str(year): (None, outcome)} | held,
            acting=acting,
            note=note,
        )
    made: ContextReview = review
    return made


def context_keep_rest(agency: Agency, *, acting: Person | None, year: int) -> int:
    """Review everything not yet looked at this year as kept; gives back how many."""
    from risks.selectors.context import unreviewed

    require(policies.can_edit_context(acting, agency))
    issues, parties = unreviewed(agency, year)
    subjects: list[ContextIssue | InterestedParty] = [*issues, *parties]
    with transaction.atomic():
        for subject in subjects:
            context_review(subject, acting=acting, year=year, outcome=Outcome.KEPT)
    return len(subjects)


def _as_new(values: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {name: (None, value) for name, value in values.items() if value}


def _cleaned(fields: dict[str, Any], known: tuple[str, ...], required: tuple[str, ...]) -> dict[str, Any]:
    values = {name: fields[name] for name in known if name in fields}
    for name, value in values.items():
        if isinstance(value, str):
            values[name] = nfc(value.strip())
    problems = [Problem(name, _("Must not be empty.")) for name in required if not values.get(name)]
    if problems:
        raise Invalid(problems)
    return values


@search.indexer
def issue_index(issue: ContextIssue) -> None:
    """Make the issue findable."""
    search.index(
        issue, title=issue.title, subtitle=str(issue.category), text=f"{issue.description} {issue.response}"
    )


@search.indexer
def party_index(party: InterestedParty) -> None:
    """Make the party findable by name and needs."""
    needs = " ".join(party.needs.filter(active=True).values_list("text", flat=True))
    search.index(party, title=party.name, subtitle=str(party.category), text=f"{party.description} {needs}")
