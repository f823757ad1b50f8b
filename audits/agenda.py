"""The agenda of a management review (9.3.2) and what the portal itself contributes to each of its topics.

Apps contribute more through `registry.review_sources`. Whatever is collected is copied into the review:
what stood there on the day of the meeting stays what it was.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from audits.agenda_means import providers, resources
from audits.models import (
    Audit,
    CorrectiveAction,
    Finding,
    ManagementReview,
    Nonconformity,
    ReviewDecision,
)
from dossiers.models import Dossier
from feedback.models import Feedback
from objectives import words
from objectives.models import SetState, Target
from objectives.selectors.figures import Figures
from qms import clock, notation, registry
from qms.models import Agency, OrgUnitChange
from qms.registry import ReviewLine
from risks.models import ActionJudgement, ContextIssue, ContextReview, PlannedChange, Risk, RiskAction


@dataclass(frozen=True)
class Topic:
    """A topic of the agenda: its code, its name, its letter in 9.3.2, the records it is filled from."""

    code: str
    label: "str | Promise"
    ref: str
    source: "str | Promise"


TOPICS = (
    Topic(
        "prior",
        gettext_lazy("Decisions of the last review and their state"),
        "a",
        gettext_lazy("Decisions of earlier reviews, with their state today"),
    ),
    Topic(
        "changes",
        gettext_lazy("Changes of external and internal issues"),
        "b",
        gettext_lazy("Yearly look at the context, new issues, planned changes, changes of units"),
    ),
    Topic(
        "satisfaction",
        gettext_lazy("Satisfaction and feedback"),
        "c.1",
        gettext_lazy("Ratings of dossiers, complaints and feedback"),
    ),
    Topic(
        "objectives",
        gettext_lazy("Extent to which objectives are met"),
        "c.2",
        gettext_lazy("Targets of the year with their figures"),
    ),
    Topic(
        "processes",
        gettext_lazy("Performance of processes, conformity of services"),
        "c.3",
        gettext_lazy("Dossiers resolved in time, nonconforming outputs"),
    ),
    Topic(
        "nonconformities",
        gettext_lazy("Nonconformities and corrective actions"),
        "c.4",
        gettext_lazy("Cases and corrective actions"),
    ),
    Topic(
        "monitoring",
        gettext_lazy("Results of monitoring and measurement"),
        "c.5",
        gettext_lazy("Targets with and without figures"),
    ),
    Topic(
        "audits", gettext_lazy("Results of audits"), "c.6", gettext_lazy("Audits reported and their findings")
    ),
    Topic(
        "providers",
        gettext_lazy("External providers"),
        "c.7",
        gettext_lazy(
            "Scope of 8.4, suppliers in the context, cases and risks of 8.4, courses held by others; "
            "contracts are not recorded here"
        ),
    ),
    Topic(
        "resources",
        gettext_lazy("Adequacy of resources"),
        "d",
        gettext_lazy(
            "Competence, courses, items of the plan with a budget, earlier decisions, staff and equipment in "
            "the context; accounts and equipment are not recorded here"
        ),
    ),
    Topic(
        "risks",
        gettext_lazy("Effect of actions on risks and opportunities"),
        "e",
        gettext_lazy("Actions on risks judged, late ones, high risks"),
    ),
    Topic(
        "opportunities",
        gettext_lazy("Opportunities for improvement"),
        "f",
        gettext_lazy("Opportunities of the registers"),
    ),
)
BY_CODE = {topic.code: topic for topic in TOPICS}
MOST_LINES = 40

Span = tuple[dt.date, dt.date]


def collect(review: ManagementReview) -> dict[str, list[ReviewLine]]:
    """Everything the portal knows about each topic in the time the review looks at, in Vietnamese."""
    agency, span = review.agency, (review.period_from, review.period_to)
    found: dict[str, list[ReviewLine]] = {topic.code: [] for topic in TOPICS}
    with override("vi"):
        found["prior"].extend(_prior(review))
        for topic, make in _OWN.items():
            found[topic].extend(make(agency, span))
        for provide in registry.review_sources:
            for topic, line in provide(agency, *span):
                if topic in found:
                    found[topic].append(line)
    return {topic: lines[:MOST_LINES] for topic, lines in found.items()}


def _count(number: int) -> str:
    return notation.number(number)


def _rate(numerator: int, denominator: int) -> str:
    return notation.rate(numerator, denominator) if denominator else str(_("no occurrence"))


def _prior(review: ManagementReview) -> Iterator[ReviewLine]:
    """Open decisions of earlier reviews too: nothing drops out because a year went by."""
    today = clock.today()
    rows = ReviewDecision.objects.filter(agency=review.agency, review__state="concluded")
    mine = Q(review=review.previous) if review.previous_id else Q(pk=None)
    rows = rows.filter(mine | Q(state=ReviewDecision.State.OPEN)).exclude(review=review)
    for one in rows.select_related("review", "owner").order_by("review__planned_on", "number"):
        when = one.done_on or one.deadline
        yield ReviewLine(
            f"{one.review.code}, {one.number}: {one.text} ({one.owner})",
            f"{one.get_state_display()}, {notation.date(when)}",
            one.get_absolute_url(),
            one.status_on(today),
        )


def _changes(agency: Agency, span: Span) -> Iterator[ReviewLine]:
    looked = ContextReview.objects.filter(agency=agency, year=span[1].year).count()
    total = ContextIssue.objects.filter(agency=agency, active=True).count()
    if looked:
        text = _("Context issues and parties looked at in %(year)s") % {"year": span[1].year}
        yield ReviewLine(text, _count(looked), f"{reverse('risks:context')}?year={span[1].year}")
    new = ContextIssue.objects.filter(agency=agency, active=True, created_at__date__range=span)
    if total:
        for issue in new.order_by("created_at")[:8]:
            yield ReviewLine(_("New issue: %(title)s") % {"title": issue.title}, "", issue.get_absolute_url())
    for change in PlannedChange.objects.filter(agency=agency, created_at__date__range=span):
        text = _("Planned change %(code)s: %(title)s") % {"code": change.code, "title": change.title}
        yield ReviewLine(text, change.get_state_display(), change.get_absolute_url())
    for unit in OrgUnitChange.objects.filter(agency=agency, on__range=span):
        yield ReviewLine(_("Change of units: %(what)s") % {"what": unit})


def _satisfaction(agency: Agency, span: Span) -> Iterator[ReviewLine]:
    rated = Dossier.objects.filter(agency=agency, result_at__date__range=span, rating__isnull=False)
    numbers = rated.aggregate(all=Count("pk"), good=Count("pk", filter=Q(rating__gte=4)))
    if numbers["all"]:
        text = _("Dossiers rated 4 or 5 of 5 by those who handed them in")
        yield ReviewLine(text, _rate(numbers["good"], numbers["all"]), reverse("dossiers:dossier-list"))
    yield from _complaints(agency, span)
    complaints = Nonconformity.objects.filter(
        agency=agency, origin=Nonconformity.Origin.COMPLAINT, detected_on__range=span
    ).count()
    if complaints:
        url = f"{reverse('audits:nc-list')}?origin=complaint"
        yield ReviewLine(_("Nonconformities that came from complaints"), _count(complaints), url)


def _complaints(agency: Agency, span: Span) -> Iterator[ReviewLine]:
    """Complaints and reported problems received, answered in time, found justified, still late."""
    rows = Feedback.objects.filter(agency=agency, received_on__range=span)
    rows = rows.exclude(kind=Feedback.Kind.SUGGESTION)
    answered = Q(state=Feedback.State.ANSWERED)
    late = Q(state__in=[Feedback.State.RECEIVED, Feedback.State.IN_PROGRESS, Feedback.State.TO_CONFIRM])
    numbers = rows.aggregate(
        all=Count("pk"),
        answered=Count("pk", filter=answered),
        in_time=Count("pk", filter=answered & Q(answered_on__lte=F("deadline"))),
        founded=Count("pk", filter=Q(finding__in=[Feedback.Finding.FOUNDED, Feedback.Finding.PARTLY])),
        late=Count("pk", filter=late & Q(deadline__lt=clock.today())),
    )
    if not numbers["all"]:
        return
    url = reverse("feedback:case-list")
    yield ReviewLine(_("Complaints and reported problems received"), _count(numbers["all"]), url)
    if numbers["answered"]:
        text = _("Complaints and reported problems answered in time")
        yield ReviewLine(text, _rate(numbers["in_time"], numbers["answered"]), url)
    text = _("Complaints and reported problems found justified, wholly or in part")
    yield ReviewLine(text, _count(numbers["founded"]), url)
    if numbers["late"]:
        text = _("Complaints and reported problems whose answer is overdue")
        yield ReviewLine(text, _count(numbers["late"]), url, "overdue")


def _targets(agency: Agency, span: Span) -> list[Target]:
    rows = Target.objects.filter(
        agency=agency,
        objective_set__unit=None,
        objective_set__year=span[1].year,
        objective_set__state__in=[SetState.IN_FORCE, SetState.CLOSED],
    )
    return list(rows.select_related("objective_set").order_by("objective__order", "order"))


def _objectives(agency: Agency, span: Span) -> Iterator[ReviewLine]:
    targets = _targets(agency, span)
    figures = Figures(targets, period=str(span[1].year))
    for target in targets:
        cell = figures.cell(target, str(span[1].year))
        if not cell.has_rate:
            continue
        rate = words.percent_of(target, cell.numerator or 0, cell.denominator or 0)
        counted = f"{_count(cell.numerator or 0)}/{_count(cell.denominator or 0)}"
        yield ReviewLine(
            f"{target.code}. {target.label or target.text} ({words.goal_of(target)})",
            f"{rate} ({counted})",
            target.get_absolute_url(),
            cell.status,
        )


def _monitoring(agency: Agency, span: Span) -> Iterator[ReviewLine]:
    targets = _targets(agency, span)
    if not targets:
        return
    figures = Figures(targets, period=str(span[1].year))
    cells = [(target, figures.cell(target, str(span[1].year))) for target in targets]
    have = sum(1 for _target, cell in cells if cell.has_rate)
    url = f"{reverse('objectives:dashboard')}?year={span[1].year}"
    yield ReviewLine(_("Targets with figures"), _rate(have, len(cells)), url)
    for target, cell in cells:
        if not cell.has_rate:
            text = _("No figures yet: %(target)s") % {"target": target}
            yield ReviewLine(text[:300], "", target.get_absolute_url(), "insufficient_data")


def _processes(agency: Agency, span: Span) -> Iterator[ReviewLine]:
    done = Dossier.objects.filter(agency=agency, result_at__date__range=span)
    numbers = done.aggregate(all=Count("pk"), late=Count("pk", filter=Q(result_at__gt=F("due_original_at"))))
    if numbers["all"]:
        url = reverse("dossiers:dossier-list")
        on_time = numbers["all"] - numbers["late"]
        yield ReviewLine(_("Dossiers resolved on time"), _rate(on_time, numbers["all"]), url)
        yield ReviewLine(_("Dossiers resolved late"), _count(numbers["late"]), url)
    output = Nonconformity.objects.filter(
        agency=agency, origin=Nonconformity.Origin.OUTPUT, detected_on__range=span
    ).count()
    if output:
        url = f"{reverse('audits:nc-list')}?origin=output"
        yield ReviewLine(_("Nonconforming outputs"), _count(output), url)


def _nonconformities(agency: Agency, span: Span) -> Iterator[ReviewLine]:
    rows = Nonconformity.objects.filter(agency=agency).exclude(state=Nonconformity.State.CANCELLED)
    seen = rows.filter(detected_on__range=span)
    numbers = seen.aggregate(
        all=Count("pk"),
        major=Count("pk", filter=Q(grade="major")),
        closed=Count("pk", filter=Q(state="closed")),
        back=Count("pk", filter=Q(recurring=True)),
        judged=Count("pk", filter=Q(effective__isnull=False)),
        good=Count("pk", filter=Q(effective=True)),
    )
    if not numbers["all"]:
        return
    url = reverse("audits:nc-list")
    text = _("Nonconformities, %(major)s of them major") % {"major": _count(numbers["major"])}
    yield ReviewLine(text, _count(numbers["all"]), url)
    yield ReviewLine(
        _("Nonconformities closed"), _rate(numbers["closed"], numbers["all"]), f"{url}?state=closed"
    )
    yield ReviewLine(
        _("Nonconformities that came back"), _rate(numbers["back"], numbers["all"]), f"{url}?check=recurring"
    )
    yield ReviewLine(
        _("Actions judged effective"), _rate(numbers["good"], numbers["judged"]), f"{url}?check=judged"
    )
    late = CorrectiveAction.objects.filter(agency=agency, state="open", deadline__lt=clock.today()).exclude(
        nonconformity__state__in=[*Nonconformity.ENDED, "submitted", "analysis", "reopened"]
    )
    yield ReviewLine(_("Actions overdue"), _count(late.count()), reverse("audits:nc-actions"))
    # The grave ones by name: still open, or of this time though closed since, so that a reopened one is told.
    grave = rows.filter(Q(grade="major") | Q(round__gt=1)).filter(
        Q(detected_on__range=span) | ~Q(state__in=Nonconformity.ENDED)
    )
    today = clock.today()
    for case in grave.select_related("unit").order_by(F("closed_on").desc(nulls_first=True), "due_on")[:10]:
        text = f"{case.code} {case.title} ({case.unit.label})"
        state = str(case.get_state_display())
        if case.round > 1:
            state = _("%(state)s, round %(n)s") % {"state": state, "n": case.round}
        tone = "overdue" if case.is_late(today) else "closed" if case.is_ended else "in_progress"
        yield ReviewLine(text, state, case.get_absolute_url(), tone)


def _audits(agency: Agency, span: Span) -> Iterator[ReviewLine]:
    held = Audit.objects.filter(
        agency=agency, state__in=["reported", "closed"], reported_at__date__range=span
    )
    numbers = dict(
        Finding.objects.filter(agency=agency, raised_at__date__range=span)
        .exclude(state=Finding.State.WITHDRAWN)
        .values_list("grade")
        .annotate(n=Count("pk"))
    )
    if not numbers and not held.exists():
        return
    url = reverse("audits:overview")
    yield ReviewLine(_("Audits reported"), _count(held.count()), url)
    for grade, label in Finding.Grade.choices:
        if numbers.get(grade):
            yield ReviewLine(str(label), _count(numbers[grade]), url)


def _risks(agency: Agency, span: Span) -> Iterator[ReviewLine]:
    judged = ActionJudgement.objects.filter(agency=agency, judged_on__range=span)
    numbers = judged.aggregate(all=Count("pk"), good=Count("pk", filter=Q(verdict="effective")))
    url = reverse("risks:overview")
    if numbers["all"]:
        yield ReviewLine(_("Actions on risks judged effective"), _rate(numbers["good"], numbers["all"]), url)
    late = RiskAction.objects.filter(agency=agency, state=RiskAction.State.OPEN, deadline__lt=clock.today())
    if late.exists():
        yield ReviewLine(_("Actions on risks overdue"), _count(late.count()), url, "overdue")
    high = Risk.objects.filter(agency=agency, kind=Risk.Kind.RISK, level__in=["high", "very_high"])
    for risk in high.exclude(state=Risk.State.CLOSED).select_related("unit")[:8]:
        text = f"{risk.code} {risk.event}"[:300]
        yield ReviewLine(text, f"{risk.value} · {risk.place}", risk.get_absolute_url(), "at_risk")


def _opportunities(agency: Agency, span: Span) -> Iterator[ReviewLine]:
    rows = Risk.objects.filter(agency=agency, kind=Risk.Kind.OPPORTUNITY).exclude(state=Risk.State.CLOSED)
    for one in rows.select_related("unit").order_by("-value")[:10]:
        pursued = {True: _("Pursue"), False: _("Do not pursue"), None: _("Not decided yet")}[one.pursue]
        yield ReviewLine(f"{one.code} {one.event}"[:300], str(pursued), one.get_absolute_url())


_OWN = {
    "changes": _changes,
    "satisfaction": _satisfaction,
    "objectives": _objectives,
    "processes": _processes,
    "nonconformities": _nonconformities,
    "monitoring": _monitoring,
    "audits": _audits,
    "providers": providers,
    "resources": resources,
    "risks": _risks,
    "opportunities": _opportunities,
}


def topic_labels(codes: Iterable[str]) -> str:
    """Topics by their names, joined."""
    return ", ".join(str(BY_CODE[code].label) for code in codes)
