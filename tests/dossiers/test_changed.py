"""What has changed between two states of the facts is the difference of two whole counts, always."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossiers import facts, selectors
from dossiers.changed import State, count_changes
from dossiers.models import (
    Channel,
    Dossier,
    DossierVersion,
    OnlineLevel,
    Payment,
    Procedure,
    Status,
    dossier_id,
    procedure_id,
)
from dossiers.models.dossier import DossierFacts

pytestmark = pytest.mark.django_db
START = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
EDGES = [START + dt.timedelta(days=days) for days in (0, 8, 20)]
WINDOWS = [facts.Window(*EDGES[:2]), facts.Window(*EDGES[1:]), facts.Window(EDGES[0], EDGES[-1])]
KEYS = (
    "received_online", "eligible", "resolved", "early_or_on_time", "late", "open_overdue", "open_in_time",
    "suspended", "withdrawn_or_stopped", "carried", "due", "due_met", "workload_kept",
)  # fmt: skip
FACTS = [field.attname for field in DossierFacts._meta.local_fields]

moments = st.one_of(
    st.sampled_from(EDGES), st.integers(-3 * 24, 25 * 24).map(lambda hours: START + dt.timedelta(hours=hours))
)
dossiers = st.fixed_dictionaries(
    {
        "number": st.integers(0, 11),
        "place": st.integers(0, 2),
        "received_at": moments,
        "due_original_at": st.none() | moments,
        "result_at": st.none() | moments,
        "closed_at": st.none() | moments,
        "status": st.sampled_from(list(Status)),
        "channel": st.sampled_from(list(Channel)),
        "online_level": st.sampled_from(list(OnlineLevel)),
        "payment": st.sampled_from(["", *Payment]),
        "digitised": st.none() | st.booleans(),
        "rating": st.none() | st.integers(1, 5),
    }
)
exports = st.lists(st.tuples(st.integers(0, 12 * 24), st.lists(dossiers, max_size=8)), min_size=1, max_size=5)


def take(agency, places, procedure, seq, as_of, rows):
    """What an import leaves behind: changed facts in force, the former ones kept as versions."""
    for row in {row["number"]: row for row in rows}.values():
        told = {name: value for name, value in row.items() if name not in {"number", "place"}}
        told |= {"unit_id": places[row["place"]], "procedure": procedure, "as_of": as_of, "row_hash": ""}
        code = str(row["number"])
        known = Dossier.objects.filter(agency=agency, code=code).first()
        if known is not None:
            DossierVersion.objects.create(
                agency=agency,
                dossier=known,
                from_seq=known.import_seq,
                to_seq=seq,
                **{name: getattr(known, name) for name in FACTS},
            )
        Dossier.objects.update_or_create(
            id=dossier_id(agency, code),
            defaults={"agency": agency, "code": code, "import_seq": seq, **told},
        )


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=exports)
def test_changes_are_the_difference_of_two_counts(history, agency, units):
    procedure = Procedure.objects.get_or_create(
        agency=agency, code="1", defaults={"id": procedure_id(agency, "1"), "name": "Thủ tục"}
    )[0]
    places = [unit.pk for unit in list(units.values())[:3]]
    DossierVersion.objects.all().delete()
    Dossier.objects.all().delete()
    states, as_of = [], START
    for seq, (hours, rows) in enumerate(history, start=1):
        as_of += dt.timedelta(hours=hours)
        take(agency, places, procedure, seq, as_of, rows)
        states.append(State(seq, as_of))
    counted = [
        selectors.counts(agency, windows=WINDOWS, as_of=one.as_of, seq=one.seq, keys=KEYS)
        for one in {0: states[0], -1: states[-1], len(states) // 2: states[len(states) // 2]}.values()
    ]
    now = next(one for one in counted if one.seq == states[-1].seq)
    for before in counted:
        since = State(before.seq, before.as_of)
        changes = count_changes(agency, windows=WINDOWS, keys=KEYS, since=since, now=states[-1])
        for window in WINDOWS:
            for place in (None, *places):
                change = changes.get((window, place), {})
                then, today = before.of(window, place), now.of(window, place)
                assert {key: then[key] + change.get(key, 0) for key in KEYS} == dict(today)


def test_a_state_that_is_no_more_gives_no_changes(agency):
    later, earlier = State(3, START + dt.timedelta(days=3)), State(2, START)
    asked = {"windows": WINDOWS, "keys": ["received"]}
    assert count_changes(agency, since=later, now=earlier, **asked) is None
    assert count_changes(agency, since=earlier, now=State(3, START - dt.timedelta(days=1)), **asked) is None
    assert count_changes(agency, since=earlier, now=later, windows=WINDOWS, keys=["early_day"]) is None
