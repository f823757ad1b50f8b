"""Figures equal the known truth, cell by cell, and every figure equals its list."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers import facts, generator, selectors
from tests.dossiers.conftest import SAMPLE, TRUTH, year

pytestmark = pytest.mark.django_db


def test_the_sample_gives_the_truth_cell_by_cell(agency, units, sample):
    whole, quarters = year()
    tallies = selectors.counts(agency, windows=[whole, *quarters])
    assert tallies.of(whole) == TRUTH["all"]
    assert {name: tallies.of(whole, unit.pk) for name, unit in units.items()} == TRUTH["units"]
    assert [tallies.of(quarter) for quarter in quarters] == TRUTH["quarters"]


def test_every_figure_equals_its_list(agency, units, sample):
    whole, quarters = year()
    for window in (whole, quarters[2]):
        tallies = selectors.counts(agency, windows=[window])
        for key in facts.OFFICIAL:
            assert selectors.trace(agency, key, window).count() == tallies.of(window)[key], key
            unit = units["Văn phòng Sở"]
            listed = selectors.trace(agency, key, window, unit=unit).count()
            assert listed == tallies.of(window, unit.pk)[key], key


def test_complements_make_up_the_whole(agency, sample):
    whole, _quarters = year()

    def size(key):
        return selectors.trace(agency, key, whole).count()

    assert size("received_online") + size("received_otherwise") == size("received")
    assert size("satisfied") + size("not_satisfied") == size("answers")
    assert size("early_or_on_time") + size("late") == size("resolved")
    assert size("resolved+open_overdue") == size("resolved") + size("open_overdue")


def test_counting_by_procedure_and_field_adds_up(agency, sample):
    whole, _quarters = year()
    for by in ("procedure", "field"):
        tallies = selectors.counts(agency, windows=[whole], by=by)
        assert tallies.of(whole) == TRUTH["all"]
        assert sum(tallies.of(whole, group)["resolved"] for group in tallies.groups()) == 4974
    assert selectors.counts(agency, windows=[whole], by=None).of(whole) == TRUTH["all"]


def test_counting_costs_the_same_number_of_queries_for_any_number_of_windows(agency, sample):
    whole, quarters = year()
    asked = []
    for windows in ([whole], [whole, *quarters]):
        with CaptureQueriesContext(connection) as context:
            selectors.counts(agency, windows=windows)
        asked.append(len([one for one in context if "FROM" in one["sql"]]))
    assert asked == [2, 2]


def test_another_agency_has_no_part_in_it(other_agency, sample):
    whole, _quarters = year()
    assert selectors.counts(other_agency, windows=[whole]).of(whole)["received"] == 0


def test_the_generator_counts_the_sample_like_its_truth():
    import datetime as dt

    rows = generator.read_export(SAMPLE)
    assert generator.truth(rows, 2025, dt.datetime(2025, 12, 31, 23, 59, 59)) == TRUTH
