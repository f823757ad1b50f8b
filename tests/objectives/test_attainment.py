"""Computing: equal to the known truth on either database, idempotent, append-only, honest about gaps."""

import datetime as dt
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from dossiers import generator
from dossiers import services as dossier_services
from objectives import services
from objectives.attainment import Attainment
from objectives.models import Figure, Measurement
from objectives.services.attainment import KIND, figures_store
from qms import jobs
from qms.models import AuditEntry, Job
from qms.models.audit import AppendOnly
from tests import factories
from tests.objectives import build

FIXTURES = Path(__file__).parents[2] / "dossiers" / "fixtures"
SAMPLE = FIXTURES / "one_stop_2025.xlsx"
TRUTH = json.loads((FIXTURES / "one_stop_2025.truth.json").read_text(encoding="utf-8"))
RATES = {
    ("3a", "RESOLVED"): lambda c: (c["early_or_on_time"], c["resolved"]),
    ("3a", "STRICT"): lambda c: (c["early_or_on_time"], c["resolved"] + c["open_overdue"]),
    ("2b", "ONLINE_ALL"): lambda c: (c["received_online"], c["received"]),
    ("3b", "ONE_STOP_RATING"): lambda c: (c["satisfied"], c["answers"]),
}


@pytest.fixture
def sample(agency):
    """The sample of 2025, imported; gives the units by name."""
    units = {
        name: factories.unit(agency, name, order=order) for order, name in enumerate(generator.UNITS, start=1)
    }
    dossier_services.import_now(
        agency, name=SAMPLE.name, content=io.BytesIO(SAMPLE.read_bytes()), acting=None
    )
    return units


@pytest.fixture
def year_2025(agency, people):
    """A set in force with the three dossier targets of 2025."""
    who = people
    made = services.objective_set_create(agency=agency, year=2025, title="2025", acting=who.secretary)
    one = services.objective_add(made, text="90% 98% 95%", acting=who.secretary)
    for code, figure, formula in (
        ("2b", 90, "ONLINE_ALL"),
        ("3a", 98, "RESOLVED"),
        ("3b", 95, "ONE_STOP_RATING"),
    ):
        services.target_add(one, code=code, text=code, figure=figure, formula=formula, acting=who.secretary)
    return build.into_force(made, who)


def compute(agency, year=2025, **more):
    with transaction.atomic():
        job = services.attainment_request(agency=agency, year=year, acting=None, **more)
    return jobs.run_here(job)


def command(*args):
    out = io.StringIO()
    call_command("compute_attainment", "--json", *args, stdout=out)
    return json.loads(out.getvalue())


def test_the_command_gives_the_truth_cell_by_cell(agency, year_2025, sample):
    rows = command("--year", "2025")
    found = {
        (row["target"], row["formula"], row["unit"], row["period"]): (row["numerator"], row["denominator"])
        for row in rows
    }
    assert len(found) == len(rows)
    for (target, formula), rate in RATES.items():
        assert found[target, formula, None, "2025"] == rate(TRUTH["all"])
        for unit, counts in TRUTH["units"].items():
            assert found[target, formula, unit, "2025"] == rate(counts)
        for number, counts in enumerate(TRUTH["quarters"], start=1):
            assert found[target, formula, None, f"2025-Q{number}"] == rate(counts)
        periods = {key[3] for key in found if key[:2] == (target, formula) and key[2] is None}
        assert len(periods) == 19
    by_key = {(row["target"], row["formula"], row["unit"], row["period"]): row for row in rows}
    assert by_key["3a", "RESOLVED", None, "2025"]["status"] == "achieved"
    assert by_key["3a", "STRICT", None, "2025"]["status"] == "not_achieved"
    assert by_key["2b", "ONLINE_ALL", None, "2025"]["status"] == "not_achieved"
    assert by_key["2b", "ONLINE_ALL", "Văn phòng Sở", "2025"]["numerator"] == 0


def test_months_add_up_and_flows_are_additive_over_units(agency, year_2025, sample):
    found = {
        (row["formula"], row["unit"], row["period"]): (row["numerator"], row["denominator"])
        for row in command("--year", "2025")
    }
    months = [found["RESOLVED", None, f"2025-{month:02d}"] for month in range(1, 13)]
    assert tuple(map(sum, zip(*months, strict=True))) == found["RESOLVED", None, "2025"]
    units = [found["ONLINE_ALL", name, "2025-Q2"] for name in sample]
    assert tuple(map(sum, zip(*units, strict=True))) == found["ONLINE_ALL", None, "2025-Q2"]


def test_computing_again_adds_no_row(agency, year_2025, sample):
    first = compute(agency)
    assert first.result["changed"] == first.result["figures"] > 300
    rows = Measurement.objects.count()
    again = compute(agency)
    assert again.result["changed"] == 0
    assert Measurement.objects.count() == rows
    figure = Figure.objects.first()
    assert figure.checked_at > figure.measurement.computed_at
    assert AuditEntry.objects.filter(verb="objectives.attainment.computed").count() == 1


def test_an_import_has_the_years_it_touches_computed(agency, year_2025, sample):
    job = Job.objects.filter(kind=KIND, state=Job.State.QUEUED).get()
    assert job.params == {"year": 2025, "source": "dossiers"}
    jobs.run_here(job)
    assert Figure.objects.filter(target__code="3a", unit=None, period="2025").count() == 2


def test_every_measurement_says_what_it_rests_on(agency, year_2025, sample):
    job = compute(agency)
    row = Measurement.objects.get(target__code="3a", unit=None, period="2025", formula="RESOLVED")
    assert (row.numerator, row.denominator, row.status) == (4886, 4974, "achieved")
    assert row.formula_version == 1
    assert row.facts_seq == 1
    assert row.as_of.astimezone(build.VIETNAM).isoformat() == "2025-12-31T23:59:59+07:00"
    assert row.job_ref == job.pk


def test_an_earlier_day_is_looked_at_and_not_stored(agency, year_2025, sample):
    rows = command("--year", "2025", "--as-of", "2025-06-30")
    assert not Measurement.objects.exists()
    found = {(row["formula"], row["unit"], row["period"]): row for row in rows}
    half = TRUTH["quarters"][0]["resolved"] + TRUTH["quarters"][1]["resolved"]
    assert found["RESOLVED", None, "2025-H1"]["denominator"] == half
    assert found["RESOLVED", None, "2025"]["denominator"] == half
    assert ("RESOLVED", None, "2025-Q3") not in found
    assert found["ONLINE_ALL", None, "2025"]["status"] == "at_risk"
    assert found["ONLINE_ALL", None, "2025-H1"]["status"] == "not_achieved"


def test_without_dossiers_the_data_are_insufficient_never_zero(agency, year_2025):
    rows = command("--year", "2025")
    assert {row["status"] for row in rows} == {"insufficient_data"}
    assert {row["numerator"] for row in rows} == {None}


def test_a_unit_without_dossiers_in_a_period_has_no_occurrence(agency, year_2025, sample):
    factories.unit(agency, "Phòng Mới", code="MOI")
    found = {(row["formula"], row["unit"], row["period"]): row for row in command("--year", "2025")}
    new = found["RESOLVED", "Phòng Mới", "2025"]
    assert (new["numerator"], new["denominator"], new["status"]) == (0, 0, "no_occurrence")


def test_an_unknown_agency_or_year_is_one_clear_line(agency, year_2025):
    with pytest.raises(CommandError, match="No agency has the code NIX"):
        command("--year", "2025", "--agency", "NIX")
    with pytest.raises(CommandError, match="No objectives of 2019"):
        command("--year", "2019")


def test_another_agency_is_left_out(agency, other_agency, year_2025, sample):
    rows = command("--year", "2025", "--agency", agency.code)
    assert {row["agency"] for row in rows} == {agency.code}
    with pytest.raises(CommandError, match="No objectives"):
        command("--year", "2025", "--agency", other_agency.code)


def test_python_and_the_database_refuse_to_change_history(agency, year_2025):
    compute(agency)
    row = Measurement.objects.first()
    for attempt in (
        row.delete,
        Measurement.objects.all().delete,
        lambda: Measurement.objects.update(status="x"),
    ):
        with pytest.raises(AppendOnly):
            attempt()
    row.status = "achieved"
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save(update_fields=["status"])


# Entered figures


@pytest.fixture
def manual(in_force):
    return in_force.targets.get(code="2")


def result(objective_set, target, period, unit=None, as_of=None):
    for one in Attainment.of(objective_set, as_of).results():
        if (one.target, one.period.code, one.unit) == (target, period, unit):
            return one
    return None


def test_the_agency_is_the_sum_of_its_units(in_force, manual, people, frozen):
    frozen(2025, 4, 20)
    build.report(manual, people.units[0], "2025-Q1", 19, 20, people)
    missing = result(in_force, manual, "2025-Q1")
    assert (missing.numerator, missing.status) == (None, "insufficient_data")
    assert missing.detail == {"missing": ["P2"]}
    build.report(manual, people.units[1], "2025-Q1", 10, 10, people)
    whole = result(in_force, manual, "2025-Q1")
    assert (whole.numerator, whole.denominator, whole.status) == (29, 30, "not_achieved")
    assert result(in_force, manual, "2025").status == "at_risk"
    assert result(in_force, manual, "2025-01") is None


def test_a_year_is_complete_only_with_all_its_quarters(in_force, manual, people, frozen):
    frozen(2026, 1, 20)
    for unit in people.units:
        for quarter in ("Q1", "Q2", "Q3"):
            build.report(manual, unit, f"2025-{quarter}", 5, 5, people)
    assert result(in_force, manual, "2025").status == "insufficient_data"
    for unit in people.units:
        build.report(manual, unit, "2025-Q4", 5, 5, people)
    whole = result(in_force, manual, "2025")
    assert (whole.numerator, whole.denominator, whole.status) == (40, 40, "achieved")


def test_a_state_is_not_added_up(agency, people, frozen):
    made = build.draft(agency, people)
    target = made.targets.get(code="2")
    services.target_update(
        target,
        code="2",
        units=people.units,
        text=target.text,
        figure=100,
        operator="=",
        formula="MANUAL",
        aggregation="latest",
        acting=people.secretary,
    )
    made = build.into_force(made, people)
    target.refresh_from_db()
    frozen(2025, 7, 20)
    for unit in people.units:
        build.report(target, unit, "2025-Q1", 5, 10, people)
        build.report(target, unit, "2025-Q2", 9, 10, people)
    half = result(made, target, "2025-H1")
    assert (half.numerator, half.denominator) == (18, 20)


def test_waiting_figures_do_not_count_and_confirmation_computes(in_force, manual, people, frozen):
    frozen(2025, 4, 20)
    entry = services.manual_entry_record(
        manual, unit=people.units[0], period="2025-Q1", numerator=1, denominator=1, acting=people.staff
    )
    assert result(in_force, manual, "2025-Q1", people.units[0]).status == "insufficient_data"
    services.manual_entry_confirm(entry, acting=people.head)
    job = Job.objects.get(kind=KIND, state=Job.State.QUEUED)
    assert job.params["source"] == "manual"
    jobs.run_here(job)
    figure = Figure.objects.get(target=manual, unit=people.units[0], period="2025-Q1")
    assert figure.status == "achieved"


def test_no_occurrence_is_entered_as_nothing_of_nothing(in_force, manual, people, frozen):
    frozen(2025, 4, 20)
    for unit in people.units:
        build.report(manual, unit, "2025-Q1", 0, 0, people)
    assert result(in_force, manual, "2025-Q1").status == "no_occurrence"


def test_a_correction_adds_a_measurement_and_keeps_the_old_one(agency, in_force, manual, people, frozen):
    frozen(2025, 4, 20)
    build.report(manual, people.units[0], "2025-Q1", 19, 20, people)
    compute(agency)
    frozen(2025, 4, 21)
    entry = services.manual_entry_record(
        manual,
        unit=people.units[0],
        period="2025-Q1",
        numerator=20,
        denominator=20,
        note="Bổ sung",
        acting=people.staff,
    )
    services.manual_entry_confirm(entry, acting=people.head)
    compute(agency)
    rows = Measurement.objects.filter(target=manual, unit=people.units[0], period="2025-Q1")
    assert [row.numerator for row in rows.order_by("computed_at")] == [19, 20]
    newest = rows.latest("computed_at")
    assert newest.previous.numerator == 19
    assert newest.figure.measurement == newest


def test_a_closed_year_is_not_computed_any_more(agency, in_force, manual, people, frozen):
    frozen(2026, 1, 20)
    services.set_close(in_force, acting=people.leader)
    assert compute(agency).result["figures"] == 0


# Requests and races


def test_requests_that_wait_are_one_and_one_more_waits_behind_a_running_one(agency, in_force):
    with transaction.atomic():
        first = services.attainment_request(agency=agency, year=2025, acting=None)
        assert services.attainment_request(agency=agency, year=2025, acting=None) == first
        Job.objects.filter(pk=first.pk).update(state=Job.State.RUNNING)
        second = services.attainment_request(agency=agency, year=2025, acting=None)
        assert second != first
        assert services.attainment_request(agency=agency, year=2025, acting=None) == second


def test_an_older_state_never_covers_a_newer_one(agency, in_force, manual, people, frozen):
    frozen(2025, 4, 20)
    build.report(manual, people.units[0], "2025-Q1", 19, 20, people)
    old = list(Attainment.of(in_force).results(["manual"]))
    began = dt.datetime(2025, 4, 20, 9, tzinfo=build.VIETNAM)
    build.report(manual, people.units[1], "2025-Q1", 20, 20, people)
    new = list(Attainment.of(in_force).results(["manual"]))
    with transaction.atomic():
        figures_store(agency, new, job=None, began=began + dt.timedelta(seconds=2))
        assert figures_store(agency, old, job=None, began=began).added == []
    assert Figure.objects.get(target=manual, unit=None, period="2025-Q1").numerator == 39


def test_every_night_each_year_in_force_is_computed(agency, in_force):
    services.attainment_nightly()
    assert Job.objects.filter(kind=KIND, state=Job.State.QUEUED, params__year=2025).count() == 1
