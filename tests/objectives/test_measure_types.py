"""Counts, milestones and judgements by grades: drafted, entered, added up, judged and said in words."""

from decimal import Decimal

import pytest

from objectives import forms, forms_cycle, services, words
from objectives.models import Target
from objectives.selectors.figures import Figures
from qms import jobs
from qms.exceptions import Invalid
from tests.objectives import build

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def typed(draft, people):
    """The set of 2025 with a count, a milestone and a judgement."""
    one = draft.objectives.get(number="2")
    common = {"units": people.units, "acting": people.secretary}
    services.target_add(one, code="c", text="4 lớp", figure=4, formula="COUNT", measure_unit="lớp", **common)
    services.target_add(
        one, code="m", text="Ban hành quy chế", figure=None, formula="MILESTONE", cadence="year", **common
    )
    services.target_add(
        one, code="g", text="Ý thức", figure=3, formula="QUALITATIVE", cadence="year", **common
    )
    return draft


def measured(one):
    jobs.run_here(services.attainment_request(agency=one.agency, year=one.year, acting=None))
    return Figures(list(one.targets.select_related("objective_set")))


def test_goals_in_words(typed):
    goals = {target.code: words.goal_of(target) for target in typed.targets.all()}
    assert goals["c"] == "≥\u00a04\u00a0lớp"
    assert goals["m"] == "milestone reached"
    assert goals["g"] == "≥\u00a0Good"
    count = typed.targets.get(code="c")
    assert (count.figure, count.planned) == (Decimal(100), 4)
    assert forms.TargetForm.initial_of(count)["figure"] == 4
    assert forms.TargetForm.initial_of(typed.targets.get(code="g"))["figure"] == 3


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"formula": "COUNT", "figure": "2.5", "measure_unit": "lớp"}, "figure"),
        ({"formula": "COUNT", "figure": 3, "measure_unit": "%"}, "measure_unit"),
        ({"formula": "QUALITATIVE", "figure": 5}, "figure"),
    ],
)
def test_what_cannot_be_is_refused(draft, people, values, where):
    with pytest.raises(Invalid) as refused:
        services.target_add(draft.objectives.first(), text="Thử", acting=people.secretary, **values)
    assert refused.value.problems[0].where == where


def test_they_are_entered_added_up_and_judged(typed, people, frozen):
    one = build.into_force(typed, people)
    frozen(2025, 7, 10)
    targets = {target.code: target for target in one.targets.select_related("objective_set")}
    for period in ("2025-Q1", "2025-Q2"):
        build.report(targets["c"], people.units[0], period, 1, 1, people)
        build.report(targets["c"], people.units[1], period, 0, 0, people)
    half = measured(one).cell(targets["c"], "2025-H1")
    assert (half.numerator, half.denominator, half.status) == (2, 4, "at_risk")
    frozen(2026, 1, 10)
    for period in ("2025-Q3", "2025-Q4"):
        for unit in people.units:
            build.report(targets["c"], unit, period, 1, 1, people)
    build.report(targets["m"], people.units[0], "2025", 1, 1, people)
    build.report(targets["m"], people.units[1], "2025", 0, 1, people)
    for unit, grade in zip(people.units, (4, 3), strict=True):
        build.report(targets["g"], unit, "2025", grade, 4, people)
    figures = measured(one)
    cells = {code: figures.cell(target, "2025") for code, target in targets.items()}
    said = {
        code: words.rate_of(targets[code], cell.numerator, cell.denominator)
        for code, cell in cells.items()
        if code in "cmg"
    }
    assert said["c"] == "6/4\u00a0lớp"
    assert said["m"] == "milestone not reached (1/2)"
    assert said["g"] == "Good (7/8)"
    assert [cells[code].status for code in "cmg"] == ["achieved", "not_achieved", "achieved"]


def test_one_answer_is_asked_for(typed, people, client):
    one = build.into_force(typed, people)
    client.force_login(people.head.user)
    unit = people.units[0]
    for code, period, answer, kept in (
        ("c", "2025-Q1", 3, (3, 3)),
        ("m", "2025", 0, (0, 1)),
        ("g", "2025", 2, (2, 4)),
    ):
        target = one.targets.get(code=code)
        url = f"/objectives/figures/{target.pk}/{unit.pk}/{period}/"
        page = client.get(url).content.decode()
        assert 'name="answer"' in page
        assert 'name="numerator"' not in page
        assert client.post(url, {}).status_code == 422
        assert client.post(url, {"answer": answer}).status_code == 302
        entry = target.entries.get()
        assert (entry.numerator, entry.denominator) == kept
    assert client.get("/objectives/figures/?year=2025").status_code == 200
    assert client.get(f"/objectives/dashboard/?year=2025&set={one.pk}").status_code == 200
    assert client.get(f"/objectives/dashboard/targets/{target.pk}/?year=2025").status_code == 200
    assert Target.objects.count() == 5
    assert forms_cycle.ENTRY_FORMS
