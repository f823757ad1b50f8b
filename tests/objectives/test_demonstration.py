"""What the demonstration promises: the year's truth, the items of the plan, papers that every check takes."""

import json
import subprocess

import page as validator
import pytest
from django.core.management import call_command
from django.utils import translation

from documents.formcheck import check_paper
from objectives.models import MaintenancePlan, ObjectiveReview, ObjectiveSet, PlanState, Target
from objectives.selectors.province import overview
from qms import clock, demo, search
from qms.models import Agency, Person, SearchEntry
from tests.documents.test_issuing import ALLOWED_RULE
from tests.objectives.test_attainment import RATES, TRUTH, command

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency(demonstration, db):
    return Agency.objects.get(code=demo.CODE)


def test_the_attainment_of_2025_equals_the_truth(agency):
    rows = command("--year", "2025", "--agency", agency.code)
    found = {
        (row["target"], row["formula"], row["unit"], row["period"]): (row["numerator"], row["denominator"])
        for row in rows
    }
    for (target, formula), rate in RATES.items():
        assert found[target, formula, None, "2025"] == rate(TRUTH["all"])
        for unit, counts in TRUTH["units"].items():
            assert found[target, formula, unit, "2025"] == rate(counts)
        for number, counts in enumerate(TRUTH["quarters"], start=1):
            assert found[target, formula, None, f"2025-Q{number}"] == rate(counts)


def test_the_papers_made_of_records_pass_every_check(agency, tmp_path):
    """The decisions on objectives of two agencies, the report on 2025, the plans of two years."""
    call_command("export_papers", str(tmp_path), verbosity=0)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    this_year = clock.today().year
    decision = ObjectiveSet.objects.get(agency=agency, year=2025, unit=None).paper
    plans = MaintenancePlan.objects.filter(agency=agency, year__in=(this_year, this_year + 1))
    assert {plan.year for plan in plans if plan.paper.is_issued} == {this_year, this_year + 1}
    report = ObjectiveReview.objects.get(agency=agency, objective_set__year=2025, kind="year").paper
    assert report.is_issued and report.issued_on.year == 2026
    sister = ObjectiveSet.objects.get(agency__code=demo.SISTER_CODE, year=this_year).paper
    papers = [decision, report, sister, *(plan.paper for plan in plans)]
    wanted = {(paper.reference, paper.issued_on.isoformat(), paper.one_line) for paper in papers}
    made = {
        key: tmp_path / one["file"]
        for one in manifest
        if (key := (one["number"], one["date"], one["title"])) in wanted
    }
    assert set(made) == wanted
    for file in made.values():
        data = file.read_bytes()
        call_command("verify_pdf", str(file))
        assert check_paper(data).ok
        assert subprocess.run(["qpdf", "--check", str(file)], capture_output=True).returncode == 0
        told = subprocess.run(["pdfsig", str(file)], capture_output=True, text=True).stdout
        assert told.count("Signature is Valid.") == 2
        assert validator.validate_pdf_bytes(data, profile="ua1").is_compliant
        failures = validator.validate_pdf_bytes(data, profile="3a").failures
        assert {one.rule_id for one in failures} <= {ALLOWED_RULE}


def test_the_objectives_and_the_plan_of_the_seeds_are_there(agency):
    assert (
        Target.objects.filter(
            objective_set__agency=agency, objective_set__year=2025, objective_set__unit=None
        ).count()
        >= 9
    )
    plan = MaintenancePlan.objects.get(agency=agency, year=clock.today().year)
    assert plan.state == PlanState.IN_FORCE
    assert plan.items.filter(parent=None).count() == 11
    assert not plan.items.filter(parent=None, fulfilled_by="").exists()
    following = MaintenancePlan.objects.get(agency=agency, year=plan.year + 1)
    assert following.items.filter(parent=None).count() == 11


def test_what_is_found_has_the_same_words_whoever_saves(agency):
    def words():
        search.rebuild(agency)
        entries = SearchEntry.objects.filter(agency=agency)
        return set(entries.values_list("kind", "object_id", "title", "subtitle", "folded"))

    in_vietnamese = words()
    with translation.override("en"):
        assert words() == in_vietnamese


def test_the_province_looks_at_two_agencies_side_by_side(agency):
    """One with data up to yesterday, one that lags and whose data are old."""
    above = Person.objects.get(user__username="ubndtinh")
    rows = {row.agency.code: row for row in overview(above, clock.today().year)}
    assert set(rows) == {demo.CODE, demo.SISTER_CODE}
    assert [rows[code].is_stale for code in (demo.CODE, demo.SISTER_CODE)] == [False, True]
    lagging = rows[demo.SISTER_CODE]
    assert (lagging.state != "achieved", lagging.targets) == (True, 2)
