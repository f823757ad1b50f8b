"""Numbers, rates and dates in Vietnamese form; a rounded rate never tells the opposite of the exact one."""

import datetime as dt
from fractions import Fraction

import pytest

from qms import notation


@pytest.mark.parametrize(
    ("value", "places", "written"),
    [
        (4974, None, "4.974"),
        (1234567, None, "1.234.567"),
        (0, None, "0"),
        (-1200, None, "-1.200"),
        ("98.25", 1, "98,3"),
        ("98.0", 1, "98,0"),
        (999, None, "999"),
        ("1234.5", None, "1.234,5"),
    ],
)
def test_numbers_have_a_point_for_thousands_and_a_comma_for_decimals(value, places, written):
    assert notation.number(value, places) == written


def test_a_rate_shows_what_it_is_made_of_with_a_hard_space_before_the_sign():
    assert notation.rate(4886, 4974) == "98,2\u00a0% (4.886/4.974)"


@pytest.mark.parametrize(
    ("numerator", "denominator", "target", "operator", "written"),
    [
        (979, 1000, 98, ">=", "97,9\u00a0%"),
        (9796, 10000, 98, ">=", "97,96\u00a0%"),  # 98,0 would look as if the target were met
        (97999, 100000, 98, ">=", "97,999\u00a0%"),
        (98, 100, 98, ">=", "98,0\u00a0%"),
        (2004, 100000, 2, "<=", "2,004\u00a0%"),  # 2,0 would look as if it were within the limit
        (99999, 100000, None, ">=", "99,999\u00a0%"),  # never 100 % when one is missing
        (1, 30000, None, ">=", "0,003\u00a0%"),  # never 0 % when one is there
        (1, 1, 100, "=", "100,0\u00a0%"),
        (0, 5, None, ">=", "0,0\u00a0%"),
        (9801, 10000, 98, ">", "98,01\u00a0%"),  # 98,0 would look as if it were not above 98
    ],
)
def test_decimals_are_added_while_rounding_would_cross_the_target(
    numerator, denominator, target, operator, written
):
    assert notation.percent(numerator, denominator, target, operator) == written


def test_what_is_shown_is_never_on_the_other_side_of_the_target():
    for denominator in (7, 97, 999, 4974):
        for numerator in range(denominator + 1):
            for target in (50, 90, 98, "98.5", 100):
                shown, places = notation.percent_places(numerator, denominator, target)
                exact = Fraction(100 * numerator, denominator)
                aim = Fraction(str(target))
                assert (Fraction(shown, 10**places) >= aim) == (exact >= aim)


def test_nothing_to_count_is_not_a_rate():
    with pytest.raises(ZeroDivisionError):
        notation.percent(0, 0)


def test_days_months_times_and_moments_are_written_day_first_in_vietnam_time():
    moment = dt.datetime(2026, 7, 15, 9, 20, tzinfo=dt.UTC)
    assert notation.date(dt.date(2026, 7, 15)) == "15/07/2026"
    assert notation.month(dt.date(2026, 7, 15)) == "07/2026"
    assert notation.time(moment) == "16:20"
    assert notation.moment(moment) == "15/07/2026 16:20"
    assert notation.date(dt.datetime(2026, 7, 15, 23, 0, tzinfo=dt.UTC)) == "16/07/2026"


def test_file_sizes_use_a_decimal_comma():
    assert notation.size(1258291) == "1,2\u00a0MB"
    assert notation.size(20480) == "20\u00a0kB"
    assert notation.size(300) == "300\u00a0B"
