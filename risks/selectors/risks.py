"""Lists and figures over risks and opportunities. Each asks the database a fixed number of times."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from qms import clock
from qms.models import Agency, Person
from qms.text import fold
from risks.matrix import CLASSES, Matrix, Scale
from risks.models import Risk, RiskAction, RiskScale
from risks.selectors.scale import scale_in_force

FOLLOWED = (Risk.State.DRAFT, Risk.State.OPEN)


def risk_list(person: Person, filters: Mapping[str, Any] | None = None) -> "QuerySet[Any]":
    """Risks and opportunities a person may see, filtered; for rows of a page."""
    rows = Risk.objects.visible_to(person).select_related("unit", "owner", "clause")
    return filtered(rows, filters or {}, person.agency)


def with_actions(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """The rows with `action_count`, `action_done` and `action_late`.

    Correlated counts: the database counts only for the rows of the page, not for all it could show.
    """
    states = RiskAction.State
    actions = RiskAction.objects.filter(risk=OuterRef("pk")).order_by()
    late = actions.filter(state=states.OPEN, deadline__lt=clock.today())
    return rows.annotate(
        action_count=_number(actions.exclude(state=states.CANCELLED)),
        action_done=_number(actions.filter(state__in=[states.DONE, states.EFFECTIVE])),
        action_late=_number(late),
    )


def _number(rows: "QuerySet[Any]") -> Coalesce:
    counted = rows.values("risk").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def filtered(rows: "QuerySet[Any]", asked: Mapping[str, Any], agency: Agency) -> "QuerySet[Any]":
    """Apply the filters of the address; an unknown value filters nothing."""
    state = asked.get("state") or ""
    if state != "all":
        rows = rows.filter(state__in=[state] if state in Risk.State.values else FOLLOWED)
    if asked.get("kind") in Risk.Kind.values:
        rows = rows.filter(kind=asked["kind"])
    if asked.get("unit"):
        rows = rows.filter(unit=None) if asked["unit"] == "-" else rows.filter(unit_id=asked["unit"])
    if asked.get("process"):
        rows = rows.filter(process=asked["process"])
    if asked.get("clause"):
        rows = rows.filter(clause__code=asked["clause"])
    if asked.get("level") in CLASSES:
        rows = rows.filter(level=asked["level"])
    if asked.get("q"):
        rows = worded(rows, agency, asked["q"])
    if asked.get("cell"):
        rows = rows.filter(_cell(str(asked["cell"])), value__isnull=False, scale=scale_in_force(agency))
    if asked.get("check"):
        rows = rows.filter(check_condition(str(asked["check"]), agency))
    return rows


def worded(rows: "QuerySet[Any]", agency: Agency, words: str) -> "QuerySet[Any]":
    """Entries whose code or text contains the words, with or without marks."""
    known = Q(code__icontains=words) | Q(event__icontains=words)
    return rows.filter(known | Q(pk__in=_found(agency, words)))


def _found(agency: Agency, words: str) -> "QuerySet[Any]":
    from qms.models import SearchEntry

    entries = SearchEntry.objects.filter(agency=agency, kind="risks.risk")
    for word in fold(words).split():
        entries = entries.filter(folded__contains=word)
    return entries.values("object_id")


def _cell(text: str) -> Q:
    """“before-4-3” or “now-4-3”: the risks of one cell of the matrix on the scale in force."""
    phase, _sep, levels = text.partition("-")
    first, _sep, second = levels.partition("-")
    if not (first.isdigit() and second.isdigit()):
        return Q()
    if phase == "before":
        return Q(before_first=int(first), before_second=int(second))
    now = Q(after_value=None, before_first=int(first), before_second=int(second))
    return now | Q(after_first=int(first), after_second=int(second))


def check_condition(code: str, agency: Agency, today: dt.date | None = None) -> Q:
    """The condition behind one line of the data-quality list; the same one counts and lists."""
    day = today or clock.today()
    actions = RiskAction.objects.filter(agency=agency)  # not correlated: read once, not once for each row
    planned = actions.exclude(state=RiskAction.State.CANCELLED).values("risk")
    late = actions.filter(state=RiskAction.State.OPEN, deadline__lt=day).values("risk")
    scale = RiskScale.objects.filter(agency=agency, valid_from__lte=day).order_by("-version")[:1]
    high = Q(before_level__in=_high_levels(agency, "needs_action"))
    leader = Q(kind=Risk.Kind.RISK, level__in=_high_levels(agency, "needs_leader"))
    refused = Q(treatment=Risk.Treatment.ACCEPT) | Q(pursue=False)
    conditions: dict[str, Q] = {
        "no_owner": Q(owner=None),
        "no_action": high & ~refused & ~Q(pk__in=planned),
        "unscored": Q(value=None),
        "never_reviewed": Q(reviewed_on=None),
        "review_due": Q(next_review_on__lt=day),
        "acceptance_expired": leader
        & Q(treatment=Risk.Treatment.ACCEPT)
        & (Q(accepted_until=None) | Q(accepted_until__lt=day)),
        "action_overdue": Q(pk__in=late),
        "old_scale": Q(value__isnull=False) & ~Q(scale__in=scale.values("pk")),
        "ineffective": Q(effectiveness=Risk.Effectiveness.INEFFECTIVE),
        "moved": Q(approved_value__isnull=False) & ~Q(value=F("approved_value")),
    }
    return conditions.get(code, Q())


def _high_levels(agency: Agency, what: str) -> list[str]:
    """Levels whose band, on the scale in force, asks for an action or a leader."""
    scale = scale_in_force(agency)
    if scale is None:
        return ["high", "very_high"]
    return [band.code for band in scale.scale.risk.bands if getattr(band, what)]


@dataclass(frozen=True)
class Cell:
    """One cell of a drawn matrix: levels, product, band class, how many, and the address of its list."""

    first: int
    second: int
    value: int
    level: str
    label: str
    count: int
    key: str


@dataclass(frozen=True)
class MatrixRow:
    """A row of a drawn matrix: the level of the first axis and its cells."""

    value: int
    label: str
    cells: list[Cell]


def matrix_of(rows: "QuerySet[Any]", scale: RiskScale, kind: str, phase: str) -> list[MatrixRow]:
    """The heat map before treatment, or now (what remains, else before): counts per cell, one query."""
    table: Matrix = scale.scale.of(kind)
    rows = rows.filter(kind=kind, scale=scale, value__isnull=False).order_by()
    if phase == "before":
        counted = rows.values_list("before_first", "before_second").annotate(n=Count("pk"))
    else:
        present = rows.annotate(
            now_first=Coalesce("after_first", "before_first"),
            now_second=Coalesce("after_second", "before_second"),
        )
        counted = present.values_list("now_first", "now_second").annotate(n=Count("pk"))
    counts = {(first, second): number for first, second, number in counted}
    return [
        MatrixRow(
            line[0].first,
            table.first[line[0].first - 1].label,
            [
                Cell(
                    score.first,
                    score.second,
                    score.value,
                    score.band.code,
                    score.band.label,
                    counts.get((score.first, score.second), 0),
                    f"{phase}-{score.first}-{score.second}",
                )
                for score in line
            ],
        )
        for line in table.grid()
    ]


def level_counts(rows: "QuerySet[Any]", scale: Scale) -> list[tuple[Any, int]]:
    """How many risks now stand in each band of the scale in force, highest first."""
    counted = dict(rows.filter(kind=Risk.Kind.RISK).order_by().values_list("level").annotate(n=Count("pk")))
    return [(band, counted.get(band.code, 0)) for band in reversed(scale.risk.bands)]


def quality_counts(rows: "QuerySet[Any]", agency: Agency, codes: list[str]) -> dict[str, int]:
    """How many rows each data-quality check finds, in one query."""
    found: dict[str, int] = rows.order_by().aggregate(
        **{code: Count("pk", filter=check_condition(code, agency)) for code in codes}
    )
    return found


def overdue_actions(person: Person, risks: "QuerySet[Any] | None" = None) -> "QuerySet[Any]":
    """Actions past their deadline, longest first; with `risks`, those of these entries only."""
    rows = RiskAction.objects.visible_to(person).filter(
        state=RiskAction.State.OPEN, deadline__lt=clock.today(), risk__state__in=FOLLOWED
    )
    if risks is not None:
        rows = rows.filter(risk__in=risks.order_by().values("pk"))
    return rows.select_related("risk__unit", "owner").order_by("deadline")


def risk_detail(person: Person) -> "QuerySet[Any]":
    """Risks with everything their page reads."""
    actions = RiskAction.objects.select_related("owner").prefetch_related("evidence__file", "judgements")
    return (
        Risk.objects.visible_to(person)
        .select_related(
            "unit", "owner", "clause", "scale", "drafted_by", "copied_from", "agency", "procedure"
        )
        .prefetch_related(
            Prefetch("actions", actions),
            "sources__issue",
            "sources__party",
            "sources__change",
            "sources__target",
            "scores__by",
            "scores__scale",
            "acceptances__accepted_by",
        )
    )
