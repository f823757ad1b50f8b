"""Having figures computed, and storing what came out: new rows only for what changed.

After an import the figures of dossiers come from what has changed since they were computed. Every night, and
when a person asks, everything is counted whole; a figure that then comes out otherwise from the same facts is
put right, and said in the trail and to those who keep the objectives.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dossiers.models import DossierImport
from objectives import facts, formulas
from objectives.attainment import Attainment, Result
from objectives.increments import Seen
from objectives.models import Figure, ObjectiveSet, SetState
from objectives.services import measuring
from objectives.services.measuring import Change
from objectives.services.reminder_matters import Posts
from qms import audit, clock, jobs, notifications
from qms.models import Agency, Job, Person
from qms.snapshots import snapshot

KIND = "objectives.attainment"
ALL_SOURCES = "all"
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
    seen: list[Seen | None] = []
    whole = 0
    with snapshot():
        for number, objective_set in enumerate(sets):
            ctx.progress(number, len(sets), _("Counting: %(title)s") % {"title": objective_set.title})
            after_import = source == formulas.Source.DOSSIERS
            found = Attainment.since(objective_set) if after_import else Attainment.of(objective_set)
            results += found.results(sources)
            if formulas.Source.DOSSIERS in sources:
                whole += found.counted_whole
                seen.append(found.seen)
    ctx.progress(len(sets), len(sets), _("Storing"))
    with ctx.completing({"year": year}) as outcome:
        # One computation stores at a time; what another one read later than this one stays.
        list(ObjectiveSet.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in sets]))
        stored = figures_store(ctx.agency, results, job=ctx.job, began=began, seen=Seen.together(seen))
        outcome |= {
            "figures": len(results),
            "changed": len(stored.added),
            "counted_whole": whole,
            "corrected": len(stored.corrected),
        }
        for objective_set in sets:
            changed = [one for one in stored.added if one.result.target.objective_set_id == objective_set.pk]
            if changed:
                audit.record(
                    "objectives.attainment.computed",
                    objective_set,
                    {"figures": (None, len(changed))},
                    acting=ctx.acting,
                )
            wrong = [
                one for one in stored.corrected if one.result.target.objective_set_id == objective_set.pk
            ]
            if wrong:
                _tell_of_corrections(objective_set, wrong, ctx)


def _tell_of_corrections(objective_set: ObjectiveSet, rows: Sequence[Change], ctx: jobs.JobContext) -> None:
    """Write into the trail, and tell those who keep the objectives, which figures did not hold."""
    audit.record(
        "objectives.attainment.corrected",
        objective_set,
        {
            _named(one.result): (
                f"{one.before.facts[0]}/{one.before.facts[1]}" if one.before else None,
                f"{one.result.numerator}/{one.result.denominator}",
            )
            for one in rows[:CORRECTIONS_NAMED]
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


def _named(result: Result) -> str:
    """A figure in a line of the trail."""
    unit = result.unit.code if result.unit else ""
    return f"{result.target.code} {result.period.code} {unit} {result.formula.code}"


@dataclass(frozen=True)
class Stored:
    """The figures that got a measurement; `corrected` differ from the one before on the very same facts."""

    added: list[Change]
    corrected: list[Change]


def figures_store(
    agency: Agency,
    results: Sequence[Result],
    *,
    job: Job | None,
    began: dt.datetime,
    seen: Seen | None = None,
) -> Stored:
    """Add a measurement for every figure that changed.

    `began` is when the computation started to read, `seen` the figures it began with. Must run in a
    transaction that holds the sets: their lock keeps the figures. A figure that another computation read
    later is left alone, so that an older state never covers a newer one.
    """
    present = measuring.present(agency, {result.target.pk for result in results}, seen)
    stored = Stored([], [])
    checked: dict[measuring.State, list[Any]] = defaultdict(list)
    for result in results:
        kept = present.get(measuring.place_of(result))
        if kept is not None and kept.checked_at > began:
            continue
        state = result.as_of, result.facts_seq
        if kept is not None and kept.facts == measuring.facts_of(result):
            checked[state].append(kept.figure)
            continue
        change = Change(result, kept)
        stored.added.append(change)
        if kept is not None and kept.state == state and _does_not_hold(kept.facts, result):
            stored.corrected.append(change)
    measuring.add(agency, stored.added, job=job, began=began)
    measuring.move_on(agency, checked, began)
    return stored


def _does_not_hold(kept: tuple[Any, ...], result: Result) -> bool:
    """Whether dossiers were counted otherwise by the same formula."""
    rule = result.formula
    counts_dossiers = rule.source is formulas.Source.DOSSIERS and not facts.in_hours(rule)
    numerator, denominator, _status, version, _detail = kept
    same = version == rule.version
    return counts_dossiers and same and (numerator, denominator) != (result.numerator, result.denominator)
