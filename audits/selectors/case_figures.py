"""Figures over cases: each with numerator, denominator and the filter that lists exactly what it counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from audits.models import CauseCategory, Nonconformity
from audits.selectors.cases import AGES, narrowed, of_age, open_actions
from qms import clock
from qms.models import Clause, OrgUnit, Person

CLASSES = ((30, "30"), (60, "60"), (90, "90"))


@dataclass(frozen=True)
class Share:
    """A rate: what it says, its two numbers, and where each is listed."""

    label: str
    numerator: int
    denominator: int
    url: str
    base_url: str
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """One bar of a Pareto: its count, its share of all, the share of it and those before it."""

    label: str
    count: int
    total: int
    cumulative: int
    most: int
    url: str

    @property
    def width(self) -> int:
        """Length of the bar in hundredths of the longest."""
        return round(100 * self.count / self.most) if self.most else 0

    @property
    def vital(self) -> bool:
        """Whether it belongs to the few that make up four fifths."""
        return (self.cumulative - self.count) * 5 < self.total * 4


@dataclass
class AgeRow:
    """Open actions of one unit by how late they are."""

    label: str
    cells: list[tuple[int, str, str]] = field(default_factory=list)
    total: int = 0


def _list_url(asked: dict[str, Any], **more: Any) -> str:
    kept = {name: value for name, value in asked.items() if value}
    return f"{reverse('audits:nc-list')}?{urlencode(kept | more)}"


def cases_of(person: Person, asked: dict[str, Any]) -> "QuerySet[Nonconformity]":
    """The cases the board counts: by its filters, without the cancelled ones."""
    rows: QuerySet[Nonconformity] = Nonconformity.objects.visible_to(person)
    return narrowed(rows, asked).exclude(state=Nonconformity.State.CANCELLED)


def shares(person: Person, asked: dict[str, Any]) -> list[Share]:
    """Recurrence, effectiveness, closing in time: three rates over the same cases."""
    rows = cases_of(person, asked)
    every = rows.count()
    recurring = rows.filter(recurring=True).count()
    judged = narrowed(rows, {"check": "judged"}).count()
    effective = narrowed(rows, {"check": "effective"}).count()
    closed = narrowed(rows, {"check": "dated"})
    finished, in_time = closed.count(), closed.filter(closed_on__lte=F("due_on")).count()
    return [
        Share(
            _("Recurrence"),
            recurring,
            every,
            _list_url(asked, check="recurring"),
            _list_url(asked),
            _("cases that repeat an earlier one"),
        ),
        Share(
            _("Effective"),
            effective,
            judged,
            _list_url(asked, check="effective"),
            _list_url(asked, check="judged"),
            _("judged effective and not come back since"),
        ),
        Share(
            _("Closed in time"),
            in_time,
            finished,
            _list_url(asked, check="dated"),
            _list_url(asked, check="dated"),
            _("closed by the day set"),
        ),
    ]


def _pareto(counted: Counter[tuple[str, str]], url: Any) -> list[Bar]:
    total = sum(counted.values())
    most = max(counted.values(), default=0)
    bars, cumulative = [], 0
    for (key, label), count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0][1])):
        cumulative += count
        bars.append(Bar(label, count, total, cumulative, most, url(key)))
    return bars


def pareto_causes(person: Person, asked: dict[str, Any]) -> list[Bar]:
    """Kinds of root causes, the most frequent first; cases without a cause are left out."""
    rows = cases_of(person, asked).exclude(cause_category="").order_by()
    kinds = rows.values_list("cause_category").annotate(number=Count("pk", distinct=True))
    counted = Counter({(kind, str(CauseCategory(kind).label)): number for kind, number in kinds})
    return _pareto(counted, lambda key: _list_url(asked, cause=key))


def pareto_clauses(person: Person, asked: dict[str, Any]) -> list[Bar]:
    """Clauses, the most frequent first."""
    rows = cases_of(person, asked).exclude(clause=None).order_by()
    numbers = dict(rows.values_list("clause").annotate(number=Count("pk", distinct=True)))
    counted: Counter[tuple[str, str]] = Counter()
    for clause in Clause.objects.filter(pk__in=numbers):  # two editions may number a clause alike
        counted[(clause.code, str(clause))] += numbers[clause.pk]
    return _pareto(counted, lambda key: _list_url(asked, clause=key))


@dataclass(frozen=True)
class Closing:
    """How long cases took: the median in days, and how many took how long."""

    count: int
    days: int | None
    slowest: int
    classes: list[tuple[str, int, int]]


def time_to_close(person: Person, asked: dict[str, Any]) -> Closing:
    """Days from detection to closing."""
    rows = cases_of(person, asked).filter(state="closed").values_list("detected_on", "closed_on")
    spans = [(closed - detected).days for detected, closed in rows if closed]
    found, low = [], -1
    for high, _name in CLASSES:
        number = sum(1 for days in spans if low < days <= high)
        label = _("up to %(n)s days") % {"n": high} if low < 0 else f"{low + 1}–{high}"
        found.append((label, number, round(100 * number / len(spans)) if spans else 0))
        low = high
    number = sum(1 for days in spans if days > low)
    share = round(100 * number / len(spans)) if spans else 0
    found.append((_("more than %(n)s days") % {"n": low}, number, share))
    return Closing(len(spans), round(median(spans)) if spans else None, max(spans, default=0), found)


AGE_WORDS = {
    "in_time": lambda: _("Still in time"),
    "late_7": lambda: _("Late 1–7 days"),
    "late_30": lambda: _("Late 8–30 days"),
    "late_more": lambda: _("Late over 30 days"),
}


def actions_by_age(person: Person) -> list[AgeRow]:
    """Open actions, units down, ages across; a unit without any is left out."""
    today = clock.today()
    found = open_actions(person, {}).order_by().select_related(None).values("nonconformity__unit")
    ages: dict[str, Any] = {age: Count("pk", filter=of_age(age, today)) for age in AGES}
    counted: dict[Any, dict[str, Any]] = {
        row["nonconformity__unit"]: {**row} for row in found.annotate(**ages)
    }
    base = reverse("audits:nc-actions")
    rows = []
    for unit in OrgUnit.objects.filter(pk__in=counted).order_by("order", "name"):
        numbers = counted[unit.pk]
        cells = [(numbers[age], f"{base}?{urlencode({'unit': unit.pk, 'age': age})}", age) for age in AGES]
        rows.append(AgeRow(unit.label, cells, sum(numbers[age] for age in AGES)))
    return rows


def age_heads() -> list[str]:
    """Heads of the columns of ages."""
    return [AGE_WORDS[key]() for key in AGES]


def summed(rows: Iterable[AgeRow]) -> list[int]:
    """The sums below the columns."""
    columns = zip(*([number for number, _url, _age in row.cells] for row in rows), strict=True)
    return [sum(column) for column in columns]
