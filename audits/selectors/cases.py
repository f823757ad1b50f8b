"""Reading nonconformities: the filtered list, one whole case, what is still to do."""

import datetime as dt
from typing import Any

from django.db.models import Count, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from audits.models import CaseEvidence, CorrectiveAction, Nonconformity, Recurrence
from qms import clock
from qms.models import AuditEntry, Person

OPEN_STATES = [state for state in Nonconformity.State.values if state not in Nonconformity.ENDED]
CHECKS = {
    "late": lambda today: Q(due_on__lt=today, state__in=OPEN_STATES),
    "recurring": lambda today: Q(recurring=True),
    "reopened": lambda today: Q(round__gt=1),
    "no_cause": lambda today: Q(root_cause="", waived_reason="", state__in=OPEN_STATES),
    "action_late": lambda today: Q(
        pk__in=CorrectiveAction.objects.filter(
            Q(kind="correction") | Q(nonconformity__state="in_progress"), state="open", deadline__lt=today
        ).values("nonconformity")
    ),
    "effective": lambda today: _judged(today) & Q(effective=True) & Q(came_back=None),
    "judged": lambda today: _judged(today),
    "came_back": lambda today: Q(came_back__isnull=False),
    "closed": lambda today: Q(state="closed"),
    "dated": lambda today: Q(state="closed") & (Q(taken_over=None) | Q(past__has_key="due_on")),
    "taken_over": lambda today: Q(taken_over__isnull=False),
}


def _judged(today: dt.date) -> Q:
    return Q(effective__isnull=False)


def case_list(person: Person, asked: dict[str, Any]) -> "QuerySet[Nonconformity]":
    """The cases the filters leave, with the numbers of their actions."""
    rows: QuerySet[Nonconformity] = Nonconformity.objects.visible_to(person)
    rows = narrowed(rows, asked)
    corrective = Q(kind=CorrectiveAction.Kind.CORRECTIVE, round=OuterRef("round"))
    live = corrective & ~Q(state=CorrectiveAction.State.CANCELLED)
    started = Q(kind=CorrectiveAction.Kind.CORRECTION) | Q(nonconformity__state="in_progress")
    late = started & Q(state="open", deadline__lt=clock.today())
    rows = rows.order_by("-detected_on", "-code").select_related("unit", "owner", "clause")
    return rows.annotate(
        action_count=_actions(live), action_done=_actions(live & Q(state="done")), action_late=_actions(late)
    )


def _actions(which: Q) -> Coalesce:
    """How many actions of a case; counted for the rows of the page only, not for the whole register."""
    rows = CorrectiveAction.objects.filter(which, nonconformity=OuterRef("pk")).order_by()
    return Coalesce(Subquery(rows.values("nonconformity").annotate(n=Count("pk")).values("n")), 0)


def narrowed(rows: "QuerySet[Nonconformity]", asked: dict[str, Any]) -> "QuerySet[Nonconformity]":
    """Rows by the filters of the address; what it does not name leaves everything in."""
    today = clock.today()
    words = asked.get("q") or ""
    if words:
        rows = rows.filter(Q(code__icontains=words) | Q(title__icontains=words) | Q(process__icontains=words))
    for name, field in (
        ("unit", "unit"),
        ("origin", "origin"),
        ("grade", "grade"),
        ("year", "detected_on__year"),
    ):
        if asked.get(name):
            rows = rows.filter(**{field: asked[name]})
    if asked.get("clause"):
        rows = rows.filter(clause__code=asked["clause"])
    if asked.get("cause"):
        rows = rows.filter(cause_category=asked["cause"])
    state = asked.get("state") or ""
    if state in Nonconformity.State.values:
        rows = rows.filter(state=state)
    elif state == "living":
        rows = rows.filter(state__in=OPEN_STATES)
    if asked.get("check") in CHECKS:
        rows = rows.filter(CHECKS[asked["check"]](today)).distinct()
    return rows


def case_detail(person: Person) -> "QuerySet[Nonconformity]":
    """Whole cases a person may see: everything the page of one shows, in a fixed number of queries."""
    return whole_cases(Nonconformity.objects.visible_to(person))


def whole_cases(rows: "QuerySet[Nonconformity]") -> "QuerySet[Nonconformity]":
    """The same rows with everything that belongs to a case."""
    actions = CorrectiveAction.objects.select_related("owner__unit", "reported_by").prefetch_related(
        "extensions__asked_by", "extensions__decided_by"
    )
    links = Recurrence.objects.select_related("earlier__unit", "earlier__clause")
    later = Recurrence.objects.select_related("later__unit")
    return rows.select_related(
        *(
            "unit",
            "agency",
            "owner__unit",
            "reported_by",
            "clause",
            "procedure",
            "risk",
            "finding",
            "document",
        ),
        *(
            "taken_over__file",
            "similar_to",
            "submitted_by",
            "approved_by",
            "closed_by",
            "decided_by",
            "waived_by",
        ),
    ).prefetch_related(
        Prefetch("actions", actions),
        "analyses__made_by",
        "similar_cases__unit",
        "similar_cases__answered_by",
        "similar_cases__opened",
        "checks__verifier__unit",
        "checks__target__objective_set",
        "checks__checked_by",
        Prefetch("proofs", CaseEvidence.objects.select_related("file")),
        Prefetch("recurs", links),
        Prefetch("came_back", later),
    )


def open_actions(person: Person, asked: dict[str, Any]) -> "QuerySet[CorrectiveAction]":
    """Actions still to do in living cases; those of a plan only once it is approved."""
    rows: QuerySet[CorrectiveAction] = CorrectiveAction.objects.visible_to(person)
    live = Q(kind="correction") | Q(nonconformity__state="in_progress")
    rows = rows.filter(live, state="open").exclude(nonconformity__state__in=Nonconformity.ENDED)
    if asked.get("unit"):
        rows = rows.filter(nonconformity__unit=asked["unit"])
    if asked.get("age"):
        rows = rows.filter(of_age(asked["age"], clock.today()))
    return rows.select_related("nonconformity__unit", "owner").order_by("deadline")


AGES: dict[str, tuple[int | None, int | None]] = {
    "in_time": (None, 1),
    "late_7": (1, 8),
    "late_30": (8, 31),
    "late_more": (31, None),
}
"""Days behind the deadline: from (included) to (not included)."""


def of_age(age: str, today: dt.date) -> Q:
    """Actions that are so many days behind their deadline."""
    low, high = AGES[age]
    found = Q()
    if high is not None:
        found &= Q(deadline__gt=today - dt.timedelta(days=high))
    if low is not None:
        found &= Q(deadline__lte=today - dt.timedelta(days=low))
    return found


def latest_change(person: Person) -> Any:
    """When a case last ended, for pages that say as of when."""
    return Nonconformity.objects.visible_to(person).aggregate(last=Max("closed_on"))["last"]


def words_on_actions(case: Nonconformity, person: Person) -> dict[Any, list[AuditEntry]]:
    """What was said about how far each action of a case is, the oldest first; one query."""
    keys = {str(action.pk): action.pk for action in case.actions.all()}
    rows = AuditEntry.objects.visible_to(person).filter(
        subject_kind=CorrectiveAction._meta.label_lower, subject_id__in=keys, verb="audits.action.noted"
    )
    found: dict[Any, list[AuditEntry]] = {}
    for entry in rows.order_by("at", "id"):
        found.setdefault(keys[entry.subject_id], []).append(entry)
    return found
