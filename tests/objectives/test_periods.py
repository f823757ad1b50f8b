"""The nineteen periods of a year and the days they span."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from objectives import periods
from objectives.periods import Grain, WindowRule

years = st.integers(2001, 2099)
rules = st.sampled_from(WindowRule)


def test_a_year_has_nineteen_periods_written_as_the_json_writes_them():
    codes = [period.code for period in periods.periods_of(2025)]
    assert len(codes) == len(set(codes)) == 19
    assert codes[:8] == [
        "2025", "2025-H1", "2025-H2", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2025-01",
    ]  # fmt: skip


@given(years)
def test_codes_can_be_read_back(year):
    for period in periods.periods_of(year):
        assert periods.parse(period.code) == period


@pytest.mark.parametrize("code", ["", "2025-Q5", "2025-H3", "2025-13", "2025-00", "25", "2025-Q1x", "2025-1"])
def test_other_codes_are_refused(code):
    with pytest.raises(ValueError, match="not a period"):
        periods.parse(code)


def test_calendar_windows_are_half_open_in_vietnam_time():
    window = periods.window(periods.parse("2025-Q4"))
    assert window.start.isoformat() == "2025-10-01T00:00:00+07:00"
    assert window.end.isoformat() == "2026-01-01T00:00:00+07:00"
    assert window.last_day == dt.date(2025, 12, 31)


def test_reporting_windows_run_from_the_15th_to_the_14th():
    year = periods.window(periods.parse("2025"), WindowRule.FIFTEENTH)
    quarter = periods.window(periods.parse("2025-Q1"), WindowRule.FIFTEENTH)
    assert (year.first_day, year.last_day) == (dt.date(2024, 12, 15), dt.date(2025, 12, 14))
    assert (quarter.first_day, quarter.last_day) == (dt.date(2024, 12, 15), dt.date(2025, 3, 14))


@given(years, rules, st.sampled_from(Grain))
def test_periods_of_a_grain_cover_the_year_without_gap_or_overlap(year, rule, grain):
    windows = [periods.window(period, rule) for period in periods.periods_of(year, grain)]
    whole = periods.window(periods.year_of(year), rule)
    assert windows[0].start == whole.start
    assert windows[-1].end == whole.end
    for earlier, later in itertools.pairwise(windows):
        assert earlier.end == later.start


@given(years)
def test_parts_make_up_their_whole(year):
    for period in periods.periods_of(year):
        months = period.parts(Grain.MONTH)
        assert (months[0].first, months[-1].last) == (period.first, period.last)
        assert all(period.holds(month) for month in months)
