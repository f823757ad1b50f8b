"""Targets measured by the catalogue, by surveys and by working hours; agencies side by side."""

import datetime as dt
import io

import pytest

from dossiers import surveys
from dossiers.models import Procedure, procedure_id
from dossiers.procedures import procedure_change
from dossiers.services import import_now
from objectives import formulas, services
from objectives.attainment import Attainment
from objectives.models import Figure
from objectives.selectors.province import overview
from qms import clock, jobs
from qms.duties import staff_of
from qms.models import Job, Role
from tests import factories
from tests.dossiers import books
from tests.objectives import build
from training import services as training

pytestmark = pytest.mark.django_db


@pytest.fixture
def this_year(agency, people):
    """Objectives of this year with a target per source."""
    made = build.draft(agency, people, year=clock.today().year)
    objective = made.objectives.first()
    for code in ("TTHC_ONLINE", "SURVEY5", "REDUCTION", "WORKLOAD", "TRAINED"):
        services.target_add(objective, text=code, figure=80, formula=code, acting=people.secretary)
    return build.into_force(made, people)


def test_every_source_gives_figures(agency, people, this_year):
    for code, level in (("1.1", "full"), ("1.2", "none")):
        Procedure.objects.create(
            id=procedure_id(agency, code), agency=agency, code=code, name=code, online_level=level
        )
    today = clock.today()
    survey = surveys.survey_create(
        agency, title="KS", opens_on=today, closes_on=today + dt.timedelta(days=9), acting=people.secretary
    )
    surveys.survey_open(survey, acting=people.secretary)
    code = people.units[0].code
    rows = [[code, *[5] * 6], [code, *[2] * 6]]
    surveys.answers_import(survey, rows=rows, acting=people.secretary, answered_on=today)
    course = training.course_create(
        agency,
        acting=None,
        people=[people.staff],
        title="Tập huấn",
        trainer="VP",
        starts_on=dt.date(today.year, 1, 1),
        ends_on=dt.date(today.year, 1, 1),
    )
    outcomes = {people.staff.pk: ("attended", "passed", "")}
    training.course_hold(course, acting=None, report="Tốt", outcomes=outcomes)
    found = {
        (one.target.formula, one.unit): (one.numerator, one.denominator, one.status)
        for one in Attainment.of(this_year).results()
        if one.period.code == str(today.year) and one.formula.code == one.target.formula
    }
    running = formulas.Status.AT_RISK
    assert found["TTHC_ONLINE", None] == (1, 2, running)
    assert ("TTHC_ONLINE", people.units[0]) not in found
    assert found["SURVEY5", None] == (1, 2, running)
    assert found["SURVEY5", people.units[0]] == (1, 2, running)
    assert found["SURVEY5", people.units[1]] == (0, 0, formulas.Status.NO_OCCURRENCE)
    trained, everybody, _status = found["TRAINED", None]
    assert (trained, everybody) == (1, len(staff_of(agency)))
    assert found["TRAINED", people.staff.unit][0] == 1
    assert found["REDUCTION", None][:2] == (None, None)


def test_the_page_of_a_target_of_each_source_opens(agency, people, this_year, client):
    services.attainment_request(agency=agency, year=this_year.year, acting=None)
    client.force_login(people.staff.user)
    for target in this_year.targets.all():
        assert client.get(target.get_absolute_url()).status_code == 200, target.formula
    assert client.get(f"/objectives/dashboard/?year={this_year.year}").status_code == 200
    pdf = client.get(f"/objectives/dashboard/pdf/?year={this_year.year}")
    assert pdf.content.startswith(b"%PDF")


def test_requests_that_wait_are_one(agency, people, this_year):
    Job.objects.all().delete()
    year = this_year.year
    services.attainment_request(agency=agency, year=year, acting=None)
    for source in ("dossiers", "manual", "all"):
        services.attainment_request(agency=agency, year=year, acting=None, source=source)
    assert Job.objects.filter(kind="objectives.attainment").count() == 1


def test_what_the_catalogue_changes_is_counted_at_once(agency, people, this_year):
    """By a person, or by an export that brings a procedure along; nobody waits for the night."""

    def waiting():
        jobs_of = Job.objects.filter(kind="objectives.attainment", state=Job.State.QUEUED)
        found = list(jobs_of.order_by("pk"))
        for job in found:
            jobs.run_here(job)
        return {job.params["source"] for job in found}

    def shown():
        figure = Figure.objects.get(
            target__objective_set=this_year, formula="TTHC_ONLINE", period=str(this_year.year), unit=None
        )
        return figure.numerator, figure.denominator

    waiting()
    factories.unit(agency, books.ROW["Đơn vị thụ lý"])
    for number, sources in ((1, {"dossiers", "procedures"}), (2, {"dossiers"})):
        export = io.BytesIO(books.xlsx([books.row(number, **{"Mức độ DVC": ""})]))
        import_now(agency, name="a.xlsx", content=export, acting=None)
        assert waiting() == sources
        assert shown() == (0, 1)
    procedure_change(Procedure.objects.get(), acting=None, online_level="full")
    assert waiting() == {"dossiers", "procedures"}
    assert shown() == (1, 1)


def test_a_superior_sees_who_lags_and_others_do_not(agency, people, this_year, client):
    above = factories.agency(name="UBND tỉnh")
    below = factories.agency(name="Sở khác", parent=above)
    agency.parent = above
    agency.save()
    superior = factories.person(above, Role.SUPERIOR)
    rows = overview(superior, this_year.year)
    assert [(row.agency.pk, row.state) for row in rows] == [
        (below.pk, "none"),
        (agency.pk, "insufficient_data"),
    ]
    assert all(row.is_stale for row in rows)
    client.force_login(superior.user)
    assert client.get(f"/objectives/dashboard/province/?year={this_year.year}").status_code == 200
    client.force_login(people.staff.user)
    assert client.get("/objectives/dashboard/province/").status_code == 403


def test_the_forecast_says_how_many_may_still_fail():
    from fractions import Fraction

    ahead = formulas.forecast(490, 500, 98, ">=", elapsed=Fraction(1, 2))
    assert (ahead.total, ahead.may_fail, ahead.failed, ahead.left) == (1000, 20, 10, 10)
    assert formulas.forecast(490, 500, 98, ">=", elapsed=Fraction(1)) is None
    assert formulas.forecast(1, 2, 10, "<=", elapsed=Fraction(1, 2)) is None
