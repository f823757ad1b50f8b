"""Days in the cells of a workbook: a slip of the pen is no day."""

import datetime as dt

import pytest

from qms.sheets import day_of


@pytest.mark.parametrize("value", [dt.datetime(2026, 5, 4, 7, 30), dt.date(2026, 5, 4), " 04/05/2026 "])
def test_a_day_is_read_from_a_cell_or_its_text(value):
    assert day_of(value) == dt.date(2026, 5, 4)


@pytest.mark.parametrize(
    "value", ["04/05/26", "1/1/99999999999", "31/02/2026", "mai", "", None, 46000, dt.date(1899, 12, 31)]
)
def test_a_slip_of_the_pen_is_no_day(value):
    assert day_of(value) is None
