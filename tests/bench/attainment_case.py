"""Attainment of a year: all dossier counts × units × 19 periods, and what it costs after a small correction.

The floor is hand-written SQL: one pass that sorts the dossiers into cells by the ends of the periods, then
sums over the cells. It gives the same counts, which is checked. After a correction the figures are computed
from what has changed: that stands beside computing them whole, and the job that stores them beside the job
that computes everything and stores what has changed. Both give the same figures, which is checked too.
"""

import bisect
import statistics
from collections import Counter

from django.db import connection

from dossiers import selectors
from dossiers.models import Dossier, DossierVersion
from objectives import facts, formulas, periods
from objectives.attainment import Attainment
from objectives.models import Measurement, ObjectiveSet, SetState
from objectives.services.attainment import ALL_SOURCES, KIND, attainment_request
from qms import jobs
from qms.models import Job
from tests.bench import dossiers
from tests.bench.figures import Figure, seconds

CORRECTED = 1000
CLOSED = ("withdrawn", "stopped")
FLOOR = """
SELECT unit_id, status, channel = 'online', coalesce(rating >= 4, false), rating IS NOT NULL,
       coalesce(result_at <= due_original_at, false),
       width_bucket(received_at, %(edges)s::timestamptz[]), width_bucket(result_at, %(edges)s::timestamptz[]),
       width_bucket(due_original_at, %(cuts)s::timestamptz[]), count(*)
FROM dossiers_dossier
WHERE agency_id = %(agency)s AND received_at < %(last)s
  AND (received_at >= %(first)s OR result_at IS NULL OR result_at >= %(first)s)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
"""


def by_hand(agency, windows, as_of):
    """{(window, unit or None): counts}, by the shortest way."""
    edges = sorted({edge for window in windows for edge in (window.start, window.end)})
    cuts = sorted({min(window.end, as_of) for window in windows})
    values = {"agency": agency.pk, "edges": edges, "cuts": cuts, "first": edges[0], "last": edges[-1]}
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(FLOOR, values)
        cells = cursor.fetchall()
    spans = [
        (
            window,
            bisect.bisect_right(edges, window.start),
            bisect.bisect_right(edges, window.end),
            bisect.bisect_right(cuts, min(window.end, as_of)),
        )
        for window in windows
    ]
    for unit, status, online, satisfied, rated, on_time, received, result, due, number in cells:
        closed = status in CLOSED
        for window, start, end, cut in spans:
            add = []
            if start <= received < end:
                if status == "refused":
                    add.append("refused_at_intake")
                else:
                    add += ["received", "received_online"] if online else ["received"]
                if closed:
                    add.append("withdrawn_or_stopped")
            if result is not None and start <= result < end and status != "refused" and not closed:
                add += ["resolved", "early_or_on_time" if on_time else "late"]
                add += ["answers"] if rated else []
                add += ["satisfied"] if satisfied else []
            if received < end and (result is None or result >= end):
                if status == "supplement":
                    add.append("suspended")
                elif status != "refused" and not closed and due is not None and due < cut:
                    add.append("open_overdue")
            for key in add:
                for place in (unit, None):
                    found.setdefault((window, place), Counter())[key] += number
    return found


def same(portal, hand, keys):
    """The first place where the two disagree, None when they agree everywhere."""
    for place in set(hand) | set(portal.by_place):
        for key in keys:
            mine, theirs = portal.of(*place).get(key, 0), hand.get(place, {}).get(key, 0)
            if mine != theirs:
                return place, key, mine, theirs
    return None


def job_time(agency, source) -> float:
    """Seconds of the job that computes and stores the figures of the year."""
    Job.objects.filter(kind=KIND).delete()
    job = attainment_request(agency=agency, year=dossiers.YEAR, acting=None, source=source)
    return seconds(lambda: jobs.run_here(job))


def kept(agency):
    """The figures as they are kept."""
    rows = Measurement.objects.filter(agency=agency, figure__isnull=False, facts_seq__isnull=False)
    return set(rows.values_list("target", "unit", "period", "formula", "numerator", "denominator", "status"))


def corrected(agency, objective_set):
    """After a correction: seconds to compute the figures, and of the job; of the job that counts everything;
    measurements added.

    Both store what has changed. That both give the same figures is checked in the end.
    """
    job_time(agency, ALL_SOURCES)
    computed, small, whole, added = [], [], [], []
    for _round in range(3):
        for source, taken in ((formulas.Source.DOSSIERS, small), (ALL_SOURCES, whole)):
            dossiers.correct(agency, CORRECTED)
            if source == formulas.Source.DOSSIERS:
                computed.append(seconds(lambda: from_changes(objective_set), 3))
            before = Measurement.objects.count()
            taken.append(job_time(agency, source))
            added.append(Measurement.objects.count() - before)
    dossiers.correct(agency, CORRECTED)
    job_time(agency, formulas.Source.DOSSIERS)
    after, number = kept(agency), Measurement.objects.count()
    job_time(agency, ALL_SOURCES)
    if Measurement.objects.count() != number or kept(agency) != after:
        raise AssertionError("a recount gives other figures than the changes")
    return tuple(statistics.median(one) for one in (computed, small, whole, added))


def from_changes(objective_set):
    """Compute the figures from what has changed."""
    found = Attainment.since(objective_set)
    if not list(found.results((formulas.Source.DOSSIERS,))) or found.counted_whole:
        raise AssertionError("the figures were counted whole")


def dossiers_of_then(agency, objective_set, spans):
    """Seconds to count the year as it stood three imports ago, and as it stands."""
    seq = selectors.last_seq(agency)
    rules = facts.rules_of(objective_set.targets.all())

    def counted(at):
        return seconds(lambda: facts.year_counts(agency, spans, formulas=rules, seq=at), 3)

    return counted(seq - 3), counted(seq)


def space():
    """Bytes a former state of a dossier takes with its indexes, and those its present row takes."""
    with connection.cursor() as cursor:
        sizes = []
        for model in (DossierVersion, Dossier):
            table = model._meta.db_table
            cursor.execute(f"SELECT pg_total_relation_size('{table}')::float8 / count(*) FROM {table}")
            sizes += cursor.fetchone()
    return sizes


def measure(rows: int) -> list[Figure]:
    """Computing all figures of the year, and what a small import costs after it."""
    agency = dossiers.demonstration()
    dossiers.fill(agency, rows)
    # Figures of a closed year are not computed any more; the bench opens it again.
    ObjectiveSet.objects.filter(agency=agency, year=dossiers.YEAR).update(state=SetState.IN_FORCE)
    objective_set = ObjectiveSet.objects.get(agency=agency, year=dossiers.YEAR, unit=None)
    spans = {
        span.code: periods.window(span, objective_set.window_rule)
        for span in periods.periods_of(dossiers.YEAR)
    }
    counted = facts.year_counts(agency, spans, formulas=facts.rules_of(objective_set.targets.all()))
    windows = list(dict.fromkeys(spans.values()))
    wrong = same(counted.tallies, by_hand(agency, windows, counted.as_of), counted.tallies.keys)
    if wrong:
        raise AssertionError(f"the portal and the floor disagree: {wrong}")
    computed = []

    def portal() -> None:
        computed[:] = Attainment.of(objective_set).results((formulas.Source.DOSSIERS,))

    portal_time = seconds(portal, 3)
    changed, small, whole, few = corrected(agency, objective_set)
    floor_time = seconds(lambda: by_hand(agency, windows, counted.as_of), 3)
    former = dossiers_of_then(agency, objective_set, spans)
    return [
        Figure("attainment, whole year", portal_time, floor_time, "s", rows, "<= 1.3"),
        Figure(f"attainment after {CORRECTED} corrections", changed, portal_time, "s", rows, "<= 0.05"),
        Figure("the job after them, figures stored", small, whole, "s", rows),
        Figure("attainment, measurements added by it", few, len(computed), "rows", rows),
        Figure("attainment, figures", len(computed), None, "figures", rows),
        Figure("counting as of a former import", *former, "s", rows),
        Figure("space of former facts, each", *space(), "bytes", rows),
    ]
