"""Having figures computed, and storing what came out: new rows only for what changed.

After an import the figures of dossiers come from what has changed since they were computed. Every night, and
when a person asks, everything is counted whole; a figure that then comes out otherwise from the same facts is
put right, and said in the trail and to those who keep the objectives.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dossiers.models import DossierImport
from objectives import facts, formulas
from objectives.attainment import Attainment, Result
from objectives.models import Figure, Measurement, ObjectiveSet, SetState
from objectives.services.reminder_matters import Posts
from qms import audit, clock, jobs, notifications
from qms.models import Agency, Job, Person
from qms.snapshots import snapshot

KIND = "objectives.attainment"
ALL_SOURCES = "all"
AT_ONCE = 5000
CORRECTIONS_NAMED = 50


def attainment_request(*, agency: Agency, year: int, acting: Person | None, source: str = ALL_SOURCES) -> Job:
    """Have the figures of a year computed in the background.

    Requests that wait already are one, and one that waits for everything stands for any source; a request
    made while a computation runs waits behind it, because what changed meanwhile may have been read already.
    """
    waiting = Job.objects.filter(
        kind=KIND, agency=agency, state=Job.State.QUEUED, params={"year": year, "source": ALL_SOURCES}
    ).first()
    if waiting is not None:
        return waiting
    base = f"{agency.pk}:{year}:{source}"
    running = Job.objects.filter(kind=KIND, agency=agency, state=Job.State.RUNNING).order_by("pk").last()
    return jobs.enqueue(
        KIND,
        agency=agency,
        params={"year": year, "source": source},
        acting=acting,
        label=_("Attainment of the objectives of %(year)s") % {"year": year},
        unique_key=f"{base}:{running.pk.hex[-12:]}" if running else base,
    )


def attainment_nightly() -> None:
    """Every night: all years with objectives in force."""
    years = (
        ObjectiveSet.objects.filter(state=SetState.IN_FORCE)
        .values_list("agency", "year")
        .order_by("agency", "year")
        .distinct()
    )
    for agency_id, year in years:
        with transaction.atomic():
            attainment_request(agency=Agency.objects.get(pk=agency_id), year=year, acting=None)


def attainment_after_import(dossier_import: DossierImport) -> None:
    """Called in the transaction that commits an import: the years whose dossier figures it may touch."""
    since = dossier_import.touched.get("since")
    first = dt.datetime.fromisoformat(since).year if since else 0
    years = ObjectiveSet.objects.filter(
        agency=dossier_import.agency, state=SetState.IN_FORCE, year__gte=first
    ).values_list("year", flat=True)
    for year in sorted(set(years)):
        _requested(dossier_import.agency, year, formulas.Source.DOSSIERS, dossier_import.imported_by)
    if dossier_import.understood.get("procedures"):
        _catalogue_counted(dossier_import.agency, dossier_import.imported_by)


def attainment_after_catalogue(agency: Agency) -> None:
    """Called in the transaction that changes the catalogue: what is offered online, and working hours."""
    _catalogue_counted(agency, None)
    for year in _years_measured(agency, formulas.Source.DOSSIERS):
        _requested(agency, year, formulas.Source.DOSSIERS, None)


def _catalogue_counted(agency: Agency, acting: Person | None) -> None:
    for year in _years_measured(agency, formulas.Source.PROCEDURES):
        _requested(agency, year, formulas.Source.PROCEDURES, acting)


def _years_measured(agency: Agency, source: formulas.Source) -> list[int]:
    """The years with objectives in force that have targets measured from a source."""
    sets = ObjectiveSet.objects.filter(
        agency=agency,
        state=SetState.IN_FORCE,
        targets__formula__in=[one.code for one in formulas.newest() if one.source is source],
    )
    return sorted(set(sets.values_list("year", flat=True)))


def _requested(agency: Agency, year: int, source: str, acting: Person | None) -> None:
    attainment_request(agency=agency, year=year, acting=acting, source=source)


def closed_figures_rest(dossier_import: DossierImport) -> str:
    """Why an import may not be undone: closed figures were counted from it. Empty when there are none."""
    figure = (
        Figure.objects.filter(
            agency=dossier_import.agency,
            facts_seq__gte=dossier_import.seq or 0,
            target__objective_set__state=SetState.CLOSED,
        )
        .select_related("target__objective_set")
        .first()
    )
    if figure is None:
        return ""
    return _("The closed figures of “%(set)s” rest on it.") % {"set": figure.target.objective_set.title}


@jobs.job_kind(KIND, label=gettext_lazy("Attainment of the objectives"))
def attainment_compute(ctx: jobs.JobContext) -> None:
    """Compute every objective set in force of one agency and year; unchanged figures add no row.

    After an import (source: dossiers) from what has changed, otherwise from all the facts.
    """
    year, source = int(ctx.params["year"]), str(ctx.params.get("source", ALL_SOURCES))
    sources = tuple(formulas.Source) if source == ALL_SOURCES else (formulas.Source(source),)
    sets = list(
        ObjectiveSet.objects.filter(agency=ctx.agency, year=year, state=SetState.IN_FORCE)
        .select_related("agency", "unit")
        .order_by("unit__order", "pk")
    )
    began = clock.now()
    results: list[Result] = []
    whole = 0
    with snapshot():
        for number, objective_set in enumerate(sets):
            ctx.progress(number, len(sets), _("Counting: %(title)s") % {"title": objective_set.title})
            after_import = source == formulas.Source.DOSSIERS
            found = Attainment.since(objective_set) if after_import else Attainment.of(objective_set)
            results += found.results(sources)
            whole += formulas.Source.DOSSIERS in sources and found.counted_whole
    ctx.progress(len(sets), len(sets), _("Storing"))
    with ctx.completing({"year": year}) as outcome:
        # One computation stores at a time; what another one read later than this one stays.
        list(ObjectiveSet.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in sets]))
        stored = figures_store(ctx.agency, results, job=ctx.job, began=began)
        outcome |= {
            "figures": len(results),
            "changed": len(stored.added),
            "counted_whole": whole,
            "corrected": len(stored.corrected),
        }
        for objective_set in sets:
            changed = [row for row in stored.added if row.target.objective_set_id == objective_set.pk]
            if changed:
                audit.record(
                    "objectives.attainment.computed",
                    objective_set,
                    {"figures": (None, len(changed))},
                    acting=ctx.acting,
                )
            wrong = [row for row in stored.corrected if row.target.objective_set_id == objective_set.pk]
            if wrong:
                _tell_of_corrections(objective_set, wrong, ctx)


def _tell_of_corrections(
    objective_set: ObjectiveSet, rows: Sequence[Measurement], ctx: jobs.JobContext
) -> None:
    """Write into the trail, and tell those who keep the objectives, which figures did not hold."""
    audit.record(
        "objectives.attainment.corrected",
        objective_set,
        {
            f"{row.target.code} {row.period} {row.unit.code if row.unit else ''} {row.formula}": (
                f"{row.previous.numerator}/{row.previous.denominator}" if row.previous else None,
                f"{row.numerator}/{row.denominator}",
            )
            for row in rows[:CORRECTIONS_NAMED]
        },
        acting=ctx.acting,
        note=str(len(rows)),
    )
    for person in Posts(ctx.agency).secretaries:
        notifications.notify(
            person,
            topic="objectives",
            title=ngettext(
                "The recount put %(count)s figure right",
                "The recount put %(count)s figures right",
                len(rows),
            )
            % {"count": len(rows)},
            body=objective_set.title,
            url=objective_set.get_absolute_url(),
            key=f"attainment-corrected:{ctx.job.pk}:{objective_set.pk}",
        )


@dataclass(frozen=True)
class Stored:
    """The measurements that were added; `corrected` differ from the one before on the very same facts."""

    added: list[Measurement]
    corrected: list[Measurement]


def figures_store(
    agency: Agency, results: Sequence[Result], *, job: Job | None, began: dt.datetime
) -> Stored:
    """Add a measurement for every figure that changed.

    `began` is when the computation started to read. Must run in a transaction that holds the sets: their
    lock keeps the figures. A figure that another computation read later is left alone, so that an older
    state never covers a newer one.
    """
    present = _present(agency, {result.target.pk for result in results})
    stored = Stored([], [])
    first: list[Figure] = []
    moved: dict[_State, list[Any]] = defaultdict(list)
    checked: dict[_State, list[Any]] = defaultdict(list)
    for result in results:
        unit = result.unit.pk if result.unit else None
        kept = present.get((result.target.pk, unit, result.period.code, result.formula.code))
        if kept is not None and kept.checked_at > began:
            continue
        state = result.as_of, result.facts_seq
        if kept is not None and kept.facts == _facts(result):
            checked[state].append(kept.figure)
            continue
        measurement = _measurement(agency, result, kept.measurement if kept else None, job, began)
        stored.added.append(measurement)
        if kept is None:
            first.append(_figure(agency, result, measurement, began))
            continue
        moved[state].append(kept.figure)
        if kept.state == state and _does_not_hold(kept.facts, result):
            stored.corrected.append(measurement)
    Measurement.objects.bulk_create(stored.added, batch_size=AT_ONCE)
    Figure.objects.bulk_create(first, batch_size=AT_ONCE)
    newer = Measurement.objects.filter(agency=agency, previous=OuterRef("measurement")).values("pk")[:1]
    _move_on(agency, moved, began, measurement=Subquery(newer))
    _move_on(agency, checked, began)
    return stored


_State = tuple[dt.datetime | None, int | None]
"""What a figure stands for: the moment of its facts, and the number of the last import."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A figure as it is kept, with the facts of its measurement."""

    figure: uuid.UUID
    checked_at: dt.datetime
    state: _State
    measurement: uuid.UUID
    facts: tuple[Any, ...]


def _present(agency: Agency, targets: set[uuid.UUID]) -> dict[tuple[Any, ...], _Kept]:
    """The kept figures of these targets by target, unit, period and formula."""
    names = ("numerator", "denominator", "status", "formula_version", "detail")
    rows = Figure.objects.filter(agency=agency, target__in=targets).values_list(
        "target_id",
        "unit_id",
        "period",
        "formula",
        "pk",
        "checked_at",
        "as_of",
        "facts_seq",
        "measurement_id",
        *(f"measurement__{name}" for name in names),
    )
    return {row[:4]: _Kept(row[4], row[5], row[6:8], row[8], row[9:]) for row in rows}


def _move_on(agency: Agency, figures: Mapping[_State, list[Any]], began: dt.datetime, **more: Any) -> None:
    """Say of figures what they stand for now."""
    for (as_of, facts_seq), keys in figures.items():
        for start in range(0, len(keys), AT_ONCE):
            rows = Figure.objects.filter(agency=agency, pk__in=keys[start : start + AT_ONCE])
            rows.update(as_of=as_of, facts_seq=facts_seq, checked_at=began, **more)


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


def _does_not_hold(kept: tuple[Any, ...], result: Result) -> bool:
    """Whether dossiers were counted otherwise by the same formula."""
    rule = result.formula
    counts_dossiers = rule.source is formulas.Source.DOSSIERS and not facts.in_hours(rule)
    numerator, denominator, _status, version, _detail = kept
    same = version == rule.version
    return counts_dossiers and same and (numerator, denominator) != (result.numerator, result.denominator)


def _facts(result: Result) -> tuple[Any, ...]:
    return (
        result.numerator,
        result.denominator,
        result.status.value,
        result.formula.version,
        result.detail,
    )


def _measurement(
    agency: Agency, result: Result, previous: uuid.UUID | None, job: Job | None, began: dt.datetime
) -> Measurement:
    return Measurement(
        agency=agency,
        target=result.target,
        unit=result.unit,
        period=result.period.code,
        formula=result.formula.code,
        formula_version=result.formula.version,
        numerator=result.numerator,
        denominator=result.denominator,
        status=result.status.value,
        as_of=result.as_of,
        facts_seq=result.facts_seq,
        computed_at=began,
        job_ref=job.pk if job else None,
        previous_id=previous,
        detail=result.detail,
    )
