"""Starting a year from the one before: figures proposed with their reason, rows marked, one act."""

import datetime as dt
from decimal import Decimal

import pytest

from audits.models import CorrectiveAction, ManagementReview, Nonconformity, ReviewDecision
from objectives import proposals, services
from objectives.models import ObjectiveSet, SetState, Target
from objectives.services.plans import item_add, plan_create
from qms import jobs
from qms.exceptions import Invalid, Refused
from risks.models import Risk, RiskAction
from tests import factories
from tests.objectives import build

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("figure", "operator", "rate", "rule", "new"),
    [
        (95, ">=", (None, None), "no_result", "95"),
        (95, ">=", (0, 0), "no_result", "95"),
        (95, ">=", (94, 100), "missed", "95"),
        (100, "=", (100, 100), "limit", "100"),
        (100, ">=", (5, 5), "limit", "100"),
        (95, ">=", (955, 1000), "held", "95"),
        (90, ">=", (97, 100), "raised", "93.5"),
        (95, ">=", (100, 100), "raised", "97.5"),
        (10, "<=", (4, 100), "raised", "7.0"),
        (0, "<=", (0, 100), "limit", "0"),
    ],
)
def test_a_figure_is_proposed_by_a_rule(figure, operator, rate, rule, new):
    found = proposals.propose(Decimal(figure), operator, *rate, year=2025)
    assert (found.rule, found.figure) == (rule, Decimal(new))
    assert "2025" in found.reason


@pytest.fixture
def over(in_force, people, frozen):
    """2025 is over; target 2 came to 9 of 10."""
    frozen(2026, 1, 5)
    for period in ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"):
        for unit, share in zip(people.units, ((5, 5), (4, 5)), strict=True):
            build.report(in_force.targets.get(code="2"), unit, period, *share, people)
    jobs.run_here(services.attainment_request(agency=in_force.agency, year=2025, acting=None))
    return in_force


def test_a_year_is_started_in_one_act_and_once(over, people):
    started = services.year_start(over, acting=people.secretary)
    made = started.objectives
    assert (made.year, made.state, made.continues) == (2026, SetState.DRAFT, over)
    assert made.title == "Mục tiêu chất lượng năm 2026"
    assert [row.number for row in made.objectives.all()] == ["1", "2"]
    target = made.targets.get(code="2")
    assert target.origin.code == "2"
    assert target.formula_version is None
    assert "90,0" in target.figure_reason
    assert {row.unit for row in target.reporting.all()} == set(people.units)
    task = made.tasks.get(text="Cử người đi học")
    assert [party.label for party in task.leads] == ["Phòng Một"]
    assert task.timeframe.is_understood
    assert not target.entries.exists()
    again = services.year_start(over, acting=people.committee_head)
    assert again.objectives == made
    assert ObjectiveSet.objects.filter(year=2026).count() == 1


def test_new_changed_and_dropped_rows_are_marked(over, people):
    first, second = over.targets.order_by("code")
    made = services.year_start(
        over, figures={second.pk: Decimal(95)}, dropped=[first.pk], acting=people.secretary
    ).objectives
    services.objective_add(made, text="Mục tiêu mới", acting=people.secretary)
    found = services.set_changes(made)
    target = made.targets.get()
    assert found.marks[target.pk] == "changed"
    assert any("100 → 95" in words for words in found.words[target.pk])
    assert found.marks[made.objectives.get(text="Mục tiêu mới").pk] == "new"
    assert first in found.dropped
    assert second not in found.dropped
    assert "proposed" in target.figure_reason or "đề xuất" in target.figure_reason


def test_units_and_people_that_are_gone_stay_behind(over, people):
    people.units[1].valid_to = dt.date(2025, 12, 31)
    people.units[1].save()
    preview = services.year_preview(over)
    assert preview.gone == ["Phòng Hai"]
    made = services.year_start(over, acting=people.secretary).objectives
    assert [row.unit for row in made.targets.get(code="2").reporting.all()] == [people.units[0]]


def test_the_preview_lists_what_the_year_leaves_open(over, people):
    review = services.review_start(over, kind="year", acting=people.secretary)
    line = review.lines.get(target__code="2")
    services.review_line_judge(
        line, status="not_achieved", cause="x", measure="Mở lớp", acting=people.secretary
    )
    told = [words for words, _url in services.left_open(over)]
    assert any("Half-year review: not drafted" in words for words in told)
    assert any("Mở lớp" in words for words in told)


def test_the_plan_comes_along(over, people):
    plan = plan_create(agency=over.agency, year=2025, title="Kế hoạch năm 2025", acting=people.secretary)
    item_add(plan, text="Kiện toàn Ban ISO", time_text="Quý I", acting=people.secretary)
    type(plan).objects.filter(pk=plan.pk).update(state="in_force")
    started = services.year_start(over, acting=people.secretary)
    assert started.plan.year == 2026
    assert started.plan.items.count() == 1
    assert services.year_start(over, acting=people.secretary).plan == started.plan


def test_nobody_else_starts_a_year_and_nothing_is_overwritten(over, people):
    with pytest.raises(Refused):
        services.year_start(over, acting=people.staff)
    stranger = build.people(factories.agency()).secretary
    with pytest.raises(Refused, match="another agency"):
        services.year_start(over, acting=stranger)
    build.draft(over.agency, people, year=2026)
    with pytest.raises(Invalid, match="2026"):
        services.year_start(over, acting=people.secretary)


def test_the_page_of_a_new_year(over, people, client):
    url = f"/objectives/sets/{over.pk}/next-year/"
    client.force_login(people.staff.user)
    assert client.get(url).status_code == 403
    client.force_login(people.secretary.user)
    page = client.get(url).content.decode()
    assert "36/40" in page
    data = {"with_plan": "on"}
    for target in over.targets.all():
        data |= {f"keep_{target.pk.hex}": "on", f"figure_{target.pk.hex}": "97,5"}
    assert client.post(url, data | {f"figure_{target.pk.hex}": "x"}).status_code == 422
    assert client.post(url, data).status_code == 302
    made = ObjectiveSet.objects.get(year=2026)
    assert set(made.targets.values_list("figure", flat=True)) == {Decimal("97.5")}
    assert client.get(made.get_absolute_url()).status_code == 200
    assert client.get(url).status_code == 200
    client.force_login(build.people(factories.agency()).secretary.user)
    assert client.get(url).status_code == 404
    assert Target.objects.filter(origin__isnull=False).count() == 2


def test_the_preview_lists_open_actions_on_risks_cases_and_decisions(over, people, client):
    agency, day = over.agency, dt.date(2025, 12, 20)
    risk = Risk.objects.create(
        agency=agency, code="RR-1", kind="risk", unit=people.units[0], process="x", event="x"
    )
    actions = [
        RiskAction.objects.create(
            agency=agency, risk=risk, owner=people.head, description=text, deadline=due, judge_on=due, **more
        )
        for text, due, more in (
            ("Nhắc hạn", day, {}),
            ("Tập huấn", day, {"state": "done", "done_on": day}),
            ("Việc năm sau", dt.date(2026, 2, 1), {}),
            ("Đã bỏ", day, {"state": "cancelled", "cancelled_reason": "x"}),
        )
    ]
    case = Nonconformity.objects.create(
        agency=agency, code="KPH-1", year=2025, title="Thiếu chữ ký", origin="audit", grade="minor",
        unit=people.units[0], process="x", requirement="x", description="x", evidence="x",
        detected_on=day, due_on=day, owner=people.head,
    )  # fmt: skip
    CorrectiveAction.objects.create(
        agency=agency, nonconformity=case, kind="corrective", description="x", owner=people.head,
        deadline=day, first_deadline=day,
    )  # fmt: skip
    review = ManagementReview.objects.create(
        agency=agency, code="XX-1", year=2025, title="Họp", period_from=day, period_to=day, planned_on=day,
        chair=people.leader, secretary=people.secretary,
    )  # fmt: skip
    ReviewDecision.objects.create(
        agency=agency, review=review, number=1, kind="improvement", text="Bổ sung máy quét",
        owner=people.head, deadline=day,
    )  # fmt: skip
    found = dict(services.left_open(over))
    assert "Action on RR-1 not done, due 20/12/2025: Nhắc hạn" in found
    assert found["Action on RR-1 not done, due 20/12/2025: Nhắc hạn"] == actions[0].get_absolute_url()
    assert "Effect of an action on RR-1 not judged, due 20/12/2025: Tập huấn" in found
    assert not any("Việc năm sau" in words or "Đã bỏ" in words for words in found)
    (told,) = [words for words in found if "KPH-1" in words]
    assert "corrective actions to do: 1" in told
    assert any("Bổ sung máy quét" in words for words in found)
    client.force_login(people.secretary.user)
    page = client.get(f"/objectives/sets/{over.pk}/next-year/").content.decode()
    assert "KPH-1" in page and "Nhắc hạn" in page
