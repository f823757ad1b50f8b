"""Counting by cells gives the counts that judging each dossier gives."""

import datetime as dt

import pytest
from django.db.models import Count, F, Q
from django.db.models.lookups import GreaterThan
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossiers import facts
from dossiers.cells import Shape, count_by_cells
from dossiers.conditions import Edge
from dossiers.models import Channel, Dossier, OnlineLevel, Procedure, Status, dossier_id, procedure_id

pytestmark = pytest.mark.django_db
START = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
EDGES = [START + dt.timedelta(days=days) for days in (0, 5, 10, 20)]
WINDOWS = [facts.Window(first, last) for at, first in enumerate(EDGES) for last in EDGES[at + 1 :]]


def moments():
    """Times around the ends of the windows, often at the very second."""
    return st.one_of(
        st.sampled_from(EDGES),
        st.integers(-3 * 86400, 25 * 86400).map(lambda seconds: START + dt.timedelta(seconds=seconds)),
    )


histories = st.lists(
    st.fixed_dictionaries(
        {
            "received_at": moments(),
            "due_original_at": st.none() | moments(),
            "result_at": st.none() | moments(),
            "closed_at": st.none() | moments(),
            "digitised": st.none() | st.booleans(),
            "status": st.sampled_from(list(Status)),
            "channel": st.sampled_from(list(Channel)),
            "rating": st.none() | st.integers(1, 5),
        }
    ),
    max_size=30,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=histories, cut=moments())
def test_cells_count_what_conditions_count(rows, cut, agency, units):
    procedure = Procedure.objects.get_or_create(
        agency=agency, code="1", defaults={"id": procedure_id(agency, "1"), "name": "Thủ tục"}
    )[0]
    places = [unit.pk for unit in list(units.values())[:3]]
    Dossier.objects.all().delete()
    Dossier.objects.bulk_create(
        Dossier(
            id=dossier_id(agency, str(number)),
            agency=agency,
            code=str(number),
            procedure=procedure,
            unit_id=places[number % len(places)],
            online_level=OnlineLevel.FULL,
            row_hash="",
            as_of=cut,
            import_seq=1,
            **row,
        )
        for number, row in enumerate(rows)
    )
    keys = (*facts.OFFICIAL, "open_in_time", "due_missed", "workload_kept", "not_digitised")
    plain = {
        f"w{number}_{key}": Count("pk", filter=facts.condition(key, window, cut))
        for number, window in enumerate(WINDOWS)
        for key in keys
    }
    everything = Dossier.objects.all()
    expected = {
        (line["unit_id"], number): {key: line[f"w{number}_{key}"] for key in keys}
        for line in everything.order_by().values("unit_id").annotate(**plain)
        for number in range(len(WINDOWS))
    }
    conditions = {key: facts.condition_of_edges(key) for key in keys}
    shape = Shape()
    assert all(shape.take_in(rule) for rule in conditions.values())
    dates = [facts.edges(window, cut) for window in WINDOWS]
    by_cells = count_by_cells(everything, "unit_id", conditions, dates, shape)
    assert {(unit, number): counts for unit, number, counts in by_cells} == expected


@pytest.mark.parametrize(
    "condition",
    [
        Q(received_at__gte=START),
        Q(received_at__lte=Edge.START),
        Q(result_at__lte=F("due_original_at") + dt.timedelta(hours=1)),
        Q(procedure__code="1"),
        Q(code="1"),
        Q(GreaterThan(F("rating"), 3)),
    ],
)
def test_conditions_that_cells_cannot_judge_are_known(condition):
    assert Shape().take_in(Q(received_at__gte=Edge.START))
    assert not Shape().take_in(Q(received_at__gte=Edge.START) & condition)
