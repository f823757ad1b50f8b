"""External providers and resources in a management review (9.3.2 c.7, d): what the records say of them.

No app keeps a register of contracts or of equipment. What is said rests on what is recorded elsewhere: the
scope, the context, courses held by others, competence, the plan and its budget, decisions on resources. What
these do not tell, people add; a topic without any line is listed as missing.
"""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from audits.models import Nonconformity, ReviewDecision
from audits.selectors.clauses import edition_of
from objectives.models import PlanItem, PlanState
from qms import clock, notation
from qms.models import Agency
from qms.registry import ReviewLine
from qms.selectors.standard import clause_rows
from risks.models import ContextIssue, InterestedParty, Risk
from training.models import Course, Participation
from training.selectors import matrix, people_on

Span = tuple[dt.date, dt.date]
CLAUSE = "8.4"
PROVIDER_ISSUES = ("suppliers",)
PROVIDER_PARTIES = ("software",)
MEANS_ISSUES = ("staff", "facilities")


def providers(agency: Agency, span: Span) -> Iterator[ReviewLine]:
    """Scope of 8.4, suppliers in the context, nonconformities and risks of 8.4, courses held by others."""
    edition = edition_of(agency)
    for row in clause_rows(agency, edition, span[1]) if edition else []:
        if row.clause.code == CLAUSE and not row.applicable:
            text = _("Clause %(code)s does not apply: %(reason)s") % {"code": CLAUSE, "reason": row.reason}
            yield ReviewLine(text)
    issues = ContextIssue.objects.filter(agency=agency, active=True, category__code__in=PROVIDER_ISSUES)
    for issue in issues.order_by("created_at")[:6]:
        yield ReviewLine(
            _("Issue of context: %(what)s") % {"what": issue.title}, "", issue.get_absolute_url()
        )
    parties = InterestedParty.objects.filter(agency=agency, active=True, category__code__in=PROVIDER_PARTIES)
    for party in parties.annotate(n=Count("needs", filter=Q(needs__active=True)))[:6]:
        words = _("%(party)s: requirements kept up with") % {"party": party.name}
        yield ReviewLine(words, notation.number(party.n), party.get_absolute_url())
    below = Q(clause__code=CLAUSE) | Q(clause__code__startswith=f"{CLAUSE}.")
    cases = Nonconformity.objects.filter(below, agency=agency, detected_on__range=span)
    for case in cases.exclude(state=Nonconformity.State.CANCELLED)[:6]:
        text = f"{case.code} {case.title}"
        yield ReviewLine(text, str(case.get_state_display()), case.get_absolute_url())
    for risk in Risk.objects.filter(below, agency=agency).exclude(state=Risk.State.CLOSED)[:6]:
        yield ReviewLine(f"{risk.code} {risk.event}"[:300], risk.place, risk.get_absolute_url())
    held = Course.objects.filter(agency=agency, state=Course.State.HELD, form=Course.Form.EXTERNAL)
    held = held.filter(ends_on__range=span)
    if held.exists():
        seats = Participation.objects.filter(course__in=held).exclude(effect="")
        numbers = seats.aggregate(all=Count("pk"), good=Count("pk", filter=Q(effect="effective")))
        text = _("Courses held by others, %(n)s in all: effective at work") % {"n": held.count()}
        rate = notation.rate(numbers["good"], numbers["all"]) if numbers["all"] else str(_("not judged yet"))
        yield ReviewLine(text, rate, reverse("training:course-list"))


def resources(agency: Agency, span: Span) -> Iterator[ReviewLine]:
    """Competence against what is required, courses, budget of the plan, earlier decisions, context."""
    people = people_on(agency, min(span[1], clock.today()))
    whole = matrix(agency, people)
    if whole.required:
        text = _("Requirements of competence met by %(n)s people") % {"n": len(people)}
        yield ReviewLine(text, notation.rate(whole.met, whole.required), reverse("training:matrix"))
    courses = Course.objects.filter(agency=agency, starts_on__range=span).exclude(state="cancelled")
    if courses.exists():
        text = _("Courses of the time held")
        done = courses.filter(state=Course.State.HELD).count()
        yield ReviewLine(text, notation.rate(done, courses.count()), reverse("training:course-list"))
    yield from _budget(agency, span)
    decided = ReviewDecision.objects.filter(
        agency=agency, kind=ReviewDecision.Kind.RESOURCES, review__state="concluded"
    )
    decided = decided.filter(Q(state=ReviewDecision.State.OPEN) | Q(done_on__range=span))
    for one in decided.select_related("review").order_by("review__planned_on", "number")[:8]:
        text = f"{one.review.code}, {one.number}: {one.text}"
        yield ReviewLine(
            text, str(one.get_state_display()), one.get_absolute_url(), one.status_on(clock.today())
        )
    issues = ContextIssue.objects.filter(agency=agency, active=True, category__code__in=MEANS_ISSUES)
    for issue in issues.order_by("created_at")[:6]:
        yield ReviewLine(
            _("Issue of context: %(what)s") % {"what": issue.title}, "", issue.get_absolute_url()
        )


def _budget(agency: Agency, span: Span) -> Iterator[ReviewLine]:
    """Items of the annual plan that name a budget: how many there are, how many are done."""
    rows = PlanItem.objects.filter(agency=agency, plan__year=span[1].year, plan__state=PlanState.IN_FORCE)
    rows = rows.exclude(budget_text="").exclude(state=PlanItem.State.CANCELLED)
    numbers = rows.aggregate(all=Count("pk"), done=Count("pk", filter=Q(state=PlanItem.State.DONE)))
    if numbers["all"]:
        text = _("Items of the annual plan with a budget carried out")
        first = rows.select_related("plan").first()
        url = first.plan.get_absolute_url() if first else ""
        yield ReviewLine(text, notation.rate(numbers["done"], numbers["all"]), url)
