"""After an import only what has changed is counted, and the figures are those of a recount."""

import csv
import datetime as dt
import io

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossiers import services as dossier_services
from dossiers import undoing
from dossiers.batches import mapping_of
from dossiers.importers.profile import FIELDS
from dossiers.intake import default_profile
from dossiers.models import Dossier, DossierImport, DossierVersion, ImportSequence
from objectives import services
from objectives.attainment import Attainment
from objectives.models import Figure, Measurement
from objectives.services.attainment import KIND
from qms import jobs
from qms.models import AuditEntry, Job, Notification
from tests import factories
from tests.objectives import build

UNITS = ("Phòng Một", "Phòng Hai", "Phòng Ba")
FORMULAS = ("ONLINE_ALL", "RESOLVED", "ONE_STOP_RATING", "DUE", "WORKLOAD", "REDUCTION")


@pytest.fixture
def in_year(agency, people):
    """Objectives of 2025 in force, a target for every kind of formula over dossiers."""
    who = people
    for order, name in enumerate(UNITS, start=10):
        factories.unit(agency, name, order=order)
    made = services.objective_set_create(agency=agency, year=2025, title="2025", acting=who.secretary)
    one = services.objective_add(made, text="x" * 20, acting=who.secretary)
    for number, formula in enumerate(FORMULAS):
        code = str(number)
        services.target_add(one, code=code, text=code, figure=90, formula=formula, acting=who.secretary)
    made = build.into_force(made, who)
    Job.objects.all().delete()
    return made


def line(number, received, due, result=None, unit=0, channel="online", status=None, rating=""):
    """A dossier with its days of 2025 (1 to 365), as the interface tells it."""
    start = dt.datetime(2024, 12, 31, 9)
    told = dict.fromkeys(FIELDS, "")
    told |= {
        "code": f"H19.7-25{number:04d}-{number:04d}",
        "procedure_code": "1.000001",
        "procedure_name": "Thủ tục một",
        "field": "Lĩnh vực",
        "level": "full",
        "channel": channel,
        "unit": UNITS[unit],
        "status": status or ("returned" if result else "processing"),
        "rating": rating,
    }
    days = {"received_at": received, "due_original_at": due, "result_at": result}
    return told | {
        name: f"{start + dt.timedelta(days=day):%d/%m/%Y %H:%M}" for name, day in days.items() if day
    }


def take(agency, as_of, *lines):
    """Import the lines as an export of that day of 2025."""
    target = io.StringIO()
    writer = csv.DictWriter(target, FIELDS)
    writer.writeheader()
    writer.writerows(lines)
    profile = default_profile(agency)
    one = dossier_services.import_now(
        agency,
        name="x.csv",
        content=io.BytesIO(target.getvalue().encode()),
        acting=None,
        as_of=dt.datetime(2025, 1, 1, 12, tzinfo=build.VIETNAM) + dt.timedelta(days=as_of - 1),
        mapping=mapping_of(profile),
        again=True,
    )
    assert one.state == DossierImport.State.COMMITTED, one.reason
    assert not one.rejected_count, list(one.row_errors.values("column", "kind", "value"))
    return one


def follow():
    """Run the computation an import asked for."""
    return jobs.run_here(Job.objects.get(kind=KIND, state=Job.State.QUEUED)).result


def kept():
    """The figures that are kept."""
    return {
        (row.target_id, row.unit_id, row.period, row.formula): (
            row.numerator,
            row.denominator,
            row.status,
            row.as_of,
            row.facts_seq,
        )
        for row in Figure.objects.select_related("measurement")
    }


def recounted(objective_set):
    """The same, all counted now."""
    return {
        (row.target.pk, row.unit.pk if row.unit else None, row.period.code, row.formula.code): (
            row.numerator,
            row.denominator,
            row.status.value,
            row.as_of,
            row.facts_seq,
        )
        for row in Attainment.of(objective_set).results(("dossiers",))
    }


def test_only_what_changed_is_written(agency, in_year):
    take(agency, 100, line(1, 10, 20, 15), line(2, 40, 50, 60, unit=1), line(3, 70, 90, unit=1))
    assert follow()["counted_whole"] == 1
    before = set(Measurement.objects.values_list("pk", flat=True))
    take(agency, 101, line(2, 40, 50, 45, unit=1))
    result = follow()
    assert (result["counted_whole"], result["corrected"]) == (0, 0)
    fresh = Measurement.objects.exclude(pk__in=before).exclude(formula="REDUCTION")
    assert set(fresh.exclude(unit=None).values_list("unit__name", flat=True)) == {"Phòng Hai"}
    assert set(fresh.values_list("period", flat=True)) == {
        "2025", "2025-H1", "2025-Q1", "2025-02", "2025-03",
    }  # fmt: skip
    assert kept() == recounted(in_year)


def test_time_that_passes_is_counted_too(agency, in_year):
    take(agency, 100, line(1, 10, 20, 15), line(2, 90, 103), line(3, 80, 110, 102))
    follow()
    cell = Figure.objects.get(formula="STRICT", unit=None, period="2025-Q2")
    assert cell.denominator == 1
    take(agency, 105, line(9, 104, 120))
    assert follow()["counted_whole"] == 0
    cell = Figure.objects.get(formula="STRICT", unit=None, period="2025-Q2")
    assert cell.denominator == 2
    assert kept() == recounted(in_year)


def test_after_an_undone_import_everything_is_counted(agency, in_year):
    take(agency, 100, line(1, 10, 20, 15))
    follow()
    second = take(agency, 101, line(1, 10, 20, 30, unit=2), line(2, 12, 30))
    follow()
    undoing.import_undo(second, reason="x", acting=None)
    for job in Job.objects.filter(kind=KIND, state=Job.State.QUEUED):
        job.delete()
    take(agency, 102, line(3, 50, 60, unit=1))
    assert follow()["counted_whole"] == 1
    assert kept() == recounted(in_year)
    lost = Figure.objects.get(formula="RESOLVED", unit__name="Phòng Ba", period="2025")
    assert (lost.numerator, lost.denominator) == (0, 0)


def test_the_nightly_recount_puts_right_what_does_not_hold_and_says_so(agency, in_year, people):
    take(agency, 100, line(1, 10, 20, 15), line(2, 12, 20, 25))
    follow()
    figure = Figure.objects.get(formula="RESOLVED", unit=None, period="2025-Q1")
    row = Measurement.objects.create(
        **{
            field.attname: getattr(figure.measurement, field.attname)
            for field in Measurement._meta.concrete_fields
            if field.name not in {"id", "numerator", "created_at"}
        },
        numerator=2,
    )
    Figure.objects.filter(pk=figure.pk).update(measurement=row)
    with transaction.atomic():
        job = services.attainment_request(agency=agency, year=2025, acting=None)
    assert jobs.run_here(job).result["corrected"] == 1
    figure.refresh_from_db()
    assert (figure.numerator, figure.denominator) == (1, 2)
    told = AuditEntry.objects.get(verb="objectives.attainment.corrected")
    assert list(told.changes.values()) == [["2/2", "1/2"]]
    assert Notification.objects.filter(person=people.secretary, topic="objectives").exists()


lines = st.builds(
    lambda number, received, due, result, **more: line(
        number, received, received + due, result and received + result, **more
    ),
    st.integers(1, 9),
    st.integers(1, 60),
    st.integers(0, 30),
    st.none() | st.integers(1, 30),
    unit=st.integers(0, 2),
    channel=st.sampled_from(["online", "in_person"]),
    rating=st.sampled_from(["", "2", "5"]),
)
exports = st.lists(
    st.tuples(st.integers(0, 12), st.lists(lines, min_size=1, max_size=5, unique_by=lambda one: one["code"])),
    min_size=2,
    max_size=3,
)


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=exports)
def test_increments_and_recount_give_the_same_measurements(history, agency, in_year):
    forget()
    as_of = 91
    for number, (days, told) in enumerate(history):
        as_of += days
        take(agency, as_of, *told)
        result = follow()
        assert result["counted_whole"] == (number == 0)
        assert kept() == recounted(in_year)


def forget():
    """Start again without dossiers and figures."""
    Figure.objects.all().delete()
    Job.objects.all().delete()
    DossierVersion.objects.all().delete()
    Dossier.objects.all().delete()
    DossierImport.objects.all().delete()
    ImportSequence.objects.all().delete()
