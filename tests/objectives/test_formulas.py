"""Rates are compared exactly; what is missing or did not occur is never 0 or 100 %."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from objectives import formulas
from objectives.formulas import Status

TRUTH = {
    "received": 5269,
    "received_online": 4129,
    "resolved": 4974,
    "early_or_on_time": 4886,
    "late": 88,
    "open_overdue": 24,
    "answers": 1744,
    "satisfied": 1686,
}


def judge(numerator, denominator, figure="98", operator=">=", running=False, strict=None):
    return formulas.judge(numerator, denominator, Decimal(figure), operator, running=running, strict=strict)


@pytest.mark.parametrize(
    ("code", "rate"),
    [
        ("RESOLVED", (4886, 4974)),
        ("STRICT", (4886, 4998)),
        ("ONLINE_ALL", (4129, 5269)),
        ("ONE_STOP_RATING", (1686, 1744)),
    ],
)
def test_rates_of_the_known_year(code, rate):
    assert formulas.get(code).rate(TRUTH) == rate


def test_a_version_stays_what_it_was():
    assert formulas.get("RESOLVED", 1) is formulas.get("RESOLVED", 1)
    with pytest.raises(KeyError):
        formulas.get("RESOLVED", 99)
    with pytest.raises(KeyError):
        formulas.get("UNKNOWN")


def test_a_companion_is_not_offered_as_a_target_of_its_own():
    codes = [code for code, _label in formulas.choices()]
    assert "STRICT" not in codes
    assert {"RESOLVED", "ONLINE_ALL", "ONE_STOP_RATING", "MANUAL"} <= set(codes)


def test_rounding_never_carries_a_figure_over_its_target():
    assert judge(97996, 100000) is Status.NOT_ACHIEVED
    assert judge(98000, 100000) is Status.ACHIEVED


def test_no_occurrence_is_neither_reached_nor_missed():
    assert judge(0, 0) is Status.NO_OCCURRENCE
    with pytest.raises(ZeroDivisionError):
        formulas.meets(0, 0, Decimal(98), ">=")


def test_missing_figures_are_said_so():
    assert judge(None, None) is Status.INSUFFICIENT_DATA


def test_nothing_is_lost_while_the_period_runs():
    assert judge(90, 100, running=True) is Status.AT_RISK
    assert judge(90, 100) is Status.NOT_ACHIEVED


def test_a_figure_that_holds_only_without_its_overdue_dossiers_is_at_risk_while_it_runs():
    assert judge(4886, 4974, running=True, strict=(4886, 4998)) is Status.AT_RISK
    assert judge(4886, 4974, strict=(4886, 4998)) is Status.ACHIEVED


@pytest.mark.parametrize(
    ("operator", "figure", "rate", "met"),
    [
        (">=", "98", (98, 100), True),
        (">", "98", (98, 100), False),
        ("<=", "2", (2, 100), True),
        ("<", "2", (2, 100), False),
        ("=", "100", (5, 5), True),
        ("=", "100", (4, 5), False),
        ("=", "50", (1, 2), True),
        ("=", "50", (2, 3), False),
        (">=", "97.5", (975, 1000), True),
    ],
)
def test_operators(operator, figure, rate, met):
    assert formulas.meets(*rate, Decimal(figure), operator) is met


rates = st.integers(1, 3000).flatmap(lambda den: st.tuples(st.integers(0, den), st.just(den)))
figures = st.decimals(min_value=1, max_value=100, places=2)


@given(rates, figures, st.sampled_from([">=", ">"]))
def test_the_allowance_is_exactly_how_many_failures_the_target_stands(rate, figure, operator):
    numerator, denominator = rate
    allowed = formulas.allowance(numerator, denominator, figure, operator)
    if formulas.meets(numerator, denominator, figure, operator):
        assert allowed >= 0
        assert formulas.meets(numerator, denominator + allowed, figure, operator)
        assert not formulas.meets(numerator, denominator + allowed + 1, figure, operator)
    else:
        assert allowed < 0


@given(rates, figures, st.sampled_from([">=", ">"]))
def test_recovery_is_exactly_how_many_successes_bring_the_target_back(rate, figure, operator):
    numerator, denominator = rate
    needed = formulas.recovery(numerator, denominator, figure, operator)
    if needed is None:
        assert figure == 100
    elif needed:
        assert formulas.meets(numerator + needed, denominator + needed, figure, operator)
        assert not formulas.meets(numerator + needed - 1, denominator + needed - 1, figure, operator)
    else:
        assert formulas.meets(numerator, denominator, figure, operator)


def test_the_year_2025_stands_eleven_more_late_dossiers():
    assert formulas.allowance(4886, 4974, Decimal(98), ">=") == 11


@pytest.mark.parametrize(
    ("statuses", "verdict"),
    [
        ([("achieved", True), ("achieved", True)], Status.ACHIEVED),
        ([("achieved", True), ("not_achieved", False)], Status.ACHIEVED),
        ([("achieved", True), ("not_achieved", True)], Status.NOT_ACHIEVED),
        ([("achieved", True), ("at_risk", True)], Status.AT_RISK),
        ([("achieved", True), ("insufficient_data", True)], Status.INSUFFICIENT_DATA),
        ([("achieved", True), ("no_occurrence", True)], Status.ACHIEVED),
        ([("no_occurrence", True)], Status.NO_OCCURRENCE),
        ([], Status.INSUFFICIENT_DATA),
    ],
)
def test_an_objective_is_achieved_when_every_mandatory_target_is(statuses, verdict):
    assert formulas.together(statuses) is verdict
