"""Where a target decides whether actions worked: only its later figures count, nobody judges by hand."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audits.figures import figures_verdict
from audits.models import EffectivenessCheck, Nonconformity
from audits.reminders import figures_decide
from audits.services import effect, nonconformities, plan
from objectives import formulas
from objectives.models import Figure, Measurement
from qms import clock
from qms.exceptions import Invalid, Refused
from qms.models import AuditEntry
from tests.audits.cases import (  # noqa: F401
    TODAY,
    correct,
    do_actions,
    fresh,
    june,
    make_plan,
    open_case,
    people,
)
from tests.objectives import build

# Opened on 15 June 2026, carried out on the same day: the third quarter is the first that counts.
AFTER = dt.date(2027, 1, 10)


@pytest.fixture(name="target")
def resolved_in_time(people):  # noqa: F811
    """At least 98 per cent of the dossiers in time, reported every quarter; in force."""
    people.units = [people.unit, people.other]
    made = build.draft(people.agency, people, year=2026, manual_units=people.units)
    return build.into_force(made, people).targets.get(formula="RESOLVED")


def figure(target, period, numerator, denominator):
    """The present figure of a period, as a computation leaves it."""
    cell = {"agency": target.agency, "target": target, "period": period, "formula": target.formula}
    kept = Measurement.objects.create(
        **cell, formula_version=1, numerator=numerator, denominator=denominator,
        status=formulas.Status.ACHIEVED.value, computed_at=clock.now(),
    )  # fmt: skip
    Figure.objects.update_or_create(**cell, defaults={"measurement": kept, "checked_at": clock.now()})
    return kept


@pytest.fixture(name="case")
def waiting_for_figures(people, target):  # noqa: F811
    """A case whose actions are done; two quarters that achieve the target prove them."""
    case = open_case(people, origin="objective")
    correct(case, people)
    nonconformities.analysis_begin(fresh(case), acting=people.head)
    make_plan(
        fresh(case), people, method="figures", target=target, verifier=None, periods=2,
        due_on=TODAY + dt.timedelta(150),
    )  # fmt: skip
    plan.plan_submit(fresh(case), acting=people.head)
    plan.plan_approve(fresh(case), acting=people.committee_head)
    do_actions(case, people)
    return fresh(case)


def judged(case):
    """The case and its check after a night."""
    figures_decide(case.agency)
    case = fresh(case)
    return case, case.checks.order_by("round").first()


def test_enough_later_periods_that_achieve_the_target_prove_the_actions(case, target, june):  # noqa: F811
    assert case.state == Nonconformity.State.CHECKING
    figure(target, "2026-Q3", 99, 100)
    june(AFTER)
    assert judged(case)[0].state == Nonconformity.State.CHECKING, "one of two periods"
    figure(target, "2026-Q4", 98, 100)
    case, check = judged(case)
    assert (case.state, case.effective) == (Nonconformity.State.TO_CLOSE, True)
    assert check.verdict == EffectivenessCheck.Verdict.EFFECTIVE and check.checked_by is None
    assert [line["period"] for line in check.figures] == ["2026-Q3", "2026-Q4"]
    assert "99/100" in check.grounds and "98/100" in check.grounds
    assert judged(case)[1].checked_on == AFTER, "a second night judges nothing twice"
    assert AuditEntry.objects.filter(subject_id=str(case.pk), verb="audits.nonconformity.judged").count() == 1


def test_the_figures_are_asked_for_with_the_agency_their_index_begins_with(
    case,
    target,
    june,  # noqa: F811
):
    figure(target, "2026-Q3", 99, 100)
    june(AFTER)
    check = case.checks.order_by("round").first()
    with CaptureQueriesContext(connection) as asked:
        figures_verdict(check, TODAY, AFTER)
    (sql,) = (one["sql"] for one in asked if 'FROM "objectives_figure"' in one["sql"])
    assert '"objectives_figure"."agency_id" =' in sql


def test_one_later_miss_reopens_the_case_at_once(case, target, june, people):  # noqa: F811
    june(dt.date(2026, 10, 5))
    figure(target, "2026-Q3", 97, 100)
    case, check = judged(case)
    assert (case.state, case.round, case.effective) == (Nonconformity.State.REOPENED, 2, False)
    assert check.verdict == EffectivenessCheck.Verdict.INEFFECTIVE and "97/100" in check.grounds
    assert plan.check_of(case) is None, "the next round plans a check of its own"


@pytest.mark.parametrize(
    ("period", "numbers", "why"),
    [
        ("2026-Q1", (50, 100), "before the actions"),
        ("2026-Q2", (50, 100), "began before they were done"),
        ("2027-Q1", (50, 100), "has not ended"),
        ("2026", (50, 100), "not the cadence of the target"),
        ("2026-Q3", (0, 0), "nothing occurred"),
        ("2026-Q3", (None, None), "no figure"),
    ],
)
def test_what_says_nothing_about_the_actions_decides_nothing(case, target, june, period, numbers, why):  # noqa: F811
    figure(target, period, *numbers)
    june(AFTER)
    case, check = judged(case)
    assert (case.state, check.verdict) == (Nonconformity.State.CHECKING, ""), why


def test_achieved_early_still_waits_for_the_agreed_day(case, target, june):  # noqa: F811
    EffectivenessCheck.objects.update(periods=1)
    figure(target, "2026-Q3", 99, 100)
    june(dt.date(2026, 10, 20))
    assert judged(case)[0].state == Nonconformity.State.CHECKING, "due in November"
    june(dt.date(2026, 11, 20))
    assert judged(case)[0].state == Nonconformity.State.TO_CLOSE


def test_a_correction_of_the_figure_counts_as_it_stands_when_judged(case, target, june):  # noqa: F811
    figure(target, "2026-Q3", 90, 100)
    june(AFTER)
    figure(target, "2026-Q3", 99, 100)
    figure(target, "2026-Q4", 99, 100)
    assert judged(case)[0].state == Nonconformity.State.TO_CLOSE


def test_nobody_judges_by_hand_and_no_verifier_is_named(case, people, june):  # noqa: F811
    june(AFTER)
    for person in (people.verifier, people.secretary, people.leader, people.committee_head):
        with pytest.raises(Refused):
            effect.effect_judge(case, acting=person, effective=True, grounds="x")
    with pytest.raises(Invalid):
        plan.verifier_choose(case, acting=people.committee_head, verifier=people.verifier)
    assert effect.effect_by_figures(case) is None, "without figures nothing is decided"


def test_a_check_by_figures_needs_its_target(people, target):  # noqa: F811
    case = open_case(people)
    correct(case, people)
    nonconformities.analysis_begin(fresh(case), acting=people.head)
    words = {"method": "figures", "criterion": "Hai quý liền đạt", "due_on": TODAY + dt.timedelta(150)}
    with pytest.raises(Invalid) as error:
        plan.check_plan(fresh(case), acting=people.head, **words)
    assert [problem.where for problem in error.value.problems] == ["target"]
    check = plan.check_plan(fresh(case), acting=people.head, target=target, verifier=people.verifier, **words)
    assert (check.verifier, check.target) == (None, target), "the figures decide, no person beside them"
