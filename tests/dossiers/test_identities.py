"""The identities of domain D3 hold for random histories, and every count equals a plain reading of it."""

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossiers import facts, selectors
from dossiers.facts import Window
from dossiers.models import Channel, Dossier, OnlineLevel, Procedure, Status, dossier_id, procedure_id
from tests import factories

pytestmark = pytest.mark.django_db

VIETNAM = dt.timezone(dt.timedelta(hours=7))
START = dt.datetime(2025, 1, 1, tzinfo=VIETNAM)
EDGES = [START + dt.timedelta(days=days) for days in (30, 60, 90, 120)]
CLOSED = {Status.WITHDRAWN, Status.STOPPED}


@dataclass(frozen=True)
class Life:
    """A consistent history: what ends, ends at or after receipt."""

    received: dt.datetime
    due: dt.datetime | None
    end: dt.datetime | None
    status: str
    channel: str
    level: str


moments = st.integers(0, 150 * 24).map(lambda hours: START + dt.timedelta(hours=hours))


@st.composite
def lives(draw):
    received = draw(moments)
    status = draw(st.sampled_from(list(Status)))
    due = received + dt.timedelta(hours=draw(st.integers(0, 60 * 24)))
    end = received + dt.timedelta(hours=draw(st.integers(0, 90 * 24)))
    if status in {Status.PROCESSING, Status.SUPPLEMENT, Status.REFUSED}:
        end = None
    elif status in CLOSED and draw(st.booleans()):
        end = None  # many systems export no closing date
    if status in {Status.REFUSED, *CLOSED} and draw(st.booleans()):
        due = None
    channel = draw(st.sampled_from([Channel.ONLINE, Channel.IN_PERSON]))
    return Life(received, due, end, status, channel, draw(st.sampled_from(list(OnlineLevel))))


@pytest.fixture
def place(agency):
    unit = factories.unit(agency)
    procedure = Procedure.objects.create(
        id=procedure_id(agency, "1.000001"), agency=agency, code="1.000001", name="Thủ tục"
    )
    return agency, unit, procedure


def stored(place, histories):
    """The histories as dossiers, in place of what was there before."""
    agency, unit, procedure = place
    Dossier.objects.filter(agency=agency).delete()
    Dossier.objects.bulk_create(
        Dossier(
            id=dossier_id(agency, f"H19-250101-{number}"),
            agency=agency,
            code=f"H19-250101-{number}",
            procedure=procedure,
            unit=unit,
            online_level=life.level,
            channel=life.channel,
            status=life.status,
            received_at=life.received,
            due_original_at=life.due,
            result_at=None if life.status in CLOSED else life.end,
            closed_at=life.end if life.status in CLOSED else None,
            row_hash=str(number),
            as_of=EDGES[-1],
            import_seq=1,
        )
        for number, life in enumerate(histories)
    )
    return agency


def truth(histories, window, cut):
    """The counts by plain reading of their definitions."""
    found = dict.fromkeys(KEYS, 0)
    for one in histories:
        if one.status == Status.REFUSED:
            continue
        gone = one.status in CLOSED
        ended = one.end if one.end is not None or not gone else one.received
        taken = window.start <= one.received < window.end
        before = one.received < window.start and (ended is None or ended >= window.start)
        is_open = one.received < window.end and (ended is None or ended >= window.end)
        over = ended is not None and window.start <= ended < window.end
        paused = one.status == Status.SUPPLEMENT
        found["received"] += taken
        found["eligible_online"] += taken and one.level != OnlineLevel.NONE and one.channel == Channel.ONLINE
        found["carried"] += before
        found["workload"] += taken or before
        found["open"] += is_open
        found["suspended"] += is_open and paused
        overdue = is_open and not paused and one.due is not None and one.due < cut
        found["open_overdue"] += overdue
        found["open_in_time"] += is_open and not paused and not overdue
        found["withdrawn_or_stopped"] += over and gone
        found["resolved"] += over and not gone
        late = over and not gone and one.end > one.due
        found["late"] += late
        found["early_or_on_time"] += over and not gone and not late
        found["workload_kept"] += (taken or before) and not late and not overdue
        if one.due is not None and window.start <= one.due < cut and not gone:
            met = one.end is not None and one.end <= one.due
            found["due"] += not (paused and one.end is None)
            found["due_met"] += met
            found["due_missed"] += not met and not (paused and one.end is None)
    return found


KEYS = (
    "received", "eligible_online", "carried", "workload", "workload_kept", "open", "open_in_time",
    "open_overdue", "suspended", "withdrawn_or_stopped", "resolved", "early_or_on_time", "late", "due",
    "due_met", "due_missed",
)  # fmt: skip
PARTS = ("early_session", "on_time_session", "early_day", "on_time_day")


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(histories=st.lists(lives(), max_size=25), as_of=moments)
def test_random_histories_hold_the_identities(place, histories, as_of):
    agency = stored(place, histories)
    windows = [Window(*edges) for edges in pairwise(EDGES)]
    tallies = selectors.counts(agency, windows=windows, as_of=as_of, keys=[*KEYS, *PARTS])
    found = [tallies.of(window) for window in windows]
    for window, counts in zip(windows, found, strict=True):
        expected = truth(histories, window, facts.cut_off(window, as_of))
        assert {key: counts[key] for key in KEYS} == expected
        ended = counts["resolved"] + counts["withdrawn_or_stopped"]
        assert counts["carried"] + counts["received"] == ended + counts["open"]
        assert counts["resolved"] == counts["early_or_on_time"] + counts["late"]
        assert counts["open"] == counts["open_in_time"] + counts["open_overdue"] + counts["suspended"]
        assert counts["due"] == counts["due_met"] + counts["due_missed"]
        taken_off = counts["late"] + counts["open_overdue"]
        assert counts["workload"] == counts["workload_kept"] + taken_off
        for by in ("session", "day"):
            both = counts[f"early_{by}"] + counts[f"on_time_{by}"]
            assert both == counts["early_or_on_time"]
    for before, after in pairwise(found):
        assert after["carried"] == before["open"]


def test_early_is_before_the_half_day_of_the_due_time(place):
    """Due at 17:00: in the morning it is early by half days, and on time by days."""
    day = EDGES[0].replace(hour=0)
    due = day + dt.timedelta(hours=17)
    ends = [due - dt.timedelta(days=1), day + dt.timedelta(hours=11), day + dt.timedelta(hours=14)]
    made = [Life(START, due, end, Status.RESULT, Channel.ONLINE, OnlineLevel.FULL) for end in ends]
    window = Window(EDGES[0] - dt.timedelta(days=2), EDGES[1])
    counts = selectors.counts(stored(place, made), windows=[window], keys=PARTS).of(window)
    assert dict(counts) == {"early_session": 2, "on_time_session": 1, "early_day": 1, "on_time_day": 2}
