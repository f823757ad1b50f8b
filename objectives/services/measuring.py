"""Figures as they are kept, and storing new measurements of them: a constant number of statements."""

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Max, OuterRef, Subquery

from objectives.attainment import Result
from objectives.increments import Place, Seen
from objectives.models import Figure, Measurement
from qms import clock
from qms.models import Agency, Job
from qms.models.base import uuid7

AT_ONCE = 5000
State = tuple[dt.datetime | None, int | None]
"""What a figure stands for: the moment of its facts, and the number of the last import."""
_NUMBERS = ("numerator", "denominator", "status", "formula_version", "detail")


@dataclass(frozen=True, slots=True)
class Kept:
    """A figure as it is kept, with the facts of its measurement; the keys of both as text."""

    figure: str
    checked_at: dt.datetime
    state: State
    measurement: str
    facts: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that came out otherwise than it is kept, or for the first time."""

    result: Result
    before: Kept | None

    @property
    def facts(self) -> tuple[Any, ...]:
        """What a measurement of it says."""
        return facts_of(self.result)


def facts_of(result: Result) -> tuple[Any, ...]:
    """What a measurement of a result says; equal ones need no new measurement."""
    return (
        result.numerator,
        result.denominator,
        result.status.value,
        result.formula.version,
        result.detail,
    )


def place_of(result: Result) -> Place:
    """Which figure a result is of."""
    return result.target.pk, result.unit.pk if result.unit else None, result.period.code, result.formula.code


def present(agency: Agency, targets: set[uuid.UUID], seen: Seen | None = None) -> Mapping[Place, Kept]:
    """The kept figures of these targets; `seen` are those read before, which stand unless one was touched."""
    rows = Figure.objects.filter(agency=agency, target__in=targets)
    if seen is not None and seen.targets == targets:
        now = rows.aggregate(count=Count("pk"), latest=Max("checked_at"))
        if (now["count"], now["latest"]) == seen.stand:
            return {place: _kept(row) for place, row in seen.rows.items()}
    return {place: _kept(row) for place, row in Seen.read(agency, targets).rows.items()}


def _kept(row: Sequence[Any]) -> Kept:
    figure, checked_at, as_of, seq, measurement, *numbers = row
    return Kept(figure, checked_at, (as_of, seq), measurement, tuple(numbers))


def add(agency: Agency, changes: Sequence[Change], *, job: Job | None, began: dt.datetime) -> None:
    """A measurement of every change; its figure shows it from now on.

    Must run in a transaction that holds the figures.
    """
    known = [one for one in changes if one.before is not None]
    first = [one for one in changes if one.before is None]
    made = [_measurement(agency, one, job, began) for one in first]
    Measurement.objects.bulk_create(made, batch_size=AT_ONCE)
    Figure.objects.bulk_create(
        [_figure(agency, one.result, row, began) for one, row in zip(first, made, strict=True)],
        batch_size=AT_ONCE,
    )
    if known and connection.vendor == "postgresql":
        _add_at_once(agency, known, job, began)
    elif known:
        _add_each(agency, known, job, began)


def move_on(agency: Agency, figures: Mapping[State, list[Any]], began: dt.datetime, **more: Any) -> None:
    """Say of figures what they stand for now."""
    for (as_of, facts_seq), keys in figures.items():
        for start in range(0, len(keys), AT_ONCE):
            rows = Figure.objects.filter(agency=agency, pk__in=keys[start : start + AT_ONCE])
            rows.update(as_of=as_of, facts_seq=facts_seq, checked_at=began, **more)


_ADD = """
WITH told AS MATERIALIZED (
    SELECT * FROM unnest(%(ids)s::uuid[], %(figures)s::uuid[], %(numerators)s::bigint[],
        %(denominators)s::bigint[], %(statuses)s::text[], %(versions)s::int[], %(details)s::text[],
        %(until)s::timestamptz[], %(seqs)s::bigint[]
    ) AS t(id, figure, numerator, denominator, status, version, detail, until, seq)
), added AS (
    INSERT INTO objectives_measurement (
        id, created_at, agency_id, target_id, unit_id, period, formula, formula_version, numerator,
        denominator, status, as_of, facts_seq, computed_at, job_ref, previous_id, detail)
    SELECT t.id, %(now)s, f.agency_id, f.target_id, f.unit_id, f.period, f.formula, t.version, t.numerator,
        t.denominator, t.status, t.until, t.seq, %(began)s, %(job)s::uuid, f.measurement_id, t.detail::jsonb
    FROM told t JOIN objectives_figure f ON f.id = t.figure AND f.agency_id = %(agency)s::uuid
)
UPDATE objectives_figure f
SET measurement_id = t.id, as_of = t.until, facts_seq = t.seq, checked_at = %(began)s
FROM told t WHERE f.id = t.figure AND f.agency_id = %(agency)s::uuid
"""
"""What is the same of a figure is taken from the figure; only what was computed travels."""


def _add_at_once(agency: Agency, changes: Iterable[Change], job: Job | None, began: dt.datetime) -> None:
    told = [
        (
            str(uuid7()),
            one.before and one.before.figure,
            *one.facts,
            one.result.as_of,
            one.result.facts_seq,
        )
        for one in changes
    ]
    ids, figures, numerators, denominators, statuses, versions, details, until, seqs = map(
        list, zip(*told, strict=True)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _ADD,
            {
                "ids": ids,
                "figures": figures,
                "numerators": numerators,
                "denominators": denominators,
                "statuses": statuses,
                "versions": versions,
                "details": [json.dumps(one) for one in details],
                "until": until,
                "seqs": seqs,
                "agency": str(agency.pk),
                "job": str(job.pk) if job else None,
                "began": began,
                "now": clock.now(),
            },
        )


def _add_each(agency: Agency, changes: Iterable[Change], job: Job | None, began: dt.datetime) -> None:
    moved: dict[State, list[Any]] = {}
    made = []
    for one in changes:
        assert one.before is not None
        made.append(_measurement(agency, one, job, began))
        moved.setdefault((one.result.as_of, one.result.facts_seq), []).append(one.before.figure)
    Measurement.objects.bulk_create(made, batch_size=AT_ONCE)
    newer = Measurement.objects.filter(agency=agency, previous=OuterRef("measurement")).values("pk")[:1]
    move_on(agency, moved, began, measurement=Subquery(newer))


def _figure(agency: Agency, result: Result, measurement: Measurement, began: dt.datetime) -> Figure:
    return Figure(
        agency=agency,
        target=result.target,
        unit=result.unit,
        period=result.period.code,
        formula=result.formula.code,
        measurement=measurement,
        as_of=result.as_of,
        facts_seq=result.facts_seq,
        checked_at=began,
    )


def _measurement(agency: Agency, change: Change, job: Job | None, began: dt.datetime) -> Measurement:
    result = change.result
    return Measurement(
        agency=agency,
        target=result.target,
        unit=result.unit,
        period=result.period.code,
        formula=result.formula.code,
        **dict(zip(_NUMBERS, change.facts, strict=True)),
        as_of=result.as_of,
        facts_seq=result.facts_seq,
        computed_at=began,
        job_ref=job.pk if job else None,
        previous_id=change.before.measurement if change.before else None,
    )
