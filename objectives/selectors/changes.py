"""What has changed since a figure was frozen: the very dossiers that came in or went out of it.

The frozen figure is computed again from the facts as they were after its last import; what is counted now
is held against it, dossier by dossier, in the database.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from dossiers import facts
from dossiers import selectors as dossiers
from dossiers.catalogue import Catalogue
from dossiers.models import Dossier, Procedure
from objectives import facts as counted
from objectives import formulas, periods
from objectives.models import Measurement
from qms import clock

SHOWN = 200


@dataclass(frozen=True)
class Move:
    """One dossier that is counted otherwise now than it was then."""

    dossier: Dossier
    numerator: tuple[bool, bool]
    denominator: tuple[bool, bool]


@dataclass(frozen=True)
class ProcedureMove:
    """One procedure that is counted otherwise now than it was then."""

    procedure: Procedure
    numerator: tuple[bool, bool]
    denominator: tuple[bool, bool]


@dataclass(frozen=True)
class Side:
    """Numerator and denominator, computed just now from the facts of one moment."""

    numerator: int | None
    denominator: int | None


class Changes:
    """A measurement of dossiers against the same figure today."""

    def __init__(self, measurement: Measurement) -> None:
        self.measurement = measurement
        self.target = measurement.target
        self.rule = measurement.rule
        self.seq = measurement.facts_seq or 0
        self.agency = measurement.agency
        self.now_seq = dossiers.last_seq(self.agency)
        self.now_as_of = dossiers.data_as_of(self.agency, self.now_seq)

    @property
    def from_catalogue(self) -> bool:
        """Whether procedures are behind the figure."""
        return self.rule.source is formulas.Source.PROCEDURES

    @property
    def from_dossiers(self) -> bool:
        """Whether dossiers are behind the figure."""
        return self.rule.source is formulas.Source.DOSSIERS and bool(self.measurement.facts_seq)

    @property
    def traceable(self) -> bool:
        """Whether the figure can be computed again from frozen facts."""
        return self.from_dossiers or self.from_catalogue

    def _today(self, known_at: dt.datetime | None) -> dt.date:
        return (known_at or clock.now()).astimezone(periods.VIETNAM).date()

    @cached_property
    def procedures(self) -> list[ProcedureMove]:
        """The procedures that count otherwise now than they did then."""
        if not self.from_catalogue:
            return []
        sides = []
        for known_at in (self.measurement.computed_at, None):
            day = min(self.window.last_day, self._today(known_at))
            offer = Catalogue(self.agency, known_at).online(day)
            sides.append(({one.pk for one in offer.offered}, {one.pk for one in offer.all}))
        (offered_then, all_then), (offered_now, all_now) = sides
        wanted = (offered_then ^ offered_now) | (all_then ^ all_now)
        return [
            ProcedureMove(
                one,
                (one.pk in offered_then, one.pk in offered_now),
                (one.pk in all_then, one.pk in all_now),
            )
            for one in Procedure.objects.filter(agency=self.agency, pk__in=wanted)
        ]

    @cached_property
    def window(self) -> periods.Window:
        """The days of the figure."""
        return periods.window(self.measurement.span, self.target.objective_set.window_rule)

    def _side(self, seq: int, as_of: Any, known_at: dt.datetime | None = None) -> Side:
        code = self.measurement.period
        if self.from_catalogue:
            offers = counted.procedure_counts(
                self.agency, {code: self.window}, self._today(known_at), known_at
            )
            return Side(*self.rule.rate(offers[code]))
        # `until` cuts nothing off: the moment the facts stand for is that of the imports up to `seq`.
        found = counted.year_counts(
            self.agency, {code: self.window}, formulas=[self.rule], seq=seq, as_of=as_of, known_at=known_at
        ).of(code, self.measurement.unit_id)
        return Side(*(self.rule.rate(found) if found is not None else (None, None)))

    @cached_property
    def again(self) -> Side:
        """The frozen figure, computed again from the facts of then."""
        return self._side(self.seq, self.measurement.as_of, self.measurement.computed_at)

    @cached_property
    def now(self) -> Side:
        """The same figure from the facts of now."""
        return self._side(self.now_seq, self.now_as_of)

    @property
    def holds(self) -> bool:
        """Whether the frozen figure comes out the same when it is computed again."""
        frozen = (self.measurement.numerator, self.measurement.denominator)
        return frozen == (self.again.numerator, self.again.denominator)

    def _then(self, key: str) -> Q:
        wanted = facts.condition(key, self.window, self.measurement.as_of)
        ids = []
        for rows, name in zip(dossiers.tables(self.agency, self.seq), ("pk", "dossier_id"), strict=True):
            found = rows.filter(wanted)
            if self.measurement.unit_id:
                found = found.filter(unit=self.measurement.unit_id)
            ids.append(Q(pk__in=found.order_by().values(name)))
        return ids[0] | ids[1]

    def _now(self, key: str) -> Q:
        wanted = facts.condition(key, self.window, self.now_as_of)
        return wanted & Q(unit=self.measurement.unit_id) if self.measurement.unit_id else wanted

    @cached_property
    def _keys(self) -> tuple[str, str]:
        counted_key, over = self.rule.listed
        return counted_key or "+".join(self.rule.numerator), over or "+".join(self.rule.denominator)

    @cached_property
    def _different(self) -> "QuerySet[Dossier]":
        rows = Dossier.objects.filter(agency=self.agency)
        wanted = Q(pk__in=[])
        for key in self._keys:
            now = rows.filter(self._now(key)).order_by().values("pk")
            then = rows.filter(self._then(key)).order_by().values("pk")
            wanted |= Q(pk__in=now) & ~Q(pk__in=then)
            wanted |= Q(pk__in=then) & ~Q(pk__in=now)
        return rows.filter(wanted)

    @cached_property
    def count(self) -> int:
        """How many dossiers are counted otherwise."""
        return self._different.count() if self.from_dossiers else len(self.procedures)

    @cached_property
    def moves(self) -> list[Move]:
        """The first of them, each with how it counted then and how it counts now."""
        return self._moves(0)

    def every_move(self) -> Iterator[Move]:
        """All of them, however many."""
        for start in range(0, self.count, SHOWN):
            yield from self._moves(start)

    def _moves(self, start: int) -> list[Move]:
        if not self.from_dossiers:
            return []
        rows = self._different.select_related("unit", "procedure").order_by("code", "pk")
        shown = list(rows[start : start + SHOWN])
        rows = Dossier.objects.filter(pk__in=[one.pk for one in shown])
        sets = [
            set(rows.filter(condition).values_list("pk", flat=True))
            for key in self._keys
            for condition in (self._then(key), self._now(key))
        ]
        return [
            Move(one, (one.pk in sets[0], one.pk in sets[1]), (one.pk in sets[2], one.pk in sets[3]))
            for one in shown
        ]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return max(self.count - SHOWN, 0) if self.from_dossiers else 0
