"""Having figures computed, and storing what came out: new rows only for what changed."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.models import DossierImport
from objectives import formulas
from objectives.attainment import Attainment, Result
from objectives.models import Figure, Measurement, ObjectiveSet, SetState
from qms import audit, clock, jobs
from qms.models import Agency, Job, Person

KIND = "objectives.attainment"
ALL_SOURCES = "all"


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
        attainment_request(
            agency=dossier_import.agency,
            year=year,
            acting=dossier_import.imported_by,
            source=formulas.Source.DOSSIERS,
        )


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
    """Compute every objective set in force of one agency and year; unchanged figures add no row."""
    year, source = int(ctx.params["year"]), str(ctx.params.get("source", ALL_SOURCES))
    sources = tuple(formulas.Source) if source == ALL_SOURCES else (formulas.Source(source),)
    sets = list(
        ObjectiveSet.objects.filter(agency=ctx.agency, year=year, state=SetState.IN_FORCE)
        .select_related("agency", "unit")
        .order_by("unit__order", "pk")
    )
    began = clock.now()
    results: list[Result] = []
    for number, objective_set in enumerate(sets):
        ctx.progress(number, len(sets), _("Counting: %(title)s") % {"title": objective_set.title})
        results += Attainment.of(objective_set).results(sources)
    ctx.progress(len(sets), len(sets), _("Storing"))
    with ctx.completing({"year": year}) as outcome:
        # One computation stores at a time; what another one read later than this one stays.
        list(ObjectiveSet.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in sets]))
        added = figures_store(ctx.agency, results, job=ctx.job, began=began)
        outcome |= {"figures": len(results), "changed": len(added)}
        for objective_set in sets:
            changed = [row for row in added if row.target.objective_set_id == objective_set.pk]
            if changed:
                audit.record(
                    "objectives.attainment.computed",
                    objective_set,
                    {"figures": (None, len(changed))},
                    acting=ctx.acting,
                )


def figures_store(
    agency: Agency, results: Sequence[Result], *, job: Job | None, began: dt.datetime
) -> list[Measurement]:
    """Add a measurement for every figure that changed; gives back the added ones.

    `began` is when the computation started to read. Must run in a transaction that holds the sets; a figure
    that another computation read later is left alone, so that an older state never covers a newer one.
    """
    targets = {result.target.pk for result in results}
    present = {
        (row.target_id, row.unit_id, row.period, row.formula): row
        for row in Figure.objects.select_for_update(of=("self",))
        .filter(agency=agency, target__in=targets)
        .select_related("measurement")
    }
    new: list[Measurement] = []
    first: list[Figure] = []
    kept: list[Figure] = []
    for result in results:
        key = (
            result.target.pk,
            result.unit.pk if result.unit else None,
            result.period.code,
            result.formula.code,
        )
        figure = present.get(key)
        if figure is not None and figure.checked_at > began:
            continue
        if figure is None or _facts_of(figure.measurement) != _facts(result):
            measurement = _measurement(agency, result, figure.measurement if figure else None, job, began)
            new.append(measurement)
        else:
            measurement = figure.measurement
        if figure is None:
            figure = Figure(agency=agency, target=result.target, unit=result.unit)
            figure.period, figure.formula = result.period.code, result.formula.code
            first.append(figure)
        else:
            kept.append(figure)
        figure.measurement = measurement
        figure.as_of, figure.facts_seq, figure.checked_at = result.as_of, result.facts_seq, began
    Measurement.objects.bulk_create(new, batch_size=500)
    Figure.objects.bulk_create(first, batch_size=500)
    Figure.objects.bulk_update(kept, ["measurement", "as_of", "facts_seq", "checked_at"], batch_size=300)
    return new


def _facts(result: Result) -> tuple[Any, ...]:
    return (
        result.numerator,
        result.denominator,
        result.status.value,
        result.formula.version,
        result.detail,
    )


def _facts_of(row: Measurement) -> tuple[Any, ...]:
    return row.numerator, row.denominator, row.status, row.formula_version, row.detail


def _measurement(
    agency: Agency, result: Result, previous: Measurement | None, job: Job | None, began: dt.datetime
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
        previous=previous,
        detail=result.detail,
    )
