"""The year on one page, the work of a unit, and lists that cost the same however long they are."""

import pytest
from django.urls import reverse

from objectives import services
from objectives.models import ObjectiveSet, QualityObjective, RoleGroup, SetState, Target
from objectives.selectors.year import YearBoard, unit_year
from objectives.services import plans
from qms import clock
from tests import factories
from tests.objectives import build

pytestmark = pytest.mark.usefixtures("english")


def test_the_year_counts_figures_in_time_late_and_missing(in_force, people, frozen):
    target = in_force.targets.get(code="2")
    frozen(2025, 4, 7)
    build.report(target, people.units[0], "2025-Q1", 1, 1, people)
    frozen(2025, 7, 30)
    row = next(row for row in YearBoard(in_force).rows if row.target == target)
    assert row.reported.asked == 4
    assert row.reported.missing == 3
    assert (YearBoard(in_force).total.missing, YearBoard(in_force).unit_sets) == (3, [])


def test_pages_of_year_and_unit(in_force, people, client, frozen):
    frozen(2025, 7, 30)
    client.force_login(people.staff.user)
    year = client.get(reverse("objectives:year") + "?year=2025")
    assert year.status_code == 200
    assert in_force.get_absolute_url() in year.content.decode()
    assert client.get(reverse("objectives:year") + "?year=2019").status_code == 200
    unit = client.get(reverse("objectives:unit") + "?year=2025").content.decode()
    assert "Phòng Một" in unit
    assert "/2025-Q1/" in unit
    assert "Cử người đi học" in unit
    client.force_login(people.clerk.user)
    assert client.get(reverse("objectives:unit")).status_code == 200
    client.force_login(people.superior.user)
    assert client.get(reverse("objectives:unit")).status_code == 403
    other = build.people(factories.agency())
    client.force_login(other.head.user)
    assert "Cử người" not in client.get(reverse("objectives:unit") + "?year=2025").content.decode()


def test_a_unit_finds_items_led_by_its_groups_and_parts_led_by_the_whole(agency, people, frozen):
    frozen(2025, 4, 10)
    plan = plans.plan_create(agency=agency, year=2025, title="Kế hoạch", acting=people.secretary)

    def add(text, *leads, **fields):
        return plans.item_add(
            plan, text=text, time_text="Quý II", leads=leads, acting=people.secretary, **fields
        )

    add("Của các phòng", RoleGroup.PROCEDURE_UNITS)
    add("Của Ban ISO", RoleGroup.COMMITTEE)
    whole = add("Cả việc", people.units[0])
    add("Phần chung", parent=whole)
    add("Phần riêng", people.units[1], parent=whole)
    type(plan).objects.filter(pk=plan.pk).update(state="in_force")

    def found(unit):
        return {item.text for item in unit_year(agency, unit, 2025, clock.today()).items}

    assert found(people.units[0]) == {"Của các phòng", "Cả việc", "Phần chung"}
    assert found(people.units[1]) == {"Của các phòng", "Phần riêng"}


@pytest.fixture
def many(in_force, people):
    """A way to make the set longer by many targets, tasks and sets."""

    def grow(count):
        ObjectiveSet.objects.filter(pk=in_force.pk).update(state=SetState.DRAFT)
        in_force.refresh_from_db()
        objective = QualityObjective.objects.get(objective_set=in_force, number="2")
        for number in range(count):
            services.target_add(
                objective,
                code=f"x{number}",
                text="Thêm",
                figure=90,
                formula="MANUAL",
                units=people.units,
                acting=people.secretary,
            )
            services.task_add(objective, text="Việc", leads=people.units, acting=people.secretary)
            services.objective_set_create(
                agency=in_force.agency, year=2030 + number, title="Khác", acting=people.secretary
            )
        Target.objects.filter(objective_set=in_force).update(formula_version=1)
        ObjectiveSet.objects.filter(pk=in_force.pk).update(state=SetState.IN_FORCE)

    return grow


def test_lists_cost_the_same_for_2_and_20_targets(
    in_force, people, client, many, frozen, django_assert_max_num_queries
):
    frozen(2025, 7, 30)
    client.force_login(people.secretary.user)
    pages = [
        reverse("objectives:set-list"),
        in_force.get_absolute_url(),
        reverse("objectives:year") + "?year=2025",
        reverse("objectives:unit") + f"?year=2025&unit={people.units[0].pk}",
        reverse("objectives:year-start", args=[in_force.pk]),
        reverse("objectives:dashboard") + "?year=2025",
    ]

    def costs():
        found = []
        for page in pages:
            client.get(page)
            with django_assert_max_num_queries(60) as asked:
                assert client.get(page).status_code == 200
            found.append(len(asked))
        return found

    assert build.status_of(client, reverse("objectives:set-export", args=[in_force.pk])) == 200
    few = costs()
    many(18)
    assert costs() == few
