"""Reading the context of the agency: issues, parties, and how far this year's review has come."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from qms.models import Agency, Person
from risks.models import ContextCategory, ContextIssue, ContextReview, InterestedParty, PartyNeed, Risk


@dataclass(frozen=True)
class ReviewProgress:
    """How many issues and parties have been looked at in a year."""

    done: int
    total: int

    @property
    def complete(self) -> bool:
        """Whether nothing is left to look at."""
        return self.done >= self.total


def _with_review(rows: "QuerySet[Any]", name: str, year: int) -> "QuerySet[Any]":
    reviews = ContextReview.objects.filter(year=year, **{name: OuterRef("pk")})
    return rows.annotate(
        reviewed=Exists(reviews),
        risk_count=Count(
            "risk_sources__risk",
            filter=~Q(risk_sources__risk__state=Risk.State.CLOSED),
            distinct=True,
        ),
    )


def issue_list(person: Person, year: int, *, side: str = "", active: bool = True) -> "QuerySet[Any]":
    """Issues with `reviewed` (this year) and `risk_count`."""
    rows = ContextIssue.objects.visible_to(person).filter(active=active).select_related("category", "unit")
    if side:
        rows = rows.filter(category__side=side)
    return _with_review(rows, "issue", year).order_by("category__side", "category__order", "title")


def party_list(person: Person, year: int, *, active: bool = True) -> "QuerySet[Any]":
    """Parties with their active needs, `reviewed` and `risk_count`."""
    rows = InterestedParty.objects.visible_to(person).filter(active=active).select_related("category")
    needs = Prefetch("needs", PartyNeed.objects.filter(active=True), to_attr="active_needs")
    return _with_review(rows, "party", year).prefetch_related(needs).order_by("category__order", "name")


def unreviewed(agency: Agency, year: int) -> tuple[list[ContextIssue], list[InterestedParty]]:
    """What is in force and not yet looked at in a year."""
    issues = ContextIssue.objects.filter(agency=agency, active=True).exclude(reviews__year=year)
    parties = InterestedParty.objects.filter(agency=agency, active=True).exclude(reviews__year=year)
    return list(issues), list(parties)


def review_progress(agency: Agency, year: int) -> ReviewProgress:
    """How far the review of a year has come."""
    total = done = 0
    for model, name in ((ContextIssue, "issue"), (InterestedParty, "party")):
        reviews = ContextReview.objects.filter(year=year, **{name: OuterRef("pk")})
        counted = model._default_manager.filter(agency=agency, active=True).aggregate(
            total=Count("pk"), done=Count("pk", filter=Exists(reviews))
        )
        total += counted["total"]
        done += counted["done"]
    return ReviewProgress(done, total)


def categories(agency: Agency, *sides: str) -> "QuerySet[Any]":
    """Categories in use."""
    return ContextCategory.objects.filter(agency=agency, active=True, side__in=sides)
